//! Cells that hold a label or a code of a table, remembered so that the hundred thousandth 汉族 costs one look.

use rustc_hash::FxHashMap;

use crate::code;
use crate::code::reference::CodeRef;
use crate::model::field::{Field, FieldKind};

/// What a cell text means in a field's tables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// `table:code`, or the text as it stood when no table knows it.
    pub value: String,
    /// Whether the text was not the official label: an alias, a code, a short form.
    pub converted: bool,
}

/// The memory of one run.
#[derive(Default)]
pub struct CodeCells {
    seen: FxHashMap<u8, FxHashMap<String, Resolved>>,
}

/// A cell text is remembered up to this many different ones a field: a roster of noise must not fill the memory.
const REMEMBERED: usize = 2_000;

impl CodeCells {
    /// Looks a text up in the tables of a field.
    pub fn resolve(&mut self, field: Field, text: &str) -> Resolved {
        let memory = self.seen.entry(field as u8).or_default();
        if let Some(known) = memory.get(text) {
            return known.clone();
        }
        let resolved = look_up(field, text);
        if memory.len() < REMEMBERED {
            memory.insert(text.to_owned(), resolved.clone());
        }
        resolved
    }
}

fn look_up(field: Field, text: &str) -> Resolved {
    let FieldKind::Code(tables) = field.kind() else {
        return Resolved { value: text.to_owned(), converted: false };
    };
    for id in tables {
        let Some(table) = code::table(id) else { continue };
        if let Some(entry) = table.resolve(text) {
            return Resolved { value: format!("{id}:{}", entry.code), converted: entry.label != text };
        }
    }
    Resolved { value: text.to_owned(), converted: false }
}

/// The label of a stored `table:code`; the text itself where it is none.
pub fn label(value: &str) -> &str {
    value.parse::<CodeRef>().map_or(value, |code| code.label())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::field::FIELDS;

    #[test]
    fn every_code_field_names_tables_that_exist() {
        for s in FIELDS {
            if let FieldKind::Code(tables) = s.kind {
                assert!(tables.iter().all(|t| code::table(t).is_some()), "{}", s.key);
            }
        }
    }

    #[test]
    fn label_alias_and_code_all_name_the_same_code_and_the_code_knows_its_table() {
        let mut cells = CodeCells::default();
        let han = |converted| Resolved { value: "ethnic_group:01".into(), converted };
        assert_eq!(cells.resolve(Field::EthnicGroup, "汉族"), han(false));
        assert_eq!(cells.resolve(Field::EthnicGroup, "汉"), han(true));
        assert_eq!(cells.resolve(Field::EthnicGroup, "01"), han(true));
        assert_eq!(cells.resolve(Field::EthnicGroup, "毛难族").value, "ethnic_group:36");
        assert_eq!(label("ethnic_group:36"), "毛南族");
        // The clash of R§6.8: 11 is 就近入学 on the form and 预科 in JY/T 1001.
        assert_eq!(cells.resolve(Field::EntryMethod, "就近入学").value, "entry_method_form:11");
        assert_eq!(cells.resolve(Field::EntryMethod, "预科").value, "entry_method_jyt:11");
        let unknown = cells.resolve(Field::EthnicGroup, "毛拦族");
        assert_eq!(unknown, Resolved { value: "毛拦族".into(), converted: false });
    }
}
