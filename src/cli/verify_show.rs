//! What a review came to, for people and for programs.

use crate::app::verify::apply::Applied;
use crate::app::verify::{Found, Plan};
use crate::model::field::Field;
use crate::model::registration::Registration;
use crate::model::school::Directory;
use crate::model::table::{Column, Personal, Table};
use crate::model::verification::kind::KINDS;
use crate::output::json::verification::{
    CandidateJson, ClosedJson, ExcusedJson, FoundJson, SchoolJson, Verification,
};
use crate::output::{Format, Privacy, human, mask, schema};

use super::change_list::office;
use super::failure::CliError;
use super::global::{Global, terminal_width};
use super::show;

/// Prints a plan, with what was written where it was applied.
pub fn print(
    plan: &Plan,
    applied: Option<&Applied>,
    directory: &Directory,
    global: &Global,
) -> Result<(), CliError> {
    match global.form() {
        Format::Json => global.put_json(&json(plan, applied)),
        Format::Human if global.quiet => Ok(()),
        Format::Human => {
            let mut text = show::files(&plan.files, &[], &plan.passed);
            for table in tables(plan, applied, directory).iter().filter(|t| !t.rows.is_empty()) {
                text.push_str(&human::table(table, Privacy::Masked, terminal_width()));
                text.push('\n');
            }
            text.push_str(&summary(plan, applied));
            global.put(&text)
        }
        Format::Csv | Format::Xlsx => global.put_tables(&tables(plan, applied, directory), Privacy::Masked),
    }
}

fn summary(plan: &Plan, applied: Option<&Applied>) -> String {
    let total = |of: fn(&crate::app::verify::SchoolCount) -> u64| plan.schools.iter().map(of).sum::<u64>();
    let kinds = KINDS.iter().map(|k| {
        let count = plan.found.iter().filter(|f| f.kind == k.kind).count();
        format!("{} {count}", k.title)
    });
    let doing = if applied.is_some() { "" } else { "预览（没有写入）：" };
    let mut text = format!(
        "{doing}{}，{} 所学校：应在读 {}，人籍一致 {}，有正当理由 {}；{}；以前的问题销去 {}。\n",
        plan.term.label(),
        plan.schools.len(),
        total(|s| s.expected),
        total(|s| s.matched),
        total(|s| s.excused),
        kinds.collect::<Vec<_>>().join("，"),
        plan.closing.len()
    );
    for doubt in &plan.doubts {
        text.push_str(&format!("请核对：{doubt}\n"));
    }
    if let Some(applied) = applied {
        text.push_str(&format!("已写入第 {} 批。", applied.batch));
        if !plan.found.is_empty() {
            text.push_str("逐件处理：xueji verify list");
        }
        text.push_str(&format!("\n撤销本批：xueji batch undo {}\n", applied.batch));
    }
    text
}

/// The cell of a finding; none of a pupil who is not on the list.
fn cell(f: &Found) -> String {
    f.place.as_ref().map_or_else(String::new, |p| format!("{}[{}]{}", p.file, p.sheet, p.cell()))
}

fn candidate(r: &Registration, why: &str, directory: &Directory) -> String {
    let name = mask::name(r.record.get(Field::PupilName));
    format!(
        "{name}（{}班号 {}，{}，{why}，{}）",
        office(directory, r.school.as_str()),
        r.class_number,
        r.status.label(),
        r.id
    )
}

fn tables(plan: &Plan, applied: Option<&Applied>, directory: &Directory) -> Vec<Table> {
    vec![found(plan, applied, directory), ended(plan, directory), excused(plan, directory), schools(plan)]
}

fn found(plan: &Plan, applied: Option<&Applied>, directory: &Directory) -> Table {
    let rows = plan.found.iter().enumerate().map(|(i, f)| {
        let id = applied.map(|a| a.ids[i].clone()).or_else(|| f.known.clone()).unwrap_or_default();
        let candidates: Vec<String> =
            f.candidates.iter().map(|c| candidate(&c.registration, &c.why, directory)).collect();
        vec![
            id,
            f.kind.spec().title.to_owned(),
            office(directory, &f.school).to_owned(),
            f.class.clone(),
            f.name.clone(),
            f.student.map_or_else(String::new, |id| id.to_string()),
            cell(f),
            f.note.clone(),
            candidates.join("；"),
        ]
    });
    let kinds = KINDS.iter().filter(|k| plan.found.iter().any(|f| f.kind == k.kind));
    Table {
        title: "核查发现".into(),
        columns: vec![
            Column::text("id", "编号"),
            Column::text("kind", "问题"),
            Column::text("school", "学校"),
            Column::text("class", "班级"),
            Column::personal("name", "姓名", Personal::Name),
            Column::text("student", "学生"),
            Column::text("place", "名单"),
            Column::text("note", "情况"),
            Column::text("candidates", "可能是"),
        ],
        rows: rows.collect(),
        foot: kinds.map(|k| format!("{}：{}", k.title, k.remedy)).collect(),
        ..Table::default()
    }
}

