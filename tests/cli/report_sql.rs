//! The sums of the reports, proven by SQL that is written here and knows nothing of the program.

use std::collections::BTreeMap;

use super::report::{FIRST, cells, county, tables};
use super::session::Session;

/// Who holds a place, where.
const HERE: &str = "student t JOIN enrollment e ON e.student = t.id AND e.until IS NULL \
    JOIN school s ON s.code = e.school JOIN class c ON c.school = e.school AND c.number = e.class";
/// The same, without those who are away: 在校.
const AT_SCHOOL: &str = "t.status IN ('enrolled', 'pending')";
/// The grade in the school year 2026, as people say it.
const GRADE: &str = "CASE c.stage WHEN 'senior' THEN '高' || substr('一二三', 2027 - c.entry_year, 1) \
    WHEN 'junior' THEN substr('一二三四五六七八九', s.primary_years + 2027 - c.entry_year, 1) || '年级' \
    ELSE substr('一二三四五六', 2027 - c.entry_year, 1) || '年级' END";
const STAGE: &str = "CASE c.stage WHEN 'primary' THEN '小学' WHEN 'junior' THEN '初中' ELSE '高中' END";
const HEADS: &str = "count(*) total, sum(t.sex = 'sex:1') boys, sum(t.sex = 'sex:2') girls, \
    sum(t.details ->> 'ethnic_group' = 'ethnic_group:01') han, sum(t.status = 'enrolled') enrolled, \
    sum(t.status = 'pending') pending, sum(t.status = 'on_leave') on_leave, sum(t.status = 'dropped_out') dropped_out";

/// Whether a field of the details has one of these codes.
fn is(field: &str, codes: &[&str]) -> String {
    let of = |code: &&str| {
        format!("substr(t.details ->> '{field}', instr(t.details ->> '{field}', ':') + 1) = '{code}'")
    };
    let any = codes.iter().map(of).collect::<Vec<_>>().join(" OR ");
    format!("coalesce({any}, 0)")
}

/// What SQL counts: by the path of a row and the key of a column.
fn counted(s: &Session, sql: &str) -> BTreeMap<(String, String), i64> {
    let connection = rusqlite::Connection::open(s.path("xueji.db")).unwrap();
    let mut statement = connection.prepare(sql).unwrap_or_else(|e| panic!("{sql}: {e}"));
    let keys: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let mut rows = statement.query([]).unwrap();
    let mut all = BTreeMap::new();
    while let Some(row) = rows.next().unwrap() {
        let path: String = row.get(0).unwrap();
        for (i, key) in keys.iter().enumerate().skip(1) {
            all.insert((path.clone(), key.clone()), row.get(i).unwrap());
        }
    }
    all
}

/// Holds every number that SQL counts against the report's; the report may have rows of nought besides.
fn proven(s: &Session, arguments: &[&str], sql: &str) {
    let shown: BTreeMap<(String, String), u64> = cells(&tables(s, arguments))
        .into_iter()
        .map(|(path, n)| {
            let (row, column) = path.rsplit_once('/').unwrap();
            ((row.to_owned(), column.to_owned()), n)
        })
        .collect();
    let counted = counted(s, sql);
    assert!(!counted.is_empty(), "{sql}");
    for (cell, n) in &counted {
        let own = shown.get(cell).unwrap_or_else(|| panic!("{arguments:?} has no {cell:?}"));
        assert_eq!(*own as i64, *n, "{arguments:?} {cell:?}");
    }
    // Rows that SQL does not know count nobody.
    let keys: std::collections::BTreeSet<&String> = counted.keys().map(|(_, key)| key).collect();
    let depth = counted.keys().next().unwrap().0.matches('/').count();
    for ((path, key), n) in &shown {
        let is_sum = ["合计", "小计", "全校"].iter().any(|word| path.contains(word));
        // A second table has rows of one label.
        if depth > 0 && keys.contains(key) && path.matches('/').count() == depth && !is_sum {
            let cell = (path.clone(), key.clone());
            assert!(counted.contains_key(&cell) || *n == 0, "{arguments:?} {cell:?}: {n}");
        }
    }
}

