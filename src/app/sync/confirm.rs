//! 学籍号确认 by the level above: L becomes G or J where nobody in any office below has the same number or identity.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::model::flag::Flag;
use crate::model::id::StudentId;
use crate::model::journal::Value;
use crate::model::message::{self, Message, State};
use crate::model::registration::Registration;
use crate::model::registry_number::{NumberKind, RegistryNumber};
use crate::store::Store;
use crate::store::journal::Writing;
use crate::upstream::postgres::block::Whose;
use crate::upstream::postgres::{Database, Target};

use crate::app::failure::{Failure, Refusal};
use crate::app::number;
use crate::app::session::Session;

use super::across;
use super::conflict;
use super::letter::{self, Letter};
use super::line::retried;
use super::office;
use super::reach::Reach;

/// What confirming came to.
#[derive(Default)]
pub struct Confirmed {
    pub batch: Option<i64>,
    /// Numbers sent down, G and J.
    pub sent: [usize; 2],
    /// Sent before, and not yet done below.
    pub waiting: usize,
    /// Pupils left as they are, and why.
    pub left: Vec<(Whose, Registration, Refusal)>,
}

/// What stands around a pupil whose number is to be confirmed.
struct Scene {
    /// Pupils that may be somebody else's in another office: the pair's name.
    suspects: BTreeMap<Whose, String>,
    disputed: BTreeSet<Whose>,
    /// The division of a school, by office and code.
    divisions: BTreeMap<(String, String), String>,
    /// What was sent before: the number, and what became of it below.
    before: BTreeMap<Whose, (RegistryNumber, Option<Message>)>,
}

