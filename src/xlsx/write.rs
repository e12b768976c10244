//! Writing workbooks: whole or not at all, the same bytes for the same content; text stays text.

use crate::model::cell::{CellKind, Row};
use crate::model::export::Mark;
use crate::model::table::Table;
use crate::xlsx::book::Book;
use crate::xlsx::error::WriteError;
use crate::xlsx::fit::{self, MARGINS, SIZE};
use crate::xlsx::guard::fenced_saying;
use crate::xlsx::save::atomically;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};
use std::borrow::Cow;
use std::collections::HashSet;
use std::io;
use std::path::Path;
use unicode_width::UnicodeWidthStr;

/// The longest text a cell can hold, in UTF-16 units (Excel specifications and limits).
const CELL_LIMIT: usize = 32_767;
const CUT: &str = "……（原文太长，以下略）";
const A4: u8 = 9;
/// The built-in number format "@": the cell is text, whatever is typed (ECMA-376 Part 1, 18.8.30).
pub const TEXT: u8 = 49;

/// Writes one table as a workbook of one sheet.
#[cfg(test)]
pub fn write_table(path: &Path, table: &Table) -> Result<(), WriteError> {
    let name = if table.title.is_empty() { "表" } else { &table.title };
    write_tables(path, &[(name, table)])
}

/// Writes tables as a workbook, one sheet each.
pub fn write_tables(path: &Path, tables: &[(&str, &Table)]) -> Result<(), WriteError> {
    write_book(path, |book| tables.iter().try_for_each(|(name, table)| book.table(name, table)))
}

/// The bytes of such a workbook, for where it does not stand as a file of its own; `path` names it in a failure.
pub fn tables_bytes(path: &Path, tables: &[Table], mark: Option<&Mark>) -> Result<Vec<u8>, WriteError> {
    let made = fenced_saying(|| {
        let mut book = Book::new(path)?;
        book.mark(mark);
        tables.iter().try_for_each(|table| book.table(table.sheet(), table))?;
        book.bytes()
    });
    made.map_err(|said| panicked(path, said))?
}

/// Writes a workbook as it is made: sheet after sheet, row after row.
pub fn write_book<E: From<WriteError>>(
    path: &Path,
    fill: impl FnOnce(&mut Book) -> Result<(), E>,
) -> Result<(), E> {
    atomically(path, |file| {
        let made = fenced_saying(|| {
            let mut book = Book::new(path)?;
            fill(&mut book)?;
            Ok(book.save(file)?)
        });
        made.map_err(|said| E::from(panicked(path, said)))?
    })
}

/// Writes rows as they are, each cell of its kind: a sheet that looks like one a school made.
pub fn write_rows(path: &Path, name: &str, rows: &[Row]) -> Result<(), WriteError> {
    save(path, || {
        let mut book = new_workbook()?;
        let sheet = book.add_worksheet();
        sheet.set_name(name)?;
        for row in rows {
            for column in 0..row.len() {
                let (text, kind) = row.cell(column);
                let at = (row.number - 1, column as u16);
                match (kind, text.parse::<f64>()) {
                    (CellKind::Empty, _) => {}
                    (CellKind::Number, Ok(number)) => {
                        sheet.write_number(at.0, at.1, number)?;
                    }
                    _ => {
                        sheet.write_string(at.0, at.1, fitting(text))?;
                    }
                }
            }
        }
        Ok(book)
    })
}

/// Makes the workbook and puts it in place whole.
pub fn save(path: &Path, build: impl FnOnce() -> Result<Workbook, XlsxError>) -> Result<(), WriteError> {
    atomically(path, |file| {
        let made = fenced_saying(|| {
            let mut book = build()?;
            book.save_to_writer(file)
        });
        made.map_err(|said| panicked(path, said))?.map_err(|e| failure(path, e))
    })
}

/// The writing crate keeps rows in a file of its own meanwhile, and panics where that cannot be written.
fn panicked(path: &Path, said: String) -> WriteError {
    let kinds = ["StorageFull", "FileTooLarge", "QuotaExceeded"];
    if kinds.iter().any(|kind| said.contains(kind)) {
        return WriteError::DiskFull { path: path.to_path_buf() };
    }
    WriteError::Workbook { path: path.to_path_buf(), detail: said }
}

