//! Forms: filled from an application, masked unless a purpose is given, on the bureau's own template.

use std::io::Read;

use super::session::{Session, clean_roster};

const SCHOOL: &str = "2133916413";

fn texts(s: &Session, file: &str) -> String {
    let bytes = std::fs::read(s.path(file)).unwrap();
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    zip.by_name("xl/sharedStrings.xml").unwrap().read_to_string(&mut text).unwrap();
    text
}

#[test]
fn a_form_says_what_the_application_says_and_masks_it_unless_a_purpose_is_given() {
    let s = Session::with_schools();
    let ended = s.run(&["import", &clean_roster(SCHOOL), "--approve", "--explain", "样例"]);
    assert!([0, 3].contains(&ended.code), "{}", ended.stderr);
    let connection = rusqlite::Connection::open(s.path("xueji.db")).unwrap();
    let (hex, name): (String, String) = connection
        .query_row("SELECT lower(hex(id)), name FROM student WHERE status = 'enrolled' LIMIT 1", [], |r| {
            Ok((r.get(0)?, r.get(1)?))
        })
        .unwrap();
    let leave = ["change", "leave", "--student", &hex, "--until", "2027-03-01", "--reason", "11"];
    let out = s.done(&leave);
    let id: String = out.split("申请 ").nth(1).unwrap().chars().take(8).collect();
    s.done(&["export", "leave-form", "--application", &id, "-o", "form.xlsx"]);
    let form = texts(&s, "form.xlsx");
    assert!(form.contains("精神疾病") && form.contains("2027-03-01") && form.contains(&id), "{form}");
    assert!(!form.contains(&name) && !form.contains("{{"), "masked, and nothing left open");
    let whole = ["export", "receipt", "--application", &id, "-o", "whole.xlsx", "--unmasked"];
    assert_eq!(s.run(&whole).code, 2, "a purpose is asked for");
    s.done(&[&whole[..], &["--purpose", "交监护人"]].concat());
    assert!(texts(&s, "whole.xlsx").contains(&name));
    let wrong = s.run(&["export", "transfer-form", "--application", &id, "-o", "x.xlsx"]);
    assert_eq!(wrong.code, 4, "{}", wrong.stderr);
    // The bureau's own copy of the blank form, with another font, serves as well; a workbook without the form does not.
    s.done(&["template", "leave-form", "-o", "own.xlsx"]);
    s.done(&["export", "leave-form", "--application", &id, "-o", "again.xlsx", "--template", "own.xlsx"]);
    assert_eq!(texts(&s, "again.xlsx"), form);
    for wrong in [&["template", "schools", "-o", "表.csv"][..], &["template", "schools", "--format", "csv"]]
    {
        assert_eq!(s.run(wrong).code, 2, "a workbook is not named for what it is not");
    }
    s.write("broken.xlsx", "no workbook");
    let broken = ["export", "leave-form", "--application", &id, "-o", "y.xlsx", "--template", "broken.xlsx"];
    assert_eq!(s.run(&broken).code, 5);
}
