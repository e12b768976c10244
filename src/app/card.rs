//! 学生卡: issued by school or class, lost, replaced, and held against the registry when its code is read.

use crate::model::card::{Card, ENDS, State, read};
use crate::model::field::Field;
use crate::model::id::StudentId;
use crate::model::journal::{Draft, Tail, Value, Write};
use crate::model::record_table::CARD;
use crate::model::registration::Registration;
use crate::model::status::Status;
use crate::store::Store;
use crate::store::journal::Writing;
use crate::store::lookup::Which;

use super::change::registration;
use super::failure::{Failure, Refusal};
use super::places::require_school;
use super::session::Session;

/// What issuing cards would do.
pub struct Plan {
    /// Who gets a card.
    pub pupils: Vec<Registration>,
    /// Who has a card that is good.
    pub have: usize,
    /// Who can't have one yet: no number, or not at school.
    pub not_yet: usize,
    tail: Tail,
}

/// Plans cards for a school or one of its classes.
pub fn plan(store: &Store, school: &str, class: Option<&str>) -> Result<Plan, Failure> {
    require_school(store, school)?;
    let tail = store.tail()?;
    let which = class.map_or(Which::School(school), |class| Which::Class(school, class));
    let mut plan = Plan { pupils: Vec::new(), have: 0, not_yet: 0, tail };
    for r in store.registrations(&which)? {
        if r.status != Status::Enrolled || r.number.is_none() {
            plan.not_yet += 1;
        } else if good(store, r.id)?.is_some() {
            plan.have += 1;
        } else {
            plan.pupils.push(r);
        }
    }
    Ok(plan)
}

/// The card of a pupil that is good, if there is one.
fn good(store: &Store, student: StudentId) -> Result<Option<Card>, Failure> {
    Ok(store.cards_of(student)?.into_iter().find(|c| c.state == State::Valid))
}

