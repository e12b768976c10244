//! The rows of reports by place: classes, grades with their sums, schools, all. A school without pupils has its row.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::registration::Registration;
use crate::model::school::{School, Stage, grade_name};
use crate::model::table::Column;

use super::Input;
use super::grid::{Grid, Unit, Who};
use super::person::class_name;

/// How far down the rows go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    School,
    Grade,
    Class,
}

type GradeKey = (Stage, i16);
type ClassKey = (GradeKey, String);

/// A grid whose rows are places, and where each place's row is.
pub struct Places<'a> {
    pub grid: Grid<'a>,
    /// The row of all.
    pub total: usize,
    schools: BTreeMap<String, usize>,
    grades: BTreeMap<(String, GradeKey), usize>,
    classes: BTreeMap<(String, String), usize>,
}

/// The grade of a class; of an unknown class the first of primary school.
fn grade_key(input: &Input, school: &str, class: &str) -> GradeKey {
    input.directory.class(school, class).map_or((Stage::Primary, 0), |c| (c.stage, -c.entry_year))
}

impl<'a> Places<'a> {
    /// The rows of every place that has pupils, nobody counted yet.
    pub fn new(input: &Input, level: Level, counts: Vec<(Column, Unit)>) -> Places<'a> {
        let labels = [
            ("school", "学校", Level::School),
            ("grade", "年级", Level::Grade),
            ("class", "班级", Level::Class),
        ];
        let shown = labels.iter().filter(|l| l.2 <= level).map(|(key, name, _)| Column::text(key, name));
        let width = labels.iter().filter(|l| l.2 <= level).count();
        let mut places = Places {
            grid: Grid::new(shown.collect(), counts),
            total: 0,
            schools: BTreeMap::new(),
            grades: BTreeMap::new(),
            classes: BTreeMap::new(),
        };
        let mut of: BTreeMap<&str, BTreeSet<ClassKey>> = BTreeMap::new();
        for r in input.registrations {
            let school = r.school.as_str();
            let key = (grade_key(input, school, &r.class_number), r.class_number.clone());
            of.entry(school).or_default().insert(key);
        }
        let to = input.span.to.to_string();
        for school in input.schools() {
            let classes = of.get(school.code.as_str());
            // One that had ended by then and left nobody behind is none of the schools.
            if classes.is_some() || school.closed_on.as_ref().is_none_or(|day| *day > to) {
                places.school(input, school, classes.into_iter().flatten(), (level, width));
            }
        }
        places.total = places.grid.row(wide(vec!["合计".to_owned()], width));
        places
    }

    fn school<'k>(
        &mut self,
        input: &Input,
        school: &School,
        classes: impl Iterator<Item = &'k ClassKey>,
        (level, width): (Level, usize),
    ) {
        let code = school.code.as_str();
        let mut grades: BTreeMap<GradeKey, Vec<&str>> = BTreeMap::new();
        for (grade, class) in classes {
            grades.entry(*grade).or_default().push(class);
        }
        for ((stage, year), numbers) in grades.into_iter().filter(|_| level >= Level::Grade) {
            let title = grade_name(stage, -year, school.lengths, input.span.to);
            for number in numbers.into_iter().filter(|_| level == Level::Class) {
                let name = class_name(input.directory, code, number);
                let row = self.grid.row(vec![school.name.clone(), title.clone(), name]);
                self.classes.insert((code.to_owned(), number.to_owned()), row);
            }
            let sum = if level == Level::Class { vec!["小计".to_owned()] } else { Vec::new() };
            let labels = [vec![school.name.clone(), title], sum].concat();
            let row = self.grid.row(wide(labels, width));
            self.grades.insert((code.to_owned(), (stage, year)), row);
        }
        let whole = if level == Level::School { Vec::new() } else { vec!["全校".to_owned()] };
        let row = self.grid.row(wide([vec![school.name.clone()], whole].concat(), width));
        self.schools.insert(code.to_owned(), row);
    }

    /// Counts a pupil in these columns, in every row of the place.
    pub fn count(&mut self, input: &Input, r: &'a Registration, columns: &[usize]) {
        let (school, class) = (r.school.as_str(), r.class_number.as_str());
        let grade = grade_key(input, school, class);
        let rows = [
            self.classes.get(&(school.to_owned(), class.to_owned())),
            self.grades.get(&(school.to_owned(), grade)),
            self.schools.get(school),
            Some(&self.total),
        ];
        let rows: Vec<usize> = rows.into_iter().flatten().copied().collect();
        self.grid.count(Who::plain(r), &rows, columns);
    }

    /// That the schools' sums make the sum of all, in words.
    pub fn sums(&self, column: usize) -> String {
        let sum: usize = self.schools.values().map(|row| self.grid.number(*row, column)).sum();
        let all = self.grid.number(self.total, column);
        match sum == all {
            true => format!("{} 所学校之和 {sum} = 合计 {all}。", self.schools.len()),
            false => {
                format!("{} 所学校之和 {sum}，合计 {all}，不相符：有的学校不在学校表中。", self.schools.len())
            }
        }
    }
}

/// Labels with blanks after them.
fn wide(mut labels: Vec<String>, width: usize) -> Vec<String> {
    labels.resize(width, String::new());
    labels
}
