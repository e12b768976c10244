//! Merged cells below the header: the blanks inside a region have the value of its first cell.

use rustc_hash::FxHashMap;

use crate::model::cell::{CellKind, Region, Row};
use crate::model::field::Field;

use super::layout::Layout;
use super::sight;

/// What a whole class has in common: merged cells of these are looked for in files of any size.
const OF_A_CLASS: &[Field] = &[
    Field::School,
    Field::SchoolName,
    Field::Campus,
    Field::GradeName,
    Field::ClassNumber,
    Field::ClassName,
    Field::EntryMonth,
    Field::EntryMethod,
];

/// What is each pupil's own: a region over several rows does not make several pupils of one.
const NEVER: &[Field] = &[
    Field::PupilName,
    Field::DocumentId,
    Field::BirthDate,
    Field::Number,
    Field::Seat,
    Field::ProvincialNumber,
];

/// A value that comes from a region.
pub struct Filled {
    pub field: Field,
    pub text: String,
    pub kind: CellKind,
    pub region: Region,
}

/// One column whose blanks may be filled.
struct Column {
    at: usize,
    field: Field,
    /// The last value that stood here, and its row.
    last: (u32, String, CellKind),
}

/// The regions of a sheet and the last values of the columns they may fill.
pub struct Fill {
    columns: Vec<Column>,
    regions: FxHashMap<usize, Vec<Region>>,
    known: bool,
    name: usize,
    /// Columns of the first family member: a row with these and without a name may go on with the pupil above.
    guardian: Vec<usize>,
}

impl Fill {
    /// Nothing is known of the sheet's regions yet.
    pub fn new(layout: &Layout) -> Fill {
        let at = |f: &Field| (layout.column_of(*f) as usize).checked_sub(1);
        Fill {
            columns: columns(layout, |f| OF_A_CLASS.contains(&f)),
            regions: FxHashMap::default(),
            known: false,
            name: at(&Field::PupilName).unwrap_or(0),
            guardian: [Field::G1Name, Field::G1Phone, Field::G1Relation].iter().filter_map(at).collect(),
        }
    }

    /// Takes the regions of the sheet. Those of the header and of titles fill nothing.
    pub fn set(&mut self, layout: &Layout, merges: &[Region], every_field: bool) {
        self.known = true;
        if every_field {
            self.columns = columns(layout, |f| !NEVER.contains(&f));
        }
        let width = layout.columns.len() as u32;
        for region in merges.iter().filter(|r| r.top > layout.header_row) {
            for column in region.left..=region.right.min(width.max(1) - 1) {
                self.regions.entry(column as usize).or_default().push(*region);
            }
        }
        self.regions.values_mut().for_each(|of_column| of_column.sort_by_key(|r| r.top));
        if self.regions.is_empty() {
            self.columns.clear();
        }
    }

    /// Whether the regions should be asked for because of this row.
    pub fn wants(&mut self, row: &Row) -> bool {
        if self.known {
            return false;
        }
        if row.cell(self.name).0.is_empty() {
            return self.guardian.iter().any(|c| !row.cell(*c).0.is_empty());
        }
        let blank = |c: &Column| c.last.0 > 0 && row.cell(c.at).0.is_empty();
        if self.columns.iter().any(blank) {
            return true;
        }
        self.remember(row);
        false
    }

    fn remember(&mut self, row: &Row) {
        for column in &mut self.columns {
            let (text, kind) = (sight::written(row, column.at, column.field.kind()), row.cell(column.at).1);
            if !text.is_empty() {
                column.last.0 = row.number;
                if column.last.1 != text {
                    column.last.1.clear();
                    column.last.1.push_str(text);
                }
                column.last.2 = kind;
            }
        }
    }

    /// The values this row has from regions.
    pub fn values(&mut self, row: &Row) -> Vec<Filled> {
        if !self.known || self.columns.is_empty() {
            return Vec::new();
        }
        self.remember(row);
        let mut out = Vec::new();
        for column in self.columns.iter().filter(|c| row.cell(c.at).0.is_empty()) {
            let Some(region) = self.region(row.number, column.at) else { continue };
            let left = region.left as usize;
            let (text, kind) = if region.top == row.number {
                (sight::written(row, left, column.field.kind()).to_owned(), row.cell(left).1)
            } else {
                let Some(origin) = self.columns.iter().find(|c| c.at == left) else { continue };
                let (at, text, kind) = &origin.last;
                if *at != region.top {
                    continue;
                }
                (text.clone(), *kind)
            };
            if !text.is_empty() {
                out.push(Filled { field: column.field, text, kind, region });
            }
        }
        out
    }

