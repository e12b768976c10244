//! Answers of a file, given to the same steps that would have asked for them.

use crate::app::failure::Failure;

use super::super::failure::{CliError, usage};
use super::answer_file::step_of;
use super::question::Form;
use super::scene::Scene;
use super::step::{self, STEPS};

const SEE: &str = "写法见 xueji explain wizard。";

/// Answers every step from the file. Everything wrong with the file is told at once.
pub fn replay(scene: &mut Scene) -> Result<(), CliError> {
    let given = scene.given.clone().unwrap_or_default();
    let mut wrong: Vec<String> = Vec::new();
    let strangers: Vec<&String> = given.keys().filter(|k| step_of(k).is_none()).collect();
    wrong.extend(strangers.iter().map(|k| stranger(k)));
    let mut refusals = Vec::new();
    while let Some((step, key)) = next(scene, &mut refusals)? {
        let question = (step.ask)(scene, &key)?;
        let answer = match given.get(&key).map(String::as_str).unwrap_or_default() {
            "" => match &question.form {
                Form::Write { default } if !default.is_empty() => default.clone(),
                _ if question.must => {
                    wrong.push(format!("缺 {key}（{}）。", step.what));
                    // Without these nothing else can be asked.
                    if ["kind", "student"].contains(&key.as_str()) {
                        break;
                    }
                    String::new()
                }
                _ => String::new(),
            },
            text => match (step.take)(scene, text) {
                Ok(answer) => answer,
                Err(Failure::Refused(reasons)) => {
                    refusals.extend(reasons);
                    String::new()
                }
                Err(e) => return Err(e.into()),
            },
        };
        scene.answers.push(&key, answer);
    }
    if !refusals.is_empty() {
        return Err(Failure::Refused(refusals).into());
    }
    let asked = |k: &String| scene.answers.get(k).is_some();
    if wrong.is_empty() {
        let idle = given.keys().filter(|k| !asked(k));
        wrong.extend(idle.map(|k| format!("{} 在这里用不到。", k)));
    }
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(usage(format!("答案文件不能用：{}", wrong.concat()), SEE))
    }
}

/// The next step; none where what was refused leaves nothing to go on with.
fn next(
    scene: &Scene,
    refusals: &mut Vec<crate::app::failure::Refusal>,
) -> Result<Option<(&'static step::Step, String)>, CliError> {
    match step::next(scene) {
        Ok(next) => Ok(next),
        Err(Failure::Refused(reasons)) => {
            refusals.extend(reasons);
            Ok(None)
        }
        Err(e) => Err(e.into()),
    }
}

/// What is said of a key that no step asks for.
fn stranger(key: &str) -> String {
    let known = STEPS.iter().filter(|s| !s.is_aid).map(|s| s.key.trim_end_matches('.'));
    let scored = known.map(|k| (strsim::jaro_winkler(k, key), k));
    let near = scored.max_by(|a, b| a.0.total_cmp(&b.0)).filter(|(score, _)| *score > 0.8);
    match near {
        Some((_, near)) => format!("不认识的键 {key}，是不是要写 {near}？"),
        None => format!("不认识的键 {key}。"),
    }
}
