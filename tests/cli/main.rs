//! The program as a clerk and a script use it: sessions, exit codes, bad input, and the registry as it was after each.

#![allow(clippy::unwrap_used)] // a helper of a test may fail as the test may

mod bad_input;
mod blind;
mod bulk;
mod card;
mod change;
mod chromium;
mod dashboard;
mod dedup;
mod dedup_evaluate;
mod dispute;
mod dropout;
mod due;
mod evidence;
mod file;
mod form;
mod formats;
mod history;
mod json;
mod letters;
mod libreoffice;
mod line;
mod many;
mod loaded;
mod mapping;
mod marked;
mod mend;
mod oneroster;
mod output;
mod privacy;
mod rare;
mod report;
mod report_office;
mod report_pages;
mod report_sql;
mod rollover;
mod roster;
mod route;
mod school;
mod school_year;
#[cfg(unix)]
mod server;
mod seen;
mod session;
mod term;
mod spread;
mod sync;
#[cfg(unix)]
mod terminal;
#[cfg(unix)]
mod upstream;
mod verify;
mod wizard;
