//! What a row below the header is: a pupil, or a total, a note, a signature, a header once more, a row left empty.

use crate::model::cell::Row;
use crate::model::document::{Holder, parse_identity_number};
use crate::model::field::Field;

use super::again::{Again, Headings};
use super::date_cell;
use super::fill::Fill;
use super::layout::meaning::is_guardian;
use super::layout::{Layout, title};

/// What a row is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    Pupil,
    /// Not a pupil, and why.
    Passed(&'static str),
    /// The title of the next class's rows, where no column says the class.
    ClassTitle(String),
    /// The name of the school that the next rows are of; with its class, where no column says the class.
    SchoolTitle(String, Option<String>),
    /// The header of another table.
    AnotherTable,
}

/// How a row begins that closes a sheet or a page.
const FOOTERS: &[&str] = &[
    "合计",
    "小计",
    "总计",
    "共计",
    "累计",
    "总人数",
    "合计人数",
    "填表人",
    "填表日期",
    "填表时间",
    "填表说明",
    "填表单位",
    "填报人",
    "填报日期",
    "填报单位",
    "填报说明",
    "审核人",
    "审核：",
    "审核:",
    "审核签字",
    "制表",
    "经办人",
    "负责人",
    "校长签",
    "校长：",
    "校长:",
    "校长（",
    "班主任签",
    "班主任：",
    "班主任:",
    "班主任（",
    "学校盖章",
    "学校（盖章",
    "学校(盖章",
    "学校公章",
    "单位盖章",
    "单位（盖章",
    "盖章",
    "签字",
    "签名",
    "家长签",
    "说明",
    "备注：",
    "备注:",
    "注：",
    "注:",
    "注意",
    "以上",
    "本表",
    "打印日期",
    "制表日期",
    "日期：",
    "日期:",
    "联系人：",
    "联系人:",
    "※",
    "【",
];

/// How a row begins that counts, when a number follows.
const COUNTS: &[&str] = &["共", "全班", "本班", "全校", "本页", "男", "女", "其中", "总数", "人数", "第"];

const EXAMPLES: &[&str] = &["例：", "例:", "填写示例", "示例", "样例", "范例", "举例"];

/// Fields that make a row a pupil's: where none has anything, the row is looked at more closely.
const TELLING: &[Field] =
    &[Field::DocumentId, Field::BirthDate, Field::Sex, Field::Number, Field::EthnicGroup];

/// Fields that a form may have filled in before there is a pupil.
const PREFILLED: &[Field] = &[
    Field::School,
    Field::SchoolName,
    Field::Campus,
    Field::GradeName,
    Field::ClassNumber,
    Field::ClassName,
    Field::EntryMonth,
    Field::EntryMethod,
    Field::Seat,
];

/// What is asked of every row, made ready once.
pub struct RowKinds {
    name: usize,
    telling: Vec<usize>,
    guardian: Option<usize>,
    /// The columns of 性别, 出生日期 and 身份证件号.
    asked: [Option<usize>; 3],
    headings: Headings,
    last_of_form: u32,
    class_is_told: bool,
}

impl RowKinds {
    /// Made for one layout.
    pub fn new(layout: &Layout) -> RowKinds {
        let at = |f: Field| (layout.column_of(f) as usize).checked_sub(1);
        let name = at(Field::PupilName).unwrap_or(0);
        RowKinds {
            name,
            telling: TELLING.iter().filter_map(|f| at(*f)).collect(),
            guardian: at(Field::G1Name),
            asked: [at(Field::Sex), at(Field::BirthDate), at(Field::DocumentId)],
            headings: Headings::new(layout),
            last_of_form: layout.passed.iter().map(|(n, _)| *n).max().unwrap_or(0),
            class_is_told: at(Field::ClassName).or(at(Field::ClassNumber)).is_some(),
        }
    }

