//! `duplicate-in-file`: the same number twice in one file, or in the files of one run.

use std::collections::hash_map::Entry;

use rustc_hash::FxHashMap;

use crate::model::cell::Place;
use crate::model::field::Field;
use crate::model::finding::{Finding, Severity};
use crate::model::registry_number::RegistryNumber;
use crate::roster::candidate::Candidate;

use super::class_named_twice::FirstClasses;
use super::facts::Stated;
use super::seen::Seen;
use super::{CHECKS, Check, Selection, Sink, Subject};

pub const CHECK: Check = Check {
    name: "duplicate-in-file",
    title: "同一号码出现两次",
    severity: Severity::Error,
    basis: "《中小学生学籍管理办法》（教基一〔2013〕7号）第五条（一人一号）、第六条（不得重复建立学籍）",
    what: "同一次提交的名册里，两行的身份证件号相同，或两行的学籍号相同。回乡证只比前 9 位，户口簿与身份证上的同一号码算相同。\
           先出现的一行不报，后出现的一行报，并指明前一行在哪里。学生的号码与本行家庭成员的号码相同的也报；学籍号里的号码是另一行的身份证件号的也报。",
    why: "一名学生只能有一个学籍。两行同号，要么是重复填报，要么有一行的号码抄错了。",
    remedy: "同一名学生的，删去一行；两名学生的，对照证件原件改正抄错的号码。",
    run,
};

fn run(subject: &Subject, seen: &mut Seen, sink: &mut Sink) {
    if let Some(document) = subject.facts.good_document() {
        let family = subject.facts.documents[1..].iter().filter_map(Stated::good);
        let key = document.comparison_key();
        if family.into_iter().any(|d| d.comparison_key() == key) {
            let message = format!("身份证件号（{}）与本行家庭成员的相同。", document.masked());
            sink.add(Field::DocumentId, message, "请填写学生本人的身份证件号，或更正家庭成员的号码。");
        } else {
            seen.note_key(Key { field: Field::DocumentId, key: key.into(), masked: document.masked() });
        }
    }
    let number = subject.get(Field::Number);
    if let Ok(parsed) = RegistryNumber::parse(number) {
        seen.note_key(Key { field: Field::Number, key: number.into(), masked: parsed.masked() });
    }
}

/// A number by which a row is compared with the rows before it; of a class, its name.
pub struct Key {
    pub field: Field,
    pub key: Box<str>,
    pub masked: String,
}

/// The first row of each number of a run.
#[derive(Default)]
pub struct FirstRows {
    documents: FxHashMap<Box<str>, Place>,
    numbers: FxHashMap<Box<str>, Place>,
    classes: FirstClasses,
}

impl FirstRows {
    /// Compares the numbers of a row with those before it; what it finds stands in the order of the checks.
    pub fn compare(
        &mut self,
        candidate: &Candidate,
        keys: Vec<Key>,
        selection: &Selection,
        found: &mut Vec<Finding>,
    ) {
        for Key { field, key, masked } in keys {
            if field == Field::ClassNumber {
                found.extend(self.classes.compare(candidate, key, masked, selection));
                continue;
            }
            if let Some(other) = self.shifted(field, &key, candidate) {
                let message = format!("{}（{masked}）与{other}，可能一栏错了行。", field.heading());
                let hint = "请核对学籍号一栏是不是单独排过序、错了行：学籍号里的号码应是本人的。";
                let sink = Sink { check: &CHECK, candidate, findings: &mut Vec::new() };
                let finding = sink.make(selection.severity_of(&CHECK), field, message, hint);
                let at = found.iter().position(|f| is_later(f.check)).unwrap_or(found.len());
                found.insert(at, finding);
            }
            let rows = if field == Field::Number { &mut self.numbers } else { &mut self.documents };
            match rows.entry(key) {
                Entry::Occupied(first) => {
                    let finding = report(field, &masked, first.get(), candidate, selection);
                    let at = found.iter().position(|f| is_later(f.check)).unwrap_or(found.len());
                    found.insert(at, finding);
                }
                Entry::Vacant(empty) => {
                    empty.insert(candidate.place(None));
                }
            }
        }
    }

    /// Where another row has this document number within its registry number, or the other way round: a registry number
    /// holds the pupil's own (R§3.1), so that one that holds another's has slipped to another row.
    fn shifted(&self, field: Field, key: &str, candidate: &Candidate) -> Option<String> {
        let here = candidate.place(Some(field));
        let (rows, key, what) = match field {
            Field::DocumentId => (&self.numbers, format!("G{key}"), "学籍号里的号码"),
            Field::Number => (&self.documents, key.strip_prefix('G')?.to_owned(), "身份证件号"),
            _ => return None,
        };
        let other = rows.get(key.as_str())?;
        let is_own = (&other.file, &other.sheet, other.row) == (&here.file, &here.sheet, here.row);
        (!is_own).then(|| format!("{}的{what}相同", first_place(other, &here)))
    }

    /// Forgets the rows of a file that turned out not to be usable.
    pub fn forget(&mut self, file: &str) {
        self.documents.retain(|_, first| *first.file != *file);
        self.numbers.retain(|_, first| *first.file != *file);
        self.classes.forget(file);
    }
}

/// Whether a check stands behind this one in the table.
fn is_later(name: &str) -> bool {
    CHECKS.iter().skip_while(|c| c.name != CHECK.name).skip(1).any(|c| c.name == name)
}

fn report(
    field: Field,
    masked: &str,
    first: &Place,
    candidate: &Candidate,
    selection: &Selection,
) -> Finding {
    let first = first_place(first, &candidate.place(Some(field)));
    let message = format!("{}（{masked}）与{first}的相同。", field.heading());
    let hint = "同一名学生的请删去一行；两名学生的请把两行都与证件原件核对（抄错的也可能是前一行），改正抄错的号码。";
    let sink = Sink { check: &CHECK, candidate, findings: &mut Vec::new() };
    sink.make(selection.severity_of(&CHECK), field, message, hint)
}

/// Where the first row stands, as far as it is not where this one does.
pub fn first_place(first: &Place, here: &Place) -> String {
    if first.file != here.file {
        format!("文件 {} 工作表“{}”第 {} 行", first.file, first.sheet, first.row)
    } else if first.sheet != here.sheet {
        format!("工作表“{}”第 {} 行", first.sheet, first.row)
    } else {
        format!("第 {} 行", first.row)
    }
}
