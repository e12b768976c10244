//! Where the table is on a sheet: its header under the titles, which column is which field, and why it is taken so.

pub mod meaning;
pub mod paths;
pub mod problem;
pub mod sheets;
pub mod title;

use crate::model::cell::{Region, Row, column_letters};
use crate::model::field::{COUNT, FIELDS, Field};

use super::mapping::Mapping;
use meaning::Columns;
use paths::{Path, one_line};
use problem::LayoutProblem;

/// How many rows from the top a header is looked for in.
pub const HEADER_WITHIN: u32 = 30;
/// How many rows more are looked at, for what stands under the header.
pub const LOOK_BEYOND: u32 = 30;

/// A decision about a file that a person may want to know, and its reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// What was decided: a machine key.
    pub what: &'static str,
    pub chosen: String,
    pub reason: String,
}

impl Decision {
    /// A decision with its reason, which ends as a sentence does.
    pub fn new(what: &'static str, chosen: impl Into<String>, reason: impl Into<String>) -> Decision {
        Decision { what, chosen: chosen.into(), reason: reason.into() }
    }
}

/// The machine keys of decisions and their names for people.
pub const DECISIONS: &[(&str, &str)] = &[
    ("sheet", "读取的工作表"),
    ("sheet-skipped", "没有读取的工作表"),
    ("header", "表头"),
    ("rows-passed", "没有当作学生的行"),
    ("columns", "多行表头的栏目"),
    ("column-mapped", "按对照表认的栏目"),
    ("column-unread", "没有读取的栏目"),
    ("member", "家庭成员"),
    ("constant", "整表相同的内容"),
    ("mapping", "栏目名对照"),
];

/// A value for every row that has none of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Constant {
    pub field: Field,
    pub value: String,
    /// The rule it is kept under, of `RULES`.
    pub rule: &'static str,
    /// Only in rows that have this field.
    pub when: Option<Field>,
}

/// How values come to a row that are not in its own cells, for people.
pub const RULES: &[(&str, &str)] = &[
    ("from-title", "取自标题或工作表名称"),
    ("from-heading", "取自栏目名"),
    ("from-mapping", "取自对照文件或命令行"),
    ("filled-down", "取自合并单元格"),
    ("class-by-name", "按班级名称查得班号"),
];

/// What was found, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// The last row of the header: pupils begin below.
    pub header_row: u32,
    /// The first row of the header.
    pub header_top: u32,
    /// The field of each column, in the order of the sheet.
    pub columns: Vec<Option<Field>>,
    /// Columns that are not read: the letters and the heading.
    pub unread: Vec<(u16, String)>,
    pub constants: Vec<Constant>,
    /// Rows below the header that are part of the form: the row and what it is.
    pub passed: Vec<(u32, &'static str)>,
    pub decisions: Vec<Decision>,
    paths: Vec<Path>,
    by_field: Vec<u16>,
}

impl Layout {
    /// The column (from 1) of a field; 0 when the sheet has none.
    pub fn column_of(&self, field: Field) -> u16 {
        self.by_field[field as usize]
    }

    /// The headings over each column.
    pub fn paths(&self) -> &[Path] {
        &self.paths
    }

    /// The columns that have a heading: number (from 1), headings over it, field.
    pub fn headed(&self) -> impl Iterator<Item = (u16, String, Option<Field>)> {
        let headed = self.paths.iter().zip(&self.columns).zip(1..).filter(|((p, _), _)| !p.texts.is_empty());
        headed.map(|((path, field), number)| (number, path.shown(), *field))
    }

    /// How many fields have a column.
    pub fn known(&self) -> usize {
        self.by_field.iter().filter(|c| **c > 0).count()
    }
}

/// The beginning of a sheet.
#[derive(Clone, Copy, Debug)]
pub struct Look<'a> {
    pub rows: &'a [Row],
    pub merges: &'a [Region],
    pub sheet: &'a str,
}

/// What the clerk, or the registry, says of where the table is.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    pub header_row: Option<u32>,
    pub mapping: &'a Mapping,
}

/// Finds the header among rows alone. `at` fixes the row instead.
#[cfg(test)]
pub fn find(rows: &[Row], at: Option<u32>) -> Result<Layout, LayoutProblem> {
    let mapping = Mapping::default();
    settle(&Look { rows, merges: &[], sheet: "" }, &Asked { header_row: at, mapping: &mapping })
}

