//! Files given back with what was found marked in them, one copy for each file that could be read.

use std::path::{Path, PathBuf};

use crate::model::finding::Finding;
use crate::xlsx::markup::{self, MarkError, Marking, SheetMarks};

use super::failure::Failure;
use super::input::error::InputError;
use super::validate::FileSummary;

/// One file to be given back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copy {
    pub input: PathBuf,
    pub output: PathBuf,
}

/// One file given back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    pub output: PathBuf,
    /// What the clerk should know of the copy.
    pub remarks: Vec<String>,
}

impl From<MarkError> for Failure {
    fn from(e: MarkError) -> Failure {
        match e {
            MarkError::Read(e) => InputError::from(e).into(),
            MarkError::Write(e) => e.into(),
        }
    }
}

/// The extension the copy of a file must have. A file that cannot be read has none: it is said when it is read.
pub fn extension(input: &Path) -> &'static str {
    markup::extension(input).unwrap_or("xlsx")
}

/// Writes the copies of the files that were read; `title` names a check for people.
pub fn write(
    files: &[FileSummary],
    findings: &[Finding],
    copies: &[Copy],
    title: &dyn Fn(&str) -> &'static str,
) -> Result<Vec<Given>, Failure> {
    let mut given = Vec::new();
    for copy in copies {
        let of_file = files.iter().filter(|f| f.path == copy.input);
        let sheets: Vec<SheetMarks> = of_file
            .map(|f| SheetMarks {
                sheet: &f.sheet,
                header_row: f.header_row,
                findings: findings.get(f.found.clone()).unwrap_or_default().iter().collect(),
            })
            .collect();
        if sheets.is_empty() {
            continue;
        }
        let marked = markup::mark(&copy.input, &copy.output, &Marking { sheets, title })?;
        given.push(Given { output: copy.output.clone(), remarks: marked.remarks });
    }
    Ok(given)
}
