//! What a person sees of a value: its number format carried out (ECMA-376 part 1, 18.8.31) as far as that is certain.

use std::iter::Peekable;
use std::str::Chars;

/// A number format that may show something else than the value.
#[derive(Debug)]
pub struct Pattern {
    pub code: String,
    /// Those of numbers; `None` where what the format shows is not known for certain.
    numbers: Option<Vec<Section>>,
    text: Option<Section>,
    /// Whole numbers from 0 are always seen as they are.
    is_quiet: bool,
}

/// What is seen in a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    /// The value.
    Same,
    Text(String),
    /// Perhaps something else; it cannot be told.
    Unknown,
}

/// A part of a format between semicolons.
#[derive(Debug, Default)]
struct Section {
    condition: Option<(Compare, f64)>,
    parts: Vec<Part>,
    /// Something that is not carried out: percents, exponents, fractions, numbers in Han.
    is_strange: bool,
}

#[derive(Clone, Copy, Debug)]
enum Compare {
    Less,
    LessOrSame,
    Same,
    Other,
    MoreOrSame,
    More,
}

#[derive(Debug, PartialEq)]
enum Part {
    Literal(String),
    /// `0`, `#` or `?`.
    Digit(char),
    Point,
    General,
    /// `@`.
    Text,
}

/// Digits past these are not to be believed, and not shown either.
const EXACT: f64 = 1e15;

impl Pattern {
    /// The format of this code; `None` for one that shows every value as it is.
    pub fn of(code: &str) -> Option<Pattern> {
        if matches!(code.trim(), "" | "General" | "general" | "GENERAL" | "G/通用格式" | "@") {
            return None;
        }
        let mut sections: Vec<Section> = split(code).iter().map(|s| section(s)).collect();
        let is_text = |s: &Section| s.parts.contains(&Part::Text);
        let text = match sections.len() {
            0 => None,
            n if n >= 4 => Some(sections.remove(3)),
            _ => sections.pop_if(|s| is_text(s)),
        };
        sections.truncate(3);
        let strange = sections.is_empty() || sections.iter().any(|s| s.is_strange || is_text(s));
        let numbers = (!strange).then_some(sections);
        let mut pattern = Pattern { code: code.to_owned(), numbers, text, is_quiet: false };
        let samples = [0.0, 1.0, 7.0, 12.0, 345.0, 6_789_012.0];
        pattern.is_quiet = pattern.numbers.as_ref().is_some_and(|s| s.iter().all(|s| s.condition.is_none()))
            && samples.iter().all(|n| pattern.number(*n, &n.to_string()) == Seen::Same);
        Some(pattern)
    }

    /// A format of which nothing is known but that it shows no plain number.
    pub fn unknown(code: &str) -> Pattern {
        Pattern { code: code.to_owned(), numbers: None, text: None, is_quiet: false }
    }

    /// What is seen of a number, whose text is that of its value.
    pub fn number(&self, number: f64, value: &str) -> Seen {
        if self.is_quiet && number >= 0.0 && number.fract() == 0.0 {
            return Seen::Same;
        }
        let chosen = self.numbers.as_ref().and_then(|sections| choose(sections, number));
        let shown = chosen.and_then(|(section, negative)| section.number(number, value, negative));
        let Some(shown) = shown else { return Seen::Unknown };
        let shown = shown.trim();
        let plain = match shown.strip_prefix(value) {
            Some("") => true,
            Some(rest) if number.fract() == 0.0 => {
                rest.strip_prefix('.').is_some_and(|zeros| zeros.bytes().all(|b| b == b'0'))
            }
            _ => false,
        };
        match shown {
            _ if plain => Seen::Same,
            "" => Seen::Unknown,
            _ => Seen::Text(shown.to_owned()),
        }
    }

