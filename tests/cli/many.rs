//! Many files at once: one plan, one report by school, the same whatever the number of jobs; what cannot be used does
//! not keep the others out; a run that was killed is simply run again.

use std::path::Path;
use std::process::Stdio;

use super::session::{Session, clean_roster, sample};

fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap_or_else(|e| panic!("{e}: {text}"))
}

/// The sample county's rosters in a folder for each school, and things that are none beside them.
fn inbox(s: &Session) {
    for file in std::fs::read_dir(sample("rosters")).unwrap().map(|f| f.unwrap().path()) {
        let name = file.file_stem().unwrap().to_str().unwrap().split_once('-').unwrap().1.to_owned();
        std::fs::create_dir_all(s.path(&format!("收件/{name}"))).unwrap();
        std::fs::copy(&file, s.path(&format!("收件/{name}/花名册.xlsx"))).unwrap();
    }
    s.write("收件/~$花名册.xlsx", "lock");
    s.write("收件/通知.docx", "no roster");
    std::fs::copy(sample("schools.xlsx"), s.path("收件/学校表.xlsx")).unwrap();
}

/// What of a registry does not hang on chance: who is where.
fn content(s: &Session) -> Vec<String> {
    let connection = rusqlite::Connection::open(s.path("xueji.db")).unwrap();
    let mut query = connection
        .prepare(
            "SELECT s.name, s.document_key, e.school, e.class, s.status, s.number IS NULL,
                (SELECT group_concat(p.check_name || p.field) FROM pending p WHERE p.student = s.id)
             FROM student s JOIN enrollment e ON e.student = s.id ORDER BY 1, 2, 3, 4",
        )
        .unwrap();
    let columns = query.column_count();
    let mut rows = query.query([]).unwrap();
    let mut all = Vec::new();
    while let Some(row) = rows.next().unwrap() {
        all.push(
            (0..columns).map(|i| format!("{:?}", row.get_ref(i).unwrap())).collect::<Vec<_>>().join("|"),
        );
    }
    all
}

#[test]
fn a_folder_is_one_plan_and_one_batch_and_one_report_by_school() {
    let s = Session::with_schools();
    inbox(&s);
    let told = json(&s.run(&["import", "收件", "--dry-run", "--format", "json"]).stdout);
    let schools = told["schools"].as_array().unwrap();
    assert_eq!(schools.len(), 12);
    let sum = |key: &str| schools.iter().map(|s| s[key].as_u64().unwrap()).sum::<u64>();
    for (key, of_schools) in [("admitted", "admitted"), ("refused", "refused"), ("to_explain", "to_explain")]
    {
        assert_eq!(told[key].as_u64().unwrap(), sum(of_schools), "{key}");
    }
    assert!(schools.iter().all(|s| !s["name"].as_str().unwrap().is_empty()));
    let passed: Vec<_> =
        told["passed_files"].as_array().unwrap().iter().map(|p| p["file"].as_str().unwrap()).collect();
    assert_eq!(passed, ["收件/通知.docx", "收件/学校表.xlsx"], "what is no roster is told; a lock is not");
    assert_eq!(s.count("SELECT count(*) FROM student"), 0);

    let ended = s.run(&["import", "收件", "--explain", "样例"]);
    assert!(
        ended.stdout.contains("云溪县特殊教育学校") && ended.stdout.contains("学校表.xlsx：是学校"),
        "{}",
        ended.stdout
    );
    assert_eq!(s.count("SELECT count(DISTINCT batch) FROM journal WHERE change = 'admission'"), 1);
    let again = json(&s.run(&["import", "收件", "--explain", "样例", "--format", "json"]).stdout);
    assert_eq!((again["admitted"].as_u64(), again["updated"].as_u64()), (Some(0), Some(0)), "nothing twice");
    assert_eq!(again["batch"], serde_json::Value::Null);
}

#[test]
fn any_number_of_jobs_gives_the_same() {
    let s = Session::with_schools();
    inbox(&s);
    // The same pupils once more under another name, and messy ones: findings across files.
    let small = std::fs::read(clean_roster("松坪")).unwrap();
    s.write("收件/又一份.xlsx", [small.as_slice(), b""].concat());
    std::fs::copy(sample("青石镇中心小学-花名册.xlsx"), s.path("收件/青石.xlsx")).unwrap();
    s.write("收件/空.xlsx", "");
    for command in ["validate", "import"] {
        let run = |jobs: &str| {
            let mut arguments = vec![command, "收件", "--jobs", jobs, "--format", "json"];
            arguments.extend((command == "import").then_some("--dry-run"));
            s.run(&arguments)
        };
        let one = run("1");
        assert!(json(&one.stdout)["files"].as_array().unwrap().len() >= 14, "{}", one.stdout);
        for jobs in ["2", "3", "16"] {
            let many = run(jobs);
            assert_eq!((one.code, &one.stdout), (many.code, &many.stdout), "{command} --jobs {jobs}");
        }
    }
    // The registry too, but for the keys and numbers that are drawn by chance.
    let other = Session::with_schools();
    inbox(&other);
    s.run(&["import", "收件/云溪县启明学校", "收件/云溪县第一中学", "--jobs", "1"]);
    other.run(&["import", "收件/云溪县启明学校", "收件/云溪县第一中学", "--jobs", "8"]);
    assert!(content(&s).len() > 100);
    assert_eq!(content(&s), content(&other));
}

