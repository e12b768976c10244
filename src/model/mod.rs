//! What a registration is: values and their laws. No files, no clock, no SQL.

pub mod document;
pub mod registry_number;
