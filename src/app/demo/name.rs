//! Names: as they are given to this sex, in this generation, in this people. All invented.

use super::rng::Rng;

/// How the names of a people are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    Han,
    Uyghur,
    Kazakh,
    Tibetan,
    Mongol,
    Yi,
    Korean,
}

/// A people: its label, how its names are made, and where its families came from when not from the county.
#[derive(Clone, Copy, Debug)]
pub struct People {
    pub label: &'static str,
    pub style: Style,
    pub root: Option<&'static str>,
}

const fn people(label: &'static str, style: Style, root: Option<&'static str>) -> People {
    People { label, style, root }
}

/// Shares out of ten thousand; the small ones are more than a county in the east would have, so that a sample shows
/// every style of name.
pub const PEOPLES: &[(People, u32)] = &[
    (people("汉族", Style::Han, None), 9120),
    (people("畲族", Style::Han, None), 180),
    (people("回族", Style::Han, Some("640121")), 120),
    (people("土家族", Style::Han, Some("422825")), 100),
    (people("苗族", Style::Han, Some("433123")), 80),
    (people("侗族", Style::Han, Some("522631")), 60),
    (people("壮族", Style::Han, Some("532625")), 60),
    (people("满族", Style::Han, None), 60),
    (people("维吾尔族", Style::Uyghur, Some("653101")), 50),
    (people("藏族", Style::Tibetan, Some("540121")), 50),
    (people("蒙古族", Style::Mongol, Some("150121")), 40),
    (people("彝族", Style::Yi, Some("532625")), 40),
    (people("哈萨克族", Style::Kazakh, Some("650121")), 20),
    (people("朝鲜族", Style::Korean, Some("222401")), 20),
];

/// When somebody was born, as far as names go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Generation {
    Child,
    Parent,
    Grandparent,
}

/// Whose name: what a name follows from.
#[derive(Clone, Copy, Debug)]
pub struct Bearer {
    pub male: bool,
    pub generation: Generation,
}

// Shares out of ten thousand, near those the Ministry of Public Security publishes for the commonest hundred.
#[rustfmt::skip]
const SURNAMES: &[(&str, u32)] = &[
    ("王", 725), ("李", 719), ("张", 683), ("刘", 538), ("陈", 453), ("杨", 308), ("黄", 223), ("赵", 229),
    ("吴", 205), ("周", 212), ("徐", 167), ("孙", 154), ("马", 129), ("朱", 126), ("胡", 131), ("郭", 115),
    ("何", 117), ("林", 107), ("高", 100), ("罗", 95), ("郑", 94), ("梁", 85), ("谢", 79), ("宋", 81), ("唐", 73),
    ("许", 70), ("韩", 70), ("邓", 65), ("冯", 64), ("曹", 62), ("彭", 61), ("曾", 60), ("肖", 59), ("田", 56),
    ("董", 54), ("潘", 53), ("袁", 52), ("蔡", 51), ("蒋", 51), ("余", 50), ("于", 47), ("杜", 47), ("叶", 46),
    ("程", 46), ("魏", 45), ("苏", 45), ("吕", 44), ("丁", 42), ("任", 41), ("卢", 41), ("姚", 40), ("沈", 40),
    ("钟", 39), ("姜", 38), ("崔", 37), ("谭", 37), ("陆", 36), ("范", 36), ("汪", 35), ("廖", 35), ("石", 33),
    ("金", 33), ("韦", 32), ("贾", 31), ("夏", 31), ("付", 30), ("方", 30), ("邹", 29), ("熊", 29), ("白", 28),
    ("孟", 28), ("秦", 27), ("邱", 27), ("侯", 26), ("江", 26), ("尹", 25), ("薛", 25), ("闫", 24), ("段", 24),
    ("雷", 24), ("龙", 23), ("史", 23), ("陶", 22), ("贺", 22), ("毛", 21), ("郝", 21), ("顾", 21), ("龚", 20),
    ("邵", 20), ("万", 20), ("覃", 18), ("武", 18), ("钱", 17), ("戴", 17), ("严", 16), ("莫", 16), ("孔", 15),
    ("向", 15), ("常", 14), ("单", 9), ("尉", 4), ("解", 6), ("仇", 5), ("区", 3), ("查", 4), ("盖", 3),
    // About one person in three hundred has a surname of two characters.
    ("欧阳", 11), ("上官", 4), ("司徒", 3), ("诸葛", 3), ("皇甫", 3), ("司马", 2), ("夏侯", 2), ("令狐", 1),
];

