//! Administrative divisions (GB/T 2260), county level and above, with the years each code was in use.

use rustc_hash::FxHashMap;
use std::sync::LazyLock;

/// One stretch of time in which a code had one name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// The name of the unit alone: 西湖区.
    pub name: &'static str,
    /// The first year whose list has it; none where it stood in the first list, of 1980.
    pub from: Option<u16>,
    /// The last year whose year-end list has it; none where it stands today.
    pub to: Option<u16>,
    /// False where the years rest on a lead that was not held against the ministry's notices: no ground for an
    /// error.
    pub confirmed: bool,
    /// False for codes that were never in the ministry's lists and are known from real cards only, 830000 among
    /// them: Taiwan on residence permits, 710000 in the standard.
    pub listed: bool,
}

impl Period {
    /// Whether a code could be given out in this year under this name.
    ///
    /// A unit abolished in the course of 2010 was last in the list of 2009, so the year after the last counts.
    /// An unconfirmed end takes nothing away.
    pub fn covers(&self, year: i16) -> bool {
        let year = i32::from(year);
        let begun = self.from.is_none_or(|from| year >= i32::from(from));
        let ended = self.to.is_some_and(|to| year > i32::from(to) + 1);
        begun && !(ended && self.confirmed)
    }

    fn current(&self) -> bool {
        self.listed && (self.to.is_none() || !self.confirmed)
    }
}

/// A code and everything it has stood for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Division {
    /// The six digits.
    pub code: &'static str,
    /// Its periods, oldest first; two may overlap where the ministry's lists contradict each other.
    pub periods: &'static [Period],
}

/// Whether a code was in use in a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Validity {
    /// In use in that year.
    Valid,
    /// A known code that was in use in other years only. Late registration makes this possible on a real card
    /// (R§4.2), so it is a question and never an error.
    NotInYear {
        /// When it was in use, and as what.
        periods: &'static [Period],
    },
    /// In no list, and not one of the special endings. A question and never an error (R§4.2).
    Unknown,
}

/// Endings that stand on real cards and not in the ministry's lists: 市辖区, 县, 市区 (R§4.2).
const SPECIAL: [&str; 4] = ["01", "02", "11", "20"];

struct Divisions {
    codes: Vec<u32>,
    texts: Vec<&'static str>,
    periods: Vec<Period>,
    /// One bit for each number of six digits, the special endings among them.
    known: Vec<u64>,
    provinces: [u64; 2],
}

static DIVISIONS: LazyLock<Divisions> = LazyLock::new(|| Divisions::read(include_str!("divisions.csv")));

static BY_NAME: LazyLock<FxHashMap<&'static str, Vec<usize>>> = LazyLock::new(|| {
    let mut names: FxHashMap<&'static str, Vec<usize>> = FxHashMap::default();
    for (at, period) in DIVISIONS.periods.iter().enumerate().filter(|(_, period)| period.listed) {
        names.entry(period.name).or_default().push(at);
    }
    names
});

impl Divisions {
    fn read(csv: &'static str) -> Divisions {
        let mut all = Divisions {
            codes: Vec::with_capacity(8_000),
            texts: Vec::with_capacity(8_000),
            periods: Vec::with_capacity(8_000),
            known: vec![0; 1_000_000_usize.div_ceil(64)],
            provinces: [0; 2],
        };
        for line in csv.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_digit())) {
            let mut fields = line.split(',');
            let mut field = || fields.next().unwrap_or("");
            let (text, name, from, to, standing) = (field(), field(), field(), field(), field());
            let Some(code) = number(text) else { continue };
            all.codes.push(code);
            all.texts.push(text);
            all.periods.push(Period {
                name,
                from: from.parse().ok(),
                to: to.parse().ok(),
                confirmed: standing == "yes",
                listed: standing != "card",
            });
            all.mark(code);
        }
        all
    }

    fn mark(&mut self, code: u32) {
        // Endings belong to a prefecture (3301xx) and not to a province as a whole (33xxxx).
        let prefecture = code / 100;
        let special = [1, 2, 11, 20].map(|ending| prefecture * 100 + ending);
        let marks: &[u32] = if prefecture.is_multiple_of(100) { &[] } else { &special };
        for code in marks.iter().chain(&[code]) {
            self.known[(code / 64) as usize] |= 1 << (code % 64);
        }
        let province = code / 10_000;
        self.provinces[(province / 64) as usize] |= 1 << (province % 64);
    }

    fn find(&'static self, code: &str) -> Option<Division> {
        let number = number(code)?;
        let start = self.codes.partition_point(|other| *other < number);
        let end = start + self.codes[start..].partition_point(|other| *other == number);
        let periods = &self.periods[start..end];
        (!periods.is_empty()).then(|| Division { code: self.texts[start], periods })
    }
}

