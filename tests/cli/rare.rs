//! Rare characters: every character assigned in Unicode that a name may hold comes through workbook, registry, workbook
//! and a csv in GB 18030 as it was; private-use characters are told and never stored unasked.

use std::collections::BTreeSet;

use calamine::{Data, Reader, Xlsx, open_workbook};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_public_assigned;

use super::session::Session;

/// The Han characters of planes 0 to 3, compatibility ideographs among them.
fn han() -> impl Iterator<Item = char> {
    let ranges = [
        '\u{3400}'..='\u{4dbf}',
        '\u{4e00}'..='\u{9fff}',
        '\u{f900}'..='\u{faff}',
        '\u{20000}'..='\u{3ffff}',
    ];
    ranges.into_iter().flatten().filter(|c| is_public_assigned(*c) && c.is_alphabetic())
}

/// The letters of every other script. Full width and letters that Unicode itself composes otherwise are changed by
/// rule, and told.
fn others() -> impl Iterator<Item = char> {
    let all = ('\u{a1}'..='\u{33ff}').chain('\u{a000}'..='\u{d7ff}').chain('\u{fb00}'..='\u{1ffff}');
    all.filter(|c| {
        let stays = std::iter::once(*c).nfc().eq([*c]);
        // Fillers are blanks, and U+A78F is one of the dots of transliterated names.
        let filler = matches!(c, '\u{a78f}' | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}');
        let wide = matches!(c, '\u{ff21}'..='\u{ff3a}' | '\u{ff41}'..='\u{ff5a}');
        is_public_assigned(*c) && c.is_alphabetic() && stays && !filler && !wide
    })
}

/// Names of the characters: Han thirty at a time, other letters between Han.
fn names() -> Vec<String> {
    let han: Vec<char> = han().collect();
    let others: Vec<char> = others().collect();
    assert!(han.len() > 97_000 && others.len() > 20_000, "{} {}", han.len(), others.len());
    let han = han.chunks(30).map(|c| format!("王{}", c.iter().collect::<String>()));
    let others = others.chunks(15).map(|c| c.iter().map(|c| format!("王{c}")).collect::<String>());
    han.chain(others).collect()
}

fn in_registry(s: &Session) -> BTreeSet<String> {
    let connection = rusqlite::Connection::open(s.path("xueji.db")).unwrap();
    let mut query = connection.prepare("SELECT name FROM student").unwrap();
    let names = query.query_map([], |r| r.get(0)).unwrap();
    names.map(Result::unwrap).collect()
}

fn roster(s: &Session, names: &[String]) -> Vec<Vec<String>> {
    let connection = rusqlite::Connection::open(s.path("xueji.db")).unwrap();
    let sql = "SELECT school, number FROM class WHERE stage = 'primary' AND entry_year = 2024 ORDER BY 1, 2";
    let (school, class): (String, String) =
        connection.query_row(sql, [], |r| Ok((r.get(0)?, r.get(1)?))).unwrap();
    let header = "学校标识码,姓名,性别,出生日期,民族,国籍/地区,身份证件类型,身份证件号,班号,入学年月,成员1姓名,成员1身份证件类型,成员1身份证件号";
    let mut rows = vec![header.split(',').map(str::to_owned).collect::<Vec<_>>()];
    for name in names {
        let cells = [
            school.as_str(),
            name,
            "男",
            "20180314",
            "汉族",
            "中国",
            "其他",
            "",
            &class,
            "202409",
            "李某",
            "居民身份证",
            "330127198501010011",
        ];
        rows.push(cells.map(str::to_owned).to_vec());
    }
    rows
}

/// The characters that came in and that got lost, as numbers.
fn difference(now: &BTreeSet<String>, before: &BTreeSet<String>) -> (Vec<String>, Vec<String>) {
    let chars = |s: &BTreeSet<String>| s.iter().flat_map(|n| n.chars()).collect::<BTreeSet<char>>();
    let (now, before) = (chars(now), chars(before));
    let named = |c: &char| format!("{:X}", u32::from(*c));
    (now.difference(&before).map(named).collect(), before.difference(&now).map(named).collect())
}

#[test]
fn every_assigned_character_survives_workbook_registry_workbook_and_gb18030() {
    let names = names();
    let expected: BTreeSet<String> = names.iter().cloned().collect();
    let s = Session::with_schools();
    let rows = roster(&s, &names);
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (r, cells) in rows.iter().enumerate() {
        for (c, text) in cells.iter().enumerate() {
            sheet.write_string(r as u32, c as u16, text).unwrap();
        }
    }
    book.save(s.path("in.xlsx")).unwrap();
    let ended = s.run(&["import", "in.xlsx", "--explain", "样例", "-q"]);
    let told = s.run(&["validate", "in.xlsx", "--format", "csv"]).stdout;
    let errors: Vec<&str> = told.lines().filter(|l| l.contains(",error,")).take(9).collect();
    assert_eq!(ended.code, 0, "{errors:#?}{}", ended.stderr);
    let (came, lost) = difference(&in_registry(&s), &expected);
    assert!(
        came.is_empty() && lost.is_empty() && in_registry(&s) == expected,
        "workbook to registry: {came:?} {lost:?}"
    );

    let out = ["export", "class-roster", "--unmasked", "--purpose", "核对", "-o"];
    s.done(&[&out[..], &["out.xlsx", "--format", "xlsx"]].concat());
    s.done(&[&out[..], &["out.csv", "--format", "csv"]].concat());
    let mut book: Xlsx<_> = open_workbook(s.path("out.xlsx")).unwrap();
    let cells = book.worksheets().into_iter().flat_map(|(_, range)| {
        range
            .rows()
            .flatten()
            .filter_map(|d| if let Data::String(t) = d { Some(t.clone()) } else { None })
            .collect::<Vec<_>>()
    });
    let cells: BTreeSet<String> = cells.collect();
    assert!(expected.is_subset(&cells), "registry to workbook");

    let text = std::fs::read_to_string(s.path("out.csv")).unwrap();
    assert!(names.iter().all(|n| text.contains(n.as_str())), "registry to csv");
    let lines: Vec<String> = rows.iter().map(|r| r.join(",")).collect();
    let text = lines.join("\n");
    let (bytes, _, lossy) = encoding_rs::GB18030.encode(&text);
    assert!(!lossy);
    let again = Session::with_schools();
    again.write("gb.csv", &bytes);
    let ended = again.run(&["import", "gb.csv", "--explain", "样例", "-q"]);
    assert_eq!(ended.code, 0, "{}{}", ended.stdout, ended.stderr);
    assert!(in_registry(&again) == expected, "GB 18030 to registry");
}

#[test]
fn a_private_character_is_told_and_never_stored_unasked() {
    let s = Session::with_schools();
    let mut rows = roster(&s, &["王\u{e81e}".to_owned(), "王一".to_owned()]);
    rows[0].push("现住址".into());
    rows[1].push("甲路1号".into());
    rows[2].push("\u{e123}家村1号".into());
    let lines: Vec<String> = rows.iter().map(|r| r.join(",")).collect();
    s.write("r.csv", lines.join("\n"));
    let ended = s.run(&["import", "r.csv"]);
    assert!(ended.stdout.contains("私用区字符") && ended.stdout.contains("龴"), "{}", ended.stdout);
    assert_eq!(s.count("SELECT count(*) FROM student"), 1, "the name is an error");
    assert_eq!(
        s.count(
            "SELECT count(*) FROM pending WHERE check_name = 'private-use-character' AND explanation IS NULL"
        ),
        1
    );
}
