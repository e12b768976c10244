//! How a style makes a cell look, as far as that says something: struck through, or a number seen as another text.

use crate::model::cell::{CellKind, Row, Sight};
use crate::xlsx::pattern::{Pattern, Seen};
use crate::xlsx::shown::{self, Shown};
use std::collections::HashMap;
use std::ops::Range;

/// What a style does to the cells that have it. Most styles do nothing of the kind.
#[derive(Debug)]
pub struct Look {
    struck: bool,
    pattern: Option<Pattern>,
}

/// How a style shows numbers, and its look.
pub fn of(format: u32, own: &HashMap<u32, String>, struck: bool) -> (Shown, Option<Look>) {
    let shown = own.get(&format).map_or_else(|| shown::builtin(format), |code| shown::custom(code));
    let code = own.get(&format).map(String::as_str).or_else(|| built_in(format));
    let pattern = match shown {
        Shown::Number => code.and_then(Pattern::of),
        Shown::Day => None,
        Shown::Duration => Some(Pattern::unknown(code.unwrap_or("[h]:mm:ss"))),
    };
    (shown, (struck || pattern.is_some()).then_some(Look { struck, pattern }))
}

/// The formats for numbers that are built in (ECMA-376 part 1, 18.8.30).
fn built_in(format: u32) -> Option<&'static str> {
    Some(match format {
        1 => "0",
        2 => "0.00",
        3 => "#,##0",
        4 => "#,##0.00",
        9 => "0%",
        10 => "0.00%",
        11 => "0.00E+00",
        12 => "# ?/?",
        13 => "# ??/??",
        37 | 38 => "#,##0 ;(#,##0)",
        39 | 40 => "#,##0.00;(#,##0.00)",
        48 => "##0.0E+0",
        _ => return None,
    })
}

/// How a copy shows a cell that stands behind the last one of the header.
pub const BEYOND: &str = "\"〔多出〕\"@";

impl Look {
    /// Says what is seen in the cell that the row got last.
    pub fn see(&self, row: &mut Row) {
        let Some(last) = row.len().checked_sub(1) else { return };
        let (text, kind) = row.cell(last);
        if text.is_empty() {
            return;
        }
        if self.pattern.as_ref().is_some_and(|p| p.code == BEYOND) {
            return row.see(Sight::Beyond);
        }
        let seen = match (&self.pattern, kind) {
            (Some(pattern), CellKind::Number | CellKind::Number1904) => {
                text.parse().map_or(Seen::Same, |number| pattern.number(number, text))
            }
            (Some(pattern), CellKind::Text) => pattern.text(text),
            _ => Seen::Same,
        };
        let format = || self.pattern.as_ref().map_or_else(String::new, |p| p.code.clone());
        match seen {
            Seen::Same => {}
            Seen::Text(text) => row.see(Sight::Shown { format: format(), text: Some(text) }),
            Seen::Unknown => row.see(Sight::Shown { format: format(), text: None }),
        }
        if self.struck {
            row.see(Sight::Struck { rest: String::new() });
        }
    }
}

/// What is left of a text without these parts of it.
pub fn without(text: &str, parts: &[Range<usize>]) -> String {
    let (mut rest, mut at) = (String::new(), 0);
    for part in parts {
        rest.push_str(text.get(at..part.start).unwrap_or_default());
        at = part.end;
    }
    rest.push_str(text.get(at..).unwrap_or_default());
    if rest.trim().is_empty() { String::new() } else { rest }
}

/// The displayed text of a number as ods keeps it, where it is not simply the number. (Wide numbers are shown rounded.)
pub fn displayed(shown: &str, value: &str) -> Option<Sight> {
    let plain: String = shown.chars().filter(|c| !matches!(c, ',' | ' ' | '\u{a0}')).collect();
    let (shown_as, number) = (plain.parse::<f64>(), value.parse::<f64>().ok()?);
    // 1.0 of a whole number shows it, 1.10 of 1.1 does not.
    let whole = number.fract() == 0.0;
    let same = |n: f64| n == number && (whole && !plain.starts_with('0') || plain == value);
    let rounded = plain.contains(['E', 'e']) || (plain.len() >= 10 && plain.contains('.'));
    let is_same = plain == value || rounded || shown_as.is_ok_and(same);
    let text = || Some(shown.to_owned());
    (!is_same && !shown.is_empty())
        .then(|| Sight::Shown { format: format!("\"{}\"", shown.replace('"', "")), text: text() })
}
