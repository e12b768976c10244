//! 年龄与年级: full years of age on 1 September of the school year, against the grade.

use std::collections::BTreeMap;

use jiff::civil::date;

use crate::model::school::school_year;
use crate::model::table::Column;

use super::super::Input;
use super::super::group::at_school;
use super::super::statistics_331::age;
use super::enrollment::{Enrollment, GRADES, grade};
use super::hide::{self, Noughts, Shown, Totals};
use super::{Drawing, Panel, table};

/// Those younger and older stand with the first and the last.
const YOUNGEST: i16 = 4;
const OLDEST: i16 = 21;

pub fn panel(input: &Input, enrollment: &Enrollment) -> Panel {
    let september = date(school_year(input.span.to), 9, 1);
    let mut of: BTreeMap<i16, Vec<usize>> = BTreeMap::new();
    for r in input.registrations.iter().filter(|r| at_school(r)) {
        let Some(column) = enrollment.grades.iter().position(|g| *g == grade(input, r)) else { continue };
        let years = age(r, september).map_or(i16::MAX, |y| y.clamp(YOUNGEST, OLDEST));
        of.entry(years).or_insert_with(|| vec![0; enrollment.grades.len()])[column] += 1;
    }
    let name = |years: &i16| match *years {
        i16::MAX => "年龄不明".to_owned(),
        YOUNGEST => format!("{YOUNGEST}岁及以下"),
        OLDEST => format!("{OLDEST}岁及以上"),
        years => format!("{years}岁"),
    };
    let rows: Vec<String> = of.keys().map(name).collect();
    let body: Vec<Vec<usize>> = of.into_values().collect();
    // The sums of the grades stand in the table of enrollment too: what is hidden there is hidden here.
    let is_hidden = |grade: &usize| enrollment.of_grade(*grade).is_some_and(|s| s.number().is_none());
    let hidden = enrollment.grades.iter().enumerate().filter(|(_, g)| is_hidden(g));
    let covered: Vec<(usize, usize)> = hidden.map(|(column, _)| (body.len(), column)).collect();
    // The county's page has the sums over its schools: with whole numbers of a school one could reckon another's.
    let shown = match input.scope.school {
        Some(_) => hide::rounded(&body),
        None => hide::table(&body, (Totals::Columns, Noughts::Told), &covered),
    };
    let cell = |s: &Shown| s.drawn().filter(|n| *n > 0);
    let cells = shown.iter().take(body.len()).map(|row| row.iter().map(cell).collect()).collect();
    let headings: Vec<String> = enrollment.grades.iter().map(|g| GRADES[*g].1.to_owned()).collect();
    let drawing = Drawing::Dots { columns: headings, rows: rows.clone(), cells };
    let mut columns = vec![Column::text("age", "周岁")];
    columns.extend(enrollment.grades.iter().map(|g| Column::count(GRADES[*g].0, GRADES[*g].1)));
    let rows = rows.into_iter().chain(["合计".to_owned()]).zip(shown);
    let said = [
        "在校生按本学年 9 月 1 日的周岁；义务教育应在年满 6 周岁入学，一年级多为 6 岁，以后每升一年级大一岁。一校的只写到整十。",
    ];
    let title = "年龄（上下）与年级（左右）：圆点越大人数越多".to_owned();
    Panel { drawings: vec![(title, drawing)], table: table(input, ("年龄与年级", columns), rows, &said) }
}