/// Six ASCII digits as a number.
fn number(code: &str) -> Option<u32> {
    (code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit())).then(|| code.parse().ok()).flatten()
}

/// The six digits of the county in a code of 6 or of 12 digits (county, town, village), which the import
/// template fills up with zeros (R§5.1). None for any other text.
pub fn county_part(text: &str) -> Option<&str> {
    let text = text.trim();
    let digits = matches!(text.len(), 6 | 12) && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| &text[..6])
}

/// What a code of 6 or 12 digits has stood for; none where no list has it.
pub fn division(code: &str) -> Option<Division> {
    DIVISIONS.find(county_part(code)?)
}

/// Whether a code of 6 or 12 digits is in any list, or is a special ending of a known prefecture.
pub fn known(code: &str) -> bool {
    county_part(code).and_then(number).is_some_and(known_code)
}

/// [`known`] for six digits as a number, in constant time: for millions of identity numbers.
pub fn known_code(code: u32) -> bool {
    DIVISIONS.known.get((code / 64) as usize).is_some_and(|word| word >> (code % 64) & 1 == 1)
}

/// Whether the first two digits of a code or number are a province, 71, 81, 82 and 83 among them.
///
/// 83 is Taiwan on residence permits since 2018 (R§4.5); school codes and GB/T 2260 write 71.
#[cfg(test)]
pub fn province_known(province: u8) -> bool {
    DIVISIONS.provinces.get(usize::from(province / 64)).is_some_and(|word| word >> (province % 64) & 1 == 1)
}

/// Whether a code of 6 or 12 digits was in use in a year, such as the year of birth. Special endings have no
/// years and count as in use.
pub fn valid_in(code: &str, year: i16) -> Validity {
    match division(code) {
        Some(found) if found.periods.iter().any(|period| period.covers(year)) => Validity::Valid,
        Some(found) => Validity::NotInYear { periods: found.periods },
        None if special(code) => Validity::Valid,
        None => Validity::Unknown,
    }
}

fn special(code: &str) -> bool {
    county_part(code)
        .is_some_and(|code| SPECIAL.contains(&&code[4..]) && known(code) && division(code).is_none())
}

