//! Schools and classes that a roster only names, found by their names in the registry.

use rustc_hash::FxHashMap;

use crate::model::field::Field;
use crate::model::record::Draft;
use crate::model::school::Directory;

use super::candidate::Changed;
use super::date_cell;
use super::layout::title;

/// A class: its school, what its name has in common with its other names, its year of entry.
type ClassKey = (String, String, i16);

/// What the registry's schools and classes are called.
#[derive(Debug, Default)]
pub struct ByName {
    /// The codes of schools; a name that several have is not among them.
    schools: FxHashMap<String, String>,
    /// The numbers of classes, where a school has one such class.
    classes: FxHashMap<ClassKey, String>,
}

impl ByName {
    /// The names of a registry; without one there are none.
    pub fn of(directory: Option<&Directory>) -> ByName {
        let Some(directory) = directory else { return ByName::default() };
        let mut numbers: FxHashMap<ClassKey, Option<String>> = FxHashMap::default();
        for school in directory.schools() {
            let code = school.code.as_str();
            for class in directory.classes_of(code) {
                let key = (code.to_owned(), title::same_class_key(&class.name), class.entry_year);
                numbers.entry(key).and_modify(|n| *n = None).or_insert(Some(class.number.clone()));
            }
        }
        let classes = numbers.into_iter().filter_map(|(key, number)| Some((key, number?))).collect();
        ByName { schools: directory.codes_by_name().collect(), classes }
    }

    /// The code of the school that is called so.
    fn code(&self, name: &str) -> Option<&str> {
        let plain: String = name.chars().filter(|c| !c.is_whitespace()).collect();
        self.schools.get(&plain).map(String::as_str)
    }

    /// A school's name in the column of codes is its code, where one school of the registry is called so.
    pub fn school_of_its_cell(&self, draft: &mut Draft, changed: &mut Vec<Changed>) {
        if !self.schools.is_empty() && !draft.lacks(Field::School) {
            let name = draft.slot(Field::School).clone();
            self.take_school(name, draft, changed);
        }
    }

    /// The code of a school that the roster only names, in the row or in a row by itself above it.
    pub fn school(&self, above: Option<&str>, draft: &mut Draft, changed: &mut Vec<Changed>) {
        if !self.schools.is_empty() && draft.lacks(Field::School) {
            let own = draft.slot(Field::SchoolName).clone();
            let name = if own.is_empty() { above.unwrap_or_default().to_owned() } else { own };
            self.take_school(name, draft, changed);
        }
    }

    fn take_school(&self, name: String, draft: &mut Draft, changed: &mut Vec<Changed>) {
        if let Some(code) = self.code(&name) {
            code.clone_into(draft.slot(Field::School));
            changed.push(Changed { field: Field::School, raw: name, rule: "school-by-name" });
        }
    }

    /// The number of a class that the roster only names, where the registry has one such class of the pupil's year of
    /// entry: last year's 一（1）班 is another class than this year's.
    pub fn class(&self, draft: &mut Draft, changed: &mut Vec<Changed>) {
        if self.classes.is_empty() || !draft.slot(Field::ClassNumber).is_empty() {
            return;
        }
        let Some((year, month, _)) = date_cell::month(draft.slot(Field::EntryMonth)) else { return };
        let entered = if month >= 7 { year } else { year - 1 };
        let name = draft.slot(Field::ClassName).clone();
        let key = (draft.slot(Field::School).clone(), title::same_class_key(&name), entered);
        if let Some(number) = self.classes.get(&key).filter(|_| !name.is_empty()) {
            draft.slot(Field::ClassNumber).push_str(number);
            changed.push(Changed { field: Field::ClassNumber, raw: name, rule: "class-by-name" });
        }
    }
}
