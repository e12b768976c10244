//! Many applications decided at once by one party, each as if it were decided alone; two people stay two people.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use crate::model::application::{Application, Deciding, Phase};
use crate::model::cell::Row;
use crate::model::change::Spec;
use crate::model::change::step::{Act, Party};
use crate::model::field::{Field, Need};
use crate::model::id::StudentId;
use crate::model::journal::Tail;
use crate::model::registration::Registration;
use crate::model::sheet::SheetColumn;
use crate::province::Pack;
use crate::store::Store;
use crate::store::application::Asked;

use super::super::super::failure::{Failure, Refusal};
use super::super::super::list::{self, List};
use super::super::super::session::Session;
use super::super::decide::{application, effect, refusals, still_stands, takes_effect};
use super::super::{Ground, registration, write};
use super::{Fate, Line, Reason};

/// The columns of a list of applications to decide.
#[rustfmt::skip]
const COLUMNS: &[SheetColumn] = &[
    SheetColumn { key: "application", heading: "编号", aliases: &["申请编号", "申请"], need: Need::Must, help: "申请编号。", example: "", options: &[] },
    SheetColumn { key: "reason", heading: "理由", aliases: &["意见", "审核意见", "核准意见"], need: Need::Optional, help: "理由或意见。", example: "", options: &[] },
];

/// What is decided, by whom.
pub struct Ballot<'a> {
    pub act: Act,
    pub party: Option<Party>,
    pub reason: &'a str,
    pub rules: Option<&'a Pack>,
}

/// Which applications.
pub enum Chosen<'a> {
    /// Every open one whose turn the party is, of these kinds and, where it is named, at this office.
    All { kinds: &'a dyn Fn(&Spec) -> bool, office: Option<&'a str> },
    /// Those of a list.
    Listed(&'a Path),
}

/// One application as it is and as it would be.
struct Decided {
    line: usize,
    before: Application,
    after: Application,
    current: Option<Registration>,
    reason: String,
}

/// What deciding would do.
pub struct Deciders {
    pub lines: Vec<Line>,
    decided: Vec<Decided>,
    tail: Tail,
}

/// An application to decide, where it stands in a list, and what is said of it.
struct Candidate {
    row: u32,
    cell: String,
    application: Result<Application, Refusal>,
    reason: String,
}

/// Plans the decisions; each application by itself.
pub fn plan(store: &Store, session: &Session, ballot: &Ballot, chosen: &Chosen) -> Result<Deciders, Failure> {
    let (tail, directory) = (store.tail()?, store.directory()?);
    let ground = Ground::new(store, &directory, ballot.rules, session.act.today);
    let candidates = match chosen {
        Chosen::All { kinds, office } => all(store, ballot, *kinds, *office)?,
        Chosen::Listed(path) => listed(store, path, ballot.reason)?,
    };
    let (mut lines, mut decided, mut touched) = (Vec::new(), Vec::<Decided>::new(), HashSet::new());
    for candidate in candidates {
        let (row, cell) = (candidate.row, candidate.cell.clone());
        let line = Line {
            row,
            name: String::new(),
            student: None,
            kind: String::new(),
            application: String::new(),
            fate: Fate::Done,
        };
        let reasons = |all: Vec<Refusal>| {
            Fate::Refused(all.into_iter().map(|refusal| Reason { cell: cell.clone(), refusal }).collect())
        };
        let before = match candidate.application {
            Ok(before) => before,
            Err(refusal) => {
                lines.push(Line { fate: reasons(vec![refusal]), ..line });
                continue;
            }
        };
        let current = before.student.map(|id| registration(store, id)).transpose()?;
        let name = current.as_ref().map_or("", |r| r.record.get(Field::PupilName)).to_owned();
        let mut line = Line {
            name,
            student: before.student,
            kind: before.spec.name.to_owned(),
            application: before.id.to_string(),
            ..line
        };
        match judged(&ground, session, ballot, &candidate.reason, (&before, current.as_ref()), &mut touched)?
        {
            Ok(after) => {
                decided.push(Decided { line: lines.len(), before, after, current, reason: candidate.reason })
            }
            Err(all) => line.fate = reasons(all),
        }
        lines.push(line);
    }
    Ok(Deciders { lines, decided, tail })
}

/// What a decision makes of one application, or everything against it.
fn judged(
    ground: &Ground,
    session: &Session,
    ballot: &Ballot,
    reason: &str,
    (before, current): (&Application, Option<&Registration>),
    touched: &mut HashSet<StudentId>,
) -> Result<Result<Application, Vec<Refusal>>, Failure> {
    let act = &session.act;
    let deciding =
        Deciding { act: ballot.act, party: ballot.party, reason, actor: &act.actor, on: act.today };
    let after = match before.decide(&deciding) {
        Ok(after) => after,
        Err(all) => return Ok(Err(refusals(&all))),
    };
    if !takes_effect(ballot.act, &after) {
        return Ok(Ok(after));
    }
    if before.student.is_some_and(|id| !touched.insert(id)) {
        let remedy = "请这一批办好以后再办这一件。";
        return Ok(Err(vec![Refusal::new("同一名学生在这一批里已有一项生效。", remedy)]));
    }
    match still_stands(ground, &after, current) {
        Ok(()) => {
            ground.census.reserve(ground.directory, after.spec, current, &after.told);
            Ok(Ok(after))
        }
        Err(Failure::Refused(all)) => Ok(Err(all)),
        Err(other) => Err(other),
    }
}

