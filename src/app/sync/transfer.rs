//! What letters about a transfer between two registries do in the one that receives them.

use crate::model::application::Phase;
use crate::model::change::input::{Input, Told};
use crate::model::change::step::{Act, Party};
use crate::model::change::transfer_out;
use crate::model::id::ApplicationId;
use crate::model::message::Message;
use crate::store::Store;

use crate::app::change::decide::{self, Said};
use crate::app::change::{self, Asking};
use crate::app::failure::{Failure, Refusal};
use crate::app::loaded;
use crate::app::session::Session;

use super::effect::{answer, each, no};
use super::inbox::Ended;
use super::route::RESUBMIT;

/// 转学转办: a pupil is asked for; the sending side's application begins, under the name it has on the receiving side.
pub fn asked(store: &mut Store, session: &Session, messages: &[Message]) -> Result<Vec<Ended>, Failure> {
    each(store, session, messages, ask)
}

/// 转学答复: what a party of the other side decided is registered for it.
pub fn decided(store: &mut Store, session: &Session, messages: &[Message]) -> Result<Vec<Ended>, Failure> {
    each(store, session, messages, decision)
}

fn ask(store: &mut Store, session: &Session, message: &Message) -> Result<String, Failure> {
    let name = message.get("application");
    let Some(id) = ApplicationId::parse(name) else {
        return no("来信里的申请编号不对。", "请上级核对。");
    };
    if answer(decide::application(store, name))?.is_ok() {
        return Ok(format!("早已受理：{name}。"));
    }
    let mut told = Told::default();
    told.put(Input::OtherSchool.key(), message.get("school"));
    told.put(Input::OtherAuthority.key(), message.get("authority"));
    told.put(Input::OtherDivision.key(), message.get("division"));
    told.put(Input::Note.key(), message.get("note"));
    let rules = loaded::rules(store)?;
    let asking = Asking { spec: &transfer_out::SPEC, student: message.pupil, told, rules: rules.as_ref() };
    let plan = change::plan(store, &asking, session.act.today)?;
    let by = format!("{}（{}）", message.get("by"), message.get("authority"));
    let opened = change::submit_for(store, session, &plan, (id, &by))?;
    Ok(format!("第 {} 批：受理转出申请 {name}，请转出学校、主管部门核办。", opened.batch))
}

fn decision(store: &mut Store, session: &Session, message: &Message) -> Result<String, Failure> {
    let name = message.get("application");
    let application = decide::application(store, name)?;
    let rules = loaded::rules(store)?;
    if message.get("act") == RESUBMIT {
        if application.phase != Phase::Returned {
            return Ok(format!("{name} 早已再次送出。"));
        }
        let done = decide::resubmit(store, session, name, (&Told::default(), &[]), rules.as_ref())?;
        return Ok(format!("第 {} 批：{name} 由对方再次送出。", done.batch));
    }
    let Some(act) = Act::from_key(message.get("act")) else {
        return no("来信里的办理结果不认识。", "请升级 xueji 后再用 xueji sync message apply 办理。");
    };
    let party = Party::parse(message.get("party"));
    let step = application.steps.iter().find(|s| Some(s.party) == party && s.decision.is_some());
    let is_done = match act {
        Act::Consent | Act::Collect | Act::Reject => step.is_some(),
        Act::Return => application.phase == Phase::Returned,
        Act::Retract => application.phase == Phase::Retracted,
    };
    if is_done {
        return Ok(format!("{name} 早已登记。"));
    }
    let mut session = session.clone();
    session.act.actor = format!("{}（对方）", message.get("by"));
    if act == Act::Collect {
        // The registration goes over on the day the other side took it in: on no day it is in both, and on none nowhere.
        match message.get("on").parse() {
            Ok(on) => session.act.today = on,
            Err(_) => return Err(Refusal::new("来信里没有调档日期。", "请上级核对。").into()),
        }
    }
    let said = Said { act, party: party.filter(|_| act != Act::Retract), reason: message.get("reason") };
    let done = decide::decide(store, &session, name, said, rules.as_ref())?;
    Ok(format!("第 {} 批：{name} 登记对方{}。", done.batch, act.label()))
}
