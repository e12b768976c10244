//! `xueji sync`: keys and offices, bundles out and in, receipts, and what is where.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::Subcommand;

use crate::app::failure::Failure;
use crate::app::sync::inbox;
use crate::app::sync::make::{self, What};
use crate::app::sync::office::{self, Added};
use crate::app::sync::status;
use crate::app::sync::take::{self, Taken};
use crate::model::journal::hex;
use crate::model::message::Message;
use crate::model::office::{Office, level_name};
use crate::model::table::{Column, Table};
use crate::output::{Format, Privacy};
use crate::store::Store;
use crate::upstream::bundle::{Answer, Kind};
use crate::upstream::key::{self, Key};
use crate::upstream::profile::PROFILES;
use crate::xlsx::error::WriteError;

use super::Outcome;
use super::failure::{CliError, file, persist, usage};
use super::global::{Global, write_file, write_through};
use super::init::{done, written};
use super::upstream::{self, Place};
use super::{sync_blind, sync_message};

/// 上报：与上级、下级交换数据包和回执，查看各处收到哪里
///
/// 数据包由发送单位签名、对收件单位加密，可以用 U 盘、共享文件夹或单向网闸传送；丢了、重了、乱了次序都不要紧，
/// 再收一次即可。从头做起见 xueji explain sync，格式见 xueji explain bundle。
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// 本单位的密钥和名片
    #[command(subcommand)]
    Key(KeyCommand),
    /// 往来单位：登记、列出、停用
    #[command(subcommand)]
    Office(OfficeCommand),
    /// 制作给一个单位的数据包，写到 -o 指明的文件：对方还没有收到的流水和材料
    Bundle {
        /// 收件单位：来源单位编号、区划代码或名称
        #[arg(long, value_name = "单位")]
        to: String,
        /// 本库的流水从这一条之后重新发起，不管对方说收到了哪里
        #[arg(long, value_name = "序号")]
        since: Option<i64>,
        /// 把对方自己的流水还给它：对方的学籍库是从备份恢复的
        #[arg(long)]
        give_back: bool,
        /// 连同（加 --give-back 的，归还）本单位上级库（PostgreSQL）里收存的流水
        #[arg(long)]
        with_upstream: bool,
        #[command(flatten)]
        place: Place,
    },
    /// 接收数据包或回执；-o 写出给对方的回执
    Receive {
        /// 数据包或回执
        #[arg(value_name = "文件")]
        file: PathBuf,
        /// 接回本库从备份恢复后缺少的流水（对方用 --give-back 制作的数据包）
        #[arg(long)]
        restore: bool,
    },
    /// 把上级还没有收到的推送到它的数据库里（加密、签名同数据包）；断了再运行一次，接着发
    Push {
        #[command(flatten)]
        place: Place,
    },
    /// 从上级的数据库取回执和发给本单位的数据包
    Pull {
        #[command(flatten)]
        place: Place,
    },
    /// 盲报：不报流水，只报比较键的键控摘要，对上的才交出（xueji explain sync-privacy）
    #[command(subcommand)]
    Blind(sync_blind::Command),
    /// 来信和去信：写通知、列出、再办
    #[command(subcommand)]
    Message(sync_message::Command),
    /// 各单位收到哪里、待报多少、什么被拒和为什么；有待报或被拒的，退出码 1
    Status,
}

#[derive(Subcommand)]
enum KeyCommand {
    /// 生成本单位的密钥，写在学籍库旁边的文件里（学籍库文件名加 -key），只有本人可读
    New,
    /// 写出本单位的名片（公钥），交给往来单位登记
    Card,
}

#[derive(Subcommand)]
enum OfficeCommand {
    /// 登记一个单位的名片；对方换了密钥的，登记新名片即可
    Add {
        /// 名片文件
        #[arg(value_name = "名片")]
        card: PathBuf,
        /// 与对方当面或电话核对过的指纹
        #[arg(long, value_name = "指纹")]
        fingerprint: Option<String>,
    },
    /// 列出往来单位和指纹
    List,
    /// 停用一个单位：以后不收它的数据包，也不发给它
    Revoke {
        /// 来源单位编号、区划代码或名称
        #[arg(value_name = "单位")]
        office: String,
        /// 为什么停用
        #[arg(long, value_name = "理由")]
        reason: String,
    },
}

pub fn run(args: &Args, global: &Global) -> Result<Outcome, CliError> {
    match &args.command {
        Command::Key(KeyCommand::New) => new_key(global),
        Command::Key(KeyCommand::Card) => card(global),
        Command::Office(OfficeCommand::Add { card, fingerprint }) => {
            add(card, fingerprint.as_deref(), global)
        }
        Command::Office(OfficeCommand::List) => list(global),
        Command::Office(OfficeCommand::Revoke { office, reason }) => revoke(office, reason, global),
        Command::Bundle { to, since, give_back, with_upstream, place } => {
            let kept = with_upstream.then(|| place.target()).transpose()?;
            bundle(to, &What { since: *since, giving_back: *give_back, kept, ..What::default() }, global)
        }
        Command::Receive { file, restore } => receive(file, *restore, global),
        Command::Push { place } => upstream::push(place, global),
        Command::Pull { place } => upstream::pull(place, global),
        Command::Blind(command) => sync_blind::run(command, global),
        Command::Message(command) => sync_message::run(command, global),
        Command::Status => show(global),
    }
}

