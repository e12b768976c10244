//! 核办: a party of a transfer or of a progression has its working days from the day it arrives there.

use super::super::change::clock::{self, Due};
use super::super::failure::Failure;
use super::{Dated, Ground, Item, When, source};
use crate::model::change::step::Route;

pub const DATED: Dated = Dated { name: "handling", title: "转学核办", find };

fn find(ground: &Ground) -> Result<Vec<Item>, Failure> {
    let mut items = Vec::new();
    for a in &ground.open {
        let due = clock::due(a, &ground.by);
        let (Some(step), false) = (a.turn(), due == Due::None) else { continue };
        let term = ground.count(a.told.other("to_school"), ground.by.today, "transfer_days");
        let office = ground.directory.school(&step.office).map_or(step.office.as_str(), |s| s.name.as_str());
        let command =
            if a.spec.route == Route::Transfer { "transfer consent" } else { "change decide consent" };
        items.push(Item {
            todo: format!(
                "{}（{office}）核办{}：xueji {command} {} --as {}",
                step.party.label(),
                a.spec.name,
                a.id,
                step.party.key()
            ),
            source: term.map_or_else(|| a.spec.basis.to_owned(), |t| source(&t)),
            ..ground.of_application(a, When::Working(due))?
        });
    }
    Ok(items)
}
