//! Marking held against its promises: what is not touched is the same bytes, what is marked is lawful and goes again.

use super::order::{STYLES, WORKSHEET, is_kept};
use super::*;
use crate::model::cell::{CellKind, Place};
use crate::model::field::Field;
use crate::model::finding::Severity;
use proptest::prelude::*;
use quick_xml::events::Event;
use quick_xml::name::ResolveResult;
use quick_xml::{NsReader, Reader};
use rust_xlsxwriter::{Color, DataValidation, Format as Style, Image, Note, Table, Workbook, Worksheet};
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::PathBuf;
use tempfile::{TempDir, tempdir};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

type Cells = BTreeMap<(u32, usize), (String, CellKind)>;

fn finding(sheet: &str, row: u32, column: u16, severity: Severity, proposal: Option<&str>) -> Finding {
    Finding {
        check: "check-character-wrong",
        severity,
        place: Place { file: "a.xlsx".into(), sheet: sheet.into(), row, column },
        field: Some(Field::DocumentId),
        value: "旧".into(),
        message: "末位<校验码>不符_x0041_。".into(),
        hint: "请对照证件原件\u{1}逐位核对。".into(),
        basis: "GB 11643-1999 & 4.2.3",
        proposal: proposal.map(str::to_owned),
    }
}

fn marked(input: &Path, output: &Path, header_row: u32, findings: &[Finding]) -> Marked {
    let mut sheets: Vec<SheetMarks> = Vec::new();
    for f in findings {
        match sheets.iter_mut().find(|s| s.sheet == &*f.place.sheet) {
            Some(sheet) => sheet.findings.push(f),
            None => sheets.push(SheetMarks { sheet: &f.place.sheet, header_row, findings: vec![f] }),
        }
    }
    mark(input, output, &Marking { sheets, title: &|_| "末位校验码不符" }).unwrap()
}

fn parts(path: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut zip = ZipArchive::new(File::open(path).unwrap()).unwrap();
    let mut all = BTreeMap::new();
    for i in 0..zip.len() {
        let mut part = zip.by_index(i).unwrap();
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).unwrap();
        all.insert(part.name().unwrap().into_owned(), bytes);
    }
    all
}

/// Parts as they are packed: what must not change at all.
fn packed(path: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut zip = ZipArchive::new(File::open(path).unwrap()).unwrap();
    let mut all = BTreeMap::new();
    for i in 0..zip.len() {
        let mut part = zip.by_index_raw(i).unwrap();
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).unwrap();
        all.insert(part.name().unwrap().into_owned(), bytes);
    }
    all
}

fn cells(path: &Path, as_they_stand: bool) -> BTreeMap<String, Cells> {
    let mut book = read::open(path).unwrap();
    let mut all = BTreeMap::new();
    for index in 0..book.sheets().len() {
        let mut cells = Cells::new();
        let mut sink = |row: Row| {
            for column in 0..row.len() {
                let (text, kind) = row.cell(column);
                if kind != CellKind::Empty && !text.is_empty() {
                    cells.insert((row.number, column), (text.to_owned(), kind));
                }
            }
            ControlFlow::Continue(())
        };
        if as_they_stand {
            book.source_rows(index, &mut sink).unwrap();
        } else {
            book.rows(index, &mut sink).unwrap();
        }
        all.insert(book.sheets()[index].name.clone(), cells);
    }
    all
}

