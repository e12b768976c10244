//! The gallery: one small bad roster per check in `tests/gallery`, and the whole of what xueji says of it.
//!
//! A file is a text table: `#` lines say what is shown, then a header and rows, cells apart by ` | `. Columns that it
//! does not name stand as in `good.txt` (a column a line), with a number of its own for each row; after `#! alone`
//! nothing is added; a row whose 续 is `+` goes on with the pupil above; `#! strict` checks strictly; `#! folder NAME` is a folder that the roster lies in, `#! title TEXT` stands above the table. A cell `=num:…` is numeric, `=err:…` an error of the spreadsheet, `=fml` a formula without a result.

use std::fs;
use std::path::{Path, PathBuf};

use jiff::civil::{Date, date};
use proptest::prelude::*;

use super::*;
use crate::model::cell::{CellKind, Row, Sight};
use crate::model::document::check_character;
use crate::model::field::FIELDS;
use crate::model::id::SchoolCode;
use crate::model::school::{Class, Lengths, School, Stage};
use crate::roster::candidate::{Reader, Reading, Source};
use crate::roster::layout;

const TODAY: Date = date(2026, 9, 10);

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/gallery")
}

fn school(code: &str, stages: &[Stage]) -> School {
    School {
        code: SchoolCode::parse(code).unwrap(),
        name: format!("云溪县{code}学校"),
        division: "330106".into(),
        authority: "云溪县教育局".into(),
        stages: stages.to_vec(),
        lengths: Lengths::default(),
        sponsor: "公办".into(),
        closed_on: None,
        merged_into: None,
        files_to: None,
    }
}

/// A primary school with classes, a nine-year school and another primary school without, a special school.
fn directory() -> Directory {
    let class = |number: &str, entry_year| Class {
        school: SchoolCode::parse("2133010001").unwrap(),
        number: number.into(),
        name: format!("{number}班"),
        stage: Stage::Primary,
        entry_year,
    };
    let schools = vec![
        school("2133010001", &[Stage::Primary]),
        school("3133010002", &[Stage::Primary, Stage::Junior]),
        school("2133010003", &[Stage::Primary]),
        school("5133010004", &[Stage::Primary]),
        School { closed_on: Some("2026-08-31".into()), ..school("2133010008", &[Stage::Primary]) },
        School {
            closed_on: Some("2026-09-10".into()),
            merged_into: Some("2133010003".into()),
            ..school("2133010009", &[Stage::Primary])
        },
        School { closed_on: Some("2026-09-11".into()), ..school("2133010010", &[Stage::Primary]) },
    ];
    Directory::new(schools, vec![class("2401", 2024), class("2501", 2025)])
}

/// The good row: heading and cell.
fn good() -> Vec<(String, String)> {
    let text = fs::read_to_string(folder().join("good.txt")).unwrap();
    let lines = text.lines().filter(|l| !l.starts_with('#') && !l.is_empty());
    lines
        .map(|l| l.split_once('|').unwrap_or_else(|| panic!("no bar in {l}")))
        .map(|(h, c)| (h.trim().to_owned(), c.trim().to_owned()))
        .collect()
}

/// The nth other child of the good row's birthday and sex.
fn other_number(good: &str, n: usize) -> String {
    let first = format!("{}{:03}", &good[..14], 1 + 2 * n);
    format!("{first}{}", char::from(check_character(first.as_bytes()).unwrap()))
}

/// Header and rows of a gallery file, laid over the good row.
fn sheet(text: &str) -> Vec<Vec<String>> {
    let cells = |line: &str| line.split('|').map(|c| c.trim().to_owned()).collect::<Vec<_>>();
    let mut lines = text.lines().filter(|l| !l.starts_with('#') && !l.is_empty()).map(cells);
    let named = lines.next().expect("a gallery file has a header");
    let base = if text.contains("#! alone") { Vec::new() } else { good() };
    let mut header: Vec<String> = base.iter().map(|b| b.0.clone()).collect();
    header.extend(named.iter().filter(|n| !base.iter().any(|b| b.0 == **n)).cloned());
    let mut rows = vec![header.clone()];
    for (n, line) in lines.enumerate() {
        assert_eq!(line.len(), named.len(), "{line:?}");
        let cell = |heading: &String| match named.iter().position(|h| h == heading) {
            Some(at) => line[at].clone(),
            None if goes_on(&named, &line) => String::new(),
            None => {
                let value = &base.iter().find(|b| b.0 == *heading).unwrap().1;
                if heading == "身份证件号" { other_number(value, n) } else { value.clone() }
            }
        };
        rows.push(header.iter().map(cell).collect());
    }
    rows
}

