//! 学籍档案: what is in a file and what is missing, papers filed, lists brought in, who holds it, the whole taken out.

use super::change::{FROM, TO, class, county, student, text};
use super::session::Session;

fn name_of(s: &Session, id: &str) -> String {
    let hex = id.replace('-', "");
    text(s, &format!("SELECT name FROM student WHERE lower(hex(id)) = '{hex}'"))
}

fn number_of(s: &Session, id: &str) -> String {
    let hex = id.replace('-', "");
    text(s, &format!("SELECT number FROM student WHERE lower(hex(id)) = '{hex}'"))
}

fn last_batch(s: &Session) -> String {
    s.count("SELECT max(number) FROM batch").to_string()
}

#[test]
fn a_paper_is_filed_under_its_group_and_what_is_missing_is_told_with_its_day() {
    let s = county();
    let pupil = student(&s, FROM, &class(&s, FROM, 2024));
    let before = s.record_tables();
    let late = ["file", "show", &pupil, "--today", "2027-01-10"];
    let shown = s.done(&late);
    for part in
        ["基础信息", "证明材料", "综合素质", "体质健康", "获奖信息", "资助信息", "其他材料", "应建档："]
    {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    assert!(shown.contains("超期 61 天") && shown.contains("2025-2026 学年体质健康测试"), "{shown}");
    assert!(!shown.contains(&name_of(&s, &pupil)), "masked");
    s.write("户口簿.jpg", "page one");
    let told =
        s.done(&["file", "add", &pupil, "--group", "证明材料", "--note", "户口簿本人页", "户口簿.jpg"]);
    assert!(told.contains("归入“证明材料”"), "{told}");
    let filed = s.done(&late);
    assert!(filed.contains("户口簿本人页") && filed.contains("其中超期 0 项"), "{filed}");
    assert_eq!(s.run(&["file", "add", &pupil, "--group", "2", "--note", "又一次", "户口簿.jpg"]).code, 4);
    assert_eq!(s.run(&["file", "add", &pupil, "--group", "8", "--note", "x", "户口簿.jpg"]).code, 2);
    s.done(&["audit", "verify"]);
    s.done(&["batch", "undo", &last_batch(&s), "--yes"]);
    assert_eq!(s.record_tables(), before);
}

#[test]
fn a_checklist_lists_the_overdue_first_and_a_listed_paper_closes_one() {
    let s = county();
    let check = ["file", "check", "--school", FROM, "--format", "json", "--today", "2027-01-10"];
    assert_eq!(s.run(&check[..6]).code, 0, "nothing is overdue on the first day");
    let ended = s.run(&check);
    assert_eq!(ended.code, 1, "{}", ended.stderr);
    let json: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    let table = &json["tables"][0];
    let rows = table["rows"].as_array().unwrap();
    let left: Vec<bool> = rows.iter().map(|r| r["left"].as_str().unwrap().starts_with("超期")).collect();
    assert!(left.iter().any(|l| *l) && left.is_sorted_by(|a, b| a >= b), "the overdue come first");
    let first = rows[0]["student"].as_str().unwrap().to_owned();
    let csv = format!(
        "内部编号,姓名,组别,材料名称,归档日期\n{first},{},证明材料,户口簿复印件,20260901\n",
        name_of(&s, &first)
    );
    s.write("papers.csv", csv);
    s.done(&["file", "import", "papers", "papers.csv"]);
    let json: serde_json::Value = serde_json::from_str(&s.run(&check).stdout).unwrap();
    let again = json["tables"][0]["rows"].as_array().unwrap();
    let is_overdue = |r: &serde_json::Value| {
        r["student"] == first.as_str() && r["left"].as_str().unwrap().starts_with("超期")
    };
    assert!(!again.iter().any(is_overdue));
    assert_eq!(s.run(&["file", "check", "--school", "2133000000"]).code, 4);
}

#[test]
fn a_list_is_brought_in_row_by_row_and_the_same_list_again_changes_nothing() {
    let s = county();
    let (a, b) = (student(&s, FROM, &class(&s, FROM, 2024)), student(&s, TO, &class(&s, TO, 2024)));
    let before = s.record_tables();
    let (name_a, name_b) = (name_of(&s, &a), name_of(&s, &b));
    let (number_a, number_b) = (number_of(&s, &a), number_of(&s, &b));
    let head = "学籍号,姓名,学年,身高,体重,总分,等级,免予执行的原因\n";
    let good = format!("{number_a},{name_a},2025—2026学年,138.50,32,86.5,良好,\n");
    let list = format!(
        "{head}{good}{number_b},{name_a},2025,138,32,80,良好,\n{number_b},{name_b},2025,,,,,因病经批准\n\
         {number_b},{name_b},2024,300,32,80,很好,\n3.30127E+17,{name_a},2025,138,32,80,良好,\n{number_a},,2025,1,2,3,良好,\n"
    );
    s.write("fitness.csv", &list);
    let preview = s.run(&["file", "import", "fitness", "fitness.csv", "--dry-run"]);
    assert_eq!((preview.code, s.record_tables()), (1, before.clone()), "{}", preview.stdout);
    let whole = s.run(&["file", "import", "fitness", "fitness.csv", "--all-or-nothing"]);
    assert_eq!((whole.code, s.record_tables()), (4, before.clone()));
    let ended =
        s.run(&["file", "import", "fitness", "fitness.csv", "--format", "json", "--failed", "bad.xlsx"]);
    assert_eq!(ended.code, 3, "{}{}", ended.stdout, ended.stderr);
    let json: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    let of =
        |i: usize| (json["rows"][i]["outcome"].as_str().unwrap(), json["rows"][i]["reasons"].to_string());
    assert_eq!((of(0).0, of(2).0, json["done"].as_u64()), ("done", "done", Some(2)));
    assert!(of(1).1.contains("姓名与学籍上的不一致"), "{:?}", of(1));
    assert!(
        of(3).1.contains("不在 50—250 之间") && of(3).1.contains("不在选项里"),
        "all reasons: {:?}",
        of(3)
    );
    assert!(of(4).1.contains("表格软件损坏"), "{:?}", of(4));
    assert!(of(5).1.contains("没有写姓名"), "{:?}", of(5));
    assert!(s.path("bad.xlsx").exists());
    assert!(!ended.stdout.contains(&name_a), "masked");
    let batch = last_batch(&s);
    s.write("good.csv", format!("{head}{good}"));
    let after = s.record_tables();
    let again = s.done(&["file", "import", "fitness", "good.csv"]);
    assert!(again.contains("以前已办 1"), "{again}");
    assert_eq!((s.record_tables(), last_batch(&s)), (after.clone(), batch.clone()));
    s.write("mended.csv", format!("{head}{}", good.replace("86.5", "90")));
    let mended = s.done(&["file", "import", "fitness", "mended.csv", "-v"]);
    assert!(mended.contains("（更正）"), "{mended}");
    let shown = s.done(&["file", "show", &a]);
    assert!(shown.contains("体质健康测试（已遮盖）") && !shown.contains("总分：90"), "{shown}");
    let whole = s.done(&["file", "show", &a, "--reveal", "--purpose", "核对"]);
    assert!(whole.contains("总分：90") && whole.contains(&name_a), "{whole}");
    s.done(&["audit", "verify"]);
    s.done(&["batch", "undo", &last_batch(&s), "--yes"]);
    assert_eq!(s.record_tables(), after, "the correction is taken back");
    s.done(&["batch", "undo", &batch, "--yes"]);
    assert_eq!(s.record_tables(), before);
}

#[test]
fn each_kind_has_a_template_that_its_import_reads() {
    let s = Session::with_schools();
    for kind in ["evaluation", "fitness", "health", "vaccination", "awards", "aid", "papers"] {
        let file = format!("{kind}.xlsx");
        s.done(&["template", kind, "-o", &file]);
        let told = s.done(&["file", "import", kind, &file]);
        assert!(told.contains("共 0 件"), "{kind}: {told}");
    }
    s.write("other.csv", "甲,乙\n1,2\n");
    let ended = s.run(&["file", "import", "awards", "other.csv"]);
    assert!(ended.code == 4 && ended.stderr.contains("xueji template awards"), "{}", ended.stderr);
    assert_eq!(s.run(&["file", "import", "poems", "other.csv"]).code, 2);
}

#[test]
fn the_file_follows_a_transfer_a_merger_and_a_hand_over_and_comes_back_with_their_undo() {
    let s = county();
    let pupil = student(&s, FROM, &class(&s, FROM, 2024));
    let to = class(&s, TO, 2024);
    let holder = |s: &Session| {
        let json: serde_json::Value =
            serde_json::from_str(&s.done(&["file", "custody", &pupil, "--format", "json"])).unwrap();
        let rows = json["tables"][0]["rows"].as_array().unwrap().clone();
        let texts = |r: &serde_json::Value, k: &str| r[k].as_str().unwrap().to_owned();
        rows.iter().map(|r| (texts(r, "school"), texts(r, "kept"))).collect::<Vec<_>>()
    };
    let here = |code: &str, kept: &str| (code.to_owned(), kept.to_owned());
    assert_eq!(holder(&s), [here(FROM, "原件")]);
    let asked =
        ["transfer", "start", "--student", &pupil, "--to-school", TO, "--to-class", &to, "--reason", "迁居"];
    let id = super::change::application(&s, &asked);
    for party in ["sending-school", "sending-authority"] {
        s.done(&["transfer", "consent", &id, "--as", party, "--actor", "李核办"]);
    }
    assert_eq!(holder(&s), [here(FROM, "原件")], "the file goes with its collection");
    s.done(&["transfer", "collect", &id]);
    let moved = [here(FROM, "电子档案备份"), here(TO, "原件")];
    assert_eq!(holder(&s), moved);
    let collected = last_batch(&s);
    let away = ["file", "handover", &pupil, "--to", "云溪县档案馆", "--reason", "临时代管"];
    s.done(&away);
    assert_eq!(holder(&s).last(), Some(&here("", "原件")));
    assert_eq!(s.run(&away).code, 4, "it is there already");
    let wrong =
        s.run(&["file", "handover", &pupil, "--to", "2133000000", "--reason", "x", "--on", "2027-01-01"]);
    assert!(
        wrong.code == 4 && wrong.stderr.contains("学校表中没有") && wrong.stderr.contains("之后"),
        "{}",
        wrong.stderr
    );
    s.done(&["batch", "undo", &last_batch(&s), "--yes"]);
    s.done(&["batch", "undo", &collected, "--yes"]);
    assert_eq!(holder(&s), [here(FROM, "原件")]);
    s.done(&["transfer", "retract", &id]);
    s.done(&["school", "merge", FROM, "--into", TO, "--reason", "云教〔2026〕9号"]);
    assert_eq!(holder(&s), moved);
}

/// How many files of a school's pupils an office was given by hand.
fn given(s: &Session, office: &str) -> i64 {
    s.count(&format!("SELECT count(*) FROM custody WHERE holder = '{office}'"))
}

#[test]
fn the_files_of_many_are_handed_over_in_one_batch_and_taken_back_in_one() {
    let s = county();
    let room = class(&s, FROM, 2024);
    let there = s.count(&format!(
        "SELECT count(*) FROM enrollment WHERE school = '{FROM}' AND class = '{room}' AND until IS NULL"
    ));
    let before = s.record_tables();
    let to = ["--to", "云溪县档案馆", "--reason", "校舍改建，集中代管"];
    let of_class = [&["file", "handover", "--school", FROM, "--class", &room][..], &to].concat();
    let preview = s.done(&[&of_class[..], &["--dry-run", "--format", "json"]].concat());
    let json: serde_json::Value = serde_json::from_str(&preview).unwrap();
    assert_eq!((json["done"].as_i64(), json["refused"].as_i64()), (Some(there), Some(0)), "{json}");
    assert!(!preview.contains(&name_of(&s, &student(&s, FROM, &room))), "masked");
    assert_eq!(s.record_tables(), before, "a preview writes nothing");
    s.done(&of_class);
    assert_eq!(given(&s, "云溪县档案馆"), there);
    let batch = last_batch(&s);
    let again = s.done(&of_class);
    assert!(again.contains(&format!("以前已办 {there}")), "{again}");
    assert_eq!((given(&s, "云溪县档案馆"), last_batch(&s)), (there, batch.clone()), "twice is as once");
    // Back from there, of those whom the batch concerned: one with a day before it was given there is not possible.
    let back = ["file", "handover", "--batch", &batch, "--to", FROM, "--reason", "代管结束"];
    let early = s.run(&[&back[..], &["--on", "2026-09-01"]].concat());
    assert_eq!(early.code, 4, "{}", early.stdout);
    assert_eq!(given(&s, FROM), 0);
    s.done(&back);
    assert_eq!(given(&s, FROM), there);
    s.done(&["audit", "verify"]);
    s.done(&["batch", "undo", &last_batch(&s), "--yes"]);
    s.done(&["batch", "undo", &batch, "--yes"]);
    assert_eq!(s.record_tables(), before);
    // One of them must be said, and a school must have somebody.
    assert_eq!(s.run(&[&["file", "handover"][..], &to].concat()).code, 2);
    assert_eq!(s.run(&[&["file", "handover", "--school", FROM, "--batch", "2"][..], &to].concat()).code, 2);
    assert_eq!(
        s.run(&[&["file", "handover", "--school", FROM, "--left"][..], &to].concat()).code,
        4,
        "nobody left yet"
    );
    assert_eq!(s.run(&[&["file", "handover", "--batch", "999"][..], &to].concat()).code, 4);
}

#[test]
fn a_list_of_files_goes_row_by_row_and_what_can_not_go_comes_back() {
    let s = county();
    let (a, b) = (student(&s, FROM, &class(&s, FROM, 2024)), student(&s, TO, &class(&s, TO, 2024)));
    let before = s.record_tables();
    let (name_a, name_b) = (name_of(&s, &a), name_of(&s, &b));
    let number = number_of(&s, &b);
    let list = format!(
        "学籍号,内部编号,姓名\n,{a},{name_a}\n{number},,{name_b}\n,{a},{name_a}\n{number},,{name_a}\n,,{name_a}\n"
    );
    s.write("移交.csv", list);
    let asked = ["file", "handover", "--list", "移交.csv", "--to", "县档案馆", "--reason", "代管"];
    let whole = s.run(&[&asked[..], &["--all-or-nothing"]].concat());
    assert_eq!((whole.code, s.record_tables()), (4, before.clone()), "{}", whole.stderr);
    let ended = s.run(&[&asked[..], &["--failed", "退回.xlsx", "--format", "json"]].concat());
    assert_eq!(ended.code, 3, "{}{}", ended.stdout, ended.stderr);
    let json: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    let of = |i: usize| json["rows"][i]["outcome"].as_str().unwrap().to_owned();
    assert_eq!([0, 1, 2, 3, 4].map(of), ["done", "done", "already", "refused", "refused"]);
    assert!(json["rows"][3]["reasons"].to_string().contains("姓名与学籍上的不一致"), "{json}");
    assert!(s.path("退回.xlsx").exists());
    assert_eq!(given(&s, "县档案馆"), 2);
    s.done(&["batch", "undo", &last_batch(&s), "--yes"]);
    assert_eq!(s.record_tables(), before);
}

#[test]
fn the_files_of_a_closed_school_are_with_the_unit_the_county_names() {
    let s = Session::with_schools();
    s.done(&["school", "close", FROM, "--reason", "生源不足", "--files-to", "县档案馆"]);
    assert_eq!(
        s.count(&format!("SELECT count(*) FROM school WHERE code = '{FROM}' AND files_to = '县档案馆'")),
        1
    );
}

#[test]
fn a_whole_file_is_taken_out_for_a_purpose_and_a_lost_paper_is_named() {
    let s = county();
    let pupil = student(&s, FROM, &class(&s, FROM, 2024));
    s.write("户口簿.jpg", "page one");
    s.write("奖状.pdf", "first prize");
    s.done(&["file", "add", &pupil, "--group", "proofs", "--note", "户口簿", "户口簿.jpg"]);
    s.done(&["file", "add", &pupil, "--group", "awards", "--note", "奖状", "奖状.pdf"]);
    assert_eq!(s.run(&["file", "export", &pupil, "-o", "out"]).code, 2, "a purpose is asked for");
    let entries = s.count("SELECT max(seq) FROM journal");
    s.done(&["file", "export", &pupil, "-o", "out", "--purpose", "转学移交"]);
    assert_eq!(s.count("SELECT max(seq) FROM journal"), entries + 2, "before and after");
    assert_eq!(std::fs::read(s.path("out/2证明材料/户口簿.jpg")).unwrap(), b"page one");
    assert_eq!(std::fs::read(s.path("out/5获奖信息/奖状.pdf")).unwrap(), b"first prize");
    let hashes = std::fs::read_to_string(s.path("out/BLAKE3.txt")).unwrap();
    assert_eq!(hashes.lines().count(), 3, "{hashes}");
    assert!(s.path("out/目录.xlsx").exists());
    assert_eq!(
        s.run(&["file", "export", &pupil, "-o", "out", "--purpose", "再来"]).code,
        2,
        "it is not empty"
    );
    s.done(&["file", "export", &pupil, "-o", "a.zip", "--purpose", "核对"]);
    s.done(&["file", "export", &pupil, "-o", "b.zip", "--purpose", "核对"]);
    assert_eq!(std::fs::read(s.path("a.zip")).unwrap(), std::fs::read(s.path("b.zip")).unwrap());
    let connection = rusqlite::Connection::open(s.path("xueji.db")).unwrap();
    connection
        .execute("UPDATE attachment SET bytes = x'00' WHERE bytes = CAST('page one' AS BLOB)", [])
        .unwrap();
    drop(connection);
    let ended = s.run(&["file", "export", &pupil, "-o", "c", "--purpose", "核对"]);
    assert_eq!(ended.code, 3, "{}", ended.stderr);
    assert!(ended.stderr.contains("第 1 份材料（户口簿）丢失或已被改动"), "{}", ended.stderr);
    assert!(!s.path("c/2证明材料").exists() && s.path("c/5获奖信息/奖状.pdf").exists());
}
