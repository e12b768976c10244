//! The fields of records: lengths before texts, big-endian numbers. Frozen.

use crate::model::id::StudentId;
use crate::model::journal::{Entry, Tail};
use crate::upstream::blind::{Blinded, Secret};
use crate::upstream::error::BundleError;

use super::{Answer, Batch, Checkpoint, Opened, Record};

/// How long a record may be.
pub const LONGEST: usize = 64 << 20;

/// Appends fields.
#[derive(Default)]
struct Fields(Vec<u8>);

impl Fields {
    fn number(&mut self, n: i64) -> &mut Fields {
        self.0.extend_from_slice(&n.to_be_bytes());
        self
    }

    fn text(&mut self, text: &str) -> &mut Fields {
        self.bytes(text.as_bytes())
    }

    fn bytes(&mut self, bytes: &[u8]) -> &mut Fields {
        self.0.extend_from_slice(&(bytes.len() as u32).to_be_bytes());
        self.raw(bytes)
    }

    fn raw(&mut self, bytes: &[u8]) -> &mut Fields {
        self.0.extend_from_slice(bytes);
        self
    }

    fn tail(&mut self, tail: &Tail) -> &mut Fields {
        self.number(tail.seq).raw(&tail.seal)
    }

    fn entry(&mut self, e: &Entry) -> &mut Fields {
        self.number(e.seq).text(&e.at).text(&e.day).text(&e.actor).text(&e.change);
        match e.student {
            None => self.raw(&[0]),
            Some(student) => self.raw(&[1]).raw(student.as_bytes()),
        };
        self.number(e.batch).text(&e.body).raw(&e.seal)
    }

    fn batch(&mut self, b: &Batch) -> &mut Fields {
        self.number(b.number).text(&b.kind).text(&b.title).text(&b.day).text(&b.at).text(&b.actor);
        self.text(&b.counts);
        match b.undoes {
            None => self.raw(&[0]),
            Some(undone) => self.raw(&[1]).number(undone),
        }
    }
}

/// A record's tag and fields.
pub fn encoded(record: &Record) -> (u8, Vec<u8>) {
    let mut f = Fields::default();
    let tag = match record {
        Record::Head { sender, recipient } => {
            f.text(sender).text(recipient);
            1
        }
        Record::Answer(a) => {
            f.raw(&a.bundle).raw(&[u8::from(a.taken)]).text(&a.reason).text(&a.message);
            2
        }
        Record::Holding { origin, tail } => {
            f.text(origin).tail(tail);
            3
        }
        Record::Section { origin, after } => {
            f.text(origin).tail(after);
            4
        }
        Record::Batch(b) => {
            f.batch(b);
            5
        }
        Record::Entry(e) => {
            f.entry(e);
            6
        }
        Record::Checkpoint(c) => {
            f.tail(&c.tail).bytes(&c.signature);
            7
        }
        Record::Attachment { hash, bytes } => {
            f.text(hash).bytes(bytes);
            8
        }
        Record::Blind { term, fingerprint } => {
            f.text(term).text(fingerprint);
            10
        }
        Record::Keys { handle, keys } => {
            f.raw(handle).raw(&(keys.len() as u16).to_be_bytes());
            for (sort, key) in keys {
                f.raw(&sort.to_be_bytes()).raw(key);
            }
            11
        }
        Record::Opened(o) => {
            f.text(&o.pair).raw(&o.handle).text(&o.record);
            12
        }
        Record::Secret(secret) => {
            f.text(&secret.term).raw(secret.bytes());
            13
        }
    };
    (tag, f.0)
}

/// The end record: how many records stand before it, and the hash of their bytes.
pub fn end(records: u64, hash: &[u8; 32]) -> (u8, Vec<u8>) {
    let mut f = Fields::default();
    f.number(records as i64).raw(hash);
    (END, f.0)
}

pub const END: u8 = 9;

/// Takes fields off the front.
struct Taking<'a>(&'a [u8]);

const SHORT: BundleError = BundleError::Malformed("记录比应有的短");

