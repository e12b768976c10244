//! From the cell of a workbook to a cell of a row.

use crate::model::cell::{CellKind, Region, Row};
use crate::xlsx::shown::Shown;
use calamine::{Data, ExcelDateTime, ExcelDateTimeType};
use std::fmt::Write;

/// The last row, and how many columns a sheet can have (Excel specifications and limits).
pub const LAST_ROW: u32 = 1_048_576;
pub const LAST_COLUMN: usize = 16_384;

/// The last second of the year 9999, the last day a workbook can name.
const LAST_SERIAL: f64 = 2_958_466.0;

/// The cells from the first to the last (row and column, both from 0), as far as a sheet reaches; `None` for none.
pub fn region(start: (u32, u32), end: (u32, u32)) -> Option<Region> {
    let (bottom, right) = (end.0.min(LAST_ROW - 1), end.1.min(LAST_COLUMN as u32 - 1));
    (start.0 <= bottom && start.1 <= right).then_some(Region {
        top: start.0 + 1,
        left: start.1,
        bottom: bottom + 1,
        right,
    })
}

/// Adds the cell of an xls at the end of the row. `scratch` is memory lent to write numbers in.
pub fn push(row: &mut Row, value: &Data, is_1904: bool, scratch: &mut String) {
    match value {
        Data::String(text) => push_text(row, text),
        Data::Empty => row.push("", CellKind::Empty),
        Data::Float(number) => push_serial(row, *number, Shown::Number, is_1904, scratch),
        Data::Int(number) => push_serial(row, *number as f64, Shown::Number, is_1904, scratch),
        Data::DateTime(day) => push_day(row, day, scratch),
        Data::DateTimeIso(text) | Data::DurationIso(text) => push_iso(row, text, scratch),
        Data::Bool(value) => row.push(if *value { "TRUE" } else { "FALSE" }, CellKind::Bool),
        Data::Error(error) => {
            scratch.clear();
            let _ = write!(scratch, "{error}");
            row.push(scratch, CellKind::Error);
        }
    }
}

/// Adds a number as its style shows it.
pub fn push_serial(row: &mut Row, number: f64, shown: Shown, is_1904: bool, scratch: &mut String) {
    match shown {
        // What is shown as a number may still be meant as a day.
        Shown::Number | Shown::Duration => {
            write_number(number, scratch);
            row.push(scratch, if is_1904 { CellKind::Number1904 } else { CellKind::Number });
        }
        Shown::Day => {
            push_day(row, &ExcelDateTime::new(number, ExcelDateTimeType::DateTime, is_1904), scratch);
        }
    }
}

/// Adds text; an empty text is an empty cell.
pub fn push_text(row: &mut Row, text: &str) {
    row.push(text, if text.is_empty() { CellKind::Empty } else { CellKind::Text });
}

/// Adds a number: the shortest decimal that gives the same value back, without an exponent below 1e21.
pub fn push_number(row: &mut Row, number: f64, scratch: &mut String) {
    write_number(number, scratch);
    row.push(scratch, CellKind::Number);
}

fn write_number(number: f64, scratch: &mut String) {
    scratch.clear();
    let _ = if number.abs() < 1e15 && number.fract() == 0.0 {
        write!(scratch, "{}", number as i64)
    } else if number.abs() < 1e21 && (number.abs() >= 1e-7) {
        write!(scratch, "{number}")
    } else {
        write!(scratch, "{number:E}")
    };
}

/// A number that its style shows as a day. What no calendar knows (20150307 typed into a date cell) stays a number.
fn push_day(row: &mut Row, day: &ExcelDateTime, scratch: &mut String) {
    let serial = day.as_f64();
    if day.is_duration() || !(1.0..LAST_SERIAL).contains(&serial) {
        return push_number(row, serial, scratch);
    }
    let (y, mo, d, h, mi, s, _) = day.to_ymd_hms_milli();
    write_moment(scratch, (y.into(), mo, d), (h, mi, s));
    row.push(scratch, CellKind::Date);
}

/// `YYYY-MM-DD` with or without a time, as ods and strict xlsx write it; anything else as it stands.
pub fn push_iso(row: &mut Row, text: &str, scratch: &mut String) {
    match iso_moment(text) {
        Some((day, time)) => write_moment(scratch, day, time),
        None => {
            scratch.clear();
            scratch.push_str(text);
        }
    }
    row.push(scratch, CellKind::Date);
}

