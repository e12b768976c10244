//! A web page as a workbook: its tables, as school systems "export" them under the name of an xls.

use crate::model::cell::{Region, Row};
use crate::xlsx::cells::MERGES;
use crate::xlsx::error::ReadError;
use crate::xlsx::guard::fenced;
use crate::xlsx::read::SheetInfo;
use crate::xlsx::text::{self, Encoding, Utf8};
use crate::xlsx::value::{LAST_COLUMN, LAST_ROW, push_text, region};
use crate::xlsx::watch::{Watch, Watched};
use html5gum::{IoReader, StartTag, Token, Tokenizer};
use std::fs::File;
use std::io;
use std::ops::ControlFlow;
use std::path::Path;

/// A larger page is no roster.
pub const FILE_LIMIT: u64 = 256 << 20;
/// What a cell may span (HTML, 4.9.11).
const SPAN_LIMIT: usize = 1000;
const ROW_SPAN_LIMIT: u32 = 65_534;

/// The encoding of the page. What can only be UTF-8 is that; else the page's own word counts; else what its bytes are.
pub fn encoding(path: &Path, head: &[u8]) -> Result<Encoding, ReadError> {
    let found = text::detect(path, || File::open(path))?;
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let named = head.split_once("charset=").map(|(_, name)| name.trim_start_matches(['"', '\'', ' ']));
    let says_gb = named.is_some_and(|name| name.starts_with("gb"));
    // A few characters of GBK may by chance be UTF-8 as well.
    if found == Encoding::Utf8 && says_gb && text::may_be_gb18030(path)? {
        return Ok(Encoding::Gb18030);
    }
    Ok(found)
}

/// The tables of the page that have rows, in order.
pub fn sheets(path: &Path, encoding: Encoding) -> Result<Vec<SheetInfo>, ReadError> {
    let watch = Watch::default();
    let mut scan = Scan::open(path, encoding, &watch, None)?;
    match fenced(|| scan.row()) {
        Some(Ok(None)) if scan.tables == 0 => Err(ReadError::NotAWorkbook {
            path: path.to_path_buf(),
            looks_like: "没有表格的网页（HTML）",
        }),
        Some(Ok(None)) => {
            let name = |number| SheetInfo { name: format!("表格{number}"), visible: true };
            Ok((1..=scan.tables).map(name).collect())
        }
        _ => Err(watch.or(path, || ReadError::damaged(path, "网页中的表格无法解析"))),
    }
}

/// The cells of a table that span others.
pub fn merges(path: &Path, encoding: Encoding, table: usize) -> Result<Vec<Region>, ReadError> {
    let watch = Watch::default();
    let mut scan = Scan::open(path, encoding, &watch, Some(table))?;
    scan.spans = Some(Vec::new());
    loop {
        match fenced(|| scan.row()) {
            Some(Ok(Some(_))) => {}
            Some(Ok(None)) => return Ok(scan.spans.unwrap_or_default()),
            _ => return Err(watch.or(path, || ReadError::damaged(path, "合并单元格无法解析"))),
        }
    }
}

/// Gives every row of a table that is not blank.
pub fn rows(
    path: &Path,
    encoding: Encoding,
    table: usize,
    sink: &mut dyn FnMut(Row) -> ControlFlow<()>,
) -> Result<(), ReadError> {
    let watch = Watch::default();
    let mut scan = Scan::open(path, encoding, &watch, Some(table))?;
    loop {
        match fenced(|| scan.row()) {
            Some(Ok(Some(row))) if row.is_blank() => {}
            Some(Ok(Some(row))) => {
                if sink(row).is_break() {
                    return Ok(());
                }
            }
            Some(Ok(None)) => return Ok(()),
            _ => {
                let detail = format!("网页中的表格第 {} 行之后读不下去", scan.number);
                return Err(watch.or(path, || ReadError::damaged(path, detail)));
            }
        }
    }
}

type Input = IoReader<Utf8<Watched<File>>>;

struct Scan {
    tokens: Tokenizer<Input>,
    /// Tables of the page itself that have begun, and the one that is read.
    tables: usize,
    wanted: Option<usize>,
    /// How many tables stand around the place at hand: a table in a cell is part of the cell's text.
    depth: usize,
    /// Rows of the table that have begun.
    number: u32,
    row: Option<Row>,
    cell: Option<Cell>,
    /// For how many more rows each column is taken by a cell from above.
    taken: Vec<u32>,
    column: usize,
    /// The element whose text is not shown.
    unseen: Option<Vec<u8>>,
    ended: bool,
    /// The cells that span others, where somebody wants them.
    spans: Option<Vec<Region>>,
}

#[derive(Default)]
struct Cell {
    text: String,
    columns: usize,
    rows: u32,
}

