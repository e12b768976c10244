//! Families: what brothers and sisters share. A family follows from its key alone.

use super::identity::{self, Elder, Serial};
use super::name::{self, Bearer, Clan, Generation, PEOPLES, People, Style};
use super::papers::{NATIONS, Papers};
use super::place::{self, BLOCKS, ELSEWHERE, HOME, Place};
use super::rng::{Rng, hash};

/// The columns of children whose families have, in turn, every document but the usual one; so that the smallest
/// county shows them all.
const SHOWCASES: &[(u32, i16)] = &[(7, 0), (19, 5), (31, 10)];

/// Which family: that of child `index` of the year `anchor`, its eldest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FamilyKey {
    pub anchor: i16,
    pub index: u32,
    /// Whether a younger child, three or four school years behind, has a place as well.
    pub siblings: bool,
}

/// Years apart that brothers and sisters are looked for within.
const SPAN: i16 = 7;

/// The family of a child. Children with the same index and years close together may be of one family, and since
/// schools have their indexes in the same order every year, they mostly go to the same school.
pub fn key_of(seed: u64, anchor: i16, index: u32) -> FamilyKey {
    let alone = FamilyKey { anchor, index, siblings: false };
    if is_showcase(index) {
        return alone;
    }
    let shift = (hash(seed, &[20, u64::from(index)]) % SPAN as u64) as i16;
    let (round, at) = ((anchor + shift).div_euclid(SPAN), (anchor + shift).rem_euclid(SPAN));
    let mut rng = Rng::keyed(seed, &[21, u64::from(index), round as u64]);
    let (elder, gap) = (rng.below(3) as i16, 3 + rng.below(2) as i16);
    if !rng.per_mille(850) || (at != elder && at != elder + gap) {
        return alone;
    }
    FamilyKey { anchor: round * SPAN + elder - shift, index, siblings: true }
}

/// Whether the family of this index shows one of the rarer documents.
pub fn is_showcase(index: u32) -> bool {
    SHOWCASES.iter().any(|row| row.0 == index)
}

/// Which of the parents is away for work (R§6.11).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Away {
    Neither,
    One,
    Both,
}

/// A family.
#[derive(Clone, Debug)]
pub struct Family {
    pub number: u64,
    pub siblings: bool,
    pub people: &'static People,
    pub clan: Clan,
    pub papers: Papers,
    /// Of NATIONS, for a foreign family.
    pub nation: usize,
    /// A Western family name, for a foreign family.
    pub foreign_name: &'static str,
    /// Where the household is registered.
    pub root: Place,
    /// The division all its numbers carry, in a county too large for one set of numbers.
    pub block: Option<Place>,
    pub agricultural: bool,
    pub village: bool,
    pub address: String,
    pub away: Away,
    pub orphan: bool,
    pub guardians: [Guardian; 2],
}

/// A member of the family on the roster.
#[derive(Clone, Debug, Default)]
pub struct Guardian {
    pub name: String,
    pub relation: &'static str,
    pub phone: String,
    pub kind: &'static str,
    pub number: String,
    pub people: &'static str,
    pub employer: &'static str,
    pub post: &'static str,
}

impl Family {
    /// Whether the household is registered in another county.
    pub fn is_migrant(&self) -> bool {
        self.root.code != HOME.code
    }
}

fn papers(rng: &mut Rng, key: FamilyKey) -> Papers {
    let rare = [
        Papers::Booklet,
        Papers::HkTravel,
        Papers::HkPassport,
        Papers::HkResidence,
        Papers::MoTravel,
        Papers::MoPassport,
        Papers::MoResidence,
        Papers::TwTravel,
        Papers::TwTravelOld,
        Papers::TwResidence,
        Papers::Passport,
        Papers::OverseasChinese,
        Papers::PermanentNew,
        Papers::PermanentOld,
        Papers::Nothing,
    ];
    if let Some((_, turn)) = SHOWCASES.iter().find(|row| row.0 == key.index) {
        return rare[(key.anchor + turn).rem_euclid(rare.len() as i16) as usize];
    }
    match rng.below(1000) {
        0..9 => Papers::Nothing,
        9..12 => Papers::Booklet,
        12..15 => *rng.pick(&rare),
        _ => Papers::ResidentId,
    }
}

/// Past the first million of pupils, the one division all numbers of this block carry.
fn block(key: FamilyKey) -> Option<Place> {
    let block = (key.index / identity::DOMAIN) as usize;
    block.checked_sub(1).map(|n| BLOCKS[n % BLOCKS.len()])
}

fn root(rng: &mut Rng, people: &People) -> Place {
    match people.root {
        Some(code) if rng.per_mille(850) => place::by_code(code),
        _ if rng.per_mille(110) => *rng.pick(ELSEWHERE),
        _ => HOME,
    }
}