#[test]
fn pupils_by_place_are_those_that_sql_counts() {
    let s = county();
    let by_class = format!("s.name || '/' || {GRADE} || '/' || c.name");
    proven(&s, &["headcount"], &format!("SELECT {by_class}, {HEADS} FROM {HERE} GROUP BY e.school, e.class"));
    proven(&s, &["headcount"], &format!("SELECT s.name || '/全校', {HEADS} FROM {HERE} GROUP BY e.school"));
    proven(&s, &["headcount"], &format!("SELECT '合计', {HEADS} FROM {HERE}"));
    let groups: String = [
        ("migrant", "migrant_child", &["1"][..]),
        ("migrant_worker", "migrant_worker_child", &["1"]),
        ("left_behind", "left_behind", &["1", "2"]),
        ("orphan", "orphan", &["1"]),
        ("martyr_child", "martyr_child", &["1"]),
        ("aid_requested", "aid_requested", &["1"]),
    ]
    .map(|(key, field, codes)| format!(", sum({0}) {key}", is(field, codes)))
    .concat();
    let overview = format!(
        "count(*) total, count(DISTINCT e.class) classes, sum({}) nearby, sum({}) hukou_rural, \
         sum(coalesce(substr(t.details ->> 'hukou_division', 1, 6) <> s.division, 0)) other_hukou, \
         sum(EXISTS (SELECT 1 FROM flag f WHERE f.student = t.id AND f.flag = 'disputed')) disputed {groups}",
        is("entry_method", &["11"]),
        is("hukou_kind", &["1"])
    );
    proven(&s, &["overview"], &format!("SELECT s.name, {overview} FROM {HERE} GROUP BY e.school"));
    let girls = format!(
        "sum(t.sex = 'sex:2') girls, sum({} AND t.sex = 'sex:2') migrant_girls",
        is("migrant_child", &["1"])
    );
    let by_grade = format!("s.name || '/' || {GRADE}");
    let grouped = format!("FROM {HERE} GROUP BY e.school, c.stage, c.entry_year");
    proven(
        &s,
        &["special-groups"],
        &format!("SELECT {by_grade}, count(*) total, {girls} {groups} {grouped}"),
    );
    let flags = "sum(EXISTS (SELECT 1 FROM flag f WHERE f.student = t.id AND f.flag = 'not_attending')) not_attending";
    let review = format!(
        "count(*) total, sum({AT_SCHOOL}) expected, {flags}, sum(coalesce(t.document_number, '') = '') undocumented"
    );
    proven(
        &s,
        &["term-review"],
        &format!("SELECT {by_class}, {review} FROM {HERE} GROUP BY e.school, e.class"),
    );
}

#[test]
fn classes_grades_and_ages_are_those_that_sql_counts() {
    let s = county();
    let sizes = format!(
        "(SELECT e.school, c.stage, c.entry_year, count(*) n FROM {HERE} WHERE {AT_SCHOOL} GROUP BY e.school, e.class) c \
         JOIN school s ON s.code = c.school GROUP BY s.code, c.stage, c.entry_year"
    );
    let bands = "count(*) classes, sum(n) pupils, sum(n <= 45) to_45, sum(n BETWEEN 46 AND 55) to_55, \
                 sum(n BETWEEN 56 AND 65) large, sum(n > 65) too_large";
    proven(&s, &["class-sizes"], &format!("SELECT s.name || '/' || {GRADE}, {bands} FROM {sizes}"));
    let day = ["--as-of", "2026-10-15"];
    let bands = "count(*) classes, sum(n) pupils, sum(n <= 25) to_25, sum(n BETWEEN 26 AND 30) to_30, \
                 sum(n BETWEEN 41 AND 45) to_45, sum(n > 65) above_65";
    let sizes = format!("SELECT s.name || '/' || {GRADE}, {bands} FROM {sizes}");
    proven(&s, &[&["statistics-212"], &day[..]].concat(), &sizes);
    let years: String = (1..=6).map(|y| format!(", sum(2027 - c.entry_year = {y}) year_{y}")).collect();
    let at = format!("FROM {HERE} WHERE {AT_SCHOOL}");
    for (line, held) in [
        ("合计", "1".to_owned()),
        ("其中：女", "t.sex = 'sex:2'".into()),
        ("其中：少数民族", "t.details ->> 'ethnic_group' <> 'ethnic_group:01'".into()),
        ("其中：寄宿", is("attendance_mode", &["2"])),
        ("其中：留守儿童", is("left_behind", &["1", "2"])),
        ("其中：孤儿", is("orphan", &["1"])),
    ] {
        let sql =
            format!("SELECT {STAGE} || '/{line}', count(*) total {years} {at} AND {held} GROUP BY c.stage");
        let counted = counted(&s, &sql);
        let shown = cells(&tables(&s, &[&["statistics-312"], &day[..]].concat()));
        for ((path, key), n) in counted {
            let cell = shown.iter().find(|(own, _)| *own == format!("{path}/{key}"));
            assert_eq!(cell.map(|c| c.1 as i64), Some(n), "{path}/{key}");
        }
    }
    // Full years on the day of the report, which is no 1 September here.
    let age = "CAST(substr('2026-10-15', 1, 4) AS INTEGER) - CAST(substr(t.birth_date, 1, 4) AS INTEGER) \
               - (substr(t.birth_date, 5, 4) > '1015')";
    let ages = format!(
        "SELECT {STAGE} || '/' || ({age}) || '岁', count(*) total, sum(t.sex = 'sex:2') girls {years} {at} GROUP BY 1"
    );
    let shown: BTreeMap<String, u64> =
        cells(&tables(&s, &[&["statistics-331"], &day[..]].concat())).into_iter().collect();
    for ((path, key), n) in counted(&s, &ages) {
        assert_eq!(shown.get(&format!("{path}/{key}")).map(|n| *n as i64), Some(n), "{path}/{key}");
    }
    let by_grade = format!("SELECT s.name, {} FROM {HERE} WHERE {AT_SCHOOL} GROUP BY e.school", {
        let grades = [
            "一年级",
            "二年级",
            "三年级",
            "四年级",
            "五年级",
            "六年级",
            "七年级",
            "八年级",
            "九年级",
            "高一",
            "高二",
            "高三",
        ];
        let each = grades.iter().enumerate().map(|(i, g)| format!("sum({GRADE} = '{g}') grade_{}", i + 1));
        each.chain(["count(*) total".to_owned()]).collect::<Vec<_>>().join(", ")
    });
    let shown: BTreeMap<String, u64> = cells(&tables(&s, &["dashboard"])[..1]).into_iter().collect();
    for ((path, key), n) in counted(&s, &by_grade) {
        // What is hidden is no number; what is a number is the right one.
        if let Some(own) = shown.get(&format!("{path}/{key}")) {
            assert_eq!(*own as i64, n, "dashboard {path}/{key}");
        }
    }
    assert!(shown.len() > 100, "most of it is shown");
}