/// Whether the merged cells of a sheet are worth asking for: a header of more than one row may be there.
pub fn wants_merges(rows: &[Row]) -> bool {
    rows.windows(2).any(|two| paths::known_in(&two[1]) >= 2 && paths::is_over(&two[0], &two[1]))
}

/// A header that may be: rows from `top` to `bottom` of those looked at, and what its columns would be.
struct Candidate {
    top: usize,
    bottom: usize,
    paths: Vec<Path>,
    columns: Columns,
}

impl Candidate {
    fn is_table(&self) -> bool {
        let named = |p: &&Path| !p.texts.is_empty();
        let headings = self.paths.iter().filter(named).count();
        let known = self.columns.known();
        self.columns.has(Field::PupilName) && known >= 3 && (known * 2 >= headings || known >= 5)
    }
}

/// Settles on the header of a sheet, or says why not.
pub fn settle(look: &Look, asked: &Asked) -> Result<Layout, LayoutProblem> {
    let all = candidates(look, asked);
    let best = all.iter().max_by_key(|c| {
        // Of equals the one of fewer rows, then the first.
        (c.columns.has(Field::PupilName), c.columns.known(), std::cmp::Reverse((c.bottom - c.top, c.bottom)))
    });
    let Some(best) = best.filter(|c| c.columns.known() >= 3) else {
        return Err(no_header(look, asked, best));
    };
    let header_row = look.rows[best.bottom].number;
    if !best.columns.has(Field::PupilName) {
        return Err(LayoutProblem::NoNames { header_row });
    }
    if asked.header_row.is_none() {
        if !best.is_table() {
            return Err(no_header(look, asked, Some(best)));
        }
        one_table(look, &all, best)?;
    }
    if let Some(next) = look.rows.get(best.bottom + 1)
        && next.number == header_row + 1
        && is_headings(next)
        && !same_texts(next, &look.rows[best.bottom])
    {
        return Err(LayoutProblem::Form { row: next.number });
    }
    doubts(best, header_row)?;
    build(look, asked, best)
}

/// Whether half of what stands in a row are headings. (A value may be one by chance: 身份证.)
fn is_headings(row: &Row) -> bool {
    let filled = (0..row.len()).filter(|c| !row.cell(*c).0.trim().is_empty()).count();
    let named = (0..row.len()).filter(|c| super::column::named(row.cell(*c).0).is_some()).count();
    named >= 2 && named * 2 >= filled
}

fn same_texts(a: &Row, b: &Row) -> bool {
    (0..a.len().max(b.len())).all(|c| a.cell(c).0.trim() == b.cell(c).0.trim())
}

fn candidates(look: &Look, asked: &Asked) -> Vec<Candidate> {
    let mut out = Vec::new();
    for bottom in 0..look.rows.len() {
        let row = &look.rows[bottom];
        let within = asked.header_row.is_some() || row.number <= HEADER_WITHIN;
        let mapped = || {
            let at = |c: &usize| asked.mapping.rule(*c, &[row.cell(*c).0.to_owned()]).is_some();
            !asked.mapping.rules.is_empty() && (0..row.len()).filter(at).count() >= 2
        };
        if !within || paths::has_values(row) || (paths::known_in(row) < 2 && !mapped()) {
            continue;
        }
        let mut top = bottom;
        while top > 0 && bottom - top < 2 && paths::is_over(&look.rows[top - 1], &look.rows[top]) {
            top -= 1;
        }
        if asked.header_row.is_some_and(|n| !(look.rows[top].number..=row.number).contains(&n)) {
            continue;
        }
        let paths = paths::paths(&look.rows[top..=bottom], look.merges);
        let columns = meaning::columns(&paths, asked.mapping);
        out.push(Candidate { top, bottom, paths, columns });
    }
    out
}

fn no_header(look: &Look, asked: &Asked, best: Option<&Candidate>) -> LayoutProblem {
    let best = best.map_or(0, |c| c.columns.known());
    let reach = |row: &&Row| asked.header_row.is_none_or(|n| row.number == n);
    if look.rows.is_empty() {
        return LayoutProblem::Empty;
    }
    let in_a_row = look.rows.iter().filter(reach).map(paths::known_in).max().unwrap_or(0);
    LayoutProblem::NoHeader { best: best.max(in_a_row), at: asked.header_row }
}

