//! The reports of a term as a set: whole, the same bytes again, begun again after a kill, and nothing of anybody else's touched.

use std::collections::BTreeMap;
use std::process::Stdio;
use std::time::{Duration, Instant};

use super::session::{Session, clean_roster};

/// A registry with pupils in one school of twelve, registered before 1 September.
fn registry() -> Session {
    registry_of("松坪教学点")
}

fn registry_of(which: &str) -> Session {
    let s = Session::new();
    s.done(&["init", "--authority", "330127", "--name", "云溪县教育局", "--today", "2026-08-20"]);
    let schools = super::session::sample("schools.xlsx");
    s.done(&["school", "import", schools.to_str().unwrap(), "--today", "2026-08-20"]);
    let roster = clean_roster(which);
    super::report::imported(
        &s,
        &["import", &roster, "--explain", "样例", "--approve", "--today", "2026-08-25"],
    );
    s
}

const SET: [&str; 6] = ["export", "--term", "2026-autumn", "--today", "2026-10-15", "-o"];

fn set<'a>(folder: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&SET, &[folder][..], more].concat()
}

/// Every file below a folder with its bytes, hidden ones too.
fn files(s: &Session, folder: &str) -> BTreeMap<String, Vec<u8>> {
    let mut all = BTreeMap::new();
    let mut folders = vec![s.path(folder)];
    while let Some(at) = folders.pop() {
        for entry in std::fs::read_dir(at).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(s.path(folder)).unwrap().to_str().unwrap().to_owned();
                all.insert(name, std::fs::read(path).unwrap());
            }
        }
    }
    all
}

#[test]
fn the_same_registry_gives_the_same_bytes_and_every_file_is_named_with_its_hash() {
    let s = registry();
    let said = s.done(&set("一", &[]));
    assert!(said.contains("2026年秋季学期的报表已做好"), "{said}");
    let first = files(&s, "一");
    let sums = String::from_utf8(first["校验.b3"].clone()).unwrap();
    for line in sums.lines() {
        let (hash, path) = line.split_once("  ").unwrap();
        assert_eq!(blake3::hash(&first[path]).to_hex().as_str(), hash, "{path}");
        assert!(
            first[path].starts_with(b"PK") && first[path].windows(4).any(|w| w == b"PK\x05\x06"),
            "{path}"
        );
    }
    // Twelve schools and the county, and four kinds of index; nothing else, hidden or not.
    assert_eq!(sums.lines().count() + 4, first.len(), "{:?}", first.keys());
    assert!(sums.lines().count() > 12 * 10);
    assert!(first.contains_key("00-全县/基础基312 学生数.xlsx") && first.contains_key("目录.xlsx"));
    let schema: serde_json::Value = serde_json::from_str(&s.done(&["explain", "json", "term"])).unwrap();
    let contents: serde_json::Value = serde_json::from_slice(&first["目录.json"]).unwrap();
    let told = jsonschema::validator_for(&schema).unwrap().validate(&contents).map_err(|e| e.to_string());
    assert_eq!(told, Ok(()));
    s.done(&set("二", &[]));
    assert!(files(&s, "二") == first, "the same registry, the same bytes");
    s.done(&set("一", &[]));
    assert!(files(&s, "一") == first, "a finished set is left as it is");
}

#[test]
fn a_run_that_was_killed_is_begun_again_and_nothing_unfinished_has_a_final_name() {
    let s = registry();
    s.done(&set("全", &[]));
    let whole = files(&s, "全");
    let mut killed = 0;
    for wait in [30, 120, 400] {
        let mut child =
            s.command().args(set("断", &[])).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let start = Instant::now();
        while start.elapsed() < Duration::from_millis(wait) && child.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_millis(5));
        }
        killed += usize::from(child.try_wait().unwrap().is_none());
        let _ = child.kill();
        child.wait().unwrap();
        if s.path("断").exists() {
            let partial = files(&s, "断");
            let finished = partial.iter().filter(|(name, _)| name.ends_with(".xlsx") && !name.contains("/."));
            finished.for_each(|(name, bytes)| assert!(whole[name] == *bytes, "{name} is whole"));
        }
    }
    assert!(killed > 0, "no run was killed before its end");
    s.done(&set("断", &[]));
    assert!(files(&s, "断") == whole, "the end is the same, nothing unfinished is left");
    // What somebody changed or took away since is made again.
    std::fs::write(s.path("断/00-全县/班额统计.xlsx"), "x").unwrap();
    std::fs::remove_file(s.path("断/00-全县/学生概况统计.xlsx")).unwrap();
    s.done(&set("断", &[]));
    assert!(files(&s, "断") == whole);
}

