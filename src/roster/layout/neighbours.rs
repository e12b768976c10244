//! Whose a column is that does not say it: 关系 and 电话 right after the columns of a family member are that member's, and
//! those after 班主任 are the teacher's.

use crate::model::field::Field;
use crate::roster::column;
use crate::roster::column::member::{self, Context, Slot};

use super::meaning::{Block, Meaning, NOWHERE, is_guardian};
use super::paths::Path;

/// A column whose neighbours say whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placed {
    /// It is the member's whose columns stand before it.
    Member(usize),
    /// Two members stand before it who both lack it, or it is called as the pupil's own is: it is read as that.
    Pupil(usize),
    /// It is of somebody who is neither pupil nor family and whose name stands before it, in this column.
    Another(usize, usize),
    /// It may be the pupil's, or that of the person whose name stands before it: the column, and the person's.
    Doubtful(usize, usize),
}

/// Fields that anybody has, beside the telephone: after the name of another person they may be that person's.
const ANYBODYS: &[Field] = &[
    Field::Sex,
    Field::BirthDate,
    Field::NativePlace,
    Field::EthnicGroup,
    Field::Nationality,
    Field::DocumentKind,
    Field::DocumentId,
    Field::Health,
    Field::PoliticalStatus,
    Field::HukouKind,
    Field::HukouDivision,
    Field::CurrentAddress,
    Field::HomeAddress,
    Field::MailingAddress,
    Field::PostalCode,
    Field::Email,
    Field::ContactPhone,
];

/// Fields that the family shares: after a parent's name they are read as the pupil's, and that is said.
const SHARED: &[Field] = &[
    Field::CurrentAddress,
    Field::HomeAddress,
    Field::MailingAddress,
    Field::PostalCode,
    Field::ContactPhone,
    Field::Email,
];

/// Takes the columns after 班主任, 接送人 and their like for that person's: until a heading that is surely another's. Where
/// nobody of the family has such a column elsewhere, it may be the pupil's, and is asked about; behind an empty column
/// such a heading begins another table.
pub fn of_others(paths: &[Path], meanings: &mut [Meaning]) -> Vec<Placed> {
    let mut near: Vec<(usize, usize, Field)> = Vec::new();
    let mut person = None;
    for (i, path) in paths.iter().enumerate() {
        let leaf = column::plain(path.leaf());
        let unnamed = matches!(meanings[i], Meaning::Unknown | Meaning::Stranger);
        if unnamed && member::names_another(&leaf) {
            person = Some(i);
            continue;
        }
        let Some(p) = person.filter(|p| paths[*p].labels() == path.labels()) else { continue };
        match &meanings[i] {
            Meaning::Field(field) if ANYBODYS.contains(field) && !says_pupil(&leaf) => {
                near.push((i, p, *field))
            }
            Meaning::AnyMember(part) => near.push((i, p, *part)),
            // 职务 says nothing; 班主任电话 says whose it is, and what follows does not go on with him.
            Meaning::Unknown if !leaf.is_empty() && !member::is_of_another(&leaf) => {}
            Meaning::Mapped(_) => {}
            _ => person = None,
        }
    }
    let apart = |p: usize| p > 0 && paths[p - 1].leaf().trim().is_empty();
    let elsewhere = |field: Field| {
        (0..meanings.len()).filter(|i| near.iter().all(|n| n.0 != *i)).any(|i| is_like(&meanings[i], field))
    };
    let whose = |(i, p, field): &(usize, usize, Field)| match meanings[*i] {
        Meaning::AnyMember(_) => Placed::Another(*i, *p),
        _ if apart(*p) || elsewhere(*field) => Placed::Another(*i, *p),
        _ => Placed::Doubtful(*i, *p),
    };
    let placed: Vec<Placed> = near.iter().map(whose).collect();
    for p in &placed {
        if let Placed::Another(i, _) = p {
            meanings[*i] = Meaning::Stranger;
        }
    }
    placed
}

/// The column of a member that tells what this one tells of the pupil.
fn of_members(field: Field) -> Option<Field> {
    match field {
        Field::EthnicGroup => Some(Field::G1EthnicGroup),
        Field::DocumentKind => Some(Field::G1DocumentKind),
        Field::DocumentId => Some(Field::G1DocumentId),
        Field::HukouDivision => Some(Field::G1HukouDivision),
        Field::CurrentAddress => Some(Field::G1Address),
        Field::ContactPhone => Some(Field::G1Phone),
        _ => None,
    }
}

fn says_pupil(leaf: &str) -> bool {
    ["学生", "本人", "幼儿", "孩子"].iter().any(|w| leaf.contains(w))
}

/// Whether a column is the pupil's of this field, or a telephone of the family.
fn is_like(meaning: &Meaning, field: Field) -> bool {
    let same = matches!(meaning, Meaning::Field(f) | Meaning::Mapped(Some(f)) if *f == field);
    same || (field == Field::ContactPhone && part_of_member(meaning) == Some(Field::G1Phone))
}

