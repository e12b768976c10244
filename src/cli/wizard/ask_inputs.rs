//! Questions for the plain inputs of a kind: days, reasons, texts.

use jiff::ToSpan;
use jiff::civil::{Date, date};

use crate::app::change::{self as app_change, facts};
use crate::app::failure::Failure;
use crate::code;
use crate::model::change::guard::input::not_a_day;
use crate::model::change::guard::{self, Guard};
use crate::model::change::input::Input;
use crate::model::school::school_year;
use crate::roster::date_cell;

use super::super::change::is_transfer;
use super::ask_places::{if_needed, need};
use super::question::{Choice, Question, choice};
use super::scene::Scene;
use super::step::{Step, as_written, no};

/// A question for a text, where the kind takes the input.
fn text(scene: &Scene, input: Input, help: &str) -> Result<Question, Failure> {
    Ok(Question::write(input.label(), help, need(scene, input) == Some(true)))
}

pub const OTHER_SCHOOL: Step = Step {
    key: "other_school",
    what: "外地学校名称",
    is_aid: false,
    keys: |scene| if_needed(scene, Input::OtherSchool),
    ask: |scene, _| text(scene, Input::OtherSchool, "写全称"),
    take: as_written,
};

pub const OTHER_AUTHORITY: Step = Step {
    key: "other_authority",
    what: "外地学校的学籍主管部门",
    keys: |scene| if_needed(scene, Input::OtherAuthority),
    ask: |scene, _| text(scene, Input::OtherAuthority, "写全称，例如 某某县教育局"),
    ..OTHER_SCHOOL
};

pub const OTHER_DIVISION: Step = Step {
    key: "other_division",
    what: "外地学校所在地的行政区划代码",
    keys: |scene| if_needed(scene, Input::OtherDivision),
    ask: |scene, _| text(scene, Input::OtherDivision, "六位；不知道的直接回车"),
    ..OTHER_SCHOOL
};

pub const ON: Step = Step {
    key: "on",
    what: "生效日期，YYYY-MM-DD；不写为业务日期",
    is_aid: false,
    keys: |scene| if_needed(scene, Input::On),
    ask: |scene, _| {
        let help = if scene.spec().is_some_and(is_transfer) {
            "申请里写的日期；学籍在调档那天转入"
        } else {
            ""
        };
        Ok(text(scene, Input::On, help)?.or(scene.today.to_string()))
    },
    take: |scene, text| {
        let day = take_day(scene, text)?;
        against(scene, Input::On, day, &[&guard::input::IN_FUTURE])
    },
};

pub const UNTIL: Step = Step {
    key: "until",
    what: "截止日期，YYYY-MM-DD",
    is_aid: false,
    keys: |scene| if_needed(scene, Input::Until),
    ask: |scene, _| Ok(text(scene, Input::Until, "")?.or(until(scene)?.to_string())),
    take: |scene, text| {
        let day = take_day(scene, text)?;
        against(scene, Input::Until, day, &[&guard::input::UNTIL_BEFORE_ON])
    },
};

/// The answer, unless one of these guards stands against it: the preview would say so some questions later.
fn against(scene: &Scene, input: Input, answer: String, guards: &[&Guard]) -> Result<String, Failure> {
    let Some(mut asking) = scene.asking()? else { return Ok(answer) };
    asking.told.put(input.key(), &answer);
    match app_change::plan(&scene.store, &asking, scene.today) {
        Err(Failure::Refused(mut refusals)) => {
            refusals.retain(|r| guards.iter().any(|g| g.name == r.guard));
            if refusals.is_empty() { Ok(answer) } else { Err(Failure::Refused(refusals)) }
        }
        Err(e) => Err(e),
        Ok(_) => Ok(answer),
    }
}

fn take_day(_: &Scene, text: &str) -> Result<String, Failure> {
    match date_cell::day(text.trim()) {
        Some(day) => Ok(day.to_string()),
        None if text.trim().is_empty() => Ok(String::new()),
        None => no(format!("{}。", not_a_day(text.trim())), "请写成 YYYY-MM-DD，例如 2026-09-01。"),
    }
}

/// What the province allows at once, or the end of the school year where it sets nothing.
fn until(scene: &Scene) -> Result<Date, Failure> {
    let on = scene.answer("on").parse().unwrap_or(scene.today);
    let r = scene.registration()?;
    let school = r.as_ref().and_then(|r| scene.directory.school(r.school.as_str()));
    let division = school.map_or("", |s| s.division.as_str());
    let months = facts::terms(scene.rules.as_ref(), division, scene.today).leave_months;
    let end = months.and_then(|term| on.checked_add(i64::from(term.value).months()).ok());
    Ok(end.unwrap_or_else(|| date(school_year(on) + 1, 8, 31)))
}

pub const REASON: Step = Step {
    key: "reason",
    what: "异动原因：代码或名称（xueji explain change_reason）",
    is_aid: false,
    keys: |scene| if_needed(scene, Input::Reason),
    ask: |scene, _| {
        let must = need(scene, Input::Reason) == Some(true);
        let reasons = scene.spec().map_or(&[][..], |s| s.reasons);
        let table = code::table("change_reason");
        let entries = table.into_iter().flat_map(|t| t.entries());
        let mut choices: Vec<Choice> = entries
            .filter(|e| reasons.is_empty() || reasons.contains(&e.code))
            .map(|e| choice(e.code, format!("{} {}", e.code, e.label)))
            .collect();
        choices.extend((!must).then(|| choice("", "不写")));
        Ok(Question { must, ..Question::choose(Input::Reason.label(), choices) })
    },
    take: |_, text| Ok(app_change::reason_code(text)),
};

pub const NOTE: Step = Step {
    key: "note",
    what: "说明；转学是转学原因",
    is_aid: false,
    keys: |scene| if_needed(scene, Input::Note),
    ask: |scene, _| {
        let must = need(scene, Input::Note) == Some(true);
        match scene.spec() {
            Some(s) if is_transfer(s) => Ok(Question::write("转学原因", "例如 随父母迁居", must)),
            _ => Ok(Question::write("说明", if must { "" } else { "没有的直接回车" }, must)),
        }
    },
    take: as_written,
};

pub const DOCUMENT: Step = Step {
    key: "document",
    what: "文号、决定或证书号",
    is_aid: false,
    keys: |scene| if_needed(scene, Input::Document),
    ask: |scene, _| text(scene, Input::Document, ""),
    take: as_written,
};
