//! A date's text cut into numbers, the word for a month, and the time of day behind it.

use super::Unread;
use super::words;

/// What a Chinese character behind a number says it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Year = 0,
    Month = 1,
    Day = 2,
}

/// A run of digits and the unit behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    pub digits: String,
    pub unit: Option<Unit>,
}

/// The numbers of a date, its time taken off.
#[derive(Debug, Default)]
pub struct Numbers {
    pub parts: Vec<Part>,
    /// The month that a word names, 1 to 12.
    pub month_word: Option<u8>,
    pub clock: Option<Clock>,
    /// Whether a point stands between the numbers: what a numeric cell leaves of 2023.10 is 2023.1.
    pub dotted: bool,
}

/// A time of day, and how many minutes its zone is ahead of UTC where one is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    minutes: i32,
    seconds: bool,
    zone: Option<i32>,
}

impl Clock {
    pub fn is_midnight(self) -> bool {
        self.minutes == 0 && !self.seconds
    }

    /// A moment told in another zone may be another day here: then the text means two days.
    pub fn same_day_in_beijing(self) -> Result<(), Unread> {
        const BEIJING: i32 = 8 * 60;
        let here = self.zone.map_or(self.minutes, |zone| self.minutes - zone + BEIJING);
        if (0..24 * 60).contains(&here) { Ok(()) } else { Err(Unread::TimeZone) }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Number(String),
    Word(String),
    Mark(char),
    Blank,
}

/// Cuts a text up. What is no part of any date makes it unknown.
pub fn numbers(text: &str) -> Result<Numbers, Unread> {
    // A date is short; a page of text is none and need not be looked at.
    if text.len() > 80 {
        return Err(Unread::Unknown);
    }
    let plain = words::plain(text);
    let mut tokens = without_weekday(cut(&plain));
    let clock = take_clock(&mut tokens)?;
    let mut out = Numbers { clock, ..Numbers::default() };
    // Whether a separator stands before the next number, and how many of them.
    let mut between = 0;
    for token in trimmed(&tokens) {
        match token {
            Token::Blank => {}
            Token::Number(digits) => {
                out.parts.push(Part { digits: digits.clone(), unit: None });
                between = 0;
            }
            Token::Word(word) => between = out.word(word, between)?,
            Token::Mark(mark) => {
                out.mark(*mark, between)?;
                between += 1;
            }
        }
    }
    if out.parts.is_empty() || out.parts.len() > 3 { Err(Unread::Unknown) } else { Ok(out) }
}

impl Numbers {
    fn word(&mut self, word: &str, between: usize) -> Result<usize, Unread> {
        match word {
            "st" | "nd" | "rd" | "th" if between == 0 && !self.parts.is_empty() => Ok(0),
            "of" | "the" => Ok(between),
            _ => {
                let month = words::month(word).ok_or(Unread::Unknown)?;
                if self.month_word.replace(month).is_some() { Err(Unread::Unknown) } else { Ok(0) }
            }
        }
    }

