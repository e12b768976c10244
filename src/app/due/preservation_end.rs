//! 保留学籍 ends where a day was told: the pupil comes back.

use super::super::failure::Failure;
use super::until::{self, Ends};
use super::{Dated, Ground, Item};
use crate::model::change::preservation;
use crate::model::status::Status;

pub const DATED: Dated = Dated { name: "preservation-end", title: "保留学籍期满", find };

fn find(ground: &Ground) -> Result<Vec<Item>, Failure> {
    let ends = Ends {
        status: Status::Preserved,
        by: &[&preservation::SPEC],
        todo: "原因消除后办复学（xueji change reinstatement）",
    };
    until::items(ground, &ends)
}