fn all(
    store: &Store,
    ballot: &Ballot,
    kinds: &dyn Fn(&Spec) -> bool,
    office: Option<&str>,
) -> Result<Vec<Candidate>, Failure> {
    let open = store.applications(&Asked::Open)?;
    let turn = |a: &&Application| {
        let step = a.turn().filter(|_| a.phase == Phase::Open);
        kinds(a.spec)
            && step.is_some_and(|s| Some(s.party) == ballot.party && office.is_none_or(|o| o == s.office))
            && (ballot.act == Act::Collect) == a.awaits_collection()
    };
    let mine: Vec<&Application> = open.iter().filter(turn).collect();
    let offices: std::collections::BTreeSet<&str> =
        mine.iter().filter_map(|a| a.turn()).map(|s| s.office.as_str()).collect();
    if offices.len() > 1 {
        let names = offices.into_iter().collect::<Vec<_>>().join("、");
        let reason = format!("轮到办理的单位不止一个：{names}。");
        return Err(
            Refusal::new(reason, "请用 --office 写明替哪一个单位办理（主管部门全称或学校标识码）。").into()
        );
    }
    let candidate = |a: &Application| Candidate {
        row: 0,
        cell: a.id.to_string(),
        application: Ok(a.clone()),
        reason: ballot.reason.to_owned(),
    };
    Ok(mine.into_iter().map(candidate).collect())
}

/// Whose turn the open applications of these kinds are: party, office, how many.
pub fn turns(
    store: &Store,
    kinds: &dyn Fn(&Spec) -> bool,
) -> Result<BTreeMap<(Party, String), usize>, Failure> {
    let mut turns = BTreeMap::new();
    for a in store.applications(&Asked::Open)?.iter().filter(|a| kinds(a.spec) && a.phase == Phase::Open) {
        if let Some(step) = a.turn() {
            *turns.entry((step.party, step.office.clone())).or_default() += 1;
        }
    }
    Ok(turns)
}

fn listed(store: &Store, path: &Path, usual: &str) -> Result<Vec<Candidate>, Failure> {
    let remedy = "表头应有“编号”（申请编号）一栏；xueji transfer list -o 名单.xlsx 可以得到这样的名单。";
    let list = list::open(path, COLUMNS, &|at| at[0].is_some(), remedy)?;
    let mut seen = HashSet::new();
    list.rows.iter().map(|row| candidate(store, &list, row, usual, &mut seen)).collect()
}

fn candidate(
    store: &Store,
    list: &List,
    row: &Row,
    usual: &str,
    seen: &mut HashSet<String>,
) -> Result<Candidate, Failure> {
    let (text, said) = (list.get(row, "application"), list.get(row, "reason"));
    let place = list.place(row, "application");
    let application = if seen.insert(text.to_owned()) {
        match application(store, text) {
            Ok(found) => Ok(found),
            Err(Failure::Refused(mut all)) => Err(all.remove(0)),
            Err(other) => return Err(other),
        }
    } else {
        Err(Refusal::new(format!("申请 {text} 在名单里出现了两次。"), "请删去一行。"))
    };
    Ok(Candidate {
        row: row.number,
        cell: format!("{}!{}", place.sheet, place.cell()),
        application,
        reason: if said.is_empty() { usual } else { said }.to_owned(),
    })
}

/// Decides what was planned, in one batch; none where nothing is left to decide.
pub fn apply(
    store: &mut Store,
    session: &Session,
    act: Act,
    plan: &mut Deciders,
) -> Result<Option<i64>, Failure> {
    if plan.decided.is_empty() {
        return Ok(None);
    }
    let directory = store.directory()?;
    let mut writing = store.write(&session.act, Some(plan.tail))?;
    let title = format!("{} 件申请：{}", plan.decided.len(), act.label());
    let batch = writing.open_batch("change", &title, None)?;
    for (counter, d) in (0u32..).zip(&plan.decided) {
        if takes_effect(act, &d.after) {
            let scene = write::Scene { directory: &directory, session, counter };
            let after =
                effect(&mut writing, &scene, (&d.before, d.after.clone()), d.current.as_ref(), &d.reason)?;
            plan.lines[d.line].student = after.student;
        } else {
            writing.append(&write::moved(&d.before, &d.after, &d.reason))?;
        }
    }
    writing.close_batch(&format!(r#"{{"decided":{}}}"#, plan.decided.len()))?;
    writing.commit()?;
    Ok(Some(batch))
}
