//! Which registration a row of an attendance list means: by its numbers, else by what is its own in the school. What is
//! damaged, contradicts itself or fits several is asked about, with whom it may mean.

use std::collections::HashMap;

use jiff::civil::Date;

use crate::model::document::recognise;
use crate::model::field::Field;
use crate::model::id::StudentId;
use crate::model::registration::Registration;
use crate::model::registry_number::RegistryNumber;
use crate::model::school::{Directory, Stage, year_in_stage};
use crate::model::status::Status;
use crate::roster::damage;
use crate::roster::layout::title;
use crate::store::Store;
use crate::store::lookup::Which;

use super::super::failure::Failure;
use super::super::student;
use super::Candidate;
use super::read::Line;

/// Who a row is.
pub enum Who {
    One(Box<Registration>),
    /// Nobody the registry knows by these numbers.
    Unknown(Vec<Candidate>),
    Unclear(String, Vec<Candidate>),
}

/// The registrations of a school now.
pub struct Roll {
    pub all: Vec<Registration>,
    by_name: HashMap<String, Vec<usize>>,
}

impl Roll {
    /// Everybody who has a place at the school.
    pub fn of(store: &Store, school: &str) -> Result<Roll, Failure> {
        let all = store.registrations(&Which::School(school))?;
        let mut by_name: HashMap<String, Vec<usize>> = HashMap::new();
        for (i, r) in all.iter().enumerate() {
            by_name.entry(r.record.get(Field::PupilName).to_owned()).or_default().push(i);
        }
        Ok(Roll { all, by_name })
    }

    fn named(&self, name: &str) -> Vec<&Registration> {
        self.by_name.get(name).into_iter().flatten().map(|i| &self.all[*i]).collect()
    }
}

/// What rows are looked up in.
pub struct Ground<'a> {
    pub store: &'a Store,
    pub directory: &'a Directory,
    pub today: Date,
}

