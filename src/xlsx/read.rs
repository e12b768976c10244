//! Reading: what a file is by its content, its sheets, and its rows one after the other.

use crate::model::cell::{Region, Row};
use crate::model::markup::{self, HEADINGS_WITHIN};
use crate::xlsx::cells::{Workbook, open_xls, open_xlsb, open_xlsx};
use crate::xlsx::compound;
use crate::xlsx::delimited::{self, Dialect};
use crate::xlsx::error::ReadError;
use crate::xlsx::html;
use crate::xlsx::ods;
use crate::xlsx::package::{Package, Parts};
use crate::xlsx::sniff::{LOOK, Magic, magic};
use crate::xlsx::text::{self, Encoding};
use std::fs::{self, File};
use std::io::Read;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// What a file is, by its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Xlsx,
    Xlsm,
    Xlsb,
    Xls,
    Ods,
    Csv { encoding: Encoding },
    Html,
}

impl Format {
    /// The name people know it by.
    pub fn name(self) -> &'static str {
        self.names().0
    }

    /// The name people know it by, and the extensions it may carry.
    fn names(self) -> (&'static str, &'static [&'static str]) {
        match self {
            Format::Xlsx => ("xlsx", &["xlsx", "xltx", "et", "ett"]),
            Format::Xlsm => ("xlsm", &["xlsm", "xltm"]),
            Format::Xlsb => ("xlsb", &["xlsb"]),
            Format::Xls => ("xls", &["xls", "xlt", "et", "ett"]),
            Format::Ods => ("ods", &["ods", "ots"]),
            Format::Html => ("html", &["html", "htm"]),
            Format::Csv { .. } => ("csv", &["csv", "tsv", "txt", "tab"]),
        }
    }
}

/// A sheet of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetInfo {
    pub name: String,
    pub visible: bool,
}

/// A file that is open: its rows can be read more than once.
pub struct Book {
    path: PathBuf,
    format: Format,
    sheets: Vec<SheetInfo>,
    /// Which sheet of the file each of them is.
    places: Vec<usize>,
    results: Option<String>,
    source: Source,
}

enum Source {
    Workbook(Workbook),
    Ods(Parts),
    Csv(Encoding, Dialect),
    Html(Encoding),
}

/// Opens a workbook or csv. The content decides what it is, never the extension.
pub fn open(path: &Path) -> Result<Book, ReadError> {
    let io = |e| ReadError::from_io(path, e);
    let meta = fs::metadata(path).map_err(io)?;
    if meta.is_dir() {
        fs::read_dir(path).map_err(io)?;
        return Err(ReadError::Folder { path: path.to_path_buf() });
    }
    let mut head = Vec::new();
    File::open(path).and_then(|f| f.take(LOOK as u64).read_to_end(&mut head)).map_err(io)?;
    if head.is_empty() {
        return Err(ReadError::Empty { path: path.to_path_buf() });
    }
    let mut book = of_magic(path, meta.len(), &head)?;
    book.leave_out_results()?;
    Ok(book)
}

/// What a workbook is, without opening it; `Format::Csv` only says that it is none of the others.
pub fn format_of(path: &Path) -> Result<Format, ReadError> {
    let io = |e| ReadError::from_io(path, e);
    let mut head = Vec::new();
    File::open(path).and_then(|f| f.take(LOOK as u64).read_to_end(&mut head)).map_err(io)?;
    Ok(match magic(&head) {
        Magic::Zip => match Parts::open(path)?.kind()? {
            Package::Ods => Format::Ods,
            Package::Xlsx => Format::Xlsx,
            Package::Xlsm => Format::Xlsm,
            Package::Xlsb => Format::Xlsb,
        },
        Magic::Compound => Format::Xls,
        _ => Format::Csv { encoding: Encoding::Utf8 },
    })
}

fn of_magic(path: &Path, length: u64, head: &[u8]) -> Result<Book, ReadError> {
    let io = |e| ReadError::from_io(path, e);
    match magic(head) {
        Magic::Zip => zipped(path),
        Magic::Compound if length > compound::FILE_LIMIT => Err(too_large(path, length)),
        Magic::Compound => {
            let facts = compound::inspect(path, &fs::read(path).map_err(io)?)?;
            let book = open_xls(path, File::open(path).map_err(io)?, facts)?;
            Ok(Book::new(path, Format::Xls, book.sheets(), Source::Workbook(book)))
        }
        Magic::Html if length > html::FILE_LIMIT => Err(too_large(path, length)),
        Magic::Html => {
            let encoding = html::encoding(path, head)?;
            let sheets = html::sheets(path, encoding)?;
            Ok(Book::new(path, Format::Html, sheets, Source::Html(encoding)))
        }
        Magic::Other(looks_like) => Err(ReadError::NotAWorkbook { path: path.to_path_buf(), looks_like }),
        Magic::Text => {
            let encoding = text::detect(path, || File::open(path))?;
            let dialect = delimited::dialect(path, encoding)?;
            let sheets = vec![SheetInfo { name: "csv".to_owned(), visible: true }];
            Ok(Book::new(path, Format::Csv { encoding }, sheets, Source::Csv(encoding, dialect)))
        }
    }
}

fn too_large(path: &Path, length: u64) -> ReadError {
    ReadError::TooLarge { path: path.to_path_buf(), detail: format!("有 {} MB", length >> 20) }
}