/// Columns right after a parent's name that the pupil has nowhere else: 母亲姓名, 民族. What the family shares is read as
/// the pupil's and that is said; the rest is asked about.
fn after_names(paths: &[Path], meanings: &[Meaning]) -> Vec<Placed> {
    let mut placed = Vec::new();
    let mut person = None;
    for (i, path) in paths.iter().enumerate() {
        if part_of_member(&meanings[i]) == Some(Field::G1Name) {
            // A form that numbers its members numbers every column of theirs, as the official one does: what stands beside
            // 成员1姓名 without a number is the pupil's.
            let is_numbered = path.leaf().contains(|c: char| c.is_numeric() || "一二".contains(c));
            person = (!is_numbered).then_some(i);
            continue;
        }
        let Some(p) = person.filter(|p| paths[*p].labels() == path.labels()) else { continue };
        match &meanings[i] {
            Meaning::Field(field) if ANYBODYS.contains(field) && !says_pupil(path.leaf()) => {
                let others = meanings.iter().enumerate().filter(|(j, _)| *j != i);
                // A form that names 成员1身份证件类型 would name another member's as well.
                let is_named = |m: &Meaning| {
                    matches!(m, Meaning::Field(f) if is_guardian(*f))
                        && part_of_member(m) == of_members(*field)
                };
                let is_said = of_members(*field).is_some() && meanings.iter().any(is_named);
                if is_said || others.clone().any(|(_, m)| is_like(m, *field)) {
                    person = None;
                } else if SHARED.contains(field) {
                    placed.push(Placed::Pupil(i));
                } else {
                    placed.push(Placed::Doubtful(i, p));
                }
            }
            _ => person = None,
        }
    }
    placed
}

/// Gives the columns that say nothing of whom they are about to the member whose columns stand right before them.
pub fn settle(paths: &[Path], meanings: &mut [Meaning]) -> Vec<Placed> {
    let mut placed = Vec::new();
    for i in 1..meanings.len() {
        let Some(part) = open(&paths[i], &meanings[i]) else { continue };
        if paths[i].labels() != paths[i - 1].labels() {
            continue;
        }
        let Some(block) = of_member(&meanings[i - 1]) else { continue };
        if has(meanings, &block, part) {
            continue;
        }
        // 联系电话 is what the form calls the pupil's own: one alone is taken for that.
        let official = |j: &usize| column::plain(paths[*j].leaf()) == Field::ContactPhone.heading();
        let alone = official(&i) && (0..paths.len()).filter(official).count() == 1;
        // A form that names 监护人1电话 would name another member's telephone as well.
        let is_named = |m: &Meaning| matches!(m, Meaning::Field(f) if is_guardian(*f));
        let named = |m: &Meaning| is_named(m) && part_of_member(m) == Some(part);
        let is_pupils = matches!(meanings[i], Meaning::Field(_)) && (alone || meanings.iter().any(named));
        if is_pupils || other_lacks(meanings, i, &block, part) {
            if matches!(meanings[i], Meaning::Field(_)) {
                placed.push(Placed::Pupil(i));
            }
            continue;
        }
        meanings[i] = Meaning::Part(block, part);
        placed.push(Placed::Member(i));
    }
    let known = |i: usize| placed.iter().any(|p| matches!(p, Placed::Pupil(j) if *j == i));
    let more: Vec<Placed> = after_names(paths, meanings)
        .into_iter()
        .filter(|p| !matches!(p, Placed::Pupil(i) if known(*i)))
        .collect();
    placed.extend(more);
    placed
}

/// The part of a member that a column may be, which does not say of whom.
fn open(path: &Path, meaning: &Meaning) -> Option<Field> {
    match meaning {
        Meaning::AnyMember(part) => Some(*part),
        Meaning::Field(Field::ContactPhone) => {
            let of_pupil = path.labels().iter().any(|l| member::context_of(l) == Some(Context::Pupil));
            let bare = member::part_of(&column::plain(path.leaf())) == Some(Field::G1Phone);
            (bare && !of_pupil).then_some(Field::G1Phone)
        }
        // 家长信息 over 父亲姓名 and 电话: the block is not one member's, its columns may be.
        Meaning::Shared(part) => Some(*part),
        _ => None,
    }
}

/// The member a column is about.
fn of_member(meaning: &Meaning) -> Option<Block> {
    match meaning {
        Meaning::Part(block, _) => Some(block.clone()),
        Meaning::Field(field) if is_guardian(*field) => {
            Some((Slot::Number(if *field < Field::G2Name { 1 } else { 2 }), NOWHERE, 0))
        }
        _ => None,
    }
}

fn part_of_member(meaning: &Meaning) -> Option<Field> {
    match meaning {
        Meaning::Part(_, part) => Some(*part),
        Meaning::Field(field) if *field < Field::G2Name => Some(*field),
        Meaning::Field(field) => Field::first_of(*field),
        _ => None,
    }
}

fn has(meanings: &[Meaning], block: &Block, part: Field) -> bool {
    meanings.iter().any(|m| of_member(m).as_ref() == Some(block) && part_of_member(m) == Some(part))
}

/// Whether another member's columns stand right before those of `block`, without this part either: 父亲姓名, 母亲姓名, 电话.
fn other_lacks(meanings: &[Meaning], at: usize, block: &Block, part: Field) -> bool {
    let before = meanings[..at].iter().rev().find(|m| of_member(m).as_ref() != Some(block));
    before.and_then(of_member).is_some_and(|other| !has(meanings, &other, part))
}
