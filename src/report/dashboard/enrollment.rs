//! 在校生: by school and grade.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::registration::Registration;
use crate::model::school::{Stage, year_in_stage};
use crate::model::table::{Column, Table};

use super::super::Input;
use super::super::group::at_school;
use super::super::person::school_name;
use super::hide::{self, Noughts, Shown, Totals};
use super::{Drawing, Panel, Part, Tone, drawn, table};

/// The grades of twelve years; last those who are out of them.
pub const GRADES: [(&str, &str); 13] = [
    ("grade_1", "一年级"),
    ("grade_2", "二年级"),
    ("grade_3", "三年级"),
    ("grade_4", "四年级"),
    ("grade_5", "五年级"),
    ("grade_6", "六年级"),
    ("grade_7", "七年级"),
    ("grade_8", "八年级"),
    ("grade_9", "九年级"),
    ("grade_10", "高一"),
    ("grade_11", "高二"),
    ("grade_12", "高三"),
    ("grade_other", "其他"),
];
const OTHER: usize = GRADES.len() - 1;
/// How many years come before senior school, in the 6-3 system and in the 5-4 system.
const COMPULSORY: i16 = 9;

/// Who is at school, counted once for the panels that show it.
pub struct Enrollment {
    /// Codes and names, in the order of the codes.
    pub schools: Vec<(String, String)>,
    /// Which of `GRADES` there are.
    pub grades: Vec<usize>,
    /// By school and grade, with the sums of both.
    pub shown: Vec<Vec<Shown>>,
    table: Table,
}

/// The place of a pupil's grade in `GRADES`.
pub fn grade(input: &Input, r: &Registration) -> usize {
    let Some(class) = input.directory.class(r.school.as_str(), &r.class_number) else { return OTHER };
    let lengths = input.directory.school(r.school.as_str()).map(|s| s.lengths).unwrap_or_default();
    let year = year_in_stage(class.entry_year, input.span.to);
    if year < 1 || year > i16::from(lengths.of(class.stage)) {
        return OTHER;
    }
    let before = match class.stage {
        Stage::Primary => 0,
        Stage::Junior => i16::from(lengths.primary),
        Stage::Senior => COMPULSORY,
    };
    usize::try_from(before + year - 1).map_or(OTHER, |at| at.min(OTHER))
}

/// Whose numbers are told together. What a school's page says of it is what the county's page says: otherwise one could
/// reckon from all of them what each hides. A class stands on no other page.
pub fn together<'a>(input: &Input<'a>) -> Vec<&'a Registration> {
    match (&input.scope.school, &input.scope.class) {
        (Some(_), None) => input.everyone.iter().filter(|r| r.until.is_none() && at_school(r)).collect(),
        _ => input.registrations.iter().copied().filter(|r| at_school(r)).collect(),
    }
}

/// The rows of the schools of the scope, then that of the sums: of one school they are its own.
pub fn of_scope<'r, T: Clone>(input: &Input, codes: impl Iterator<Item = &'r str>, rows: &[T]) -> Vec<T> {
    let Some(school) = &input.scope.school else { return rows.to_vec() };
    let own: Vec<T> =
        codes.zip(rows).filter(|(code, _)| code == school).map(|(_, row)| row.clone()).collect();
    own.iter().chain(own.last()).cloned().collect()
}

/// The schools whose numbers are told together, in the order of their codes: those there are, and those of `with`.
pub fn codes<'a>(input: &Input<'a>, with: impl Iterator<Item = &'a str>) -> BTreeSet<&'a str> {
    let all = input.directory.schools().into_iter().map(|s| s.code.as_str()).chain(with);
    let own = input.scope.school.as_ref().filter(|_| input.scope.class.is_some());
    all.filter(|code| own.is_none_or(|own| own == code)).collect()
}

/// Counts them.
pub fn count(input: &Input) -> Enrollment {
    let mut of: BTreeMap<(&str, usize), usize> = BTreeMap::new();
    for r in together(input) {
        *of.entry((r.school.as_str(), grade(input, r))).or_default() += 1;
    }
    let is_own = |school: &str| input.scope.school.as_ref().is_none_or(|own| own == school);
    let codes = codes(input, of.keys().map(|(school, _)| *school));
    let all: BTreeSet<usize> = of.keys().map(|(_, grade)| *grade).collect();
    let row = |code: &&str| all.iter().map(|g| of.get(&(*code, *g)).copied().unwrap_or(0)).collect();
    let body: Vec<Vec<usize>> = codes.iter().map(row).collect();
    let whole = hide::table(&body, (Totals::Both, Noughts::Told), &[]);
    // Grades that a school has not are not on its page.
    let has = |grade: &usize| of.keys().any(|(school, own)| own == grade && is_own(school));
    let kept: Vec<usize> = all.iter().enumerate().filter(|(_, g)| has(g)).map(|(at, _)| at).collect();
    let grades: Vec<usize> = all.iter().copied().filter(has).collect();
    let cut = |row: &Vec<Shown>| kept.iter().chain([&all.len()]).map(|at| row[*at]).collect();
    let shown: Vec<Vec<Shown>> = of_scope(input, codes.iter().copied(), &whole).iter().map(cut).collect();
    let name = |code: &&str| ((*code).to_owned(), school_name(input.directory, code));
    let schools: Vec<(String, String)> = codes.iter().filter(|code| is_own(code)).map(name).collect();
    let mut columns = vec![Column::text("school", "学校")];
    columns.extend(grades.iter().map(|g| Column::count(GRADES[*g].0, GRADES[*g].1)));
    columns.push(Column::count("total", "合计"));
    let names = schools.iter().map(|(_, name)| name.clone()).chain(["合计".to_owned()]);
    let said = [
        "在校生为在读和待核准的学生；休学、辍学、保留学籍不计。年级按统计日期所在学年；超过学制或未到入学时间的列为其他。",
    ];
    let table = table(input, ("在校生", columns), names.zip(shown.iter().cloned()), &said);
    Enrollment { schools, grades, shown, table }
}

impl Enrollment {
    /// Everybody.
    pub fn total(&self) -> Shown {
        self.shown.last().and_then(|row| row.last()).copied().unwrap_or(Shown::Number(0))
    }

    /// The sum of a school.
    pub fn of_school(&self, code: &str) -> Option<Shown> {
        let at = self.schools.iter().position(|(own, _)| own == code)?;
        self.shown[at].last().copied()
    }

    /// The sum of a grade by its place in `GRADES`.
    pub fn of_grade(&self, grade: usize) -> Option<Shown> {
        let at = self.grades.iter().position(|own| *own == grade)?;
        Some(self.shown.last()?[at])
    }

    /// The panel.
    pub fn panel(&self) -> Panel {
        let by_grade: Vec<Shown> = self.grades.iter().filter_map(|g| self.of_grade(*g)).collect();
        let by_school: Vec<Shown> =
            self.shown[..self.schools.len()].iter().filter_map(|row| row.last().copied()).collect();
        let bars = |names: Vec<String>, shown: &[Shown]| {
            let part = Part { name: "在校生".to_owned(), tone: Tone::Plain, values: drawn(shown) };
            Drawing::Bars { names, parts: vec![part], unit: "人" }
        };
        let grades = self.grades.iter().map(|g| GRADES[*g].1.to_owned()).collect();
        let schools = self.schools.iter().map(|(_, name)| name.clone()).collect();
        let drawings = vec![
            ("各年级在校生（人）".to_owned(), bars(grades, &by_grade)),
            ("各校在校生（人）".to_owned(), bars(schools, &by_school)),
        ];
        Panel { drawings, table: self.table.clone() }
    }
}