#[test]
fn the_same_pupil_in_two_files_of_a_run_is_found() {
    let s = Session::with_schools();
    let roster = clean_roster("松坪");
    std::fs::create_dir_all(s.path("乙")).unwrap();
    // Other bytes, the same pupils: read as a csv.
    let failed = s.run(&["validate", &roster]);
    assert!(failed.code < 2);
    let small = std::fs::read(&roster).unwrap();
    s.write("乙/松坪.xlsx", &small);
    s.write("乙/松坪(1).xlsx", &small);
    let told = json(&s.run(&["import", "乙", "--dry-run", "--format", "json"]).stdout);
    assert!(told["passed_files"][0]["reason"].as_str().unwrap().contains("一字不差"), "{told}");
    assert_eq!(told["refused"], 0);
    // Named, both are read: somebody meant it.
    let told =
        json(&s.run(&["import", "乙/松坪.xlsx", "乙/松坪(1).xlsx", "--dry-run", "--format", "json"]).stdout);
    let finding =
        told["findings"].as_array().unwrap().iter().find(|f| f["check"] == "duplicate-in-file").unwrap();
    assert_eq!(finding["file"], "松坪(1).xlsx");
    assert!(finding["message"].as_str().unwrap().contains("文件 松坪.xlsx"), "{finding}");
}

#[test]
fn a_file_that_cannot_be_used_does_not_keep_the_others_out() {
    let s = Session::with_schools();
    let small = clean_roster("松坪");
    let whole = std::fs::read(clean_roster("启明")).unwrap();
    s.write("断.xlsx", &whole[..whole.len() / 2]);
    s.write("空.xlsx", "");
    let files = ["断.xlsx", small.as_str(), "空.xlsx", "没有.xlsx"];
    let before = s.record_tables();
    let with = |more: &[&'static str]| {
        let mut arguments = vec!["import"];
        arguments.extend(files);
        arguments.extend(more);
        s.run(&arguments)
    };
    let whole = with(&["--all-or-nothing", "--format", "json"]);
    assert_eq!(whole.code, 4);
    assert!(json(&whole.stdout)["refusals"].as_array().unwrap().len() >= 3, "{}", whole.stdout);
    assert_eq!(s.record_tables(), before, "all or nothing");
    let ended = with(&["--format", "json"]);
    assert_eq!(ended.code, 3, "{}", ended.stderr);
    let told = json(&ended.stdout);
    let errors = told["files"].as_array().unwrap().iter().filter(|f| f["error"].is_string()).count();
    assert_eq!(errors, 3, "each with its reason");
    assert!(s.count("SELECT count(*) FROM student") > 0);
    let none = s.run(&["import", "断.xlsx", "空.xlsx", "--format", "json"]);
    assert_eq!(none.code, 5);
    assert_eq!(json(&none.stdout)["refusals"].as_array().unwrap().len(), 2, "{}", none.stdout);
    std::fs::create_dir(s.path("没有花名册")).unwrap();
    assert_eq!(s.run(&["import", "没有花名册"]).code, 5);
}

/// A csv that breaks off in the middle of a quote, after good rows.
#[test]
fn half_a_roster_is_none_and_leaves_no_trace_in_the_plan() {
    let s = Session::with_schools();
    let header = "学校标识码,姓名,性别,出生日期,民族,国籍/地区,身份证件类型,身份证件号,班号,入学年月\n";
    let row = |name: &str, id: &str| {
        format!("2133916413,{name},男,20180301,汉族,中国,居民身份证,{id},9901,202409\n")
    };
    let a = row("王一一", "330127201803010011");
    s.write("甲.csv", format!("{header}{a}{}2133916413,\"张", row("王二二", "330127201803010038")));
    s.write("乙.csv", format!("{header}{a}"));
    let told = json(&s.run(&["import", "甲.csv", "乙.csv", "--dry-run", "--format", "json"]).stdout);
    let alone = json(&s.run(&["import", "乙.csv", "--dry-run", "--format", "json"]).stdout);
    for key in ["admitted", "refused", "classes", "suspects", "to_explain", "findings", "schools"] {
        assert_eq!(told[key], alone[key], "{key}");
    }
    assert_eq!(told["files"].as_array().unwrap().len(), 2);
}