/// Refuses where another row, apart from the best, is a header of its own with other columns.
fn one_table(look: &Look, all: &[Candidate], best: &Candidate) -> Result<(), LayoutProblem> {
    // The header once more, and the best itself: what overlaps with one of them is a part of it.
    let same: Vec<&Candidate> = all.iter().filter(|c| c.columns.fields == best.columns.fields).collect();
    let apart = |c: &&Candidate| same.iter().all(|s| c.bottom < s.top || c.top > s.bottom);
    let mut rows: Vec<(u32, usize)> = all
        .iter()
        .filter(|c| apart(c) && c.is_table())
        .map(|c| (look.rows[c.bottom].number, c.columns.known()))
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    rows.push((look.rows[best.bottom].number, best.columns.known()));
    rows.sort_unstable();
    Err(LayoutProblem::Headers { rows })
}

/// Refuses where two columns could be one field, or one column two fields.
fn doubts(best: &Candidate, header_row: u32) -> Result<(), LayoutProblem> {
    let place = |i: usize| (i as u16 + 1, one_line(&best.paths[i].shown()));
    if !best.columns.ambiguous.is_empty() {
        let each = best.columns.ambiguous.iter();
        let columns = each.map(|(f, at)| (*f, at.iter().map(|i| place(*i)).collect())).collect();
        return Err(LayoutProblem::Ambiguous { header_row, columns });
    }
    if let Some((i, pupil, guardian)) = best.columns.unsure.first() {
        let (column, heading) = place(*i);
        return Err(LayoutProblem::Unsure { header_row, column, heading, could: [*pupil, *guardian] });
    }
    Ok(())
}

fn build(look: &Look, asked: &Asked, best: &Candidate) -> Result<Layout, LayoutProblem> {
    let fields = best.columns.fields.clone();
    let mut by_field = vec![0u16; COUNT];
    for (i, field) in fields.iter().enumerate().filter_map(|(i, f)| f.map(|f| (i, f))) {
        by_field[field as usize] = i as u16 + 1;
    }
    let mut layout = Layout {
        header_row: look.rows[best.bottom].number,
        header_top: look.rows[best.top].number,
        columns: fields,
        unread: Vec::new(),
        constants: Vec::new(),
        passed: form_rows(look, best, by_field[Field::PupilName as usize]),
        decisions: Vec::new(),
        paths: best.paths.clone(),
        by_field,
    };
    layout.say_header(look, asked, best);
    layout.say_columns(look, asked, best);
    layout.take_constants(look, asked, best)?;
    Ok(layout)
}

impl Layout {
    fn say_header(&mut self, look: &Look, asked: &Asked, best: &Candidate) {
        let rows = match (self.header_top, self.header_row) {
            (top, bottom) if top == bottom => format!("第 {top} 行"),
            (top, bottom) => format!("第 {top}–{bottom} 行"),
        };
        let why = match asked.header_row {
            Some(_) => "按指明的行".to_owned(),
            None => format!("前 {HEADER_WITHIN} 行中认出栏目最多的一处"),
        };
        let reason = format!("{why}：{} 栏中认出 {} 栏。", self.headings(), best.columns.known());
        self.decisions.push(Decision::new("header", rows, reason));
        let above: Vec<String> = look.rows[..best.top].iter().map(|r| r.number.to_string()).collect();
        if !above.is_empty() {
            let reason = "在表头以上，是标题或说明。";
            self.decisions.push(Decision::new("rows-passed", format!("第 {} 行", above.join("、")), reason));
        }
    }

