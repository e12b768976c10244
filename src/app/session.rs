//! One run of a command: who acts, when, and the chance it was given.

use crate::model::actor::Act;
use crate::model::id::{StudentId, short_name};

/// What a writing use case needs from outside.
#[derive(Clone, Debug)]
pub struct Session {
    pub act: Act,
    /// Milliseconds since 1970, for keys in the order of their making.
    pub millis: u64,
    /// Fresh random bytes: numbers must not reveal the order in which they were drawn.
    pub entropy: [u8; 32],
}

impl Session {
    /// Random bytes for one purpose of this run.
    pub fn entropy_for(&self, purpose: &str, counter: u64) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new_keyed(&self.entropy);
        hasher.update(purpose.as_bytes());
        hasher.update(&counter.to_le_bytes());
        *hasher.finalize().as_bytes()
    }

    /// A name of eight characters, drawn by chance: one that stands in a letter is never another one's, whatever was
    /// undone since.
    pub fn short_name(&self, purpose: &str, counter: u64) -> String {
        short_name(&self.five(purpose, counter))
    }

    /// Random bytes for a name of eight characters.
    pub fn five(&self, purpose: &str, counter: u64) -> [u8; 5] {
        let mut five = [0; 5];
        five.copy_from_slice(&self.entropy_for(purpose, counter)[..5]);
        five
    }

    /// The key of the `counter`th pupil this run admits.
    pub fn student_id(&self, counter: u32) -> StudentId {
        let random = self.entropy_for("student", u64::from(counter));
        let mut eight = [0; 8];
        eight.copy_from_slice(&random[..8]);
        StudentId::new(self.millis, counter, eight)
    }
}
