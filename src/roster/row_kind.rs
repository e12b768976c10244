//! What a row below the header is: a pupil, or a total, a note, a signature, a header once more, a row left empty.

use crate::model::cell::Row;
use crate::model::field::Field;

use super::column;
use super::fill::Fill;
use super::layout::paths::{known_in, one_line};
use super::layout::{Layout, title};

/// What a row is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    Pupil,
    /// Not a pupil, and why.
    Passed(&'static str),
    /// The title of the next class's rows, where no column says the class.
    ClassTitle(String),
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

const EXAMPLES: &[&str] = &["例：", "例:", "示例", "样例", "范例", "举例", "填写示例"];

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
    /// The headings over the names, as they stand.
    over_name: Vec<String>,
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
            over_name: layout.paths().get(name).map(|p| p.texts.clone()).unwrap_or_default(),
            last_of_form: layout.passed.iter().map(|(n, _)| *n).max().unwrap_or(0),
            class_is_told: at(Field::ClassName).or(at(Field::ClassNumber)).is_some(),
        }
    }

    /// What this row is. An ordinary row costs a few looks at its cells.
    pub fn of(&self, row: &Row, layout: &Layout, fill: &Fill) -> Kind {
        if row.number <= self.last_of_form
            && let Some((_, what)) = layout.passed.iter().find(|(n, _)| *n == row.number)
        {
            return Kind::Passed(what);
        }
        let name = row.cell(self.name).0.trim();
        if self.over_name.iter().any(|h| h == name) || column::is_heading(name) {
            match heading_row(row, layout) {
                Some(true) => return Kind::Passed("重复的表头"),
                Some(false) => return Kind::AnotherTable,
                None => {}
            }
        }
        let told = self.telling.iter().any(|c| !is_nothing(row.cell(*c).0));
        if told && !is_nothing(name) {
            // 合计 in the column of names, with the numbers of boys and girls beside it.
            return match name {
                _ if is_total(name) || is_total(row.cell(0).0) => Kind::Passed("合计、说明或签字行"),
                _ if self.shows(row, name) => Kind::Passed("填写示例行"),
                _ if is_signature(row.cell(0).0) => Kind::Passed("合计、说明或签字行"),
                _ => Kind::Pupil,
            };
        }
        self.of_thin(row, layout, fill, told)
    }

    /// Whether the row only shows how to fill in: 例 before it, or （示例） after the name.
    fn shows(&self, row: &Row, name: &str) -> bool {
        let first = row.cell(0).0.trim();
        let begins = self.name > 0 && (first == "例" || EXAMPLES.iter().any(|e| first.starts_with(e)));
        begins || name.ends_with("（示例）") || name.ends_with("(示例)")
    }

    /// A row without a name, or with nothing else that makes a pupil.
    fn of_thin(&self, row: &Row, layout: &Layout, fill: &Fill, told: bool) -> Kind {
        if repeats_header(row, layout) {
            return Kind::Passed("重复的表头");
        }
        let filled: Vec<(usize, &str)> =
            (0..row.len()).map(|c| (c, row.cell(c).0.trim())).filter(|(_, t)| !t.is_empty()).collect();
        let Some(&(first_at, first)) = filled.first() else { return Kind::Passed("空行") };
        let name = row.cell(self.name).0.trim();
        let counted = name.bytes().all(|b| b.is_ascii_digit());
        let named = !is_nothing(name) && first_at != self.name && !counted;
        if (!named && is_footer(first)) || is_signature(first) {
            return Kind::Passed("合计、说明或签字行");
        }
        if self.shows(row, name) {
            return Kind::Passed("填写示例行");
        }
        if filled.len() <= 2
            && !self.class_is_told
            && let [class] = &title::classes_in(first)[..]
        {
            return Kind::ClassTitle(class.text.clone());
        }
        if is_nothing(name) && fill.goes_on(row) {
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
        || (COUNTS.iter().any(|c| text.starts_with(c)) && counts() && paged)
}

/// 合计 by itself, however it is spaced.
fn is_total(text: &str) -> bool {
    text.starts_with(['合', '小', '总', '共', '累'])
        && matches!(without_spaces(text).as_str(), "合计" | "小计" | "总计" | "共计" | "累计" | "总人数")
}

/// 填表人： with whatever stands beside it. No name has a colon.
fn is_signature(text: &str) -> bool {
    text.contains(['：', ':']) && is_footer(text)
}

/// More than a name: long, or with the stops of a sentence.
fn is_sentence(text: &str) -> bool {
    text.chars().count() > 12 || text.contains(['。', '：', '；', '，', ':', '！'])
}

/// A row with a heading where the name should be: the header once more (`true`), or another table's (`false`).
fn heading_row(row: &Row, layout: &Layout) -> Option<bool> {
    if repeats_header(row, layout) {
        return Some(true);
    }
    (known_in(row) >= 3).then_some(false)
}

/// Whether most of what stands in the row is what stands over it in the header.
fn repeats_header(row: &Row, layout: &Layout) -> bool {
    let (mut filled, mut same) = (0, 0);
    for c in (0..row.len()).filter(|c| !row.cell(*c).0.trim().is_empty()) {
        filled += 1;
        let text = one_line(row.cell(c).0);
        same +=
            usize::from(layout.paths().get(c).is_some_and(|p| p.texts.iter().any(|t| one_line(t) == text)));
    }
    filled > 0 && same * 5 >= filled * 4
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::cell::CellKind;
    use crate::roster::layout;
    use proptest::prelude::*;

    fn row(number: u32, cells: &[&str]) -> Row {
        let mut row = Row::new(number);
        cells.iter().for_each(|c| row.push(c, if c.is_empty() { CellKind::Empty } else { CellKind::Text }));
        row
    }

    fn kind(header: &[&str], cells: &[&str]) -> Kind {
        let layout = layout::find(&[row(1, header)], None).unwrap();
        RowKinds::new(&layout).of(&row(9, cells), &layout, &Fill::new(&layout))
    }

    const HEADER: &[&str] = &["序号", "姓名", "性别", "民族", "身份证号", "班号", "家庭住址"];

    #[test]
    fn what_is_no_pupil_is_told_by_its_kind() {
        for (cells, reason) in [
            (&["合计", "", "45"][..], "合计、说明或签字行"),
            (&["合计", "45", "23", "22"], "合计、说明或签字行"),
            (&["合 计：45人，其中男23人"], "合计、说明或签字行"),
            (&["", "共 45 人"], "合计、说明或签字行"),
            (&["填表人：", "王老师", "", "审核人：李校长"], "合计、说明或签字行"),
            (&["第 1 页 共 3 页"], "合计、说明或签字行"),
            (&["注：姓名须与户口簿一致。"], "合计、说明或签字行"),
            (&["", "以上信息经家长核对无误"], "合计、说明或签字行"),
            (&["序号", "姓名", "性别", "民族", "身份证号", "班号", "家庭住址"], "重复的表头"),
            (&["例", "张三", "男", "汉族"], "填写示例行"),
            (&["1", "张三（示例）", "男", "汉族"], "填写示例行"),
            (&["7"], "没有学生的空行（只有序号等）"),
            (&["7", "", "", "", "", "P1"], "没有学生的空行（只有序号等）"),
            (&["7", "0", "0", "0", "0", "0", "0"], "没有学生的空行（只有序号等）"),
            (&["请各班主任于9月10日前上报"], "只有一格文字的标题或说明行"),
        ] {
            assert_eq!(kind(HEADER, cells), Kind::Passed(reason), "{cells:?}");
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
            &["1", "范例", "男", "汉族"],
            &["1", "共青", "女", "汉族"],
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
    }

    proptest! {
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
