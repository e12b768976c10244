//! Dates and months as people write them, to `YYYYMMDD` and `YYYYMM`. What could mean two days is left as it is.

use jiff::civil::Date;

/// The day a text names in one of the unambiguous forms, year first.
pub fn day(text: &str) -> Option<Date> {
    if text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit()) {
        return date_of(&text[..4], &text[4..6], &text[6..]);
    }
    let (y, m, d) = three_parts(text)?;
    date_of(&y, &m, &d)
}

/// The month a text names, as (year, month), and whether a day stood behind it.
pub fn month(text: &str) -> Option<(i16, i8, bool)> {
    if let Some(date) = day(text) {
        return Some((date.year(), date.month(), true));
    }
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    let (y, m) = if text.len() == 6 && digits {
        (text[..4].to_owned(), text[4..].to_owned())
    } else {
        let text = arabic(text);
        let parts = split(&text);
        match parts.as_slice() {
            [y, m] if y.len() == 4 => ((*y).to_owned(), (*m).to_owned()),
            _ => return None,
        }
    };
    let (y, m) = (y.parse().ok()?, m.parse().ok()?);
    (1900..=2100).contains(&y).then_some(())?;
    (1..=12).contains(&m).then_some((y, m, false))
}

/// The day behind an Excel serial of the 1900 system; `None` outside the days of living people.
pub fn serial_1900(text: &str) -> Option<Date> {
    let n: i64 = text.parse().ok()?;
    // 1930-01-01 … 2099-12-31: five digits that can't be a year, a month or a day of another form.
    (10_959..=73_050).contains(&n).then_some(())?;
    // The 1900 system counts a 29 February 1900 that never was, so day 0 is 1899-12-30 for all later days.
    Date::constant(1899, 12, 30).checked_add(jiff::Span::new().days(n)).ok()
}

fn date_of(y: &str, m: &str, d: &str) -> Option<Date> {
    let year: i16 = y.parse().ok()?;
    (1850..=2200).contains(&year).then_some(())?;
    Date::new(year, m.parse().ok()?, d.parse().ok()?).ok()
}

fn three_parts(text: &str) -> Option<(String, String, String)> {
    let text = arabic(text);
    let parts = split(&text);
    match parts.as_slice() {
        // Only the year-first order says which part is the month; a two-digit year is a guess.
        [y, m, d] if y.len() == 4 => Some(((*y).to_owned(), (*m).to_owned(), (*d).to_owned())),
        _ => None,
    }
}

fn split(text: &str) -> Vec<&str> {
    text.trim_end_matches(['日', '号', '月'])
        .split(['-', '.', '/', '年', '月', '\\', ',', '、', '。', '—', '–', '－'])
        .map(str::trim)
        .collect()
}

/// Chinese numerals to digits: 二〇一二年三月十七日 → 2012年3月17日.
fn arabic(text: &str) -> String {
    const DIGITS: &str = "〇一二三四五六七八九";
    if text.is_ascii() {
        return text.to_owned();
    }
    let digit = |c: char| match c {
        '零' | '○' | 'Ｏ' => Some(0),
        c => DIGITS.chars().position(|d| d == c),
    };
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
            out.push(char::from(b'0' + d as u8));
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_forms_people_write_name_one_day() {
        for text in [
            "20120307",
            "2012-03-07",
            "2012-3-7",
            "2012.3.7",
            "2012/3/7",
            "2012年3月7日",
            "2012年03月07日",
            "二〇一二年三月七日",
            "2012、3、7",
            "2012—3—7",
            "2012.03.07",
        ] {
            assert_eq!(day(text), Some(date(2012, 3, 7)), "{text}");
        }
        assert_eq!(day("二○一二年十月二十一日"), Some(date(2012, 10, 21)));
        assert_eq!(day("二零一二年十二月十日"), Some(date(2012, 12, 10)));
        assert_eq!(serial_1900("40975"), Some(date(2012, 3, 7)));
    }

    #[test]
    fn what_could_mean_two_days_or_none_is_left_alone() {
        for text in
            ["12-3-7", "3/7/2012", "07.03.2012", "20120230", "2012", "201203", "", "120307", "2012-13-01"]
        {
            assert_eq!(day(text), None, "{text}");
        }
    }

    #[test]
    fn months_are_read_with_or_without_a_day() {
        for text in ["202309", "2023-09", "2023.9", "2023年9月", "二〇二三年九月", "2023/09"] {
            assert_eq!(month(text), Some((2023, 9, false)), "{text}");
        }
        assert_eq!(month("20230901"), Some((2023, 9, true)));
        for text in ["202313", "2309", "9月", "", "2023"] {
            assert_eq!(month(text), None, "{text}");
        }
    }
}
