//! Schools and classes that a row names and the registry does not have under that name: said at the cell, with what is near.

use crate::model::field::Field;
use crate::model::finding::Severity;
use crate::model::school::Class;
use crate::roster::date_cell;
use crate::roster::layout::title;

use super::seen::Seen;
use super::{Sink, Subject};

/// Whether a code or number that is blank should have come of a name, and that it did not is said of the name.
pub fn said(field: Field, subject: &Subject, seen: &mut Seen, sink: &mut Sink) -> bool {
    match field {
        Field::School => school(subject, sink),
        Field::ClassNumber => class(subject, seen, sink),
        _ => false,
    }
}

fn school(subject: &Subject, sink: &mut Sink) -> bool {
    let name = subject.get(Field::SchoolName);
    if name.is_empty() || !subject.has_column(Field::SchoolName) {
        return false;
    }
    let found = subject.context.directory.map(|d| d.named_in(name));
    let (why, hint) = match found.as_deref() {
        None => ("没有打开学籍库，不能按名称查得", "请打开学籍库再核对，或补上“学校标识码”一栏。".to_owned()),
        Some([]) => (
            "学籍库中没有叫这个名称的学校",
            "请改成学校全称（xueji school list 列出所有学校），或补上“学校标识码”一栏；全表是一所学校的，用 --school 写明。"
                .to_owned(),
        ),
        Some(found) => {
            let near: Vec<String> = found.iter().map(|s| format!("{}（{}）", s.name, s.code)).collect();
            let hint = format!("相近的是{}；请改成全称，或补上“学校标识码”一栏。", near.join("、"));
            ("学籍库中没有恰好叫这个名称的学校", hint)
        }
    };
    let message = format!("没有学校标识码，学校名称是“{name}”，{why}。");
    sink.add_as(Severity::Error, Field::SchoolName, message, hint);
    true
}

/// How many classes near the one named are listed.
const LISTED: usize = 8;

fn class(subject: &Subject, seen: &mut Seen, sink: &mut Sink) -> bool {
    let name = subject.get(Field::ClassName);
    let Some(directory) = subject.context.directory else { return false };
    if name.is_empty() {
        let blank = subject.has_column(Field::ClassName) && !subject.has_column(Field::ClassNumber);
        if blank {
            let hint = "缺少班级不能建立学籍，请补填后重新提交。";
            sink.add_as(Severity::Error, Field::ClassName, "班级没有填，表中也没有“班号”一栏。", hint);
        }
        return blank;
    }
    // Without its school, which is said by itself, a class is not looked for.
    let Some(school) = subject.facts.school else { return true };
    let all = directory.classes_of(school.code.as_str());
    if all.is_empty() {
        return false;
    }
    if directory.class(school.code.as_str(), name).is_some() && subject.has_column(Field::ClassName) {
        let message = format!("“{name}”是该校的班号，写在了班级一栏。");
        let hint = "请把栏目名改成“班号”，或在 --mapping 文件的 [columns] 下写 \"班级\" = \"class_number\"；只有几行这样写的，请改成班级的名称。";
        sink.add_as(Severity::Error, Field::ClassName, message, hint);
        return true;
    }
    let entry = date_cell::month(subject.get(Field::EntryMonth));
    // An unreadable month is said of the month itself; the class is found once it is mended.
    let unread = subject.candidate.record.has(Field::EntryMonth)
        || subject.candidate.failed.contains(Field::EntryMonth);
    if entry.is_none() && unread {
        return true;
    }
    let year = entry.map(|(year, month, _)| if month >= 7 { year } else { year - 1 });
    let key = title::same_class_key(name);
    let called: Vec<&Class> = all.iter().filter(|c| title::same_class_key(&c.name) == key).copied().collect();
    let of_year: Vec<&Class> = all.iter().filter(|c| Some(c.entry_year) == year).copied().collect();
    let is_of_row = !called.is_empty();
    let (why, near) = match year {
        None if called.is_empty() => ("该校没有叫这个名称的班级，入学年月也没有填写".to_owned(), all.clone()),
        None => ("没有入学年月，不知道是哪一年入学的班级".to_owned(), called),
        Some(year) if called.is_empty() => (format!("该校 {year} 年入学的班级中没有叫这个名称的"), of_year),
        Some(year) if called.iter().any(|c| c.entry_year == year) => {
            (format!("该校 {year} 年入学的班级有几个叫这个名称"), called)
        }
        Some(year) => (format!("该校叫这个名称的班级不是 {year} 年入学的"), called),
    };
    let message = format!("班级是“{name}”，按名称查不到班号：{why}。");
    let hint = hint(all.len(), &near);
    if subject.has_column(Field::ClassName) {
        sink.add_as(Severity::Error, Field::ClassName, message, hint);
    } else if is_of_row && subject.has_column(Field::EntryMonth) {
        // The class of the title is there, and this row's year of entry is another.
        sink.add_as(Severity::Error, Field::EntryMonth, message, hint);
    } else if seen.is_first_name(subject.candidate, &message) {
        // The class of a title is every row's.
        sink.add_at_header(Severity::Error, Some(Field::ClassName), message, hint);
    }
    true
}

fn hint(all: usize, near: &[&Class]) -> String {
    let shown = |c: &&Class| format!("{}（班号 {}，{} 年入学）", c.name, c.number, c.entry_year);
    let each: Vec<String> = near.iter().take(LISTED).map(shown).collect();
    let more = if near.len() > LISTED { "等" } else { "" };
    let known = match each.is_empty() {
        true => format!("该校的 {all} 个班级都不是这一年入学的。"),
        false => format!("相近的班级：{}{more}。", each.join("、")),
    };
    format!(
        "{known}请改成班级表中的名称，或加一栏“班号”；入学年月写错的请改正；新班请先导入班级表（xueji template classes）。"
    )
}
