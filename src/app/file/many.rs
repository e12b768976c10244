//! Hand-overs of many files at once: every file with its outcome, those that can go go in one batch.

use std::collections::HashSet;
use std::path::Path;

use crate::model::file::custody::{Handover, Holder};
use crate::model::id::StudentId;
use crate::model::journal::{Draft, Tail, Value, Write};
use crate::model::record_table::CUSTODY;
use crate::model::registration::Registration;
use crate::model::sheet::{ID_DOCUMENT, PUPIL_NAME, REGISTRY_NUMBER, STUDENT_ID, SheetColumn};
use crate::store::Store;
use crate::store::lookup::Which;

use super::super::change::bulk::{Fate, Line, Reason};
use super::super::due::Ground;
use super::super::failure::{Failure, Refusal};
use super::super::list::{self, List};
use super::super::listed::{NUMBERS, pupil};
use super::super::places::require_school;
use super::super::session::Session;
use super::of;
use super::write::{Asked, reasons};

/// The columns of a list.
const COLUMNS: &[SheetColumn] = &[REGISTRY_NUMBER, ID_DOCUMENT, STUDENT_ID, PUPIL_NAME];

/// Whose files.
pub enum Whose<'a> {
    One(StudentId),
    /// Of those now at a school, or in one of its classes.
    Present {
        school: &'a str,
        class: Option<&'a str>,
    },
    /// Of those whose registration ended at a school: graduates, those who left.
    Left {
        school: &'a str,
        class: Option<&'a str>,
    },
    /// Of those a batch concerned.
    Batch(i64),
    /// Of those on a list.
    Listed(&'a Path),
}

/// What would be done.
pub struct Plan {
    pub lines: Vec<Line>,
    pub list: Option<List>,
    going: Vec<StudentId>,
    tail: Tail,
}

/// Plans the hand-overs; `asked` is of nobody yet.
pub fn plan(desk: &Ground, whose: &Whose, asked: &Asked) -> Result<Plan, Failure> {
    let tail = desk.store.tail()?;
    let of_many = !matches!(whose, Whose::One(_));
    let (lines, going, seen) = Default::default();
    let mut planning = Planning { desk, asked, lines, going, seen, of_many };
    let list = match whose {
        Whose::Listed(path) => Some(planning.listed(path)?),
        _ => {
            for r in chosen(desk.store, whose)? {
                planning.one(0, r)?;
            }
            None
        }
    };
    if planning.lines.is_empty() {
        let remedy = "请核对 --school、--class、--batch、--list；已毕业、离校的加 --left。";
        return Err(Refusal::new("范围内没有学生。", remedy).into());
    }
    Ok(Plan { lines: planning.lines, list, going: planning.going, tail })
}

fn chosen(store: &Store, whose: &Whose) -> Result<Vec<Registration>, Failure> {
    let (school, class, has_left) = match whose {
        Whose::Present { school, class } => (*school, *class, false),
        Whose::Left { school, class } => (*school, *class, true),
        Whose::One(id) => return Ok(store.registrations(&Which::Id(*id))?),
        Whose::Batch(number) => return of_batch(store, *number),
        Whose::Listed(_) => return Ok(Vec::new()),
    };
    require_school(store, school)?;
    let which = if has_left { Which::All } else { Which::School(school) };
    let mut all = store.registrations(&which)?;
    all.retain(|r| r.until.is_some() == has_left && r.school.as_str() == school);
    all.retain(|r| class.is_none_or(|c| r.class_number == c));
    all.sort_by(|a, b| (&a.class_number, a.id).cmp(&(&b.class_number, b.id)));
    Ok(all)
}

fn of_batch(store: &Store, number: i64) -> Result<Vec<Registration>, Failure> {
    if store.batch(number)?.is_none() {
        let reason = format!("没有第 {number} 批。");
        return Err(Refusal::new(reason, "请用 xueji batch list 查看批次号。").into());
    }
    let mut seen = HashSet::new();
    let concerned = store.entries_of_batch(number)?.into_iter().filter_map(|e| e.student);
    let mut all = Vec::new();
    for id in concerned.filter(|id| seen.insert(*id)) {
        all.extend(store.registrations(&Which::Id(id))?);
    }
    Ok(all)
}

