//! A school's own headings: learned once, forgotten when they change, journalled like every write.

use crate::model::field::Field;
use crate::model::heading::{Heading, NOT_READ};
use crate::model::journal::{Draft, Value, Write};
use crate::model::record_table::HEADING;
use crate::store::Store;
use crate::store::journal::Writing;

use super::failure::{Failure, Refusal};
use super::places::{Entered, require_school};
use super::session::Session;

fn row(h: &Heading) -> Vec<Value> {
    let key = h.field.map_or(NOT_READ, Field::key);
    [h.school.as_str(), h.heading.as_str(), key].iter().map(|t| Value::Text((*t).to_owned())).collect()
}

/// Remembers headings of a school; what is known already is left, what is known otherwise is changed.
pub fn learn(
    store: &mut Store,
    session: &Session,
    school: &str,
    headings: &[(String, Option<Field>)],
) -> Result<Entered, Failure> {
    require_school(store, school)?;
    let known = store.headings()?;
    let mut entered = Entered::default();
    let mut drafts = Vec::new();
    for (heading, field) in headings {
        let new = Heading { school: school.to_owned(), heading: heading.clone(), field: *field };
        match known.iter().find(|k| k.school == new.school && k.heading == new.heading) {
            Some(old) if *old == new => entered.unchanged += 1,
            Some(old) => {
                entered.changed += 1;
                let (before, after) = (row(old), row(&new));
                let set = vec![(2, before[2].clone(), after[2].clone())];
                drafts.push(Write::Update { table: &HEADING, key: after[..2].to_vec(), set });
            }
            None => {
                entered.new += 1;
                drafts.push(Write::Insert { table: &HEADING, row: row(&new) });
            }
        }
    }
    if drafts.is_empty() {
        return Ok(entered);
    }
    let title = format!("{school} 的栏目名");
    entered.batch = Some(write(store, session, "heading_learned", &title, drafts)?);
    Ok(entered)
}

/// Forgets one heading of a school, or all of them; the batch and how many.
pub fn forget(
    store: &mut Store,
    session: &Session,
    school: &str,
    heading: Option<&str>,
) -> Result<(i64, u64), Failure> {
    require_school(store, school)?;
    let known = store.headings()?;
    let wanted = |k: &&Heading| k.school == school && heading.is_none_or(|h| h == k.heading);
    let drafts: Vec<Write> =
        known.iter().filter(wanted).map(|k| Write::Delete { table: &HEADING, row: row(k) }).collect();
    if drafts.is_empty() {
        let what = heading.map_or_else(|| "任何栏目名".to_owned(), |h| format!("栏目名“{h}”"));
        let reason = format!("{school} 没有记住{what}。");
        return Err(Refusal::new(reason, "请用 xueji mapping list 查看记住的栏目名。").into());
    }
    let count = drafts.len() as u64;
    let title = format!("不再记住 {school} 的栏目名");
    Ok((write(store, session, "heading_forgotten", &title, drafts)?, count))
}

fn write(
    store: &mut Store,
    session: &Session,
    change: &'static str,
    title: &str,
    writes: Vec<Write>,
) -> Result<i64, Failure> {
    let mut writing: Writing = store.write(&session.act, None)?;
    let batch = writing.open_batch("headings", title, None)?;
    let count = writes.len();
    for write in writes {
        writing.append(&Draft { change, writes: vec![write], ..Draft::default() })?;
    }
    writing.close_batch(&format!(r#"{{"headings":{count}}}"#))?;
    writing.commit()?;
    Ok(batch)
}
