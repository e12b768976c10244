//! 毕业生名册 and 证书发放册: who finished a stage in the past year, class by class, with what result.

use crate::model::change;
use crate::model::field::Field;
use crate::model::registration::Registration;
use crate::model::table::{Column, Table};
use crate::store::application::Made;

use super::facts::Need;
use super::person::{self, Part};
use super::{Body, Input, Report, Set, Time};

/// The row of the list of graduates.
pub const REPORT: Report = Report {
    name: "graduates",
    title: "毕业生名册",
    what: "过去一年内毕业、结业、肄业的学生：学校、班级、基本信息、学籍号、结果、日期、审批文号。",
    basis: "毕业条件由省级规定；毕业生花名册",
    counted: "期间内毕业、提前毕业、结业、肄业的学生，按离校时所在的班；期间默认为截至日以前一年。",
    time: Time::Year,
    set: Set::Both,
    needs: &[Need::Everyone, Need::Changes, Need::Applications],
    body: Body::Lists(|input| vec![list(&REPORT, input, &[], &[])]),
};

/// The row of the register of certificates.
pub const CERTIFICATES: Report = Report {
    name: "certificate-register",
    title: "毕业、结业、肄业证书发放册",
    what: "与毕业生名册同样的学生，附证书编号、领取人签名、领取日期各栏，供发证时逐人登记。",
    basis: "证书管理由省级规定；证书编号按省级规则填写",
    set: Set::Schools,
    body: Body::Lists(|input| {
        let room =
            [("certificate_number", "证书编号"), ("receiver", "领取人签名"), ("received_on", "领取日期")];
        vec![list(
            &CERTIFICATES,
            input,
            &room,
            &["经办人：　　　　　　　　学校（盖章）　　　　　　　　年　　月　　日"],
        )]
    }),
    ..REPORT
};

const KINDS: [&str; 4] = ["graduation", "early_graduation", "completion", "partial_completion"];

const PARTS: [Part; 6] = [
    Part::Of(Field::PupilName),
    Part::Of(Field::Sex),
    Part::Of(Field::BirthDate),
    Part::Of(Field::EthnicGroup),
    Part::Of(Field::DocumentId),
    Part::Of(Field::Number),
];

fn list(report: &Report, input: &Input, room: &[(&'static str, &str)], signed: &[&str]) -> Table {
    let mut columns = vec![Column::count("ordinal", "序号")];
    columns
        .extend([("school", "学校"), ("stage", "学段"), ("class", "班级")].map(|c| Column::text(c.0, c.1)));
    columns.extend(person::columns(&PARTS));
    columns
        .extend([("result", "结果"), ("day", "日期"), ("document", "文号")].map(|c| Column::text(c.0, c.1)));
    columns.extend(room.iter().map(|(key, heading)| Column::text(key, heading)));
    let mut table = report.table(input, columns);
    let (from, to) = (input.span.from.to_string(), input.span.to.to_string());
    let mut all: Vec<(&Made, &Registration)> = Vec::new();
    for r in input.everyone {
        let finished = |m: &&Made| {
            KINDS.contains(&m.kind.as_str())
                && (from.as_str()..=to.as_str()).contains(&m.day.as_str())
                && input.scope.covers(&m.from.0, &m.from.1)
        };
        all.extend(input.facts.changes_of(r).iter().filter(finished).map(|m| (m, r)));
    }
    all.sort_by(|(a, r), (b, s)| {
        let name = |r: &Registration| r.record.get(Field::PupilName).to_owned();
        (&a.from, name(r), r.id).cmp(&(&b.from, name(s), s.id))
    });
    for (i, (made, r)) in all.iter().enumerate() {
        let (school, class) = (made.from.0.as_str(), made.from.1.as_str());
        let stage = input.directory.class(school, class).map_or("", |c| c.stage.label());
        let mut row = vec![
            (i + 1).to_string(),
            person::school_name(input.directory, school),
            stage.to_owned(),
            person::class_name(input.directory, school, class),
        ];
        row.extend(person::cells(&PARTS, input, r, 0));
        let result = change::spec(&made.kind).map_or("", |s| s.name);
        let document = input.facts.told(made, change::input::Input::Document);
        row.extend([result.to_owned(), made.day.clone(), document.to_owned()]);
        row.resize(table.columns.len(), String::new());
        table.rows.push(row);
    }
    let count = |kinds: &[&str]| all.iter().filter(|(m, _)| kinds.contains(&m.kind.as_str())).count();
    let sums = format!(
        "共 {} 人 = 毕业 {} 人 + 结业 {} 人 + 肄业 {} 人。",
        all.len(),
        count(&KINDS[..2]),
        count(&KINDS[2..3]),
        count(&KINDS[3..])
    );
    table.foot.splice(0..0, [sums].into_iter().chain(signed.iter().map(|s| (*s).to_owned())));
    table
}
