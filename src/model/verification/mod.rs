//! 学籍核准 (the term's review): what it found of one pupil, and how that ended. The kinds are in `kind`.

pub mod excuse;
pub mod kind;

use super::id::StudentId;
use super::journal::Value;
use super::term::Term;
use kind::Kind;

/// One review of one school against its attendance list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Review {
    pub id: String,
    pub school: String,
    pub term: Term,
    /// `YYYY-MM-DD`.
    pub day: String,
    pub by: String,
    /// The names of its lists.
    pub files: String,
    /// Pupils who should be at school, those who are, and those who are lawfully away.
    pub expected: i64,
    pub attending: i64,
    pub excused: i64,
}

/// One thing a review found, until it is resolved.
#[derive(Clone, PartialEq, Eq)]
pub struct Discrepancy {
    pub id: String,
    /// The school whose list showed it.
    pub school: String,
    pub kind: Kind,
    /// The registration it is about; none of a pupil who has none.
    pub student: Option<StudentId>,
    /// What tells a pupil without a registration from others, as the list gives it.
    pub subject: String,
    /// As the list writes it.
    pub name: String,
    /// Where on the list; empty for a pupil who is not on it.
    pub place: String,
    pub note: String,
    /// The review that found it, and the last one that found it still there.
    pub review: String,
    pub seen_in: String,
    pub found_on: String,
    pub resolution: Option<Resolution>,
}

impl std::fmt::Debug for Discrepancy {
    /// Names of children are not for logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Discrepancy({} {:?} {})", self.id, self.kind, self.school)
    }
}

/// How one ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolution {
    pub text: String,
    pub by: String,
    pub on: String,
    /// The review that no longer found it; none where somebody decided it.
    pub review: Option<String>,
}

/// Columns of a discrepancy that later entries set.
pub const SEEN_IN: usize = 9;
pub const RESOLVED_FROM: usize = 11;

impl Resolution {
    /// The values of its columns.
    pub fn values(&self) -> [Value; 4] {
        let text = |t: &String| Value::Text(t.clone());
        [text(&self.text), text(&self.by), text(&self.on), self.review.as_ref().map_or(Value::Null, text)]
    }
}

fn text(row: &[Value], at: usize) -> Option<String> {
    match row.get(at) {
        Some(Value::Text(text)) => Some(text.clone()),
        _ => None,
    }
}

fn int(row: &[Value], at: usize) -> Option<i64> {
    match row.get(at) {
        Some(Value::Int(n)) => Some(*n),
        _ => None,
    }
}

impl Review {
    /// Its row.
    pub fn row(&self) -> Vec<Value> {
        let texts = [&self.id, &self.school, &self.term.key(), &self.day, &self.by, &self.files];
        let counts = [self.expected, self.attending, self.excused];
        let texts = texts.into_iter().map(|t| Value::Text(t.clone()));
        texts.chain(counts.into_iter().map(Value::Int)).collect()
    }

    /// Of its row; `None` where the row is none of this table.
    pub fn from_row(row: &[Value]) -> Option<Review> {
        Some(Review {
            id: text(row, 0)?,
            school: text(row, 1)?,
            term: Term::parse(&text(row, 2)?)?,
            day: text(row, 3)?,
            by: text(row, 4)?,
            files: text(row, 5)?,
            expected: int(row, 6)?,
            attending: int(row, 7)?,
            excused: int(row, 8)?,
        })
    }
}

impl Discrepancy {
    /// Whether somebody still has to see to it.
    pub fn is_open(&self) -> bool {
        self.resolution.is_none()
    }

    /// Whether another review's finding is the same.
    pub fn is(&self, kind: Kind, student: Option<StudentId>, subject: &str) -> bool {
        self.kind == kind && self.student == student && (student.is_some() || self.subject == subject)
    }

    /// Its row.
    pub fn row(&self) -> Vec<Value> {
        let text = |t: &str| Value::Text(t.to_owned());
        let mut row = vec![
            text(&self.id),
            text(&self.school),
            text(self.kind.spec().key),
            self.student.map_or(Value::Null, Value::Id),
            text(&self.subject),
            text(&self.name),
            text(&self.place),
            text(&self.note),
            text(&self.review),
            text(&self.seen_in),
            text(&self.found_on),
        ];
        match &self.resolution {
            Some(resolution) => row.extend(resolution.values()),
            None => row.resize(RESOLVED_FROM + 4, Value::Null),
        }
        row
    }

    /// Of its row; `None` where the row is none of this table.
    pub fn from_row(row: &[Value]) -> Option<Discrepancy> {
        let resolution = match text(row, RESOLVED_FROM) {
            None => None,
            Some(said) => Some(Resolution {
                text: said,
                by: text(row, RESOLVED_FROM + 1)?,
                on: text(row, RESOLVED_FROM + 2)?,
                review: text(row, RESOLVED_FROM + 3),
            }),
        };
        let student = match row.get(3)? {
            Value::Id(id) => Some(*id),
            _ => None,
        };
        Some(Discrepancy {
            id: text(row, 0)?,
            school: text(row, 1)?,
            kind: Kind::from_key(&text(row, 2)?)?,
            student,
            subject: text(row, 4)?,
            name: text(row, 5)?,
            place: text(row, 6)?,
            note: text(row, 7)?,
            review: text(row, 8)?,
            seen_in: text(row, SEEN_IN)?,
            found_on: text(row, 10)?,
            resolution,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_review_and_what_it_found_come_back_from_their_rows() {
        let review = Review {
            id: "7K3F9QXA".into(),
            school: "2133916413".into(),
            term: Term::parse("2026-autumn").unwrap(),
            day: "2026-09-10".into(),
            by: "王".into(),
            files: "到校名单.xlsx".into(),
            expected: 45,
            attending: 43,
            excused: 1,
        };
        assert_eq!(Review::from_row(&review.row()), Some(review));
        let mut found = Discrepancy {
            id: "2M8RTV4C".into(),
            school: "2133916413".into(),
            kind: Kind::NotAttending,
            student: Some(StudentId::new(1, 0, [1; 8])),
            subject: String::new(),
            name: "单煜妍".into(),
            place: String::new(),
            note: String::new(),
            review: "7K3F9QXA".into(),
            seen_in: "7K3F9QXA".into(),
            found_on: "2026-09-10".into(),
            resolution: None,
        };
        assert!(Discrepancy::from_row(&found.row()).as_ref() == Some(&found) && found.is_open());
        assert_eq!(found.row()[SEEN_IN], Value::Text("7K3F9QXA".into()));
        assert!(!format!("{found:?}").contains("煜"));
        let (text, by, on) = ("已劝返".into(), "李".into(), "2026-09-20".into());
        found.resolution = Some(Resolution { text, by, on, review: None });
        assert!(Discrepancy::from_row(&found.row()).as_ref() == Some(&found) && !found.is_open());
        assert!(Discrepancy::from_row(&[Value::Null]).is_none());
    }
}
