//! What a registration is: values and their laws. No files, no clock, no SQL.

pub mod composed;
pub mod actor;
pub mod application;
pub mod cell;
pub mod change;
pub mod dispute;
pub mod document;
pub mod evidence;
pub mod field;
pub mod finding;
pub mod flag;
pub mod heading;
pub mod id;
pub mod journal;
pub mod loaded;
pub mod markup;
pub mod record;
pub mod record_table;
pub mod office;
pub mod registration;
pub mod registry_number;
pub mod school;
pub mod sheet;
pub mod status;
pub mod suspect;
pub mod table;
