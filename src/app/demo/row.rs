//! One pupil as a school fills the template: labels, dates of eight digits, divisions of twelve.

use jiff::civil::Date;

use super::county::{County, Room};
use super::family::{Away, Guardian};
use super::identity::digits;
use super::papers::{NATIONS, Papers};
use super::person::{Person, Seat, Twin};
use super::place::{HOME, Place};
use super::rng::Rng;
use crate::model::field::{COUNT, Field};
use crate::model::school::{Stage, grade_name};

/// A row in the making.
pub struct Sheet<'a> {
    pub county: &'a County,
    pub room: Room,
    pub seat: u32,
    pub place: Seat,
    pub today: Date,
    pub seed: u64,
}

/// Twelve digits, as the template wants a division.
fn division(place: Place) -> String {
    format!("{}000000", place.code)
}

fn yes(condition: bool) -> &'static str {
    if condition { "是" } else { "否" }
}

struct Values(Vec<String>);

impl Values {
    fn set(&mut self, field: Field, value: impl Into<String>) {
        self.0[field as usize] = value.into();
    }

    fn second(&mut self, field: Field, value: impl Into<String>) {
        if let Some(field) = field.of_second_guardian() {
            self.set(field, value);
        }
    }
}

/// What several groups of columns follow from.
struct Circumstances {
    stage: Stage,
    special: bool,
    private: bool,
    /// Whole years on the day.
    age: i16,
    boards: bool,
    /// Kilometres times ten.
    distance: u32,
    disability: &'static str,
}

fn age_on(birth: Date, day: Date) -> i16 {
    let before = (day.month(), day.day()) < (birth.month(), birth.day());
    day.year() - birth.year() - i16::from(before)
}

fn circumstances(sheet: &Sheet, person: &Person, rng: &mut Rng) -> Circumstances {
    let school = &sheet.county.schools[sheet.room.school];
    let stage = sheet.county.classes[sheet.room.class].stage;
    let special = school.code.as_str().starts_with("51");
    let boards = rng.per_mille(match stage {
        Stage::Primary if special => 300,
        Stage::Primary => 0,
        Stage::Junior if person.family.village => 550,
        Stage::Junior => 60,
        Stage::Senior => 720,
    });
    let distance = match (boards, person.family.village) {
        (true, _) => 80 + rng.below(270),
        (false, true) => 5 + rng.below(60),
        (false, false) => 2 + rng.below(25),
    };
    let disability = if special {
        *rng.weighted(&[("智力残疾", 55), ("听力残疾", 25), ("多重残疾", 12), ("视力残疾", 8)])
    } else if stage != Stage::Senior && rng.per_mille(6) {
        *rng.pick(&["肢体残疾", "智力残疾", "听力残疾", "视力残疾"])
    } else {
        "无残疾"
    };
    Circumstances {
        stage,
        special,
        private: school.sponsor == "民办",
        age: age_on(person.birth, sheet.today),
        boards,
        distance,
        disability,
    }
}

/// The values of the row, by field.
pub fn fill(sheet: &Sheet, person: &Person) -> Vec<String> {
    let mut rng = Rng::keyed(sheet.seed, &[40, sheet.place.anchor as u64, u64::from(sheet.place.index)]);
    let mut values = Values(vec![String::new(); COUNT]);
    let now = circumstances(sheet, person, &mut rng);
    who(&mut values, person, &now, &mut rng);
    document(&mut values, sheet, person, &mut rng);
    schooling(&mut values, sheet, person, &now, &mut rng);
    contact(&mut values, person, &mut rng);
    welfare(&mut values, sheet, person, &now, &mut rng);
    way_to_school(&mut values, &now, &mut rng);
    disability(&mut values, &now, &mut rng);
    guardians(&mut values, person, &mut rng);
    values.0
}

