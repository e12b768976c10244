//! The one-line command that would have done what a wizard did. No name and no number of a pupil stands in it.

use std::path::Path;

use crate::app::change::EXPLAINED;
use crate::model::change::input::{INPUTS, Input};
use crate::model::change::{transfer_in, transfer_out};
use crate::model::field::Field;
use crate::model::registration::Registration;

use super::super::change::is_transfer;
use super::super::global::Global;
use super::scene::{EVIDENCE, SET, Scene};

/// The command; `None` where it would hold what identifies the pupil.
pub fn line(
    scene: &Scene,
    pupil: Option<&Registration>,
    rules: Option<&Path>,
    global: &Global,
) -> Option<String> {
    let mut words = command(scene)?;
    for (input, key, _) in INPUTS {
        let value = scene.answer(key);
        if !value.is_empty() {
            words.push(option(scene, *input, key));
            words.push(value.to_owned());
        }
    }
    let below = [(SET, "--set"), (EVIDENCE, "--evidence"), (EXPLAINED, "--explain")];
    for (prefix, flag) in below {
        for (name, value) in scene.below(prefix).filter(|(_, v)| !v.is_empty()) {
            let field = Field::from_key(name).filter(|_| prefix == SET);
            if field.is_none_or(|f| !f.is_personal()) {
                words.extend([flag.to_owned(), format!("{}={value}", field.map_or(name, |f| f.heading()))]);
            }
        }
    }
    if personal(scene).next().is_some() {
        words.extend(["--set-from".to_owned(), "-".to_owned()]);
    }
    words.extend(rules.iter().flat_map(|path| ["--rules".to_owned(), path.display().to_string()]));
    words.extend(general(global));
    let names_somebody = |text: &String| pupil.is_some_and(|r| identifies(r, text));
    (!words.iter().any(names_somebody)).then(|| words.iter().map(|w| quoted(w)).collect::<Vec<_>>().join(" "))
}

/// Headings of the fields whose values the line does not hold: they go through stdin.
pub fn personal(scene: &Scene) -> impl Iterator<Item = &'static str> {
    scene.below(SET).filter_map(|(k, _)| Field::from_key(k)).filter(|f| f.is_personal()).map(|f| f.heading())
}

fn command(scene: &Scene) -> Option<Vec<String>> {
    let spec = scene.spec()?;
    let mut words: Vec<&str> = vec!["xueji"];
    match spec.kind {
        kind if !is_transfer(spec) => words.extend(["change", kind]),
        kind if kind == transfer_out::SPEC.kind => words.extend(["transfer", "start", "--out"]),
        kind if kind == transfer_in::SPEC.kind => words.extend(["transfer", "start", "--in"]),
        _ => words.extend(["transfer", "start"]),
    }
    for (key, flag) in [("student", "--student"), ("roster", "--roster")] {
        if !scene.answer(key).is_empty() {
            words.extend([flag, scene.answer(key)]);
        }
    }
    Some(words.into_iter().map(str::to_owned).collect())
}

fn option(scene: &Scene, input: Input, key: &str) -> String {
    match input {
        // A transfer's reason is in words.
        Input::Note if scene.spec().is_some_and(is_transfer) => "--reason".to_owned(),
        _ => format!("--{}", key.replace('_', "-")),
    }
}

/// Options of every command that this run was given.
fn general(global: &Global) -> Vec<String> {
    let mut words = Vec::new();
    if global.db.as_os_str() != "xueji.db" {
        words.extend(["--db".to_owned(), global.db.display().to_string()]);
    }
    for (flag, value) in [("--today", &global.today), ("--actor", &global.actor)] {
        words.extend(value.iter().flat_map(|v| [flag.to_owned(), v.clone()]));
    }
    words
}

fn identifies(r: &Registration, text: &str) -> bool {
    let known = [Field::PupilName, Field::DocumentId, Field::Number];
    known.iter().map(|f| r.record.get(*f)).any(|v| !v.is_empty() && text.contains(v))
}

/// A word as a shell takes it for one.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./=:,".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_takes_a_quoted_word_for_one() {
        for (word, expected) in [
            ("随父母迁居", "随父母迁居"),
            ("a b", "'a b'"),
            ("", "''"),
            ("it's", r"'it'\''s'"),
            ("$x", "'$x'"),
        ] {
            assert_eq!(quoted(word), expected);
        }
    }
}
