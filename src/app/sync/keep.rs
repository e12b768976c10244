//! What keeps the journals of others: this registry's own file, or a database of the level above. The story is the same.

use crate::model::journal::{Entry, Tail};
use crate::store::batch::Batch as StoredBatch;
use crate::store::received::{Held, Receiving};
use crate::upstream::bundle::Batch;

use crate::app::failure::Failure;

/// One transaction that takes a bundle.
pub trait Keep {
    /// How far a journal is held.
    fn tail(&mut self, origin: &str) -> Result<Tail, Failure>;
    /// The seal at a sequence, if it is held.
    fn seal_at(&mut self, origin: &str, seq: i64) -> Result<Option<[u8; 32]>, Failure>;
    fn keep_batch(&mut self, origin: &str, batch: &Batch) -> Result<(), Failure>;
    fn keep_entry(&mut self, origin: &str, entry: &Entry) -> Result<(), Failure>;
    fn keep_tail(&mut self, held: &Held) -> Result<(), Failure>;
    fn keep_attachment(&mut self, hash: &str, bytes: &[u8]) -> Result<(), Failure>;
    fn has_attachment(&mut self, hash: &str) -> Result<bool, Failure>;
}

/// A batch as it stands in the registry, of one that came in a bundle.
pub fn stored(b: &Batch) -> StoredBatch {
    StoredBatch {
        number: b.number,
        kind: b.kind.clone(),
        title: b.title.clone(),
        day: b.day.clone(),
        at: b.at.clone(),
        actor: b.actor.clone(),
        counts: b.counts.clone(),
        undoes: b.undoes,
        undone_by: None,
    }
}

impl Keep for Receiving<'_> {
    fn tail(&mut self, origin: &str) -> Result<Tail, Failure> {
        Ok(Receiving::tail(self, origin)?)
    }

    fn seal_at(&mut self, origin: &str, seq: i64) -> Result<Option<[u8; 32]>, Failure> {
        Ok(Receiving::seal_at(self, origin, seq)?)
    }

    fn keep_batch(&mut self, origin: &str, batch: &Batch) -> Result<(), Failure> {
        let batch = stored(batch);
        let own = self.is_own(origin);
        Ok(if own { self.restore_batch(&batch) } else { self.keep_batch(origin, &batch) }?)
    }

    fn keep_entry(&mut self, origin: &str, entry: &Entry) -> Result<(), Failure> {
        let own = self.is_own(origin);
        Ok(if own { self.restore_entry(entry) } else { self.keep_entry(origin, entry) }?)
    }

    fn keep_tail(&mut self, held: &Held) -> Result<(), Failure> {
        // Our own tail is the end of our own journal.
        if self.is_own(&held.origin) { Ok(()) } else { Ok(Receiving::keep_tail(self, held)?) }
    }

    fn keep_attachment(&mut self, hash: &str, bytes: &[u8]) -> Result<(), Failure> {
        Ok(Receiving::keep_attachment(self, hash, bytes)?)
    }

    fn has_attachment(&mut self, hash: &str) -> Result<bool, Failure> {
        Ok(Receiving::has_attachment(self, hash)?)
    }
}
