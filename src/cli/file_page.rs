//! The manual page of 学籍档案: the seven groups, the limit, what to do, and where a file goes.

use crate::model::file::{GROUPS, KINDS, Wanted};

/// What `xueji explain file` prints.
pub fn page() -> String {
    let groups: String = GROUPS.iter().zip(1..).map(|(g, n)| group(g, n)).collect();
    let kinds: String =
        KINDS.iter().map(|k| format!("  {:<12}{}（{}）\n", k.name, k.title, k.basis)).collect();
    PAGE.replace("{groups}", &groups).replace("{kinds}", &kinds)
}

fn group(group: &crate::model::file::Group, number: usize) -> String {
    let items: Vec<String> = group
        .items
        .iter()
        .map(|i| match i.wanted {
            Wanted::AtOpening => format!("{}★", i.title),
            Wanted::EachYear => format!("{}☆", i.title),
            Wanted::IfAny => i.title.to_owned(),
        })
        .collect();
    format!(
        "  {number} {:<8}{}：{}\n             {}\n",
        group.key,
        group.title,
        items.join("、"),
        group.article
    )
}

const PAGE: &str = "\
学籍档案（file）

七组内容（《中小学生学籍管理办法》第七条）；★ 建档时就要有，☆ 每学年要有，其余有就归入
{groups}
建档期限
  从在本库入学（建籍、转入）之日算起，2013 年的办法为 1 个月，2025 年修订的为 2 个月；本地有规定的按本地（xueji rules show）。
  到期还没有★的，xueji file check --school 学校标识码 列为超期，退出码为 1，夜里自动检查可以用。
  ☆的没有规定期限，列为待补：只看上一学年，而且只看整个学年都在校的学生。
  户籍证明等身份证明：扫描件用 file add 归入，只有纸质的用 file import papers 登记，都算有。

材料怎样归入
  xueji file add 学生 --group proofs --note \"户口簿本人页\" 户口簿.jpg
  原件按内容的摘要（BLAKE3）存在学籍库里，流水里记着摘要，改动和丢失 xueji audit verify 都能发现。
  申请、问题学籍里交入的材料自动列在第 2 组，不用再交。
  表格一次导入许多学生，xueji template 种类 生成模板，xueji file import 种类 表格：
{kinds}  学生按号码找，姓名必须一致，号码被表格软件损坏的不收；不能收的一行不影响别的行（退出码 3）。
  同一份表格再导入一次没有改动；同一项内容不同的为更正，都可以用 xueji batch undo 撤销。

保管和移交（第九条）
  转学调档、升学：自生效之日由接收学校保管，原学校留电子档案备份。
  最后就读的学校永久保存。学校合并的由并入的学校保管；撤销的由县级教育行政部门指定的单位保管
  （xueji school close --files-to 单位）。这些都由学籍变动推出，自动移交，不用登记。
  此外的移交（如流动儿童辍学，档案移交户籍地）用 xueji file handover 登记；xueji file custody 列出经过。

导出
  xueji file export 学生 --purpose 用途 -o 文件夹或.zip：目录.xlsx（目录、学籍信息、保管经过、缺少的材料）、
  材料原件、摘要清单 BLAKE3.txt。记入导出台账。有材料丢失或被改动的逐份说明，其余照样导出（退出码 3）。
";
