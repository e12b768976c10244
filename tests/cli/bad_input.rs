//! Bad input: each has its message, its exit code, and leaves the registry as it was.

use super::session::{Session, clean_roster};

/// Runs, expects the code and a part of what is said, and that the registry has not changed.
fn refused(s: &Session, arguments: &[&str], code: i32, said: &str) {
    let before = s.record_tables();
    let ended = s.run(arguments);
    let all = format!("{}{}", ended.stdout, ended.stderr);
    assert_eq!(ended.code, code, "{arguments:?}\n{all}");
    assert!(all.contains(said), "{arguments:?}: {all}");
    assert!(!all.contains("panicked") && !all.contains("程序内部出错"), "{all}");
    assert_eq!(s.record_tables(), before, "{arguments:?}");
}

#[test]
fn files_that_are_no_rosters_are_named_and_refused() {
    let s = Session::with_schools();
    let good = std::fs::read(clean_roster("松坪教学点")).unwrap();
    s.write("empty.xlsx", "");
    s.write("cut.xlsx", &good[..good.len() / 2]);
    s.write("page.xlsx", "%PDF-1.7 something");
    s.write("plain.csv", "甲,乙\n1,2\n");
    s.write("twice.csv", "姓名,学生姓名,性别,民族,班号\n王一,王一,男,汉族,1\n");
    s.write("quote.csv", "姓名,性别,民族,班号\n\"王一,男,汉族,1\n");
    refused(&s, &["import", "none.xlsx"], 5, "找不到文件");
    refused(&s, &["import", "."], 5, "6 个文件都不能用");
    refused(&s, &["import", "empty.xlsx"], 5, "空文件");
    refused(&s, &["import", "cut.xlsx"], 5, "不完整");
    refused(&s, &["import", "page.xlsx"], 5, "不是工作簿");
    refused(&s, &["import", "plain.csv"], 5, "没有找到花名册");
    refused(&s, &["import", "twice.csv"], 2, "都可能是“姓名”");
    refused(&s, &["import", "quote.csv"], 5, "引号没有配对");
    refused(&s, &["import", &clean_roster("松坪教学点"), "--sheet", "没有"], 5, "没有工作表");
}

#[test]
fn a_school_that_is_not_in_the_table_is_refused_everywhere() {
    let s = Session::with_schools();
    for command in [
        vec!["approve"],
        vec!["number", "issue"],
        vec!["number", "confirm"],
        vec!["student", "find"],
        vec!["export", "headcount"],
    ] {
        let mut arguments = command;
        arguments.extend(["--school", "2133999999"]);
        refused(&s, &arguments, 4, "学校表中没有");
    }
}

