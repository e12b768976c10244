//! 控辍保学: pupils put on the list, what is done for each, and 销号 when the registration bears the reason out.

use jiff::ToSpan;
use jiff::civil::Date;

use crate::model::evidence::Subject;
use crate::model::flag::Flag;
use crate::model::id::StudentId;
use crate::model::journal::{Draft, Value, Write};
use crate::model::record_table::{WATCH, WATCH_STEP};
use crate::model::registration::Registration;
use crate::model::school::{Directory, Stage};
use crate::model::status::Status;
use crate::model::watch::closing::Closing;
use crate::model::watch::{ENDED_FROM, Ended, Source, Step, StepSpec, Watch};
use crate::province::Pack;
use crate::store::Store;
use crate::store::application::Made;
use crate::store::lookup::Which;

use super::change::facts;
use super::evidence::{self, Paper};
use super::failure::{Failure, Refusal};
use super::session::Session;

/// A watch with its pupil as the registry has it now, and its steps.
pub struct Shown {
    pub watch: Watch,
    pub registration: Registration,
    pub steps: Vec<Step>,
}

impl Shown {
    /// Whether somebody still has to bring the pupil back.
    pub fn is_open(&self) -> bool {
        self.watch.ended.is_none()
    }

    /// The last step of a kind.
    pub fn last(&self, spec: &StepSpec) -> Option<&Step> {
        self.steps.iter().rfind(|s| s.spec == spec)
    }
}

/// Every watch, the oldest first.
pub fn list(store: &Store) -> Result<Vec<Shown>, Failure> {
    let mut all = Vec::new();
    for watch in store.watches()? {
        let found = store.registrations(&Which::Id(watch.student))?.pop();
        let steps = store.watch_steps(&watch.id)?;
        all.extend(found.map(|registration| Shown { watch, registration, steps }));
    }
    Ok(all)
}

/// The watch of this name.
pub fn get(store: &Store, id: &str) -> Result<Shown, Failure> {
    let id = id.trim().to_ascii_uppercase();
    list(store)?.into_iter().find(|s| s.watch.id == id).ok_or_else(|| {
        let reason = format!("台账中没有编号 {id}。");
        Refusal::new(reason, "请用 xueji dropout list --all 查看编号。").into()
    })
}

/// The stage a registration is in.
fn stage(directory: &Directory, r: &Registration) -> Option<Stage> {
    directory.class(r.school.as_str(), &r.class_number).map(|c| c.stage)
}

/// A pupil who is to go on the list.
pub struct Wanted {
    pub registration: Registration,
    pub source: Source,
    pub reason: String,
}

/// By what the registration itself says that the pupil is missed; none where it says nothing.
fn found(r: &Registration) -> Option<Source> {
    match r.status {
        Status::DroppedOut => Some(Source::Change),
        _ if r.flags.contains(&Flag::NotAttending) => Some(Source::Review),
        _ => None,
    }
}

/// Everybody who has dropped out or is found absent and is not on the list: the compulsory years only.
pub fn missing(store: &Store) -> Result<Vec<Wanted>, Failure> {
    let directory = store.directory()?;
    let open: Vec<StudentId> =
        store.watches()?.into_iter().filter(|w| w.ended.is_none()).map(|w| w.student).collect();
    let mut wanted = Vec::new();
    store.each_registration(&Which::Present, &mut |r| {
        let Some(source) = found(&r) else { return };
        if !open.contains(&r.id) && stage(&directory, &r) != Some(Stage::Senior) {
            wanted.push(Wanted { registration: r, source, reason: source.label().to_owned() });
        }
    })?;
    for w in wanted.iter_mut().filter(|w| w.source == Source::Change) {
        // The ledger says why, and not only that the registration changed.
        let changes = store.changes_of(w.registration.id)?;
        let why = changes.iter().rev().find(|m| m.status == Status::DroppedOut).map(Made::why);
        w.reason = why.filter(|why| !why.is_empty()).unwrap_or_else(|| w.reason.clone());
    }
    Ok(wanted)
}

