//! 学籍变动: an application is planned with every reason against it, opened, decided step by step, and takes effect.

pub mod bulk;
pub mod clock;
pub mod decide;
pub mod facts;
pub mod revise;
pub mod rollover;
pub mod transfer_in;
pub mod write;

use jiff::civil::Date;

use crate::code;
use crate::model::application::{Application, Phase};
use crate::model::change::case::{Case, Open};
use crate::model::change::guard::{self, Bar};
use crate::model::change::input::{Input, Told};
use crate::model::change::step::{Planned as Step, Sides};
use crate::model::change::{By, Spec};
use crate::model::evidence::Subject;
use crate::model::field::Field;
use crate::model::id::{ApplicationId, StudentId};
use crate::model::journal::{Draft, Tail, Value, Write};
use crate::model::record_table::APPLICATION;
use crate::model::registration::Registration;
use crate::model::school::Directory;
use crate::province::Pack;
use crate::store::Store;
use crate::store::application::Asked;
use crate::store::error::StoreError;
use crate::store::journal::Writing;
use crate::store::lookup::Which;

use super::evidence::{self, Paper};
use super::failure::{Failure, Refusal};
use super::session::Session;
use facts::Census;

/// Before the name of a guard that a text closes.
pub const EXPLAINED: &str = "explained.";

/// A change somebody asks for.
#[derive(Clone, Debug)]
pub struct Asking<'a> {
    pub spec: &'static Spec,
    /// None for a pupil whose registration is in another registry.
    pub student: Option<StudentId>,
    pub told: Told,
    /// The county's own rules.
    pub rules: Option<&'a Pack>,
}

/// What asking would do.
pub struct Plan {
    pub spec: &'static Spec,
    pub registration: Option<Registration>,
    pub told: Told,
    pub steps: Vec<Step>,
    /// What stood in the way and was explained.
    pub explained: Vec<Bar>,
    tail: Tail,
}

/// What came of an application or a decision.
pub struct Outcome {
    pub batch: i64,
    pub application: Application,
}

/// What a case is judged by.
pub struct Ground<'a> {
    pub store: &'a Store,
    pub directory: &'a Directory,
    pub rules: Option<&'a Pack>,
    pub today: Date,
    /// What was counted and looked up already.
    pub census: Census,
}

impl<'a> Ground<'a> {
    /// The ground of a day, nothing counted yet.
    pub fn new(
        store: &'a Store,
        directory: &'a Directory,
        rules: Option<&'a Pack>,
        today: Date,
    ) -> Ground<'a> {
        Ground { store, directory, rules, today, census: Census::default() }
    }
}

/// The registration of a pupil; refused where there is none.
pub fn registration(store: &Store, id: StudentId) -> Result<Registration, Failure> {
    let found = store.registrations(&Which::Id(id))?.pop();
    found.ok_or_else(|| {
        Refusal::new(format!("没有学生 {id}。"), "请用 xueji student find 查到内部编号。").into()
    })
}

/// Plans an application: every reason against it at once, or what it would do.
pub fn plan(store: &Store, asking: &Asking, today: Date) -> Result<Plan, Failure> {
    let tail = store.tail()?;
    let directory = store.directory()?;
    let ground = Ground::new(store, &directory, asking.rules, today);
    let registration = asking.student.map(|id| registration(store, id)).transpose()?;
    weigh(&ground, asking, registration, tail)
}

/// What asking for a change of this registration would do.
fn weigh(
    ground: &Ground,
    asking: &Asking,
    registration: Option<Registration>,
    tail: Tail,
) -> Result<Plan, Failure> {
    let mut told = asking.told.clone();
    if told.get(Input::On).is_empty() && asking.spec.need(Input::On).is_some() {
        told.put(Input::On.key(), &ground.today.to_string());
    }
    let (bars, mut refusals) = judge(ground, asking.spec, registration.as_ref(), &told, None)?;
    let (explained, open): (Vec<Bar>, Vec<Bar>) = bars.into_iter().partition(|b| is_explained(b, &told));
    refusals.splice(0..0, open.iter().map(refusal));
    refusals.extend(unused(&told, &explained, &open));
    if !refusals.is_empty() {
        return Err(Failure::Refused(refusals));
    }
    let steps = steps(ground, asking.spec, registration.as_ref(), &told);
    Ok(Plan { spec: asking.spec, registration, told, steps, explained, tail })
}

