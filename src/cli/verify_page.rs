//! `xueji explain verify`: the page of the term's review.

use crate::model::verification::excuse::words;
use crate::model::verification::kind::KINDS;

const HEAD: &str = "\
学籍核查（每学期核准）

每学期至少一次，学校按实际在校的学生核对学籍：人籍一致，变动手续完备，信息准确；发现人籍分离、空挂学籍的及时处理。
依据：《中小学生学籍管理办法》（教基〔2025〕1号）第二十五条；2013 年办法为每学期复查。

次序：
  1. xueji template attendance --school 2133916413 --unmasked --purpose 学期核查 -o 在校名单.xlsx
     学校逐人填“是否在校”，不在校的写原因；没有学籍而在校的加在后面。学校自己的名单也可以，表头的找法与花名册相同；
     没有“是否在校”一栏的，名单上的都算在校。
  2. xueji verify 收件/ --dry-run        逐人预览；一个学校的几个文件合并，几十所学校一次核查
  3. xueji verify 收件/                  写入：空挂、人籍分离加标记，全部问题列入清单，一批，可以撤销
  4. xueji verify list、show、resolve    逐件处理；办好的下次核查自动销去，其他的写明结果
  5. xueji verify status                 哪些学校本学期还没有核查

怎样认定是哪一名学生：内部编号、学籍号、身份证件号，并且姓名相符；没有号码的，本校同名只有一人、出生日期或班级相符、
没有一项不符的才认定。号码损坏、有误、互相矛盾，同名不止一人，没有填写是否在校的，列为“待核对”：请更正名单，
或核对原件后用 --match \"在校名单!D7=内部编号\" 写明；可能是的学生这次不记为空挂。

名单会使一所学校超过 20%（并且多于 3 人）的学生成为空挂，或名单上一半以上的学籍在别校的，先问清楚，没有终端时要加
--yes；空名单、停办学校的名单、写着别校的名单不予核查；有一个文件不能读，全部不核查。
";

/// The whole page.
pub fn page() -> String {
    let mut text = HEAD.to_owned();
    text.push_str(&format!(
        "\n正当理由：名单的“不在校原因”写着下列各项的（一字不差）：\n{}；\n学籍上有送教上门、随班就读、专门学校就读安排的；有申请在办的；或用 --explain 内部编号=说明 写明的。\n写了别的原因的（如“家长带去外地”）仍列为空挂：核实确有正当理由的，用 --explain 写明。\n\n发现的问题：\n",
        words()
    ));
    for k in KINDS {
        let flag = k.flag.map_or_else(String::new, |f| format!("，加标记 {}", f.key()));
        text.push_str(&format!(
            "\n{}（{}{flag}）\n  {}\n  办法：{}\n  依据：{}\n",
            k.title, k.key, k.what, k.remedy, k.basis
        ));
    }
    text
}
