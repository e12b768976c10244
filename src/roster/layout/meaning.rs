//! From the headings over the columns to their fields: whom each is about, and which cannot be told.

use std::collections::BTreeMap;

use crate::model::field::{FIELDS, Field, GUARDIAN_BLOCK};
use crate::roster::column::member::{self, Context, RELATIONS, Slot};
use crate::roster::column::{self, Named};
use crate::roster::mapping::Mapping;

use super::neighbours::{self, Placed};
use super::paths::Path;

/// A block of columns about one family member: what it is called, where its heading begins, which repetition.
pub type Block = (Slot, usize, usize);

/// A heading without a block of its own begins nowhere.
pub const NOWHERE: usize = usize::MAX;

/// What a column is, as far as its own heading and those over it tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meaning {
    Unknown,
    Mapped(Option<Field>),
    Field(Field),
    Part(Block, Field),
    AnyMember(Field),
    /// A part under a heading that is over several members.
    Shared(Field),
    Stranger,
}

/// The columns of a header, named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Columns {
    pub fields: Vec<Option<Field>>,
    /// Fields that more than one column could be.
    pub ambiguous: Vec<(Field, Vec<usize>)>,
    /// Columns that could be one field or another.
    pub unsure: Vec<(usize, Field, Field)>,
    /// What the heading says of a member's relation, where no column does: relation field, value.
    pub relations: Vec<(Field, &'static str)>,
    /// Members found, by the number they got; 0 where there was none left for them.
    pub members: Vec<(String, u8)>,
    /// Columns named by a mapping.
    pub mapped: Vec<usize>,
    /// Columns that do not say whose they are, and whose they were taken to be by those before them.
    pub placed: Vec<Placed>,
    /// Columns of family members beyond the second.
    pub beyond: Vec<usize>,
    /// Columns about somebody who is neither pupil nor family.
    pub strangers: Vec<usize>,
    /// The column of given names right after that of surnames, where the name stands in two.
    pub given: Option<usize>,
}

impl Columns {
    /// How many fields are named without doubt.
    pub fn known(&self) -> usize {
        let mut fields: Vec<Field> = self.fields.iter().flatten().copied().collect();
        fields.sort_unstable();
        fields.dedup();
        fields.len()
    }

    /// Whether the field has a column.
    pub fn has(&self, field: Field) -> bool {
        self.fields.contains(&Some(field))
    }
}

/// Names the columns.
pub fn columns(paths: &[Path], mapping: &Mapping) -> Columns {
    let mut meanings: Vec<Meaning> = paths.iter().enumerate().map(|(i, p)| meaning(p, i, mapping)).collect();
    let given = two_of_a_name(paths, &mut meanings);
    leave_shared(paths, &mut meanings);
    split_repeated(&mut meanings);
    let mut placed = neighbours::of_others(paths, &mut meanings);
    placed.extend(neighbours::settle(paths, &mut meanings));
    let numbers = numbered(&meanings);
    let fields = meanings.iter().map(|m| field(m, &numbers)).collect();
    let mut out = Columns { fields, placed, given, ..Columns::default() };
    for (i, m) in meanings.iter().enumerate() {
        match m {
            Meaning::Mapped(_) => out.mapped.push(i),
            Meaning::Stranger => out.strangers.push(i),
            Meaning::Part(block, _) if numbers.iter().any(|(b, n)| b == block && !matches!(n, 1 | 2)) => {
                out.beyond.push(i);
            }
            _ => {}
        }
    }
    for ((slot, _, _), number) in &numbers {
        if let Slot::Word(word) = slot {
            out.members.push((word.clone(), *number));
        }
    }
    any_member(&meanings, &mut out);
    relations(&numbers, &mut out);
    unsure(paths, &meanings, &mut out);
    ambiguous(&mut out);
    out
}

