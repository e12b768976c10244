//! 保留入学资格 ends: the child comes, or the place is given up.

use super::super::failure::Failure;
use super::until::{self, Ends};
use super::{Dated, Ground, Item};
use crate::model::change::deferral;
use crate::model::status::Status;

pub const DATED: Dated = Dated { name: "deferral-end", title: "保留入学资格期满", find };

fn find(ground: &Ground) -> Result<Vec<Item>, Failure> {
    let ends = Ends {
        status: Status::Deferred,
        by: &[&deferral::SPEC],
        todo: "期满前办恢复入学资格（xueji change entry_restoration）；不再入学的办取消入学资格（entry_cancellation）",
    };
    until::items(ground, &ends)
}
