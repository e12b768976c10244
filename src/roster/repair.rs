//! Proposals for damaged numbers: where everything known leaves exactly one, with the evidence. Never applied unasked.
//!
//! Values in, proposal out: who looks up the registry hands over what it holds of pupils of the same name. A number is
//! a candidate if it may have been the damaged one, its check character is right and birth date and sex in it are
//! those of the row. The registry's candidates count first; where it has none, a numeric cell that kept a
//! floating-point number's own digits has few neighbours, and one of them may be the only candidate.

use jiff::civil::Date;

use crate::model::document;
use crate::model::field::Field;
use crate::model::record::Record;

use super::candidate::Candidate;
use super::code_cell::label;
use super::{damage, date_cell};

/// What speaks for a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Evidence {
    /// The row's own 学籍号 holds it (G and the citizen number).
    RegistryNumber,
    /// A registered pupil of this name, sex and birth date has it.
    SamePupil,
    SameSchool,
    SameGuardian,
    SamePhone,
    /// The family member's name agrees (for a family member's number).
    SameMember,
    /// The six digits of the division that are left are those of the 户口 or the birthplace.
    Division,
    BirthDate,
    Sex,
    CheckCharacter,
    /// Of all numbers the cell may have held only one fits.
    OnlyNeighbour,
}

impl Evidence {
    /// The evidence in words.
    pub fn label(self) -> &'static str {
        match self {
            Evidence::RegistryNumber => "本行学籍号中的号码",
            Evidence::SamePupil => "学籍库中姓名、性别、出生日期相同的学生",
            Evidence::SameSchool => "学校相同",
            Evidence::SameGuardian => "家长姓名相同",
            Evidence::SamePhone => "联系电话相同",
            Evidence::SameMember => "学籍库中该生同名的家长",
            Evidence::Division => "行政区划相符",
            Evidence::BirthDate => "出生日期相符",
            Evidence::Sex => "性别相符",
            Evidence::CheckCharacter => "校验码相符",
            Evidence::OnlyNeighbour => "单元格里的数只可能是它",
        }
    }
}

/// The one number that fits, and why.
#[derive(Clone, PartialEq, Eq)]
pub struct Proposal {
    pub field: Field,
    /// The whole number: masked wherever it is shown, except in the school's own workbook.
    pub number: String,
    pub evidence: Vec<Evidence>,
}

impl std::fmt::Debug for Proposal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Proposal({}, {}, {:?})", self.field.key(), document::mask(&self.number), self.evidence)
    }
}

impl Proposal {
    /// The evidence as one text.
    pub fn because(&self) -> String {
        self.evidence.iter().map(|e| e.label()).collect::<Vec<_>>().join("、")
    }
}

/// The fields a proposal can be made for, each with the name of its holder.
pub const REPAIRABLE: [(Field, Field); 3] = [
    (Field::DocumentId, Field::PupilName),
    (Field::G1DocumentId, Field::G1Name),
    (Field::G2DocumentId, Field::G2Name),
];

/// The proposal for a damaged number of a row, given the registrations of pupils of the same name.
pub fn propose(candidate: &Candidate, field: Field, registered: &[Record]) -> Option<Proposal> {
    let record = &candidate.record;
    let row = Row { record, damaged: record.get(field), birth: birth_of(record)? };
    let mut found: Vec<(String, Vec<Evidence>)> = Vec::new();
    let known = registered.iter().filter(|r| row.is_same_pupil(r));
    match field {
        Field::DocumentId => {
            found.extend(row.in_registry_number());
            found.extend(known.filter_map(|r| row.in_registration(r)));
        }
        _ => found.extend(known.flat_map(|r| row.in_family(r, field))),
    }
    merge(&mut found);
    if found.is_empty() && field == Field::DocumentId && candidate.numeric.contains(field) {
        found.extend(row.among_neighbours());
    }
    let [(number, evidence)] = found.as_mut_slice() else { return None };
    evidence.sort_unstable();
    evidence.dedup();
    Some(Proposal { field, number: std::mem::take(number), evidence: std::mem::take(evidence) })
}