struct Planning<'a, 'g> {
    desk: &'a Ground<'g>,
    asked: &'a Asked<'a>,
    lines: Vec<Line>,
    going: Vec<StudentId>,
    seen: HashSet<StudentId>,
    of_many: bool,
}

impl Planning<'_, '_> {
    fn listed(&mut self, path: &Path) -> Result<List, Failure> {
        let complete = |at: &[Option<usize>]| {
            let has = |key: &str| COLUMNS.iter().position(|c| c.key == key).and_then(|i| at[i]).is_some();
            has(PUPIL_NAME.key) && NUMBERS.iter().any(|key| has(key))
        };
        let remedy = "表头应有姓名，和学籍号、身份证件号或内部编号。";
        let list = list::open(path, COLUMNS, &complete, remedy)?;
        for row in &list.rows {
            match pupil(self.desk.store, &list, row, "不在本库的学生由学籍所在地办理。")? {
                Ok(r) => self.one(row.number, r)?,
                Err(reasons) => {
                    let name = list.get(row, PUPIL_NAME.key).to_owned();
                    self.lines.push(line(row.number, name, None, Fate::Refused(reasons)));
                }
            }
        }
        Ok(list)
    }

    /// What becomes of one file. A pupil who stands on a list twice is one.
    fn one(&mut self, row: u32, r: Registration) -> Result<(), Failure> {
        let (id, name) = (r.id, r.record.get(crate::model::field::Field::PupilName).to_owned());
        let file = of(self.desk, r)?;
        let holder = Holder::of(self.desk.directory, self.asked.to);
        let is_there = file.holder().is_some_and(|held| held.holder == holder);
        // Asked for one file alone, it is told why not.
        let fate = if self.of_many && (is_there || !self.seen.insert(id)) {
            Fate::Already
        } else {
            let cell = if row == 0 { id.to_string() } else { format!("第 {row} 行") };
            let against = reasons(self.desk, &file, self.asked).into_iter();
            let against: Vec<Reason> =
                against.map(|refusal| Reason { cell: cell.clone(), refusal }).collect();
            if against.is_empty() { Fate::Done } else { Fate::Refused(against) }
        };
        if fate == Fate::Done {
            self.going.push(id);
        }
        self.lines.push(line(row, name, Some(id), fate));
        Ok(())
    }
}

fn line(row: u32, name: String, student: Option<StudentId>, fate: Fate) -> Line {
    Line { row, name, student, kind: "档案移交".to_owned(), application: String::new(), fate }
}

/// Hands over what can go, in one batch; none where nothing can.
pub fn apply(
    store: &mut Store,
    session: &Session,
    plan: &Plan,
    asked: &Asked,
) -> Result<Option<i64>, Failure> {
    if plan.going.is_empty() {
        return Ok(None);
    }
    let mut writing = store.write(&session.act, Some(plan.tail))?;
    let batch = writing.open_batch("file", &format!("档案移交{}", asked.to), None)?;
    for id in &plan.going {
        let handover = Handover {
            student: *id,
            ordinal: writing.next_ordinal(&CUSTODY, &Value::Id(*id))?,
            holder: asked.to.to_owned(),
            since: asked.on.to_string(),
            reason: asked.reason.to_owned(),
            recorded_by: session.act.actor.clone(),
        };
        writing.append(&Draft {
            change: "file_handed_over",
            student: Some(*id),
            text: asked.reason.to_owned(),
            writes: vec![Write::Insert { table: &CUSTODY, row: handover.row() }],
            ..Draft::default()
        })?;
    }
    writing.close_batch(&format!(r#"{{"files":{}}}"#, plan.going.len()))?;
    writing.commit()?;
    Ok(Some(batch))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_known_by_the_columns_of_the_other_lists() {
        assert!(COLUMNS.iter().map(|c| c.key).eq(crate::model::sheet::WHO));
    }
}
