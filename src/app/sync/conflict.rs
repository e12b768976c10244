//! 冲突: where two offices touch one pupil or one school. Listed and explained; a verdict is somebody's, with reasons.

use std::collections::{BTreeMap, BTreeSet};

use crate::dedup::{SAME_DOCUMENT, SAME_IDENTITY};
use crate::model::dispute::kind::Kind;
use crate::model::dispute::rule::{self, Side};
use crate::model::dispute::{Claim, Level, Outcome, PARTY_NAMES};
use crate::model::evidence::Subject;
use crate::model::field::Field;
use crate::model::journal::Draft;
use crate::model::message::{self, Message};
use crate::model::registration::Registration;
use crate::store::Store;
use crate::upstream::postgres::block::Whose;
use crate::upstream::postgres::look::Standing;

use crate::app::evidence::{self, Paper};
use crate::app::failure::{Failure, Refusal};
use crate::app::session::Session;

use super::across::{self, Found, SAME_NUMBER};
use super::letter::{self, Letter};
use super::office;
use super::reach::Reach;

/// Key fields, of which two registrations of one number may not differ: they are never overwritten by the later one.
const KEY_FIELDS: &[(Field, &str)] =
    &[(Field::PupilName, "姓名"), (Field::Sex, "性别"), (Field::BirthDate, "出生日期")];

/// One of the two sides.
pub struct Party {
    pub whose: Whose,
    pub registration: Registration,
    /// What the school answered last, and how many papers that has.
    pub claim: Option<(Claim, usize)>,
    /// What the office below did with the verdict.
    pub done: Option<Message>,
}

/// A pair of registrations in two offices.
pub struct Pair {
    pub id: String,
    pub rule: String,
    pub score: i64,
    /// The earlier registration and the later one.
    pub parties: [Party; 2],
    /// The names of key fields in which they differ.
    pub differing: Vec<&'static str>,
    pub is_raised: bool,
    pub verdict: Option<Verdict>,
}

impl Pair {
    /// Whether both were to stay, and both offices have carried that out: there is nothing left to do.
    pub fn is_settled(&self) -> bool {
        let Some(verdict) = &self.verdict else { return false };
        self.parties.iter().all(|party| {
            let stays = verdict.outcomes.get(&party.whose).is_some_and(|key| key == Outcome::Keep.key());
            stays && party.done.as_ref().is_some_and(|m| m.state == message::State::Done)
        })
    }
}

/// What was decided of a pair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// By pupil.
    pub outcomes: BTreeMap<Whose, String>,
    pub reason: String,
}

/// A school that two offices have.
pub struct Twice {
    pub standings: Vec<Standing>,
    /// The office whose word counts: its registry authority's.
    pub authority: Option<String>,
}

/// Every conflict.
pub struct Conflicts {
    pub pairs: Vec<Pair>,
    pub schools: Vec<Twice>,
    /// Letters that could not be done below.
    pub refused: Vec<(String, Message)>,
}

/// The verdicts that this office wrote, by pair.
pub fn verdicts(store: &Store) -> Result<BTreeMap<String, Verdict>, Failure> {
    let mut all: BTreeMap<String, Verdict> = BTreeMap::new();
    for m in written(store, message::VERDICT)? {
        let Some(id) = m.pupil else { continue };
        let whose = Whose { origin: m.parties().1.to_owned(), id };
        let verdict = all
            .entry(m.get("pair").to_owned())
            .or_insert_with(|| Verdict { outcomes: BTreeMap::new(), reason: m.get("text").to_owned() });
        verdict.outcomes.insert(whose, m.get("outcome").to_owned());
    }
    Ok(all)
}

/// The letters of a kind that this office wrote down.
fn written(store: &Store, kind: &str) -> Result<Vec<Message>, Failure> {
    let own = store.meta().origin.clone();
    let mut all = store.messages()?;
    all.retain(|m| m.kind == kind && m.parties().0 == own);
    Ok(all)
}

/// Finds every conflict there is now.
pub fn list(store: &Store, session: &Session, reach: Reach) -> Result<Conflicts, Failure> {
    let found = reach.pairs(store, session)?;
    let verdicts = verdicts(store)?;
    let raised: BTreeSet<String> =
        written(store, message::CONFLICT)?.iter().map(|m| m.get("pair").to_owned()).collect();
    let received = reach.received(store)?;
    let mut pairs = Vec::new();
    for found in found {
        pairs.push(pair(reach, found, &raised, &verdicts, &received)?);
    }
    let schools = reach.schools()?;
    let refused = received.into_iter().filter(|(_, m)| m.state == message::State::Refused).collect();
    Ok(Conflicts { pairs, schools: twice(store, schools)?, refused })
}

