//! The JSON forms: frozen, versioned structs of their own. One object a command, never a bare array.

pub mod verification;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use crate::app::failure::Refusal;
use crate::model::finding::Finding;
use crate::model::table::{Align, Table};

use super::{Privacy, mask};

/// `xueji.findings/1`: what checking rosters found.
#[derive(Serialize, JsonSchema)]
pub struct Findings {
    pub schema: &'static str,
    pub files: Vec<FileJson>,
    pub findings: Vec<FindingJson>,
    pub summary: Vec<CheckCount>,
    /// Every value that reading changed, where `--changes` or `-v` asked for them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<ChangeJson>,
    /// Files that were left alone.
    pub passed_files: Vec<PassedFileJson>,
    pub schools: Vec<SchoolCountJson>,
}

/// A file that was left alone: no roster of a school, or the same as another.
#[derive(Serialize, JsonSchema)]
pub struct PassedFileJson {
    pub file: String,
    pub reason: String,
}

/// What a run came to for one school.
#[derive(Serialize, JsonSchema)]
pub struct SchoolCountJson {
    /// As the rows say it; blank where they say none.
    pub school: String,
    /// Blank where the registry has no such school.
    pub name: String,
    pub rows: u64,
    pub admitted: u64,
    pub updated: u64,
    pub unchanged: u64,
    pub refused: u64,
    pub to_explain: u64,
}

/// One value that is not what stood in its cell.
#[derive(Serialize, JsonSchema)]
pub struct ChangeJson {
    pub file: String,
    pub sheet: String,
    pub cell: String,
    pub column: String,
    /// Masked where it identifies a person, as is `clean`.
    pub raw: String,
    pub clean: String,
    /// The names of the rules, as `xueji explain rules` lists them.
    pub rules: Vec<String>,
}

/// One file read.
#[derive(Serialize, JsonSchema)]
pub struct FileJson {
    pub file: String,
    pub sheet: Option<String>,
    pub header_row: Option<u32>,
    pub rows: u64,
    pub rows_with_errors: u64,
    /// Rows that are no pupils, with the reason.
    pub passed: Vec<PassedJson>,
    /// What was decided about the file (which sheet, where the header is, what a column is), and why.
    pub decisions: Vec<DecisionJson>,
    /// The columns that have a heading, and what each was taken for.
    pub columns: Vec<ColumnReadJson>,
    pub notes: Vec<String>,
    /// Values that are not what stood in their cells, by rule.
    pub normalized: BTreeMap<String, u64>,
    /// Why the file could not be read.
    pub error: Option<String>,
}

/// One decision about a file.
#[derive(Serialize, JsonSchema)]
pub struct DecisionJson {
    /// sheet, sheet-skipped, header, rows-passed, hidden-rows, columns, column-mapped, column-unread, member, constant
    /// or mapping.
    pub what: String,
    pub chosen: String,
    pub reason: String,
}

/// One column of a file.
#[derive(Serialize, JsonSchema)]
pub struct ColumnReadJson {
    pub column: String,
    /// The headings over it from the top down.
    pub heading: String,
    /// A key of `xueji explain fields`; null where the column is not read.
    pub field: Option<String>,
}

/// A row passed over.
#[derive(Serialize, JsonSchema)]
pub struct PassedJson {
    pub row: u32,
    pub reason: String,
}

/// One finding.
#[derive(Serialize, JsonSchema)]
pub struct FindingJson {
    pub check: String,
    /// error, explain or note.
    pub severity: &'static str,
    pub file: String,
    pub sheet: String,
    pub cell: String,
    pub row: u32,
    pub column: Option<String>,
    /// Masked where it identifies a person.
    pub value: String,
    pub message: String,
    pub hint: String,
    pub basis: String,
    /// What to put instead, masked as the value is; none where there is not exactly one candidate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proposal: Option<String>,
}

/// How many findings a check made.
#[derive(Serialize, JsonSchema)]
pub struct CheckCount {
    pub check: String,
    pub severity: &'static str,
    pub count: u64,
}

impl FindingJson {
    /// The frozen copy of a finding.
    pub fn of(f: &Finding, privacy: Privacy) -> FindingJson {
        FindingJson {
            check: f.check.to_owned(),
            severity: f.severity.key(),
            file: f.place.file.to_string(),
            sheet: f.place.sheet.to_string(),
            cell: f.place.cell(),
            row: f.place.row,
            column: f.field.map(|f| f.heading().to_owned()),
            value: mask::value(f.field, &f.value, privacy),
            message: f.message.clone(),
            hint: f.hint.clone(),
            basis: f.basis.to_owned(),
            proposal: f.proposal.as_ref().map(|p| mask::value(f.field, p, privacy)),
        }
    }
}

/// `xueji.import/1`: the plan of an import and, unless it was a dry run, what came of it.
#[derive(Serialize, JsonSchema)]
pub struct Import {
    pub schema: &'static str,
    pub dry_run: bool,
    pub batch: Option<i64>,
    pub admitted: u64,
    pub updated: u64,
    pub unchanged: u64,
    pub refused: u64,
    pub classes: u64,
    /// Rows to admit that may be somebody who is registered, or in another row.
    pub suspects: u64,
    pub pairs: Vec<PairJson>,
    /// False where a first load of very many rows is left to `xueji dedup`.
    pub compared: bool,
    /// Findings that wait for a text.
    pub to_explain: u64,
    pub approved: u64,
    pub held_back: u64,
    pub files: Vec<FileJson>,
    /// Files that were left alone.
    pub passed_files: Vec<PassedFileJson>,
    pub schools: Vec<SchoolCountJson>,
    pub findings: Vec<FindingJson>,
}

