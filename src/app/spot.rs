//! A cell that the clerk names on the command line: `花名册!C7`, `名册.xlsx[花名册]C7`, `C7`.

use crate::model::cell::Place;

/// A cell, with its sheet and file where they were named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spot {
    pub file: Option<String>,
    pub sheet: Option<String>,
    pub cell: String,
}

impl Spot {
    /// Reads a spot in the ways in which spreadsheets and our own messages write one.
    pub fn parse(text: &str) -> Option<Spot> {
        let text = text.trim();
        let split =
            text.rfind(['!', '！', ']']).map(|i| (i, text[i..].chars().next().map_or(1, char::len_utf8)));
        let (before, cell) = match split {
            Some((i, width)) => (&text[..i], &text[i + width..]),
            None => ("", text),
        };
        let cell = cell.trim().to_ascii_uppercase();
        is_cell(&cell).then_some(())?;
        let named = |t: &str| Some(t.trim_matches(['\'', ' ']).to_owned()).filter(|t| !t.is_empty());
        let (file, sheet) = match split.map(|(i, _)| text[i..].starts_with(']')) {
            None => (None, None),
            // 名册.xlsx[花名册]C7
            Some(true) => before.split_once('[').map_or((None, named(before)), |(f, s)| (named(f), named(s))),
            // [名册.xlsx]花名册!C7, 名册.xlsx!花名册!C7, 花名册!C7
            Some(false) => match before.trim_start_matches(['\'', '[']).split_once([']', '!', '！']) {
                Some((file, sheet)) => (named(file), named(sheet)),
                None => (None, named(before)),
            },
        };
        Some(Spot { file, sheet, cell })
    }

    /// Whether a place is this cell.
    pub fn is(&self, place: &Place) -> bool {
        self.cell == place.cell()
            && self.sheet.as_ref().is_none_or(|s| **s == *place.sheet)
            && self.file.as_ref().is_none_or(|f| **f == *place.file)
    }
}

impl std::fmt::Display for Spot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (&self.file, &self.sheet) {
            (Some(file), sheet) => write!(f, "{file}[{}]{}", sheet.as_deref().unwrap_or(""), self.cell),
            (None, Some(sheet)) => write!(f, "{sheet}!{}", self.cell),
            (None, None) => f.write_str(&self.cell),
        }
    }
}

/// One to three letters and a row.
fn is_cell(text: &str) -> bool {
    let letters = text.bytes().take_while(u8::is_ascii_uppercase).count();
    let row = &text[letters..];
    (1..=3).contains(&letters) && (1..=7).contains(&row.len()) && row.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_named_in_several_ways() {
        let place = Place { file: "名册.xlsx".into(), sheet: "花名册".into(), row: 7, column: 3 };
        for text in [
            "C7",
            "c7",
            "花名册!C7",
            "花名册！C7",
            "'花名册'!C7",
            "名册.xlsx[花名册]C7",
            "[名册.xlsx]花名册!C7",
            "'[名册.xlsx]花名册'!C7",
            "名册.xlsx!花名册!C7",
        ] {
            let spot = Spot::parse(text).unwrap_or_else(|| panic!("{text}"));
            assert!(spot.is(&place), "{text} {spot:?}");
        }
        for text in ["花名册!C8", "别的!C7", "别.xlsx[花名册]C7"] {
            assert!(!Spot::parse(text).unwrap().is(&place), "{text}");
        }
        for text in ["", "7", "花名册", "花名册!", "number-damaged", "已核对", "ABCD7", "C", "!"] {
            assert_eq!(Spot::parse(text), None, "{text}");
        }
    }
}
