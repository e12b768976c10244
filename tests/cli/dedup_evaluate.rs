//! 查重 held against a truth, against half of one, and against one that is about something else.

use super::session::Session;

const SCHEMA: &str = "id = \"id\"\nkeys = [\"name:sound+birth_date\", \"phone\"]\n\
    [[field]]\nname = \"name\"\ncomparison = \"han-name\"\n\
    [[field]]\nname = \"birth_date\"\ncomparison = \"birth-date\"\n\
    [[field]]\nname = \"document\"\ncomparison = \"document\"\n\
    [[field]]\nname = \"phone\"\ncomparison = \"phone\"\nfamily = true\n";
const BY_CHILD: &str = "[truth]\nid = \"id\"\nchild = \"child\"\nkind = \"kind\"\n";
const BY_PAIR: &str = "[truth]\nleft = \"a\"\nright = \"b\"\nverdict = \"v\"\n";

/// Forty invented children of whom ten stand there twice, the second time with a name of the same sound.
fn files(s: &Session) {
    let (mut data, mut truth) =
        ("id,name,birth_date,document,phone\n".to_owned(), "id,child,kind\n".to_owned());
    let given = ["伟", "芳", "宇轩", "梓涵", "一诺", "浩然", "思琪", "雨桐", "欣怡", "佳明"];
    for i in 0..40 {
        let name = format!("{}{}", ["王", "李", "张", "单"][i % 4], given[i / 4]);
        let rest = format!("2015{:02}{:02},,138{:08}", i % 12 + 1, i % 28 + 1, i * 7919);
        data.push_str(&format!("{i},{name},{rest}\n"));
        truth.push_str(&format!("{i},c{i},\n"));
        if i % 4 == 2 {
            let other = name.replace('伟', "玮").replace('芳', "方").replace('轩', "宣").replace('涵', "函");
            data.push_str(&format!("{},{other},{rest}\n", i + 100));
            truth.push_str(&format!("{},c{i},homo\n", i + 100));
        }
    }
    s.write("data.csv", data);
    s.write("truth.csv", truth);
    s.write("schema.toml", format!("{SCHEMA}{BY_CHILD}"));
    s.write("pairs.toml", format!("{SCHEMA}{BY_PAIR}"));
    s.write("partial.toml", format!("{SCHEMA}{BY_PAIR}partial = true\n"));
}

fn evaluate(s: &Session, schema: &str, truth: &str) -> serde_json::Value {
    let arguments =
        ["dedup", "evaluate", "--schema", schema, "--truth", truth, "data.csv", "--format", "json"];
    let text = s.done(&[&arguments[..], &["--mistakes", "9"]].concat());
    serde_json::from_str(&text).unwrap()
}

fn by_pair(found: &serde_json::Value) -> serde_json::Value {
    found["tables"][0]["rows"][0].clone()
}

#[test]
fn a_truth_is_held_against_what_was_found_and_half_a_truth_against_half_of_it() {
    let s = Session::new();
    files(&s);
    let whole = by_pair(&evaluate(&s, "schema.toml", "truth.csv"));
    assert_eq!((whole["said"].as_u64(), whole["precision"].as_str()), (Some(10), Some("1.0000")), "{whole}");
    // Wilson: 10 of 10.
    assert_eq!(whole["precision_interval"], "0.7225–1.0000");
    // A list of true pairs is whole: what it lacks is wrong, and told with file and line.
    s.write("pairs.csv", "a,b,v\n2,102,same\n6,106,是\n");
    let found = evaluate(&s, "pairs.toml", "pairs.csv");
    assert_eq!(by_pair(&found)["right"], 2);
    assert_eq!(by_pair(&found)["precision"], "0.2000");
    let mistakes = found["tables"][3]["rows"].as_array().unwrap();
    assert_eq!(mistakes[0]["pair"], "data.csv 第 14、15 行", "{mistakes:?}");
    // Said to be partial, it judges only what it lists: and a pair that is listed as different.
    s.write("some.csv", "a,b,v\n2,102,same\n6,106,different\n");
    let found = evaluate(&s, "partial.toml", "some.csv");
    let row = by_pair(&found);
    assert_eq!(
        (row["right"].as_u64(), row["said"].as_u64(), row["truth"].as_u64()),
        (Some(1), Some(2), Some(1))
    );
    assert!(found["tables"][0]["foot"].to_string().contains("不计对错"), "{found}");
    // Children of whom only some are listed: the others' pairs are neither right nor wrong.
    s.write("few.csv", "id,child,kind\n2,x,\n102,x,homo\n3,y,\n");
    let found = evaluate(&s, "schema.toml", "few.csv");
    let row = by_pair(&found);
    assert_eq!((row["right"].as_u64(), row["said"].as_u64()), (Some(1), Some(1)), "{found}");
}

#[test]
fn a_truth_about_something_else_is_refused_and_says_where() {
    let s = Session::new();
    files(&s);
    for (schema, truth, word) in [
        ("schema.toml", "", "没有"),
        ("schema.toml", "id,child,kind\n", "没有任何一对"),
        ("schema.toml", "id,kind\n2,x\n", "child"),
        ("schema.toml", "id,child,kind\n2,x,\n102,x,\n900,y,\n", "第 4 行"),
        ("schema.toml", "id,child,kind\n2,x,\n102,x,\n2,y,\n", "自相矛盾"),
        ("pairs.toml", "a,b,v\n2,102,same\n2,nobody,same\n", "第 3 行"),
        ("pairs.toml", "a,b,v\n2,102,maybe\n", "第 2 行"),
        ("pairs.toml", "a,b,v\n2,102,same\n102,2,different\n", "自相矛盾"),
        ("pairs.toml", "\u{0}\u{1}\u{2}", ""),
    ] {
        s.write("wrong.csv", truth);
        let ended = s.run(&["dedup", "evaluate", "--schema", schema, "--truth", "wrong.csv", "data.csv"]);
        assert_eq!(ended.code, 5, "{truth:?}: {}{}", ended.stdout, ended.stderr);
        assert!(ended.stderr.contains(word) && ended.stderr.contains("办法"), "{truth:?}: {}", ended.stderr);
    }
}

#[test]
fn of_too_few_verdicts_no_estimate_is_made() {
    let s = Session::with_schools();
    let told = s.done(&["dedup", "evaluate", "--reviewed"]);
    assert!(told.contains("已核实的太少"), "{told}");
    assert_eq!(s.run(&["dedup", "evaluate", "--reviewed", "data.csv"]).code, 2);
    assert_eq!(s.run(&["dedup", "evaluate"]).code, 2);
}
