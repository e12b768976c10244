//! The school table and the classes: lists read from a workbook, all of it or nothing.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::civil::Date;

use crate::code::division;
use crate::model::cell::{Place, Row};
use crate::model::field::Need;
use crate::model::finding::{Finding, Page, Severity};
use crate::model::id::SchoolCode;
use crate::model::journal::{Draft, Value, Write};
use crate::model::record_table::{CLASS, SCHOOL};
use crate::model::school::{Class, Directory, Lengths, School, Stage};
use crate::model::sheet::{CLASS_COLUMNS, SCHOOL_COLUMNS, SheetColumn};
use crate::province::{self, Datum, Pack};
use crate::store::Store;
use crate::store::journal::Writing;
use crate::xlsx::read;

use super::failure::{Failure, Refusal};
use super::import::draft::class_draft;
use super::list::{all_rows, has_musts, header};
use super::session::Session;

/// What reading these lists may find.
pub const PAGES: &[Page] = &[
    Page {
        name: "school-row-invalid",
        title: "学校表填写有误",
        severity: Severity::Error,
        basis: "学校（机构）标识码编码规则；《中小学生学籍管理办法》第三条（学籍主管部门）",
        what: "学校表中的一行：标识码、行政区划代码、学段或学制不是规定的写法，或必填项空着。",
        why: "学校标识码和所在地区划用于编学籍号，学段和学制决定年级；错了会错一整校。",
        remedy: "请按 xueji template schools 生成的模板改正后重新导入；有一行错误时整张表都不写入。",
    },
    Page {
        name: "class-row-invalid",
        title: "班级表填写有误",
        severity: Severity::Error,
        basis: "年级由学段、入学年份和学制推算",
        what: "班级表中的一行：学校不在学校表中，学段不是该校的学段，入学年份不是四位年份，或必填项空着。",
        why: "年级由学段和入学年份算出，错了学生会提前或推迟毕业。",
        remedy: "请按 xueji template classes 生成的模板改正后重新导入；有一行错误时整张表都不写入。",
    },
];

/// The lists of a workbook.
#[derive(Default)]
pub struct Lists {
    pub schools: Vec<School>,
    pub classes: Vec<Class>,
    pub findings: Vec<Finding>,
    /// How many schools leave years of a stage blank, by the rule that was taken for them.
    pub assumed: BTreeMap<String, usize>,
}

/// What writing them came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Entered {
    pub batch: Option<i64>,
    pub new: u64,
    pub changed: u64,
    pub unchanged: u64,
}

/// A row under its headings.
struct Line<'a> {
    place: Place,
    columns: &'static [SheetColumn],
    at: &'a [Option<usize>],
    row: &'a Row,
    page: &'static Page,
    findings: Vec<Finding>,
}

impl Line<'_> {
    fn get(&self, key: &str) -> String {
        let index = self.columns.iter().position(|c| c.key == key).and_then(|i| self.at[i]);
        index.map_or_else(String::new, |i| self.row.cell(i).0.trim().to_owned())
    }

    fn find(&mut self, key: &str, message: String) {
        let index = self.columns.iter().position(|c| c.key == key);
        let at = index.and_then(|i| self.at[i]);
        let place = Place { column: at.map_or(0, |i| i as u16 + 1), ..self.place.clone() };
        self.findings.push(Finding {
            check: self.page.name,
            severity: Severity::Error,
            place,
            field: None,
            value: self.get(key),
            message,
            hint: self.page.remedy.to_owned(),
            basis: self.page.basis,
            proposal: None,
        });
    }

    /// Finds every must column that is blank; whether there was one.
    fn blanks(&mut self) -> bool {
        let missing: Vec<&SheetColumn> =
            self.columns.iter().filter(|c| c.need == Need::Must && self.get(c.key).is_empty()).collect();
        for c in &missing {
            self.find(c.key, format!("“{}”没有填写。", c.heading));
        }
        !missing.is_empty()
    }
}

/// Refuses a school that is not in the table, before a command finds nobody there and calls it done.
pub fn require_school(store: &Store, code: &str) -> Result<(), Failure> {
    if store.directory()?.school(code).is_some() {
        return Ok(());
    }
    Err(Refusal::new(format!("学校表中没有 {code}。"), "请用 xueji school list 查看学校标识码。").into())
}

/// The years of each stage that the rules set where a school stands, for columns that are left blank, and what they rest
/// on, for people.
pub type Usual<'a> = &'a dyn Fn(&str) -> (Lengths, String);