/// The name a code had in a year; the nearest period where it had none in that year.
fn name_in(periods: &'static [Period], year: i16) -> Option<&'static str> {
    // The latest beginning wins where two overlap: it is the more particular one.
    let fitting = periods.iter().rev().find(|period| period.covers(year));
    let distance = |period: &&Period| {
        let after = period.to.map_or(0, |to| i32::from(year) - i32::from(to));
        let before = period.from.map_or(0, |from| i32::from(from) - i32::from(year));
        after.max(before).max(0)
    };
    fitting.or_else(|| periods.iter().min_by_key(distance)).map(|period| period.name)
}

/// 浙江省杭州市西湖区: the names of province, prefecture and county as of a year, or of the nearest year the code
/// was in use. A special ending is named by its prefecture. None for an unknown code.
pub fn full_name(code: &str, year: i16) -> Option<String> {
    let code = county_part(code)?;
    if !known(code) {
        return None;
    }
    let parts = [format!("{}0000", &code[..2]), format!("{}00", &code[..4]), code.to_owned()];
    let mut name = String::new();
    for (at, part) in parts.iter().enumerate() {
        let found = DIVISIONS.find(part).filter(|_| at == 0 || *part != parts[at - 1]);
        // 110100 is a sum line (市辖区) and no place: it names itself and not the districts below it.
        let found = found.filter(|found| part == code || found.periods[0].listed);
        name.push_str(found.and_then(|found| name_in(found.periods, year)).unwrap_or(""));
    }
    (!name.is_empty()).then_some(name)
}

/// Far enough ahead that every period without an end covers it.
const NOW: i16 = 9999;

/// The codes in use today with their full names, in the order of the codes. Unconfirmed new codes are among
/// them, and so are codes whose abolition is unconfirmed.
#[cfg(test)]
pub fn current_divisions() -> impl Iterator<Item = (&'static str, String)> {
    let all: &'static Divisions = &DIVISIONS;
    let current = all.periods.iter().zip(&all.texts).filter(|(period, _)| period.current());
    current.filter_map(|(_, code)| Some((*code, full_name(code, NOW)?)))
}

/// The codes that bear or bore a name, in the order of the codes: `西湖区` (many), `杭州市西湖区`,
/// `浙江省西湖区` or `浙江省杭州市西湖区`. Codes in use today come alone where there are any.
pub fn by_name(name: &str) -> Vec<&'static str> {
    let name = name.trim();
    // No full name has more than 40 characters; a megabyte of cell is none.
    if name.len() > 200 {
        return Vec::new();
    }
    let mut found: Vec<usize> = Vec::new();
    for (at, _) in name.char_indices() {
        let (head, tail) = name.split_at(at);
        let rows = BY_NAME.get(tail).map_or(&[][..], Vec::as_slice);
        found.extend(rows.iter().filter(|row| head.is_empty() || stands_under(**row, head)));
    }
    found.sort_unstable();
    let today: Vec<usize> = found.iter().copied().filter(|row| DIVISIONS.periods[*row].current()).collect();
    let mut codes: Vec<&'static str> =
        if today.is_empty() { found } else { today }.into_iter().map(|row| DIVISIONS.texts[row]).collect();
    codes.dedup();
    codes
}