const CHILD_MALE: &str = "宇浩轩子博俊泽一梓睿铭辰嘉昊文皓晨奕瑞煜宸逸豪杰涵沐天佑明哲霖航熙诚景皓然阳翔承恩凯锐远帆思源亦\
    恒鸣骏朗昱珩琛";
const CHILD_FEMALE: &str = "涵欣梓诗怡雨萱佳思语婷琪一可悦雅若妍馨静彤菲瑶嘉晨依诺芷璇琳舒然曦沐钰颖薇灵心苒汐溪玥妤桐锦\
      安宁茹芮";
const PARENT_MALE: &str =
    "伟强军勇斌杰涛磊波鹏辉超刚峰健俊华明飞平志建海文林国晓东宏宇亮雷龙毅成春庆永荣阳旭松立新栋";
const PARENT_FEMALE: &str =
    "丽芳娟敏静艳燕霞玲红娜英梅莉琴洁丹慧婷萍雪倩颖华晓春秀莹蓉萌璐佳琳瑶珍美兰海云小";
const GRAND_MALE: &str = "国建德福明志荣金永生文林水根贵树华祥财寿昌土庆宝富兴有松友春木";
const GRAND_FEMALE: &str = "秀英兰珍玉桂凤菊花香莲春爱金素美月娥珠梅翠仙彩妹素芬云银";
const RARE: &[char] = &['㛃', '𬱖', '䶮', '𫖯', '𬍛', '𬸚', '𬭬', '𬀩'];
const SHARED: &str = "子梓一思雨嘉佳文晨沐景若欣诗俊泽";

fn pool(of: Bearer) -> &'static str {
    match (of.generation, of.male) {
        (Generation::Child, true) => CHILD_MALE,
        (Generation::Child, false) => CHILD_FEMALE,
        (Generation::Parent, true) => PARENT_MALE,
        (Generation::Parent, false) => PARENT_FEMALE,
        (Generation::Grandparent, true) => GRAND_MALE,
        (Generation::Grandparent, false) => GRAND_FEMALE,
    }
}

/// A character of a pool, those in front more often. Every character of the pools takes three bytes.
fn character(rng: &mut Rng, pool: &'static str) -> &'static str {
    let n = (pool.len() / 3) as u32;
    let at = rng.below(n).min(rng.below(n)) as usize * 3;
    &pool[at..at + 3]
}

/// A Han surname.
fn surname(rng: &mut Rng) -> &'static str {
    rng.weighted::<&str>(SURNAMES)
}

/// A character that the children of one family share.
pub fn shared_character(rng: &mut Rng) -> &'static str {
    character(rng, SHARED)
}

/// A Han given name of one or two characters.
fn given(rng: &mut Rng, of: Bearer) -> String {
    let single = match of.generation {
        Generation::Child => 110,
        Generation::Parent => 260,
        Generation::Grandparent => 120,
    };
    if of.generation == Generation::Child && rng.per_mille(6) {
        return format!("{}{}", character(rng, pool(of)), rng.pick(RARE));
    }
    let first = character(rng, pool(of));
    if rng.per_mille(single) {
        return first.to_owned();
    }
    format!("{first}{}", character(rng, pool(of)))
}

/// A given name that carries the family's shared character in front.
fn given_sharing(rng: &mut Rng, of: Bearer, shared: &str) -> String {
    format!("{shared}{}", character(rng, pool(of)))
}