    /// The headings over others, how far each reaches, and whom its columns are about.
    fn groups(&self) -> Vec<String> {
        let mut groups: Vec<(&[String], usize, usize)> = Vec::new();
        for (i, path) in self.paths.iter().enumerate().filter(|(_, p)| !p.labels().is_empty()) {
            match groups.last_mut() {
                Some((labels, _, end)) if *labels == path.labels() && *end + 1 == i => *end = i,
                _ => groups.push((path.labels(), i, i)),
            }
        }
        let whose = |from: usize, to: usize| match self.columns[from..=to].iter().flatten().next() {
            None => "不读",
            Some(f) if (Field::G1Name..=Field::G1Post).contains(f) => "成员1",
            Some(f) if (Field::G2Name..=Field::G2Post).contains(f) => "成员2",
            Some(_) => "学生",
        };
        let shown = |(labels, from, to): &(&[String], usize, usize)| {
            let labels: Vec<String> = labels.iter().map(|l| one_line(l)).collect();
            let letters = |i: usize| column_letters(i as u16 + 1);
            let reach =
                if from == to { letters(*from) } else { format!("{}–{}", letters(*from), letters(*to)) };
            format!("{}（{reach} 列）＝{}", labels.join(" › "), whose(*from, *to))
        };
        groups.iter().map(shown).collect()
    }

    fn headings(&self) -> usize {
        self.paths.iter().filter(|p| !p.texts.is_empty()).count()
    }

    fn say_columns(&mut self, look: &Look, asked: &Asked, best: &Candidate) {
        let shown = |i: usize| format!("{} 列（{}）", column_letters(i as u16 + 1), best.paths[i].shown());
        for (i, path) in self.paths.iter().enumerate() {
            let Some(rule) = asked.mapping.rule(i, &path.texts) else { continue };
            let chosen = rule.field.map_or("不读", |f| f.heading());
            let reason = match rule.from {
                super::mapping::From::Said => format!("对照文件中写明“{}”。", rule.heading),
                super::mapping::From::Learned => format!("本校记住的栏目名“{}”。", one_line(&rule.heading)),
            };
            self.decisions.push(Decision::new("column-mapped", format!("{}：{chosen}", shown(i)), reason));
        }
        if self.header_top < self.header_row {
            let reason = "上一行的栏目名说明下一行的栏目是谁的。";
            self.decisions.push(Decision::new("columns", self.groups().join("；"), reason));
        }
        for (word, number) in &best.columns.members {
            let (chosen, reason) = match number {
                0 => (format!("{word}：不读"), "登记两名家庭成员，前两名已有栏目。".to_owned()),
                n => (format!("{word}＝成员{n}"), "按栏目的先后编号。".to_owned()),
            };
            self.decisions.push(Decision::new("member", chosen, reason));
        }
        self.unread(look, best);
    }

    /// Columns that are not read: those no table knows, and those without a heading that have something in them.
    fn unread(&mut self, look: &Look, best: &Candidate) {
        let width = look.rows.iter().map(Row::len).max().unwrap_or(0);
        for i in 0..width {
            if self.columns.get(i).is_some_and(Option::is_some) || best.columns.mapped.contains(&i) {
                continue;
            }
            let heading = self.paths.get(i).map(Path::shown).unwrap_or_default();
            let letters = column_letters(i as u16 + 1);
            let below = || look.rows[best.bottom + 1..].iter().any(|r| !r.cell(i).0.trim().is_empty());
            let reason = if best.columns.strangers.contains(&i) {
                "上一行的栏目名说明它不是学生和家庭成员的内容。"
            } else if !heading.is_empty() {
                if is_ordinal(&heading) {
                    continue;
                } else {
                    "栏目名不认识；要读请用 --mapping 写明是哪个字段。"
                }
            } else if below() {
                "没有栏目名，但下面有内容。"
            } else {
                continue;
            };
            self.unread.push((i as u16 + 1, heading.clone()));
            self.decisions.push(Decision::new("column-unread", format!("{letters} 列（{heading}）"), reason));
        }
    }

    fn take_constants(&mut self, look: &Look, asked: &Asked, best: &Candidate) -> Result<(), LayoutProblem> {
        for (field, value) in &asked.mapping.constants {
            if self.column_of(*field) > 0 {
                let reason = "表中有这一栏，只用于空白的格。";
                let chosen = format!("{}＝{value}", field.heading());
                self.decisions.push(Decision::new("constant", chosen, reason));
            } else {
                let reason = "表中没有这一栏，按写明的内容。";
                let chosen = format!("{}＝{value}", field.heading());
                self.decisions.push(Decision::new("constant", chosen, reason));
            }
            let (field, value) = (*field, value.clone());
            self.constants.push(Constant { field, value, rule: "from-mapping", when: None });
        }
        for (field, value) in &best.columns.relations {
            let name = if *field == Field::G1Relation { Field::G1Name } else { Field::G2Name };
            let reason = "栏目名中写明，表中没有关系一栏。";
            let chosen = format!("{}＝{value}", field.heading());
            self.decisions.push(Decision::new("constant", chosen, reason));
            let value = (*value).to_owned();
            self.constants.push(Constant { field: *field, value, rule: "from-heading", when: Some(name) });
        }
        if !self.says_class() {
            self.class_of_titles(look, best)?;
        }
        Ok(())
    }

