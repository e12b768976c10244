//! `xueji file export`: one pupil's whole file as a folder or a zip archive, with an index and the hashes of all.

use std::path::Path;

use crate::app::failure::Refusal;
use crate::app::file::{self, Content, Dossier, From};
use crate::model::field::Field;
use crate::model::file::GROUPS;
use crate::model::school::Directory;
use crate::model::table::{Column, Table};
use crate::output::archive::{Archive, HASHES};
use crate::output::{Format, Privacy, workbook};
use crate::store::Store;
use crate::xlsx::error::WriteError;

use super::failure::CliError;
use super::file::{at_desk, pupil};
use super::global::Global;
use super::init::done_but;
use super::student::fields;
use super::unmask::{Concerned, Permit, Purpose, hash_of};
use super::{Outcome, file_table};

/// The name of the index in the folder.
const INDEX: &str = "目录.xlsx";

pub fn run(text: &str, purpose: &Purpose, global: &Global) -> Result<Outcome, CliError> {
    let path = global.place("档案.zip", "整份档案不能写成一张表。")?;
    let mut store = global.store()?;
    let id = pupil(&store, text)?;
    let dossier = at_desk(&store, global, |desk| file::dossier(desk, id))?;
    let permit = global.permit_for(&mut store, purpose, &Concerned::Students(vec![id]))?;
    let directory = store.directory()?;
    let io = |e| CliError::from(WriteError::from_io(path, e));
    let mut archive = Archive::create(path).map_err(io)?;
    let filled = fill(&mut archive, &store, (&dossier, &directory), (&permit, global));
    let lost = match filled {
        Ok(lost) => lost,
        Err(e) => {
            archive.discard();
            return Err(e);
        }
    };
    let count = archive.finish().map_err(io)?;
    // Of a folder it is the list of hashes that is written down.
    let list = if path.is_dir() { path.join(HASHES) } else { path.to_owned() };
    global.left(&mut store, &permit, (count, Some(path), &hash_of(&list)?))?;
    tell(path, count, lost, global)
}

fn tell(path: &Path, count: usize, lost: Vec<Refusal>, global: &Global) -> Result<Outcome, CliError> {
    let message = match lost.len() {
        0 => format!("已写入 {}：{count} 个文件；已记入导出台账。", path.display()),
        n => format!("已写入 {}：{count} 个文件，缺 {n} 份材料；已记入导出台账。", path.display()),
    };
    let outcome = if lost.is_empty() { Outcome::Clean } else { Outcome::Partly };
    if global.format == Format::Json {
        let screen = Global { output: None, ..global.clone() };
        done_but(&screen, &message, None, &[("files", count as i64)], lost)?;
        return Ok(outcome);
    }
    for refusal in &lost {
        eprintln!("{}{}", global.red(&refusal.reason), refusal.remedy);
    }
    global.say(&message);
    Ok(outcome)
}

/// Puts every paper and the index in; the papers that are gone or not what they were.
fn fill(
    archive: &mut Archive,
    store: &Store,
    (dossier, directory): (&Dossier, &Directory),
    (permit, global): (&Permit, &Global),
) -> Result<Vec<Refusal>, CliError> {
    let path = global.output.as_deref().unwrap_or(Path::new(""));
    let (mut rows, mut lost) = (Vec::new(), Vec::new());
    for content in dossier.contents() {
        let mut row = described(&content);
        if let From::Paper(paper) = &content.from {
            let sound = store
                .attachment(&paper.hash)?
                .filter(|bytes| blake3::hash(bytes).to_hex().as_str() == paper.hash);
            let place = match sound {
                Some(bytes) => {
                    let number = 1 + GROUPS.iter().position(|g| g.key == content.group.key).unwrap_or(0);
                    let folder = format!("{number}{}", content.group.title);
                    archive.put(&folder, &paper.name, &bytes).map_err(|e| WriteError::from_io(path, e))?
                }
                None => {
                    lost.push(Refusal::new(
                        format!(
                            "{} 的第 {} 份材料（{}）丢失或已被改动。",
                            paper.subject, paper.ordinal, paper.note
                        ),
                        "请从备份恢复学籍库，并用 xueji audit verify 核查；其余的已经导出。",
                    ));
                    "丢失或已被改动".to_owned()
                }
            };
            row.extend([place, paper.hash.clone()]);
        } else {
            row.extend([String::new(), String::new()]);
        }
        rows.push(row);
    }
    let index = index(dossier, directory, rows, global)?;
    let bytes = workbook::bytes(path, index, permit.mark_of_a_set().as_ref())?;
    archive.put("", INDEX, &bytes).map_err(|e| WriteError::from_io(path, e))?;
    Ok(lost)
}

fn described(content: &Content) -> Vec<String> {
    let what = match &content.from {
        From::Sheet(item) => item.told(),
        From::Paper(_) | From::Registry => content.what.clone(),
    };
    [content.group.title, content.item.title, &content.day, &what].map(str::to_owned).to_vec()
}

/// The sheets of the index: what is in it, the record, who held it, what is missing.
fn index(
    dossier: &Dossier,
    directory: &Directory,
    rows: Vec<Vec<String>>,
    global: &Global,
) -> Result<Vec<Table>, CliError> {
    let today = global.today()?;
    let r = &dossier.registration;
    let catalogue = Table {
        title: "学籍档案目录".into(),
        head: vec![
            format!("姓名：{}　学籍号：{}", r.record.get(Field::PupilName), r.record.get(Field::Number)),
            format!("学籍状态：{}　学校：{}　班号：{}", r.standing(), r.school, r.class_number),
            format!("导出日期：{today}"),
        ],
        columns: [
            ("group", "组"),
            ("item", "项目"),
            ("day", "日期"),
            ("what", "内容"),
            ("file", "文件"),
            ("hash", "摘要（BLAKE3）"),
        ]
        .map(|(key, heading)| Column::text(key, heading))
        .to_vec(),
        rows,
        foot: vec!["文件与摘要的对照另见 BLAKE3.txt，可用 b3sum -c 核对。".into()],
        ..Table::default()
    };
    let record = Table { title: "学籍基础信息".into(), ..fields(r, Privacy::Revealed) };
    let custody = Table { title: "保管经过".into(), ..file_table::custody(dossier, directory) };
    Ok(vec![catalogue, record, custody, file_table::missing(&dossier.missing(today))])
}
