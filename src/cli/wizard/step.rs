//! The steps of a wizard as one table: the same serve a clerk at a terminal, a file of answers, and a resumed draft.

use crate::app::failure::{Failure, Refusal};

use super::question::Question;
use super::scene::Scene;
use super::{ask_fields, ask_inputs, ask_papers, ask_places, ask_pupil};

/// One step: what it asks, when, and how an answer is taken.
pub struct Step {
    /// The key of its answer, or, with a dot at its end, what the keys of its answers begin with.
    pub key: &'static str,
    /// For people: what the answer is.
    pub what: &'static str,
    /// It only helps to find another answer: a file of answers does without it.
    pub is_aid: bool,
    /// The keys it asks for as things stand: none, one, or one for each paper, field or reason.
    pub keys: fn(&Scene) -> Result<Vec<String>, Failure>,
    pub ask: fn(&Scene, &str) -> Result<Question, Failure>,
    /// The answer as it is kept, from what was written or chosen.
    pub take: fn(&Scene, &str) -> Result<String, Failure>,
}

/// Every step, in the order in which they are asked.
pub const STEPS: &[Step] = &[
    ask_pupil::KIND_OF_TRANSFER,
    ask_pupil::FIND,
    ask_pupil::FOUND,
    ask_pupil::FROM_SCHOOL,
    ask_pupil::FROM_CLASS,
    ask_pupil::STUDENT,
    ask_pupil::ROSTER,
    ask_pupil::KIND_OF_CHANGE,
    ask_places::TO_SCHOOL,
    ask_places::TO_CLASS,
    ask_inputs::OTHER_SCHOOL,
    ask_inputs::OTHER_AUTHORITY,
    ask_inputs::OTHER_DIVISION,
    ask_inputs::ON,
    ask_inputs::UNTIL,
    ask_inputs::REASON,
    ask_inputs::NOTE,
    ask_inputs::DOCUMENT,
    ask_fields::FIELDS_TO_SET,
    ask_fields::VALUES,
    ask_papers::MATERIALS,
    ask_papers::EXPLANATIONS,
];

/// The first question without an answer: its step and its key; none where all is answered.
pub fn next(scene: &Scene) -> Result<Option<(&'static Step, String)>, Failure> {
    for step in STEPS {
        let open = (step.keys)(scene)?.into_iter().find(|key| scene.answers.get(key).is_none());
        if let Some(key) = open {
            return Ok(Some((step, key)));
        }
    }
    Ok(None)
}

/// A step's key, where it is asked.
pub fn only_if(asked: bool, key: &str) -> Result<Vec<String>, Failure> {
    Ok(if asked { vec![key.to_owned()] } else { Vec::new() })
}

/// An answer kept as it was written.
pub fn as_written(_: &Scene, text: &str) -> Result<String, Failure> {
    Ok(text.trim().to_owned())
}

/// An answer that can't be taken.
pub fn no(reason: impl Into<String>, remedy: impl Into<String>) -> Result<String, Failure> {
    Err(Refusal::new(reason, remedy).into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::change::input::{INPUTS, Input};

    #[test]
    fn every_input_of_every_kind_is_asked_for() {
        for (input, key, _) in INPUTS {
            let key = if *input == Input::Set { "set." } else { key };
            assert!(STEPS.iter().any(|s| s.key == key), "{key}");
        }
        assert!(STEPS.iter().all(|s| !s.what.is_empty()));
    }
}
