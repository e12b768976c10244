//! `xueji dispute letter|export|import`: what goes to the schools on paper and by workbook, and their answers back.

use std::path::{Path, PathBuf};

use jiff::civil::Date;

use crate::app::dispute::form::{self, Imported};
use crate::app::dispute::{self, Case};
use crate::app::failure::{Failure, Refusal};
use crate::model::field::Field;
use crate::model::table::{Column, Personal, Table};
use crate::output::json::{Done, RefusalJson};
use crate::output::{Format, Privacy, mask, schema, workbook};
use crate::report::{dashed, day};
use crate::roster::code_cell::label;
use crate::store::Store;

use super::Outcome;
use super::dispute::of_school;
use super::failure::{CliError, persist, usage};
use super::global::{Global, make_folder};
use super::init::written;
use super::unmask::{Concerned, Permit, Unmask, hash_of};

/// 给学校的核查通知：每校一份，列出本校在办的问题学籍和答复办法；默认遮盖
///
/// -o 文件.xlsx 一校一张工作表；-o 文件夹 一校一个文件；也可以 --format csv、json。
#[derive(clap::Args)]
pub struct LetterArgs {
    /// 只给这所学校
    #[arg(long, value_name = "学校标识码")]
    school: Option<String>,
    /// 答复的期限（YYYY-MM-DD）
    #[arg(long, value_name = "日期")]
    due: Option<Date>,
    #[command(flatten)]
    unmask: Unmask,
}

/// 给没有 xueji 的学校的答复表：主张（佐证、变更、删除）、说明、材料，都有下拉列表和填写说明
#[derive(clap::Args)]
pub struct ExportArgs {
    /// 只给这所学校
    #[arg(long, value_name = "学校标识码")]
    school: Option<String>,
    #[command(flatten)]
    unmask: Unmask,
}

/// 读入学校填好的答复表；读不成的行列出单元格和办法，其余照收；再读一次不会重复
#[derive(clap::Args)]
pub struct ImportArgs {
    /// 答复表
    #[arg(value_name = "文件")]
    file: PathBuf,
    /// 材料所在的文件夹；默认与答复表同一文件夹
    #[arg(long, value_name = "文件夹")]
    papers: Option<PathBuf>,
}

/// The open disputes of a school, or of all; refused where the school is not in the table.
fn open_cases(store: &Store, school: Option<&str>) -> Result<Vec<Case>, CliError> {
    if let Some(code) = school {
        crate::app::places::require_school(store, code)?;
    }
    Ok(of_school(dispute::list(store)?, school).into_iter().filter(Case::is_open).collect())
}

pub fn letter(args: &LetterArgs, global: &Global) -> Result<Outcome, CliError> {
    let mut store = global.store()?;
    let cases = open_cases(&store, args.school.as_deref())?;
    let mut schools: Vec<(String, String)> = cases
        .iter()
        .flat_map(|c| &c.sides)
        .map(|s| (s.registration.school.to_string(), s.school.clone()))
        .filter(|(code, _)| args.school.as_ref().is_none_or(|s| s == code))
        .collect();
    schools.sort();
    schools.dedup();
    if schools.is_empty() {
        global.say("没有在办的问题学籍，不用通知。");
        if global.format != Format::Human {
            global.put_tables(&[], Privacy::Masked)?;
        }
        return Ok(Outcome::Clean);
    }
    let what = Concerned::Report(format!("问题学籍核查通知，{} 校", schools.len()));
    let permit = global.permit(&mut store, &args.unmask, &what)?;
    let bureau = store.meta().name.clone();
    let today = global.today()?;
    let letters: Vec<Table> = schools
        .iter()
        .map(|(code, name)| one_letter(&cases, code, name, (&bureau, today, args.due)))
        .collect();
    match &global.output {
        Some(folder) if folder.extension().is_none() && global.form() == Format::Human => {
            put_letters(folder, (&letters, &schools), &mut store, (&permit, global))?;
            global.say(&format!("已写入 {}：{} 校各一份。", folder.display(), letters.len()));
        }
        _ => global.put_permitted(&mut store, letters, &permit)?,
    }
    Ok(Outcome::Clean)
}

/// A workbook for each school; what is written down of them is the list of their hashes.
fn put_letters(
    folder: &Path,
    (letters, schools): (&[Table], &[(String, String)]),
    store: &mut Store,
    (permit, global): (&Permit, &Global),
) -> Result<(), CliError> {
    make_folder(folder)?;
    let mut list = String::new();
    for (letter, (code, name)) in letters.iter().zip(schools) {
        let file = format!("{code}-{name}-核查通知.xlsx");
        let path = folder.join(&file);
        workbook::tables(&path, std::slice::from_ref(letter), permit.privacy(), permit.mark().as_ref())?;
        list.push_str(&format!("{}  {file}\n", hash_of(&path)?));
    }
    let rows = letters.iter().map(|l| l.rows.len()).sum();
    let hash = blake3::hash(list.as_bytes()).to_hex().to_string();
    global.left(store, permit, (rows, Some(folder), &hash))
}

