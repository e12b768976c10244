//! One entry of what happened: who, when, which change, what it wrote, sealed with the hash of the one before.
//!
//! The record tables are the journal's shadow: they are written only by applying an entry's writes, so replaying the
//! journal gives the tables and undoing a batch is applying the inverse writes in reverse order.

use std::fmt::Write as _;

use super::id::StudentId;
use super::record_table::{RecordTable, record_table};

/// A value in a record table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    Null,
    Int(i64),
    Text(String),
    Id(StudentId),
    /// A JSON object of texts, its keys in order: on disk its text, in an entry's body the object itself.
    Object(String),
}

/// Hexadecimal digits: how seals and hashes are written in texts.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

impl Value {
    /// Text, or null where it is empty.
    pub fn text_or_null(text: &str) -> Value {
        if text.is_empty() { Value::Null } else { Value::Text(text.to_owned()) }
    }

    fn write_json(&self, out: &mut String) {
        match self {
            Value::Null => out.push_str("null"),
            Value::Int(n) => {
                let _ = write!(out, "{n}");
            }
            Value::Text(t) => write_json_string(t, out),
            Value::Object(text) => out.push_str(text),
            // A key is an object so that it can't be taken for a text when it is read back.
            Value::Id(id) => {
                let _ = write!(out, "{{\"id\":\"{id}\"}}");
            }
        }
    }

    fn from_json(json: &serde_json::Value) -> Option<Value> {
        match json {
            serde_json::Value::Null => Some(Value::Null),
            serde_json::Value::Number(n) => n.as_i64().map(Value::Int),
            serde_json::Value::String(s) => Some(Value::Text(s.clone())),
            serde_json::Value::Object(o) => match o.get("id") {
                Some(id) => StudentId::parse(id.as_str()?).map(Value::Id),
                None => {
                    let pairs = o.iter().map(|(k, v)| Some((k.as_str(), v.as_str()?)));
                    Some(Value::Object(object_of_texts(pairs.collect::<Option<Vec<_>>>()?)))
                }
            },
            _ => None,
        }
    }
}

/// Appends a JSON string literal.
pub fn write_json_string(text: &str, out: &mut String) {
    out.push('"');
    let mut clean = 0;
    for (i, byte) in text.bytes().enumerate().filter(|(_, b)| *b < b' ' || matches!(b, b'"' | b'\\')) {
        out.push_str(&text[clean..i]);
        clean = i + 1;
        match byte {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            control => {
                let _ = write!(out, "\\u{control:04x}");
            }
        }
    }
    out.push_str(&text[clean..]);
    out.push('"');
}

/// The canonical text of a JSON object of texts: keys in order, no spaces.
pub fn object_of_texts(mut pairs: Vec<(&str, &str)>) -> String {
    pairs.sort_unstable();
    let mut out = String::with_capacity(2048);
    for (key, value) in pairs {
        out.push(if out.is_empty() { '{' } else { ',' });
        write_json_string(key, &mut out);
        out.push(':');
        write_json_string(value, &mut out);
    }
    out.push_str(if out.is_empty() { "{}" } else { "}" });
    out
}

