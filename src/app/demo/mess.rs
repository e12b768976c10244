//! Three rosters as they really come in: titles, odd headings, odd ways of writing, and planted mistakes.

use super::county::County;
use super::disguise::disguise;
use super::papers::Papers;
use super::plant::{PLANTS, Plant};
use super::rng::Rng;
use super::{Options, RosterRow, pupils};
use crate::model::field::{COUNT, Edition, FIELDS, Field, Need};

/// A cell as it goes into a workbook.
#[derive(Clone, Debug, PartialEq)]
pub enum MessyCell {
    Text(String),
    /// A numeric cell, with all that does to an identity number.
    Number(f64),
    Empty,
}

/// A sheet for a writer to turn into a workbook, and what a check of it has to find.
#[derive(Clone, Debug)]
pub struct MessySheet {
    pub file_stem: &'static str,
    /// Above the header.
    pub title_rows: Vec<Vec<String>>,
    pub header: Vec<String>,
    pub rows: Vec<Vec<MessyCell>>,
    /// Below the last pupil.
    pub footer: Vec<Vec<String>>,
    /// Index into `rows` and the name of the check that finds something there; nothing else is to be found.
    pub planted: Vec<(usize, &'static str)>,
}

/// A row while it is being spoiled: what it was, and what its cells have become.
pub struct Spoiled {
    pub clean: Vec<String>,
    pub cells: Vec<MessyCell>,
}

impl Spoiled {
    /// What the field was before.
    pub fn get(&self, field: Field) -> &str {
        &self.clean[field as usize]
    }

    /// Writes a text into the field's cell.
    pub fn set(&mut self, field: Field, text: impl Into<String>) {
        let text = text.into();
        self.cells[field as usize] = if text.is_empty() { MessyCell::Empty } else { MessyCell::Text(text) };
    }
}

/// One of the three.
struct Plan {
    file_stem: &'static str,
    /// Index of the school in the sample county.
    school: usize,
    title: &'static str,
    /// Other headings than the template's.
    aliases: &'static [(Field, &'static str)],
    /// Columns beyond those with a star.
    also: &'static [Field],
}

const PLANS: [Plan; 3] = [
    Plan {
        file_stem: "青石镇中心小学-花名册",
        school: 2,
        title: "云溪县青石镇中心小学学生花名册",
        aliases: &[
            (Field::DocumentId, "身份证号码"),
            (Field::HomeAddress, "家庭住址"),
            (Field::Nationality, "国籍"),
        ],
        also: &[Field::Seat, Field::GradeName, Field::ClassName, Field::G2Name, Field::G2Phone],
    },
    Plan {
        file_stem: "柳河镇九年一贯制学校-学生信息",
        school: 6,
        title: "2025学年学生信息采集表",
        aliases: &[
            (Field::PupilName, "学生姓名"),
            (Field::DocumentKind, "身份证类型"),
            (Field::SchoolBus, "是否乘坐校车"),
            (Field::CommuteMode, "上下学交通方式"),
            (Field::PostalCode, "邮编"),
            (Field::Email, "电子邮箱"),
            (Field::G1Name, "家长1姓名"),
        ],
        also: &[Field::Email, Field::PoliticalStatus, Field::DocumentValidity, Field::Disability],
    },
    Plan {
        file_stem: "白鹭镇初级中学-在校生",
        school: 5,
        title: "白鹭镇初级中学在校生名单",
        aliases: &[
            (Field::School, "学校代码"),
            (Field::BirthDate, "出生年月日"),
            (Field::DocumentId, "身份证号"),
            (Field::ContactPhone, "手机号码"),
            (Field::G1Name, "监护人1姓名"),
            (Field::G1Phone, "监护人1电话"),
        ],
        also: &[Field::Number, Field::PoliticalStatus, Field::G2Name, Field::G2Relation, Field::Talent],
    },
];

/// Three messy rosters of the sample county, which is `county::county` of the same seed and day.
pub fn messy(county: &County, options: &Options) -> Vec<MessySheet> {
    PLANS.iter().enumerate().map(|(at, plan)| sheet(county, options, plan, at)).collect()
}

