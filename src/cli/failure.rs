//! The one table from an error to its message, its remedy and its exit code.

use crate::app::failure::{Failure, Refusal};
use crate::app::input::error::InputError;
use crate::output::Format;
use crate::output::json::{self, RefusalJson};
use crate::output::schema;
use crate::store::error::StoreError;
use crate::upstream::key::KeyError;

use super::global::{Global, print_json};

pub const DONE: u8 = 0;
pub const FINDINGS: u8 = 1;
pub const USAGE: u8 = 2;
pub const PARTLY: u8 = 3;
pub const REFUSED: u8 = 4;
pub const INPUT: u8 = 5;
pub const REGISTRY: u8 = 6;
pub const UPSTREAM: u8 = 7;
pub const BUG: u8 = 70;

/// Every exit code and what it means. No command ends with another.
pub const EXIT_CODES: &[(u8, &str)] = &[
    (DONE, "已办成，没有需要报告的问题"),
    (FINDINGS, "已办成，但有问题（花名册有错、有新的疑似重复、有超期、核查不通过）"),
    (USAGE, "命令写法不对"),
    (PARTLY, "部分办成：有的行已写入，有的被拒并列出"),
    (REFUSED, "按规则不予办理：没有任何改动，逐条列出原因和办法"),
    (INPUT, "输入文件不能用：不存在、加密、损坏、不是花名册"),
    (REGISTRY, "学籍库不能用：不存在、正被占用、由较新版本建立、损坏"),
    (UPSTREAM, "上级不能连接，或拒收数据包"),
    (BUG, "xueji 内部出错"),
];

/// What a command fails with.
pub enum CliError {
    /// The command line is wrong, or a question would have been asked where nobody can answer.
    Usage {
        message: String,
        hint: String,
    },
    /// A file the command was given can't be used or written.
    File {
        message: String,
        hint: String,
    },
    /// None of several files can be used.
    NoneUsable(Vec<InputError>),
    /// Findings about a list that is taken whole or not at all.
    Invalid(Vec<crate::model::finding::Finding>),
    App(Failure),
}

impl<T: Into<Failure>> From<T> for CliError {
    fn from(e: T) -> CliError {
        CliError::App(e.into())
    }
}

/// How often a plan that another run has overtaken is made anew before the clerk is told.
const ATTEMPTS: usize = 20;

/// Plans and applies again while another run writes in between: of any number of runs one always gets through, so
/// each does in the end.
pub fn persist<T>(mut attempt: impl FnMut() -> Result<T, CliError>) -> Result<T, CliError> {
    for _ in 1..ATTEMPTS {
        match attempt() {
            Err(CliError::App(Failure::Store(StoreError::Changed(_)))) => {}
            ended => return ended,
        }
    }
    attempt()
}

/// A usage error.
pub fn usage(message: impl Into<String>, hint: impl Into<String>) -> CliError {
    CliError::Usage { message: message.into(), hint: hint.into() }
}

/// A file error.
pub fn file(message: impl Into<String>, hint: impl Into<String>) -> CliError {
    CliError::File { message: message.into(), hint: hint.into() }
}

struct Told {
    code: u8,
    message: String,
    hint: String,
    refusals: Vec<Refusal>,
}

fn told(code: u8, message: impl Into<String>, hint: impl Into<String>) -> Told {
    Told { code, message: message.into(), hint: hint.into(), refusals: Vec::new() }
}

