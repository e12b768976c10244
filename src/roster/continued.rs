//! Rows that go on with the pupil above, whose name is merged over them: the second parent, or cells nobody reads.

use crate::model::cell::{CellKind, Row};
use crate::model::field::{FIELDS, Field, GUARDIAN_BLOCK};

use super::layout::Layout;

/// What a pupil has once: where a row below says it otherwise, it is another pupil's row.
pub const OWN: &[Field] = &[Field::DocumentId, Field::BirthDate, Field::Number];

/// A cell of a row that goes on: its column (from 0), and the field it is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    pub column: usize,
    pub field: Field,
}

/// What becomes of the cells of a row that goes on with the pupil above.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Parts {
    /// Read: of the family member that was free.
    pub member: Vec<Cell>,
    /// Not read: the field their column is of.
    pub left: Vec<Cell>,
}

/// Sorts the cells of a row that goes on with `first`. A family member with a name of its own is the pupil's next,
/// where `free` says that nothing is known of that member yet; whatever else says something new is left.
pub fn parts(row: &Row, first: &Row, layout: &Layout, free: &dyn Fn(Field) -> bool) -> Parts {
    let mut out = Parts::default();
    let member = next_member(row, layout, free);
    for (column, field) in layout.columns.iter().enumerate().filter_map(|(c, f)| f.map(|f| (c, f))) {
        let (text, kind) = row.cell(column);
        if text.trim().is_empty() && kind != CellKind::Uncomputed {
            continue;
        }
        match (is_first_member(field), member) {
            (true, Some(Member::First)) => out.member.push(Cell { column, field }),
            (true, Some(Member::Second)) => match field.of_second_guardian() {
                Some(field) => out.member.push(Cell { column, field }),
                None => out.left.push(Cell { column, field }),
            },
            // What is written again in the row below is not lost.
            _ if text.trim() == first.cell(column).0.trim() => {}
            _ => out.left.push(Cell { column, field }),
        }
    }
    out
}

#[derive(Clone, Copy)]
enum Member {
    First,
    Second,
}

fn is_first_member(field: Field) -> bool {
    let block = Field::G1Name as usize..Field::G1Name as usize + GUARDIAN_BLOCK;
    block.contains(&(field as usize))
}

