//! Attendance lists read: rows as a roster's, and the columns that a roster does not have.

use crate::check::school_disagrees::Named;
use crate::model::cell::{Place, Row, column_letters};
use crate::model::field::Field;
use crate::model::school::Directory;
use crate::model::sheet::{ATTENDANCE_COLUMNS, SheetColumn};
use crate::roster::candidate::{Candidate, Reading};
use crate::roster::column::plain;
use crate::roster::layout::{Decision, Layout};

use super::super::failure::{Failure, Refusal};
use super::super::gather::{self, PassedFile};
use super::super::validate::FileSummary;
use super::super::{input, named};
use super::Asked;

/// What a cell says of whether the pupil is at school.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tick {
    Here,
    Away,
    Blank,
    /// Something that is neither.
    Other(String),
}

/// One row of a list.
pub struct Line {
    pub candidate: Box<Candidate>,
    /// The school the list is of.
    pub school: String,
    pub tick: Tick,
    pub reason: String,
    /// 内部编号, as the list has it.
    pub student: String,
    /// Where the tick stands, else the row.
    pub place: Place,
}

/// Lists as they were read.
pub struct Lists {
    pub lines: Vec<Line>,
    pub files: Vec<FileSummary>,
    pub passed: Vec<PassedFile>,
}

const HERE: &[&str] =
    &["是", "在", "在校", "到校", "已到校", "在读", "√", "✓", "✔", "☑", "有", "1", "y", "yes", "true"];
const AWAY: &[&str] = &[
    "否",
    "不在",
    "不在校",
    "未到校",
    "缺",
    "缺勤",
    "未到",
    "×",
    "✗",
    "✘",
    "x",
    "没有",
    "无",
    "0",
    "n",
    "no",
    "false",
];

/// What a cell says.
pub fn tick(text: &str) -> Tick {
    let text = text.trim();
    let lower = text.to_lowercase();
    match () {
        () if text.is_empty() => Tick::Blank,
        () if HERE.contains(&lower.as_str()) => Tick::Here,
        () if AWAY.contains(&lower.as_str()) => Tick::Away,
        () => Tick::Other(text.to_owned()),
    }
}

/// The columns of an attendance list that a roster does not have, counted from 0.
struct Own {
    tick: Option<usize>,
    reason: Option<usize>,
    student: Option<usize>,
}

impl Own {
    fn of(layout: &Layout) -> Own {
        let at = |key: &str| {
            let column: &SheetColumn = ATTENDANCE_COLUMNS.iter().find(|c| c.key == key)?;
            let names =
                |text: &str| plain(column.heading) == text || column.aliases.iter().any(|a| plain(a) == text);
            layout
                .unread
                .iter()
                .find(|(_, heading)| names(&plain(heading)))
                .map(|(at, _)| usize::from(*at) - 1)
        };
        Own { tick: at("attending"), reason: at("absence_reason"), student: at("student") }
    }

    /// Their letters.
    fn columns(&self) -> impl Iterator<Item = String> {
        [self.tick, self.reason, self.student].into_iter().flatten().map(|i| column_letters(i as u16 + 1))
    }
}

/// Reads every list. One that can't be read stops all: nobody knows whose pupils stand on it.
pub fn read(asked: &Asked, directory: &Directory) -> Result<Lists, Failure> {
    let mut lists = Lists { lines: Vec::new(), files: Vec::new(), passed: Vec::new() };
    let mut refusals = Vec::new();
    for file in asked.files {
        let mut opened = match input::open_as(&file.path, &file.label, &asked.opening) {
            Ok(opened) => opened,
            Err(e) => match gather::other_list(file, &e) {
                Some(kind) => {
                    lists.passed.push(PassedFile::new(&file.path, format!("是{kind}，不是在校名单。")));
                    continue;
                }
                None => return Err(e.into()),
            },
        };
        for which in 0..opened.len() {
            let mut summary = FileSummary::of(&opened, which);
            let own = Own::of(opened.layout(which));
            // A roster's reader does not know these columns; they are read all the same.
            summary.decisions.retain(|d| !own.columns().any(|letters| is_unread(d, &letters)));
            let said = named::of(
                &file.path,
                &summary.sheet,
                &[],
                asked.opening.at.school.as_deref(),
                Some(directory),
            );
            let before = lists.lines.len();
            opened.each_row(which, &mut |reading, row| {
                summary.take(&reading);
                if let Reading::Candidate(candidate) = reading {
                    lists.lines.push(line(candidate, row, &own));
                }
            })?;
            summary.decisions.extend(opened.decided_after(which));
            let label = format!("{}[{}]", summary.file, summary.sheet);
            let only = only_school(&lists.lines[before..]);
            summary.notes.extend(filled_in(&lists.lines[before..], &said, only.as_deref(), directory));
            settle(&mut lists.lines[before..], (&said, only), &label, directory, &mut refusals);
            lists.files.push(summary);
        }
    }
    if refusals.is_empty() { Ok(lists) } else { Err(Failure::Refused(refusals)) }
}

/// Whether a decision says that a column is not read.
fn is_unread(decision: &Decision, letters: &str) -> bool {
    decision.what == "column-unread" && decision.chosen.starts_with(&format!("{letters} 列"))
}