    /// Whether a row has no name of its own because that of the row above is merged over it.
    pub fn goes_on(&self, row: &Row, fill: &Fill) -> bool {
        is_nothing(row.cell(self.name).0) && fill.goes_on(row) && !row.is_blank()
    }

    /// What this row is. An ordinary row costs a few looks at its cells.
    pub fn of(&self, row: &Row, layout: &Layout, fill: &Fill) -> Kind {
        if row.number <= self.last_of_form
            && let Some((_, what)) = layout.passed.iter().find(|(n, _)| *n == row.number)
        {
            return Kind::Passed(what);
        }
        let name = row.cell(self.name).0.trim();
        let is_heading = |c: &usize| self.headings.has_plain(row.cell(*c).0.trim());
        if (self.headings.has(name) || self.telling.iter().any(is_heading))
            && let Some(header) = self.header_again(row, layout)
        {
            return header;
        }
        let told = self.telling.iter().any(|c| !is_nothing(row.cell(*c).0));
        if told && !is_nothing(name) {
            // 合计 in the column of names, with the numbers of boys and girls beside it.
            let reason = match name {
                _ if is_total(name) || is_total(first_of(row)) => "合计、说明或签字行",
                _ if self.shows(row, name) => "填写示例行",
                _ if self.asks(row) => "填写要求行",
                _ if is_signature(row.cell(0).0) => "合计、说明或签字行",
                _ => return Kind::Pupil,
            };
            return if self.is_whole(row, name) { Kind::Pupil } else { Kind::Passed(reason) };
        }
        self.of_thin(row, layout, fill, told)
    }

    fn header_again(&self, row: &Row, layout: &Layout) -> Option<Kind> {
        Some(match self.headings.again(row, layout)? {
            Again::Same => Kind::Passed("重复的表头"),
            Again::Other => Kind::AnotherTable,
        })
    }

    /// Whether the row has all of a pupil: a name, and a citizen's number or birth date and sex. Whatever stands before
    /// it, such a row is not passed over.
    fn is_whole(&self, row: &Row, name: &str) -> bool {
        let [sex, born, number] = self.asked.map(|c| c.map_or("", |c| row.cell(c).0.trim()));
        if parse_identity_number(number, Holder::Pupil).is_ok() {
            return true;
        }
        let is_sex = ["男", "女"].iter().any(|s| sex.starts_with(s)) && sex.chars().count() <= 2;
        is_sex && !is_total(name) && date_cell::day(born).is_some()
    }