/// One pupil whom somebody reports; refused with every reason.
pub fn told(store: &Store, student: StudentId, reason: &str) -> Result<Wanted, Failure> {
    let Some(r) = store.registrations(&Which::Id(student))?.pop() else {
        let refusal = Refusal::new("没有找到这名学生。", "请用 xueji student find 查到内部编号。");
        return Err(refusal.into());
    };
    let mut refusals = Vec::new();
    if let Some(w) = store.watches()?.iter().find(|w| w.student == student && w.ended.is_none()) {
        let remedy = format!("请在原来的一件里记录：xueji dropout record {}", w.id);
        refusals.push(Refusal::new(format!("该生已在台账中：{}。", w.id), remedy));
    }
    if !r.status.holds_place() {
        let reason = format!("学籍状态是{}，不在劝返之列。", r.status.label());
        refusals.push(Refusal::new(reason, "请核对是不是这名学生。"));
    }
    if stage(&store.directory()?, &r) == Some(Stage::Senior) {
        let remedy = "高中按休学、退学等规定办理（xueji explain changes）。";
        refusals.push(Refusal::new("控辍保学限义务教育阶段，该生在高中。", remedy));
    }
    if !refusals.is_empty() {
        return Err(Failure::Refused(refusals));
    }
    let source = found(&r).unwrap_or(Source::Told);
    Ok(Wanted { registration: r, source, reason: reason.to_owned() })
}

