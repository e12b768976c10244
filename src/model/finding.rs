//! A finding: what is wrong, where, how bad, how to mend it, and on what basis.

use super::cell::Place;
use super::field::Field;
use super::markup;

/// 逻辑校验 must be mended; 经验校验 is mended or explained; a note asks for nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    Error,
    Explain,
    Note,
}

impl Severity {
    /// The machine key of the JSON.
    pub fn key(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Explain => "explain",
            Severity::Note => "note",
        }
    }

    /// The word for people.
    pub fn label(self) -> &'static str {
        match self {
            Severity::Error => "必改",
            Severity::Explain => "须说明",
            Severity::Note => "提示",
        }
    }
}

/// One finding. `message` and `hint` never hold a whole name or number; `value` is raw and masked by `output`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub check: &'static str,
    pub severity: Severity,
    pub place: Place,
    pub field: Option<Field>,
    pub value: String,
    pub message: String,
    pub hint: String,
    pub basis: &'static str,
    /// What to put instead, where there is exactly one candidate. It may be a whole number: masked like `value`, except
    /// in the marked workbook, which goes back to the school that wrote it.
    pub proposal: Option<String>,
}

impl Finding {
    /// What to do, for a school that gets its workbook back: it accepts a proposal in a column beside the table.
    pub fn hint_in_workbook(&self) -> String {
        let command = |hint: &str| {
            let (before, rest) = hint.split_once("的用 --accept \"")?;
            let (_, after) = rest.split_once("\" 接受")?;
            Some(format!("{before}的在右边“{}”一栏写“是”{after}", markup::HEADINGS[2]))
        };
        self.proposal.as_ref().and_then(|_| command(&self.hint)).unwrap_or_else(|| self.hint.clone())
    }
}

/// The manual page of something that finds: what `xueji explain NAME` prints.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// Readable after "allow"; a name, never a number.
    pub name: &'static str,
    /// The name for people.
    pub title: &'static str,
    pub severity: Severity,
    /// Article, standard or notice.
    pub basis: &'static str,
    pub what: &'static str,
    pub why: &'static str,
    pub remedy: &'static str,
}
