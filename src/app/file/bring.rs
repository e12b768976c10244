//! Rows of a workbook brought into pupils' files: every row has its outcome; what can be taken is taken in one batch.

use std::collections::HashMap;
use std::path::Path;

use crate::model::cell::Row;
use crate::model::field::Need;
use crate::model::file::item::FileItem;
use crate::model::file::{Form, Kind, group, school_year};
use crate::model::id::StudentId;
use crate::model::journal::{Draft, Tail, Value, Write};
use crate::model::record_table::FILE_ITEM;
use crate::model::registration::Registration;
use crate::model::sheet::SheetColumn;
use crate::roster::date_cell;
use crate::store::Store;

use super::super::change::bulk::{Fate, Line, Reason};
use super::super::failure::{Failure, Refusal};
use super::super::list::{self, List};
use super::super::listed::{self, NUMBERS};
use super::super::session::Session;

/// Columns of a row of the table.
const FIELDS: usize = 3;

/// What bringing a list in would do.
pub struct Plan {
    pub list: List,
    pub lines: Vec<Line>,
    kind: &'static Kind,
    /// What is new or different, by the line's index; with the row that stands there now.
    items: Vec<(usize, FileItem, Option<FileItem>)>,
    tail: Tail,
}

/// Plans a list: every row against the registry and the rows before it.
pub fn plan(
    store: &Store,
    session: &Session,
    (kind, path): (&'static Kind, &Path),
    progress: &mut dyn FnMut(u64),
) -> Result<Plan, Failure> {
    let at = |found: &[Option<usize>], key: &str| {
        kind.columns.iter().position(|c| c.key == key).and_then(|i| found[i]).is_some()
    };
    let complete = |found: &[Option<usize>]| {
        NUMBERS.iter().any(|key| at(found, key)) && list::has_musts(kind.columns, found)
    };
    let musts = kind.columns.iter().filter(|c| c.need == Need::Must).map(|c| c.heading);
    let remedy = format!(
        "表头应有学籍号、身份证件号或内部编号，以及{}；请用 xueji template {} 生成模板。",
        musts.collect::<Vec<_>>().join("、"),
        kind.name
    );
    let list = list::open(path, kind.columns, &complete, &remedy)?;
    let tail = store.tail()?;
    let mut reader =
        Reader { store, session, list: &list, kind, seen: HashMap::new(), known: HashMap::new() };
    let (mut lines, mut items) = (Vec::with_capacity(list.rows.len()), Vec::new());
    for row in &list.rows {
        let (line, item) = reader.line(row)?;
        items.extend(item.map(|(new, old)| (lines.len(), new, old)));
        lines.push(line);
        progress(lines.len() as u64);
    }
    Ok(Plan { lines, kind, items, tail, list })
}

impl Plan {
    /// Headings that nothing is read from.
    pub fn unread(&self) -> Vec<String> {
        let list = &self.list;
        let headings = (0..list.header.len()).filter(|i| !list.at.contains(&Some(*i)));
        headings.map(|i| list.header.cell(i).0.trim().to_owned()).filter(|h| !h.is_empty()).collect()
    }
}

struct Reader<'a> {
    store: &'a Store,
    session: &'a Session,
    list: &'a List,
    kind: &'static Kind,
    /// The row in which an item stood first, and what it said.
    seen: HashMap<(StudentId, String), (u32, String)>,
    /// What the pupils' files hold of the kind.
    known: HashMap<StudentId, Vec<FileItem>>,
}

type Found = Option<(FileItem, Option<FileItem>)>;

