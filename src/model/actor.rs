//! Who acts, and when: an office's operator on a day.

use jiff::civil::Date;

/// Who did something, on which day of business, at which moment of the machine's clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act {
    /// The operator's name as given with `--actor`.
    pub actor: String,
    /// The day of business (`--today`): what happened on an earlier day may be entered later.
    pub today: Date,
    /// The moment of entry, RFC 3339 in UTC; the two may differ and both are kept.
    pub at: String,
}
