//! Tests of finding the table.

use super::problem::LayoutProblem;
use super::*;
use crate::model::cell::CellKind;

fn sheet(rows: &[&[&str]]) -> Vec<Row> {
    let row = |(i, cells): (usize, &&[&str])| {
        let mut row = Row::new(i as u32 + 1);
        cells.iter().for_each(|c| row.push(c, if c.is_empty() { CellKind::Empty } else { CellKind::Text }));
        row
    };
    // As the readers do it, a blank row is not given.
    rows.iter().enumerate().map(row).filter(|r| !r.is_blank()).collect()
}

fn settled(rows: &[Row], sheet: &str, mapping: &str) -> Result<Layout, LayoutProblem> {
    let mapping = Mapping::parse(mapping).unwrap();
    let asked = Asked { header_row: mapping.header_row, mapping: &mapping };
    settle(&Look { rows, merges: &[], sheet }, &asked)
}

fn said<'a>(layout: &'a Layout, what: &str) -> Vec<&'a str> {
    layout.decisions.iter().filter(|d| d.what == what).map(|d| d.chosen.as_str()).collect()
}

#[test]
fn the_header_is_found_under_its_titles_in_any_order() {
    let rows = sheet(&[
        &["云溪县第一小学花名册", "", ""],
        &["班级：一（1）班", "", "填表日期"],
        &["身份证号", "备注", "姓名", "性别"],
        &["", "", "王一", "男"],
    ]);
    let layout = find(&rows, None).unwrap();
    assert_eq!((layout.header_top, layout.header_row), (3, 3));
    assert_eq!(layout.column_of(Field::PupilName), 3);
    assert_eq!(layout.column_of(Field::BirthDate), 0);
    assert_eq!(layout.unread, [(2, "备注".to_owned())]);
    assert_eq!(said(&layout, "rows-passed"), ["第 1、2 行"]);
    assert_eq!(layout.constants[0].value, "一(1)班");
    for d in &layout.decisions {
        assert!(d.reason.ends_with('。') && DECISIONS.iter().any(|(key, _)| *key == d.what), "{d:?}");
    }
}

#[test]
fn a_header_of_two_rows_tells_pupil_from_guardian() {
    let rows = sheet(&[
        &["学生基本情况", "", "", "监护人信息", ""],
        &["姓名", "性别", "身份证号", "姓名", "身份证号"],
        &["王一", "男", "", "王二", ""],
    ]);
    let layout = find(&rows, None).unwrap();
    assert_eq!((layout.header_top, layout.header_row), (1, 2));
    let at = |f| layout.column_of(f);
    assert_eq!(
        [at(Field::PupilName), at(Field::DocumentId), at(Field::G1Name), at(Field::G1DocumentId)],
        [1, 3, 4, 5]
    );
    assert_eq!(said(&layout, "columns").len(), 1);
    assert_eq!(find(&rows, Some(1)).unwrap().header_row, 2, "either of its rows may be named");
    assert_eq!(find(&rows, Some(2)).unwrap().header_top, 1);
}

#[test]
fn three_rows_are_read_to_the_bottom() {
    let rows = sheet(&[
        &["花名册"],
        &["学生信息", "", "家庭成员信息", "", "", ""],
        &["姓名", "性别", "父亲", "", "母亲", ""],
        &["", "", "姓名", "电话", "姓名", "电话"],
        &["王一", "男", "王二", "1", "李三", "2"],
    ]);
    let layout = find(&rows, None).unwrap();
    assert_eq!((layout.header_top, layout.header_row), (2, 4));
    let fields = [Field::PupilName, Field::Sex, Field::G1Name, Field::G1Phone, Field::G2Name, Field::G2Phone];
    assert_eq!(layout.columns, fields.map(Some));
    assert_eq!(layout.constants.len(), 2);
}

#[test]
fn two_columns_of_one_field_are_refused_with_both_named() {
    let rows = sheet(&[&["姓名", "学生姓名", "性别", "民族"]]);
    let problem = find(&rows, None).unwrap_err();
    assert_eq!(problem.message(), "A 列（姓名）、B 列（学生姓名） 都可能是“姓名”。");
    assert!(problem.hint().contains("\"@B\" = \"-\"") && problem.is_question());
    let layout = settled(&rows, "", "[columns]\n\"@B\" = \"-\"\n").unwrap();
    assert_eq!(layout.column_of(Field::PupilName), 1);
    assert_eq!(said(&layout, "column-mapped"), ["B 列（学生姓名）：不读"]);
}