fn meaning(path: &Path, column: usize, mapping: &Mapping) -> Meaning {
    if let Some(target) = mapping.target(column, &path.texts) {
        return Meaning::Mapped(target);
    }
    let leaf = path.leaf();
    if leaf.is_empty() {
        return Meaning::Unknown;
    }
    let contexts: Vec<Option<Context>> = path.labels().iter().map(|l| member::context_of(l)).collect();
    if contexts.contains(&Some(Context::Stranger)) {
        return Meaning::Stranger;
    }
    let by_itself = column::named(leaf);
    match &by_itself {
        Some(Named::Member(slot, part)) => return Meaning::Part((slot.clone(), NOWHERE, 0), *part),
        Some(Named::Field(field)) if is_guardian(*field) => return Meaning::Field(*field),
        _ => {}
    }
    let member = contexts.iter().rev().find_map(|c| match c {
        Some(Context::Member(slot)) => Some(slot),
        _ => None,
    });
    if let Some(slot) = member {
        return match (member::part_of(&column::plain(leaf)), slot) {
            (None, _) => alone(leaf),
            (Some(part), Slot::Number(_)) => Meaning::Part((slot.clone(), NOWHERE, 0), part),
            (Some(part), Slot::Word(_)) => Meaning::Part((slot.clone(), path.start, 0), part),
        };
    }
    let joined = || path.labels().last().and_then(|label| joined(label, leaf));
    match joined().or(by_itself) {
        Some(Named::Field(field)) => Meaning::Field(field),
        Some(Named::Member(slot, part)) => Meaning::Part((slot, NOWHERE, 0), part),
        None => {
            let plain = column::plain(leaf);
            let part = member::part_of_any(&plain).or_else(|| member::part_with_number(&plain));
            part.map_or_else(|| alone(leaf), Meaning::AnyMember)
        }
    }
}

/// 姓 and 名 side by side are the name, where no column is called 姓名: the first gets the field, the second is given back.
fn two_of_a_name(paths: &[Path], meanings: &mut [Meaning]) -> Option<usize> {
    let is_name =
        |m: &Meaning| matches!(m, Meaning::Field(Field::PupilName) | Meaning::Mapped(Some(Field::PupilName)));
    let called = |i: usize, names: &[&str]| names.contains(&column::plain(paths[i].leaf()).as_str());
    let unknown = |m: &Meaning| matches!(m, Meaning::Unknown);
    let whole = || meanings.iter().any(is_name);
    let at = (1..paths.len()).find(|i| {
        let same = paths[*i].labels() == paths[*i - 1].labels();
        same && called(*i - 1, &["姓", "姓氏"]) && called(*i, &["名", "名字"]) && unknown(&meanings[*i - 1])
    })?;
    // 名字 alone would be the whole name.
    let own = is_name(&meanings[at]);
    if !own && (whole() || !unknown(&meanings[at])) {
        return None;
    }
    meanings[at - 1] = Meaning::Field(Field::PupilName);
    meanings[at] = Meaning::Unknown;
    Some(at)
}

/// 父亲, 监护人 or 家长1 by itself is over that member's names.
fn alone(leaf: &str) -> Meaning {
    let slot = member::member_alone(&column::plain(leaf));
    slot.map_or(Meaning::Unknown, |slot| Meaning::Part((slot, NOWHERE, 0), Field::G1Name))
}

/// 身份证件 over 类型 is 身份证件类型.
fn joined(label: &str, leaf: &str) -> Option<Named> {
    let label = column::plain(label);
    let base = ["信息", "情况", "资料"].iter().find_map(|s| label.strip_suffix(s)).unwrap_or(&label);
    [label.as_str(), base].iter().find_map(|l| column::named(&format!("{l}{leaf}")))
}

/// Whether a field is a family member's.
pub fn is_guardian(field: Field) -> bool {
    (Field::G1Name..=Field::G2Post).contains(&field)
}

/// 家长信息 over 父亲姓名, 电话, 母亲姓名, 电话: the heading over them does not say whose telephone it is.
fn leave_shared(paths: &[Path], meanings: &mut [Meaning]) {
    let says_whom = |m: &Meaning| match m {
        Meaning::Part((_, start, _), _) => *start == NOWHERE,
        Meaning::Field(field) => is_guardian(*field),
        _ => false,
    };
    let shared = |label: &Path| {
        let same =
            |p: &Path| !p.labels().is_empty() && p.labels() == label.labels() && p.start == label.start;
        paths.iter().zip(meanings.iter()).any(|(p, m)| same(p) && says_whom(m))
    };
    let left: Vec<usize> = (0..paths.len())
        .filter(|i| matches!(&meanings[*i], Meaning::Part((_, start, _), _) if *start != NOWHERE))
        .filter(|i| shared(&paths[*i]))
        .collect();
    for i in left {
        if let Meaning::Part(_, part) = meanings[i] {
            meanings[i] = Meaning::Shared(part);
        }
    }
}

