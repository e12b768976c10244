//! The fields of a pupil's record: the 70 columns of the national import template and their later variants.

/// What a cell of a field holds; decides how it is normalized, checked, masked and written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// Free text.
    Text,
    /// A person's name: masked in every output, dots of transliterated names normalized.
    Name,
    /// A calendar day, `YYYYMMDD` in the template.
    Date,
    /// A month, `YYYYMM` in the template.
    Month,
    /// A label or code of one of these code tables, the first being the one forms use.
    Code(&'static [&'static str]),
    /// A GB/T 2260 division code, 12 digits in the template (6 and `000000`).
    Division,
    /// An identity document's number: always text, masked in every output.
    DocumentNumber,
    /// The ten-digit code of a school.
    SchoolCode,
    /// A number that is text (class number, seat, campus, provincial number).
    Label,
    /// Telephone numbers: masked in every output.
    Phone,
    /// Six digits.
    Postcode,
    /// `YYYYMMDD-YYYYMMDD`.
    Validity,
    /// A decimal number; the heading names its unit.
    Decimal,
    /// 学籍号, masked in every output.
    RegistryNumber,
}

/// Whether the form demands the field (★).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    Must,
    Conditional,
    Optional,
}

/// Which artefact a column belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edition {
    /// The import template of 70 columns.
    Template,
    /// A column that later variants of the template added.
    Later,
    /// Found on rosters made by schools; read, not asked for.
    Practice,
}

/// One field: its machine key, its heading on the template, its element name in JY/T 1002, and its law.
#[derive(Clone, Copy, Debug)]
pub struct FieldSpec {
    pub field: Field,
    pub key: &'static str,
    pub heading: &'static str,
    pub element: &'static str,
    pub kind: FieldKind,
    pub need: Need,
    pub edition: Edition,
}

macro_rules! fields {
    ($($variant:ident $key:literal $heading:literal $element:literal $kind:expr, $need:ident $edition:ident;)*) => {
        /// Every field, in the order of the template.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum Field { $($variant),* }

        /// The table of fields, in the official order of the template, later and practical ones after it.
        pub const FIELDS: &[FieldSpec] = &[$(FieldSpec {
            field: Field::$variant, key: $key, heading: $heading, element: $element, kind: $kind,
            need: Need::$need, edition: Edition::$edition,
        }),*];
    };
}

use FieldKind::{
    Code, Date, Decimal, Division, DocumentNumber, Label, Month, Name, Phone, Postcode, RegistryNumber,
    SchoolCode, Text, Validity,
};

const YES_NO: FieldKind = Code(&["yes_no"]);
const DOCUMENT: FieldKind = Code(&["document_kind"]);
const ETHNIC: FieldKind = Code(&["ethnic_group"]);
const HEALTH: FieldKind = Code(&["health_form", "health_gbt"]);
const ENTRY: FieldKind = Code(&["entry_method_form", "entry_method_jyt"]);
const DISABILITY: FieldKind = Code(&["disability_form", "disability_gbt"]);
const RELATION: FieldKind = Code(&["relationship"]);

