//! 退回: an application that waits to be mended and sent again. No rule sets a limit; forgotten it would wait for ever.

use super::super::failure::Failure;
use super::{Dated, Ground, Item, When};
use crate::model::application::Phase;
use crate::model::change::step::Route;

pub const DATED: Dated = Dated { name: "returned", title: "退回待补正", find };

fn find(ground: &Ground) -> Result<Vec<Item>, Failure> {
    let returned = ground.open.iter().filter(|a| a.phase == Phase::Returned);
    let items = returned.map(|a| {
        let command = if a.spec.route == Route::Transfer { "transfer" } else { "change" };
        let todo = format!("{}申请补正后再送：xueji {command} resubmit {}", a.spec.name, a.id);
        let source = "不限期；补正后期限重新起算".to_owned();
        Ok(Item { todo, source, ..ground.of_application(a, When::UNLIMITED)? })
    });
    items.collect()
}
