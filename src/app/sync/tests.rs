//! Stories between offices on registries of their own: orderly, and with everything that can go wrong on the way.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::path::PathBuf;

use super::inbox;
use super::letter::{self, Letter};
use super::make::{self, Made, What};
use super::office;
use super::status;
use super::take::{self, Taken, Untaken};
use crate::app::failure::Failure;
use crate::app::session::Session;
use crate::model::actor::Act;
use crate::model::dice::Dice;
use crate::model::evidence::Evidence;
use crate::model::journal::{Draft, Tail, Value, Write, hex};
use crate::model::message::State;
use crate::model::office::Office;
use crate::model::record_table::{EVIDENCE, LOADED};
use crate::store::office::Exchange;
use crate::store::{Meta, Store};
use crate::upstream::bundle::Answer;
use crate::upstream::key::{self, Key};
use crate::upstream::profile::PROFILES;

struct Bureau {
    folder: tempfile::TempDir,
    store: Store,
    key: Key,
    written: i64,
}

fn session() -> Session {
    let today = jiff::civil::date(2026, 9, 10);
    let act = Act { actor: "测试员".into(), today, at: "2026-09-10T01:00:00Z".into() };
    Session { act, millis: 1, entropy: [7; 32] }
}

impl Bureau {
    fn new(authority: &str, level: &str) -> Bureau {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.db");
        let meta = Meta {
            authority: authority.into(),
            name: format!("{authority}教育局"),
            province: "浙江省".into(),
            level: level.into(),
            origin: format!("{authority}-aa"),
            created: "2026-09-01".into(),
        };
        let mut store = Store::create(&path, meta).unwrap();
        store.hurry();
        let key = Key::create(&key::path_beside(&path), &store.meta().origin.clone(), PROFILES[0]).unwrap();
        let own = office::own(&store, &key);
        office::add(&mut store, &session(), &own, &key::fingerprint(&own)).unwrap();
        Bureau { folder, store, key, written: 0 }
    }

    fn origin(&self) -> String {
        self.store.meta().origin.clone()
    }

    fn office(&self) -> Office {
        office::own(&self.store, &self.key)
    }

    fn knows(&mut self, other: &Office) {
        office::add(&mut self.store, &session(), other, &key::fingerprint(other)).unwrap();
    }

    /// Does some business: writes, and now and then a paper, or the undoing of what was done before.
    fn works(&mut self, how_much: i64) {
        let session = session();
        for _ in 0..how_much {
            self.written += 1;
            let n = self.written;
            if n % 7 == 6 {
                let last = self.store.batches().unwrap().last().unwrap().number;
                let undo = crate::app::undo::plan(&self.store, last).unwrap();
                crate::app::undo::apply(&mut self.store, &session, &undo).unwrap();
                continue;
            }
            let mut writing = self.store.write(&session.act, None).unwrap();
            writing.open_batch("loaded", &format!("第 {n} 件"), None).unwrap();
            let row = ["calendar", &n.to_string(), "文件", "内容", "2026-09-10", "测试员"];
            let row: Vec<Value> = row.into_iter().map(|t| Value::Text(t.into())).collect();
            let mut writes = vec![Write::Insert { table: &LOADED, row }];
            if n % 5 == 0 {
                let bytes = format!("paper {n} of {}", self.folder.path().display()).into_bytes();
                let evidence = Evidence {
                    subject: format!("dispute:{n}"),
                    ordinal: 1,
                    hash: writing.keep(&bytes).unwrap(),
                    name: "户口簿.jpg".into(),
                    length: bytes.len() as i64,
                    note: "户口簿".into(),
                    added_on: "2026-09-10".into(),
                    added_by: "测试员".into(),
                };
                writes.push(Write::Insert { table: &EVIDENCE, row: evidence.row() });
            }
            writing.append(&Draft { change: "calendar_loaded", writes, ..Draft::default() }).unwrap();
            writing.close_batch("{}").unwrap();
            writing.commit().unwrap();
        }
    }

    fn makes(&self, to: &Office, what: What) -> (Vec<u8>, Made) {
        let mut out = Vec::new();
        let made = make::bundle(&self.store, &self.key, to, &what, &mut out).unwrap();
        let exchange = Exchange {
            deed: "made".into(),
            office: to.origin.clone(),
            bundle: made.bundle.clone(),
            entries: made.entries(),
            ..Exchange::default()
        };
        self.store.log_exchange(&session().act, &exchange).unwrap();
        (out, made)
    }

