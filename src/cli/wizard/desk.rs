//! Applications that wait, before a new one is begun: looked at, consented to, sent back, collected, at one desk.

use std::path::PathBuf;

use crate::app::change::clock::{self, Clockwork};
use crate::app::change::decide::Said;
use crate::app::evidence::{self, Paper};
use crate::app::failure::Failure;
use crate::model::actor;
use crate::model::application::{Application, Phase};
use crate::model::change::input::{INPUTS, Input, Told};
use crate::model::change::step::{Act, Party};
use crate::model::change::transfer;
use crate::model::field::Field;
use crate::output::{Privacy, mask};
use crate::province::Pack;
use crate::store::Store;
use crate::store::application::Asked;

use super::super::Outcome;
use super::super::change::is_transfer;
use super::super::failure::CliError;
use super::super::global::Global;
use super::super::unmask::{Concerned, Unmask};
use super::super::{change_form, change_list};
use super::ask_papers;
use super::question::{Choice, Question, choice};
use super::say_refusals;
use super::scene::{SET, Which};
use super::talk::{self, Heard};

const NEW: &str = "new";
const END: &str = "end";
const LOOK: &str = "look";
const MEND: &str = "mend";
const SEND: &str = "send";
const PAPER: &str = "paper";
/// What may be told anew; another school or class is another application.
const MENDED: &[Input] = &[Input::On, Input::Until, Input::Note];

/// Whether an application of this wizard waits.
pub fn waits(which: Which, store: &Store) -> Result<bool, CliError> {
    Ok(!waiting(which, store)?.is_empty())
}

fn waiting(which: Which, store: &Store) -> Result<Vec<Application>, CliError> {
    let mut waiting = store.applications(&Asked::Open)?;
    waiting.retain(|a| is_transfer(a.spec) == (which == Which::Transfer));
    Ok(waiting)
}

/// Where somebody sits: for which wizard, by which rules, and whether a new application may be begun from here.
pub struct Desk<'a> {
    pub which: Which,
    pub rules: Option<&'a Pack>,
    pub begins: bool,
    pub global: &'a Global,
}

/// Offers what waits; `None` where a new application is to be begun.
pub fn sit(desk: &Desk) -> Result<Option<Outcome>, CliError> {
    let mut acted = false;
    loop {
        let store = desk.global.store()?;
        let waiting = waiting(desk.which, &store)?;
        if waiting.is_empty() {
            return Ok((acted || !desk.begins).then_some(Outcome::Clean));
        }
        let mut choices: Vec<Choice> = desk.begins.then(|| choice(NEW, "新办一件")).into_iter().collect();
        let directory = store.directory()?;
        let by = change_list::clockwork(&store, &directory, desk.rules, desk.global)?;
        for a in &waiting {
            choices.push(line(&store, a, &by)?);
        }
        choices.push(choice(END, "不办了"));
        let title = format!("在办的有 {} 件，办什么", waiting.len());
        let Heard::Answer(answer) = talk::put(&Question::choose(title, choices), "", false)? else {
            return Ok(Some(Outcome::Clean));
        };
        match waiting.into_iter().find(|a| a.id.to_string() == answer) {
            Some(a) => acted |= handle(&a, desk)?,
            None if answer == NEW => return Ok(None),
            None => return Ok(Some(Outcome::Clean)),
        }
    }
}

/// An application among others: whose it is, whose turn it is, how long there is.
fn line(store: &Store, a: &Application, by: &Clockwork) -> Result<Choice, CliError> {
    let pupil = change_list::pupil(store, a)?;
    let name = mask::name(&change_list::name(a, pupil.as_ref()));
    let turn = match (a.phase, a.turn()) {
        (Phase::Open, Some(s)) => {
            let office = change_list::office(by.directory, &s.office);
            let asked = if a.awaits_collection() { "等学生报到后调档" } else { "等意见" };
            let left = match clock::due(a, by) {
                clock::Due::None => String::new(),
                due => format!("　{}", due.left()),
            };
            format!("轮到{}（{office}）{asked}{left}", s.party.label())
        }
        _ => a.phase.label().to_owned(),
    };
    Ok(choice(a.id.to_string(), format!("{}　{}　{name}　{turn}", a.id, a.spec.name)))
}

/// How to see what is masked, at this desk.
const HINT: &str = "看没有遮盖的：选“看更改的内容”，写明用途（写入流水）。";

