//! `number-damaged`: an identity number that went through a floating-point cell and lost its last digits.
//!
//! The signatures, and how often a sound number looks like one, are in `roster::damage`. Some are certain. A number
//! that ends in 000 with the right check character is asked about; one that is a floating-point number written out
//! is asked about where its sheet gives reason to: a damaged number on it, or most numbers written so.

use crate::model::document;
use crate::model::field::Field;
use crate::model::finding::{Finding, Severity};
use crate::roster::candidate::Candidate;
use crate::roster::damage::{self, Sign};
use crate::roster::repair::Proposal;

use super::facts::{DOCUMENTS, value};
use super::seen::Seen;
use super::{Check, Sink, Subject};

pub const CHECK: Check = Check {
    name: "number-damaged",
    title: "号码被表格软件损坏",
    severity: Severity::Error,
    basis: "GB 11643-1999；表格软件只保留 15 位有效数字（IEEE 754 双精度）",
    what: "查找经过“数值”格式而丢失末几位的证件号和学籍号：数值单元格里 16 位以上的号码；3.30106E+17 一类的科学计数；\
           末三位为 000 或正好是浮点数写法、且校验码不符的 18 位号码。号码末三位为 000 但校验码相符的，\
           以及同一张表中有损坏号码、或多数号码是浮点数写法，而本行号码也是的，请核对说明；逐格说明以前本行不入库。",
    why: "表格软件把 18 位号码当作数值时，第 16 至 18 位已经丢失，显示的数字是编出来的，每 11 个里还有 1 个能通过校验码。\
          这样的号码不能入库，也不能用来查重。学籍库里有同一名学生的，程序给出修复建议和依据，由经办人逐条接受，从不自动采用。",
    remedy: "请把该列设为“文本”格式，对照身份证件原件重新录入整个号码；不要在原来的数字上改。\
             修复建议用 xueji validate --proposals 列出，核对后用 xueji import --accept \"表名!单元格\" 接受。",
    run,
};

/// Whether the number in this field can't be believed: then it is no document and no key.
pub fn is_damaged(candidate: &Candidate, field: Field) -> bool {
    sign(candidate, field).is_some_and(Sign::is_certain)
}

fn run(subject: &Subject, seen: &mut Seen, sink: &mut Sink) {
    let numbers = DOCUMENTS.iter().map(|d| d.0).chain([Field::Number]);
    for field in numbers {
        let text = subject.get(field);
        let sign = sign(subject.candidate, field);
        if text.len() == 18 && text.bytes().all(|b| b.is_ascii_digit()) {
            seen.count_number(subject.candidate, field, sign.is_some());
        }
        let Some(sign) = sign else { continue };
        let message = message(sign, &document::mask(text));
        match sign {
            Sign::MaybeZeros => sink.add_as(Severity::Explain, field, message, ask(subject.candidate, field)),
            // Most sound numbers that look so are sound: what the sheet's others look like decides, at its end.
            Sign::MaybeFloat if !seen.has_damage(subject.candidate) => {
                let finding = sink.make(Severity::Explain, field, message, ask(subject.candidate, field));
                seen.hold(subject.candidate, finding);
            }
            Sign::MaybeFloat => sink.add_as(Severity::Explain, field, message, ask(subject.candidate, field)),
            _ => {
                seen.note_damage(subject.candidate);
                sink.add(field, message, RETYPE);
            }
        }
    }
}

const RETYPE: &str = "请把该列设为“文本”格式，对照证件原件重新录入整个号码，不要在原来的数字上改。";

/// What to do about a number that may be damaged, with the cell as the option names it.
fn ask(candidate: &Candidate, field: Field) -> String {
    let place = candidate.place(Some(field));
    format!(
        "请对照身份证件原件核对末三位：有误的重新录入；无误的逐格说明（--explain \"{}!{}=已核对原件\"），说明以前本行不入库。",
        place.sheet,
        place.cell()
    )
}

/// Says in a finding what the number may have been, and where that is known from.
pub fn propose(findings: &mut [Finding], proposal: &Proposal) {
    let answers = |f: &&mut Finding| f.check == CHECK.name && f.field == Some(proposal.field);
    if let Some(finding) = findings.iter_mut().find(answers) {
        finding.hint = format!(
            "修复建议：{}（依据：{}）。请对照证件原件核对，相符的用 --accept \"{}!{}\" 接受；不符的重新录入整个号码。",
            document::mask(&proposal.number),
            proposal.because(),
            finding.place.sheet,
            finding.place.cell(),
        );
        finding.proposal = Some(proposal.number.clone());
    }
}

fn message(sign: Sign, masked: &str) -> String {
    match sign {
        Sign::NumericCell => {
            "号码所在单元格是数值，从第 16 位起的数字已经丢失，现在看到的不是原来的号码。".to_owned()
        }
        Sign::Scientific => "号码变成了科学计数或小数，末几位已经丢失。".to_owned(),
        Sign::Zeros => format!("号码（{masked}）末三位为 000，校验码也不符，是按数值保存后丢失了末三位。"),
        Sign::Float => {
            format!("号码（{masked}）正好是浮点数的写法，校验码也不符，是经过数值格式后末几位被改写。")
        }
        Sign::MaybeZeros => {
            format!("号码（{masked}）末三位为 000，像是按数值保存后丢失了末三位，但校验码相符。")
        }
        Sign::MaybeFloat => {
            format!(
                "同一张表中有号码损坏，或多数号码是浮点数的写法，本号码（{masked}）也是，可能同样被改写。"
            )
        }
    }
}

