//! `xueji card`: student cards printed, listed, lost, replaced, and their codes checked.

use std::path::{Path, PathBuf};

use clap::Subcommand;

use crate::app::card::{self, Plan, VERDICTS, Verdict};
use crate::model::card::Card;
use crate::model::field::Field;
use crate::model::registration::Registration;
use crate::model::school::Directory;
use crate::model::table::{Column, Personal, Table};
use crate::output::{Format, Privacy};
use crate::store::Store;
use crate::store::lookup::Which;
use crate::xlsx::card::{Face, write_cards};

use super::Outcome;
use super::dispute::said;
use super::failure::{CliError, persist, usage};
use super::file::pupil;
use super::global::Global;
use super::init::{done, written};
use super::student::read_lines;
use super::unmask::{Concerned, Permit, Purpose};

/// 学生卡：印卡、列出、挂失、补发、查验二维码；说明见 xueji explain card
///
/// 卡面和二维码上有姓名、学籍号，印卡和补发要写明用途，记入导出台账。
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// 给一校或一班还没有有效卡的学生发卡，写成可以打印的工作簿（A4 每页 10 张）；--batch 重印一批
    Print {
        /// 学校标识码
        #[arg(long, value_name = "学校标识码", required_unless_present = "batch")]
        school: Option<String>,
        /// 班号
        #[arg(long, value_name = "班号", requires = "school")]
        class: Option<String>,
        /// 重印这一批里仍有效的卡，不发新卡
        #[arg(long, value_name = "批次", conflicts_with_all = ["school", "class", "dry_run"])]
        batch: Option<i64>,
        /// 用途
        #[arg(long, value_name = "用途", required_unless_present = "dry_run")]
        purpose: Option<String>,
        /// 批准导出的文号或审批单号，记入导出台账
        #[arg(long, value_name = "文号")]
        approval: Option<String>,
        /// 只预览：要发几张，不写入
        #[arg(long)]
        dry_run: bool,
    },
    /// 一校学生的卡：卡号、批次、状态
    List {
        /// 学校标识码
        #[arg(long, value_name = "学校标识码")]
        school: String,
        /// 只列没有有效卡的学生
        #[arg(long)]
        without: bool,
    },
    /// 挂失
    Lost {
        /// 内部编号，或 - 表示从标准输入读学籍号或证件号
        #[arg(value_name = "学生")]
        student: String,
        /// 情况
        #[arg(long, value_name = "情况")]
        reason: String,
    },
    /// 补发一张：挂失、损坏、改名以后；原来的卡作废
    Reissue {
        /// 内部编号，或 - 表示从标准输入读学籍号或证件号
        #[arg(value_name = "学生")]
        student: String,
        /// 情况
        #[arg(long, value_name = "情况")]
        reason: String,
        #[command(flatten)]
        purpose: Purpose,
    },
    /// 查验二维码：从文件或标准输入（-）读扫出的文字，一行一张；有无效的，退出码为 1
    Check {
        /// 文件，或 - 表示标准输入
        #[arg(value_name = "文件")]
        file: PathBuf,
    },
}

pub fn run(args: &Args, global: &Global) -> Result<Outcome, CliError> {
    match &args.command {
        Command::Print { school: Some(school), class, dry_run: true, .. } => {
            let plan = card::plan(&global.store()?, school, class.as_deref())?;
            done(
                global,
                &format!("{}没有写入任何内容。", told(&plan)),
                None,
                &[("cards", plan.pupils.len() as i64)],
            )?;
            Ok(Outcome::Clean)
        }
        Command::Print { school, class, batch, purpose, approval, .. } => {
            let purpose = said(purpose.as_deref().unwrap_or_default(), "--purpose", PURPOSE)?;
            let asked = Purpose { purpose: purpose.to_owned(), approval: approval.clone() };
            print(school.as_deref(), class.as_deref(), *batch, &asked, global)
        }
        Command::List { school, without } => list(school, *without, global),
        Command::Lost { student, reason } => lost(student, said(reason, "--reason", REASON)?, global),
        Command::Reissue { student, reason, purpose } => {
            said(&purpose.purpose, "--purpose", PURPOSE)?;
            reissue(student, said(reason, "--reason", REASON)?, purpose, global)
        }
        Command::Check { file } => check(file, global),
    }
}

