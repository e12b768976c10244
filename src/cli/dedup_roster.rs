//! `xueji dedup --roster`: whom the pupils of a roster may be, before it is imported.

use std::path::PathBuf;

use crate::app::examine::Examining;
use crate::app::explanation::Explanations;
use crate::app::gather;
use crate::app::import::Importing;
use crate::app::input::Opening;
use crate::app::newcomers::{self, Someone, Suspected};
use crate::dedup;
use crate::dedup::verdict::{bits, likely};
use crate::model::cell::Place;
use crate::model::field::Field;
use crate::model::table::{Column, Personal, Table};
use crate::output::{Format, Privacy};

use super::dedup::capped;
use super::failure::CliError;
use super::global::Global;
use super::validate::{Reading, none_usable};
use super::{Outcome, ask};

pub fn run(files: &[PathBuf], reading: &Reading, global: &Global) -> Result<Outcome, CliError> {
    let (session, store) = (global.session()?, global.store()?);
    let rules = reading.own_rules(Some(&store))?;
    let selection = reading.selection(rules.as_ref(), &store.meta().authority, session.act.today)?;
    let (at, learned) = (reading.at()?, store.headings()?);
    let opening =
        Opening { at: &at, directory: None, learned: &learned, ask: &|e, at| ask::answer(global, e, at) };
    let gathered = gather::gather(files);
    let examining = Examining {
        files: &gathered.files,
        opening,
        today: session.act.today,
        directory: None,
        store: None,
        look_up: true,
        selection: &selection,
        strict: reading.strict,
        rules: rules.as_ref(),
        accept: &[],
        jobs: reading.jobs(global),
    };
    let what = Importing { examining, explanations: &Explanations::default() };
    let mut progress = global.progress("读取和比较", None);
    let suspected = newcomers::suspected(&store, &what, &session, &mut |done| {
        progress.of_files(done, gathered.files.len());
    });
    progress.finish();
    let mut suspected = suspected?;
    suspected.plan.passed.splice(0..0, gathered.passed);
    if suspected.plan.files.is_empty() {
        return Err(none_usable(suspected.plan.unreadable, &suspected.plan.passed));
    }
    for (path, e) in &suspected.plan.unreadable {
        global.say(&format!("{}：没有读。{}", path.display(), e.message()));
    }
    if !(global.quiet && global.form() == Format::Human) {
        let mut tables = vec![table(&suspected)];
        tables.extend(suspected.found.iter().filter(|f| !f.capped.is_empty()).map(|f| capped(&f.capped)));
        global.put_tables(&tables, Privacy::Masked)?;
    }
    let clean = suspected.pairs.is_empty() && suspected.plan.unreadable.is_empty();
    Ok(if clean { Outcome::Clean } else { Outcome::Findings })
}

fn place(p: &Place) -> String {
    format!("{}[{}]第{}行", p.file, p.sheet, p.row)
}

fn table(suspected: &Suspected) -> Table {
    let rows = suspected.pairs.iter().map(|p| {
        let (name, student, school, class) = match &p.one {
            Someone::Row(at, name) => (name.clone(), place(at), String::new(), String::new()),
            Someone::Registered(r) => (
                r.record.get(Field::PupilName).to_owned(),
                r.id.to_string(),
                r.school.to_string(),
                r.class_number.clone(),
            ),
        };
        let rule = dedup::rule(p.rule).map_or(p.rule, |r| r.title).to_owned();
        let first = [place(&p.row), p.name.clone(), rule, likely(p.score).to_owned(), bits(p.score)];
        first.into_iter().chain([name, student, school, class, p.reasons.clone()]).collect()
    });
    let new = suspected.compared;
    let foot = vec![
        format!("未建籍的学生 {new} 名，与学籍库 {} 个学籍和相互之间比较。", suspected.registered),
        format!(
            "共 {} 对疑似重复。没有写入任何内容；导入后会列入清单，核实前暂缓核准。",
            suspected.pairs.len()
        ),
    ];
    Table {
        title: "花名册中的疑似重复".into(),
        columns: vec![
            Column::text("row", "花名册"),
            Column::personal("name", "姓名", Personal::Name),
            Column::text("rule", "规则"),
            Column::text("likely", "可能"),
            Column::count("score", "得分"),
            Column::personal("other_name", "姓名乙", Personal::Name),
            Column::text("other", "学生乙"),
            Column::text("other_school", "学校乙"),
            Column::text("other_class_number", "班号乙"),
            Column::text("reasons", "依据"),
        ],
        rows: rows.collect(),
        foot,
        ..Table::default()
    }
}
