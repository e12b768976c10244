//! Birth dates: the usual slips of the hand, the neighbouring days, and shifts that look like the lunar calendar.

use super::{Comparison, Value, level};

/// A day: `YYYYMMDD` as digits, so that slips can be seen, and its running number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Day {
    pub digits: [u8; 8],
    pub number: i32,
}

/// A lunar date read as a solar one lies 18 to 51 days before the true day (the lunar new year falls between 21
/// January and 20 February), so up to that far is weak agreement and no more.
const LUNAR: i32 = 51;

pub const COMPARISON: Comparison = Comparison {
    id: "birth-date",
    levels: &[
        level("same", "相同", 0.95, 0.0003),
        level("slip", "一处录错（一位、月日颠倒或差一年）", 0.03, 0.01),
        level("near", "相差不超过 51 天（可能是农历）", 0.01, 0.04),
        level("different", "不同", 0.01, 0.9497),
    ],
    read,
    compare,
    rarity: false,
    // Twins born on both sides of midnight are rare; other children of one mother are months apart.
    twins: &[0.996, 0.002, 0.001, 0.001],
    siblings: &[0.0002, 0.02, 0.005, 0.9748],
};

fn read(text: &str) -> Option<Value> {
    let mut digits = [0u8; 8];
    let mut count = 0;
    let parts: Vec<&str> = text.split(['-', '/', '.']).collect();
    if let [year, month, day] = parts[..] {
        let padded = format!("{year:0>4}{month:0>2}{day:0>2}");
        return (padded.len() == 8).then(|| read(&padded)).flatten();
    }
    for c in text.trim().chars() {
        let digit = super::digits::digit(c)?;
        *digits.get_mut(count)? = digit as u8 - b'0';
        count += 1;
    }
    (count == 8).then(|| Value::Day(Day { digits, number: number(digits) }))
}

/// Days since a fixed day. A day that is none (31 February) still has its place, because it may be a slip.
fn number(d: [u8; 8]) -> i32 {
    let [y, m, day] = numbers(d);
    let (y, m) = if m <= 2 { (y - 1, m + 12) } else { (y, m) };
    365 * y + y / 4 - y / 100 + y / 400 + (153 * (m - 3) + 2) / 5 + day
}

fn numbers(d: [u8; 8]) -> [i32; 3] {
    let n = |digits: &[u8]| digits.iter().fold(0, |n, d| n * 10 + i32::from(*d));
    [n(&d[..4]), n(&d[4..6]), n(&d[6..])]
}

fn compare(a: &Value, b: &Value) -> u8 {
    let (Value::Day(a), Value::Day(b)) = (a, b) else { return 3 };
    if a.digits == b.digits {
        return 0;
    }
    if is_slip(a.digits, b.digits) {
        1
    } else if (a.number - b.number).abs() <= LUNAR {
        2
    } else {
        3
    }
}

fn is_slip(a: [u8; 8], b: [u8; 8]) -> bool {
    let wrong: Vec<usize> = (0..8).filter(|i| a[*i] != b[*i]).collect();
    let swapped = |i: usize, j: usize| a[i] == b[j] && a[j] == b[i];
    let ([ay, am, ad], [by, bm, bd]) = (numbers(a), numbers(b));
    match wrong[..] {
        [_] => true,
        [i, j] if j == i + 1 && swapped(i, j) => true,
        _ => ay == by && am == bd && ad == bm || (ay - by).abs() == 1 && (am, ad) == (bm, bd),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(a: &str, b: &str) -> &'static str {
        let (a, b) = (read(a).unwrap(), read(b).unwrap());
        assert_eq!(compare(&a, &b), compare(&b, &a));
        COMPARISON.levels[usize::from(compare(&a, &b))].id
    }

    #[test]
    fn slips_are_told_from_other_days() {
        for (a, b, level) in [
            ("2015-03-14", "20150314", "same"),
            ("20150314", "20150315", "slip"),
            ("20150314", "20150341", "slip"),
            ("20150304", "20150403", "slip"),
            ("20100314", "20090314", "slip"),
            ("20150131", "20150202", "near"),
            ("20150314", "20150426", "near"),
            ("20150314", "20161102", "different"),
        ] {
            assert_eq!(of(a, b), level, "{a} {b}");
        }
        assert_eq!(of("2015/3/4", "20150304"), "same");
        for none in ["", "2015", "二〇一五年", "201503141", "2015-03"] {
            assert_eq!(read(none), None, "{none}");
        }
    }
}