    fn takes(&mut self, bytes: &[u8]) -> Result<Taken, Untaken> {
        self.takes_as(bytes, false)
    }

    fn takes_as(&mut self, bytes: &[u8], restoring: bool) -> Result<Taken, Untaken> {
        take::take(&mut self.store, &self.key, &session(), &mut Cursor::new(bytes), restoring)
    }

    /// Takes a bundle; the receipt that goes back, whether it was taken or not.
    fn answers(&mut self, bytes: &[u8]) -> Option<Vec<u8>> {
        let (sender, answer) = match self.takes(bytes) {
            Ok(taken) => {
                let (reason, message) = Default::default();
                (taken.sender, Answer { bundle: taken.bundle, taken: true, reason, message })
            }
            Err(untaken) => *untaken.answer?,
        };
        let mut out = Vec::new();
        let held = make::holdings(&self.store, &sender).unwrap();
        make::receipt(&self.store, &self.key, &sender, answer, held, &mut out).unwrap();
        Some(out)
    }

    fn refuses(&mut self, bytes: &[u8]) -> &'static str {
        let before = self.state();
        let name = match self.takes(bytes).map(|t| t.entries()) {
            Ok(entries) => panic!("taken: {entries}"),
            Err(Untaken { failure: Failure::Bundle(e), .. }) => e.name(),
            Err(other) => panic!("{other:?}"),
        };
        assert_eq!(self.state(), before, "{name}: nothing is written");
        name
    }

    /// All journals that are here, to the letter, and the files.
    fn state(&self) -> BTreeMap<String, Vec<(i64, [u8; 32], String)>> {
        let held = self.store.all_held().unwrap().into_iter().map(|h| h.origin);
        held.chain([self.origin()])
            .map(|origin| {
                let mut all = Vec::new();
                self.store
                    .each_entry(&origin, (0, i64::MAX), |e| -> Result<(), Failure> {
                        all.push((e.seq, e.seal, e.body));
                        Ok(())
                    })
                    .unwrap();
                (origin, all)
            })
            .collect()
    }
}

fn acquainted(one: &mut Bureau, other: &mut Bureau) {
    let (a, b) = (one.office(), other.office());
    one.knows(&b);
    other.knows(&a);
}

fn pair() -> (Bureau, Bureau) {
    let (mut county, mut city) = (Bureau::new("330127", "county"), Bureau::new("330100", "city"));
    acquainted(&mut county, &mut city);
    (county, city)
}

#[test]
fn a_bundle_a_receipt_and_then_only_what_is_new() {
    let (mut county, mut city) = pair();
    county.works(12);
    let (bytes, made) = county.makes(&city.office(), What::default());
    assert_eq!((made.entries(), made.attachments), (county.store.tail().unwrap().seq, 2));
    let receipt = city.answers(&bytes).unwrap();
    assert_eq!(city.state()[&county.origin()], county.state()[&county.origin()]);
    assert_eq!(city.store.broken_received().unwrap(), []);
    assert_eq!(city.takes(&bytes).unwrap().entries(), 0, "twice is as once");
    assert!(status::status(&county.store).unwrap().is_open);
    let taken = county.takes(&receipt).unwrap();
    assert_eq!(hex(&taken.answer.unwrap().bundle), made.bundle);
    assert!(!status::status(&county.store).unwrap().is_open);
    assert!(county.makes(&city.office(), What::default()).1.sections.is_empty());
    county.works(1);
    assert_eq!(county.makes(&city.office(), What::default()).1.entries(), 1);
}

#[test]
fn equal_journals_make_bundles_of_an_equal_hash() {
    let (mut county, city) = pair();
    county.works(9);
    let once = county.makes(&city.office(), What::default());
    let twice = county.makes(&city.office(), What::default());
    assert_eq!(once.1, twice.1);
    assert_ne!(once.0, twice.0);
}