fn zipped(path: &Path) -> Result<Book, ReadError> {
    let mut parts = Parts::open(path)?;
    let (format, book) = match parts.kind()? {
        Package::Ods => {
            let sheets = ods::sheets(&mut parts)?;
            return Ok(Book::new(path, Format::Ods, sheets, Source::Ods(parts)));
        }
        Package::Xlsx => (Format::Xlsx, open_xlsx(parts)?),
        Package::Xlsm => (Format::Xlsm, open_xlsx(parts)?),
        Package::Xlsb => (Format::Xlsb, open_xlsb(parts)?),
    };
    Ok(Book::new(path, format, book.sheets(), Source::Workbook(book)))
}

impl Book {
    fn new(path: &Path, format: Format, sheets: Vec<SheetInfo>, source: Source) -> Book {
        let places = (0..sheets.len()).collect();
        Book { path: path.to_path_buf(), format, sheets, places, results: None, source }
    }

    /// What the file is.
    #[cfg(test)]
    pub fn format(&self) -> Format {
        self.format
    }

    /// Takes the sheet of results of a marked workbook off the list: it is no sheet of the school's.
    fn leave_out_results(&mut self) -> Result<(), ReadError> {
        let named = |at: &usize| self.sheets[*at].name.starts_with(markup::RESULT_SHEET);
        let found: Vec<usize> = (0..self.sheets.len()).filter(named).collect();
        for at in found.into_iter().rev() {
            let mut ours = false;
            self.source_rows(at, &mut |row| {
                ours = row.cell(0).0 == markup::RESULT_TITLE;
                ControlFlow::Break(())
            })?;
            if ours {
                self.places.remove(at);
                self.results = Some(self.sheets.remove(at).name);
            }
        }
        Ok(())
    }

    /// The sheet of results, where the file is a marked workbook.
    pub fn results(&self) -> Option<&str> {
        self.results.as_deref()
    }

    /// Whether its days are counted from 1904.
    pub fn is_1904(&self) -> bool {
        match &self.source {
            Source::Workbook(book) => book.is_1904(),
            Source::Ods(_) | Source::Csv(..) | Source::Html(_) => false,
        }
    }

    /// Its sheets, in their order; a csv is one sheet named `csv`.
    pub fn sheets(&self) -> &[SheetInfo] {
        &self.sheets
    }

    /// A note where the extension says something else than the content.
    pub fn extension_disagrees(&self) -> Option<String> {
        let extension = self.path.extension()?.to_str()?.to_lowercase();
        let (name, allowed) = self.format.names();
        (!allowed.contains(&extension.as_str()))
            .then(|| format!("扩展名是 {extension}，内容其实是 {name}，已按 {name} 读取。"))
    }

    /// The merged cells of a sheet: another pass over it where the format keeps them behind the rows.
    pub fn merges(&mut self, sheet: usize) -> Result<Vec<Region>, ReadError> {
        let Some(&sheet) = self.places.get(sheet) else { return Ok(Vec::new()) };
        match &mut self.source {
            Source::Workbook(book) => book.merges(&self.path, sheet),
            Source::Ods(parts) => ods::merges(parts, sheet),
            Source::Html(encoding) => html::merges(&self.path, *encoding, sheet),
            Source::Csv(..) => Ok(Vec::new()),
        }
    }

    /// Gives each row that is not blank to the sink, in order, until the sink breaks off. Rows keep their numbers.
    /// The columns that marking added are not the school's: they are left out, and the proposals accepted in them
    /// are entered.
    pub fn rows(
        &mut self,
        sheet: usize,
        sink: &mut dyn FnMut(Row) -> ControlFlow<()>,
    ) -> Result<(), ReadError> {
        let mut ours = Vec::new();
        self.source_rows(sheet, &mut |mut row| {
            if row.number <= HEADINGS_WITHIN && ours.is_empty() {
                ours = markup::columns(&row);
            }
            if !ours.is_empty() {
                markup::settle(&mut row, &ours);
                if row.is_blank() {
                    return ControlFlow::Continue(());
                }
            }
            sink(row)
        })
    }