impl Ground<'_> {
    /// The registration of a row; `said` is what the clerk answered.
    pub fn who(&self, line: &Line, roll: &Roll, said: Option<StudentId>) -> Result<Who, Failure> {
        if let Some(id) = said {
            return self.by_id(id, "--match 写的编号本库没有。");
        }
        let record = &line.candidate.record;
        if let Some(why) = self.unreadable(line) {
            return Ok(Who::Unclear(why, self.alike(line, roll)?));
        }
        let mut found: Vec<Registration> = Vec::new();
        let mut numbers = 0;
        if !line.student.is_empty() {
            numbers += 1;
            match StudentId::parse(&line.student) {
                Some(id) => found.extend(self.store.registrations(&Which::Id(id))?),
                None => {
                    return Ok(Who::Unclear("内部编号写法不对。".into(), self.alike(line, roll)?));
                }
            }
        }
        let by_number = record.get(Field::Number).to_ascii_uppercase();
        if !by_number.is_empty() {
            numbers += 1;
            found.extend(self.store.registrations(&Which::Number(&by_number))?);
        }
        let document = record.get(Field::DocumentId).to_ascii_uppercase();
        if !document.is_empty() {
            numbers += 1;
            found.extend(student::by_document(self.store, &document)?);
        }
        found.retain(|r| r.status != Status::Removed);
        found.sort_by_key(|r| r.id);
        found.dedup_by_key(|r| r.id);
        if numbers == 0 {
            return self.by_name(line, roll);
        }
        self.one_of(found, line, roll)
    }

    fn by_id(&self, id: StudentId, missing: &str) -> Result<Who, Failure> {
        let found = self.store.registrations(&Which::Id(id))?.pop();
        Ok(match found {
            Some(r) => Who::One(Box::new(r)),
            None => Who::Unclear(missing.to_owned(), Vec::new()),
        })
    }

    /// Why the numbers of a row can't be believed.
    fn unreadable(&self, line: &Line) -> Option<String> {
        let record = &line.candidate.record;
        for field in [Field::Number, Field::DocumentId] {
            let text = record.get(field);
            if text.is_empty() {
                continue;
            }
            if damage::sign(text, line.candidate.numeric.contains(field))
                .is_some_and(damage::Sign::is_certain)
            {
                return Some(format!("{}损坏了（表格软件改写了末几位）。", field.heading()));
            }
            if field == Field::Number && RegistryNumber::parse(text).is_err() {
                return Some("学籍号写法不对。".to_owned());
            }
            let holder = crate::model::document::Holder::Pupil;
            let upper = text.to_ascii_uppercase();
            let sound = recognise(&upper).iter().any(|kind| (kind.spec().parse)(&upper, holder).is_ok());
            if field == Field::DocumentId && !sound {
                return Some("身份证件号校验不符或写法不对。".to_owned());
            }
        }
        None
    }

    /// The one of the registrations that the numbers name.
    fn one_of(&self, mut found: Vec<Registration>, line: &Line, roll: &Roll) -> Result<Who, Failure> {
        if found.is_empty() {
            return Ok(Who::Unknown(self.alike(line, roll)?));
        }
        let (total, own) = (found.len(), self.own_number(line)?);
        if total > 1 {
            // A duplicate that is elsewhere is for the duplicate check; one that is here is the one meant.
            let here: Vec<usize> = (0..total)
                .filter(|i| found[*i].school.as_str() == line.school && found[*i].status.holds_place())
                .collect();
            match here[..] {
                [one] if own.is_none_or(|id| id == found[one].id) => found = vec![found.swap_remove(one)],
                _ => {
                    let why = format!("这一行的号码对应 {total} 个学籍。");
                    let all = found.into_iter().map(|r| because(r, "号码相同"));
                    return Ok(Who::Unclear(why, all.collect()));
                }
            }
        }
        let Some(r) = found.pop() else { return Ok(Who::Unknown(Vec::new())) };
        let name = line.candidate.record.get(Field::PupilName);
        if !is_named(&r, name) {
            let mut candidates = vec![because(r, "号码相同，姓名不同")];
            candidates.extend(self.alike(line, roll)?);
            return Ok(Who::Unclear("号码是另一名学生的：姓名与学籍上的不一致。".into(), candidates));
        }
        Ok(Who::One(Box::new(r)))
    }

    /// The registration of the registry number, which is nobody else's.
    fn own_number(&self, line: &Line) -> Result<Option<StudentId>, Failure> {
        let number = line.candidate.record.get(Field::Number).to_ascii_uppercase();
        if number.is_empty() {
            return Ok(None);
        }
        Ok(self.store.registrations(&Which::Number(&number))?.pop().map(|r| r.id))
    }

    /// A row without numbers: the one in the school whose name it is, borne out by birth date or class.
    fn by_name(&self, line: &Line, roll: &Roll) -> Result<Who, Failure> {
        let name = line.candidate.record.get(Field::PupilName);
        let named = roll.named(name);
        if named.is_empty() {
            return Ok(Who::Unknown(self.alike(line, roll)?));
        }
        let fits: Vec<&&Registration> = named.iter().filter(|r| self.is_borne_out(line, r)).collect();
        if let [one] = fits[..] {
            return Ok(Who::One(Box::new((*one).clone())));
        }
        let why = match (named.len(), fits.len()) {
            (1, _) => "名单上没有号码，出生日期、性别、班级不能证实就是这名学生。".to_owned(),
            (n, _) => format!("名单上没有号码，本校同名的有 {n} 人，不能确定是哪一名。"),
        };
        Ok(Who::Unclear(why, self.alike(line, roll)?))
    }

    /// Whether nothing of a row contradicts a registration of its name, and its birth date or its class says the same.
    fn is_borne_out(&self, line: &Line, r: &Registration) -> bool {
        let record = &line.candidate.record;
        let same = |field: Field| match record.get(field) {
            "" => None,
            text => Some(text == r.record.get(field)),
        };
        let class = self.classes(line).map(|c| c.contains(&r.class_number));
        let (birth, sex) = (same(Field::BirthDate), same(Field::Sex));
        birth != Some(false) && sex != Some(false) && (birth == Some(true) || class == Some(true))
    }

    /// The numbers of the classes that a row may mean; none where it says nothing the school knows.
    pub fn classes(&self, line: &Line) -> Option<Vec<String>> {
        let record = &line.candidate.record;
        let number = record.get(Field::ClassNumber);
        if self.directory.class(&line.school, number).is_some() {
            return Some(vec![number.to_owned()]);
        }
        let text = record.get(Field::ClassName);
        if text.is_empty() {
            return None;
        }
        let lengths = self.directory.school(&line.school).map(|s| s.lengths)?;
        let all = self.directory.classes_of(&line.school).into_iter().filter(|c| {
            let year = year_in_stage(c.entry_year, self.today);
            let years: &[i16] = match c.stage {
                Stage::Primary => &[year],
                Stage::Junior => &[i16::from(lengths.primary) + year, 6 + year],
                Stage::Senior => &[9 + year],
            };
            let grades = years.iter().chain([&c.entry_year]).filter_map(|y| u16::try_from(*y).ok());
            title::may_mean(text, &c.name, &grades.collect::<Vec<u16>>())
        });
        Some(all.map(|c| c.number.clone()).collect::<Vec<_>>()).filter(|all| !all.is_empty())
    }

    /// Whom a row may mean: by name in the school and elsewhere, those of the same birth date first.
    fn alike(&self, line: &Line, roll: &Roll) -> Result<Vec<Candidate>, Failure> {
        let record = &line.candidate.record;
        let (name, birth) = (record.get(Field::PupilName), record.get(Field::BirthDate));
        if name.is_empty() || name.contains('*') {
            return Ok(Vec::new());
        }
        let mut found: Vec<Registration> = roll.named(name).into_iter().cloned().collect();
        let elsewhere = self.store.registrations(&Which::Name(name))?;
        found.extend(
            elsewhere.into_iter().filter(|r| r.school.as_str() != line.school && r.status != Status::Removed),
        );
        let near = |r: &Registration| !birth.is_empty() && r.record.get(Field::BirthDate) == birth;
        found.sort_by_key(|r| (!near(r), r.school.as_str() != line.school, r.id));
        found.truncate(MOST);
        let why = |r: &Registration| if near(r) { "姓名、出生日期相同" } else { "姓名相同" };
        Ok(found.into_iter().map(|r| (why(&r), r)).map(|(why, r)| because(r, why)).collect())
    }
}

/// How many candidates are listed.
const MOST: usize = 5;

fn because(registration: Registration, why: &str) -> Candidate {
    Candidate { registration, why: why.to_owned() }
}

/// Whether a name is the pupil's; of a masked one what is shown.
fn is_named(r: &Registration, name: &str) -> bool {
    let known = r.record.get(Field::PupilName);
    if name.contains('*') {
        let (a, b) = (name.chars(), known.chars());
        return a.clone().count() == b.clone().count() && a.zip(b).all(|(a, b)| a == '*' || a == b);
    }
    name.is_empty() || name == known
}
