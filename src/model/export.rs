//! 导出台账: an output with whole names and numbers: who, when, what, of whom, for what, and the hash of what left.

use super::journal::Value;

/// One line of the ledger.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Export {
    /// Eight characters, printed on every sheet of what left.
    pub id: String,
    /// The day of business, `YYYY-MM-DD`.
    pub day: String,
    /// When it was begun, by the clock.
    pub at: String,
    pub actor: String,
    /// The command, without what a person typed behind it.
    pub command: String,
    /// Of whom, in words.
    pub scope: String,
    pub purpose: String,
    /// The number of the paper that allowed it.
    pub approval: Option<String>,
    /// How many rows, pages, cards or papers.
    pub count: Option<i64>,
    /// Where it went; none for the screen.
    pub file: Option<String>,
    /// BLAKE3 of the bytes that left.
    pub hash: Option<String>,
    pub finished_at: Option<String>,
}

/// Columns of a line that its end sets, from this one on.
pub const ENDS: usize = 8;

/// What is written on sheets that tell whole names and numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// A line above every table, and in the properties of the workbook.
    pub line: String,
    /// At the foot of every printed page.
    pub foot: String,
    pub actor: String,
}

impl Export {
    /// The row of the record table.
    pub fn row(&self) -> Vec<Value> {
        let text = |t: &str| Value::Text(t.to_owned());
        let may = |t: &Option<String>| t.as_deref().map_or(Value::Null, text);
        vec![
            text(&self.id),
            text(&self.day),
            text(&self.at),
            text(&self.actor),
            text(&self.command),
            text(&self.scope),
            text(&self.purpose),
            may(&self.approval),
            self.count.map_or(Value::Null, Value::Int),
            may(&self.file),
            may(&self.hash),
            may(&self.finished_at),
        ]
    }

    /// Of a row; `None` where the row is none of this table.
    pub fn from_row(row: &[Value]) -> Option<Export> {
        let may = |at: usize| match row.get(at) {
            Some(Value::Text(text)) => Some(text.clone()),
            _ => None,
        };
        let count = match row.get(ENDS)? {
            Value::Int(n) => Some(*n),
            _ => None,
        };
        Some(Export {
            id: may(0)?,
            day: may(1)?,
            at: may(2)?,
            actor: may(3)?,
            command: may(4)?,
            scope: may(5)?,
            purpose: may(6)?,
            approval: may(7),
            count,
            file: may(9),
            hash: may(10),
            finished_at: may(11),
        })
    }

    /// The mark of its sheets.
    pub fn mark(&self) -> Mark {
        self.marked(&format!("导出编号：{}　{} {}　", self.id, self.day, self.actor))
    }

    /// The mark of what is made again, a set from where it was left, a file when it is asked for again: the same for every run, so without number, day and person.
    pub fn mark_of_a_set(&self) -> Mark {
        Mark { actor: String::new(), ..self.marked("") }
    }

    fn marked(&self, by: &str) -> Mark {
        let approval = self.approval.as_ref().map_or_else(String::new, |a| format!("　批准文号：{a}"));
        Mark {
            line: format!(
                "【含完整个人信息，不得外传】{by}用途：{}{approval}　已记入导出台账。",
                self.purpose
            ),
            foot: format!("含完整个人信息，不得外传　{by}"),
            actor: self.actor.clone(),
        }
    }
}
