//! Which sheets of a file are rosters: one, or several that are each a class of its own; else the clerk is asked.

use crate::model::cell::Row;
use crate::model::field::Field;
use crate::roster::column;

use super::problem::LayoutProblem;
use super::{Decision, Layout, title};

/// A sheet that was looked at.
#[derive(Clone, Debug)]
pub struct Sheet {
    pub index: usize,
    pub name: String,
    pub visible: bool,
    pub found: Result<Layout, LayoutProblem>,
}

/// What was chosen among the sheets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice {
    /// Positions in the list that was given.
    Read(Vec<usize>, Vec<Decision>),
    /// Positions that are equally good: the clerk says which.
    Ask(Vec<usize>),
    /// Nothing to read.
    None,
}

/// Headings of lists that hold names, sexes and birth dates, but not of pupils to be registered.
const OTHER_LISTS: &[(&str, &[&str])] = &[
    (
        "教职工表",
        &[
            "职称",
            "学历",
            "任教学科",
            "任教年级",
            "参加工作时间",
            "参加工作年月",
            "教师资格证",
            "教师资格证号",
            "工号",
            "岗位",
            "毕业院校",
            "编制",
            "专业技术职务",
            "教龄",
            "行政职务",
            "教师姓名",
            "教师编号",
            "聘用形式",
        ],
    ),
    (
        "成绩表",
        &[
            "语文",
            "数学",
            "英语",
            "总分",
            "名次",
            "平均分",
            "班名次",
            "科学",
            "物理",
            "化学",
            "生物",
            "历史",
            "地理",
            "道德与法治",
        ],
    ),
    (
        "体检表",
        &["身高", "体重", "肺活量", "视力", "左眼视力", "右眼视力", "50米跑", "坐位体前屈", "胸围", "血压"],
    ),
];

/// How many of its headings a list must have to be taken for one.
const TELLING: usize = 2;

/// The list that a header is of, when not of pupils.
pub fn other_list(layout: &Layout) -> Option<&'static str> {
    if layout.column_of(Field::Number) > 0 && layout.column_of(Field::DocumentId) > 0 {
        return None;
    }
    let leaves: Vec<String> = layout.paths().iter().map(|p| column::plain(p.leaf())).collect();
    let telling = |names: &[&str]| leaves.iter().filter(|l| names.contains(&l.as_str())).count() >= TELLING;
    OTHER_LISTS.iter().find(|(_, names)| telling(names)).map(|(kind, _)| *kind)
}

/// Whether a sheet's name says that it shows how to fill in.
pub fn is_example(name: &str) -> bool {
    [
        "示例",
        "样例",
        "范例",
        "填写说明",
        "填表说明",
        "填报说明",
        "填写须知",
        "填表须知",
        "样本",
        "举例",
        "例表",
    ]
    .iter()
    .any(|w| name.contains(w))
}

/// Whether a row may be a pupil's, as far as its place tells: it is not empty and stands below the form's own rows.
pub fn may_be_pupil(layout: &Layout, row: &Row) -> bool {
    let name = layout.column_of(Field::PupilName) as usize;
    let of_form = layout.passed.iter().any(|(n, _)| *n == row.number);
    row.number > layout.header_row && !of_form && name > 0 && !row.cell(name - 1).0.trim().is_empty()
}

/// Chooses among the sheets nobody named.
pub fn choose(sheets: &[Sheet]) -> Choice {
    let good = |visible: bool| -> Vec<usize> {
        (0..sheets.len()).filter(|i| sheets[*i].visible == visible && sheets[*i].found.is_ok()).collect()
    };
    let rosters = good(true);
    match rosters[..] {
        // What is hidden is not read unasked, even where nothing else could be.
        [] => match good(false) {
            hidden if hidden.is_empty() => Choice::None,
            hidden => Choice::Ask(hidden),
        },
        [one] => {
            let others = skipped(sheets, &rosters, None);
            let reason = match (sheets.len(), others.len()) {
                (1, _) => "文件只有这一张工作表。".to_owned(),
                _ => "只有这一张工作表有花名册的表头和学生。".to_owned(),
            };
            Choice::Read(rosters, with(Decision::new("sheet", &sheets[one].name, reason), others))
        }
        _ => several(sheets, &rosters),
    }
}

fn with(first: Decision, rest: Vec<Decision>) -> Vec<Decision> {
    std::iter::once(first).chain(rest).collect()
}

/// Several sheets: each a class or a grade of its own, or one of them clearly the roster.
fn several(sheets: &[Sheet], rosters: &[usize]) -> Choice {
    if are_classes(sheets, rosters) {
        let names: Vec<&str> = rosters.iter().map(|i| sheets[*i].name.as_str()).collect();
        let reason = "各是一个班（年级）的花名册，名称各不相同。";
        let decision = Decision::new("sheet", names.join("、"), reason);
        return Choice::Read(rosters.to_vec(), with(decision, skipped(sheets, rosters, None)));
    }
    match best_by_far(sheets, rosters) {
        Some(best) => {
            let (index, known) = (best, known(&sheets[best]));
            let reason = format!("认出 {known} 栏，其他工作表都没有证件号码，认出的不到一半。");
            let decision = Decision::new("sheet", &sheets[index].name, reason);
            let less = "没有证件号码一栏，认出的栏目不到所读工作表的一半；要读请用 --sheet 指明。";
            Choice::Read(vec![index], with(decision, skipped(sheets, &[index], Some(less))))
        }
        None => Choice::Ask(rosters.to_vec()),
    }
}