/// The keys of this registry.
pub fn open_key(store: &Store, global: &Global) -> Result<Key, CliError> {
    Ok(Key::open(&key::path_beside(&global.db), &store.meta().origin)?)
}

fn new_key(global: &Global) -> Result<Outcome, CliError> {
    let session = global.session()?;
    let mut store = global.store()?;
    let path = key::path_beside(&global.db);
    let key = Key::create(&path, &store.meta().origin, PROFILES[0])?;
    let own = office::own(&store, &key);
    let fingerprint = key::fingerprint(&own);
    let added = persist(|| Ok(office::add(&mut store, &session, &own, &fingerprint)?));
    if added.is_err() {
        // A key that the registry does not know of would stand in the way of the next.
        let _ = std::fs::remove_file(&path);
    }
    let batch = batch_of(&added?);
    let message = format!(
        "已生成密钥 {}（{}），请另存一份备份。本单位指纹：{fingerprint}",
        path.display(),
        key.profile.title()
    );
    done(global, &message, batch, &[("keys", 1)])?;
    Ok(Outcome::Clean)
}

fn batch_of(added: &Added) -> Option<i64> {
    match added {
        Added::Known => None,
        Added::New(batch) | Added::Replaced(batch) => Some(*batch),
    }
}

fn card(global: &Global) -> Result<Outcome, CliError> {
    let store = global.store()?;
    let own = office::own(&store, &open_key(&store, global)?);
    let text = key::card(&own);
    match &global.output {
        None => global.print(&text),
        Some(path) => {
            write_file(path, text.as_bytes())?;
            let message = format!("已写出名片 {}。指纹：{}", path.display(), key::fingerprint(&own));
            written(global, &message)?;
        }
    }
    Ok(Outcome::Clean)
}

fn add(path: &Path, fingerprint: Option<&str>, global: &Global) -> Result<Outcome, CliError> {
    let text = std::fs::read_to_string(path)
        .map_err(|e| file(format!("{} 读不出来：{e}。", path.display()), "请检查文件名和权限。"))?;
    let card = key::read_card(&text)?;
    let session = global.session()?;
    let mut store = global.store()?;
    let Some(fingerprint) = fingerprint else {
        let real = key::fingerprint(&card);
        return Err(usage(
            format!("登记{}（{}）要先核对指纹：{real}", card.name, card.origin),
            "请与对方当面或电话逐组核对，一致的再加 --fingerprint 指纹。",
        ));
    };
    if card.origin == store.meta().origin {
        return Err(usage("这是本单位自己的名片。", "请登记对方的名片；本单位的交给对方登记。"));
    }
    let added = persist(|| Ok(office::add(&mut store, &session, &card, fingerprint)?))?;
    let message = match added {
        Added::Known => format!("{}早已登记，没有改动。", card.name),
        Added::New(batch) => format!("第 {batch} 批：登记{}（{}）。", card.name, level_name(&card.level)),
        Added::Replaced(batch) => format!("第 {batch} 批：更换{}的名片。", card.name),
    };
    done(global, &message, batch_of(&added), &[("offices", 1)])?;
    Ok(Outcome::Clean)
}

fn list(global: &Global) -> Result<Outcome, CliError> {
    let store = global.store()?;
    let own = &store.meta().origin;
    let rows = store.offices()?.into_iter().map(|o| {
        let trust = match (&o.revoked_on, o.origin == *own) {
            (Some(on), _) => format!("{on} 停用：{}", o.revoked_reason.as_deref().unwrap_or_default()),
            (None, true) => "本单位".to_owned(),
            (None, false) => "往来".to_owned(),
        };
        let fingerprint = key::fingerprint(&o);
        let added = format!("{} {}", o.added_on, o.added_by);
        vec![o.name, o.origin, o.authority, level_name(&o.level).to_owned(), trust, fingerprint, added]
    });
    let headings = [
        ("office", "单位"),
        ("origin", "来源单位编号"),
        ("authority", "区划代码"),
        ("level", "级别"),
        ("trust", "状态"),
        ("fingerprint", "指纹"),
        ("added", "登记"),
    ];
    let columns = headings.map(|(key, heading)| Column::text(key, heading)).to_vec();
    let table = Table { title: "往来单位".into(), columns, rows: rows.collect(), ..Table::default() };
    global.put_tables(&[table], Privacy::Masked)?;
    Ok(Outcome::Clean)
}