    /// What is seen of a text.
    pub fn text(&self, value: &str) -> Seen {
        let Some(section) = &self.text else { return Seen::Same };
        let mut shown = String::new();
        for part in &section.parts {
            match part {
                Part::Literal(text) => shown.push_str(text),
                Part::Text => shown.push_str(value),
                _ => return Seen::Unknown,
            }
        }
        match shown.trim() {
            _ if section.is_strange => Seen::Unknown,
            "" => Seen::Unknown,
            same if same == value.trim() => Seen::Same,
            _ => Seen::Text(shown),
        }
    }
}

/// The sections, with their quotes and escapes.
fn split(code: &str) -> Vec<String> {
    let (mut out, mut now, mut letters) = (Vec::new(), String::new(), code.chars());
    let mut until = None;
    while let Some(c) = letters.next() {
        match (until, c) {
            (Some(end), _) => {
                now.push(c);
                until = (c != end).then_some(end);
            }
            (None, ';') => out.push(std::mem::take(&mut now)),
            (None, '"' | '[') => {
                now.push(c);
                until = Some(if c == '[' { ']' } else { '"' });
            }
            (None, '\\' | '_' | '*') => {
                now.push(c);
                now.extend(letters.next());
            }
            _ => now.push(c),
        }
    }
    out.push(now);
    out
}

fn section(code: &str) -> Section {
    let mut section = Section::default();
    let mut letters = code.chars().peekable();
    while let Some(c) = letters.next() {
        match c {
            '"' => section.literal(letters.by_ref().take_while(|c| *c != '"').collect()),
            '\\' => section.literal(letters.next().into_iter().collect()),
            '_' => {
                letters.next();
                section.literal(" ".to_owned());
            }
            '*' => {
                letters.next();
            }
            '[' => {
                let inside: String = letters.by_ref().take_while(|c| *c != ']').collect();
                section.bracket(&inside);
            }
            '0' | '#' | '?' => section.parts.push(Part::Digit(c)),
            '.' => section.parts.push(Part::Point),
            '@' => section.parts.push(Part::Text),
            ',' => section.comma(letters.peek()),
            'G' | 'g' if is_general(&mut letters) => section.parts.push(Part::General),
            '%' | '/' => section.is_strange = true,
            c if c.is_ascii_alphanumeric() => section.is_strange = true,
            c => section.literal(c.to_string()),
        }
    }
    section
}

/// Takes the rest of `General` or `G/通用格式`, if it is one.
fn is_general(letters: &mut Peekable<Chars<'_>>) -> bool {
    let rest: String = letters.clone().collect();
    let word = ["eneral", "ENERAL", "/通用格式"].into_iter().find(|word| rest.starts_with(word));
    word.is_some_and(|word| {
        letters.by_ref().take(word.chars().count()).for_each(drop);
        true
    })
}

impl Section {
    fn literal(&mut self, text: String) {
        self.parts.push(Part::Literal(text));
    }

    /// Between digits a comma groups them; behind them it divides by a thousand.
    fn comma(&mut self, next: Option<&char>) {
        let after_digit = matches!(self.parts.last(), Some(Part::Digit(_)));
        match next {
            Some('0' | '#' | '?') if after_digit => {}
            _ if after_digit => self.is_strange = true,
            _ => self.literal(",".to_owned()),
        }
    }

    /// A condition, a color, a currency with its locale.
    fn bracket(&mut self, inside: &str) {
        if let Some(currency) = inside.strip_prefix('$') {
            let symbol = currency.split('-').next().unwrap_or_default();
            return self.literal(symbol.to_owned());
        }
        for (sign, compare) in [
            ("<=", Compare::LessOrSame),
            (">=", Compare::MoreOrSame),
            ("<>", Compare::Other),
            ("<", Compare::Less),
            (">", Compare::More),
            ("=", Compare::Same),
        ] {
            if let Some(bound) = inside.strip_prefix(sign) {
                match bound.trim().parse() {
                    Ok(bound) => self.condition = Some((compare, bound)),
                    Err(_) => self.is_strange = true,
                }
                return;
            }
        }
        let color = inside.to_ascii_lowercase();
        let known = ["black", "blue", "cyan", "green", "magenta", "red", "white", "yellow", "color"];
        let named =
            known.iter().any(|k| color.starts_with(k)) || inside.contains('色') || inside.contains('红');
        self.is_strange |= !named;
    }