#[test]
fn every_reason_to_refuse_has_its_name_and_writes_nothing() {
    let (mut county, mut city) = pair();
    let mut stranger = Bureau::new("330108", "county");
    county.works(5);
    let (first, _) = county.makes(&city.office(), What::default());
    assert_eq!(stranger.refuses(&first), "wrong-recipient");
    stranger.knows(&city.office());
    let (unknown, _) = stranger.makes(&city.office(), What::default());
    assert_eq!(city.refuses(&unknown), "unknown-sender");
    assert_eq!(city.refuses(b"PK\x03\x04 a workbook"), "not-a-bundle");
    assert_eq!(city.refuses(&first[..first.len() / 2]), "truncated");
    let last = county.store.tail().unwrap().seq;
    county.works(3);
    let (later, _) = county.makes(&city.office(), What { since: Some(last), ..What::default() });
    assert_eq!(city.refuses(&later), "gap");
    city.takes(&first).unwrap();
    city.takes(&later).unwrap();
    // Its own receipt names a bundle that nobody here made.
    let own = Answer { bundle: [1; 32], taken: true, reason: String::new(), message: String::new() };
    let mut receipt = Vec::new();
    make::receipt(&city.store, &city.key, &county.office(), own, Vec::new(), &mut receipt).unwrap();
    assert_eq!(county.refuses(&receipt), "never-made");
    let office = office::find(&city.store, "330127").unwrap();
    office::revoke(&mut city.store, &session(), &office, "撤并").unwrap();
    assert_eq!(city.refuses(&first), "revoked-sender");
    let mut to = Vec::new();
    let revoked = office::find(&city.store, "330127").unwrap();
    assert!(matches!(
        make::bundle(&city.store, &city.key, &revoked, &What::default(), &mut to),
        Err(Failure::Refused(_))
    ));
    let logged: Vec<String> =
        city.store.exchanges(99).unwrap().into_iter().map(|e| e.outcome).filter(|o| !o.is_empty()).collect();
    assert_eq!(logged, ["unknown-sender", "not-a-bundle", "truncated", "gap", "revoked-sender"]);
}

#[test]
fn a_gap_heals_by_the_receipt_of_its_refusal() {
    let (mut county, mut city) = pair();
    county.works(5);
    let (lost, _) = county.makes(&city.office(), What::default());
    // The city held it, said so, and was set back to a backup of the day before.
    let mut before = Bureau::new("330100", "city");
    before.key = city.key.clone();
    before.knows(&county.office());
    let receipt = city.answers(&lost).unwrap();
    county.takes(&receipt).unwrap();
    county.works(2);
    let (bytes, _) = county.makes(&city.office(), What::default());
    let refusal = before.answers(&bytes).unwrap();
    assert_eq!(county.takes(&refusal).unwrap().answer.unwrap().reason, "gap");
    assert!(status::status(&county.store).unwrap().is_open);
    let tail = county.store.tail().unwrap().seq;
    let (again, made) = county.makes(&city.office(), What { since: Some(0), ..What::default() });
    assert_eq!(made.entries(), tail);
    before.takes(&again).unwrap();
    assert_eq!(before.state()[&county.origin()], county.state()[&county.origin()]);
}

/// The registry file as it was, in the place of what it became.
fn backup_of(bureau: &Bureau) -> PathBuf {
    let path = bureau.folder.path().join("backup.db");
    let source = rusqlite_copy(&bureau.folder.path().join("x.db"), &path);
    assert!(source > 0);
    path
}

fn rusqlite_copy(from: &std::path::Path, to: &std::path::Path) -> u64 {
    let _ = std::fs::remove_file(to);
    for end in ["", "-wal"] {
        let side = |p: &std::path::Path| PathBuf::from(format!("{}{end}", p.display()));
        let _ = std::fs::remove_file(side(to));
        if side(from).exists() {
            std::fs::copy(side(from), side(to)).unwrap();
        }
    }
    std::fs::metadata(to).unwrap().len()
}

