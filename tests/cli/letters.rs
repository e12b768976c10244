//! What only the level above can do, and the letters that bring it down: numbers confirmed, duplicates of two counties
//! looked into and decided, each county's registry changed by what it reads and by nothing else.

use super::change::TO;
use super::loaded::YEAR;
use super::route::Day;
use super::server::{Database, server};
use super::session::{Session, clean_roster, sample};
use super::sync::{at, bureau, knows};
use super::upstream::{county_and_city, done, run};

/// The other county.
pub const OTHER: &str = "other.db";

/// Two counties and a city that know each other; the counties have the sample county's schools.
pub fn two_counties(database: &Database) -> Session {
    let s = county_and_city(database);
    other_county(&s);
    knows(&s, OTHER, "city.db");
    knows(&s, "city.db", OTHER);
    s
}

/// The other county: the sample county's schools, and one of its own.
pub fn other_county(s: &Session) {
    bureau(s, OTHER, "330122", "邻县教育局", "county");
    let schools = sample("schools.xlsx");
    at(s, OTHER, &["school", "import", schools.to_str().unwrap()]);
    let head = "学校标识码,学校名称,所在地行政区划代码,学籍主管部门,学段,小学学制,初中学制";
    s.write("邻县.csv", format!("{head}\n{TO},云溪县实验小学,330122,邻县教育局,小学,6,3\n"));
    at(s, OTHER, &["school", "import", "邻县.csv"]);
}

/// What both counties did goes up, what the city wrote comes down.
pub fn round(s: &Session, database: &Database) -> String {
    for db in ["xueji.db", OTHER] {
        done(s, database, &["--db", db, "sync", "push"]);
    }
    done(s, database, &["--db", "city.db", "upstream", "receive"]);
    ["xueji.db", OTHER].map(|db| done(s, database, &["--db", db, "sync", "pull"])).concat()
}

fn column(s: &Session, db: &str, sql: &str) -> Vec<String> {
    let connection = rusqlite::Connection::open(s.path(db)).unwrap();
    let mut query = connection.prepare(sql).unwrap();
    let all = query.query_map([], |r| r.get(0)).unwrap();
    all.map(Result::unwrap).collect()
}

fn ids(said: &str) -> Vec<String> {
    let lines = said.lines().filter(|l| l.contains("邻县教育局") && l.contains("云溪县教育局"));
    lines.map(|l| l.split(',').next().unwrap().to_owned()).filter(|id| id.len() == 8).collect()
}

#[test]
fn numbers_are_confirmed_where_nobody_else_has_them_and_duplicates_are_decided_above() {
    let Some(server) = server() else { return };
    confirmed_and_decided(&server.database());
}

