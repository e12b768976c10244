//! What is written is read; what was changed anywhere, cut anywhere, or signed by another is refused.

use std::io::Cursor;

use proptest::prelude::*;

use super::read::{self, Reader};
use super::write::{Parties, Writer};
use super::*;
use crate::model::id::StudentId;
use crate::upstream::error::BundleError;
use crate::upstream::profile::{PROFILES, Profile, Public, Secret};

struct Office {
    origin: &'static str,
    secret: Secret,
    public: Public,
}

fn profile() -> &'static dyn Profile {
    PROFILES[0]
}

fn office(origin: &'static str) -> Office {
    let secret = profile().generate().unwrap();
    let public = profile().public(&secret).unwrap();
    Office { origin, secret, public }
}

fn chain(origin: &str, count: i64) -> Vec<Entry> {
    let mut previous = [0; 32];
    let one = |seq| {
        let mut entry = Entry {
            seq,
            at: "2026-09-01T08:00:00Z".into(),
            day: "2026-09-01".into(),
            actor: "王老师".into(),
            change: "admission".into(),
            student: (seq % 2 == 0).then(|| StudentId::new(1, seq as u32, [1; 8])),
            batch: 1,
            body: format!(r#"{{"text":"第{seq}条","writes":[]}}"#),
            seal: [0; 32],
        };
        entry.seal = entry.sealed_after(origin, &previous);
        previous = entry.seal;
        entry
    };
    (1..=count).map(one).collect()
}

fn records(from: &Office, count: i64) -> Vec<Record> {
    let entries = chain(from.origin, count);
    let tail = entries.last().map_or(Tail::START, |e| Tail { seq: e.seq, seal: e.seal });
    let message = checkpoint_message(from.origin, &tail);
    let signature = profile().sign(&from.secret.signing, &message).unwrap();
    let batch = Batch {
        number: 1,
        kind: "import".into(),
        title: "花名册".into(),
        day: "2026-09-01".into(),
        at: "2026-09-01T08:00:00Z".into(),
        actor: "王老师".into(),
        counts: "{}".into(),
        undoes: None,
    };
    let mut all = vec![
        Record::Holding { origin: "up".into(), tail },
        Record::Section { origin: from.origin.into(), after: Tail::START },
        Record::Batch(batch),
    ];
    all.extend(entries.into_iter().map(Record::Entry));
    all.push(Record::Checkpoint(Checkpoint { tail, signature }));
    all.push(Record::Attachment { hash: "0".repeat(64), bytes: vec![7; 100] });
    all
}

fn written(from: &Office, to: &Office, records: &[Record]) -> (Vec<u8>, [u8; 32]) {
    let mut out = Vec::new();
    let parties = Parties {
        profile: profile(),
        sender: from.origin,
        signing: &from.secret.signing,
        recipient: to.origin,
        encryption: &to.public.encryption,
    };
    let mut writer = Writer::new(&mut out, Kind::Bundle, parties).unwrap();
    records.iter().for_each(|r| writer.put(r).unwrap());
    let hash = writer.finish().unwrap();
    (out, hash)
}

fn taken(bytes: &[u8], from: &Office, to: &Office) -> Result<(Vec<Record>, [u8; 32]), BundleError> {
    let mut input = Cursor::new(bytes);
    let head = read::head(&mut input)?;
    if head.recipient != to.origin {
        return Err(BundleError::WrongRecipient { to: head.recipient });
    }
    if head.sender != from.origin {
        return Err(BundleError::UnknownSender(head.sender));
    }
    let mut reader = Reader::open(&mut input, head, &from.public.verifying, &to.secret.decryption)?;
    let mut all = Vec::new();
    while let Some(record) = reader.next()? {
        all.push(record);
    }
    Ok((all, reader.hash().unwrap()))
}

#[test]
fn every_flipped_byte_of_a_bundle_is_refused() {
    let (from, to) = (office("county"), office("city"));
    let (bytes, _) = written(&from, &to, &records(&from, 3));
    assert!(bytes.len() < 4000, "small enough to try all: {}", bytes.len());
    let mut names = std::collections::BTreeSet::new();
    for at in 0..bytes.len() {
        // Every bit of what stands in clear, one bit of every other byte.
        for bit in if at < 32 { 0..8 } else { at % 8..at % 8 + 1 } {
            let mut changed = bytes.clone();
            changed[at] ^= 1 << bit;
            match taken(&changed, &from, &to) {
                Ok(_) => panic!("byte {at}, bit {bit}"),
                Err(e) => names.insert(e.name()),
            };
        }
    }
    let expected =
        ["altered", "newer-version", "not-a-bundle", "truncated", "unknown-profile", "unknown-sender"];
    assert!(expected.iter().all(|n| names.contains(n)), "{names:?}");
}

#[test]
fn every_cut_bundle_is_refused_and_so_is_one_that_was_added_to() {
    let (from, to) = (office("county"), office("city"));
    let (mut bytes, _) = written(&from, &to, &records(&from, 3));
    for length in 0..bytes.len() {
        let e = taken(&bytes[..length], &from, &to).unwrap_err();
        let expected = if length == 0 { "not-a-bundle" } else { "truncated" };
        assert_eq!(e.name(), expected, "{length} of {}", bytes.len());
    }
    bytes.push(0);
    assert_eq!(taken(&bytes, &from, &to).unwrap_err().name(), "altered");
}

#[test]
fn only_the_recipient_opens_it_and_only_the_sender_can_have_signed_it() {
    let (from, to, other) = (office("county"), office("city"), office("other"));
    let (bytes, _) = written(&from, &to, &records(&from, 2));
    assert_eq!(taken(&bytes, &from, &other).unwrap_err().name(), "wrong-recipient");
    let stolen = Office { origin: "city", ..office("city") };
    assert_eq!(taken(&bytes, &from, &stolen).unwrap_err().name(), "not-our-key");
    let forged = Office { origin: "county", ..office("county") };
    assert_eq!(taken(&bytes, &forged, &to).unwrap_err().name(), "altered");
}

#[test]
fn a_signature_put_in_the_place_of_the_senders_is_refused() {
    let (from, to, thief) = (office("county"), office("city"), office("thieff"));
    let (mut bytes, _) = written(&from, &to, &records(&from, 2));
    let at = bytes.windows(6).position(|w| w == b"county").unwrap();
    bytes[at..at + 6].copy_from_slice(b"thieff");
    bytes.truncate(bytes.len() - 64);
    let mut message = b"xueji bundle 1\n".to_vec();
    message.extend_from_slice(blake3::hash(&bytes[..bytes.len() - 2]).as_bytes());
    bytes.extend(profile().sign(&thief.secret.signing, &message).unwrap());
    assert_eq!(taken(&bytes, &thief, &to).unwrap_err().name(), "malformed");
}

#[test]
fn a_version_above_ours_is_refused_as_newer() {
    let (from, to) = (office("county"), office("city"));
    let (mut bytes, _) = written(&from, &to, &records(&from, 1));
    bytes[9] = 2;
    assert!(matches!(taken(&bytes, &from, &to), Err(BundleError::Newer { found: 2, known: 1 })));
}

/// What a writer that does not keep to the grammar can't write, a reader does not take either.
#[test]
fn a_blinded_report_is_read_as_it_was_written_and_is_mixed_with_nothing() {
    let (from, to) = (office("county"), office("city"));
    let blind = Record::Blind { term: "2026-autumn".into(), fingerprint: "aa".into() };
    let keys = Record::Keys { handle: [3; 16], keys: vec![(0, [1; 16]), (1002, [2; 16])] };
    let opened = Record::Opened(Opened { pair: "ABCDEFGH".into(), handle: [3; 16], record: "{}".into() });
    let secret = Record::Secret(crate::upstream::blind::Secret::generate("2026-autumn").unwrap());
    for records in [vec![blind.clone(), keys.clone()], vec![opened.clone()], vec![secret.clone()]] {
        let (bytes, hash) = written(&from, &to, &records);
        assert_eq!(taken(&bytes, &from, &to).unwrap(), (records, hash));
    }
    let holding = Record::Holding { origin: "up".into(), tail: Tail::START };
    for mixed in [
        vec![&keys],
        vec![&blind, &blind],
        vec![&blind, &opened],
        vec![&opened, &keys],
        vec![&secret, &secret],
        vec![&holding, &blind],
        vec![&blind, &holding],
    ] {
        let mut grammar = super::grammar::Grammar::default();
        grammar.step(&Record::Head { sender: "a".into(), recipient: "b".into() }).unwrap();
        let (last, first) = mixed.split_last().unwrap();
        first.iter().for_each(|r| grammar.step(r).unwrap());
        assert!(grammar.step(last).is_err(), "{mixed:?}");
    }
    assert!(!format!("{secret:?} {opened:?}").contains("{}"), "no debug shows what is sealed");
}

#[test]
fn records_that_contradict_each_other_are_refused() {
    let from = office("county");
    let good = records(&from, 3);
    let position = |is: fn(&Record) -> bool| good.iter().position(is).unwrap();
    let (section, entry) =
        (position(|r| matches!(r, Record::Section { .. })), position(|r| matches!(r, Record::Entry(_))));
    let broken: Vec<(Vec<Record>, &str)> = vec![
        ([&good[..entry + 1], &good[entry + 2..]].concat(), "broken-chain"),
        ([&good[..section], &good[section + 1..]].concat(), "malformed"),
        ([&good[..good.len() - 2], &good[good.len() - 1..]].concat(), "malformed"),
        ([&good[..], &good[section..]].concat(), "malformed"),
        ([&good[section..], &good[..1]].concat(), "malformed"),
    ];
    let head = Record::Head { sender: "county".into(), recipient: "city".into() };
    let judged = |records: &[Record]| -> Result<(), BundleError> {
        let mut grammar = grammar::Grammar::default();
        grammar.step(&head)?;
        records.iter().try_for_each(|r| grammar.step(r))?;
        grammar.end()
    };
    assert!(judged(&good).is_ok());
    for (records, name) in broken {
        assert_eq!(judged(&records).unwrap_err().name(), name);
    }
}

fn text() -> impl Strategy<Value = String> {
    "[\\PC\\n]{0,40}"
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_was_written_is_read_and_equal_input_has_an_equal_hash(count in 0i64..40, note in text(), size in 0usize..200_000) {
        let (from, to) = (office("county"), office("city"));
        let mut all = records(&from, count);
        all.insert(0, Record::Answer(Answer { bundle: [9; 32], taken: false, reason: "gap".into(), message: note }));
        all.push(Record::Attachment { hash: "1".repeat(64), bytes: (0..size).map(|i| (i * i % 251) as u8).collect() });
        let (one, hash) = written(&from, &to, &all);
        let (two, again) = written(&from, &to, &all);
        prop_assert_eq!(hash, again);
        prop_assert_ne!(&one, &two, "encryption draws its keys anew");
        let (read, read_hash) = taken(&two, &from, &to).unwrap();
        prop_assert_eq!(read, all);
        prop_assert_eq!(read_hash, hash);
    }

    #[test]
    fn no_bytes_make_the_decoder_fail_otherwise_than_by_refusing(tag in 0u8..16, bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(record) = field::decoded(tag, &bytes) {
            prop_assert_eq!(field::encoded(&record), (tag, bytes));
        }
    }
}