#[test]
fn a_refused_import_is_one_json_object() {
    let s = Session::with_schools();
    let messy = super::session::sample("白鹭镇初级中学-在校生.xlsx");
    let ended = s.run(&["import", messy.to_str().unwrap(), "--all-or-nothing", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!((ended.code, &json["schema"]), (4, &"xueji.error/1".into()));
    assert!(json["refusals"].as_array().unwrap().len() >= 8);
}

#[test]
fn a_mislabelled_file_is_read_by_its_content() {
    let s = Session::with_schools();
    s.write("其实是xlsx.csv", std::fs::read(clean_roster("松坪教学点")).unwrap());
    assert_eq!(s.run(&["validate", "其实是xlsx.csv"]).code, 0);
}

#[test]
fn registries_that_cannot_be_used_say_why() {
    let s = Session::with_schools();
    let roster = clean_roster("松坪教学点");
    s.write(
        "text.db",
        "not a database, only a text that is long enough to have a header of a hundred bytes or more ....",
    );
    rusqlite::Connection::open(s.path("other.db")).unwrap().execute_batch("CREATE TABLE t (a)").unwrap();
    std::fs::copy(s.path("xueji.db"), s.path("newer.db")).unwrap();
    rusqlite::Connection::open(s.path("newer.db")).unwrap().pragma_update(None, "user_version", 99).unwrap();
    for (db, said) in [
        ("none.db", "不存在"),
        ("text.db", "不是学籍库"),
        ("other.db", "不是学籍库"),
        ("newer.db", "第 99 版"),
    ] {
        refused(&s, &["import", &roster, "--db", db], 6, said);
    }
    refused(&s, &["init", "--authority", "330127", "--name", "某局"], 4, "已经存在");
    let holder = rusqlite::Connection::open(s.path("xueji.db")).unwrap();
    holder.execute_batch("BEGIN IMMEDIATE").unwrap();
    let ended = s.run(&["import", &roster]);
    assert_eq!(ended.code, 6, "{}", ended.stderr);
    assert!(ended.stderr.contains("正被另一个程序使用"));
    holder.execute_batch("ROLLBACK").unwrap();
    drop(holder);
    s.done(&["import", &roster]);
}

/// A file-size limit is what a full disk is to the program: a write that fails.
#[cfg(unix)]
#[test]
fn a_full_disk_leaves_the_registry_as_it_was() {
    let s = Session::with_schools();
    let before = s.record_tables();
    let roster = clean_roster("第一小学");
    let script = format!(
        "trap '' XFSZ; ulimit -f 600; exec '{}' --actor a --today 2026-09-10 import '{roster}'",
        env!("CARGO_BIN_EXE_xueji")
    );
    let output =
        std::process::Command::new("sh").arg("-c").arg(script).current_dir(s.path("")).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(6), "{said}");
    assert!(said.contains("空间不足"), "{said}");
    assert_eq!(s.record_tables(), before);
    assert!(s.done(&["audit", "verify"]).contains("与学籍一致"));
}

/// Every kind of file that goes out, on a disk that is full: what stood there stands there still, and nothing else.
#[cfg(unix)]
#[test]
fn a_full_disk_leaves_what_was_to_be_written_as_it_was() {
    let s = Session::with_schools();
    let rosters = ["第一小学", "实验小学", "第一中学", "柳河镇"].map(clean_roster);
    let mut import = vec!["import", "--explain", "样例"];
    import.extend(rosters.iter().map(String::as_str));
    s.run(&import);
    let before = s.record_tables();
    for (file, arguments) in [
        ("报表.xlsx", &["export", "class-roster"][..]),
        ("报表.csv", &["export", "class-roster"]),
        ("报表.json", &["export", "class-roster"]),
        ("流水.csv", &["audit", "log", "--last", "100000"]),
        ("标注.xlsx", &["validate", rosters[0].as_str(), "--marked", "标注.xlsx"]),
        ("一份.xlsx", &["demo", ".", "--students", "2000", "--one-file"]),
    ] {
        s.write(file, "what stood there");
        let out = if arguments.contains(&file) || arguments[0] == "demo" { vec![] } else { vec!["-o", file] };
        let words = arguments.iter().chain(&out).map(|a| format!("'{a}'")).collect::<Vec<_>>().join(" ");
        // 48 kB: enough for what SQLite keeps beside a registry, too little for the file.
        let script = format!(
            "trap '' XFSZ; ulimit -f 96; TMPDIR=. exec '{}' --yes --actor a --today 2026-09-10 {words}",
            env!("CARGO_BIN_EXE_xueji")
        );
        let listed = |s: &Session| {
            let all = std::fs::read_dir(s.path("")).unwrap().map(|f| f.unwrap().file_name());
            let mut names: Vec<String> = all.map(|n| n.into_string().unwrap()).collect();
            // The demo writes its list of schools first: whole, and small enough.
            names.retain(|n| !n.starts_with("xueji.db") && n != "schools.xlsx");
            names.sort();
            names
        };
        let names = listed(&s);
        let shell = std::process::Command::new("sh").arg("-c").arg(script).current_dir(s.path("")).output();
        let output = shell.unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(5), "{file}: {said}");
        assert!(said.contains("磁盘已满") && said.contains("请腾出空间"), "{file}: {said}");
        assert_eq!(std::fs::read(s.path(file)).unwrap(), b"what stood there", "{file}");
        assert_eq!(listed(&s), names, "{file}: something half written is left");
    }
    assert_eq!(s.record_tables(), before);
}

#[cfg(unix)]
#[test]
fn a_run_that_is_killed_leaves_nothing_half_written() {
    let s = Session::with_schools();
    let before = s.record_tables();
    let roster = clean_roster("第一小学");
    for wait in [40, 120, 250, 400] {
        let mut child =
            s.command().args(["import", &roster]).stdout(std::process::Stdio::null()).spawn().unwrap();
        std::thread::sleep(std::time::Duration::from_millis(wait));
        child.kill().unwrap();
        child.wait().unwrap();
        let now = s.record_tables();
        let whole = s.count("SELECT count(*) FROM batch WHERE kind = 'import'") > 0;
        assert!(whole || now == before, "killed after {wait} ms");
        assert!(s.done(&["audit", "verify"]).contains("与学籍一致"));
        if whole {
            return;
        }
    }
}