/// The count of days that a workbook has for a date cell's text; `None` for what no workbook counts.
pub fn serial(text: &str, is_1904: bool) -> Option<f64> {
    let whole = text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit());
    let spread = || format!("{}-{}-{}", &text[..4], &text[4..6], &text[6..]);
    let ((year, month, day), (hour, minute, second)) =
        if whole { iso_moment(&spread())? } else { iso_moment(text)? };
    // Days since the first of March of the year 0 (the civil calendar), and from there to the first day of the count.
    let (y, m) = if month > 2 { (year, month - 3) } else { (year.checked_sub(1)?, month + 9) };
    let days = i64::from(365 * y + y / 4 - y / 100 + y / 400 + (153 * u32::from(m) + 2) / 5 + u32::from(day));
    let first = if is_1904 { 695_362 } else { 693_900 };
    let time = f64::from(3600 * u32::from(hour) + 60 * u32::from(minute) + u32::from(second)) / 86_400.0;
    let serial = (days - first) as f64 + time;
    let (mut row, mut scratch) = (Row::new(1), String::new());
    push_serial(&mut row, serial, Shown::Day, is_1904, &mut scratch);
    (row.cell(0) == (text, CellKind::Date)).then_some(serial)
}

type Day = (u32, u8, u8);
type Time = (u8, u8, u8);

fn write_moment(out: &mut String, (y, m, d): Day, time: Time) {
    out.clear();
    let _ = match time {
        (0, 0, 0) => write!(out, "{y:04}{m:02}{d:02}"),
        (h, mi, s) => write!(out, "{y:04}-{m:02}-{d:02} {h:02}:{mi:02}:{s:02}"),
    };
}

fn iso_moment(text: &str) -> Option<(Day, Time)> {
    let (day, time) = text.split_once(['T', ' ']).unwrap_or((text, "00:00:00"));
    let digits =
        |s: &str, n: usize| (s.len() == n && s.bytes().all(|b| b.is_ascii_digit())).then(|| s.parse().ok());
    let mut parts = day.split('-');
    let year: u32 = digits(parts.next()?, 4)??;
    let (month, date) = (digits(parts.next()?, 2)??, digits(parts.next()?, 2)??);
    let whole = time.split(['.', 'Z', '+']).next()?;
    let mut clock = whole.split(':');
    let (hour, minute) = (digits(clock.next()?, 2)??, digits(clock.next()?, 2)??);
    let second = digits(clock.next().unwrap_or("00"), 2)??;
    let tidy = parts.next().is_none() && clock.next().is_none();
    tidy.then_some(((year, month as u8, date as u8), (hour as u8, minute as u8, second as u8)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text_of(value: Data) -> (String, CellKind) {
        let mut row = Row::new(1);
        push(&mut row, &value, false, &mut String::new());
        let (text, kind) = row.cell(0);
        (text.to_owned(), kind)
    }

    #[test]
    fn numbers_are_their_shortest_decimal() {
        for (number, text) in [
            (202309.0, "202309"),
            (1.5, "1.5"),
            (-3.0, "-3"),
            (0.1, "0.1"),
            (110101201503070000.0, "110101201503070000"),
            (110101201503071000.0, "110101201503071000"),
            (13800001234.0, "13800001234"),
            (1e20, "100000000000000000000"),
            (1e21, "1E21"),
            (1e-9, "1E-9"),
        ] {
            assert_eq!(text_of(Data::Float(number)), (text.to_owned(), CellKind::Number));
            assert_eq!(text.parse::<f64>().unwrap(), number);
        }
        assert_eq!(text_of(Data::Float(110101201503070016.0)).0.len(), 18);
    }

    #[test]
    fn days_of_both_epochs_are_eight_digits() {
        let day = |serial, is_1904| {
            text_of(Data::DateTime(ExcelDateTime::new(serial, ExcelDateTimeType::DateTime, is_1904)))
        };
        assert_eq!(day(42070.0, false), ("20150307".into(), CellKind::Date));
        assert_eq!(day(40608.0, true), ("20150307".into(), CellKind::Date));
        assert_eq!(day(42070.5, false), ("2015-03-07 12:00:00".into(), CellKind::Date));
        assert_eq!(day(20150307.0, false), ("20150307".into(), CellKind::Number));
        assert_eq!(day(0.5, false), ("0.5".into(), CellKind::Number));
    }

    #[test]
    fn iso_days_are_read_and_the_rest_is_left() {
        for (text, read) in [
            ("2015-03-07", "20150307"),
            ("2015-03-07T00:00:00", "20150307"),
            ("2015-03-07T08:30:00.000Z", "2015-03-07 08:30:00"),
            ("PT08H30M00S", "PT08H30M00S"),
            ("2015-3-7", "2015-3-7"),
        ] {
            assert_eq!(text_of(Data::DateTimeIso(text.into())), (read.to_owned(), CellKind::Date));
        }
    }
}