/// [`Usual`] by the province's rules of a day.
pub fn usual(own: Option<&Pack>, division: &str, today: Date) -> (Lengths, String) {
    let value = province::value(own, division, today, "system");
    match value.map(|v| (&v.datum, v)) {
        Some((Datum::System(lengths), v)) => {
            let mark = if v.confirmed { "" } else { "，未证实" };
            (*lengths, format!("{}（{}{mark}）", v.datum.label(), v.source))
        }
        _ => (Lengths::default(), "小学 6 年、初中 3 年、高中 3 年".to_owned()),
    }
}

/// Reads every sheet of a workbook that is a list of schools or of classes.
pub fn read(path: &Path, known: &Directory, usual: Usual) -> Result<Lists, Failure> {
    let mut book = read::open(path).map_err(super::input::error::InputError::from)?;
    let file: std::sync::Arc<str> =
        path.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned()).into();
    let names: Vec<String> = book.sheets().iter().map(|s| s.name.clone()).collect();
    let mut sheets = Vec::new();
    for (index, name) in names.iter().enumerate() {
        let rows = all_rows(&mut book, index).map_err(super::input::error::InputError::from)?;
        let found = [(SCHOOL_COLUMNS, &PAGES[0]), (CLASS_COLUMNS, &PAGES[1])].into_iter().find_map(
            |(columns, page)| {
                header(&rows, columns, &|at| has_musts(columns, at)).map(|(row, at)| (columns, page, row, at))
            },
        );
        if let Some((columns, page, header_row, at)) = found {
            sheets.push((name.clone(), columns, page, header_row, at, rows));
        }
    }
    if sheets.is_empty() {
        return Err(super::input::error::InputError::NoPlaces { path: path.to_owned() }.into());
    }
    // Schools before classes: a class may be of a school of the same workbook.
    sheets.sort_by_key(|s| s.2.name != PAGES[0].name);
    let mut lists = Lists::default();
    for (name, columns, page, header_row, at, rows) in &sheets {
        let sheet: std::sync::Arc<str> = name.as_str().into();
        for row in rows.iter().filter(|r| r.number > *header_row && !r.is_blank()) {
            let place = Place { file: file.clone(), sheet: sheet.clone(), row: row.number, column: 0 };
            let line = Line { place, columns, at, row, page, findings: Vec::new() };
            if page.name == PAGES[0].name { lists.school(line, usual) } else { lists.class(line, known) }
        }
    }
    Ok(lists)
}

impl Lists {
    fn school(&mut self, mut line: Line, usual: Usual) {
        if line.blanks() {
            self.findings.append(&mut line.findings);
            return;
        }
        let code = SchoolCode::parse(&line.get("school_code"));
        if let Err(e) = &code {
            line.find("school_code", e.message());
        }
        let given = line.get("division");
        let county = division::county_part(&given).filter(|c| division::known(c)).map(str::to_owned);
        if county.is_none() {
            line.find("division", "行政区划代码不是已知的县级代码。".into());
        }
        let texts = line.get("stages");
        let split = texts.split(['、', ',', '，', ';', '；', '/', '|', ' ']).filter(|t| !t.is_empty());
        let mut stages: Vec<Stage> = split.clone().filter_map(Stage::parse).collect();
        if stages.len() != split.count() || stages.is_empty() {
            line.find("stages", "学段只能是小学、初中、高中，有几个写几个，用顿号隔开。".into());
        }
        stages.sort();
        stages.dedup();
        let (by_rule, source) = usual(county.as_deref().unwrap_or_default());
        let lengths = Lengths {
            primary: years(&mut line, "primary_years", by_rule.primary),
            junior: years(&mut line, "junior_years", by_rule.junior),
            senior: years(&mut line, "senior_years", by_rule.senior),
        };
        let blank = |stage: &Stage| line.get(&format!("{}_years", stage.key())).is_empty();
        if stages.iter().any(blank) {
            *self.assumed.entry(source).or_default() += 1;
        }
        if let Ok(code) = &code
            && self.schools.iter().any(|s| s.code == *code)
        {
            line.find("school_code", "同一个学校标识码在表中出现了两次。".into());
        }
        if let (Ok(code), Some(division), true) = (code, county, line.findings.is_empty()) {
            self.schools.push(School {
                code,
                name: line.get("name"),
                division,
                authority: line.get("authority"),
                stages,
                lengths,
                sponsor: line.get("organizer"),
                closed_on: None,
                merged_into: None,
                files_to: None,
            });
        }
        self.findings.append(&mut line.findings);
    }