/// Every part is XML whose prefixes are declared, worksheets and style sheets are in order, no cell stands twice.
fn is_lawful(path: &Path) {
    for (name, bytes) in parts(path) {
        if !name.ends_with(".xml") && !name.ends_with(".rels") && !name.ends_with(".vml") {
            continue;
        }
        let text = String::from_utf8(bytes).unwrap();
        let mut reader = NsReader::from_str(&text);
        loop {
            match reader.read_resolved_event().unwrap_or_else(|e| panic!("{name}: {e}")) {
                (ResolveResult::Unknown(p), Event::Start(_) | Event::Empty(_)) => panic!("{name}: {p:?}"),
                (_, Event::Start(e) | Event::Empty(e)) => {
                    for a in e.attributes() {
                        let a = a.unwrap_or_else(|e| panic!("{name}: {e}"));
                        let (ns, _) = reader.resolver().resolve_attribute(a.key);
                        assert!(!matches!(ns, ResolveResult::Unknown(_)), "{name}: {:?}", a.key);
                    }
                }
                (_, Event::Eof) => break,
                _ => {}
            }
        }
        if name.contains("worksheets/") && name.ends_with(".xml") {
            assert!(is_kept(&text, WORKSHEET), "{name}");
            in_order(&text, &name);
        }
        if name.ends_with("styles.xml") {
            assert!(is_kept(&text, STYLES), "{name}");
        }
    }
}

fn in_order(text: &str, name: &str) {
    let mut reader = Reader::from_str(text);
    let mut last = (0, 0);
    loop {
        match reader.read_event().unwrap() {
            Event::Start(e) | Event::Empty(e) if e.local_name().as_ref() == "c" => {
                let Some(r) = e.try_get_attribute("r").unwrap() else { continue };
                let cell = comments::at(&r.value).unwrap();
                assert!(cell > last, "{name}: {cell:?} after {last:?}");
                last = cell;
            }
            Event::Eof => return,
            _ => {}
        }
    }
}

/// Of a style sheet: the entries of a list, and the rest without their number.
fn list_of(styles: &str, list: &str) -> (Vec<String>, String) {
    let found = xml::outline(styles).unwrap();
    let Some(node) = found.child(list) else { return (Vec::new(), styles.to_owned()) };
    let part = &styles[node.whole.clone()];
    let entries = xml::outline(part).unwrap().children;
    let rest = format!("{}{}", &styles[..node.whole.start], &styles[node.whole.end..]);
    (entries.iter().map(|c| part[c.whole.clone()].to_owned()).collect(), rest)
}

fn styles_are_only_added_to(before: &[u8], after: &[u8]) {
    let (before, after) = (std::str::from_utf8(before).unwrap(), std::str::from_utf8(after).unwrap());
    let ((fills, rest), (fills_now, rest_now)) = (list_of(before, "fills"), list_of(after, "fills"));
    assert!(fills_now.starts_with(&fills));
    let ((xfs, rest), (xfs_now, rest_now)) = (list_of(&rest, "cellXfs"), list_of(&rest_now, "cellXfs"));
    assert!(xfs_now.starts_with(&xfs));
    assert_eq!(rest, rest_now);
}

