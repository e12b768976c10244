//! The sheet of results: how many findings each check made, and each finding with a link to its cell.

use crate::model::finding::{Finding, Severity};
use crate::model::markup::RESULT_TITLE;
use crate::xlsx::markup::comments::reference;
use crate::xlsx::markup::xml::{cell_text, escape};
use crate::xlsx::write::fitting;
use std::collections::BTreeMap;

/// So many findings are listed. (A sheet holds 65,530 links at most: Excel specifications and limits.)
pub const LISTED: usize = 60_000;

/// The styles of the sheet: numbers of the style sheet.
pub struct Look {
    pub text: u32,
    pub wrapped: u32,
    pub heading: u32,
    pub severity: [u32; 3],
}

/// What the sheet says.
pub struct Results<'a> {
    /// The findings, each with the name of the sheet as the workbook has it.
    pub findings: &'a [(&'a str, &'a Finding)],
    pub title: &'a dyn Fn(&str) -> &'static str,
    /// What should be known besides: that the file was made anew, that not everything has a comment.
    pub remarks: &'a [String],
}

const WIDTHS: [f64; 8] = [20.0, 8.0, 18.0, 60.0, 50.0, 24.0, 44.0, 24.0];

struct Sheet<'a> {
    rows: String,
    row: u32,
    look: &'a Look,
}

impl Sheet<'_> {
    fn line(&mut self, cells: &[(&str, u32)]) -> u32 {
        self.row += 1;
        self.rows.push_str(&format!("<row r=\"{}\">", self.row));
        for (column, (text, style)) in (1..).zip(cells) {
            if text.is_empty() {
                continue;
            }
            self.rows.push_str(&format!(
                "<c r=\"{}\" s=\"{style}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">{}</t></is></c>",
                reference((self.row, column)),
                cell_text(&fitting(text))
            ));
        }
        self.rows.push_str("</row>");
        self.row
    }

    fn headings(&mut self, headings: &[&str]) {
        let style = self.look.heading;
        self.line(&headings.iter().map(|h| (*h, style)).collect::<Vec<_>>());
    }
}

fn rank(severity: Severity) -> usize {
    match severity {
        Severity::Error => 0,
        Severity::Explain => 1,
        Severity::Note => 2,
    }
}

/// The sheet as a part.
pub fn sheet(results: &Results, look: &Look, namespace: &str) -> String {
    let mut sheet = Sheet { rows: String::new(), row: 0, look };
    sheet.line(&[(RESULT_TITLE, look.heading)]);
    let of = |s: Severity| results.findings.iter().filter(|(_, f)| f.severity == s).count();
    let each =
        [Severity::Error, Severity::Explain, Severity::Note].map(|s| format!("{} {} 处", s.label(), of(s)));
    sheet.line(&[(&format!("共 {} 处：{}。", results.findings.len(), each.join("，")), look.text)]);
    let proposes = results.findings.iter().any(|(_, f)| f.proposal.is_some());
    let advice = if proposes {
        "请在原来的表中改正标色的单元格后送回；建议正确的，不必自己改，在“接受建议”一栏选“是”。"
    } else {
        "请在原来的表中改正标色的单元格后送回。"
    };
    sheet.line(&[(advice, look.text)]);
    for remark in results.remarks {
        sheet.line(&[(remark, look.text)]);
    }
    sheet.row += 1;
    counts(&mut sheet, results);
    sheet.row += 1;
    let links = listed(&mut sheet, results);
    let columns: String = (1..)
        .zip(WIDTHS)
        .map(|(i, w)| format!("<col min=\"{i}\" max=\"{i}\" width=\"{w}\" customWidth=\"1\"/>"))
        .collect();
    let links = if links.is_empty() { links } else { format!("<hyperlinks>{links}</hyperlinks>") };
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<worksheet xmlns=\"{namespace}\">\
         <sheetViews><sheetView workbookViewId=\"0\"/></sheetViews><sheetFormatPr defaultRowHeight=\"15\"/>\
         <cols>{columns}</cols><sheetData>{}</sheetData>{links}\
         <pageMargins left=\"0.4\" right=\"0.4\" top=\"0.6\" bottom=\"0.6\" header=\"0.3\" footer=\"0.3\"/>\
         <pageSetup paperSize=\"9\" orientation=\"landscape\"/></worksheet>",
        sheet.rows
    )
}

fn counts(sheet: &mut Sheet, results: &Results) {
    let mut counts: BTreeMap<(Severity, &str), (usize, &str)> = BTreeMap::new();
    for (_, f) in results.findings {
        counts.entry((f.severity, f.check)).or_insert((0, f.basis)).0 += 1;
    }
    if counts.is_empty() {
        return;
    }
    sheet.headings(&["检查", "级别", "条数", "名称", "依据"]);
    for ((severity, check), (n, basis)) in counts {
        let (style, text) = (sheet.look.severity[rank(severity)], sheet.look.text);
        let title = (results.title)(check);
        sheet.line(&[
            (check, text),
            (severity.label(), style),
            (&n.to_string(), text),
            (title, text),
            (basis, text),
        ]);
    }
}

/// The findings, those that must be mended first; the links to their cells.
fn listed(sheet: &mut Sheet, results: &Results) -> String {
    let mut sorted: Vec<&(&str, &Finding)> = results.findings.iter().collect();
    sorted.sort_by_key(|(_, f)| f.severity);
    let mut links = String::new();
    if sorted.is_empty() {
        return links;
    }
    sheet.headings(&["位置", "级别", "栏目", "问题", "办法", "建议改为", "依据", "检查"]);
    for (name, f) in sorted.iter().take(LISTED) {
        let (style, wrapped) = (sheet.look.severity[rank(f.severity)], sheet.look.wrapped);
        let place = match f.place.column {
            0 => format!("{name}!第{}行", f.place.row),
            _ => format!("{name}!{}", f.place.cell()),
        };
        let row = sheet.line(&[
            (&place, sheet.look.text),
            (f.severity.label(), style),
            (f.field.map_or("", |f| f.heading()), wrapped),
            (&f.message, wrapped),
            (&f.hint_in_workbook(), wrapped),
            (f.proposal.as_deref().unwrap_or(""), sheet.look.text),
            (f.basis, wrapped),
            (f.check, sheet.look.text),
        ]);
        let cell = reference((f.place.row.max(1), u32::from(f.place.column.max(1))));
        let target = format!("'{}'!{cell}", name.replace('\'', "''"));
        links.push_str(&format!(
            "<hyperlink ref=\"A{row}\" location=\"{}\" display=\"{}\"/>",
            escape(&target),
            escape(&place)
        ));
    }
    if sorted.len() > LISTED {
        let rest = format!("……另有 {} 处没有列出，都在原表中标了颜色。", sorted.len() - LISTED);
        sheet.line(&[(&rest, sheet.look.text)]);
    }
    links
}