/// Everything against a case: the guards' words, and what checks and duplicate rules say of a changed record.
pub fn judge(
    ground: &Ground,
    spec: &'static Spec,
    registration: Option<&Registration>,
    told: &Told,
    itself: Option<&ApplicationId>,
) -> Result<(Vec<Bar>, Vec<Refusal>), Failure> {
    let mut open = Vec::new();
    if let Some(r) = registration {
        let all = ground.store.applications(&Asked::OpenOf(r.id))?;
        let others = all.into_iter().filter(|a| Some(&a.id) != itself);
        open.extend(others.map(|a| Open { id: a.id.to_string(), kind: a.spec.kind }));
    }
    let division = division(ground.directory, registration, told);
    let terms = ground.census.terms(ground, &division);
    let mut case = Case {
        spec,
        registration,
        told,
        today: ground.today,
        directory: ground.directory,
        open: &open,
        terms: &terms,
        counts: &Default::default(),
    };
    let counts = facts::counts(ground, &case)?;
    case.counts = &counts;
    let mut bars = guard::bars(&case);
    // A command's own business is refused before anything else is asked of it.
    if !matches!(spec.by, By::Application) || !told.has(Input::Set) {
        return Ok((bars, Vec::new()));
    }
    let (checked, refusals) = revise::against(ground, registration, told)?;
    bars.extend(checked);
    Ok((bars, refusals))
}

/// What stands in the way of what is asked and may be closed with a text, whether it is closed already or not.
pub fn explainable(store: &Store, asking: &Asking, today: Date) -> Result<Vec<Bar>, Failure> {
    let directory = store.directory()?;
    let ground = Ground::new(store, &directory, asking.rules, today);
    let registration = asking.student.map(|id| registration(store, id)).transpose()?;
    let (mut bars, _) = judge(&ground, asking.spec, registration.as_ref(), &asking.told, None)?;
    bars.retain(|b| b.said.may_be_explained);
    Ok(bars)
}

/// Whose province's rules hold: the receiving school's, else the pupil's.
fn division(directory: &Directory, registration: Option<&Registration>, told: &Told) -> String {
    let code = match (told.get(Input::ToSchool), registration) {
        ("", Some(r)) => r.school.as_str(),
        (code, _) => code,
    };
    directory.school(code).map_or_else(String::new, |s| s.division.clone())
}

/// Whether a text closes what a guard says, and may.
pub fn is_explained(bar: &Bar, told: &Told) -> bool {
    bar.said.may_be_explained && !told.other(&format!("{EXPLAINED}{}", bar.guard.name)).is_empty()
}

/// A guard's words as a reason for a refusal.
pub fn refusal(bar: &Bar) -> Refusal {
    let name = bar.guard.name;
    let remedy = match bar.said.may_be_explained {
        true => format!("{}核实无误的请加 --explain {name}=说明。", bar.guard.remedy),
        false => bar.guard.remedy.to_owned(),
    };
    let reason = format!("{}（{name}）{}", bar.guard.title, bar.said.message);
    Refusal { guard: name, ..Refusal::new(reason, remedy) }
}

/// Texts that close nothing: a name mistyped, or a reason that no text helps against.
fn unused(told: &Told, explained: &[Bar], open: &[Bar]) -> Vec<Refusal> {
    let given = told.iter().filter_map(|(k, _)| k.strip_prefix(EXPLAINED));
    let idle = given.filter(|name| !explained.iter().any(|b| b.guard.name == *name));
    idle.map(|name| match open.iter().find(|b| b.guard.name == name) {
        Some(bar) => Refusal::new(format!("{name} 不能用说明放行。"), bar.guard.remedy),
        None => Refusal::new(
            format!("--explain 的 {name} 在这里没有问题要说明。"),
            "请去掉它，或核对名称（xueji explain guards）。",
        ),
    })
    .collect()
}

/// Whom the application asks, in order.
fn steps(
    ground: &Ground,
    spec: &'static Spec,
    registration: Option<&Registration>,
    told: &Told,
) -> Vec<Step> {
    let directory = ground.directory;
    let own = registration.and_then(|r| directory.school(r.school.as_str()));
    let own = own.map_or(("", ""), |s| (s.code.as_str(), s.authority.as_str()));
    let other = (told.get(Input::OtherSchool), told.get(Input::OtherAuthority));
    let target = directory.school(told.get(Input::ToSchool));
    let target = target.map(|s| (s.code.as_str(), s.authority.as_str()));
    let (from, to) = match spec.kind {
        "transfer_out" => (own, other),
        "transfer_in" => (other, target.unwrap_or_default()),
        _ => (own, target.unwrap_or(own)),
    };
    let province = |code: &str| code.get(2..4).unwrap_or_default().to_owned();
    let sides = Sides {
        school: from.0,
        authority: from.1,
        to_school: to.0,
        to_authority: to.1,
        across_provinces: province(from.0) != province(to.0),
    };
    let chain = facts::chain(ground.rules, &division(directory, registration, told), ground.today);
    spec.route.steps(&sides, &chain)
}

