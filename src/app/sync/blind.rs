//! 盲报 as an office does it: blinded keys instead of its journal, the secret to its peers, and the records of pupils that
//! were asked for, when somebody says so.

use std::collections::{BTreeMap, HashMap};
use std::io::Write;

use serde::{Deserialize, Serialize};

use crate::dedup::schema;
use crate::model::disclosure;
use crate::model::field::Field;
use crate::model::id::StudentId;
use crate::model::journal::{Draft, Value, hex};
use crate::model::message::{self, Message, State};
use crate::model::office::{Office, rank};
use crate::model::record::Draft as RecordDraft;
use crate::model::registration::{Keys, Registration, from_rows, student_row};
use crate::model::status::Status;
use crate::store::Store;
use crate::store::lookup::Which;
use crate::upstream::blind::{Blinded, Blinding, Secret, Secrets};
use crate::upstream::bundle::{Kind, Opened, Record};
use crate::upstream::error::BundleError;
use crate::upstream::key::{Key, KeyError};

use crate::app::failure::{Failure, Refusal};
use crate::app::session::Session;

use super::across::{self, Person};
use super::make::{self, Made};
use super::{inbox, office};

/// The kind of the batches in which records are opened.
const BATCH: &str = "message";

/// What is known of a pupil as its official keys are read: document and identity.
type Official = HashMap<StudentId, (Option<String>, Option<String>)>;

fn official(store: &Store) -> Result<Official, Failure> {
    let rows = store.official_keys()?.into_iter();
    Ok(rows.filter_map(|(id, d, i)| Some((StudentId::from_bytes(&id)?, (d, i)))).collect())
}

/// Every pupil that holds a place.
fn people(store: &Store) -> Result<Vec<Person>, Failure> {
    let mut official = official(store)?;
    let mut people = Vec::new();
    store.each_registration(&Which::All, &mut |registration| {
        if registration.status.holds_place() {
            let (document, identity) = official.remove(&registration.id).unwrap_or_default();
            people.push(Person { registration, document, identity });
        }
    })?;
    Ok(people)
}

/// Refuses where this office stands above others: who compares the keys must not be able to make them.
pub fn refuse_above(store: &Store) -> Result<(), Failure> {
    let below = office::below(store)?;
    let own = rank(&store.meta().level);
    match below.iter().find(|o| rank(&o.level) >= rank("county") && rank(&o.level) < own) {
        None => Ok(()),
        Some(o) => Err(Refusal::new(
            format!("本单位是{}的上级，不得持有盲报密钥。", o.name),
            "盲报密钥只由互报的同级单位持有：有了它，姓名和出生日期可以逐个试出来。",
        )
        .into()),
    }
}

/// The secret of a term, or the last one.
pub fn secret<'a>(secrets: &'a Secrets, term: Option<&str>) -> Result<&'a Secret, Failure> {
    let none = || KeyError::NoSecret { term: term.map(str::to_owned) };
    Ok(secrets.find(term).ok_or_else(none)?)
}

/// What a report holds.
pub struct Reported {
    pub made: Made,
    pub pupils: usize,
    pub keys: usize,
    /// Keys that too many of our own pupils share: they bring nobody together and are not sent.
    pub common: usize,
}

/// Writes the blinded keys of every pupil, and nothing else.
pub fn report(
    store: &Store,
    key: &Key,
    to: &Office,
    secret: &Secret,
    out: &mut dyn Write,
) -> Result<Reported, Failure> {
    make::refuse_revoked(to)?;
    let (own, blinding) = (store.meta().origin.clone(), secret.blinding());
    let people = people(store)?;
    let mut keys = across::keys_of(&people);
    let mut shared: HashMap<(i64, i64), i64> = HashMap::new();
    keys.iter().for_each(|k| *shared.entry((k.sort, k.value)).or_default() += 1);
    let all = keys.len();
    keys.retain(|k| shared[&(k.sort, k.value)] <= across::MOST);
    let mut blinded: Vec<(Blinded, Vec<(u16, Blinded)>)> = keys
        .chunk_by(|a, b| a.student == b.student)
        .map(|of_one| {
            let mut keys: Vec<(u16, Blinded)> =
                of_one.iter().map(|k| (k.sort as u16, blinding.key(k.sort, k.value))).collect();
            keys.sort_unstable();
            (blinding.handle(&own, of_one[0].student), keys)
        })
        .collect();
    // In the order of the handles: the order of admission or of the classes tells who is who.
    blinded.sort_unstable();
    let pupils = blinded.len();
    let mut writer = make::writer(store, key, to, Kind::Blind, out)?;
    writer.put(&Record::Blind { term: secret.term.clone(), fingerprint: secret.fingerprint() })?;
    for (handle, keys) in blinded {
        writer.put(&Record::Keys { handle, keys })?;
    }
    let made = Made { bundle: hex(&writer.finish()?), ..Made::default() };
    Ok(Reported { made, pupils, keys: keys.len(), common: all - keys.len() })
}

