//! A pupil from another registry: what the roster's one row says of them.

use std::path::Path;

use crate::model::change::input::{Input, Told};
use crate::model::field::Field;
use crate::roster::candidate::{Candidate, Reading};
use crate::store::Store;

use super::super::failure::{Failure, Refusal};
use super::super::input::{self, Opening};

/// Reads the one row of a roster and tells every value of it.
pub fn put_record(told: &mut Told, path: &Path, store: &Store) -> Result<(), Failure> {
    let learned = store.headings()?;
    let opening = Opening {
        at: &Default::default(),
        // School and class are those asked for: none is looked up by its name.
        directory: None,
        learned: &learned,
        ask: &|_, _| None,
    };
    let mut opened = input::open(path, &opening)?;
    let mut found: Vec<Box<Candidate>> = Vec::new();
    for which in 0..opened.len() {
        opened.each(which, &mut |reading| {
            if let Reading::Candidate(candidate) = reading {
                found.push(candidate);
            }
        })?;
    }
    let [candidate] = found.as_slice() else {
        let reason = format!("{} 中有 {} 名学生，应当只有要转入的这一名。", path.display(), found.len());
        return Err(Refusal::new(reason, "请只留这一名学生的一行。").into());
    };
    for (field, value) in candidate.record.iter() {
        told.set(field.key(), value);
    }
    // The place is the one asked for, not the one the other school's roster names.
    told.set(Field::School.key(), told.get(Input::ToSchool).to_owned().as_str());
    told.set(Field::ClassNumber.key(), told.get(Input::ToClass).to_owned().as_str());
    Ok(())
}
