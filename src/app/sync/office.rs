//! Offices: our own card, those of others, added by their fingerprint and revoked with a reason. All of it is journalled.

use crate::model::journal::{Draft, Value, Write};
use crate::model::office::{Office, rank};
use crate::model::record_table::OFFICE;
use crate::store::Store;
use crate::upstream::key::{self, Key};

use crate::app::failure::{Failure, Refusal};
use crate::app::session::Session;

/// Our own office as others will know it.
pub fn own(store: &Store, key: &Key) -> Office {
    let meta = store.meta();
    Office {
        origin: meta.origin.clone(),
        name: meta.name.clone(),
        authority: meta.authority.clone(),
        level: meta.level.clone(),
        profile: key.profile.key().to_owned(),
        verifying: key.public.verifying.clone(),
        encryption: key.public.encryption.clone(),
        ..Office::default()
    }
}

/// Whether a bundle to this office goes up: to a higher level than ours.
pub fn is_above(store: &Store, office: &Office) -> bool {
    rank(&office.level) > rank(&store.meta().level)
}

/// The name of an office for people; its origin where it is not known.
pub fn name(offices: &[Office], origin: &str) -> String {
    offices.iter().find(|o| o.origin == origin).map_or_else(|| origin.to_owned(), |o| o.name.clone())
}

/// The offices of lower levels whose bundles are taken.
pub fn below(store: &Store) -> Result<Vec<Office>, Failure> {
    let mut all = store.offices()?;
    all.retain(|o| rank(&o.level) < rank(&store.meta().level) && o.revoked_on.is_none());
    Ok(all)
}

/// The neighbor through which a letter reaches an office: the one that brings its journal, else itself.
pub fn through(store: &Store, office: &Office) -> Result<String, Failure> {
    let held = store.all_held()?.into_iter().find(|h| h.origin == office.origin);
    Ok(held.map_or_else(|| office.origin.clone(), |h| h.via))
}

/// The office somebody means: by origin, division code or name.
pub fn find(store: &Store, text: &str) -> Result<Office, Failure> {
    let own = &store.meta().origin;
    let means =
        |o: &Office| o.origin != *own && [&o.origin, &o.authority, &o.name].contains(&&text.to_owned());
    let mut found: Vec<Office> = store.offices()?.into_iter().filter(means).collect();
    // One that was revoked stands for an office only while none that is trusted does.
    if found.iter().any(|o| o.revoked_on.is_none()) {
        found.retain(|o| o.revoked_on.is_none());
    }
    match found.len() {
        0 => Err(Refusal::new(
            format!("没有登记往来单位“{text}”。"),
            "用 xueji sync office list 列出；登记用 xueji sync office add 名片文件。",
        )
        .into()),
        1 => Ok(found.remove(0)),
        n => Err(Refusal::new(
            format!("“{text}”有 {n} 个往来单位。"),
            "请写来源单位编号，见 xueji sync office list。",
        )
        .into()),
    }
}

/// What adding an office did.
#[derive(Debug, PartialEq, Eq)]
pub enum Added {
    /// It stands there already, to the letter.
    Known,
    /// In this batch.
    New(i64),
    /// With other keys or another name than before, in this batch.
    Replaced(i64),
}

/// Adds an office whose fingerprint somebody compared; our own card too, with `sync key new`.
pub fn add(
    store: &mut Store,
    session: &Session,
    office: &Office,
    fingerprint: &str,
) -> Result<Added, Failure> {
    let digits = |t: &str| -> String { t.chars().filter(char::is_ascii_hexdigit).collect() };
    let real = key::fingerprint(office);
    if digits(&fingerprint.to_ascii_lowercase()) != digits(&real) {
        let reason = format!("指纹不符：名片的指纹是 {real}。");
        return Err(Refusal::new(reason, "请与对方当面或电话逐组核对；不符的不要登记，可能被调换。").into());
    }
    let new = Office {
        added_on: session.act.today.to_string(),
        added_by: session.act.actor.clone(),
        revoked_on: None,
        revoked_reason: None,
        ..office.clone()
    };
    let old = store.offices()?.into_iter().find(|o| o.origin == new.origin);
    let same = |old: &Office| {
        let then = Office { added_on: old.added_on.clone(), added_by: old.added_by.clone(), ..new.clone() };
        *old == then
    };
    let title = format!("登记往来单位：{}", new.name);
    match old {
        Some(old) if same(&old) => Ok(Added::Known),
        Some(old) => {
            let write = update(&old, &new);
            put(store, session, (title, "office_added"), write).map(Added::Replaced)
        }
        None => {
            let write = Write::Insert { table: &OFFICE, row: new.row() };
            put(store, session, (title, "office_added"), write).map(Added::New)
        }
    }
}

/// Revokes an office: nothing of it is taken any more.
pub fn revoke(store: &mut Store, session: &Session, office: &Office, reason: &str) -> Result<i64, Failure> {
    if let Some(on) = &office.revoked_on {
        let reason = format!("{}已于 {on} 停用。", office.name);
        return Err(Refusal::new(reason, "不用再停用；要恢复，核对指纹后重新登记它的名片。").into());
    }
    let new = Office {
        revoked_on: Some(session.act.today.to_string()),
        revoked_reason: Some(reason.to_owned()),
        ..office.clone()
    };
    let title = format!("停用往来单位：{}", office.name);
    put(store, session, (title, "office_revoked"), update(office, &new))
}

fn update(old: &Office, new: &Office) -> Write {
    let pairs = old.row().into_iter().zip(new.row()).enumerate();
    let set = pairs.filter(|(_, (a, b))| a != b).map(|(i, (a, b)): (usize, (Value, Value))| (i, a, b));
    Write::Update { table: &OFFICE, key: new.row()[..OFFICE.keys].to_vec(), set: set.collect() }
}

fn put(
    store: &mut Store,
    session: &Session,
    (title, change): (String, &'static str),
    write: Write,
) -> Result<i64, Failure> {
    let tail = store.tail()?;
    let mut writing = store.write(&session.act, Some(tail))?;
    let batch = writing.open_batch("office", &title, None)?;
    writing.append(&Draft { change, writes: vec![write], ..Draft::default() })?;
    writing.close_batch(r#"{"offices":1}"#)?;
    writing.commit()?;
    Ok(batch)
}
