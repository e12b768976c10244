//! A door: workbooks and csv. The only code that knows Excel: it reads them, writes them, and makes the blank ones.

pub mod columns;
pub mod error;
pub mod numbers;
pub mod read;
pub mod roster;
pub mod template;
pub mod write;

mod cells;
mod compound;
mod delimited;
mod guard;
mod ods;
mod package;
mod save;
mod sniff;
mod text;
mod value;
