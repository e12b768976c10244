//! The words of dates: Chinese numerals to digits, names of months and weekdays, what only introduces a date.

use crate::roster::normalize::text::half;

/// A text in half width and lower case, its Chinese numerals digits, without what only goes along with a date.
pub fn plain(text: &str) -> String {
    let plain = |c: char| match c {
        '\u{3000}' => ' ',
        '•' | '・' | '‧' => '.',
        '∕' | '⁄' => '/',
        '∶' => ':',
        c if c.is_whitespace() => ' ',
        c => half(c).to_ascii_lowercase(),
    };
    let text: String = text.chars().map(plain).collect();
    let mut text = text.trim();
    for before in ["公元", "公历", "阳历", "西历", "新历"] {
        text = text.strip_prefix(before).unwrap_or(text).trim_start_matches([':', ' ']);
    }
    for behind in ["出生", "生"] {
        text = text.strip_suffix(behind).unwrap_or(text).trim_end();
    }
    // 20120307.0: what a program leaves that took the column for numbers. A month keeps its point.
    if let Some(digits) = text.strip_suffix(".0").filter(|d| d.len() >= 6 && all_digits(d)) {
        text = digits;
    }
    arabic(&without_weekday(text))
}

fn all_digits(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}

/// 2012年3月7日星期三, 2012-03-07（周三）.
fn without_weekday(text: &str) -> String {
    let mut out = text.to_owned();
    for word in ["星期", "礼拜", "周"] {
        if let Some(at) = out.find(word) {
            let end = at + word.len();
            let Some(day) = out[end..].chars().next().filter(|c| "一二三四五六日天".contains(*c))
            else {
                continue;
            };
            let mut start = at;
            let mut end = end + day.len_utf8();
            if out[..start].ends_with('(') && out[end..].starts_with(')') {
                (start, end) = (start - 1, end + 1);
            }
            out.replace_range(start..end, " ");
        }
    }
    out
}

/// The month a word names.
pub fn month(word: &str) -> Option<u8> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    if word == "sept" {
        return Some(9);
    }
    let at = MONTHS.iter().position(|m| *m == word || (word.len() == 3 && m.starts_with(word)))?;
    u8::try_from(at + 1).ok()
}

/// Whether a word names a day of the week.
pub fn is_weekday(word: &str) -> bool {
    const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    DAYS.iter().any(|d| *d == word || (word.len() == 3 && d.starts_with(word)))
        || matches!(word, "tues" | "thur" | "thurs")
}

/// The digit a numeral stands for, in everyday, in positional and in banker's writing.
fn digit(c: char) -> Option<u8> {
    Some(match c {
        '〇' | '零' | '○' | '◯' => 0,
        '一' | '壹' => 1,
        '二' | '贰' | '貳' => 2,
        '三' | '叁' | '參' => 3,
        '四' | '肆' => 4,
        '五' | '伍' => 5,
        '六' | '陆' | '陸' => 6,
        '七' | '柒' => 7,
        '八' | '捌' => 8,
        '九' | '玖' => 9,
        _ => return None,
    })
}

/// Chinese numerals to digits: 二〇一二年三月十七日 → 2012年3月17日.
fn arabic(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    // 廿一 is 二十一, 卅 is 三十.
    let text = text.replace('廿', "二十").replace('卅', "三十").replace('拾', "十");
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    for (i, &c) in chars.iter().enumerate() {
        if c == '十' {
            let before = i > 0 && digit(chars[i - 1]).is_some();
            let after = chars.get(i + 1).is_some_and(|&n| digit(n).is_some());
            match (before, after) {
                (true, true) => {}
                (true, false) => out.push('0'),
                (false, true) => out.push('1'),
                (false, false) => out.push_str("10"),
            }
        } else if let Some(d) = digit(c) {
            out.push(char::from(b'0' + d));
        } else {
            out.push(c);
        }
    }
    out
}