#[test]
fn a_heading_merged_over_columns_to_tick_is_refused_and_no_part_is_left_out() {
    let across = |left, right| Region { top: 1, left, bottom: 1, right };
    let hint = |rows: &[&[&str]], merges: &[Region]| {
        let (rows, mapping) = (sheet(rows), Mapping::parse("").unwrap());
        let asked = Asked { header_row: None, mapping: &mapping };
        settle(&Look { rows: &rows, merges, sheet: "名册" }, &asked).unwrap_err().hint()
    };
    let ticks: &[&[&str]] = &[
        &["姓名", "性别", "民族", "独生子女", ""],
        &["", "", "", "是", "否"],
        &["王一", "男", "汉族", "√", ""],
        &["王二", "女", "汉族", "", "√"],
    ];
    assert!(hint(ticks, &[across(3, 4)]).contains("打勾"));
    let parts: &[&[&str]] = &[
        &["姓名", "性别", "民族", "出生日期", "", ""],
        &["", "", "", "年", "月", "日"],
        &["王一", "男", "汉族", "2018", "3", "14"],
    ];
    assert!(hint(parts, &[across(3, 5)]).contains("年、月、日分写"));
    let twice: &[&[&str]] =
        &[&["姓名", "性别", "民族", "出生日期", "出生年月"], &["王一", "男", "汉族", "20180314", "201803"]];
    assert!(hint(twice, &[]).contains("\"@E\""), "{}", hint(twice, &[]));
}

#[test]
fn without_header_or_names_it_says_so() {
    assert_eq!(
        find(&sheet(&[&["王一", "男", "汉族"]]), None),
        Err(LayoutProblem::NoHeader { best: 0, at: None })
    );
    assert_eq!(
        find(&sheet(&[&["性别", "民族", "班号"]]), None),
        Err(LayoutProblem::NoNames { header_row: 1 })
    );
    assert_eq!(find(&[], None), Err(LayoutProblem::Empty));
    let rows = sheet(&[&["姓名", "性别", "民族", "班号"], &["王一", "男", "汉族", "1"]]);
    let problem = find(&rows, Some(9)).unwrap_err();
    assert!(problem.message().contains("第 9 行"), "{}", problem.message());
    assert!(find(&rows, Some(2)).unwrap_err().message().contains("第 2 行"));
}

#[test]
fn two_tables_on_a_sheet_are_asked_about_and_a_repeated_header_is_not() {
    let other = sheet(&[
        &["姓名", "性别", "民族", "班号"],
        &["王一", "男", "汉族", "1"],
        &["班级", "姓名", "性别", "出生日期"],
        &["1", "李二", "女", "20150307"],
    ]);
    let problem = find(&other, None).unwrap_err();
    assert_eq!(problem, LayoutProblem::Stacked { rows: vec![(1, 4), (3, 4)], pupils: vec![2] });
    assert!(!problem.hint().contains("--header-row"), "either row would lose the pupils of the other");
    let problem = find(&other, Some(3)).unwrap_err();
    assert_eq!(problem, LayoutProblem::PupilsAbove { header_row: 3, pupils: vec![2] });
    assert!(problem.message().contains("第 2 行") && problem.hint().contains("--sheet"));
    let empty = sheet(&[
        &["姓名", "性别", "民族", "班号"],
        &["（以下另起）"],
        &["班级", "姓名", "性别", "出生日期"],
        &["1", "李二", "女", "20150307"],
    ]);
    let problem = find(&empty, None).unwrap_err();
    assert_eq!(problem, LayoutProblem::Headers { rows: vec![(1, 4), (3, 4)] });
    assert!(problem.hint().contains("--header-row"));
    let repeated = sheet(&[
        &["姓名", "性别", "民族", "班号"],
        &["王一", "男", "汉族", "1"],
        &["姓名", "性别", "民族", "班号"],
    ]);
    assert_eq!(find(&repeated, None).unwrap().header_row, 1);
}

#[test]
fn a_form_for_one_pupil_is_no_table() {
    let rows = sheet(&[
        &["学籍基本信息表"],
        &["姓名", "", "性别", ""],
        &["出生日期", "", "民族", ""],
        &["身份证件号", "", "班号", ""],
    ]);
    assert!(find(&rows, None).is_err());
    let filled = sheet(&[
        &["姓名", "王一", "性别", "男", "民族", "汉族"],
        &["班号", "1", "籍贯", "某县", "特长", "无"],
    ]);
    assert!(find(&filled, None).is_err());
}

#[test]
fn rows_of_the_form_below_the_header_are_passed() {
    let rows = sheet(&[
        &["姓名", "性别", "出生日期", "民族"],
        &["XM", "XBM", "CSRQ", "MZM"],
        &["必填", "必填", "选填", "必填"],
        &["1", "2", "3", "4"],
        &["王一", "男", "20150307", "汉族"],
    ]);
    let passed = find(&rows, None).unwrap().passed;
    assert_eq!(passed, [(2, "字段代码行"), (3, "填写要求行"), (4, "栏次行")]);
}

