//! A door: workbooks and csv. The only code that knows Excel: it reads them, writes them, and makes the blank ones.

pub mod book;
pub mod columns;
pub mod error;
pub mod form;
pub mod markup;
pub mod numbers;
pub mod read;
pub mod roster;
pub mod template;
pub mod write;

mod bin;
pub mod card;
mod cells;
mod compound;
mod delimited;
mod fit;
mod guard;
mod html;
mod leaf;
mod look;
pub mod mark;
mod ods;
mod ooxml;
mod package;
mod pattern;
pub mod save;
mod sheet_xml;
mod shown;
mod sniff;
mod text;
mod value;
mod watch;
mod xml;
