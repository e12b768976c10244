//! What a bureau laid beside what is in the program: the calendars of further years, its own rules. Kept whole in the
//! registry, so that every command of it reads them.

use crate::calendar::Calendar;
use crate::check::Selection;
use crate::model::journal::{Draft, Value, Write};
use crate::model::loaded::{Kind, Loaded};
use crate::model::record_table::LOADED;
use crate::province::{self, Pack};
use crate::store::Store;

use super::failure::{Failure, Refusal};
use super::session::Session;

/// The name of the one text of a bureau's own rules.
pub const OWN: &str = "own";

/// What undoing tells apart: of these batches a later one of the same title depends on an earlier one.
const BATCH: &str = "loaded";

/// A text to be remembered.
#[derive(Clone, Copy, Debug)]
pub struct Text<'a> {
    pub kind: Kind,
    pub name: &'a str,
    /// The name of its file.
    pub file: &'a str,
    pub text: &'a str,
}

/// The working days that are known: the years in the program and those loaded here. A year that was loaded stands in the
/// place of the program's.
pub fn calendar(store: &Store) -> Result<Calendar, Failure> {
    store.loaded(Kind::Calendar)?.iter().try_fold(Calendar::builtin().clone(), |calendar, year| {
        calendar.with(&year.text).map_err(|e| {
            let reason = format!("学籍库记住的 {} 年日历不能用：{e}", year.name);
            Refusal::new(reason, "请用 xueji calendar load 重新载入这一年，或撤销载入它的那一批。").into()
        })
    })
}

/// The bureau's own rules, where there are any.
pub fn rules(store: &Store) -> Result<Option<Pack>, Failure> {
    let Some(own) = store.loaded(Kind::Rules)?.pop() else { return Ok(None) };
    province::read(&own.file, &own.text).map(Some).map_err(|e| {
        let remedy = "请改正后用 xueji rules set 重新载入；写法见 xueji explain rule-pack。";
        Refusal::new(format!("学籍库记住的本地规则不能用：{e}"), remedy).into()
    })
}

/// Every reason why a pack can't be this registry's own: rules of elsewhere, checks that are none.
pub fn against(store: &Store, pack: &Pack) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    let authority = &store.meta().authority;
    // 3301 for 330100: a city's rules are its counties' too.
    let place = pack.division.trim_end_matches("00");
    if !authority.starts_with(place) {
        let reason =
            format!("规则文件的 division 是 {}，不是本库主管部门 {authority} 所在地。", pack.division);
        refusals.push(Refusal::new(
            reason,
            "请核对是不是本地的规则；division 写本县、本市或本省的行政区划代码。",
        ));
    }
    for name in pack.editions.iter().filter_map(|e| Selection::default().lay_over(&e.checks).err()) {
        let reason = format!("规则文件的 checks 一节里不能写“{name}”。");
        refusals
            .push(Refusal::new(reason, "用 xueji explain checks 列出检查；number-damaged 不能关闭或放宽。"));
    }
    refusals
}

/// Remembers a text in the place of the one of its name; none where it is remembered to the letter already.
pub fn remember(store: &mut Store, session: &Session, text: Text) -> Result<Option<i64>, Failure> {
    let new = Loaded {
        kind: text.kind,
        name: text.name.to_owned(),
        file: text.file.to_owned(),
        text: text.text.to_owned(),
        loaded_on: session.act.today.to_string(),
        loaded_by: session.act.actor.clone(),
    };
    let old = store.loaded(text.kind)?.into_iter().find(|l| l.name == text.name);
    if old.as_ref().is_some_and(|old| (&old.file, &old.text) == (&new.file, &new.text)) {
        return Ok(None);
    }
    let row = new.row();
    let write = match old {
        None => Write::Insert { table: &LOADED, row },
        Some(old) => {
            let (key, pairs) = (row[..LOADED.keys].to_vec(), old.row().into_iter().zip(row).enumerate());
            let set =
                pairs.filter(|(_, (a, b))| a != b).map(|(i, (a, b)): (usize, (Value, Value))| (i, a, b));
            Write::Update { table: &LOADED, key, set: set.collect() }
        }
    };
    put(store, session, (text.kind, text.name), write).map(Some)
}

/// Forgets the bureau's own rules; refused where there are none.
pub fn forget_rules(store: &mut Store, session: &Session) -> Result<i64, Failure> {
    let Some(old) = store.loaded(Kind::Rules)?.pop() else {
        let reason = "没有记住本地规则。";
        return Err(Refusal::new(reason, "不用清除；用 xueji rules show 查看现行的规则。").into());
    };
    let write = Write::Delete { table: &LOADED, row: old.row() };
    put(store, session, (Kind::Rules, OWN), write)
}

fn put(store: &mut Store, session: &Session, of: (Kind, &str), write: Write) -> Result<i64, Failure> {
    let tail = store.tail()?;
    let (change, title) = match of {
        (Kind::Calendar, year) => ("calendar_loaded", format!("{year} 年工作日历")),
        (Kind::Rules, _) => ("rules_loaded", "本地规则".to_owned()),
    };
    let mut writing = store.write(&session.act, Some(tail))?;
    let batch = writing.open_batch(BATCH, &title, None)?;
    writing.append(&Draft { change, writes: vec![write], ..Draft::default() })?;
    writing.close_batch(r#"{"loaded":1}"#)?;
    writing.commit()?;
    Ok(batch)
}