/// Opens the application, or, where nobody need be asked, makes the change. The papers are in the application's own
/// entry: undone with it.
pub fn submit(
    store: &mut Store,
    session: &Session,
    plan: &Plan,
    papers: &[Paper],
) -> Result<Outcome, Failure> {
    enter(store, session, plan, papers, new_application(session, plan, 0))
}

/// Opens an application that somebody of another registry asked for, under the name it has there.
pub fn submit_for(
    store: &mut Store,
    session: &Session,
    plan: &Plan,
    (id, by): (ApplicationId, &str),
) -> Result<Outcome, Failure> {
    let application = Application { id, opened_by: by.to_owned(), ..new_application(session, plan, 0) };
    enter(store, session, plan, &[], application)
}

fn enter(
    store: &mut Store,
    session: &Session,
    plan: &Plan,
    papers: &[Paper],
    application: Application,
) -> Result<Outcome, Failure> {
    let directory = store.directory()?;
    let mut writing = store.write(&session.act, Some(plan.tail))?;
    let title = format!("{}申请 {}", plan.spec.name, application.id);
    let batch = writing.open_batch("change", &title, None)?;
    let scene = write::Scene { directory: &directory, session, counter: 0 };
    let mut draft = entry(&writing, &scene, &application, plan.registration.as_ref())?;
    let subject = Subject::Application(application.id.to_string());
    draft.writes.extend(evidence::writes(&mut writing, &subject, papers)?);
    writing.append(&draft)?;
    writing.close_batch(&format!(r#"{{"{}":1}}"#, plan.spec.kind))?;
    writing.commit()?;
    Ok(Outcome { batch, application })
}

/// The entry of a new application, with what it makes of the registration where nobody need be asked.
fn entry(
    writing: &Writing,
    scene: &write::Scene,
    application: &Application,
    registration: Option<&Registration>,
) -> Result<Draft, Failure> {
    let opened = write::opened(application);
    if application.phase.is_open() {
        return Ok(opened);
    }
    Ok(write::together(opened, write::taking_effect(writing, scene, application, registration)?))
}

/// The name that the `counter`th application of this run, for this pupil, will have: a wizard writes it into its draft
/// before anything is done, and knows it again.
pub fn application_name(session: &Session, student: Option<StudentId>, counter: u32) -> ApplicationId {
    let whose = student.map_or_else(String::new, |id| id.to_string());
    ApplicationId::new(&session.five(&format!("application {whose}"), u64::from(counter)))
}

/// The pupil's registration as it was when the application was opened, or sent again; `None` for one who was not here.
pub fn stood(store: &Store, a: &Application) -> Result<Option<Registration>, StoreError> {
    let Some(student) = a.student else { return Ok(None) };
    let (key, open) = ([Value::Text(a.id.as_str().to_owned())], Value::Text(Phase::Open.key().to_owned()));
    let asked = store.entry_that(&[student], &|write| match write {
        Write::Insert { table, row } => table.name == APPLICATION.name && row[..1] == key,
        Write::Update { table, key: of, set } => {
            table.name == APPLICATION.name && *of == key && set.iter().any(|(_, _, to)| *to == open)
        }
        Write::Delete { .. } => false,
    })?;
    asked.map_or(Ok(None), |seq| store.registration_at(student, seq - 1))
}

/// The `counter`th application of this run.
fn new_application(session: &Session, plan: &Plan, counter: u32) -> Application {
    let act = &session.act;
    let student = plan.registration.as_ref().map(|r| r.id);
    Application::open(
        application_name(session, student, counter),
        plan.spec,
        student,
        plan.told.clone(),
        plan.steps.clone(),
        (&act.actor, act.today),
    )
}

/// A code of 学籍异动原因, from its code or its label; a text that is neither stays what it is, to be refused by name.
pub fn reason_code(text: &str) -> String {
    let found = code::table("change_reason").and_then(|t| t.resolve(text.trim()));
    found.map_or_else(|| text.trim().to_owned(), |e| e.code.to_owned())
}

/// A field of `--set` by its key or its heading.
pub fn field(name: &str) -> Option<Field> {
    Field::from_key(name)
        .or_else(|| crate::model::field::FIELDS.iter().find(|s| s.heading == name).map(|s| s.field))
}