const PIXEL: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\0\0\0\nIDATx\x9cc\0\x01\0\0\x05\0\x01\r\n-\xb4\0\0\0\0IEND\xaeB`\x82";

/// How a made workbook looks.
#[derive(Clone, Debug)]
struct Made {
    columns: u16,
    rows: u32,
    title: bool,
    validation: bool,
    notes: bool,
    image: bool,
    table: bool,
    widths: bool,
    ghosts: bool,
    colors: u8,
}

fn made() -> impl Strategy<Value = Made> {
    let parts = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>());
    (2u16..6, 1u32..8, parts, any::<bool>(), 0u8..4).prop_map(|(columns, rows, p, ghosts, colors)| Made {
        columns,
        rows,
        title: p.0,
        validation: p.1,
        notes: p.2,
        image: p.3,
        table: p.4,
        widths: p.5,
        ghosts,
        colors,
    })
}

const HEADER: u32 = 3;

fn fill(sheet: &mut Worksheet, made: &Made) {
    let style = |n: u32| match made.colors {
        0 => Style::new(),
        1 => Style::new().set_background_color(Color::RGB(0xFF_C7_CE)),
        2 => Style::new().set_num_format_index(49).set_text_wrap(),
        _ => Style::new().set_bold().set_font_color(Color::RGB(n * 100)),
    };
    if made.title {
        sheet.merge_range(0, 0, 0, made.columns + 3, "花名册", &Style::new().set_bold()).unwrap();
    }
    for c in 0..made.columns {
        sheet.write_with_format(HEADER - 1, c, format!("栏{c}"), &style(u32::from(c))).unwrap();
        for r in 0..made.rows {
            match (r + u32::from(c)) % 4 {
                0 => sheet.write_with_format(HEADER + r, c, f64::from(r) + 0.5, &style(r)).unwrap(),
                1 => sheet.write(HEADER + r, c, format!("=文<{r}&")).unwrap(),
                2 => sheet.write_blank(HEADER + r, c, &style(r)).unwrap(),
                _ => sheet,
            };
        }
    }
    if made.ghosts {
        sheet.write_blank(HEADER, 40, &style(1)).unwrap();
    }
    if made.validation {
        let choice = DataValidation::new().allow_list_strings(&["男", "女"]).unwrap();
        sheet.add_data_validation(HEADER, 1, HEADER + 20, 1, &choice).unwrap();
    }
    if made.notes {
        sheet.insert_note(HEADER, 0, &Note::new("老师写的").set_author("王老师")).unwrap();
        sheet.insert_note(HEADER - 1, 1, &Note::new("表头说明")).unwrap();
    }
    if made.image {
        sheet.insert_image(20, 1, &Image::new_from_buffer(PIXEL).unwrap()).unwrap();
    }
    if made.table {
        sheet.add_table(HEADER - 1, 0, HEADER + made.rows - 1, made.columns - 1, &Table::new()).unwrap();
    }
    if made.widths {
        sheet.set_column_width(0, 30).unwrap();
        sheet.set_column_range_width(made.columns, made.columns + 30, 3).unwrap();
    }
    sheet.set_freeze_panes(HEADER, 1).unwrap();
    sheet.set_landscape().set_repeat_rows(HEADER - 1, HEADER - 1).unwrap();
}

fn make(made: &Made) -> (TempDir, PathBuf) {
    let dir = tempdir().unwrap();
    let path = dir.path().join("a.xlsx");
    let mut book = Workbook::new();
    fill(book.add_worksheet().set_name("花名册").unwrap(), made);
    let other = book.add_worksheet().set_name("说明").unwrap();
    other.write(0, 0, "不要动").unwrap().insert_note(0, 0, &Note::new("别的表")).unwrap();
    book.define_name("年级", "='说明'!$A$1").unwrap();
    book.save(&path).unwrap();
    (dir, path)
}

const TOUCHED: [&str; 6] = [
    "[Content_Types].xml",
    "xl/workbook.xml",
    "xl/_rels/workbook.xml.rels",
    "xl/styles.xml",
    "xl/worksheets/sheet1.xml",
    "xl/worksheets/_rels/sheet1.xml.rels",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]
    #[test]
    fn a_marked_workbook_is_the_schools_own_but_for_the_marks(
        made in made(),
        at in prop::collection::btree_map((HEADER..14, 0u16..8), (0usize..3, any::<bool>()), 1..9),
    ) {
        let (dir, input) = make(&made);
        let (first, second, cleared) = (dir.path().join("b.xlsx"), dir.path().join("c.xlsx"), dir.path().join("d.xlsx"));
        let severities = [Severity::Error, Severity::Explain, Severity::Note];
        let findings: Vec<Finding> = at
            .iter()
            .map(|((row, column), (s, p))| finding("花名册", *row, column % (made.columns + 1), severities[*s], p.then_some("新")))
            .collect();
        marked(&input, &first, HEADER, &findings);
        is_lawful(&first);
        let (before, after) = (packed(&input), packed(&first));
        for (name, bytes) in &before {
            // The sheet's own comments are merged with ours.
            let comments = name == "xl/comments1.xml" || name == "xl/drawings/vmlDrawing1.vml";
            if !(TOUCHED.contains(&name.as_str()) || (made.notes && comments)) {
                prop_assert!(after.get(name) == Some(bytes), "{}", name);
            }
        }
        styles_are_only_added_to(&parts(&input)["xl/styles.xml"], &parts(&first)["xl/styles.xml"]);
        // What a reader sees is what it saw before; as it stands there is more beside it, never less.
        prop_assert_eq!(cells(&first, false), cells(&input, false));
        let (old, now) = (cells(&input, true), cells(&first, true));
        for (cell, value) in &old["花名册"] {
            prop_assert_eq!(now["花名册"].get(cell), Some(value));
        }
        prop_assert!(now["花名册"].values().any(|(text, _)| text == markup::HEADINGS[0]));
        // Marked again with the same it is the same; with nothing found, no mark is left.
        marked(&first, &second, HEADER, &findings);
        let (one, two) = (parts(&first), parts(&second));
        prop_assert!(one.keys().eq(two.keys()));
        for (name, bytes) in &one {
            prop_assert_eq!(String::from_utf8_lossy(&two[name]), String::from_utf8_lossy(bytes), "{}", name);
        }
        mark(&second, &cleared, &Marking { sheets: Vec::new(), title: &|_| "" }).unwrap();
        is_lawful(&cleared);
        prop_assert_eq!(cells(&cleared, true), cells(&input, true));
        let sheet = |path: &Path| String::from_utf8(parts(path)["xl/worksheets/sheet1.xml"].clone()).unwrap();
        let styled = |text: &str| {
            let mut found = BTreeMap::new();
            for tag in text.split('<').filter(|t| t.starts_with("c ")) {
                let tag = format!("<{}", tag.split_inclusive('>').next().unwrap());
                let cell = xml::attribute(&tag, "r").unwrap().into_owned();
                found.insert(cell, xml::number(&tag, "s").unwrap_or(0));
            }
            found
        };
        let (was, now) = (styled(&sheet(&input)), styled(&sheet(&cleared)));
        for (cell, style) in &was {
            prop_assert!(now.get(cell) == Some(style) || ambiguous(&made), "{cell}");
        }
    }
}

/// Where cells of a column differ in nothing but their fill, taking a mark off may give the commoner of them.
fn ambiguous(made: &Made) -> bool {
    made.colors == 1
}

fn package(parts: &[(&str, &str)]) -> (TempDir, PathBuf) {
    let dir = tempdir().unwrap();
    let path = dir.path().join("手工.xlsx");
    let mut zip = ZipWriter::new(File::create(&path).unwrap());
    for (name, text) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap();
    (dir, path)
}

const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const STRICT_OFFICE: &str = "http://purl.oclc.org/ooxml/officeDocument/relationships";
const STRICT_MAIN: &str = "http://purl.oclc.org/ooxml/spreadsheetml/main";

/// A workbook of one hand-written sheet, its parts named from the root, without a style sheet.
fn by_hand(sheet: &str, (office, main): (&str, &str)) -> (TempDir, PathBuf) {
    let root = "http://schemas.openxmlformats.org/package/2006/relationships";
    let relation = |kind: &str, target: &str| {
        format!(
            "<Relationships xmlns=\"{root}\"><Relationship Id=\"rId1\" Type=\"{office}/{kind}\" Target=\"{target}\"/></Relationships>"
        )
    };
    let types = "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
        <Default Extension=\"xml\" ContentType=\"application/xml\"/>\
        <Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/></Types>";
    let book = format!(
        "<workbook xmlns=\"{main}\" xmlns:r=\"{office}\"><sheets><sheet name=\"表\" sheetId=\"7\" r:id=\"rId1\"/></sheets></workbook>"
    );
    package(&[
        ("[Content_Types].xml", types),
        ("_rels/.rels", &relation("officeDocument", "/xl/workbook.xml")),
        ("xl/workbook.xml", &book),
        ("xl/_rels/workbook.xml.rels", &relation("worksheet", "/xl/worksheets/sheet1.xml")),
        ("xl/worksheets/sheet1.xml", &sheet.replace("MAIN", main)),
    ])
}

#[test]
fn every_way_of_writing_a_sheet_is_marked_where_it_should_be() {
    let header = |p: &str| {
        let cell = |at: &str, text: &str| {
            format!("<{p}c r=\"{at}\" t=\"inlineStr\"><{p}is><{p}t>{text}</{p}t></{p}is></{p}c>")
        };
        format!("<{p}row r=\"1\" spans=\"1:2\">{}{}</{p}row>", cell("A1", "姓名"), cell("B1", "号"))
    };
    let transitional = (OFFICE, MAIN);
    for (sheet, kind) in [
        // Cells missing in a row, a row that is empty, rows that are missing.
        (format!("<worksheet xmlns=\"MAIN\"><sheetData>{}<row r=\"2\"><c r=\"A2\"><v>1</v></c></row><row r=\"3\"/><row r=\"9\"><c r=\"C9\"/></row></sheetData></worksheet>", header("")), transitional),
        // Prefixes, and everything that may stand around.
        (format!("<x:worksheet xmlns:x=\"MAIN\"><x:dimension ref=\"A1:B2\"/><x:cols><x:col min=\"1\" max=\"16384\" width=\"9\" style=\"0\"/></x:cols><x:sheetData>{}<x:row r=\"2\"><x:c r=\"B2\"><x:v>1</x:v></x:c></x:row></x:sheetData><x:dataValidations count=\"1\"><x:dataValidation sqref=\"A1\"/></x:dataValidations><x:extLst/></x:worksheet>", header("x:")), transitional),
        // Rows and cells that do not say where they are.
        ("<worksheet xmlns=\"MAIN\"><sheetData><row><c t=\"str\"><v>姓名</v></c><c t=\"str\"><v>号</v></c></row><row><c><v>1</v></c><c/></row><row/></sheetData><pageMargins/></worksheet>".to_owned(), transitional),
        // Strict.
        (format!("<worksheet xmlns=\"MAIN\"><sheetData>{}</sheetData></worksheet>", header("")), (STRICT_OFFICE, STRICT_MAIN)),
    ] {
        let (dir, input) = by_hand(&sheet, kind);
        let output = dir.path().join("标注.xlsx");
        let findings = [
            finding("表", 2, 2, Severity::Error, Some("新")),
            finding("表", 3, 1, Severity::Note, None),
            finding("表", 5, 2, Severity::Explain, None),
            finding("表", 1, 0, Severity::Error, None),
            finding("表", 4, 0, Severity::Error, None),
        ];
        let result = marked(&input, &output, 1, &findings);
        assert_eq!(result.remarks, [""; 0], "{sheet}");
        is_lawful(&output);
        let now = String::from_utf8(parts(&output)["xl/worksheets/sheet1.xml"].clone()).unwrap();
        let style = |cell: &str| {
            let from = now.find(&format!(" r=\"{cell}\"")).unwrap_or_else(|| panic!("{cell}: {now}"));
            let tag = &now[now[..from].rfind('<').unwrap()..];
            xml::number(tag, "s")
        };
        assert!(style("B2").is_some() && style("A3").is_some() && style("B5").is_some());
        assert_ne!(style("B2"), style("A3"));
        assert!(now.contains("legacyDrawing ") && now.contains("\"是,否\""), "{now}");
        let comments = parts(&output).into_iter().find(|(n, _)| n.contains("comments")).unwrap().1;
        let comments = String::from_utf8(comments).unwrap();
        // B2, A3, B5, and what is said of the whole sheet at the heading of the reasons.
        assert_eq!(comments.matches("<comment ref=").count(), 4, "{comments}");
        if kind == transitional {
            assert_eq!(cells(&output, false)["表"], cells(&input, false)["表"], "{sheet}");
            let stands = cells(&output, true);
            assert!(stands["表"].values().any(|(t, _)| t.starts_with("【必改】身份证件号：末位<校验码>不符_x0041_。")));
        }
    }
}

#[test]
fn a_mark_in_merged_cells_goes_to_the_first_of_them() {
    let dir = tempdir().unwrap();
    let (input, output) = (dir.path().join("a.xlsx"), dir.path().join("b.xlsx"));
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("表").unwrap();
    sheet.write(0, 0, "班级").unwrap().write(0, 1, "姓名").unwrap();
    sheet.merge_range(1, 0, 3, 0, "一班", &Style::new().set_bold()).unwrap();
    sheet.merge_range(1, 1, 1, 3, "王一", &Style::new()).unwrap();
    book.save(&input).unwrap();
    marked(&input, &output, 1, &[finding("表", 4, 1, Severity::Error, None)]);
    let all = parts(&output);
    let comments = all.iter().find(|(n, _)| n.contains("comments")).unwrap().1;
    assert!(String::from_utf8_lossy(comments).contains("ref=\"A2\""));
    let stands = cells(&output, true);
    let heading = stands["表"].iter().find(|(_, (t, _))| t == markup::HEADINGS[0]).unwrap().0;
    assert_eq!(*heading, (1, 4), "the columns of ours begin beside the merged cells");
}

#[test]
fn a_file_that_cannot_be_edited_is_made_anew_and_says_so() {
    for (name, bytes) in [
        ("a.csv", "姓名,号\r\n=1+1,007\r\n\r\n@x,-5\r\n".as_bytes()),
        ("a.xls", include_bytes!("../../../tests/data/xlsx/calc.xls")),
        ("a.ods", include_bytes!("../../../tests/data/xlsx/calc.ods")),
    ] {
        let dir = tempdir().unwrap();
        let (input, output) = (dir.path().join(name), dir.path().join("b.xlsx"));
        fs::write(&input, bytes).unwrap();
        let sheet = read::open(&input).unwrap().sheets()[0].name.clone();
        let result = marked(&input, &output, 1, &[finding(&sheet, 2, 1, Severity::Error, None)]);
        assert!(result.remarks[0].contains("没有保留"), "{result:?}");
        is_lawful(&output);
        // Days are texts now, and read as the same days; all else is of its kind.
        let untyped = |all: BTreeMap<String, Cells>| {
            let each = |(at, (text, kind)): ((u32, usize), (String, CellKind))| {
                (at, (text, if kind == CellKind::Date { CellKind::Text } else { kind }))
            };
            all.into_iter()
                .map(|(n, c)| (n, c.into_iter().map(each).collect()))
                .collect::<BTreeMap<_, Cells>>()
        };
        assert_eq!(untyped(cells(&output, false)), untyped(cells(&input, false)), "{name}");
        let sheet = String::from_utf8(parts(&output)["xl/worksheets/sheet1.xml"].clone()).unwrap();
        assert!(!sheet.contains("<f>"), "no text comes to life as a formula");
        assert_eq!(extension(&input).unwrap(), "xlsx");
    }
}

#[test]
fn a_workbook_made_anew_keeps_the_merged_cells() {
    let page = "<html><meta charset=\"utf-8\"><table><tr><td colspan=3>花名册</td></tr>\
                <tr><td>姓名</td><td>班号</td><td>家长</td></tr>\
                <tr><td rowspan=2>王一</td><td rowspan=2>P1</td><td>王二</td></tr><tr><td>李三</td></tr>\
                <tr><td>赵四</td><td>P1</td><td>赵五</td></tr></table></html>";
    let dir = tempdir().unwrap();
    let (input, output) = (dir.path().join("a.xls"), dir.path().join("b.xlsx"));
    fs::write(&input, page).unwrap();
    let (sheet, merges) = {
        let mut book = read::open(&input).unwrap();
        (book.sheets()[0].name.clone(), book.merges(0).unwrap())
    };
    assert_eq!(merges.len(), 3);
    marked(&input, &output, 2, &[finding(&sheet, 4, 3, Severity::Error, None)]);
    is_lawful(&output);
    let sorted = |mut regions: Vec<crate::model::cell::Region>| {
        regions.sort_by_key(|r| (r.top, r.left));
        regions
    };
    assert_eq!(sorted(read::open(&output).unwrap().merges(0).unwrap()), sorted(merges));
}

#[test]
fn an_accepted_proposal_comes_back_with_the_file() {
    let (dir, input) = by_hand(
        "<worksheet xmlns=\"MAIN\"><sheetData><row r=\"1\"><c r=\"A1\" t=\"str\"><v>号</v></c></row>\
         <row r=\"2\"><c r=\"A2\" t=\"str\"><v>旧</v></c></row></sheetData></worksheet>",
        (OFFICE, MAIN),
    );
    let (output, answered) = (dir.path().join("b.xlsx"), dir.path().join("c.xlsx"));
    marked(&input, &output, 1, &[finding("表", 2, 1, Severity::Error, Some("新"))]);
    let mut zip = ZipWriter::new(File::create(&answered).unwrap());
    for (name, bytes) in parts(&output) {
        let text = String::from_utf8(bytes).unwrap();
        // The answer stands in the third of our columns, which is blank until somebody chooses.
        let answer = text.find("<c r=\"D2\"").filter(|_| name == "xl/worksheets/sheet1.xml");
        let yes = match answer.map(|from| (from, from + text[from..].find("/>").unwrap() + 2)) {
            Some((from, to)) => {
                format!("{}<c r=\"D2\" t=\"str\"><v>是</v></c>{}", &text[..from], &text[to..])
            }
            None => text,
        };
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(yes.as_bytes()).unwrap();
    }
    zip.finish().unwrap();
    assert_eq!(cells(&output, false)["表"][&(2, 0)].0, "旧");
    assert_eq!(cells(&answered, false)["表"][&(2, 0)].0, "新");
}

#[test]
fn a_school_may_have_a_sheet_of_that_name() {
    let dir = tempdir().unwrap();
    let (input, output) = (dir.path().join("a.xlsx"), dir.path().join("b.xlsx"));
    let mut book = Workbook::new();
    book.add_worksheet().set_name(markup::RESULT_SHEET).unwrap().write(0, 0, "姓名").unwrap();
    book.save(&input).unwrap();
    marked(&input, &output, 1, &[finding(markup::RESULT_SHEET, 2, 1, Severity::Error, None)]);
    let book = read::open(&output).unwrap();
    assert_eq!(book.sheets().iter().map(|s| s.name.as_str()).collect::<Vec<_>>(), [markup::RESULT_SHEET]);
    assert_eq!(book.results(), Some("核对结果(2)"));
}

#[test]
fn a_damaged_file_is_an_error_and_leaves_nothing() {
    let dir = tempdir().unwrap();
    let (input, output) = (dir.path().join("a.xlsx"), dir.path().join("b.xlsx"));
    let whole = include_bytes!("../../../tests/data/xlsx/calc.xlsx");
    fs::write(&input, &whole[..whole.len() / 2]).unwrap();
    let marking = Marking { sheets: Vec::new(), title: &|_| "" };
    assert!(matches!(mark(&input, &output, &marking), Err(MarkError::Read(_))));
    fs::write(&input, whole).unwrap();
    assert!(matches!(mark(&input, &dir.path().join("无/b.xlsx"), &marking), Err(MarkError::Write(_))));
    assert!(!output.exists());
}
