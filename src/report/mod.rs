//! Reports: one file per report, one row each in the table. Pure: what was gathered in, tables out.

pub mod attendance_certificate;
pub mod change_statistics;
pub mod class_roster;
pub mod class_sizes;
pub mod dashboard;
pub mod disputed_records;
pub mod dropout_ledger;
pub mod duplicate_findings;
pub mod facts;
pub mod flow;
pub mod graduates;
pub mod grid;
pub mod group;
pub mod headcount;
pub mod leave_ledger;
pub mod new_registrations;
pub mod overview;
pub mod person;
pub mod place;
pub mod registration_card;
pub mod retention_rate;
pub mod school_roster;
pub mod special_groups;
pub mod statistics_212;
pub mod statistics_312;
pub mod statistics_331;
pub mod statistics_341;
pub mod term_review;
pub mod transfer_ledger;
pub mod undocumented;

use jiff::civil::Date;

use crate::model::id::StudentId;
use crate::model::page::Page;
use crate::model::registration::Registration;
use crate::model::school::{Directory, School};
use crate::model::table::{Column, Personal, Table};

use dashboard::Board;
use facts::{Facts, Need};
use grid::Sheet;

/// What a report is built from.
pub struct Input<'a> {
    /// The bureau's name.
    pub bureau: &'a str,
    pub directory: &'a Directory,
    pub scope: &'a Scope,
    /// Those who hold a place in the scope, by school, class and key.
    pub registrations: &'a [&'a Registration],
    /// Everybody in the registry, those too who have left, where the report's row asks for it.
    pub everyone: &'a [Registration],
    /// What else the report's row asks for.
    pub facts: &'a Facts,
    pub span: Span,
    /// How a value that identifies a person is shown, for what is no cell of a table.
    pub shown: fn(Option<Personal>, &str) -> String,
}

/// What a report covers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// The code of the school; none: every school.
    pub school: Option<String>,
    /// The number of the class of that school.
    pub class: Option<String>,
    /// One pupil, for what is printed pupil by pupil.
    pub student: Option<StudentId>,
    /// For the head: 全部学校, a school, a class.
    pub name: String,
}

/// The days a report is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Where it tells what happened: since this day.
    pub from: Date,
    /// The day of its stock, and the last of what happened.
    pub to: Date,
}

/// Which days a report is of, unless it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Time {
    /// How things stand on a day: today.
    Day,
    /// How things stood on the last 1 September, 统计时点 (R§8).
    September,
    /// What happened: since the term began.
    Period,
    /// What happened in the year before a day.
    Year,
}

/// For whom a report is made at the end of a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Set {
    County,
    Schools,
    Both,
    /// It is printed when it is wanted.
    Neither,
}

/// One report.
#[derive(Clone, Copy)]
pub struct Report {
    pub name: &'static str,
    pub title: &'static str,
    pub what: &'static str,
    pub basis: &'static str,
    /// Who is counted or listed, pupils on leave above all, and which of several definitions was taken: 口径.
    pub counted: &'static str,
    pub time: Time,
    /// For whom it is made at the end of a term.
    pub set: Set,
    pub needs: &'static [Need],
    pub body: Body,
}