#[test]
fn folders_of_other_runs_and_of_other_people_are_not_touched() {
    let s = registry();
    s.done(&set("套", &[]));
    let made = files(&s, "套");
    let other =
        ["export", "--term", "2026-autumn", "--today", "2026-10-16", "--as-of", "2026-10-14", "-o", "套"];
    let refused = s.run(&other);
    assert_eq!(refused.code, 4, "{}", refused.stderr);
    assert!(refused.stderr.contains("另一次") && refused.stderr.contains("--replace"), "{}", refused.stderr);
    assert!(files(&s, "套") == made, "a refusal changes nothing");
    s.write("套/我的.txt", "手工记录");
    // What only the first list names goes; what it was made to name outside of the folder stays.
    let mut list: serde_json::Value = serde_json::from_slice(&made["目录.json"]).unwrap();
    for (name, path) in [("00-全县/旧表.xlsx", "套/00-全县/旧表.xlsx"), ("../外.txt", "外.txt")] {
        s.write(path, "x");
        list["files"].as_array_mut().unwrap().push(serde_json::json!({ "file": name }));
    }
    let outside = s.path("另.txt");
    s.write("另.txt", "x");
    list["files"].as_array_mut().unwrap().push(serde_json::json!({ "file": outside.to_str().unwrap() }));
    s.write("套/目录.json", list.to_string());
    // The folder may be named by a way through another.
    std::fs::create_dir(s.path("旁")).unwrap();
    let through: Vec<&str> = other.iter().map(|word| if *word == "套" { "旁/../套" } else { word }).collect();
    s.done(&[&through[..], &["--replace"]].concat());
    assert!(s.path("外.txt").exists() && outside.exists());
    let replaced = files(&s, "套");
    assert!(
        !replaced.contains_key("00-全县/旧表.xlsx"),
        "what the first run made and this one does not is gone"
    );
    assert_eq!(replaced["我的.txt"], "手工记录".as_bytes(), "what is not ours stays");
    assert!(replaced["目录.json"] != made["目录.json"]);
    std::fs::create_dir(s.path("私")).unwrap();
    s.write("私/信.txt", "x");
    let foreign = s.run(&set("私", &["--replace"]));
    assert_eq!(foreign.code, 4, "{}", foreign.stderr);
    assert_eq!(files(&s, "私").len(), 1);
    s.write("文件", "x");
    assert_eq!(s.run(&set("文件", &[])).code, 5);
}

#[test]
fn terms_and_days_that_make_no_sense_are_told() {
    let s = registry();
    for (arguments, code, said) in [
        (&["export", "--term", "2026-autumn"][..], 2, "没有指明放在哪个文件夹"),
        (&["export", "--term", "秋", "-o", "x"], 2, "不能识别"),
        (&["export"], 2, ""),
        (&["export", "--term", "2026-autumn", "headcount", "-o", "x"], 2, ""),
        (&["export", "--term", "2027-spring", "-o", "x"], 4, "不在2027年春季学期"),
        (&["export", "--term", "2026-autumn", "-o", "x", "--as-of", "2026-12-01"], 4, "还没有到"),
        (
            &["export", "--term", "2026-spring", "-o", "x", "--as-of", "2026-08-19"],
            4,
            "从 2026-08-20 开始记载",
        ),
    ] {
        let ended = s.run(&[arguments, &["--today", "2026-10-15"]].concat());
        assert_eq!(ended.code, code, "{arguments:?}: {}{}", ended.stdout, ended.stderr);
        assert!(ended.stderr.contains(said), "{arguments:?}: {}", ended.stderr);
        assert!(!s.path("x").exists());
    }
    // A term before the first 1 September of the registry: made without the statistics, and said.
    let partly = s.run(&["export", "--term", "2026-spring", "--today", "2026-10-15", "-o", "春"]);
    assert_eq!(partly.code, 3, "{}{}", partly.stdout, partly.stderr);
    assert!(partly.stderr.contains("没有做：基础基212"), "{}", partly.stderr);
    let page = s.done(&["explain", "term"]);
    assert!(page.contains("crontab") && page.contains("schtasks"), "{page}");
}

#[cfg(unix)]
#[test]
fn a_full_disk_ends_with_a_message_and_the_next_run_goes_on() {
    let s = registry_of("云溪县第一小学");
    s.done(&set("全", &[]));
    let script = format!(
        "trap '' XFSZ; ulimit -f 96; TMPDIR=. exec '{}' --actor 测试员 {}",
        env!("CARGO_BIN_EXE_xueji"),
        set("满", &[]).join(" ")
    );
    let ended =
        std::process::Command::new("sh").args(["-c", &script]).current_dir(s.path("")).output().unwrap();
    let said = String::from_utf8_lossy(&ended.stderr).into_owned();
    assert_eq!(ended.status.code(), Some(5), "{said}");
    assert!(said.contains("磁盘已满"), "{said}");
    s.done(&set("满", &[]));
    assert!(files(&s, "满") == files(&s, "全"));
}