/// Seals a secret for an office of our level.
pub fn pass_on(
    store: &Store,
    key: &Key,
    to: &Office,
    secret: &Secret,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    make::refuse_revoked(to)?;
    if office::is_above(store, to) {
        let reason = format!("{}是上级，盲报密钥不得交给上级。", to.name);
        return Err(
            Refusal::new(reason, "只交给互报的同级单位：有了它，姓名和出生日期可以逐个试出来。").into()
        );
    }
    let mut writer = make::writer(store, key, to, Kind::Secret, out)?;
    writer.put(&Record::Secret(secret.clone()))?;
    writer.finish()?;
    Ok(())
}

/// The record of a pupil as it is opened: frozen.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct OpenedJson {
    pupil: String,
    status: String,
    class: String,
    since: String,
    document_key: String,
    identity_key: String,
    fields: BTreeMap<String, String>,
}

/// What is opened of a pupil: what the engine compares, as far as the table of disclosure lets it, and no more.
fn opened(person: &Person) -> String {
    let r = &person.registration;
    let columns: Vec<String> = schema::pupil().fields.into_iter().flat_map(|f| f.columns).collect();
    let compared =
        |f: Field| columns.iter().any(|c| c == f.key()) || matches!(f, Field::DocumentKind | Field::Number);
    let given = r.record.iter().filter(|(f, _)| disclosure::is_opened(*f) && compared(*f));
    let json = OpenedJson {
        pupil: r.id.to_string(),
        status: r.status.key().to_owned(),
        class: r.class_number.clone(),
        since: r.since.clone(),
        document_key: person.document.clone().unwrap_or_default(),
        identity_key: person.identity.clone().unwrap_or_default(),
        fields: given.map(|(f, value)| (f.key().to_owned(), value.to_owned())).collect(),
    };
    serde_json::to_string(&json).expect("plain texts serialize")
}

/// The pupil behind an opened record; `None` where it is none.
pub fn read_opened(record: &str) -> Option<Person> {
    let json: OpenedJson = serde_json::from_str(record).ok()?;
    let mut draft = RecordDraft::default();
    for (key, value) in &json.fields {
        draft.set(Field::from_key(key).filter(|f| disclosure::is_opened(*f))?, value);
    }
    let record = draft.take();
    let keys = Keys { document: json.document_key.clone(), identity: json.identity_key.clone() };
    let (id, status) = (StudentId::parse(&json.pupil)?, Status::from_key(&json.status)?);
    let number = Some(record.get(Field::Number)).filter(|n| !n.is_empty());
    let student = student_row(id, &record, &keys, status, number);
    let text = |t: &str| Value::Text(t.to_owned());
    let enrollment = [
        Value::Id(id),
        Value::Int(1),
        text(record.get(Field::School)),
        text(&json.class),
        text(&json.since),
        Value::Null,
    ];
    let some = |t: String| (!t.is_empty()).then_some(t);
    let registration: Registration = from_rows(&student, &enrollment, "")?;
    Some(Person { registration, document: some(json.document_key), identity: some(json.identity_key) })
}

/// What can be opened of what was asked, and what can't.
pub struct Opening {
    pub found: Vec<(Message, Person)>,
    pub left: Vec<(Message, Refusal)>,
}

/// Finds the pupils that an office above asked for; those of the named pairs, or of all letters that are open.
pub fn plan_opening(
    store: &Store,
    secrets: &Secrets,
    to: &Office,
    pairs: &[String],
) -> Result<Opening, Failure> {
    let wanted = |m: &Message| match pairs {
        [] => m.state == State::Open,
        pairs => pairs.iter().any(|p| p == m.get("pair")),
    };
    let own = store.meta().origin.clone();
    let mut letters = store.messages()?;
    letters.retain(|m| {
        m.kind == message::BLIND_ASKED && m.parties() == (to.origin.as_str(), own.as_str()) && wanted(m)
    });
    let unknown = pairs.iter().filter(|p| letters.iter().all(|m| m.get("pair") != *p));
    let unknown: Vec<Refusal> = unknown
        .map(|p| {
            let reason = format!("{}没有问过编号为 {p} 的一对。", to.name);
            Refusal::new(reason, "请用 xueji sync message list 查看编号。")
        })
        .collect();
    if !unknown.is_empty() {
        return Err(Failure::Refused(unknown));
    }
    let mut opening = Opening { found: Vec::new(), left: Vec::new() };
    if letters.is_empty() {
        return Ok(opening);
    }
    let people = people(store)?;
    let mut by_term: HashMap<String, HashMap<String, usize>> = HashMap::new();
    for letter in letters {
        let term = letter.get("term").to_owned();
        let secret = secrets.find(Some(&term)).filter(|s| s.fingerprint() == letter.get("fingerprint"));
        let Some(secret) = secret else {
            let reason = format!("{}：本库没有“{term}”学期这个指纹的盲报密钥。", letter.get("pair"));
            let remedy = "请放回原来的盲报密钥文件，或向同级单位再要一次（xueji sync blind key load）。";
            opening.left.push((letter, Refusal::new(reason, remedy)));
            continue;
        };
        let handles = by_term.entry(term).or_insert_with(|| handles(&own, &secret.blinding(), &people));
        match handles.get(letter.get("handle")) {
            Some(at) => opening.found.push((letter, people[*at].clone())),
            None => {
                let reason = format!("{}：问到的学生已不在读，或本库从备份恢复过。", letter.get("pair"));
                let remedy =
                    "已转走、删除的不用交出；请重新盲报（xueji sync blind report），上级下次就不再问。";
                opening.left.push((letter, Refusal::new(reason, remedy)));
            }
        }
    }
    Ok(opening)
}

