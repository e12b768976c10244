//! OneRoster 1.2: schools, classes and pupils as other systems read them. No document number, no address, no telephone, no family.

pub mod lint;
pub mod spec;

use std::collections::{BTreeMap, HashSet};

use jiff::civil::Date;

use crate::model::field::Field;
use crate::model::registration::Registration;
use crate::model::school::{Class, Directory, Lengths, Stage, school_year, year_in_stage};
use crate::model::status::Status;
use crate::model::surname;
use crate::model::term::{Season, Term};
use crate::store::Store;
use crate::store::lookup::Which;

use super::failure::Failure;
use spec::FILES;

/// The files, by their names in the manifest, each with its rows.
#[derive(Debug, Default)]
pub struct Set {
    pub files: BTreeMap<&'static str, Vec<Vec<String>>>,
}

/// What is asked for.
pub struct Asked<'a> {
    /// One school, or all.
    pub school: Option<&'a str>,
    pub today: Date,
    /// Whether names, registry numbers and dates of birth are told.
    pub is_whole: bool,
}

/// The version of this format and of the manifest, and whose it is.
const SYSTEM: &str = "xueji";

/// Puts the set together, as of today.
pub fn set(store: &Store, asked: &Asked) -> Result<Set, Failure> {
    let directory = store.directory()?;
    if let Some(school) = asked.school {
        super::places::require_school(store, school)?;
    }
    let mut pupils = match asked.school {
        Some(school) => store.registrations(&Which::School(school))?,
        None => store.registrations(&Which::Present)?,
    };
    pupils.retain(|r| r.until.is_none() && matches!(r.status, Status::Enrolled | Status::OnLeave));
    pupils.sort_by(|a, b| (&a.school, &a.class_number, a.id).cmp(&(&b.school, &b.class_number, b.id)));
    let making = Making { directory: &directory, asked };
    let mut set = Set::default();
    let mut put = |name: &'static str, rows: Vec<Vec<String>>| set.files.insert(name, rows);
    let classes = making.classes(&pupils);
    put("academicSessions", making.sessions());
    put("orgs", making.orgs(store));
    put("courses", making.courses(&classes));
    put("classes", classes.iter().map(|c| making.class(c)).collect());
    put("users", pupils.iter().map(|r| making.user(r)).collect());
    put("roles", pupils.iter().map(|r| making.role(r)).collect());
    put("enrollments", pupils.iter().map(|r| making.enrollment(r)).collect());
    put("demographics", pupils.iter().map(|r| making.demographics(r)).collect());
    // A file without rows must not be there.
    set.files.retain(|_, rows| !rows.is_empty());
    Ok(set)
}

impl Set {
    /// The rows of the manifest: which files are there, and where they are from.
    pub fn manifest(&self, origin: &str) -> Vec<Vec<String>> {
        let pair = |a: &str, b: &str| vec![a.to_owned(), b.to_owned()];
        let mut rows = vec![pair("manifest.version", "1.0"), pair("oneroster.version", "1.2")];
        rows.extend(FILES.iter().map(|f| {
            let is_there = self.files.contains_key(f.name);
            pair(&format!("file.{}", f.name), if is_there { "bulk" } else { "absent" })
        }));
        rows.extend([pair("source.systemName", SYSTEM), pair("source.systemCode", origin)]);
        rows
    }

    /// How many pupils there are.
    pub fn pupils(&self) -> usize {
        self.files.get("users").map_or(0, Vec::len)
    }
}

struct Making<'a> {
    directory: &'a Directory,
    asked: &'a Asked<'a>,
}

