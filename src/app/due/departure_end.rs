//! 出国（境） ends where a day of return was told.

use super::super::failure::Failure;
use super::until::{self, Ends};
use super::{Dated, Ground, Item};
use crate::model::change::departure;
use crate::model::status::Status;

pub const DATED: Dated = Dated { name: "departure-end", title: "出国（境）期满", find };

fn find(ground: &Ground) -> Result<Vec<Item>, Failure> {
    let ends = Ends {
        status: Status::Abroad,
        by: &[&departure::SPEC],
        todo: "回国的办回国复学（xueji change return_from_abroad）；未回的核实去向",
    };
    until::items(ground, &ends)
}
