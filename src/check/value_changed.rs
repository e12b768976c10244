//! `value-changed`: under `--strict`, a value that reading had to change.

use crate::model::finding::Severity;
use crate::roster::normalize::rule::rule;

use super::seen::Seen;
use super::{Check, Sink, Subject};

pub const CHECK: Check = Check {
    name: "value-changed",
    title: "写法不合规定（严格模式）",
    severity: Severity::Error,
    basis: "学生基本信息表填表说明；JY/T 1002-2012 各数据项的格式",
    what: "只在 --strict 下检查：读入时改了写法的每一处，如全角数字、多余的空格、日期写法、简称。不加 --strict 时照改不报，\
           改了什么可用 xueji validate --changes 列出，导入时连同原来的内容记入流水。",
    why: "有的单位要求学校交来的表一字不差；在源头改好，下一次就不必再改。",
    remedy: "请在原表中照规定的写法改好；各条规则见 xueji explain rules。",
    run,
};

fn run(subject: &Subject, _: &mut Seen, sink: &mut Sink) {
    if !subject.context.strict {
        return;
    }
    let changed = &subject.candidate.changed;
    for (i, first) in changed.iter().enumerate() {
        if changed[..i].iter().any(|c| c.field == first.field) {
            continue;
        }
        let mut rules: Vec<&str> = changed
            .iter()
            .filter(|c| c.field == first.field)
            .filter_map(|c| Some(rule(c.rule)?.what))
            .collect();
        rules.dedup();
        let message =
            format!("“{}”的写法不合规定，读入时须改：{}。", first.field.heading(), rules.join("；"));
        sink.add(first.field, message, "请在原表中照规定的写法改好。");
    }
}
