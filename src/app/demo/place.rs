//! Places: real division codes that have stood since 1980, and invented towns, villages and streets.

use super::rng::Rng;

/// The division code of the sample county. The code is real (checks demand one that exists); the county, its schools
/// and its people are invented and have nothing to do with the place the code stands for.
pub const HOME: Place = Place { code: "330127", name: "浙江省云溪县" };

/// What the sample county is called.
pub const COUNTY_NAME: &str = "云溪县（样例）";

/// Somewhere a person was first registered.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// Six digits of GB/T 2260, in force without change since 1980: valid at birth for everyone here.
    pub code: &'static str,
    pub name: &'static str,
}

/// Where locals were born besides the county itself.
pub const NEIGHBOURS: &[Place] = &[
    Place { code: "330122", name: "浙江省桐庐县" },
    Place { code: "330106", name: "浙江省杭州市西湖区" },
    Place { code: "330102", name: "浙江省杭州市上城区" },
];

/// Where families came from to work in the county.
pub const ELSEWHERE: &[Place] = &[
    Place { code: "422825", name: "湖北省宣恩县" },
    Place { code: "522631", name: "贵州省黎平县" },
    Place { code: "433123", name: "湖南省凤凰县" },
    Place { code: "350121", name: "福建省闽侯县" },
    Place { code: "532625", name: "云南省马关县" },
    Place { code: "430121", name: "湖南省长沙县" },
    Place { code: "620121", name: "甘肃省永登县" },
    Place { code: "640121", name: "宁夏永宁县" },
];

/// Divisions abolished since, with the first and last whole year a child could be registered under them.
pub const ABOLISHED: &[(Place, i16, i16)] = &[
    (Place { code: "330183", name: "浙江省富阳市" }, 1996, 2013),
    (Place { code: "330185", name: "浙江省临安市" }, 1998, 2016),
];

/// One division for each further million of pupils: numbers of different blocks never meet.
pub const BLOCKS: &[Place] = &[
    Place { code: "340321", name: "安徽省怀远县" },
    Place { code: "340322", name: "安徽省五河县" },
    Place { code: "410221", name: "河南省杞县" },
    Place { code: "410222", name: "河南省通许县" },
    Place { code: "510322", name: "四川省富顺县" },
    Place { code: "510521", name: "四川省泸县" },
    Place { code: "440222", name: "广东省始兴县" },
    Place { code: "370321", name: "山东省桓台县" },
    Place { code: "430223", name: "湖南省攸县" },
    Place { code: "320322", name: "江苏省沛县" },
    Place { code: "130121", name: "河北省井陉县" },
];

#[rustfmt::skip]
const ROADS: &[&str] = &[
    "人民路", "中山路", "建设路", "新安大街", "文昌路", "环城北路", "青溪路", "工农路", "学前街", "南门街",
    "育才路", "滨江路", "解放街", "东风路", "梅峰路", "茶园路",
];
#[rustfmt::skip]
const ESTATES: &[&str] = &[
    "锦绣家园", "云溪花苑", "阳光小区", "梧桐里", "清波苑", "书香名邸", "翠屏新村", "安居苑", "望湖公寓", "丽景园",
];
const TOWNS: &[&str] = &["青石镇", "白鹭镇", "柳河镇", "枫林乡", "石门乡", "上坞镇"];
#[rustfmt::skip]
const VILLAGES: &[&str] = &[
    "松坪村", "上枧村", "竹岭村", "溪口村", "梨树坪村", "大樟村", "下陈村", "石塘村", "新桥村", "岩下村", "双溪村",
    "塘边村",
];

/// An address in the town of the county.
pub fn town_address(rng: &mut Rng) -> String {
    let (road, estate) = (rng.skewed(ROADS), rng.skewed(ESTATES));
    let (number, building, stair) = (1 + rng.below(360), 1 + rng.below(24), 1 + rng.below(4));
    let (floor, door) = (1 + rng.below(17), 1 + rng.below(4));
    format!("云溪县城关镇{road}{number}号{estate}{building}幢{stair}单元{floor}{door:02}室")
}

/// An address in a village of the county.
pub fn village_address(rng: &mut Rng) -> String {
    let (town, village) = (rng.skewed(TOWNS), rng.skewed(VILLAGES));
    format!("云溪县{town}{village}{}号", 1 + rng.below(280))
}

/// Where families of peoples that live far away came from.
const ROOTS: &[Place] = &[
    Place { code: "653101", name: "新疆喀什市" },
    Place { code: "650121", name: "新疆乌鲁木齐县" },
    Place { code: "540121", name: "西藏林周县" },
    Place { code: "150121", name: "内蒙古土默特左旗" },
    Place { code: "222401", name: "吉林省延吉市" },
];

/// The place with this code, the home county where it is none of ours.
pub fn by_code(code: &str) -> Place {
    ELSEWHERE.iter().chain(ROOTS).copied().find(|place| place.code == code).unwrap_or(HOME)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::demo::name::PEOPLES;

    #[test]
    fn the_root_of_every_people_is_a_place_of_the_table() {
        for code in PEOPLES.iter().filter_map(|row| row.0.root) {
            assert_eq!(by_code(code).code, code);
        }
    }
}