/// Confirms every number that can be confirmed, G with a citizen number, with `assign` J for those without; each goes down
/// as a letter, and the registry below changes when it is read there.
pub fn run(
    store: &mut Store,
    session: &Session,
    target: &Target,
    assign: bool,
) -> Result<Confirmed, Failure> {
    let scene = scene(store, session, target)?;
    let own = store.meta().origin.clone();
    let below = office::below(store)?;
    let origins = retried(|| Ok(Database::open(target)?.0.overview()?))?;
    let mut confirmed = Confirmed::default();
    let mut writing = store.write(&session.act, None)?;
    let batch = writing.open_batch(message::BATCH, "确认正式学籍号", None)?;
    for (origin, ..) in origins {
        if below.iter().all(|o| o.origin != origin) {
            continue;
        }
        let (via, ids) = retried(|| {
            let mut database = Database::open(target)?.0;
            Ok((database.through(&origin)?, database.unconfirmed(&origin)?))
        })?;
        for ids in ids.chunks(across::CHUNK) {
            let (people, taken) = people(target, &origin, ids)?;
            for person in people {
                let whose = Whose { origin: origin.clone(), id: person.id };
                let around = Around { target, scene: &scene, taken: &taken, assign };
                match around.decide(&mut writing, &whose, &person)? {
                    Ok(Some(number)) => {
                        confirmed.sent[usize::from(number.kind() == NumberKind::Assigned)] += 1;
                        letter::put(&mut writing, &own, &letter(&whose, &via, &number))?;
                    }
                    Ok(None) => confirmed.waiting += 1,
                    Err(refusal) => confirmed.left.push((whose, person, refusal)),
                }
            }
        }
    }
    let sent = confirmed.sent[0] + confirmed.sent[1];
    if sent > 0 {
        writing.close_batch(&format!(r#"{{"confirmed":{sent}}}"#))?;
        writing.commit()?;
        confirmed.batch = Some(batch);
    }
    Ok(confirmed)
}

/// Who has or had each number, in whatever office.
type Taken = HashMap<RegistryNumber, BTreeSet<Whose>>;

/// Pupils of an office, and who has the numbers that they would get.
fn people(target: &Target, origin: &str, ids: &[StudentId]) -> Result<(Vec<Registration>, Taken), Failure> {
    retried(|| {
        let mut database = Database::open(target)?.0;
        let people = across::registrations(&mut database, origin, ids)?;
        let numbers: Vec<RegistryNumber> = people.iter().filter_map(number::of_document).collect();
        Ok((people, taken(database.holders(&numbers)?)))
    })
}

fn taken(holders: Vec<(RegistryNumber, Whose)>) -> Taken {
    let mut taken = Taken::new();
    for (number, whose) in holders {
        taken.entry(number).or_default().insert(whose);
    }
    taken
}

fn letter(whose: &Whose, via: &str, number: &RegistryNumber) -> Letter {
    let text = format!("本级各单位查重无重复，确认为正式学籍号（{}）。", number.kind().letter());
    let Value::Text(number) = Value::from(number) else { unreachable!("a number is kept as a text") };
    Letter {
        to: whose.origin.clone(),
        via: via.to_owned(),
        kind: message::NUMBER_CONFIRMED,
        pupil: Some(whose.id),
        body: vec![("text", text), ("number", number)],
    }
}

fn scene(store: &Store, session: &Session, target: &Target) -> Result<Scene, Failure> {
    let run = across::run(target, &session.act.today.to_string())?;
    let settled = conflict::verdicts(store)?;
    let open = run.pairs.iter().filter(|p| !settled.contains_key(&p.listed.id));
    let suspects = open
        .flat_map(|p| [&p.listed.one, &p.listed.other].map(|w| (w.clone(), p.listed.id.clone())))
        .collect();
    let (flags, schools) = retried(|| {
        let mut database = Database::open(target)?.0;
        Ok((database.flagged(Flag::Disputed.key())?, database.schools()?))
    })?;
    let divisions = schools.into_iter().map(|s| ((s.origin, s.code), s.division));
    Ok(Scene {
        suspects,
        disputed: flags.into_iter().collect(),
        divisions: divisions.collect(),
        before: before(store, target)?,
    })
}

/// The last number that was sent for each pupil, and the letter as it stands at the one who received it.
fn before(
    store: &Store,
    target: &Target,
) -> Result<BTreeMap<Whose, (RegistryNumber, Option<Message>)>, Failure> {
    let own = store.meta().origin.clone();
    let mut below: BTreeMap<(String, i64), Message> = Reach(Some(target))
        .received(store)?
        .into_iter()
        .map(|(_, m)| ((m.stream.clone(), m.number), m))
        .collect();
    let mut all = BTreeMap::new();
    for m in store.messages_in(State::Sent)? {
        let is_ours = m.kind == message::NUMBER_CONFIRMED && m.parties().0 == own;
        let (Some(id), Ok(number), true) = (m.pupil, RegistryNumber::parse(m.get("number")), is_ours) else {
            continue;
        };
        let whose = Whose { origin: m.parties().1.to_owned(), id };
        all.insert(whose, (number, below.remove(&(m.stream.clone(), m.number))));
    }
    Ok(all)
}

type Decided = Result<Option<RegistryNumber>, Refusal>;

fn no(reason: &str, remedy: &str) -> Decided {
    Err(Refusal::new(reason, remedy))
}

/// What decides upon the pupils of a chunk.
struct Around<'a> {
    target: &'a Target,
    scene: &'a Scene,
    taken: &'a Taken,
    assign: bool,
}

impl Around<'_> {
    /// The number for a pupil; nothing where it was sent and is not read yet; or why not.
    fn decide(
        &self,
        writing: &mut Writing,
        whose: &Whose,
        person: &Registration,
    ) -> Result<Decided, Failure> {
        if let Some(pair) = self.scene.suspects.get(whose) {
            let reason = format!("与另一个单位的学籍疑似重复（{pair}）。");
            return Ok(no(&reason, "请先用 xueji upstream conflict raise 通知双方核实，裁决后再确认。"));
        }
        if self.scene.disputed.contains(whose) {
            return Ok(no("是未办结的问题学籍。", "请由其主管部门办结后再确认。"));
        }
        let citizen = number::of_document(person);
        // What the registry below says comes before what was sent: done and undone it says so no more.
        if citizen.is_none() && person.number.as_ref().is_some_and(|n| n.kind() == NumberKind::Assigned) {
            return Ok(no("已是 J 开头的正式学籍号，没有公民身份号码。", "取得公民身份号码后再确认。"));
        }
        let sent = self.scene.before.get(whose);
        if let Some((number, below)) = sent
            && citizen.as_ref().is_none_or(|c| c == number)
        {
            return Ok(match below {
                None => Ok(None),
                Some(m) if m.state == State::Done => no(
                    "对方办理后又撤销了。",
                    "该生仍用原学籍号。请与对方核对撤销的原因；证件号有误的，由对方更正并上报后再确认。",
                ),
                Some(m) => no(&format!("已发过，对方未能办理：{}", m.outcome), "请对方改正后再办这封来信。"),
            });
        }
        match citizen {
            Some(number) => self.citizen(writing, whose, number),
            None if !self.assign => {
                Ok(no("没有可用的公民身份号码。", "确需赋码的，请加 --assign 编发 J 开头的学籍号。"))
            }
            None => self.assigned(writing, whose, person),
        }
    }

    fn citizen(
        &self,
        writing: &mut Writing,
        whose: &Whose,
        number: RegistryNumber,
    ) -> Result<Decided, Failure> {
        let others = self.taken.get(&number).is_some_and(|all| all.iter().any(|w| w != whose));
        // Of two that have one document the first is told apart by nobody: within one office its own list has the pair.
        Ok(if others || !writing.take_number(&number)? {
            no("这个公民身份号码已作为另一名学生的学籍号。", "请用 xueji upstream dedup 核对，通知双方核实。")
        } else {
            Ok(Some(number))
        })
    }

    fn assigned(
        &self,
        writing: &mut Writing,
        whose: &Whose,
        person: &Registration,
    ) -> Result<Decided, Failure> {
        let school = (whose.origin.clone(), person.school.to_string());
        let division = self.scene.divisions.get(&school).map(String::as_str);
        let mut take = |number: &RegistryNumber| -> Result<bool, Failure> {
            let asked = std::slice::from_ref(number);
            let holders = retried(|| Ok(Database::open(self.target)?.0.holders(asked)?))?;
            Ok(holders.is_empty() && writing.take_number(number)?)
        };
        Ok(number::assign(person, division, &mut take)?.map(Some))
    }
}
