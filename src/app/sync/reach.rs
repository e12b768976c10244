//! What the level above knows of those below: from its database, where it has one, else only from what was opened to it.

use std::collections::BTreeSet;

use crate::model::dispute::Claim;
use crate::model::message::{self, Message};
use crate::store::Store;
use crate::upstream::postgres::block::Whose;
use crate::upstream::postgres::look::Standing;
use crate::upstream::postgres::{Database, Target};

use crate::app::failure::Failure;
use crate::app::session::Session;

use super::across::{self, Found};
use super::line::retried;
use super::unblind;

/// The database, or none: an office that is reported to blindly needs none.
#[derive(Clone, Copy)]
pub struct Reach<'a>(pub Option<&'a Target>);

impl Reach<'_> {
    /// Every pair of two offices: from their journals, and from the records that were opened.
    pub fn pairs(self, store: &Store, session: &Session) -> Result<Vec<Found>, Failure> {
        let today = session.act.today.to_string();
        let mut all = match self.0 {
            Some(target) => across::run(target, &today)?.pairs,
            None => Vec::new(),
        };
        let known: BTreeSet<String> = all.iter().map(|f| f.listed.id.clone()).collect();
        // Whose journals came too is known better from there.
        all.extend(unblind::found(store, &today)?.into_iter().filter(|f| !known.contains(&f.listed.id)));
        Ok(all)
    }

    /// What a school answered last in a dispute, and how many papers that has.
    pub fn claim(self, whose: &Whose, dispute: &str) -> Result<Option<(Claim, usize)>, Failure> {
        let Some(target) = self.0 else { return Ok(None) };
        let (claims, papers) = retried(|| Ok(Database::open(target)?.0.claims(&whose.origin, dispute)?))?;
        Ok(claims.last().and_then(|(_, row)| Claim::from_row(row)).map(|claim| (claim, papers)))
    }

    /// Schools of every office.
    pub fn schools(self) -> Result<Vec<Standing>, Failure> {
        match self.0 {
            Some(target) => retried(|| Ok(Database::open(target)?.0.schools()?)),
            None => Ok(Vec::new()),
        }
    }

    /// Our letters as they stand at those who received them.
    pub fn received(self, store: &Store) -> Result<Vec<(String, Message)>, Failure> {
        let Some(target) = self.0 else { return Ok(Vec::new()) };
        let own = store.meta().origin.clone();
        let mut streams: Vec<String> = store.messages()?.into_iter().map(|m| m.stream).collect();
        streams.dedup();
        let mut all = Vec::new();
        for stream in streams.iter().filter(|s| message::writer(s) == own) {
            let rows = retried(|| Ok(Database::open(target)?.0.messages_received(stream)?))?;
            all.extend(rows.into_iter().filter_map(|(origin, row)| Some((origin, Message::from_row(&row)?))));
        }
        Ok(all)
    }

    /// The neighbor through which a letter reaches an office.
    pub fn through(self, store: &Store, to: &str) -> Result<String, Failure> {
        match self.0 {
            Some(target) => retried(|| Ok(Database::open(target)?.0.through(to)?)),
            None => {
                let held = store.all_held()?.into_iter().find(|h| h.origin == to);
                Ok(held.map_or_else(|| to.to_owned(), |h| h.via))
            }
        }
    }
}
