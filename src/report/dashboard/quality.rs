//! 数据质量: what is missing or unconfirmed in the registrations of each school.

use std::collections::BTreeMap;

use crate::model::field::{Edition, FIELDS, Field, Need};
use crate::model::flag::Flag;
use crate::model::registration::Registration;
use crate::model::registry_number::NumberKind;
use crate::model::table::Column;

use super::super::Input;
use super::enrollment::{Enrollment, codes, of_scope, together};
use super::hide::{self, Line, Noughts, Shown};
use super::{Drawing, Panel, Part, Tone, table};

type Holds = fn(&Registration) -> bool;

/// What is to be mended: key, name, whose it is. A provisional number has full force (R§3.1) and stands by itself.
const POINTS: [(&str, &str, Holds); 5] = [
    ("core_missing", "必填项不全", core_missing),
    ("guardian_missing", "监护人或其电话未填", guardian_missing),
    ("undocumented", "无身份证件号", |r| !r.record.has(Field::DocumentId)),
    ("unconfirmed", "身份待核", |r| r.flags.contains(&Flag::IdentityUnconfirmed)),
    ("mismatch", "人籍不一致或有争议", |r| {
        [Flag::NotAttending, Flag::AttendsElsewhere, Flag::Disputed].iter().any(|f| r.flags.contains(f))
    }),
];

/// A share says something of a school of as many pupils, and tells nobody's.
const ENOUGH: usize = 30;

/// A column of the 70-column template that must be filled in is blank.
fn core_missing(r: &Registration) -> bool {
    let must = FIELDS.iter().filter(|s| s.need == Need::Must && s.edition == Edition::Template);
    must.map(|s| s.field).any(|field| !r.record.has(field))
}

fn guardian_missing(r: &Registration) -> bool {
    !r.record.has(Field::G1Name) || !r.record.has(Field::G1Phone)
}

fn is_provisional(r: &Registration) -> bool {
    r.number.as_ref().is_some_and(|n| n.kind() == NumberKind::Provisional)
}

/// The share of a school's pupils, in whole percent; none where a number behind it is not shown.
fn share(some: Shown, all: usize, total: Option<Shown>) -> Option<usize> {
    let some = some.number()?;
    total.and_then(Shown::number).filter(|_| all >= ENOUGH)?;
    Some((some * 100 + all / 2) / all)
}

/// Columns of the counts: the points, any of them, a provisional number.
const ANY: usize = POINTS.len();
const PROVISIONAL: usize = ANY + 1;

/// How many pupils a school has, and how many of them each column counts.
type Row = (usize, Vec<usize>);

/// The rows as they are shown, then their sums. Of every count the rest of the school's pupils is hidden with it where it
/// is small: the number of all is on the page.
fn hidden(rows: &[Row]) -> Vec<Vec<Shown>> {
    let (height, width) = (rows.len() + 1, PROVISIONAL + 1);
    let mut all: Vec<Row> = rows.to_vec();
    let sum = |column: usize| rows.iter().map(|(_, counts)| counts[column]).sum();
    all.push((rows.iter().map(|(n, _)| n).sum(), (0..width).map(sum).collect()));
    let column = |column: usize| -> Vec<Shown> {
        // The counts, the rests, the numbers of all.
        let of = |part: usize, (all, counts): &Row| [counts[column], all - counts[column], *all][part];
        let counts: Vec<usize> = (0..3).flat_map(|part| all.iter().map(move |row| of(part, row))).collect();
        let whole = |at: usize| -> Line { vec![(at, 1), (height + at, 1), (2 * height + at, -1)] };
        let summed = |part: usize| -> Line {
            let at = |row: usize| part * height + row;
            (0..height - 1).map(|row| (at(row), 1)).chain([(at(height - 1), -1)]).collect()
        };
        let lines: Vec<Line> = (0..height).map(whole).chain([summed(0), summed(1)]).collect();
        hide::cells(&counts, &lines, &[], Noughts::Told)[..height].to_vec()
    };
    let columns: Vec<Vec<Shown>> = (0..width).map(column).collect();
    (0..height).map(|row| columns.iter().map(|column| column[row]).collect()).collect()
}

pub fn panel(input: &Input, enrollment: &Enrollment) -> Panel {
    let none = || (0, vec![0; PROVISIONAL + 1]);
    let mut of: BTreeMap<&str, Row> = BTreeMap::new();
    for r in together(input) {
        let (all, counts) = of.entry(r.school.as_str()).or_insert_with(none);
        *all += 1;
        let points = POINTS.map(|(_, _, holds)| usize::from(holds(r)));
        let any = points.iter().copied().max().unwrap_or(0);
        let found = points.into_iter().chain([any, usize::from(is_provisional(r))]);
        counts.iter_mut().zip(found).for_each(|(sum, n)| *sum += n);
    }
    let codes = codes(input, of.keys().copied());
    let rows: Vec<Row> = codes.iter().map(|code| of.remove(code).unwrap_or_else(none)).collect();
    let shown = of_scope(input, codes.iter().copied(), &hidden(&rows));
    let rows = of_scope(input, codes.iter().copied(), &rows);
    let of_school = |column: usize, at: usize| {
        share(shown[at][column], rows[at].0, enrollment.of_school(&enrollment.schools[at].0))
    };
    let schools = 0..enrollment.schools.len();
    let shares = [ANY, PROVISIONAL].map(|c| schools.clone().map(|at| of_school(c, at)).collect());
    drawn_up(input, enrollment, shown, shares)
}

fn drawn_up(
    input: &Input,
    enrollment: &Enrollment,
    shown: Vec<Vec<Shown>>,
    shares: [Vec<Option<usize>>; 2],
) -> Panel {
    let names: Vec<String> = enrollment.schools.iter().map(|(_, name)| name.clone()).collect();
    let mut columns = vec![Column::text("school", "学校")];
    columns.extend(POINTS.map(|(key, name, _)| Column::count(key, name)));
    columns.extend([Column::count("any", "有任一项"), Column::count("provisional", "临时学籍号（L）")]);
    columns.extend([Column::text("any_share", "有任一项占比"), Column::text("provisional_share", "L 占比")]);
    let rows = names.iter().cloned().chain(["合计".to_owned()]).zip(shown);
    let said = [
        "在校生，一人可有几项。必填项为学籍信息采集表 70 栏中必填的各栏。临时学籍号（L）有完全效力，身份核实后换正式号，不算要补正。在校生不足 30 人的学校，或人数不写出的，不算占比。",
    ];
    let mut table = table(input, ("各校数据质量", columns), rows, &said);
    let percent = |share: Option<usize>| share.map_or_else(|| "—".to_owned(), |n| format!("{n}%"));
    for (at, row) in table.rows.iter_mut().enumerate() {
        row.extend(shares.iter().map(|of| of.get(at).map_or_else(String::new, |s| percent(*s))));
    }
    let [any, provisional] = shares;
    let bars = |name: &str, tone: Tone, values: Vec<Option<usize>>| {
        let part = Part { name: name.to_owned(), tone, values };
        (name.to_owned(), Drawing::Bars { names: names.clone(), parts: vec![part], unit: "%" })
    };
    let drawings = vec![
        bars("有要补正的学生占在校生（%）", Tone::Warning, any),
        bars("临时学籍号占在校生（%）", Tone::Quiet, provisional),
    ];
    Panel { drawings, table }
}
