//! What reviews found as a list to work through: shown, and ended by a decision with its reason.

use crate::model::registration::Registration;
use crate::model::verification::{Discrepancy, Review};
use crate::store::Store;
use crate::store::lookup::Which;
use crate::store::verification::Wanted;

use super::super::failure::{Failure, Refusal};
use super::super::session::Session;
use super::apply;

/// A finding with the registration it is about, as that stands now.
pub struct Shown {
    pub discrepancy: Discrepancy,
    pub registration: Option<Registration>,
}

/// The findings of reviews; only those that are open, unless all are wanted.
pub fn list(store: &Store, wanted: Wanted) -> Result<Vec<Shown>, Failure> {
    let all = store.discrepancies(wanted)?.into_iter();
    all.map(|discrepancy| {
        let found = discrepancy.student.map(|id| store.registrations(&Which::Id(id))).transpose()?;
        Ok(Shown { discrepancy, registration: found.and_then(|mut all| all.pop()) })
    })
    .collect()
}

/// The finding of this name, and the review that found it.
pub fn get(store: &Store, id: &str) -> Result<(Shown, Option<Review>), Failure> {
    let id = id.trim().to_ascii_uppercase();
    let Some(shown) = list(store, Wanted::One(&id))?.pop() else {
        let reason = format!("核查清单中没有编号 {id}。");
        return Err(Refusal::new(reason, "请用 xueji verify list --all 查看编号。").into());
    };
    let review = store.reviews()?.into_iter().find(|r| r.id == shown.discrepancy.review);
    Ok((shown, review))
}

/// Ends findings by a decision; all of them, or none with every reason why.
pub fn resolve(store: &mut Store, session: &Session, ids: &[String], text: &str) -> Result<i64, Failure> {
    let tail = store.tail()?;
    let (mut found, mut refusals) = (Vec::<Discrepancy>::new(), Vec::new());
    for id in ids {
        match get(store, id) {
            Err(Failure::Refused(why)) => refusals.extend(why),
            Err(e) => return Err(e),
            Ok((Shown { discrepancy: d, .. }, _)) => match &d.resolution {
                Some(r) => refusals.push(Refusal::new(
                    format!("{} 已于 {} 由 {} 处理：{}", d.id, r.on, r.by, r.text),
                    "处理有误的，请用 xueji batch undo 撤销那一批。",
                )),
                None if found.iter().any(|f| f.id == d.id) => {}
                None => found.push(d),
            },
        }
    }
    if !refusals.is_empty() {
        return Err(Failure::Refused(refusals));
    }
    let mut writing = store.write(&session.act, Some(tail))?;
    let title = match &found[..] {
        [one] => format!("核查处理：{} {}", one.kind.spec().title, one.id),
        many => format!("核查处理 {} 件", many.len()),
    };
    let batch = writing.open_batch("verify", &title, None)?;
    for d in &found {
        apply::close(&mut writing, d, text, None)?;
    }
    writing.close_batch(&format!(r#"{{"resolved":{}}}"#, found.len()))?;
    writing.commit()?;
    Ok(batch)
}