fn pair(
    reach: Reach,
    found: Found,
    raised: &BTreeSet<String>,
    verdicts: &BTreeMap<String, Verdict>,
    received: &[(String, Message)],
) -> Result<Pair, Failure> {
    let Found { listed, one, other, .. } = found;
    let id = listed.id;
    let differing = KEY_FIELDS.iter().filter(|(field, _)| one.record.get(*field) != other.record.get(*field));
    let differing = differing.map(|(_, name)| *name).collect();
    let party = |whose: Whose, registration: Registration| -> Result<Party, Failure> {
        let claim = reach.claim(&whose, &id)?;
        let mut done = received.iter().filter(|(origin, m)| {
            m.kind == message::VERDICT && *origin == whose.origin && m.get("pair") == id
        });
        let done = done.next_back().map(|(_, m)| m.clone());
        Ok(Party { whose, registration, claim, done })
    };
    let parties = [party(listed.one, one)?, party(listed.other, other)?];
    Ok(Pair {
        is_raised: raised.contains(&id),
        verdict: verdicts.get(&id).cloned(),
        rule: listed.rule,
        score: listed.score,
        parties,
        differing,
        id,
    })
}

/// Schools of one code in two offices; the word of the office that is the school's registry authority counts.
fn twice(store: &Store, schools: Vec<Standing>) -> Result<Vec<Twice>, Failure> {
    let offices = store.offices()?;
    let name = |origin: &str| offices.iter().find(|o| o.origin == origin).map(|o| o.name.as_str());
    let mut by_code: BTreeMap<String, Vec<Standing>> = BTreeMap::new();
    for school in schools {
        by_code.entry(school.code.clone()).or_default().push(school);
    }
    let all = by_code.into_values().filter(|standings| standings.len() > 1).map(|standings| {
        let mut own = standings.iter().filter(|s| name(&s.origin) == Some(s.authority.as_str()));
        let authority = match (own.next(), own.next()) {
            (Some(one), None) => Some(one.origin.clone()),
            _ => None,
        };
        Twice { standings, authority }
    });
    Ok(all.collect())
}

/// Tells both offices of these pairs to look into it; or of every pair that an official rule found, where none is named.
pub fn raise(
    store: &mut Store,
    session: &Session,
    reach: Reach,
    ids: &[String],
) -> Result<(Option<i64>, usize), Failure> {
    let all = list(store, session, reach)?.pairs;
    let mut reasons = Vec::new();
    for id in ids {
        match all.iter().find(|p| p.id == *id) {
            None => reasons.push(Refusal::new(
                format!("没有编号为 {id} 的冲突。"),
                "请用 xueji upstream conflict list 查看编号。",
            )),
            Some(p) if p.is_raised => reasons.push(Refusal::new(
                format!("{id} 已经通知双方。"),
                "请用 xueji upstream conflict list 查看答复。",
            )),
            Some(_) => {}
        }
    }
    if !reasons.is_empty() {
        return Err(Failure::Refused(reasons));
    }
    let chosen = |p: &&Pair| match ids {
        [] => !p.is_raised && across::is_official(&p.rule),
        ids => ids.contains(&p.id),
    };
    let offices = store.offices()?;
    let mut letters = Vec::new();
    let chosen: Vec<&Pair> = all.iter().filter(chosen).collect();
    for pair in &chosen {
        for (party, other) in [(0, 1), (1, 0)].map(|(i, j)| (&pair.parties[i], &pair.parties[j])) {
            let place = format!(
                "{}，学校 {}",
                office::name(&offices, &other.whose.origin),
                other.registration.school
            );
            let differing = match pair.differing.as_slice() {
                [] => String::new(),
                fields => format!("双方的{}不同。", fields.join("、")),
            };
            let text =
                format!("{}：另一个学籍在{place}。{differing}请核实后答复。", across::rule_title(&pair.rule));
            let body = vec![("pair", pair.id.clone()), ("rule", pair.rule.clone()), ("text", text)];
            letters.push(to_party((store, reach), party, message::CONFLICT, body)?);
        }
    }
    let title = format!("通知双方核实重复学籍 {} 件", chosen.len());
    Ok((letter::write(store, session, &title, &letters)?, chosen.len()))
}

