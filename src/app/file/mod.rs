//! 学籍档案: one pupil's whole file put together, what is missing of it, who holds it, what is brought into it.

pub mod bring;
pub mod check;
pub mod custody;
pub mod many;
pub mod write;

use jiff::civil::{Date, date};

use crate::model::application::Application;
use crate::model::change;
use crate::model::evidence::{Evidence, Subject};
use crate::model::field::Field;
use crate::model::file::custody::Held;
use crate::model::file::item::FileItem;
use crate::model::file::{GROUPS, Group, Item, Source, Wanted};
use crate::model::id::StudentId;
use crate::model::registration::Registration;
use crate::model::school::school_year;
use crate::model::status::Status;
use crate::store::application::{Asked, Made};

use super::change::registration;
use super::due::{Ground, When, archive};
use super::failure::Failure;

/// One pupil's file.
pub struct Dossier {
    pub registration: Registration,
    /// The school and the day of the first enrollment.
    pub entry: (String, String),
    pub changes: Vec<Made>,
    pub applications: Vec<Application>,
    pub papers: Vec<Evidence>,
    pub items: Vec<FileItem>,
    pub custody: Vec<Held>,
    /// When the file must be open, and by which rule; none where no rule says so.
    pub opening: Option<(When, String)>,
}

/// One thing that is in a file.
pub struct Content {
    pub group: &'static Group,
    pub item: &'static Item,
    /// A day, or a school year.
    pub day: String,
    pub what: String,
    /// Where it is from, and what tells more about the child than that it is there.
    pub from: From,
}

/// Where a content is from.
pub enum From {
    Registry,
    /// The file that was handed in.
    Paper(Evidence),
    Sheet(FileItem),
}

/// One thing that is not there.
#[derive(Clone, Debug)]
pub struct Missing {
    pub group: &'static Group,
    pub item: &'static Item,
    /// Of which school year, where it is wanted each year.
    pub year: String,
    /// The limit; what is wanted each year has none.
    pub due: Option<When>,
    pub source: String,
    pub todo: String,
}

impl Missing {
    /// Whether its day is past.
    pub fn is_overdue(&self) -> bool {
        self.due.is_some_and(When::is_overdue)
    }
}

/// Puts a pupil's file together.
pub fn dossier(desk: &Ground, id: StudentId) -> Result<Dossier, Failure> {
    of(desk, registration(desk.store, id)?)
}

/// Puts the file of a registration together.
pub fn of(desk: &Ground, registration: Registration) -> Result<Dossier, Failure> {
    let (store, id) = (desk.store, registration.id);
    let entry = store.entry_of(id)?;
    let changes = store.changes_of(id)?;
    let applications = store.applications(&Asked::Of(id))?;
    let custody = custody::history(desk, (id, &entry), &changes, &applications)?;
    let opening = opening(desk, &entry);
    Ok(Dossier {
        registration,
        changes,
        applications,
        papers: store.papers_of(id)?,
        items: store.file_items(id)?,
        custody,
        opening,
        entry,
    })
}

/// When the file of a pupil who entered must be open (2013, Art. 7: within a month of the day of entry).
fn opening(desk: &Ground, (school, since): &(String, String)) -> Option<(When, String)> {
    archive::limit(desk, school, since.parse().ok()?)
}

