//! `xueji init`: a new registry file.

use crate::app::failure::Refusal;
use crate::code::division;
use crate::output::Format;
use crate::output::json::{Done, RefusalJson};
use crate::output::schema;
use crate::store::{Meta, Store};

use super::Outcome;
use super::failure::CliError;
use super::global::Global;

/// 建立新的学籍库
#[derive(clap::Args)]
pub struct Args {
    /// 学籍主管部门所在地的行政区划代码（六位）
    #[arg(long, value_name = "代码")]
    authority: String,
    /// 学籍主管部门全称
    #[arg(long, value_name = "名称")]
    name: String,
    /// 省份名称；默认由区划代码得出
    #[arg(long, value_name = "名称")]
    province: Option<String>,
    /// 级别：county 县级、city 市级、province 省级、school 学校
    #[arg(long, value_name = "级别", default_value = "county", value_parser = ["county", "city", "province", "school"])]
    level: String,
}

pub fn run(args: &Args, global: &Global) -> Result<Outcome, CliError> {
    let session = global.session()?;
    let code = division::county_part(&args.authority).filter(|c| division::known(c) || c.ends_with("00"));
    let Some(code) = code else {
        let reason = format!("“{}”不是已知的行政区划代码。", args.authority);
        return Err(Refusal::new(reason, "请写县（市、区）的六位代码，例如 330109。").into());
    };
    let full = division::full_name(code, session.act.today.year()).unwrap_or_default();
    let province = args.province.clone().unwrap_or_else(|| {
        let end =
            full.char_indices().find(|(_, c)| matches!(c, '省' | '市' | '区')).map(|(i, c)| i + c.len_utf8());
        full[..end.unwrap_or(full.len())].to_owned()
    });
    let meta = Meta {
        authority: code.to_owned(),
        name: args.name.clone(),
        province,
        level: args.level.clone(),
        origin: format!("{code}-{}", &session.student_id(0).to_string()[24..]),
        created: session.act.today.to_string(),
    };
    Store::create(&global.db, meta)?;
    let message = format!("已建立学籍库 {}（{}，{full}）。", global.db.display(), args.name);
    done(global, &message, None, &[])?;
    if !global.quiet && global.format == Format::Human {
        global.say("下一步：xueji school import 学校表.xlsx（模板：xueji template schools -o 学校表.xlsx）");
    }
    Ok(Outcome::Clean)
}

/// The result of a command that wrote something.
pub fn done(
    global: &Global,
    message: &str,
    batch: Option<i64>,
    counts: &[(&str, i64)],
) -> Result<(), CliError> {
    done_but(global, message, batch, counts, Vec::new())
}

/// The result of a command whose `-o` names what it wrote: the answer goes to stdout, for people to stderr.
pub fn written(global: &Global, message: &str) -> Result<(), CliError> {
    if global.format != Format::Json {
        global.say(message);
        return Ok(());
    }
    done(&Global { output: None, ..global.clone() }, message, None, &[])
}

/// The result of a command that wrote something and left something undone: what, and why.
pub fn done_but(
    global: &Global,
    message: &str,
    batch: Option<i64>,
    counts: &[(&str, i64)],
    refused: Vec<Refusal>,
) -> Result<(), CliError> {
    if global.format == Format::Json {
        return global.put_json(&Done {
            schema: schema::DONE,
            message: message.to_owned(),
            batch,
            counts: counts.iter().map(|(k, n)| ((*k).to_owned(), *n)).collect(),
            refused: refused.into_iter().map(RefusalJson::from).collect(),
        });
    }
    if !global.quiet {
        global.print(&format!("{message}\n"));
    }
    Ok(())
}