#[test]
fn a_county_restored_from_backup_gets_its_entries_back_and_one_that_went_on_is_refused() {
    let (mut county, mut city) = pair();
    county.works(8);
    let backup = backup_of(&county);
    let at_backup = county.store.tail().unwrap();
    county.works(6);
    let (bytes, _) = county.makes(&city.office(), What::default());
    city.takes(&bytes).unwrap();
    let (whole, rows) = (county.state(), county.store.every_row());
    let (returned, made) = city.makes(&county.office(), What { giving_back: true, ..What::default() });
    assert_eq!(made.entries(), county.store.tail().unwrap().seq);
    assert_eq!(county.takes(&returned).unwrap().entries(), 0, "where nothing is lost nothing is done");

    // Went on after the backup: its entries and the city's part ways.
    let forked = county.folder.path().join("forked.db");
    rusqlite_copy(&backup, &forked);
    county.store = Store::open(&forked).unwrap();
    county.works(6);
    let (fork, _) = county.makes(&city.office(), What::default());
    assert_eq!(city.refuses(&fork), "fork");
    let forked = county.takes_as(&returned, true);
    assert!(matches!(forked, Err(Untaken { failure: Failure::Bundle(e), .. }) if e.name() == "fork"));

    // Did nothing since: all comes back as it was.
    county.store = Store::open(&backup).unwrap();
    assert_eq!(county.store.tail().unwrap(), at_backup);
    let (early, _) = city.makes(&county.office(), What::default());
    assert_eq!(county.refuses(&early), "never-sent");
    assert_eq!(county.refuses(&returned), "own-entries");
    county.takes_as(&returned, true).unwrap();
    assert_eq!(county.state(), whole);
    assert_eq!(county.store.every_row(), rows);
    assert_eq!(county.store.replay_differences().unwrap(), [""; 0]);
    assert_eq!(county.store.broken_evidence().unwrap(), []);
    county.works(2);
    let (bytes, _) = county.makes(&city.office(), What::default());
    city.takes(&bytes).unwrap();
    assert_eq!(city.state()[&county.origin()], county.state()[&county.origin()]);
}

#[test]
fn the_middle_relays_what_it_can_not_have_written() {
    let (mut county, mut city) = pair();
    let mut province = Bureau::new("330000", "province");
    acquainted(&mut city, &mut province);
    county.works(6);
    let (bytes, _) = county.makes(&city.office(), What::default());
    city.takes(&bytes).unwrap();
    let (relayed, made) = city.makes(&province.office(), What::default());
    assert_eq!(made.sections.len(), 2);
    assert_eq!(province.refuses(&relayed), "unknown-origin");
    let forged = Office { verifying: city.office().verifying, ..county.office() };
    province.knows(&forged);
    assert_eq!(province.refuses(&relayed), "checkpoint-invalid");
    province.knows(&county.office());
    let receipt = province.answers(&relayed).unwrap();
    assert_eq!(province.state()[&county.origin()], county.state()[&county.origin()]);
    city.takes(&receipt).unwrap();
    assert!(city.makes(&province.office(), What::default()).1.sections.is_empty());
    let office = office::find(&province.store, "330127").unwrap();
    office::revoke(&mut province.store, &session(), &office, "撤并").unwrap();
    county.works(1);
    city.takes(&county.makes(&city.office(), What::default()).0).unwrap();
    assert_eq!(province.refuses(&city.makes(&province.office(), What::default()).0), "revoked-origin");
}

#[test]
fn a_file_that_is_named_and_not_brought_is_missed() {
    let (mut county, mut city) = pair();
    county.works(5);
    let connection = county.folder.path().join("x.db");
    let other = Store::open(&connection).unwrap();
    let hash = crate::model::evidence::hashes_in(&other.last_entries(1).unwrap()[0].body).remove(0);
    other.forget_attachment(&hash);
    let mut out = Vec::new();
    let made = make::bundle(&county.store, &county.key, &city.office(), &What::default(), &mut out);
    assert!(matches!(made, Err(Failure::Bundle(e)) if e.name() == "attachment-missing"));
    city.works(0);
}