/// The mark of damage the number in a field carries.
pub fn sign(candidate: &Candidate, field: Field) -> Option<Sign> {
    damage::sign(value(candidate, field), candidate.numeric.contains(field))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::check::{Context, Selection, is_held, run as check};
    use crate::model::cell::{CellKind, Row};
    use crate::roster::candidate::{Reader, Reading, Source};
    use crate::roster::layout;

    /// A valid number, all digits, of one of four provinces, from a counter: no two runs differ.
    fn valid(i: u64) -> String {
        let mut x = i.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        loop {
            x = (x ^ x >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            x = (x ^ x >> 27).wrapping_mul(0x94d0_49bb_1331_11eb).wrapping_add(1);
            let division = ["110105", "330106", "150102", "650102"][(i % 4) as usize];
            let (year, month, day) = (2008 + x % 12, 1 + x / 100 % 12, 1 + x / 10_000 % 28);
            let first = format!("{division}{year}{month:02}{day:02}{:03}", x / 1_000_000 % 1000);
            let last = document::check_character(first.as_bytes()).map(char::from);
            if let Some(last) = last.filter(char::is_ascii_digit) {
                return format!("{first}{last}");
            }
        }
    }

    /// What becomes of a number in one of the three signatures; `None` where it survives.
    fn damaged(whole: &str, signature: u64, variant: u64) -> Option<(String, CellKind)> {
        let number: u64 = whole.parse().unwrap();
        let float = number as f64;
        let (text, kind) = match (signature, variant % 6) {
            // Excel keeps fifteen digits; the cell is numeric, or was turned to text afterwards.
            (0, 0..4) => (format!("{}000", number / 1000), CellKind::Number),
            (0, _) => (format!("{}000", number / 1000), CellKind::Text),
            (1, 0) => (format!("{float:.5E}").replace('E', "E+"), CellKind::Text),
            (1, 1) => (format!("{float:.5e}").replace('e', "e+"), CellKind::Text),
            (1, 2) => (format!("{float:.5E}").replace('E', "E+").replace('.', ","), CellKind::Text),
            (1, 3) => (format!("{float:.5e}"), CellKind::Text),
            (1, 4) => (format!(" {float:.14E}").replace('E', "E+"), CellKind::Text),
            (1, _) => (format!("{float:.2E}").replace('E', "Ｅ＋"), CellKind::Text),
            // A program's integer through a binary64: exactly, by its shortest digits, or in a numeric cell.
            (_, 0 | 1) => ((float as u64).to_string(), CellKind::Text),
            (_, 2 | 3) => (float.to_string(), CellKind::Text),
            _ => (float.to_string(), CellKind::Number),
        };
        (text != whole).then_some((text, kind))
    }

    /// Reads a sheet of these numbers and checks it; for each row whether it is flagged, and whether it is kept out.
    fn checked(numbers: &[(String, CellKind)]) -> Vec<(bool, bool)> {
        let mut header = Row::new(1);
        ["姓名", "性别", "身份证件号"].iter().for_each(|h| header.push(h, CellKind::Text));
        let layout = layout::find(std::slice::from_ref(&header), Some(1)).unwrap();
        let mut reader = Reader::new(Source { file: "a".into(), sheet: "b".into(), layout });
        let context =
            Context { today: date(2026, 9, 1), directory: None, strict: false, rules: None, named: &[] };
        let selection = Selection::new(&[CHECK.name.to_owned()], &[]).unwrap();
        let mut seen = Seen::default();
        let mut flagged = vec![(false, false); numbers.len()];
        let mut note = |found: Vec<crate::model::finding::Finding>| {
            for f in found.iter().filter(|f| f.check == CHECK.name) {
                let kept_out = f.severity == Severity::Error || is_held(f);
                flagged[f.place.row as usize - 2] = (true, kept_out);
            }
        };
        for (i, (text, kind)) in numbers.iter().enumerate() {
            let mut row = Row::new(i as u32 + 2);
            row.push("王一", CellKind::Text);
            row.push("男", CellKind::Text);
            row.push(text, *kind);
            let Reading::Candidate(candidate) = reader.read(&row) else { panic!("{text}") };
            note(check(&candidate, &context, &selection, &mut seen));
        }
        note(seen.late());
        flagged
    }

    #[test]
    fn ten_thousand_damaged_numbers_are_all_flagged_and_none_is_kept() {
        for rows in [1, 2, 7, 45, 10_000] {
            let (mut total, mut fits) = (0, 0);
            // Each sheet in one signature, as a column is damaged as a whole; then in all of them at once.
            for signature in 0..4 {
                let (mut i, mut made) = (0, 0);
                while made < 10_000 / 4 {
                    let mut sheet = Vec::new();
                    while sheet.len() < rows && made + sheet.len() < 10_000 / 4 {
                        i += 1;
                        let by = if signature == 3 { i % 3 } else { signature };
                        sheet.extend(damaged(&valid(signature * 100_000 + i), by, i / 3));
                    }
                    made += sheet.len();
                    total += sheet.len();
                    fits += sheet.iter().filter(|(t, _)| damage::is_sound(t)).count();
                    for (row, (text, kind)) in checked(&sheet).iter().zip(&sheet) {
                        assert_eq!(*row, (true, true), "{text} {kind:?} in a sheet of {}", sheet.len());
                    }
                }
            }
            assert_eq!(total, 10_000);
            println!(
                "sheets of {rows}: {total} damaged, of {fits} of them the check character fits: all flagged, none kept"
            );
        }
    }

    #[test]
    fn of_sound_numbers_few_are_asked_about() {
        let sound: Vec<_> = (0..10_000).map(|i| (valid(i), CellKind::Text)).collect();
        let asked = sound.chunks(45).flat_map(checked).filter(|f| f.0).count();
        // Those that end in 000, 1 in 1,000, hold their row until somebody looks.
        assert!(asked <= 20, "{asked}");
    }
}