/// A large first import writes under a rollback journal; killed, it leaves one that the next run must roll back.
#[test]
fn the_journal_of_a_killed_bulk_import_is_rolled_back_by_the_next_run() {
    let s = Session::with_schools();
    let rows = s.count("SELECT count(*) FROM meta");
    let killed = rusqlite::Connection::open(s.path("xueji.db")).unwrap();
    killed.pragma_update_and_check(None, "journal_mode", "truncate", |_| Ok(())).unwrap();
    killed.execute_batch("PRAGMA cache_size = 5; BEGIN IMMEDIATE").unwrap();
    for i in 0..50 {
        killed
            .execute("INSERT INTO meta VALUES (?, ?)", (format!("half written {i}"), "x".repeat(20_000)))
            .unwrap();
    }
    // What is on the disk at this moment is what a kill would leave.
    std::fs::copy(s.path("xueji.db"), s.path("killed.db")).unwrap();
    std::fs::copy(s.path("xueji.db-journal"), s.path("killed.db-journal")).unwrap();
    drop(killed);
    assert!(
        std::fs::metadata(s.path("killed.db-journal")).unwrap().len() > 0,
        "there is something to roll back"
    );
    assert!(s.done(&["audit", "verify", "--db", "killed.db"]).contains("与学籍一致"));
    let connection = rusqlite::Connection::open(s.path("killed.db")).unwrap();
    assert_eq!(connection.query_row("SELECT count(*) FROM meta", [], |r| r.get::<_, i64>(0)).unwrap(), rows);
}

#[test]
fn odd_rosters_are_read_without_harm() {
    let s = Session::with_schools();
    let header = "学校标识码,姓名,性别,出生日期,民族,国籍/地区,身份证件类型,身份证件号,班号,入学年月\n";
    s.write(
        "long.csv",
        format!("{header}1,{},男,20180314,汉族,中国,居民身份证,1,1,202409\n", "长".repeat(400_000)),
    );
    s.write("control.csv", format!("{header}1,王\u{1}一\u{7},男,20180314,汉族,中国,居民身份证,1,1,202409\n"));
    s.write("future.csv", format!("{header}1,王一,男,20990314,汉族,中国,居民身份证,,1,202409\n"));
    for file in ["long.csv", "control.csv"] {
        let ended = s.run(&["validate", file]);
        assert_eq!(ended.code, 1, "{}", ended.stderr);
        assert!(ended.stdout.len() < 20_000, "a long cell is not printed whole");
    }
    let future = s.run(&["validate", "future.csv"]);
    assert!(future.stdout.contains("birth-date-invalid"), "{}", future.stdout);
    let unknown = s.run(&["import", "future.csv"]);
    assert_eq!(unknown.code, 4, "every row is refused: nothing is partly done");
    assert_eq!(s.count("SELECT count(*) FROM student"), 0);
}

#[test]
fn a_hundred_thousand_and_one_rows_are_no_more_than_a_long_roster() {
    let s = Session::new();
    let mut text = String::from("姓名,性别,民族,班号\n");
    for _ in 0..100_001 {
        text.push_str("王一,男,汉族,1\n");
    }
    s.write("many.csv", text);
    let ended = s.run(&["validate", "many.csv", "--select", "name-malformed", "--format", "json"]);
    assert_eq!(ended.code, 0);
    let json: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(json["files"][0]["rows"], 100_001);
}

#[test]
fn wrong_command_lines_are_told_in_chinese() {
    let s = Session::with_schools();
    s.done(&["import", &clean_roster("松坪教学点")]);
    refused(&s, &["improt"], 2, "没有命令");
    refused(&s, &["import"], 2, "缺少");
    refused(&s, &["import", "a.xlsx", "--nonsense"], 2, "不认识");
    refused(&s, &["approve"], 2, "缺少");
    refused(&s, &["batch", "undo", "2"], 2, "--yes");
    refused(&s, &["student", "find", "330127201803140016"], 2, "号码不要写在命令行上");
    refused(&s, &["validate", "x.csv", "--select", "nothing-such"], 2, "没有检查");
    refused(&s, &["student", "find", "王一", "--reveal"], 2, "用途");
    refused(&s, &["--today", "明天", "batch", "list"], 2, "");
}

#[test]
fn a_csv_that_breaks_off_and_a_list_without_rows_are_refused_in_words() {
    let s = Session::with_schools();
    let whole = "姓名,性别,出生日期,证件号码\n王一,男,2018-03-14,\n";
    for cut in [format!("{whole}王二,男,2018-0"), format!("{whole}李") + "x"] {
        let bytes = if cut.ends_with('x') { &cut.as_bytes()[..cut.len() - 2] } else { cut.as_bytes() };
        s.write("r.csv", bytes);
        let ended = s.run(&["import", "r.csv"]);
        assert!(ended.code == 5 && ended.stderr.contains("不完整"), "{}", ended.stderr);
    }
    s.write("r.xlsx", "王一,男\n");
    let ended = s.run(&["validate", "r.xlsx"]);
    assert!(ended.code == 5 && ended.stderr.contains("内容其实是 csv"), "{}", ended.stderr);
    s.done(&["template", "schools", "-o", "空.xlsx"]);
    let ended = s.run(&["school", "import", "空.xlsx"]);
    assert!(ended.code == 5 && ended.stderr.contains("没有内容"), "{}", ended.stderr);
    assert!(s.run(&["student", "find", "没有此人"]).stdout.contains("没有找到"));
}