    fn class(&mut self, mut line: Line, known: &Directory) {
        if line.blanks() {
            self.findings.append(&mut line.findings);
            return;
        }
        let code = line.get("school_code");
        let school = self.schools.iter().find(|s| s.code.as_str() == code).or_else(|| known.school(&code));
        let stage = Stage::parse(&line.get("stage"));
        match (school, stage) {
            (None, _) => line.find("school_code", "学校标识码不在学校表中。".into()),
            (Some(s), Some(stage)) if !s.stages.contains(&stage) => {
                line.find("stage", format!("该校没有{}学段。", stage.label()));
            }
            (Some(_), None) => line.find("stage", "学段只能是小学、初中或高中。".into()),
            (Some(_), Some(_)) => {}
        }
        let year = line.get("entry_year");
        let entry_year =
            year.get(..4).and_then(|y| y.parse::<i16>().ok()).filter(|y| (1990..=2100).contains(y));
        if entry_year.is_none() {
            line.find("entry_year", "入学年份应为四位年份，如 2025。".into());
        }
        let number = line.get("class_number");
        if self.classes.iter().any(|c| c.school.as_str() == code && c.number == number) {
            line.find("class_number", "同一所学校的班号在表中出现了两次。".into());
        }
        if let (Some(school), Some(stage), Some(entry_year), true) =
            (school.map(|s| s.code.clone()), stage, entry_year, line.findings.is_empty())
        {
            self.classes.push(Class { school, number, name: line.get("name"), stage, entry_year });
        }
        self.findings.append(&mut line.findings);
    }
}

fn years(line: &mut Line, key: &str, usual: u8) -> u8 {
    let text = line.get(key);
    if text.is_empty() {
        return usual;
    }
    match text.trim_end_matches('年').parse::<u8>() {
        Ok(n @ 2..=9) => n,
        _ => {
            line.find(key, "学制应为一位数字，如 6。".into());
            usual
        }
    }
}

/// Writes the lists in one transaction. Schools and classes the registry has are changed where the list says else.
pub fn enter(store: &mut Store, session: &Session, lists: &Lists, title: &str) -> Result<Entered, Failure> {
    let mut writing = store.write(&session.act, None)?;
    let mut entered =
        Entered { batch: Some(writing.open_batch("places", title, None)?), ..Entered::default() };
    for school in &lists.schools {
        enter_row(&mut writing, &mut entered, "school", school_row(school))?;
    }
    for class in &lists.classes {
        let Some(Write::Insert { row, .. }) = class_draft(class).writes.pop() else { continue };
        enter_row(&mut writing, &mut entered, "class", row)?;
    }
    if entered.new + entered.changed == 0 {
        return Ok(Entered { batch: None, ..entered });
    }
    writing.close_batch(&format!(r#"{{"new":{},"changed":{}}}"#, entered.new, entered.changed))?;
    writing.commit()?;
    Ok(entered)
}

fn enter_row(
    writing: &mut Writing,
    entered: &mut Entered,
    kind: &str,
    row: Vec<Value>,
) -> Result<(), Failure> {
    let (table, new, changed) = match kind {
        "school" => (&SCHOOL, "school_entered", "school_changed"),
        _ => (&CLASS, "class_entered", "class_changed"),
    };
    let key = row[..table.keys].to_vec();
    let draft = match writing.row(table, &key)? {
        None => {
            entered.new += 1;
            let mut row = row;
            row.resize(table.columns.len(), Value::Null);
            Draft { change: new, writes: vec![Write::Insert { table, row }], ..Draft::default() }
        }
        Some(before) => {
            let pairs = before.into_iter().zip(row).enumerate().filter(|(_, (a, b))| a != b);
            let set: Vec<_> = pairs.map(|(i, (a, b))| (i, a, b)).collect();
            if set.is_empty() {
                entered.unchanged += 1;
                return Ok(());
            }
            entered.changed += 1;
            Draft { change: changed, writes: vec![Write::Update { table, key, set }], ..Draft::default() }
        }
    };
    writing.append(&draft)?;
    Ok(())
}

/// The columns of a school's row that a list tells.
fn school_row(school: &School) -> Vec<Value> {
    let text = |t: &str| Value::Text(t.to_owned());
    let stages: Vec<&str> = school.stages.iter().map(|s| s.key()).collect();
    vec![
        text(school.code.as_str()),
        text(&school.name),
        text(&school.division),
        text(&school.authority),
        Value::Text(stages.join(",")),
        Value::Int(i64::from(school.lengths.primary)),
        Value::Int(i64::from(school.lengths.junior)),
        Value::Int(i64::from(school.lengths.senior)),
        text(&school.sponsor),
    ]
}
