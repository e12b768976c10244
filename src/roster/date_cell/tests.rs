//! The forms in which people write one day, and those that name two days or none.

use jiff::civil::date;
use proptest::prelude::*;

use super::*;

/// 7 March 2012 in the forms found on rosters.
const FORMS: &[&str] = &[
    "20120307",
    "2012-03-07",
    "2012-3-7",
    "2012.03.07",
    "2012.3.7",
    "2012/03/07",
    "2012/3/7",
    "2012\\3\\7",
    "2012_03_07",
    "2012,3,7",
    "2012、3、7",
    "2012。3。7",
    "2012·3·7",
    "2012•3•7",
    "2012—3—7",
    "2012–03–07",
    "2012－03－07",
    "2012 3 7",
    "2012 03 07",
    "2012. 3. 7",
    "2012 - 3 - 7",
    "2012.3.7.",
    "2012．3．7",
    "２０１２０３０７",
    "２０１２年３月７日",
    "２０１２／０３／０７",
    "2012，3，7",
    "2012年3月7日",
    "2012年03月07日",
    "2012年3月7号",
    "2012年3月7",
    "2012 年 3 月 7 日",
    "2012年3-7",
    "2012.3月7日",
    "3月7日2012年",
    "公元2012年3月7日",
    "公历2012年3月7日",
    "2012年3月7日生",
    "2012年3月7日出生",
    "2012年3月7日星期三",
    "2012年3月7日 周三",
    "2012-03-07（星期三）",
    "二〇一二年三月七日",
    "二零一二年三月七日",
    "二○一二年三月七号",
    "二〇一二年03月07日",
    "贰零壹贰年叁月柒日",
    "2012年三月七日",
    "2012-03-07T00:00:00",
    "2012-03-07T00:00:00.000",
    "2012-03-07T00:00:00Z",
    "2012-03-07T00:00:00+08:00",
    "2012-03-07T08:30:00.000+0800",
    "2012-03-07 00:00:00",
    "2012-03-07 08:30",
    "2012/3/7 0:00",
    "2012/3/7 0:00:00",
    "2012/3/7 8:30 AM",
    "2012年3月7日 00:00",
    "20120307000000",
    "20120307.0",
    "7 Mar 2012",
    "07-Mar-2012",
    "7/Mar/2012",
    "March 7, 2012",
    "Mar. 7, 2012",
    "7th March 2012",
    "7th of March, 2012",
    "Mar-07-2012",
    "2012-Mar-07",
    "2012 March 7",
    "Wed, 07 Mar 2012",
    "Wed Mar 07 00:00:00 CST 2012",
    "WEDNESDAY, MARCH 7, 2012",
];

#[test]
fn sixty_and_more_forms_name_one_day() {
    const { assert!(FORMS.len() >= 60) };
    let distinct: std::collections::HashSet<_> = FORMS.iter().collect();
    assert_eq!(distinct.len(), FORMS.len());
    for text in FORMS {
        assert_eq!(day(text), Some(date(2012, 3, 7)), "{text}");
    }
}

#[test]
fn tens_and_one_readings_are_right() {
    for (text, expected) in [
        ("二○一二年十月二十一日", date(2012, 10, 21)),
        ("二零一二年十二月十日", date(2012, 12, 10)),
        ("二〇一二年十一月三十日", date(2012, 11, 30)),
        ("二〇一二年五月廿一日", date(2012, 5, 21)),
        ("二〇一二年五月卅日", date(2012, 5, 30)),
        ("贰零壹贰年壹拾贰月贰拾伍日", date(2012, 12, 25)),
        // Only one of the two readings is on the calendar, or both are the same.
        ("25/12/2012", date(2012, 12, 25)),
        ("12/25/2012", date(2012, 12, 25)),
        ("03.03.2012", date(2012, 3, 3)),
        ("2012-02-29", date(2012, 2, 29)),
        ("29 Feb 2012", date(2012, 2, 29)),
    ] {
        assert_eq!(day(text), Some(expected), "{text}");
    }
}