/// Where the parts of one block come again in the same order, it is two members' blocks: the second gets a number.
fn split_repeated(meanings: &mut [Meaning]) {
    let mut parts: BTreeMap<(String, usize), Vec<(usize, Field)>> = BTreeMap::new();
    for (i, m) in meanings.iter().enumerate() {
        if let Meaning::Part((slot @ Slot::Word(_), start, _), part) = m
            && *start != NOWHERE
        {
            parts.entry((format!("{slot:?}"), *start)).or_default().push((i, *part));
        }
    }
    for list in parts.values() {
        let first = list[0].1;
        let times = list.iter().filter(|p| p.1 == first).count();
        let length = list.len() / times;
        let repeats = list.iter().enumerate().all(|(i, p)| p.1 == list[i % length].1);
        if times < 2 || list.len() % times != 0 || !repeats {
            continue;
        }
        for (at, (i, _)) in list.iter().enumerate() {
            if let Meaning::Part(block, _) = &mut meanings[*i] {
                block.2 = at / length;
            }
        }
    }
}

/// The number of each block, in the order of the columns; 0 for those beyond the second.
fn numbered(meanings: &[Meaning]) -> Vec<(Block, u8)> {
    let said = |n: u8| {
        meanings.iter().any(|m| match m {
            Meaning::Field(f) | Meaning::Mapped(Some(f)) => {
                is_guardian(*f) && (*f >= Field::G2Name) == (n == 2)
            }
            Meaning::Part((Slot::Number(number), ..), _) => *number == n,
            _ => false,
        })
    };
    let mut free: Vec<u8> = [1, 2].into_iter().filter(|n| !said(*n)).rev().collect();
    let mut out: Vec<(Block, u8)> = Vec::new();
    for m in meanings {
        let Meaning::Part(block, _) = m else { continue };
        if out.iter().any(|(b, _)| b == block) {
            continue;
        }
        let number = match &block.0 {
            Slot::Number(n) => *n,
            Slot::Word(_) => match out.iter().filter(|(b, _)| b.0 == block.0).collect::<Vec<_>>()[..] {
                // 监护人电话 beside a block 监护人信息 is about the same guardian.
                [(other, n)] if block.1 == NOWHERE || other.1 == NOWHERE => *n,
                _ => free.pop().unwrap_or(0),
            },
        };
        out.push((block.clone(), number));
    }
    out
}

fn field(meaning: &Meaning, numbers: &[(Block, u8)]) -> Option<Field> {
    match meaning {
        Meaning::Mapped(target) => *target,
        Meaning::Field(field) => Some(*field),
        Meaning::Part(block, part) => match numbers.iter().find(|(b, _)| b == block)?.1 {
            1 => Some(*part),
            2 => part.of_second_guardian(),
            _ => None,
        },
        Meaning::Unknown | Meaning::AnyMember(_) | Meaning::Shared(_) | Meaning::Stranger => None,
    }
}

/// 关系 by itself is about the one member there is; of two it could be either's, so it is nobody's.
fn any_member(meanings: &[Meaning], out: &mut Columns) {
    let is_there = |of: Field| {
        let block = of as usize..of as usize + GUARDIAN_BLOCK;
        out.fields.iter().flatten().any(|f| block.contains(&(*f as usize)))
    };
    let [first, second] = [is_there(Field::G1Name), is_there(Field::G2Name)];
    if first == second {
        return;
    }
    for (i, m) in meanings.iter().enumerate() {
        if let Meaning::AnyMember(part) = m
            && let Some(field) = if first { Some(*part) } else { part.of_second_guardian() }
            && !out.has(field)
        {
            out.fields[i] = Some(field);
        }
    }
}

