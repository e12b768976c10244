//! What `xueji explain` has pages and lists of.

use super::{card, dedup_page, export_ledger, export_oneroster, export_term, sync_page};

/// Every topic: its name, and what it tells.
pub const TOPICS: &[(&str, &str)] = &[
    ("checks", "全部检查；写检查的名称，看它查什么、为什么、怎么办"),
    ("rules", "读入花名册时改写内容的规则"),
    ("headings", "认得的栏目名，各对应哪个字段"),
    ("decisions", "读花名册时作出的决定"),
    ("mapping", "栏目名对照文件怎么写"),
    ("fields", "学籍的全部字段"),
    ("documents", "身份证件的种类"),
    ("tables", "代码表；写表名，看全部代码"),
    ("reports", "全部报表；写报表名，看统计谁、依据什么"),
    ("term", "学期末成套报表"),
    ("ledger", "导出台账"),
    ("oneroster", "OneRoster 1.2 交换格式"),
    ("statuses", "学籍状态"),
    ("flags", "学籍标记"),
    ("changes", "学籍变动的种类；写变动名，看办理步骤和依据"),
    ("guards", "不予办理的各种情形"),
    ("dedup", "查重的办法和步骤"),
    ("cron", "每夜自动查重"),
    ("dispute", "问题学籍怎样处理"),
    ("disputes", "问题学籍的种类"),
    ("file", "学籍档案"),
    ("card", "学生卡"),
    ("verify", "学籍核查"),
    ("dropout-watch", "控辍保学台账"),
    ("wizard", "向导和答案文件"),
    ("province", "各省的规定；后面写省名"),
    ("rule-pack", "本地规则文件怎么写"),
    ("calendar-file", "年历文件怎么写"),
    ("sync", "上报"),
    ("sync-privacy", "上报的保密：每一级看得到什么，盲报怎样做"),
    ("bundle", "数据包的格式"),
    ("json", "JSON 输出的格式；后面写格式名"),
    ("exit-codes", "退出码"),
];

/// The page of a topic that is a text and nothing else: its name, its title, itself.
pub fn page(name: &str) -> Option<(&'static str, &'static str, &'static str)> {
    let found = match name {
        "cron" => ("cron", "每夜自动查重", dedup_page::PAGE),
        "term" => ("term", "学期末成套报表", export_term::PAGE),
        "ledger" | "导出台账" => ("ledger", "导出台账", export_ledger::PAGE),
        "oneroster" => ("oneroster", export_oneroster::TITLE, export_oneroster::PAGE),
        "card" => ("card", "学生卡", card::PAGE),
        "bundle" => ("bundle", "数据包的格式", sync_page::FORMAT),
        _ => return None,
    };
    Some(found)
}
