//! `xueji sync message`: what offices say to each other: written, listed, done again.

use clap::Subcommand;

use crate::app::failure::Refusal;
use crate::app::loaded;
use crate::app::sync::letter::{self, Letter};
use crate::app::sync::{inbox, office, status};
use crate::model::loaded::Kind;
use crate::model::message::{LOADED, Message, NOTICE, State};
use crate::output::Privacy;

use super::Outcome;
use super::failure::{CliError, persist};
use super::global::Global;
use super::init::done;

#[derive(Subcommand)]
pub enum Command {
    /// 写一封通知：给上级的随流水上报，给下级的随下一个数据包发出
    Send {
        /// 收信单位：来源单位编号、区划代码或名称；不写的给上级
        #[arg(long, value_name = "单位")]
        to: Option<String>,
        /// 由哪个单位转交（省发给县、经市转的写市）；不写的按它的流水由谁送来
        #[arg(long, value_name = "单位")]
        via: Option<String>,
        /// 内容；不要写学生的姓名和号码
        #[arg(long, value_name = "文字")]
        text: String,
    },
    /// 把本库载入的一年日历或本地规则发给下级（xueji calendar load、xueji rules set 载入的）
    Share {
        /// calendar 年历，rules 本地规则
        #[arg(value_name = "内容", value_parser = ["calendar", "rules"])]
        what: String,
        /// 年历的年份
        #[arg(value_name = "年份", required_if_eq("what", "calendar"))]
        year: Option<String>,
        /// 只发给这个单位；不写的发给全部下级
        #[arg(long, value_name = "单位")]
        to: Option<String>,
    },
    /// 列出来信和去信，待办的在前
    List,
    /// 再办一次待办和未能办理的来信
    Apply,
}

pub fn run(command: &Command, global: &Global) -> Result<Outcome, CliError> {
    match command {
        Command::Send { to, via, text } => send(to.as_deref(), via.as_deref(), text, global),
        Command::Share { what, year, to } => share(what, year.as_deref(), to.as_deref(), global),
        Command::List => {
            let store = global.store()?;
            global.put_tables(&[status::letters(&store, &store.offices()?)?], Privacy::Masked)?;
            Ok(Outcome::Clean)
        }
        Command::Apply => {
            let session = global.session()?;
            let mut store = global.store()?;
            let all = persist(|| Ok(inbox::act_again(&mut store, &session)?))?;
            let open = all.iter().filter(|m| m.state == State::Refused).count();
            let message = format!("办理来信 {} 封，仍未能办理 {open} 封。", all.len());
            done(global, &message, None, &[("messages", all.len() as i64), ("refused", open as i64)])?;
            tell(&all, global);
            Ok(if open > 0 { Outcome::Findings } else { Outcome::Clean })
        }
    }
}

fn send(to: Option<&str>, via: Option<&str>, text: &str, global: &Global) -> Result<Outcome, CliError> {
    let session = global.session()?;
    let mut store = global.store()?;
    let (to, via, name) = match to {
        None => (String::new(), String::new(), "上级".to_owned()),
        Some(to) => {
            let reader = office::find(&store, to)?;
            let via = via.map(|v| office::find(&store, v)).transpose()?.map(|o| o.origin);
            let via = via.map_or_else(|| office::through(&store, &reader), Ok)?;
            let up = office::is_above(&store, &reader);
            let (to, via) = if up { Default::default() } else { (reader.origin.clone(), via) };
            (to, via, reader.name)
        }
    };
    let body = vec![("text", text.to_owned())];
    let letter = Letter { to, via, kind: NOTICE, pupil: None, body };
    let batch = persist(|| {
        Ok(letter::write(&mut store, &session, &format!("给{name}的通知"), std::slice::from_ref(&letter))?)
    })?;
    done(global, &format!("已写好给{name}的通知，随下一个数据包发出。"), batch, &[("messages", 1)])?;
    Ok(Outcome::Clean)
}

fn share(what: &str, year: Option<&str>, to: Option<&str>, global: &Global) -> Result<Outcome, CliError> {
    let session = global.session()?;
    let mut store = global.store()?;
    let kind = Kind::from_key(what).expect("clap takes only keys of the kinds");
    let name = if kind == Kind::Rules { loaded::OWN } else { year.unwrap_or_default() };
    let text = store.loaded(kind)?.into_iter().find(|l| l.name == name).ok_or_else(|| {
        let remedy = "请先用 xueji calendar load 或 xueji rules set 载入；程序自带的不用下发。";
        Refusal::new(format!("本库没有载入{}。", if kind == Kind::Rules { "本地规则" } else { name }), remedy)
    })?;
    let said =
        if kind == Kind::Rules { "本地规则".to_owned() } else { format!("{name} 年工作日历") };
    let readers = match to {
        Some(to) => vec![office::find(&store, to)?],
        None => office::below(&store)?,
    };
    let mut letters = Vec::new();
    for reader in &readers {
        let body = vec![
            ("kind", what.to_owned()),
            ("name", name.to_owned()),
            ("file", text.file.clone()),
            ("content", text.text.clone()),
            ("text", said.clone()),
        ];
        let via = office::through(&store, reader)?;
        letters.push(Letter { to: reader.origin.clone(), via, kind: LOADED, pupil: None, body });
    }
    let batch = persist(|| Ok(letter::write(&mut store, &session, &format!("下发{said}"), &letters)?))?;
    let message = format!("{said}已写给 {} 个下级单位，随下一个数据包发出。", letters.len());
    done(global, &message, batch, &[("messages", letters.len() as i64)])?;
    Ok(Outcome::Clean)
}

/// How many messages are told one by one.
const TOLD: usize = 20;

/// Says what became of messages: those that could not be done first.
pub fn tell(all: &[Message], global: &Global) {
    let mut all: Vec<&Message> = all.iter().collect();
    all.sort_by_key(|m| m.state != State::Refused);
    for m in all.iter().take(TOLD) {
        let said = if m.outcome.is_empty() { m.get("text") } else { &m.outcome };
        global.say(&format!("来信 {}：{}。{said}", m.title(), m.state.label()));
    }
    if all.len() > TOLD {
        global.say(&format!("共 {} 封来信，其余见 xueji sync message list。", all.len()));
    }
}