fn tell(error: &CliError, asks: bool) -> Told {
    match error {
        CliError::Usage { message, hint } => told(USAGE, message, hint),
        CliError::File { message, hint } => told(INPUT, message, hint),
        CliError::NoneUsable(errors) => {
            let is_question = !errors.is_empty() && errors.iter().all(InputError::is_question);
            let message = format!("{} 个文件都不能用。", errors.len());
            let refusals = errors.iter().map(|e| Refusal::new(e.message(), e.hint())).collect();
            Told { refusals, ..told(if is_question { USAGE } else { INPUT }, message, "") }
        }
        CliError::Invalid(findings) => Told {
            refusals: findings.iter().map(|f| Refusal::new(located(f), f.hint.clone())).collect(),
            ..told(REFUSED, format!("有 {} 处填写有误，没有写入任何内容。", findings.len()), "")
        },
        CliError::App(Failure::Store(e)) => {
            // A registry that exists already is a refusal to overwrite, not a registry that can't be used.
            let code = if matches!(e, StoreError::Exists(_)) { REFUSED } else { REGISTRY };
            told(code, e.to_string(), e.hint())
        }
        // A question that nobody is there to answer is answered on the command line.
        CliError::App(Failure::Input(e)) if e.is_question() => told(USAGE, e.message(), e.hint()),
        CliError::App(Failure::Input(e)) => told(INPUT, e.message(), e.hint()),
        CliError::App(Failure::Output(e)) => told(INPUT, e.to_string(), e.hint()),
        CliError::App(Failure::Bundle(e)) => {
            let code = if e.is_unusable() { INPUT } else { REFUSED };
            told(code, format!("{e}（{}）", e.name()), e.hint())
        }
        CliError::App(Failure::Upstream(e)) => told(UPSTREAM, e.to_string(), e.hint()),
        CliError::App(Failure::Key(e)) => {
            let known = matches!(e, KeyError::Exists(_) | KeyError::OtherSecret { .. });
            let code = if known { REFUSED } else { INPUT };
            told(code, e.to_string(), e.hint())
        }
        CliError::App(Failure::Refused(refusals)) => {
            let message =
                if asks { "没有结果可以给出。" } else { "不予办理，没有任何改动。" };
            Told { refusals: refusals.clone(), ..told(REFUSED, message, "") }
        }
    }
}

/// A finding in one line: where it is and what it says.
pub fn located(f: &crate::model::finding::Finding) -> String {
    format!("{}[{}]{}：{}", f.place.file, f.place.sheet, f.place.cell(), f.message)
}

fn error_json(told: Told) -> json::Error {
    let refusals = told.refusals.into_iter();
    json::Error {
        schema: schema::ERROR,
        exit_code: told.code,
        message: told.message,
        hint: told.hint,
        refusals: refusals.map(RefusalJson::from).collect(),
    }
}

/// Prints what is wrong with a command line that could not be parsed, so that there is no `Global` yet.
pub fn wrong_line(message: &str, hint: &str, form: Format) -> u8 {
    if form == Format::Json {
        print_json(&error_json(told(USAGE, message, hint)));
    } else {
        eprintln!("错误：{message}");
        eprintln!("办法：{hint}");
    }
    USAGE
}

/// Prints an error in the form the command was asked for; its exit code. `asks`: the command would not have written.
pub fn report(error: &CliError, global: &Global, asks: bool) -> u8 {
    let told = tell(error, asks);
    if global.format == Format::Json {
        let code = told.code;
        print_json(&error_json(told));
        return code;
    }
    eprintln!("{}{}", global.red("错误："), told.message);
    for refusal in &told.refusals {
        eprintln!("  原因：{}", refusal.reason);
        eprintln!("  办法：{}", refusal.remedy);
    }
    if !told.hint.is_empty() {
        eprintln!("办法：{}", told.hint);
    }
    told.code
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    #[test]
    fn every_error_has_a_code_of_the_table() {
        let errors = [
            usage("a", "b"),
            file("a", "b"),
            CliError::Invalid(vec![]),
            CliError::NoneUsable(vec![]),
            Failure::Store(StoreError::Missing(PathBuf::new())).into(),
            Failure::Store(StoreError::Exists(PathBuf::new())).into(),
            Refusal::new("a", "b").into(),
        ];
        let codes: Vec<u8> = errors.iter().map(|e| tell(e, false).code).collect();
        assert_eq!(codes, [USAGE, INPUT, REFUSED, INPUT, REGISTRY, REFUSED, REFUSED]);
        assert!(codes.iter().all(|c| EXIT_CODES.iter().any(|(code, _)| code == c)));
    }
}
