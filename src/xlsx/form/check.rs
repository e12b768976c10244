//! A bureau's copy of a form held against the program's own: what is missing, unknown, or written wrongly in it.

use std::collections::BTreeSet;

use super::fill::{FormFault, Place, places};
use super::{Form, PLACES, blank};

/// What is the matter with a place to fill in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// The program's own form has it and this copy has not.
    Missing,
    /// Nothing is known by this name.
    Unknown,
    /// Braces that do not close, or single ones.
    Braces,
    /// The sheet is protected: it is filled in all the same.
    Protected,
}

impl What {
    pub fn label(self) -> &'static str {
        match self {
            What::Missing => "缺少",
            What::Unknown => "不认识",
            What::Braces => "花括号写错",
            What::Protected => "工作表有保护",
        }
    }

    /// What to do about it.
    pub fn remedy(self, nearest: &str) -> String {
        match self {
            What::Missing => "打印时这一项会空缺；要用的，请在表中补上花括号和名称。".to_owned(),
            What::Unknown if nearest.is_empty() => "请改成程序认识的名称，或删去。".to_owned(),
            What::Unknown => format!("是不是要写 {{{{{nearest}}}}}？"),
            What::Braces => "请写成 {{名称}}，两边各两个半角花括号。".to_owned(),
            What::Protected => "不影响程序填写；要改样式先撤销保护。".to_owned(),
        }
    }

    /// Whether a form printed from the copy would be wrong or poorer.
    pub fn is_fault(self) -> bool {
        self != What::Protected
    }
}

/// Something found in a copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The cell's text up to the name, for finding it again; empty for what is missing.
    pub place: String,
    pub name: String,
    pub what: What,
    /// The name that was likely meant.
    pub nearest: String,
}

/// The names that the program's own form asks for.
pub fn of_form(form: &Form) -> BTreeSet<String> {
    let own = places(&blank::bytes(form)).map(|p| p.places).unwrap_or_default();
    own.into_iter().filter_map(|p| if let Place::Name { name, .. } = p { Some(name) } else { None }).collect()
}

/// Everything that is the matter with a copy of a form.
pub fn check(form: &Form, copy: &[u8]) -> Result<Vec<Found>, FormFault> {
    let has = places(copy)?;
    let mut found = Vec::new();
    let mut named = BTreeSet::new();
    for place in has.places {
        match place {
            Place::Name { name, text } if !PLACES.contains(&name.as_str()) => {
                let nearest = nearest(&name);
                found.push(Found { place: text, name, what: What::Unknown, nearest });
            }
            Place::Name { name, .. } => {
                named.insert(name);
            }
            Place::Broken { text } => {
                let nearest = String::new();
                found.push(Found { place: text, name: String::new(), what: What::Braces, nearest });
            }
        }
    }
    let missing = of_form(form).into_iter().filter(|n| !named.contains(n) && n != "空白");
    found.extend(missing.map(|name| Found {
        place: String::new(),
        name,
        what: What::Missing,
        nearest: String::new(),
    }));
    found.extend(has.protected.into_iter().map(|sheet| Found {
        place: sheet,
        name: String::new(),
        what: What::Protected,
        nearest: String::new(),
    }));
    Ok(found)
}

/// The known name that is likely meant; empty where none is near.
fn nearest(name: &str) -> String {
    let like = |known: &str| strsim::normalized_damerau_levenshtein(name, known);
    let best = PLACES.iter().max_by(|a, b| like(a).total_cmp(&like(b)));
    best.filter(|b| like(b) >= 0.5 || b.contains(name) || name.contains(**b))
        .map_or_else(String::new, |b| (*b).to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::fill::fill;
    use super::super::form;
    use super::*;

    /// The program's own form with one text for another.
    fn copy(name: &str, from: &str, to: &str) -> Vec<u8> {
        let known: std::collections::BTreeMap<&str, String> = PLACES
            .iter()
            .map(|p| (*p, if *p == from { to.to_owned() } else { format!("{{{{{p}}}}}") }))
            .collect();
        fill(&blank::bytes(form(name).unwrap()), &known, None).unwrap()
    }

    #[test]
    fn what_a_copy_lacks_or_misspells_is_told() {
        let told =
            |to: &str| check(form("transfer-form").unwrap(), &copy("transfer-form", "出生日期", to)).unwrap();
        let missing = |f: &Found| (f.what, f.name.as_str()) == (What::Missing, "出生日期");
        assert!(matches!(told("空").as_slice(), [f] if missing(f)));
        let misspelt = told("{{出生日}}");
        assert!(misspelt.iter().any(missing));
        assert!(misspelt.iter().any(|f| f.what == What::Unknown && f.nearest == "出生日期"), "{misspelt:?}");
        for broken in ["{{出生日期}", "{出生日期}", "｛｛出生日期｝｝", "出生日期}}"] {
            assert!(told(broken).iter().any(|f| f.what == What::Braces), "{broken}");
        }
        assert_eq!(check(form("receipt").unwrap(), b"no zip"), Err(FormFault::NotAWorkbook));
    }
}
