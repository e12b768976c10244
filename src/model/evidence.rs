//! 佐证材料: which file speaks for what. The bytes are the store's; here is what is said of them.

use super::file;
use super::id::StudentId;
use super::journal::{Value, Write, writes_of};
use super::record_table::EVIDENCE;

/// What a file is evidence for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A registration: papers of its file.
    Student(StudentId),
    /// A pupil's file, under the group of this key.
    File(StudentId, &'static str),
    /// An application for a change, by its name.
    Application(String),
    /// A dispute: what the authority that decided it verified.
    Dispute(String),
    /// What a school claims in a dispute: the dispute's name and the claim's ordinal.
    Claim(String, i64),
    /// A step taken to bring a pupil back to school: the watch's name and the step's ordinal.
    Watch(String, i64),
}

impl Subject {
    /// From its text: `student:…`, `file:….proofs`, `application:…`, `dispute:…`, `claim:….2`, `watch:….2`.
    pub fn parse(text: &str) -> Option<Subject> {
        let (kind, name) = text.split_once(':')?;
        match (kind, name) {
            ("student", name) => StudentId::parse(name).map(Subject::Student),
            ("file", name) => {
                let (id, group) = name.split_once('.')?;
                Some(Subject::File(StudentId::parse(id)?, file::group(group).filter(|g| g.key == group)?.key))
            }
            ("application", name) if !name.is_empty() => Some(Subject::Application(name.to_owned())),
            ("dispute", name) if !name.is_empty() => Some(Subject::Dispute(name.to_owned())),
            ("claim" | "watch", name) => {
                let (of, ordinal) = name.split_once('.')?;
                let (of, ordinal) = (of.to_owned(), ordinal.parse().ok()?);
                Some(if kind == "claim" { Subject::Claim(of, ordinal) } else { Subject::Watch(of, ordinal) })
            }
            _ => None,
        }
    }
}

impl std::fmt::Display for Subject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Subject::Student(id) => write!(f, "student:{id}"),
            Subject::File(id, group) => write!(f, "file:{id}.{group}"),
            Subject::Application(name) => write!(f, "application:{name}"),
            Subject::Dispute(name) => write!(f, "dispute:{name}"),
            Subject::Claim(dispute, ordinal) => write!(f, "claim:{dispute}.{ordinal}"),
            Subject::Watch(watch, ordinal) => write!(f, "watch:{watch}.{ordinal}"),
        }
    }
}

/// One file that was handed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    pub subject: String,
    /// From 1; counts on where one was undone only if a later one is there.
    pub ordinal: i64,
    /// BLAKE3 of the bytes, 64 hexadecimal digits: under it the store keeps the file.
    pub hash: String,
    /// The file's name as it was handed in; it may hold a child's name.
    pub name: String,
    /// Bytes.
    pub length: i64,
    /// What it shows.
    pub note: String,
    /// `YYYY-MM-DD`.
    pub added_on: String,
    pub added_by: String,
}

impl Evidence {
    /// Its row.
    pub fn row(&self) -> Vec<Value> {
        let text = |t: &String| Value::Text(t.clone());
        vec![
            text(&self.subject),
            Value::Int(self.ordinal),
            text(&self.hash),
            text(&self.name),
            Value::Int(self.length),
            text(&self.note),
            text(&self.added_on),
            text(&self.added_by),
        ]
    }

    /// Of its row; `None` where the row is none of this table.
    pub fn from_row(row: &[Value]) -> Option<Evidence> {
        let text = |at: usize| match row.get(at) {
            Some(Value::Text(text)) => Some(text.clone()),
            _ => None,
        };
        let (Value::Int(ordinal), Value::Int(length)) = (row.get(1)?, row.get(4)?) else { return None };
        Some(Evidence {
            subject: text(0)?,
            ordinal: *ordinal,
            hash: text(2)?,
            name: text(3)?,
            length: *length,
            note: text(5)?,
            added_on: text(6)?,
            added_by: text(7)?,
        })
    }
}

/// The hashes of the files that an entry's body hands in as evidence.
pub fn hashes_in(body: &str) -> Vec<String> {
    // Few entries do: a look before the body is taken apart.
    if !body.contains("\"table\":\"evidence\"") {
        return Vec::new();
    }
    let hash = |write: Write| match write {
        Write::Insert { table, row } if table.name == EVIDENCE.name => Some(Evidence::from_row(&row)?.hash),
        _ => None,
    };
    writes_of(body).unwrap_or_default().into_iter().filter_map(hash).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_read_back_and_nothing_else_is_one() {
        for subject in [
            Subject::Student(StudentId::new(1, 2, [3; 8])),
            Subject::File(StudentId::new(1, 2, [3; 8]), "proofs"),
            Subject::Application("7K3F9QXA".into()),
            Subject::Dispute("7K3F9QXA".into()),
            Subject::Claim("7K3F9QXA".into(), 2),
        ] {
            assert_eq!(Subject::parse(&subject.to_string()), Some(subject));
        }
        for other in
            ["", "student", "student:1", "application:", "school:1", "claim:A", "claim:A.x", "file:1.proofs"]
        {
            assert_eq!(Subject::parse(other), None, "{other}");
        }
    }

    #[test]
    fn evidence_comes_back_from_its_row() {
        let evidence = Evidence {
            subject: "application:A".into(),
            ordinal: 2,
            hash: "ab".into(),
            name: "户口簿.jpg".into(),
            length: 7,
            note: "首页".into(),
            added_on: "2026-09-10".into(),
            added_by: "王经办".into(),
        };
        assert_eq!(Evidence::from_row(&evidence.row()), Some(evidence));
        assert_eq!(Evidence::from_row(&[Value::Null]), None);
    }
}