    fn mark(&mut self, mark: char, between: usize) -> Result<(), Unread> {
        let unit = match mark {
            '年' => Some(Unit::Year),
            '月' => Some(Unit::Month),
            '日' | '号' => Some(Unit::Day),
            '-' | '.' | '/' | '\\' | ',' | '、' | '。' | '_' | '·' => None,
            _ => return Err(Unread::Unknown),
        };
        let begun = !self.parts.is_empty() || self.month_word.is_some();
        match (unit, self.parts.last_mut()) {
            (Some(unit), Some(part)) if between == 0 && part.unit.is_none() => part.unit = Some(unit),
            (None, _) if begun && between == 0 => self.dotted |= mark == '.',
            _ => return Err(Unread::Unknown),
        }
        Ok(())
    }
}

fn cut(text: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    for c in text.chars() {
        match (c, tokens.last_mut()) {
            ('0'..='9', Some(Token::Number(digits))) => digits.push(c),
            ('0'..='9', _) => tokens.push(Token::Number(c.to_string())),
            ('a'..='z', Some(Token::Word(word))) => word.push(c),
            ('a'..='z', _) => tokens.push(Token::Word(c.to_string())),
            (' ', Some(Token::Blank)) => {}
            (' ', _) => tokens.push(Token::Blank),
            _ => tokens.push(Token::Mark(c)),
        }
    }
    tokens
}

/// Wed, 07 Mar 2012: the day of the week and the comma behind it say nothing new.
fn without_weekday(mut tokens: Vec<Token>) -> Vec<Token> {
    let weekday = |t: &Token| matches!(t, Token::Word(w) if words::is_weekday(w));
    if let Some(at) = tokens.iter().position(weekday) {
        let comma = matches!(tokens.get(at + 1), Some(Token::Mark(',' | '.')));
        tokens.drain(at..=at + usize::from(comma));
    }
    tokens
}

/// Without blanks around and without the one full stop that may close a date.
fn trimmed(tokens: &[Token]) -> &[Token] {
    fn strip(mut rest: &[Token]) -> &[Token] {
        while let [Token::Blank, inner @ ..] | [inner @ .., Token::Blank] = rest {
            rest = inner;
        }
        rest
    }
    let rest = strip(tokens);
    match rest {
        [.., Token::Number(_) | Token::Mark('日' | '号' | '月'), Token::Mark('.' | '。')] => {
            &rest[..rest.len() - 1]
        }
        _ => rest,
    }
}

/// Takes the time of day out: `08:30`, `8:30:00.000`, with `T` before it, a zone, am or pm behind it.
fn take_clock(tokens: &mut Vec<Token>) -> Result<Option<Clock>, Unread> {
    let Some(colon) = tokens.iter().position(|t| *t == Token::Mark(':')) else { return Ok(None) };
    let number = |at: Option<&Token>| match at {
        Some(Token::Number(digits)) if digits.len() <= 2 => digits.parse::<i32>().ok(),
        _ => None,
    };
    let start = colon.checked_sub(1).ok_or(Unread::Unknown)?;
    let (mut hour, minute) = match (number(tokens.get(start)), number(tokens.get(colon + 1))) {
        (Some(h), Some(m)) => (h, m),
        _ => return Err(Unread::Unknown),
    };
    let mut end = colon + 2;
    let mut second = 0;
    if tokens.get(end) == Some(&Token::Mark(':')) {
        second = number(tokens.get(end + 1)).ok_or(Unread::Unknown)?;
        end += 2;
        if let (Some(Token::Mark('.')), Some(Token::Number(_))) = (tokens.get(end), tokens.get(end + 1)) {
            end += 2;
        }
    }
    let mut zone = None;
    let mut rest = end;
    while tokens.get(rest) == Some(&Token::Blank) {
        rest += 1;
    }
    match tokens.get(rest) {
        Some(Token::Word(w)) if w == "am" => (hour, end) = (hour % 12, rest + 1),
        Some(Token::Word(w)) if w == "pm" => (hour, end) = (hour % 12 + 12, rest + 1),
        Some(Token::Word(w)) if matches!(w.as_str(), "z" | "utc" | "gmt") => {
            (zone, end) = (Some(0), rest + 1);
        }
        // China Standard Time, as Java prints a date.
        Some(Token::Word(w)) if w == "cst" => end = rest + 1,
        _ => {}
    }
    if let Some((minutes, used)) = offset(&tokens[end..]) {
        (zone, end) = (Some(minutes), end + used);
    }
    let start = match tokens.get(..start) {
        Some([.., Token::Word(t)]) if t == "t" => start - 1,
        Some([.., Token::Blank]) | Some([.., Token::Mark('日' | '号')]) => start,
        _ => return Err(Unread::Unknown),
    };
    if hour > 23 || minute > 59 || second > 59 {
        return Err(Unread::Unknown);
    }
    tokens.drain(start..end);
    Ok(Some(Clock { minutes: hour * 60 + minute, seconds: second > 0, zone }))
}

/// `+08:00`, `+0800`, `-5`: minutes ahead of UTC, and how many tokens it took.
fn offset(tokens: &[Token]) -> Option<(i32, usize)> {
    let sign = match tokens.first()? {
        Token::Mark('+') => 1,
        Token::Mark('-') => -1,
        _ => return None,
    };
    let Token::Number(first) = tokens.get(1)? else { return None };
    let (hours, minutes, used) = match (first.len(), tokens.get(2), tokens.get(3)) {
        (4, _, _) => (first[..2].parse().ok()?, first[2..].parse().ok()?, 2),
        (1 | 2, Some(Token::Mark(':')), Some(Token::Number(m))) if m.len() == 2 => {
            (first.parse().ok()?, m.parse().ok()?, 4)
        }
        (1 | 2, _, _) => (first.parse().ok()?, 0, 2),
        _ => return None,
    };
    let hours: i32 = hours;
    (hours <= 14).then(|| (sign * (hours * 60 + minutes), used))
}
