//! What the headings of a sheet mean: what the clerk said, then what is remembered of its school.

use std::path::Path;

use crate::model::cell::Row;
use crate::model::field::Field;
use crate::model::heading::Heading;
use crate::model::id::SchoolCode;
use crate::roster::layout::Decision;
use crate::roster::mapping::{From, Mapping, Rule};

use super::{Opening, Where, file_name};

/// The mapping of one sheet: what was said, then what is remembered of its school.
pub fn mapping_for(
    path: &Path,
    sheet: &str,
    rows: &[Row],
    at: &Where,
    opening: &Opening,
) -> (Mapping, Vec<Decision>) {
    let mut mapping = at.mapping.clone();
    if let Some(school) = &at.school {
        mapping.constants.push((Field::School, school.clone()));
    }
    let (school, reason) = match &at.school {
        Some(school) => (school.clone(), "按 --school 指明的学校。"),
        None => match school_of(path, sheet, rows, opening.learned) {
            Some(school) => (school, "文件中出现的学校标识码只有这一个记住了栏目名。"),
            None => return (mapping, Vec::new()),
        },
    };
    let of_school = opening.learned.iter().filter(|l| l.school == school);
    let rule = |l: &Heading| Rule { heading: l.heading.clone(), field: l.field, from: From::Learned };
    let rules: Vec<Rule> = of_school.map(rule).collect();
    if rules.is_empty() {
        return (mapping, Vec::new());
    }
    let chosen = format!("{school} 记住的 {} 个栏目名", rules.len());
    let learned = Mapping { rules, ..Mapping::default() };
    (mapping.with(&learned), vec![Decision::new("mapping", chosen, reason)])
}

/// The one school with remembered headings whose code stands in the file's name, the sheet's name or the first rows.
fn school_of(path: &Path, sheet: &str, rows: &[Row], learned: &[Heading]) -> Option<String> {
    let name = file_name(path);
    let mut found: Vec<&str> = Vec::new();
    for code in learned.iter().map(|l| l.school.as_str()) {
        let in_rows = || rows.iter().any(|r| (0..r.len()).any(|c| r.cell(c).0.contains(code)));
        if !found.contains(&code) && (name.contains(code) || sheet.contains(code) || in_rows()) {
            found.push(code);
        }
    }
    let [one] = found[..] else { return None };
    // A list of several schools is not this school's.
    let other = |text: &str| text.len() == 10 && text != one && SchoolCode::parse(text).is_ok();
    let of_others = rows.iter().any(|r| (0..r.len()).any(|c| other(r.cell(c).0.trim())));
    (!of_others).then(|| one.to_owned())
}
