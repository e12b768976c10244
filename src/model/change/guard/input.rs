//! Guards of what was told: what is missing, can't be read, or contradicts itself.

use jiff::civil::Date;

use super::super::input::{INPUTS, Input, Need};
use super::super::step::Route;
use super::{Guard, no};
use crate::code;

pub const MISSING: Guard = Guard {
    name: "input-missing",
    title: "必填内容没有写",
    basis: "各项变动的申请表必填内容",
    remedy: "请补写所列内容，括号中是命令行的选项；清单中请填同名的一栏。",
    find: |case| {
        let missing = case.spec.inputs.iter().filter(|n| n.must && !case.told.has(n.input));
        // Of a transfer the note is its reason, and its option is called so.
        let is_reason = |n: &Need| n.input == Input::Note && case.spec.route == Route::Transfer;
        let named = |n: &Need| match is_reason(n) {
            true => "转学原因（--reason）".to_owned(),
            false => format!("{}（--{}）", n.input.label(), n.input.key().replace('_', "-")),
        };
        let names: Vec<String> = missing.map(named).collect();
        if names.is_empty() { None } else { no(format!("没有写：{}。", names.join("、"))) }
    },
};

/// Why a text is no day: it is none at all, or is written as one and is in no calendar (2026-11-31).
pub fn not_a_day(text: &str) -> String {
    let digits: String =
        text.chars().filter(|c| !matches!(c, '-' | '/' | '.' | '年' | '月' | '日')).collect();
    let is_written_so = (6..=8).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    if is_written_so {
        format!("“{text}”：没有这一天")
    } else {
        format!("“{text}”不是日期")
    }
}

pub const MALFORMED: Guard = Guard {
    name: "input-malformed",
    title: "写法不对或不适用",
    basis: "各项变动的申请表",
    remedy: "日期请写成 YYYY-MM-DD；不适用的内容请去掉。",
    find: |case| {
        let mut wrong = Vec::new();
        for input in [Input::On, Input::Until] {
            let text = case.told.get(input);
            if !text.is_empty() && text.parse::<Date>().is_err() {
                wrong.push(format!("{}{}", input.label(), not_a_day(text)));
            }
        }
        for (input, _, label) in INPUTS {
            if case.told.has(*input) && case.spec.need(*input).is_none() {
                wrong.push(format!("{}不用写{label}", case.spec.name));
            }
        }
        if wrong.is_empty() { None } else { no(format!("{}。", wrong.join("；"))) }
    },
};

pub const REASON_UNKNOWN: Guard = Guard {
    name: "reason-not-allowed",
    title: "异动原因不适用",
    basis: "学籍异动原因（JY/T 1001 XJYDYY）",
    remedy: "请从所列原因中选一个，写代码或名称；xueji explain change_reason 列出全部。",
    find: |case| {
        let given = case.told.get(Input::Reason);
        if given.is_empty() || case.spec.reasons.contains(&given) {
            return None;
        }
        let table = code::table("change_reason")?;
        let label = |code: &&str| table.by_code(code).map(|e| format!("{code} {}", e.label));
        let allowed: Vec<String> = case.spec.reasons.iter().filter_map(label).collect();
        no(format!("{}的原因不能是“{given}”，可以是：{}。", case.spec.name, allowed.join("、")))
    },
};

pub const IN_FUTURE: Guard = Guard {
    name: "day-in-future",
    title: "生效日期还没有到",
    basis: "学籍变动据实办理",
    remedy: "请到那一天再办；补录以前的业务用 --today 写明业务日期。",
    find: |case| {
        let day = case.day(Input::On)?;
        if day > case.today {
            no(format!("生效日期 {day} 晚于业务日期 {}。", case.today))
        } else {
            None
        }
    },
};

pub const BEFORE_ENTRY: Guard = Guard {
    name: "day-before-entry",
    title: "生效日期早于在校日期",
    basis: "学籍变动据实办理",
    remedy: "请核对生效日期；在原校时的变动应由原校办理。",
    find: |case| {
        let r = case.registration?;
        let last = r.until.as_deref().unwrap_or(&r.since);
        let (day, since) = (case.day(Input::On)?, last.parse::<Date>().ok()?);
        if day < since {
            no(format!("生效日期 {day} 早于最近一次学籍变动的日期 {since}。"))
        } else {
            None
        }
    },
};

pub const UNTIL_BEFORE_ON: Guard = Guard {
    name: "until-before-start",
    title: "截止日期不晚于生效日期",
    basis: "各项变动的申请表",
    remedy: "请核对两个日期。",
    find: |case| {
        let (on, until) = (case.day(Input::On)?, case.day(Input::Until)?);
        if until <= on { no(format!("截止日期 {until} 不晚于生效日期 {on}。")) } else { None }
    },
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_that_no_month_has_is_said_to_be_none() {
        assert_eq!(not_a_day("2026-11-31"), "“2026-11-31”：没有这一天");
        assert_eq!(not_a_day("20260230"), "“20260230”：没有这一天");
        assert_eq!(not_a_day("2026年2月30日"), "“2026年2月30日”：没有这一天");
        assert_eq!(not_a_day("明天"), "“明天”不是日期");
        assert_eq!(not_a_day("9月初"), "“9月初”不是日期");
    }
}