/// How a report is built.
#[derive(Clone, Copy)]
pub enum Body {
    /// Every cell counts pupils, and can be opened.
    Counts(for<'a> fn(&'a Input<'a>) -> Vec<Sheet<'a>>),
    /// Lists.
    Lists(fn(&Input) -> Vec<Table>),
    /// A table a class, made of its pupils in the order of their seats.
    Classes(fn(&Input, &[&Registration]) -> Table),
    /// One table, a pupil a row, however many there are.
    Rows(&'static Rows),
    /// A page a pupil.
    Pages(&'static Pages),
    /// Counts at a glance, with pictures.
    Board(fn(&Input) -> Board),
}

/// Pages, and whom they are for.
pub struct Pages {
    pub holds: fn(&Input, &Registration) -> bool,
    pub page: fn(&Input, &Registration) -> Page,
}

/// A table of which no more than a class is in memory at once.
pub struct Rows {
    pub columns: fn() -> Vec<Column>,
    /// The row of the pupil of this number, from 1.
    pub row: fn(&Input, &Registration, usize) -> Vec<String>,
}

/// Every report.
#[rustfmt::skip]
pub const REPORTS: &[Report] = &[
    class_roster::REPORT,
    school_roster::REPORT,
    undocumented::REPORT,
    registration_card::REPORT,
    attendance_certificate::REPORT,
    headcount::REPORT,
    overview::REPORT,
    special_groups::REPORT,
    class_sizes::REPORT,
    change_statistics::REPORT,
    transfer_ledger::REPORT,
    leave_ledger::REPORT,
    dropout_ledger::REPORT,
    new_registrations::REPORT,
    graduates::REPORT,
    graduates::CERTIFICATES,
    term_review::REPORT,
    disputed_records::REPORT,
    duplicate_findings::REPORT,
    retention_rate::REPORT,
    statistics_212::REPORT,
    statistics_312::REPORT,
    statistics_331::REPORT,
    statistics_341::REPORT,
    dashboard::REPORT,
];

/// The report of this name.
pub fn report(name: &str) -> Option<&'static Report> {
    REPORTS.iter().find(|r| r.name == name)
}

impl Time {
    /// Which days it takes, for people.
    pub fn told(self) -> &'static str {
        match self {
            Time::Day => "业务日期当天；--as-of 写明以前某一天，与当天打印的一样",
            Time::September => "最近一个 9 月 1 日；--as-of 写明别的日期（不再是统计时点数）",
            Time::Period => "本学期第一天至业务日期；--from、--to 写明期间",
            Time::Year => "业务日期以前一年；--from、--to 写明期间",
        }
    }
}

impl Scope {
    /// Whether a class of a school is in it.
    pub fn covers(&self, school: &str, class: &str) -> bool {
        self.school.as_deref().is_none_or(|s| s == school) && self.class.as_deref().is_none_or(|c| c == class)
    }
}

impl Input<'_> {
    /// The schools in the scope that there were on a day of the report, those without pupils too, in order of code.
    pub fn schools(&self) -> Vec<&School> {
        let from = self.span.from.to_string();
        let mut all = self.directory.schools();
        all.retain(|s| s.closed_on.as_ref().is_none_or(|day| *day > from));
        all.retain(|s| self.scope.school.as_deref().is_none_or(|code| code == s.code.as_str()));
        all
    }
}

impl Report {
    /// The lines under the title: who made it of what, when, and who is counted.
    pub fn head(&self, input: &Input) -> Vec<String> {
        let days = match self.time {
            Time::Period | Time::Year => format!("期间：{}至{}", day(input.span.from), day(input.span.to)),
            Time::Day => format!("统计日期：{}", day(input.span.to)),
            Time::September if (input.span.to.month(), input.span.to.day()) == (9, 1) => {
                format!("统计时点：{}", day(input.span.to))
            }
            Time::September => format!("统计日期：{}（不是 9 月 1 日统计时点）", day(input.span.to)),
        };
        vec![
            format!("填报单位：{}　范围：{}　{days}", input.bureau, input.scope.name),
            format!("口径：{}", self.counted),
        ]
    }

    /// The last line: what it rests on.
    pub fn foot(&self) -> String {
        format!("依据：{}", self.basis)
    }

    /// An empty table with title, head and the line of its basis.
    pub fn table(&self, input: &Input, columns: Vec<Column>) -> Table {
        Table {
            title: self.title.to_owned(),
            head: self.head(input),
            columns,
            foot: vec![self.foot()],
            ..Table::default()
        }
    }
}

/// A day as reports print it: 2026年9月10日.
pub fn day(date: Date) -> String {
    format!("{}年{}月{}日", date.year(), date.month(), date.day())
}

/// `20150307` as 2015-03-07; other texts as they are.
pub fn dashed(text: &str) -> String {
    if text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit()) {
        format!("{}-{}-{}", &text[..4], &text[4..6], &text[6..])
    } else {
        text.to_owned()
    }
}
