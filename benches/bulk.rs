//! Changes of many pupils measured: 1,000 and 10,000 transfers opened, agreed to and collected.
//!
//! `cargo bench --bench bulk` makes a county with the program itself, writes a list, and runs each command as a process.
//! `XUEJI_BENCH_TRANSFERS` makes the longer list shorter.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const XUEJI: &str = env!("CARGO_BIN_EXE_xueji");

fn main() {
    let many = std::env::var("XUEJI_BENCH_TRANSFERS").ok().and_then(|v| v.parse().ok()).unwrap_or(10_000);
    println!("| step | {} | {many} | per row |\n|---|---:|---:|---:|", many / 10);
    let (few, all) = (story(many / 10), story(many));
    for ((step, a), (_, b)) in few.iter().zip(&all) {
        let ratio = b.as_secs_f64() / a.as_secs_f64() / 10.0;
        println!("| {step} | {:.2} s | {:.2} s | × {ratio:.2} |", a.as_secs_f64(), b.as_secs_f64());
    }
}

/// The steps of so many transfers, each with its time. The registry is the same whatever the number of transfers.
fn story(count: usize) -> Vec<(&'static str, Duration)> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let folder = folder.path();
    county(folder);
    fs::write(folder.join("list.csv"), list(count)).expect("the list is written");
    let steps: [(&str, &[&str]); 5] = [
        ("transfer import", &["transfer", "import", "list.csv"]),
        ("transfer import, again", &["transfer", "import", "list.csv"]),
        (
            "transfer consent --all, sending school",
            &["transfer", "consent", "--all", "--as", "sending-school", "--actor", "b"],
        ),
        (
            "transfer consent --all, authority",
            &["transfer", "consent", "--all", "--as", "sending-authority", "--actor", "b"],
        ),
        ("transfer collect --all", &["transfer", "collect", "--all", "--yes"]),
    ];
    steps.map(|(name, arguments)| (name, run(folder, arguments))).into()
}

fn run(folder: &Path, arguments: &[&str]) -> Duration {
    let start = Instant::now();
    let mut command = Command::new(XUEJI);
    command.current_dir(folder).args(["--today", "2026-09-10", "--actor", "a", "-q"]).args(arguments);
    let status = command.stdout(Stdio::null()).status().expect("the command starts");
    assert!(status.success(), "{arguments:?} ended with {status}");
    start.elapsed()
}

const PUPILS: usize = 12_000;
const CLASS: usize = 40;

/// Two schools with as many classes as the pupils of one need.
fn county(folder: &Path) {
    run(folder, &["init", "--authority", "330127", "--name", "云溪县教育局"]);
    let school = |code: &str| format!("{code},{code}小学,330127000000,云溪县教育局,小学\n");
    let schools =
        format!("学校标识码,学校名称,所在地行政区划代码,学籍主管部门,学段\n{}{}", school(FROM), school(TO));
    fs::write(folder.join("schools.csv"), schools).expect("written");
    let mut classes = String::from("学校标识码,班号,班级名称,学段,入学年份\n");
    for school in [FROM, TO] {
        for class in 0..PUPILS / CLASS {
            classes.push_str(&format!("{school},C{class},{class}班,小学,2024\n"));
        }
    }
    fs::write(folder.join("classes.csv"), classes).expect("written");
    run(folder, &["school", "import", "schools.csv"]);
    run(folder, &["school", "import", "classes.csv"]);
    let mut roster =
        String::from("学校标识码,班号,姓名,性别,出生日期,身份证件类型,身份证件号,入学年月,民族,国籍/地区\n");
    for pupil in 0..PUPILS {
        let number = citizen_number(pupil);
        let sex = if number.as_bytes()[16] % 2 == 1 { "男" } else { "女" };
        let name = name(pupil);
        roster.push_str(&format!(
            "{FROM},C{},{name},{sex},{},居民身份证,{number},202409,汉族,中国\n",
            pupil / CLASS,
            &number[6..14]
        ));
    }
    fs::write(folder.join("roster.csv"), roster).expect("written");
    run(folder, &["import", "roster.csv", "--approve", "--explain", "样例"]);
}

const FROM: &str = "2133916413";
const TO: &str = "2133916420";

fn name(pupil: usize) -> String {
    let han = |n: usize| char::from_u32(0x4E00 + n as u32).expect("a Han character");
    format!("王{}{}", han(200 + pupil % 110), han(500 + pupil / 110))
}

/// An invented number: a day of 2018, an order code, the check character of GB 11643.
fn citizen_number(pupil: usize) -> String {
    let (day, order) = (pupil % 300, pupil / 300);
    let body = format!("330127{}{:02}{:02}{:03}", 2018, day / 28 + 1, day % 28 + 1, order + 1);
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: usize = body.bytes().zip(weights).map(|(b, w)| usize::from(b - b'0') * w).sum();
    format!("{body}{}", ["1", "0", "X", "9", "8", "7", "6", "5", "4", "3", "2"][sum % 11])
}

/// The first pupils, each to the class of the same number at the other school.
fn list(count: usize) -> String {
    let mut text = String::from("身份证件号,姓名,转入学校,转入班级,转学原因\n");
    for pupil in 0..count {
        text.push_str(&format!("{},{},{TO},C{},迁居\n", citizen_number(pupil), name(pupil), pupil / CLASS));
    }
    text
}