/// What may be written behind the options, for one who wrote nothing.
const PURPOSE: &str = "新生发卡";
const REASON: &str = "上学路上遗失";

fn told(plan: &Plan) -> String {
    format!(
        "发卡 {} 张；已有有效卡 {} 人，还不能发的（没有学籍号或不在读）{} 人。",
        plan.pupils.len(),
        plan.have,
        plan.not_yet
    )
}

/// The workbook to write; refused before any card is issued.
fn target(global: &Global) -> Result<&Path, CliError> {
    let Some(path) = &global.output else {
        return Err(usage("没有说明写到哪里。", "请用 -o 指明工作簿，例如 -o 学生卡.xlsx。"));
    };
    if !path.extension().is_some_and(|e| e.eq_ignore_ascii_case("xlsx")) {
        return Err(usage("学生卡只写成 xlsx 工作簿。", "请把文件名写成 .xlsx。"));
    }
    if path.exists() && !global.yes {
        let hint = "请用 -o 换一个文件名；确要覆盖请加 --yes。";
        return Err(usage(format!("{} 已经存在。", path.display()), hint));
    }
    Ok(path)
}

fn print(
    school: Option<&str>,
    class: Option<&str>,
    again: Option<i64>,
    purpose: &Purpose,
    global: &Global,
) -> Result<Outcome, CliError> {
    let path = target(global)?;
    let (session, mut store) = (global.session()?, global.store()?);
    let (batch, message) = match (again, school) {
        (None, Some(school)) => {
            let title = format!("学生卡 {school} {}", class.unwrap_or_default());
            let (batch, plan) = persist(|| {
                let plan = card::plan(&store, school, class)?;
                if plan.pupils.is_empty() {
                    return Ok((None, plan));
                }
                let mut progress = global.progress("发卡", Some(plan.pupils.len() as u64));
                let batch = card::issue(&mut store, &session, (&plan, title.trim()), &mut |n| progress.at(n));
                progress.finish();
                Ok((Some(batch?), plan))
            })?;
            let Some(batch) = batch else {
                written(global, &told(&plan))?;
                return Ok(Outcome::Clean);
            };
            (batch, format!("第 {batch} 批：{}", told(&plan)))
        }
        (Some(batch), _) => (batch, format!("重印第 {batch} 批。")),
        (None, None) => {
            return Err(usage("没有说明给谁印卡。", "请写 --school 学校标识码，或 --batch 批次。"));
        }
    };
    let cards = card::printable(&store, batch)?;
    let what = format!("学生卡 {} 张，第 {batch} 批", cards.len());
    let permit = global.permit_for(&mut store, purpose, &Concerned::Report(what))?;
    write(path, &store, &cards, (&permit, global))?;
    global.left_in(&mut store, &permit, (cards.len(), path))?;
    let again = format!("没有印好的可以重印：xueji card print --batch {batch}。");
    written(global, &format!("{message}已写入 {}；{again}", path.display()))?;
    Ok(Outcome::Clean)
}

/// Writes the cards as they are read, one pupil after another.
fn write(
    path: &Path,
    store: &Store,
    cards: &[Card],
    (permit, global): (&Permit, &Global),
) -> Result<(), CliError> {
    let directory = store.directory()?;
    let Some(key) = store.card_key()? else {
        return Err(usage("学籍库里没有发卡的密钥。", "请用 xueji card print --school 发卡。"));
    };
    let mut progress = global.progress("印卡", Some(cards.len() as u64));
    let mut failed = None;
    let mut faces = cards.iter().zip(1..).map_while(|(card, n)| {
        progress.at(n);
        match store.registrations(&Which::Id(card.student)) {
            Ok(mut found) => Some(face(card, &found.pop()?, &directory, &key)),
            Err(e) => {
                failed = Some(e);
                None
            }
        }
    });
    let wrote = write_cards(path, &mut faces, permit.mark().as_ref());
    progress.finish();
    match failed {
        Some(e) => Err(e.into()),
        None => Ok(wrote?),
    }
}

