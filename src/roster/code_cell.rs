//! Cells that hold a label or a code of a table, remembered so that the hundred thousandth 汉族 costs one look.

use rustc_hash::FxHashMap;

use crate::code;
use crate::code::reference::CodeRef;
use crate::code::table::{Entry, Loaded};
use crate::model::field::{Field, FieldKind};

use super::column::question::Question;
use super::normalize::text;

/// What a cell text means in a field's tables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// `table:code`, or the text as it stood when no table knows it.
    pub value: String,
    /// Whether the text was not the official label: an alias, a code, a short form.
    pub converted: bool,
}

/// The memory of one run.
#[derive(Default)]
pub struct CodeCells {
    seen: FxHashMap<u8, FxHashMap<String, Resolved>>,
}

/// A cell text is remembered up to this many different ones a field: a roster of noise must not fill the memory.
const REMEMBERED: usize = 2_000;

impl CodeCells {
    /// Looks a text up in the tables of a field.
    pub fn resolve(&mut self, field: Field, text: &str) -> Resolved {
        let memory = self.seen.entry(field as u8).or_default();
        if let Some(known) = memory.get(text) {
            return known.clone();
        }
        let resolved = look_up(field, text);
        if memory.len() < REMEMBERED {
            memory.insert(text.to_owned(), resolved.clone());
        }
        resolved
    }

    /// What a cell says under a heading that asks whether: an answer is never looked up as a code of the table, and a
    /// bare number is nothing but an answer.
    pub fn answer(&mut self, field: Field, question: Question, text: &str) -> Resolved {
        let unknown = || Resolved { value: text.to_owned(), converted: false };
        let FieldKind::Code(tables) = field.kind() else { return unknown() };
        let answer = code::table("yes_no").and_then(|t| meant(t, text));
        let said = match answer.map(|entry| entry.code) {
            Some("1") => question.yes,
            Some(_) => question.no,
            None if text.chars().any(|c| !c.is_alphanumeric() || !c.is_ascii()) && !is_number(text) => {
                return self.resolve(field, text);
            }
            None => None,
        };
        said.map_or_else(unknown, |code| Resolved { value: format!("{}:{code}", tables[0]), converted: true })
    }
}

/// Digits alone, of any width, with or without a decimal point.
fn is_number(text: &str) -> bool {
    text.chars().map(text::half).all(|c| c.is_ascii_digit() || matches!(c, '.' | ' ' | '-'))
}

fn look_up(field: Field, text: &str) -> Resolved {
    let FieldKind::Code(tables) = field.kind() else {
        return Resolved { value: text.to_owned(), converted: false };
    };
    let known =
        tables.iter().filter_map(|id| code::table(id)).find_map(|table| Some((table, meant(table, text)?)));
    match known {
        Some((table, entry)) => {
            Resolved { value: format!("{}:{}", table.id(), entry.code), converted: entry.label != text }
        }
        None => Resolved { value: text.to_owned(), converted: false },
    }
}

/// The entry a cell means: as the table knows it, or in one of the ways of writing that change no meaning. Where a
/// code and a label stand together they must agree.
fn meant<'t>(table: &'t Loaded, text: &str) -> Option<&'t Entry> {
    if let Some(entry) = table.resolve(text) {
        return Some(entry);
    }
    // A cell of noise is no label.
    if text.len() > 120 {
        return None;
    }
    let half: String = text.chars().map(text::half).filter(|c| *c != ' ').collect();
    let bare = half.trim_end_matches(['.', '。', ',', ';', '；']);
    table.resolve(bare).or_else(|| code_and_label(table, bare)).or_else(|| match table.id() {
        "yes_no" => table.resolve(yes_no(bare)?),
        "ethnic_group" => table.resolve(&format!("{bare}族")),
        "sex" => table.resolve(bare.to_ascii_uppercase().as_str()),
        _ => None,
    })
}

/// 是 and 否 as programs and form fillers write them beyond the table's own aliases.
fn yes_no(text: &str) -> Option<&'static str> {
    Some(match text.to_ascii_lowercase().as_str() {
        "true" | "t" | "1.0" | "真" | "☑" | "√是" | "ok" => "1",
        "false" | "f" | "0.0" | "假" | "☒" | "×否" | "不" | "错" => "0",
        _ => return None,
    })
}

/// 汉族(01), (01)汉族, 01汉族, 汉族01: a code and a label side by side, where both are of one entry.
fn code_and_label<'t>(table: &'t Loaded, text: &str) -> Option<&'t Entry> {
    let is_code = |c: char| c.is_ascii_alphanumeric();
    let is_bracket =
        |c: char| matches!(c, '(' | ')' | '[' | ']' | '【' | '】' | '<' | '>' | '-' | ':' | '.' | '、' | '/');
    let open = text.trim_matches(is_bracket);
    let front = open.find(|c| !is_code(c)).unwrap_or(0);
    let back =
        open.rfind(|c| !is_code(c)).map_or(0, |i| i + open[i..].chars().next().map_or(0, char::len_utf8));
    let splits = [(&open[..front], &open[front..]), (&open[back..], &open[..back])];
    splits.iter().find_map(|(code, label)| {
        let label = label.trim_matches(is_bracket);
        let by_code = table.by_code(code)?;
        let by_label = table.resolve(label).filter(|_| !label.is_empty())?;
        (by_code.code == by_label.code).then_some(by_code)
    })
}

