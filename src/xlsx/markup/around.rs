//! What stands around a sheet's rows, edited: widths of our columns, the choice of answers, the drawing of comments.

use crate::model::markup::ANSWERS;
use crate::xlsx::markup::comments::{at, reference};
use crate::xlsx::markup::order::{WORKSHEET, place};
use crate::xlsx::markup::sheet::{Plan, Survey};
use crate::xlsx::markup::xml::{Edits, Outline, attribute, id_attribute, number, outline, with_attribute};

/// Everything around the rows, edited: what stands before them and after.
pub fn around(survey: &Survey, plan: &Plan) -> Option<(String, String)> {
    let text = survey.skeleton();
    let found = outline(&text)?;
    let p = found.prefix.clone();
    let mut edits = Edits::default();
    if let Some(node) = found.child("dimension") {
        let tag = &text[node.tag.clone()];
        let first = attribute(tag, "ref").and_then(|r| at(r.split(':').next()?)).unwrap_or((1, 1));
        let old = attribute(tag, "ref").and_then(|r| at(r.split(':').next_back()?)).unwrap_or(first);
        let last = (old.0.max(plan.last_row), old.1.max(plan.last_column));
        if last != old {
            let name = format!("{}:{}", reference(first), reference(last));
            edits.replace(node.tag.clone(), with_attribute(tag, "ref", &name));
        }
    }
    columns(&text, &found, plan, &mut edits);
    validations(&text, &found, plan, &mut edits);
    if let Some((id, namespace)) = &plan.drawing {
        let id = id_attribute(&text[found.root.tag.clone()], namespace, id);
        let element = format!("<{p}legacyDrawing {id}/>");
        edits.insert(place(&text, &found, WORKSHEET, "legacyDrawing"), element);
    }
    let edited = edits.apply(&text);
    let rows = outline(&edited)?.child("sheetData")?.whole.clone();
    let open = survey.head.tag.trim_end_matches('>').trim_end_matches('/').trim_end();
    let close = format!("</{}sheetData>", survey.head.prefix);
    Some((format!("{}{open}>", &edited[..rows.start]), format!("{close}{}", &edited[rows.end..])))
}

/// Widths for our columns; a range that spans them gives way there and stays as it is elsewhere.
fn columns(text: &str, found: &Outline, plan: &Plan, edits: &mut Edits) {
    let p = &found.prefix;
    let mut all: Vec<(u32, String)> = Vec::new();
    for (column, width) in &plan.widths {
        all.push((
            *column,
            format!("<{p}col min=\"{column}\" max=\"{column}\" width=\"{width}\" customWidth=\"1\"/>"),
        ));
    }
    if all.is_empty() {
        return;
    }
    let Some(node) = found.child("cols") else {
        let list: String = all.into_iter().map(|(_, c)| c).collect();
        edits.insert(place(text, found, WORKSHEET, "cols"), format!("<{p}cols>{list}</{p}cols>"));
        return;
    };
    let part = &text[node.whole.clone()];
    for child in outline(part).map(|o| o.children).unwrap_or_default() {
        let whole = &part[child.whole.clone()];
        let (Some(min), Some(max)) = (number(whole, "min"), number(whole, "max")) else { continue };
        let mut from = min;
        for (column, _) in plan.widths.iter().filter(|(c, _)| (min..=max).contains(c)) {
            if from < *column {
                all.push((from, between(whole, from, column - 1)));
            }
            from = column + 1;
        }
        if from == min {
            all.push((min, whole.to_owned()));
        } else if from <= max {
            all.push((from, between(whole, from, max)));
        }
    }
    all.sort_by_key(|(column, _)| *column);
    let list: String = all.into_iter().map(|(_, c)| c).collect();
    let tag = part[..node.tag.len()].trim_end_matches("/>").trim_end_matches('>');
    edits.replace(node.whole.clone(), format!("{tag}>{list}</{p}cols>"));
}

fn between(column: &str, min: u32, max: u32) -> String {
    with_attribute(&with_attribute(column, "min", &min.to_string()), "max", &max.to_string())
}

/// The choice of answers; the one of an earlier marking goes.
fn validations(text: &str, found: &Outline, plan: &Plan, edits: &mut Edits) {
    let p = &found.prefix;
    let new = plan.answers.map(|(column, first, last)| {
        let (from, to) = (reference((first, column)), reference((last, column)));
        format!(
            "<{p}dataValidation type=\"list\" allowBlank=\"1\" showErrorMessage=\"1\" errorTitle=\"接受建议\" \
             error=\"请填“是”或“否”，或留空。\" sqref=\"{from}:{to}\"><{p}formula1>\"{}\"</{p}formula1></{p}dataValidation>",
            ANSWERS.join(",")
        )
    });
    let Some(node) = found.child("dataValidations") else {
        if let Some(new) = new {
            let list = format!("<{p}dataValidations count=\"1\">{new}</{p}dataValidations>");
            edits.insert(place(text, found, WORKSHEET, "dataValidations"), list);
        }
        return;
    };
    let part = &text[node.whole.clone()];
    let Some(list) = outline(part) else { return };
    let earlier = |tag: &str| {
        let name = attribute(tag, "sqref").unwrap_or_default();
        let mut cells = name.split([' ', ':']).filter_map(at).peekable();
        cells.peek().is_some() && cells.all(|(_, column)| plan.ours.contains(&column))
    };
    let (gone, kept): (Vec<_>, Vec<_>) = list.children.iter().partition(|c| earlier(&part[c.tag.clone()]));
    let count = kept.len() + usize::from(new.is_some());
    if count == 0 {
        edits.replace(node.whole.clone(), "");
        return;
    }
    if gone.is_empty() && new.is_none() {
        return;
    }
    let tag = &part[list.root.tag.clone()];
    edits.replace(node.tag.clone(), with_attribute(tag, "count", &count.to_string()));
    let start = node.whole.start;
    for child in gone {
        edits.replace(start + child.whole.start..start + child.whole.end, "");
    }
    if let Some(new) = new {
        edits.insert(start + list.close, new);
    }
}
