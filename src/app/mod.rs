//! The use cases: plan, then apply in one transaction. Knows no change, check or report by name.

pub mod approve;
pub mod demo;
pub mod evaluate;
pub mod failure;
pub mod import;
pub mod input;
pub mod number;
pub mod numbers;
pub mod places;
pub mod scan;
pub mod session;
pub mod student;
pub mod undo;
pub mod validate;