/// Numbers confirmed, a duplicate of two counties raised, claimed and decided.
pub fn confirmed_and_decided(database: &Database) {
    let s = two_counties(database);
    let twice = clean_roster("松坪教学点");
    for roster in [&twice, &clean_roster("启明学校")] {
        s.run(&["import", roster, "--explain", "样例", "--approve"]);
    }
    let imported = ["--db", OTHER, "import", &twice, "--explain", "样例", "--approve"];
    s.run(&imported);
    round(&s, database);

    // Whom both have is confirmed nowhere, and it is said why.
    let confirm = ["--db", "city.db", "upstream", "confirm", "--format", "csv"];
    let (code, left) = run(&s, database, &confirm);
    assert_eq!(code, 1, "{left}");
    let both = column(&s, OTHER, "SELECT name FROM student WHERE document_key IS NOT NULL").len();
    assert!(left.matches("疑似重复").count() >= 2 * both && both > 3, "{both} {left}");
    let pulled = round(&s, database);
    assert!(pulled.contains("学籍号确认") && pulled.contains("办成"), "{pulled}");
    let formal = "SELECT number FROM student WHERE number LIKE 'G%'";
    let (here, there) = (column(&s, "xueji.db", formal), column(&s, OTHER, formal));
    assert!(here.len() > 5 && there.is_empty(), "{} {}", here.len(), there.len());
    let history = "SELECT count(*) FROM number n JOIN student s ON s.id = n.student
                   WHERE s.number LIKE 'G%' AND n.number LIKE 'L%' AND n.until = '2026-09-10'";
    assert_eq!(s.count(history), here.len() as i64, "the old number stays as history");
    let again = run(&s, database, &confirm).1;
    assert!(!again.contains("对方"), "{again}");
    assert_eq!(database.rows("SELECT count(*) FROM xueji.message WHERE state = 'done'"), ["0"]);
    round(&s, database);
    let done_below = database.rows("SELECT count(*) FROM xueji.message WHERE state = 'done'");
    assert_eq!(done_below, [here.len().to_string()], "the city sees what became of its letters");

    // Nobody is told before somebody says so; then both are, once.
    let list = ["--db", "city.db", "upstream", "conflict", "list", "--format", "csv"];
    let (code, listed) = run(&s, database, &list);
    let pairs = ids(&listed);
    assert!(code == 1 && pairs.len() >= both && listed.contains("未通知双方"), "{listed}");
    let [first, second] = [pairs[0].as_str(), pairs[1].as_str()];
    // As another clerk: who decides is not who claimed.
    let clerk = Day { s: &s, database, day: "2026-09-11" };
    let decide = |actor: &str, id: &str, one: &str, other: &str, rest: &[&str]| {
        let base = ["upstream", "conflict", "decide", id, "--one", one, "--other", other];
        clerk.run("city.db", actor, &[&base[..], &["--reason", "双方核实"], rest].concat())
    };
    let early = decide("裁决员", first, "keep", "remove", &[]);
    assert!(early.0 == 4 && early.1.contains("还没有通知双方"), "{}", early.1);
    done(&s, database, &["--db", "city.db", "upstream", "conflict", "raise", first, second]);
    let twice_told = run(&s, database, &["--db", "city.db", "upstream", "conflict", "raise", first]);
    assert!(twice_told.0 == 4 && twice_told.1.contains("已经通知双方"), "{}", twice_told.1);
    let pulled = round(&s, database);
    assert_eq!(pulled.matches("作为问题学籍受理").count(), 4, "{pulled}");
    let open = "SELECT id FROM dispute WHERE kind = 'across-offices' ORDER BY id";
    assert_eq!(column(&s, "xueji.db", open).len(), 2);
    assert_eq!(column(&s, "xueji.db", open), column(&s, OTHER, open), "both call it by one name");

    // The county does not decide it; it answers.
    s.write("a.jpg", "hukou booklet");
    let own = ["dispute", "decide", first, "--one", "keep", "--reason", "自行决定"];
    let own = clerk.run("xueji.db", "科长", &own);
    assert!(own.0 == 4 && own.1.contains("由上级裁决"), "{}", own.1);
    let claim = |db: &str, id: &str, rest: &[&str]| {
        at(&s, db, &[&["dispute", "claim", id, "--text", "已核对"], rest].concat())
    };
    claim("xueji.db", first, &["佐证", "--side", "one", "--attends", "--evidence", "a.jpg"]);
    round(&s, database);
    let half = decide("裁决员", first, "keep", "remove", &["--evidence", "a.jpg"]);
    assert!(half.0 == 4 && half.1.contains("乙") && half.1.contains("还没有答复"), "{}", half.1);
    claim(OTHER, first, &["删除", "--side", "one"]);
    round(&s, database);
    let (_, listed) = run(&s, database, &list);
    assert!(listed.contains("甲主张佐证，乙主张删除"), "{listed}");
    let own_claim = decide("测试员", first, "keep", "remove", &["--evidence", "a.jpg"]);
    assert!(own_claim.0 == 4 && own_claim.1.contains("不能由同一人"), "{}", own_claim.1);
    let decided = decide("裁决员", first, "keep", "remove", &["--evidence", "a.jpg"]);
    assert_eq!(decided.0, 0, "{}", decided.1);
    let pulled = round(&s, database);
    assert!(pulled.contains("按裁决保留") && pulled.contains("按裁决删除"), "{pulled}");
    let removed = "SELECT name FROM student WHERE status = 'removed'";
    assert_eq!((column(&s, "xueji.db", removed).len(), column(&s, OTHER, removed).len()), (0, 1));
    assert_eq!(s.count("SELECT count(*) FROM flag WHERE flag = 'disputed'"), 1, "the second is still open");
    round(&s, database);
    let (_, listed) = run(&s, database, &list);
    assert!(!listed.contains(first) && listed.contains(second), "{listed}");

    // The one that stays is confirmed now; whoever takes it back is asked why.
    run(&s, database, &confirm);
    round(&s, database);
    assert_eq!(column(&s, "xueji.db", formal).len(), here.len() + 1);
    let last = s.count("SELECT max(number) FROM batch WHERE kind = 'numbers'");
    s.done(&["batch", "undo", &last.to_string(), "--yes"]);
    assert_eq!(column(&s, "xueji.db", formal).len(), here.len());
    round(&s, database);
    let (_, left) = run(&s, database, &confirm);
    assert!(left.contains("对方办理后又撤销了"), "{left}");
    for db in ["xueji.db", OTHER, "city.db"] {
        at(&s, db, &["audit", "verify"]);
    }
}

