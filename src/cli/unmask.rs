//! Whole names and numbers in an output: only for a purpose, and written into the ledger of exports before and after.

use std::fs::File;
use std::path::Path;

use crate::app::export::{self, Asked, Left};
use crate::model::export::{Export, Mark};
use crate::model::id::StudentId;
use crate::model::table::Table;
use crate::output::{Format, Privacy};
use crate::store::Store;
use crate::xlsx::error::WriteError;
use crate::xlsx::save::is_special;

use super::failure::{CliError, usage};
use super::global::Global;

/// Whether whole data is asked for, and for what.
#[derive(clap::Args, Clone, Debug, Default)]
pub struct Unmask {
    /// 不遮盖姓名和号码；要写明用途，记入导出台账
    #[arg(long, visible_alias = "reveal")]
    pub unmasked: bool,
    /// 用途，与 --unmasked 同用
    #[arg(long, value_name = "用途")]
    pub purpose: Option<String>,
    /// 批准导出的文号或审批单号，与 --unmasked 同用，记入导出台账
    #[arg(long, value_name = "文号")]
    pub approval: Option<String>,
}

/// What an output that is always whole is for.
#[derive(clap::Args, Clone, Debug)]
pub struct Purpose {
    /// 用途，记入导出台账
    #[arg(long, value_name = "用途")]
    pub purpose: String,
    /// 批准导出的文号或审批单号，记入导出台账
    #[arg(long, value_name = "文号")]
    pub approval: Option<String>,
}

/// Whom unmasked data concerns.
pub enum Concerned {
    Students(Vec<StudentId>),
    Report(String),
}

/// What an output may tell.
pub enum Permit {
    Masked,
    /// Everything: it stands in the ledger.
    Whole(Box<Export>),
}

impl Permit {
    pub fn privacy(&self) -> Privacy {
        match self {
            Permit::Masked => Privacy::Masked,
            Permit::Whole(_) => Privacy::Revealed,
        }
    }

    /// The same for what is the same bytes when it is made again.
    pub fn mark_of_a_set(&self) -> Option<Mark> {
        match self {
            Permit::Masked => None,
            Permit::Whole(export) => Some(export.mark_of_a_set()),
        }
    }

    /// What is written on the sheets.
    pub fn mark(&self) -> Option<Mark> {
        match self {
            Permit::Masked => None,
            Permit::Whole(export) => Some(export.mark()),
        }
    }
}

impl Global {
    /// Whether unmasked data may be shown: only for a purpose, which is written down with whom it concerns.
    pub fn permit(&self, store: &mut Store, asked: &Unmask, whom: &Concerned) -> Result<Permit, CliError> {
        if !asked.unmasked {
            if asked.approval.is_some() {
                let hint = "要完整信息的，请同时加 --unmasked 和 --purpose；只要遮盖的，去掉 --approval。";
                return Err(usage("--approval 要与 --unmasked 同用。", hint));
            }
            return Ok(Permit::Masked);
        }
        self.permit_whole(store, asked.purpose.as_deref(), asked.approval.as_deref(), whom)
    }

    /// The same for an output that is always whole.
    pub fn permit_for(
        &self,
        store: &mut Store,
        asked: &Purpose,
        whom: &Concerned,
    ) -> Result<Permit, CliError> {
        self.permit_whole(store, Some(&asked.purpose), asked.approval.as_deref(), whom)
    }

    fn permit_whole(
        &self,
        store: &mut Store,
        purpose: Option<&str>,
        approval: Option<&str>,
        whom: &Concerned,
    ) -> Result<Permit, CliError> {
        let Some(purpose) = purpose.map(str::trim).filter(|p| !p.is_empty()) else {
            return Err(usage("显示完整信息要写明用途。", "请加 --purpose，例如 --purpose \"核对户口簿\"。"));
        };
        let (students, scope) = match whom {
            Concerned::Students(ids) => (ids.as_slice(), format!("学生 {} 人", ids.len())),
            Concerned::Report(what) => (&[][..], what.clone()),
        };
        let approval = approval.map(str::trim).filter(|a| !a.is_empty());
        let asked = Asked { command: &self.command, scope: &scope, students, purpose, approval };
        let export = export::begin(store, &self.session()?, &asked)?;
        Ok(Permit::Whole(Box::new(export)))
    }

    /// A list or report in the form asked for, as far as it may be told.
    pub fn put_permitted(
        &self,
        store: &mut Store,
        mut tables: Vec<Table>,
        permit: &Permit,
    ) -> Result<(), CliError> {
        let mark = permit.mark();
        // Marked in the workbook itself, where that is what is written; rows of csv are rows and nothing else.
        if let (Some(mark), Format::Human | Format::Json) = (&mark, self.form()) {
            tables.iter_mut().for_each(|t| t.head.insert(0, mark.line.clone()));
        }
        let hash = self.print_tables(&tables, permit.privacy(), mark.as_ref())?;
        let count = tables.iter().map(|t| t.rows.len()).sum();
        self.left(store, permit, (count, self.output.as_deref(), &hash))
    }

    /// Closes the line of the ledger: how much left, in which file, and the hash of it.
    pub fn left(
        &self,
        store: &mut Store,
        permit: &Permit,
        (count, path, hash): (usize, Option<&Path>, &str),
    ) -> Result<(), CliError> {
        let Permit::Whole(export) = permit else { return Ok(()) };
        let file = path.map(|p| p.display().to_string());
        Ok(export::finish(store, &self.session()?, export, &Left { count, file: file.as_deref(), hash })?)
    }

    /// The same for a file that was written.
    pub fn left_in(
        &self,
        store: &mut Store,
        permit: &Permit,
        (count, path): (usize, &Path),
    ) -> Result<(), CliError> {
        match permit {
            Permit::Masked => Ok(()),
            Permit::Whole(_) => self.left(store, permit, (count, Some(path), &hash_of(path)?)),
        }
    }
}

/// The BLAKE3 hash of a file; empty where there is no file to read again.
pub fn hash_of(path: &Path) -> Result<String, CliError> {
    if is_special(path) {
        return Ok(String::new());
    }
    let failed = |e| CliError::from(WriteError::from_io(path, e));
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(File::open(path).map_err(failed)?).map_err(failed)?;
    Ok(hasher.finalize().to_hex().to_string())
}