fn revoke(text: &str, reason: &str, global: &Global) -> Result<Outcome, CliError> {
    let session = global.session()?;
    let mut store = global.store()?;
    let batch = persist(|| {
        let office = office::find(&store, text)?;
        Ok((office::revoke(&mut store, &session, &office, reason)?, office.name))
    });
    let (batch, name) = batch?;
    let message = format!("第 {batch} 批：停用{name}。已收到的流水不动，以后的不收。");
    done(global, &message, Some(batch), &[("offices", 1)])?;
    Ok(Outcome::Clean)
}

/// Writes a sealed file that only its owner may read.
pub fn seal_into<T>(
    path: &Path,
    make: impl FnOnce(&mut dyn Write) -> Result<T, Failure>,
) -> Result<T, CliError> {
    let mut options = File::options();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    write_through(&mut options, path, |file| {
        let mut out = BufWriter::new(file);
        let made = make(&mut out)?;
        out.flush().map_err(|e| WriteError::from_io(path, e))?;
        Ok(made)
    })
}

fn bundle(to: &str, what: &What, global: &Global) -> Result<Outcome, CliError> {
    let Some(path) = &global.output else {
        return Err(usage("数据包要写到文件里。", "请用 -o 指明文件，例如 -o 上报.xjb。"));
    };
    let session = global.session()?;
    let store = global.store()?;
    let key = open_key(&store, global)?;
    let to = office::find(&store, to)?;
    // Written down before the file takes its place.
    let made = seal_into(path, |out| {
        let made = make::bundle(&store, &key, &to, what, out)?;
        make::log(&store, &session, &to, &made)?;
        Ok(made)
    })?;
    let nothing = if made.sections.is_empty() { "，没有新的流水" } else { "" };
    let message = format!(
        "已写出给{}的数据包 {}：流水 {} 条，材料 {} 份{nothing}。摘要 {}",
        to.name,
        path.display(),
        made.entries(),
        made.attachments,
        &made.bundle[..12]
    );
    written(global, &message)?;
    Ok(Outcome::Clean)
}

fn receive(path: &Path, restoring: bool, global: &Global) -> Result<Outcome, CliError> {
    let session = global.session()?;
    let mut store = global.store()?;
    let key = open_key(&store, global)?;
    let mut input = File::open(path)
        .map_err(|e| file(format!("{} 打不开：{e}。", path.display()), "请检查文件名和权限。"))?;
    match take::take(&mut store, &key, &session, &mut input, restoring) {
        Ok(taken) => {
            let answer =
                Answer { bundle: taken.bundle, taken: true, reason: String::new(), message: String::new() };
            let letters = inbox::take_in(&mut store, &session)?;
            if matches!(taken.kind, Kind::Bundle | Kind::Blind) {
                answer_to(&taken.sender, answer, &store, &key, global)?;
            }
            report(&taken, &letters, global)
        }
        Err(untaken) => {
            if let Some(told) = untaken.answer {
                let (sender, answer) = *told;
                answer_to(&sender, answer, &store, &key, global)?;
            }
            Err(untaken.failure.into())
        }
    }
}

fn answer_to(
    sender: &Office,
    answer: Answer,
    store: &Store,
    key: &Key,
    global: &Global,
) -> Result<(), CliError> {
    let Some(path) = &global.output else { return Ok(()) };
    let held = make::holdings(store, sender)?;
    seal_into(path, |out| make::receipt(store, key, sender, answer, held, out))?;
    global.say(&format!("已写出给{}的回执 {}。", sender.name, path.display()));
    Ok(())
}

fn report(taken: &Taken, letters: &[Message], global: &Global) -> Result<Outcome, CliError> {
    let name = &taken.sender.name;
    let (message, refused) = match &taken.answer {
        Some(answer) if answer.taken => (format!("{name}已收下数据包 {}。", short(answer)), false),
        Some(answer) => {
            (format!("{name}没有收下数据包 {}：{}（{}）", short(answer), answer.message, answer.reason), true)
        }
        None if taken.kind == Kind::Blind => (sync_blind::brought(taken), false),
        None => {
            let what = format!("流水 {} 条，材料 {} 份", taken.entries_of_journals(), taken.attachments);
            (format!("已接收{name}的数据包 {}：新{what}。", &hex(&taken.bundle)[..12]), false)
        }
    };
    let entries = taken.entries_of_journals();
    let counts =
        [("entries", entries), ("attachments", taken.attachments as i64), ("messages", letters.len() as i64)];
    done(&Global { output: None, ..global.clone() }, &message, None, &counts)?;
    sync_message::tell(letters, global);
    if taken.kind == Kind::Bundle && global.output.is_none() && global.format == Format::Human {
        global.say("要给对方回执的，加 -o 回执文件再收一次，不会重复。");
    }
    Ok(if refused { Outcome::Findings } else { Outcome::Clean })
}

fn short(answer: &Answer) -> String {
    hex(&answer.bundle)[..12].to_owned()
}

fn show(global: &Global) -> Result<Outcome, CliError> {
    let status = status::status(&global.store()?)?;
    global.put_tables(&status.tables, Privacy::Masked)?;
    Ok(if status.is_open { Outcome::Findings } else { Outcome::Clean })
}