/// Whether the words before a unit's name are its province, its prefecture or both.
fn stands_under(row: usize, head: &str) -> bool {
    let period = &DIVISIONS.periods[row];
    let year = period.to.and_then(|to| i16::try_from(to).ok()).unwrap_or(NOW);
    let code = DIVISIONS.texts[row];
    let name = |code: String| DIVISIONS.find(&code).and_then(|found| name_in(found.periods, year));
    let province = name(format!("{}0000", &code[..2])).unwrap_or("");
    let prefecture = name(format!("{}00", &code[..4])).filter(|_| !code.ends_with("00")).unwrap_or("");
    head == province || head == prefecture || head.strip_prefix(province) == Some(prefecture)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_file_is_sorted_and_every_row_was_read() {
        let rows = include_str!("divisions.csv").lines().filter(|l| !l.starts_with('#')).count() - 1;
        assert_eq!(DIVISIONS.codes.len(), rows);
        assert!(rows > 7_600);
        assert!(DIVISIONS.codes.is_sorted());
        for line in include_str!("divisions.csv").lines().filter(|l| !l.starts_with('#')).skip(1) {
            assert_eq!(line.split(',').count(), 5, "{line}");
            assert!(!line.contains('"'), "{line}");
            let standing = line.rsplit(',').next().unwrap();
            assert!(["yes", "no", "card"].contains(&standing), "{line}");
        }
        for period in &DIVISIONS.periods {
            assert!(period.from.is_none_or(|from| period.to.is_none_or(|to| from <= to)), "{period:?}");
        }
    }

    #[test]
    fn a_code_given_twice_is_read_by_its_year() {
        let found = division("512323").unwrap();
        assert_eq!(found.periods.len(), 2);
        // The prefecture's code, 512300, moved from 内江 to 涪陵 at the same time.
        assert_eq!(full_name("512323", 1981).unwrap(), "四川省内江地区安岳县");
        assert_eq!(full_name("512323", 1990).unwrap(), "四川省涪陵地区南川县");
    }

    #[test]
    fn an_abolished_code_is_valid_at_birth_and_in_the_year_it_was_abolished() {
        assert_eq!(valid_in("110103", 1949), Validity::Valid);
        assert_eq!(valid_in("110103", 2009), Validity::Valid);
        assert_eq!(valid_in("110103", 2010), Validity::Valid);
        assert!(matches!(valid_in("110103", 2011), Validity::NotInYear { periods } if periods.len() == 1));
        assert!(known("110103"));
    }

    #[test]
    fn a_code_is_not_valid_before_it_was_introduced() {
        assert!(matches!(valid_in("500112", 1996), Validity::NotInYear { .. }));
        assert_eq!(valid_in("500112", 1997), Validity::Valid);
    }

    #[test]
    fn an_unconfirmed_lead_makes_a_code_known_and_takes_none_away() {
        assert!(known("330113"));
        assert!(!division("330113").unwrap().periods[0].confirmed);
        assert_eq!(valid_in("330113", 2022), Validity::Valid);
        assert_eq!(valid_in("330103", 2026), Validity::Valid);
    }

    #[test]
    fn special_endings_are_known_under_a_known_prefecture_only() {
        for code in ["330101", "330120", "110111", "659001"] {
            assert!(known(code), "{code}");
        }
        assert_eq!(valid_in("330101", 1955), Validity::Valid);
        assert_eq!(full_name("330101", 2020).unwrap(), "浙江省杭州市");
        for code in ["339901", "330001", "999901", "000001", "330199"] {
            assert!(!known(code), "{code}");
            assert_eq!(valid_in(code, 2020), Validity::Unknown);
            assert_eq!(full_name(code, 2020), None);
        }
    }

    #[test]
    fn twelve_digits_count_by_their_first_six() {
        assert_eq!(county_part(" 330106000000 "), Some("330106"));
        assert_eq!(county_part("330106"), Some("330106"));
        for text in ["3301060", "33010600000", "33010X", "三三〇一", ""] {
            assert_eq!(county_part(text), None, "{text}");
        }
        assert!(known("330106000000"));
        assert_eq!(full_name("330106000000", 2020).unwrap(), "浙江省杭州市西湖区");
    }

    #[test]
    fn municipalities_and_counties_under_a_province_have_no_prefecture_in_their_name() {
        assert_eq!(full_name("110105", 2020).unwrap(), "北京市朝阳区");
        assert_eq!(full_name("659001", 2020).unwrap(), "新疆维吾尔自治区石河子市");
        assert_eq!(full_name("110100", 2020).unwrap(), "北京市市辖区");
        assert_eq!(by_name("北京市朝阳区"), ["110105"]);
        assert_eq!(full_name("330000", 2020).unwrap(), "浙江省");
        assert_eq!(full_name("330100", 2020).unwrap(), "浙江省杭州市");
    }

    #[test]
    fn a_name_finds_its_codes() {
        assert_eq!(by_name("浙江省杭州市西湖区"), ["330106"]);
        assert_eq!(by_name("杭州市西湖区"), ["330106"]);
        assert_eq!(by_name("浙江省西湖区"), ["330106"]);
        assert!(by_name("西湖区").len() > 1);
        assert_eq!(by_name("江苏省西湖区"), Vec::<&str>::new());
        assert_eq!(by_name("崇文区"), ["110103"]);
        assert_eq!(by_name("北京市"), ["110000"]);
        assert_eq!(by_name(""), Vec::<&str>::new());
    }

    #[test]
    fn provinces_are_the_ones_of_the_standard() {
        let all: Vec<u8> = (0..=255).filter(|p| province_known(*p)).collect();
        assert_eq!(all.len(), 35);
        for row in crate::code::table("school_province").unwrap().entries() {
            assert!(all.contains(&row.code.parse().unwrap()), "{}", row.label);
        }
        assert!(all.contains(&83));
    }

    #[test]
    fn every_current_division_is_known_and_found_again_by_its_full_name() {
        let mut count = 0;
        for (code, name) in current_divisions() {
            count += 1;
            assert!(known(code));
            assert!(by_name(&name).contains(&code), "{code} {name}");
        }
        assert!(count > 3_200);
    }

    proptest! {
        #[test]
        fn no_text_makes_a_lookup_panic(text in "\\PC{0,14}", year in any::<i16>()) {
            known(&text);
            valid_in(&text, year);
            full_name(&text, year);
            by_name(&text);
        }

        #[test]
        fn the_bit_set_and_the_list_agree(code in 0_u32..1_000_000) {
            let text = format!("{code:06}");
            prop_assert_eq!(known(&text), division(&text).is_some() || special(&text));
            prop_assert_eq!(known(&text), valid_in(&text, 2000) != Validity::Unknown);
        }
    }
}
