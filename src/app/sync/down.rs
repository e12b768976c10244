//! Letters on their way down from a database: sealed for every neighbor that has not all of them, and laid there.

use crate::store::Store;
use crate::upstream::key::Key;
use crate::upstream::postgres::{Database, Target};

use crate::app::failure::Failure;
use crate::app::session::Session;

use super::line::retried;
use super::make::{self, What};
use super::office::is_above;

/// Lays for every neighbor below what it has not; for how many there was something. What lies there and waits is not
/// laid there twice.
pub fn lay(store: &Store, key: &Key, session: &Session, target: &Target) -> Result<usize, Failure> {
    let own = store.meta().origin.clone();
    let mut count = 0;
    for office in store.offices()? {
        if office.origin == own || office.revoked_on.is_some() || is_above(store, &office) {
            continue;
        }
        let waiting = retried(|| Ok(Database::open(target)?.0.laid(&office.origin)?))?;
        let what = What { waiting, ..What::default() };
        let mut bytes = Vec::new();
        let Some(made) = make::news(store, key, &office, &what, &mut bytes)? else { continue };
        make::log(store, session, &office, &made)?;
        let covers = made.covers();
        retried(|| Ok(Database::open(target)?.0.answer(&office.origin, &bytes, &covers)?))?;
        count += 1;
    }
    Ok(count)
}
