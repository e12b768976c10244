//! Answers by workbook, for schools without xueji: the rows that go out, and the answers read back as claims.

use std::collections::HashSet;
use std::path::{Component, Path, PathBuf};

use crate::model::cell::{CellKind, Row, column_letters};
use crate::model::dispute::sheet::{COLUMNS, CORRECTIONS};
use crate::model::dispute::{ClaimKind, PARTY_NAMES};
use crate::model::export::Mark;
use crate::model::field::Field;
use crate::store::Store;
use crate::xlsx::error::WriteError;
use crate::xlsx::{read, template};

use super::claim::{self, Answer, Planned};
use super::{Case, Side};
use crate::app::evidence::{self, Paper};
use crate::app::failure::{Failure, Refusal};
use crate::app::input::error::InputError;
use crate::app::list;
use crate::app::session::Session;
use crate::roster::code_cell::label;

/// The rows that go to a school, or to all: one for each side of an open dispute. `shown` masks a value of a field.
pub fn rows(cases: &[Case], school: Option<&str>, shown: &dyn Fn(Field, &str) -> String) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    for case in cases.iter().filter(|c| c.is_open()) {
        let mine = |s: &&Side| school.is_none_or(|code| s.registration.school.as_str() == code);
        for side in case.sides.iter().filter(mine) {
            rows.push(COLUMNS.iter().map(|c| told(case, side, c.key, shown)).collect());
        }
    }
    rows
}

fn told(case: &Case, side: &Side, key: &str, shown: &dyn Fn(Field, &str) -> String) -> String {
    let registration = &side.registration;
    let field = |field: Field| shown(field, label(registration.record.get(field)));
    match key {
        "dispute" => case.dispute.id.clone(),
        "side" => side.name.to_owned(),
        "school_code" => registration.school.to_string(),
        "school" => side.school.clone(),
        "class_number" => registration.class_number.clone(),
        "name" => field(Field::PupilName),
        "sex" => field(Field::Sex),
        "birth_date" => field(Field::BirthDate),
        "document_number" => field(Field::DocumentId),
        "registry_number" => field(Field::Number),
        "kind" => case.dispute.kind.spec().title.to_owned(),
        "level" => case.level.label().to_owned(),
        "opposite" => {
            let others = case.sides.iter().filter(|s| s.name != side.name);
            others.map(|s| s.school.clone()).collect()
        }
        "answered" => side.claim().map_or_else(String::new, |(c, _)| c.kind.label().to_owned()),
        _ => String::new(),
    }
}

/// Writes the rows with their drop-downs and the page that says how to answer.
pub fn write(path: &Path, rows: &[Vec<String>], mark: Option<&Mark>) -> Result<(), WriteError> {
    use crate::model::dispute::sheet::{NOTES, SHEET};
    template::write_filled(path, SHEET, COLUMNS, NOTES, rows, mark)
}

/// What reading answers came to.
#[derive(Debug, Default)]
pub struct Imported {
    pub batch: Option<i64>,
    pub entered: u64,
    /// The same answer was there.
    pub unchanged: u64,
    /// Nothing was answered in the row.
    pub blank: u64,
    /// Rows that were not taken: every reason, with its cell.
    pub refused: Vec<Refusal>,
    pub refused_rows: u64,
}

/// Reads the answers of a workbook; papers lie in `folder`. Rows that can't be taken are listed, the others written.
pub fn import(store: &mut Store, session: &Session, path: &Path, folder: &Path) -> Result<Imported, Failure> {
    let tail = store.tail()?;
    let cases = super::list(store)?;
    let mut out = Imported::default();
    let mut planned: Vec<Planned> = Vec::new();
    for sheet in sheets(path)? {
        let mut seen = HashSet::new();
        for row in sheet.rows.iter().filter(|r| r.number > sheet.header_row && !r.is_blank()) {
            let line = Line { sheet: &sheet, row, folder };
            if line.get("dispute").is_empty() || line.is_unanswered() {
                out.blank += 1;
                continue;
            }
            match line.plan(store, session, &cases, &mut seen)? {
                Ok(Some(one)) => planned.push(one),
                Ok(None) => out.unchanged += 1,
                Err(reasons) => {
                    out.refused_rows += 1;
                    out.refused.extend(reasons);
                }
            }
        }
    }
    if !planned.is_empty() {
        out.batch = Some(claim::apply(store, session, tail, &planned)?);
        out.entered = planned.len() as u64;
    }
    Ok(out)
}