// Headings, elements and ★ marks: R§5.2 (JY/T 1002 data dictionary; template headings of four programs).
fields! {
    School "school_code" "学校标识码" "XXBSM" SchoolCode, Must Template;
    PupilName "name" "姓名" "XM" Name, Must Template;
    Sex "sex" "性别" "XBM" Code(&["sex"]), Must Template;
    BirthDate "birth_date" "出生日期" "CSRQ" Date, Must Template;
    BirthDivision "birth_division" "出生地行政区划代码" "CSDM" Division, Must Template;
    NativePlace "native_place" "籍贯" "JG" Text, Optional Template;
    EthnicGroup "ethnic_group" "民族" "MZM" ETHNIC, Must Template;
    Nationality "nationality" "国籍/地区" "GJDQM" Code(&["nationality"]), Must Template;
    DocumentKind "document_kind" "身份证件类型" "SFZJLXM" DOCUMENT, Must Template;
    OverseasStatus "overseas_status" "港澳台侨外" "GATQWM" Code(&["overseas_status"]), Must Template;
    Health "health" "健康状况" "JKZKM" HEALTH, Must Template;
    PoliticalStatus "political_status" "政治面貌" "ZZMMM" Code(&["political_status"]), Optional Template;
    DocumentId "document_number" "身份证件号" "SFZJH" DocumentNumber, Conditional Template;
    HukouKind "hukou_kind" "户口性质" "HKXZM" Code(&["hukou_kind"]), Must Template;
    HukouDivision "hukou_division" "户口所在地行政区划" "HKSZDM" Division, Must Template;
    ClassNumber "class_number" "班号" "BH" Label, Must Template;
    EntryMonth "entry_month" "入学年月" "RXNY" Month, Must Template;
    EntryMethod "entry_method" "入学方式" "RXFSM" ENTRY, Must Template;
    AttendanceMode "attendance_mode" "就读方式" "JDFSM" Code(&["attendance_mode"]), Must Template;
    CurrentAddress "current_address" "现住址" "XZZ" Text, Must Template;
    MailingAddress "mailing_address" "通信地址" "TXDZ" Text, Must Template;
    HomeAddress "home_address" "家庭地址" "JTZZ" Text, Must Template;
    ContactPhone "phone" "联系电话" "LXDH" Phone, Must Template;
    PostalCode "postcode" "邮政编码" "YZBM" Postcode, Must Template;
    OnlyChild "only_child" "是否独生子女" "SFDSZNM" YES_NO, Must Template;
    Preschool "preschool" "是否受过学前教育" "SFSGXQJYM" YES_NO, Must Template;
    LeftBehind "left_behind" "是否留守儿童" "SFLSETM" Code(&["left_behind"]), Must Template;
    AidRequested "aid_requested" "是否需要申请资助" "SFXYSQZZ" YES_NO, Must Template;
    BoardingSubsidy "boarding_subsidy" "是否享受一补" "SFXSYBM" YES_NO, Must Template;
    Orphan "orphan" "是否孤儿" "SFGE" YES_NO, Must Template;
    MartyrChild "martyr_child" "是否烈士或优抚子女" "SFLSHYFZN" YES_NO, Must Template;
    Distance "distance_km" "上下学距离" "SXXJL" Decimal, Must Template;
    CommuteMode "commute_mode" "上下学方式" "SXXFSM" Code(&["commute_mode"]), Must Template;
    SchoolBus "school_bus" "是否需要乘坐校车" "SFCZXCM" YES_NO, Must Template;
    FormerName "former_name" "曾用名" "CYM" Name, Optional Template;
    DocumentValidity "document_validity" "身份证件有效期" "SFZJYXQ" Validity, Optional Template;
    BloodType "blood_type" "血型" "XXM" Code(&["blood_type"]), Optional Template;
    Talent "talent" "特长" "TC" Text, Optional Template;
    ProvincialNumber "provincial_number" "学籍辅号" "XJFH" Label, Optional Template;
    Seat "seat" "班内学号" "BNXH" Label, Optional Template;
    PupilSource "pupil_source" "学生来源" "XSLYM" Code(&["pupil_source"]), Optional Template;
    Email "email" "电子信箱" "DZXX" Text, Optional Template;
    Homepage "homepage" "主页地址" "ZYDZ" Text, Optional Template;
    Disability "disability" "残疾人类型" "CJLXM" DISABILITY, Optional Template;
    PurchasedPlace "purchased_place" "是否由政府购买学位" "SFGMXWM" YES_NO, Optional Template;
    Inclusive "inclusive_education" "随班就读" "SBJDM" Code(&["inclusive_education"]), Optional Template;
    G1Name "guardian1_name" "成员1姓名" "CYXM" Name, Must Template;
    G1Relation "guardian1_relation" "成员1关系" "GXM" RELATION, Must Template;
    G1RelationNote "guardian1_relation_note" "成员1关系说明" "GXSM" Text, Optional Template;
    G1Address "guardian1_address" "成员1现住址" "XZZ" Text, Optional Template;
    G1HukouDivision "guardian1_hukou_division" "成员1户口所在地行政区划" "HKSZD" Division, Optional Template;
    G1Phone "guardian1_phone" "成员1联系电话" "LXDH" Phone, Must Template;
    G1IsGuardian "guardian1_is_guardian" "成员1是否监护人" "SFJHRM" YES_NO, Must Template;
    G1DocumentKind "guardian1_document_kind" "成员1身份证件类型" "SFZJLXM" DOCUMENT, Optional Template;
    G1DocumentId "guardian1_document_number" "成员1身份证件号" "SFZJH" DocumentNumber, Conditional Template;
    G1EthnicGroup "guardian1_ethnic_group" "成员1民族" "MZM" ETHNIC, Optional Template;
    G1Employer "guardian1_employer" "成员1工作单位" "GZDW" Text, Optional Template;
    G1Post "guardian1_post" "成员1职务" "ZW" Text, Optional Template;
    G2Name "guardian2_name" "成员2姓名" "CYXM" Name, Optional Template;
    G2Relation "guardian2_relation" "成员2关系" "GXM" RELATION, Optional Template;
    G2RelationNote "guardian2_relation_note" "成员2关系说明" "GXSM" Text, Optional Template;
    G2Address "guardian2_address" "成员2现住址" "XZZ" Text, Optional Template;
    G2HukouDivision "guardian2_hukou_division" "成员2户口所在地行政区划" "HKSZD" Division, Optional Template;
    G2Phone "guardian2_phone" "成员2联系电话" "LXDH" Phone, Optional Template;
    G2IsGuardian "guardian2_is_guardian" "成员2是否监护人" "SFJHRM" YES_NO, Optional Template;
    G2DocumentKind "guardian2_document_kind" "成员2身份证件类型" "SFZJLXM" DOCUMENT, Optional Template;
    G2DocumentId "guardian2_document_number" "成员2身份证件号" "SFZJH" DocumentNumber, Optional Template;
    G2EthnicGroup "guardian2_ethnic_group" "成员2民族" "MZM" ETHNIC, Optional Template;
    G2Employer "guardian2_employer" "成员2工作单位" "GZDW" Text, Optional Template;
    G2Post "guardian2_post" "成员2职务" "ZW" Text, Optional Template;
    Campus "campus_number" "校区号" "XQH" Label, Optional Later;
    RuralLeftBehind "rural_left_behind" "是否农村留守儿童" "" YES_NO, Optional Later;
    HasDisability "has_disability" "是否残疾人" "" YES_NO, Optional Later;
    MigrantChild "migrant_child" "是否随迁子女" "SFSQZNM" YES_NO, Optional Later;
    WorkerChild "migrant_worker_child" "是否进城务工人员随迁子女" "SFWLWGRYZNM" YES_NO, Optional Later;
    EnglishName "english_name" "英文姓名" "YWXM" Name, Optional Later;
    LeagueMonth "league_month" "入团年月" "" Month, Optional Later;
    DisabilityProof "disability_proof" "残疾证明类型" "" Text, Optional Later;
    DisabilityCertificate "disability_certificate" "残疾证书号" "" DocumentNumber, Optional Later;
    DisabilityDegree "disability_degree" "残疾程度" "" Code(&["disability_degree"]), Optional Later;
    SpecialForm "special_education_form" "特教就读类型" "" Code(&["special_education_form"]), Optional Later;
    Number "registry_number" "学籍号" "GRBSM" RegistryNumber, Optional Later;
    NamePinyin "name_pinyin" "姓名拼音" "XMPY" Name, Optional Practice;
    SchoolName "school_name" "学校名称" "XXMC" Text, Optional Practice;
    GradeName "grade_name" "年级" "NJMC" Text, Optional Practice;
    ClassName "class_name" "班级" "BJMC" Text, Optional Practice;
}