/// Whether a row goes on with the pupil above.
fn goes_on(header: &[String], cells: &[String]) -> bool {
    header.iter().zip(cells).any(|(heading, cell)| heading == "续" && cell == "+")
}

fn row(number: usize, cells: &[String]) -> Row {
    let mut row = Row::new(number as u32 + 1);
    for cell in cells {
        if let Some(digits) = cell.strip_prefix("=num:") {
            row.push(digits, CellKind::Number);
        } else if let Some(error) = cell.strip_prefix("=err:") {
            row.push(error, CellKind::Error);
        } else if let Some(day) = cell.strip_prefix("=day:") {
            row.push(day, CellKind::Date);
        } else if let Some((format, value)) = cell.strip_prefix("=fmt:").and_then(|c| c.split_once('~')) {
            row.push(value, CellKind::Number);
            row.see(Sight::Shown { format: format.to_owned(), text: None });
        } else if let Some((shown, value)) = cell.strip_prefix("=shown:").and_then(|c| c.split_once('~')) {
            row.push(value, CellKind::Number);
            row.see(Sight::Shown { format: "0".to_owned(), text: Some(shown.to_owned()) });
        } else if let Some((rest, text)) = cell.strip_prefix("=struck:").and_then(|c| c.split_once('~')) {
            row.push(text, CellKind::Text);
            row.see(Sight::Struck { rest: rest.to_owned() });
        } else if cell == "=fml" {
            row.push("", CellKind::Uncomputed);
        } else {
            row.push(cell, if cell.is_empty() { CellKind::Empty } else { CellKind::Text });
        }
    }
    row
}

/// Every row of a sheet as a candidate.
fn candidates(rows: &[Vec<String>]) -> Vec<Candidate> {
    candidates_under("", rows)
}

/// The candidates under the titles of a gallery file.
fn candidates_under(text: &str, rows: &[Vec<String>]) -> Vec<Candidate> {
    let header = &rows[0];
    let goes_on: Vec<bool> = rows.iter().map(|cells| goes_on(header, cells)).collect();
    let mut rows: Vec<Row> = rows.iter().enumerate().map(|(i, cells)| row(i, cells)).collect();
    if let Some(beyond) = header.iter().position(|h| h == "（无栏目）") {
        rows[0] = row(0, &header[..beyond]);
        rows.iter_mut().for_each(|row| row.separated = true);
    }
    let mut layout = layout::find(&rows[..1], Some(1)).unwrap();
    let titles = text.lines().filter_map(|l| l.strip_prefix("#! title "));
    layout.title_classes = titles.flat_map(layout::title::classes_in).collect();
    let mut reader = Reader::new(Source { file: "名册.xlsx".into(), sheet: "花名册".into(), layout });
    let pupils = (1..rows.len()).filter(|i| !goes_on[*i]);
    let read = pupils.map(|i| {
        let more = goes_on[i + 1..].iter().take_while(|on| **on).count();
        match reader.read_with(&rows[i], &rows[i + 1..i + 1 + more]) {
            Reading::Candidate(candidate) => *candidate,
            other => panic!("{other:?}"),
        }
    });
    read.collect()
}

fn findings(candidates: &[Candidate]) -> Vec<Finding> {
    findings_under("", candidates)
}

/// The findings under the switches of a gallery file.
fn findings_under(text: &str, candidates: &[Candidate]) -> Vec<Finding> {
    let directory = directory();
    let folders = text.lines().filter_map(|l| l.strip_prefix("#! folder "));
    let named: Vec<Named> = folders.filter_map(|f| Named::in_text("文件夹", f, &directory)).collect();
    let strict = text.contains("#! strict");
    let context = Context { today: TODAY, directory: Some(&directory), strict, rules: None, named: &named };
    let (selection, mut seen) = (Selection::default(), Seen::default());
    let mut found: Vec<Finding> =
        candidates.iter().flat_map(|c| run(c, &context, &selection, &mut seen)).collect();
    found.extend(seen.late());
    found
}