    fn says_class(&self) -> bool {
        let has = |f: Field| self.column_of(f) > 0 || self.constants.iter().any(|c| c.field == f);
        has(Field::ClassName) || has(Field::ClassNumber)
    }

    /// The class that the titles or the sheet's name say, where no column does.
    fn class_of_titles(&mut self, look: &Look, best: &Candidate) -> Result<(), LayoutProblem> {
        let mut found: Vec<(title::ClassName, String)> = Vec::new();
        for row in &look.rows[..best.top] {
            for c in 0..row.len() {
                let place = format!("第 {} 行的标题", row.number);
                found
                    .extend(title::classes_in(row.cell(c).0).into_iter().map(|class| (class, place.clone())));
            }
        }
        let of_sheet = title::classes_in(look.sheet).into_iter();
        found.extend(of_sheet.map(|class| (class, "工作表名称".to_owned())));
        let Some((class, place)) = found.first().cloned() else { return Ok(()) };
        if let Some((other, _)) = found.iter().find(|(c, _)| !c.is(&class)) {
            return Err(LayoutProblem::Classes { found: [class.text, other.text.clone()] });
        }
        let reason = format!("表中没有班级一栏，{place}中写明。");
        self.decisions.push(Decision::new("constant", format!("班级＝{}", class.text), reason));
        let (field, rule) = (Field::ClassName, "from-title");
        self.constants.push(Constant { field, value: class.text, rule, when: None });
        Ok(())
    }
}

/// A column that only counts the rows.
fn is_ordinal(heading: &str) -> bool {
    matches!(super::column::plain(heading).as_str(), "序号" | "编号" | "序" | "no" | "号" | "顺序号" | "行号")
}

/// Rows right below the header that say how to fill it in: field codes, column numbers, 必填.
fn form_rows(look: &Look, best: &Candidate, name: u16) -> Vec<(u32, &'static str)> {
    let mut out = Vec::new();
    let mut last = look.rows[best.bottom].number;
    for row in look.rows[best.bottom + 1..].iter().take(3) {
        let kind = form_row(row, name);
        match kind.filter(|_| row.number == last + 1) {
            Some(kind) => out.push((row.number, kind)),
            None => break,
        }
        last = row.number;
    }
    out
}

const HINTS: &[&str] =
    &["必填", "选填", "可选", "必录", "必填项", "条件必填", "可不填", "文本", "日期", "数字", "下拉选择"];

fn form_row(row: &Row, name: u16) -> Option<&'static str> {
    let cells: Vec<String> = (0..row.len()).map(|c| super::column::plain(row.cell(c).0)).collect();
    let filled: Vec<&String> = cells.iter().filter(|c| !c.is_empty()).collect();
    let of_name = cells.get(name as usize - 1).map_or("", String::as_str);
    if filled.len() < 2 || of_name.is_empty() {
        return None;
    }
    let most = |is: &dyn Fn(&str) -> bool| filled.iter().filter(|c| is(c)).count() * 5 >= filled.len() * 4;
    let element = |c: &str| FIELDS.iter().any(|s| s.element.eq_ignore_ascii_case(c));
    let number = |c: &str| c.trim_matches(['(', ')', '栏']).parse::<u16>().is_ok_and(|n| n < 200);
    if most(&element) {
        Some("字段代码行")
    } else if number(of_name) && most(&|c| number(c) || matches!(c, "甲" | "乙" | "丙" | "丁" | "栏次"))
    {
        Some("栏次行")
    } else if HINTS.contains(&of_name) || most(&|c| HINTS.contains(&c)) {
        Some("填写要求行")
    } else {
        None
    }
}

#[cfg(test)]
mod tests;