    fn holds(&self, number: f64) -> bool {
        self.condition.is_none_or(|(compare, bound)| match compare {
            Compare::Less => number < bound,
            Compare::LessOrSame => number <= bound,
            Compare::Same => number == bound,
            Compare::Other => number != bound,
            Compare::MoreOrSame => number >= bound,
            Compare::More => number > bound,
        })
    }

    /// The number as the section shows it; `None` where that is not certain.
    fn number(&self, number: f64, value: &str, negative: bool) -> Option<String> {
        if !number.is_finite() {
            return None;
        }
        let point = self.parts.iter().position(|p| *p == Part::Point).unwrap_or(self.parts.len());
        let count = |parts: &[Part]| parts.iter().filter(|p| matches!(p, Part::Digit(_))).count();
        let (whole, decimals) = (count(&self.parts[..point]), count(&self.parts[point..]));
        if whole + decimals > 0 && number.abs() >= EXACT {
            let bare =
                self.parts.iter().all(|p| matches!(p, Part::Digit(_)) || *p == Part::Literal(" ".into()));
            return (bare && whole == 1).then(|| value.to_owned());
        }
        // A half is rounded up, as decimals are seen: 1.005 is a little less than it says.
        let written = format!("{:.*}", decimals, number.abs() * (1.0 + 2.0 * f64::EPSILON));
        let (digits, fraction) = written.split_once('.').unwrap_or((&written, ""));
        let digits = if digits == "0" { "" } else { digits };
        let mut out = if negative { "-".to_owned() } else { String::new() };
        let mut left = whole;
        let mut place = 0;
        for (i, part) in self.parts.iter().enumerate() {
            match part {
                Part::Literal(text) => out.push_str(text),
                Part::General => out.push_str(value.trim_start_matches('-')),
                Part::Text => return None,
                Part::Point => out.push('.'),
                Part::Digit(sign) if i < point => {
                    // The first place takes all the digits there are places too few for.
                    let from = if left == whole { 0 } else { digits.len().saturating_sub(left) };
                    match digits.get(from..digits.len().saturating_sub(left - 1)) {
                        Some("") | None => out.push_str(absent(*sign)),
                        Some(some) => out.push_str(some),
                    }
                    left -= 1;
                }
                Part::Digit(sign) => {
                    let is_end = fraction[place..].bytes().all(|b| b == b'0');
                    match (sign, is_end) {
                        ('0', _) | (_, false) => out.push_str(&fraction[place..=place]),
                        _ => out.push_str(absent(*sign)),
                    }
                    place += 1;
                }
            }
        }
        Some(out.trim_end_matches('.').to_owned())
    }
}

/// What stands in a place that has no digit.
fn absent(sign: char) -> &'static str {
    match sign {
        '0' => "0",
        '?' => " ",
        _ => "",
    }
}

