//! The bundle: the frozen, versioned exchange format between offices. Version 1, field by field; also `xueji explain bundle`.
//!
//! A bundle says what one office sends to another: the entries of journals since what the other side holds, whole and
//! sealed as they stand, with the files they name. A receipt is a bundle without entries. All numbers are big-endian.
//!
//! # The envelope, in clear
//!
//! | field | bytes | what |
//! |---|---|---|
//! | magic | 8 | `XUEJIBDL` |
//! | version | 2 | 1; a reader refuses a higher one |
//! | profile | 1 | 1: age (X25519, ChaCha20-Poly1305), Ed25519, BLAKE3; 2 is kept for SM2, SM3, SM4 |
//! | kind | 1 | 1 bundle, 2 receipt |
//! | sender, recipient | 1 + n each | length and origin, ASCII |
//! | frames | 4 + n each, then 4 zeros | lengths (at most 65,536) and bytes of the encrypted payload |
//! | signature | 2 + n | the sender's, over `xueji bundle 1\n` and the digest of every byte before |
//!
//! Signed last, over the ciphertext and over the recipient: nothing is decrypted that is not the sender's, and nobody can
//! hand a bundle on as meant for somebody else. The payload names sender and recipient again, so that nobody can put his
//! own signature in the place of the sender's.
//!
//! # The payload: raw deflate (RFC 1951) of records, inside the encryption
//!
//! A record is a tag (1), a length (4, at most 64 MiB) and its fields. Texts are a length (4) and UTF-8, origins too;
//! sequences and numbers 8 bytes, seals and hashes 32; what may be absent is 0 or 1 and the value. In this order:
//!
//! | tag | record | fields |
//! |---|---|---|
//! | 1 | head, once | sender, recipient |
//! | 2 | answer, at most once, in receipts | the bundle's hash, taken (1) or not (0), why not (name), in words |
//! | 3 | holding, any number | origin, sequence, seal: what the sender holds of that journal |
//! | 4 | section, any number | origin, sequence and seal after which it goes on |
//! | 5 | batch, in a section | number, kind, title, day, at, actor, counts, the batch it undoes |
//! | 6 | entry, in a section | sequence, at, day, actor, change, pupil, batch, body, seal |
//! | 7 | checkpoint, ends a section | sequence, seal, signature of the origin itself over `xueji checkpoint 1\n`, origin, `\n`, sequence, `\n`, seal |
//! | 8 | attachment, any number | hash, bytes |
//! | 10 | blind, once, in 盲报 | term, fingerprint of the secret |
//! | 11 | keys, any number, after blind | handle, how many keys (2 bytes), of each the sort (2 bytes) and the key (16) |
//! | 12 | opened, any number, in 盲报 | pair, handle, record as JSON |
//! | 13 | secret, once, in files of secrets | term, secret |
//! | 9 | end, once | how many records, BLAKE3 of all payload before this record |
//!
//! The hash in the end record is the bundle's name. It is the same for equal input: no clock and no chance is in the payload.
//! The file is not, because encryption draws fresh keys every time.
//!
//! Letters down are journals too: one for every writer and reader, named `writer>reader`, each letter an entry whose change is
//! its kind, whose batch is 0 and whose body is a JSON object of texts; the checkpoint is the writer's. Upward a letter is a
//! row of the table `message` in its writer's own journal. So letters need no record of their own.
//!
//! An entry's seal is the hash of the one before it and of all it says (`model::journal`), so a section is checked entry by
//! entry while it is read, and its checkpoint proves the origin's consent to all of it, whoever relays it.

use crate::model::journal::{Entry, Tail};

use super::blind::{Blinded, Secret};

pub mod envelope;
pub mod field;
pub mod grammar;
pub mod read;
pub mod write;

/// The version that is written, and the highest that is read.
pub const VERSION: u16 = 1;

/// What a file of the format is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Bundle,
    Receipt,
    /// 盲报: blinded keys, or the records of pupils whose keys matched; no journal.
    Blind,
    /// The secret of 盲报, from office to office of one level.
    Secret,
}

/// Every kind and its number in the head.
pub const KINDS: &[(Kind, u8)] =
    &[(Kind::Bundle, 1), (Kind::Receipt, 2), (Kind::Blind, 3), (Kind::Secret, 4)];

/// One record of the payload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Record {
    Head {
        sender: String,
        recipient: String,
    },
    Answer(Answer),
    Holding {
        origin: String,
        tail: Tail,
    },
    Section {
        origin: String,
        after: Tail,
    },
    Batch(Batch),
    Entry(Entry),
    Checkpoint(Checkpoint),
    Attachment {
        hash: String,
        bytes: Vec<u8>,
    },
    /// The blinded keys that follow are of this term, by a secret of this fingerprint.
    Blind {
        term: String,
        fingerprint: String,
    },
    /// The blinded keys of one pupil, who is called by a handle: of each the sort and the key.
    Keys {
        handle: Blinded,
        keys: Vec<(u16, Blinded)>,
    },
    Opened(Opened),
    /// The secret of a term.
    Secret(Secret),
}

/// The record of a pupil whose keys matched another's.
#[derive(Clone, PartialEq, Eq)]
pub struct Opened {
    /// By what the level above calls the pair.
    pub pair: String,
    pub handle: Blinded,
    /// A JSON object.
    pub record: String,
}

impl std::fmt::Debug for Opened {
    /// Without the record.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Opened({})", self.pair)
    }
}

/// What became of a bundle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The bundle's hash.
    pub bundle: [u8; 32],
    pub taken: bool,
    /// The name of the reason why it was not taken; empty where it was.
    pub reason: String,
    pub message: String,
}

/// A run of a writing command to which entries belong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    pub number: i64,
    pub kind: String,
    pub title: String,
    pub day: String,
    pub at: String,
    pub actor: String,
    /// Counts by name, as JSON.
    pub counts: String,
    pub undoes: Option<i64>,
}

/// The origin's own signature under its journal up to here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    pub tail: Tail,
    pub signature: Vec<u8>,
}

/// What an origin signs of its journal.
pub fn checkpoint_message(origin: &str, tail: &Tail) -> Vec<u8> {
    let mut message = format!("xueji checkpoint 1\n{origin}\n{}\n", tail.seq).into_bytes();
    message.extend_from_slice(&tail.seal);
    message
}

#[cfg(test)]
mod tests;
