//! A school that goes on under another name or another registry authority. Planned with every reason against it.

use crate::code::division;
use crate::model::journal::{Draft, Tail, Value, Write};
use crate::model::record_table::SCHOOL;
use crate::model::school::School;
use crate::store::Store;

use super::failure::{Failure, Refusal};
use super::reorganization::{known, open_business};
use super::session::Session;

/// Columns of a school's row.
const NAME: usize = 1;
const DIVISION: usize = 2;
const AUTHORITY: usize = 3;

/// What is to be different.
#[derive(Clone, Copy, Debug)]
pub enum Anew<'a> {
    Name(&'a str),
    /// The registry authority, and the division where the place itself came under another one.
    Authority {
        name: &'a str,
        division: Option<&'a str>,
    },
}

/// What the change would write.
pub struct Plan {
    pub school: School,
    change: &'static str,
    set: Vec<(usize, Value, Value)>,
    text: String,
    tail: Tail,
}

impl Plan {
    /// What it is now and what it will be, for people.
    pub fn told(&self) -> String {
        let text = |v: &Value| if let Value::Text(t) = v { t.clone() } else { String::new() };
        let each = self.set.iter().map(|(_, old, new)| format!("{} → {}", text(old), text(new)));
        each.collect::<Vec<_>>().join("；")
    }
}

/// Plans the change of a school; every reason against it at once.
pub fn plan(store: &Store, code: &str, anew: Anew, reason: &str) -> Result<Plan, Failure> {
    let (tail, directory) = (store.tail()?, store.directory()?);
    let school = known(&directory, code)?;
    let mut refusals = Vec::new();
    if let Some(closed) = &school.closed_on {
        let reason = format!("{}（{code}）已于 {closed} 撤销。", school.name);
        refusals.push(Refusal::new(reason, "请核对学校标识码；要恢复的请撤销当时的那一批。"));
    }
    let (change, wanted) = match anew {
        Anew::Name(name) => {
            if let Some(other) =
                directory.named(name).find(|s| s.code != school.code && s.closed_on.is_none())
            {
                let reason = format!("{name}已是另一所学校（{}）的名称。", other.code);
                refusals.push(Refusal::new(reason, "请核对批准的校名；名称相同的学校分不清。"));
            }
            ("school_renamed", vec![(NAME, school.name.clone(), name.to_owned())])
        }
        Anew::Authority { name, division } => {
            // The steps of an open application name the office that was asked.
            refusals.extend(open_business(store, code)?);
            let mut wanted = vec![(AUTHORITY, school.authority.clone(), name.to_owned())];
            if let Some(given) = division {
                match division::county_part(given).filter(|c| division::known(c)) {
                    Some(division) => wanted.push((DIVISION, school.division.clone(), division.to_owned())),
                    None => {
                        let reason = format!("行政区划代码“{given}”不是已知的县级代码。");
                        refusals.push(Refusal::new(reason, "请写学校所在县（市、区）的六位代码。"));
                    }
                }
            }
            ("school_reassigned", wanted)
        }
    };
    let different = wanted.into_iter().filter(|(_, old, new)| old != new);
    let set: Vec<_> = different.map(|(i, old, new)| (i, Value::Text(old), Value::Text(new))).collect();
    if set.is_empty() {
        refusals.push(Refusal::new(format!("{}已经是这样。", school.name), "没有要改的，不需要办理。"));
    }
    if !refusals.is_empty() {
        return Err(Failure::Refused(refusals));
    }
    Ok(Plan { school, change, set, text: reason.to_owned(), tail })
}

/// Makes it so; the batch.
pub fn apply(store: &mut Store, session: &Session, plan: &Plan) -> Result<i64, Failure> {
    let mut writing = store.write(&session.act, Some(plan.tail))?;
    let batch = writing.open_batch("school", &format!("{}：{}", plan.school.code, plan.told()), None)?;
    let key = vec![Value::Text(plan.school.code.as_str().to_owned())];
    writing.append(&Draft {
        change: plan.change,
        text: plan.text.clone(),
        source: plan.told(),
        writes: vec![Write::Update { table: &SCHOOL, key, set: plan.set.clone() }],
        ..Draft::default()
    })?;
    writing.close_batch(r#"{"changed":1}"#)?;
    writing.commit()?;
    Ok(batch)
}
