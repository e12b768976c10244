//! `--format json` of every command holds to the JSON Schema that xueji prints. A command without a case fails.

use std::collections::BTreeMap;

use serde_json::Value;

use super::session::{Session, clean_roster, sample};

/// Every command that has none below it, as `xueji … --help` lists them.
fn commands(s: &Session, above: &[&str]) -> Vec<String> {
    let mut arguments = above.to_vec();
    arguments.push("--help");
    let help = s.done(&arguments);
    let listed = help.split_once("命令：\n").map_or("", |(_, rest)| rest).split("\n\n").next().unwrap();
    let indented = listed.lines().filter(|l| l.starts_with("  ") && !l.starts_with("   "));
    let names: Vec<&str> = indented.filter_map(|l| l.split_whitespace().next()).collect();
    if names.is_empty() {
        return vec![above.join(" ")];
    }
    let below = names.iter().flat_map(|name| {
        let path: Vec<&str> = above.iter().copied().chain([*name]).collect();
        commands(s, &path)
    });
    below.collect()
}

/// The schemas by name, each compiled; a schema that is none fails here.
fn schemas(s: &Session) -> BTreeMap<String, jsonschema::Validator> {
    let list: Value = serde_json::from_str(&s.done(&["explain", "json", "--format", "json"])).unwrap();
    let names = list["tables"][0]["rows"].as_array().unwrap().iter().map(|r| r["name"].as_str().unwrap());
    let compiled = names.map(|name| {
        let schema: Value = serde_json::from_str(&s.done(&["explain", "json", name])).unwrap();
        assert!(jsonschema::meta::is_valid(&schema), "{name}");
        (name.to_owned(), jsonschema::validator_for(&schema).unwrap())
    });
    compiled.collect()
}

/// A registry of one school with its first batches, and the files that the cases name.
fn session() -> (Session, String) {
    let s = Session::with_schools();
    let roster = clean_roster("松坪教学点");
    s.done(&["import", &roster, "--explain", "样例"]);
    std::fs::copy(&roster, s.path("花名册.xlsx")).unwrap();
    std::fs::copy(sample("schools.xlsx"), s.path("学校表.xlsx")).unwrap();
    std::fs::copy(sample("青石镇中心小学-花名册.xlsx"), s.path("乱.xlsx")).unwrap();
    s.write("号码.txt", "330106201503140015\n330106201503140016\n");
    s.write("学籍号.txt", "L330127201503140001\n没有\n");
    s.write("对照.toml", "[columns]\n\"家长手机\" = \"guardian1_phone\"\n");
    s.write("户口簿.png", b"\x89PNG \x00\xff the register, page one");
    s.write("评估.csv", "id,given_name\n1,a\n2,b\n");
    s.write("真值.csv", "a,b\n1,2\n");
    let student: String = rusqlite::Connection::open(s.path("xueji.db"))
        .unwrap()
        .query_row("SELECT id FROM student LIMIT 1", [], |r| r.get::<_, Vec<u8>>(0))
        .map(|id| id.iter().map(|b| format!("{b:02x}")).collect())
        .unwrap();
    s.write("变动.csv", format!("内部编号,变动,新特长,说明\n{student},其他信息变更,笛子,样例\n"));
    (s, student)
}