/// Twelve counties, three cities, one province; a thousand bundles on the way, of which some are lost, doubled, late,
/// cut, changed, or taken by a bureau that is killed half way. In the end all is everywhere, once.
#[test]
fn a_thousand_bundles_in_disorder_end_as_in_order() {
    let mut all: Vec<Bureau> = (0..12).map(|n| Bureau::new(&format!("3301{n:02}"), "county")).collect();
    all.extend((0..3).map(|n| Bureau::new(&format!("33{:02}00", n + 20), "city")));
    all.push(Bureau::new("330000x", "province"));
    let above = |n: usize| {
        if n < 12 {
            Some(12 + n / 4)
        } else if n < 15 {
            Some(15)
        } else {
            None
        }
    };
    for n in 0..15 {
        let up = above(n).unwrap();
        let (low, high) = all.split_at_mut(up);
        acquainted(&mut low[n], &mut high[0]);
        if n < 12 {
            let card = all[n].office();
            all[15].knows(&card);
        }
    }
    let mut dice = Dice(20_261_125);
    let mut road: Vec<(usize, Vec<u8>)> = Vec::new();
    let (mut made, mut lost, mut doubled, mut refused, mut killed) = (0, 0, 0, 0, 0);
    while made < 1000 {
        let n = dice.below(15);
        if n < 12 {
            all[n].works(1 + dice.below(3) as i64);
        }
        let up = above(n).unwrap();
        let to = all[up].office();
        let mut bytes = all[n].makes(&to, What::default()).0;
        made += 1;
        match dice.below(10) {
            0 | 1 => {
                lost += 1;
                continue;
            }
            2 => {
                doubled += 1;
                road.push((up, bytes.clone()));
            }
            3 => bytes.truncate(dice.below(bytes.len())),
            4 => {
                let at = dice.below(bytes.len());
                bytes[at] ^= 1 << dice.below(8);
            }
            _ => {}
        }
        road.push((up, bytes));
        while road.len() > 6 {
            let (to, bytes) = road.swap_remove(dice.below(road.len()));
            if dice.below(8) == 0 {
                all[to].is_killed_while_taking(&bytes);
                killed += 1;
            }
            match all[to].answers(&bytes) {
                None => refused += 1,
                Some(receipt) if dice.below(3) > 0 => {
                    let from = (0..15).find(|n| {
                        above(*n) == Some(to) && receipt.windows(9).any(|w| w == all[*n].origin().as_bytes())
                    });
                    let _ = all[from.unwrap()].takes(&receipt);
                }
                Some(_) => {}
            }
        }
    }
    assert!(lost > 100 && doubled > 50 && refused > 50 && killed > 50, "{lost} {doubled} {refused} {killed}");
    // The line holds at last: one orderly round.
    for n in 0..15 {
        let up = above(n).unwrap();
        let to = all[up].office();
        let bytes = all[n].makes(&to, What::default()).0;
        let receipt = all[up].answers(&bytes).unwrap();
        let answer = all[n].takes(&receipt).unwrap().answer.unwrap();
        assert!(answer.taken, "{n}: {}", answer.message);
    }
    let top = all[15].state();
    assert_eq!(top.len(), 16);
    for below in &all[..15] {
        assert_eq!(top[&below.origin()], below.state()[&below.origin()]);
    }
    for bureau in &all {
        assert_eq!(bureau.store.broken_received().unwrap(), []);
        assert_eq!(bureau.store.replay_differences().unwrap(), [""; 0]);
    }
    assert_ne!(all[0].store.tail().unwrap(), Tail::START);
}

impl Bureau {
    /// Everything a taking does, up to the moment before it is made so.
    fn is_killed_while_taking(&mut self, bytes: &[u8]) {
        let before = self.state();
        let around =
            take::Around { own: self.origin(), offices: self.store.offices().unwrap(), restoring: false };
        let mut input = Cursor::new(bytes);
        let mut attempt = || -> Result<(), Failure> {
            let head = crate::upstream::bundle::read::head(&mut input)?;
            let sender = take::sender(&head, &around)?;
            let mut reader = crate::upstream::bundle::read::Reader::open(
                &mut input,
                head,
                &sender.verifying,
                &self.key.secret.decryption,
            )?;
            let mut receiving = self.store.receive()?;
            take::keep_all(&mut reader, &mut receiving, &around, &sender).map(drop)
        };
        let _ = attempt();
        assert_eq!(self.state(), before);
    }
}

impl Bureau {
    fn writes_to(&mut self, reader: &Office, through: &Office, text: &str) {
        let letter = Letter {
            to: reader.origin.clone(),
            via: through.origin.clone(),
            kind: "notice",
            pupil: None,
            body: vec![("text", text.to_owned())],
        };
        letter::write(&mut self.store, &session(), "通知", &[letter]).unwrap();
    }

    /// Texts of the letters that are journalled here and were not written here, in order.
    fn letters(&self) -> Vec<String> {
        let all = self.store.messages().unwrap();
        all.iter().filter(|m| m.state != State::Sent).map(|m| m.get("text").to_owned()).collect()
    }