/// A member called 父亲 is the father, even where no column says so.
fn relations(numbers: &[(Block, u8)], out: &mut Columns) {
    for ((slot, ..), number) in numbers {
        let Slot::Word(word) = slot else { continue };
        let Some(relation) = RELATIONS.iter().find(|r| *r == word) else { continue };
        let field = match number {
            1 => Field::G1Relation,
            2 => Field::G2Relation,
            _ => continue,
        };
        if !out.has(field) && out.relations.iter().all(|(f, _)| *f != field) {
            out.relations.push((field, relation));
        }
    }
}

/// A heading whose reach nothing in the file tells, over a column that pupil and guardian both have: it is believed
/// only where the pupil's own column stands elsewhere.
fn unsure(paths: &[Path], meanings: &[Meaning], out: &mut Columns) {
    // Where the headings of the pupil stand in the first row, or under one of their own, none is meant by a blank.
    if !paths.iter().any(|p| p.low && !is_ordinal(p.leaf())) {
        return;
    }
    // 工作单位 is no pupil's: the heading reaches at least so far, and over all that stands before.
    let only_guardians = |j: usize, start: usize| {
        let part = matches!(meanings[j], Meaning::Part(..));
        part && paths[j].start == start && column::field_of(paths[j].leaf()).is_none()
    };
    for (i, path) in paths.iter().enumerate().filter(|(_, p)| p.unsure) {
        let (Meaning::Part(..), Some(guardian)) = (&meanings[i], out.fields[i]) else { continue };
        if let Some(pupil) = column::field_of(path.leaf()).filter(|f| !is_guardian(*f))
            && !out.has(pupil)
            && !(i + 1..paths.len()).any(|j| only_guardians(j, path.start))
        {
            out.unsure.push((i, pupil, guardian));
        }
    }
}

/// A column that only counts the rows.
pub fn is_ordinal(heading: &str) -> bool {
    matches!(column::plain(heading).as_str(), "序号" | "编号" | "序" | "no" | "号" | "顺序号" | "行号")
}

