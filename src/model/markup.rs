//! What a marked workbook is known by: the sheet and the columns xueji adds to a school's own file, and its answers.

use super::cell::{Row, column_letters};

/// The sheet of results.
pub const RESULT_SHEET: &str = "核对结果";
/// What its first cell says. A school's own sheet of that name does not say it.
pub const RESULT_TITLE: &str = "核对结果（由 xueji 生成，送回时不必删除）";
/// The headings of the columns at the right of the table, in their order.
pub const HEADINGS: [&str; 3] = ["处理意见（核对结果）", "建议改为（核对结果）", "接受建议（是/否）"];
/// The heading of the last column in the file of refused rows, by which that file is known.
pub const REFUSED_HEADING: &str = "退回原因（xueji）";
/// Who the comments are by.
pub const AUTHOR: &str = "xueji核对";
/// The answers of the accept column.
pub const ANSWERS: [&str; 2] = ["是", "否"];

/// How many rows from the top the headings are looked for in.
pub const HEADINGS_WITHIN: u32 = 60;

/// One proposal as the second column shows it, and as it is read back: which column, what stands there, what to put.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// From 1.
    pub column: u16,
    pub heading: String,
    pub value: String,
    pub proposal: String,
}

const FROM: &str = "列“";
const OF: &str = "”由“";
const TO: &str = "”改为“";
const END: &str = "”";

impl Proposal {
    /// `M列“身份证件号”由“…”改为“…”`.
    pub fn line(&self) -> String {
        let letters = column_letters(self.column);
        format!("{letters}{FROM}{}{OF}{}{TO}{}{END}", self.heading, self.value, self.proposal)
    }

    /// Reads a line back; `None` for anything that is not one.
    pub fn parse(line: &str) -> Option<Proposal> {
        let (letters, rest) = line.trim().split_once(FROM)?;
        let (heading, rest) = rest.split_once(OF)?;
        let (value, rest) = rest.split_once(TO)?;
        let proposal = rest.strip_suffix(END)?;
        let plain = !letters.is_empty() && letters.len() <= 3;
        let column = letters.bytes().try_fold(0u16, |n, b| {
            b.is_ascii_uppercase().then(|| n.checked_mul(26)?.checked_add(u16::from(b - b'A') + 1))?
        });
        let column = column.filter(|_| plain)?;
        let (heading, value, proposal) = (heading.to_owned(), value.to_owned(), proposal.to_owned());
        Some(Proposal { column, heading, value, proposal })
    }
}

/// Whether a text is one of the headings, and which. (Excel keeps line breaks as typed; there are none in ours.)
pub fn heading(text: &str) -> Option<usize> {
    HEADINGS.iter().position(|h| *h == text.trim())
}

/// The columns (from 0) of a row that carry our headings.
pub fn columns(row: &Row) -> Vec<(usize, usize)> {
    (0..row.len()).filter_map(|c| heading(row.cell(c).0).map(|which| (c, which))).collect()
}

/// Takes our columns out of a row below the headings, and enters the proposals it accepts where the cell is still
/// what the proposal was made for: a clerk who mended the cell by hand has said something better.
pub fn settle(row: &mut Row, columns: &[(usize, usize)]) {
    let text = |which: usize| {
        let column = columns.iter().find(|(_, w)| *w == which).map(|(c, _)| *c);
        column.map_or_else(String::new, |c| row.cell(c).0.trim().to_owned())
    };
    let accepted = text(2) == ANSWERS[0];
    let proposals: Vec<Proposal> = text(1).lines().filter_map(Proposal::parse).collect();
    columns.iter().for_each(|(c, _)| row.clear(*c));
    for p in proposals.iter().filter(|_| accepted) {
        let column = usize::from(p.column) - 1;
        if row.cell(column).0.trim() == p.value.trim() {
            row.accept(column, &p.proposal);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::cell::CellKind;
    use proptest::prelude::*;

    fn row(cells: &[&str]) -> Row {
        let mut row = Row::new(5);
        cells.iter().for_each(|c| row.push(c, CellKind::Text));
        row
    }

    fn proposal(value: &str) -> String {
        let (heading, proposal) = ("身份证件号".to_owned(), "11010519491231002X".to_owned());
        Proposal { column: 2, heading, value: value.to_owned(), proposal }.line()
    }

    #[test]
    fn an_accepted_proposal_is_entered_and_nothing_else_of_ours_is_read() {
        let header = row(&["姓名", "身份证件号", HEADINGS[0], HEADINGS[1], HEADINGS[2]]);
        let columns = columns(&header);
        assert_eq!(columns, [(2, 0), (3, 1), (4, 2)]);
        for (was, answer, now) in [
            ("110105194912310021", "是", "11010519491231002X"),
            ("110105194912310021", "否", "110105194912310021"),
            ("110105194912310021", "", "110105194912310021"),
            // Mended by hand since: the answer is about another value.
            ("110105194912310048", "是", "110105194912310048"),
        ] {
            let mut row = row(&["王一", was, "必改", &proposal("110105194912310021"), answer]);
            settle(&mut row, &columns);
            assert_eq!(row.cell(1).0, now);
            assert!((2..5).all(|c| row.cell(c) == ("", CellKind::Empty)));
            let accepted: Vec<(usize, &str)> = row.accepted().collect();
            assert_eq!(accepted, if was == now { vec![] } else { vec![(1, was)] });
        }
    }

    proptest! {
        #[test]
        fn a_line_is_read_back_as_it_was(column in 1u16..16_384, value in "[0-9A-Z.+]{0,20}", to in "[0-9X]{1,18}") {
            let line = Proposal { column, heading: "身份证件号".into(), value, proposal: to };
            prop_assert_eq!(Proposal::parse(&line.line()), Some(line));
        }

        #[test]
        fn any_text_is_a_line_or_none(text in "\\PC{0,40}") {
            let _ = Proposal::parse(&text);
        }
    }
}