/// A sheet of answers.
struct Sheet {
    name: String,
    header_row: u32,
    at: Vec<Option<usize>>,
    rows: Vec<Row>,
}

fn sheets(path: &Path) -> Result<Vec<Sheet>, Failure> {
    let mut book = read::open(path).map_err(InputError::from)?;
    let names: Vec<String> = book.sheets().iter().map(|s| s.name.clone()).collect();
    let mut sheets = Vec::new();
    for (index, name) in names.into_iter().enumerate() {
        let rows = list::all_rows(&mut book, index).map_err(InputError::from)?;
        if let Some((header_row, at)) = list::header(&rows, COLUMNS, &|at| list::has_musts(COLUMNS, at)) {
            sheets.push(Sheet { name, header_row, at, rows });
        }
    }
    if sheets.is_empty() {
        let reason = format!("{} 中没有问题学籍的答复表。", path.display());
        let remedy =
            "表头应有编号、一方、学校标识码、主张、说明；请用 xueji dispute export 生成，栏目不要改动。";
        return Err(Refusal::new(reason, remedy).into());
    }
    Ok(sheets)
}

/// A row under its headings.
struct Line<'a> {
    sheet: &'a Sheet,
    row: &'a Row,
    folder: &'a Path,
}

const ANSWERS: [&str; 4] = ["claim", "attends", "text", "papers"];