#[test]
fn what_moved_and_what_is_listed_are_what_sql_counts() {
    let s = county();
    let closing = format!(
        "SELECT s.name || '/' || {STAGE}, count(*) closing FROM {HERE} WHERE {AT_SCHOOL} GROUP BY e.school, c.stage"
    );
    proven(&s, &["change-statistics"], &closing);
    let opening = format!(
        "SELECT s.name || '/' || {STAGE}, count(*) opening FROM enrollment e JOIN school s ON s.code = e.school \
         JOIN class c ON c.school = e.school AND c.number = e.class WHERE e.ordinal = 1 AND e.since < '2026-09-01' \
         GROUP BY e.school, c.stage"
    );
    proven(&s, &["change-statistics"], &opening);
    let kinds = [
        ("out_21", "graduation"),
        ("out_23", "leave"),
        ("out_24", "withdrawal"),
        ("out_28", "dropout"),
        ("out_27", "transfer"),
        ("in_13", "transfer"),
    ];
    for (key, kind) in kinds {
        let sql = format!(
            "SELECT count(*) FROM change WHERE kind = '{kind}' AND day BETWEEN '2026-09-01' AND '2026-10-15'"
        );
        let shown = cells(&tables(&s, &["change-statistics"]));
        let own = shown.iter().find(|(path, _)| *path == format!("合计/{key}")).unwrap().1;
        assert_eq!(own as i64, s.count(&sql), "{key}");
        assert!(own > 0, "{key}: something happened");
    }
    let rows = |arguments: &[&str]| tables(&s, arguments)[0]["rows"].as_array().unwrap().len() as i64;
    for (arguments, sql) in [
        (
            &["undocumented"][..],
            format!("SELECT count(*) FROM {HERE} WHERE coalesce(t.document_number, '') = ''"),
        ),
        (
            &["school-roster", "--school", FIRST],
            format!("SELECT count(*) FROM {HERE} WHERE e.school = '{FIRST}'"),
        ),
        (&["leave-ledger"], "SELECT count(*) FROM change WHERE kind = 'leave'".into()),
        (&["transfer-ledger"], "SELECT count(*) FROM application WHERE kind = 'transfer'".into()),
        (&["dropout-ledger"], "SELECT count(*) FROM watch".into()),
        (&["graduates"], "SELECT count(*) FROM change WHERE kind = 'graduation'".into()),
        (
            &["new-registrations"],
            "SELECT count(*) FROM enrollment WHERE ordinal = 1 AND since >= '2026-09-01'".into(),
        ),
        (&["disputed-records"], "SELECT count(*) FROM party".into()),
        (&["duplicate-findings"], "SELECT count(*) FROM suspect".into()),
    ] {
        assert_eq!(rows(arguments), s.count(&sql), "{arguments:?}");
    }
}