fn handles(own: &str, blinding: &Blinding, people: &[Person]) -> HashMap<String, usize> {
    let handle = |p: &Person| hex(&blinding.handle(own, p.registration.id));
    people.iter().enumerate().map(|(at, p)| (handle(p), at)).collect()
}

fn handle_of(letter: &Message) -> Result<Blinded, Failure> {
    let unreadable = || Refusal::new("来信里的代号写法不对。", "请上级重新核对。");
    Ok(unhandle(letter.get("handle")).ok_or_else(unreadable)?)
}

/// The bytes of a handle that is written in hexadecimal.
pub fn unhandle(text: &str) -> Option<Blinded> {
    let mut handle = Blinded::default();
    for (i, byte) in handle.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * i..2 * i + 2)?, 16).ok()?;
    }
    (text.len() == 32).then_some(handle)
}

/// Writes the records of the pupils that were found, and nobody else's.
pub fn write_opening(
    store: &Store,
    key: &Key,
    to: &Office,
    opening: &Opening,
    out: &mut dyn Write,
) -> Result<Made, Failure> {
    make::refuse_revoked(to)?;
    let mut writer = make::writer(store, key, to, Kind::Blind, out)?;
    for (letter, person) in &opening.found {
        let pair = letter.get("pair").to_owned();
        writer.put(&Record::Opened(Opened { pair, handle: handle_of(letter)?, record: opened(person) }))?;
    }
    Ok(Made { bundle: hex(&writer.finish()?), ..Made::default() })
}

/// Journals whose records were given to whom, and answers the letters.
pub fn settle_opening(
    store: &mut Store,
    session: &Session,
    to: &Office,
    opening: &Opening,
) -> Result<i64, Failure> {
    let mut writing = store.write(&session.act, None)?;
    let title = format!("盲报核对：向{}交出 {} 名学生的比较项目", to.name, opening.found.len());
    let batch = writing.open_batch(BATCH, &title, None)?;
    for (letter, person) in &opening.found {
        let outcome = format!("{} 交出。", session.act.today);
        let after = Message { state: State::Done, outcome, ..letter.clone() };
        let writes = if after == *letter { Vec::new() } else { vec![inbox::settling(letter, &after)] };
        let student = Some(person.registration.id);
        let text = format!("{} 给{}", letter.get("pair"), to.name);
        writing.append(&Draft { change: "blind_opened", student, text, writes, ..Draft::default() })?;
    }
    writing.close_batch(&format!(r#"{{"opened":{}}}"#, opening.found.len()))?;
    writing.commit()?;
    Ok(batch)
}

/// The secret in a file that another office of our level sealed for us.
pub fn received_secret(
    store: &Store,
    key: &Key,
    input: &mut dyn crate::upstream::bundle::envelope::Source,
) -> Result<(Office, Secret), Failure> {
    use crate::upstream::bundle::read::{self, Reader};
    let around =
        super::take::Around { own: store.meta().origin.clone(), offices: store.offices()?, restoring: false };
    let head = read::head(input)?;
    if head.kind != Kind::Secret {
        return Err(BundleError::OtherDoor("数据包或盲报，不是盲报密钥").into());
    }
    let sender = super::take::sender(&head, &around)?;
    let mut reader = Reader::open(input, head, &sender.verifying, &key.secret.decryption)?;
    let mut secret = None;
    while let Some(record) = reader.next()? {
        if let Record::Secret(found) = record {
            secret = Some(found);
        }
    }
    let secret = secret.filter(|s| crate::upstream::blind::is_term(&s.term));
    Ok((sender, secret.ok_or(BundleError::Malformed("没有盲报密钥"))?))
}
