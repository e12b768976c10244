//! A schema described in a file, so that the engine runs on any csv: columns, comparisons, keys, truth.

use serde::Deserialize;

use super::comparison;
use super::schema::{self, FieldSpec, Schema, Whose};

/// The description of a set of records.
pub struct Described {
    pub schema: Schema,
    /// The column of the identifier.
    pub id: String,
    /// Whether each file holds every child once, so that only pairs between files are looked for.
    pub between_files: bool,
    /// The columns of the truth.
    pub truth: TruthColumns,
}

/// How the truth file is laid out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TruthColumns {
    /// A row for each record and the child it is of; records of one family may be marked, to count twins.
    Child { id: String, child: String, kind: Option<String>, family: Option<String> },
    /// A row for each true pair; with a column for verdicts also pairs that are not. Partial: of all others nothing is
    /// known.
    Pairs { left: String, right: String, kind: Option<String>, verdict: Option<String>, partial: bool },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    id: String,
    #[serde(default)]
    between_files: bool,
    #[serde(default)]
    keys: Vec<String>,
    field: Vec<Field>,
    #[serde(default)]
    truth: Truth,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Field {
    name: String,
    title: Option<String>,
    comparison: String,
    columns: Option<Vec<String>>,
    #[serde(default)]
    family: bool,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Truth {
    id: Option<String>,
    child: Option<String>,
    left: Option<String>,
    right: Option<String>,
    kind: Option<String>,
    family: Option<String>,
    verdict: Option<String>,
    #[serde(default)]
    partial: bool,
}

/// The most fields whose levels fit in a pattern.
const MOST_FIELDS: usize = 16;

/// Reads a description.
///
/// # Errors
/// What is wrong with it, in a sentence.
pub fn read(text: &str) -> Result<Described, String> {
    let file: File = toml::from_str(text).map_err(|e| {
        let line = e.span().map_or(0, |s| text[..s.start.min(text.len())].lines().count());
        format!("第 {line} 行附近写法不对：{}。", e.message())
    })?;
    let mut fields: Vec<FieldSpec> = Vec::new();
    for field in file.field {
        let Some(comparison) = comparison::comparison(&field.comparison) else {
            let known: Vec<&str> = comparison::COMPARISONS.iter().map(|c| c.id).collect();
            return Err(format!("没有名为“{}”的比较方法，只有：{}。", field.comparison, known.join("、")));
        };
        let whose = if field.family { Whose::Family } else { Whose::Pupil };
        let columns = field.columns.unwrap_or_else(|| vec![field.name.clone()]);
        let title = field.title.unwrap_or_else(|| field.name.clone());
        fields.push(FieldSpec { name: field.name, title, comparison, columns, whose });
    }
    if fields.is_empty() || fields.len() > MOST_FIELDS {
        return Err(format!("字段要有 1 至 {MOST_FIELDS} 个，现有 {} 个。", fields.len()));
    }
    let mut keys = Vec::new();
    for text in &file.keys {
        keys.push(
            schema::key(&fields, text).map_err(|part| format!("分组键“{text}”中的“{part}”不能识别。"))?,
        );
    }
    if keys.is_empty() {
        keys = schema::usual_keys(&fields);
    }
    if keys.is_empty() {
        return Err("没有写明分组键（keys），字段也不足以使用默认的键。".to_owned());
    }
    let id = file.id;
    Ok(Described {
        schema: Schema { fields, keys },
        truth: truth_columns(file.truth),
        id,
        between_files: file.between_files,
    })
}

fn truth_columns(truth: Truth) -> TruthColumns {
    match (truth.left, truth.right) {
        (Some(left), Some(right)) => TruthColumns::Pairs {
            left,
            right,
            kind: truth.kind,
            verdict: truth.verdict,
            partial: truth.partial,
        },
        _ => TruthColumns::Child {
            id: truth.id.unwrap_or_else(|| "id".to_owned()),
            child: truth.child.unwrap_or_else(|| "child".to_owned()),
            kind: truth.kind,
            family: truth.family,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_is_read_or_told_what_is_wrong() {
        let good = "id = \"rid\"\nkeys = [\"name:sound+dob\"]\n[[field]]\nname = \"name\"\ncomparison = \"han-name\"\n\
            [[field]]\nname = \"dob\"\ncomparison = \"birth-date\"\n[truth]\nleft = \"a\"\nright = \"b\"\n";
        let described = read(good).ok().unwrap();
        assert_eq!((described.schema.fields.len(), described.schema.keys.len()), (2, 1));
        assert!(matches!(described.truth, TruthColumns::Pairs { .. }));
        for (from, to, word) in [
            ("han-name", "no-such", "no-such"),
            ("name:sound", "nome:sound", "nome:sound"),
            ("id =", "idd =", "第"),
            ("keys = [\"name:sound+dob\"]", "keys = 1", "第"),
        ] {
            let wrong = read(&good.replacen(from, to, 1)).err().unwrap();
            assert!(wrong.contains(word) && wrong.ends_with('。'), "{wrong}");
        }
    }
}