#[test]
fn those_without_a_citizen_number_get_one_that_nobody_in_any_county_has() {
    let Some(server) = server() else { return };
    let database = server.database();
    let s = two_counties(&database);
    // The two counties' pupils without a number are of one division and of the same years.
    for (db, school) in [("xueji.db", "第一小学"), (OTHER, "2133916420")] {
        s.run(&["--db", db, "import", &clean_roster(school), "--explain", "样例", "--approve"]);
    }
    round(&s, &database);
    let (_, said) = run(&s, &database, &["--db", "city.db", "upstream", "confirm", "--assign"]);
    round(&s, &database);
    let assigned =
        ["xueji.db", OTHER].map(|db| column(&s, db, "SELECT number FROM student WHERE number LIKE 'J%'"));
    assert!(assigned.iter().all(|numbers| !numbers.is_empty()), "{assigned:?} {said}");
    let distinct: std::collections::BTreeSet<&String> = assigned.iter().flatten().collect();
    assert_eq!(distinct.len(), assigned.iter().map(Vec::len).sum::<usize>());
    // A second run sends nothing that was sent.
    let (_, said) = run(&s, &database, &["--db", "city.db", "upstream", "confirm", "--assign"]);
    assert!(said.contains("确认正式学籍号 0 个"), "{said}");
}

#[test]
fn a_notice_is_read_below_and_an_answer_is_read_above() {
    let Some(server) = server() else { return };
    let database = server.database();
    let s = two_counties(&database);
    at(&s, "city.db", &["sync", "message", "send", "--to", "330127", "--text", "九月底前办完核准"]);
    let status = s.run(&["--db", "city.db", "sync", "status", "--format", "csv"]);
    assert!(status.stdout.contains("九月底前办完核准") && status.code == 1, "{}", status.stdout);
    let pulled = round(&s, &database);
    assert!(pulled.contains("九月底前办完核准"), "{pulled}");
    assert_eq!(column(&s, OTHER, "SELECT stream FROM message").len(), 0, "it is for one county");
    s.done(&["sync", "message", "send", "--text", "收到，正在办"]);
    round(&s, &database);
    let sql = "SELECT body FROM xueji.message WHERE stream = origin || '>'";
    assert!(database.rows(sql)[0].contains("收到，正在办"));
    let listed = s.done(&["sync", "message", "list", "--format", "csv"]);
    assert!(listed.contains("来信") && listed.contains("去信") && listed.contains("已阅"), "{listed}");
    // On a stick it is the same.
    at(&s, "city.db", &["sync", "message", "send", "--to", "330127", "--text", "第二封"]);
    at(&s, "city.db", &["sync", "bundle", "--to", "330127", "-o", "down.xjb"]);
    let taken = s.run(&["sync", "receive", "down.xjb"]);
    assert!(taken.code == 0 && (taken.stdout + &taken.stderr).contains("第二封"));
    assert!(!s.run(&["sync", "receive", "down.xjb"]).stderr.contains("第二封"), "once");
}

#[test]
fn a_years_calendar_of_the_city_is_used_in_its_counties_and_overwrites_nothing() {
    let Some(server) = server() else { return };
    let database = server.database();
    let s = two_counties(&database);
    let share = ["sync", "message", "share", "calendar", "2027"];
    let early = s.run(&[&["--db", "city.db"][..], &share].concat());
    assert_eq!(early.code, 4, "{}", early.stderr);
    let own = YEAR.replace("2027-01-03", "2027-01-02");
    s.write("2027.toml", YEAR);
    s.write("own.toml", own);
    at(&s, "city.db", &["calendar", "load", "2027.toml"]);
    at(&s, OTHER, &["calendar", "load", "own.toml"]);
    at(&s, "city.db", &share);
    let pulled = round(&s, &database);
    assert!(pulled.contains("记住上级下发的2027 年工作日历") && pulled.contains("没有覆盖"), "{pulled}");
    let own = column(&s, OTHER, "SELECT text FROM loaded");
    assert!(own.len() == 1 && own[0].contains("2027-01-02"));
    assert_eq!(column(&s, "xueji.db", "SELECT name FROM loaded"), ["2027"]);
}