/// Puts pupils on the list; the batch and the names.
pub fn open(
    store: &mut Store,
    session: &Session,
    wanted: &[Wanted],
) -> Result<Option<(i64, Vec<Watch>)>, Failure> {
    if wanted.is_empty() {
        return Ok(None);
    }
    let mut writing = store.write(&session.act, None)?;
    let title = format!("控辍保学台账：登入 {} 人", wanted.len());
    let batch = writing.open_batch("dropout", &title, None)?;
    let mut made = Vec::new();
    for (counter, w) in (0..).zip(wanted) {
        let watch = Watch {
            id: session.short_name("watch", counter),
            student: w.registration.id,
            school: w.registration.school.to_string(),
            source: w.source,
            reason: w.reason.clone(),
            opened_on: session.act.today.to_string(),
            opened_by: session.act.actor.clone(),
            ended: None,
        };
        writing.append(&Draft {
            change: "watch_opened",
            student: Some(watch.student),
            text: watch.reason.clone(),
            writes: vec![Write::Insert { table: &WATCH, row: watch.row() }],
            ..Draft::default()
        })?;
        made.push(watch);
    }
    writing.close_batch(&format!(r#"{{"opened":{}}}"#, made.len()))?;
    writing.commit()?;
    Ok(Some((batch, made)))
}

/// A step to be written down.
pub struct Taken {
    pub spec: &'static StepSpec,
    pub day: Date,
    pub who: String,
    pub result: String,
    /// The day by which the pupil has to be back, where it was told.
    pub until: Option<Date>,
    pub papers: Vec<Paper>,
}

/// The day by which the pupil has to be back after a step: as told, else by the rules.
fn until(taken: &Taken, division: &str, rules: Option<&Pack>) -> Option<Date> {
    let days = || taken.spec.limit.and_then(|name| facts::count(rules, division, taken.day, name));
    taken.until.or_else(|| taken.day.checked_add(i64::from(days()?.value).days()).ok())
}

/// Writes a step down; the batch, and the day it sets.
pub fn record(
    store: &mut Store,
    session: &Session,
    id: &str,
    taken: &Taken,
    rules: Option<&Pack>,
) -> Result<(i64, Step), Failure> {
    let tail = store.tail()?;
    let shown = get(store, id)?;
    let mut refusals = Vec::new();
    if let Some(ended) = &shown.watch.ended {
        let reason = format!("{} 已于 {} 销号（{}）。", shown.watch.id, ended.on, ended.closing.label);
        refusals.push(Refusal::new(reason, "又不到校的请重新登入（xueji dropout open）。"));
    }
    if taken.day > session.act.today {
        refusals.push(Refusal::new("日期在今天以后。", "请写实际办理的日期；还没有做的不要登记。"));
    }
    if taken.until.is_some_and(|until| until < taken.day) {
        refusals.push(Refusal::new("期满日早于办理日期。", "请核对 --until 和 --on。"));
    }
    if taken.until.is_some() && taken.spec.limit.is_none() {
        let reason = format!("{}没有期满日。", taken.spec.name);
        refusals.push(Refusal::new(reason, "只有劝返函写 --until。"));
    }
    if !refusals.is_empty() {
        return Err(Failure::Refused(refusals));
    }
    let directory = store.directory()?;
    let division = directory.school(&shown.watch.school).map_or("", |s| s.division.as_str());
    let until = until(taken, division, rules);
    let mut writing = store.write(&session.act, Some(tail))?;
    let title = format!("控辍保学：{} {}", taken.spec.name, shown.watch.id);
    let batch = writing.open_batch("dropout", &title, None)?;
    let ordinal = writing.next_ordinal(&WATCH_STEP, &Value::Text(shown.watch.id.clone()))?;
    let step = Step {
        watch: shown.watch.id.clone(),
        ordinal,
        spec: taken.spec,
        day: taken.day.to_string(),
        who: taken.who.clone(),
        result: taken.result.clone(),
        until: until.map(|day| day.to_string()),
        recorded_on: session.act.today.to_string(),
        recorded_by: session.act.actor.clone(),
    };
    let mut writes = vec![Write::Insert { table: &WATCH_STEP, row: step.row() }];
    let subject = Subject::Watch(shown.watch.id.clone(), ordinal);
    writes.extend(evidence::writes(&mut writing, &subject, &taken.papers)?);
    writing.append(&Draft {
        change: "watch_step",
        student: Some(shown.watch.student),
        text: taken.result.clone(),
        writes,
        ..Draft::default()
    })?;
    writing.close_batch(r#"{"steps":1}"#)?;
    writing.commit()?;
    Ok((batch, step))
}

/// 销号; refused where the registration does not bear the reason out.
pub fn close(
    store: &mut Store,
    session: &Session,
    id: &str,
    closing: &'static Closing,
    text: &str,
) -> Result<i64, Failure> {
    let tail = store.tail()?;
    let Shown { watch, registration: r, .. } = get(store, id)?;
    if let Some(ended) = &watch.ended {
        let reason = format!("{} 已于 {} 销号（{}）。", watch.id, ended.on, ended.closing.label);
        return Err(Refusal::new(reason, "销错了的，请用 xueji batch undo 撤销那一批。").into());
    }
    if !closing.is_borne_out(r.status, &r.flags) {
        let reason = format!("学籍现在是“{}”，不能以“{}”销号。", r.standing(), closing.label);
        return Err(Refusal::new(reason, closing.remedy).into());
    }
    let (by, on) = (session.act.actor.clone(), session.act.today.to_string());
    let ended = Ended { closing, text: text.to_owned(), by, on };
    let set = (ENDED_FROM..).zip(ended.values()).map(|(i, value)| (i, Value::Null, value));
    let writes =
        vec![Write::Update { table: &WATCH, key: vec![Value::Text(watch.id.clone())], set: set.collect() }];
    let mut writing = store.write(&session.act, Some(tail))?;
    let batch = writing.open_batch("dropout", &format!("控辍保学销号：{}", watch.id), None)?;
    writing.append(&Draft {
        change: "watch_closed",
        student: Some(watch.student),
        text: format!("{}：{text}", closing.label),
        writes,
        ..Draft::default()
    })?;
    writing.close_batch(r#"{"closed":1}"#)?;
    writing.commit()?;
    Ok(batch)
}

/// Whether the pupil's household is registered in another county than the school's (随迁).
pub fn is_migrant(directory: &Directory, shown: &Shown) -> bool {
    let hukou = shown.registration.record.get(crate::model::field::Field::HukouDivision);
    let school = directory.school(&shown.watch.school).map_or("", |s| s.division.as_str());
    hukou.get(..6).zip(school.get(..6)).is_some_and(|(home, here)| home != here)
}