fn who(values: &mut Values, person: &Person, now: &Circumstances, rng: &mut Rng) {
    let family = &person.family;
    let foreign = family.papers.is_foreign();
    let spec = family.papers.spec();
    values.set(Field::PupilName, person.name.as_str());
    values.set(Field::Sex, if person.male { "男" } else { "女" });
    values.set(Field::BirthDate, digits(person.birth));
    values.set(Field::BirthDivision, division(person.place));
    if !foreign {
        values.set(Field::NativePlace, family.root.name);
    }
    values.set(Field::EthnicGroup, if foreign { "其他" } else { family.people.label });
    values.set(Field::Nationality, if foreign { NATIONS[family.nation].0 } else { spec.nationality });
    values.set(Field::OverseasStatus, spec.overseas);
    values.set(
        Field::Health,
        if now.disability == "无残疾" {
            *rng.weighted(&[("健康或良好", 970), ("一般或较弱", 22), ("有慢性病", 8)])
        } else {
            "残疾"
        },
    );
    let league = match now.age {
        _ if foreign => 0,
        // 入团 from 14 on.
        14.. if now.stage == Stage::Senior => 420,
        14.. => 120,
        _ => 0,
    };
    values.set(Field::PoliticalStatus, if rng.per_mille(league) { "共青团员" } else { "群众" });
    if rng.per_mille(180) {
        let blood = *rng.weighted(&[("O血型", 33), ("A血型", 31), ("B血型", 28), ("AB血型", 8)]);
        values.set(Field::BloodType, blood);
    }
    if rng.per_mille(80) {
        values.set(
            Field::Talent,
            *rng.pick(&["绘画", "篮球", "书法", "舞蹈", "乒乓球", "古筝", "围棋", "声乐"]),
        );
    }
}

fn document(values: &mut Values, sheet: &Sheet, person: &Person, rng: &mut Rng) {
    values.set(Field::DocumentKind, person.family.papers.spec().kind);
    values.set(Field::DocumentId, person.number.as_str());
    let since = sheet.today.year() - 1 - rng.below(3) as i16;
    let months = rng.below(12) as i8 + 1;
    let day = rng.below(28) as i8 + 1;
    let Ok(issued) = Date::new(since, months, day) else { return };
    // A card of somebody under sixteen is valid for five years, then for ten (Resident Identity Card Law, Art. 5).
    let age = age_on(person.birth, issued);
    let years = if age < 16 { 5 } else { 10 };
    let Ok(until) = Date::new(since + years, months, day) else { return };
    if person.family.papers == Papers::ResidentId && age >= 1 && rng.per_mille(220) {
        values.set(Field::DocumentValidity, format!("{}-{}", digits(issued), digits(until)));
    }
}

fn schooling(values: &mut Values, sheet: &Sheet, person: &Person, now: &Circumstances, rng: &mut Rng) {
    let school = &sheet.county.schools[sheet.room.school];
    let class = &sheet.county.classes[sheet.room.class];
    values.set(Field::School, school.code.as_str());
    values.set(Field::SchoolName, school.name.as_str());
    values.set(Field::GradeName, grade_name(class.stage, class.entry_year, school.lengths, sheet.today));
    values.set(Field::ClassName, class.name.as_str());
    values.set(Field::ClassNumber, class.number.as_str());
    values.set(Field::Seat, (sheet.seat + 1).to_string());
    values.set(Field::Campus, "1");
    // The month of entering the first grade of the stage, not of the school (R§5.1).
    values.set(Field::EntryMonth, format!("{}09", class.entry_year));
    let method = match now.stage {
        Stage::Senior => *rng.weighted(&[("统一招生考试/普通入学", 960), ("体育特招", 22), ("艺术特招", 18)]),
        _ if now.private || now.special => "其他(义务教育)",
        _ => *rng.weighted(&[("就近入学", 950), ("其他(义务教育)", 50)]),
    };
    values.set(Field::EntryMethod, method);
    values.set(Field::AttendanceMode, if now.boards { "住校" } else { "走读" });
    values.set(
        Field::PupilSource,
        if person.family.is_migrant() && rng.per_mille(100) { "借读" } else { "正常入学" },
    );
}

/// The seat of the county has 311700 upwards; invented, like the streets.
const POSTCODES: &[&str] = &["311700", "311701", "311702", "311703"];

fn contact(values: &mut Values, person: &Person, rng: &mut Rng) {
    let family = &person.family;
    let household = match family.papers.is_mainland() {
        true => family.root,
        false => HOME,
    };
    values.set(Field::HukouKind, if family.agricultural { "农业户口" } else { "非农业户口" });
    values.set(Field::HukouDivision, division(household));
    for field in [Field::CurrentAddress, Field::MailingAddress, Field::HomeAddress] {
        values.set(field, family.address.as_str());
    }
    values.set(Field::ContactPhone, family.guardians[0].phone.as_str());
    let post = if family.village { rng.pick(&POSTCODES[1..]) } else { &POSTCODES[0] };
    values.set(Field::PostalCode, *post);
}