#[test]
fn a_roster_in_the_wrong_schools_folder_is_noticed() {
    let s = Session::with_schools();
    std::fs::create_dir_all(s.path("收件/云溪县启明学校")).unwrap();
    let small = clean_roster("松坪");
    std::fs::copy(&small, s.path("收件/云溪县启明学校/名册.xlsx")).unwrap();
    std::fs::copy(&small, s.path("初级中学花名册.xlsx")).unwrap();
    let count = |arguments: &[&str]| {
        let mut arguments = arguments.to_vec();
        arguments.extend(["--select", "school-disagrees", "--format", "json"]);
        let told = json(&s.run(&arguments).stdout);
        let findings = told["findings"].as_array().unwrap();
        assert!(findings.iter().all(|f| f["severity"] == "explain"));
        findings.len() as u64
    };
    let rows = json(&s.run(&["validate", &small, "--format", "json"]).stdout)["schools"][0]["rows"].as_u64();
    let rows = rows.unwrap();
    assert_eq!(count(&["validate", &small]), 0, "its own name is no other's");
    assert_eq!(count(&["validate", "收件"]), rows);
    assert_eq!(count(&["validate", "初级中学花名册.xlsx"]), rows);
    assert_eq!(count(&["validate", &small, "--school", "2133916483"]), rows);
    let told = s.run(&["validate", "收件"]).stdout;
    assert!(told.contains(&format!("同样的另有 {} 处：", rows - 1)), "said once, and where else: {told}");
    s.run(&["import", "收件", "--approve"]);
    assert_eq!(s.count("SELECT count(*) FROM student WHERE status = 'enrolled'"), 0, "all wait for a text");
    let told = s.run(&["import", "收件", "--dry-run", "--explain", "school-disagrees=代收"]);
    assert!(told.code < 2, "{}", told.stderr);
}

#[test]
fn marked_and_returned_books_in_a_folder_are_known_and_left_alone() {
    let s = Session::with_schools();
    std::fs::create_dir(s.path("收件")).unwrap();
    std::fs::copy(sample("白鹭镇初级中学-在校生.xlsx"), s.path("收件/在校生.xlsx")).unwrap();
    let first = s.run(&["import", "收件", "--marked", "收件/标注", "--failed", "收件/退回.xlsx"]);
    assert_eq!(first.code, 3, "{}", first.stderr);
    assert!(s.path("收件/标注/在校生.xlsx").exists());
    let told = json(&s.run(&["import", "收件", "--format", "json"]).stdout);
    let passed = told["passed_files"].as_array().unwrap();
    let reasons: Vec<_> = passed.iter().map(|p| p["reason"].as_str().unwrap()).collect();
    assert_eq!(passed.len(), 2, "{told}");
    assert!(reasons[0].contains("标注") && reasons[1].contains("退回"), "{reasons:?}");
    assert_eq!((told["admitted"].as_u64(), told["files"].as_array().unwrap().len()), (Some(0), 1));
    // Named, they are read: that is how they come back mended.
    let named = json(&s.run(&["import", "收件/退回.xlsx", "--dry-run", "--format", "json"]).stdout);
    assert_eq!(named["schools"][0]["rows"], told["refused"]);
}

/// One transaction for one plan: what was killed left nothing, and the next run does all of it.
#[test]
#[cfg(unix)]
fn a_killed_run_is_run_again_and_ends_as_one_that_was_not() {
    let whole = Session::with_schools();
    inbox(&whole);
    let arguments = ["import", "收件", "--explain", "样例", "--explain", "number-damaged=已核对原件"];
    whole.run(&arguments);
    let wanted = content(&whole);
    assert!(wanted.len() > 1_000);

    let s = Session::with_schools();
    inbox(&s);
    let before = s.record_tables();
    for wait in [5, 40, 90, 150, 250, 400, 600] {
        let mut run = s.command();
        run.args(arguments).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = run.spawn().unwrap();
        std::thread::sleep(std::time::Duration::from_millis(wait));
        let done = child.try_wait().unwrap().is_some();
        child.kill().unwrap();
        child.wait().unwrap();
        let after = s.record_tables();
        assert!(
            after == before || after.len() > 1_000,
            "after {wait} ms: half a plan ({} rows)",
            after.len()
        );
        if done || after != before {
            break;
        }
    }
    s.run(&arguments);
    assert_eq!(content(&s), wanted);
    assert_eq!(s.count("SELECT count(DISTINCT batch) FROM journal WHERE change = 'admission'"), 1);
    assert!(s.done(&["audit", "verify"]).contains("与学籍一致"));
    assert!(!Path::new(&s.path("xueji.db-journal")).exists());
}