/// A row of a file, by the names of its columns; the others are empty.
fn row(file: &str, cells: &[(&str, &str)]) -> Vec<String> {
    let columns = FILES.iter().find(|f| f.name == file).map_or(&[][..], |f| f.columns);
    let value = |name: &str| cells.iter().find(|c| c.0 == name).map_or("", |c| c.1);
    // No end of a line may stand in a cell.
    columns.iter().map(|c| value(c.name).split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

/// The grade as CEDS counts it, through all stages.
fn grade(stage: Stage, entry_year: i16, lengths: Lengths, day: Date) -> String {
    let year = year_in_stage(entry_year, day);
    let is_in_it = (1..=i16::from(lengths.of(stage))).contains(&year);
    if is_in_it { format!("{:02}", i16::from(lengths.before(stage)) + year) } else { String::new() }
}

impl Making<'_> {
    fn year(&self) -> i16 {
        school_year(self.asked.today)
    }

    fn year_key(&self) -> String {
        format!("{}-{}", self.year(), self.year() + 1)
    }

    fn terms(&self) -> [Term; 2] {
        let year = self.year();
        [Term { year, season: Season::Autumn }, Term { year: year + 1, season: Season::Spring }]
    }

    /// The school year and its two terms. An end is the day after the last (endDate is exclusive).
    fn sessions(&self) -> Vec<Vec<String>> {
        let (key, ends) = (self.year_key(), (self.year() + 1).to_string());
        let [autumn, spring] = self.terms();
        let session = |id: &str, title: &str, kind: &str, (first, last): (Date, Date), parent: &str| {
            let end = last.tomorrow().unwrap_or(last).to_string();
            let cells = [
                ("sourcedId", id),
                ("title", title),
                ("type", kind),
                ("startDate", &first.to_string()),
                ("endDate", &end),
                ("parentSourcedId", parent),
                ("schoolYear", &ends),
            ];
            row("academicSessions", &cells)
        };
        let whole = (autumn.first_day(), spring.last_day());
        let mut rows = vec![session(&key, &format!("{key}学年"), "schoolYear", whole, "")];
        rows.extend([autumn, spring].map(|term| {
            let days = (term.first_day(), term.last_day());
            session(&term.key(), &term.label(), "semester", days, &key)
        }));
        rows
    }

    fn orgs(&self, store: &Store) -> Vec<Vec<String>> {
        let meta = store.meta();
        let (authority, name) = (meta.authority.as_str(), meta.name.as_str());
        let cells =
            [("sourcedId", authority), ("name", name), ("type", "district"), ("identifier", authority)];
        let mut rows = vec![row("orgs", &cells)];
        let schools = self.directory.schools().into_iter().filter(|s| s.closed_on.is_none());
        let asked = schools.filter(|s| self.asked.school.is_none_or(|code| s.code.as_str() == code));
        rows.extend(asked.map(|s| {
            let code = s.code.as_str();
            let cells = [
                ("sourcedId", code),
                ("name", &s.name),
                ("type", "school"),
                ("identifier", code),
                ("parentSourcedId", authority),
            ];
            row("orgs", &cells)
        }));
        rows
    }

    /// The classes that somebody is in.
    fn classes(&self, pupils: &[Registration]) -> Vec<&Class> {
        let occupied: HashSet<(&str, &str)> =
            pupils.iter().map(|r| (r.school.as_str(), r.class_number.as_str())).collect();
        let all =
            self.directory.schools().into_iter().flat_map(|s| self.directory.classes_of(s.code.as_str()));
        all.filter(|c| occupied.contains(&(c.school.as_str(), c.number.as_str()))).collect()
    }

    fn grade_of(&self, class: &Class) -> String {
        let lengths = self.directory.school(class.school.as_str()).map(|s| s.lengths);
        lengths.map_or_else(String::new, |l| grade(class.stage, class.entry_year, l, self.asked.today))
    }

    fn course_key(class: &Class) -> String {
        format!("{}-{}-{}", class.school.as_str(), class.stage.key(), class.entry_year)
    }

    /// A class of pupils is no course, but a class without one is none: those who entered a stage together are one.
    fn courses(&self, classes: &[&Class]) -> Vec<Vec<String>> {
        let mut seen = HashSet::new();
        let first = classes.iter().filter(|c| seen.insert(Self::course_key(c)));
        let course = |class: &&Class| {
            let key = Self::course_key(class);
            let cells = [
                ("sourcedId", key.as_str()),
                ("schoolYearSourcedId", &self.year_key()),
                ("title", &format!("{}{}级行政班", class.stage.label(), class.entry_year)),
                ("grades", &self.grade_of(class)),
                ("orgSourcedId", class.school.as_str()),
            ];
            row("courses", &cells)
        };
        first.map(course).collect()
    }

    fn class_key(school: &str, number: &str) -> String {
        format!("{school}-{number}")
    }

    fn class(&self, class: &Class) -> Vec<String> {
        let school = class.school.as_str();
        let key = Self::class_key(school, &class.number);
        let cells = [
            ("sourcedId", key.as_str()),
            ("title", &class.name),
            ("grades", &self.grade_of(class)),
            ("courseSourcedId", &Self::course_key(class)),
            ("classCode", &class.number),
            ("classType", "homeroom"),
            ("schoolSourcedId", school),
            ("termSourcedIds", &self.terms().map(Term::key).join(",")),
        ];
        row("classes", &cells)
    }

    fn user(&self, r: &Registration) -> Vec<String> {
        let id = r.id.to_string();
        let (family, given) = surname::split(r.record.get(Field::PupilName));
        let number = r.record.get(Field::Number);
        let class = self.directory.class(r.school.as_str(), &r.class_number);
        let hidden = "*".repeat(given.chars().count().max(1));
        let is_whole = self.asked.is_whole;
        // A name of one word is both.
        let told = if given.is_empty() { family } else { given };
        let cells = [
            ("sourcedId", id.as_str()),
            ("enabledUser", if r.status == Status::Enrolled { "true" } else { "false" }),
            ("username", &id),
            ("givenName", if is_whole { told } else { &hidden }),
            ("familyName", if is_whole || !given.is_empty() { family } else { "*" }),
            ("identifier", if is_whole { number } else { "" }),
            ("grades", &class.map_or_else(String::new, |c| self.grade_of(c))),
            ("primaryOrgSourcedId", r.school.as_str()),
        ];
        row("users", &cells)
    }

    fn role(&self, r: &Registration) -> Vec<String> {
        let cells = [
            ("sourcedId", format!("{}-student", r.id)),
            ("userSourcedId", r.id.to_string()),
            ("roleType", "primary".to_owned()),
            ("role", "student".to_owned()),
            ("orgSourcedId", r.school.as_str().to_owned()),
        ];
        row("roles", &cells.each_ref().map(|(k, v)| (*k, v.as_str())))
    }

    fn enrollment(&self, r: &Registration) -> Vec<String> {
        let school = r.school.as_str();
        let cells = [
            ("sourcedId", format!("{}-{}", r.id, r.ordinal)),
            ("classSourcedId", Self::class_key(school, &r.class_number)),
            ("schoolSourcedId", school.to_owned()),
            ("userSourcedId", r.id.to_string()),
            ("role", "student".to_owned()),
            // Of teachers only.
            ("primary", "false".to_owned()),
            ("beginDate", r.since.clone()),
        ];
        row("enrollments", &cells.each_ref().map(|(k, v)| (*k, v.as_str())))
    }

    fn demographics(&self, r: &Registration) -> Vec<String> {
        let sex = match r.record.code(Field::Sex) {
            "1" => "male",
            "2" => "female",
            _ => "unspecified",
        };
        let born = r.record.get(Field::BirthDate);
        let day = |b: &str| Some(format!("{}-{}-{}", b.get(..4)?, b.get(4..6)?, b.get(6..8)?));
        let born = if self.asked.is_whole { day(born).unwrap_or_default() } else { String::new() };
        let id = r.id.to_string();
        row("demographics", &[("sourcedId", id.as_str()), ("birthDate", &born), ("sex", sex)])
    }
}
