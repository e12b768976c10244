//! The writes of several journal entries put together, so that a row is written once.

use super::journal::{Value, Write};
use super::record_table::RecordTable;

/// The same change in fewer writes: what is set in a row that was only just inserted is inserted at once. A write that
/// expects another value than it would find is left as it is, and fails when it is applied.
pub fn composed(writes: Vec<Write>) -> Vec<Write> {
    let mut all: Vec<Write> = Vec::with_capacity(writes.len());
    for write in writes {
        match write {
            Write::Update { table, key, set } => {
                match all.iter_mut().find_map(|w| inserted(w, table, &key, &set)) {
                    Some(row) => set.into_iter().for_each(|(at, _, after)| row[at] = after),
                    None => all.push(Write::Update { table, key, set }),
                }
            }
            write => all.push(write),
        }
    }
    all
}

/// The row, if this write inserts the one of this key with the values that are to be replaced.
fn inserted<'a>(
    write: &'a mut Write,
    table: &RecordTable,
    key: &[Value],
    set: &[(usize, Value, Value)],
) -> Option<&'a mut Vec<Value>> {
    let Write::Insert { table: into, row } = write else { return None };
    let is_it = into.name == table.name && row.starts_with(key);
    (is_it && set.iter().all(|(at, before, _)| row[*at] == *before)).then_some(row)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::record_table::CLASS;

    fn text(t: &str) -> Value {
        Value::Text(t.into())
    }

    fn writes(number: &str, before: &str) -> Vec<Write> {
        let row = vec![text("2133010001"), text("01"), text("一班"), text("primary"), Value::Int(2026)];
        let key = vec![text("2133010001"), text(number)];
        let set = vec![(2, text(before), text("二班"))];
        vec![Write::Insert { table: &CLASS, row }, Write::Update { table: &CLASS, key, set }]
    }

    #[test]
    fn what_is_set_in_a_row_just_inserted_is_inserted() {
        let once = composed(writes("01", "一班"));
        let [Write::Insert { row, .. }] = &once[..] else { panic!("one insert is left") };
        assert_eq!(row[2], text("二班"));
    }

    #[test]
    fn what_is_for_another_row_or_value_stands_for_itself() {
        for other in [writes("02", "一班"), writes("01", "三班")] {
            assert_eq!(composed(other.clone()), other);
        }
    }
}
