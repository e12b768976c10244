//! Who held a file: followed through the changes of the registration, the ends of schools, and hand-overs written down.

use crate::model::application::Application;
use crate::model::change;
use crate::model::change::input::Input;
use crate::model::file::custody::{Held, Holder, Move, history as held};
use crate::model::id::StudentId;
use crate::store::application::Made;

use super::super::due::Ground;
use super::super::failure::Failure;

/// The history of a pupil's file.
pub fn history(
    desk: &Ground,
    (id, (school, since)): (StudentId, &(String, String)),
    changes: &[Made],
    applications: &[Application],
) -> Result<Vec<Held>, Failure> {
    let opened =
        Move { day: since.clone(), to: Holder::School(school.clone()), why: "建立学籍档案".into() };
    let mut moves: Vec<Move> = changes.iter().filter_map(|m| moved(m, applications)).collect();
    // Written down after what happened by itself, they come after it on the same day.
    moves.extend(desk.store.handovers(id)?.into_iter().map(|h| Move {
        day: h.since,
        to: Holder::of(desk.directory, &h.holder),
        why: h.reason,
    }));
    Ok(held(opened, moves, desk.directory))
}

/// Where a change took the file: to the school it led to, or out of the registry.
fn moved(made: &Made, applications: &[Application]) -> Option<Move> {
    let name = change::spec(&made.kind).map_or(made.kind.as_str(), |s| s.name);
    let to = if !made.to.0.is_empty() {
        Holder::School(made.to.0.clone())
    } else {
        let application = applications.iter().find(|a| Some(a.id.as_str()) == made.application.as_deref());
        let other = application.map(|a| a.told.get(Input::OtherSchool)).filter(|t| !t.is_empty())?;
        Holder::Office(other.to_owned())
    };
    Some(Move { day: made.day.clone(), to, why: name.to_owned() })
}
