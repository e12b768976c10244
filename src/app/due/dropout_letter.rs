//! 劝返函: the day by which the guardians have to bring the pupil back.

use super::super::failure::Failure;
use super::super::watch;
use super::{Dated, Ground, Item, source};
use crate::model::watch::letter::STEP;

pub const DATED: Dated = Dated { name: "dropout-letter", title: "劝返函期满", find };

fn find(ground: &Ground) -> Result<Vec<Item>, Failure> {
    let mut items = Vec::new();
    for shown in watch::list(ground.store)?.iter().filter(|s| s.is_open()) {
        // Whatever was done since is the answer to the letter.
        let Some(step) = shown.steps.last().filter(|s| *s.spec == STEP) else { continue };
        let Some(day) = step.until.as_deref().and_then(|day| day.parse().ok()) else { continue };
        let term = ground.count(&shown.watch.school, ground.by.today, "dropout_letter_days");
        items.push(Item {
            subject: shown.watch.id.clone(),
            todo: format!(
                "核实是否返校：返校的复学、销号，没有返校的走访或再发函：xueji dropout record {} visit",
                shown.watch.id
            ),
            source: term.map_or_else(|| STEP.basis.to_owned(), |t| source(&t)),
            ..Item::of(&shown.registration, ground.on(day))
        });
    }
    Ok(items)
}
