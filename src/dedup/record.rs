//! The engine's own records: columns of numbers into pools of distinct values, so that a million fit in memory.
//!
//! A value is kept once, as what is compared of it; a record is a row of four-byte numbers. No text is kept.

use std::hash::Hasher;

use rayon::prelude::{IntoParallelIterator, ParallelIterator};
use rustc_hash::{FxHashMap, FxHasher};

use super::comparison::Value;
use super::schema::Schema;

/// The number of no value.
pub const NONE: u32 = u32::MAX;

/// The distinct values of a field.
#[derive(Default)]
pub struct Pool {
    pub values: Vec<Value>,
    /// How many cells hold each.
    pub counts: Vec<u32>,
    /// What a value is known by from run to run.
    pub hashes: Vec<u64>,
}

/// One field of every record: as many columns as the schema gives it, each as long as there are records.
#[derive(Default)]
pub struct FieldData {
    pub columns: Vec<Vec<u32>>,
    pub pool: Pool,
}

/// All records. A record is known by its position; `order` is a number of its own identifier, so that nothing depends
/// on the order in which records came.
pub struct Records {
    pub fields: Vec<FieldData>,
    pub order: Vec<u64>,
    /// Records of one group, other than 0, are never the same child: a list that is known to hold each child once.
    pub exclusive: Vec<u32>,
}

impl Records {
    pub fn len(&self) -> usize {
        self.order.len()
    }
}

/// Records in the making.
pub struct Builder {
    records: Records,
    readers: Vec<fn(&str) -> Option<Value>>,
    known: Vec<Known>,
}

/// The texts met so far, by hash: the number of the value, or that there is none in the text.
#[derive(Default)]
struct Known {
    texts: FxHashMap<u64, u32>,
    /// Different texts may be one value: a name with a space and without.
    values: FxHashMap<u64, u32>,
}

/// A row to be added: the texts of all columns in the order of the schema.
pub struct Row<'a> {
    pub id: &'a str,
    pub exclusive: u32,
    pub cells: Vec<&'a str>,
}

impl Builder {
    pub fn new(schema: &Schema) -> Builder {
        let field = |columns: usize| FieldData { columns: vec![Vec::new(); columns], ..FieldData::default() };
        let fields: Vec<FieldData> = schema.fields.iter().map(|f| field(f.columns.len())).collect();
        Builder {
            known: fields.iter().map(|_| Known::default()).collect(),
            records: Records { fields, order: Vec::new(), exclusive: Vec::new() },
            readers: schema.fields.iter().map(|f| f.comparison.read).collect(),
        }
    }

    /// Adds rows, each field on its own thread.
    pub fn add(&mut self, rows: &[Row]) {
        self.records.order.extend(rows.iter().map(|r| hash(r.id.as_bytes())));
        self.records.exclusive.extend(rows.iter().map(|r| r.exclusive));
        let mut first = 0;
        let mut work = Vec::new();
        let fields = self.records.fields.iter_mut().zip(&mut self.known).zip(&self.readers);
        for ((data, known), read) in fields {
            let count = data.columns.len();
            work.push((first, data, known, read));
            first += count;
        }
        work.into_par_iter().for_each(|(first, data, known, read)| {
            let (columns, pool) = (&mut data.columns, &mut data.pool);
            for row in rows {
                for (column, cell) in columns.iter_mut().zip(&row.cells[first..]) {
                    column.push(known.number(cell, *read, pool));
                }
            }
        });
    }

    pub fn finish(self) -> Records {
        self.records
    }
}

impl Known {
    fn number(&mut self, text: &str, read: fn(&str) -> Option<Value>, pool: &mut Pool) -> u32 {
        if text.is_empty() {
            return NONE;
        }
        let text_hash = hash(text.as_bytes());
        let number = match self.texts.get(&text_hash) {
            Some(known) => *known,
            None => {
                let number = self.new_text(text_hash, text, read, pool);
                self.texts.insert(text_hash, number);
                number
            }
        };
        if number != NONE {
            pool.counts[number as usize] += 1;
        }
        number
    }

    fn new_text(
        &mut self,
        of_text: u64,
        text: &str,
        read: fn(&str) -> Option<Value>,
        pool: &mut Pool,
    ) -> u32 {
        let Some(value) = read(text) else { return NONE };
        let of_value = value_hash(&value).unwrap_or(of_text);
        let next = u32::try_from(pool.values.len()).expect("fewer values than four thousand million");
        *self.values.entry(of_value).or_insert_with(|| {
            pool.values.push(value);
            pool.counts.push(0);
            pool.hashes.push(of_value);
            next
        })
    }
}

/// Sixty-four bits of some bytes, well mixed. Among ten million values two share them once in 400,000 runs.
pub fn hash(bytes: &[u8]) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(bytes);
    hasher.write_usize(bytes.len());
    mix(hasher.finish())
}

/// The finalizer of SplitMix64 (Steele, Lea, Flood 2014).
pub fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// What makes two values one; `None` when only the text itself tells.
fn value_hash(value: &Value) -> Option<u64> {
    let of_chars = |chars: &mut dyn Iterator<Item = char>| {
        let text: String = chars.collect();
        hash(text.as_bytes())
    };
    match value {
        Value::Name(glyphs) => Some(of_chars(&mut glyphs.iter().map(|g| g.c))),
        Value::Text(chars) => Some(of_chars(&mut chars.iter().copied())),
        Value::Number(number) => Some(hash(number.bytes())),
        Value::Day(day) => Some(hash(&day.digits)),
        Value::Parts(parts) => Some(parts.iter().fold(1, |h, p| mix(h ^ u64::from(*p)))),
        Value::Periods(_) | Value::Opaque => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::schema;
    use super::*;

    #[test]
    fn a_value_is_kept_once_however_it_is_written() {
        let mut schema = schema::pupil();
        schema.fields.truncate(3);
        let mut builder = Builder::new(&schema);
        let row = |id, cells| Row { id, exclusive: 0, cells };
        builder
            .add(&[row("a", vec!["王 小明", "男", "2015-03-14"]), row("b", vec!["王小明", "", "20150314"])]);
        builder.add(&[row("c", vec!["", "男", "无"])]);
        let records = builder.finish();
        assert_eq!(records.len(), 3);
        let column = |f: usize| &records.fields[f].columns[0];
        assert_eq!(column(0)[..], [0, 0, NONE]);
        assert_eq!(column(1)[..], [0, NONE, 0]);
        assert_eq!(column(2)[..], [0, 0, NONE]);
        assert_eq!(records.fields[0].pool.counts, [2]);
    }

    #[test]
    fn a_value_is_small() {
        assert!(size_of::<Value>() <= 40, "{}", size_of::<Value>());
    }
}
