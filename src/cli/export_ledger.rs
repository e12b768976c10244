//! `xueji export --ledger`: the ledger of what left with whole names and numbers.

use crate::model::export::Export;
use crate::model::table::{Column, Table};
use crate::output::Privacy;

use super::Outcome;
use super::failure::CliError;
use super::global::Global;

/// The manual page.
pub const PAGE: &str = "\
导出台账（ledger）

  xueji export --ledger                        列出全部
  xueji export --ledger -o 导出台账.xlsx        也可以 --format json、csv

记什么：凡是输出完整姓名、号码的，屏幕、json、csv、xlsx、表格、档案、学生卡、成套报表都一样，先记下再输出：导出编号、业务日
期、时间、导出人、命令、范围、用途、批准文号（--approval）；输出完了再补记行数（页、张、份）、文件和校验值（BLAKE3）。只有开
头没有结果的，是没有做成或中途断了，状态为“未完成”。
为什么：处理不满十四周岁未成年人的个人信息应当有专门的规则，导出要说得清是谁、为什么、给了多少人的。
依据：《个人信息保护法》第二十八条、第三十一条、第五十一条（权限、去标识化、操作记录）；《未成年人网络保护条例》第三十六条（未成年人
个人信息最小授权、经审批、记录访问）；《中小学生学籍管理办法》关于学籍信息保密的规定。
撤销不掉：台账是流水的一部分，不属于任何批次，batch undo 撤不掉；改动了 xueji audit verify 查得出来。
怎样核对一个文件：b3sum 文件，与台账的校验值比；导出到文件夹的，校验值是其中清单（校验.b3、BLAKE3.txt）的，核查通知是各文件清单的；
OneRoster 的文件夹里没有清单，校验值是 b3sum 各文件所得各行的，先 manifest.csv，再按其中所列的先后；
输出到屏幕或管道的，是输出内容的。
怎样看出一张表是完整信息：工作簿标题下有一行“【含完整个人信息，不得外传】”，写着导出编号、日期、导出人、用途；每页页脚和文件属性
里也有；表格（申请表等）和学籍卡、证明、学生卡只在页脚和属性里。csv 只有数据，没有这一行，供程序读；要核对就看校验值。成套报表和整份
档案再做一次逐字节相同，所以只印用途，不印编号。
";

pub fn run(global: &Global) -> Result<Outcome, CliError> {
    let exports = global.store()?.exports()?;
    let open = exports.iter().filter(|e| e.finished_at.is_none()).count();
    let table = Table {
        title: "导出台账".into(),
        columns: vec![
            Column::text("id", "导出编号"),
            Column::text("day", "业务日期"),
            Column::moment("at", "时间"),
            Column::text("actor", "导出人"),
            Column::text("command", "命令"),
            Column::text("scope", "范围"),
            Column::text("purpose", "用途"),
            Column::text("approval", "批准文号"),
            Column::count("count", "行数"),
            Column::text("file", "文件"),
            Column::text("hash", "校验（BLAKE3）"),
            Column::text("standing", "状态"),
        ],
        rows: exports.iter().map(row).collect(),
        foot: vec![format!("共 {} 次，未完成 {open} 次。", exports.len())],
        ..Table::default()
    };
    global.put_tables(&[table], Privacy::Masked)?;
    Ok(Outcome::Clean)
}

fn row(e: &Export) -> Vec<String> {
    let may = |text: &Option<String>| text.clone().unwrap_or_default();
    vec![
        e.id.clone(),
        e.day.clone(),
        e.at.clone(),
        e.actor.clone(),
        e.command.clone(),
        e.scope.clone(),
        e.purpose.clone(),
        may(&e.approval),
        e.count.map_or_else(String::new, |n| n.to_string()),
        may(&e.file),
        may(&e.hash),
        if e.finished_at.is_some() { "已完成" } else { "未完成" }.to_owned(),
    ]
}