/// How many fields there are.
pub const COUNT: usize = FIELDS.len();

/// The parts of one family member's block of twelve columns.
pub const GUARDIAN_BLOCK: usize = Field::G2Name as usize - Field::G1Name as usize;

impl Field {
    /// The field's row in the table.
    pub fn spec(self) -> &'static FieldSpec {
        &FIELDS[self as usize]
    }

    /// The heading of the official template.
    pub fn heading(self) -> &'static str {
        self.spec().heading
    }

    /// The machine key, English snake_case.
    pub fn key(self) -> &'static str {
        self.spec().key
    }

    /// What the field holds.
    pub fn kind(self) -> FieldKind {
        self.spec().kind
    }

    /// The field with this machine key.
    pub fn from_key(key: &str) -> Option<Field> {
        FIELDS.iter().find(|s| s.key == key).map(|s| s.field)
    }

    /// The same part of the second family member, for a field of the first.
    pub fn of_second_guardian(self) -> Option<Field> {
        let i = self as usize;
        (Field::G1Name as usize..Field::G2Name as usize)
            .contains(&i)
            .then(|| FIELDS[i + GUARDIAN_BLOCK].field)
    }

    /// The same part of the first family member, for a field of the second.
    pub fn first_of(self) -> Option<Field> {
        let i = self as usize;
        let second = Field::G2Name as usize..Field::G2Name as usize + GUARDIAN_BLOCK;
        second.contains(&i).then(|| FIELDS[i - GUARDIAN_BLOCK].field)
    }

    /// Whether outputs mask the value unless a purpose is given.
    pub fn is_personal(self) -> bool {
        matches!(self.kind(), Name | DocumentNumber | Phone | RegistryNumber)
            || matches!(
                self,
                Field::CurrentAddress | Field::MailingAddress | Field::HomeAddress | Field::Email
            )
            || matches!(self, Field::G1Address | Field::G2Address)
    }
}

