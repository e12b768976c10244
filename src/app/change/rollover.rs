//! 学年结转: those who finished the last grade of their stage graduate, and the new school year is opened. Promotion
//! writes nothing: a grade follows from stage, entry year, length of schooling and date.

use std::collections::BTreeMap;

use jiff::civil::{Date, date};

use crate::model::application::Application;
use crate::model::change::case::Grade;
use crate::model::change::graduation;
use crate::model::change::input::{Input, Told};
use crate::model::field::Field;
use crate::model::flag::Flag;
use crate::model::id::StudentId;
use crate::model::journal::{Draft, Tail, Value, Write};
use crate::model::record_table::SCHOOL_YEAR;
use crate::model::registration::Registration;
use crate::model::school::{School, school_year};
use crate::province::Pack;
use crate::store::Store;
use crate::store::application::Asked;
use crate::store::lookup::Which;

use super::super::failure::{Failure, Refusal};
use super::super::session::Session;
use super::{Asking, Ground, Plan, entry, new_application, weigh, write};

/// A pupil in a last grade who does not graduate, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stays {
    pub student: StudentId,
    pub name: String,
    pub school: String,
    pub class: String,
    pub standing: String,
    pub reason: String,
    pub remedy: String,
}

/// What becomes of a school's pupils.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    pub graduated: usize,
    /// Those whose grade goes on by itself.
    pub promoted: usize,
    pub stays: usize,
}

/// What a rollover would do.
pub struct Rollover {
    /// The school year that is opened, named by the year it begins in.
    pub year: i16,
    /// The day of the graduations.
    pub day: Date,
    pub schools: BTreeMap<String, Summary>,
    pub stays: Vec<Stays>,
    graduates: Vec<Plan>,
    tail: Tail,
}

/// The last day of the school year that ends when `year` begins.
fn last_day(year: i16) -> Date {
    date(year, 8, 31)
}

/// Plans the rollover into a school year; refused while anything is open.
pub fn plan(store: &Store, year: i16, rules: Option<&Pack>, today: Date) -> Result<Rollover, Failure> {
    let (tail, directory) = (store.tail()?, store.directory()?);
    let mut refusals = untimely(store, year, today)?;
    refusals.extend(still_open(store)?);
    if !refusals.is_empty() {
        return Err(Failure::Refused(refusals));
    }
    let day = today.min(last_day(year));
    let ground = Ground::new(store, &directory, rules, today);
    let mut made =
        Rollover { year, day, schools: BTreeMap::new(), stays: Vec::new(), graduates: Vec::new(), tail };
    for r in store.registrations(&Which::Present)? {
        let code = r.school.as_str().to_owned();
        let (school, class) = (directory.school(&code), directory.class(&code, &r.class_number));
        let summary = made.schools.entry(code).or_default();
        let grade = school.zip(class).map(|(s, c)| (Grade::of(c, s.lengths, last_day(year)), s));
        if grade.is_some_and(|(g, _)| !g.is_final()) {
            summary.promoted += 1;
            continue;
        }
        match graduate(&ground, grade, r, (day, tail))? {
            Ok(plan) => {
                summary.graduated += 1;
                made.graduates.push(plan);
            }
            Err(stays) => {
                summary.stays += 1;
                made.stays.push(stays);
            }
        }
    }
    Ok(made)
}

/// The graduation of a pupil of a last grade, or why the pupil stays.
fn graduate(
    ground: &Ground,
    grade: Option<(Grade, &School)>,
    r: Registration,
    (day, tail): (Date, Tail),
) -> Result<Result<Plan, Stays>, Failure> {
    let spec = &graduation::SPEC;
    let stays = |r: &Registration, reason: String, remedy: &str| Stays {
        student: r.id,
        name: r.record.get(Field::PupilName).to_owned(),
        school: r.school.to_string(),
        class: r.class_number.clone(),
        standing: r.standing(),
        reason,
        remedy: remedy.to_owned(),
    };
    let Some((grade, _)) = grade else {
        let remedy = "请先补录班级表（xueji school import）。";
        return Ok(Err(stays(&r, "班级不在班级表中，算不出年级。".into(), remedy)));
    };
    let years = grade.lengths.of(grade.stage);
    if !spec.from.contains(&r.status) {
        let remedy = "请先办复学、核准等业务，再用 xueji change graduation 单独办理毕业，或办理结业、肄业。";
        return Ok(Err(stays(&r, format!("学籍状态为{}，不随班毕业。", r.status.label()), remedy)));
    }
    if grade.year > i16::from(years) {
        let reason = format!("已在{}第 {} 年，超过学制 {years} 年。", grade.stage.label(), grade.year);
        let remedy = "请核对班级的入学年份和学校的学制；无误的用 xueji change graduation 单独办理。";
        return Ok(Err(stays(&r, reason, remedy)));
    }
    let mut told = Told::default();
    told.put(Input::On.key(), &day.to_string());
    told.put(Input::Note.key(), "学年结转，随班毕业");
    let asking = Asking { spec, student: Some(r.id), told, rules: ground.rules };
    match weigh(ground, &asking, Some(r.clone()), tail) {
        // The authority that rolls the year over has everybody's consent: the list of graduates is its approval.
        Ok(plan) => Ok(Ok(Plan { steps: Vec::new(), ..plan })),
        Err(Failure::Refused(all)) => {
            let (reasons, remedies): (Vec<_>, Vec<_>) = all.into_iter().map(|r| (r.reason, r.remedy)).unzip();
            Ok(Err(stays(&r, reasons.concat(), &remedies.concat())))
        }
        Err(other) => Err(other),
    }
}

