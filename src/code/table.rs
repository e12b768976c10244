//! One code table: its entries, and the way from what a sheet says to a code. Tables come from text, not from disk.

use rustc_hash::FxHashMap;

/// Where a table comes from: its name, its standard, and the text of its csv file.
#[derive(Debug, Clone, Copy)]
pub struct Table {
    /// The name of the table in this program, and of its file: `ethnic_group`.
    pub id: &'static str,
    /// What a registrar calls it: 民族.
    pub title: &'static str,
    /// The standard and its edition, or the form that defines the values.
    pub standard: &'static str,
    /// The csv text: `#` comments, a header, then one entry a line.
    pub csv: &'static str,
}

/// One value of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The official code, as text: leading zeros count.
    pub code: &'static str,
    /// The official label, in Chinese.
    pub label: &'static str,
    /// Other ways sheets write the same value.
    pub aliases: Vec<&'static str>,
    /// False where the value has not been seen in an official copy: known, but no ground for an error.
    pub confirmed: bool,
    /// The further columns of the table, by name: `letters`, `numeric`, `short`, `school`, `local`.
    pub extra: Vec<(&'static str, &'static str)>,
}

impl Entry {
    /// The value of a further column; none where the table has no such column or the field is empty.
    #[cfg(test)]
    pub fn extra(&self, column: &str) -> Option<&'static str> {
        self.extra.iter().find(|(name, _)| *name == column).map(|(_, value)| *value).filter(|v| !v.is_empty())
    }
}

/// A table that has been read, with an index over every way to write its values.
#[derive(Debug)]
pub struct Loaded {
    table: &'static Table,
    entries: Vec<Entry>,
    by_code: FxHashMap<&'static str, usize>,
    by_text: FxHashMap<&'static str, usize>,
}

/// Below this share of equal characters a suggestion would only confuse.
const NEAR: f64 = 0.5;

/// What stands between code and label in cells such as `01-汉族`.
const SEPARATORS: &[char] = &['-', '－', '—', '–', ':', '：', '.', '、', '_', ' ', '\t', '\u{3000}'];

impl Loaded {
    /// Reads the table's text. The first entry wins where a file contradicts itself; a test shows that none does.
    pub fn read(table: &'static Table) -> Loaded {
        let mut lines = table.csv.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty());
        let columns: Vec<&'static str> = lines.next().unwrap_or("").split(',').map(str::trim).collect();
        let entries: Vec<Entry> = lines.map(|line| entry(&columns, line)).collect();
        let mut by_code = FxHashMap::default();
        let mut by_text = FxHashMap::default();
        for (at, entry) in entries.iter().enumerate() {
            by_code.entry(entry.code).or_insert(at);
        }
        for (at, entry) in entries.iter().enumerate() {
            for text in [entry.code, entry.label].iter().chain(&entry.aliases) {
                by_text.entry(*text).or_insert(at);
            }
        }
        Loaded { table, entries, by_code, by_text }
    }

    /// The name of the table in this program: `ethnic_group`.
    pub fn id(&self) -> &'static str {
        self.table.id
    }

    /// What a registrar calls the table: 民族.
    pub fn title(&self) -> &'static str {
        self.table.title
    }

    /// The standard and its edition, or the form that defines the values.
    pub fn standard(&self) -> &'static str {
        self.table.standard
    }

    /// All values in the order of the standard.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entry with exactly this code.
    pub fn by_code(&self, code: &str) -> Option<&Entry> {
        self.by_code.get(code).map(|at| &self.entries[*at])
    }

    /// The first entry whose further column holds exactly this value, such as `numeric` = `156`.
    #[cfg(test)]
    pub fn by_extra(&self, column: &str, value: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.extra(column) == Some(value))
    }

    /// The entry a cell means: a label, an alias, a code, or `01-汉族` where code and label agree.
    ///
    /// Exact after trimming. Nothing is guessed: a code without its leading zero, or a label with one wrong
    /// character, is not resolved; see [`Loaded::nearest`].
    pub fn resolve(&self, text: &str) -> Option<&Entry> {
        let text = text.trim();
        if let Some(at) = self.by_text.get(text) {
            return Some(&self.entries[*at]);
        }
        let (code, label) = text.split_once(SEPARATORS)?;
        let by_code = *self.by_code.get(code.trim_end())?;
        let label = label.trim_start_matches(|c: char| SEPARATORS.contains(&c));
        let by_text = *self.by_text.get(label)?;
        (by_code == by_text).then(|| &self.entries[by_code])
    }

    /// The entry whose label or alias looks most like the text, to suggest in a message; none when nothing is
    /// near, or when two entries are equally near (汗族 is as far from 汉族 as from 回族).
    ///
    /// Measured in characters: bytes would call any two Han characters of the same block alike.
    pub fn nearest(&self, text: &str) -> Option<&Entry> {
        let text = text.trim();
        // A label has at most 20 characters or so; a megabyte of cell is no misspelling of one.
        // Nor is one character near to anything: 是 is as near to 不是 as to nothing.
        if text.chars().nth(1).is_none() || text.chars().nth(40).is_some() {
            return None;
        }
        let mut best: Option<(&Entry, f64)> = None;
        let mut tied = false;
        for entry in &self.entries {
            let score = likeness(entry, text);
            match best {
                Some((_, top)) if score < top => {}
                Some((_, top)) if score == top => tied = true,
                _ => (best, tied) = (Some((entry, score)), false),
            }
        }
        best.filter(|(_, score)| *score >= NEAR && !tied).map(|(entry, _)| entry)
    }
}

/// So many entries are few enough to choose from.
const FEW: usize = 6;