fn ambiguous(out: &mut Columns) {
    for spec in FIELDS {
        let fields = out.fields.iter().enumerate();
        let at: Vec<usize> = fields.filter(|(_, f)| **f == Some(spec.field)).map(|(i, _)| i).collect();
        if at.len() > 1 {
            out.ambiguous.push((spec.field, at));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(headings: &[&str]) -> Columns {
        let path = |(i, h): (usize, &&str)| {
            let texts: Vec<String> = h.split('/').map(str::to_owned).collect();
            Path { start: texts[0].len() * 100 + usize::from(texts.len() == 1) * i, texts, ..Path::default() }
        };
        columns(&headings.iter().enumerate().map(path).collect::<Vec<_>>(), &Mapping::default())
    }

    fn fields(headings: &[&str]) -> Vec<Option<Field>> {
        let columns = of(headings);
        assert!(columns.ambiguous.is_empty(), "{columns:?}");
        columns.fields
    }

    #[test]
    fn the_heading_over_a_column_says_whom_it_is_about() {
        use Field::*;
        assert_eq!(
            fields(&[
                "学生信息/姓名",
                "学生信息/联系电话",
                "监护人信息/姓名",
                "监护人信息/联系电话",
                "班主任/姓名"
            ]),
            [Some(PupilName), Some(ContactPhone), Some(G1Name), Some(G1Phone), None]
        );
        assert_eq!(
            fields(&["姓名", "父亲/姓名", "父亲/电话", "母亲（必填）/姓名", "母亲（必填）/身份证号"]),
            [Some(PupilName), Some(G1Name), Some(G1Phone), Some(G2Name), Some(G2DocumentId)]
        );
        assert_eq!(
            fields(&[
                "姓名",
                "家庭成员信息/成员2/姓名",
                "家庭成员信息/成员1/姓名",
                "身份证件/类型",
                "身份证件/号码"
            ]),
            [Some(PupilName), Some(G2Name), Some(G1Name), Some(DocumentKind), Some(DocumentId)]
        );
    }

    #[test]
    fn words_for_members_get_numbers_in_order_and_fathers_are_fathers() {
        let columns = of(&["姓名", "母亲姓名", "父亲姓名", "父亲电话", "爷爷电话"]);
        let fields = columns.fields.to_vec();
        use Field::*;
        assert_eq!(fields, [Some(PupilName), Some(G1Name), Some(G2Name), Some(G2Phone), None]);
        assert_eq!(columns.relations, [(G1Relation, "母亲"), (G2Relation, "父亲")]);
        assert_eq!(columns.members[2], ("祖父".to_owned(), 0));
    }

    #[test]
    fn a_block_repeated_under_one_heading_is_two_members() {
        use Field::*;
        let family = ["家庭成员/姓名", "家庭成员/关系", "家庭成员/姓名", "家庭成员/关系"];
        let all: Vec<&str> = ["姓名"].into_iter().chain(family).collect();
        assert_eq!(
            fields(&all),
            [Some(PupilName), Some(G1Name), Some(G1Relation), Some(G2Name), Some(G2Relation)]
        );
    }

    #[test]
    fn a_relation_by_itself_belongs_to_the_only_member() {
        use Field::*;
        assert_eq!(fields(&["姓名", "家长姓名", "关系"]), [Some(PupilName), Some(G1Name), Some(G1Relation)]);
        assert_eq!(fields(&["姓名", "父亲姓名", "母亲姓名", "关系"])[3], None);
        assert_eq!(fields(&["姓名", "关系"])[1], None);
    }

    #[test]
    fn what_stands_after_a_members_columns_is_that_members() {
        use Field::*;
        let after = |headings: &[&str]| {
            fields(headings)[1..].iter().map(|f| f.map_or("-", Field::key)).collect::<Vec<_>>()
        };
        let both = ["guardian1_name", "guardian1_phone", "guardian2_name", "guardian2_phone"];
        assert_eq!(after(&["姓名", "父亲", "联系方式", "母亲", "联系方式"]), both);
        assert_eq!(after(&["姓名", "父亲姓名", "电话", "母亲姓名", "电话"]), both);
        assert_eq!(after(&["姓名", "家长1", "电话1", "家长2", "电话2"]), both);
        assert_eq!(
            after(&["姓名", "家长信息/父亲姓名", "家长信息/电话", "家长信息/母亲姓名", "家长信息/电话"]),
            both
        );
        let one = ["guardian1_name", "guardian1_relation", "guardian1_phone"];
        assert_eq!(after(&["姓名", "家长姓名", "关系", "电话"]), one);
        assert_eq!(after(&["姓名", "监护人", "关系", "手机号"]), one);
        let two = [&one[..], &["guardian2_name", "guardian2_relation", "guardian2_phone"]].concat();
        assert_eq!(after(&["姓名", "监护人", "关系", "监护人手机号", "监护人2", "关系", "手机号"]), two);
        assert_eq!(after(&["姓名", "父亲", "关系", "电话", "母亲", "关系", "电话"]), two);
        let added = after(&["姓名", "监护人姓名", "与学生关系", "电话", "现住址", "成员2姓名", "成员2关系"]);
        assert_eq!(added[..3], one);
        // Three groups: the first two are taken, and that the third is not is said.
        let three = after(&[
            "姓名",
            "监护人",
            "监护人关系",
            "监护人电话",
            "父亲",
            "父亲联系电话",
            "母亲",
            "母亲联系电话",
        ]);
        assert_eq!(three, [&one[..], &["guardian2_name", "guardian2_phone", "-", "-"]].concat());
        // The pupil's own stays the pupil's: before the parents, after a parent's own, under a heading of the pupil's.
        assert_eq!(after(&["姓名", "电话", "父亲姓名"])[0], "phone");
        assert_eq!(after(&["姓名", "父亲姓名", "父亲电话", "联系电话"])[2], "phone");
        assert_eq!(after(&["姓名", "监护人姓名", "学生电话"])[1], "phone");
        // One column called as the form calls the pupil's own is that; of two each is the parent's before it.
        assert_eq!(after(&["姓名", "家长姓名", "联系电话"])[1], "phone");
        assert_eq!(after(&["姓名", "父亲姓名", "联系电话", "母亲姓名", "联系电话"]), both);
        // After two parents it could be either's: it is read as the pupil's, and that is said.
        let family = of(&["姓名", "父亲姓名", "母亲姓名", "联系电话"]);
        assert_eq!((family.fields[3], &family.placed[..]), (Some(ContactPhone), &[Placed::Pupil(3)][..]));
    }

    #[test]
    fn what_stands_after_another_persons_name_is_that_persons_or_asked_about() {
        let said = |headings: &[&str]| {
            let columns = of(headings);
            let keys = columns.fields.iter().map(|f| f.map_or("-", Field::key)).collect::<Vec<_>>().join(" ");
            let doubt: Vec<usize> = columns
                .placed
                .iter()
                .filter_map(|p| if let Placed::Doubtful(i, _) = p { Some(*i) } else { None })
                .collect();
            (keys, doubt)
        };
        // The family has its telephone elsewhere: this one is the teacher's.
        assert_eq!(
            said(&["姓名", "班主任", "电话", "家长姓名", "家长电话"]),
            ("name - - guardian1_name guardian1_phone".into(), vec![])
        );
        assert_eq!(
            said(&["姓名", "父亲", "电话", "奶奶", "电话", "接送人", "电话"]).0,
            "name guardian1_name guardian1_phone guardian2_name guardian2_phone - -"
        );
        // Nobody has one elsewhere: whose it is, is asked.
        assert_eq!(said(&["姓名", "班主任", "电话"]).1, [2]);
        assert_eq!(said(&["姓名", "结对教师", "联系电话", "租住房东", "电话号码", "现住址"]).1, [2, 4, 5]);
        assert_eq!(said(&["姓名", "民族", "任课教师", "职务", "民族", "家庭住址"]).1, [5]);
        // Behind an empty column another table begins.
        let (keys, doubt) = said(&["姓名", "性别", "", "任课教师", "家庭住址", "健康状况"]);
        assert_eq!((keys.as_str(), doubt), ("name sex - - - -", vec![]));
        // A heading that is surely the pupil's ends it, and so does one that says itself whose it is.
        for headings in [
            &["姓名", "班主任", "入学年月", "民族"][..],
            &["姓名", "班主任", "班主任电话", "家庭住址", "民族"],
            &["姓名", "班主任", "学生民族"],
        ] {
            let columns = of(headings);
            assert!(columns.placed.is_empty(), "{headings:?} {columns:?}");
        }
        // After a mother's name: the pupil has no other 民族; the address is the family's.
        assert_eq!(said(&["姓名", "母亲姓名", "民族", "家庭地址"]).1, [2]);
        assert!(said(&["姓名", "家长姓名", "家长电话", "家庭地址", "民族"]).1.is_empty());
        assert_eq!(of(&["姓名", "母亲姓名", "家庭地址"]).placed, [Placed::Pupil(2)]);
    }

    #[test]
    fn surname_and_given_name_side_by_side_are_the_name() {
        let columns = of(&["班级", "姓", "名", "性别"]);
        assert_eq!(
            (columns.fields[1], columns.fields[2], columns.given),
            (Some(Field::PupilName), None, Some(2))
        );
        assert_eq!(of(&["姓", "名字", "性别"]).given, Some(1));
        assert_eq!(of(&["姓名", "姓", "名"]).given, None);
        assert_eq!(of(&["名字", "性别"]).given, None);
    }

    #[test]
    fn a_heading_of_unknown_reach_is_believed_only_where_the_pupil_has_his_own() {
        let path = |texts: &[&str], unsure| Path {
            texts: texts.iter().map(|t| (*t).to_owned()).collect(),
            start: 1,
            unsure,
            low: texts.len() == 1,
        };
        let mut paths = vec![
            path(&["姓名"], false),
            path(&["监护人", "姓名"], false),
            path(&["监护人", "身份证号"], true),
        ];
        let found = columns(&paths, &Mapping::default());
        assert_eq!(found.unsure, [(2, Field::DocumentId, Field::G1DocumentId)]);
        paths.push(path(&["身份证号"], false));
        assert_eq!(columns(&paths, &Mapping::default()).unsure, []);
    }
}
