//! `age-out-of-grade`: the age at entry is unusual for the stage.

use jiff::civil::Date;

use crate::model::field::Field;
use crate::model::finding::Severity;
use crate::model::school::{Lengths, STAGES, Stage};
use crate::province;

use super::seen::Seen;
use super::{Check, Sink, Subject};

pub const CHECK: Check = Check {
    name: "age-out-of-grade",
    title: "入学年龄不合常情",
    severity: Severity::Explain,
    basis: "《中华人民共和国义务教育法》第十一条（年满六周岁入学，条件不具备的地区可以推迟到七周岁）",
    what: "按出生日期和入学年月，计算入学那年截止日（各省自定，多为 8 月 31 日，见 xueji explain province）的周岁：小学通常 6 至 7 岁，初中、高中按学制顺推（六三学制为 12 至 13 岁、15 至 16 岁）。\
           比通常小一岁的不报，因为各地截止日期不同；小学大一岁、初中和高中大两岁以内的不报；特殊教育学校不限上限。\
           不知道学段时，对任何学段都不合常情的才报。",
    why: "年龄相差太多，多半是出生年份、入学年月或班号填错了一项。",
    remedy: "请核对出生日期、入学年月和班号；确实如此的（早读、延缓入学、留级），请说明。",
    run,
};

/// 义务教育法 Art. 11: six, or seven where six can't be held.
const ENTRY_AGE: i16 = 6;

/// A year younger is usual where the cut-off is 31 December or children of September are let in.
const YOUNGER: i16 = 1;

fn run(subject: &Subject, _: &mut Seen, sink: &mut Sink) {
    let facts = subject.facts;
    let (Some(born), Some((year, month))) = (facts.birth_date, facts.entry) else { return };
    if (year, month) <= (born.year(), born.month()) {
        return; // Said by `entry-month-invalid`.
    }
    let special = subject.get(Field::School).starts_with("51");
    let autumn = autumn_of((year, month));
    let (last_month, last_day, confirmed) = cut_off(subject, (year, month));
    let age = age_on(born, autumn, (last_month, last_day));
    let fits = |age: i16| {
        let of = |stage: Stage| {
            let (low, high) = tolerated(stage, facts.lengths);
            age >= low && (special || age <= high)
        };
        match facts.stage {
            Some(stage) => of(stage),
            None => STAGES.iter().any(|s| of(s.0)),
        }
    };
    if fits(age) {
        return;
    }
    let usual = match facts.stage {
        Some(stage) => {
            let low = usual(stage, facts.lengths);
            format!("{}入学通常为 {low} 至 {} 周岁", stage.label(), low + 1)
        }
        None => "不合任何学段的入学年龄".to_owned(),
    };
    let mut message = format!(
        "{year} 年 {month} 月入学，{autumn} 年 {last_month} 月 {last_day} 日为 {age} 周岁，{usual}。"
    );
    // With the last day of the year, or its first, the age may be a usual one.
    let other_days = [(12, 31), (1, 1)].map(|day| age_on(born, autumn, day));
    if !confirmed && other_days.into_iter().any(fits) {
        message.pop();
        message.push_str(&format!("（入学年龄截止日 {last_month} 月 {last_day} 日未经本省文件证实）。"));
    }
    sink.add(Field::BirthDate, message, "请核对出生日期、入学年月和班号；确实如此的，请说明。");
}

/// The year in which the school year of an entry began: who enters in spring belongs to the autumn before.
fn autumn_of((year, month): (i16, i8)) -> i16 {
    if month >= 7 { year } else { year - 1 }
}

/// The last birthday that counts for entry where the school is, as of the day of entry; whether that is confirmed.
fn cut_off(subject: &Subject, (year, month): (i16, i8)) -> (i8, i8, bool) {
    // Without the school's own division, its code tells the province.
    let code = subject.get(Field::School).get(2..4);
    let division = subject.facts.school.map(|s| s.division.as_str()).or(code).unwrap_or_default();
    let entry = Date::new(year, month, 1).unwrap_or(subject.context.today);
    province::entry_age_date(subject.context.rules, division, entry)
}

/// Full years on a day of a year.
fn age_on(born: Date, year: i16, day: (i8, i8)) -> i16 {
    let birthday_past = (born.month(), born.day()) <= day;
    year - born.year() - i16::from(!birthday_past)
}

/// The lower of the two usual ages.
fn usual(stage: Stage, lengths: Lengths) -> i16 {
    ENTRY_AGE + i16::from(lengths.before(stage))
}

/// The ages that are not reported: repetition and leave add up on the way.
fn tolerated(stage: Stage, lengths: Lengths) -> (i16, i16) {
    let low = usual(stage, lengths);
    let older = if stage == Stage::Primary { 1 } else { 2 };
    (low - YOUNGER, low + 1 + older)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn age_is_counted_on_the_last_day_of_august() {
        for (born, entry, age) in [
            (date(2018, 8, 31), (2024, 9), 6),
            (date(2018, 9, 1), (2024, 9), 5),
            (date(2018, 3, 7), (2024, 9), 6),
            (date(2018, 3, 7), (2025, 2), 6),
            (date(2018, 3, 7), (2024, 8), 6),
        ] {
            assert_eq!(age_on(born, autumn_of(entry), (8, 31)), age, "{born} {entry:?}");
        }
    }

    #[test]
    fn the_usual_age_follows_the_length_of_schooling() {
        let (six, five) = (Lengths::default(), Lengths { primary: 5, junior: 4, senior: 3 });
        assert_eq!(tolerated(Stage::Primary, six), (5, 8));
        assert_eq!(tolerated(Stage::Junior, six), (11, 15));
        assert_eq!(tolerated(Stage::Junior, five), (10, 14));
        assert_eq!(tolerated(Stage::Senior, six), tolerated(Stage::Senior, five));
    }
}
