//! xueji: from a school's roster to a registry, in the order the data moves.
//!
//! The modules stand in the order that is law: each may use the ones above it and none below it. The doors
//! (`xlsx`, `store`, `upstream`) know the model and nothing else of ours. `tests/architecture.rs` holds both.

mod code;
mod calendar;
mod model;
mod province;
mod roster;
mod check;
mod number;
mod dedup;
mod xlsx;
mod store;
mod upstream;
mod report;
mod app;
mod output;
pub mod cli;
#[cfg(any(fuzzing, test))]
pub mod fuzzing;