fn sheet(county: &County, options: &Options, plan: &Plan, at: usize) -> MessySheet {
    let mut rng = Rng::keyed(options.seed, &[50, at as u64]);
    let everybody = Options { students: usize::MAX, ..*options };
    let clean = pupils(county, &everybody).filter(|row| row.school == plan.school);
    // Other documents follow other rules, and twins are so alike that a mistake could hide between them.
    let mut rows: Vec<Spoiled> = clean.filter(is_usual).map(|row| spoiled(row, &mut rng)).collect();
    let planted = spoil(&mut rows, PLANTS[at]);
    let columns = columns(plan, &mut rng);
    let heading = |field: &Field| {
        let alias = plan.aliases.iter().find(|row| row.0 == *field);
        alias.map_or(field.heading(), |row| row.1).to_owned()
    };
    MessySheet {
        file_stem: plan.file_stem,
        title_rows: vec![
            vec![plan.title.to_owned()],
            vec![format!("填表日期：{}", options.today), String::new(), "（样例，人员均为虚构）".to_owned()],
        ],
        header: columns.iter().map(heading).collect(),
        rows: rows
            .iter()
            .map(|row| columns.iter().map(|f| row.cells[*f as usize].clone()).collect())
            .collect(),
        footer: vec![
            vec!["合计".to_owned(), format!("{}人", rows.len())],
            vec!["填表人：".to_owned(), String::new(), "审核人：".to_owned()],
        ],
        planted,
    }
}

fn is_usual(row: &RosterRow) -> bool {
    let numbers = [Field::DocumentId, Field::G1DocumentId, Field::G2DocumentId];
    // A sound number that a spreadsheet might also have written is a question of its own (number-damaged).
    let round = numbers.iter().any(|field| {
        let number = row.values[*field as usize].parse::<u64>();
        number.is_ok_and(|number| number % 10 == 0 || number as f64 as u64 == number)
    });
    row.truth.papers == Papers::ResidentId && row.truth.twin_of.is_none() && !round
}

fn spoiled(row: RosterRow, rng: &mut Rng) -> Spoiled {
    let mut spoiled = Spoiled { cells: vec![MessyCell::Empty; COUNT], clean: row.values };
    for spec in FIELDS {
        let value = spoiled.clean[spec.field as usize].clone();
        let text = if value.is_empty() { value } else { disguise(spec.field, &value, rng) };
        spoiled.set(spec.field, text);
    }
    spoiled
}

