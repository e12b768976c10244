//! The draft beside the registry: written after every answer, so that none is lost, and gone when the business is done.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::super::failure::CliError;
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
}

/// A draft's file.
pub struct Draft(PathBuf);

/// What lies there.
pub enum Found {
    Nothing,
    Answers(Answers),
    /// A file that is no draft of this version.
    Unreadable,
}

impl Draft {
    /// The draft of a wizard beside a registry.
    pub fn beside(db: &Path, which: Which) -> Draft {
        let mut name = db.as_os_str().to_owned();
        name.push(format!("-wizard-{}", which.command()));
        Draft(name.into())
    }

    /// What an interrupted run has left.
    pub fn read(&self) -> Found {
        let Ok(bytes) = std::fs::read(&self.0) else { return Found::Nothing };
        match serde_json::from_slice::<Kept>(&bytes) {
            Ok(kept) if kept.schema == SCHEMA => Found::Answers(Answers::new(kept.answers, kept.earlier)),
            _ => Found::Unreadable,
        }
    }

    /// Keeps the answers, for the owner's eyes only; on the disk when it returns.
    pub fn write(&self, answers: &Answers) -> Result<(), CliError> {
        let kept = Kept {
            schema: SCHEMA.to_owned(),
            answers: answers.given().to_vec(),
            earlier: answers.all_earlier().clone(),
        };
        let text = serde_json::to_string_pretty(&kept).expect("plain structs serialize");
        write_private(&self.0, text.as_bytes())
    }

    /// Forgets them.
    pub fn remove(&self) {
        // Nothing there is as good.
        let _ = std::fs::remove_file(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_is_read_back_private_and_what_is_none_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let draft = Draft::beside(&folder.path().join("xueji.db"), Which::Transfer);
        assert!(matches!(draft.read(), Found::Nothing));
        let mut answers = Answers::default();
        answers.push("kind", "transfer".into());
        answers.push("note", "随父母迁居".into());
        answers.back();
        draft.write(&answers).unwrap_or_else(|_| panic!("written"));
        assert!(matches!(draft.read(), Found::Answers(read) if read == answers));
        #[cfg(unix)]
        {
            let meta = std::fs::metadata(&draft.0).unwrap();
            assert_eq!(std::os::unix::fs::PermissionsExt::mode(&meta.permissions()) & 0o777, 0o600);
        }
        std::fs::write(&draft.0, "{}").unwrap();
        assert!(matches!(draft.read(), Found::Unreadable));
        draft.remove();
        assert!(matches!(draft.read(), Found::Nothing));
    }
}