fn to_party(
    (store, reach): (&Store, Reach),
    party: &Party,
    kind: &'static str,
    body: Vec<(&'static str, String)>,
) -> Result<Letter, Failure> {
    let to = party.whose.origin.clone();
    let via = reach.through(store, &to)?;
    Ok(Letter { to, via, kind, pupil: Some(party.whose.id), body })
}

/// What is to be decided of a pair.
pub struct Asked {
    /// Of the earlier registration and of the later one.
    pub outcomes: [Outcome; 2],
    pub reason: String,
    pub waiver: Option<String>,
    pub papers: Vec<Paper>,
}

/// Decides upon a pair by the rules of 问题学籍 between two authorities, and writes the verdict to both.
pub fn decide(
    store: &mut Store,
    session: &Session,
    reach: Reach,
    (id, asked): (&str, &Asked),
) -> Result<i64, Failure> {
    let all = list(store, session, reach)?.pairs;
    let Some(pair) = all.into_iter().find(|p| p.id == id) else {
        return Err(Refusal::new(
            format!("没有编号为 {id} 的冲突。"),
            "请用 xueji upstream conflict list 查看编号；已执行的裁决不再列出。",
        )
        .into());
    };
    if pair.verdict.is_some() {
        let reason = format!("{id} 已经裁决，裁决信已发出。");
        return Err(Refusal::new(reason, "信不能收回；有误的请通知双方撤销办理它的那一批后另行处理。").into());
    }
    let reasons = objections(&pair, session, asked);
    if !reasons.is_empty() {
        return Err(Failure::Refused(reasons));
    }
    let own = store.meta().origin.clone();
    let mut letters = Vec::new();
    for (party, outcome) in pair.parties.iter().zip(&asked.outcomes) {
        let body = vec![
            ("pair", id.to_owned()),
            ("outcome", outcome.key().to_owned()),
            ("by", session.act.actor.clone()),
            ("waiver", asked.waiver.clone().unwrap_or_default()),
            ("text", asked.reason.clone()),
        ];
        letters.push(to_party((store, reach), party, message::VERDICT, body)?);
    }
    let mut writing = store.write(&session.act, None)?;
    let batch = writing.open_batch(message::BATCH, &format!("裁决 {id}"), None)?;
    let writes = evidence::writes(&mut writing, &Subject::Dispute(id.to_owned()), &asked.papers)?;
    if !writes.is_empty() {
        let text = asked.reason.clone();
        writing.append(&Draft { change: "verdict_evidence", text, writes, ..Draft::default() })?;
    }
    for letter in &letters {
        letter::put(&mut writing, &own, letter)?;
    }
    writing.close_batch(r#"{"verdicts":1}"#)?;
    writing.commit()?;
    Ok(batch)
}

/// The kind of dispute that a rule's pairs are. Of one number, whichever it is, there can't be two.
fn kind(rule: &str) -> Kind {
    match rule {
        SAME_DOCUMENT | SAME_NUMBER => Kind::SameNumber,
        SAME_IDENTITY => Kind::SameIdentity,
        _ => Kind::SamePupil,
    }
}

/// Every reason against a verdict: the law of 问题学籍 between two authorities (R§7.3).
fn objections(pair: &Pair, session: &Session, asked: &Asked) -> Vec<Refusal> {
    let sides = pair.parties.iter().zip(PARTY_NAMES).zip(asked.outcomes);
    let case = rule::Case {
        kind: kind(&pair.rule),
        level: Level::Authorities,
        sides: sides
            .map(|((party, name), outcome)| Side {
                name: format!("{name}（学校 {}）", party.registration.school),
                claim: party.claim.as_ref().map(|(claim, _)| claim),
                papers: party.claim.as_ref().map_or(0, |(_, papers)| *papers),
                outcome,
            })
            .collect(),
        decided_by: &session.act.actor,
        papers: asked.papers.len(),
        has_waiver: asked.waiver.is_some(),
    };
    let mut reasons: Vec<Refusal> = rule::objections(&case).into_iter().map(Refusal::from).collect();
    if !pair.is_raised {
        let reason = format!("{} 还没有通知双方核实。", pair.id);
        reasons.insert(0, Refusal::new(reason, "请先用 xueji upstream conflict raise 通知双方。"));
    }
    reasons
}

/// Where a pair stands, for people.
pub fn standing(pair: &Pair) -> String {
    let outcome = |p: &Party| {
        let key = pair.verdict.as_ref().and_then(|v| v.outcomes.get(&p.whose)).map_or("", String::as_str);
        Outcome::from_key(key).map_or("", Outcome::label)
    };
    let each = |tell: &dyn Fn(&Party) -> String| {
        let sides = pair.parties.iter().zip(PARTY_NAMES);
        sides.map(|(party, name)| format!("{name}{}", tell(party))).collect::<Vec<_>>().join("，")
    };
    match &pair.verdict {
        Some(_) => format!(
            "已裁决：{}",
            each(&|p| {
                let done = p.done.as_ref().map_or("未收到", |m| m.state.label());
                format!("{}（{done}）", outcome(p))
            })
        ),
        None if !pair.is_raised => "未通知双方".to_owned(),
        None => format!(
            "已通知：{}",
            each(&|p| p
                .claim
                .as_ref()
                .map_or("未答复".to_owned(), |(c, _)| format!("主张{}", c.kind.label())))
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dedup::LIKELY;

    #[test]
    fn of_one_number_both_may_not_stay() {
        assert_eq!([SAME_DOCUMENT, SAME_NUMBER].map(kind), [Kind::SameNumber; 2]);
        assert_eq!([SAME_IDENTITY, LIKELY].map(kind), [Kind::SameIdentity, Kind::SamePupil]);
    }
}