/// The section that a number is shown by, and whether its sign is written before it.
fn choose(sections: &[Section], number: f64) -> Option<(&Section, bool)> {
    let negative = number < 0.0;
    if sections.iter().any(|s| s.condition.is_some()) {
        let found = sections.iter().find(|s| s.holds(number))?;
        return (!negative).then_some((found, false));
    }
    match sections {
        [one] => Some((one, negative)),
        [_, below, ..] if negative => Some((below, false)),
        [_, _, zero] if number == 0.0 => Some((zero, false)),
        [above, ..] => Some((above, false)),
        [] => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::{any, prop_assert, proptest};

    fn seen(code: &str, value: &str) -> Seen {
        Pattern::of(code).map_or(Seen::Same, |p| p.number(value.parse().unwrap(), value))
    }

    #[test]
    fn a_number_is_seen_as_its_format_shows_it() {
        for (code, value, shown) in [
            ("0.00", "1.1", "1.10"),
            ("0.0", "1.25", "1.3"),
            ("0.00", "1.005", "1.01"),
            ("0", "1.7", "2"),
            ("000000", "12345", "012345"),
            ("\"一年级\"0\"班\"", "2", "一年级2班"),
            ("0\"年级\"00\"班\"", "105", "1年级05班"),
            ("[=1]男;[=0]女", "0", "女"),
            ("[=1]\"男\";[=2]\"女\"", "2", "女"),
            ("[=1]男;[=0]女;0", "7", ""),
            ("0000-00000000", "57112345678", "0571-12345678"),
            ("0_);[Red]\\(0\\)", "-3", "(3)"),
            ("\"负\"0;\"-\"0", "-3", "-3"),
            ("[$-804]0\"岁\"", "7", "7岁"),
            ("G/通用格式\"班\"", "3", "3班"),
            ("0.0#", "1.5", ""),
        ] {
            let expected = if shown.is_empty() { Seen::Same } else { Seen::Text(shown.to_owned()) };
            let expected = if code.starts_with("\"负") { Seen::Same } else { expected };
            assert_eq!(seen(code, value), expected, "{code} {value}");
        }
    }

    #[test]
    fn what_only_groups_pads_or_colors_shows_the_number() {
        for code in ["General", "@", "0", "0_ ", "#,##0", "0.00_ ", "0_);[Red]\\(0\\)", "#", "?0", "[蓝色]0"]
        {
            for value in ["1", "12", "202601"] {
                assert_eq!(seen(code, value), Seen::Same, "{code} {value}");
            }
        }
        assert_eq!(seen("0_ ", "330106201503140000"), Seen::Same);
    }

    #[test]
    fn what_is_not_carried_out_is_unknown() {
        for (code, value) in [
            ("0%", "1"),
            ("0.00E+00", "1"),
            ("# ?/?", "1.5"),
            ("[DBNum1]0", "1"),
            ("[=1]男;[=0]女", "3"),
            (";;;", "3"),
            ("0,", "3000"),
            ("\"街\"@", "3"),
            ("000000-00000000-0000", "330106201503140000"),
        ] {
            assert_eq!(seen(code, value), Seen::Unknown, "{code} {value}");
        }
    }

    #[test]
    fn a_text_is_seen_with_what_its_format_adds() {
        let text = |code: &str| Pattern::of(code).map_or(Seen::Same, |p| p.text("12号"));
        assert_eq!(text("\"云溪县城东街\"@"), Seen::Text("云溪县城东街12号".to_owned()));
        assert_eq!(text("0;0;0;@\"（旧）\""), Seen::Text("12号（旧）".to_owned()));
        assert_eq!(text("0;0;0;@"), Seen::Same);
        assert_eq!(text("0.00"), Seen::Same);
        assert_eq!(text(";;;"), Seen::Unknown);
    }

    proptest! {
        #[test]
        fn no_format_and_no_number_make_it_panic(code in "[-0#?.,;@\"\\\\_*a-zG\\[\\]=<>1男%/ ]{0,16}", number in any::<f64>()) {
            if let Some(pattern) = Pattern::of(&code) {
                pattern.number(number, &number.to_string());
                pattern.text(&code);
            }
        }

        #[test]
        fn digits_are_never_lost(zeros in 1usize..12, number in 0u64..1_000_000_000) {
            let value = number.to_string();
            let shown = match seen(&"0".repeat(zeros), &value) {
                Seen::Text(text) => text,
                Seen::Same => value.clone(),
                Seen::Unknown => String::new(),
            };
            prop_assert!(shown.ends_with(&value) && shown.parse::<u64>().unwrap() == number, "{}", shown);
        }
    }
}
