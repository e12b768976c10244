//! The level above on PostgreSQL: the story of bundles told on a database, and everything a database may do instead.

use std::process::{Command, Output, Stdio};

use super::letters::other_county;
use super::server::{Database, PASSWORD, server};
use super::session::{Session, clean_roster};
use super::sync::{at, bureau, household_register, knows, own_card};

/// The program with the database's address and password in its environment.
fn command(s: &Session, database: &Database) -> Command {
    let mut command = s.command();
    command.env("XUEJI_UPSTREAM", database.url()).env("PGPASSWORD", PASSWORD);
    command
}

pub fn run(s: &Session, database: &Database, arguments: &[&str]) -> (i32, String) {
    let Output { status, stdout, stderr } = command(s, database).args(arguments).output().unwrap();
    let said = String::from_utf8(stdout).unwrap() + &String::from_utf8(stderr).unwrap();
    assert!(!said.contains(PASSWORD), "{said}");
    (status.code().unwrap_or(-1), said)
}

pub fn done(s: &Session, database: &Database, arguments: &[&str]) -> String {
    let (code, said) = run(s, database, arguments);
    assert_eq!(code, 0, "{arguments:?}\n{said}");
    said
}

/// A county with pupils and a city that know each other; the city has a database.
pub fn county_and_city(database: &Database) -> Session {
    let s = Session::with_schools();
    own_card(&s, "xueji.db");
    bureau(&s, "city.db", "330100", "某市教育局", "city");
    knows(&s, "xueji.db", "city.db");
    knows(&s, "city.db", "xueji.db");
    for node in &database.nodes {
        done(&s, node, &["--db", "city.db", "upstream", "init", "--engine", node.engine]);
    }
    done(&s, database, &["--db", "city.db", "upstream", "init", "--engine", database.engine]);
    s
}

/// Every row of the derived tables, and of the registry's own in the same form.
fn shadows(s: &Session, database: &Database) -> [Vec<String>; 2] {
    let (mut above, mut here) = (Vec::new(), Vec::new());
    let registry = rusqlite::Connection::open(s.path("xueji.db")).unwrap();
    for table in ["school", "class", "student", "enrollment", "number"] {
        let mut query = registry.prepare(&format!("SELECT * FROM {table}")).unwrap();
        let columns: Vec<String> = query.column_names().map(str::to_owned).collect();
        above.extend(database.rows(&format!("SELECT {} FROM xueji.{table}", columns.join(", "))));
        let mut rows = query.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            use rusqlite::types::ValueRef;
            let cell = |i: usize| match row.get_ref(i).unwrap() {
                ValueRef::Blob(b) => {
                    let h: String = b.iter().map(|b| format!("{b:02x}")).collect();
                    [&h[..8], &h[8..12], &h[12..16], &h[16..20], &h[20..]].join("-")
                }
                ValueRef::Text(t) => String::from_utf8(t.to_vec()).unwrap(),
                ValueRef::Integer(n) => n.to_string(),
                _ => "∅".to_owned(),
            };
            here.push((0..columns.len()).map(cell).collect::<Vec<_>>().join("|"));
        }
    }
    above.sort_unstable();
    here.sort_unstable();
    [above, here]
}

/// How what the county did reaches the city, and what came of it comes back.
#[derive(Clone, Copy, Debug)]
pub enum Way {
    /// A stick.
    File,
    /// The line.
    Postgres,
}

impl Way {
    fn up(self, s: &Session, database: &Database) {
        match self {
            Way::File => {
                done(s, database, &["sync", "bundle", "--to", "330100", "-o", "up.xjb"]);
                done(s, database, &["--db", "city.db", "upstream", "receive", "up.xjb", "-o", "back.xjb"]);
                done(s, database, &["sync", "receive", "back.xjb"]);
            }
            Way::Postgres => {
                done(s, database, &["sync", "push"]);
                done(s, database, &["--db", "city.db", "upstream", "receive"]);
                let pulled = done(s, database, &["sync", "pull"]);
                assert!(pulled.contains("收到回执 1 份"), "{pulled}");
            }
        }
    }
}

#[test]
fn the_story_is_the_same_by_stick_and_by_line() {
    let Some(server) = server() else { return };
    for way in [Way::File, Way::Postgres] {
        story(&server.database(), way);
    }
}

