//! 查重 over the registry by the two official rules. Findings go to the list; nothing is merged.

use crate::dedup;
use crate::model::field::Field;
use crate::model::finding::Page;
use crate::model::id::StudentId;
use crate::model::journal::{Draft, PENDING, Value, Write};
use crate::model::registration::Registration;
use crate::store::Store;
use crate::store::lookup::Which;

use super::failure::Failure;
use super::session::Session;

/// Two registrations that a rule takes for one child, with the rule.
pub struct Pair {
    pub rule: &'static Page,
    pub one: Registration,
    pub other: Registration,
    /// Whether an earlier run had listed it.
    pub listed: bool,
    /// The text that closed it, where there is one.
    pub explanation: Option<String>,
}

/// Every pair the two rules find now.
pub fn scan(store: &Store) -> Result<Vec<Pair>, Failure> {
    let mut pairs = Vec::new();
    for (name, found) in
        [("same-document-number", store.same_document()?), ("same-name-sex-birth", store.same_identity()?)]
    {
        let rule = dedup::rule(name).expect("the two official rules are in the table");
        for (a, b) in found {
            if let (Some(one), Some(other)) = (one(store, a)?, one(store, b)?) {
                let known = store.pending(Some(b), false)?;
                let mine = known.iter().find(|p| p.check == name && p.other.is_none_or(|o| o == a));
                let explanation = mine.and_then(|p| p.explanation.clone());
                pairs.push(Pair { rule, one, other, listed: mine.is_some(), explanation });
            }
        }
    }
    Ok(pairs)
}

fn one(store: &Store, id: StudentId) -> Result<Option<Registration>, Failure> {
    Ok(store.registrations(&Which::Id(id))?.into_iter().next())
}

/// Puts the pairs that are new on the list; how many there were.
pub fn list_new(store: &mut Store, session: &Session, pairs: &[Pair]) -> Result<u64, Failure> {
    let new: Vec<&Pair> = pairs.iter().filter(|p| !p.listed).collect();
    if new.is_empty() {
        return Ok(0);
    }
    let mut writing = store.write(&session.act, None)?;
    writing.open_batch("dedup", &format!("查重：新增 {} 对", new.len()), None)?;
    let mut count = 0;
    for pair in new {
        let field =
            if pair.rule.name == "same-document-number" { Field::DocumentId } else { Field::PupilName };
        let text = |t: &str| Value::Text(t.to_owned());
        let key = vec![Value::Id(pair.other.id), text(pair.rule.name), text(field.key())];
        // A third child of the same key is one more pair of a pupil already on the list: the list has it.
        if writing.row(&PENDING, &key)?.is_some() {
            continue;
        }
        let message = format!(
            "与学校 {} 班号 {} 的一名学生{}。",
            pair.one.school, pair.one.class_number, pair.rule.title
        );
        let row = vec![
            key[0].clone(),
            key[1].clone(),
            key[2].clone(),
            Value::Text(message),
            text(""),
            Value::Null,
            Value::Id(pair.one.id),
        ];
        let writes = vec![Write::Insert { table: &PENDING, row }];
        writing.append(&Draft {
            change: "suspect_listed",
            student: Some(pair.other.id),
            writes,
            ..Draft::default()
        })?;
        count += 1;
    }
    writing.close_batch(&format!(r#"{{"suspects":{count}}}"#))?;
    writing.commit()?;
    Ok(count)
}