/// An empty workbook whose bytes depend on its content only, not on the clock. Widths of columns are counted in digits of
/// Arial 10, which every program has or has one of the same widths for; what stands in cells names its own font.
pub fn new_workbook() -> Result<Workbook, XlsxError> {
    let mut book = Workbook::new();
    book.set_default_format(&Format::new().set_font_name("Arial").set_font_size(SIZE), 20, 64)?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&made_on()?));
    Ok(book)
}

/// What every cell's look begins with: the font that every Chinese machine has, at the one size of texts.
pub fn plain() -> Format {
    Format::new().set_font_name("宋体").set_font_size(SIZE)
}

/// The day every workbook says it was made on.
pub fn made_on() -> Result<ExcelDateTime, XlsxError> {
    ExcelDateTime::from_ymd(2025, 9, 1)
}

/// The failure of the writing crate, sorted by what the person can do.
pub fn failure(path: &Path, error: XlsxError) -> WriteError {
    match error {
        XlsxError::IoError(e) => WriteError::from_io(path, e),
        XlsxError::ZipError(e) => WriteError::from_io(path, io::Error::from(e)),
        XlsxError::RowColumnLimitError => WriteError::TooLarge { path: path.to_path_buf() },
        other => WriteError::Workbook { path: path.to_path_buf(), detail: other.to_string() },
    }
}

/// The text, cut where a cell could not hold it.
pub fn fitting(text: &str) -> Cow<'_, str> {
    if text.len() <= CELL_LIMIT || text.encode_utf16().count() <= CELL_LIMIT {
        return Cow::Borrowed(text);
    }
    let mut room = CELL_LIMIT - CUT.encode_utf16().count();
    let kept = text.chars().take_while(|c| {
        let fits = c.len_utf16() <= room;
        room = room.saturating_sub(c.len_utf16());
        fits
    });
    Cow::Owned(kept.collect::<String>() + CUT)
}

/// The width of a column that shows these texts: Han characters count two, and there is an end to it.
pub fn width<'a>(texts: impl Iterator<Item = &'a str>) -> f64 {
    let widest = texts.flat_map(str::lines).map(UnicodeWidthStr::width_cjk).max().unwrap_or(0);
    (widest + 2).clamp(6, 42) as f64
}

/// A name Excel takes: at most 31 units, none of `[]:*?/\`, no quote at the ends, and not one that is taken.
pub fn sheet_name(name: &str, taken: &mut HashSet<String>) -> String {
    let clean: String = name
        .chars()
        .map(|c| if "[]:*?/\\".contains(c) || c.is_control() { '_' } else { c })
        .filter(|c| c.len_utf16() == 1)
        .take(26)
        .collect();
    let clean = clean.trim_matches('\'');
    let clean = if clean.is_empty() { "表" } else { clean };
    let mut found = clean.to_owned();
    let mut n = 2;
    while !taken.insert(found.to_lowercase()) {
        found = format!("{clean}({n})");
        n += 1;
    }
    found
}

/// Ends a sheet whose rows go to disk as they are written: a last row with a height of its own the writing crate writes
/// twice (rust_xlsxwriter 0.102), so one without follows it.
pub fn finish(sheet: &mut Worksheet, row: u32) -> Result<(), XlsxError> {
    sheet.write_blank(row, 0, &plain()).map(drop)
}

/// The foot of a printed page.
pub const PAGES: &str = "&C第&P页 共&N页";

/// A list to be filled in, so many digits wide: the headings on every page, its name above them. Where it is too wide to be
/// read on one page, more stand beside each other, these first columns on each.
pub fn print_list(sheet: &mut Worksheet, digits: f64, columns: u16) -> Result<(), XlsxError> {
    print_setup(sheet);
    sheet.set_repeat_rows(0, 0)?.set_header("&C&A");
    if fit::is_too_wide(digits) {
        sheet.set_print_scale(90).set_repeat_columns(0, columns - 1)?;
    }
    Ok(())
}