#[test]
fn a_class_said_twice_and_differently_is_refused() {
    let rows = sheet(&[&["一（1）班花名册"], &["姓名", "性别", "民族"]]);
    assert!(settled(&rows, "一年级1班", "").is_ok());
    let problem = settled(&rows, "一年级2班", "").unwrap_err();
    assert!(matches!(problem, LayoutProblem::Classes { .. }) && problem.hint().contains("[constants]"));
    let told = settled(&rows, "一年级2班", "[constants]\nclass_name = \"一（1）班\"\n").unwrap();
    assert_eq!(told.constants.len(), 1);
}

#[test]
fn a_note_beside_the_title_is_no_heading() {
    let rows = sheet(&[
        &["班级：", "一（1）班", "班主任：", "王老师", "", "联系电话"],
        &["序号", "姓名", "性别", "民族"],
        &["1", "李二", "女", "汉族"],
    ]);
    let layout = find(&rows, None).unwrap();
    assert_eq!((layout.header_top, layout.header_row), (2, 2));
    assert_eq!(layout.constants[0].value, "一(1)班");
}

#[test]
fn columns_without_a_heading_are_said_when_something_stands_in_them() {
    let rows = sheet(&[&["序号", "姓名", "性别", "民族", ""], &["1", "李二", "女", "汉族", "转入"]]);
    let layout = find(&rows, None).unwrap();
    assert_eq!(said(&layout, "column-unread"), ["E 列"]);
}

mod any_sheet {
    use proptest::prelude::*;

    use super::*;
    use crate::roster::candidate::{Reader, Reading, Source};

    const WORDS: &[&str] = &[
        "",
        "",
        "",
        "姓名",
        "性别",
        "民族",
        "身份证号",
        "联系电话",
        "班号",
        "班级",
        "学生信息",
        "监护人信息",
        "父亲",
        "母亲",
        "成员1",
        "成员2姓名",
        "父亲电话",
        "关系",
        "序号",
        "王一",
        "男",
        "汉族",
        "20180314",
        "一（1）班",
        "合计",
        "填表人：",
        "家庭成员",
        "是否监护人",
        "教师",
        "1",
        "备注",
        "0",
        "现住址",
        "\u{0}",
        "长长长长长长长长长长长长长长长长长长",
    ];

    fn rows() -> impl Strategy<Value = Vec<Row>> {
        let row = prop::collection::vec(prop::sample::select(WORDS), 0..9);
        prop::collection::vec(row, 0..9).prop_map(|rows| {
            let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
            sheet(&rows)
        })
    }

    fn regions() -> impl Strategy<Value = Vec<Region>> {
        let region = (1u32..9, 0u32..9, 0u32..4, 0u32..4);
        let made = |(top, left, down, right): (u32, u32, u32, u32)| Region {
            top,
            left,
            bottom: top + down,
            right: left + right,
        };
        prop::collection::vec(region.prop_map(made), 0..5)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        /// Whatever stands on a sheet, the layout is one table with one column a field, or there is none; and no row
        /// below the header is lost.
        #[test]
        fn has_one_layout_or_none(rows in rows(), merges in regions(), at in prop::option::of(1u32..9)) {
            let mapping = Mapping::default();
            let look = Look { rows: &rows, merges: &merges, sheet: "二班" };
            match settle(&look, &Asked { header_row: at, mapping: &mapping }) {
                Err(problem) => {
                    prop_assert!(problem.message().ends_with('。') && problem.hint().ends_with('。'));
                }
                Ok(layout) => {
                    prop_assert!(layout.column_of(Field::PupilName) > 0);
                    prop_assert!(at.is_none_or(|n| (layout.header_top..=layout.header_row).contains(&n)));
                    let fields: Vec<Field> = layout.columns.iter().flatten().copied().collect();
                    let mut once = fields.clone();
                    once.sort_unstable();
                    once.dedup();
                    prop_assert_eq!(once.len(), fields.len());
                    let header = layout.header_row;
                    let source = Source { file: "a".into(), sheet: "b".into(), layout };
                    let mut reader = Reader::new(source);
                    reader.set_merges(&merges, true);
                    for row in rows.iter().filter(|r| r.number > header) {
                        let said = match reader.read(row) {
                            Reading::Candidate(candidate) => candidate.row == row.number,
                            Reading::Passed { row: number, reason } => number == row.number && !reason.is_empty(),
                            Reading::Blank => false,
                        };
                        prop_assert!(said, "{:?}", row);
                    }
                }
            }
        }
    }
}
