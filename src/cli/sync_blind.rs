//! `xueji sync blind`: blinded keys instead of the journal, the secret that peers share, and the records that are opened.

use std::fs::File;
use std::path::{Path, PathBuf};

use clap::Subcommand;

use crate::app::failure::Refusal;
use crate::app::sync::take::Taken;
use crate::app::sync::{blind, make, office};
use crate::model::table::{Column, Table};
use crate::model::term::Term;
use crate::output::Privacy;
use crate::store::Store;
use crate::upstream::blind::{Secret, Secrets, is_term, path_beside};

use super::Outcome;
use super::failure::{CliError, file, usage};
use super::global::Global;
use super::init::{done, done_but, written};
use super::sync::{open_key, seal_into};

#[derive(Subcommand)]
pub enum Command {
    /// 盲报密钥：同级单位共用，上级不持有
    #[command(subcommand)]
    Key(KeyCommand),
    /// 制作盲报，写到 -o 指明的文件：每名在读学生的比较键的键控摘要，没有姓名、号码、出生日期，也没有流水
    Report {
        /// 收件单位：来源单位编号、区划代码或名称
        #[arg(long, value_name = "单位")]
        to: String,
        /// 用哪个学期的密钥；不写的用最后加入的
        #[arg(long, value_name = "学期")]
        term: Option<String>,
    },
    /// 把上级问到的学生的比较项目加密交给上级，写到 -o 指明的文件；记入流水，不能撤销
    Open {
        /// 上级单位：来源单位编号、区划代码或名称
        #[arg(long, value_name = "单位")]
        to: String,
        /// 只交出这几对（见 xueji sync message list）；不写的交出全部待办的
        #[arg(value_name = "编号")]
        pairs: Vec<String>,
    },
}

#[derive(Subcommand)]
pub enum KeyCommand {
    /// 生成一个学期的密钥，写在学籍库旁边的文件里（学籍库文件名加 -blind），只有本人可读；各单位中由一个生成
    New {
        /// 学期，例如 2026-autumn；默认为业务日期所在的学期。中途要换的写另一个名字，例如 2026-autumn-2
        #[arg(long, value_name = "学期")]
        term: Option<String>,
    },
    /// 列出各学期的密钥的指纹；密钥本身不显示
    List,
    /// 把密钥加密交给一个同级单位，写到 -o 指明的文件；上级不行
    Export {
        /// 同级单位：来源单位编号、区划代码或名称
        #[arg(long, value_name = "单位")]
        to: String,
        /// 哪个学期的；不写的是最后加入的
        #[arg(long, value_name = "学期")]
        term: Option<String>,
    },
    /// 收下同级单位交来的密钥
    Load {
        /// 密钥文件
        #[arg(value_name = "文件")]
        file: PathBuf,
    },
}

pub fn run(command: &Command, global: &Global) -> Result<Outcome, CliError> {
    match command {
        Command::Key(KeyCommand::New { term }) => new(term.as_deref(), global),
        Command::Key(KeyCommand::List) => list(global),
        Command::Key(KeyCommand::Export { to, term }) => export(to, term.as_deref(), global),
        Command::Key(KeyCommand::Load { file }) => load(file, global),
        Command::Report { to, term } => report(to, term.as_deref(), global),
        Command::Open { to, pairs } => open(to, pairs, global),
    }
}

fn secrets(store: &Store, global: &Global) -> Result<Secrets, CliError> {
    Ok(Secrets::open(&path_beside(&global.db), &store.meta().origin)?)
}

/// A file is not written before there is somewhere to write it.
fn place<'a>(global: &'a Global, example: &str) -> Result<&'a Path, CliError> {
    let none = || usage("结果要写到文件里。", format!("请用 -o 指明文件，例如 -o {example}。"));
    global.output.as_deref().ok_or_else(none)
}

fn new(term: Option<&str>, global: &Global) -> Result<Outcome, CliError> {
    let store = global.store()?;
    blind::refuse_above(&store)?;
    let term =
        term.map_or_else(|| Ok(Term::of(global.today()?).key()), |t| Ok::<_, CliError>(t.to_owned()))?;
    if !is_term(&term) {
        return Err(usage(
            format!("“{term}”不能作学期名。"),
            "请用小写字母、数字和连字符，例如 2026-autumn。",
        ));
    }
    let mut secrets = secrets(&store, global)?;
    let secret = Secret::generate(&term)?;
    secrets.add(&secret)?;
    let message = format!(
        "已生成 {term} 学期的盲报密钥 {}，指纹 {}。下一步：用 xueji sync blind key export 交给互报的同级单位；不要交给上级。",
        path_beside(&global.db).display(),
        secret.fingerprint()
    );
    done(global, &message, None, &[("secrets", 1)])?;
    Ok(Outcome::Clean)
}

fn list(global: &Global) -> Result<Outcome, CliError> {
    let store = global.store()?;
    let secrets = secrets(&store, global)?;
    let rows = secrets.all().iter().map(|s| vec![s.term.clone(), s.fingerprint()]);
    let table = Table {
        title: "盲报密钥".into(),
        columns: vec![Column::text("term", "学期"), Column::text("fingerprint", "指纹")],
        rows: rows.collect(),
        foot: vec!["互报的各单位指纹必须相同，可以当面或电话核对；指纹泄露不了密钥。".into()],
        ..Table::default()
    };
    global.put_tables(&[table], Privacy::Masked)?;
    Ok(Outcome::Clean)
}