/// What is run, in this order, on one registry: the command, what follows it, the schema. `STUDENT` stands for a pupil.
const CASES: &[(&str, &str, &str)] = &[
    ("init", "--authority 330127 --name 某县教育局 --db 新.db", "xueji.done/1"),
    ("init", "--authority 330127 --name 某县教育局", "xueji.error/1"),
    ("template", "roster -o 模板.xlsx", "xueji.done/1"),
    ("template", "receipt -o receipt.xlsx", "xueji.done/1"),
    ("template check", "receipt.xlsx", "xueji.table/1"),
    ("template check", "没有.xlsx --form receipt", "xueji.error/1"),
    ("school import", "学校表.xlsx", "xueji.done/1"),
    ("school import", "花名册.xlsx", "xueji.error/1"),
    ("school list", "", "xueji.table/1"),
    ("school show", "2133916434", "xueji.table/1"),
    ("school show", "2133019999", "xueji.error/1"),
    ("validate", "花名册.xlsx --changes", "xueji.findings/1"),
    ("validate", "乱.xlsx 没有.xlsx", "xueji.findings/1"),
    ("validate", "没有.xlsx", "xueji.error/1"),
    ("validate", "--numbers 号码.txt", "xueji.numbers/1"),
    ("import", "乱.xlsx --dry-run", "xueji.import/1"),
    ("import", "花名册.xlsx 没有.xlsx", "xueji.import/1"),
    ("import", "乱.xlsx --all-or-nothing", "xueji.error/1"),
    ("import", "没有.xlsx 也没有.xlsx", "xueji.error/1"),
    ("mapping learn", "对照.toml --school 2133916434", "xueji.done/1"),
    ("mapping list", "", "xueji.table/1"),
    ("mapping forget", "--school 2133916434", "xueji.done/1"),
    ("approve", "--batch 2", "xueji.done/1"),
    ("batch list", "", "xueji.table/1"),
    ("batch show", "2", "xueji.table/1"),
    ("batch undo", "2 --yes", "xueji.error/1"),
    ("number issue", "--all", "xueji.done/1"),
    ("number confirm", "--all", "xueji.done/1"),
    ("number show", "STUDENT", "xueji.table/1"),
    ("number check", "学籍号.txt", "xueji.table/1"),
    ("dedup", "", "xueji.table/1"),
    ("dedup list", "", "xueji.table/1"),
    ("dedup show", "7K3F9QXA", "xueji.error/1"),
    ("dedup decide", "7K3F9QXA different --reason 样例", "xueji.error/1"),
    ("dedup evaluate", "评估.csv --truth 真值.csv --schema 没有.toml", "xueji.error/1"),
    ("transfer start", "--student STUDENT", "xueji.error/1"),
    ("transfer list", "", "xueji.table/1"),
    ("transfer show", "没有", "xueji.error/1"),
    ("transfer consent", "没有", "xueji.error/1"),
    ("transfer return", "没有", "xueji.error/1"),
    ("transfer reject", "没有", "xueji.error/1"),
    ("transfer retract", "没有", "xueji.error/1"),
    ("transfer collect", "没有", "xueji.error/1"),
    ("transfer resubmit", "没有", "xueji.error/1"),
    ("transfer overdue", "", "xueji.table/1"),
    ("transfer import", "没有.xlsx", "xueji.error/1"),
    ("change import", "变动.csv", "xueji.bulk/1"),
    ("rollover", "--school-year 2026 --dry-run", "xueji.table/1"),
    ("template", "attendance --school 2133916434 -o 名单.xlsx", "xueji.done/1"),
    ("verify", "名单.xlsx --dry-run --blank away", "xueji.verification/1"),
    ("verify", "名单.xlsx --blank away", "xueji.error/1"),
    ("verify", "名单.xlsx --blank away --yes", "xueji.verification/1"),
    ("verify", "没有.xlsx", "xueji.error/1"),
    ("verify list", "", "xueji.table/1"),
    ("verify show", "没有", "xueji.error/1"),
    ("verify resolve", "没有 --reason 样例", "xueji.error/1"),
    ("verify status", "", "xueji.table/1"),
    ("dropout open", "--all", "xueji.done/1"),
    ("dropout open", "--student 没有 --reason 样例", "xueji.error/1"),
    ("dropout list", "", "xueji.table/1"),
    ("dropout show", "没有", "xueji.error/1"),
    ("dropout record", "没有 visit --who 样例 --result 样例", "xueji.error/1"),
    ("dropout close", "没有 returned --text 样例", "xueji.error/1"),
    ("transfer wizard", "", "xueji.error/1"),
    ("change wizard", "", "xueji.error/1"),
    ("change list", "", "xueji.table/1"),
    ("change show", "没有", "xueji.error/1"),
    ("change decide", "consent 没有", "xueji.error/1"),
    ("change resubmit", "没有", "xueji.error/1"),
    ("dispute open", "--suspect 没有", "xueji.error/1"),
    ("dispute list", "", "xueji.table/1"),
    ("dispute show", "没有", "xueji.error/1"),
    ("dispute claim", "没有", "xueji.error/1"),
    ("dispute decide", "没有", "xueji.error/1"),
    ("dispute letter", "", "xueji.table/1"),
    ("dispute export", "-o 答复表.xlsx", "xueji.done/1"),
    ("dispute import", "没有.xlsx", "xueji.error/1"),
    ("student find", "王", "xueji.table/1"),
    ("student show", "STUDENT", "xueji.table/1"),
    ("student history", "STUDENT", "xueji.table/1"),
    ("evidence add", "student:STUDENT 户口簿.png --note 户口簿", "xueji.done/1"),
    ("evidence list", "student:STUDENT", "xueji.table/1"),
    ("evidence save", "student:STUDENT 1 --purpose 核对 -o 取出.png", "xueji.done/1"),
    ("file show", "STUDENT", "xueji.table/1"),
    ("file add", "STUDENT --group proofs --note 照片 学籍号.txt", "xueji.done/1"),
    ("file check", "--school 2133916434", "xueji.table/1"),
    ("file import", "awards 没有.xlsx", "xueji.error/1"),
    ("file handover", "STUDENT --to 县档案馆 --reason 代管", "xueji.done/1"),
    ("file custody", "STUDENT", "xueji.table/1"),
    ("file export", "STUDENT --purpose 核对 -o 档案.zip", "xueji.done/1"),
    ("card print", "--school 2133916434 --purpose 发卡 -o 学生卡.xlsx", "xueji.done/1"),
    ("card list", "--school 2133916434", "xueji.table/1"),
    ("card check", "学籍号.txt", "xueji.table/1"),
    ("card lost", "STUDENT --reason 丢失", "xueji.done/1"),
    ("card reissue", "STUDENT --reason 丢失 --purpose 补卡 -o 补卡.xlsx", "xueji.done/1"),
    ("export", "headcount", "xueji.table/1"),
    ("export", "--term 2026-autumn -o 套", "xueji.term/1"),
    ("export", "--ledger", "xueji.table/1"),
    ("export", "oneroster -o 交换.zip", "xueji.done/1"),
    ("due", "", "xueji.table/1"),
    ("sync key new", "", "xueji.done/1"),
    ("sync key card", "-o 名片", "xueji.done/1"),
    ("sync office add", "名片", "xueji.error/1"),
    ("sync office list", "", "xueji.table/1"),
    ("sync office revoke", "没有 --reason 样例", "xueji.error/1"),
    ("sync bundle", "--to 没有 -o 包.xjb", "xueji.error/1"),
    ("sync receive", "没有.xjb", "xueji.error/1"),
    ("sync status", "", "xueji.table/1"),
    ("sync push", "", "xueji.error/1"),
    ("sync pull", "", "xueji.error/1"),
    ("sync blind key new", "", "xueji.done/1"),
    ("sync blind key list", "", "xueji.table/1"),
    ("sync blind key export", "--to 没有 -o 密钥", "xueji.error/1"),
    ("sync blind key load", "没有", "xueji.error/1"),
    ("sync blind report", "--to 没有 -o 盲报.xjb", "xueji.error/1"),
    ("sync blind open", "--to 没有 -o 交出.xjb", "xueji.error/1"),
    ("sync message send", "--text 通知", "xueji.done/1"),
    ("sync message share", "没有这一项", "xueji.error/1"),
    ("sync message list", "", "xueji.table/1"),
    ("sync message apply", "", "xueji.done/1"),
    ("upstream confirm", "", "xueji.error/1"),
    ("upstream route", "", "xueji.error/1"),
    ("upstream export", "headcount", "xueji.error/1"),
    ("upstream blind status", "", "xueji.table/1"),
    ("upstream blind ask", "", "xueji.done/1"),
    ("upstream conflict list", "", "xueji.error/1"),
    ("upstream conflict raise", "", "xueji.error/1"),
    ("upstream conflict decide", "没有", "xueji.error/1"),
    ("upstream init", "", "xueji.error/1"),
    ("upstream status", "", "xueji.error/1"),
    ("upstream dedup", "", "xueji.error/1"),
    ("upstream receive", "", "xueji.error/1"),
    ("rules set", "没有.toml", "xueji.error/1"),
    ("rules show", "", "xueji.table/1"),
    ("rules clear", "", "xueji.error/1"),
    ("calendar load", "没有.toml", "xueji.error/1"),
    ("school close", "2133916434 --on 2026-09-01 --reason 撤并", "xueji.error/1"),
    ("school merge", "2133916434 --into 2133916434 --on 2026-09-01 --reason 撤并", "xueji.error/1"),
    ("school rename", "2133916434 --name 松坪小学 --reason 文件", "xueji.done/1"),
    ("school authority", "2133916434 --name 某市教育局 --reason 文件", "xueji.done/1"),
    ("school split", "2133916434 --to 2133916434 --classes 没有 --reason 文件", "xueji.error/1"),
    ("calendar show", "--from 2026-09-18 --working-days 10", "xueji.table/1"),
    ("audit log", "", "xueji.table/1"),
    ("audit verify", "", "xueji.done/1"),
    ("explain", "sex-disagrees", "xueji.page/1"),
    ("explain", "rule-pack", "xueji.page/1"),
    ("explain", "ethnic_group", "xueji.page/1"),
    ("explain", "家庭成员关系", "xueji.page/1"),
    ("explain", "province 山东", "xueji.page/1"),
    ("explain", "checks", "xueji.table/1"),
    ("explain", "没有", "xueji.error/1"),
    ("demo", "练习 --students 20", "xueji.done/1"),
    ("completions", "bash", "xueji.error/1"),
    ("manual", "手册", "xueji.done/1"),
];

