//! The manual page of 问题学籍: what it is, who does what, what each answer and decision needs, how to take it back.

use crate::model::dispute::kind::{KINDS, Kind};

/// What `xueji explain dispute` prints.
pub const PAGE: &str = "\
问题学籍（dispute）

什么是问题学籍
  同一个孩子可能有两个学籍，一个号码可能登记在两个孩子名下，学籍上的人可能不在校：凡要核实才能定的学籍，
  先加上“问题学籍”标记。标记只说明正在核实，不改变学籍的状态、号码和学生的就读；学校不得因此拒收学生。

谁做什么
  1 列入    主管部门：xueji dispute open --suspect 编号 --reason 怎样发现的
            （查重以外发现的：--kind 种类 --student 内部编号，种类见 xueji explain disputes）
  2 通知    主管部门：xueji dispute letter -o 通知.xlsx，或给没有 xueji 的学校 xueji dispute export -o 答复表.xlsx
  3 答复    学校：佐证、变更、删除三选一，附材料；xueji dispute claim 或 xueji dispute import 答复表.xlsx
  4 决定    主管部门，由提出主张以外的另一名经办人：xueji dispute decide
  5 善后    同一个孩子、学籍先建在别校的，由就读学校发起转学（籍随人走）

三种答复
  佐证  本校的学籍无误。附户口簿或身份证；两校相争的，再附在校就读证明。
  变更  本校的学籍有误。写明正确的姓名、性别、出生日期、证件类型或号码，附证件；立即重新查验和查重，
        不通过的不收。学籍号终身不变，不随证件更正。
  删除  本校不应有这个学籍。说明理由即可，不用材料。

三个层级
  校内            一校之内，学校核实，主管部门决定。
  校际            同一主管部门的两所学校：双方都要答复。
  跨学籍主管部门  双方都要答复，主管部门还要附上与对方主管部门、公安或户籍部门核实的材料。

怎样决定
  * 学生在哪，学籍在哪：由证据定，不由先后定。程序不会因为哪一个新、哪一个全就替人决定。
  * 保留，要该方主张佐证并附材料；更正，要该方主张变更并附材料，决定时再查一次；
    删除，要该方主张删除，或主管部门附上核实材料。
  * 都保留（或更正）＝不同的学生：标记清除，查重的一对记为不同学生，因它暂缓核准的可以核准。
  * 删除一个＝同一个学生：删除的学籍关闭，学籍号停用、永不再发，记录仍可查看；查重的一对记为同一学生。
  * 要删除先建在另一校的学籍，须有家长放弃原学籍的签字（--waiver）；没有的，应由就读学校删除重复建的学籍，
    再发起转学。
  * 提出主张的人不能决定。不合规则的不予办理，一次列出全部原因和办法。

办错了
  xueji batch list 找到那一批，xueji batch undo 批次：学籍、标记、答复、决定逐行恢复，流水保留。
  之后又办了同一学生的其他业务的，先撤销后办的。交来的材料原件不删除。

依据
  《中小学生学籍管理办法》（教基一〔2013〕7号）第六条：一人一籍、籍随人走，主管部门和学校应当查重；
  2025 年修订第二十五条：每学期核查人籍一致；
  全国中小学生学籍信息管理系统问题学籍处理办法（佐证、变更、删除；系统培训资料，未见公开发布的全文）。
";

/// The kinds, as names and titles.
pub fn names() -> impl Iterator<Item = (&'static str, &'static str)> {
    KINDS.iter().map(|k| (k.key, k.title))
}

/// The page of one kind.
pub fn of(name: &str) -> Option<String> {
    let spec =
        Kind::from_key(name).or_else(|| KINDS.iter().find(|k| k.title == name).map(|k| k.kind))?.spec();
    let claims: Vec<&str> = spec.claims.iter().map(|c| c.label()).collect();
    let parties = if spec.is_pair { "两个学籍（甲、乙）" } else { "一个学籍" };
    Some(format!(
        "{}（{}）\n\n涉及：{parties}　可以主张：{}\n是什么：{}\n为什么：{}\n办法：{}\n依据：{}\n程序：见 xueji explain dispute。\n",
        spec.title,
        spec.key,
        claims.join("、"),
        spec.what,
        spec.why,
        spec.remedy,
        spec.basis
    ))
}
