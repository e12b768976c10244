//! Who acts, and when: an office's operator on a day.

use jiff::civil::Date;
use unicode_normalization::UnicodeNormalization;

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

/// Whether two names, as they were typed, are one person's: full width, spaces and capitals make no other one of it.
pub fn is_same(one: &str, other: &str) -> bool {
    fn plain(name: &str) -> String {
        name.nfkc().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect()
    }
    plain(one) == plain(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_typed_otherwise_is_still_the_same_persons() {
        for other in ["wang laoshi", " Wang  Laoshi ", "ＷＡＮＧ　ｌａｏｓｈｉ", "王老师"] {
            assert_eq!(is_same("WANG laoshi", other), other != "王老师", "{other}");
        }
        assert!(is_same("王　老师", "王老师") && !is_same("王老师", "汪老师"));
    }
}
