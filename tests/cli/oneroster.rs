//! OneRoster 1.2: the files that the standard asks for, held against it by a check that knows nothing of the program's.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

use super::report::county;
use super::session::Session;

const FIRST: &str = "2133916413";
const TODAY: &str = "2026-10-15";

type Rows = Vec<BTreeMap<String, String>>;

/// The files of a zip, by name, as rows by heading.
fn files(s: &Session, zip: &str) -> BTreeMap<String, Rows> {
    let mut archive = zip::ZipArchive::new(std::fs::File::open(s.path(zip)).unwrap()).unwrap();
    let mut all = BTreeMap::new();
    for i in 0..archive.len() {
        let mut file = archive.by_index(i).unwrap();
        let name = file.name().unwrap().into_owned();
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        assert!(!text.starts_with('\u{feff}'), "{name}");
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let head = reader.headers().unwrap().clone();
        let row =
            |r: csv::StringRecord| head.iter().map(str::to_owned).zip(r.iter().map(str::to_owned)).collect();
        all.insert(name, reader.records().map(|r| row(r.unwrap())).collect());
    }
    all
}

/// The headings of a file, in their order.
fn heading(s: &Session, folder: &str, name: &str) -> String {
    let text = std::fs::read_to_string(s.path(folder).join(name)).unwrap();
    text.lines().next().unwrap().to_owned()
}

/// Where a column points to: as Appendix A of the standard has it, written down here once more.
const POINTS: &[(&str, &str, &str)] = &[
    ("academicSessions.csv", "parentSourcedId", "academicSessions.csv"),
    ("orgs.csv", "parentSourcedId", "orgs.csv"),
    ("courses.csv", "schoolYearSourcedId", "academicSessions.csv"),
    ("courses.csv", "orgSourcedId", "orgs.csv"),
    ("classes.csv", "courseSourcedId", "courses.csv"),
    ("classes.csv", "schoolSourcedId", "orgs.csv"),
    ("classes.csv", "termSourcedIds", "academicSessions.csv"),
    ("users.csv", "primaryOrgSourcedId", "orgs.csv"),
    ("roles.csv", "userSourcedId", "users.csv"),
    ("roles.csv", "orgSourcedId", "orgs.csv"),
    ("enrollments.csv", "classSourcedId", "classes.csv"),
    ("enrollments.csv", "schoolSourcedId", "orgs.csv"),
    ("enrollments.csv", "userSourcedId", "users.csv"),
    ("demographics.csv", "sourcedId", "users.csv"),
];

fn is_day(text: &str) -> bool {
    let parts: Vec<u32> = text.split('-').filter_map(|p| p.parse().ok()).collect();
    text.len() == 10 && matches!(parts[..], [1990..=2100, 1..=12, 1..=31])
}

fn hold(all: &BTreeMap<String, Rows>) {
    let keys = |file: &str| all[file].iter().map(|r| r["sourcedId"].as_str()).collect::<BTreeSet<_>>();
    for (name, rows) in all.iter().filter(|(name, _)| *name != "manifest.csv") {
        assert_eq!(keys(name).len(), rows.len(), "{name}: a key is of one row");
        assert!(!rows.is_empty(), "{name} has rows or is not there");
        for row in rows {
            assert!(row["status"].is_empty() && row["dateLastModified"].is_empty(), "{name} is sent whole");
            for (column, value) in row {
                assert!(!value.contains(['\r', '\n']), "{name} {column}");
                let is_date = column.ends_with("Date") && !value.is_empty();
                assert!(!is_date || is_day(value), "{name} {column} {value}");
            }
        }
    }
    for (file, column, to) in POINTS {
        let there = keys(to);
        for row in &all[*file] {
            for key in row[*column].split(',').filter(|k| !k.is_empty()) {
                assert!(there.contains(key), "{file} {column} {key} is in no row of {to}");
            }
        }
    }
    let said: BTreeMap<&str, &str> =
        all["manifest.csv"].iter().map(|r| (r["propertyName"].as_str(), r["value"].as_str())).collect();
    assert_eq!((said["manifest.version"], said["oneroster.version"]), ("1.0", "1.2"));
    let named = said.iter().filter_map(|(k, v)| Some((k.strip_prefix("file.")?, *v)));
    let named: Vec<(&str, &str)> = named.collect();
    assert_eq!(named.len(), 21, "every file of the standard is named");
    for (file, value) in named {
        let is_there = all.contains_key(&format!("{file}.csv"));
        assert_eq!(value, if is_there { "bulk" } else { "absent" }, "{file}");
    }
    let sex = |r: &BTreeMap<String, String>| ["male", "female", "unspecified"].contains(&r["sex"].as_str());
    assert!(all["demographics.csv"].iter().all(sex));
    assert!(all["classes.csv"].iter().all(|r| r["classType"] == "homeroom" && r["grades"].len() == 2));
    assert!(all["users.csv"].iter().all(|r| !r["familyName"].is_empty() && !r["givenName"].is_empty()));
}