impl Dossier {
    /// The group a paper stands in.
    pub fn group_of(paper: &Evidence) -> &'static str {
        match Subject::parse(&paper.subject) {
            Some(Subject::File(_, group)) => group,
            _ => "proofs",
        }
    }

    /// Everything that is there, group by group.
    pub fn contents(&self) -> Vec<Content> {
        let mut all = Vec::new();
        for group in GROUPS {
            for item in group.items {
                self.put(group, item, &mut all);
            }
        }
        all
    }

    fn put(&self, group: &'static Group, item: &'static Item, all: &mut Vec<Content>) {
        let registry = |day: &str, what: String| Content {
            group,
            item,
            day: day.to_owned(),
            what,
            from: From::Registry,
        };
        match item.source {
            Source::Record if self.registration.status == Status::Pending => {}
            Source::Record => {
                all.push(registry(&self.entry.1, format!("学籍状态：{}", self.registration.standing())))
            }
            Source::Changes => all.extend(self.changes.iter().map(|m| {
                let name = change::spec(&m.kind).map_or(m.kind.as_str(), |s| s.name);
                registry(&m.day, name.to_owned())
            })),
            Source::Applications => all.extend(self.applications.iter().map(|a| {
                registry(
                    &a.opened_on.to_string(),
                    format!("{}申请 {}（{}）", a.spec.name, a.id, a.phase.label()),
                )
            })),
            Source::Papers => {
                let papers = self.papers.iter().filter(|p| Dossier::group_of(p) == group.key);
                all.extend(papers.map(|p| Content {
                    from: From::Paper(p.clone()),
                    ..registry(&p.added_on, p.note.clone())
                }));
                all.extend(self.sheet(group, item, |i| i.kind.group.is_none() && i.group() == group.key));
            }
            Source::Sheet(kind) => all.extend(self.sheet(group, item, |i| i.kind.name == kind.name)),
        }
    }

    fn sheet(
        &self,
        group: &'static Group,
        item: &'static Item,
        is_of: impl Fn(&FileItem) -> bool,
    ) -> Vec<Content> {
        let items = self.items.iter().filter(|i| is_of(i));
        items
            .map(|i| Content {
                group,
                item,
                day: i.get(i.kind.dated).to_owned(),
                what: i.kind.title.to_owned(),
                from: From::Sheet(i.clone()),
            })
            .collect()
    }

    /// Everything that is wanted and not there.
    pub fn missing(&self, today: Date) -> Vec<Missing> {
        let contents = self.contents();
        let mut all = Vec::new();
        for group in GROUPS {
            for item in group.items {
                let mut there =
                    contents.iter().filter(|c| c.group.key == group.key && c.item.key == item.key);
                match item.wanted {
                    Wanted::AtOpening if there.next().is_none() => all.push(self.at_opening(group, item)),
                    Wanted::EachYear => {
                        let year = last_year(today);
                        let is_wanted = self.attended(today) && !there.any(|c| year.holds(&c.day));
                        all.extend(is_wanted.then(|| each_year(group, item, &year)));
                    }
                    Wanted::AtOpening | Wanted::IfAny => {}
                }
            }
        }
        all
    }

    fn at_opening(&self, group: &'static Group, item: &'static Item) -> Missing {
        let (due, source) = match &self.opening {
            Some((when, source)) => (Some(*when), source.clone()),
            None => (None, String::new()),
        };
        let todo = match item.source {
            Source::Record => format!("核准学籍：xueji approve --school {}", self.registration.school),
            _ => format!(
                "xueji file add {} --group {} 扫描件，或 xueji file import papers 登记纸质材料",
                self.registration.id, group.key
            ),
        };
        Missing { group, item, year: String::new(), due, source, todo }
    }

    /// Whether the pupil was at school through the whole of the school year that ended last.
    fn attended(&self, today: Date) -> bool {
        // The pupil may have been at school long before the registration came into this registry.
        let month = self.registration.record.get(Field::EntryMonth);
        let first = last_year(today).first.to_string();
        let entered = self.entry.1 <= first || (!month.is_empty() && month <= &first.replace('-', "")[..6]);
        entered && self.registration.status == Status::Enrolled
    }

    /// Who holds the file now.
    pub fn holder(&self) -> Option<&Held> {
        self.custody.last()
    }
}

/// A school year.
struct Year {
    first: Date,
    last: Date,
    name: String,
}

impl Year {
    /// Whether a day, or a school year by its name, is of it.
    fn holds(&self, day: &str) -> bool {
        day == self.name || (self.first.to_string().as_str()..=self.last.to_string().as_str()).contains(&day)
    }
}

/// The school year that ended last. It begins with September; those who came in its first weeks were there.
fn last_year(today: Date) -> Year {
    let began = school_year(today) - 1;
    Year { first: date(began, 9, 1), last: date(began + 1, 8, 31), name: format!("{began}-{}", began + 1) }
}

fn each_year(group: &'static Group, item: &'static Item, year: &Year) -> Missing {
    let (title, todo) = match item.source {
        Source::Sheet(kind) => (kind.basis, format!("xueji file import {} 表格", kind.name)),
        _ => ("", String::new()),
    };
    Missing { group, item, year: year.name.clone(), due: None, source: title.to_owned(), todo }
}
