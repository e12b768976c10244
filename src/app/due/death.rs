//! 死亡: reported and cancelled within ten working days of the day it happened; done when the change takes effect.

use super::super::failure::Failure;
use super::{Dated, Ground, Item, source};
use crate::model::change::death::SPEC;
use crate::model::change::input::Input;

pub const DATED: Dated = Dated { name: "death", title: "死亡注销", find };

/// The usual limit (2013, about Art. 19).
const USUAL_DAYS: u32 = 10;

fn find(ground: &Ground) -> Result<Vec<Item>, Failure> {
    let mut items = Vec::new();
    for a in ground.open.iter().filter(|a| *a.spec == SPEC) {
        let happened = a.told.get(Input::On).parse().unwrap_or(a.opened_on);
        let mut item = ground.of_application(a, super::When::UNLIMITED)?;
        let term = ground.count(&item.school, ground.by.today, "death_days");
        item.when = ground.working_days(happened, term.as_ref().map_or(USUAL_DAYS, |t| t.value));
        item.source = term.map_or_else(|| SPEC.basis.to_owned(), |t| source(&t));
        let party = a.turn().map_or(("", ""), |s| (s.party.label(), s.party.key()));
        item.todo = format!("{}核办：xueji change decide consent {} --as {}", party.0, a.id, party.1);
        items.push(item);
    }
    Ok(items)
}