/// One write to a record table.
#[derive(Clone, Debug, PartialEq)]
pub enum Write {
    /// A whole new row, in the order of the table's columns.
    Insert { table: &'static RecordTable, row: Vec<Value> },
    /// Columns of one row changed: (column's index, before, after).
    Update { table: &'static RecordTable, key: Vec<Value>, set: Vec<(usize, Value, Value)> },
    /// A whole row taken out: by undoing its insert, or a mark that is cleared.
    Delete { table: &'static RecordTable, row: Vec<Value> },
}

impl Write {
    /// The write that takes this one back.
    pub fn inverse(&self) -> Write {
        match self {
            Write::Insert { table, row } => Write::Delete { table, row: row.clone() },
            Write::Delete { table, row } => Write::Insert { table, row: row.clone() },
            Write::Update { table, key, set } => Write::Update {
                table,
                key: key.clone(),
                set: set.iter().map(|(i, before, after)| (*i, after.clone(), before.clone())).collect(),
            },
        }
    }

    fn write_json(&self, out: &mut String) {
        let list = |out: &mut String, values: &[Value]| {
            out.push('[');
            for (i, v) in values.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                v.write_json(out);
            }
            out.push(']');
        };
        let (op, table) = match self {
            Write::Insert { table, .. } => ("insert", table),
            Write::Update { table, .. } => ("update", table),
            Write::Delete { table, .. } => ("delete", table),
        };
        let _ = write!(out, "{{\"op\":\"{op}\",\"table\":\"{}\",", table.name);
        match self {
            Write::Insert { row, .. } | Write::Delete { row, .. } => {
                out.push_str("\"row\":");
                list(out, row);
            }
            Write::Update { table, key, set } => {
                out.push_str("\"key\":");
                list(out, key);
                out.push_str(",\"set\":{");
                for (i, (column, before, after)) in set.iter().enumerate() {
                    let _ = write!(out, "{}\"{}\":[", if i > 0 { "," } else { "" }, table.columns[*column]);
                    before.write_json(out);
                    out.push(',');
                    after.write_json(out);
                    out.push(']');
                }
                out.push('}');
            }
        }
        out.push('}');
    }

    fn from_json(json: &serde_json::Value) -> Option<Write> {
        let table = record_table(json.get("table")?.as_str()?)?;
        let values = |key: &str| -> Option<Vec<Value>> {
            json.get(key)?.as_array()?.iter().map(Value::from_json).collect()
        };
        // A row written before a table had its last columns has nothing in them.
        let row = || -> Option<Vec<Value>> {
            let mut row = values("row")?;
            row.resize(table.columns.len().max(row.len()), Value::Null);
            Some(row)
        };
        match json.get("op")?.as_str()? {
            "insert" => Some(Write::Insert { table, row: row()? }),
            "delete" => Some(Write::Delete { table, row: row()? }),
            "update" => {
                let set = json.get("set")?.as_object()?.iter().map(|(name, pair)| {
                    let column = table.columns.iter().position(|c| c == name)?;
                    Some((column, Value::from_json(pair.get(0)?)?, Value::from_json(pair.get(1)?)?))
                });
                Some(Write::Update { table, key: values("key")?, set: set.collect::<Option<_>>()? })
            }
            _ => None,
        }
    }
}

/// A value that reading changed: what stood in the cell, and the rule that changed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Normalized {
    pub field: &'static str,
    pub raw: String,
    pub rule: &'static str,
}

/// What an entry says besides its writes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Draft {
    /// The change's machine key: `admission`, `amendment`, `approval`, `batch_undone` …
    pub change: &'static str,
    pub student: Option<StudentId>,
    /// A text the actor gave: an explanation, a purpose, a reason.
    pub text: String,
    /// Where a roster's row came from and which of its values were normalized.
    pub source: String,
    pub normalized: Vec<Normalized>,
    pub writes: Vec<Write>,
}

impl Draft {
    /// The canonical JSON of the entry's body; the seal is taken over these bytes.
    pub fn body(&self) -> String {
        let mut out = String::with_capacity(2048);
        out.push_str("{\"text\":");
        write_json_string(&self.text, &mut out);
        out.push_str(",\"source\":");
        write_json_string(&self.source, &mut out);
        out.push_str(",\"normalized\":[");
        for (i, n) in self.normalized.iter().enumerate() {
            let _ = write!(
                out,
                "{}{{\"field\":\"{}\",\"rule\":\"{}\",\"raw\":",
                if i > 0 { "," } else { "" },
                n.field,
                n.rule
            );
            write_json_string(&n.raw, &mut out);
            out.push('}');
        }
        out.push_str("],\"writes\":[");
        for (i, w) in self.writes.iter().enumerate() {
            if i > 0 {
                out.push(',');
            }
            w.write_json(&mut out);
        }
        out.push_str("]}");
        out
    }
}

/// The writes of an entry's body; `None` when the body is not one of ours.
pub fn writes_of(body: &str) -> Option<Vec<Write>> {
    let json: serde_json::Value = serde_json::from_str(body).ok()?;
    json.get("writes")?.as_array()?.iter().map(Write::from_json).collect()
}

/// The end of a journal: the last sequence and its seal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tail {
    pub seq: i64,
    pub seal: [u8; 32],
}

impl Tail {
    /// Before the first entry.
    pub const START: Tail = Tail { seq: 0, seal: [0; 32] };
}

