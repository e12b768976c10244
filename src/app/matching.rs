//! The engine over the registry: every registration as a record, the pairs that may be one child, and why.

use crate::dedup::cluster::Decided;
use crate::dedup::engine::{self, Found, Options};
use crate::dedup::explanation::{self, Explanation};
use crate::dedup::record::{Builder, Records, Row};
use crate::dedup::schema::{self, Schema};
use crate::dedup::weight::Scorer;
use crate::model::field::Field;
use crate::model::id::StudentId;
use crate::model::record::Record;
use crate::model::status::Status;
use crate::model::suspect::Suspect;
use crate::store::Store;
use crate::store::lookup::Which;

use super::failure::Failure;

/// How many registrations are read before they are put among the records.
const CHUNK: usize = 4096;

/// The registry as the engine sees it, and what the engine found.
pub struct Matching {
    pub schema: Schema,
    pub found: Found,
    records: Records,
    ids: Ids,
}

/// Two registrations with their score.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Match {
    pub one: StudentId,
    pub other: StudentId,
    pub score: i64,
}

/// A pupil who is to be registered: the identifier it would get, and its first day.
pub struct Newcomer<'a> {
    pub id: StudentId,
    pub record: &'a Record,
    pub since: &'a str,
}

/// Runs the engine over every registration; what people decided stands.
pub fn run(store: &Store, known: &[Suspect]) -> Result<Matching, Failure> {
    with(store, known, &[])
}

/// Runs the engine over every registration and some that are to be: what a run would say after they were registered.
pub fn with(store: &Store, known: &[Suspect], newcomers: &[Newcomer]) -> Result<Matching, Failure> {
    let schema = schema::pupil();
    let mut gathering = Gathering::new(&schema);
    store.each_registration(&Which::All, &mut |r| {
        // A registration that should never have been is nobody's.
        if r.status != Status::Removed {
            gathering.take(r.id, &r.record, &r.since);
        }
    })?;
    newcomers.iter().for_each(|n| gathering.take(n.id, n.record, n.since));
    let (records, ids) = gathering.finish();
    let mut by_id: Vec<u32> = (0..ids.len() as u32).collect();
    by_id.sort_unstable_by_key(|at| ids[*at as usize]);
    let ids = Ids { ids, by_id };
    let options = Options { decided: decided(known, &ids), ..Options::default() };
    let found = engine::run(&schema, &records, options);
    Ok(Matching { schema, found, records, ids })
}

/// The registrations in the order of the records, and that order by identifier.
struct Ids {
    ids: Vec<StudentId>,
    by_id: Vec<u32>,
}

impl Ids {
    fn at(&self, id: StudentId) -> Option<u32> {
        let found = self.by_id.binary_search_by_key(&id, |at| self.ids[*at as usize]);
        found.ok().map(|i| self.by_id[i])
    }
}

fn decided(known: &[Suspect], ids: &Ids) -> Decided {
    let mut decided = Decided::default();
    for suspect in known {
        let (Some(decision), Some(one), Some(other)) =
            (&suspect.decision, ids.at(suspect.one), ids.at(suspect.other))
        else {
            continue;
        };
        if decision.is_same {
            decided.same.push((one, other));
        } else {
            decided.different.insert((one.min(other), one.max(other)));
        }
    }
    decided
}

impl Matching {
    /// The pairs that are same or suspect, the earlier registration first, in the order of the identifiers.
    pub fn matches(&self) -> Vec<Match> {
        let of = |at: u32| self.ids.ids[at as usize];
        let mut all: Vec<Match> = self
            .found
            .pairs
            .iter()
            .map(|(pair, score)| Match {
                one: of(pair.a).min(of(pair.b)),
                other: of(pair.a).max(of(pair.b)),
                score: i64::from(*score),
            })
            .collect();
        all.sort_unstable_by_key(|m| (m.one, m.other));
        all
    }

    /// The identifier of a record, and the record of an identifier; newcomers follow the registrations.
    pub fn id(&self, at: u32) -> StudentId {
        self.ids.ids[at as usize]
    }

    pub fn at(&self, id: StudentId) -> Option<u32> {
        self.ids.at(id)
    }

    /// How many records there are.
    pub fn len(&self) -> usize {
        self.ids.ids.len()
    }

    /// What scores any two records under the weights of this run. Making it goes over all values: once for many pairs.
    pub fn scorer(&self) -> Scorer<'_> {
        Scorer::new(&self.schema, &self.records, &self.found.model)
    }

    /// The scores of pairs, whether or not the engine would have compared them; 0 where one is not in the registry.
    pub fn scores(&self, pairs: &[(StudentId, StudentId)]) -> Vec<i64> {
        let scorer = self.scorer();
        let of = |(one, other): &(StudentId, StudentId)| {
            Some(i64::from(scorer.pair(self.at(*one)?, self.at(*other)?)))
        };
        pairs.iter().map(|pair| of(pair).unwrap_or(0)).collect()
    }

    /// Why two registrations score as they do; `None` where one is not in the registry.
    pub fn explain(&self, one: StudentId, other: StudentId) -> Option<Explanation> {
        Some(explanation::explain(&self.schema, &self.scorer(), self.at(one)?, self.at(other)?))
    }
}

/// Registrations on their way to being records.
pub struct Gathering<'a> {
    schema: &'a Schema,
    builder: Builder,
    waiting: Vec<(String, u32, Vec<String>)>,
    ids: Vec<StudentId>,
}

impl<'a> Gathering<'a> {
    /// None yet.
    pub fn new(schema: &'a Schema) -> Gathering<'a> {
        Gathering { schema, builder: Builder::new(schema), waiting: Vec::new(), ids: Vec::new() }
    }

    /// One more, that may be any other's.
    pub fn take(&mut self, id: StudentId, record: &Record, since: &str) {
        self.take_of(id, record, since, 0);
    }

    /// One more of a group within which no two are compared; 0 is no group.
    pub fn take_of(&mut self, id: StudentId, record: &Record, since: &str, group: u32) {
        let columns = self.schema.fields.iter().flat_map(|f| &f.columns);
        let cells = columns.map(|column| cell(record, since, column)).collect();
        self.waiting.push((id.to_string(), group, cells));
        self.ids.push(id);
        if self.waiting.len() >= CHUNK {
            self.hand_on();
        }
    }

    fn hand_on(&mut self) {
        let rows: Vec<Row> = self
            .waiting
            .iter()
            .map(|(id, group, cells)| Row {
                id,
                exclusive: *group,
                cells: cells.iter().map(String::as_str).collect(),
            })
            .collect();
        self.builder.add(&rows);
        drop(rows);
        self.waiting.clear();
    }

    /// The records, and whose they are.
    pub fn finish(mut self) -> (Records, Vec<StudentId>) {
        self.hand_on();
        (self.builder.finish(), self.ids)
    }
}

/// What a record says in a column of the schema.
fn cell(record: &Record, since: &str, column: &str) -> String {
    match column {
        "enrollment" => {
            let month: String = since.chars().filter(char::is_ascii_digit).take(6).collect();
            format!("{}:{month}-", record.get(Field::School))
        }
        key => Field::from_key(key).map_or_else(String::new, |f| record.get(f).to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_of_a_pupil_is_something_the_registry_has() {
        let columns = schema::pupil().fields.into_iter().flat_map(|f| f.columns);
        for column in columns.filter(|c| c != "enrollment") {
            assert!(Field::from_key(&column).is_some(), "{column}");
        }
    }
}
