//! Reports: one file per report, one row each in the table. Pure: registrations in, a table out.

pub mod class_roster;
pub mod headcount;

use jiff::civil::Date;

use crate::model::registration::Registration;
use crate::model::school::Directory;
use crate::model::table::Table;

/// What a report is built from.
pub struct Input<'a> {
    /// The bureau's name.
    pub bureau: &'a str,
    pub directory: &'a Directory,
    pub registrations: &'a [Registration],
    /// The day the report is of.
    pub today: Date,
    /// What it covers, for the head: 全库, a school, a class.
    pub scope: String,
}

/// One report.
pub struct Report {
    pub name: &'static str,
    pub title: &'static str,
    pub what: &'static str,
    pub basis: &'static str,
    pub build: fn(&Input) -> Vec<Table>,
}

/// Every report.
pub const REPORTS: &[Report] = &[class_roster::REPORT, headcount::REPORT];

/// The report of this name.
pub fn report(name: &str) -> Option<&'static Report> {
    REPORTS.iter().find(|r| r.name == name)
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
