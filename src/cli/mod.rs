//! The command line: parse, run, print. The only reader of environment, home and clock.

mod approve;
mod ask;
mod audit;
mod batch;
mod bulk;
mod calendar;
mod card;
mod change;
mod change_form;
mod change_list;
mod chinese;
mod completions;
mod dedup;
mod dedup_decide;
mod dedup_evaluate;
mod dedup_page;
mod dedup_roster;
mod dedup_show;
mod dedup_summary;
mod demo;
mod dispute;
mod dispute_answer;
mod dispute_decide;
mod dispute_form;
mod dispute_page;
mod dispute_show;
mod dropout;
mod due;
mod evidence;
mod explain;
mod explain_change;
mod explain_topics;
mod export;
mod export_form;
mod export_ledger;
mod export_oneroster;
mod export_term;
mod failure;
mod file;
mod file_export;
mod file_handover;
mod file_import;
mod file_page;
mod file_table;
mod global;
mod import;
mod init;
mod manual;
mod mapping;
mod marked;
mod number;
mod pdf;
mod rollover;
mod rules;
mod school;
mod show;
mod student;
mod sync;
mod sync_blind;
mod sync_message;
mod sync_page;
mod sync_privacy;
mod template;
mod template_attendance;
mod template_check;
mod transfer;
mod unmask;
mod upstream;
mod upstream_blind;
mod upstream_confirm;
mod upstream_conflict;
mod upstream_export;
mod upstream_route;
mod validate;
mod verify;
mod verify_list;
mod verify_page;
mod verify_show;
mod wizard;

use std::ffi::OsString;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use failure::CliError;
use global::Global;

/// 中小学生学籍管理：花名册导入、查验、建籍编号、查重、报表。
///
/// 一个程序，一个学籍库文件。规则依据教育部《中小学生学籍管理办法》（2013 年印发，2025 年修订）。
/// 第一次使用请运行 xueji demo，用虚构的样例县走一遍全过程。
#[derive(Parser)]
#[command(name = "xueji", version)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Init(init::Args),
    Template(template::Args),
    School(school::Args),
    Validate(validate::Args),
    Import(import::Args),
    Approve(approve::Args),
    Mapping(mapping::Args),
    Batch(batch::Args),
    Number(number::Args),
    Dedup(dedup::Args),
    Dispute(dispute::Args),
    Evidence(evidence::Args),
    File(file::Args),
    Card(card::Args),
    Transfer(transfer::Args),
    Change(change::Args),
    Rollover(rollover::Args),
    Verify(verify::Args),
    Dropout(dropout::Args),
    Student(student::Args),
    Export(export::Args),
    Sync(sync::Args),
    Upstream(upstream::Args),
    Calendar(calendar::Args),
    Due(due::Args),
    Rules(rules::Args),
    Audit(audit::Args),
    Explain(explain::Args),
    Demo(demo::Args),
    Completions(completions::Args),
    Manual(manual::Args),
}

/// How a command ends when it was done: with nothing to report, or with findings, or partly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Clean,
    Findings,
    Partly,
    /// Every row was refused, each with its reasons.
    Refused,
}

/// The command as clap knows it, with its texts in Chinese.
fn command() -> clap::Command {
    chinese::localized(Cli::command())
}

/// Runs the program with the arguments of the process; the exit code.
pub fn run() -> u8 {
    run_with(std::env::args_os().collect())
}

