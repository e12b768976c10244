//! How results look: for people, as JSON, as csv, as a workbook. Masks what identifies a child.

pub mod archive;
pub mod chart;
pub mod contents;
pub mod dashboard;
pub mod delimited;
pub mod human;
pub mod json;
pub mod mask;
pub mod progress;
pub mod schema;
pub mod workbook;

/// The forms a result can take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    #[default]
    Human,
    Json,
    Csv,
    Xlsx,
}

/// Whether a child may be told from the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Privacy {
    Masked,
    /// A purpose was given and written down.
    Revealed,
}