fn face(card: &Card, r: &Registration, directory: &Directory, key: &[u8; 32]) -> Face {
    let school = directory.school(r.school.as_str()).map_or_else(String::new, |s| s.name.clone());
    let class = directory.class(r.school.as_str(), &r.class_number);
    Face {
        school,
        name: r.record.get(Field::PupilName).to_owned(),
        number: card.number.clone(),
        class: class.map_or_else(|| r.class_number.clone(), |c| c.name.clone()),
        serial: card.serial.clone(),
        issued_on: card.issued_on.clone(),
        code: card.code(key),
    }
}

fn list(school: &str, without: bool, global: &Global) -> Result<Outcome, CliError> {
    let store = global.store()?;
    let all = card::of_school(&store, school)?;
    let is_good = |cards: &[Card]| cards.iter().any(|c| c.ended_on.is_none());
    let good = all.iter().filter(|(_, cards)| is_good(cards)).count();
    let asked = all.iter().filter(|(_, cards)| !(without && is_good(cards)));
    let rows = asked.flat_map(|(r, cards)| {
        let blank = vec![line(r, None)];
        if cards.is_empty() { blank } else { cards.iter().map(|c| line(r, Some(c))).collect() }
    });
    let table = Table {
        title: "学生卡".into(),
        columns: vec![
            Column::text("student", "内部编号"),
            Column::personal("name", "姓名", Personal::Name),
            Column::text("class_number", "班号"),
            Column::text("serial", "卡号"),
            Column::text("batch", "批次"),
            Column::text("issued_on", "发卡日期"),
            Column::text("state", "状态"),
            Column::text("ended_on", "挂失或换发"),
            Column::text("reason", "情况"),
        ],
        rows: rows.collect(),
        foot: vec![format!("在册 {} 人，有有效卡的 {good} 人。", all.len())],
        ..Table::default()
    };
    global.put_tables(&[table], Privacy::Masked)?;
    Ok(Outcome::Clean)
}

fn line(r: &Registration, card: Option<&Card>) -> Vec<String> {
    let who = [r.id.to_string(), r.record.get(Field::PupilName).to_owned(), r.class_number.clone()];
    let rest = match card {
        None => ["", "", "", "没有发过", "", ""].map(str::to_owned),
        Some(c) => [
            c.serial.clone(),
            c.batch.to_string(),
            c.issued_on.clone(),
            c.state.label().to_owned(),
            c.ended_on.clone().unwrap_or_default(),
            c.reason.clone().unwrap_or_default(),
        ],
    };
    who.into_iter().chain(rest).collect()
}

fn lost(text: &str, reason: &str, global: &Global) -> Result<Outcome, CliError> {
    let (session, mut store) = (global.session()?, global.store()?);
    let id = pupil(&store, text)?;
    let (batch, card) = persist(|| Ok(card::lose(&mut store, &session, id, reason)?))?;
    let message = format!("第 {batch} 批：学生卡 {} 已挂失；补发用 xueji card reissue。", card.serial);
    done(global, &message, Some(batch), &[("cards", 1)])?;
    Ok(Outcome::Clean)
}

fn reissue(text: &str, reason: &str, purpose: &Purpose, global: &Global) -> Result<Outcome, CliError> {
    let path = target(global)?;
    let (session, mut store) = (global.session()?, global.store()?);
    let id = pupil(&store, text)?;
    let batch = persist(|| Ok(card::reissue(&mut store, &session, id, reason)?))?;
    let permit = global.permit_for(&mut store, purpose, &Concerned::Students(vec![id]))?;
    let cards = card::printable(&store, batch)?;
    write(path, &store, &cards, (&permit, global))?;
    global.left_in(&mut store, &permit, (cards.len(), path))?;
    written(global, &format!("第 {batch} 批：已补发学生卡，写入 {}；原来的卡作废。", path.display()))?;
    Ok(Outcome::Clean)
}

