//! Which document a pupil shows, and what a school then writes beside it.

/// The document of a pupil, finer than the official list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Papers {
    ResidentId,
    /// The citizen number as the household booklet prints it.
    Booklet,
    HkTravel,
    HkPassport,
    HkResidence,
    MoTravel,
    MoPassport,
    MoResidence,
    TwTravel,
    TwTravelOld,
    TwResidence,
    /// A passport of another country.
    Passport,
    /// A Chinese passport, of a child whose family lives abroad for good (华侨).
    OverseasChinese,
    PermanentNew,
    PermanentOld,
    /// No document: type 其他, number empty, a guardian's document instead (R§4.1).
    Nothing,
}

/// Labels that go with a document.
#[derive(Clone, Copy, Debug)]
pub struct PapersSpec {
    pub papers: Papers,
    /// 身份证件类型; the permits issued since 2012 go under the code clerks file them under.
    pub kind: &'static str,
    /// 港澳台侨外.
    pub overseas: &'static str,
    /// 国籍/地区; empty where it depends on the family.
    pub nationality: &'static str,
}

const fn row(
    papers: Papers,
    kind: &'static str,
    overseas: &'static str,
    nationality: &'static str,
) -> PapersSpec {
    PapersSpec { papers, kind, overseas, nationality }
}

const HK: &str = "香港特区护照/身份证明";
const MO: &str = "澳门特区护照/身份证明";
const TW: &str = "台湾居民来往大陆通行证";
const ID: &str = "居民身份证";
const PR: &str = "境外永久居住证";

/// Every kind, the one nearly everybody has first.
pub const PAPERS: &[PapersSpec] = &[
    row(Papers::ResidentId, ID, "否", "中国"),
    row(Papers::Booklet, "户口簿", "否", "中国"),
    row(Papers::HkTravel, HK, "香港同胞", "中国香港"),
    row(Papers::HkPassport, HK, "香港同胞", "中国香港"),
    row(Papers::HkResidence, ID, "香港同胞", "中国香港"),
    row(Papers::MoTravel, MO, "澳门同胞", "中国澳门"),
    row(Papers::MoPassport, MO, "澳门同胞", "中国澳门"),
    row(Papers::MoResidence, ID, "澳门同胞", "中国澳门"),
    row(Papers::TwTravel, TW, "台湾同胞", "中国台湾"),
    row(Papers::TwTravelOld, TW, "台湾同胞", "中国台湾"),
    row(Papers::TwResidence, ID, "台湾同胞", "中国台湾"),
    row(Papers::Passport, "护照", "外国人", ""),
    row(Papers::OverseasChinese, "护照", "华侨", "中国"),
    row(Papers::PermanentNew, PR, "外国人", ""),
    row(Papers::PermanentOld, PR, "外国人", ""),
    row(Papers::Nothing, "其他", "否", "中国"),
];

/// Countries foreign families come from: label, alpha-3, numeric (ISO 3166-1).
pub const NATIONS: &[(&str, &str, &str)] =
    &[("美国", "USA", "840"), ("英国", "GBR", "826"), ("德国", "DEU", "276"), ("法国", "FRA", "250")];

impl Papers {
    /// The row of the table.
    pub fn spec(self) -> &'static PapersSpec {
        PAPERS.iter().find(|spec| spec.papers == self).expect("every kind of papers has a row")
    }

    /// Whether the child is a citizen of another country.
    pub fn is_foreign(self) -> bool {
        matches!(self, Papers::Passport | Papers::PermanentNew | Papers::PermanentOld)
    }

    /// Whether the child belongs to a household of the mainland.
    pub fn is_mainland(self) -> bool {
        matches!(self, Papers::ResidentId | Papers::Booklet | Papers::Nothing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_stands_where_its_kind_points() {
        for (at, spec) in PAPERS.iter().enumerate() {
            assert_eq!(spec.papers as usize, at);
        }
    }
}
