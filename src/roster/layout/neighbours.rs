//! Whose a column is that does not say it: 关系 and 电话 right after the columns of a family member are that member's.

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
