//! What a set of reports of a term holds, as JSON: a frozen, versioned struct of its own.

use schemars::JsonSchema;
use serde::Serialize;

/// `xueji.term/1`: the contents of the folder.
#[derive(Serialize, JsonSchema)]
pub struct Contents {
    pub schema: &'static str,
    /// The same for the same registry, term, day and purpose.
    pub key: String,
    pub term: String,
    /// The day of its stocks, `YYYY-MM-DD`.
    pub day: String,
    pub files: Vec<ContentJson>,
    /// Reports that could not be made, each with its reason.
    pub missing: Vec<String>,
}

/// One file of the set.
#[derive(Serialize, JsonSchema)]
pub struct ContentJson {
    /// Below the folder, with strokes.
    pub file: String,
    pub title: String,
    pub scope: String,
    pub rows: u64,
    pub bytes: u64,
    pub blake3: String,
}