#[test]
fn every_commands_json_holds_to_its_schema() {
    let (s, student) = session();
    let schemas = schemas(&s);
    for (command, more, schema) in CASES {
        let more = more.replace("STUDENT", &student);
        let mut arguments: Vec<&str> = command.split(' ').chain(more.split_whitespace()).collect();
        arguments.extend(["--format", "json"]);
        let ended = s.run(&arguments);
        let said: Value = serde_json::from_str(&ended.stdout).unwrap_or_else(|e| {
            panic!("{arguments:?} is not one object: {e}\n{}\n{}", ended.stdout, ended.stderr)
        });
        assert_eq!(said["schema"], *schema, "{arguments:?}: {said}");
        let faults: Vec<String> =
            schemas[*schema].iter_errors(&said).map(|e| format!("{}: {e}", e.instance_path())).collect();
        assert!(faults.is_empty(), "{arguments:?}: {faults:#?}");
        if *schema == "xueji.error/1" {
            assert_eq!(said["exit_code"], ended.code, "{arguments:?}");
        }
    }
    for command in commands(&s, &[]) {
        assert!(CASES.iter().any(|(c, ..)| *c == command), "no case for `xueji {command} --format json`");
    }
    let idle: Vec<&String> = schemas.keys().filter(|n| !CASES.iter().any(|(.., s)| s == n)).collect();
    assert!(idle.is_empty(), "no command prints {idle:?}");
}