fn shown(findings: &[Finding]) -> String {
    if findings.is_empty() {
        return "没有问题".to_owned();
    }
    let each = findings.iter().map(|f| {
        let cell = f.place.cell();
        format!("{cell} {} {}\n  {}\n  {}", f.severity.key(), f.check, f.message, f.hint)
    });
    each.collect::<Vec<_>>().join("\n")
}

fn files() -> Vec<(String, String)> {
    let mut all: Vec<_> = fs::read_dir(folder())
        .unwrap()
        .map(|f| f.unwrap().path())
        .filter(|p| p.extension().is_some_and(|e| e == "txt"))
        .map(|p| (p.file_stem().unwrap().to_str().unwrap().to_owned(), fs::read_to_string(&p).unwrap()))
        .filter(|(name, _)| name != "good")
        .collect();
    all.sort();
    all
}

#[test]
fn each_gallery_file_gives_its_findings() {
    for (name, text) in files() {
        let candidates = candidates_under(&text, &sheet(&text));
        let findings = findings_under(&text, &candidates);
        insta::with_settings!({
            snapshot_path => folder(),
            prepend_module_to_snapshot => false,
            omit_expression => true,
        }, {
            insta::assert_snapshot!(name.as_str(), shown(&findings));
        });
        hold_their_manners(&candidates, &findings);
    }
}

/// A text ends as a sentence and holds no whole name, number or telephone of anybody on the sheet.
fn hold_their_manners(candidates: &[Candidate], findings: &[Finding]) {
    for finding in findings {
        for text in [&finding.message, &finding.hint] {
            assert!(text.ends_with('。'), "{text}");
            for (field, value) in candidates.iter().flat_map(|c| c.record.iter()) {
                let personal = field.is_personal() && value.chars().count() > 1;
                assert!(!(personal && text.contains(value)), "{} in {text}", field.key());
            }
        }
    }
}

#[test]
fn every_check_has_a_gallery_file_that_it_finds_something_in() {
    let files = files();
    for check in CHECKS {
        let (_, text) = files.iter().find(|f| f.0 == check.name).unwrap_or_else(|| panic!("{}", check.name));
        assert!(text.starts_with("# "), "{} says what it shows", check.name);
        let findings = findings_under(text, &candidates_under(text, &sheet(text)));
        assert!(findings.iter().any(|f| f.check == check.name), "{}", check.name);
    }
    for (name, _) in &files {
        assert!(CHECKS.iter().any(|c| name.starts_with(c.name)), "{name} belongs to no check");
    }
}

#[test]
fn the_good_row_gives_nothing_and_is_not_refused() {
    let (headings, cells): (Vec<_>, Vec<_>) = good().into_iter().unzip();
    assert!(headings.len() >= 70);
    let candidates = candidates(&[headings, cells]);
    let findings = findings(&candidates);
    assert_eq!(shown(&findings), "没有问题");
    assert!(!is_refused(&candidates[0], &findings, &Selection::default(), &|_| false));
}

#[test]
fn who_is_struck_through_or_an_example_is_kept_out_until_it_is_explained() {
    let text = "姓名 | 现住址\n=struck:~林晓舟 | 桃源路12号";
    let candidate = &candidates(&sheet(text))[0];
    let found = findings(std::slice::from_ref(candidate));
    assert_eq!(found.len(), 1, "{}", shown(&found));
    assert!(is_refused(candidate, &found, &Selection::default(), &|_| false));
    assert!(!is_refused(candidate, &found, &Selection::default(), &|_| true));
    let example = findings(&candidates(&sheet("姓名\n林晓舟（示例）")));
    assert!(example.iter().any(|f| f.check == "example-row" && is_held(f)));
}

#[test]
fn every_row_of_a_sheet_without_a_core_column_is_refused_though_it_is_said_once() {
    let rows = |header: &str| sheet(&format!("#! alone\n{header}"));
    let candidates = candidates(&rows("姓名 | 性别 | 民族\n王一 | 男 | 汉族\n王二 | 女 | 汉族"));
    let directory = directory();
    let context =
        Context { today: TODAY, directory: Some(&directory), strict: false, rules: None, named: &[] };
    let mut seen = Seen::default();
    let all = Selection::default();
    let first = run(&candidates[0], &context, &all, &mut seen);
    let second = run(&candidates[1], &context, &all, &mut seen);
    assert!(first.iter().any(|f| f.check == "required-field-missing" && f.place.row == 1));
    assert_eq!(shown(&second), "没有问题");
    assert!(is_refused(&candidates[1], &second, &all, &|_| false));
    let allowed = Selection::new(&[], &["required-field-missing".to_owned()]).unwrap();
    assert!(!is_refused(&candidates[1], &second, &allowed, &|_| false));
}