/// The member of the family whom the row is about; nobody where that is not sure.
fn next_member(row: &Row, layout: &Layout, free: &dyn Fn(Field) -> bool) -> Option<Member> {
    let at = |f: Field| (layout.column_of(f) as usize).checked_sub(1);
    let named = at(Field::G1Name).is_some_and(|c| !row.cell(c).0.trim().is_empty());
    // A block called 父亲 has no mother in it.
    let of_one = layout.constants.iter().any(|c| c.field == Field::G1Relation);
    let nothing_of =
        |from: Field| FIELDS[from as usize..from as usize + GUARDIAN_BLOCK].iter().all(|s| free(s.field));
    match named && !of_one {
        false => None,
        true if nothing_of(Field::G1Name) => Some(Member::First),
        true if nothing_of(Field::G2Name) => Some(Member::Second),
        true => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::model::cell::Region;
    use crate::roster::candidate::{Candidate, Reader, Reading, Source};
    use crate::roster::layout;

    use super::*;

    /// A pupil whose name is merged over these rows.
    fn pupil(header: &[&str], rows: &[&[&str]]) -> Box<Candidate> {
        let layout = layout::find(&[Row::of_texts(1, header)], None).unwrap();
        let name = u32::from(layout.column_of(Field::PupilName)) - 1;
        let mut reader = Reader::new(Source { file: "a.xlsx".into(), sheet: "花名册".into(), layout });
        let bottom = rows.len() as u32 + 1;
        reader.set_merges(&[Region { top: 2, left: name, bottom, right: name }], true);
        let rows: Vec<Row> = (2..).zip(rows).map(|(n, cells)| Row::of_texts(n, cells)).collect();
        assert!(rows[1..].iter().all(|r| reader.goes_on(r)));
        match reader.read_with(&rows[0], &rows[1..]) {
            Reading::Candidate(candidate) => candidate,
            other => panic!("{other:?}"),
        }
    }

    const HEADER: &[&str] = &["姓名", "性别", "家长姓名", "关系", "家长电话", "现住址"];

    fn cells(candidate: &Candidate) -> Vec<String> {
        candidate.left.iter().map(|p| p.cell()).collect()
    }

    #[test]
    fn the_second_parent_in_the_row_below_is_the_second_member() {
        let one = pupil(
            HEADER,
            &[
                &["王一", "男", "王二", "父亲", "13800000000", "某路1号"],
                &["", "", "李三", "母亲", "13900000000"],
            ],
        );
        let get = |f| one.record.get(f);
        assert_eq!([get(Field::G1Name), get(Field::G2Name)], ["王二", "李三"]);
        assert_eq!(get(Field::G2Phone), "13900000000");
        assert!(one.record.has(Field::G2Relation));
        assert_eq!(one.place(Some(Field::G2Phone)).cell(), "E3");
        assert!(one.changed.iter().any(|c| (c.field, c.rule) == (Field::G2Name, "continued")));
        assert_eq!(cells(&one), [""; 0]);
    }

    #[test]
    fn what_has_no_place_is_told_and_not_lost() {
        let first: &[&str] = &["王一", "男", "王二", "父亲", "13800000000", "某路1号"];
        let third = pupil(HEADER, &[first, &["", "", "李三", "母亲"], &["", "", "王四", "祖父", "1"]]);
        assert_eq!(third.record.get(Field::G2Name), "李三");
        assert_eq!(cells(&third), ["C4", "D4", "E4"], "two members are registered");
        let nobody = pupil(HEADER, &[first, &["", "", "", "", "13900000000"]]);
        assert!(!nobody.record.has(Field::G2Phone));
        assert_eq!(cells(&nobody), ["E3"], "whose it is is not said");
        let address = pupil(HEADER, &[first, &["", "", "李三", "母亲", "", "某路2号"]]);
        assert_eq!(address.record.get(Field::G2Name), "李三");
        assert_eq!(cells(&address), ["F3"]);
        let again = pupil(HEADER, &[first, &["", "男", "李三", "母亲", "", "某路1号"]]);
        assert_eq!(cells(&again), [""; 0]);
    }

    #[test]
    fn another_number_or_birth_date_below_is_another_pupils() {
        let header = ["姓名", "身份证号", "出生日期", "家长姓名"];
        let first: &[&str] = &["王一", "330127201803140016", "20180314", "王二"];
        let others = |below: &[&str]| {
            let found = pupil(&header, &[first, below]).others.clone();
            found.into_iter().map(|(field, place)| (field, place.cell())).collect::<Vec<_>>()
        };
        assert_eq!(
            others(&["", "330127201901070031", "2019-1-7", "李三"]),
            [(Field::DocumentId, "B3".to_owned()), (Field::BirthDate, "C3".to_owned())]
        );
        assert_eq!(others(&["", "", "2018年3月14日", "李三"]), [], "the same day in other words");
        assert_eq!(others(&["", "330127201803140016", "", "李三"]), []);
    }

    #[test]
    fn a_block_that_is_the_fathers_has_no_mother_and_a_second_block_is_not_overwritten() {
        let fathers = pupil(
            &["姓名", "性别", "民族", "父亲姓名"],
            &[&["王一", "男", "", "王二"], &["", "", "", "李三"]],
        );
        assert_eq!(cells(&fathers), ["D3"]);
        let header = ["姓名", "性别", "成员1姓名", "成员2姓名"];
        let both = pupil(&header, &[&["王一", "男", "王二", "李三"], &["", "", "王四", ""]]);
        assert_eq!(both.record.get(Field::G2Name), "李三");
        assert_eq!(cells(&both), ["C3"]);
    }
}