const UYGHUR_M: &[&str] = &[
    "艾合买提",
    "买买提",
    "阿卜杜拉",
    "吐尔逊",
    "麦麦提",
    "艾力",
    "玉素甫",
    "依布拉音",
    "库尔班",
    "热合曼",
    "阿迪力",
    "努尔麦麦提",
    "凯赛尔",
    "木拉提",
    "阿卜杜热依木",
];
const UYGHUR_F: &[&str] = &[
    "阿依古丽",
    "古丽娜尔",
    "迪丽努尔",
    "热依罕",
    "帕提古丽",
    "米热古丽",
    "祖丽皮亚",
    "麦迪娜",
    "阿孜古丽",
    "茹克娅",
    "苏比努尔",
];
const KAZAKH_M: &[&str] =
    &["叶尔兰", "努尔兰", "哈那提", "巴合提", "达吾列提", "叶尔肯", "木拉提别克", "阿依登", "胡安德克"];
const KAZAKH_F: &[&str] = &["阿依江", "古丽扎提", "加依娜", "阿依达娜", "帕丽扎", "叶尔克江", "玛依拉"];
const TIBETAN: &[&str] = &[
    "扎西", "次仁", "达瓦", "尼玛", "索朗", "格桑", "白玛", "仁增", "丹增", "洛桑", "边巴", "普布", "米玛",
    "强巴",
];
const TIBETAN_M: &[&str] = &["平措", "旺堆", "多吉", "顿珠", "罗布", "旺久", "加措", "次旦"];
const TIBETAN_F: &[&str] = &["卓玛", "央金", "德吉", "拉姆", "曲珍", "卓嘎", "白珍", "措姆"];
const MONGOL_M: &[&str] = &[
    "巴特尔",
    "朝鲁",
    "阿古拉",
    "那日苏",
    "孟和",
    "布和",
    "哈斯巴根",
    "额尔敦",
    "宝音",
    "苏日勒",
    "毕力格",
    "满都拉",
];
const MONGOL_F: &[&str] =
    &["其其格", "乌云其其格", "萨仁", "娜仁托娅", "高娃", "乌兰", "萨日娜", "阿茹娜", "托娅", "通拉嘎"];
const YI_CLAN: &[&str] = &["吉克", "阿苦", "曲比", "沙马", "吉木", "俄木", "阿尔"];
const YI_M: &[&str] = &["木呷", "伍呷", "拉铁", "石布", "日哈", "古哈", "尔古", "子布"];
const YI_F: &[&str] = &["阿呷", "阿果", "伍各", "日洗", "阿作", "阿依", "子洗", "莫色"];
const KOREAN_CLAN: &[&str] = &["金", "朴", "李", "崔", "郑", "姜", "尹", "全"];
const KOREAN_M: &[&str] = &["哲洙", "成浩", "俊赫", "明哲", "泰贤", "光日", "龙云", "恩星", "永哲", "智勋"];
const KOREAN_F: &[&str] = &["美兰", "顺姬", "恩珠", "智恩", "秀娟", "英爱", "贞淑", "香花", "美妍", "善英"];
const FOREIGN_M: &[&str] = &["约翰", "托马斯", "卢卡斯", "威廉", "丹尼尔", "奥利弗", "费利克斯"];
const FOREIGN_F: &[&str] = &["艾玛", "索菲", "夏洛特", "汉娜", "露西", "艾米莉", "克拉拉"];
const FOREIGN_CLAN: &[&str] = &["史密斯", "威尔逊", "米勒", "贝克", "霍夫曼", "泰勒", "克莱因"];

/// What the names of one family hang together by.
#[derive(Clone, Debug)]
pub struct Clan {
    pub style: Style,
    /// The surname, or the father's own name where that follows the child's.
    pub name: &'static str,
    /// The character its children share, if any.
    pub shared: Option<&'static str>,
}

fn by_sex(
    of: Bearer,
    male: &'static [&'static str],
    female: &'static [&'static str],
) -> &'static [&'static str] {
    if of.male { male } else { female }
}