impl Scan {
    fn open(
        path: &Path,
        encoding: Encoding,
        watch: &Watch,
        wanted: Option<usize>,
    ) -> Result<Scan, ReadError> {
        let file = File::open(path).map_err(|e| ReadError::from_io(path, e))?;
        let input = Utf8::new(Watched::new(file, watch), encoding);
        Ok(Scan {
            tokens: Tokenizer::new(IoReader::new(input)),
            tables: 0,
            wanted,
            depth: 0,
            number: 0,
            row: None,
            cell: None,
            taken: Vec::new(),
            column: 0,
            unseen: None,
            ended: false,
            spans: None,
        })
    }

    /// The next row of the wanted table.
    fn row(&mut self) -> Result<Option<Row>, io::Error> {
        while !self.ended {
            let Some(token) = self.tokens.next() else {
                self.ended = true;
                return self.close_row();
            };
            let done = match token? {
                Token::StartTag(tag) => self.start(&tag)?,
                Token::EndTag(tag) => self.end(&tag.name)?,
                Token::String(text) if self.unseen.is_none() => {
                    if let Some(cell) = &mut self.cell {
                        add(&mut cell.text, &String::from_utf8_lossy(&text));
                    }
                    None
                }
                _ => None,
            };
            if done.is_some() {
                return Ok(done);
            }
        }
        Ok(None)
    }

    fn reading(&self) -> bool {
        self.depth == 1 && self.wanted.is_some_and(|wanted| self.tables == wanted + 1)
    }

    fn start(&mut self, tag: &StartTag<()>) -> Result<Option<Row>, io::Error> {
        let name: &[u8] = &tag.name;
        match name {
            b"table" => {
                self.depth += 1;
                if self.depth == 1 {
                    self.tables += 1;
                    self.number = 0;
                    self.taken.clear();
                }
            }
            b"tr" if self.reading() => {
                let done = self.close_row()?;
                self.number += 1;
                if self.number > LAST_ROW {
                    return Err(io::ErrorKind::InvalidData.into());
                }
                let style = value(tag, "style").replace(char::is_whitespace, "").to_ascii_lowercase();
                self.row = Some(Row::new(self.number).hidden_if(style.contains("display:none")));
                self.column = 0;
                return Ok(done);
            }
            b"td" | b"th" if self.reading() && self.row.is_some() => {
                self.close_cell()?;
                let span = |name| value(tag, name).trim().parse::<usize>().unwrap_or(1);
                self.cell = Some(Cell {
                    text: String::new(),
                    columns: span("colspan").clamp(1, SPAN_LIMIT),
                    rows: (span("rowspan").max(1) as u32).min(ROW_SPAN_LIMIT),
                });
            }
            b"br" | b"p" | b"div" | b"li" => {
                if let Some(cell) = &mut self.cell {
                    break_line(&mut cell.text, name == b"br");
                }
            }
            b"script" | b"style" | b"title" | b"template" if !tag.self_closing => {
                self.unseen.get_or_insert_with(|| name.to_vec());
            }
            _ => {}
        }
        Ok(None)
    }

    fn end(&mut self, name: &[u8]) -> Result<Option<Row>, io::Error> {
        if self.unseen.as_deref() == Some(name) {
            self.unseen = None;
        }
        match name {
            b"td" | b"th" if self.depth == 1 => self.close_cell()?,
            b"tr" if self.depth == 1 => return self.close_row(),
            b"table" => {
                let done = if self.depth == 1 { self.close_row()? } else { None };
                self.depth = self.depth.saturating_sub(1);
                return Ok(done);
            }
            _ => {}
        }
        Ok(None)
    }

    fn close_row(&mut self) -> Result<Option<Row>, io::Error> {
        self.close_cell()?;
        let row = self.row.take();
        if row.is_some() {
            self.taken.iter_mut().for_each(|rows| *rows = rows.saturating_sub(1));
        }
        Ok(row)
    }

