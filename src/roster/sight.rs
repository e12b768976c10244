//! What is seen in the cells of a row besides their values: struck through, shown otherwise, pushed out of place.

use crate::model::cell::{CellKind, Place, Row, Sight};
use crate::model::field::{Field, FieldKind, FieldSet};

use super::candidate::{Changed, Source};

/// What a row's cells are seen as, as far as that is not simply their value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sights {
    /// Of read cells, by field.
    pub cells: Vec<(Field, Sight)>,
    /// Every cell that was read is struck through.
    pub is_struck: bool,
    /// Fields whose cell is a day, though they are no dates.
    pub days: FieldSet,
    /// Cells of separated text behind the last heading.
    pub beyond: Vec<Place>,
    /// The row is called an example by this word, though it has all of a pupil.
    pub example: Option<&'static str>,
}

/// Whether a field's value is a number or a day: what its format makes of it is not what was written.
fn is_value(kind: FieldKind) -> bool {
    matches!(
        kind,
        FieldKind::Date
            | FieldKind::Month
            | FieldKind::Validity
            | FieldKind::Decimal
            | FieldKind::DocumentNumber
            | FieldKind::RegistryNumber
    )
}

/// What stands in a cell for the reader of the sheet: the text that is shown, where it is surely not the value and
/// the field is neither number nor date.
pub fn written(row: &Row, column: usize, kind: FieldKind) -> &str {
    row.shown(column).filter(|_| !is_value(kind)).unwrap_or(row.cell(column).0)
}

/// What was changed where the shown text is read instead of the value.
pub fn changed(row: &Row, column: usize, field: Field) -> Option<Changed> {
    let raw = row.cell(column).0;
    let is_shown = row.has_sights() && written(row, column, field.kind()) != raw;
    is_shown.then(|| Changed { field, raw: raw.to_owned(), rule: "shown" })
}

/// Looks at the cells of a row.
pub fn of(row: &Row, columns: &[(usize, Field, FieldKind)], source: &Source) -> Sights {
    let mut sights = Sights::default();
    if row.has_sights() {
        see(row, columns, &mut sights);
    }
    for (column, field, kind) in columns {
        let is_day = matches!(kind, FieldKind::Date | FieldKind::Month | FieldKind::Validity);
        if !is_day && row.cell(*column).1 == CellKind::Date {
            sights.days.insert(*field);
        }
    }
    if row.separated || row.has_sights() {
        sights.beyond = beyond(row, source);
    }
    sights
}

fn see(row: &Row, columns: &[(usize, Field, FieldKind)], sights: &mut Sights) {
    let (mut filled, mut struck) = (0, 0);
    for (column, field, kind) in columns.iter().filter(|c| !row.cell(c.0).0.trim().is_empty()) {
        filled += 1;
        for sight in row.sights(*column) {
            let is_told = match sight {
                Sight::Struck { rest } => {
                    struck += usize::from(rest.is_empty());
                    true
                }
                Sight::Beyond => false,
                // A shown text was read instead of the value; a date is its value however it is shown.
                Sight::Shown { text: Some(_), .. } => {
                    matches!(kind, FieldKind::DocumentNumber | FieldKind::RegistryNumber)
                }
                Sight::Shown { text: None, .. } => {
                    !is_value(*kind) || matches!(kind, FieldKind::DocumentNumber | FieldKind::RegistryNumber)
                }
            };
            if is_told {
                sights.cells.push((*field, sight.clone()));
            }
        }
    }
    sights.is_struck = filled > 1 && struck == filled;
}

/// The cells with something in them behind the last cell of the header.
fn beyond(row: &Row, source: &Source) -> Vec<Place> {
    let width = if row.separated { source.layout.columns.len() } else { usize::MAX };
    let is_beyond = |c: &usize| *c >= width || row.sights(*c).any(|s| *s == Sight::Beyond);
    let filled = (0..row.len()).filter(is_beyond).filter(|c| !row.cell(*c).0.trim().is_empty());
    let place = |c: usize| Place {
        file: source.file.clone(),
        sheet: source.sheet.clone(),
        row: row.number,
        column: c as u16 + 1,
    };
    filled.map(place).collect()
}
