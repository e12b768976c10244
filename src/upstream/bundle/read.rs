//! Reading a bundle: who sent it, whether it is what they signed, then record by record in bounded memory.

use std::io::{Read, SeekFrom};

use flate2::read::DeflateDecoder;

use crate::upstream::error::BundleError;

use super::Record;
use super::envelope::{self, Head, Source};
use super::field::{self, END, LONGEST};
use super::grammar::Grammar;

/// A bundle that is being read. It was signed by its sender; what it says is believed only when the end was reached.
pub struct Reader<'a> {
    head: Head,
    input: DeflateDecoder<Box<dyn Read + 'a>>,
    grammar: Grammar,
    hasher: blake3::Hasher,
    records: u64,
    ended: Option<[u8; 32]>,
}

/// Reads the head in clear: whose keys are needed.
pub fn head(input: &mut dyn Source) -> Result<Head, BundleError> {
    input.seek(SeekFrom::Start(0))?;
    Head::read(input)
}

impl<'a> Reader<'a> {
    /// Checks the signature over the whole file, then opens it.
    pub fn open(
        input: &'a mut dyn Source,
        head: Head,
        verifying: &str,
        decryption: &str,
    ) -> Result<Reader<'a>, BundleError> {
        let opened = envelope::verified(input, &head, verifying)?;
        let plain = head.profile.open(decryption, Box::new(opened))?;
        let mut reader = Reader {
            head,
            input: DeflateDecoder::new(plain),
            grammar: Grammar::default(),
            hasher: blake3::Hasher::new(),
            records: 0,
            ended: None,
        };
        match reader.next()? {
            Some(Record::Head { sender, recipient })
                if (&sender, &recipient) == (&reader.head.sender, &reader.head.recipient) =>
            {
                Ok(reader)
            }
            _ => Err(BundleError::Malformed("信封内外的单位不一致")),
        }
    }

    /// The bundle's hash, once the end was reached.
    pub fn hash(&self) -> Option<[u8; 32]> {
        self.ended
    }

    /// The next record; `None` at the end, which is only reached when nothing is missing and nothing follows.
    pub fn next(&mut self) -> Result<Option<Record>, BundleError> {
        if self.ended.is_some() {
            return Ok(None);
        }
        let mut start = [0; 5];
        self.input.read_exact(&mut start).map_err(BundleError::of_reading)?;
        let [tag, length @ ..] = start;
        let length = u32::from_be_bytes(length) as usize;
        if length > LONGEST {
            return Err(BundleError::Malformed("一条记录超过 64 MB"));
        }
        // Grows as it is read: a length that lies costs no memory.
        let mut fields = Vec::new();
        let read = self.input.by_ref().take(length as u64).read_to_end(&mut fields);
        if read.map_err(BundleError::of_reading)? < length {
            return Err(BundleError::Truncated);
        }
        if tag == END {
            return self.end(&fields);
        }
        let record = field::decoded(tag, &fields)?;
        self.grammar.step(&record)?;
        self.hasher.update(&start);
        self.hasher.update(&fields);
        self.records += 1;
        Ok(Some(record))
    }

    fn end(&mut self, fields: &[u8]) -> Result<Option<Record>, BundleError> {
        self.grammar.end()?;
        let hash = *self.hasher.finalize().as_bytes();
        if field::decoded_end(fields)? != (self.records, hash) {
            return Err(BundleError::Malformed("结尾的条数或摘要与内容不符"));
        }
        // What decryption has not yet looked at: the last chunk, and the end of the frames.
        let mut rest = [0; 1];
        let more = self.input.read(&mut rest).map_err(BundleError::of_reading)? > 0
            || self.input.get_mut().read(&mut rest).map_err(BundleError::of_reading)? > 0;
        if more {
            return Err(BundleError::Malformed("结尾之后还有内容"));
        }
        self.ended = Some(hash);
        Ok(None)
    }
}