impl Loaded {
    /// The entries that share a character with the text, where they are few: what somebody may have meant.
    pub fn akin(&self, text: &str) -> Vec<&Entry> {
        let shares =
            |name: &&str| name.chars().any(|c| !c.is_ascii() && !IN_MANY.contains(&c) && text.contains(c));
        let named = |e: &&Entry| std::iter::once(&e.label).chain(&e.aliases).any(shares);
        let found: Vec<&Entry> = self.entries.iter().filter(named).collect();
        if found.len() <= FEW && text.chars().count() <= 40 { found } else { Vec::new() }
    }
}

/// Characters that say nothing of what is meant: 其他, 无, brackets.
const IN_MANY: &[char] = &['其', '他', '它', '无', '（', '）', '或', '、'];

fn likeness(entry: &Entry, text: &str) -> f64 {
    std::iter::once(&entry.label)
        .chain(&entry.aliases)
        .map(|name| strsim::normalized_damerau_levenshtein(name, text))
        .fold(0.0, f64::max)
}

fn entry(columns: &[&'static str], line: &'static str) -> Entry {
    let mut entry = Entry { code: "", label: "", aliases: Vec::new(), confirmed: true, extra: Vec::new() };
    for (column, value) in columns.iter().zip(line.split(',')) {
        let value = value.trim();
        match *column {
            "code" => entry.code = value,
            "label" => entry.label = value,
            "aliases" => entry.aliases = value.split('|').filter(|alias| !alias.is_empty()).collect(),
            "confirmed" => entry.confirmed = value == "yes",
            other => entry.extra.push((other, value)),
        }
    }
    entry
}

#[cfg(test)]
mod tests {
    use crate::code::table;
    use proptest::prelude::*;

    fn code(id: &str, text: &str) -> Option<&'static str> {
        table(id).unwrap().resolve(text).map(|entry| entry.code)
    }

    #[test]
    fn a_label_an_alias_and_a_code_mean_the_same() {
        for text in ["汉族", "汉", "01", " 汉族 ", "01-汉族", "01 汉族", "01 - 汉", "01：汉族"] {
            assert_eq!(code("ethnic_group", text), Some("01"), "{text}");
        }
        for (text, expected) in
            [("毛难族", "36"), ("崩龙", "46"), ("基洛族", "56"), ("僳僳族", "20"), ("达翰尔族", "31")]
        {
            assert_eq!(code("ethnic_group", text), Some(expected), "{text}");
        }
    }

    #[test]
    fn a_code_and_a_label_that_disagree_mean_nothing() {
        assert_eq!(code("ethnic_group", "01-回族"), None);
        assert_eq!(code("ethnic_group", "99-汉族"), None);
    }

    #[test]
    fn nothing_is_guessed() {
        for text in ["", "1", "汗族", "汉族人", "-", "01-", "-汉族"] {
            assert_eq!(code("ethnic_group", text), None, "{text}");
        }
        assert_eq!(code("left_behind", "是"), None);
        assert_eq!(code("entry_method_form", "其他"), None);
    }

    #[test]
    fn the_two_tables_of_health_do_not_take_each_others_codes() {
        assert_eq!(code("health_gbt", "1"), Some("1"));
        assert_eq!(code("health_form", "1"), None);
        assert_eq!((code("health_gbt", "残疾"), code("health_form", "残疾")), (Some("6"), Some("50")));
    }

    #[test]
    fn a_young_pioneer_is_of_the_masses() {
        assert_eq!(code("political_status", "少先队员"), Some("13"));
    }

    #[test]
    fn regions_are_written_as_the_forms_do_and_carry_their_numeric_code() {
        for (text, expected) in
            [("中国香港", "HKG"), ("香港", "HKG"), ("美利坚合众国", "USA"), ("大韩民国", "KOR")]
        {
            assert_eq!(code("nationality", text), Some(expected), "{text}");
        }
        let all = table("nationality").unwrap();
        assert_eq!(all.entries().len(), 249);
        assert_eq!(all.by_extra("numeric", "840").map(|entry| entry.label), Some("美国"));
        assert_eq!(all.by_code("CHN").unwrap().extra("numeric"), Some("156"));
        assert_eq!(all.by_code("CHN").unwrap().extra("no-such-column"), None);
    }

    #[test]
    fn unconfirmed_values_are_marked() {
        let groups = table("ethnic_group").unwrap();
        assert!(!groups.by_code("81").unwrap().confirmed);
        assert!(groups.by_code("01").unwrap().confirmed);
        assert!(!table("attendance_mode").unwrap().resolve("送教上门").unwrap().confirmed);
    }

    #[test]
    fn the_nearest_label_is_offered_only_when_one_is_nearest() {
        let near = |id: &str, text: &str| table(id).unwrap().nearest(text).map(|entry| entry.label);
        assert_eq!(near("ethnic_group", "维吾耳族"), Some("维吾尔族"));
        assert_eq!(near("left_behind", "双亲留守的儿童"), Some("双亲留守儿童"));
        assert_eq!(near("ethnic_group", "汗族"), None);
        assert_eq!(near("ethnic_group", "火星人"), None);
        assert_eq!(near("ethnic_group", ""), None);
        assert_eq!(near("left_behind", "是"), None, "it is near to 不是, which is the contrary");
        assert_eq!(near("ethnic_group", &"汉".repeat(1_000_000)), None);
    }

    proptest! {
        #[test]
        fn no_text_makes_a_lookup_panic(text in "\\PC{0,12}") {
            for row in crate::code::TABLES {
                let loaded = table(row.id).unwrap();
                if let Some(entry) = loaded.resolve(&text) {
                    prop_assert!(text.contains(entry.code) || text.trim() == entry.label
                        || entry.aliases.contains(&text.trim()));
                }
                loaded.nearest(&text);
            }
        }
    }
}