/// Why this year can't be opened on this day.
fn untimely(store: &Store, year: i16, today: Date) -> Result<Vec<Refusal>, Failure> {
    let mut refusals = Vec::new();
    if let Some((last, day)) = store.last_school_year()? {
        if year <= last {
            let reason = format!("{year} 学年已经开始（{last} 学年于 {day} 结转）。");
            refusals.push(Refusal::new(reason, "不要再办；结转有误的用 xueji batch undo 撤销那一批。"));
        } else if year > last + 1 {
            let reason = format!("上一次结转到 {last} 学年，不能跳过 {} 学年。", last + 1);
            refusals
                .push(Refusal::new(reason, format!("请先办 xueji rollover --school-year {}。", last + 1)));
        }
    }
    // Between the end of lessons and the end of the new year's first term.
    let (first, end) = (date(year, 6, 1), date(year + 1, 1, 31));
    if today < first || today > end {
        let now = school_year(today);
        let reason = format!("{today} 在 {now}—{} 学年，不是结转到 {year} 学年的时候。", now + 1);
        refusals.push(Refusal::new(
            reason,
            format!("请在 {first} 至 {end} 办理，补办的用 --today 写明业务日期。"),
        ));
    }
    Ok(refusals)
}

/// Everything that has to be ended before the year is.
fn still_open(store: &Store) -> Result<Vec<Refusal>, Failure> {
    let mut refusals = Vec::new();
    for a in store.applications(&Asked::Open)? {
        let turn = a.turn().map_or("申请方", |s| s.party.label());
        let command =
            if a.spec.route == crate::model::change::step::Route::Transfer { "transfer" } else { "change" };
        let reason = format!("{}申请 {} 还没有办完，轮到{turn}。", a.spec.name, a.id);
        let remedy = format!("请办结、驳回或撤销它：xueji {command} show {}。", a.id);
        refusals.push(Refusal::new(reason, remedy));
    }
    store.each_registration(&Which::All, &mut |r| {
        if r.flags.contains(&Flag::Disputed) && r.status != crate::model::status::Status::Removed {
            let reason =
                format!("学校 {} 班号 {} 的学生 {} 是问题学籍，没有处理完。", r.school, r.class_number, r.id);
            refusals.push(Refusal::new(reason, "请先用 xueji dispute 处理。"));
        }
    })?;
    Ok(refusals)
}

impl Rollover {
    /// How many pupils graduate.
    pub fn graduated(&self) -> usize {
        self.graduates.len()
    }
}

/// Graduates those who were planned and opens the year, in one batch.
pub fn apply(
    store: &mut Store,
    session: &Session,
    planned: &Rollover,
    progress: &mut dyn FnMut(u64),
) -> Result<i64, Failure> {
    let directory = store.directory()?;
    let mut writing = store.write(&session.act, Some(planned.tail))?;
    let batch = writing.open_batch("rollover", &format!("结转到 {} 学年", planned.year), None)?;
    for (counter, plan) in (0u32..).zip(&planned.graduates) {
        let application: Application = new_application(session, plan, counter);
        let scene = write::Scene { directory: &directory, session, counter };
        writing.append(&entry(&writing, &scene, &application, plan.registration.as_ref())?)?;
        progress(u64::from(counter));
    }
    let row = vec![
        Value::Int(i64::from(planned.year)),
        Value::Text(session.act.today.to_string()),
        Value::Text(session.act.actor.clone()),
        Value::Int(planned.graduates.len() as i64),
    ];
    writing.append(&Draft {
        change: "school_year_opened",
        writes: vec![Write::Insert { table: &SCHOOL_YEAR, row }],
        ..Draft::default()
    })?;
    writing.close_batch(&format!(r#"{{"graduated":{}}}"#, planned.graduates.len()))?;
    writing.commit()?;
    Ok(batch)
}