/// An entry as it stands in the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub seq: i64,
    pub at: String,
    pub day: String,
    pub actor: String,
    pub change: String,
    pub student: Option<StudentId>,
    pub batch: i64,
    pub body: String,
    pub seal: [u8; 32],
}

impl Entry {
    /// The seal this entry must carry after `previous`: the hash of the one before and of all this one says.
    pub fn sealed_after(&self, origin: &str, previous: &[u8; 32]) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new();
        hasher.update(previous);
        let student = self.student.map(|s| s.to_string()).unwrap_or_default();
        let (seq, batch) = (self.seq.to_string(), self.batch.to_string());
        // Lengths before texts: no two different entries give the same bytes.
        for part in
            [origin, &seq, &self.at, &self.day, &self.actor, &self.change, &student, &batch, &self.body]
        {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        }
        *hasher.finalize().as_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::super::record_table::{ENROLLMENT, SCHOOL, STUDENT};
    use super::*;

    fn sample() -> Vec<Write> {
        let id = Value::Id(StudentId::new(1, 2, [3; 8]));
        let insert = Write::Insert {
            table: &ENROLLMENT,
            row: vec![
                id.clone(),
                Value::Int(1),
                Value::Text("2133010001".into()),
                Value::Text("\"引\\号\u{1}".into()),
                Value::Null,
                Value::Null,
            ],
        };
        let update = Write::Update {
            table: &ENROLLMENT,
            key: vec![id, Value::Int(1)],
            set: vec![(5, Value::Null, Value::Text("2026-09-01".into()))],
        };
        vec![insert, update]
    }

    #[test]
    fn a_body_gives_its_writes_back() {
        let draft = Draft { change: "admission", writes: sample(), ..Draft::default() };
        assert_eq!(writes_of(&draft.body()), Some(sample()));
    }

    #[test]
    fn a_row_written_before_its_table_grew_has_nothing_in_the_new_columns() {
        let draft = Draft {
            writes: vec![Write::Insert { table: &SCHOOL, row: vec![Value::Text("2133010001".into())] }],
            ..Draft::default()
        };
        let writes = writes_of(&draft.body()).unwrap();
        let [Write::Insert { row, .. }] = writes.as_slice() else { panic!("one insert: {writes:?}") };
        assert_eq!((row.len(), &row[10]), (SCHOOL.columns.len(), &Value::Null));
    }

    #[test]
    fn an_object_comes_back_to_the_letter() {
        let text = object_of_texts(vec![("phone", "1"), ("address", "引\"号\n\\\u{1}")]);
        let mut row = vec![Value::Object(text.clone()), Value::Object("{}".into())];
        row.resize(STUDENT.columns.len(), Value::Null);
        let draft =
            Draft { writes: vec![Write::Insert { table: &STUDENT, row: row.clone() }], ..Draft::default() };
        assert_eq!(writes_of(&draft.body()), Some(vec![Write::Insert { table: &STUDENT, row }]));
        assert!(text.starts_with("{\"address\":"));
    }

    #[test]
    fn the_inverse_of_the_inverse_is_the_write() {
        for w in sample() {
            assert_ne!(w.inverse(), w);
            assert_eq!(w.inverse().inverse(), w);
        }
    }

    #[test]
    fn any_changed_part_changes_the_seal() {
        let entry = Entry {
            seq: 1,
            at: "a".into(),
            day: "d".into(),
            actor: "x".into(),
            change: "c".into(),
            student: None,
            batch: 1,
            body: "{}".into(),
            seal: [0; 32],
        };
        let seal = entry.sealed_after("o", &[0; 32]);
        assert_ne!(seal, entry.sealed_after("p", &[0; 32]));
        assert_ne!(seal, entry.sealed_after("o", &[1; 32]));
        for changed in [
            Entry { seq: 2, ..entry.clone() },
            Entry { at: "b".into(), ..entry.clone() },
            Entry { actor: "y".into(), ..entry.clone() },
            Entry { body: "{ }".into(), ..entry.clone() },
            Entry { batch: 2, ..entry.clone() },
            Entry { change: "".into(), actor: "xc".into(), ..entry.clone() },
        ] {
            assert_ne!(seal, changed.sealed_after("o", &[0; 32]));
        }
    }
}
