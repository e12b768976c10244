//! Writing a bundle: record by record, compressed, encrypted and signed as it goes.

use std::io::Write;

use flate2::Compression;
use flate2::write::DeflateEncoder;

use crate::upstream::error::BundleError;
use crate::upstream::profile::{Profile, Sealing};

use super::envelope::{Frames, Head};
use super::field::{self, LONGEST};
use super::grammar::Grammar;
use super::{Kind, Record};

/// From whom, to whom, under which keys.
#[derive(Clone, Copy)]
pub struct Parties<'a> {
    pub profile: &'static dyn Profile,
    /// The sender's origin and secret key for signatures.
    pub sender: &'a str,
    pub signing: &'a str,
    /// The recipient's origin and public key for encryption.
    pub recipient: &'a str,
    pub encryption: &'a str,
}

/// A bundle that is being written.
pub struct Writer<'a> {
    parties: Parties<'a>,
    out: DeflateEncoder<Box<dyn Sealing<'a> + 'a>>,
    grammar: Grammar,
    hasher: blake3::Hasher,
    records: u64,
}

impl<'a> Writer<'a> {
    /// Writes the envelope's head and the head record.
    pub fn new(out: &'a mut dyn Write, kind: Kind, parties: Parties<'a>) -> Result<Writer<'a>, BundleError> {
        let (sender, recipient) = (parties.sender.to_owned(), parties.recipient.to_owned());
        let head = Head { profile: parties.profile, kind, sender, recipient };
        let sealing = parties.profile.seal(parties.encryption, Frames::new(out, &head)?)?;
        let mut writer = Writer {
            parties,
            out: DeflateEncoder::new(sealing, Compression::default()),
            grammar: Grammar::default(),
            hasher: blake3::Hasher::new(),
            records: 0,
        };
        writer.put(&Record::Head { sender: head.sender, recipient: head.recipient })?;
        Ok(writer)
    }

    /// Writes a record.
    pub fn put(&mut self, record: &Record) -> Result<(), BundleError> {
        self.grammar.step(record)?;
        let (tag, fields) = field::encoded(record);
        if fields.len() > LONGEST {
            return Err(BundleError::Malformed("一条记录超过 64 MB"));
        }
        self.records += 1;
        let head = head(tag, &fields);
        self.hasher.update(&head);
        self.hasher.update(&fields);
        self.out.write_all(&head)?;
        self.out.write_all(&fields)?;
        Ok(())
    }

    /// Writes the end and signs; the bundle's hash.
    pub fn finish(mut self) -> Result<[u8; 32], BundleError> {
        self.grammar.end()?;
        let hash = *self.hasher.finalize().as_bytes();
        let (tag, fields) = field::end(self.records, &hash);
        self.out.write_all(&head(tag, &fields))?;
        self.out.write_all(&fields)?;
        let frames = self.out.finish()?.finish()?;
        frames.finish(self.parties.profile, self.parties.signing)?;
        Ok(hash)
    }
}

fn head(tag: u8, fields: &[u8]) -> [u8; 5] {
    let [a, b, c, d] = (fields.len() as u32).to_be_bytes();
    [tag, a, b, c, d]
}