    /// Puts the cell into the next columns that no cell from above takes.
    fn close_cell(&mut self) -> Result<(), io::Error> {
        let (Some(cell), Some(row)) = (self.cell.take(), &mut self.row) else {
            return Ok(());
        };
        while self.taken.get(self.column).is_some_and(|rows| *rows > 0) {
            self.column += 1;
        }
        let end = self.column + cell.columns;
        if end > LAST_COLUMN {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let text = cell.text.trim_matches([' ', '\n']);
        if !text.is_empty() {
            row.pad_to(self.column);
            push_text(row, text);
        }
        if cell.rows > 1 {
            self.taken.resize(self.taken.len().max(end), 0);
            self.taken[self.column..end].fill(cell.rows);
        }
        if let Some(spans) = self.spans.as_mut().filter(|_| cell.rows > 1 || cell.columns > 1) {
            if spans.len() >= MERGES {
                return Err(io::ErrorKind::InvalidData.into());
            }
            let (top, left) = (row.number - 1, self.column as u32);
            spans.extend(region((top, left), (top + cell.rows - 1, end as u32 - 1)));
        }
        self.column = end;
        Ok(())
    }
}

fn value(tag: &StartTag<()>, name: &str) -> String {
    let found = tag.attributes.iter().find(|(key, _)| key.as_slice() == name.as_bytes());
    found.map_or_else(String::new, |(_, value)| String::from_utf8_lossy(value).into_owned())
}

/// White space in a page is one space, and none at the beginning of a line.
fn add(text: &mut String, more: &str) {
    for letter in more.chars() {
        if !matches!(letter, ' ' | '\t' | '\r' | '\n' | '\u{c}') {
            text.push(letter);
        } else if !text.is_empty() && !text.ends_with([' ', '\n']) {
            text.push(' ');
        }
    }
}

fn break_line(text: &mut String, always: bool) {
    while text.ends_with(' ') {
        text.pop();
    }
    if always || !(text.is_empty() || text.ends_with('\n')) {
        text.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    type Cells = Vec<(u32, Vec<String>)>;

    fn read(bytes: &[u8]) -> Result<Vec<Cells>, ReadError> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("t.xls");
        fs::write(&path, bytes).unwrap();
        let encoding = encoding(&path, bytes)?;
        let count = sheets(&path, encoding)?.len();
        let mut all = Vec::new();
        for table in 0..count {
            let mut out = Vec::new();
            rows(&path, encoding, table, &mut |row| {
                out.push((row.number, (0..row.len()).map(|i| row.cell(i).0.to_owned()).collect()));
                ControlFlow::Continue(())
            })?;
            all.push(out);
        }
        Ok(all)
    }

    fn table(rows: &[(u32, &[&str])]) -> Cells {
        rows.iter().map(|(n, cells)| (*n, cells.iter().map(|c| (*c).to_owned()).collect())).collect()
    }

    #[test]
    fn tables_are_sheets() {
        for (page, tables) in [
            (
                "<html><head><title>a</title><style>td{}</style></head><body><p>外<table border=1>\n<tr><th>姓名<th>性别</tr>\
                 <tr><td> 王 \n 一 </td><td>男<br>注&amp;&#x4e59;&nbsp;</td></tr></table>",
                vec![table(&[(1, &["姓名", "性别"]), (2, &["王 一", "男\n注&乙\u{a0}"])])],
            ),
            (
                "<table><tr><td colspan=2>甲<td rowspan=\"2\">乙<tr><td>丙<td>丁<td>戊<tr><td><tr><td>己</table>",
                vec![table(&[(1, &["甲", "", "乙"]), (2, &["丙", "丁", "", "戊"]), (4, &["己"])])],
            ),
            (
                "<table><tr><td>甲<table><tr><td>内</td></tr></table>后</td><td>乙</td></tr></table><table><tr><td>次</table>",
                vec![table(&[(1, &["甲内后", "乙"])]), table(&[(1, &["次"])])],
            ),
            (
                "<table><tr><td><script>if (a<b) '<td>'</script>甲<!-- <td> --><div>乙</div><p>丙</p></td></tr>",
                vec![table(&[(1, &["甲\n乙\n丙"])])],
            ),
            (
                "<td>散</td><tr></table></table><table><tr><td>110101201503071234",
                vec![table(&[(1, &["110101201503071234"])])],
            ),
        ] {
            assert_eq!(read(page.as_bytes()).unwrap(), tables, "{page}");
        }
    }

    #[test]
    fn the_encoding_is_that_of_the_bytes_and_then_that_of_the_page() {
        let expected = vec![table(&[(1, &["学校"])])];
        let page = |charset: &str| format!("<meta charset=\"{charset}\"><table><tr><td>学校</table>");
        let (gb, _, _) = encoding_rs::GB18030.encode("<meta charset=gb2312><table><tr><td>学校</table>");
        // These four bytes are UTF-8 too, of two other characters.
        assert!(std::str::from_utf8(&gb).is_ok());
        assert_eq!(read(&gb).unwrap(), expected);
        assert_eq!(read(page("utf-8").as_bytes()).unwrap(), expected);
        let wide: Vec<u8> =
            format!("\u{feff}{}", page("x")).encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(read(&wide).unwrap(), expected);
        // A page that calls itself GBK and is not.
        let long = format!("<meta charset=gbk><table><tr><td>{}</table>", "学校".repeat(9));
        assert_eq!(read(long.as_bytes()).unwrap(), [table(&[(1, &["学校".repeat(9).as_str()])])]);
    }

    #[test]
    fn a_page_without_tables_is_no_workbook() {
        let error = read("<html><body>请登录</body></html>".as_bytes()).unwrap_err();
        assert!(
            matches!(error, ReadError::NotAWorkbook { looks_like: "没有表格的网页（HTML）", .. }),
            "{error}"
        );
    }

    #[test]
    fn rows_that_are_not_shown_are_hidden_and_spans_are_bounded() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("t.htm");
        let many = "<td colspan=99999 rowspan=99999999999>甲".repeat(3);
        fs::write(&path, format!("<table><tr style='Display : none'><td>甲<tr>{many}</table>")).unwrap();
        let mut seen = Vec::new();
        rows(&path, Encoding::Utf8, 0, &mut |row| {
            seen.push((row.number, row.hidden, row.len()));
            ControlFlow::Continue(())
        })
        .unwrap();
        assert_eq!(seen, [(1, true, 1), (2, false, 2001)]);
    }
}
