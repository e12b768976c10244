//! 移交户籍地: of migrant children who dropped out, at the end of each semester.

use super::super::failure::Failure;
use super::super::watch;
use super::{Dated, Ground, Item};
use crate::model::status::Status;
use crate::model::term::Term;
use crate::model::watch::handover::STEP;

pub const DATED: Dated = Dated { name: "dropout-handover", title: "移交户籍地", find };

fn find(ground: &Ground) -> Result<Vec<Item>, Failure> {
    let term = Term::of(ground.by.today);
    let mut items = Vec::new();
    for shown in watch::list(ground.store)?.iter().filter(|s| s.is_open()) {
        let done =
            shown.last(&STEP).and_then(|s| s.day.parse().ok()).is_some_and(|day| Term::of(day) == term);
        let left = shown.registration.status == Status::DroppedOut;
        if done || !left || !watch::is_migrant(ground.directory, shown) {
            continue;
        }
        items.push(Item {
            subject: shown.watch.id.clone(),
            todo: format!(
                "学期末转交户籍所在地县级教育行政部门：xueji dropout record {} handover",
                shown.watch.id
            ),
            source: STEP.basis.to_owned(),
            ..Item::of(&shown.registration, ground.on(term.last_day()))
        });
    }
    Ok(items)
}