/// Pupils come, numbers change, batches are undone: what is above is what is below.
pub fn story(database: &Database, way: Way) {
    let s = county_and_city(database);
    let before = s.count("SELECT max(number) FROM batch");
    s.done(&["import", &clean_roster("松坪教学点"), "--explain", "样例", "--approve"]);
    way.up(&s, database);
    let [above, here] = shadows(&s, database);
    assert_eq!(above, here, "{way:?}");
    assert!(here.len() > 20);
    // A confirmation changes numbers, an undoing takes pupils away: both travel.
    s.run(&["number", "confirm", "--all"]);
    way.up(&s, database);
    let last = s.count("SELECT max(number) FROM batch");
    for batch in (before + 1..=last).rev() {
        s.done(&["batch", "undo", &batch.to_string(), "--yes"]);
        if batch == last {
            way.up(&s, database);
        }
    }
    way.up(&s, database);
    let [above, here] = shadows(&s, database);
    assert_eq!(above, here, "{way:?}");
    assert!(!here.iter().any(|row| row.contains("enrolled")), "{way:?}");
    let sql = "SELECT max(seq), count(*), count(DISTINCT seal) FROM xueji.entry WHERE origin LIKE '330127-%'";
    let entries = s.count("SELECT max(seq) FROM journal");
    assert_eq!(
        database.rows(sql),
        [format!("{entries}|{entries}|{entries}")],
        "{way:?}: none lost, none doubled"
    );
    s.done(&["sync", "status"]);
    assert!(done(&s, database, &["sync", "push"]).contains("没有新的流水"));
    let status = done(&s, database, &["--db", "city.db", "upstream", "status"]);
    assert!(status.contains("云溪县教育局") && status.contains(&entries.to_string()), "{status}");
}

#[test]
fn what_waits_above_is_not_sent_again_and_what_was_refused_is() {
    let Some(server) = server() else { return };
    let database = server.database();
    let s = county_and_city(&database);
    assert!(done(&s, &database, &["sync", "push"]).contains("流水"));
    assert!(done(&s, &database, &["sync", "push"]).contains("没有新的流水"), "it waits there");
    let sql = "UPDATE xueji.inbox_part SET bytes = set_byte(bytes, 200, get_byte(bytes, 200) # 1)";
    assert_eq!(database.client().execute(sql, &[]).unwrap(), 1);
    let (code, said) = run(&s, &database, &["--db", "city.db", "upstream", "receive"]);
    assert!(code == 4 && said.contains("（altered）"), "{code} {said}");
    assert_eq!(database.rows("SELECT count(*) FROM xueji.entry"), ["0"]);
    let status = done(&s, &database, &["--db", "city.db", "upstream", "status"]);
    assert!(status.contains("altered"), "{status}");
    assert!(!done(&s, &database, &["sync", "push"]).contains("没有新的流水"));
    done(&s, &database, &["--db", "city.db", "upstream", "receive"]);
    done(&s, &database, &["sync", "pull"]);
    s.done(&["sync", "status"]);
}