fn check(file: &Path, global: &Global) -> Result<Outcome, CliError> {
    let text = read_lines(file)?;
    let store = global.store()?;
    let (mut rows, mut verdicts) = (Vec::new(), Vec::new());
    for code in text.lines().filter(|l| !l.trim().is_empty()) {
        let (verdict, r, serial) = card::check(&store, code)?;
        let (_, key, label) = VERDICTS.iter().find(|v| v.0 == verdict).expect("every verdict has a row");
        let name = r.as_ref().map_or("", |r| r.record.get(Field::PupilName));
        let school = r.as_ref().map_or("", |r| r.school.as_str());
        rows.push(
            [(rows.len() + 1).to_string().as_str(), &serial, label, name, school, key]
                .map(str::to_owned)
                .to_vec(),
        );
        verdicts.push(verdict);
    }
    let good = verdicts.iter().filter(|v| **v == Verdict::Good).count();
    let table = Table {
        title: "学生卡查验".into(),
        columns: vec![
            Column::count("line", "行"),
            Column::text("serial", "卡号"),
            Column::text("told", "结果"),
            Column::personal("name", "姓名", Personal::Name),
            Column::text("school", "学校标识码"),
            Column::text("verdict", "键"),
        ],
        foot: vec![format!("共 {} 张，有效 {good} 张。", rows.len())],
        rows,
        ..Table::default()
    };
    if !(global.quiet && good == verdicts.len() && global.form() == Format::Human) {
        global.put_tables(&[table], Privacy::Masked)?;
    }
    Ok(if good == verdicts.len() { Outcome::Clean } else { Outcome::Findings })
}

/// The manual page of 学生卡.
pub const PAGE: &str = "\
学生卡（card）

卡面
  学校、姓名、学籍号、班级、发卡日期、卡号和一个二维码；银行卡大小，A4 一页 10 张，打印后沿边线裁开；缺少所用字体的电脑按页宽缩小。
  依据：《中小学生学籍管理办法》第五条（逐步推行包含学生学籍信息的免费学生卡）。卡面式样由各地规定。

发卡和作废
  xueji card print --school 学校标识码 --purpose 用途 -o 学生卡.xlsx   给在读、有学籍号、还没有有效卡的学生各发一张
  xueji card print --batch 批次 --purpose 用途 -o 学生卡.xlsx          重印这一批里仍有效的，不发新卡
  xueji card lost 学生 --reason 情况                                 挂失
  xueji card reissue 学生 --reason 情况 --purpose 用途 -o 补卡.xlsx    补发，原来的卡作废
  卡号是“批次-序号”，批次号不重复，撤销的批次也不再用，所以一个卡号只属于一张卡。
  每次发卡、挂失、补发是一批，可以用 xueji batch undo 撤销；撤销发卡以后，已经印出的卡查验为无效。

二维码
  内容是 XJ1.学籍号.卡号.签名，只有卡面上已有的学籍号和卡号，没有别的个人信息。
  签名：以本库的密钥对前面的文字作 BLAKE3 带密钥摘要，取前 125 位，写成 25 个字母数字。
  密钥在第一次发卡时由随机数产生，存在学籍库文件里，不写入流水，不随数据包上报；备份学籍库就备份了密钥。
  没有密钥的人不能造出签名；因此只有持有本库的单位能查验，别处不能离线查验。
  密钥泄露（学籍库文件被人拿走）时，签名不再可信，但查验还要核对卡号确由本库发出、仍然有效。

查验
  xueji card check 文件    一行一张，是扫码枪读出的文字；写 - 从标准输入读。有无效的，退出码为 1。
  结果：有效；已挂失；已换发；学生已不在校；签名不符或没有发过这张卡；不是学生卡的二维码。
";