fn export(to: &str, term: Option<&str>, global: &Global) -> Result<Outcome, CliError> {
    let path = place(global, "给邻县.密钥")?;
    let store = global.store()?;
    let key = open_key(&store, global)?;
    let to = office::find(&store, to)?;
    let secrets = secrets(&store, global)?;
    let secret = blind::secret(&secrets, term)?;
    seal_into(path, |out| blind::pass_on(&store, &key, &to, secret, out))?;
    let message = format!(
        "已写出给{}的 {} 学期盲报密钥 {}，指纹 {}；只有它打得开。",
        to.name,
        secret.term,
        path.display(),
        secret.fingerprint()
    );
    written(global, &message)?;
    Ok(Outcome::Clean)
}

fn load(path: &Path, global: &Global) -> Result<Outcome, CliError> {
    let store = global.store()?;
    let key = open_key(&store, global)?;
    blind::refuse_above(&store)?;
    let mut input = File::open(path)
        .map_err(|e| file(format!("{} 打不开：{e}。", path.display()), "请检查文件名和权限。"))?;
    let (sender, secret) = blind::received_secret(&store, &key, &mut input)?;
    let added = secrets(&store, global)?.add(&secret)?;
    let (term, fingerprint) = (&secret.term, secret.fingerprint());
    let message = match added {
        true => format!("已收下{}交来的 {term} 学期盲报密钥，指纹 {fingerprint}。", sender.name),
        false => format!("{term} 学期的这个密钥早已有了，指纹 {fingerprint}。"),
    };
    done(global, &message, None, &[("secrets", i64::from(added))])?;
    Ok(Outcome::Clean)
}

fn report(to: &str, term: Option<&str>, global: &Global) -> Result<Outcome, CliError> {
    let path = place(global, "盲报.xjb")?;
    let session = global.session()?;
    let store = global.store()?;
    let key = open_key(&store, global)?;
    let to = office::find(&store, to)?;
    let secrets = secrets(&store, global)?;
    let secret = blind::secret(&secrets, term)?;
    let reported = seal_into(path, |out| {
        let reported = blind::report(&store, &key, &to, secret, out)?;
        make::log(&store, &session, &to, &reported.made)?;
        Ok(reported)
    })?;
    let message = format!(
        "已写出给{}的盲报 {}：{} 名学生的比较键 {} 个（{} 学期，指纹 {}），没有姓名和号码。另有 {} 个本县太多人相同的键不报。",
        to.name,
        path.display(),
        reported.pupils,
        reported.keys,
        secret.term,
        secret.fingerprint(),
        reported.common
    );
    written(global, &message)?;
    Ok(Outcome::Clean)
}

fn open(to: &str, pairs: &[String], global: &Global) -> Result<Outcome, CliError> {
    let path = place(global, "交出.xjb")?;
    let session = global.session()?;
    let mut store = global.store()?;
    let key = open_key(&store, global)?;
    let to = office::find(&store, to)?;
    let secrets = secrets(&store, global)?;
    let pairs: Vec<String> = pairs.iter().map(|id| id.trim().to_ascii_uppercase()).collect();
    let opening = blind::plan_opening(&store, &secrets, &to, &pairs)?;
    let left: Vec<Refusal> = opening.left.iter().map(|(_, refusal)| refusal.clone()).collect();
    let count = opening.found.len();
    if count == 0 && !left.is_empty() {
        return Err(CliError::App(crate::app::failure::Failure::Refused(left)));
    }
    let plain = Global { output: None, ..global.clone() };
    if count == 0 {
        done(&plain, &format!("{}没有问到还未交出的学生。", to.name), None, &[("opened", 0)])?;
        return Ok(Outcome::Clean);
    }
    // Written down before the file takes its place.
    let batch = seal_into(path, |out| {
        let made = blind::write_opening(&store, &key, &to, &opening, out)?;
        make::log(&store, &session, &to, &made)?;
        blind::settle_opening(&mut store, &session, &to, &opening)
    })?;
    let message = format!(
        "第 {batch} 批：已写出给{}的 {count} 名学生的比较项目 {}，加密，只有它打得开；未能交出 {} 名。",
        to.name,
        path.display(),
        left.len()
    );
    let counts = [("opened", count as i64), ("left", left.len() as i64)];
    let lines: Vec<String> = left.iter().map(|r| format!("原因：{}\n办法：{}", r.reason, r.remedy)).collect();
    done_but(&plain, &message, Some(batch), &counts, left)?;
    lines.iter().for_each(|line| global.say(line));
    Ok(if lines.is_empty() { Outcome::Clean } else { Outcome::Partly })
}

/// What a blinded file brought, for people.
pub fn brought(taken: &Taken) -> String {
    let (name, b) = (&taken.sender.name, &taken.blind);
    if b.opened > 0 {
        return format!("已接收{name}交出的 {} 名学生的比较项目。", b.opened);
    }
    format!("已接收{name}的盲报：{} 名学生的比较键 {} 个。", b.pupils, b.keys)
}
