//! What was granted until a day: the last change that brought a pupil into a status, and the day it told.

use super::super::failure::Failure;
use super::{Ground, Item, When};
use crate::model::change::Spec;
use crate::model::status::Status;

/// What stands at the end of a status that was granted for a time.
pub struct Ends {
    pub status: Status,
    /// The kinds that grant it or prolong it.
    pub by: &'static [&'static Spec],
    /// What to do before the day.
    pub todo: &'static str,
}

/// The ends of everybody's.
pub fn items(ground: &Ground, ends: &Ends) -> Result<Vec<Item>, Failure> {
    let kinds: Vec<&str> = ends.by.iter().map(|s| s.kind).collect();
    let mut items = Vec::new();
    for (student, until) in ground.store.granted_until(ends.status, &kinds)? {
        let Some(r) = ground.pupil(student)? else { continue };
        let when = until.and_then(|day| day.parse().ok()).map_or(When::UNLIMITED, |day| ground.on(day));
        let written = if when == When::UNLIMITED { "没有写截止日期；" } else { "" };
        items.push(Item {
            todo: format!("{written}{}", ends.todo),
            source: "核准时写明的截止日期".to_owned(),
            ..Item::of(&r, when)
        });
    }
    Ok(items)
}
