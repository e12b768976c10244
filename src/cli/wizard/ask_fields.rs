//! Questions for the fields that a correction or an amendment changes.

use crate::app::change::facts;
use crate::code;
use crate::model::change::input::Input;
use crate::model::change::transfer_in;
use crate::model::field::{Field, FieldKind};
use crate::model::registration::kept_fields;
use crate::output::{Privacy, mask};
use crate::roster::code_cell::label;

use super::question::{Form, Question, choice};
use super::scene::{SET, Scene};
use super::step::{Step, as_written, only_if};

/// Whether fields are chosen here; those of a pupil from another registry stand in a roster.
fn are_chosen(scene: &Scene) -> bool {
    let takes =
        scene.spec().is_some_and(|s| s.need(Input::Set).is_some() && s.kind != transfer_in::SPEC.kind);
    takes && scene.given.is_none()
}

pub const FIELDS_TO_SET: Step = Step {
    key: "fields",
    what: "要改哪些栏目",
    is_aid: true,
    keys: |scene| only_if(are_chosen(scene), "fields"),
    ask: |scene, _| {
        let r = scene.registration()?;
        let school = r.as_ref().and_then(|r| scene.directory.school(r.school.as_str()));
        let division = school.map_or("", |s| s.division.as_str());
        let terms = facts::terms(scene.rules.as_ref(), division, scene.today);
        let has = |name: &str| scene.spec().is_some_and(|s| s.guards.iter().any(|g| g.name == name));
        let (keys_only, keys_not) = (has("not-key-fields"), has("key-fields"));
        let offered = kept_fields().filter(|f| {
            let is_key = terms.is_key(f.key());
            !(keys_only && !is_key || keys_not && is_key)
        });
        let choices = offered.map(|f| choice(f.key(), f.heading())).collect();
        let question = Question::choose("改哪些栏目", choices);
        let Form::Choose(choices) = question.form else { return Ok(question) };
        Ok(Question { form: Form::Several(choices), ..question })
    },
    take: as_written,
};

pub const VALUES: Step = Step {
    key: SET,
    what: "栏目的新值，写法同花名册；栏目写键（xueji explain fields）",
    is_aid: false,
    keys: |scene| {
        let takes = scene.spec().is_some_and(|s| s.need(Input::Set).is_some());
        let chosen = scene.answer("fields").split(',').map(|k| format!("{SET}{k}"));
        let given = scene.given.iter().flat_map(|g| g.keys().cloned());
        let all = chosen.chain(given).filter(|k| k.strip_prefix(SET).and_then(Field::from_key).is_some());
        Ok(if takes { all.collect() } else { Vec::new() })
    },
    ask: |scene, key| {
        let Some(field) = key.strip_prefix(SET).and_then(Field::from_key) else {
            return Ok(Question::write(key, "", true));
        };
        let r = scene.registration()?;
        let now = r.as_ref().map_or("", |r| r.record.get(field));
        let now = mask::value(Some(field), label(now), Privacy::Masked);
        let title = match now.as_str() {
            "" => format!("{}（现在没有）改为", field.heading()),
            now => format!("{}（现在是 {now}）改为", field.heading()),
        };
        let table = match field.kind() {
            FieldKind::Code(tables) => tables.first().and_then(|t| code::table(t)),
            _ => None,
        };
        Ok(match table {
            Some(t) => {
                Question::choose(title, t.entries().iter().map(|e| choice(e.label, e.label)).collect())
            }
            None => Question::write(title, "写法同花名册", true),
        })
    },
    take: as_written,
};