fn known(sheet: &Sheet) -> usize {
    sheet.found.as_ref().map_or(0, Layout::known)
}

fn are_classes(sheets: &[Sheet], rosters: &[usize]) -> bool {
    let classes: Vec<_> = rosters.iter().map(|i| title::classes_of_sheet(&sheets[*i].name)).collect();
    if classes.iter().all(|c| c.len() == 1) {
        return (1..classes.len()).all(|i| classes[..i].iter().all(|c| !c[0].is(&classes[i][0])));
    }
    let grades: Vec<_> = rosters.iter().map(|i| title::grade_in(&sheets[*i].name)).collect();
    let no_class = classes.iter().all(Vec::is_empty);
    no_class && (0..grades.len()).all(|i| grades[i].is_some() && !grades[..i].contains(&grades[i]))
}

/// The one sheet with document numbers and more than twice the columns of any other.
fn best_by_far(sheets: &[Sheet], rosters: &[usize]) -> Option<usize> {
    let best = rosters.iter().copied().max_by_key(|i| known(&sheets[*i]))?;
    let has_document = |i: usize| sheets[i].found.as_ref().is_ok_and(|l| l.column_of(Field::DocumentId) > 0);
    let far = |i: &usize| *i == best || (known(&sheets[*i]) * 2 < known(&sheets[best]) && !has_document(*i));
    (has_document(best) && rosters.iter().all(far)).then_some(best)
}

/// What is not read, each with its reason.
fn skipped(sheets: &[Sheet], chosen: &[usize], less: Option<&str>) -> Vec<Decision> {
    let others = sheets.iter().enumerate().filter(|(i, _)| !chosen.contains(i));
    others
        .map(|(_, s)| {
            let reason = match (&s.found, s.visible) {
                (Ok(_), false) => "工作表是隐藏的；要读请用 --sheet 指明。".to_owned(),
                (Ok(_), true) => less.unwrap_or("没有选用。").to_owned(),
                (Err(problem), false) => format!("工作表是隐藏的，{}", problem.message()),
                (Err(problem), true) => problem.message(),
            };
            Decision::new("sheet-skipped", &s.name, reason)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::cell::CellKind;
    use crate::roster::layout::find;

    fn layout(headings: &[&str]) -> Layout {
        let mut row = Row::new(1);
        headings.iter().for_each(|h| row.push(h, CellKind::Text));
        find(&[row], None).unwrap()
    }

    fn sheet(index: usize, name: &str, visible: bool, headings: &[&str]) -> Sheet {
        let found = if headings.is_empty() { Err(LayoutProblem::Empty) } else { Ok(layout(headings)) };
        Sheet { index, name: name.into(), visible, found }
    }

    const FULL: &[&str] = &["姓名", "性别", "出生日期", "民族", "身份证号", "班号", "家庭住址", "联系电话"];
    const THIN: &[&str] = &["姓名", "性别", "班级"];

    fn choice(sheets: &[(&str, bool, &[&str])]) -> Choice {
        let all: Vec<Sheet> = sheets.iter().enumerate().map(|(i, (n, v, h))| sheet(i, n, *v, h)).collect();
        choose(&all)
    }

    fn read(choice: Choice) -> (Vec<usize>, usize) {
        match choice {
            Choice::Read(which, decisions) => {
                assert!(decisions.iter().all(|d| d.reason.ends_with('。')));
                (which, decisions.len())
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_only_roster_is_read_and_the_rest_is_said() {
        assert_eq!(
            read(choice(&[("说明", true, &[]), ("花名册", true, FULL), ("旧", false, FULL)])),
            (vec![1], 3)
        );
    }

    #[test]
    fn sheets_of_classes_are_all_read_and_copies_are_asked_about() {
        let class = |n| (n, true, FULL);
        assert_eq!(read(choice(&[class("一（1）班"), class("一(2)班")])).0, [0, 1]);
        assert_eq!(read(choice(&[class("一年级"), class("二年级")])).0, [0, 1]);
        for names in
            [["花名册", "花名册(2)"], ["一(1)班", "一（1）班"], ["一(1)班", "全校汇总"], ["Sheet1", "Sheet2"]]
        {
            assert_eq!(choice(&[class(names[0]), class(names[1])]), Choice::Ask(vec![0, 1]), "{names:?}");
        }
    }

    #[test]
    fn a_thin_list_beside_a_full_roster_is_passed_over_with_its_reason() {
        assert_eq!(read(choice(&[("座位", true, THIN), ("花名册", true, FULL)])), (vec![1], 2));
        assert_eq!(choice(&[("座位", true, THIN), ("分组", true, THIN)]), Choice::Ask(vec![0, 1]));
    }

    #[test]
    fn a_hidden_roster_is_asked_about_and_none_is_none() {
        assert_eq!(choice(&[("旧", false, FULL), ("说明", true, &[])]), Choice::Ask(vec![0]));
        assert_eq!(choice(&[("说明", true, &[])]), Choice::None);
    }

    #[test]
    fn lists_of_teachers_and_marks_are_told_from_rosters() {
        let teachers = ["姓名", "性别", "出生日期", "身份证号", "民族", "学历", "职称", "联系电话"];
        assert_eq!(other_list(&layout(&teachers)), Some("教职工表"));
        assert_eq!(other_list(&layout(&["姓名", "性别", "班级", "语文", "数学"])), Some("成绩表"));
        assert_eq!(other_list(&layout(FULL)), None);
        assert!(is_example("填写示例") && !is_example("花名册"));
    }
}
