//! A push to the level above. The sealed letter and what it covers lie beside the registry until it is posted, so that a
//! run that was killed goes on there.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::store::Store;
use crate::upstream::error::BundleError;
use crate::upstream::key::Key;
use crate::upstream::postgres::{Target, letter};

use crate::app::failure::Failure;
use crate::app::session::Session;

use super::line::{self, Above};
use super::make::{self, Covers, Made, What};

/// Where a letter lies that is not posted yet.
pub struct Spool {
    letter: PathBuf,
    covering: PathBuf,
}

impl Spool {
    /// Beside the registry of this file.
    pub fn beside(registry: &Path) -> Spool {
        let beside = |end: &str| PathBuf::from(format!("{}{end}", registry.display()));
        Spool { letter: beside("-push"), covering: beside("-push-covers") }
    }

    /// Where the sealed letter is to be written.
    pub fn letter(&self) -> &Path {
        &self.letter
    }

    /// Posts what an earlier run left: in how many parts, and what it covers.
    pub fn resume(&self, own: &str, target: &Target) -> Result<Option<(i64, Covers)>, Failure> {
        if !self.letter.exists() {
            return Ok(None);
        }
        let covers = letter::read(&fs::read_to_string(&self.covering).unwrap_or_default());
        let parts = line::post(own, target, &self.letter, &covers)?;
        let _ = fs::remove_file(&self.letter);
        Ok(Some((parts, covers)))
    }

    /// Seals what the level above does not hold and is not told by `waiting`, and writes down that it was made.
    pub fn seal(
        &self,
        store: &Store,
        (key, session): (&Key, &Session),
        above: &Above,
        waiting: Covers,
        out: &mut dyn Write,
    ) -> Result<Made, Failure> {
        let made = make::bundle(store, key, &above.office, &What { waiting, ..What::default() }, out)?;
        if !made.sections.is_empty() {
            make::log(store, session, &above.office, &made)?;
        }
        fs::write(&self.covering, letter::written(&made.covers())).map_err(BundleError::Io)?;
        Ok(made)
    }

    /// Posts the letter, where it says anything, and takes it away.
    pub fn post(&self, own: &str, target: &Target, made: &Made) -> Result<(), Failure> {
        if !made.sections.is_empty() {
            line::post(own, target, &self.letter, &made.covers())?;
        }
        let _ = fs::remove_file(&self.letter);
        let _ = fs::remove_file(&self.covering);
        Ok(())
    }
}
