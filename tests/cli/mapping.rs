//! Headings of a school's own: a mapping file, what is learned from it, and taking it back.

use super::session::{Session, clean_roster};

const SCHOOL: &str = "2133916413";
const MAP: &str =
    "[columns]\n\"娃娃名\" = \"name\"\n\"家里手机\" = \"guardian1_phone\"\n\"旧学号\" = \"-\"\n";

/// A roster with headings that nobody knows.
fn odd(s: &Session) -> String {
    let text = format!(
        "学校代码,娃娃名,性别,民族,班号,家里手机,旧学号\n{SCHOOL},王一,男,汉族,P202601,13800000000,7\n"
    );
    s.write("odd.csv", text)
}

fn fields(s: &Session, arguments: &[&str]) -> String {
    let mut all = vec!["validate", "odd.csv", "--format", "json", "--select", "name-malformed"];
    all.extend(arguments);
    let ended = s.run(&all);
    let json: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap_or_default();
    let columns = json["files"][0]["columns"].as_array().cloned().unwrap_or_default();
    let fields: Vec<&str> = columns.iter().map(|c| c["field"].as_str().unwrap_or("-")).collect();
    format!("{} {}", ended.code, fields.join(" "))
}

const READ: &str = "0 school_code name sex ethnic_group class_number guardian1_phone -";

#[test]
fn a_mapping_file_goes_before_the_table_of_headings() {
    let s = Session::new();
    odd(&s);
    s.write("map.toml", MAP);
    assert_eq!(fields(&s, &[]), "5 ");
    assert_eq!(fields(&s, &["--mapping", "map.toml"]), READ);
    let said = s.run(&["validate", "odd.csv", "--mapping", "map.toml"]).stdout;
    assert!(said.contains("按对照表认的栏目：B 列（娃娃名）：姓名，写明了“娃娃名”是什么。"), "{said}");
    for (text, code, part) in [
        ("[columns]\n\"家里手机\" = \"guardian1_fone\"\n", 5, "guardian1_phone"),
        ("[colums]\n", 5, "是不是 columns？"),
        ("[columns\n", 5, "不是 TOML"),
        ("[constants]\nname = \"王一\"\n", 5, "每名学生"),
    ] {
        s.write("bad.toml", text);
        let ended = s.run(&["validate", "odd.csv", "--mapping", "bad.toml"]);
        assert_eq!(ended.code, code, "{text}: {}", ended.stderr);
        assert!(ended.stderr.contains(part), "{text}: {}", ended.stderr);
    }
    assert_eq!(s.run(&["validate", "odd.csv", "--mapping", "none.toml"]).code, 5);
    assert_eq!(s.run(&["validate", "odd.csv", "--school", "12"]).code, 2);
}

#[test]
fn what_a_school_calls_its_columns_is_remembered_forgotten_and_undone() {
    let s = Session::with_schools();
    odd(&s);
    s.write("map.toml", MAP);
    let headings = || s.count("SELECT count(*) FROM heading");
    assert_eq!(s.run(&["mapping", "learn", "map.toml", "--school", "2133999999"]).code, 4);
    let learned = s.done(&["mapping", "learn", "map.toml", "--school", SCHOOL]);
    assert!(learned.contains("新增 3"), "{learned}");
    assert_eq!(headings(), 3);
    assert!(s.done(&["mapping", "learn", "map.toml", "--school", SCHOOL]).contains("没有改动"));
    assert!(s.done(&["mapping", "list", "--school", SCHOOL]).contains("guardian1_phone"));
    // The school's code stands in the file, or is said.
    assert_eq!(fields(&s, &[]), READ);
    assert!(s.run(&["validate", "odd.csv"]).stdout.contains("记住的 3 个栏目名"));
    assert_eq!(fields(&s, &["--school", "2133916420"]), "5 ");
    // A list of several schools is not this school's.
    let one = std::fs::read_to_string(s.path("odd.csv")).unwrap();
    s.write("odd.csv", format!("{one}2133916420,李二,女,汉族,P202601,13900000000,8\n"));
    assert_eq!(fields(&s, &[]), "5 ");
    s.write("odd.csv", one);
    // What is said goes before what is remembered.
    s.write("other.toml", "[columns]\n\"家里手机\" = \"phone\"\n");
    assert!(fields(&s, &["--mapping", "other.toml"]).contains(" phone "));
    s.done(&["mapping", "forget", "旧学号", "--school", SCHOOL]);
    assert_eq!(headings(), 2);
    let refused = s.run(&["batch", "undo", "2", "--yes"]);
    assert_eq!(refused.code, 4, "{}", refused.stdout);
    assert!(refused.stderr.contains("请先撤销第 3 批"), "{}", refused.stderr);
    s.done(&["batch", "undo", "3", "--yes"]);
    assert_eq!(headings(), 3);
    s.done(&["batch", "undo", "2", "--yes"]);
    assert_eq!(headings(), 0);
    assert_eq!(s.run(&["mapping", "forget", "--school", SCHOOL]).code, 4);
    assert!(s.done(&["audit", "verify"]).contains("与学籍一致"));
}

#[test]
fn headings_are_learned_from_a_roster_and_a_question_without_a_terminal_names_the_flag() {
    let s = Session::with_schools();
    s.write("roster.csv", "姓名,性别,民族,班号,家里手机\n王一,男,汉族,1,13800000000\n");
    let asked = s.run(&["mapping", "learn", "roster.csv", "--school", SCHOOL]);
    assert_eq!(asked.code, 2, "{}", asked.stdout);
    assert!(asked.stderr.contains("家里手机") && asked.stderr.contains("--mapping"), "{}", asked.stderr);
    s.write("map.toml", "[columns]\n\"家里手机\" = \"成员1联系电话\"\n");
    s.done(&["mapping", "learn", "roster.csv", "--school", SCHOOL, "--mapping", "map.toml"]);
    assert_eq!(s.count("SELECT count(*) FROM heading WHERE field = 'guardian1_phone'"), 1);
    let known = s.run(&["mapping", "learn", &clean_roster("松坪教学点"), "--school", SCHOOL]);
    assert_eq!(known.code, 5, "{}", known.stderr);
}

#[test]
fn pages_say_how_headings_are_known() {
    let s = Session::new();
    assert!(s.done(&["explain", "headings"]).lines().count() > 300);
    assert!(s.done(&["explain", "mapping"]).contains("[constants]"));
    assert!(s.done(&["explain", "decisions"]).contains("sheet-skipped"));
}