impl Reader<'_> {
    fn line(&mut self, row: &Row) -> Result<(Line, Found), Failure> {
        let mut line = Line {
            row: row.number,
            name: self.list.get(row, "name").to_owned(),
            student: None,
            kind: self.kind.title.to_owned(),
            application: String::new(),
            fate: Fate::Already,
        };
        let (fields, mut reasons) = self.fields(row);
        let registration = match self.pupil(row)? {
            Ok(registration) => registration,
            Err(mut against) => {
                against.append(&mut reasons);
                line.fate = Fate::Refused(against);
                return Ok((line, None));
            }
        };
        line.student = Some(registration.id);
        reasons.extend(self.of_this_pupil(row, &registration, &fields));
        let item = self.item(&registration, fields);
        if let Some((first, said)) = self.seen.get(&(item.student, item.key.clone()))
            && *said != item.told()
        {
            let reason = format!("第 {first} 行已有这名学生的同一项，内容不同。");
            let refusal = Refusal::new(reason, "请核对，只留一行。");
            reasons.push(listed::reason(self.list, row, self.kind.identity[0], refusal));
        }
        if !reasons.is_empty() {
            line.fate = Fate::Refused(reasons);
            return Ok((line, None));
        }
        let again = self.seen.insert((item.student, item.key.clone()), (row.number, item.told())).is_some();
        let old = self.known(item.student)?.iter().find(|k| k.key == item.key).cloned();
        if again || old.as_ref().is_some_and(|old| old.fields == item.fields) {
            return Ok((line, None));
        }
        if old.is_some() {
            line.kind = format!("{}（更正）", self.kind.title);
        }
        line.fate = Fate::Done;
        Ok((line, Some((item, old))))
    }

    /// The pupil of the row; the name has to be there, so that one mistyped digit is not another child's file.
    fn pupil(&self, row: &Row) -> Result<Result<Registration, Vec<Reason>>, Failure> {
        if self.list.get(row, "name").is_empty() {
            let refusal = Refusal::new("没有写姓名，不能与号码核对。", "请填写姓名。");
            return Ok(Err(vec![listed::reason(self.list, row, "name", refusal)]));
        }
        listed::pupil(self.store, self.list, row, "不在本库的学生由学籍所在地办理。")
    }

    /// What the row says, read as each column is, and every reason against it.
    fn fields(&self, row: &Row) -> (Vec<(&'static str, String)>, Vec<Reason>) {
        let (mut fields, mut reasons) = (Vec::new(), Vec::new());
        for column in self.kind.said() {
            match self.value(row, column) {
                Ok(value) if value.is_empty() => {}
                Ok(value) => fields.push((column.key, value)),
                Err(refusal) => reasons.push(listed::reason(self.list, row, column.key, refusal)),
            }
        }
        let exempt = fields.iter().any(|f| f.0 == "exemption");
        for column in self.kind.said().filter(|c| c.need == Need::Conditional && !exempt) {
            if self.list.get(row, column.key).is_empty() {
                let refusal = Refusal::new(format!("“{}”没有填写。", column.heading), column.help);
                reasons.push(listed::reason(self.list, row, column.key, refusal));
            }
        }
        (fields, reasons)
    }

    fn value(&self, row: &Row, column: &SheetColumn) -> Result<String, Refusal> {
        let text = self.list.get(row, column.key);
        if text.is_empty() {
            return match column.need {
                Need::Must => Err(Refusal::new(format!("“{}”没有填写。", column.heading), column.help)),
                Need::Conditional | Need::Optional => Ok(String::new()),
            };
        }
        if column.key == "group" {
            let known = group(text).map(|g| g.title.to_owned());
            return known.ok_or_else(|| Refusal::new(format!("没有组别“{text}”。"), column.help));
        }
        let bad = |what: &str| Refusal::new(format!("“{}”的“{text}”{what}。", column.heading), column.help);
        match self.kind.form(column.key) {
            Some(Form::Day) => {
                let cell = self.list.index(column.key).map(|i| row.cell(i).1);
                let day = date_cell::day(text).or_else(|| date_cell::serial(text, cell?));
                let day = day.ok_or_else(|| bad("不是日期"))?;
                let is_late = day > self.session.act.today;
                if is_late { Err(bad("在业务日期之后")) } else { Ok(day.to_string()) }
            }
            Some(Form::SchoolYear) => school_year(text).ok_or_else(|| bad("不是学年")),
            Some(Form::Number { least, most, decimals }) => {
                number(text, (least, most), decimals).map_err(|w| bad(&w))
            }
            None if !column.options.is_empty() && !column.options.contains(&text) => {
                Err(bad(&format!("不在选项里（{}）", column.options.join("、"))))
            }
            None => Ok(text.to_owned()),
        }
    }

    /// What a day can't be for this pupil: before the child was born.
    fn of_this_pupil(&self, row: &Row, r: &Registration, fields: &[(&str, String)]) -> Option<Reason> {
        let born = r.record.get(crate::model::field::Field::BirthDate);
        let (key, day) = fields.iter().find(|f| self.kind.form(f.0) == Some(Form::Day))?;
        let is_before = day.replace('-', "").as_str() < born && !born.is_empty();
        let refusal = || Refusal::new("日期在学生出生以前。", "请核对日期和学生。");
        is_before.then(|| listed::reason(self.list, row, key, refusal()))
    }

    fn item(&self, r: &Registration, fields: Vec<(&'static str, String)>) -> FileItem {
        let said = |key: &&str| fields.iter().find(|f| f.0 == *key).map_or("", |f| f.1.as_str());
        let key = self.kind.identity.iter().map(said).collect::<Vec<_>>().join("；");
        let act = &self.session.act;
        FileItem {
            student: r.id,
            kind: self.kind,
            key,
            fields,
            added_on: act.today.to_string(),
            added_by: act.actor.clone(),
        }
    }

    fn known(&mut self, student: StudentId) -> Result<&[FileItem], Failure> {
        if !self.known.contains_key(&student) {
            let mut all = self.store.file_items(student)?;
            all.retain(|i| i.kind.name == self.kind.name);
            self.known.insert(student, all);
        }
        Ok(&self.known[&student])
    }
}

/// A number between two, written without needless digits.
fn number(text: &str, (least, most): (f64, f64), decimals: usize) -> Result<String, String> {
    let plain: String = text.chars().filter(|c| !matches!(c, ',' | '，' | ' ')).collect();
    let value: f64 = plain.parse().map_err(|_| "不是数字".to_owned())?;
    if !(least..=most).contains(&value) {
        return Err(format!("不在 {least}—{most} 之间"));
    }
    let written = format!("{value:.decimals$}");
    let trimmed = match written.contains('.') {
        true => written.trim_end_matches('0').trim_end_matches('.'),
        false => &written,
    };
    Ok(trimmed.to_owned())
}

/// Brings in what was planned, in one batch; none where nothing is new.
pub fn apply(store: &mut Store, session: &Session, plan: &Plan) -> Result<Option<i64>, Failure> {
    if plan.items.is_empty() {
        return Ok(None);
    }
    let mut writing = store.write(&session.act, Some(plan.tail))?;
    let title = format!("{} {}", plan.kind.title, plan.list.file);
    let batch = writing.open_batch("file", &title, None)?;
    for (index, item, old) in &plan.items {
        writing.append(&Draft {
            change: "file_imported",
            student: Some(item.student),
            source: format!("{} 第 {} 行", plan.list.file, plan.lines[*index].row),
            writes: vec![write(item, old.as_ref())],
            ..Draft::default()
        })?;
    }
    writing.close_batch(&format!(r#"{{"items":{}}}"#, plan.items.len()))?;
    writing.commit()?;
    Ok(Some(batch))
}

fn write(item: &FileItem, old: Option<&FileItem>) -> Write {
    let (row, table) = (item.row(), &FILE_ITEM);
    let Some(old) = old else { return Write::Insert { table, row } };
    let pairs = old.row().into_iter().zip(row).enumerate().skip(FIELDS).filter(|(_, (a, b))| a != b);
    let key: Vec<Value> = old.row()[..table.keys].to_vec();
    Write::Update { table, key, set: pairs.map(|(i, (a, b))| (i, a, b)).collect() }
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn a_number_is_read_within_its_bounds_and_written_one_way() {
        for (text, told) in [("138.50", "138.5"), ("1,800", "1800"), ("86", "86"), ("100", "100"), ("0", "0")]
        {
            assert_eq!(number(text, (0.0, 2000.0), 1).as_deref(), Ok(told), "{text}");
        }
        for text in ["", "高", "NaN", "inf", "-1", "2001"] {
            assert!(number(text, (0.0, 2000.0), 1).is_err(), "{text}");
        }
    }
}