#[test]
fn a_database_that_can_not_be_used_is_named_and_ends_with_seven() {
    let Some(server) = server() else { return };
    let database = server.database();
    let s = Session::with_schools();
    at(&s, "xueji.db", &["sync", "key", "new"]);
    let url = format!("postgresql://postgres:{PASSWORD}@127.0.0.1:{}/{}", database.port, database.name);
    let ended = s.run(&["upstream", "status", "--url", &url]);
    assert_eq!(ended.code, 2, "a password on the command line");
    assert!(!(ended.stderr + &ended.stdout).contains(PASSWORD));
    assert_eq!(s.run(&["upstream", "status"]).code, 2, "no address");
    let no_password = s.run(&["upstream", "status", "--url", &database.url()]);
    assert_eq!(no_password.code, 7, "{}", no_password.stderr);
    s.write("password", "wrong\n");
    let wrong = s.run(&["upstream", "status", "--url", &database.url(), "--password-file", "password"]);
    assert!(wrong.code == 7 && wrong.stderr.contains("不接受这个用户或密码"), "{}", wrong.stderr);
    let remote = s.run(&["upstream", "status", "--url", "postgresql://a@db.example.org/b"]);
    assert!(remote.code == 7 && remote.stderr.contains("不在本机"), "{}", remote.stderr);
    let seven = |arguments: &[&str], word: &str| {
        let (code, said) = run(&s, &database, arguments);
        assert!(code == 7 && said.contains(word), "{arguments:?} {code} {said}");
    };
    seven(&["upstream", "status"], "还没有建表");
    done(&s, &database, &["upstream", "init"]);
    seven(&["upstream", "init"], "已经建过表");
    database.client().execute("UPDATE xueji.meta SET value = '9' WHERE key = 'version'", &[]).unwrap();
    seven(&["upstream", "status"], "较新版本");
    database.client().execute("UPDATE xueji.meta SET value = '1' WHERE key = 'version'", &[]).unwrap();
    let other = server.database();
    other
        .client()
        .batch_execute(&format!("ALTER DATABASE {} SET default_transaction_read_only = on", other.name))
        .unwrap();
    let (code, said) = run(&s, &other, &["upstream", "init"]);
    assert!(code == 7 && said.contains("只能读"), "{said}");
    let gone = format!("postgresql://a@127.0.0.1:{}/b", free_port());
    let unreachable = s.run(&["upstream", "status", "--url", &gone]);
    assert!(unreachable.code == 7 && unreachable.stderr.contains("连不上"), "{}", unreachable.stderr);
    // One that takes the connection and says nothing is not waited for for ever.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let silent = format!("postgresql://a@127.0.0.1:{}/b", listener.local_addr().unwrap().port());
    let hangs = s.run(&["upstream", "status", "--url", &silent]);
    assert!(hangs.code == 7 && hangs.stderr.contains("没有回应"), "{}", hangs.stderr);
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[test]
fn a_stranger_above_is_not_sent_anything() {
    let Some(server) = server() else { return };
    let database = server.database();
    let s = county_and_city(&database);
    database.client().execute("UPDATE xueji.meta SET value = '330200-ff' WHERE key = 'origin'", &[]).unwrap();
    let (code, said) = run(&s, &database, &["sync", "push"]);
    assert!(code == 4 && said.contains("没有登记"), "{said}");
    assert_eq!(database.rows("SELECT count(*) FROM xueji.inbox_part"), ["0"]);
}

/// Runs a command and kills it after a while; whether it was still running.
fn killed(s: &Session, database: &Database, arguments: &[&str], millis: u64) -> bool {
    let mut child =
        command(s, database).args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    std::thread::sleep(std::time::Duration::from_millis(millis));
    let was_running = child.try_wait().unwrap().is_none();
    let _ = child.kill();
    child.wait().unwrap();
    was_running
}

#[test]
fn pushing_and_receiving_may_be_killed_at_any_point() {
    let Some(server) = server() else { return };
    let database = server.database();
    let s = county_and_city(&database);
    let rosters = super::session::sample("rosters");
    s.run(&["import", rosters.to_str().unwrap(), "--explain", "样例", "--approve"]);
    let mut hits = 0;
    for millis in [5, 20, 60, 120, 200, 350, 500] {
        hits += usize::from(killed(&s, &database, &["sync", "push"], millis));
    }
    done(&s, &database, &["sync", "push"]);
    for millis in [5, 40, 100, 200, 400, 700, 1000] {
        hits += usize::from(killed(&s, &database, &["--db", "city.db", "upstream", "receive"], millis));
    }
    done(&s, &database, &["--db", "city.db", "upstream", "receive"]);
    done(&s, &database, &["sync", "pull"]);
    done(&s, &database, &["sync", "push"]);
    done(&s, &database, &["--db", "city.db", "upstream", "receive"]);
    assert!(hits > 3, "{hits} were still at work");
    let [above, here] = shadows(&s, &database);
    assert!(above == here && here.len() > 4000, "{} above, {} here", above.len(), here.len());
    let entries = s.count("SELECT max(seq) FROM journal");
    let sql = "SELECT count(*), max(seq) FROM xueji.entry WHERE origin LIKE '330127-%'";
    assert_eq!(database.rows(sql), [format!("{entries}|{entries}")]);
    s.done(&["sync", "status"]);
    assert_eq!(database.rows("SELECT count(*) FROM xueji.inbox_part"), ["0"]);
}

#[test]
fn several_counties_are_taken_by_several_receivers_at_once() {
    let Some(server) = server() else { return };
    several_at_once(&server.database());
}

/// Six counties, three receivers.
pub fn several_at_once(database: &Database) {
    let s = county_and_city(database);
    for n in 0..5 {
        let (db, authority) = (format!("c{n}.db"), ["330108", "330109", "330110", "330111", "330112"][n]);
        bureau(&s, &db, authority, &format!("第{n}县"), "county");
        knows(&s, &db, "city.db");
        knows(&s, "city.db", &db);
        done(&s, database, &["--db", &db, "sync", "push"]);
    }
    done(&s, database, &["sync", "push"]);
    let receivers: Vec<_> = (0..3)
        .map(|_| {
            let mut command = command(&s, database);
            command.args(["--db", "city.db", "upstream", "receive", "--jobs", "3"]);
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
        })
        .collect();
    for receiver in receivers {
        let output = receiver.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    assert_eq!(database.rows("SELECT count(*) FROM xueji.tail WHERE seq > 0"), ["6"]);
    let sql = "SELECT origin FROM xueji.entry GROUP BY origin HAVING count(*) <> max(seq)";
    assert_eq!(database.rows(sql), [""; 0], "gapless, none twice");
    assert_eq!(database.rows("SELECT count(*) FROM xueji.inbox WHERE outcome = 'taken'"), ["6"]);
    for n in 0..5 {
        done(&s, database, &["--db", &format!("c{n}.db"), "sync", "pull"]);
    }
}

/// Without Citus at hand its calls are taken down by functions of the same names.
#[test]
fn on_citus_every_table_is_distributed_or_a_reference() {
    let Some(server) = server() else { return };
    let database = server.database();
    let s = Session::with_schools();
    let (code, said) = run(&s, &database, &["upstream", "init", "--engine", "citus"]);
    assert!(
        code == 7 && said.contains("create_reference_table"),
        "where there is none it is refused: {said}"
    );
    assert_eq!(
        database.rows("SELECT 1 FROM pg_namespace WHERE nspname = 'xueji'"),
        [""; 0],
        "and nothing is made"
    );
    let calls = "CREATE TABLE called (t text, c text);
        CREATE FUNCTION create_distributed_table(t text, c text) RETURNS void AS 'INSERT INTO called VALUES (t, c)' LANGUAGE sql;
        CREATE FUNCTION create_reference_table(t text) RETURNS void AS 'INSERT INTO called VALUES (t, NULL)' LANGUAGE sql";
    database.client().batch_execute(calls).unwrap();
    done(&s, &database, &["upstream", "init", "--engine", "citus"]);
    let sql = "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
               WHERE n.nspname = 'xueji' AND c.relkind IN ('r', 'p')
               AND NOT EXISTS (SELECT 1 FROM called WHERE t = 'xueji.' || c.relname)";
    assert_eq!(database.rows(sql), [""; 0]);
}

#[test]
fn a_child_of_two_counties_is_found_by_the_level_above_only() {
    let Some(server) = server() else { return };
    found_twice(&server.database());
}

/// A school on the border that two counties register.
pub fn found_twice(database: &Database) {
    let s = county_and_city(database);
    other_county(&s);
    for (one, other) in [("other.db", "city.db"), ("city.db", "other.db")] {
        knows(&s, one, other);
    }
    let (one, all) = (clean_roster("松坪教学点"), super::session::sample("rosters"));
    // Each registers a school of its own, and both the one on the border, without a line between them.
    s.run(&["import", all.to_str().unwrap(), "--explain", "样例"]);
    at(&s, "other.db", &["import", &one, "--explain", "样例"]);
    let pupils = || rusqlite::Connection::open(s.path("other.db")).unwrap();
    let twice: i64 = pupils().query_row("SELECT count(*) FROM student", [], |r| r.get(0)).unwrap();
    let sent = |db: &str| {
        done(&s, database, &["--db", db, "sync", "push"]);
        done(&s, database, &["--db", "city.db", "upstream", "receive"]);
    };
    sent("xueji.db");
    let dedup = ["--db", "city.db", "upstream", "dedup", "--format", "csv"];
    assert_eq!(run(&s, database, &dedup).0, 0, "one county has nobody twice across counties");
    sent("other.db");
    let (code, found) = run(&s, database, &dedup);
    let lines: Vec<&str> = found.lines().filter(|l| l.contains("教育局")).collect();
    assert_eq!((code, lines.len() as i64), (1, twice), "{found}");
    assert!(lines.iter().all(|l| l.contains("云溪县教育局") && l.contains("邻县教育局") && l.contains("新")));
    assert!(found.contains("证件"), "{found}");
    // 甲 is the one that was registered first, and not the one whose office comes first by its number.
    assert!(lines.iter().all(|l| l.split(',').nth(3) == Some("云溪县教育局")), "{found}");
    let conflicts = ["--db", "city.db", "upstream", "conflict", "list", "--format", "csv"];
    let (_, listed) = run(&s, database, &conflicts);
    let listed: Vec<&str> =
        listed.lines().filter(|l| l.contains("两个单位") || l.contains("邻县教育局")).collect();
    assert!(listed.iter().filter(|l| l.split(',').nth(3) == Some("云溪县教育局")).count() as i64 == twice);
    let name: String = pupils().query_row("SELECT name FROM student LIMIT 1", [], |r| r.get(0)).unwrap();
    assert!(!found.contains(&name), "names are masked");
    assert_eq!(database.rows("SELECT count(*) FROM xueji.suspect"), [twice.to_string()]);
    let again = run(&s, database, &["--db", "city.db", "upstream", "dedup", "--new"]);
    assert_eq!(again.0, 0, "nothing is new: {}", again.1);
    // The neighbor takes its import back: nobody is twice any more.
    let last: i64 = pupils().query_row("SELECT max(number) FROM batch", [], |r| r.get(0)).unwrap();
    at(&s, "other.db", &["batch", "undo", &last.to_string(), "--yes"]);
    sent("other.db");
    assert_eq!(run(&s, database, &dedup).0, 0);
}

#[test]
fn a_city_passes_on_and_gives_back_what_it_keeps_in_its_database() {
    let Some(server) = server() else { return };
    let database = server.database();
    let s = county_and_city(&database);
    bureau(&s, "province.db", "330000", "某省教育厅", "province");
    for (one, other) in [("province.db", "city.db"), ("city.db", "province.db"), ("province.db", "xueji.db")]
    {
        knows(&s, one, other);
    }
    s.run(&["import", &clean_roster("松坪教学点"), "--explain", "样例", "--approve"]);
    household_register(&s);
    std::fs::copy(s.path("xueji.db"), s.path("backup.db")).unwrap();
    std::fs::copy(s.path("xueji.db-key"), s.path("backup.db-key")).unwrap();
    s.done(&["school", "list"]);
    s.run(&["number", "confirm", "--all"]);
    let entries = s.count("SELECT max(seq) FROM journal");
    done(&s, &database, &["sync", "push"]);
    done(&s, &database, &["--db", "city.db", "upstream", "receive"]);
    let relay = ["--db", "city.db", "sync", "bundle", "--to", "330000", "--with-upstream", "-o", "relay.xjb"];
    done(&s, &database, &relay);
    at(&s, "province.db", &["sync", "receive", "relay.xjb", "-o", "back.xjb"]);
    at(&s, "city.db", &["sync", "receive", "back.xjb"]);
    let said = done(&s, &database, &relay);
    assert!(said.contains("流水 0 条"), "the province said it has them: {said}");
    let province = rusqlite::Connection::open(s.path("province.db")).unwrap();
    province.execute("ATTACH ? AS county", [s.path("xueji.db").to_str().unwrap()]).unwrap();
    let sql = "SELECT count(*) FROM received r JOIN county.journal j
               ON j.seq = r.seq AND j.seal = r.seal AND j.body = r.body WHERE r.origin LIKE '330127-%'";
    assert_eq!(province.query_row(sql, [], |r| r.get::<_, i64>(0)).unwrap(), entries);
    at(&s, "province.db", &["audit", "verify"]);
    // The county is set back to its backup: what the city has comes back, entry by entry.
    let give = [
        "--db",
        "city.db",
        "sync",
        "bundle",
        "--to",
        "330127",
        "--give-back",
        "--with-upstream",
        "-o",
        "all.xjb",
    ];
    done(&s, &database, &give);
    at(&s, "backup.db", &["sync", "receive", "all.xjb", "--restore"]);
    at(&s, "backup.db", &["audit", "verify"]);
    let restored = rusqlite::Connection::open(s.path("backup.db")).unwrap();
    restored.execute("ATTACH ? AS county", [s.path("xueji.db").to_str().unwrap()]).unwrap();
    let sql = "SELECT count(*) FROM journal r JOIN county.journal j ON j.seq = r.seq AND j.seal = r.seal";
    assert_eq!(restored.query_row(sql, [], |r| r.get::<_, i64>(0)).unwrap(), entries);
}
