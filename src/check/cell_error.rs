//! `cell-error`: a cell that holds an error of the spreadsheet where a value should stand.

use crate::model::field::FIELDS;
use crate::model::finding::Severity;
use crate::roster::candidate::Candidate;

use super::seen::Seen;
use super::{Check, Sink, Subject};

pub const CHECK: Check = Check {
    name: "cell-error",
    title: "单元格是公式错误",
    severity: Severity::Error,
    basis: "《中小学生学籍管理办法》（教基一〔2013〕7号）第四条（学校采集学籍信息）",
    what: "查找内容为 #N/A、#REF!、#VALUE! 等公式错误的单元格，和公式没有算出结果（由别的程序写成、没有在表格软件里保存过）的单元格。",
    why: "公式错误不是数据。当作空白收下，就会悄悄少一项信息。",
    remedy: "请在原表中修好公式，或把这一列复制后“选择性粘贴为数值”，再把错误的单元格填好。",
    run,
};

fn run(subject: &Subject, _: &mut Seen, sink: &mut Sink) {
    let Candidate { failed, uncomputed, .. } = subject.candidate;
    if failed.is_empty() && uncomputed.is_empty() {
        return;
    }
    for field in FIELDS.iter().map(|s| s.field) {
        if failed.contains(field) {
            let message = format!("“{}”的单元格是公式错误，不是数据。", field.heading());
            sink.add(field, message, "请修好公式或直接填写内容，再重新提交。");
        } else if uncomputed.contains(field) {
            let message = format!("“{}”的单元格是公式，文件里没有算出的结果。", field.heading());
            sink.add(
                field,
                message,
                "请在 Excel 或 WPS 里打开这个文件，保存后再提交；或把公式复制后“选择性粘贴为数值”。",
            );
        }
    }
}