fn line(candidate: Box<Candidate>, row: &Row, own: &Own) -> Line {
    let get = |at: Option<usize>| at.map_or("", |i| row.cell(i).0.trim());
    let mut place = candidate.place(Some(Field::PupilName));
    if let Some(at) = own.tick {
        place.column = at as u16 + 1;
    }
    Line {
        school: String::new(),
        // A list without such a column is a list of those who are there.
        tick: own.tick.map_or(Tick::Here, |_| tick(get(own.tick))),
        reason: get(own.reason).to_owned(),
        student: get(own.student).to_owned(),
        place,
        candidate,
    }
}

/// Settles which school each row of a sheet is of; every reason why not.
fn settle(
    lines: &mut [Line],
    (said, only): (&[Named], Option<String>),
    label: &str,
    directory: &Directory,
    refusals: &mut Vec<Refusal>,
) {
    let named = school_of(said).or(only);
    let some_named = lines.iter().any(|l| !l.candidate.record.get(Field::School).is_empty());
    let mut told: Vec<String> = Vec::new();
    for line in lines {
        let own = line.candidate.record.get(Field::School).to_owned();
        let code = if own.is_empty() { named.clone().unwrap_or_default() } else { own };
        let other = said.iter().find(|n| n.schools.iter().all(|(c, _)| *c != code));
        let refusal = match (directory.school(&code), other) {
            (None, _) if code.is_empty() && some_named => Refusal::new(
                format!(
                    "{label}：第 {} 行没有写学校标识码，其他各行又不是同一所学校的，看不出是哪所学校的学生。",
                    line.place.row
                ),
                "请在这一行填写学校标识码。",
            ),
            (None, _) if code.is_empty() => Refusal::new(
                format!("{label}：看不出是哪所学校的名单。"),
                "请用 --school 学校标识码 写明，或在名单里加“学校标识码”一栏。",
            ),
            (None, _) => Refusal::new(
                format!("{label}：学校表中没有 {code}。"),
                "请核对学校标识码（xueji school list），或先导入学校表。",
            ),
            (Some(school), Some(named)) => Refusal::new(
                format!("{label}：{}说的是别的学校，名单里写的是 {}（{code}）。", named.by, school.name),
                "请核对是哪所学校的名单：改正 --school、文件名或学校标识码一栏。",
            ),
            (Some(school), None) => match &school.closed_on {
                Some(day) => Refusal::new(
                    format!("{label}：{}（{code}）已于 {day} 停办或并入别校。", school.name),
                    "停办学校没有在校学生可以核查；请按并入的学校核查。",
                ),
                None => {
                    line.school = code;
                    continue;
                }
            },
        };
        // What is said of every row of a sheet is said once.
        if !told.contains(&refusal.reason) {
            told.push(refusal.reason.clone());
            refusals.push(refusal);
        }
    }
}

/// The one school that the rows of a list name, where they name one.
fn only_school(lines: &[Line]) -> Option<String> {
    let mut named = lines.iter().map(|l| l.candidate.record.get(Field::School)).filter(|c| !c.is_empty());
    let first = named.next()?;
    named.all(|code| code == first).then(|| first.to_owned())
}

/// That rows which name no school were taken for the school of all others.
fn filled_in(lines: &[Line], said: &[Named], only: Option<&str>, directory: &Directory) -> Option<String> {
    let only = only.filter(|_| school_of(said).is_none())?;
    let rows = lines.iter().filter(|l| l.candidate.record.get(Field::School).is_empty());
    let rows: Vec<String> = rows.map(|l| l.place.row.to_string()).collect();
    let name = directory.school(only).map_or(only, |s| s.name.as_str());
    (!rows.is_empty()).then(|| {
        format!(
            "第 {} 行没有写学校标识码，名单上其他各行都是{name}（{only}）的，按这所学校核查。",
            rows.join("、")
        )
    })
}

/// The one school that all who say something say.
fn school_of(said: &[Named]) -> Option<String> {
    let first = said.first()?;
    let agreed = |code: &&(String, String)| said.iter().all(|n| n.schools.iter().any(|(c, _)| *c == code.0));
    let mut agreed = first.schools.iter().filter(agreed);
    match (agreed.next(), agreed.next()) {
        (Some((code, _)), None) => Some(code.clone()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_says_yes_or_no_or_is_asked_about() {
        for (text, expected) in [
            ("是", Tick::Here),
            (" √ ", Tick::Here),
            ("TRUE", Tick::Here),
            ("否", Tick::Away),
            ("×", Tick::Away),
            ("X", Tick::Away),
            ("", Tick::Blank),
            ("半天", Tick::Other("半天".into())),
        ] {
            assert_eq!(tick(text), expected, "{text}");
        }
        assert!(HERE.iter().all(|w| !AWAY.contains(w)));
    }

    #[test]
    fn a_school_is_settled_only_where_all_agree() {
        let named = |codes: &[&str]| Named {
            severity: crate::model::finding::Severity::Explain,
            in_title: false,
            by: String::new(),
            schools: codes.iter().map(|c| ((*c).to_owned(), String::new())).collect(),
        };
        assert_eq!(school_of(&[named(&["1", "2"]), named(&["2"])]), Some("2".into()));
        assert_eq!(school_of(&[named(&["1", "2"])]), None);
        assert_eq!(school_of(&[named(&["1"]), named(&["2"])]), None);
        assert_eq!(school_of(&[]), None);
    }
}
