//! A heading a school uses for a field, remembered.

use super::field::Field;

/// One heading of one school.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    pub school: String,
    /// As the school writes it: a heading, or a path of headings joined by `/`.
    pub heading: String,
    /// `None`: the column is not read.
    pub field: Option<Field>,
}

/// What the table says of a column that is not read.
pub const NOT_READ: &str = "-";
