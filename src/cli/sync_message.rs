//! `xueji sync message`: what offices say to each other: written, listed, done again.

use clap::Subcommand;

use crate::app::sync::letter::{self, Letter};
use crate::app::sync::{inbox, office, status};
use crate::model::message::{Message, NOTICE, State};
use crate::output::Privacy;
use crate::store::Store;

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
    /// 列出来信和去信，待办的在前
    List,
    /// 再办一次待办和未能办理的来信
    Apply,
}

pub fn run(command: &Command, global: &Global) -> Result<Outcome, CliError> {
    match command {
        Command::Send { to, via, text } => send(to.as_deref(), via.as_deref(), text, global),
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

/// Takes in what came, and says it.
pub fn take_in(store: &mut Store, global: &Global) -> Result<Vec<Message>, CliError> {
    let session = global.session()?;
    Ok(inbox::take_in(store, &session)?)
}

/// Says what became of messages.
pub fn tell(all: &[Message], global: &Global) {
    for m in all {
        let said = if m.outcome.is_empty() { m.get("text") } else { &m.outcome };
        global.say(&format!("来信 {}：{}。{said}", m.title(), m.state.label()));
    }
}
