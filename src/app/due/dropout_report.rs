//! 控辍保学: who dropped out or is absent goes on the list, and is reported in writing. No national text says in how many days.

use super::super::failure::Failure;
use super::super::watch;
use super::{Dated, Ground, Item, When};
use crate::model::watch::report::STEP;

pub const DATED: Dated = Dated { name: "dropout-report", title: "辍学书面报告", find };

fn find(ground: &Ground) -> Result<Vec<Item>, Failure> {
    let source = || STEP.basis.to_owned();
    let mut items = Vec::new();
    for wanted in watch::missing(ground.store)? {
        items.push(Item {
            todo: format!(
                "登入控辍保学台账：xueji dropout open --student {} --reason …",
                wanted.registration.id
            ),
            source: source(),
            ..Item::of(&wanted.registration, When::UNLIMITED)
        });
    }
    for shown in watch::list(ground.store)?.iter().filter(|s| s.is_open() && s.last(&STEP).is_none()) {
        items.push(Item {
            subject: shown.watch.id.clone(),
            todo: format!("书面报告乡镇人民政府等：xueji dropout record {} report", shown.watch.id),
            source: source(),
            ..Item::of(&shown.registration, When::UNLIMITED)
        });
    }
    Ok(items)
}
