//! What a record has: its fields, whom each speaks of, and the keys that bring two records together.

use super::comparison::{self, Comparison};

/// Fields, keys and what they are for.
pub struct Schema {
    pub fields: Vec<FieldSpec>,
    pub keys: Vec<Key>,
}

/// One field: its columns hold values of one kind (two guardians, three telephones), of which the best pair counts.
pub struct FieldSpec {
    pub name: String,
    /// For people.
    pub title: String,
    pub comparison: &'static Comparison,
    pub columns: Vec<String>,
    pub whose: Whose,
}

/// Whom a field speaks of: brothers and sisters share what is the family's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    Pupil,
    Family,
}

/// A blocking key: records that agree on all its parts are compared.
pub struct Key {
    pub title: String,
    pub parts: Vec<Part>,
}

/// What of a field goes into a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    pub field: usize,
    pub of: Of,
}

/// How a value is put into a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// The whole value.
    Whole,
    /// A name by its syllables, dialects not told apart.
    Sound,
    /// The first character of a name by its sound.
    Surname,
    /// Each further character of a name by its sound: one key for each.
    Given,
    /// An identity number without its birth date.
    Ends,
    /// The first so many characters.
    Prefix(u8),
    /// The characters after so many.
    Suffix(u8),
}

impl Of {
    /// The name in a schema file: `name:sound`, `postcode:prefix3`.
    pub fn parse(text: &str) -> Option<Of> {
        let count = |rest: &str| rest.parse().ok().filter(|n| (1..=64).contains(n));
        match text {
            "" | "whole" => Some(Of::Whole),
            "sound" => Some(Of::Sound),
            "surname" => Some(Of::Surname),
            "given" => Some(Of::Given),
            "ends" => Some(Of::Ends),
            _ => text
                .strip_prefix("prefix")
                .and_then(count)
                .map(Of::Prefix)
                .or_else(|| text.strip_prefix("suffix").and_then(count).map(Of::Suffix)),
        }
    }
}

/// The fields of a pupil's record: name, comparison, whose it is, columns.
const PUPIL: &[(&str, &str, &str, Whose, &[&str])] = &[
    ("name", "姓名", "han-name", Whose::Pupil, &["name"]),
    ("sex", "性别", "sex", Whose::Pupil, &["sex"]),
    ("birth_date", "出生日期", "birth-date", Whose::Pupil, &["birth_date"]),
    ("document", "身份证件号", "document", Whose::Pupil, &["document_number"]),
    ("guardian", "监护人姓名", "han-name", Whose::Family, &["guardian1_name", "guardian2_name"]),
    (
        "guardian_document",
        "监护人证件号",
        "document",
        Whose::Family,
        &["guardian1_document_number", "guardian2_document_number"],
    ),
    ("phone", "联系电话", "phone", Whose::Family, &["phone", "guardian1_phone", "guardian2_phone"]),
    ("address", "住址", "address", Whose::Family, &["current_address", "home_address"]),
    ("hukou", "户口所在地", "exact", Whose::Family, &["hukou_division"]),
    ("school", "学校", "exact", Whose::Pupil, &["school_code"]),
    ("enrollment", "在校时期", "enrollment", Whose::Pupil, &["enrollment"]),
];

/// The keys of a pupil's record, in the language of schema files.
const PUPIL_KEYS: &[&str] = &[
    "document",
    "document:ends+name:surname",
    "name:sound+birth_date",
    "name:surname+name:given+birth_date",
    "guardian:sound+birth_date",
    "phone+birth_date",
    "phone+name:sound",
    "phone+guardian:sound+sex",
    "guardian_document+birth_date",
    "guardian_document+name:sound",
    "guardian:sound+name:sound",
];

/// The schema of the registry's own records.
pub fn pupil() -> Schema {
    let field = |(name, title, comparison, whose, columns): &(&str, &str, &str, Whose, &[&str])| FieldSpec {
        name: (*name).to_owned(),
        title: (*title).to_owned(),
        comparison: comparison::comparison(comparison).expect("the table has the comparisons of a pupil"),
        columns: columns.iter().map(|c| (*c).to_owned()).collect(),
        whose: *whose,
    };
    let fields: Vec<FieldSpec> = PUPIL.iter().map(field).collect();
    let keys = usual_keys(&fields);
    Schema { fields, keys }
}

/// The usual keys as far as there are fields for them.
pub fn usual_keys(fields: &[FieldSpec]) -> Vec<Key> {
    PUPIL_KEYS.iter().filter_map(|text| key(fields, text).ok()).collect()
}

/// Reads a key: fields joined by `+`, each with how it goes in.
///
/// # Errors
/// The part that names no field or no way.
pub fn key(fields: &[FieldSpec], text: &str) -> Result<Key, String> {
    let mut parts = Vec::new();
    let mut titles = Vec::new();
    for part in text.split('+').map(str::trim) {
        let (name, of) = part.split_once(':').unwrap_or((part, ""));
        let field = fields.iter().position(|f| f.name == name);
        let (Some(field), Some(of)) = (field, Of::parse(of)) else { return Err(part.to_owned()) };
        parts.push(Part { field, of });
        let how = match of {
            Of::Whole => "",
            Of::Sound => "（读音）",
            Of::Surname => "的姓（读音）",
            Of::Given => "的一字（读音）",
            Of::Ends => "（不计出生日期）",
            Of::Prefix(_) => "的开头",
            Of::Suffix(_) => "的末尾",
        };
        titles.push(format!("{}{how}", fields[field].title));
    }
    Ok(Key { title: titles.join("＋"), parts })
}

impl Schema {
    /// The first field of the pupil's own that this comparison compares.
    pub fn own(&self, comparison: &str) -> Option<usize> {
        self.fields.iter().position(|f| f.whose == Whose::Pupil && f.comparison.id == comparison)
    }

    /// Whether brothers and sisters can be told: something of the family is known, and something of the pupil.
    pub fn knows_families(&self) -> bool {
        let of = |whose| self.fields.iter().any(|f| f.whose == whose && !f.comparison.twins.is_empty());
        self.fields.iter().any(|f| f.whose == Whose::Family) && of(Whose::Pupil)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_of_a_pupil_is_whole() {
        let schema = pupil();
        assert_eq!(schema.keys.len(), PUPIL_KEYS.len());
        assert!(schema.knows_families());
        assert!(schema.keys.iter().all(|k| !k.title.is_empty()));
    }

    #[test]
    fn a_key_names_what_there_is() {
        let schema = pupil();
        assert_eq!(key(&schema.fields, "name:sound+birth_date").unwrap().parts.len(), 2);
        for wrong in ["", "nom", "name:tone", "name+", "phone:prefix0", "phone:prefix"] {
            assert!(key(&schema.fields, wrong).is_err(), "{wrong}");
        }
    }
}
