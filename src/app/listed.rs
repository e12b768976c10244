//! The pupil of a row of a list: found by a number, never by the name alone, and only where the name agrees.

use crate::model::cell::{CellKind, Row};
use crate::model::field::Field;
use crate::model::id::StudentId;
use crate::model::registration::Registration;
use crate::roster::damage::{self, Sign};
use crate::store::Store;
use crate::store::lookup::Which;

use super::change::bulk::Reason;
use super::change::revise;
use super::failure::{Failure, Refusal};
use super::list::List;
use super::student;

/// The columns that a pupil is found by.
pub const NUMBERS: [&str; 3] = ["student", "registry_number", "id_document"];

/// A reason at a column of a row.
pub fn reason(list: &List, row: &Row, key: &str, refusal: Refusal) -> Reason {
    let place = list.place(row, key);
    Reason { cell: format!("{}!{}", place.sheet, place.cell()), refusal }
}

/// The pupil of a row; a name that is another one's is refused. `elsewhere` is what to do about a pupil who is not here.
pub fn pupil(
    store: &Store,
    list: &List,
    row: &Row,
    elsewhere: &str,
) -> Result<Result<Registration, Vec<Reason>>, Failure> {
    let given: Vec<&str> = NUMBERS.into_iter().filter(|key| !list.get(row, key).is_empty()).collect();
    let Some(first) = given.first().copied() else {
        let refusal = Refusal::new("没有写是哪一名学生。", "请填学籍号、身份证件号或内部编号。");
        return Ok(Err(vec![reason(list, row, "name", refusal)]));
    };
    let mut found: Option<Registration> = None;
    for key in given {
        if is_damaged(list, row, key) {
            let refusal = Refusal::new(
                "号码被表格软件损坏，末几位已经丢失。",
                "请把该列设为“文本”格式，对照原件重新录入整个号码。",
            );
            return Ok(Err(vec![reason(list, row, key, refusal)]));
        }
        let mut all = find(store, key, list.get(row, key))?;
        let refusal = match (all.len(), &found) {
            (0, _) => Refusal::new(
                "本库没有这名学生。",
                format!("请核对号码（表格软件会把长号码的末几位改成 0）；{elsewhere}"),
            ),
            (1, Some(other)) if other.id != all[0].id => {
                Refusal::new("同一行的几个号码是不同学生的。", "请核对学籍号、身份证件号和内部编号。")
            }
            (1, _) => {
                found = all.pop();
                continue;
            }
            _ => Refusal::new(
                "这个号码有几个学籍，不能确定是哪一个。",
                "请填内部编号；重复的学籍先用 xueji dedup 处理。",
            ),
        };
        return Ok(Err(vec![reason(list, row, key, refusal)]));
    }
    let Some(found) = found else { return Ok(Err(Vec::new())) };
    let name = list.get(row, "name");
    if !is_named(&found, name) {
        let refusal =
            Refusal::new("姓名与学籍上的不一致。", "请核对号码和姓名；姓名要更正的先办关键信息变更。");
        let key = if name.is_empty() { first } else { "name" };
        return Ok(Err(vec![reason(list, row, key, refusal)]));
    }
    Ok(Ok(found))
}

/// Whether a number went through a cell that can't hold it: what is left may be another child's.
fn is_damaged(list: &List, row: &Row, key: &str) -> bool {
    let numeric = list.index(key).is_some_and(|i| row.cell(i).1 == CellKind::Number);
    damage::sign(list.get(row, key), numeric).is_some_and(Sign::is_certain)
}

/// The registrations a number names.
fn find(store: &Store, key: &str, text: &str) -> Result<Vec<Registration>, Failure> {
    Ok(match (key, StudentId::parse(text)) {
        ("student", Some(id)) => store.registrations(&Which::Id(id))?,
        ("student", None) => Vec::new(),
        ("registry_number", _) => store.registrations(&Which::Number(&text.to_ascii_uppercase()))?,
        _ => student::by_document(store, &text.to_ascii_uppercase())?,
    })
}

/// Whether a text is the pupil's name, read as a roster's name is read; a blank is nobody else's.
fn is_named(r: &Registration, text: &str) -> bool {
    let known = r.record.get(Field::PupilName);
    text.is_empty()
        || text == known
        || revise::read(&[(Field::PupilName, text)]).is_some_and(|c| c.record.get(Field::PupilName) == known)
}