impl<'a> Taking<'a> {
    fn raw(&mut self, length: usize) -> Result<&'a [u8], BundleError> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or(SHORT)?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], BundleError> {
        self.raw(N)?.try_into().map_err(|_| SHORT)
    }

    fn number(&mut self) -> Result<i64, BundleError> {
        let n = i64::from_be_bytes(self.array()?);
        if n < 0 { Err(BundleError::Malformed("序号是负数")) } else { Ok(n) }
    }

    fn bytes(&mut self) -> Result<&'a [u8], BundleError> {
        let length = u32::from_be_bytes(self.array()?);
        self.raw(length as usize)
    }

    fn text(&mut self) -> Result<String, BundleError> {
        let text = std::str::from_utf8(self.bytes()?);
        text.map(str::to_owned).map_err(|_| BundleError::Malformed("文字不是 UTF-8"))
    }

    fn flag(&mut self) -> Result<bool, BundleError> {
        match self.array()? {
            [0] => Ok(false),
            [1] => Ok(true),
            _ => Err(BundleError::Malformed("是与否之外的值")),
        }
    }

    fn tail(&mut self) -> Result<Tail, BundleError> {
        Ok(Tail { seq: self.number()?, seal: self.array()? })
    }

    fn entry(&mut self) -> Result<Entry, BundleError> {
        let (seq, at, day) = (self.number()?, self.text()?, self.text()?);
        let (actor, change) = (self.text()?, self.text()?);
        let student = if self.flag()? { StudentId::from_bytes(self.raw(16)?) } else { None };
        let (batch, body, seal) = (self.number()?, self.text()?, self.array()?);
        Ok(Entry { seq, at, day, actor, change, student, batch, body, seal })
    }

    fn batch(&mut self) -> Result<Batch, BundleError> {
        Ok(Batch {
            number: self.number()?,
            kind: self.text()?,
            title: self.text()?,
            day: self.text()?,
            at: self.text()?,
            actor: self.text()?,
            counts: self.text()?,
            undoes: if self.flag()? { Some(self.number()?) } else { None },
        })
    }

    fn keys(&mut self) -> Result<Vec<(u16, Blinded)>, BundleError> {
        let count = u16::from_be_bytes(self.array()?);
        (0..count).map(|_| Ok((u16::from_be_bytes(self.array()?), self.array()?))).collect()
    }

    fn done(self) -> Result<(), BundleError> {
        if self.0.is_empty() { Ok(()) } else { Err(BundleError::Malformed("记录比应有的长")) }
    }
}

/// The record of this tag and these fields.
pub fn decoded(tag: u8, fields: &[u8]) -> Result<Record, BundleError> {
    let mut t = Taking(fields);
    let record = match tag {
        1 => Record::Head { sender: t.text()?, recipient: t.text()? },
        2 => Record::Answer(Answer {
            bundle: t.array()?,
            taken: t.flag()?,
            reason: t.text()?,
            message: t.text()?,
        }),
        3 => Record::Holding { origin: t.text()?, tail: t.tail()? },
        4 => Record::Section { origin: t.text()?, after: t.tail()? },
        5 => Record::Batch(t.batch()?),
        6 => Record::Entry(t.entry()?),
        7 => Record::Checkpoint(Checkpoint { tail: t.tail()?, signature: t.bytes()?.to_vec() }),
        8 => Record::Attachment { hash: t.text()?, bytes: t.bytes()?.to_vec() },
        10 => Record::Blind { term: t.text()?, fingerprint: t.text()? },
        11 => Record::Keys { handle: t.array()?, keys: t.keys()? },
        12 => Record::Opened(Opened { pair: t.text()?, handle: t.array()?, record: t.text()? }),
        13 => Record::Secret(Secret::of(t.text()?, t.array()?)),
        _ => return Err(BundleError::Malformed("不认识的记录")),
    };
    t.done()?;
    Ok(record)
}

/// The fields of the end record.
pub fn decoded_end(fields: &[u8]) -> Result<(u64, [u8; 32]), BundleError> {
    let mut t = Taking(fields);
    let end = (t.number()? as u64, t.array()?);
    t.done()?;
    Ok(end)
}