#[test]
fn what_could_mean_two_days_or_none_is_left_with_its_reason() {
    use Unread::{
        DayOrMonth, Incomplete, LostZero, Lunar, NotOnCalendar, SerialAsText, TimeZone, TwoDigitYear, Unknown,
    };
    for (text, why) in [
        ("12-3-7", TwoDigitYear),
        ("12.3.7", TwoDigitYear),
        ("3/7/12", TwoDigitYear),
        ("120307", TwoDigitYear),
        ("12年3月7日", TwoDigitYear),
        ("7-Mar-12", TwoDigitYear),
        ("12 3 7", TwoDigitYear),
        ("3/7/2012", DayOrMonth),
        ("07.03.2012", DayOrMonth),
        ("03-07-2012", DayOrMonth),
        ("07032012", DayOrMonth),
        ("13072012", DayOrMonth),
        ("20120230", NotOnCalendar),
        ("2012-02-30", NotOnCalendar),
        ("2011-2-29", NotOnCalendar),
        ("2012-13-01", NotOnCalendar),
        ("2012-3-0", NotOnCalendar),
        ("31/4/2012", NotOnCalendar),
        ("30 Feb 2012", NotOnCalendar),
        ("2012年2月30日", NotOnCalendar),
        ("00000000", NotOnCalendar),
        ("1900-02-29", NotOnCalendar),
        ("2012年13月", NotOnCalendar),
        ("40975", SerialAsText),
        ("2012-03-06T16:00:00Z", TimeZone),
        ("2012-03-07T23:30:00+01:00", TimeZone),
        ("2012-03-07T00:00:00+09:00", TimeZone),
        ("农历2012年2月15日", Lunar),
        ("二〇一二年二月十五（农历）", Lunar),
        ("2012年", Incomplete),
        ("2012", Incomplete),
        ("3月7日", Incomplete),
        ("3-7", Incomplete),
        ("Mar 7", Incomplete),
        ("2023.1", LostZero),
        ("", Unknown),
        ("不详", Unknown),
        ("2012-3-7-1", Unknown),
        ("2012--3-7", Unknown),
        ("-2012-3-7", Unknown),
        ("2012/3/7 25:00", Unknown),
        ("2012/3/7 8:61", Unknown),
        ("2012 foo 7", Unknown),
        ("2012037", Unknown),
        ("民国101年3月7日", Unknown),
        ("2012年3月初七", Unknown),
    ] {
        assert_eq!(read(text).map(|s| s.span), Err(why), "{text}");
    }
}

#[test]
fn months_are_read_with_or_without_a_day() {
    for text in [
        "202309",
        "2023-09",
        "2023.9",
        "2023.09",
        "2023年9月",
        "2023年09月",
        "二〇二三年九月",
        "2023/09",
        "2023/9",
        "2023 9",
        "9/2023",
        "Sep 2023",
        "September 2023",
        "Sept. 2023",
        "2023-Sep",
        "2023年9",
    ] {
        assert_eq!(month(text), Some((2023, 9, false)), "{text}");
    }
    assert_eq!(month("2023.10"), Some((2023, 10, false)));
    assert_eq!(month("2023-1"), Some((2023, 1, false)));
    for text in ["20230901", "2023.9.1", "2023-09-01 00:00:00", "2023年9月1日"] {
        assert_eq!(month(text), Some((2023, 9, true)), "{text}");
    }
    for text in ["202313", "2309", "9月", "", "2023", "2023.1", "2012 1 2 3"] {
        assert_eq!(month(text), None, "{text}");
    }
    assert_eq!(month("2012 1 2"), Some((2012, 1, true)), "spaces hold apart what they hold apart");
}

#[test]
fn a_serial_is_a_day_of_its_own_epoch_and_of_living_people() {
    use CellKind::{Number, Number1904, Text};
    for (text, cell, expected) in [
        ("40975", Number, Some(date(2012, 3, 7))),
        ("40975.5", Number, Some(date(2012, 3, 7))),
        ("39513", Number1904, Some(date(2012, 3, 7))),
        ("10959", Number, Some(date(1930, 1, 1))),
        ("73050", Number, Some(date(2099, 12, 31))),
        ("40975", Text, None),
        ("60", Number, None),
        ("1", Number, None),
        ("10958", Number, None),
        ("73051", Number, None),
        ("20120307", Number, None),
        ("4E4", Number, None),
        ("-40975", Number, None),
    ] {
        assert_eq!(serial(text, cell), expected, "{text} {cell:?}");
    }
    assert!(is_early_serial(date(1900, 2, 28)) && is_early_serial(date(1900, 1, 1)));
    assert!(!is_early_serial(date(1900, 3, 2)));
}

#[test]
fn a_time_of_day_is_told() {
    for (text, has_time) in [
        ("2012-03-07", false),
        ("2012-03-07 00:00", false),
        ("2012-03-07 08:30", true),
        ("2012/3/7 0:00:01", true),
    ] {
        assert_eq!(read(text).map(|s| s.has_time), Ok(has_time), "{text}");
    }
}

proptest! {
    #[test]
    fn no_text_panics(text in "\\PC{0,30}|[0-9年月日:.T/ +-]{0,24}|[a-zA-Z0-9 ,.]{0,20}") {
        let _ = read(&text);
    }

    #[test]
    fn every_day_of_a_century_comes_back_from_every_separator(
        days in 0i32..36_500, sep in prop::sample::select(&["-", ".", "/", "\\", "、", "_", " ", ","]), wide in any::<bool>(),
    ) {
        let expected = date(1990, 1, 1).checked_add(jiff::Span::new().days(days)).unwrap();
        let (y, m, d) = (expected.year(), expected.month(), expected.day());
        let text = if wide { format!("{y}{sep}{m:02}{sep}{d:02}") } else { format!("{y}{sep}{m}{sep}{d}") };
        prop_assert_eq!(day(&text), Some(expected));
        // The year behind: never another day than one that the order allows.
        let behind = day(&format!("{d}{sep}{m}{sep}{y}"));
        prop_assert!(behind.is_none() || behind == Some(expected));
        prop_assert_eq!(behind.is_none(), d <= 12 && d != m, "{}", expected);
    }
}
