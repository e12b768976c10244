//! `xueji dispute show`: both sides beside each other, what each answered with which papers, and how it ended.

use crate::app::dispute::{self, Case, Side};
use crate::model::dispute::Level;
use crate::model::evidence::{Evidence, Subject};
use crate::model::field::Field;
use crate::model::table::{Column, Table};
use crate::output::{Privacy, mask};
use crate::report::dashed;
use crate::roster::code_cell::label;

use super::failure::CliError;
use super::global::Global;
use super::{Outcome, evidence};

/// 一件问题学籍：双方对照（遮盖）、各自的答复和材料、决定和下一步
#[derive(clap::Args)]
pub struct Args {
    /// 问题学籍的编号
    #[arg(value_name = "编号")]
    id: String,
}

const COMPARED: [Field; 11] = [
    Field::PupilName,
    Field::Sex,
    Field::BirthDate,
    Field::DocumentKind,
    Field::DocumentId,
    Field::Number,
    Field::EntryMonth,
    Field::HomeAddress,
    Field::ContactPhone,
    Field::G1Name,
    Field::G1Phone,
];

pub fn run(args: &Args, global: &Global) -> Result<Outcome, CliError> {
    let case = dispute::get(&global.store()?, &args.id)?;
    let mut tables = vec![sides(&case), claims(&case)];
    let mut papers: Vec<Evidence> =
        case.sides.iter().flat_map(|s| &s.claims).flat_map(|(_, papers)| papers.clone()).collect();
    papers.extend(case.papers.clone());
    if !papers.is_empty() {
        tables.push(evidence::table(&papers));
    }
    global.put_tables(&tables, Privacy::Masked)?;
    Ok(Outcome::Clean)
}

fn shown(field: Field, value: &str) -> String {
    mask::value(Some(field), &dashed(label(value)), Privacy::Masked)
}

fn sides(case: &Case) -> Table {
    let (d, spec) = (&case.dispute, case.dispute.kind.spec());
    let line = |name: &str, of: &dyn Fn(&Side) -> String| {
        let get = |at: usize| case.sides.get(at).map_or_else(String::new, of);
        vec![name.to_owned(), get(0), get(1)]
    };
    let mut rows = vec![
        line("内部编号", &|s| s.registration.id.to_string()),
        line("学校", &|s| s.school.clone()),
        line("学籍主管部门", &|s| s.authority.clone()),
        line("班号", &|s| s.registration.class_number.clone()),
        line("在校起", &|s| s.registration.since.clone()),
        line("状态", &|s| s.now.standing()),
    ];
    // A settled dispute is told as it was; where a registration has gone since is told apart.
    if case.sides.iter().any(|s| s.now.school != s.registration.school) {
        rows.push(line("现在的学校", &|s| s.now_at.clone()));
    }
    rows.extend(
        COMPARED.map(|field| line(field.heading(), &|s| shown(field, s.registration.record.get(field)))),
    );
    let mut foot = vec![format!("状态：{}", super::dispute::state(case))];
    if let Some(decision) = &d.decision {
        foot.push(format!("决定的依据：{}", decision.reason));
        foot.extend(decision.waiver.iter().map(|w| format!("家长放弃原学籍：{w}")));
    } else {
        foot.push(format!("办法：{}", spec.remedy));
        foot.push(next(case));
    }
    Table {
        title: format!("问题学籍 {}", d.id),
        head: vec![
            format!("种类：{}　层级：{}　依据：{}", spec.title, case.level.label(), spec.basis),
            format!("{} 由 {} 列入：{}", d.opened_on, d.opened_by, d.reason),
        ],
        columns: vec![Column::text("field", "项目"), Column::text("one", "甲"), Column::text("other", "乙")],
        rows,
        foot,
        ..Table::default()
    }
}

/// The command that comes next, as it is to be typed.
fn next(case: &Case) -> String {
    let id = &case.dispute.id;
    let which = |side: &Side| if side.name == "甲" { "one" } else { "other" };
    let unproved = case.unproved();
    // Of two authorities both verify; what they found goes with the decision.
    let verified = if case.level == Level::Authorities { " --evidence 双方核实的材料" } else { "" };
    match case.unanswered().first() {
        Some(side) => format!(
            "下一步：xueji dispute claim {id} --side {} 佐证|变更|删除 --text 说明 --evidence 材料",
            which(side)
        ),
        None if !unproved.is_empty() => {
            let names: Vec<&str> = unproved.iter().map(|s| s.name).collect();
            format!(
                "还缺：{}的佐证材料。下一步：xueji dispute claim {id} --side {} {} --text 说明 --evidence 材料（再答一次，以后一次为准）",
                names.join("、"),
                which(unproved[0]),
                unproved[0].claim().map_or("佐证", |(claim, _)| claim.kind.label())
            )
        }
        None if case.sides.len() == 1 => {
            format!(
                "下一步（由另一名经办人）：xueji dispute decide {id} --one keep|correct|remove --reason 依据{verified}"
            )
        }
        None => format!(
            "下一步（由另一名经办人）：xueji dispute decide {id} --one keep|correct|remove --other keep|correct|remove --reason 依据{verified}"
        ),
    }
}

fn claims(case: &Case) -> Table {
    let mut rows = Vec::new();
    for side in &case.sides {
        for (at, (claim, papers)) in side.claims.iter().enumerate() {
            let values: Vec<String> = claim
                .values
                .iter()
                .map(|(field, value)| {
                    let before = shown(*field, side.registration.record.get(*field));
                    format!("{} {before}→{}", field.heading(), shown(*field, value))
                })
                .collect();
            let counts = if at + 1 == side.claims.len() { "是" } else { "已被后来的代替" };
            rows.push(vec![
                Subject::Claim(case.dispute.id.clone(), claim.ordinal).to_string(),
                side.name.to_owned(),
                claim.kind.label().to_owned(),
                if claim.attends { "是" } else { "否" }.to_owned(),
                values.join("；"),
                claim.text.clone(),
                papers.len().to_string(),
                claim.claimed_on.clone(),
                claim.claimed_by.clone(),
                counts.to_owned(),
            ]);
        }
    }
    let columns = [
        ("claim", "答复"),
        ("side", "一方"),
        ("kind", "主张"),
        ("attends", "在本校就读"),
        ("values", "更正"),
        ("text", "说明"),
        ("papers", "材料"),
        ("claimed_on", "日期"),
        ("claimed_by", "经办人"),
        ("counts", "有效"),
    ];
    Table {
        title: "答复".into(),
        columns: columns.map(|(key, heading)| Column::text(key, heading)).to_vec(),
        rows,
        ..Table::default()
    }
}
