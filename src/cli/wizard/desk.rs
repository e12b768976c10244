//! Applications that wait, before a new one is begun: looked at, consented to, sent back, collected, at one desk.

use crate::app::change::clock;
use crate::app::change::decide::{self, Said};
use crate::app::failure::Failure;
use crate::app::loaded;
use crate::model::application::{Application, Phase};
use crate::model::change::step::{Act, Party};
use crate::model::field::Field;
use crate::output::{Privacy, mask};
use crate::store::Store;
use crate::store::application::Asked;
use crate::store::lookup::Which as Wanted;

use super::super::Outcome;
use super::super::change::is_transfer;
use super::super::failure::CliError;
use super::super::global::{Concerned, Global};
use super::super::{change_form, change_list};
use super::question::{Choice, Question, choice};
use super::say_refusals;
use super::scene::Which;
use super::talk::{self, Heard};

const NEW: &str = "new";
const END: &str = "end";
const LOOK: &str = "look";

/// Offers what waits; `None` where a new application is to be begun.
pub fn sit(which: Which, global: &Global) -> Result<Option<Outcome>, CliError> {
    let mut acted = false;
    loop {
        let store = global.store()?;
        let mut waiting = store.applications(&Asked::Open)?;
        waiting.retain(|a| is_transfer(a.spec) == (which == Which::Transfer));
        if waiting.is_empty() {
            return Ok(acted.then_some(Outcome::Clean));
        }
        let mut choices = vec![choice(NEW, "新办一件")];
        for a in &waiting {
            choices.push(line(&store, a, global)?);
        }
        choices.push(choice(END, "不办了"));
        let title = format!("在办的有 {} 件，办什么", waiting.len());
        let Heard::Answer(answer) = talk::put(&Question::choose(title, choices), "", false)? else {
            return Ok(Some(Outcome::Clean));
        };
        match waiting.into_iter().find(|a| a.id.to_string() == answer) {
            Some(a) => acted |= handle(a, global)?,
            None if answer == NEW => return Ok(None),
            None => return Ok(Some(Outcome::Clean)),
        }
    }
}

/// An application among others: whose it is, whose turn it is, how long there is.
fn line(store: &Store, a: &Application, global: &Global) -> Result<Choice, CliError> {
    let directory = store.directory()?;
    let rules = loaded::rules(store)?;
    let by = change_list::clockwork(store, &directory, rules.as_ref(), global)?;
    let pupil = match a.student {
        Some(id) => store.registrations(&Wanted::Id(id))?.pop(),
        None => None,
    };
    let name = pupil.map_or_else(String::new, |r| mask::name(r.record.get(Field::PupilName)));
    let turn = match (a.phase, a.turn()) {
        (Phase::Open, Some(s)) => {
            let office = change_list::office(&directory, &s.office);
            let asked = if a.awaits_collection() { "等学生报到后调档" } else { "等意见" };
            format!("轮到{}（{office}）{asked}　{}", s.party.label(), clock::due(a, &by).left())
        }
        _ => a.phase.label().to_owned(),
    };
    Ok(choice(a.id.to_string(), format!("{}　{}　{name}　{turn}", a.id, a.spec.name)))
}

/// One application until somebody has decided it or leaves it; whether it was decided.
fn handle(a: Application, global: &Global) -> Result<bool, CliError> {
    change_list::show_as(&global.store()?, &a, Privacy::Masked, global)?;
    loop {
        let title = format!("{}申请 {}：怎样办", a.spec.name, a.id);
        let Heard::Answer(answer) = talk::put(&Question::choose(title, acts(&a)), "", true)? else {
            return Ok(false);
        };
        if answer == LOOK {
            look(&a, global)?;
            continue;
        }
        let Some(act) = Act::from_key(&answer) else { return Ok(false) };
        if decided(&a, act, global)? {
            return Ok(true);
        }
    }
}

/// What may be done with it now.
fn acts(a: &Application) -> Vec<Choice> {
    let mut acts = Vec::new();
    let turn = a.turn().filter(|_| a.phase == Phase::Open).map_or("", |s| s.party.label());
    if a.phase == Phase::Open && a.awaits_collection() {
        acts.push(choice(Act::Collect.key(), "调档：学生已经报到，学籍随人转入"));
    } else if a.phase == Phase::Open {
        acts.push(choice(Act::Consent.key(), format!("同意（替{turn}）")));
        acts.push(choice(Act::Return.key(), format!("退回补正（替{turn}），写明理由")));
        acts.push(choice(Act::Reject.key(), format!("驳回（替{turn}），写明理由")));
    }
    if a.told.fields().next().is_some() {
        acts.push(choice(LOOK, "看更改的内容，不遮盖（写明用途，写入流水）"));
    }
    acts.push(choice(Act::Retract.key(), "撤销（申请的一方）"));
    acts
}

fn look(a: &Application, global: &Global) -> Result<(), CliError> {
    let question = Question::write("用途", "例如：核对户口簿", true);
    let Heard::Answer(purpose) = talk::put(&question, "", true)? else { return Ok(()) };
    let whom = match a.student {
        Some(id) => Concerned::Students(vec![id]),
        None => Concerned::Report(format!("{}申请 {}", a.spec.name, a.id)),
    };
    let mut store = global.store()?;
    match global.privacy(&mut store, true, Some(&purpose), &whom) {
        Ok(privacy) => change_list::show_as(&store, a, privacy, global).map(|_| ()),
        Err(_) => {
            eprintln!("  原因：用途要写明。");
            Ok(())
        }
    }
}

/// Asks in whose name and why, and decides; where it can't be, everything against it is said.
fn decided(a: &Application, act: Act, global: &Global) -> Result<bool, CliError> {
    let must = matches!(act, Act::Return | Act::Reject | Act::Retract);
    let mut session = global.session()?;
    let help = "同意、退回、驳回要由申请人以外的人办";
    let name = Question::write("经办人", help, true).or(session.act.actor.clone());
    let Heard::Answer(actor) = talk::put(&name, "", true)? else { return Ok(false) };
    let reason = if act == Act::Collect {
        String::new()
    } else {
        let title = if must { "理由" } else { "意见（可以不写）" };
        match talk::put(&Question::write(title, "外地一方的意见请写明联系函编号", must), "", true)?
        {
            Heard::Answer(text) => text.trim().to_owned(),
            _ => return Ok(false),
        }
    };
    let party: Option<Party> = a.turn().map(|s| s.party);
    let whose = party.filter(|_| act != Act::Retract).map_or("申请的一方", Party::label);
    let sure = vec![
        choice("yes", format!("确定：{}替{whose}{}", actor.trim(), act.label())),
        choice("no", "再想想"),
    ];
    match talk::put(&Question::choose("写入吗", sure), "", false)? {
        Heard::Answer(answer) if answer == "yes" => {}
        _ => return Ok(false),
    }
    actor.trim().clone_into(&mut session.act.actor);
    let mut store = global.store()?;
    let rules = loaded::rules(&store)?;
    let said = Said { act, party, reason: &reason };
    match decide::decide(&mut store, &session, a.id.as_str(), said, rules.as_ref()) {
        Ok(outcome) => {
            change_form::tell(&store, &outcome, rules.as_ref(), global)?;
            Ok(true)
        }
        Err(Failure::Refused(refusals)) => {
            eprintln!("不予办理，没有任何改动：");
            say_refusals(&refusals);
            Ok(false)
        }
        Err(e) => Err(e.into()),
    }
}