impl Line<'_> {
    fn at(&self, key: &str) -> Option<usize> {
        COLUMNS.iter().position(|c| c.key == key).and_then(|i| self.sheet.at[i])
    }

    fn get(&self, key: &str) -> &str {
        self.at(key).map_or("", |i| self.row.cell(i).0.trim())
    }

    fn is_unanswered(&self) -> bool {
        ANSWERS.iter().chain(CORRECTIONS.iter().map(|(key, _)| key)).all(|key| self.get(key).is_empty())
    }

    /// A reason with its cell.
    fn no(&self, key: &str, reason: &str, remedy: impl Into<String>) -> Refusal {
        let letters = self.at(key).map_or_else(String::new, |i| column_letters(i as u16 + 1));
        Refusal::new(format!("{}!{letters}{}：{reason}", self.sheet.name, self.row.number), remedy)
    }

    fn plan(
        &self,
        store: &Store,
        session: &Session,
        cases: &[Case],
        seen: &mut HashSet<(String, String)>,
    ) -> Result<Result<Option<Planned>, Vec<Refusal>>, Failure> {
        let (case, side) = match self.side(cases) {
            Ok(found) => found,
            Err(why) => return Ok(Err(vec![why])),
        };
        if !seen.insert((case.dispute.id.clone(), side.name.to_owned())) {
            return Ok(Err(vec![self.no("dispute", "同一件的同一方在表中写了两次。", "请只留一行。")]));
        }
        let answer = match self.answer() {
            Ok(answer) => answer,
            Err(reasons) => return Ok(Err(reasons)),
        };
        let planned = claim::plan(store, session, case, side, answer)?;
        Ok(planned
            .map_err(|reasons| reasons.into_iter().map(|r| self.no("claim", &r.reason, r.remedy)).collect()))
    }

    fn side<'c>(&self, cases: &'c [Case]) -> Result<(&'c Case, &'c Side), Refusal> {
        let (id, name, school) = (self.get("dispute"), self.get("side"), self.get("school_code"));
        let case = cases.iter().find(|c| c.dispute.id.eq_ignore_ascii_case(id));
        let case = case.ok_or_else(|| {
            self.no("dispute", "没有这个编号的问题学籍。", "编号由主管部门填好，请按原表恢复。")
        })?;
        let side = case.sides.iter().find(|s| s.name == name).ok_or_else(|| {
            let remedy = format!("只能是{}，请按原表恢复。", PARTY_NAMES[..case.sides.len()].join("或"));
            self.no("side", "没有这一方。", remedy)
        })?;
        if side.registration.school.as_str() != school {
            return Err(self.no(
                "school_code",
                "学校标识码不是这一方的学校。",
                "请按原表恢复；一校只答复本校的一方。",
            ));
        }
        Ok((case, side))
    }

    fn answer(&self) -> Result<Answer, Vec<Refusal>> {
        let mut reasons = Vec::new();
        let kind = ClaimKind::parse(self.get("claim"));
        if kind.is_none() {
            reasons.push(self.no("claim", "主张没有填，或不是佐证、变更、删除。", "请从下拉列表中选择。"));
        }
        let attends = match self.get("attends") {
            "是" => true,
            "" | "否" => false,
            _ => {
                reasons.push(self.no("attends", "只能填是或否。", "请从下拉列表中选择。"));
                false
            }
        };
        if self.get("text").is_empty() {
            reasons.push(self.no("text", "没有写说明。", "请写明核对了什么、结果怎样。"));
        }
        if let Some(at) = self.at("new_document_number")
            && matches!(self.row.cell(at), (text, CellKind::Number | CellKind::Number1904) if text.len() > 15)
        {
            let reason = "身份证件号被存成了数字，末几位可能已经丢失。";
            reasons.push(self.no("new_document_number", reason, "请把这一格设为文本，对照证件重新填写。"));
        }
        let papers = self.papers().unwrap_or_else(|why| {
            reasons.extend(why);
            Vec::new()
        });
        let given = CORRECTIONS.iter().map(|(key, field)| (*field, self.get(key)));
        let values = given.filter(|(_, v)| !v.is_empty()).map(|(field, value)| {
            let none = field == Field::DocumentId && value == "无";
            (field, if none { String::new() } else { value.to_owned() })
        });
        let (values, text) = (values.collect(), self.get("text").to_owned());
        match kind {
            Some(kind) if reasons.is_empty() => Ok(Answer { kind, attends, text, values, papers }),
            _ => Err(reasons),
        }
    }

    /// The papers that lie beside the workbook; a name that leads elsewhere is none.
    fn papers(&self) -> Result<Vec<Paper>, Vec<Refusal>> {
        let names =
            self.get("papers").split(['、', ';', '；', '\n']).map(str::trim).filter(|n| !n.is_empty());
        let (mut paths, mut reasons): (Vec<PathBuf>, Vec<Refusal>) = (Vec::new(), Vec::new());
        for name in names {
            let plain = Path::new(name).components().all(|c| matches!(c, Component::Normal(_)));
            if plain && Path::new(name).components().count() == 1 {
                paths.push(self.folder.join(name));
            } else {
                reasons.push(self.no(
                    "papers",
                    "材料只写文件名，不写文件夹。",
                    "请把材料与本表放在同一文件夹。",
                ));
            }
        }
        match evidence::read(&paths, self.get("text")) {
            Ok(papers) if reasons.is_empty() => Ok(papers),
            Ok(_) => Err(reasons),
            Err(Failure::Refused(why)) => {
                reasons.extend(why.into_iter().map(|r| self.no("papers", &r.reason, r.remedy)));
                Err(reasons)
            }
            // Reading papers ends with refusals and with nothing else.
            Err(_) => Err(vec![self.no("papers", "材料读不出。", "请核对文件。")]),
        }
    }
}