/// Plants one mistake each into rows that fit, the last ones at the end of the sheet.
fn spoil(rows: &mut Vec<Spoiled>, plants: &[Plant]) -> Vec<(usize, &'static str)> {
    let mut planted: Vec<(usize, &'static str)> = Vec::new();
    let copy = Spoiled { clean: rows[0].clean.clone(), cells: rows[0].cells.clone() };
    rows.push(copy);
    planted.push((rows.len() - 1, "duplicate-in-file"));
    let last = rows.len() - 1;
    for plant in plants {
        let free = |at: &usize| *at > 0 && *at < last && planted.iter().all(|p| p.0 != *at);
        let fits = |at: &usize| free(at) && (plant.fits)(&rows[*at]);
        let found = if plant.at_end { (0..last).rev().find(fits) } else { (0..last).step_by(3).find(fits) };
        if let Some(at) = found {
            (plant.spoil)(&mut rows[at]);
            planted.push((at, plant.check));
        }
    }
    planted.sort_unstable();
    planted
}

/// The columns of the sheet, in an order of its own; the first stays first.
fn columns(plan: &Plan, rng: &mut Rng) -> Vec<Field> {
    let starred = |need: Need| need != Need::Optional;
    let template =
        FIELDS.iter().filter(|s| s.edition == Edition::Template && starred(s.need)).map(|s| s.field);
    let mut columns: Vec<Field> = template.chain(plan.also.iter().copied()).collect();
    columns.push(Field::G1DocumentKind);
    for at in (2..columns.len()).rev() {
        let other = 1 + rng.below(at as u32) as usize;
        columns.swap(at, other);
    }
    columns
}

#[cfg(test)]
mod tests {
    use jiff::civil::{Date, date};

    use super::*;
    use crate::app::demo::county;
    use crate::check::seen::Seen;
    use crate::check::{self, Context, Selection};
    use crate::model::cell::{CellKind, Row};
    use crate::model::finding::Severity;
    use crate::model::school::Directory;
    use crate::roster::candidate::{Reader, Reading, Source};
    use crate::roster::layout;

    const TODAY: Date = date(2026, 3, 1);

    fn text_row(number: u32, texts: &[String]) -> Row {
        let mut row = Row::new(number);
        for text in texts {
            row.push(text, if text.is_empty() { CellKind::Empty } else { CellKind::Text });
        }
        row
    }

    fn findings(head: Vec<Row>, body: Vec<Row>, county: &County) -> Vec<(u32, &'static str, Severity)> {
        let found = layout::find(&head, None).unwrap();
        assert!(found.unread.is_empty(), "{:?}", found.unread);
        let mut reader = Reader::new(Source { file: "a".into(), sheet: "b".into(), layout: found });
        let directory = Directory::new(county.schools.clone(), county.classes.clone());
        let context =
            Context { today: TODAY, directory: Some(&directory), strict: false, rules: None, named: &[] };
        let mut seen = Seen::default();
        let mut all = Vec::new();
        for row in &body {
            match reader.read(row) {
                Reading::Candidate(candidate) => {
                    let of_row = check::run(&candidate, &context, &Selection::default(), &mut seen);
                    all.extend(of_row.iter().map(|f| (row.number, f.check, f.severity)));
                }
                Reading::Passed { .. } | Reading::Blank => {}
            }
        }
        all
    }

    #[test]
    fn exactly_the_planted_mistakes_are_found() {
        for seed in 1..30 {
            let county = county::county(seed, TODAY);
            let sheets = messy(&county, &Options { students: 0, seed, today: TODAY });
            for (sheet, plants) in sheets.into_iter().zip(PLANTS) {
                let mut head: Vec<Row> =
                    sheet.title_rows.iter().zip(1..).map(|(row, n)| text_row(n, row)).collect();
                head.push(text_row(3, &sheet.header));
                let body = sheet.rows.iter().zip(4..).map(|(cells, number)| {
                    let mut row = Row::new(number);
                    for cell in cells {
                        match cell {
                            MessyCell::Text(text) => row.push(text, CellKind::Text),
                            MessyCell::Number(number) => row.push(&number.to_string(), CellKind::Number),
                            MessyCell::Empty => row.push("", CellKind::Empty),
                        }
                    }
                    row
                });
                let found: Vec<_> = findings(head, body.collect(), &county)
                    .into_iter()
                    .map(|(row, check, _)| (row as usize - 4, check))
                    .collect();
                assert_eq!(found, sheet.planted, "{} with seed {seed}", sheet.file_stem);
                assert_eq!(sheet.planted.len(), plants.len() + 1, "each found a row");
            }
        }
    }

    #[test]
    fn clean_rosters_have_no_errors_and_few_questions() {
        let county = county::county_for(12_000, 4, TODAY);
        let sample = county::county(4, TODAY);
        for county in [&county, &sample] {
            let header: Vec<String> = FIELDS.iter().map(|s| s.heading.to_owned()).collect();
            let options = Options { students: usize::MAX, seed: 4, today: TODAY };
            let body: Vec<Row> =
                pupils(county, &options).zip(2..).map(|(row, n)| text_row(n, &row.values)).collect();
            let pupils = body.len();
            let found = findings(vec![text_row(1, &header)], body, county);
            let errors: Vec<_> = found.iter().filter(|f| f.2 == Severity::Error).collect();
            assert!(errors.is_empty(), "{errors:?}");
            assert!(found.len() * 200 < pupils, "{} of {pupils}: {:?}", found.len(), &found[..5]);
        }
    }
}
