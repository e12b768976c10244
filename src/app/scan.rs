//! 查重 over the registry: the two official rules and the engine. Pairs go on the list; nothing is merged.

use std::collections::BTreeMap;

use crate::dedup;
use crate::dedup::engine::Found;
use crate::dedup::explanation::Explanation;
use crate::model::id::StudentId;
use crate::model::journal::{Draft, Tail, Value, Write};
use crate::model::record_table::{PENDING, SUSPECT};
use crate::model::registration::Registration;
use crate::model::status::Status;
use crate::model::suspect::{DECIDED_FROM, Decision, Suspect, pair_id};
use crate::store::Store;
use crate::store::journal::Writing;
use crate::store::lookup::{Pending, Which};

use super::failure::{Failure, Refusal};
use super::matching;
use super::session::Session;

/// Two registrations that may be one child's.
pub struct Pair {
    pub suspect: Suspect,
    pub one: Registration,
    pub other: Registration,
    /// No earlier run had listed it.
    pub is_new: bool,
    /// The text that closed it at import, where there is one.
    pub explanation: Option<String>,
    /// The dispute that was opened for it and is not decided.
    pub dispute: Option<String>,
}

impl Pair {
    /// Whether it was decided that the two are one child's, and no dispute says what becomes of them.
    pub fn is_left_over(&self) -> bool {
        let same = self.suspect.decision.as_ref().is_some_and(|d| d.is_same);
        same && self.dispute.is_none() && !self.is_moot()
    }

    /// Whether somebody still has to look at it.
    pub fn is_open(&self) -> bool {
        self.suspect.decision.is_none() && self.explanation.is_none() && !self.is_moot()
    }

    /// Whether one of the two has been removed since: a registration that should never have been is nobody's.
    pub fn is_moot(&self) -> bool {
        [&self.one, &self.other].iter().any(|r| r.status == Status::Removed)
    }
}

/// What a run found.
pub struct Scan {
    pub pairs: Vec<Pair>,
    pub registrations: usize,
    /// What the engine says of its run.
    pub found: Found,
    tail: Tail,
}