fn welfare(values: &mut Values, sheet: &Sheet, person: &Person, now: &Circumstances, rng: &mut Rng) {
    let family = &person.family;
    let migrant = family.is_migrant();
    let alone = !family.siblings && sheet.place.twin == Twin::No && rng.per_mille(640);
    values.set(Field::OnlyChild, yes(alone));
    values.set(Field::Preschool, yes(rng.per_mille(985)));
    let left_behind = match family.away {
        Away::Neither => "非留守儿童",
        Away::One => "单亲留守儿童",
        Away::Both => "双亲留守儿童",
    };
    values.set(Field::LeftBehind, left_behind);
    let away = family.away != Away::Neither;
    values.set(Field::RuralLeftBehind, yes(away && family.agricultural && now.age < 16));
    let aid = family.orphan || now.special || rng.per_mille(if family.agricultural { 120 } else { 15 });
    values.set(Field::AidRequested, yes(aid));
    values.set(Field::BoardingSubsidy, yes(aid && now.boards && now.stage != Stage::Senior));
    values.set(Field::Orphan, yes(family.orphan));
    values.set(Field::MartyrChild, yes(rng.per_mille(1)));
    values.set(Field::MigrantChild, yes(migrant));
    // Registered in a village elsewhere, living with working parents in a town, in compulsory schooling (R§6.11).
    let worker = migrant && family.agricultural && now.stage != Stage::Senior && !family.orphan;
    values.set(Field::WorkerChild, yes(worker));
    values.set(Field::PurchasedPlace, yes(now.private && worker));
}

fn way_to_school(values: &mut Values, now: &Circumstances, rng: &mut Rng) {
    let far = now.distance > 20;
    let bus = far && !now.boards && now.stage == Stage::Primary && rng.per_mille(700);
    let way = match () {
        () if bus => "校车",
        () if now.boards => *rng.pick(&["公共交通（含城市公交、农村客运、地铁）", "家长自行接送"]),
        () if far => *rng.pick(&[
            "公共交通（含城市公交、农村客运、地铁）",
            "家长自行接送",
            "自行车（含摩托车、电动自行车）",
        ]),
        () if now.age < 9 => *rng.pick(&["步行", "家长自行接送"]),
        () => *rng.pick(&["步行", "步行", "自行车（含摩托车、电动自行车）"]),
    };
    values.set(Field::Distance, format!("{}.{}", now.distance / 10, now.distance % 10));
    values.set(Field::CommuteMode, way);
    values.set(Field::SchoolBus, yes(bus));
}

fn disability(values: &mut Values, now: &Circumstances, rng: &mut Rng) {
    let disabled = now.disability != "无残疾";
    values.set(Field::Disability, now.disability);
    values.set(Field::HasDisability, yes(disabled));
    values.set(Field::Inclusive, if disabled && !now.special { "随班就读学生" } else { "普通学生" });
    if disabled {
        values.set(Field::DisabilityDegree, *rng.pick(&["一级", "二级", "三级", "四级"]));
        values.set(Field::SpecialForm, if now.special { "特教学校就读" } else { "普通学校随班就读" });
    }
}

fn guardians(values: &mut Values, person: &Person, rng: &mut Rng) {
    let family = &person.family;
    let [first, second] = &family.guardians;
    let parts = |guardian: &Guardian, cares: bool, brief: bool| {
        let keep = |text: &str| if brief { String::new() } else { text.to_owned() };
        [
            (Field::G1Name, guardian.name.clone()),
            (Field::G1Relation, guardian.relation.to_owned()),
            (Field::G1Address, keep(if guardian.employer == "外出务工" { "" } else { &family.address })),
            (Field::G1HukouDivision, keep(&division(family.root))),
            (Field::G1Phone, guardian.phone.clone()),
            (Field::G1IsGuardian, yes(cares).to_owned()),
            (Field::G1DocumentKind, keep(guardian.kind)),
            (Field::G1DocumentId, keep(&guardian.number)),
            (Field::G1EthnicGroup, keep(guardian.people)),
            (Field::G1Employer, keep(guardian.employer)),
            (Field::G1Post, keep(guardian.post)),
        ]
    };
    for (field, value) in parts(first, true, false) {
        values.set(field, value);
    }
    // Many schools ask less of the second.
    let brief = rng.per_mille(250);
    for (field, value) in parts(second, true, brief) {
        values.second(field, value);
    }
}
