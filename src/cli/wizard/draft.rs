//! The draft beside the registry: written after every answer, so that none is lost, and gone when the business is done.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::model::id::ApplicationId;

use super::super::failure::{self, CliError};
use super::super::global::write_private;
use super::answers::Answers;
use super::scene::Which;

const SCHEMA: &str = "xueji.wizard/1";

#[derive(Serialize, Deserialize)]
struct Kept {
    schema: String,
    answers: Vec<(String, String)>,
    /// Taken back, and offered again.
    earlier: BTreeMap<String, String>,
    /// The application that was about to be written: where it is there, all is done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    submitting: Option<String>,
}

/// A draft's file, each clerk's own, and what this run knows to lie there.
pub struct Draft {
    path: PathBuf,
    known: RefCell<Option<Vec<u8>>>,
}

/// What lies there.
pub enum Found {
    Nothing,
    /// The answers, and the application they were about to become.
    Answers(Answers, Option<ApplicationId>),
    /// A file that is no draft of this version.
    Unreadable,
}

impl Draft {
    /// The draft of a clerk's wizard beside a registry.
    pub fn beside(db: &Path, which: Which, actor: &str) -> Draft {
        let whose: String = actor.chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect();
        let mut name = db.as_os_str().to_owned();
        name.push(format!("-wizard-{}-{whose}", which.command()));
        Draft { path: name.into(), known: RefCell::default() }
    }

    /// What an interrupted run has left.
    pub fn read(&self) -> Found {
        let Ok(bytes) = std::fs::read(&self.path) else { return Found::Nothing };
        let found = match serde_json::from_slice::<Kept>(&bytes) {
            Ok(kept) if kept.schema == SCHEMA => Found::Answers(
                Answers::new(kept.answers, kept.earlier),
                kept.submitting.and_then(|id| ApplicationId::parse(&id)),
            ),
            _ => Found::Unreadable,
        };
        self.known.replace(Some(bytes));
        found
    }

    /// Keeps the answers, for the owner's eyes only; on the disk when it returns.
    pub fn write(&self, answers: &Answers) -> Result<(), CliError> {
        self.keep(answers, None)
    }

    /// Keeps beside the answers which application they are about to become.
    pub fn submitting(&self, answers: &Answers, id: &ApplicationId) -> Result<(), CliError> {
        self.keep(answers, Some(id.to_string()))
    }

    fn keep(&self, answers: &Answers, submitting: Option<String>) -> Result<(), CliError> {
        // A second window of the same clerk would write over the answers of the first, or do its business twice.
        if std::fs::read(&self.path).ok() != *self.known.borrow() {
            let hint =
                "请回到那个窗口办；这里的答案没有存，没有写入任何内容。另一名经办人请用自己的 --actor。";
            return Err(failure::file("另一个窗口正在办同一份草稿。", hint));
        }
        let kept = Kept {
            schema: SCHEMA.to_owned(),
            answers: answers.given().to_vec(),
            earlier: answers.all_earlier().clone(),
            submitting,
        };
        let text = serde_json::to_string_pretty(&kept).expect("plain structs serialize");
        write_private(&self.path, text.as_bytes())?;
        self.known.replace(Some(text.into_bytes()));
        Ok(())
    }

    /// Forgets them.
    pub fn remove(&self) {
        // Nothing there is as good.
        let _ = std::fs::remove_file(&self.path);
        self.known.replace(None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_is_read_back_private_and_what_is_none_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let draft = Draft::beside(&folder.path().join("xueji.db"), Which::Transfer, "王 老师");
        assert!(matches!(draft.read(), Found::Nothing));
        let mut answers = Answers::default();
        answers.push("kind", "transfer".into());
        answers.push("note", "随父母迁居".into());
        answers.back();
        draft.write(&answers).unwrap_or_else(|_| panic!("written"));
        assert!(matches!(draft.read(), Found::Answers(read, None) if read == answers));
        #[cfg(unix)]
        {
            let meta = std::fs::metadata(&draft.path).unwrap();
            assert_eq!(std::os::unix::fs::PermissionsExt::mode(&meta.permissions()) & 0o777, 0o600);
        }
        let id = ApplicationId::new(&[7; 5]);
        draft.submitting(&answers, &id).unwrap_or_else(|_| panic!("written"));
        assert!(matches!(draft.read(), Found::Answers(_, Some(read)) if read == id));
        // Another window of the same clerk is told off; another clerk has another draft.
        let other = Draft::beside(&folder.path().join("xueji.db"), Which::Transfer, "王 老师");
        assert!(other.write(&answers).is_err(), "it has not read what lies there");
        let theirs = Draft::beside(&folder.path().join("xueji.db"), Which::Transfer, "李老师");
        assert!(matches!(theirs.read(), Found::Nothing) && theirs.write(&answers).is_ok());
        std::fs::write(&draft.path, "{}").unwrap();
        assert!(matches!(draft.read(), Found::Unreadable));
        draft.remove();
        assert!(matches!(draft.read(), Found::Nothing));
    }
}