    fn takes_in(&mut self) -> usize {
        inbox::take_in(&mut self.store, &session()).unwrap().len()
    }
}

#[test]
fn letters_come_down_in_order_once_and_are_journalled_whatever_happens_on_the_way() {
    let (mut county, mut city) = pair();
    let mut dice = Dice(7);
    let mut road: Vec<Vec<u8>> = Vec::new();
    let (mut refused, mut written) = (0, 0);
    for round in 0..120 {
        for _ in 0..dice.below(3) {
            written += 1;
            city.writes_to(&county.office(), &county.office(), &format!("第 {written} 封"));
        }
        let (mut bytes, _) = city.makes(&county.office(), What::default());
        match dice.below(8) {
            0 => continue,
            1 => bytes.truncate(dice.below(bytes.len())),
            2 => road.push(bytes.clone()),
            _ => {}
        }
        road.push(bytes);
        while road.len() > 4 {
            let bytes = road.swap_remove(dice.below(road.len()));
            refused += usize::from(county.takes(&bytes).is_err());
            // A run may be killed after it took a bundle and before it read the letters.
            if dice.below(3) > 0 {
                county.takes_in();
            }
        }
        if round % 9 == 0 {
            // What the county holds goes up with its journal.
            let (up, _) = county.makes(&city.office(), What::default());
            city.takes(&up).unwrap();
        }
    }
    county.takes(&city.makes(&county.office(), What::default()).0).unwrap();
    county.takes_in();
    assert_eq!(county.letters(), (1..=written).map(|n| format!("第 {n} 封")).collect::<Vec<_>>());
    assert!(refused > 5 && written > 90, "{refused} {written}");
    city.takes(&county.makes(&city.office(), What::default()).0).unwrap();
    assert!(city.makes(&county.office(), What::default()).1.sections.is_empty(), "all is there");
    assert_eq!(county.takes_in(), 0);
    for bureau in [&county, &city] {
        assert_eq!(bureau.store.replay_differences().unwrap(), [""; 0]);
        assert_eq!(bureau.store.broken_received().unwrap(), []);
    }
    let last = county.store.batches().unwrap().last().unwrap().number;
    let Err(Failure::Refused(reasons)) = crate::app::undo::plan(&county.store, last) else { panic!() };
    assert!(reasons[0].reason.contains("不能收回"));
}

#[test]
fn a_letter_of_the_province_goes_through_the_city_with_the_provinces_signature() {
    let (mut county, mut city) = pair();
    let mut province = Bureau::new("330000", "province");
    acquainted(&mut city, &mut province);
    acquainted(&mut county, &mut province);
    city.takes(&county.makes(&city.office(), What::default()).0).unwrap();
    province.takes(&city.makes(&province.office(), What::default()).0).unwrap();
    let office = office::find(&province.store, "330127").unwrap();
    assert_eq!(office::through(&province.store, &office).unwrap(), city.origin());
    province.writes_to(&county.office(), &city.office(), "由市转县");
    city.takes(&province.makes(&city.office(), What::default()).0).unwrap();
    assert_eq!((city.takes_in(), city.letters().len()), (0, 0), "it is not for the city");
    assert_eq!(city.makes(&province.office(), What::default()).1.entries(), 0, "nor for the province again");
    let (down, made) = city.makes(&county.office(), What::default());
    assert_eq!(made.entries(), 1);
    county.takes(&down).unwrap();
    assert_eq!((county.takes_in(), county.letters()), (1, vec!["由市转县".to_owned()]));
    // The county says so to the city, the city to the province: nothing is sent again.
    city.takes(&county.makes(&city.office(), What::default()).0).unwrap();
    province.takes(&city.makes(&province.office(), What::default()).0).unwrap();
    assert!(city.makes(&county.office(), What::default()).1.sections.is_empty());
    assert!(province.makes(&city.office(), What::default()).1.sections.is_empty());
    // Nobody writes in another's name: what the city makes up is not signed by the province.
    let forged = Office { verifying: city.office().verifying, ..province.office() };
    county.knows(&forged);
    province.writes_to(&county.office(), &city.office(), "再一封");
    city.takes(&province.makes(&city.office(), What::default()).0).unwrap();
    assert_eq!(county.refuses(&city.makes(&county.office(), What::default()).0), "checkpoint-invalid");
}
