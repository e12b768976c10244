//! Registry numbers after approval: issued where one is missing, confirmed from L to G or J, never recomputed.

use crate::model::document::{self, Holder, Sex};
use crate::model::field::Field;
use crate::model::journal::{Draft, Value, Write};
use crate::model::record_table::{NUMBER, STUDENT};
use crate::model::registration::Registration;
use crate::model::registry_number::{NumberKind, RegistryNumber};
use crate::model::school::School;
use crate::model::status::Status;
use crate::number::{assigned, citizen};
use crate::roster::date_cell;
use crate::store::Store;
use crate::store::journal::Writing;
use crate::store::lookup::Which;

use super::approve::{self, Approvee};
use super::failure::{Failure, Refusal};
use super::session::Session;

/// The column of the student table that holds the number in force.
const NUMBER_COLUMN: usize = 9;

/// What a number command came to.
#[derive(Debug, Default)]
pub struct Numbered {
    pub batch: Option<i64>,
    pub done: u64,
    /// Pupils left as they are, each with the reason; a pupil is named by school, class and key.
    pub left: Vec<(Registration, Refusal)>,
}

/// Issues L to approved pupils without a number.
pub fn issue(store: &mut Store, session: &Session, which: &Which) -> Result<Numbered, Failure> {
    if let Which::School(code) = which {
        super::places::require_school(store, code)?;
    }
    let directory = store.directory()?;
    let tail = store.tail()?;
    let missing: Vec<Registration> = store
        .registrations(which)?
        .into_iter()
        .filter(|r| r.number.is_none() && r.status == Status::Enrolled)
        .collect();
    if missing.is_empty() {
        return Ok(Numbered::default());
    }
    let mut writing = store.write(&session.act, Some(tail))?;
    let batch = writing.open_batch("numbers", &format!("编发 {} 个学籍号", missing.len()), None)?;
    let mut numbered = Numbered { batch: Some(batch), ..Numbered::default() };
    for (i, registration) in missing.into_iter().enumerate() {
        let school = directory.school(registration.school.as_str());
        let Some(approvee) = Approvee::of(registration.id, &registration.record, school) else {
            let refusal = Refusal::new("缺少出生日期，不能编号。", "请先补正该生信息。");
            numbered.left.push((registration, refusal));
            continue;
        };
        let number = approve::draw(&mut writing, session, &approvee, i as u64)?;
        replace(&mut writing, session, &registration, &number, "number_issued")?;
        numbered.done += 1;
    }
    writing.close_batch(&format!(r#"{{"issued":{}}}"#, numbered.done))?;
    writing.commit()?;
    Ok(numbered)
}

/// Confirms numbers: G with the citizen number; with `assign`, J for pupils who have none.
pub fn confirm(
    store: &mut Store,
    session: &Session,
    which: &Which,
    assign: bool,
) -> Result<Numbered, Failure> {
    if let Which::School(code) = which {
        super::places::require_school(store, code)?;
    }
    let directory = store.directory()?;
    let tail = store.tail()?;
    let all = store.registrations(which)?;
    let mut writing = store.write(&session.act, Some(tail))?;
    let batch = writing.open_batch("numbers", "确认正式学籍号", None)?;
    let mut numbered = Numbered { batch: Some(batch), ..Numbered::default() };
    for registration in all {
        let school = directory.school(registration.school.as_str());
        match confirmed(&mut writing, &registration, school, assign)? {
            Ok(number) => {
                replace(&mut writing, session, &registration, &number, "number_confirmed")?;
                numbered.done += 1;
            }
            Err(refusal) => numbered.left.push((registration, refusal)),
        }
    }
    if numbered.done == 0 {
        // Nothing was written: the transaction is given up, and no empty batch is left.
        return Ok(Numbered { batch: None, ..numbered });
    }
    writing.close_batch(&format!(r#"{{"confirmed":{}}}"#, numbered.done))?;
    writing.commit()?;
    Ok(numbered)
}

fn confirmed(
    writing: &mut Writing,
    registration: &Registration,
    school: Option<&School>,
    assign: bool,
) -> Result<Result<RegistryNumber, Refusal>, Failure> {
    let no = |reason: &str, remedy: &str| Ok(Err(Refusal::new(reason, remedy)));
    match &registration.number {
        None => return no("尚未核准，没有临时学籍号。", "请先用 xueji approve 核准。"),
        Some(n) if n.kind() == NumberKind::Citizen => {
            return no("已经是正式学籍号，终身不变。", "不需要办理。");
        }
        Some(_) => {}
    }
    match of_document(registration) {
        Some(number) if writing.take_number(&number)? => Ok(Ok(number)),
        Some(_) => no("这个公民身份号码已作为另一名学生的学籍号。", "请先用 xueji dedup 核对是否重复学籍。"),
        _ if !assign => no("没有可用的公民身份号码。", "确需赋码的，请加 --assign 编发 J 开头的学籍号。"),
        _ if registration.number.as_ref().is_some_and(|n| n.kind() == NumberKind::Assigned) => {
            no("已经是 J 开头的正式学籍号。", "取得公民身份号码后再确认。")
        }
        _ => assigned_number(writing, registration, school),
    }
}

fn assigned_number(
    writing: &mut Writing,
    registration: &Registration,
    school: Option<&School>,
) -> Result<Result<RegistryNumber, Refusal>, Failure> {
    assign(registration, school.map(|s| s.division.as_str()), &mut |number| Ok(writing.take_number(number)?))
}

/// J for a pupil: the first of the division and birth date that `take` lets be taken.
pub fn assign(
    registration: &Registration,
    division: Option<&str>,
    take: &mut dyn FnMut(&RegistryNumber) -> Result<bool, Failure>,
) -> Result<Result<RegistryNumber, Refusal>, Failure> {
    let sex = if registration.record.code(Field::Sex) == "2" { Sex::Female } else { Sex::Male };
    let (Some(birth), Some(division)) = (date_cell::day(registration.record.get(Field::BirthDate)), division)
    else {
        return Ok(Err(Refusal::new("缺少出生日期，不能赋码。", "请先补正该生信息。")));
    };
    for sequence in assigned::sequences(sex) {
        match assigned::compose(division, birth, sequence, sex) {
            Ok(number) if take(&number)? => return Ok(Ok(number)),
            Ok(_) => {}
            Err(e) => return Ok(Err(Refusal::new(e.message(), e.hint()))),
        }
    }
    Ok(Err(Refusal::new("同一区划、同一出生日期的赋码已用完。", "请核对出生日期。")))
}

/// G for a pupil: the citizen number of the document, if there is one.
pub fn of_document(registration: &Registration) -> Option<RegistryNumber> {
    let code = registration.record.code(Field::DocumentKind);
    let document = document::parse_official(code, registration.record.get(Field::DocumentId), Holder::Pupil);
    citizen::confirm(&document.ok()?).ok()
}

/// The new number is in force from today; the old one stays as history.
pub fn replace(
    writing: &mut Writing,
    session: &Session,
    registration: &Registration,
    number: &RegistryNumber,
    change: &'static str,
) -> Result<(), Failure> {
    let today = Value::Text(session.act.today.to_string());
    let text = |t: &str| Value::Text(t.to_owned());
    let old = registration.number.as_ref().map(|_| text(registration.record.get(Field::Number)));
    let mut writes = Vec::new();
    if let Some(old) = &old {
        writes.push(Write::Update {
            table: &NUMBER,
            key: vec![old.clone()],
            set: vec![(3, Value::Null, today)],
        });
    }
    let set = vec![(NUMBER_COLUMN, old.unwrap_or(Value::Null), Value::from(number))];
    writes.push(Write::Update { table: &STUDENT, key: vec![Value::Id(registration.id)], set });
    writes.push(approve::number_row(number, registration.id, session.act.today));
    writing.append(&Draft { change, student: Some(registration.id), writes, ..Draft::default() })?;
    Ok(())
}