/// A4 across, as wide as the page, numbered.
pub fn print_setup(sheet: &mut Worksheet) {
    sheet.set_paper_size(A4).set_landscape().set_print_fit_to_pages(1, 0);
    let (sides, ends) = MARGINS;
    sheet.set_margins(sides, sides, ends, ends, 0.25, 0.25).set_print_center_horizontally(true);
    sheet.set_footer(PAGES);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::cell::CellKind;
    use crate::model::field::{Edition, FIELDS, Field};
    use crate::model::table::Column;
    use crate::xlsx::read::open;
    use crate::xlsx::roster::write_roster;
    use proptest::prelude::{prop, proptest};
    use std::fs;
    use std::io::{Cursor, Read};
    use std::ops::ControlFlow;

    type Rows = Vec<(u32, Vec<(String, CellKind)>)>;

    fn rows(path: &Path, sheet: usize) -> Rows {
        let mut out = Vec::new();
        let mut book = open(path).unwrap();
        book.rows(sheet, &mut |row| {
            let cells = (0..row.len()).map(|i| (row.cell(i).0.to_owned(), row.cell(i).1));
            out.push((row.number, cells.collect()));
            ControlFlow::Continue(())
        })
        .unwrap();
        out
    }

    fn texts(rows: &Rows) -> Vec<Vec<&str>> {
        rows.iter().map(|(_, cells)| cells.iter().map(|(text, _)| text.as_str()).collect()).collect()
    }

    fn part(path: &Path, name: &str) -> String {
        let mut zip = zip::ZipArchive::new(Cursor::new(fs::read(path).unwrap())).unwrap();
        let mut text = String::new();
        zip.by_name(name).unwrap().read_to_string(&mut text).unwrap();
        text
    }

    fn table() -> Table {
        Table {
            title: "一年级1班花名册".to_owned(),
            head: vec!["学校：第一小学".to_owned(), "截至2026年9月1日".to_owned()],
            columns: vec![
                Column::text("name", "姓名"),
                Column::text("id", "身份证件号"),
                Column::count("n", "人数"),
            ],
            rows: vec![
                vec!["王小明".into(), "110105194912310021".into(), "12".into()],
                vec!["=1+1".into(), "@x".into(), "约3".into()],
                vec!["+1".into(), "007".into()],
            ],
            foot: vec!["合计15人".to_owned()],
            ..Table::default()
        }
    }

    #[test]
    fn a_table_reads_back_as_it_was() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.xlsx");
        write_table(&path, &table()).unwrap();
        let read = rows(&path, 0);
        assert_eq!(
            texts(&read),
            [
                vec!["一年级1班花名册"],
                vec!["学校：第一小学"],
                vec!["截至2026年9月1日"],
                vec!["姓名", "身份证件号", "人数"],
                vec!["王小明", "110105194912310021", "12"],
                vec!["=1+1", "@x", "约3"],
                vec!["+1", "007"],
                vec!["合计15人"],
            ]
        );
        let kinds = |row: usize| read[row].1.iter().map(|c| c.1).collect::<Vec<_>>();
        assert_eq!(kinds(4), [CellKind::Text, CellKind::Text, CellKind::Number]);
        assert_eq!(kinds(5), [CellKind::Text; 3]);
        let sheet = part(&path, "xl/worksheets/sheet1.xml");
        assert!(!sheet.contains("<f>"), "no text comes to life as a formula");
        for setting in [
            // Three narrow columns, and four more that the lines around the table take.
            "<mergeCell ref=\"A1:G1\"/>",
            "paperSize=\"9\"",
            "orientation=\"landscape\"",
            "fitToHeight=\"0\"",
            "topLeftCell=\"A5\"",
            "&amp;C第&amp;P页",
        ] {
            assert!(sheet.contains(setting), "{setting}");
        }
        assert!(part(&path, "xl/workbook.xml").contains("$4:$4"), "the header row is repeated");
        assert!(part(&path, "xl/styles.xml").contains("numFmtId=\"49\""), "text cells have the text format");
    }

    #[test]
    fn the_same_table_is_the_same_bytes_and_sheets_have_names_excel_takes() {
        let dir = tempfile::tempdir().unwrap();
        let (a, b) = (dir.path().join("a.xlsx"), dir.path().join("b.xlsx"));
        let (table, empty) = (table(), Table::default());
        let long = "很".repeat(40);
        let tables = [("甲/乙", &table), ("甲/乙", &table), (long.as_str(), &table), ("", &empty)];
        write_tables(&a, &tables).unwrap();
        write_tables(&b, &tables).unwrap();
        assert!(fs::read(&a).unwrap() == fs::read(&b).unwrap());
        let names: Vec<String> = open(&a).unwrap().sheets().iter().map(|s| s.name.clone()).collect();
        assert_eq!(names, ["甲_乙".to_owned(), "甲_乙(2)".to_owned(), "很".repeat(26), "表".to_owned()]);
    }

    #[test]
    fn a_large_table_and_a_roster_read_back() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.xlsx");
        let mut large = table();
        large.rows =
            (0..70_000).map(|n| vec![format!("学生{n}"), format!("{n:018}"), n.to_string()]).collect();
        write_table(&path, &large).unwrap();
        let read = rows(&path, 0);
        assert_eq!(read.len(), 70_005);
        assert_eq!(texts(&read)[70_003], ["学生69999", "000000000000069999", "69999"]);

        let columns: Vec<Field> =
            FIELDS.iter().filter(|s| s.edition == Edition::Template).map(|s| s.field).collect();
        let mut pupils = (0..3).map(|n| {
            let mut row = vec![String::new(); 71];
            row[12] = "11010519491231002X".to_owned();
            row[70] = format!("原因{n}：{}", "长".repeat(40_000));
            row
        });
        write_roster(&path, &columns, &mut pupils, Some("原因")).unwrap();
        let read = rows(&path, 0);
        assert_eq!(read.len(), 4);
        let heading: Vec<&str> = columns.iter().map(|f| f.heading()).chain(["原因"]).collect();
        assert_eq!(texts(&read)[0], heading);
        assert_eq!(read[3].1[12], ("11010519491231002X".to_owned(), CellKind::Text));
        let reason = &read[3].1[70].0;
        assert!(reason.starts_with("原因2") && reason.ends_with(CUT) && reason.chars().count() == CELL_LIMIT);
    }

    #[test]
    fn a_failed_write_leaves_what_was_there() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.xlsx");
        fs::write(&path, "old").unwrap();
        let wide = Table { columns: vec![Column::text("a", "甲"); 16_385], ..Table::default() };
        assert!(matches!(write_table(&path, &wide), Err(WriteError::TooLarge { .. })));
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        let left: Vec<_> = fs::read_dir(dir.path()).unwrap().collect();
        assert_eq!(left.len(), 1, "no unfinished copy stays behind");
        assert!(matches!(
            write_table(&dir.path().join("无/a.xlsx"), &table()),
            Err(WriteError::FolderMissing { .. })
        ));
        assert!(matches!(write_table(dir.path(), &table()), Err(WriteError::Folder { .. })));
        let full = failure(&path, XlsxError::IoError(io::ErrorKind::StorageFull.into()));
        assert!(matches!(full, WriteError::DiskFull { .. }) && full.hint().ends_with('。'));
    }

    #[test]
    fn widths_count_han_characters_twice_and_end() {
        assert_eq!(width(["学校标识码"].into_iter()), 12.0);
        assert_eq!(width([""].into_iter()), 6.0);
        assert_eq!(width(["长".repeat(500).as_str()].into_iter()), 42.0);
        assert_eq!(width(["一\n二三四五"].into_iter()), 10.0);
    }

    proptest! {
        #[test]
        fn any_text_reads_back(cells in prop::collection::vec("[^\r\u{fffe}\u{ffff}]{0,12}", 1..6)) {
            let dir = tempfile::tempdir().unwrap();
            let path = dir.path().join("a.xlsx");
            let mut written = vec!["首".to_owned()];
            written.extend(cells);
            let columns = (0..written.len()).map(|_| Column::text("a", "甲")).collect();
            write_table(&path, &Table { columns, rows: vec![written.clone()], ..Table::default() }).unwrap();
            let read = rows(&path, 0);
            let mut found = texts(&read).remove(1);
            found.resize(written.len(), "");
            proptest::prop_assert_eq!(found, written);
        }
    }
}
