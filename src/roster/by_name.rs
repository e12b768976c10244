//! Schools and classes that a roster only names, found by their names in the registry.

use jiff::civil::Date;
use rustc_hash::FxHashMap;

use crate::model::field::Field;
use crate::model::record::Draft;
use crate::model::school::{Class, Directory, Lengths, Stage, year_in_stage};

use super::candidate::Changed;
use super::date_cell;
use super::layout::title;

/// A class: its school, what its name has in common with its other names, its year of entry.
type ClassKey = (String, String, i16);

/// A class by its grade and its number in it.
#[derive(Debug)]
struct Counted {
    /// 班号.
    number: String,
    entry_year: i16,
    /// Every way in which its grade may be said: the grade it is in on the day, its year of entry.
    grades: Vec<u16>,
    /// What its name says.
    named: Vec<title::InGrade>,
}

impl Counted {
    fn of(class: &Class, lengths: Lengths, today: Date) -> Counted {
        // A class of the coming school year is one of beginners.
        let year = year_in_stage(class.entry_year, today).max(1);
        let grades: &[i16] = match class.stage {
            Stage::Primary => &[year],
            // 初一 is read as 七年级 wherever primary school has six years or five.
            Stage::Junior => &[i16::from(lengths.primary) + year, 6 + year],
            Stage::Senior => &[9 + year],
        };
        let grades =
            grades.iter().chain([&class.entry_year]).filter_map(|g| u16::try_from(*g).ok()).collect();
        let (number, named) = (class.number.clone(), title::meanings(&class.name));
        Counted { number, entry_year: class.entry_year, grades, named }
    }

    /// Whether it is what a cell says, with the grade its column says: one of both must say the grade, and both must fit.
    fn is(&self, said: title::InGrade, column: Option<u16>) -> bool {
        let in_name = |grade: u16| self.named.iter().any(|n| n.0 == Some(grade));
        let fits = |grade: u16| self.grades.contains(&grade);
        (said.0.is_some() || column.is_some())
            && self.named.iter().any(|n| n.1 == said.1)
            && said.0.is_none_or(|g| fits(g) || in_name(g))
            && column.is_none_or(fits)
    }
}

/// What the registry's schools and classes are called.
#[derive(Debug, Default)]
pub struct ByName {
    /// The codes of schools; a name that several have is not among them.
    schools: FxHashMap<String, String>,
    /// The numbers of classes, where a school has one such class.
    classes: FxHashMap<ClassKey, String>,
    /// The classes of each school.
    counted: FxHashMap<String, Vec<Counted>>,
}

impl ByName {
    /// The names of a registry as they are on a day; without one there are none.
    pub fn of(directory: Option<(&Directory, Date)>) -> ByName {
        let Some((directory, today)) = directory else { return ByName::default() };
        let mut counted = FxHashMap::default();
        let mut numbers: FxHashMap<ClassKey, Option<String>> = FxHashMap::default();
        for school in directory.schools() {
            let code = school.code.as_str();
            let classes = directory.classes_of(code);
            let each = classes.iter().map(|c| Counted::of(c, school.lengths, today));
            counted.insert(code.to_owned(), each.collect::<Vec<_>>());
            for class in classes {
                let key = (code.to_owned(), title::same_class_key(&class.name), class.entry_year);
                numbers.entry(key).and_modify(|n| *n = None).or_insert(Some(class.number.clone()));
            }
        }
        let classes = numbers.into_iter().filter_map(|(key, number)| Some((key, number?))).collect();
        ByName { schools: directory.codes_by_name().collect(), classes, counted }
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
        let school = draft.slot(Field::School).clone();
        let key = (school, title::same_class_key(&name), entered);
        let named = self.classes.get(&key).filter(|_| !name.is_empty());
        let column = draft.slot(Field::GradeName).clone();
        let found = match named {
            Some(number) => Some((number.clone(), "class-by-name")),
            None => self.in_grade(&key.0, &name, &column, entered).map(|n| (n.to_owned(), "class-by-grade")),
        };
        if let Some((number, rule)) = found {
            draft.slot(Field::ClassNumber).push_str(&number);
            let raw = if rule == "class-by-grade" && !column.is_empty() {
                format!("{column} {name}")
            } else {
                name
            };
            changed.push(Changed { field: Field::ClassNumber, raw, rule });
        }
    }

    /// The number of the one class of a school and year of entry that grade and number mean; where the text is the number
    /// of another class as well, none.
    fn in_grade(&self, school: &str, name: &str, column: &str, entered: i16) -> Option<&str> {
        let all = self.counted.get(school)?;
        let grade = title::grade_of(column);
        if grade.is_none() && !column.is_empty() {
            return None;
        }
        let said = title::meanings(name);
        let mut fitting =
            all.iter().filter(|c| c.entry_year == entered && said.iter().any(|s| c.is(*s, grade)));
        let (one, other) = (fitting.next()?, fitting.next());
        let by_number = all.iter().any(|c| c.number == name && c.number != one.number);
        (other.is_none() && !by_number).then_some(one.number.as_str())
    }
}