    /// The rows as they stand in the file, our columns and all.
    pub fn source_rows(
        &mut self,
        sheet: usize,
        sink: &mut dyn FnMut(Row) -> ControlFlow<()>,
    ) -> Result<(), ReadError> {
        let Some(&sheet) = self.places.get(sheet) else {
            return Err(ReadError::damaged(&self.path, format!("没有第 {} 个工作表", sheet + 1)));
        };
        match &mut self.source {
            Source::Workbook(book) => book.rows(&self.path, sheet, sink),
            Source::Ods(parts) => ods::rows(parts, sheet, sink),
            Source::Html(encoding) => html::rows(&self.path, *encoding, sheet, sink),
            Source::Csv(encoding, dialect) => delimited::rows(&self.path, *encoding, *dialect, sink),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::cell::CellKind;
    use crate::model::table::{Column, Table};
    use crate::xlsx::write::write_table;
    use proptest::prelude::{Just, Strategy, any, prop, prop_oneof, proptest};
    use std::io::Write;
    use tempfile::{TempDir, tempdir};

    const XLSX: &[u8] = include_bytes!("../../tests/data/xlsx/calc.xlsx");
    const XLS: &[u8] = include_bytes!("../../tests/data/xlsx/calc.xls");
    const ODS: &[u8] = include_bytes!("../../tests/data/xlsx/calc.ods");
    const CSV: &str = "姓名,\"备 注\"\r\n王小明,\"一\n二\"\r\n,\r\n𬱖䶮㛃,\"a\"\"b\"\r\n";

    type Read = Vec<(u32, Vec<(String, CellKind)>)>;

    fn file(name: &str, bytes: &[u8]) -> (TempDir, PathBuf) {
        let dir = tempdir().unwrap();
        let path = dir.path().join(name);
        fs::write(&path, bytes).unwrap();
        (dir, path)
    }

    fn all(book: &mut Book, sheet: usize) -> Result<Read, ReadError> {
        let mut out = Vec::new();
        book.rows(sheet, &mut |row| {
            let cells = (0..row.len()).map(|i| (row.cell(i).0.to_owned(), row.cell(i).1));
            out.push((row.number, cells.collect()));
            ControlFlow::Continue(())
        })?;
        Ok(out)
    }

    fn fault(name: &str, bytes: &[u8]) -> ReadError {
        let (_dir, path) = file(name, bytes);
        let error = match open(&path).and_then(|mut book| all(&mut book, 0)) {
            Ok(rows) => panic!("{name} was read: {rows:?}"),
            Err(error) => error,
        };
        assert!(error.to_string().ends_with('。') && error.hint().ends_with('。'), "{error}");
        assert!(error.to_string().contains(name), "{error}");
        error
    }

    fn cells(cells: &[(&str, CellKind)]) -> Vec<(String, CellKind)> {
        cells.iter().map(|(text, kind)| ((*text).to_owned(), *kind)).collect()
    }

    #[test]
    fn the_same_sheet_reads_the_same_from_xlsx_xls_and_ods() {
        use CellKind::{Bool, Date, Empty, Error, Number, Text};
        for (name, bytes, format) in
            [("a.xlsx", XLSX, Format::Xlsx), ("a.xls", XLS, Format::Xls), ("a.ods", ODS, Format::Ods)]
        {
            let (_dir, path) = file(name, bytes);
            let mut book = open(&path).unwrap();
            assert_eq!(book.format(), format);
            assert_eq!(book.extension_disagrees(), None);
            let sheet = |name: &str, visible| SheetInfo { name: name.to_owned(), visible };
            assert_eq!(book.sheets(), [sheet("花名册", true), sheet("旧表", false)], "{name}");
            let rows = all(&mut book, 0).unwrap();
            assert_eq!(rows, all(&mut book, 0).unwrap(), "{name}: a second reading is the same");
            assert_eq!(rows.iter().map(|r| r.0).collect::<Vec<_>>(), [1, 3, 4, 5, 6, 9], "{name}");
            assert_eq!(rows[0].1, cells(&[("学生花名册", Text)]));
            assert_eq!(
                rows[2].1,
                cells(&[
                    ("王小明", Text),
                    ("11010519491231002X", Text),
                    ("20150307", Date),
                    ("202309", Number),
                    ("1.5", Number),
                    // Calc keeps a boolean of a plain cell as a number in its own format.
                    if format == Format::Ods { ("1", Number) } else { ("TRUE", Bool) },
                    ("#DIV/0!", Error),
                ]),
                "{name}"
            );
            let [ref pupil, (ref damaged, Number), (ref born, Date), (ref class, Text), ..] = rows[3].1[..]
            else {
                panic!("{name}: {:?}", rows[3]);
            };
            assert_eq!(pupil, &("𬱖䶮㛃".to_owned(), Text));
            assert!(damaged.len() == 18 && damaged.starts_with("110101201503070"), "{name}: {damaged}");
            assert_eq!((born.as_str(), class.as_str()), ("2015-03-07 08:30:00", "07"));
            assert_eq!(rows[3].1[6], ("王小明一".to_owned(), Text), "{name}: a formula is its value");
            assert_eq!(rows[4].1[1], (String::new(), Empty));
            assert_eq!(rows[4].1[6], ("第一行\n第二行".to_owned(), Text), "{name}");
            assert_eq!(all(&mut book, 1).unwrap(), [(2, cells(&[("", Empty), ("藏", Text)]))], "{name}");
            assert!(matches!(all(&mut book, 2), Err(ReadError::Damaged { .. })));
        }
    }

    #[test]
    fn the_content_decides_and_the_extension_is_a_note() {
        let (_dir, path) = file("a.xls", XLSX);
        let book = open(&path).unwrap();
        assert_eq!(book.format(), Format::Xlsx);
        assert_eq!(book.extension_disagrees().unwrap(), "扩展名是 xls，内容其实是 xlsx，已按 xlsx 读取。");
        let (_dir, path) = file("a.xlsx", CSV.as_bytes());
        assert_eq!(open(&path).unwrap().format(), Format::Csv { encoding: Encoding::Utf8 });
    }

    #[test]
    fn merged_cells_are_the_same_from_xlsx_xls_and_ods() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/mess");
        for (name, expected) in [
            ("o04-merged-class.xlsx", &["A2:A6"][..]),
            ("l02-merged-class.ods", &["A2:A6"]),
            ("l06-merged-class.xls", &["A2:A6"]),
            ("b03-two-rows.xls", &["A1:A2", "B1:F1", "G1:I1"]),
            ("l01-two-rows.ods", &["A1:A2", "B1:F1", "G1:I1"]),
            ("x08-merged-whole.xlsx", &["A1:XFD1048576"]),
            ("c01-gbk.csv", &[]),
        ] {
            let mut book = open(&folder.join(name)).unwrap();
            let mut names: Vec<String> = book.merges(0).unwrap().iter().map(Region::name).collect();
            names.sort();
            assert_eq!(names, expected, "{name}");
            assert_eq!(book.merges(9).unwrap(), [], "{name}");
        }
    }

    #[test]
    fn csv_reads_the_same_in_every_encoding() {
        let (gb, _, lossy) = encoding_rs::GB18030.encode(CSV);
        assert!(!lossy);
        let wide =
            |bytes: fn(u16) -> [u8; 2]| format!("\u{feff}{CSV}").encode_utf16().flat_map(bytes).collect();
        let marked = format!("\u{feff}{CSV}").into_bytes();
        for (bytes, encoding) in [
            (CSV.as_bytes().to_vec(), Encoding::Utf8),
            (marked, Encoding::Utf8),
            (gb.into_owned(), Encoding::Gb18030),
            (wide(u16::to_le_bytes), Encoding::Utf16Le),
            (wide(u16::to_be_bytes), Encoding::Utf16Be),
        ] {
            let (_dir, path) = file("a.csv", &bytes);
            let mut book = open(&path).unwrap();
            assert_eq!(book.format(), Format::Csv { encoding });
            assert_eq!(book.sheets()[0].name, "csv");
            let text = |t: &[&str]| t.iter().map(|t| ((*t).to_owned(), CellKind::Text)).collect::<Vec<_>>();
            assert_eq!(
                all(&mut book, 0).unwrap(),
                [
                    (1, text(&["姓名", "备 注"])),
                    (2, text(&["王小明", "一\n二"])),
                    (4, text(&["𬱖䶮㛃", "a\"b"]))
                ],
                "{encoding:?}"
            );
        }
    }

    #[test]
    fn a_place_that_is_no_file_says_so() {
        let dir = tempdir().unwrap();
        assert!(matches!(open(&dir.path().join("无.xlsx")), Err(ReadError::Missing { .. })));
        assert!(matches!(open(dir.path()), Err(ReadError::Folder { .. })));
        let path = dir.path().join("锁.xlsx");
        let refused = ReadError::from_io(&path, std::io::ErrorKind::PermissionDenied.into());
        assert!(matches!(refused, ReadError::Permission { .. }));
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_may_not_be_read_says_so() {
        use std::os::unix::fs::PermissionsExt;
        let (_dir, path) = file("锁.xlsx", XLSX);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
        // The superuser may read everything; then there is nothing to refuse.
        if File::open(&path).is_err() {
            assert!(matches!(open(&path), Err(ReadError::Permission { .. })));
        }
    }

    #[test]
    fn each_kind_of_bad_file_has_its_own_name() {
        assert!(matches!(fault("空.xlsx", b""), ReadError::Empty { .. }));
        assert!(matches!(fault("断.xlsx", &XLSX[..XLSX.len() / 2]), ReadError::Truncated { .. }));
        assert!(matches!(fault("断.xls", &XLS[..2048]), ReadError::Truncated { .. }));
        assert!(matches!(fault("断.ods", &ODS[..ODS.len() - 400]), ReadError::Truncated { .. }));
        assert!(matches!(fault("引号.csv", b"a,\"b\nc,d\n"), ReadError::BrokenQuote { line: 1, .. }));
        assert!(matches!(fault("乱.csv", b"a,\xFF\n"), ReadError::Undecodable { byte: 3, .. }));
        for (bytes, name) in [
            (&b"%PDF-1.4 ..."[..], "PDF 文件"),
            (b"\xEF\xBB\xBF<html><body>1", "没有表格的网页（HTML）"),
            (
                b"<?xml version=\"1.0\"?><?mso-application progid=\"Excel.Sheet\"?><Workbook/>",
                "XML 表格（Excel 2003）",
            ),
            (b"\x89PNG\r\n\x1a\n", "图片"),
        ] {
            let error = fault("假.xls", bytes);
            assert!(
                matches!(&error, ReadError::NotAWorkbook { looks_like, .. } if *looks_like == name),
                "{error}"
            );
        }
        let word = zip(&[("word/document.xml", b"<w/>")]);
        assert!(matches!(fault("文.xlsx", &word), ReadError::NotAWorkbook { looks_like: "Word 文档", .. }));
        let plain = zip(&[("a.txt", b"a")]);
        assert!(matches!(fault("包.xlsx", &plain), ReadError::NotAWorkbook { looks_like: "压缩包", .. }));
        let hollow = zip(&[("xl/workbook.xml", b"<workbook>")]);
        assert!(matches!(fault("坏.xlsx", &hollow), ReadError::Damaged { .. }));
    }

    #[test]
    fn a_password_is_named_as_the_reason() {
        let locked = compound("EncryptedPackage", &[0; 5000]);
        assert!(matches!(fault("密.xlsx", &locked), ReadError::Encrypted { .. }));
        // BOF, FILEPASS with an encryption type, EOF: MS-XLS 2.4.117.
        let mut book = b"\x09\x08\x10\x00\x00\x06\x05\x00".to_vec();
        book.extend([0; 12]);
        book.extend(b"\x2F\x00\x06\x00\x01\x00\x01\x00\x01\x00\x0A\x00\x00\x00");
        book.resize(5000, 0);
        assert!(matches!(fault("密.xls", &compound("Workbook", &book)), ReadError::Encrypted { .. }));
        // FILEPASS of the older kind, type 0, and of Excel 95, without a type.
        for pass in [&b"\x2F\x00\x06\x00\x00\x00\x12\x34\x56\x78"[..], b"\x2F\x00\x04\x00\x12\x34\x56\x78"] {
            let book =
                [b"\x09\x08\x08\x00\x00\x06\x05\x00\x00\x00\x00\x00", pass, b"\x0A\x00\x00\x00", &[0; 5000]]
                    .concat();
            assert!(matches!(fault("密.xls", &compound("Book", &book)), ReadError::Encrypted { .. }));
        }
        let manifest = b"<manifest:manifest><manifest:encryption-data/></manifest:manifest>";
        let mime = b"application/vnd.oasis.opendocument.spreadsheet";
        let ods = zip(&[("mimetype", mime), ("META-INF/manifest.xml", manifest), ("content.xml", b"<x/>")]);
        assert!(matches!(fault("密.ods", &ods), ReadError::Encrypted { .. }));
        let doc = compound("WordDocument", &[0; 5000]);
        assert!(matches!(fault("文.xls", &doc), ReadError::NotAWorkbook { looks_like: "Word 文档", .. }));
    }

    #[test]
    fn what_would_fill_the_memory_is_refused() {
        let bomb = zip(&[("xl/workbook.xml", b"<w/>"), ("xl/worksheets/sheet1.xml", &vec![b' '; 201 << 20])]);
        assert!(bomb.len() < 1 << 20);
        assert!(matches!(fault("炸.xlsx", &bomb), ReadError::TooLarge { .. }));
        let sst = b"<sst uniqueCount=\"99999999999\"><si/></sst>";
        let many = zip(&[("xl/workbook.xml", b"<w/>"), ("xl/sharedStrings.xml", sst)]);
        assert!(matches!(fault("多.xlsx", &many), ReadError::Damaged { .. }));
        let row = "<table:table-row table:number-rows-repeated=\"1000000\"><table:table-cell office:value-type=\"string\" \
                   table:number-columns-repeated=\"16000\"><text:p>a</text:p></table:table-cell></table:table-row>";
        let content = format!("<d><table:table table:name=\"a\">{row}</table:table></d>");
        let ods = zip(&[("mimetype", b"m"), ("content.xml", content.as_bytes())]);
        assert!(matches!(fault("重.ods", &ods), ReadError::TooLarge { .. }));
        // A sheet that says it has 2^32 rows: BOUNDSHEET points at a DIMENSIONS record.
        let mut book = b"\x85\x00\x09\x00\x11\x00\x00\x00\x00\x00\x01\x00a\x0A\x00\x00\x00".to_vec();
        assert_eq!(book.len(), 17);
        book.extend(b"\x00\x02\x0E\x00\x00\x00\x00\x00\xFF\xFF\xFF\xFF\x00\x00\xFF\xFF\x00\x00");
        book.resize(5000, 0);
        assert!(matches!(fault("宽.xls", &compound("Workbook", &book)), ReadError::Damaged { .. }));
    }

    #[test]
    fn a_sink_may_stop_and_its_own_panic_is_its_own() {
        let (_dir, path) = file("a.xlsx", XLSX);
        let mut book = open(&path).unwrap();
        let mut seen = 0;
        book.rows(0, &mut |_| {
            seen += 1;
            if seen == 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })
        .unwrap();
        assert_eq!(seen, 2);
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            book.rows(0, &mut |_| panic!("a fault of ours"))
        }));
        assert!(panicked.is_err(), "a fault of ours is not a damaged file");
    }

    #[test]
    fn a_megabyte_and_control_characters_arrive() {
        let (_dir, path) = file("a.xlsx", b"");
        let odd = "\u{1}一\u{b}_x0041_\u{1f}";
        let table = Table {
            columns: vec![Column::text("a", "甲")],
            rows: vec![vec![odd.to_owned()], vec!["长".repeat(32_767)]],
            ..Table::default()
        };
        write_table(&path, &table).unwrap();
        let rows = all(&mut open(&path).unwrap(), 0).unwrap();
        assert_eq!(rows[1].1[0].0, odd);
        assert_eq!(rows[2].1[0].0.chars().count(), 32_767);
        let long = "长".repeat(400_000);
        let sheet = format!(
            "<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>{long}</t></is></c></row></sheetData></worksheet>"
        );
        let (_dir, path) = file("b.xlsx", &workbook(sheet.as_bytes()));
        assert_eq!(all(&mut open(&path).unwrap(), 0).unwrap()[0].1[0].0, long);
    }

    #[test]
    fn ods_cells_of_every_kind_are_read() {
        let cell = |kind: &str, rest: &str| {
            format!("<table:table-cell office:value-type=\"{kind}\" {rest}</table:table-cell>")
        };
        let row = [
            cell("boolean", "office:boolean-value=\"true\">"),
            cell("percentage", "office:value=\"0.5\"><text:p>50%</text:p>"),
            cell("date", "office:date-value=\"2015-03-07\"><text:p>七日</text:p>"),
            cell(
                "string",
                "><office:annotation><text:p>批注</text:p></office:annotation><text:p>甲<text:s text:c=\"2\"/>&amp;&#x4E59;<text:span>丙</text:span></text:p>",
            ),
            "<table:covered-table-cell table:number-columns-repeated=\"2\"/>".to_owned(),
            cell("float", "table:number-columns-repeated=\"2\" office:value=\"7\">"),
            cell("string", "calcext:value-type=\"error\"><text:p>#N/A</text:p>"),
            "<table:table-cell table:number-columns-repeated=\"16000\"/>".to_owned(),
        ];
        let content = format!(
            "<d><table:table table:name=\"a\"><table:table-row table:number-rows-repeated=\"4\"/><table:table-row \
             table:number-rows-repeated=\"2\">{}</table:table-row><table:table-row table:number-rows-repeated=\"1048570\"/></table:table></d>",
            row.concat()
        );
        let (_dir, path) = file("a.ods", &zip(&[("mimetype", b"m"), ("content.xml", content.as_bytes())]));
        use CellKind::{Bool, Date, Empty, Error, Number, Text};
        let expected = cells(&[
            ("TRUE", Bool),
            ("0.5", Number),
            ("20150307", Date),
            ("甲  &乙丙", Text),
            ("", Empty),
            ("", Empty),
            ("7", Number),
            ("7", Number),
            ("#N/A", Error),
        ]);
        assert_eq!(all(&mut open(&path).unwrap(), 0).unwrap(), [(5, expected.clone()), (6, expected)]);
    }

    #[test]
    fn cells_out_of_order_are_a_damaged_sheet() {
        for sheet in [
            "<row r=\"2\"><c r=\"A2\"><v>1</v></c></row><row r=\"1\"><c r=\"A1\"><v>1</v></c></row>",
            "<row r=\"1\"><c r=\"B1\"><v>1</v></c><c r=\"A1\"><v>2</v></c></row>",
            "<row r=\"9999999\"><c r=\"A9999999\"><v>1</v></c></row>",
        ] {
            let sheet = format!("<worksheet><sheetData>{sheet}</sheetData></worksheet>");
            assert!(
                matches!(fault("乱.xlsx", &workbook(sheet.as_bytes())), ReadError::Damaged { .. }),
                "{sheet}"
            );
        }
    }

    fn sheet_of(rows: &str) -> Vec<u8> {
        let sheet = format!("<worksheet><sheetData>{rows}</sheetData></worksheet>");
        packed(sheet.as_bytes(), zip::CompressionMethod::Stored)
    }

    #[test]
    fn an_error_of_a_cell_is_not_one_of_the_file() {
        let cell =
            |(i, e): (usize, &str)| format!("<c r=\"{}1\" t=\"e\"><v>{e}</v></c>", (b'A' + i as u8) as char);
        let errors = ["#SPILL!", "#CALC!", "#FIELD!", "#BLOCKED!", "#还没有的!", "#N/A"];
        let row: String = errors.iter().copied().enumerate().map(cell).collect();
        let (_dir, path) = file("a.xlsx", &sheet_of(&format!("<row r=\"1\">{row}</row>")));
        let rows = all(&mut open(&path).unwrap(), 0).unwrap();
        assert_eq!(rows[0].1, cells(&errors.map(|e| (e, CellKind::Error))));
    }

    #[test]
    fn hidden_rows_and_formulas_nobody_computed_are_told() {
        let rows = "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>甲</t></is></c><c r=\"B1\"><f>C1&amp;\"\"</f></c>\
                    <c r=\"C1\" t=\"str\"><f>D1</f><v></v></c></row><row r=\"3\" hidden=\"1\"><c r=\"A3\"><f>A1</f><v/></c></row>\
                    <row r=\"4\" hidden=\"true\"><c r=\"A4\"><v>1</v></c></row>";
        let cell = |rest: &str| format!("<table:table-cell {rest}</table:table-cell>");
        let first = [
            cell("office:value-type=\"string\"><text:p>甲</text:p>"),
            cell("table:formula=\"of:=[.C1]\">"),
            cell("table:formula=\"of:=[.D1]\" office:value-type=\"string\" office:string-value=\"\">"),
        ];
        let content = format!(
            "<d><table:table table:name=\"a\"><table:table-row>{}</table:table-row><table:table-row/><table:table-row \
             table:visibility=\"filter\">{}</table:table-row><table:table-row table:visibility=\"collapse\">{}</table:table-row>\
             </table:table></d>",
            first.concat(),
            cell("table:formula=\"of:=[.A1]\">"),
            cell("office:value-type=\"float\" office:value=\"1\">"),
        );
        let ods = zip(&[("mimetype", b"m"), ("content.xml", content.as_bytes())]);
        for (name, bytes) in [("a.xlsx", sheet_of(rows)), ("a.ods", ods)] {
            let (_dir, path) = file(name, &bytes);
            let mut seen = Vec::new();
            open(&path)
                .unwrap()
                .rows(0, &mut |row| {
                    seen.push((
                        row.number,
                        row.hidden,
                        (0..row.len()).map(|i| row.cell(i).1).collect::<Vec<_>>(),
                    ));
                    ControlFlow::Continue(())
                })
                .unwrap();
            use CellKind::{Empty, Number, Text, Uncomputed};
            assert_eq!(
                seen,
                [
                    (1, false, vec![Text, Uncomputed, Empty]),
                    (3, true, vec![Uncomputed]),
                    (4, true, vec![Number])
                ],
                "{name}"
            );
        }
    }

    #[test]
    fn a_text_that_is_not_there_names_its_cell() {
        let error = fault("缺.xlsx", &sheet_of("<row r=\"7\"><c r=\"C7\" t=\"s\"><v>99</v></c></row>"));
        assert!(error.to_string().contains("工作表“花名册”单元格 C7 引用的第 99 条文字不存在"), "{error}");
    }

    #[test]
    fn a_sheet_may_claim_every_row_and_merge_every_cell() {
        let sheet = "<worksheet><dimension ref=\"A1:XFD1048576\"/><sheetData><row r=\"1\"><c r=\"A1\"><v>1</v></c></row>\
                     <row r=\"2\" ht=\"15\"/><row r=\"1048576\"><c r=\"XFD1048576\"><v>2</v></c></row></sheetData>\
                     <mergeCells count=\"1\"><mergeCell ref=\"A1:XFD1048576\"/></mergeCells></worksheet>";
        let (_dir, path) = file("a.xlsx", &workbook(sheet.as_bytes()));
        let rows = all(&mut open(&path).unwrap(), 0).unwrap();
        assert_eq!(rows.iter().map(|r| (r.0, r.1.len())).collect::<Vec<_>>(), [(1, 1), (1_048_576, 16_384)]);
    }

    #[test]
    fn a_text_of_sixty_five_megabytes_and_a_last_column_everywhere_are_refused() {
        let long = " ".repeat(65 << 20);
        let texts = format!("<row r=\"1\"><c r=\"A1\" t=\"str\"><v>甲{long}</v></c></row>");
        let error = fault("长.xlsx", &sheet_of(&texts));
        assert!(matches!(error, ReadError::TooLarge { .. }), "{error}");
        let wide: String =
            (1..=40_000).map(|r| format!("<row r=\"{r}\"><c r=\"XFD{r}\"><v>1</v></c></row>")).collect();
        let (_dir, path) = file("宽.xlsx", &sheet_of(&wide));
        let mut given = 0;
        let read = open(&path).unwrap().rows(0, &mut |_| {
            given += 1;
            ControlFlow::Continue(())
        });
        assert!(matches!(read, Err(ReadError::TooLarge { .. })) && given == 30_517, "{given}");
    }

    #[test]
    fn a_part_that_understates_its_size_is_refused() {
        let sheet = b"<worksheet><sheetData><row r=\"1\"><c r=\"A1\"><v>1</v></c></row>".to_vec();
        let length = sheet.len();
        let mut bomb = workbook(&[sheet, vec![b' '; 1 << 20]].concat());
        // Local header, central header and data descriptor say 1,000 bytes.
        let lie = 1000_u32.to_le_bytes();
        let real = u32::to_le_bytes((1 << 20) + length as u32);
        let mut changed = 0;
        while let Some(at) = bomb.windows(4).position(|w| w == real) {
            bomb[at..at + 4].copy_from_slice(&lie);
            changed += 1;
        }
        assert!(changed >= 2, "the size stands in both headers");
        // The unpacker stops at the size that was stated, before `Counted` does; nothing is handed on.
        assert!(matches!(fault("炸.xlsx", &bomb), ReadError::Damaged { .. }));
    }

    /// BIFF records of an Excel 95 workbook in code page 936 (MS-XLS 2.4, and its 2.1 for the streams of Excel 95).
    #[test]
    fn an_excel_95_workbook_in_gbk_is_read() {
        let record = |kind: u16, data: &[u8]| {
            [&kind.to_le_bytes(), &(data.len() as u16).to_le_bytes()[..], data].concat()
        };
        let gb = |text| encoding_rs::GBK.encode(text).0.into_owned();
        let label = |row: u8, column: u8, text| {
            let text = gb(text);
            record(
                0x0204,
                &[&[row, 0, column, 0, 0, 0], &(text.len() as u16).to_le_bytes()[..], &text].concat(),
            )
        };
        let name = gb("花名册");
        let mut book = record(0x0809, b"\x00\x05\x05\x00\x00\x00\x00\x00");
        book.extend(record(0x0042, &936_u16.to_le_bytes()));
        let start = (book.len() + 4 + 7 + name.len() + 4) as u32;
        book.extend(record(0x0085, &[&start.to_le_bytes(), &[0, 0, name.len() as u8][..], &name].concat()));
        book.extend(record(0x000A, b""));
        book.extend(record(0x0809, b"\x00\x05\x10\x00\x00\x00\x00\x00"));
        book.extend(record(0x0200, &[0, 0, 2, 0, 0, 0, 2, 0, 0, 0]));
        book.extend(record(0x0208, &[1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0x20, 0, 0, 0]));
        book.extend([label(0, 0, "姓名"), label(0, 1, "号"), label(1, 0, "王一")].concat());
        book.extend(record(0x0203, &[&[1, 0, 1, 0, 0, 0][..], &20150307_f64.to_le_bytes()].concat()));
        book.extend(record(0x000A, b""));
        book.resize(5000, 0);
        for (file_name, note) in [("旧.xls", None), ("旧.et", None), ("旧.xlsx", Some("xls"))] {
            let (_dir, path) = file(file_name, &compound("Book", &book));
            let mut book = open(&path).unwrap();
            assert_eq!(book.sheets()[0].name, "花名册");
            assert_eq!(book.extension_disagrees().is_some(), note.is_some(), "{file_name}");
            let mut rows = Vec::new();
            book.rows(0, &mut |row| {
                rows.push((row.hidden, row.cell(0).0.to_owned(), row.cell(1).0.to_owned()));
                ControlFlow::Continue(())
            })
            .unwrap();
            let row = |hidden, a: &str, b: &str| (hidden, a.to_owned(), b.to_owned());
            assert_eq!(rows, [row(false, "姓名", "号"), row(true, "王一", "20150307")]);
        }
    }

    #[test]
    fn a_page_and_a_table_with_tabs_are_read_under_the_name_of_a_workbook() {
        let (page, _, _) =
            encoding_rs::GBK.encode("<html><table><tr><td>姓名<td>性别<tr><td>王一<td>男</table>");
        let (tabs, _, _) = encoding_rs::GBK.encode("姓名\t性别\r\n王一\t男\r\n");
        for (bytes, note) in [(page, "内容其实是 html"), (tabs, "内容其实是 csv")] {
            let (_dir, path) = file("导出.xls", &bytes);
            let mut book = open(&path).unwrap();
            assert!(book.extension_disagrees().unwrap().contains(note));
            let rows = all(&mut book, 0).unwrap();
            assert_eq!(rows[1].1, cells(&[("王一", CellKind::Text), ("男", CellKind::Text)]));
        }
    }

    /// Inputs by which fuzzing once broke the reader: kept as they were found.
    #[test]
    fn what_once_broke_the_reader_is_read_or_refused() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/fuzz");
        let mut count = 0;
        for entry in fs::read_dir(folder).unwrap() {
            survives(&fs::read(entry.unwrap().path()).unwrap());
            count += 1;
        }
        assert!(count >= 2);
    }

    /// A real workbook with another first sheet.
    fn workbook(sheet: &[u8]) -> Vec<u8> {
        packed(sheet, zip::CompressionMethod::Deflated)
    }

    fn packed(sheet: &[u8], method: zip::CompressionMethod) -> Vec<u8> {
        let mut old = zip::ZipArchive::new(std::io::Cursor::new(XLSX)).unwrap();
        let mut new = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for i in 0..old.len() {
            let part = old.by_index_raw(i).unwrap();
            if part.name().unwrap() == "xl/worksheets/sheet1.xml" {
                let options = zip::write::SimpleFileOptions::default().compression_method(method);
                new.start_file("xl/worksheets/sheet1.xml", options).unwrap();
                new.write_all(sheet).unwrap();
            } else {
                new.raw_copy_file(part).unwrap();
            }
        }
        new.finish().unwrap().into_inner()
    }

    fn zip(parts: &[(&str, &[u8])]) -> Vec<u8> {
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for (name, bytes) in parts {
            zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            zip.write_all(bytes).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    /// A compound file of one stream: header, FAT in sector 0, directory in sector 1, the stream from sector 2.
    fn compound(name: &str, stream: &[u8]) -> Vec<u8> {
        let sectors = stream.len().div_ceil(512);
        let mut header = vec![0; 512];
        header[..8].copy_from_slice(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1");
        header[26..34].copy_from_slice(&[3, 0, 0xFE, 0xFF, 9, 0, 6, 0]);
        header[44] = 1;
        header[48] = 1;
        header[60..64].copy_from_slice(&[0xFE, 0xFF, 0xFF, 0xFF]);
        header[68..72].copy_from_slice(&[0xFE, 0xFF, 0xFF, 0xFF]);
        header[76..].fill(0xFF);
        header[76..80].fill(0);
        let mut fat: Vec<u32> = vec![0xFFFF_FFFD, 0xFFFF_FFFE];
        fat.extend((3..2 + sectors as u32).chain([0xFFFF_FFFE]));
        fat.resize(128, 0xFFFF_FFFF);
        let mut directory = vec![0; 512];
        for (i, (name, kind, start, size)) in
            [("Root Entry", 5, 0xFFFF_FFFE, 0), (name, 2, 2, stream.len())].iter().enumerate()
        {
            let entry = &mut directory[i * 128..(i + 1) * 128];
            for (at, unit) in name.encode_utf16().enumerate() {
                entry[at * 2..at * 2 + 2].copy_from_slice(&unit.to_le_bytes());
            }
            entry[64] = (name.len() * 2 + 2) as u8;
            entry[66] = *kind;
            entry[116..120].copy_from_slice(&u32::to_le_bytes(*start));
            entry[120..124].copy_from_slice(&(*size as u32).to_le_bytes());
        }
        let mut bytes = header;
        bytes.extend(fat.iter().flat_map(|id| id.to_le_bytes()));
        bytes.extend(directory);
        bytes.extend(stream);
        bytes.resize(512 * (3 + sectors), 0);
        bytes
    }

    /// A real file with bytes changed, cut off or doubled.
    fn mutated() -> impl Strategy<Value = Vec<u8>> {
        let seeds = prop_oneof![Just(XLSX), Just(XLS), Just(ODS), Just(CSV.as_bytes())];
        let edits = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8);
        (seeds, edits, any::<prop::sample::Index>(), any::<bool>()).prop_map(|(seed, edits, cut, cutting)| {
            let mut bytes = seed.to_vec();
            for (at, byte) in edits {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            if cutting {
                bytes.truncate(cut.index(bytes.len()));
            }
            bytes
        })
    }

    fn survives(bytes: &[u8]) {
        let (_dir, path) = file("x", bytes);
        if let Ok(mut book) = open(&path) {
            for sheet in 0..book.sheets().len() {
                let _ = all(&mut book, sheet);
                let _ = book.merges(sheet);
            }
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..4096)) {
            survives(&bytes);
        }

        #[test]
        fn any_bytes_behind_a_true_beginning_are_read_or_refused(
            head in prop_oneof![Just(&XLSX[..64]), Just(&XLS[..512]), Just(&b"\xFF\xFE"[..]), Just(&b"\"a\",\""[..])],
            bytes in prop::collection::vec(any::<u8>(), 0..4096),
        ) {
            survives(&[head, &bytes].concat());
        }

        #[test]
        fn mutated_files_are_read_or_refused(bytes in mutated()) {
            survives(&bytes);
        }

        #[test]
        fn mutated_parts_are_read_or_refused(
            at in any::<prop::sample::Index>(), with in ".{0,6}", drop in 0_usize..12,
        ) {
            let sheet = "<worksheet><dimension ref=\"A1:B2\"/><sheetData><row r=\"1\"><c r=\"A1\" t=\"s\" s=\"1\"><v>0</v></c>\
                         <c r=\"B1\" t=\"d\"><v>2015-03-07</v></c></row><row><c><f>1+1</f><v>2</v></c><c t=\"e\"><v>#N/A</v></c>\
                         </row></sheetData></worksheet>";
            let mut text: Vec<char> = sheet.chars().collect();
            let at = at.index(text.len());
            text.splice(at..(at + drop).min(text.len()), with.chars());
            survives(&workbook(text.into_iter().collect::<String>().as_bytes()));
            let ods = sheet.replace("row", "table-row").replace("<c", "<table-cell").replace("</c>", "</table-cell>");
            survives(&zip(&[("mimetype", b"m"), ("content.xml", ods.as_bytes())]));
        }
    }
}