/// The label of a stored `table:code`; the text itself where it is none.
pub fn label(value: &str) -> &str {
    value.parse::<CodeRef>().map_or(value, |code| code.label())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::field::FIELDS;

    #[test]
    fn every_code_field_names_tables_that_exist() {
        for s in FIELDS {
            if let FieldKind::Code(tables) = s.kind {
                assert!(tables.iter().all(|t| code::table(t).is_some()), "{}", s.key);
            }
        }
    }

    #[test]
    fn label_alias_and_code_all_name_the_same_code_and_the_code_knows_its_table() {
        let mut cells = CodeCells::default();
        let han = |converted| Resolved { value: "ethnic_group:01".into(), converted };
        assert_eq!(cells.resolve(Field::EthnicGroup, "汉族"), han(false));
        assert_eq!(cells.resolve(Field::EthnicGroup, "汉"), han(true));
        assert_eq!(cells.resolve(Field::EthnicGroup, "01"), han(true));
        assert_eq!(cells.resolve(Field::EthnicGroup, "毛难族").value, "ethnic_group:36");
        assert_eq!(label("ethnic_group:36"), "毛南族");
        // The clash of R§6.8: 11 is 就近入学 on the form and 预科 in JY/T 1001.
        assert_eq!(cells.resolve(Field::EntryMethod, "就近入学").value, "entry_method_form:11");
        assert_eq!(cells.resolve(Field::EntryMethod, "预科").value, "entry_method_jyt:11");
        let unknown = cells.resolve(Field::EthnicGroup, "毛拦族");
        assert_eq!(unknown, Resolved { value: "毛拦族".into(), converted: false });
    }
    #[test]
    fn the_ways_of_writing_a_label_with_its_code_mean_the_same() {
        let mut cells = CodeCells::default();
        for text in [
            "01-汉族",
            "01 汉族",
            "01汉族",
            "汉族01",
            "汉族(01)",
            "汉族（01）",
            "(01)汉族",
            "【01】汉族",
            "01、汉族",
            "０１",
            "汉 族",
            "汉族。",
            "01.汉族",
            "01：汉族",
            "01/汉",
        ] {
            assert_eq!(cells.resolve(Field::EthnicGroup, text).value, "ethnic_group:01", "{text}");
        }
        // A code and a label that disagree, a lost zero, a plural: nothing is guessed.
        for text in ["01-回族", "02汉族", "汉族(02)", "1", "1汉族", "汉族人", "汉族回族", "()", "-", "（01）"]
        {
            let resolved = cells.resolve(Field::EthnicGroup, text);
            assert_eq!(resolved, Resolved { value: text.to_owned(), converted: false });
        }
    }

    #[test]
    fn every_people_is_known_without_its_suffix() {
        let table = code::table("ethnic_group").unwrap();
        let mut cells = CodeCells::default();
        for entry in table.entries().iter().filter(|e| e.label.ends_with('族')) {
            let short = entry.label.trim_end_matches('族');
            let meant = cells.resolve(Field::EthnicGroup, short);
            assert_eq!(meant.value, format!("ethnic_group:{}", entry.code), "{short}");
        }
    }

    #[test]
    fn yes_and_no_in_the_forms_that_are_found() {
        let mut cells = CodeCells::default();
        for (code, texts) in [
            ("1", "是 有 √ ✓ ✔ Y y Yes YES yes 1 对 是的 T TRUE True true 真 ☑ 1.0 Ｙ １ 1-是 是(1)"),
            (
                "0",
                "否 无 × ✗ ✘ N n No NO no 0 没有 不是 非 F FALSE False false 假 ☒ 0.0 Ｎ ０ 0-否 否(0) X x 不",
            ),
        ] {
            for text in texts.split(' ') {
                let meant = cells.resolve(Field::OnlyChild, text).value;
                assert_eq!(meant, format!("yes_no:{code}"), "{text}");
            }
        }
        // A circle is yes to some and no to others.
        for text in ["○", "〇", "2", "是否", "不详", "1-否"] {
            assert_eq!(cells.resolve(Field::OnlyChild, text).value, text);
        }
        for text in ["男", "男性", "1", "1-男", "男（1）", "M", "m", "男生"] {
            assert_eq!(cells.resolve(Field::Sex, text).value, "sex:1", "{text}");
        }
    }
}
