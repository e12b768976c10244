//! Everything that has a date on it, the soonest first.

use super::change::{FROM, TO, application, class, county, student};
use super::session::{Session, clean_roster};

/// A leave that both have agreed to.
fn leave(s: &Session, pupil: &str, until: &str) {
    let line = ["change", "leave", "--student", pupil, "--until", until, "--reason", "传染疾病"];
    let id = application(s, &line);
    for party in ["school-leader", "authority"] {
        s.done(&["change", "decide", "consent", &id, "--as", party, "--actor", "李审核"]);
    }
}

/// Kind, day and what is left of each line, in the order printed.
fn lines(s: &Session, arguments: &[&str]) -> Vec<String> {
    let out = s.run(&[&["due", "--format", "csv"], arguments].concat()).stdout;
    let cells = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        format!("{} {} {}", cells[3], cells[0], cells[1])
    };
    out.lines().skip(1).filter(|l| l.split(',').count() > 7).map(cells).collect()
}

#[test]
fn every_kind_of_date_is_on_one_list_the_soonest_first() {
    let s = county();
    assert_eq!(s.run(&["due", "-q"]).stdout, "");
    let by_year = |year| student(&s, FROM, &class(&s, FROM, year));
    let (moving, away, dead) = (by_year(2024), by_year(2023), by_year(2022));
    leave(&s, &away, "2026-09-30");
    let line =
        ["transfer", "start", "--student", &moving, "--to-school", TO, "--to-class", &class(&s, TO, 2024)];
    let id = application(&s, &[&line[..], &["--reason", "迁居"]].concat());
    let death = ["change", "death", "--student", &dead, "--reason", "溺水死亡", "--on", "2026-09-10"];
    application(&s, &death);
    assert_eq!(
        lines(&s, &["--today", "2026-09-14"]),
        [
            "death 2026-09-23 余 8 个工作日",
            "handling 2026-09-23 余 8 个工作日",
            "leave-end 2026-09-30 余 16 天"
        ]
    );
    let near = lines(&s, &["--today", "2026-09-14", "--within", "10"]);
    assert_eq!(near.len(), 2, "{near:?}");
    assert_eq!(s.run(&["due", "--overdue", "--today", "2026-09-14"]).code, 0);
    let late = s.run(&["due", "--overdue", "--today", "2026-09-24"]);
    assert_eq!(late.code, 1, "{}", late.stdout);
    assert!(late.stdout.contains(&id) && !late.stdout.contains("休学期满 "), "{}", late.stdout);
    assert!(!late.stdout.contains("handling"), "machine keys are for programs: {}", late.stdout);
    assert_eq!(lines(&s, &["--today", "2026-09-24"])[2], "leave-end 2026-09-30 余 6 天");
    let reason = ["--as", "sending-school", "--reason", "材料不全", "--actor", "李核办"];
    s.done(&[&["transfer", "return", &id][..], &reason].concat());
    let listed = s.run(&["due", "--today", "2026-09-24"]).stdout;
    assert!(listed.contains("xueji transfer resubmit") && listed.contains("不限期"), "{listed}");
}

#[test]
fn a_file_is_to_be_opened_within_two_months_until_the_registration_is_approved() {
    let s = Session::with_schools();
    let roster = clean_roster("松坪教学点");
    s.run(&["import", &roster, "--explain", "样例"]);
    assert!(lines(&s, &[]).is_empty(), "two months from 10 September lie beyond the next thirty days");
    assert_eq!(lines(&s, &["--within", "61"]), ["archive 2026-11-10 余 61 天"]);
    let listed = s.done(&["due", "--within", "61"]);
    assert!(listed.contains("名学生建档后核准") && listed.contains("未证实"), "{listed}");
    assert_eq!(lines(&s, &["--today", "2026-11-12"]), ["archive 2026-11-10 超期 2 天"]);
    assert_eq!(s.run(&["due", "-q", "--today", "2026-11-12"]).code, 1);
    s.done(&["approve", "--batch", "2", "--explain", "样例"]);
    assert!(lines(&s, &["--today", "2026-11-12"]).is_empty());
}

#[test]
fn a_limit_in_a_year_that_is_not_loaded_is_not_guessed() {
    let s = county();
    let pupil = student(&s, FROM, &class(&s, FROM, 2024));
    let line =
        ["transfer", "start", "--student", &pupil, "--to-school", TO, "--to-class", &class(&s, TO, 2024)];
    application(&s, &[&line[..], &["--reason", "迁居", "--today", "2026-12-25"]].concat());
    assert_eq!(lines(&s, &["--today", "2026-12-28"]), ["handling 未定（2027 年日历未载入） 未定"]);
}

#[test]
fn a_limit_that_ended_in_a_loaded_year_is_past_in_the_next_though_that_one_is_not_loaded() {
    let s = county();
    let pupil = student(&s, FROM, &class(&s, FROM, 2024));
    let line =
        ["transfer", "start", "--student", &pupil, "--to-school", TO, "--to-class", &class(&s, TO, 2024)];
    let id = application(&s, &[&line[..], &["--reason", "迁居", "--today", "2026-11-26"]].concat());
    let told = "handling 2026-12-10 超期 25 天（2027 年日历未载入，工作日数未定）";
    assert_eq!(lines(&s, &["--today", "2027-01-04"])[0], told);
    let late = s.run(&["transfer", "overdue", "-q", "--today", "2027-01-04"]);
    assert_eq!(late.code, 1, "{}", late.stdout);
    assert!(late.stdout.contains(&id), "{}", late.stdout);
}