/// The family with this key.
pub fn family(seed: u64, key: FamilyKey) -> Family {
    let mut rng = Rng::keyed(seed, &[22, key.anchor as u64, u64::from(key.index)]);
    let papers = papers(&mut rng, key);
    let mainland = papers.is_mainland();
    let people = if mainland { rng.weighted(PEOPLES) } else { &PEOPLES[0].0 };
    let root = if mainland { root(&mut rng, people) } else { HOME };
    let village = mainland && root.code == HOME.code && rng.per_mille(450);
    let agricultural = village || (mainland && rng.per_mille(if root.code == HOME.code { 150 } else { 750 }));
    let address = if village { place::village_address(&mut rng) } else { place::town_address(&mut rng) };
    let away = match rng.below(100) {
        0..9 if village => Away::Both,
        9..24 if village => Away::One,
        _ => Away::Neither,
    };
    let mut family = Family {
        number: (u64::from(key.index) << 16) | u64::from(key.anchor as u16),
        siblings: key.siblings,
        people,
        clan: name::clan(&mut rng, people.style),
        papers,
        nation: rng.below(NATIONS.len() as u32) as usize,
        foreign_name: name::foreign_family(&mut rng),
        root,
        block: block(key),
        agricultural,
        village,
        address,
        away,
        orphan: mainland && away == Away::Neither && rng.per_mille(2),
        guardians: Default::default(),
    };
    family.guardians = guardians(seed, key, &family, &mut rng);
    family
}

fn guardians(seed: u64, key: FamilyKey, family: &Family, rng: &mut Rng) -> [Guardian; 2] {
    let who = match family.away {
        _ if family.orphan => [Elder::Grandfather, Elder::Grandmother],
        Away::Both => [*rng.pick(&[Elder::Grandfather, Elder::Grandmother]), Elder::Father],
        // Where the father is away, the mother who looks after the child comes first.
        Away::One => [Elder::Mother, Elder::Father],
        Away::Neither if rng.per_mille(300) => [Elder::Mother, Elder::Father],
        Away::Neither => [Elder::Father, Elder::Mother],
    };
    who.map(|elder| guardian(seed, key, family, elder, rng))
}

const PREFIXES: &[&str] = &[
    "138", "139", "136", "137", "135", "150", "151", "158", "159", "182", "187", "188", "189", "177", "133",
    "186",
];

fn guardian(seed: u64, key: FamilyKey, family: &Family, elder: Elder, rng: &mut Rng) -> Guardian {
    let male = matches!(elder, Elder::Father | Elder::Grandfather);
    let of = Bearer {
        male,
        generation: match elder {
            Elder::Father | Elder::Mother => Generation::Parent,
            Elder::Grandfather | Elder::Grandmother => Generation::Grandparent,
        },
    };
    let abroad = elder == Elder::Father && family.papers.is_foreign();
    let birth = identity::elder(seed, key.anchor, key.index, elder);
    let serial = Serial { half: birth.half, upper: rng.per_mille(500), male };
    let (kind, number) = if abroad {
        let digits = identity::register_number(key.anchor, key.index, 100_000_000);
        ("护照", format!("P{digits:08}"))
    } else {
        ("居民身份证", identity::citizen_number(family.block.unwrap_or(family.root).code, birth.date, serial))
    };
    let (employer, post) = job(rng, family, elder);
    Guardian {
        name: guardian_name(rng, family, elder, of),
        relation: match elder {
            Elder::Father => "父亲",
            Elder::Mother => "母亲",
            Elder::Grandfather => "祖父",
            Elder::Grandmother => "祖母",
        },
        phone: format!("{}{:08}", rng.pick(PREFIXES), rng.below(100_000_000)),
        kind,
        number,
        people: if abroad { "其他" } else { family.people.label },
        employer,
        post,
    }
}

fn guardian_name(rng: &mut Rng, family: &Family, elder: Elder, of: Bearer) -> String {
    let style = family.people.style;
    match elder {
        Elder::Father if family.papers.is_foreign() => name::foreign_name(rng, of, family.foreign_name),
        // The father's own name is what follows the child's (R§5.2, 姓名).
        Elder::Father if matches!(style, Style::Uyghur | Style::Kazakh) => {
            let grandfather = name::clan(rng, style);
            format!("{}·{}", family.clan.name, grandfather.name)
        }
        Elder::Father | Elder::Grandfather => name::full_name(rng, &family.clan, of),
        Elder::Mother | Elder::Grandmother => {
            let own = name::clan(rng, style);
            name::full_name(rng, &own, of)
        }
    }
}

const TOWN_JOBS: &[(&str, &str)] = &[
    ("个体经营", "个体工商户"),
    ("云溪县纺织有限公司", "职工"),
    ("云溪县第二建筑工程公司", "职工"),
    ("云溪县人民医院", "护士"),
    ("云溪县供电所", "职工"),
    ("自由职业", ""),
    ("云溪县汽车运输公司", "驾驶员"),
    ("云溪县电子元件厂", "技术员"),
    ("云溪县城关镇卫生院", "医生"),
    ("云溪县百货商场", "营业员"),
];

fn job(rng: &mut Rng, family: &Family, elder: Elder) -> (&'static str, &'static str) {
    if matches!(elder, Elder::Grandfather | Elder::Grandmother) {
        return if family.agricultural { ("务农", "") } else { ("退休", "") };
    }
    if family.away != Away::Neither && elder == Elder::Father {
        return ("外出务工", "");
    }
    if family.village && rng.per_mille(600) {
        return ("务农", "");
    }
    *rng.skewed(TOWN_JOBS)
}
