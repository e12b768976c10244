//! clap in Chinese: help templates, and its errors in our words.

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, Command};

use crate::output::Format;

use super::failure;

const TEMPLATE: &str = "{about-with-newline}\n用法：{usage}\n\n{all-args}{after-help}";

/// The command and all below it with Chinese headings and help.
pub fn localized(command: Command) -> Command {
    let names: Vec<String> = command.get_subcommands().map(|c| c.get_name().to_owned()).collect();
    let mut command = command
        .help_template(TEMPLATE)
        .subcommand_help_heading("命令")
        .subcommand_value_name("命令")
        .disable_help_subcommand(true)
        .disable_help_flag(true)
        .disable_version_flag(true)
        .arg(
            Arg::new("help")
                .short('h')
                .long("help")
                .action(ArgAction::Help)
                .help("显示帮助")
                .help_heading("通用选项"),
        )
        .mut_args(|a| {
            let heading = a.get_help_heading().map(str::to_owned);
            let is_option = a.get_long().is_some() || a.get_short().is_some();
            if heading.is_some() { a } else { a.help_heading(if is_option { "选项" } else { "参数" }) }
        });
    if command.get_version().is_some() {
        let version = Arg::new("version").short('V').long("version").action(ArgAction::Version);
        command = command.arg(version.help("显示版本").help_heading("通用选项"));
    }
    for name in names {
        command = command.mut_subcommand(name, localized);
    }
    command
}

/// clap's own English words that no setting reaches.
const WORDS: &[(&str, &str)] = &[
    ("[OPTIONS]", "[选项]"),
    ("<COMMAND>", "<命令>"),
    ("[default: ", "[默认："),
    ("[env: ", "[环境变量："),
    ("[possible values: ", "[可选值："),
    ("[possible\n                       values: ", "[可选值："),
    ("Possible values:", "可选值："),
    ("possible values", "可选值"),
    ("[aliases: ", "[别名："),
    // What follows a heading is a line's end; the colon of a help is a full-width one everywhere else.
    ("命令:\n", "命令：\n"),
    ("参数:\n", "参数：\n"),
    ("选项:\n", "选项：\n"),
];

/// A text of clap's with its last English words replaced.
pub fn translated(text: &str) -> String {
    WORDS.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

/// Prints what clap says, an error in JSON where that was asked for; the exit code.
pub fn print(error: &clap::Error, form: Format) -> u8 {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            use std::io::Write;
            // A reader that hangs up early is no error.
            let _ = std::io::stdout().lock().write_all(translated(&error.render().to_string()).as_bytes());
            failure::DONE
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            eprint!("{}", translated(&error.render().to_string()));
            failure::USAGE
        }
        kind => failure::wrong_line(&message(error, kind), &hint(error), form),
    }
}

fn hint(error: &clap::Error) -> String {
    let suggested = [
        (ContextKind::SuggestedSubcommand, "命令"),
        (ContextKind::SuggestedArg, "选项"),
        (ContextKind::SuggestedValue, "值"),
    ];
    let mut each = suggested.into_iter().filter_map(|(kind, label)| Some((label, context(error, kind)?)));
    let near = each.next().map(|(label, text)| format!("是不是要用{label} {text}？")).unwrap_or_default();
    format!("{near}用 xueji --help 或 xueji 命令 --help 查看写法。")
}

fn context(error: &clap::Error, kind: ContextKind) -> Option<String> {
    match error.get(kind)? {
        ContextValue::String(s) => Some(s.clone()),
        ContextValue::Strings(s) if !s.is_empty() => Some(s.join("、")),
        ContextValue::Number(n) => Some(n.to_string()),
        _ => None,
    }
}

/// Why a value was not taken: our own words, or a number that could not be read.
fn why(error: &clap::Error) -> String {
    let text = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
    // What clap and the standard library say of numbers is English; ours is not.
    if text.is_ascii() { "应为不太大的非负整数".into() } else { text }
}

fn message(error: &clap::Error, kind: ErrorKind) -> String {
    let get = |k| context(error, k).unwrap_or_default();
    match kind {
        ErrorKind::InvalidSubcommand => format!("没有命令“{}”。", get(ContextKind::InvalidSubcommand)),
        ErrorKind::UnknownArgument => format!("不认识“{}”。", get(ContextKind::InvalidArg)),
        ErrorKind::MissingRequiredArgument => format!("缺少 {}。", get(ContextKind::InvalidArg)),
        ErrorKind::MissingSubcommand => {
            format!("缺少命令，可用的有：{}。", get(ContextKind::ValidSubcommand))
        }
        ErrorKind::ArgumentConflict => {
            format!("{} 不能与 {} 同时使用。", get(ContextKind::InvalidArg), get(ContextKind::PriorArg))
        }
        ErrorKind::InvalidValue if get(ContextKind::InvalidValue).is_empty() => {
            format!("{} 后面缺少值。", get(ContextKind::InvalidArg))
        }
        ErrorKind::InvalidValue => {
            let valid = get(ContextKind::ValidValue);
            format!(
                "{} 的值“{}”不对，可用的有：{valid}。",
                get(ContextKind::InvalidArg),
                get(ContextKind::InvalidValue)
            )
        }
        ErrorKind::ValueValidation => {
            format!(
                "{} 的值“{}”不对：{}。",
                get(ContextKind::InvalidArg),
                get(ContextKind::InvalidValue),
                why(error)
            )
        }
        ErrorKind::TooManyValues | ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            format!("{} 的个数不对。", get(ContextKind::InvalidArg))
        }
        ErrorKind::InvalidUtf8 => "参数不是有效的 UTF-8 文字。".into(),
        _ => "命令写法不对。".into(),
    }
}
