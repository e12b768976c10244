//! How a use case ends when it can't be done: the input, the registry, the output, or the rules.

use crate::store::error::StoreError;
use crate::upstream::error::BundleError;
use crate::upstream::key::KeyError;
use crate::upstream::postgres::error::PostgresError;
use crate::xlsx::error::WriteError;

use super::input::error::InputError;

/// The rules said no: an answer, not an error. Every reason comes with its remedy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub reason: String,
    pub remedy: String,
    /// The guard that said it, by name; empty where it was none.
    pub guard: &'static str,
}

impl Refusal {
    /// A refusal with its remedy.
    pub fn new(reason: impl Into<String>, remedy: impl Into<String>) -> Refusal {
        Refusal { reason: reason.into(), remedy: remedy.into(), guard: "" }
    }
}

/// What a use case fails with.
#[derive(Debug)]
pub enum Failure {
    Store(StoreError),
    Input(InputError),
    Output(WriteError),
    /// A bundle that can't be made or is not taken.
    Bundle(BundleError),
    Key(KeyError),
    /// The database of the level above.
    Upstream(PostgresError),
    Refused(Vec<Refusal>),
}

impl From<StoreError> for Failure {
    fn from(e: StoreError) -> Failure {
        Failure::Store(e)
    }
}

impl From<InputError> for Failure {
    fn from(e: InputError) -> Failure {
        Failure::Input(e)
    }
}

impl From<WriteError> for Failure {
    fn from(e: WriteError) -> Failure {
        Failure::Output(e)
    }
}

impl From<BundleError> for Failure {
    fn from(e: BundleError) -> Failure {
        Failure::Bundle(e)
    }
}

impl From<KeyError> for Failure {
    fn from(e: KeyError) -> Failure {
        Failure::Key(e)
    }
}

impl From<PostgresError> for Failure {
    fn from(e: PostgresError) -> Failure {
        Failure::Upstream(e)
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Failure {
        Failure::Refused(vec![refusal])
    }
}