fn ended(plan: &Plan, directory: &Directory) -> Table {
    let rows = plan.closing.iter().map(|c| {
        let d = &c.discrepancy;
        vec![
            d.id.clone(),
            d.kind.spec().title.to_owned(),
            office(directory, &d.school).to_owned(),
            d.name.clone(),
            c.text.clone(),
        ]
    });
    Table {
        title: "销去".into(),
        columns: vec![
            Column::text("id", "编号"),
            Column::text("kind", "问题"),
            Column::text("school", "学校"),
            Column::personal("name", "姓名", Personal::Name),
            Column::text("text", "原因"),
        ],
        rows: rows.collect(),
        ..Table::default()
    }
}

fn excused(plan: &Plan, directory: &Directory) -> Table {
    let rows = plan.excused.iter().map(|e| {
        vec![
            office(directory, &e.school).to_owned(),
            e.registration.class_number.clone(),
            e.registration.record.get(Field::PupilName).to_owned(),
            e.registration.id.to_string(),
            e.why.clone(),
        ]
    });
    Table {
        title: "有正当理由".into(),
        columns: vec![
            Column::text("school", "学校"),
            Column::text("class_number", "班号"),
            Column::personal("name", "姓名", Personal::Name),
            Column::text("student", "学生"),
            Column::text("why", "理由"),
        ],
        rows: rows.collect(),
        ..Table::default()
    }
}

fn schools(plan: &Plan) -> Table {
    let first = [
        Column::text("school", "学校标识码"),
        Column::text("name", "学校"),
        Column::count("rows", "名单行数"),
        Column::count("expected", "应在读"),
        Column::count("matched", "人籍一致"),
        Column::count("excused", "有正当理由"),
    ];
    let rest = [Column::count("repeated", "重复的行"), Column::count("foreign", "无关的行")];
    let kinds = KINDS.iter().map(|k| Column::count(k.key, k.title));
    let rows = plan.schools.iter().map(|s| {
        let counts = [s.rows, s.expected, s.matched, s.excused];
        let found = KINDS.iter().map(|k| plan.count(&s.code, k.kind));
        let all = counts.into_iter().chain(found).chain([s.repeated, s.foreign]);
        [s.code.clone(), s.name.clone()].into_iter().chain(all.map(|n| n.to_string())).collect()
    });
    Table {
        title: "各校".into(),
        columns: first.into_iter().chain(kinds).chain(rest).collect(),
        rows: rows.collect(),
        ..Table::default()
    }
}

fn masked(r: &Registration) -> String {
    mask::name(r.record.get(Field::PupilName))
}

fn json(plan: &Plan, applied: Option<&Applied>) -> Verification {
    Verification {
        schema: schema::VERIFICATION,
        dry_run: applied.is_none(),
        batch: applied.map(|a| a.batch),
        term: plan.term.key(),
        doubts: plan.doubts.clone(),
        schools: plan.schools.iter().map(|s| school_json(plan, s)).collect(),
        findings: plan.found.iter().enumerate().map(|(i, f)| found_json(f, i, applied)).collect(),
        excused: plan
            .excused
            .iter()
            .map(|e| ExcusedJson {
                school: e.school.clone(),
                student: e.registration.id.to_string(),
                name: masked(&e.registration),
                why: e.why.clone(),
            })
            .collect(),
        closed: plan
            .closing
            .iter()
            .map(|c| ClosedJson {
                id: c.discrepancy.id.clone(),
                kind: c.discrepancy.kind.spec().key,
                school: c.discrepancy.school.clone(),
                student: c.discrepancy.student.map(|id| id.to_string()),
                text: c.text.clone(),
            })
            .collect(),
        files: show::files_json(&plan.files, &[]),
        passed_files: show::passed_json(&plan.passed),
    }
}

fn school_json(plan: &Plan, s: &crate::app::verify::SchoolCount) -> SchoolJson {
    SchoolJson {
        school: s.code.clone(),
        name: s.name.clone(),
        files: s.files.clone(),
        rows: s.rows,
        expected: s.expected,
        matched: s.matched,
        excused: s.excused,
        repeated: s.repeated,
        foreign: s.foreign,
        findings: KINDS.iter().map(|k| (k.key.to_owned(), plan.count(&s.code, k.kind))).collect(),
    }
}

fn found_json(f: &Found, i: usize, applied: Option<&Applied>) -> FoundJson {
    let spec = f.kind.spec();
    FoundJson {
        id: applied.map(|a| a.ids[i].clone()).or_else(|| f.known.clone()),
        kind: spec.key,
        school: f.school.clone(),
        student: f.student.map(|id| id.to_string()),
        name: mask::name(&f.name),
        class: f.class.clone(),
        file: f.place.as_ref().map(|p| p.file.to_string()),
        sheet: f.place.as_ref().map(|p| p.sheet.to_string()),
        cell: f.place.as_ref().map(|p| p.cell()),
        note: f.note.clone(),
        remedy: spec.remedy,
        known: f.known.is_some(),
        candidates: f
            .candidates
            .iter()
            .map(|c| CandidateJson {
                student: c.registration.id.to_string(),
                name: masked(&c.registration),
                school: c.registration.school.to_string(),
                class_number: c.registration.class_number.clone(),
                status: c.registration.status.key().to_owned(),
                why: c.why.clone(),
            })
            .collect(),
    }
}