fn run_with(arguments: Vec<OsString>) -> u8 {
    let form = global::form_of(&arguments);
    let parsed = command().try_get_matches_from(arguments);
    let parsed = parsed.and_then(|m| Cli::from_arg_matches(&m).map(|cli| (cli, name(&m))));
    let (mut cli, command) = match parsed {
        Ok(parsed) => parsed,
        Err(e) => return chinese::print(&e, form),
    };
    let asks = is_query(&command);
    cli.global.command = command;
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        eprintln!("错误：程序内部出错（{place}）。");
        eprintln!("办法：学籍库没有写坏；请把上面这一行和所用的命令报告给开发者。");
    }));
    let ended =
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| dispatch(&cli.command, &cli.global)));
    match ended {
        Err(_) => failure::BUG,
        Ok(Ok(Outcome::Clean)) => failure::DONE,
        Ok(Ok(Outcome::Findings)) => failure::FINDINGS,
        Ok(Ok(Outcome::Partly)) => failure::PARTLY,
        Ok(Ok(Outcome::Refused)) => failure::REFUSED,
        Ok(Err(e)) => failure::report(&e, &cli.global, asks),
    }
}

/// Commands that only ask: of them it is not said that nothing was changed.
const QUERIES: &[&str] = &[
    "school list",
    "school show",
    "validate",
    "mapping list",
    "calendar show",
    "batch list",
    "batch show",
    "number show",
    "number check",
    "evidence list",
    "file show",
    "card list",
    "card check",
    "file check",
    "file custody",
    "file export",
    "transfer list",
    "transfer show",
    "transfer overdue",
    "change list",
    "change show",
    "dedup list",
    "dedup show",
    "dedup evaluate",
    "verify list",
    "verify show",
    "verify status",
    "dropout list",
    "dropout show",
    "student find",
    "student show",
    "student history",
    "export",
    "sync office list",
    "sync message list",
    "sync status",
    "upstream status",
    "upstream conflict list",
    "upstream export",
    "audit log",
    "audit verify",
    "explain",
];

/// The command that was given, with the one below it.
fn name(matches: &clap::ArgMatches) -> String {
    let Some((name, below)) = matches.subcommand() else { return String::new() };
    below.subcommand_name().map_or_else(|| name.to_owned(), |sub| format!("{name} {sub}"))
}

fn is_query(command: &str) -> bool {
    QUERIES.iter().any(|q| *q == command || Some(*q) == command.split(' ').next())
}

fn dispatch(command: &Command, global: &Global) -> Result<Outcome, CliError> {
    match command {
        Command::Init(a) => init::run(a, global),
        Command::Template(a) => template::run(a, global),
        Command::School(a) => school::run(a, global),
        Command::Validate(a) => validate::run(a, global),
        Command::Import(a) => import::run(a, global),
        Command::Approve(a) => approve::run(a, global),
        Command::Mapping(a) => mapping::run(a, global),
        Command::Batch(a) => batch::run(a, global),
        Command::Number(a) => number::run(a, global),
        Command::Dedup(a) => dedup::run(a, global),
        Command::Dispute(a) => dispute::run(a, global),
        Command::Evidence(a) => evidence::run(a, global),
        Command::File(a) => file::run(a, global),
        Command::Card(a) => card::run(a, global),
        Command::Transfer(a) => transfer::run(a, global),
        Command::Change(a) => change::run(a, global),
        Command::Rollover(a) => rollover::run(a, global),
        Command::Verify(a) => verify::run(a, global),
        Command::Dropout(a) => dropout::run(a, global),
        Command::Student(a) => student::run(a, global),
        Command::Export(a) => export::run(a, global),
        Command::Sync(a) => sync::run(a, global),
        Command::Upstream(a) => upstream::run(a, global),
        Command::Calendar(a) => calendar::run(a, global),
        Command::Due(a) => due::run(a, global),
        Command::Rules(a) => rules::run(a, global),
        Command::Audit(a) => audit::run(a, global),
        Command::Explain(a) => explain::run(a, global),
        Command::Demo(a) => demo::run(a, global),
        Command::Completions(a) => completions::run(a, global),
        Command::Manual(a) => manual::run(a, global),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        command().debug_assert();
    }

    #[test]
    fn the_commands_that_only_ask_exist() {
        let all = command();
        for query in QUERIES {
            let mut words = query.split(' ');
            let found = words.try_fold(&all, |c, word| c.find_subcommand(word));
            assert!(found.is_some_and(|c| !c.has_subcommands()), "{query}");
        }
    }
}
