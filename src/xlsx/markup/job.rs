//! What marking does to one sheet: which cells get which fill and comment, and what the columns beside the table say.

use crate::model::finding::{Finding, Severity};
use crate::model::markup::{HEADINGS, Proposal};
use crate::xlsx::markup::comments::{At, BASIS, REMEDY, opening};
use crate::xlsx::markup::sheet::{Asked, CellEdit, Plan, Survey, survey};
use crate::xlsx::markup::styles::{Own, Styles};
use crate::xlsx::write::fitting;
use std::collections::{BTreeMap, HashMap};
use std::io;

/// So many comments a sheet gets: each is drawn, and a program that opens the file draws them all.
pub const COMMENTS: usize = 20_000;
const WIDTHS: [f64; 3] = [60.0, 40.0, 18.0];
const LAST: u32 = 16_384;

/// What is said of one sheet.
pub struct Subject<'a> {
    pub header_row: u32,
    pub findings: &'a [&'a Finding],
    /// Columns of ours (from 1) from an earlier marking.
    pub ours: Vec<u32>,
}

/// What is done to it.
pub struct Job {
    pub survey: Survey,
    pub plan: Plan,
    /// The comments of cells.
    pub notes: BTreeMap<At, String>,
    /// Cells whose comment was left out.
    pub unnoted: usize,
}

/// Plans a sheet. `read` gives the sheet from its beginning, as often as it is called.
pub fn plan(
    subject: &Subject,
    styles: &mut Styles,
    read: &mut dyn FnMut(&Asked) -> io::Result<Survey>,
) -> io::Result<Job> {
    let mut cells: BTreeMap<At, Vec<&Finding>> = BTreeMap::new();
    for f in subject.findings.iter().filter(|f| f.place.column > 0) {
        cells.entry((f.place.row, u32::from(f.place.column))).or_default().push(f);
    }
    let mut asked = Asked {
        cells: BTreeMap::new(),
        header_row: subject.header_row,
        ours: subject.ours.clone(),
        count_styles: styles.has_marks(),
    };
    ask(&mut asked, &cells);
    let mut found = read(&asked)?;
    let merged = found.merged();
    if moved_to_first(&mut cells, &merged) {
        ask(&mut asked, &cells);
        found = read(&asked)?;
    }
    let mut plan = Plan { ours: subject.ours.clone(), header_row: subject.header_row, ..Plan::default() };
    plan.last_row = found.last_row;
    plan.restyle = unmarked(&found, styles);
    for (at, findings) in &cells {
        let severity = worst(findings);
        let own = found.styles.get(at).copied().unwrap_or(0);
        let before = plan.restyle.get(&(at.1, own)).copied().unwrap_or(own);
        let edit = CellEdit::Style(styles.marked(before, severity));
        plan.cells.entry(at.0).or_default().insert(at.1, edit);
    }
    let mut notes: BTreeMap<At, String> = cells.iter().map(|(at, findings)| (*at, note(findings))).collect();
    let beside = merged.iter().filter(|(_, last)| last.0 >= subject.header_row).map(|(_, last)| last.1);
    let marked = cells.keys().map(|at| at.1);
    let known = [found.last_column, found.filtered_to()];
    let first = beside.chain(marked).chain(known).max().unwrap_or(0) + 1;
    if !subject.findings.is_empty() && first + 2 <= LAST {
        let heading = added_columns(subject, first, styles, &found, &mut plan);
        let of_sheet: Vec<&Finding> = subject
            .findings
            .iter()
            .filter(|f| f.place.column == 0 && f.place.row <= subject.header_row)
            .copied()
            .collect();
        if !of_sheet.is_empty() {
            notes.insert(heading, note(&of_sheet));
        }
    }
    let last = plan.widths.last().map_or(0, |(column, _)| *column);
    plan.last_column = found.last_column.max(last);
    plan.last_row = plan.last_row.max(plan.cells.keys().next_back().copied().unwrap_or(0));
    let unnoted = notes.len().saturating_sub(COMMENTS);
    if unnoted > 0 {
        let from = *notes.keys().nth(COMMENTS).expect("there are more than that");
        notes.split_off(&from);
    }
    Ok(Job { survey: found, plan, notes, unnoted })
}

fn ask(asked: &mut Asked, cells: &BTreeMap<At, Vec<&Finding>>) {
    asked.cells.clear();
    for (row, column) in cells.keys() {
        asked.cells.entry(*row).or_default().insert(*column);
    }
}

