//! `shown-otherwise`: a number whose format shows something else than the value, and what was meant is not certain.

use crate::model::cell::Sight;
use crate::model::finding::Severity;

use super::seen::Seen;
use super::{Check, Sink, Subject};

pub const CHECK: Check = Check {
    name: "shown-otherwise",
    title: "看到的与存的值不同",
    severity: Severity::Error,
    basis: "《中小学生学籍管理办法》（教基一〔2013〕7号）第四条（学校采集学籍信息）",
    what: "单元格设了数字格式（如 0%、[DBNum1]0、000000-0000），表格里看到的和存的值可能不是同一个内容，又不能确定看到的是什么。\
           能确定的按看到的内容读取（见 xueji explain rules 的 shown）；证件号、学籍号即使能确定也不代改。日期、数量不在此列。",
    why: "校对的人看到的是显示的内容，程序存的是里面的值；两者不同时照哪一个收下都是猜测。",
    remedy: "请把这一列设为文本格式，照看到的内容重新填写。",
    run,
};

fn run(subject: &Subject, _: &mut Seen, sink: &mut Sink) {
    for (field, sight) in &subject.candidate.sights.cells {
        let Sight::Shown { format, .. } = sight else { continue };
        let heading = field.heading();
        let message = format!("“{heading}”这一格的数字格式是“{format}”，表格里看到的与存的值不同。");
        sink.add(*field, message, "请把这一格设为文本格式，照看到的内容重新填写。");
    }
}