    /// The word by which a row with all of a pupil is called an example.
    pub fn example(&self, row: &Row) -> Option<&'static str> {
        let (first, name) = (row.cell(0).0.trim(), row.cell(self.name).0.trim());
        if !self.shows(row, name) {
            return None;
        }
        let word = EXAMPLES.iter().find(|e| first.starts_with(**e) || name.contains(**e));
        Some(word.map_or("例", |w| w.trim_end_matches(['：', ':'])))
    }

    /// Whether the row only shows how to fill in: 例 before it, or （示例） after the name.
    fn shows(&self, row: &Row, name: &str) -> bool {
        let first = row.cell(0).0.trim();
        let begins = self.name > 0 && (first == "例" || EXAMPLES.iter().any(|e| first.starts_with(e)));
        begins || name.ends_with("（示例）") || name.ends_with("(示例)")
    }

    /// Whether the row says how to fill in: 男/女, 如20140101, 18位. A pupil has a date or a number of his own.
    fn asks(&self, row: &Row) -> bool {
        let [sex, birth, number] = self.asked.map(|c| c.map_or("", |c| row.cell(c).0.trim()));
        let digits = |text: &str| text.bytes().filter(u8::is_ascii_digit).count();
        let shown = |text: &str| digits(text) < 6 || ["如", "例", "格式"].iter().any(|w| text.contains(w));
        matches!(sex, "男/女" | "男／女" | "男或女" | "男、女" | "男女") && shown(birth) && shown(number)
    }

    /// A row without a name, or with nothing else that makes a pupil.
    fn of_thin(&self, row: &Row, layout: &Layout, fill: &Fill, told: bool) -> Kind {
        if let Some(header) = self.header_again(row, layout) {
            return header;
        }
        let filled: Vec<(usize, &str)> =
            (0..row.len()).map(|c| (c, row.cell(c).0.trim())).filter(|(_, t)| !t.is_empty()).collect();
        let Some(&(first_at, first)) = filled.first() else { return Kind::Passed("空行") };
        let name = row.cell(self.name).0.trim();
        let counted = is_count(name);
        let named = !is_nothing(name) && first_at != self.name && !counted;
        if (!named && is_footer(first)) || is_signature(first) {
            return Kind::Passed("合计、说明或签字行");
        }
        if self.shows(row, name) {
            return Kind::Passed("填写示例行");
        }
        // 实验小学 alone under 工作单位 is where a parent works.
        let of_family = layout.columns.get(first_at).copied().flatten().is_some_and(is_guardian);
        if filled.len() == 1 && !told && !of_family && title::is_school(first) {
            let class = match &title::classes_in(first)[..] {
                [class] if !self.class_is_told => Some(class.text.clone()),
                _ => None,
            };
            return Kind::SchoolTitle(first.to_owned(), class);
        }
        if filled.len() <= 2
            && !self.class_is_told
            && let [class] = &title::classes_in(first)[..]
        {
            return Kind::ClassTitle(class.text.clone());
        }
        if self.goes_on(row, fill) {
            return Kind::Passed("与上一行是同一名学生（姓名合并）的续行");
        }
        if !told && is_nothing(name) && self.guardian.is_none_or(|c| is_nothing(row.cell(c).0)) {
            return self.without_pupil(&filled, layout);
        }
        if filled.len() == 1 && first_at == self.name && is_sentence(first) {
            return Kind::Passed("只有一格文字的标题或说明行");
        }
        Kind::Pupil
    }

    fn without_pupil(&self, filled: &[(usize, &str)], layout: &Layout) -> Kind {
        if let [(_, text)] = filled
            && !text.bytes().all(|b| b.is_ascii_digit())
        {
            return Kind::Passed("只有一格文字的标题或说明行");
        }
        let empty_form = |(c, text): &(usize, &str)| {
            let field = layout.columns.get(*c).copied().flatten();
            is_nothing(text) || field.is_none_or(|f| PREFILLED.contains(&f))
        };
        if filled.iter().all(empty_form) {
            Kind::Passed("没有学生的空行（只有序号等）")
        } else {
            Kind::Pupil
        }
    }
}

/// Blank, or the 0 of a formula over blank cells.
fn is_nothing(text: &str) -> bool {
    matches!(text.trim(), "" | "0" | "-" | "/")
}

