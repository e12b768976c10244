//! How a number is shown, told from its number format: as a number, a day, or a length of time.

/// What a number format makes of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    Number,
    Day,
    Duration,
}

/// A format that is built in (ECMA-376 part 1, 18.8.30; 27 to 36 and 50 to 58 are days in East Asian editions).
pub fn builtin(id: u32) -> Shown {
    match id {
        14..=22 | 27..=36 | 45 | 47 | 50..=58 => Shown::Day,
        46 => Shown::Duration,
        _ => Shown::Number,
    }
}

/// A format that is written out: only its first section counts, and in it no text, no color and no locale.
pub fn custom(code: &str) -> Shown {
    let mut letters = code.chars();
    while let Some(letter) = letters.next() {
        match letter {
            ';' => break,
            '"' => drop(letters.by_ref().find(|c| *c == '"')),
            // The letter behind these is shown as it is, left out, or repeated.
            '\\' | '_' | '*' => drop(letters.next()),
            '[' => {
                let inside: String = letters.by_ref().take_while(|c| *c != ']').collect();
                if !inside.is_empty()
                    && inside.chars().all(|c| matches!(c.to_ascii_lowercase(), 'h' | 'm' | 's'))
                {
                    return Shown::Duration;
                }
            }
            'y' | 'Y' | 'm' | 'M' | 'd' | 'D' | 'h' | 'H' | 's' | 'S' => return Shown::Day,
            _ => {}
        }
    }
    Shown::Number
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_tells_days_from_numbers() {
        for (code, shown) in [
            ("General", Shown::Number),
            ("G/通用格式", Shown::Number),
            ("@", Shown::Number),
            ("0.00E+00", Shown::Number),
            ("#,##0;[Red]-#,##0", Shown::Number),
            ("[DBNum1][$-804]General", Shown::Number),
            ("0\"d\"", Shown::Number),
            ("\\d0", Shown::Number),
            ("_d0", Shown::Number),
            ("0;yyyy", Shown::Number),
            ("yyyy\\-mm\\-dd", Shown::Day),
            ("yyyy\"年\"m\"月\"d\"日\";@", Shown::Day),
            ("[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy", Shown::Day),
            ("[DBNum1][$-804]yyyy\"年\"", Shown::Day),
            ("h:mm AM/PM", Shown::Day),
            ("[h]:mm:ss", Shown::Duration),
            ("\"unclosed yyyy", Shown::Number),
            ("[unclosed", Shown::Number),
        ] {
            assert_eq!(custom(code), shown, "{code}");
        }
        assert_eq!(
            [builtin(0), builtin(14), builtin(46), builtin(49)],
            [Shown::Number, Shown::Day, Shown::Duration, Shown::Number]
        );
    }
}