/// One application until somebody has decided it or leaves it; whether it was decided.
fn handle(a: &Application, desk: &Desk) -> Result<bool, CliError> {
    let global = desk.global;
    let tables = change_list::tables_of(&global.store()?, a, (Privacy::Masked, HINT), global)?;
    global.put_tables(&tables, Privacy::Masked)?;
    let mut looked = a.told.fields().next().is_none();
    loop {
        let title = format!("{}申请 {}：怎样办", a.spec.name, a.id);
        let Heard::Answer(answer) = talk::put(&Question::choose(title, acts(a, looked)), "", true)? else {
            return Ok(false);
        };
        let ended = match (answer.as_str(), Act::from_key(&answer)) {
            (LOOK, _) => {
                looked |= look(a, global)?;
                false
            }
            (MEND, _) => mend(a, desk)?,
            (_, Some(act)) => decided(a, act, desk)?,
            _ => return Ok(false),
        };
        if ended {
            return Ok(true);
        }
    }
}

/// What may be done with it now. Whoever decides looks first at what is to be changed.
fn acts(a: &Application, looked: bool) -> Vec<Choice> {
    let mut acts = Vec::new();
    let turn = a.turn().filter(|_| a.phase == Phase::Open).map_or("", |s| s.party.label());
    if a.phase == Phase::Returned {
        acts.push(choice(MEND, "改好再送"));
    } else if a.awaits_collection() {
        acts.push(choice(Act::Collect.key(), "调档：学生已经报到，学籍随人转入"));
    } else {
        acts.push(choice(Act::Consent.key(), format!("同意（替{turn}）")));
        acts.push(choice(Act::Return.key(), format!("退回补正（替{turn}），写明理由")));
        acts.push(choice(Act::Reject.key(), format!("驳回（替{turn}），写明理由")));
    }
    acts.push(choice(Act::Retract.key(), "撤销（申请的一方）"));
    if a.told.fields().next().is_some() {
        let at = if looked { acts.len() } else { 0 };
        acts.insert(at, choice(LOOK, "看更改的内容，不遮盖（写明用途，写入流水）"));
    }
    acts
}

/// A text; asked again while it is empty and must not be. `None`: back.
fn written(question: &Question, earlier: &str) -> Result<Option<String>, CliError> {
    loop {
        match talk::put(question, earlier, true)? {
            Heard::Answer(text) if text.trim().is_empty() && question.must => {
                eprintln!("  原因：这一项要写。");
            }
            Heard::Answer(text) => return Ok(Some(text.trim().to_owned())),
            Heard::Back | Heard::Stop => return Ok(None),
        }
    }
}

/// What was sent back is mended and sent again: texts, the values of fields, papers.
fn mend(a: &Application, desk: &Desk) -> Result<bool, CliError> {
    let (mut anew, mut papers): (Told, Vec<Paper>) = Default::default();
    loop {
        let mut choices = vec![choice(SEND, "再送")];
        for (input, key, label) in INPUTS.iter().filter(|(i, ..)| MENDED.contains(i)) {
            let now = if anew.has(*input) { anew.get(*input) } else { a.told.get(*input) };
            if !now.is_empty() {
                choices.push(choice(*key, format!("改{label}：现在是“{now}”")));
            }
        }
        let fields = a.told.fields().filter_map(|(key, _)| Some((key, Field::from_key(key)?)));
        choices.extend(fields.map(|(key, f)| choice(format!("{SET}{key}"), format!("改{}", f.heading()))));
        choices.push(choice(PAPER, format!("补材料（已补 {} 份）", papers.len())));
        let title = format!("改好再送 {}：改什么", a.id);
        let Heard::Answer(what) = talk::put(&Question::choose(title, choices), "", true)? else {
            return Ok(false);
        };
        match what.as_str() {
            SEND => return send_again(a, &anew, &papers, desk),
            PAPER => {
                papers.extend(paper()?.unwrap_or_default());
            }
            key => {
                let label = INPUTS.iter().find(|i| i.1 == key).map_or("改为", |i| i.2);
                let earlier = if key.starts_with(SET) { "" } else { a.told.other(key) };
                if let Some(text) = written(&Question::write(label, "", true), earlier)? {
                    anew.put(key, &text);
                }
            }
        }
    }
}