/// What was left undone stands in the object with its reason, not only in the sentence.
#[test]
fn what_was_left_undone_stands_in_the_object() {
    let s = Session::with_schools();
    s.run(&["import", &clean_roster("松坪教学点")]);
    let refused = |arguments: &[&str], code: i32| {
        let mut arguments = arguments.to_vec();
        arguments.extend(["--format", "json"]);
        let ended = s.run(&arguments);
        assert_eq!(ended.code, code, "{arguments:?} {}", ended.stdout);
        let said: Value = serde_json::from_str(&ended.stdout).unwrap();
        let refused = said["refused"].as_array().unwrap();
        assert!(refused.iter().all(|r| r["reason"] != "" && r["remedy"] != ""), "{said}");
        refused.len()
    };
    assert!(refused(&["number", "confirm", "--all"], 3) > 0, "nobody is approved yet");
    let open = s.count("SELECT count(*) FROM pending WHERE explanation IS NULL") as usize;
    if open > 0 {
        assert_eq!(refused(&["approve", "--batch", "2"], 3), open);
    }
    rusqlite::Connection::open(s.path("xueji.db"))
        .unwrap()
        .execute("UPDATE school SET name = '别的' WHERE code = '2133916434'", [])
        .unwrap();
    assert_eq!(refused(&["audit", "verify"], 1), 1);
}

#[test]
fn a_question_that_finds_nothing_is_not_said_to_have_changed_nothing() {
    let s = Session::with_schools();
    for (arguments, is_query) in [
        (&["school", "show", "2133019999"][..], true),
        (&["batch", "show", "99"], true),
        (&["batch", "undo", "99", "--yes"], false),
    ] {
        let ended = s.run(arguments);
        assert_eq!(ended.code, 4, "{arguments:?}");
        assert_eq!(ended.stderr.contains("没有任何改动"), !is_query, "{arguments:?}: {}", ended.stderr);
    }
}
