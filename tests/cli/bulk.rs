//! Changes of many pupils from a list: outcomes row by row, once and not twice, decided together, undone.

use super::change::{FROM, TO, class, county, lawless};
use super::session::Session;

/// Name and registry number of pupils of a class.
fn pupils(s: &Session, school: &str, class: &str, count: usize) -> Vec<(String, String)> {
    let connection = rusqlite::Connection::open(s.path("xueji.db")).unwrap();
    let sql = "SELECT t.name, t.number FROM enrollment e JOIN student t ON t.id = e.student
               WHERE e.school = ? AND e.class = ? AND e.until IS NULL AND t.status = 'enrolled'
               AND NOT EXISTS (SELECT 1 FROM pending p WHERE p.student = t.id AND p.explanation IS NULL)
               ORDER BY t.id LIMIT ?";
    let mut query = connection.prepare(sql).unwrap();
    let found =
        query.query_map(rusqlite::params![school, class, count as i64], |r| Ok((r.get(0)?, r.get(1)?)));
    let found: Vec<(String, String)> = found.unwrap().map(Result::unwrap).collect();
    assert_eq!(found.len(), count);
    found
}

fn list(head: &str, rows: &[String]) -> String {
    format!("{head}\n{}\n", rows.join("\n"))
}

fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap_or_else(|e| panic!("{e}: {text}"))
}

const HEAD: &str = "序号,学籍号,姓名,转入学校,转入班级,转学原因";

#[test]
fn a_list_of_transfers_is_opened_once_decided_together_and_undone() {
    let s = county();
    let (from, to) = (class(&s, FROM, 2024), class(&s, TO, 2024));
    let (five, other) = {
        let mut six = pupils(&s, FROM, &from, 6);
        let other = six.pop().unwrap();
        (six, other)
    };
    let row = |(i, (name, number)): (usize, &(String, String))| format!("{i},{number},{name},{TO},{to},迁居");
    let mut rows: Vec<String> = five.iter().enumerate().map(row).collect();
    rows.push(format!("6,G000000000000000000,某某,{TO},{to},迁居"));
    rows.push(format!("7,{},张冠李,{TO},{to},迁居", five[0].1));
    rows.push(format!("8,{},{},{TO},{to},又一次", five[1].1, five[1].0));
    rows.push(format!("9,{},{},{FROM},没有这班,", other.1, other.0));
    s.write("名单.csv", list(HEAD, &rows));
    let before = s.record_tables();
    let import = ["transfer", "import", "名单.csv"];
    let preview = s.run(&[&import[..], &["--dry-run"]].concat());
    assert_eq!(preview.code, 1, "{}", preview.stderr);
    assert!(preview.stdout.contains("没有读的栏目：序号"), "{}", preview.stdout);
    assert_eq!(preview.stdout.matches("可以办").count(), 5, "a short list has the result of every row");
    let whole = s.run(&[&import[..], &["--all-or-nothing"]].concat());
    assert_eq!(whole.code, 4);
    assert!(whole.stderr.contains("!B7：本库没有这名学生"), "{}", whole.stderr);
    assert_eq!(s.record_tables(), before, "neither wrote anything");
    let first = s.run(&[&import[..], &["--failed", "退回.xlsx", "--format", "json"]].concat());
    assert_eq!(first.code, 3, "{}", first.stderr);
    let first = json(&first.stdout);
    assert_eq!((&first["done"], &first["refused"], &first["already"]), (&5.into(), &4.into(), &0.into()));
    let reasons: Vec<String> =
        first["rows"].as_array().unwrap().iter().map(|r| r["reasons"].to_string()).collect();
    assert!(reasons[6].contains("姓名与学籍上的不一致") && reasons[6].contains("!C8"), "{}", reasons[6]);
    assert!(
        reasons[7].contains("pending-business") || reasons[7].contains("第 3 行已有一项"),
        "{}",
        reasons[7]
    );
    // What is missing is named at its own column.
    assert!(reasons[8].contains("!F10"), "{}", reasons[8]);
    for name in ["same-school", "class-not-in-registry", "没有填“转学原因”"] {
        assert!(reasons[8].contains(name), "{name}: {}", reasons[8]);
    }
    assert!(!first.to_string().contains(&five[0].1), "numbers are not printed");
    assert_eq!(s.count("SELECT count(*) FROM application"), 5);
    assert_eq!(s.count("SELECT count(DISTINCT batch) FROM journal WHERE change = 'application_opened'"), 1);
    let again = s.run(&[&import[..], &["--format", "json"]].concat());
    assert_eq!(json(&again.stdout)["already"], 5);
    assert_eq!(s.count("SELECT count(*) FROM application"), 5, "nothing is opened twice");
    let failed = s.run(&["transfer", "import", "退回.xlsx"]);
    assert_eq!(failed.code, 4, "what was refused is refused again: {}", failed.stdout);

    let consent = |party: &str, actor: &str| {
        s.run(&["transfer", "consent", "--all", "--as", party, "--actor", actor, "--format", "json"])
    };
    assert_eq!(consent("sending-school", "测试员").code, 4, "who asked does not consent");
    assert_eq!(json(&consent("sending-authority", "李核办").stdout)["done"], 0, "not their turn");
    assert_eq!(json(&consent("sending-school", "李核办").stdout)["done"], 5);
    assert_eq!(json(&consent("sending-authority", "李核办").stdout)["done"], 5);
    s.done(&["transfer", "list", "-o", "待调档.csv"]);
    let every = ["transfer", "collect", "--all", "--today", "2026-09-21"];
    let unsaid = s.run(&every);
    assert!(unsaid.code == 2 && unsaid.stderr.contains("5 件") && unsaid.stderr.contains("--yes"));
    assert_eq!(s.run(&[&every[..], &["--dry-run"]].concat()).code, 0, "a preview asks nothing");
    let ended = s.run(&["transfer", "collect", "--list", "待调档.csv", "--today", "2026-09-21"]);
    assert_eq!(ended.code, 0, "{}{}", ended.stdout, ended.stderr);
    assert_eq!((s.count("SELECT count(*) FROM change WHERE kind = 'transfer'"), lawless(&s)), (5, 0));
    let third = s.run(&[&import[..], &["--format", "json"]].concat());
    assert_eq!(json(&third.stdout)["already"], 5, "those that moved are there already");
    s.done(&["audit", "verify"]);
    let last = s.count("SELECT max(number) FROM batch");
    for batch in (last - 3..=last).rev() {
        s.done(&["batch", "undo", &batch.to_string(), "--yes"]);
    }
    assert_eq!(s.record_tables(), before, "undone exactly");
    s.done(&["audit", "verify"]);
}

