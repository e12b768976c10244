//! When a pupil was at which school: in two schools at one time, or moved from one to the other.

use super::{Comparison, Value, level};

/// A stay at a school, in months since year 0, the last one counted in; a school is a hash of its code.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Period {
    school: u32,
    from: i32,
    to: i32,
}

/// A pupil who moved has no gap longer than this between the two schools: a summer and a little more.
const GAP: i32 = 4;

pub const COMPARISON: Comparison = Comparison {
    id: "enrollment",
    levels: &[
        level("same", "同一学校，同一时期", 0.3, 0.02),
        level("moved", "先后在两校就读，时间衔接", 0.2, 0.03),
        level("apart", "先后在两校就读，时间不衔接", 0.1, 0.15),
        level("both", "同一时期在两校都有学籍", 0.4, 0.8),
    ],
    read,
    compare,
    rarity: false,
    twins: &[0.9, 0.01, 0.01, 0.08],
    siblings: &[0.5, 0.05, 0.25, 0.2],
};

/// `school:YYYYMM-YYYYMM`, several of them apart by `;`; an end left out is still open.
fn read(text: &str) -> Option<Value> {
    let periods: Box<[Period]> = text.split(';').filter_map(period).collect();
    (!periods.is_empty()).then_some(Value::Periods(periods))
}

fn period(text: &str) -> Option<Period> {
    let (school, dates) = text.trim().split_once(':')?;
    let (from, to) = dates.split_once('-').unwrap_or((dates, ""));
    let month = |text: &str| {
        let number: i32 = text.trim().get(..6)?.parse().ok()?;
        Some(number / 100 * 12 + number % 100)
    };
    let from = month(from)?;
    let hash = school.bytes().fold(2_166_136_261u32, |h, b| (h ^ u32::from(b)).wrapping_mul(16_777_619));
    Some(Period { school: hash, from, to: month(to).unwrap_or(i32::MAX).max(from) })
}

fn compare(a: &Value, b: &Value) -> u8 {
    let (Value::Periods(a), Value::Periods(b)) = (a, b) else { return 3 };
    let pairs = || a.iter().flat_map(|x| b.iter().map(move |y| (x, y)));
    let overlap = |x: &Period, y: &Period| x.from <= y.to && y.from <= x.to;
    if pairs().any(|(x, y)| x.school == y.school && overlap(x, y)) {
        return 0;
    }
    if pairs().any(|(x, y)| overlap(x, y)) {
        return 3;
    }
    let gap = pairs().map(|(x, y)| if x.to < y.from { y.from - x.to } else { x.from - y.to }).min();
    if gap.is_some_and(|g| g <= GAP) { 1 } else { 2 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_at_once_is_told_from_moved() {
        let of = |a: &str, b: &str| compare(&read(a).unwrap(), &read(b).unwrap());
        assert_eq!(of("2133010001:202109-", "2133010001:202209-"), 0);
        assert_eq!(of("2133010001:202109-202207", "2133010002:202209-"), 1);
        assert_eq!(of("2133010001:202109-202207", "2133010002:202409-"), 2);
        assert_eq!(of("2133010001:202109-", "2133010002:202209-"), 3);
        for none in ["", "2133010001", "x:y", ":", ";;"] {
            assert_eq!(read(none), None, "{none}");
        }
    }
}