/// A paper that is handed in late; `None` where it can't be read, which is said.
fn paper() -> Result<Option<Vec<Paper>>, CliError> {
    let path = written(&Question::write("材料文件", "照片、扫描件、PDF", true), "")?;
    let note = written(&Question::write("这份材料是什么", "如 户口簿首页和本人页", true), "")?;
    let Some((path, note)) = path.zip(note) else { return Ok(None) };
    match evidence::read(&[PathBuf::from(ask_papers::path(&path))], &note) {
        Ok(read) => Ok(Some(read)),
        Err(Failure::Refused(refusals)) => {
            say_refusals(&refusals);
            Ok(None)
        }
        Err(e) => Err(e.into()),
    }
}

fn send_again(a: &Application, anew: &Told, papers: &[Paper], desk: &Desk) -> Result<bool, CliError> {
    let texts: Vec<(Field, &str)> =
        anew.fields().filter_map(|(k, v)| Some((Field::from_key(k)?, v))).collect();
    let mut told = anew.clone();
    change_form::put_texts(&mut told, &texts);
    let mut store = desk.global.store()?;
    let id = a.id.as_str();
    match change_form::sent_again(&mut store, id, (&told, papers), desk.rules, desk.global) {
        Ok(outcome) => {
            desk.global.say("期限从今天重新起算。");
            change_form::tell(&store, &outcome, desk.rules, desk.global)?;
            Ok(true)
        }
        Err(e) => refused("没有再送：", e),
    }
}

/// Says why something was refused, and that it was not done; what is no refusal ends the wizard.
fn refused(what: &str, e: CliError) -> Result<bool, CliError> {
    let CliError::App(Failure::Refused(refusals)) = e else { return Err(e) };
    eprintln!("{what}");
    say_refusals(&refusals);
    Ok(false)
}

/// Shows what is to be changed, whole; whether it was looked at.
fn look(a: &Application, global: &Global) -> Result<bool, CliError> {
    let Some(purpose) = written(&Question::write("用途", "例如：核对户口簿", true), "")? else {
        return Ok(false);
    };
    let whom = match a.student {
        Some(id) => Concerned::Students(vec![id]),
        None => Concerned::Report(format!("{}申请 {}", a.spec.name, a.id)),
    };
    let mut store = global.store()?;
    let unmask = Unmask { unmasked: true, purpose: Some(purpose), approval: None };
    let permit = global.permit(&mut store, &unmask, &whom)?;
    let tables = change_list::tables_of(&store, a, (permit.privacy(), ""), global)?;
    global.put_permitted(&mut store, tables, &permit)?;
    Ok(true)
}

/// Asks in whose name and why, and decides; where it can't be, everything against it is said.
fn decided(a: &Application, act: Act, desk: &Desk) -> Result<bool, CliError> {
    let must = matches!(act, Act::Return | Act::Reject | Act::Retract);
    let global = desk.global;
    let mut session = global.session()?;
    // Who asked may not decide: then nobody is proposed.
    let decides = matches!(act, Act::Consent | Act::Return | Act::Reject);
    let own = &session.act.actor;
    let name = match decides && actor::is_same(own, &a.opened_by) {
        true => Question::write("经办人", "申请人以外的人", true),
        false => Question::write("经办人", "", true).or(own.clone()),
    };
    let Some(actor) = written(&name, "")? else { return Ok(false) };
    let reason = if act == Act::Collect {
        String::new()
    } else {
        let title = if must { "理由" } else { "意见（可以不写）" };
        let elsewhere = is_transfer(a.spec) && a.spec.kind != transfer::SPEC.kind && decides;
        let help = if elsewhere { "外地一方的意见请写明联系函编号" } else { "" };
        match written(&Question::write(title, help, must), "")? {
            Some(text) => text,
            None => return Ok(false),
        }
    };
    let party: Option<Party> = a.turn().map(|s| s.party);
    let whose = party.filter(|_| act != Act::Retract).map_or("申请的一方", Party::label);
    let sure = vec![choice("yes", format!("确定：{actor}替{whose}{}", act.label())), choice("no", "再想想")];
    match talk::put(&Question::choose("写入吗", sure), "", false)? {
        Heard::Answer(answer) if answer == "yes" => {}
        _ => return Ok(false),
    }
    session.act.actor = actor;
    let mut store = global.store()?;
    let said = Said { act, party, reason: &reason };
    match change_form::decided_by(&mut store, &session, a.id.as_str(), said, desk.rules) {
        Ok(outcome) => {
            change_form::tell(&store, &outcome, desk.rules, global)?;
            Ok(true)
        }
        Err(e) => refused("不予办理，没有任何改动：", e),
    }
}
