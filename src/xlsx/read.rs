//! Reading: what a file is by its content, its sheets, and its rows one after the other.

use crate::model::cell::Row;
use crate::xlsx::cells::{Workbook, open_xls, open_xlsb, open_xlsx};
use crate::xlsx::compound;
use crate::xlsx::delimited::{self, Dialect};
use crate::xlsx::epoch;
use crate::xlsx::error::ReadError;
use crate::xlsx::ods;
use crate::xlsx::package::{self, Package};
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
}

impl Format {
    /// The name people know it by, and the extensions it may carry.
    fn names(self) -> (&'static str, &'static [&'static str]) {
        match self {
            Format::Xlsx => ("xlsx", &["xlsx", "xltx", "et", "ett"]),
            Format::Xlsm => ("xlsm", &["xlsm", "xltm"]),
            Format::Xlsb => ("xlsb", &["xlsb"]),
            Format::Xls => ("xls", &["xls", "xlt", "et", "ett"]),
            Format::Ods => ("ods", &["ods", "ots"]),
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
    source: Source,
    /// A number that should be a day is counted from 1904.
    from_1904: bool,
}

enum Source {
    Workbook(Workbook),
    Ods,
    Csv(Encoding, Dialect),
}

/// Opens a workbook or csv. The content decides what it is, never the extension.
pub fn open(path: &Path) -> Result<Book, ReadError> {
    let io = |e| ReadError::from_io(path, e);
    let meta = fs::metadata(path).map_err(io)?;
    if meta.is_dir() {
        return Err(ReadError::Folder { path: path.to_path_buf() });
    }
    let mut head = Vec::new();
    File::open(path).and_then(|f| f.take(LOOK as u64).read_to_end(&mut head)).map_err(io)?;
    if head.is_empty() {
        return Err(ReadError::Empty { path: path.to_path_buf() });
    }
    match magic(&head) {
        Magic::Zip => zipped(path),
        Magic::Compound if meta.len() > compound::FILE_LIMIT => Err(ReadError::TooLarge {
            path: path.to_path_buf(),
            detail: format!("有{}MB", meta.len() >> 20),
        }),
        Magic::Compound => {
            compound::inspect(path, &fs::read(path).map_err(io)?)?;
            let book = open_xls(path, File::open(path).map_err(io)?)?;
            Ok(Book::new(path, Format::Xls, book.sheets(), Source::Workbook(book)))
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

fn zipped(path: &Path) -> Result<Book, ReadError> {
    let file = || File::open(path).map_err(|e| ReadError::from_io(path, e));
    let package = package::inspect(path, file()?)?;
    let (format, book) = match package {
        Package::Ods => return Ok(Book::new(path, Format::Ods, ods::sheets(path)?, Source::Ods)),
        Package::Xlsx => (Format::Xlsx, open_xlsx(path, file()?)?),
        Package::Xlsm => (Format::Xlsm, open_xlsx(path, file()?)?),
        Package::Xlsb => (Format::Xlsb, open_xlsb(path, file()?)?),
    };
    Ok(Book::new(path, format, book.sheets(), Source::Workbook(book)))
}

impl Book {
    fn new(path: &Path, format: Format, sheets: Vec<SheetInfo>, source: Source) -> Book {
        let from_1904 = matches!(format, Format::Xlsx | Format::Xlsm) && epoch::counts_from_1904(path);
        Book { path: path.to_path_buf(), format, sheets, source, from_1904 }
    }

    /// What the file is.
    #[cfg(test)]
    pub fn format(&self) -> Format {
        self.format
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
            .then(|| format!("扩展名是{extension}，内容其实是{name}，已按{name}读取。"))
    }

    /// Gives each row that is not blank to the sink, in order, until the sink breaks off. Rows keep their numbers.
    pub fn rows(
        &mut self,
        sheet: usize,
        sink: &mut dyn FnMut(Row) -> ControlFlow<()>,
    ) -> Result<(), ReadError> {
        let Some(info) = self.sheets.get(sheet) else {
            return Err(ReadError::damaged(&self.path, format!("没有第{}个工作表", sheet + 1)));
        };
        match &mut self.source {
            Source::Workbook(book) if self.from_1904 => book.rows(&self.path, &info.name, &mut |mut row| {
                row.count_from_1904();
                sink(row)
            }),
            Source::Workbook(book) => book.rows(&self.path, &info.name, sink),
            Source::Ods => ods::rows(&self.path, sheet, sink),
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
    use std::os::unix::fs::PermissionsExt;
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
        assert_eq!(book.extension_disagrees().unwrap(), "扩展名是xls，内容其实是xlsx，已按xlsx读取。");
        let (_dir, path) = file("a.xlsx", CSV.as_bytes());
        assert_eq!(open(&path).unwrap().format(), Format::Csv { encoding: Encoding::Utf8 });
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
        fs::write(&path, XLSX).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
        // The superuser may read everything; then there is nothing to refuse.
        if File::open(&path).is_err() {
            assert!(matches!(open(&path), Err(ReadError::Permission { .. })));
        }
        let refused = ReadError::from_io(&path, std::io::ErrorKind::PermissionDenied.into());
        assert!(matches!(refused, ReadError::Permission { .. }));
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
            (&b"%PDF-1.4 ..."[..], "PDF文件"),
            (b"\xEF\xBB\xBF<html><table><tr><td>1", "网页（HTML）"),
            (b"\x89PNG\r\n\x1a\n", "图片"),
        ] {
            let error = fault("假.xls", bytes);
            assert!(
                matches!(&error, ReadError::NotAWorkbook { looks_like, .. } if *looks_like == name),
                "{error}"
            );
        }
        let word = zip(&[("word/document.xml", b"<w/>")]);
        assert!(matches!(fault("文.xlsx", &word), ReadError::NotAWorkbook { looks_like: "Word文档", .. }));
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
        let manifest = b"<manifest:manifest><manifest:encryption-data/></manifest:manifest>";
        let mime = b"application/vnd.oasis.opendocument.spreadsheet";
        let ods = zip(&[("mimetype", mime), ("META-INF/manifest.xml", manifest), ("content.xml", b"<x/>")]);
        assert!(matches!(fault("密.ods", &ods), ReadError::Encrypted { .. }));
        let doc = compound("WordDocument", &[0; 5000]);
        assert!(matches!(fault("文.xls", &doc), ReadError::NotAWorkbook { looks_like: "Word文档", .. }));
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

    /// A real workbook with another first sheet.
    fn workbook(sheet: &[u8]) -> Vec<u8> {
        let mut old = zip::ZipArchive::new(std::io::Cursor::new(XLSX)).unwrap();
        let mut new = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for i in 0..old.len() {
            let part = old.by_index_raw(i).unwrap();
            if part.name().unwrap() == "xl/worksheets/sheet1.xml" {
                new.start_file("xl/worksheets/sheet1.xml", zip::write::SimpleFileOptions::default()).unwrap();
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