/// What a family of this style is called by.
pub fn clan(rng: &mut Rng, style: Style) -> Clan {
    let name = match style {
        Style::Han => surname(rng),
        Style::Uyghur => rng.pick(UYGHUR_M),
        Style::Kazakh => rng.pick(KAZAKH_M),
        Style::Tibetan | Style::Mongol => "",
        Style::Yi => rng.pick(YI_CLAN),
        Style::Korean => rng.pick(KOREAN_CLAN),
    };
    let shared = (style == Style::Han && rng.per_mille(250)).then(|| shared_character(rng));
    Clan { style, name, shared }
}

/// The name of the twin of `other`: like it where names are made of characters, and never the same.
pub fn twin_name(rng: &mut Rng, clan: &Clan, of: Bearer, other: &str) -> String {
    loop {
        let name = full_name(rng, clan, of);
        if name != other {
            return name;
        }
    }
}

/// The name of somebody of this clan.
pub fn full_name(rng: &mut Rng, clan: &Clan, of: Bearer) -> String {
    let name = clan.name;
    match clan.style {
        Style::Han => match clan.shared.filter(|_| of.generation == Generation::Child) {
            Some(shared) => format!("{name}{}", given_sharing(rng, of, shared)),
            None => format!("{name}{}", given(rng, of)),
        },
        Style::Uyghur => format!("{}·{name}", rng.pick(by_sex(of, UYGHUR_M, UYGHUR_F))),
        Style::Kazakh => format!("{}·{name}", rng.pick(by_sex(of, KAZAKH_M, KAZAKH_F))),
        Style::Tibetan => format!("{}{}", rng.pick(TIBETAN), rng.pick(by_sex(of, TIBETAN_M, TIBETAN_F))),
        Style::Mongol => (*rng.pick(by_sex(of, MONGOL_M, MONGOL_F))).to_owned(),
        Style::Yi => format!("{name}·{}", rng.pick(by_sex(of, YI_M, YI_F))),
        Style::Korean => format!("{name}{}", rng.pick(by_sex(of, KOREAN_M, KOREAN_F))),
    }
}

/// The Chinese form of a Western name: given name, dot, family name.
pub fn foreign_name(rng: &mut Rng, of: Bearer, family: &str) -> String {
    format!("{}·{family}", rng.pick(by_sex(of, FOREIGN_M, FOREIGN_F)))
}

/// A Western family name in Chinese.
pub fn foreign_family(rng: &mut Rng) -> &'static str {
    rng.pick::<&str>(FOREIGN_CLAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHILD: Bearer = Bearer { male: true, generation: Generation::Child };

    #[test]
    fn every_character_of_the_pools_takes_three_bytes() {
        for text in [CHILD_MALE, CHILD_FEMALE, PARENT_MALE, PARENT_FEMALE, GRAND_MALE, GRAND_FEMALE, SHARED] {
            assert!(text.chars().all(|c| c.len_utf8() == 3));
        }
    }

    #[test]
    fn about_one_in_three_hundred_has_a_double_surname() {
        let mut rng = Rng::keyed(1, &[]);
        let double = (0..30_000).filter(|_| surname(&mut rng).chars().count() == 2).count();
        assert!((60..160).contains(&double), "{double}");
    }

    #[test]
    fn dots_are_the_one_of_gb_18030() {
        let mut rng = Rng::keyed(2, &[]);
        let clan = clan(&mut rng, Style::Uyghur);
        assert!(full_name(&mut rng, &clan, CHILD).contains('\u{b7}'));
    }

    #[test]
    fn a_twin_shares_the_character_and_not_the_name() {
        let mut rng = Rng::keyed(3, &[]);
        let clan = Clan { style: Style::Han, name: "单", shared: Some("子") };
        for _ in 0..500 {
            let first = full_name(&mut rng, &clan, CHILD);
            let second = twin_name(&mut rng, &clan, CHILD, &first);
            assert!(second.starts_with("单子") && first != second);
        }
    }
}
