//! For people: tables with the right widths for Han, findings with their remedy, plain lines.

use comfy_table::{CellAlignment, ContentArrangement, LineStyle, TableStyle};

use crate::model::finding::{Finding, Page};
use crate::model::table::{Align, Table};

use super::{Privacy, mask};

/// A table as text. `width` is the terminal's; `None` lets it be as wide as it is.
pub fn table(table: &Table, privacy: Privacy, width: Option<u16>) -> String {
    let mut out = String::new();
    if !table.title.is_empty() {
        out.push_str(&table.title);
        out.push('\n');
    }
    for line in &table.head {
        out.push_str(line);
        out.push('\n');
    }
    if !table.columns.is_empty() {
        out.push_str(&grid(table, privacy, width));
        out.push('\n');
    }
    for line in &table.foot {
        out.push_str(line);
        out.push('\n');
    }
    out
}

fn grid(table: &Table, privacy: Privacy, width: Option<u16>) -> String {
    let mut grid = comfy_table::Table::new();
    // A rule under the header and nothing else: what hledger and ripgrep users expect, and what greps well.
    grid.load_style(TableStyle::new().header_separator(LineStyle::new('─', '─', '─', '─')));
    grid.set_content_arrangement(ContentArrangement::Dynamic);
    if let Some(width) = width {
        grid.set_width(width);
    } else {
        grid.set_content_arrangement(ContentArrangement::Disabled);
    }
    grid.set_header(table.columns.iter().map(|c| c.heading.clone()));
    for row in &table.rows {
        grid.add_row(
            row.iter()
                .zip(&table.columns)
                .map(|(cell, c)| mask::cell(c.personal, &printable(&c.read(cell)), privacy)),
        );
    }
    for (i, _) in table.columns.iter().enumerate().filter(|(_, c)| c.align == Align::Count) {
        if let Some(c) = grid.column_mut(i) {
            c.set_cell_alignment(CellAlignment::Right);
        }
    }
    let text = grid.to_string();
    text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

/// A text that a terminal can print: control characters of a roster must not move its cursor.
pub fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// How long a value may be in a line.
const SHOWN: usize = 40;

fn short(text: &str) -> String {
    let text = printable(text);
    if text.chars().count() <= SHOWN {
        return text;
    }
    format!("{}…", text.chars().take(SHOWN).collect::<String>())
}

/// One finding: place, severity, name, message, then value, remedy and basis under it.
pub fn finding(f: &Finding, privacy: Privacy) -> String {
    let heading = f.field.map_or("", |field| field.heading());
    let mut out = format!(
        "{}[{}]{} {} {} {}\n",
        f.place.file,
        f.place.sheet,
        f.place.cell(),
        heading,
        f.severity.label(),
        f.message
    )
    .replace("  ", " ");
    if !f.value.is_empty() {
        out.push_str(&format!("    原值：{}\n", short(&mask::value(f.field, &f.value, privacy))));
    }
    if let Some(proposal) = &f.proposal {
        out.push_str(&format!("    建议改为：{}\n", short(&mask::value(f.field, proposal, privacy))));
    }
    if !f.hint.is_empty() {
        out.push_str(&format!("    办法：{}\n", f.hint));
    }
    out.push_str(&format!("    检查：{}　依据：{}\n", f.check, f.basis));
    out
}

/// A manual page.
pub fn page(page: &Page) -> String {
    format!(
        "{}（{}）\n\n级别：{}\n查什么：{}\n为什么：{}\n怎么办：{}\n依据：{}\n",
        page.title,
        page.name,
        page.severity.label(),
        page.what,
        page.why,
        page.remedy,
        page.basis
    )
}
