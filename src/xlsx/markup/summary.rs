//! The sheet of results: how many findings each check made, and each finding with a link to its cell.

use crate::model::finding::{Finding, Severity};
use crate::model::markup::RESULT_TITLE;
use crate::xlsx::markup::comments::reference;
use crate::xlsx::markup::xml::{cell_text, escape};
use crate::xlsx::write::{PAGES, fitting};
use std::collections::BTreeMap;
use unicode_width::UnicodeWidthStr;

/// So many findings are listed. (A sheet holds 65,530 links at most: Excel specifications and limits.)
pub const LISTED: usize = 60_000;

/// The styles of the sheet: numbers of the style sheet.
pub struct Look {
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

/// The widths in characters: together as wide as A4 across takes without making the letters small.
const WIDTHS: [f64; 8] = [14.0, 8.0, 14.0, 40.0, 38.0, 20.0, 26.0, 18.0];
/// The height of a line of the school's own font, in points, and what a row has besides.
const LINE: f64 = 15.0;
const BESIDES: f64 = 3.0;
/// The highest row (Excel specifications and limits), in points.
const HIGHEST: f64 = 409.0;

struct Sheet<'a> {
    rows: String,
    row: u32,
    look: &'a Look,
    merged: Vec<String>,
}

/// How many lines a text takes in so many characters. A Han character takes two and a little, and no line is quite full.
fn lines(text: &str, width: f64) -> f64 {
    let of = |line: &str| (line.width_cjk() as f64 * 1.08 / (width - 2.0)).ceil().max(1.0);
    text.lines().map(of).sum::<f64>().max(1.0)
}

/// The name of a check for people, the one for programs small below it.
fn check(title: &str, name: &str) -> String {
    let small = "<rPr><sz val=\"8\"/></rPr>";
    let text = |text: &str| format!("<t xml:space=\"preserve\">{}</t>", cell_text(&fitting(text)));
    format!("<r>{}</r><r>{small}{}</r>", text(title), text(&format!("\n{name}")))
}

impl Sheet<'_> {
    /// A row of texts, as high as they need in columns of these widths. What stands in the column of this number is a check.
    fn row(&mut self, cells: &[(&str, u32)], widths: &[f64], checked: Option<(usize, &str)>) -> u32 {
        self.row += 1;
        let high = (0..).zip(cells.iter().zip(widths)).map(|(at, ((text, _), width))| {
            let name = checked.filter(|(column, _)| *column == at).map_or(0.0, |(_, n)| lines(n, *width));
            lines(text, *width) + name
        });
        let high = (high.fold(1.0, f64::max) * LINE + BESIDES).min(HIGHEST);
        self.rows.push_str(&format!("<row r=\"{}\" ht=\"{high}\" customHeight=\"1\">", self.row));
        for (at, (text, style)) in (0..).zip(cells).filter(|(_, (text, _))| !text.is_empty()) {
            let said = match checked.filter(|(column, _)| *column == at) {
                Some((_, name)) => check(text, name),
                None => format!("<t xml:space=\"preserve\">{}</t>", cell_text(&fitting(text))),
            };
            self.rows.push_str(&format!(
                "<c r=\"{}\" s=\"{style}\" t=\"inlineStr\"><is>{said}</is></c>",
                reference((self.row, at as u32 + 1))
            ));
        }
        self.rows.push_str("</row>");
        self.row
    }

    /// A text over all columns.
    fn line(&mut self, text: &str, style: u32) {
        let row = self.row(&[(text, style)], &[WIDTHS.iter().sum()], None);
        let last = reference((row, WIDTHS.len() as u32));
        self.merged.push(format!("<mergeCell ref=\"A{row}:{last}\"/>"));
    }

    fn headings(&mut self, headings: &[&str]) {
        let style = self.look.heading;
        self.row(&headings.iter().map(|h| (*h, style)).collect::<Vec<_>>(), &WIDTHS, None);
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
    let mut sheet = Sheet { rows: String::new(), row: 0, look, merged: Vec::new() };
    sheet.line(RESULT_TITLE, look.heading);
    let of = |s: Severity| results.findings.iter().filter(|(_, f)| f.severity == s).count();
    let each =
        [Severity::Error, Severity::Explain, Severity::Note].map(|s| format!("{} {} 处", s.label(), of(s)));
    sheet.line(&format!("共 {} 处：{}。", results.findings.len(), each.join("，")), look.wrapped);
    let proposes = results.findings.iter().any(|(_, f)| f.proposal.is_some());
    let advice = if proposes {
        "请在原来的表中改正标色的单元格后送回；建议正确的，不必自己改，在“接受建议”一栏选“是”。"
    } else {
        "请在原来的表中改正标色的单元格后送回。"
    };
    sheet.line(advice, look.wrapped);
    for remark in results.remarks {
        sheet.line(remark, look.wrapped);
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
    let merged = sheet.merged.concat();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<worksheet xmlns=\"{namespace}\">\
         <sheetPr><pageSetUpPr fitToPage=\"1\"/></sheetPr><sheetViews><sheetView workbookViewId=\"0\"/></sheetViews><sheetFormatPr defaultRowHeight=\"15\"/>\
         <cols>{columns}</cols><sheetData>{}</sheetData><mergeCells count=\"{}\">{merged}</mergeCells>{links}\
         <pageMargins left=\"0.4\" right=\"0.4\" top=\"0.6\" bottom=\"0.6\" header=\"0.3\" footer=\"0.3\"/>\
         <pageSetup paperSize=\"9\" orientation=\"landscape\" fitToWidth=\"1\" fitToHeight=\"0\"/>\
         <headerFooter><oddFooter>{}</oddFooter></headerFooter></worksheet>",
        sheet.rows,
        sheet.merged.len(),
        escape(PAGES),
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
    sheet.headings(&["条数", "级别", "检查", "", "依据"]);
    // The name of a check takes two columns, its basis the four that are left.
    let whole = |columns: &[f64]| columns.iter().sum::<f64>();
    let widths = [WIDTHS[0], WIDTHS[1], whole(&WIDTHS[2..4]), 0.0, whole(&WIDTHS[4..])];
    for ((severity, check), (n, basis)) in counts {
        let (style, text) = (sheet.look.severity[rank(severity)], sheet.look.wrapped);
        let (title, n) = ((results.title)(check), n.to_string());
        let cells = [(n.as_str(), text), (severity.label(), style), (title, text), ("", text), (basis, text)];
        let row = sheet.row(&cells, &widths, Some((2, check)));
        sheet.merged.push(format!("<mergeCell ref=\"C{row}:D{row}\"/>"));
        sheet.merged.push(format!("<mergeCell ref=\"E{row}:H{row}\"/>"));
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
        let hint = f.hint_in_workbook();
        let cells = [
            (place.as_str(), wrapped),
            (f.severity.label(), style),
            (f.field.map_or("", |f| f.heading()), wrapped),
            (f.message.as_str(), wrapped),
            (hint.as_str(), wrapped),
            (f.proposal.as_deref().unwrap_or(""), wrapped),
            (f.basis, wrapped),
            ((results.title)(f.check), wrapped),
        ];
        let row = sheet.row(&cells, &WIDTHS, Some((7, f.check)));
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
        sheet.line(&rest, sheet.look.wrapped);
    }
    links
}