fn without_spaces(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

fn is_footer(text: &str) -> bool {
    let text = without_spaces(text);
    let counts = || text.chars().any(|c| c.is_ascii_digit()) && text.contains(['人', '名', '页', '：', ':']);
    let paged = text.contains('页') || !text.starts_with('第');
    FOOTERS.iter().any(|f| text.starts_with(f))
        || is_total(&text)
        || (COUNTS.iter().any(|c| text.starts_with(c)) && counts() && paged)
}

/// 合计 by itself, however it is spaced, and 本页小计.
fn is_total(text: &str) -> bool {
    const OF: &[&str] =
        &["本页", "本班", "全班", "本年级", "全年级", "本校", "全校", "本表", "以上", "人数", "学生"];
    if !text.starts_with(['合', '小', '总', '共', '累', '本', '全', '以', '人', '学']) {
        return false;
    }
    let text = without_spaces(text);
    let text = text.trim_end_matches([':', '：']);
    let base = OF.iter().find_map(|of| text.strip_prefix(of)).unwrap_or(text);
    matches!(base, "合计" | "小计" | "总计" | "共计" | "累计" | "总人数" | "合计人数" | "小计人数")
}

/// 45, 45人, 共8名.
fn is_count(text: &str) -> bool {
    let text = text.trim();
    let text = text.strip_suffix(['人', '名']).unwrap_or(text).trim_start_matches(['共', '男', '女', '计']);
    text.trim().bytes().all(|b| b.is_ascii_digit())
}

/// The first cell that says anything.
fn first_of(row: &Row) -> &str {
    (0..row.len()).map(|c| row.cell(c).0.trim()).find(|t| !t.is_empty()).unwrap_or("")
}

/// 填表人： with whatever stands beside it. No name has a colon.
fn is_signature(text: &str) -> bool {
    text.contains(['：', ':']) && is_footer(text)
}

/// More than a name: long, or with the stops of a sentence.
fn is_sentence(text: &str) -> bool {
    text.chars().count() > 12 || text.contains(['。', '：', '；', '，', ':', '！'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::cell::Region;
    use crate::roster::column;
    use crate::roster::layout;
    use proptest::prelude::*;

    fn kind(header: &[&str], cells: &[&str]) -> Kind {
        let layout = layout::find(&[Row::of_texts(1, header)], None).unwrap();
        RowKinds::new(&layout).of(&Row::of_texts(9, cells), &layout, &Fill::new(&layout))
    }

    const HEADER: &[&str] = &["序号", "姓名", "性别", "民族", "身份证号", "班号", "家庭住址"];

    #[test]
    fn what_is_no_pupil_is_told_by_its_kind() {
        for (cells, reason) in [
            (&["合计", "", "45"][..], "合计、说明或签字行"),
            (&["合计", "45", "23", "22"], "合计、说明或签字行"),
            (&["小计", "", "8人"], "合计、说明或签字行"),
            (&["小计", "8人"], "合计、说明或签字行"),
            (&["本页小计", "3人"], "合计、说明或签字行"),
            (&["本页小计", "", "", "3人"], "合计、说明或签字行"),
            (&["", "本页合计", "23", "22"], "合计、说明或签字行"),
            (&["", "", "小 计", "男5人"], "合计、说明或签字行"),
            (&["全校总计", "45", "23", "22"], "合计、说明或签字行"),
            (&["合 计：45人，其中男23人"], "合计、说明或签字行"),
            (&["", "共 45 人"], "合计、说明或签字行"),
            (&["填表人：", "王老师", "", "审核人：李校长"], "合计、说明或签字行"),
            (&["第 1 页 共 3 页"], "合计、说明或签字行"),
            (&["注：姓名须与户口簿一致。"], "合计、说明或签字行"),
            (&["", "以上信息经家长核对无误"], "合计、说明或签字行"),
            (&["序号", "姓名", "性别", "民族", "身份证号", "班号", "家庭住址"], "重复的表头"),
            (&["例", "张三", "男", "汉族"], "填写示例行"),
            (&["1", "张三（示例）", "男", "汉族"], "填写示例行"),
            (&["", "与户口本一致", "男/女", "全称", "18位"], "填写要求行"),
            (&["7"], "没有学生的空行（只有序号等）"),
            (&["7", "", "", "", "", "P1"], "没有学生的空行（只有序号等）"),
            (&["7", "0", "0", "0", "0", "0", "0"], "没有学生的空行（只有序号等）"),
            (&["请各班主任于9月10日前上报"], "只有一格文字的标题或说明行"),
        ] {
            assert_eq!(kind(HEADER, cells), Kind::Passed(reason), "{cells:?}");
        }
    }

    #[test]
    fn a_row_with_all_of_a_pupil_is_one_whatever_stands_before_it() {
        let header = &["序号", "姓名", "性别", "出生日期", "身份证号"];
        for cells in [
            &["合计", "王一", "男", "", "330106201803140017"][..],
            &["小计", "王一", "男", "20180314", ""],
            &["样例1", "王一", "女", "2018-03-14", ""],
            &["填表人：李", "王一", "男", "20180314", ""],
            &["1", "合计", "男", "", "330106201803140017"],
        ] {
            assert_eq!(kind(header, cells), Kind::Pupil, "{cells:?}");
        }
        for cells in [
            &["合计", "2", "男1", "女1", ""][..],
            &["例", "张三", "男", "", ""],
            &["", "合计", "男", "20180314", ""],
        ] {
            assert!(matches!(kind(header, cells), Kind::Passed(_)), "{cells:?}");
        }
    }

    #[test]
    fn whoever_may_be_a_pupil_is_one() {
        for cells in [
            &["1", "王一", "男", "汉族"][..],
            &["1", "王一"],
            &["", "王一"],
            &["1", "", "男", "汉族"],
            &["1", "", "", "", "330127201803140016"],
            &["1", "", "", "", "", "", "某路1号"],
            &["1", "说明", "男", "汉族"],
            &["1", "王一", "男/女", "汉族", "330127201803140016"],
            &["1", "范例", "男", "汉族"],
            &["1", "共青", "女", "汉族"],
            &["1", "全小计", "女", "汉族"],
            &["1", "人杰", "男", "汉族"],
            &["1", "姓名", "男", "汉族"],
        ] {
            assert_eq!(kind(HEADER, cells), Kind::Pupil, "{cells:?}");
        }
    }

    #[test]
    fn another_header_ends_the_table_and_a_class_title_turns_a_page() {
        assert_eq!(kind(HEADER, &["班号", "姓名", "家庭住址", "性别"]), Kind::AnotherTable);
        let title = kind(&["姓名", "性别", "民族"], &["一（2）班"]);
        assert_eq!(title, Kind::ClassTitle("一(2)班".into()));
        assert!(matches!(kind(HEADER, &["一（2）班"]), Kind::Passed(_)), "the class has its column");
        // In the column of names as well: no child is called so.
        let school = |header: &[&str], cells: &[&str]| kind(header, cells);
        let named = "云溪县第二小学".to_owned();
        assert_eq!(
            school(&["姓名", "性别", "民族"], &["云溪县第二小学"]),
            Kind::SchoolTitle(named.clone(), None)
        );
        assert_eq!(school(HEADER, &["云溪县第二小学"]), Kind::SchoolTitle(named, None));
        let both = school(&["姓名", "性别", "民族"], &["第二小学一（2）班"]);
        assert_eq!(both, Kind::SchoolTitle("第二小学一（2）班".into(), Some("一(2)班".into())));
        assert_eq!(kind(HEADER, &["1", "小学", "男"]), Kind::Pupil);
    }

    #[test]
    fn a_header_that_names_another_field_in_any_column_is_another_tables() {
        let header = ["姓名", "曾用名", "联系电话", "成员1姓名", "成员1联系电话", "身份证号"];
        let with = |changes: &[(usize, &'static str)]| {
            let mut cells = header;
            changes.iter().for_each(|(c, text)| cells[*c] = text);
            kind(&header, &cells)
        };
        assert_eq!(with(&[]), Kind::Passed("重复的表头"));
        assert_eq!(with(&[(5, "身份证号码"), (2, "")]), Kind::Passed("重复的表头"), "the same field");
        assert_eq!(with(&[(0, "成员1姓名"), (3, "姓名")]), Kind::AnotherTable);
        assert_eq!(with(&[(0, "★成员1姓名"), (3, "★姓名")]), Kind::AnotherTable);
        assert_eq!(with(&[(2, "成员1联系电话"), (4, "联系电话")]), Kind::AnotherTable);
        assert_eq!(with(&[(2, "成员1联系电话")]), Kind::AnotherTable);
        assert_eq!(with(&[(1, "备注")]), Kind::AnotherTable);
    }

    /// A sheet whose header is these rows, with each label merged over the columns it is said for.
    fn labelled(columns: &[(&str, &str)]) -> (Vec<Row>, Vec<Region>) {
        let begins = |i: usize| i == 0 || columns[i - 1].0 != columns[i].0;
        let labels: Vec<&str> =
            (0..columns.len()).map(|i| if begins(i) { columns[i].0 } else { "" }).collect();
        let leaves: Vec<&str> = columns.iter().map(|c| c.1).collect();
        let starts: Vec<usize> = (0..columns.len()).filter(|i| begins(*i)).collect();
        let ends = starts.iter().skip(1).copied().chain([columns.len()]);
        let merged = starts.iter().zip(ends).map(|(left, end)| (*left as u32, end as u32 - 1));
        let merges = merged.map(|(left, right)| Region { top: 1, left, bottom: 1, right }).collect();
        (vec![Row::of_texts(1, &labels), Row::of_texts(2, &leaves)], merges)
    }

    const BLOCKS: &[(&str, &str)] = &[
        ("学生信息", "姓名"),
        ("学生信息", "性别"),
        ("学生信息", "身份证号"),
        ("学生信息", "联系电话"),
        ("监护人信息", "姓名"),
        ("监护人信息", "身份证号"),
        ("监护人信息", "联系电话"),
        ("备注信息", "备注"),
    ];

    const FLAT: &[&str] = &[
        "序号",
        "姓名",
        "曾用名",
        "性别",
        "身份证号",
        "★联系电话",
        "现住址",
        "家庭地址",
        "成员1姓名",
        "成员1联系电话",
        "备注",
        "特别的一栏",
    ];

    fn order(of: usize) -> impl Strategy<Value = Vec<usize>> {
        Just((0..of).collect::<Vec<usize>>()).prop_shuffle()
    }

    proptest! {
        /// Whatever the order of its columns, a header below is passed over only where it is the very same.
        #[test]
        fn a_header_in_another_order_is_never_passed_over(order in order(FLAT.len())) {
            let other: Vec<&str> = order.iter().map(|i| FLAT[*i]).collect();
            let expected = if other == FLAT { Kind::Passed("重复的表头") } else { Kind::AnotherTable };
            prop_assert_eq!(kind(FLAT, &other), expected);
        }

        /// The same of two columns that changed places, which leaves nearly everything as it was.
        #[test]
        fn two_columns_that_changed_places_are_noticed(a in 0..FLAT.len(), b in 0..FLAT.len()) {
            prop_assume!(a != b);
            let mut other = FLAT.to_vec();
            other.swap(a, b);
            prop_assert_eq!(kind(FLAT, &other), Kind::AnotherTable);
        }

        /// And of headers of two rows: one of the two is noticed.
        #[test]
        fn blocks_in_another_order_are_noticed(order in order(BLOCKS.len())) {
            let mapping = crate::roster::mapping::Mapping::default();
            let (rows, merges) = labelled(BLOCKS);
            let look = layout::Look { rows: &rows, merges: &merges, sheet: "" };
            let asked = layout::Asked { header_row: None, mapping: &mapping };
            let layout = layout::settle(&look, &asked).unwrap();
            let other: Vec<(&str, &str)> = order.iter().map(|i| BLOCKS[*i]).collect();
            let (below, _) = labelled(&other);
            let kinds = RowKinds::new(&layout);
            let fill = Fill::new(&layout);
            let found: Vec<Kind> = below.iter().map(|r| kinds.of(r, &layout, &fill)).collect();
            let same = other == BLOCKS;
            prop_assert_eq!(same, !found.contains(&Kind::AnotherTable), "{:?} {:?}", other, found);
        }

        /// No row with a name and a sex is ever taken for a note, whatever else stands in it.
        #[test]
        fn a_row_with_a_name_and_a_sex_is_a_pupil(
            serial in "[0-9]{0,3}", name in "[王李张刘陈杨黄赵吴周][一-龥]{1,2}", rest in "\\PC{0,12}",
        ) {
            prop_assume!(!column::is_heading(&name));
            prop_assert_eq!(kind(HEADER, &[&serial, &name, "男", "", "", &rest]), Kind::Pupil);
        }
    }
}