#[test]
fn the_files_are_those_of_the_standard_and_nothing_in_them_points_nowhere() {
    let s = county();
    s.done(&["export", "oneroster", "-o", "a.zip", "--today", TODAY]);
    s.done(&["export", "oneroster", "-o", "b.zip", "--today", TODAY]);
    assert!(std::fs::read(s.path("a.zip")).unwrap() == std::fs::read(s.path("b.zip")).unwrap());
    let all = files(&s, "a.zip");
    hold(&all);
    let pupils = s.count(
        "SELECT count(*) FROM student t JOIN enrollment e ON e.student = t.id
         WHERE e.until IS NULL AND t.status IN ('enrolled', 'on_leave')",
    );
    for file in ["users.csv", "roles.csv", "enrollments.csv", "demographics.csv"] {
        assert_eq!(all[file].len() as i64, pupils, "{file}");
    }
    assert_eq!(
        all["orgs.csv"].len() as i64,
        1 + s.count("SELECT count(*) FROM school WHERE closed_on IS NULL")
    );
    // Masked: no registry number, no date of birth, nothing of a name but the surname.
    let is_masked =
        |r: &BTreeMap<String, String>| r["identifier"].is_empty() && r["givenName"].chars().all(|c| c == '*');
    assert!(all["users.csv"].iter().all(is_masked));
    assert!(all["demographics.csv"].iter().all(|r| r["birthDate"].is_empty()));
    assert_eq!(s.count("SELECT count(*) FROM export"), 0);

    s.done(&["export", "oneroster", "--school", FIRST, "-o", "夹", "--today", TODAY]);
    let users = "sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,familyName,middleName,identifier,\
                 email,sms,phone,agentSourcedIds,grades,password,userMasterIdentifier,preferredGivenName,\
                 preferredMiddleName,preferredFamilyName,primaryOrgSourcedId,pronouns";
    assert_eq!(heading(&s, "夹", "users.csv"), users);
    let roles = "sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId,userProfileSourcedId";
    assert_eq!(heading(&s, "夹", "roles.csv"), roles);
    let classes = "sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,location,schoolSourcedId,\
                   termSourcedIds,subjects,subjectCodes,periods";
    assert_eq!(heading(&s, "夹", "classes.csv"), classes);
}

#[test]
fn whole_it_is_for_a_purpose_and_in_the_ledger_and_never_has_a_document_number() {
    let s = county();
    let out = ["export", "oneroster", "--school", FIRST, "--today", TODAY, "-o"];
    assert_eq!(s.run(&[&out[..], &["a.zip", "--unmasked"]].concat()).code, 2);
    s.done(&[&out[..], &["a.zip", "--unmasked", "--purpose", "教学平台开户"]].concat());
    let all = files(&s, "a.zip");
    hold(&all);
    let hash = blake3::hash(&std::fs::read(s.path("a.zip")).unwrap()).to_hex().to_string();
    assert_eq!(
        s.count(&format!(
            "SELECT count(*) FROM export WHERE hash = '{hash}' AND count = {}",
            all["users.csv"].len()
        )),
        1
    );
    // Of a folder it is that of the lines b3sum writes: of the manifest first, then in the order of the manifest.
    s.done(&[&out[..], &["夹", "--unmasked", "--purpose", "教学平台开户"]].concat());
    let manifest = std::fs::read_to_string(s.path("夹/manifest.csv")).unwrap();
    let there = manifest.lines().filter_map(|line| line.strip_prefix("file.")?.strip_suffix(",bulk"));
    let sums = ["manifest"].into_iter().chain(there).map(|name| {
        let bytes = std::fs::read(s.path(&format!("夹/{name}.csv"))).unwrap();
        format!("{}  {name}.csv\n", blake3::hash(&bytes).to_hex())
    });
    let hash = blake3::hash(sums.collect::<String>().as_bytes()).to_hex().to_string();
    assert_eq!(s.count(&format!("SELECT count(*) FROM export WHERE hash = '{hash}'")), 1);
    let connection = rusqlite::Connection::open(s.path("xueji.db")).unwrap();
    for user in &all["users.csv"] {
        let (name, number, document): (String, String, String) = connection
            .query_row(
                "SELECT name, coalesce(number, ''), coalesce(document_number, '') FROM student WHERE lower(hex(id)) = ?",
                [user["sourcedId"].replace('-', "")],
                |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)),
            )
            .unwrap();
        let (family, given) = (&user["familyName"], &user["givenName"]);
        assert!(
            format!("{family}{given}") == name || format!("{given}·{family}") == name,
            "{family} {given}"
        );
        assert_eq!(user["identifier"], number);
        let others = user.iter().filter(|(k, _)| *k != "identifier");
        assert!(document.len() < 8 || others.into_iter().all(|(_, v)| !v.contains(&document)));
    }
    assert!(all["demographics.csv"].iter().all(|r| is_day(&r["birthDate"])));
    // What is there is not written over, and what does not fit is said.
    assert_eq!(s.run(&[&out[..], &["a.zip"]].concat()).code, 2);
    assert_eq!(s.run(&[&out[..], &["b.zip", "--as-of", "2026-09-01"]].concat()).code, 2);
    assert_eq!(s.run(&["export", "oneroster", "--today", TODAY]).code, 2);
}

#[test]
fn a_class_that_no_table_knows_is_told_and_nothing_is_written() {
    let s = county();
    let connection = rusqlite::Connection::open(s.path("xueji.db")).unwrap();
    connection.pragma_update(None, "foreign_keys", false).unwrap();
    connection
        .execute(
            "DELETE FROM class WHERE (school, number) IN
             (SELECT school, class FROM enrollment WHERE until IS NULL AND school = ? LIMIT 1)",
            [FIRST],
        )
        .unwrap();
    drop(connection);
    let ended = s.run(&["export", "oneroster", "-o", "a.zip", "--today", TODAY]);
    assert_eq!(ended.code, 4, "{}", ended.stderr);
    assert!(
        ended.stderr.contains("enrollments.csv") && ended.stderr.contains("在 classes.csv 里没有"),
        "{}",
        ended.stderr
    );
    assert!(!s.path("a.zip").exists());
}
