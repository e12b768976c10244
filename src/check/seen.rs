//! What one run has met so far: what is remembered of each sheet, and the numbers of every row.

use std::sync::Arc;

use crate::model::field::{Field, FieldSet};
use crate::model::finding::Finding;
use crate::model::school::School;
use crate::roster::candidate::{Candidate, Source};

use super::duplicate_in_file::{FirstRows, Key};

/// What is remembered of the rows met. Files that are checked side by side have one each; the numbers of their rows
/// are compared afterwards, in the order of the files.
#[derive(Default)]
pub struct Seen {
    /// The first row of each number, for a run that checks row after row.
    pub first: FirstRows,
    keys: Vec<Key>,
    sheets: Vec<Sheet>,
}

/// What is remembered of a sheet; the newest stands last.
struct Sheet {
    source: Arc<Source>,
    damaged: bool,
    /// Fields without a column that were reported.
    without: FieldSet,
    /// Of each field, how many numbers of eighteen digits there were and how many look damaged.
    numbers: Vec<(Field, u32, u32)>,
    /// Findings that wait for what the rest of the sheet says.
    held: Vec<Finding>,
    /// Of each school, how many rows it has.
    schools: Vec<OfSchool>,
    /// Names of schools that the registry does not have.
    names: Vec<String>,
}

/// The rows of one school on a sheet; while they are few, the finding each would get if they are strays.
struct OfSchool {
    name: String,
    code: String,
    rows: u32,
    strays: Vec<Finding>,
}

/// So many rows of another school may have strayed into a roster; more are meant.
const STRAYS: u32 = 3;
/// So many rows a school has at least on a sheet that is taken for its roster.
const ROSTER: u32 = 4;

impl Seen {
    /// Remembers a number of the row under check, to be compared with those of the rows before it.
    pub fn note_key(&mut self, key: Key) {
        self.keys.push(key);
    }

    /// The numbers noted since they were last taken.
    pub fn take_keys(&mut self) -> Vec<Key> {
        std::mem::take(&mut self.keys)
    }

    /// Whether this is the first row of its sheet that lacks a field the sheet has no column for.
    pub fn is_first_without(&mut self, candidate: &Candidate, field: Field) -> bool {
        let sheet = self.sheet(candidate);
        let known = sheet.without.contains(field);
        sheet.without.insert(field);
        !known
    }

    /// Remembers that a number on this sheet went through a floating-point cell.
    pub fn note_damage(&mut self, candidate: &Candidate) {
        self.sheet(candidate).damaged = true;
    }

    /// Whether a number on this sheet, above this row, went through a floating-point cell.
    pub fn has_damage(&mut self, candidate: &Candidate) -> bool {
        self.sheet(candidate).damaged
    }

    /// Remembers that a field held eighteen digits, and whether they bear a mark of damage.
    pub fn count_number(&mut self, candidate: &Candidate, field: Field, is_marked: bool) {
        let numbers = &mut self.sheet(candidate).numbers;
        let at = numbers.iter().position(|n| n.0 == field).unwrap_or_else(|| {
            numbers.push((field, 0, 0));
            numbers.len() - 1
        });
        numbers[at].1 += 1;
        numbers[at].2 += u32::from(is_marked);
    }

    /// Counts a row of a school; `finding` is what the row gets if nearly all others are of another school.
    pub fn count_school(
        &mut self,
        candidate: &Candidate,
        school: &School,
        finding: impl FnOnce() -> Finding,
    ) {
        let schools = &mut self.sheet(candidate).schools;
        let code = school.code.as_str();
        let at = schools.iter().position(|s| s.code == code).unwrap_or_else(|| {
            let (name, code) = (school.name.clone(), code.to_owned());
            schools.push(OfSchool { name, code, rows: 0, strays: Vec::new() });
            schools.len() - 1
        });
        let of_school = &mut schools[at];
        of_school.rows += 1;
        if of_school.rows <= STRAYS {
            of_school.strays.push(finding());
        } else {
            of_school.strays.clear();
        }
    }

    /// Whether this name of a school stands on the sheet for the first time.
    pub fn is_first_name(&mut self, candidate: &Candidate, name: &str) -> bool {
        let names = &mut self.sheet(candidate).names;
        let is_first = !names.iter().any(|n| n == name);
        if is_first {
            names.push(name.to_owned());
        }
        is_first
    }

    /// Keeps a finding until the end of its sheet.
    pub fn hold(&mut self, candidate: &Candidate, finding: Finding) {
        self.sheet(candidate).held.push(finding);
    }

    /// The findings of the sheets read so far that their ends bear out, in the order of their rows; each once.
    pub fn late(&mut self) -> Vec<Finding> {
        let mut late = Vec::new();
        for sheet in &mut self.sheets {
            let held = std::mem::take(&mut sheet.held);
            let mostly = |field| sheet.numbers.iter().any(|n| Some(n.0) == field && n.2 * 2 > n.1);
            late.extend(held.into_iter().filter(|f| sheet.damaged || mostly(f.field)));
            late.extend(strays(std::mem::take(&mut sheet.schools)));
        }
        late
    }

    fn sheet(&mut self, candidate: &Candidate) -> &mut Sheet {
        // Rows come sheet by sheet: the newest is nearly always the one.
        let found = self.sheets.iter().rposition(|s| Arc::ptr_eq(&s.source, &candidate.source));
        let at = found.unwrap_or_else(|| {
            self.sheets.push(Sheet {
                source: candidate.source.clone(),
                damaged: false,
                without: FieldSet::default(),
                numbers: Vec::new(),
                held: Vec::new(),
                schools: Vec::new(),
                names: Vec::new(),
            });
            self.sheets.len() - 1
        });
        &mut self.sheets[at]
    }
}

/// The findings of rows that strayed: where at least four in five rows are of one school, those of others.
fn strays(schools: Vec<OfSchool>) -> Vec<Finding> {
    let all: u32 = schools.iter().map(|s| s.rows).sum();
    let Some(main) = schools.iter().max_by_key(|s| s.rows) else { return Vec::new() };
    if main.rows < ROSTER || main.rows * 5 < all * 4 {
        return Vec::new();
    }
    let (name, code, rows) = (main.name.clone(), main.code.clone(), main.rows);
    let others = schools.into_iter().filter(|s| s.code != code);
    let mut found: Vec<Finding> = others
        .flat_map(|s| {
            let own = format!("只有 {} 行是{}（{}）。", s.rows, s.name, s.code);
            let said = format!("本表 {all} 行学生中有 {rows} 行是{name}（{code}），{own}");
            s.strays.into_iter().map(move |f| Finding { message: said.clone(), ..f })
        })
        .collect();
    found.sort_by_key(|f| f.place.row);
    found
}
