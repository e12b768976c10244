//! A header that was chosen becomes a layout, and everything that was decided about it is said.

use crate::model::cell::{Row, column_letters};
use crate::model::field::{COUNT, Field};
use crate::roster::{column, mapping};

use super::meaning::is_ordinal;
use super::neighbours::Placed;
use super::paths::{Path, WIDEST, in_one_line, one_line};
use super::problem::LayoutProblem;
use super::{Asked, Candidate, Constant, Decision, HEADER_WITHIN, Layout, Look, form, title};

/// The layout under the best header.
pub fn build(look: &Look, asked: &Asked, best: &Candidate) -> Result<Layout, LayoutProblem> {
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
        given: best.columns.given,
        passed: form::rows(look, best, by_field[Field::PupilName as usize]),
        decisions: Vec::new(),
        titles: titles(&look.rows[..best.top]),
        title_classes: Vec::new(),
        header: look.rows[best.top..=best.bottom].iter().map(in_one_line).collect(),
        paths: best.paths.clone(),
        by_field,
    };
    layout.say_header(look, asked, best);
    layout.say_columns(look, asked, best);
    layout.take_constants(look, asked, best)?;
    Ok(layout)
}

/// What stands above the header.
fn titles(rows: &[Row]) -> Vec<(u32, String)> {
    let cells = |row: &Row| {
        let texts = (0..row.len()).map(|c| row.cell(c).0.trim().to_owned()).filter(|t| !t.is_empty());
        texts.map(|t| (row.number, t)).collect::<Vec<_>>()
    };
    rows.iter().flat_map(cells).collect()
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
                mapping::From::Said => format!("写明了“{}”是什么。", rule.heading),
                mapping::From::Learned => format!("本校记住的栏目名“{}”。", one_line(&rule.heading)),
            };
            self.decisions.push(Decision::new("column-mapped", format!("{}：{chosen}", shown(i)), reason));
        }
        if self.header_top < self.header_row {
            let reason = match self.paths.iter().any(|p| p.unsure) {
                false => "上一行的栏目名说明下一行的栏目是谁的。",
                true => "上一行的栏目名没有合并，看作管到下一个栏目名为止。",
            };
            self.decisions.push(Decision::new("columns", self.groups().join("；"), reason));
        }
        for placed in &best.columns.placed {
            let (i, reason) = match *placed {
                Placed::Member(i) => (i, "紧跟在这名家庭成员的栏目后面，中间没有别的栏目。"),
                // Said where the columns are told that are not read; what is in doubt is asked about before.
                Placed::Another(..) | Placed::Doubtful(..) => continue,
                Placed::Pupil(i) => (i, {
                    "跟在家庭成员的栏目后面，看不出是不是他们的，读作学生的；是家长的请用 --mapping 写明。"
                }),
            };
            let field = self.columns[i].map_or("不读", |f| f.heading());
            self.decisions.push(Decision::new("column-placed", format!("{}：{field}", shown(i)), reason));
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
        if width > WIDEST {
            let reason = format!("花名册没有这么宽，只读前 {WIDEST} 列。");
            let chosen = format!("第 {} 列以后", WIDEST);
            self.decisions.push(Decision::new("column-unread", chosen, reason));
        }
        for i in 0..width.min(WIDEST) {
            if best.columns.given == Some(i) {
                let chosen = format!("{} 列（{}）", column_letters(i as u16 + 1), best.paths[i].shown());
                self.decisions.push(Decision::new("column-placed", chosen, "接在左边的姓后面，合为姓名。"));
                continue;
            }
            if self.columns.get(i).is_some_and(Option::is_some) || best.columns.mapped.contains(&i) {
                continue;
            }
            let heading = self.paths.get(i).map(Path::shown).unwrap_or_default();
            let letters = column_letters(i as u16 + 1);
            let below = || look.rows[best.bottom + 1..].iter().any(|r| !r.cell(i).0.trim().is_empty());
            let another = best.columns.placed.iter().find_map(|p| match p {
                Placed::Another(at, person) if *at == i => Some(best.paths[*person].shown()),
                _ => None,
            });
            let of_another = another.map(|person| {
                format!("在“{person}”右边，是这个人的，不是学生的；是学生的请用 --mapping 写明。")
            });
            let reason = if let Some(reason) = &of_another {
                reason
            } else if best.columns.strangers.contains(&i) {
                "上一行的栏目名说明它不是学生和家庭成员的内容。"
            } else if best.columns.beyond.contains(&i) {
                "登记两名家庭成员，前两名已有栏目。"
            } else if is_ordinal(&heading) {
                continue;
            } else if column::plain(&heading) == "学号" {
                "可能是学籍号，也可能是校内自编的号，没有读；是哪个请用 --mapping 写明，如 \"学号\" = \"registry_number\"。"
            } else if !heading.is_empty() {
                "栏目名不认识；要读请用 --mapping 写明是哪个字段。"
            } else if below() {
                "没有栏目名，但下面有内容。"
            } else {
                continue;
            };
            self.unread.push((i as u16 + 1, heading.clone()));
            let chosen = if heading.is_empty() {
                format!("{letters} 列")
            } else {
                format!("{letters} 列（{heading}）")
            };
            self.decisions.push(Decision::new("column-unread", chosen, reason));
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
        } else if self.column_of(Field::ClassName) > 0 {
            let texts = self.titles.iter().map(|(_, t)| t.as_str()).chain([look.sheet]);
            self.title_classes = texts.flat_map(title::classes_in).collect();
        }
        self.school_of_titles()
    }

    /// The 学校标识码 that the titles say, where neither a column nor the clerk does.
    fn school_of_titles(&mut self) -> Result<(), LayoutProblem> {
        if self.column_of(Field::School) > 0 || self.constants.iter().any(|c| c.field == Field::School) {
            return Ok(());
        }
        let found = title::school_codes(&self.titles);
        let Some((row, code)) = found.first().cloned() else { return Ok(()) };
        if let Some((_, other)) = found.iter().find(|(_, c)| *c != code) {
            return Err(LayoutProblem::Schools { found: [code, other.clone()] });
        }
        let reason = format!("表中没有这一栏，第 {row} 行的标题中写明。");
        self.decisions.push(Decision::new("constant", format!("学校标识码＝{code}"), reason));
        self.constants.push(Constant { field: Field::School, value: code, rule: "from-title", when: None });
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
        let of_sheet = title::classes_of_sheet(look.sheet).into_iter();
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
