//! The use cases: plan, then apply in one transaction. Knows no change, check or report by name.

pub mod approve;
pub mod change;
pub mod changes;
pub mod demo;
pub mod due;
pub mod evaluate;
pub mod evidence;
pub mod explanation;
pub mod failure;
pub mod heading;
pub mod import;
pub mod input;
pub mod loaded;
pub mod marked;
pub mod matching;
pub mod number;
pub mod numbers;
pub mod places;
pub mod proposals;
pub mod scan;
pub mod session;
pub mod spot;
pub mod student;
pub mod undo;
pub mod validate;