#[test]
fn changes_of_every_kind_come_from_one_list_with_what_they_set() {
    let s = county();
    let from = class(&s, FROM, 2023);
    let p = pupils(&s, FROM, &from, 4);
    let rows = [
        format!("{},{},休学,传染疾病,20270831,,", p[0].1, p[0].0),
        format!("{},{},其他信息变更,,,,笛子", p[1].1, p[1].0),
        format!("{},{},关键信息变更,,,王小样,", p[2].1, p[2].0),
        format!("{},{},转学,,,,", p[3].1, p[3].0),
    ];
    let with_note: Vec<String> = rows.iter().map(|r| format!("{r},户口簿")).collect();
    s.write("变动.csv", list("学籍号,姓名,变动,异动原因,截止日期,新姓名,新特长,说明", &with_note));
    let mistyped = s.write("错.csv", list("学籍号,变动,新血形", &[format!("{},其他信息变更,A", p[0].1)]));
    let refused = s.run(&["change", "import", &mistyped]);
    assert_eq!(refused.code, 4);
    assert!(refused.stderr.contains("没有栏目：新血形"), "{}", refused.stderr);
    let ended = s.run(&["change", "import", "变动.csv", "--format", "json"]);
    assert_eq!(ended.code, 3, "{}{}", ended.stdout, ended.stderr);
    let ended = json(&ended.stdout);
    assert_eq!((&ended["done"], &ended["refused"]), (&3.into(), &1.into()), "{ended}");
    assert_eq!(s.count("SELECT count(*) FROM student WHERE details LIKE '%笛子%'"), 1, "amended at once");
    let decide = |kind: &str, party: &str| {
        s.done(&["change", "decide", kind, "--all", "--as", party, "--actor", "李审核"]);
    };
    decide("consent", "school-leader");
    decide("consent", "authority");
    assert_eq!(s.count("SELECT count(*) FROM student WHERE status = 'on_leave'"), 1);
    assert_eq!(s.count("SELECT count(*) FROM student WHERE name = '王小样'"), 1);
    assert_eq!(lawless(&s), 0);
    s.done(&["audit", "verify"]);
}

#[test]
fn the_templates_are_lists_that_can_be_read() {
    let s = county();
    for (template, command) in [("transfers", "transfer"), ("changes", "change")] {
        let file = format!("{template}.xlsx");
        s.done(&["template", template, "-o", &file]);
        let ended = s.run(&[command, "import", &file]);
        assert_eq!(ended.code, 0, "{}{}", ended.stdout, ended.stderr);
        assert!(ended.stdout.contains("共 0 件"), "{}", ended.stdout);
    }
}

#[test]
fn a_party_whose_turn_it_is_not_is_told_whose_it_is() {
    let s = county();
    let (from, to) = (class(&s, FROM, 2024), class(&s, TO, 2024));
    let (name, number) = pupils(&s, FROM, &from, 1).remove(0);
    s.write("名单.csv", list("学籍号,姓名,转入学校,转入班级", &[format!("{number},{name},{TO},{to}")]));
    let no_column = s.run(&["transfer", "import", "名单.csv"]);
    assert!(no_column.stdout.contains("名单里没有“转学原因”一栏"), "{}", no_column.stdout);
    s.write("名单.csv", list(HEAD, &[format!("1,{number},{name},{TO},{to},迁居")]));
    s.done(&["transfer", "import", "名单.csv"]);
    let other = s.run(&["transfer", "consent", "--all", "--as", "authority", "--actor", "李审核"]);
    assert_eq!(other.code, 0);
    assert!(other.stderr.contains("--as sending-school）1 件"), "{}", other.stderr);
    let help = s.done(&["transfer", "consent", "--help"]);
    assert!(help.contains("sending-authority 转出学校主管部门"), "{help}");
    let id = super::change::text(&s, "SELECT id FROM application");
    s.done(&["transfer", "retract", &id, "--reason", "不转了", "--today", "2026-09-12", "--actor", "赵撤销"]);
    let shown = s.done(&["transfer", "show", &id]);
    assert!(shown.contains("撤销：2026-09-12，经办人 赵撤销：不转了"), "{shown}");
}