/// Of merged cells only the first is seen: what is found in another goes there. Whether anything moved.
fn moved_to_first<'a>(cells: &mut BTreeMap<At, Vec<&'a Finding>>, merged: &[(At, At)]) -> bool {
    let mut moved = false;
    for (first, last) in merged {
        let inside: Vec<At> = cells
            .range((first.0, 0)..=(last.0, u32::MAX))
            .map(|(at, _)| *at)
            .filter(|at| at != first && (first.1..=last.1).contains(&at.1))
            .collect();
        for at in inside {
            let findings: Vec<&'a Finding> = cells.remove(&at).unwrap_or_default();
            cells.entry(*first).or_default().extend(findings);
            moved = true;
        }
    }
    moved
}

/// The styles that go back to what they were before an earlier marking. Where the fill is all that is lost and more
/// than one style may have been there, it is the one that most cells of the column have.
fn unmarked(found: &Survey, styles: &Styles) -> HashMap<(u32, u32), u32> {
    let often = |column: u32, style: u32| found.counts.get(&(column, style)).copied().unwrap_or(0);
    let back = |(column, style): &(u32, u32)| {
        let before = styles.before(*style);
        let best = before.into_iter().max_by_key(|s| (often(*column, *s), std::cmp::Reverse(*s)));
        best.map(|s| ((*column, *style), s))
    };
    found.counts.keys().filter_map(back).collect()
}

fn worst(findings: &[&Finding]) -> Severity {
    findings.iter().map(|f| f.severity).min().unwrap_or(Severity::Note)
}

/// What the comment of a cell says.
fn note(findings: &[&Finding]) -> String {
    let each = findings.iter().map(|f| {
        let proposal = f.proposal.as_ref().map_or_else(String::new, |p| format!("\n建议改为：{p}"));
        let opening = opening(f.severity);
        format!("{opening}{}{REMEDY}{}{BASIS}{}{proposal}", f.message, f.hint_in_workbook(), f.basis)
    });
    fitting(&each.collect::<Vec<_>>().join("\n\n")).into_owned()
}

/// The columns at the right of the table; the cell of the first heading.
fn added_columns(subject: &Subject, first: u32, styles: &mut Styles, found: &Survey, plan: &mut Plan) -> At {
    let mut rows: BTreeMap<u32, (Vec<String>, Vec<String>)> = BTreeMap::new();
    for f in subject.findings.iter().filter(|f| f.place.row > subject.header_row) {
        let entry = rows.entry(f.place.row).or_default();
        let heading = f.field.map_or("", |f| f.heading());
        entry.0.push(format!("【{}】{heading}：{}{}", f.severity.label(), f.message, f.hint_in_workbook()));
        if let Some(proposal) = &f.proposal
            && f.place.column > 0
        {
            let (column, heading) = (f.place.column, heading.to_owned());
            let (value, proposal) = (f.value.clone(), proposal.clone());
            entry.1.push(Proposal { column, heading, value, proposal }.line());
        }
    }
    let proposes = rows.values().any(|(_, proposals)| !proposals.is_empty());
    let count = if proposes { 3 } else { 1 };
    let beside = found.header.range(..first).next_back();
    let beside = beside.map(|(c, style)| plan.restyle.get(&(*c, *style)).copied().unwrap_or(*style));
    let heading = styles.heading(beside);
    let (text, accept) = (styles.own(Own::Text), styles.own(Own::Accept));
    let mut put = |row: u32, which: u32, style: u32, text: String| {
        plan.cells.entry(row).or_default().insert(first + which, CellEdit::Text { style, text });
    };
    for (which, words) in (0..count).zip(HEADINGS) {
        put(subject.header_row, which, heading, words.to_owned());
    }
    for (row, (reasons, proposals)) in &rows {
        put(*row, 0, text, fitting(&reasons.join("；")).into_owned());
        if !proposals.is_empty() {
            put(*row, 1, text, proposals.join("\n"));
            put(*row, 2, accept, String::new());
        }
    }
    plan.widths = (first..).zip(WIDTHS).take(count as usize).collect();
    let last = rows.keys().next_back().copied().unwrap_or(subject.header_row + 1);
    plan.answers = proposes.then_some((first + 2, subject.header_row + 1, last));
    (subject.header_row, first)
}

/// Reads a sheet through, for [`plan`].
pub fn look(input: Option<impl io::Read>, asked: &Asked) -> io::Result<Survey> {
    survey(input.ok_or(io::ErrorKind::NotFound)?, asked)
}
