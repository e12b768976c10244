//! The order of records and what each must agree with, held by writer and reader alike.

use crate::model::journal::Tail;
use crate::upstream::error::BundleError;

use super::Record;

/// Where in the payload one stands.
#[derive(Default)]
pub struct Grammar {
    phase: u8,
    /// The journal whose section is open, and its end so far.
    section: Option<(String, Tail)>,
    seen: Vec<String>,
}

impl Grammar {
    /// Takes the next record, if it may stand here.
    pub fn step(&mut self, record: &Record) -> Result<(), BundleError> {
        match (record, &mut self.section) {
            (Record::Entry(entry), Some((origin, tail))) => {
                let broken = BundleError::BrokenChain { origin: origin.clone(), seq: entry.seq };
                let follows = tail.seq.checked_add(1) == Some(entry.seq);
                if !follows || entry.sealed_after(origin, &tail.seal) != entry.seal {
                    return Err(broken);
                }
                *tail = Tail { seq: entry.seq, seal: entry.seal };
            }
            (Record::Batch(_), Some(_)) => {}
            (Record::Checkpoint(checkpoint), Some((_, tail))) => {
                if checkpoint.tail != *tail {
                    return Err(BundleError::Malformed("签名的序号不是这一段的最后一条"));
                }
                self.section = None;
            }
            (Record::Section { origin, after }, None) => {
                self.advance(4)?;
                if self.seen.contains(origin) {
                    return Err(BundleError::Malformed("同一个单位的流水有两段"));
                }
                self.seen.push(origin.clone());
                self.section = Some((origin.clone(), *after));
            }
            (Record::Head { .. }, None) if self.phase == 0 => self.phase = 1,
            (Record::Answer(_), None) if self.phase == 1 => self.phase = 2,
            (Record::Holding { .. }, None) => self.advance(3)?,
            (Record::Attachment { .. }, None) => self.advance(5)?,
            (Record::Blind { .. }, None) if self.phase == 1 => self.phase = 6,
            (Record::Keys { .. }, None) if self.phase == 6 => {}
            (Record::Opened(_), None) if matches!(self.phase, 1 | 7) => self.phase = 7,
            (Record::Secret(_), None) if self.phase == 1 => self.phase = 8,
            _ => return Err(MISPLACED),
        }
        Ok(())
    }

    /// Ends the payload, if it may end here.
    pub fn end(&self) -> Result<(), BundleError> {
        if self.phase > 0 && self.section.is_none() { Ok(()) } else { Err(MISPLACED) }
    }

    fn advance(&mut self, to: u8) -> Result<(), BundleError> {
        if self.phase == 0 || self.phase > to {
            return Err(MISPLACED);
        }
        self.phase = to;
        Ok(())
    }
}

const MISPLACED: BundleError = BundleError::Malformed("记录的次序不对");