/// Every pair there is now: those found, and those listed before that a person decided.
pub fn scan(store: &Store, today: &str) -> Result<Scan, Failure> {
    let tail = store.tail()?;
    let known = store.suspects()?;
    let matching = matching::run(store, &known)?;
    let mut found: BTreeMap<(StudentId, StudentId), (&'static str, i64)> = BTreeMap::new();
    for m in matching.matches() {
        found.insert((m.one, m.other), (dedup::LIKELY, m.score));
    }
    let official =
        [(dedup::SAME_DOCUMENT, store.same_document()?), (dedup::SAME_IDENTITY, store.same_identity()?)];
    for (rule, pairs) in official {
        for (pair, score) in pairs.iter().zip(matching.scores(&pairs)) {
            found.insert(*pair, (rule, score));
        }
    }
    let mut pairs = Vec::new();
    let mut listed: BTreeMap<(StudentId, StudentId), Suspect> =
        known.into_iter().map(|s| ((s.one, s.other), s)).collect();
    for ((one, other), (rule, score)) in found {
        let before = listed.remove(&(one, other));
        let is_new = before.is_none();
        let suspect = before.unwrap_or_else(|| Suspect {
            id: pair_id(one, other),
            one,
            other,
            rule: rule.to_owned(),
            score,
            found_on: today.to_owned(),
            decision: None,
        });
        pairs.extend(pair(store, suspect, is_new)?);
    }
    // What is no longer found stays on the list until somebody decides it.
    for suspect in listed.into_values() {
        pairs.extend(pair(store, suspect, false)?);
    }
    likeliest_first(&mut pairs);
    Ok(Scan { pairs, registrations: matching.len(), found: matching.found, tail })
}

fn likeliest_first(pairs: &mut [Pair]) {
    pairs.sort_by(|a, b| (-a.suspect.score, &a.suspect.id).cmp(&(-b.suspect.score, &b.suspect.id)));
}

/// The pairs on the list, without looking for others.
pub fn list(store: &Store) -> Result<Vec<Pair>, Failure> {
    let mut pairs = Vec::new();
    for suspect in store.suspects()? {
        pairs.extend(pair(store, suspect, false)?);
    }
    likeliest_first(&mut pairs);
    Ok(pairs)
}

fn pair(store: &Store, suspect: Suspect, is_new: bool) -> Result<Option<Pair>, Failure> {
    let (Some(one), Some(other)) = (registration(store, suspect.one)?, registration(store, suspect.other)?)
    else {
        return Ok(None);
    };
    let waiting = held_lines(store, suspect.one, suspect.other, false)?;
    let explanation = waiting.into_iter().find_map(|p| p.explanation);
    let open = store.open_disputes_of(suspect.other)?;
    let mut dispute = None;
    for id in open {
        if store.dispute(&id)?.is_some_and(|d| d.suspect.as_deref() == Some(suspect.id.as_str())) {
            dispute = Some(id);
        }
    }
    Ok(Some(Pair { suspect, one, other, is_new, explanation, dispute }))
}

fn registration(store: &Store, id: StudentId) -> Result<Option<Registration>, Failure> {
    Ok(store.registrations(&Which::Id(id))?.into_iter().next())
}

/// The lines by which a pair holds its later registration back from approval.
pub fn held_lines(
    store: &Store,
    one: StudentId,
    other: StudentId,
    open_only: bool,
) -> Result<Vec<Pending>, Failure> {
    let mut all = store.pending(Some(other), open_only)?;
    all.retain(|p| dedup::rule(&p.check).is_some() && p.other.is_none_or(|o| o == one));
    Ok(all)
}

/// Both registrations as they were when the pair went on the list; what the journal does not tell is left out.
pub fn when_listed(store: &Store, suspect: &Suspect) -> Result<Vec<Registration>, Failure> {
    let key = [Value::Text(suspect.id.clone())];
    let listed = store.entry_that(&[suspect.one, suspect.other], &|write| match write {
        Write::Insert { table, row } => table.name == SUSPECT.name && row[..1] == key,
        Write::Update { .. } | Write::Delete { .. } => false,
    })?;
    let Some(seq) = listed else { return Ok(Vec::new()) };
    let mut both = Vec::new();
    for id in [suspect.one, suspect.other] {
        both.extend(store.registration_at(id, seq)?);
    }
    Ok(both)
}

/// The entry of a pair that goes on the list.
pub fn listed(suspect: &Suspect) -> Draft {
    Draft {
        change: "suspect_listed",
        student: Some(suspect.other),
        writes: vec![Write::Insert { table: &SUSPECT, row: suspect.row() }],
        ..Draft::default()
    }
}

/// Puts the pairs that are new on the list; how many there were.
pub fn list_new(store: &mut Store, session: &Session, scan: &Scan) -> Result<u64, Failure> {
    let new: Vec<&Pair> = scan.pairs.iter().filter(|p| p.is_new).collect();
    if new.is_empty() {
        return Ok(0);
    }
    let mut writing = store.write(&session.act, Some(scan.tail))?;
    writing.open_batch("dedup", &format!("查重：新增 {} 对", new.len()), None)?;
    for pair in &new {
        let mut draft = listed(&pair.suspect);
        draft.writes.extend(held(&writing, pair)?);
        writing.append(&draft)?;
    }
    writing.close_batch(&format!(r#"{{"suspects":{}}}"#, new.len()))?;
    writing.commit()?;
    Ok(new.len() as u64)
}

/// The line that holds the later registration back from approval. A third child of the same rule is one more pair of
/// a pupil who is held already.
fn held(writing: &Writing, pair: &Pair) -> Result<Option<Write>, Failure> {
    let rule = dedup::rule(&pair.suspect.rule).expect("a new pair was found by a rule of the table");
    let text = |t: &str| Value::Text(t.to_owned());
    let key = vec![Value::Id(pair.other.id), text(rule.name), text(dedup::field(rule.name).key())];
    if writing.row(&PENDING, &key)?.is_some() {
        return Ok(None);
    }
    let message =
        format!("与学校 {} 班号 {} 的一名学生{}。", pair.one.school, pair.one.class_number, rule.title);
    let rest = [Value::Text(message), text(""), Value::Null, Value::Id(pair.one.id)];
    Ok(Some(Write::Insert { table: &PENDING, row: key.into_iter().chain(rest).collect() }))
}

/// A pair with the reckoning of its score.
pub struct Shown {
    pub pair: Pair,
    pub explanation: Explanation,
    /// The columns of each field of the schema.
    pub columns: Vec<Vec<String>>,
}

/// The pair of this name, and why it scores as it does.
pub fn show(store: &Store, id: &str) -> Result<Shown, Failure> {
    let known = store.suspects()?;
    let suspect = named(&known, id)?;
    let matching = matching::run(store, &known)?;
    let explanation = matching.explain(suspect.one, suspect.other);
    let (Some(pair), Some(explanation)) = (pair(store, suspect.clone(), false)?, explanation) else {
        return Err(no_such(id));
    };
    let columns = matching.schema.fields.iter().map(|f| f.columns.clone()).collect();
    Ok(Shown { pair, explanation, columns })
}

fn named<'a>(known: &'a [Suspect], id: &str) -> Result<&'a Suspect, Failure> {
    let wanted = id.trim().to_ascii_uppercase();
    known.iter().find(|s| s.id == wanted).ok_or_else(|| no_such(id))
}

fn no_such(id: &str) -> Failure {
    let reason = format!("清单中没有编号为 {id} 的一对。");
    Refusal::new(reason, "请用 xueji dedup list 查看清单；新的疑似重复先用 xueji dedup 列入。").into()
}

/// Writes down what a person decided of a pair; the batch, by which it can be undone.
pub fn decide(
    store: &mut Store,
    session: &Session,
    id: &str,
    is_same: bool,
    reason: &str,
) -> Result<(i64, Suspect), Failure> {
    let known = store.suspects()?;
    let mut suspect = named(&known, id)?.clone();
    if let Some(decision) = &suspect.decision {
        let reason = format!("{} 已由 {} 于 {} 作出结论。", suspect.id, decision.by, decision.on);
        let remedy = "要改结论，请先用 xueji batch list 找到那一批并 xueji batch undo 撤销，再重新作出。";
        return Err(Refusal::new(reason, remedy).into());
    }
    let act = &session.act;
    let decision =
        Decision { is_same, reason: reason.to_owned(), by: act.actor.to_string(), on: act.today.to_string() };
    let set = decision.values().into_iter().enumerate();
    let set = set.map(|(i, value)| (DECIDED_FROM + i, Value::Null, value)).collect();
    let mut writes = vec![Write::Update { table: &SUSPECT, key: vec![Value::Text(suspect.id.clone())], set }];
    if !is_same {
        let close = held_lines(store, suspect.one, suspect.other, true)?;
        writes.extend(super::approve::explained(suspect.other, &close, reason).writes);
    }
    let mut writing = store.write(act, None)?;
    let title = format!("{} 的结论：{}", suspect.id, if is_same { "同一学生" } else { "不同学生" });
    let batch = writing.open_batch("dedup", &title, None)?;
    writing.append(&Draft {
        change: "suspect_decided",
        student: Some(suspect.other),
        text: reason.to_owned(),
        writes,
        ..Draft::default()
    })?;
    writing.close_batch(r#"{"decided":1}"#)?;
    writing.commit()?;
    suspect.decision = Some(decision);
    Ok((batch, suspect))
}