/// Evidence for the same number from two sides is one candidate.
fn merge(found: &mut Vec<(String, Vec<Evidence>)>) {
    let mut merged: Vec<(String, Vec<Evidence>)> = Vec::new();
    for (number, evidence) in found.drain(..) {
        match merged.iter_mut().find(|(n, _)| *n == number) {
            Some((_, all)) => all.extend(evidence),
            None => merged.push((number, evidence)),
        }
    }
    *found = merged;
}

fn birth_of(record: &Record) -> Option<Date> {
    date_cell::day(record.get(Field::BirthDate))
}

struct Row<'a> {
    record: &'a Record,
    damaged: &'a str,
    birth: Date,
}

impl Row<'_> {
    /// The same value in a field that both have.
    fn agrees(&self, other: &Record, field: Field) -> bool {
        self.record.has(field) && self.record.get(field) == other.get(field)
    }

    fn is_same_pupil(&self, other: &Record) -> bool {
        self.agrees(other, Field::PupilName)
            && self.agrees(other, Field::Sex)
            && birth_of(other) == Some(self.birth)
    }

    /// Whether a pupil's number may be this row's: the evidence in the number itself.
    fn fits(&self, number: &str) -> Option<Vec<Evidence>> {
        let born = self.birth.strftime("%Y%m%d").to_string();
        let possible = damage::is_sound(number) && damage::may_have_been(self.damaged, number);
        (possible && number.get(6..14) == Some(born.as_str())).then_some(())?;
        let odd = number.as_bytes()[16] % 2 == 1;
        match (self.record.code(Field::Sex), odd) {
            ("1", true) | ("2", false) => {}
            _ => return None,
        }
        let mut evidence = vec![Evidence::BirthDate, Evidence::Sex, Evidence::CheckCharacter];
        let places = [Field::HukouDivision, Field::BirthDivision].map(|f| label(self.record.get(f)));
        if places.iter().any(|p| p.get(..6).is_some_and(|p| number.starts_with(p))) {
            evidence.push(Evidence::Division);
        }
        Some(evidence)
    }

    fn in_registry_number(&self) -> Option<(String, Vec<Evidence>)> {
        let number = self.record.get(Field::Number).strip_prefix('G')?;
        let mut evidence = self.fits(number)?;
        evidence.push(Evidence::RegistryNumber);
        Some((number.to_owned(), evidence))
    }

    /// A registered pupil of the same name, sex and birth date. Where six digits are all that is left, somebody of
    /// the same county, name and birthday is not enough: school, family or telephone must speak for it too.
    fn in_registration(&self, other: &Record) -> Option<(String, Vec<Evidence>)> {
        let number = other.get(Field::DocumentId);
        let mut evidence = self.fits(number)?;
        evidence.push(Evidence::SamePupil);
        let before = evidence.len();
        if self.agrees(other, Field::School) {
            evidence.push(Evidence::SameSchool);
        }
        let names = [Field::G1Name, Field::G2Name];
        if names
            .iter()
            .any(|a| names.iter().any(|b| self.record.has(*a) && self.record.get(*a) == other.get(*b)))
        {
            evidence.push(Evidence::SameGuardian);
        }
        let phones = [Field::ContactPhone, Field::G1Phone, Field::G2Phone];
        if phones
            .iter()
            .any(|a| phones.iter().any(|b| self.record.has(*a) && self.record.get(*a) == other.get(*b)))
        {
            evidence.push(Evidence::SamePhone);
        }
        // Division, birth date and more.
        let most_is_left = damage::digits_left(self.damaged) >= 15;
        (evidence.len() > before || most_is_left).then(|| (number.to_owned(), evidence))
    }

    /// The numbers of the registered pupil's family members of the same name.
    fn in_family(&self, other: &Record, field: Field) -> Vec<(String, Vec<Evidence>)> {
        let holder = REPAIRABLE.iter().find(|(f, _)| *f == field).map(|(_, name)| self.record.get(*name));
        let Some(name) = holder.filter(|n| !n.is_empty()) else { return Vec::new() };
        let members =
            REPAIRABLE[1..].iter().filter(|(_, n)| other.get(*n) == name).map(|(id, _)| other.get(*id));
        let fitting = members.filter(|n| damage::is_sound(n) && damage::may_have_been(self.damaged, n));
        let evidence = vec![Evidence::SamePupil, Evidence::SameMember, Evidence::CheckCharacter];
        fitting.map(|n| (n.to_owned(), evidence.clone())).collect()
    }

    fn among_neighbours(&self) -> Option<(String, Vec<Evidence>)> {
        let mut fitting: Vec<_> = damage::neighbours(self.damaged)
            .into_iter()
            .filter_map(|n| self.fits(&n).map(|e| (n, e)))
            .collect();
        let (number, mut evidence) = fitting.pop()?;
        evidence.push(Evidence::OnlyNeighbour);
        fitting.is_empty().then_some((number, evidence))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::cell::{CellKind, Row as Cells};
    use crate::model::dice::Dice;
    use crate::model::record::Draft;
    use crate::roster::candidate::{Reader, Reading, Source};
    use crate::roster::layout;

    #[derive(Clone)]
    struct Pupil {
        name: String,
        number: String,
        school: String,
        guardian: String,
        phone: String,
    }

    impl Pupil {
        fn sex(&self) -> &'static str {
            if self.number.as_bytes()[16] % 2 == 1 { "男" } else { "女" }
        }

        fn birth(&self) -> &str {
            &self.number[6..14]
        }

        fn record(&self) -> Record {
            let mut draft = Draft::default();
            let sex = if self.sex() == "男" { "sex:1" } else { "sex:2" };
            for (field, value) in [
                (Field::PupilName, self.name.as_str()),
                (Field::Sex, sex),
                (Field::BirthDate, self.birth()),
                (Field::DocumentId, &self.number),
                (Field::School, &self.school),
                (Field::G1Name, &self.guardian),
                (Field::G1Phone, &self.phone),
            ] {
                draft.set(field, value);
            }
            draft.take()
        }
    }

    /// A county of few names and few birthdays, so that namesakes born on one day are common.
    fn pupil(dice: &mut Dice) -> Pupil {
        let pick = |dice: &mut Dice, from: &str| from.chars().nth(dice.below(from.chars().count())).unwrap();
        let name: String = [pick(dice, "王李张刘陈"), pick(dice, "伟芳娜敏静强磊洋艳勇")].iter().collect();
        let number = loop {
            let (month, day, order) = (1 + dice.below(12), 1 + dice.below(28), dice.below(1000));
            let division = ["330127", "330106", "110105"][dice.below(3)];
            let first = format!("{division}{}{month:02}{day:02}{order:03}", 2016 + dice.below(2));
            let last = document::check_character(first.as_bytes()).map(char::from);
            if let Some(last) = last.filter(char::is_ascii_digit) {
                break format!("{first}{last}");
            }
        };
        let school = format!("21330100{:02}", dice.below(20));
        let guardian: String = [pick(dice, "王李张刘陈"), pick(dice, "建国军平海山")].iter().collect();
        let phone = format!("138{:08}", dice.below(100_000_000));
        Pupil { name, number, school, guardian, phone }
    }

    fn damaged(whole: &str, signature: u64) -> (String, CellKind) {
        let number: u64 = whole.parse().unwrap();
        let float = number as f64;
        match signature {
            0 => (format!("{}000", number / 1000), CellKind::Number),
            1 => (format!("{float:.5E}").replace('E', "E+"), CellKind::Text),
            2 => ((float as u64).to_string(), CellKind::Text),
            _ => (float.to_string(), CellKind::Number),
        }
    }

    fn read(pupil: &Pupil, number: &(String, CellKind)) -> Candidate {
        let headings = ["学校标识码", "姓名", "性别", "出生日期", "成员1姓名", "成员1联系电话", "身份证件号"];
        let mut header = Cells::new(1);
        headings.iter().for_each(|h| header.push(h, CellKind::Text));
        let layout = layout::find(std::slice::from_ref(&header), Some(1)).unwrap();
        let mut reader = Reader::new(Source { file: "a".into(), sheet: "b".into(), layout });
        let mut row = Cells::new(2);
        for text in [&pupil.school, &pupil.name, pupil.sex(), pupil.birth(), &pupil.guardian, &pupil.phone] {
            row.push(text, CellKind::Text);
        }
        row.push(&number.0, number.1);
        match reader.read(&row) {
            Reading::Candidate(candidate) => *candidate,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn of_the_proposals_made_99_in_100_are_right() {
        let mut dice = Dice(7);
        let registered: Vec<Pupil> = (0..20_000).map(|_| pupil(&mut dice)).collect();
        let mut by_name: std::collections::HashMap<&str, Vec<Record>> = Default::default();
        registered.iter().for_each(|p| by_name.entry(&p.name).or_default().push(p.record()));
        let (mut made, mut right, mut of_registered, mut asked) = (0u32, 0u32, 0u32, 0u32);
        for i in 0..10_000 {
            // Of ten rows two are pupils the registry does not know, and two have changed school, one the guardian.
            let new = i % 10 < 2;
            let mut row = if new { pupil(&mut dice) } else { registered[dice.below(20_000)].clone() };
            let other = pupil(&mut dice);
            if (2..4).contains(&(i % 10)) {
                row.school = other.school;
            }
            if i % 10 == 4 {
                (row.guardian, row.phone) = (other.guardian, other.phone);
            }
            let number = damaged(&row.number, i / 10 % 4);
            if number.0 == row.number {
                continue;
            }
            let held = by_name.get(row.name.as_str()).map_or(&[][..], Vec::as_slice);
            let proposal = propose(&read(&row, &number), Field::DocumentId, held);
            of_registered += u32::from(!new);
            asked += u32::from(!new && proposal.is_some());
            if let Some(proposal) = proposal {
                made += 1;
                right += u32::from(proposal.number == row.number);
            }
        }
        println!(
            "{made} proposals, {right} right ({:.2} %); for {asked} of {of_registered} registered pupils",
            f64::from(right) * 100.0 / f64::from(made)
        );
        assert!(f64::from(right) >= 0.99 * f64::from(made), "{right} of {made}");
        assert!(f64::from(asked) >= 0.9 * f64::from(of_registered), "{asked} of {of_registered}");
    }

    #[test]
    fn a_proposal_says_why_and_hides_the_number() {
        let mut p = pupil(&mut Dice(1));
        p.number = "330127201803140014".into();
        let check = document::check_character(&p.number.as_bytes()[..17]).unwrap();
        p.number.replace_range(17.., &char::from(check).to_string());
        let candidate = read(&p, &damaged(&p.number, 1));
        let proposal = propose(&candidate, Field::DocumentId, &[p.record()]).unwrap();
        assert_eq!(proposal.number, p.number);
        assert!(proposal.because().contains("家长姓名相同") && proposal.because().contains("校验码相符"));
        assert!(!format!("{proposal:?}").contains("20180314"));
        // Six digits are left, and nothing but name and birthday agrees: no proposal.
        let mut stranger = p.clone();
        (stranger.school, stranger.guardian, stranger.phone) =
            ("2133019999".into(), "赵六".into(), "13900000000".into());
        assert_eq!(propose(&candidate, Field::DocumentId, &[stranger.record()]), None);
        // Two that fit: no proposal.
        let mut twin = p.clone();
        twin.number = format!("{}{}", &p.number[..14], "0030");
        let check = document::check_character(&twin.number.as_bytes()[..17]).unwrap();
        twin.number.replace_range(17.., &char::from(check).to_string());
        if check.is_ascii_digit() {
            assert_eq!(propose(&candidate, Field::DocumentId, &[p.record(), twin.record()]), None);
        }
        assert_eq!(propose(&candidate, Field::DocumentId, &[]), None);
    }
}
