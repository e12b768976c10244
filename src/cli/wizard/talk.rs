//! Puts questions to a clerk at a terminal. The only file that knows how.

use inquire::error::InquireError;
use inquire::list_option::ListOption;
use inquire::validator::Validation;
use inquire::{MultiSelect, Select, Text};

use crate::output::human::printable;

use super::super::failure::{CliError, usage};
use super::question::{Choice, Form, Question};

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    Answer(String),
    /// 返回上一步.
    Back,
    /// Esc or Ctrl-C.
    Stop,
}

const BACK: &str = "← 返回上一步";
/// No answer ends so: behind what stood on the line already it is the way back as well.
const BACK_TYPED: [char; 4] = ['<', '＜', '‹', '〈'];
/// Rows of a list that are seen at once.
const PAGE: usize = 14;

/// Puts a question; `earlier` is what was answered before it was taken back.
pub fn put(question: &Question, earlier: &str, can_go_back: bool) -> Result<Heard, CliError> {
    let title = printable(&question.title);
    let heard = match &question.form {
        Form::Choose(choices) => choose(&title, question, choices, earlier, can_go_back),
        Form::Several(choices) => several(&title, choices, earlier, can_go_back),
        Form::Write { default } => write(&title, question, default, earlier),
        Form::Secret => write_secretly(&title, question),
    };
    match heard {
        Ok(Heard::Answer(text)) if is_way_back(&text) && !can_go_back => put(question, earlier, can_go_back),
        Ok(Heard::Answer(text)) if is_way_back(&text) => Ok(Heard::Back),
        Ok(heard) => Ok(heard),
        Err(InquireError::OperationCanceled | InquireError::OperationInterrupted) => Ok(Heard::Stop),
        Err(e) => {
            Err(usage(format!("终端不能询问：{e}。"), "请用 --answers 文件，写法见 xueji explain wizard。"))
        }
    }
}

fn is_way_back(text: &str) -> bool {
    text.trim_end().ends_with(BACK_TYPED)
}

/// The labels of choices, and the way back.
fn labels(choices: &[Choice], can_go_back: bool) -> Vec<String> {
    let each = choices.iter().map(|c| printable(&c.label));
    each.chain(can_go_back.then(|| BACK.to_owned())).collect()
}

fn choose(
    title: &str,
    question: &Question,
    choices: &[Choice],
    earlier: &str,
    can_go_back: bool,
) -> Result<Heard, InquireError> {
    let at = choices.iter().position(|c| c.value == earlier).unwrap_or_default();
    let help = match question.help.as_str() {
        "" => "打字查找，↑↓ 选，回车定；Esc 暂停".to_owned(),
        help => format!("{help}；打字查找，↑↓ 选，回车定；Esc 暂停"),
    };
    let chosen = Select::new(title, labels(choices, can_go_back))
        .with_help_message(&help)
        .with_scorer(&|typed, _, label, _| likeness(typed, label))
        .with_page_size(PAGE)
        .with_starting_cursor(at)
        .raw_prompt()?;
    Ok(choices.get(chosen.index).map_or(Heard::Back, |c| Heard::Answer(c.value.clone())))
}

/// How well a label fits what is typed: its name before its explanation, and the way back always.
fn likeness(typed: &str, label: &str) -> Option<i64> {
    let typed = typed.trim();
    if label == BACK {
        return Some(if typed.is_empty() || is_way_back(typed) { 1 } else { 0 });
    }
    let name = label.split('：').next().unwrap_or(label);
    match (typed, name.find(typed), label.find(typed)) {
        ("", ..) => Some(1),
        (_, Some(0), _) => Some(4),
        (_, Some(_), _) => Some(3),
        (_, _, Some(_)) => Some(2),
        // Digits that only stand somewhere among others are another pupil's number.
        _ if typed.contains(|c: char| c.is_ascii_digit()) => None,
        _ => is_subsequence(typed, label).then_some(1),
    }
}

/// Whether the characters stand in a text in this order, with others between.
fn is_subsequence(typed: &str, label: &str) -> bool {
    let mut rest = label.chars();
    typed.chars().all(|c| rest.any(|l| l == c))
}

fn several(title: &str, choices: &[Choice], earlier: &str, can_go_back: bool) -> Result<Heard, InquireError> {
    let before: Vec<usize> = earlier
        .split(',')
        .filter_map(|value| choices.iter().position(|c| !value.is_empty() && c.value == value))
        .collect();
    let some = |chosen: &[ListOption<&String>]| {
        Ok(if chosen.is_empty() {
            Validation::Invalid("至少选一项。".into())
        } else {
            Validation::Valid
        })
    };
    let chosen = MultiSelect::new(title, labels(choices, can_go_back))
        .with_help_message("打字查找，空格选定，选完回车；Esc 暂停")
        .with_page_size(PAGE)
        .with_default(&before)
        .with_validator(some)
        .raw_prompt()?;
    let values: Option<Vec<&str>> =
        chosen.iter().map(|o| choices.get(o.index).map(|c| c.value.as_str())).collect();
    Ok(values.map_or(Heard::Back, |values| Heard::Answer(values.join(","))))
}

fn help(question: &Question) -> String {
    let own = [question.help.as_str(), "写 < 返回上一步，Esc 暂停"];
    own.into_iter().filter(|h| !h.is_empty()).collect::<Vec<_>>().join("；")
}

fn write(title: &str, question: &Question, default: &str, earlier: &str) -> Result<Heard, InquireError> {
    let help = help(question);
    let mut prompt = Text::new(title).with_help_message(&help).with_initial_value(earlier);
    if !default.is_empty() {
        prompt = prompt.with_default(default);
    }
    Ok(Heard::Answer(prompt.prompt()?))
}

fn write_secretly(title: &str, question: &Question) -> Result<Heard, InquireError> {
    let help = help(question);
    let hidden = |_: &str| "（不显示）".to_owned();
    let prompt = Text::new(title).with_help_message(&help).with_formatter(&hidden);
    Ok(Heard::Answer(prompt.prompt()?))
}

#[cfg(test)]
mod tests {
    use super::{BACK, is_way_back, likeness};

    #[test]
    fn a_name_wins_over_an_explanation_and_the_way_back_is_always_there() {
        let fits = |typed: &str, label: &str| likeness(typed, label);
        assert!(fits("复学", "复学：休学期满回校") > fits("复学", "续休：期满仍不能复学的，延长休学"));
        assert!(fits("休学", "因病休学：说明") > fits("休学", "复学：休学期满回校"));
        assert_eq!(fits("初级中学", "云溪县第一小学"), None);
        assert_eq!((fits("没有的", BACK), fits("<", BACK)), (Some(0), Some(1)));
        assert!(fits("第一一年", "第一小学　一年级1班").is_some());
        assert_eq!(fits("2015", "贾**　2017-05-24　4308"), None);
    }

    #[test]
    fn the_way_back_stands_alone_or_behind_an_earlier_answer() {
        for back in ["<", " < ", "随父母迁居<", "2026-12-01＜", "户口簿.png‹"] {
            assert!(is_way_back(back), "{back}");
        }
        for answer in ["", "随父母迁居", "<不愿透露>", "a<b"] {
            assert!(!is_way_back(answer), "{answer}");
        }
    }
}
