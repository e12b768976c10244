//! Deciding: a party consents, returns, rejects; those who asked retract or send again; the last step takes effect.

use crate::model::application::{Application, Deciding};
use crate::model::change::guard::Bar;
use crate::model::change::input::Told;
use crate::model::change::step::{Act, Party};
use crate::model::evidence::Subject;
use crate::model::id::ApplicationId;
use crate::model::refused::Refused;
use crate::model::registration::Registration;
use crate::province::Pack;
use crate::store::Store;
use crate::store::application::Asked;
use crate::store::journal::Writing;

use super::super::evidence::{self, Paper};
use super::super::failure::{Failure, Refusal};
use super::super::session::Session;
use super::{Ground, Outcome, is_explained, judge, refusal, registration, write};

/// What a clerk says of an application.
#[derive(Clone, Copy, Debug)]
pub struct Said<'a> {
    pub act: Act,
    pub party: Option<Party>,
    pub reason: &'a str,
}

/// The application of this name; refused where there is none.
pub fn application(store: &Store, text: &str) -> Result<Application, Failure> {
    let id = ApplicationId::parse(text);
    let found = match &id {
        Some(id) => store.applications(&Asked::One(id))?.pop(),
        None => None,
    };
    let remedy = "请用 xueji change list --all 或 xueji transfer list --all 查看编号。";
    found.ok_or_else(|| Refusal::new(format!("没有编号为 {text} 的申请。"), remedy).into())
}

/// Why a decision can't be made, for people.
pub fn refusals(refused: &[Refused]) -> Vec<Refusal> {
    let each = refused.iter().map(Refused::told).map(|(reason, remedy)| Refusal::new(reason, remedy));
    each.collect()
}

fn refused(refused: &[Refused]) -> Failure {
    Failure::Refused(refusals(refused))
}

/// Whether a decision was the last consent.
pub fn takes_effect(act: Act, after: &Application) -> bool {
    matches!(act, Act::Consent | Act::Collect) && !after.phase.is_open()
}

/// Decides. With the last consent the change takes effect, in one entry with the decision.
pub fn decide(
    store: &mut Store,
    session: &Session,
    text: &str,
    said: Said,
    rules: Option<&Pack>,
) -> Result<Outcome, Failure> {
    let tail = store.tail()?;
    let before = application(store, text)?;
    let act = &session.act;
    let deciding =
        Deciding { act: said.act, party: said.party, reason: said.reason, actor: &act.actor, on: act.today };
    let mut after = before.decide(&deciding).map_err(|r| refused(&r))?;
    let takes_effect = takes_effect(said.act, &after);
    let directory = store.directory()?;
    let current = after.student.map(|id| registration(store, id)).transpose()?;
    if takes_effect {
        let ground = Ground::new(store, &directory, rules, act.today);
        still_stands(&ground, &after, current.as_ref())?;
    }
    let mut writing = store.write(act, Some(tail))?;
    let title = format!("{}申请 {}：{}", after.spec.name, after.id, said.act.label());
    let batch = writing.open_batch("change", &title, None)?;
    if takes_effect {
        let scene = write::Scene { directory: &directory, session, counter: 0 };
        after = effect(&mut writing, &scene, (&before, after), current.as_ref(), said.reason)?;
    } else {
        writing.append(&write::moved(&before, &after, said.reason))?;
    }
    writing.close_batch(&format!(r#"{{"{}":1}}"#, said.act.key()))?;
    writing.commit()?;
    Ok(Outcome { batch, application: after })
}

/// Writes the last decision with what it makes of the registration; the application as it became.
pub fn effect(
    writing: &mut Writing,
    scene: &write::Scene,
    (before, mut after): (&Application, Application),
    current: Option<&Registration>,
    reason: &str,
) -> Result<Application, Failure> {
    let made = write::taking_effect(writing, scene, &after, current)?;
    after.student = made.student;
    let draft = write::together(write::moved(before, &after, reason), made);
    if before.student.is_none()
        && let Some(number) = after.number()
    {
        writing.take_number(&number)?;
    }
    writing.append(&effect_first(draft))?;
    Ok(after)
}

/// The row of a pupil who is new here is written before the application names it.
fn effect_first(mut draft: crate::model::journal::Draft) -> crate::model::journal::Draft {
    draft.writes.sort_by_key(|w| match w {
        crate::model::journal::Write::Insert { table, .. } if table.name == "student" => 0,
        crate::model::journal::Write::Insert { table, .. } if table.name == "change" => 2,
        _ => 1,
    });
    draft
}

/// What was right when it was asked must be right when it takes effect.
pub fn still_stands(
    ground: &Ground,
    application: &Application,
    current: Option<&Registration>,
) -> Result<(), Failure> {
    let (bars, mut refusals) =
        judge(ground, application.spec, current, &application.told, Some(&application.id))?;
    // The window is for asking; a school that asked in time is not late because others took theirs.
    let open = |b: &&Bar| !is_explained(b, &application.told) && b.guard.name != "outside-transfer-window";
    refusals.splice(0..0, bars.iter().filter(open).map(refusal));
    if refusals.is_empty() { Ok(()) } else { Err(Failure::Refused(refusals)) }
}

/// Sends an application again that was returned, with what was told anew and further papers, in one entry.
pub fn resubmit(
    store: &mut Store,
    session: &Session,
    text: &str,
    (anew, papers): (&Told, &[Paper]),
    rules: Option<&Pack>,
) -> Result<Outcome, Failure> {
    let tail = store.tail()?;
    let before = application(store, text)?;
    let mut told = before.told.clone();
    anew.iter().for_each(|(key, value)| told.put(key, value));
    let current = before.student.map(|id| registration(store, id)).transpose()?;
    let after = before.resubmit(told, session.act.today).map_err(|r| refused(&r))?;
    let directory = store.directory()?;
    let ground = Ground::new(store, &directory, rules, session.act.today);
    still_stands(&ground, &after, current.as_ref())?;
    let subject = Subject::Application(after.id.to_string());
    evidence::not_twice(store, &subject, papers)?;
    let mut writing = store.write(&session.act, Some(tail))?;
    let batch =
        writing.open_batch("change", &format!("{}申请 {}：再次送出", after.spec.name, after.id), None)?;
    let mut draft = write::moved(&before, &after, "");
    draft.writes.extend(evidence::writes(&mut writing, &subject, papers)?);
    writing.append(&draft)?;
    writing.close_batch(r#"{"resubmitted":1}"#)?;
    writing.commit()?;
    Ok(Outcome { batch, application: after })
}
