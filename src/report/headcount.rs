//! Headcounts by school, grade, class, sex and ethnic group, with totals that prove themselves.

use std::collections::BTreeMap;

use crate::model::field::Field;
use crate::model::registration::Registration;
use crate::model::school::{Stage, grade_name};
use crate::model::status::{STATUSES, Status, StatusRow};
use crate::model::table::{Column, Table};

use super::{Input, Report, day};

/// The report's row.
pub const REPORT: Report = Report {
    name: "headcount",
    title: "学生人数统计",
    what: "按学校、年级、班统计人数，分男女、汉族与少数民族、在读与待核准；每级有小计，合计等于各校之和。",
    basis: "学籍系统学生概况统计",
    build,
};

/// What is counted of a group of pupils.
#[derive(Clone, Copy, Default)]
struct Count {
    all: usize,
    boys: usize,
    girls: usize,
    han: usize,
    others: usize,
    by_status: [usize; STATUSES.len()],
}

impl Count {
    fn add(&mut self, r: &Registration) {
        self.all += 1;
        self.boys += usize::from(r.record.code(Field::Sex) == "1");
        self.girls += usize::from(r.record.code(Field::Sex) == "2");
        let han = r.record.code(Field::EthnicGroup) == "01";
        self.han += usize::from(han);
        self.others += usize::from(!han);
        let at = STATUSES.iter().position(|s| s.status == r.status).expect("every status has a row");
        self.by_status[at] += 1;
    }

    fn cells(&self) -> Vec<String> {
        let fixed = [self.all, self.boys, self.girls, self.han, self.others];
        let by_status = STATUSES.iter().zip(&self.by_status).filter(|(s, _)| s.holds_place).map(|(_, n)| n);
        fixed.iter().chain(by_status).map(usize::to_string).collect()
    }
}

type ClassKey = (String, Stage, i16, String);

fn build(input: &Input) -> Vec<Table> {
    let mut classes: BTreeMap<ClassKey, Count> = BTreeMap::new();
    for r in input.registrations {
        let class = input.directory.class(r.school.as_str(), &r.class_number);
        let (stage, year) = class.map_or((Stage::Primary, 0), |c| (c.stage, -c.entry_year));
        let key = (r.school.as_str().to_owned(), stage, year, r.class_number.clone());
        classes.entry(key).or_default().add(r);
    }
    let schools: std::collections::BTreeSet<&String> = classes.keys().map(|k| &k.0).collect();
    let mut rows = Vec::new();
    for school in schools {
        school_rows(input, school, &classes, &mut rows);
    }
    let total = input.registrations.iter().fold(Count::default(), |mut c, r| {
        c.add(r);
        c
    });
    rows.push(line(["合计", "", ""], &total));
    let pending = input.registrations.iter().filter(|r| r.status == Status::Pending).count();
    vec![Table {
        title: REPORT.title.to_owned(),
        head: vec![
            format!("填报单位：{}　范围：{}", input.bureau, input.scope),
            format!("统计日期：{}（现有学籍，不是 9 月 1 日时点数）", day(input.today)),
        ],
        columns: columns(),
        rows,
        foot: vec![format!(
            "合计 {} 人 = 男 {} 人 + 女 {} 人；其中待核准 {pending} 人。",
            total.all, total.boys, total.girls
        )],
    }]
}

fn school_rows(
    input: &Input,
    school: &str,
    classes: &BTreeMap<ClassKey, Count>,
    rows: &mut Vec<Vec<String>>,
) {
    let of = input.directory.school(school);
    let lengths = of.map(|s| s.lengths).unwrap_or_default();
    let name = of.map_or(school, |s| s.name.as_str());
    let mut whole = Count::default();
    let mut grades: BTreeMap<(Stage, i16), Count> = BTreeMap::new();
    let mine: Vec<(&ClassKey, &Count)> = classes.iter().filter(|(k, _)| k.0 == school).collect();
    for ((_, stage, year, _), count) in &mine {
        sum(&mut whole, count);
        sum(grades.entry((*stage, *year)).or_default(), count);
    }
    for ((stage, year), grade) in grades {
        let title = grade_name(stage, -year, lengths, input.today);
        for ((_, _, _, number), count) in mine.iter().filter(|(k, _)| (k.1, k.2) == (stage, year)) {
            let class = input.directory.class(school, number).map_or(number.as_str(), |c| c.name.as_str());
            rows.push(line([name, &title, class], count));
        }
        rows.push(line([name, &title, "小计"], &grade));
    }
    rows.push(line([name, "全校", ""], &whole));
}

fn sum(into: &mut Count, count: &Count) {
    into.all += count.all;
    into.boys += count.boys;
    into.girls += count.girls;
    into.han += count.han;
    into.others += count.others;
    into.by_status.iter_mut().zip(count.by_status).for_each(|(a, b)| *a += b);
}

fn line(place: [&str; 3], count: &Count) -> Vec<String> {
    place.iter().map(|p| (*p).to_owned()).chain(count.cells()).collect()
}

fn columns() -> Vec<Column> {
    let mut columns = vec![
        Column::text("school", "学校"),
        Column::text("grade", "年级"),
        Column::text("class", "班级"),
        Column::count("total", "人数"),
        Column::count("boys", "男"),
        Column::count("girls", "女"),
        Column::count("han", "汉族"),
        Column::count("minority", "少数民族及其他"),
    ];
    let present = STATUSES.iter().filter(|s| s.holds_place);
    columns.extend(present.map(|StatusRow { key, label, .. }| Column::count(key, label)));
    columns
}
