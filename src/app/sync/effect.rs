//! What messages do in the registry that receives them. Each is done once, whatever a killed run leaves half done.

use crate::model::dispute::Outcome;
use crate::model::flag::Flag;
use crate::model::message::Message;
use crate::model::registration::Registration;
use crate::model::registry_number::{NumberKind, RegistryNumber};
use crate::store::Store;
use crate::store::lookup::Which;

use crate::app::dispute::{self, decide, open};
use crate::app::failure::{Failure, Refusal};
use crate::app::number;
use crate::app::session::Session;

fn no<T>(reason: impl Into<String>, remedy: &str) -> Result<T, Failure> {
    Err(Refusal::new(reason, remedy).into())
}

/// The registration a message is about.
fn registration(store: &Store, message: &Message) -> Result<Registration, Failure> {
    let found = match message.pupil {
        Some(id) => store.registrations(&Which::Id(id))?.pop(),
        None => None,
    };
    match found {
        Some(registration) => Ok(registration),
        None => no("来信所说的学生不在本库。", "请与上级核对；本库从备份恢复过的，先把缺的流水接回来。"),
    }
}

/// 学籍号确认: the new number is in force from today, the old one stays as history.
pub fn number_confirmed(store: &mut Store, session: &Session, message: &Message) -> Result<String, Failure> {
    let r = registration(store, message)?;
    let Ok(new) = RegistryNumber::parse(message.get("number")) else {
        return no("来信里的学籍号写法不对。", "请上级重新确认。");
    };
    match &r.number {
        None => return no("该生还没有核准，没有临时学籍号。", "请先用 xueji approve 核准。"),
        Some(own) if *own == new => return Ok("早已是这个学籍号。".to_owned()),
        Some(own) if own.kind() == NumberKind::Citizen => {
            return no("该生已有正式学籍号，终身不变。", "请上级核对。");
        }
        Some(_) => {}
    }
    if r.flags.contains(&Flag::Disputed) {
        return no("该生的问题学籍还没有办结。", "请先办结，再用 xueji sync message apply 办理。");
    }
    if new.kind() == NumberKind::Citizen && number::of_document(&r).as_ref() != Some(&new) {
        return no("该生的证件号已与来信确认的不同。", "请把更正上报，由上级重新确认。");
    }
    let tail = store.tail()?;
    if store.holder_of(new.reveal())?.is_some_and(|(holder, _)| holder != r.id) {
        return no("这个号码在本库是另一名学生的学籍号。", "请用 xueji dedup 核对是否重复学籍，并告诉上级。");
    }
    let mut writing = store.write(&session.act, Some(tail))?;
    let batch = writing.open_batch("numbers", "上级确认的正式学籍号", None)?;
    // What was taken for this pupil before and then undone is still taken.
    writing.take_number(&new)?;
    number::replace(&mut writing, session, &r, &new, "number_confirmed")?;
    writing.close_batch(r#"{"confirmed":1}"#)?;
    writing.commit()?;
    Ok(format!("第 {batch} 批：换用正式学籍号，原号留作历史。"))
}

/// 重复学籍核实: the registration is disputed from now on, under the name the pair has above.
pub fn conflict(store: &mut Store, session: &Session, message: &Message) -> Result<String, Failure> {
    let r = registration(store, message)?;
    let pair = message.get("pair");
    if store.dispute(pair)?.is_some() {
        return Ok(format!("早已受理：{pair}。"));
    }
    let opened = open::on_pair_across(store, session, r.id, pair, message.get("text"))?;
    Ok(format!("第 {} 批：作为问题学籍受理，编号 {pair}。", opened.batch))
}

/// 裁决: the dispute ends as the level above decided.
pub fn verdict(store: &mut Store, session: &Session, message: &Message) -> Result<String, Failure> {
    let pair = message.get("pair");
    let Some(outcome) = Outcome::from_key(message.get("outcome")) else {
        return no("来信里的裁决不认识。", "请升级 xueji 后再用 xueji sync message apply 办理。");
    };
    let case = dispute::get(store, pair)?;
    if let Some(party) = case.dispute.parties.first()
        && case.dispute.decision.is_some()
        && party.outcome == Some(outcome)
    {
        return Ok("早已照此办结。".to_owned());
    }
    if outcome == Outcome::Correct && case.sides.iter().all(|s| s.claim().is_none()) {
        return no(
            "裁决是按学校的主张更正，本库没有记下主张。",
            "请先用 xueji dispute claim 记下更正的内容。",
        );
    }
    let reason = format!("上级裁决（{}，{}）：{}", message.get("by"), message.day, message.get("text"));
    let waiver = Some(message.get("waiver").to_owned()).filter(|w| !w.is_empty());
    let asked =
        decide::Asked { outcomes: vec![outcome], reason, waiver, papers: Vec::new(), is_verdict: true };
    let planned = decide::plan(store, session, case, asked)?;
    let batch = decide::apply(store, session, &planned)?;
    Ok(format!("第 {batch} 批：按裁决{}，问题学籍 {pair} 办结。", outcome.label()))
}