fn one_letter(
    cases: &[Case],
    code: &str,
    name: &str,
    (bureau, today, due): (&str, Date, Option<Date>),
) -> Table {
    let mut rows = Vec::new();
    for case in cases {
        for side in case.sides.iter().filter(|s| s.registration.school.as_str() == code) {
            let get = |f: Field| dashed(label(side.registration.record.get(f)));
            let opposite = case.sides.iter().filter(|s| s.name != side.name).map(|s| s.school.as_str());
            rows.push(vec![
                case.dispute.id.clone(),
                side.name.to_owned(),
                side.registration.class_number.clone(),
                get(Field::PupilName),
                get(Field::Sex),
                get(Field::BirthDate),
                get(Field::DocumentId),
                get(Field::Number),
                case.dispute.kind.spec().title.to_owned(),
                opposite.collect(),
                side.claim().map_or("未答复".to_owned(), |(c, _)| c.kind.label().to_owned()),
            ]);
        }
    }
    let until = due.map_or("收到后尽快".to_owned(), |d| format!("{}以前", day(d)));
    let count = rows.len();
    Table {
        title: format!("问题学籍核查通知（{name}）"),
        head: vec![
            format!("{name}（{code}）：你校下列学籍与其他学籍重复，或信息有误，请核查并答复。"),
            format!("共 {count} 个学籍。请于{until}答复。"),
        ],
        columns: vec![
            Column::text("id", "编号"),
            Column::text("side", "一方"),
            Column::text("class_number", "班号"),
            Column::personal("name", "姓名", Personal::Name),
            Column::text("sex", "性别"),
            Column::text("birth_date", "出生日期"),
            Column::personal("document_number", "身份证件号", Personal::Number),
            Column::personal("registry_number", "学籍号", Personal::Number),
            Column::text("kind", "问题"),
            Column::text("opposite", "对方学校"),
            Column::text("claim", "答复"),
        ],
        rows,
        foot: vec![
            "一、请核对户口簿、身份证原件和学生是否在校就读；相同不等于同一个人，双胞胎、同名的孩子请附材料说明。".into(),
            "二、每件答复一项：佐证（本校学籍无误，附材料）、变更（有误，写明正确的内容，附证件）、删除（本校不应有）。".into(),
            "三、学生在哪，学籍在哪。同一个孩子的学籍先建在别校的，由就读学校删除重复建的学籍，再发起转学；家长放弃原学籍的要签字。".into(),
            "四、未经核实，任何一方不得自行删除、重建学籍。通知和答复含未成年人信息，请妥善保管。".into(),
            format!("学校盖章：　　　　　　学籍管理员：　　　　　　学籍主管领导：　　　　　　日期："),
            format!("发文单位：{bureau}　日期：{}", day(today)),
        ],
        ..Table::default()
    }
}

pub fn export(args: &ExportArgs, global: &Global) -> Result<Outcome, CliError> {
    let Some(path) = &global.output else {
        return Err(usage("没有说明写到哪里。", "请用 -o 指明文件，例如 -o 答复表.xlsx。"));
    };
    let mut store = global.store()?;
    let cases = open_cases(&store, args.school.as_deref())?;
    let what = format!("问题学籍答复表，{} 件", cases.len());
    let permit = global.permit(&mut store, &args.unmask, &Concerned::Report(what))?;
    let rows = form::rows(&cases, args.school.as_deref(), &|field, text| {
        mask::value(Some(field), text, permit.privacy())
    });
    form::write(path, &rows, permit.mark().as_ref())?;
    global.left_in(&mut store, &permit, (rows.len(), path))?;
    written(global, &format!("已写入 {}：{} 件，{} 行待答复。", path.display(), cases.len(), rows.len()))?;
    Ok(Outcome::Clean)
}

pub fn import(args: &ImportArgs, global: &Global) -> Result<Outcome, CliError> {
    let beside = args.file.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let folder = args.papers.as_deref().unwrap_or(beside);
    let (session, mut store) = (global.session()?, global.store()?);
    let imported = persist(|| Ok(form::import(&mut store, &session, &args.file, folder)?))?;
    if imported.entered + imported.unchanged == 0 && !imported.refused.is_empty() {
        return Err(Failure::Refused(imported.refused).into());
    }
    told(&imported, global)?;
    Ok(if imported.refused.is_empty() { Outcome::Clean } else { Outcome::Partly })
}

fn told(imported: &Imported, global: &Global) -> Result<(), CliError> {
    let Imported { batch, entered, unchanged, blank, refused_rows, .. } = imported;
    let number = batch.map_or_else(String::new, |b| format!("第 {b} 批："));
    let message = format!(
        "{number}记下答复 {entered} 条，已有同样的 {unchanged} 条，没有填的 {blank} 行，拒收 {refused_rows} 行。"
    );
    if global.format == Format::Json {
        let counts =
            [("claims", *entered), ("unchanged", *unchanged), ("blank", *blank), ("refused", *refused_rows)];
        return global.put_json(&Done {
            schema: schema::DONE,
            message,
            batch: *batch,
            counts: counts.map(|(key, n)| (key.to_owned(), n as i64)).into(),
            refused: imported.refused.iter().cloned().map(RefusalJson::from).collect(),
        });
    }
    if !global.quiet {
        global.print(&format!("{message}\n"));
    }
    for Refusal { reason, remedy, .. } in &imported.refused {
        global.say(&format!("  {reason}{remedy}"));
    }
    Ok(())
}
