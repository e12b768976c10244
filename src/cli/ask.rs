//! Questions at a terminal: which sheet, which header, which column. Without one they are refused, naming the flag.

use std::io::IsTerminal;

use inquire::ui::{RenderConfig, Styled};
use inquire::{MultiSelect, Select};

use crate::app::input::Where;
use crate::app::input::error::InputError;
use crate::model::cell::column_letters;
use crate::model::field::Field;
use crate::output::human;
use crate::roster::layout::problem::LayoutProblem;
use crate::roster::mapping::{From, Rule};

use super::failure::{CliError, usage};
use super::global::Global;

/// Whether somebody is there to be asked.
pub fn somebody(global: &Global) -> bool {
    !global.quiet && !global.yes && std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

/// Whether the clerk says yes; without a terminal it is refused, naming the flag.
pub fn confirmed(question: &str, refusal: &str, hint: &str) -> Result<bool, CliError> {
    use std::io::Write;
    if !std::io::stdin().is_terminal() {
        return Err(usage(refusal, hint));
    }
    eprint!("{question}[是/否] ");
    let _ = std::io::stderr().flush();
    let mut answer = String::new();
    let read = std::io::stdin().read_line(&mut answer);
    Ok(read.is_ok() && matches!(answer.trim(), "是" | "y" | "Y" | "yes"))
}

/// Texts and colors of every prompt.
pub fn dress(global: &Global) {
    let config = if global.colors() { RenderConfig::default_colored() } else { RenderConfig::empty() };
    inquire::set_global_render_config(config.with_canceled_prompt_indicator(Styled::new("（没有回答）")));
}

/// Puts the question of an error to the clerk; where the answer leads, or `None` for no answer.
pub fn answer(global: &Global, error: &InputError, at: &Where) -> Option<Where> {
    if !somebody(global) {
        return None;
    }
    eprintln!("{}", human::printable(&error.message()));
    dress(global);
    let mut next = at.clone();
    match error {
        InputError::ManySheets { sheets, .. } => {
            let chosen = MultiSelect::new("读哪几张工作表", printable(sheets))
                .with_help_message("空格选定，选完回车；Esc 不选")
                .raw_prompt()
                .ok()?;
            next.sheets = chosen.into_iter().map(|o| sheets[o.index].clone()).collect();
            (!next.sheets.is_empty()).then_some(next)
        }
        InputError::Unsettled { sheet, problem, .. } => {
            settle(&mut next, problem)?;
            if next.sheets.is_empty() && next.mapping.sheets.is_empty() {
                next.sheets.push(sheet.clone());
            }
            Some(next)
        }
        _ => None,
    }
}

fn settle(at: &mut Where, problem: &LayoutProblem) -> Option<()> {
    match problem {
        LayoutProblem::Headers { rows } => {
            let items: Vec<String> = rows.iter().map(|(r, n)| format!("第 {r} 行（认出 {n} 栏）")).collect();
            at.header_row = Some(rows[select("哪一行是表头", &items)?].0);
        }
        LayoutProblem::Ambiguous { columns, .. } => {
            let (field, columns) = columns.first()?;
            let items: Vec<String> =
                columns.iter().map(|(c, h)| format!("{} 列（{h}）", column_letters(*c))).collect();
            let chosen = select(&format!("哪一栏是“{}”（其余不读）", field.heading()), &items)?;
            for (i, (column, _)) in columns.iter().enumerate() {
                say(at, *column, (i == chosen).then_some(*field));
            }
        }
        LayoutProblem::Unsure { column, heading, could, .. } => {
            let mut items: Vec<String> = could.iter().map(|f| f.heading().to_owned()).collect();
            items.push("不读".into());
            let prompt = format!("{} 列（{heading}）是哪一栏", column_letters(*column));
            let chosen = select(&prompt, &items)?;
            say(at, *column, could.get(chosen).copied());
        }
        LayoutProblem::Whose { columns, .. } => {
            for ((column, heading), field, person) in columns {
                let items = [format!("学生的“{}”", field.heading()), format!("“{person}”的，不读")];
                let prompt = format!("{} 列（{heading}）是谁的", column_letters(*column));
                let chosen = select(&prompt, &items)?;
                say(at, *column, (chosen == 0).then_some(*field));
            }
        }
        LayoutProblem::Classes { found } => {
            let class = found[select("是哪个班", found)?].clone();
            at.mapping.constants.push((Field::ClassName, class));
        }
        LayoutProblem::Schools { found } => {
            at.school = Some(found[select("是哪所学校", found)?].clone());
        }
        _ => return None,
    }
    Some(())
}

fn say(at: &mut Where, column: u16, field: Option<Field>) {
    at.mapping.rules.push(Rule { heading: format!("@{}", column_letters(column)), field, from: From::Said });
}

fn select(prompt: &str, items: &[String]) -> Option<usize> {
    let select = Select::new(prompt, printable(items)).with_help_message("↑↓ 选，回车定；Esc 不选");
    Some(select.raw_prompt().ok()?.index)
}

fn printable(items: &[String]) -> Vec<String> {
    items.iter().map(|i| human::printable(i)).collect()
}