/// The 70 columns of the template, in their official order.
pub fn template() -> impl Iterator<Item = &'static FieldSpec> {
    FIELDS.iter().filter(|s| s.edition == Edition::Template)
}

/// A set of fields.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FieldSet(u128);

impl FieldSet {
    pub fn insert(&mut self, field: Field) {
        self.0 |= 1 << field as u8;
    }

    pub fn remove(&mut self, field: Field) {
        self.0 &= !(1 << field as u8);
    }

    pub fn contains(self, field: Field) -> bool {
        self.0 >> (field as u8) & 1 == 1
    }

    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn the_template_has_seventy_columns_in_official_order() {
        let t: Vec<_> = template().collect();
        assert_eq!(t.len(), 70);
        assert_eq!(t[0].heading, "学校标识码");
        assert_eq!(t[12].heading, "身份证件号");
        assert_eq!(t[46].heading, "成员1姓名");
        assert_eq!(t[58].heading, "成员2姓名");
        assert_eq!(t[69].heading, "成员2职务");
    }

    #[test]
    fn rows_stand_at_their_own_index_and_names_are_unique() {
        let mut keys = HashSet::new();
        let mut headings = HashSet::new();
        for (i, s) in FIELDS.iter().enumerate() {
            assert_eq!(s.field as usize, i);
            assert!(keys.insert(s.key), "{}", s.key);
            assert!(headings.insert(s.heading), "{}", s.heading);
            assert_eq!(Field::from_key(s.key), Some(s.field));
        }
        const { assert!(COUNT <= 128, "a FieldSet holds 128") };
    }

    #[test]
    fn the_two_guardian_blocks_are_the_same_twelve() {
        assert_eq!(GUARDIAN_BLOCK, 12);
        for s in &FIELDS[Field::G1Name as usize..Field::G2Name as usize] {
            let second = s.field.of_second_guardian().expect("a field of the first block");
            assert_eq!(second.heading(), s.heading.replace("成员1", "成员2"));
            assert_eq!(second.kind(), s.kind);
        }
    }
}