    /// Whether the name of this row is inside the merged name of a row above: the same pupil goes on.
    pub fn goes_on(&self, row: &Row) -> bool {
        self.region(row.number, self.name).is_some_and(|r| r.top < row.number)
    }

    fn region(&self, row: u32, column: usize) -> Option<Region> {
        let of_column = self.regions.get(&column)?;
        let after = of_column.partition_point(|r| r.top <= row);
        of_column[..after].last().copied().filter(|r| r.contains(row, column as u32))
    }
}

fn columns(layout: &Layout, wanted: impl Fn(Field) -> bool) -> Vec<Column> {
    let fields = layout.columns.iter().enumerate();
    let wanted = fields.filter_map(|(at, f)| f.filter(|f| wanted(*f)).map(|f| (at, f)));
    wanted.map(|(at, field)| Column { at, field, last: (0, String::new(), CellKind::Empty) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roster::candidate::{Candidate, Reader, Reading, Source};
    use crate::roster::layout;

    fn reader(header: &[&str]) -> Reader {
        let layout = layout::find(&[Row::of_texts(1, header)], None).unwrap();
        Reader::new(Source { file: "a.xlsx".into(), sheet: "花名册".into(), layout })
    }

    fn pupil(reader: &mut Reader, row: &Row) -> Box<Candidate> {
        match reader.read(row) {
            Reading::Candidate(candidate) => candidate,
            other => panic!("{other:?}"),
        }
    }

    const REGION: Region = Region { top: 2, left: 0, bottom: 3, right: 0 };

    #[test]
    fn blanks_of_a_region_have_its_value_and_say_from_where() {
        let mut reader = reader(&["班号", "姓名", "性别", "民族"]);
        reader.set_merges(&[REGION], true);
        pupil(&mut reader, &Row::of_texts(2, &["P1", "王一", "男", "汉族"]));
        let second = pupil(&mut reader, &Row::of_texts(3, &["", "李二", "女", "汉族"]));
        assert_eq!(second.record.get(Field::ClassNumber), "P1");
        let from = &second.changed[0];
        assert_eq!((from.raw.as_str(), from.rule), ("合并单元格 A2:A3", "filled-down"));
        let third = pupil(&mut reader, &Row::of_texts(4, &["", "赵三", "女", "汉族"]));
        assert!(!third.record.has(Field::ClassNumber), "outside of the region nothing is filled");
    }

    #[test]
    fn a_blank_without_a_region_stays_blank() {
        let mut reader = reader(&["班号", "姓名", "性别", "民族"]);
        reader.set_merges(&[], true);
        pupil(&mut reader, &Row::of_texts(2, &["P1", "王一", "男", "汉族"]));
        assert!(
            !pupil(&mut reader, &Row::of_texts(3, &["", "李二", "女", "汉族"]))
                .record
                .has(Field::ClassNumber)
        );
    }

    #[test]
    fn in_a_large_file_the_regions_are_asked_for_at_the_first_blank_of_a_class() {
        let mut reader = reader(&["班号", "姓名", "性别", "民族", "血型"]);
        let first = Row::of_texts(2, &["P1", "王一", "男", "汉族", "A"]);
        assert!(!reader.wants_merges(&first));
        pupil(&mut reader, &first);
        assert!(
            !reader.wants_merges(&Row::of_texts(2, &["P1", "王一", "男", "汉族", ""])),
            "a blood type is no class"
        );
        let blank = Row::of_texts(3, &["", "李二", "女", "汉族", ""]);
        assert!(reader.wants_merges(&blank));
        reader.set_merges(&[REGION], false);
        assert!(!reader.wants_merges(&blank));
        assert_eq!(pupil(&mut reader, &blank).record.get(Field::ClassNumber), "P1");
    }

    #[test]
    fn a_name_is_never_filled_and_its_region_makes_one_pupil() {
        let mut reader = reader(&["姓名", "性别", "民族", "监护人姓名", "监护人电话"]);
        reader.set_merges(&[REGION], true);
        pupil(&mut reader, &Row::of_texts(2, &["王一", "男", "汉族", "王二", "1"]));
        let reading = reader.read(&Row::of_texts(3, &["", "", "", "李三", "2"]));
        assert!(matches!(reading, Reading::Passed { reason, .. } if reason.contains("续行")), "{reading:?}");
    }

    #[test]
    fn values_of_a_region_over_columns_are_read_in_each() {
        let mut reader = reader(&["姓名", "性别", "民族", "现住址", "家庭地址"]);
        reader.set_merges(&[Region { top: 2, left: 3, bottom: 2, right: 4 }], true);
        let one = pupil(&mut reader, &Row::of_texts(2, &["王一", "男", "汉族", "某路1号", ""]));
        assert_eq!(one.record.get(Field::HomeAddress), "某路1号");
    }
}
