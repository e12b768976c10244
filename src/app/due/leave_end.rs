//! 休学 ends: the pupil returns, or asks for longer in time.

use super::super::failure::Failure;
use super::until::{self, Ends};
use super::{Dated, Ground, Item, When, source};
use crate::model::change::{leave, leave_extension};
use crate::model::status::Status;

pub const DATED: Dated = Dated { name: "leave-end", title: "休学期满", find };

fn find(ground: &Ground) -> Result<Vec<Item>, Failure> {
    let ends = Ends {
        status: Status::OnLeave,
        by: &[&leave::SPEC, &leave_extension::SPEC],
        todo: "期满前办复学（xueji change reinstatement）或续休（xueji change leave_extension）",
    };
    let mut items = until::items(ground, &ends)?;
    for item in items.iter_mut().filter(|i| matches!(i.when, When::Day { .. })) {
        // Some places want the prolongation asked for some working days before the end (R§7.9).
        if let Some(days) = ground.count(&item.school, ground.by.today, "leave_renewal_days") {
            item.todo.push_str(&format!("；续休须提前 {} 个工作日申请（{}）", days.value, source(&days)));
        }
    }
    Ok(items)
}