#[test]
fn without_a_registry_nothing_is_looked_up() {
    let rows = sheet("学校标识码 | 班号\n2133019999 | 9999");
    let context = Context { today: TODAY, directory: None, strict: false, rules: None, named: &[] };
    let candidate = &candidates(&rows)[0];
    let found = run(candidate, &context, &Selection::default(), &mut Seen::default());
    assert_eq!(shown(&found), "没有问题");
}

/// What one row costs. Run with `cargo test --release -- --ignored --nocapture what_a_clean_row_costs`.
#[test]
#[ignore = "a measurement"]
fn what_a_clean_row_costs() {
    let (headings, cells): (Vec<_>, Vec<_>) = good().into_iter().unzip();
    let number = headings.iter().position(|h| h == "身份证件号").unwrap();
    let rows = (0..500).map(|n| {
        let mut cells = cells.clone();
        cells[number] = other_number(&cells[number], n % 499);
        cells
    });
    let candidates = candidates(&[headings].into_iter().chain(rows.take(499)).collect::<Vec<_>>());
    let directory = directory();
    let context =
        Context { today: TODAY, directory: Some(&directory), strict: false, rules: None, named: &[] };
    let selection = Selection::default();
    let mut best = f64::MAX;
    for _ in 0..50 {
        let mut seen = Seen::default();
        let start = std::time::Instant::now();
        let found: usize = candidates.iter().map(|c| run(c, &context, &selection, &mut seen).len()).sum();
        best = best.min(start.elapsed().as_secs_f64() / candidates.len() as f64);
        assert_eq!(found, 0);
    }
    println!("{:.2} µs a row", best * 1e6);
}

fn any_cell() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => Just(String::new()),
        2 => "\\PC{0,12}".prop_map(|s| s.replace('|', "")),
        2 => "[0-9]{0,20}[X年月E.+:-]?[0-9]{0,4}",
        1 => "=num:[0-9]{1,20}",
        1 => Just("=err:#N/A".to_owned()),
        1 => Just("其他:说明".to_owned()),
    ]
}

proptest! {
    #[test]
    fn no_text_in_any_field_makes_a_check_panic(cells in prop::collection::vec(any_cell(), FIELDS.len())) {
        let header: Vec<String> = FIELDS.iter().map(|s| s.heading.to_owned()).collect();
        let rows: Vec<Row> = [header, cells].iter().enumerate().map(|(i, c)| row(i, c)).collect();
        let layout = layout::find(&rows[..1], Some(1)).unwrap();
        let mut reader = Reader::new(Source { file: "a".into(), sheet: "b".into(), layout });
        if let Reading::Candidate(candidate) = reader.read(&rows[1]) {
            for finding in findings(&[*candidate]) {
                prop_assert!(finding.message.ends_with('。') && finding.hint.ends_with('。'), "{:?}", finding);
            }
        }
    }

    #[test]
    fn a_clean_row_of_any_child_gives_nothing(
        day in 0i32..365, order in 1u16..1000, division in prop::sample::select(&["330106", "110105", "650102", "330103"]),
        surname in prop::sample::select(&["王", "欧阳", "单"]), given in "[\u{4e00}-\u{9fa5}]{1,2}",
    ) {
        // Who enters primary school in 2024 was born between the Septembers of 2017 and 2018.
        let born = date(2017, 9, 1).checked_add(jiff::Span::new().days(day)).unwrap();
        let first = format!("{division}{}{order:03}", born.strftime("%Y%m%d"));
        let number = format!("{first}{}", char::from(check_character(first.as_bytes()).unwrap()));
        // Those are asked about, rightly: see `number-damaged`.
        prop_assume!(crate::roster::damage::sign(&number, false).is_none());
        let sex = if order % 2 == 1 { "男" } else { "女" };
        let text = format!(
            "姓名 | 性别 | 出生日期 | 身份证件号\n{surname}{given} | {sex} | {} | {number}",
            born.strftime("%Y%m%d")
        );
        let found = findings(&candidates(&sheet(&text)));
        prop_assert_eq!(shown(&found), "没有问题");
    }
}