/// A row to admit and whom its pupil may be.
#[derive(Serialize, JsonSchema)]
pub struct PairJson {
    pub file: String,
    pub sheet: String,
    pub row: u32,
    pub rule: String,
    /// Bits for one child against two.
    pub score: f64,
    pub likely: &'static str,
    pub reasons: String,
    /// The registered pupil; null where it is another row.
    pub student: Option<String>,
    /// The other row, of `other_file` and `other_sheet`.
    pub other_file: Option<String>,
    pub other_sheet: Option<String>,
    pub other_row: Option<u32>,
}

/// `xueji.numbers/1`: bare numbers checked.
#[derive(Serialize, JsonSchema)]
pub struct Numbers {
    pub schema: &'static str,
    pub total: u64,
    pub errors: u64,
    pub unknown_divisions: u64,
    /// By verdict.
    pub verdicts: BTreeMap<String, u64>,
    pub bad: Vec<BadNumberJson>,
    /// Whether `bad` holds all of them.
    pub complete: bool,
}

/// A number that is not sound, masked.
#[derive(Serialize, JsonSchema)]
pub struct BadNumberJson {
    pub line: u64,
    pub value: String,
    pub message: String,
}

/// `xueji.table/1`: any list or report.
#[derive(Serialize, JsonSchema)]
pub struct Tables {
    pub schema: &'static str,
    pub tables: Vec<TableJson>,
}

/// One table.
#[derive(Serialize, JsonSchema)]
pub struct TableJson {
    pub title: String,
    pub head: Vec<String>,
    pub columns: Vec<ColumnJson>,
    /// Each row by column key; counts are numbers.
    pub rows: Vec<serde_json::Map<String, serde_json::Value>>,
    pub foot: Vec<String>,
}

/// One column.
#[derive(Serialize, JsonSchema)]
pub struct ColumnJson {
    pub key: String,
    pub heading: String,
}

impl TableJson {
    /// The frozen copy of a table.
    pub fn of(table: &Table, privacy: Privacy) -> TableJson {
        let row = |cells: &Vec<String>| {
            let each = cells.iter().zip(&table.columns).map(|(cell, column)| {
                let count = (column.align == Align::Count).then(|| cell.parse::<i64>().ok()).flatten();
                let text = || mask::cell(column.personal, cell, privacy).into();
                (column.key.to_owned(), count.map_or_else(text, serde_json::Value::from))
            });
            each.collect()
        };
        let columns = table.columns.iter();
        TableJson {
            title: table.title.clone(),
            head: table.head.clone(),
            columns: columns
                .map(|c| ColumnJson { key: c.key.to_owned(), heading: c.heading.clone() })
                .collect(),
            rows: table.rows.iter().map(row).collect(),
            foot: table.foot.clone(),
        }
    }
}

/// `xueji.page/1`: a page of the manual.
#[derive(Default, Serialize, JsonSchema)]
pub struct PageJson {
    pub schema: &'static str,
    pub name: String,
    pub title: String,
    /// The whole page as people read it.
    pub text: String,
    /// Of a check: error, explain or note.
    pub severity: Option<&'static str>,
    pub what: Option<String>,
    pub why: Option<String>,
    pub remedy: Option<String>,
    pub basis: Option<String>,
}

/// `xueji.done/1`: a command that wrote something, and what.
#[derive(Serialize, JsonSchema)]
pub struct Done {
    pub schema: &'static str,
    pub message: String,
    pub batch: Option<i64>,
    pub counts: BTreeMap<String, i64>,
    /// What was left undone, and why.
    pub refused: Vec<RefusalJson>,
}

/// `xueji.bulk/1`: changes of many pupils, row by row.
#[derive(Serialize, JsonSchema)]
pub struct Bulk {
    pub schema: &'static str,
    pub dry_run: bool,
    pub batch: Option<i64>,
    pub done: u64,
    /// Rows that an earlier run of the same list had done.
    pub already: u64,
    pub refused: u64,
    /// Headings that nothing was read from.
    pub unread: Vec<String>,
    pub rows: Vec<BulkRow>,
}

/// One row of a list, or one application decided with others.
#[derive(Serialize, JsonSchema)]
pub struct BulkRow {
    /// The row of the list; null where there is none.
    pub row: Option<u32>,
    pub student: Option<String>,
    /// Masked.
    pub name: String,
    pub kind: String,
    pub application: Option<String>,
    /// done, already or refused.
    pub outcome: &'static str,
    pub reasons: Vec<BulkReason>,
}

/// Why a row was refused, and the cell to mend.
#[derive(Serialize, JsonSchema)]
pub struct BulkReason {
    pub cell: String,
    pub reason: String,
    pub remedy: String,
}

/// A refusal with its remedy.
#[derive(Serialize, JsonSchema)]
pub struct RefusalJson {
    pub reason: String,
    pub remedy: String,
}

impl From<Refusal> for RefusalJson {
    fn from(refusal: Refusal) -> RefusalJson {
        RefusalJson { reason: refusal.reason, remedy: refusal.remedy }
    }
}

/// `xueji.error/1`: a command that could not be done.
#[derive(Serialize, JsonSchema)]
pub struct Error {
    pub schema: &'static str,
    pub exit_code: u8,
    pub message: String,
    pub hint: String,
    pub refusals: Vec<RefusalJson>,
}
