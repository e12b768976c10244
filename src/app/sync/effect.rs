//! What messages do in the registry that receives them. Each is done once, whatever a killed run leaves half done.

use std::collections::HashSet;

use crate::model::dispute::Outcome;
use crate::model::flag::Flag;
use crate::model::id::StudentId;
use crate::model::loaded::Kind;
use crate::model::message::Message;
use crate::model::registration::Registration;
use crate::model::registry_number::{NumberKind, RegistryNumber};
use crate::province;
use crate::store::Store;
use crate::store::lookup::Which;

use crate::app::dispute::{self, decide, open};
use crate::app::failure::{Failure, Refusal};
use crate::app::loaded::{self, Text};
use crate::app::number;
use crate::app::session::Session;

use super::inbox::Ended;

/// A refusal with its remedy.
pub fn no<T>(reason: impl Into<String>, remedy: &str) -> Result<T, Failure> {
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

/// Each message by itself: what the rules refuse is its own answer and stops no other.
pub fn each(
    store: &mut Store,
    session: &Session,
    messages: &[Message],
    effect: fn(&mut Store, &Session, &Message) -> Result<String, Failure>,
) -> Result<Vec<Ended>, Failure> {
    messages.iter().map(|message| answer(effect(store, session, message))).collect()
}

/// What the rules refuse is an answer; what fails, fails.
pub fn answer<T>(ended: Result<T, Failure>) -> Result<Result<T, Vec<Refusal>>, Failure> {
    match ended {
        Ok(done) => Ok(Ok(done)),
        Err(Failure::Refused(reasons)) => Ok(Err(reasons)),
        Err(other) => Err(other),
    }
}

/// 学籍号确认: the new numbers are in force from today, the old ones stay as history; all in one batch.
pub fn numbers_confirmed(
    store: &mut Store,
    session: &Session,
    messages: &[Message],
) -> Result<Vec<Ended>, Failure> {
    let tail = store.tail()?;
    let mut planned = Vec::new();
    let mut given = Given::default();
    for message in messages {
        let mut plan = answer(renumbered(store, message))?;
        if let Ok(Some((r, new))) = &plan
            && let Err(refusal) = given.give(r.id, *new)
        {
            plan = Err(vec![refusal]);
        }
        planned.push(plan);
    }
    if given.numbers.is_empty() {
        let same = |plan: Result<_, _>| plan.map(|_: Option<_>| "早已是这个学籍号。".to_owned());
        return Ok(planned.into_iter().map(same).collect());
    }
    let mut writing = store.write(&session.act, Some(tail))?;
    let batch =
        writing.open_batch("numbers", &format!("上级确认的正式学籍号 {} 个", given.numbers.len()), None)?;
    for (r, new) in planned.iter().flatten().flatten() {
        // What was taken for this pupil before and then undone is still taken.
        writing.take_number(new)?;
        number::replace(&mut writing, session, r, new, "number_confirmed")?;
    }
    writing.close_batch(&format!(r#"{{"confirmed":{}}}"#, given.numbers.len()))?;
    writing.commit()?;
    let told = |plan: Option<_>| match plan {
        Some(_) => format!("第 {batch} 批：换用正式学籍号，原号留作历史。"),
        None => "早已是这个学籍号。".to_owned(),
    };
    Ok(planned.into_iter().map(|plan| plan.map(told)).collect())
}

/// What the letters of one pull have given already. Each is planned from the registration as it stands: the second letter
/// of a pupil needs what the first makes of it.
#[derive(Default)]
struct Given {
    pupils: HashSet<StudentId>,
    numbers: HashSet<RegistryNumber>,
}

impl Given {
    fn give(&mut self, pupil: StudentId, number: RegistryNumber) -> Result<(), Refusal> {
        if self.pupils.contains(&pupil) {
            let reason = "同时收到的前一封来信刚换了该生的学籍号。";
            return Err(Refusal::new(reason, "请用 xueji sync message apply 再办这一封。"));
        }
        if !self.numbers.insert(number) {
            return Err(Refusal::new("两封来信确认了同一个号码。", "请上级核对。"));
        }
        self.pupils.insert(pupil);
        Ok(())
    }
}

/// The registration and its new number; nothing where it has it already.
fn renumbered(store: &Store, message: &Message) -> Result<Option<(Registration, RegistryNumber)>, Failure> {
    let r = registration(store, message)?;
    let Ok(new) = RegistryNumber::parse(message.get("number")) else {
        return no("来信里的学籍号写法不对。", "请上级重新确认。");
    };
    match &r.number {
        None => return no("该生还没有核准，没有临时学籍号。", "请先用 xueji approve 核准。"),
        Some(own) if *own == new => return Ok(None),
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
    if store.holder_of(message.get("number"))?.is_some() {
        return no("这个号码在本库已经用过。", "请用 xueji dedup 核对是否重复学籍，并告诉上级。");
    }
    Ok(Some((r, new)))
}

/// 重复学籍核实: the registration is disputed from now on, under the name the pair has above.
pub fn conflicts(store: &mut Store, session: &Session, messages: &[Message]) -> Result<Vec<Ended>, Failure> {
    each(store, session, messages, conflict)
}

fn conflict(store: &mut Store, session: &Session, message: &Message) -> Result<String, Failure> {
    let r = registration(store, message)?;
    let pair = message.get("pair");
    if store.dispute(pair)?.is_some() {
        return Ok(format!("早已受理：{pair}。"));
    }
    let opened = open::on_pair_across(store, session, r.id, pair, message.get("text"))?;
    Ok(format!("第 {} 批：作为问题学籍受理，编号 {pair}。", opened.batch))
}

/// 裁决: the dispute ends as the level above decided.
pub fn verdicts(store: &mut Store, session: &Session, messages: &[Message]) -> Result<Vec<Ended>, Failure> {
    each(store, session, messages, verdict)
}

fn verdict(store: &mut Store, session: &Session, message: &Message) -> Result<String, Failure> {
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

/// 年历和规则: the text is remembered, where this office has none of its own that says otherwise.
pub fn texts(store: &mut Store, session: &Session, messages: &[Message]) -> Result<Vec<Ended>, Failure> {
    each(store, session, messages, text)
}

fn text(store: &mut Store, session: &Session, message: &Message) -> Result<String, Failure> {
    let (name, file, content) = (message.get("name"), message.get("file"), message.get("content"));
    let Some(kind) = Kind::from_key(message.get("kind")) else {
        return no("来信下发的内容不认识。", "请升级 xueji 后再用 xueji sync message apply 办理。");
    };
    let own = store.loaded(kind)?.into_iter().find(|l| l.name == name);
    if own.is_some_and(|own| own.text != content) {
        return no(
            format!("本库已载入的{name}与来信不同，没有覆盖。"),
            "请核对；要用上级的，先撤销载入它的那一批（规则用 xueji rules clear），再用 xueji sync message apply 办理。",
        );
    }
    match kind {
        Kind::Calendar => drop(
            loaded::calendar(store)?
                .with(content)
                .map_err(|e| Refusal::new(format!("来信的年历不能用：{e}"), "请上级改正后重新下发。"))?,
        ),
        Kind::Rules => {
            let pack = province::read(file, content)
                .map_err(|e| Refusal::new(format!("来信的规则不能用：{e}"), "请上级改正后重新下发。"))?;
            let against = loaded::against(store, &pack);
            if !against.is_empty() {
                return Err(Failure::Refused(against));
            }
        }
    }
    match loaded::remember(store, session, Text { kind, name, file, text: content })? {
        None => Ok("早已记住，没有改动。".to_owned()),
        Some(batch) => Ok(format!("第 {batch} 批：记住上级下发的{}。", message.get("text"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_two_letters_for_one_pupil_in_one_pull_the_second_is_done_again_later() {
        let pupil = |n| StudentId::new(n, 0, [1; 8]);
        let number = |text: &str| RegistryNumber::parse(text).unwrap();
        let (j, g) = (number("J330127201603041220"), number("G33010220160304122X"));
        let mut given = Given::default();
        assert!(given.give(pupil(1), j).is_ok());
        let second = given.give(pupil(1), g).unwrap_err();
        assert!(second.remedy.contains("xueji sync message apply"));
        assert!(given.give(pupil(2), j).unwrap_err().reason.contains("同一个号码"));
        // What was refused has taken no number.
        assert!(given.give(pupil(3), g).is_ok());
        assert_eq!((given.pupils.len(), given.numbers.len()), (2, 2));
    }
}