/// Issues what was planned, in one batch; its number.
pub fn issue(
    store: &mut Store,
    session: &Session,
    (plan, title): (&Plan, &str),
    progress: &mut dyn FnMut(u64),
) -> Result<i64, Failure> {
    let mut writing = store.write(&session.act, Some(plan.tail))?;
    writing.keep_card_key(session.entropy_for("card", 0))?;
    let batch = writing.open_batch("card", title, None)?;
    for (r, place) in plan.pupils.iter().zip(1..) {
        let card = new(r, batch, place, session);
        writing.append(&issued(&card, Vec::new(), ""))?;
        progress(place as u64);
    }
    writing.close_batch(&format!(r#"{{"cards":{}}}"#, plan.pupils.len()))?;
    writing.commit()?;
    Ok(batch)
}

fn new(r: &Registration, batch: i64, place: usize, session: &Session) -> Card {
    Card {
        serial: Card::serial(batch, place),
        student: r.id,
        number: r.record.get(Field::Number).to_owned(),
        batch,
        issued_on: session.act.today.to_string(),
        state: State::Valid,
        ended_on: None,
        reason: None,
    }
}

fn issued(card: &Card, mut writes: Vec<Write>, text: &str) -> Draft {
    writes.push(Write::Insert { table: &CARD, row: card.row() });
    let (student, text) = (Some(card.student), text.to_owned());
    Draft { change: "card_issued", student, text, source: card.serial.clone(), writes, ..Draft::default() }
}

/// The write that ends a card.
fn end(card: &Card, state: State, session: &Session, reason: &str) -> Write {
    let after = Card {
        state,
        ended_on: Some(session.act.today.to_string()),
        reason: Some(reason.to_owned()),
        ..card.clone()
    };
    let pairs = card.row().into_iter().zip(after.row()).enumerate().skip(ENDS).filter(|(_, (a, b))| a != b);
    let set = pairs.map(|(i, (a, b))| (i, a, b)).collect();
    Write::Update { table: &CARD, key: vec![Value::Text(card.serial.clone())], set }
}

/// Reports a pupil's card as lost; the batch.
pub fn lose(
    store: &mut Store,
    session: &Session,
    student: StudentId,
    reason: &str,
) -> Result<(i64, Card), Failure> {
    let Some(card) = good(store, student)? else {
        let remedy = "请用 xueji card list 查看；挂失以后补发用 xueji card reissue。";
        return Err(Refusal::new("这名学生没有有效的学生卡。", remedy).into());
    };
    let mut writing = store.write(&session.act, None)?;
    let batch = writing.open_batch("card", &format!("学生卡 {} 挂失", card.serial), None)?;
    writing.append(&Draft {
        change: "card_lost",
        student: Some(student),
        text: reason.to_owned(),
        source: card.serial.clone(),
        writes: vec![end(&card, State::Lost, session, reason)],
        ..Draft::default()
    })?;
    close(writing)?;
    Ok((batch, card))
}

fn close(mut writing: Writing) -> Result<(), Failure> {
    writing.close_batch(r#"{"cards":1}"#)?;
    Ok(writing.commit()?)
}

/// Issues a card in the place of the one that was lost, worn or shows what is no longer so; the batch.
pub fn reissue(
    store: &mut Store,
    session: &Session,
    student: StudentId,
    reason: &str,
) -> Result<i64, Failure> {
    let (tail, r) = (store.tail()?, registration(store, student)?);
    let mut refusals = Vec::new();
    if r.status != Status::Enrolled || r.number.is_none() {
        let reason = format!("学籍状态为{}，或还没有学籍号。", r.status.label());
        refusals.push(Refusal::new(reason, "学生卡发给在读、有学籍号的学生。"));
    }
    let cards = store.cards_of(student)?;
    if cards.is_empty() {
        refusals.push(Refusal::new("这名学生还没有发过学生卡。", "第一次发卡用 xueji card print。"));
    }
    if !refusals.is_empty() {
        return Err(Failure::Refused(refusals));
    }
    let mut writing = store.write(&session.act, Some(tail))?;
    writing.keep_card_key(session.entropy_for("card", 0))?;
    let batch = writing.open_batch("card", "补发学生卡", None)?;
    let good = cards.iter().filter(|c| c.state == State::Valid);
    let ended = good.map(|c| end(c, State::Replaced, session, reason)).collect();
    writing.append(&issued(&new(&r, batch, 1, session), ended, reason))?;
    close(writing)?;
    Ok(batch)
}

/// The cards of a batch that are good, with their pupils, to be printed.
pub fn printable(store: &Store, batch: i64) -> Result<Vec<Card>, Failure> {
    let mut cards = store.cards_of_batch(batch)?;
    cards.retain(|c| c.state == State::Valid);
    if cards.is_empty() {
        let reason = format!("第 {batch} 批没有有效的学生卡。");
        return Err(Refusal::new(reason, "请用 xueji card list 或 xueji batch list 查看批次号。").into());
    }
    Ok(cards)
}

/// The cards of those at a school now, by pupil.
pub fn of_school(store: &Store, school: &str) -> Result<Vec<(Registration, Vec<Card>)>, Failure> {
    require_school(store, school)?;
    let mut all = Vec::new();
    for r in store.registrations(&Which::School(school))? {
        let cards = store.cards_of(r.id)?;
        all.push((r, cards));
    }
    Ok(all)
}

/// What becomes of a code that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Good,
    Lost,
    Replaced,
    /// The pupil is at school no more, or the number is another one now.
    Left,
    /// This registry did not sign it, or knows no such card.
    Forged,
    /// Not the code of a card.
    Unread,
}

/// Every verdict: machine key and what people are told.
pub const VERDICTS: &[(Verdict, &str, &str)] = &[
    (Verdict::Good, "good", "有效"),
    (Verdict::Lost, "lost", "已挂失"),
    (Verdict::Replaced, "replaced", "已换发，旧卡作废"),
    (Verdict::Left, "left", "学生已不在校，或学籍号已变"),
    (Verdict::Forged, "forged", "签名不符，或本库没有发过这张卡"),
    (Verdict::Unread, "unread", "不是学生卡的二维码"),
];

/// Holds a code against the registry.
pub fn check(store: &Store, text: &str) -> Result<(Verdict, Option<Registration>, String), Failure> {
    let key = store.card_key()?;
    // Where no card was ever issued no key is there, and no code is ours.
    let Some(scanned) = read(text, &key.unwrap_or_default()) else {
        return Ok((Verdict::Unread, None, String::new()));
    };
    let card = store.card(&scanned.serial)?.filter(|c| c.number == scanned.number);
    let Some(card) = card.filter(|_| scanned.is_ours && key.is_some()) else {
        return Ok((Verdict::Forged, None, scanned.serial));
    };
    let r = registration(store, card.student)?;
    let verdict = match card.state {
        State::Lost => Verdict::Lost,
        State::Replaced => Verdict::Replaced,
        State::Valid if r.until.is_some() || r.record.get(Field::Number) != card.number => Verdict::Left,
        State::Valid => Verdict::Good,
    };
    Ok((verdict, Some(r), scanned.serial))
}
