//! Why no layout could be settled on, and which flag would settle it.

use crate::model::cell::column_letters;
use crate::model::field::{Field, FieldKind};

use super::HEADER_WITHIN;

/// A column (from 1) and its heading.
pub type At = (u16, String);

/// Why a sheet is not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LayoutProblem {
    /// Nothing stands on it.
    Empty,
    /// No row in reach looks like a header. `best` is the most known headings any row had; `at` the row that was asked for.
    NoHeader { best: usize, at: Option<u32> },
    /// The header has no column of names.
    NoNames { header_row: u32 },
    /// Headings stand beside values and under one another: a form for one pupil, not a table.
    Form { row: u32 },
    /// Two rows are headers of different tables: row and known columns of each.
    Headers { rows: Vec<(u32, usize)> },
    /// Two tables one below the other, each with its header, and pupils of the upper.
    Stacked { rows: Vec<(u32, usize)>, pupils: Vec<u32> },
    /// Above the header stand pupils, who would not be read.
    PupilsAbove { header_row: u32, pupils: Vec<u32> },
    /// Two columns could be the same field.
    Ambiguous { header_row: u32, columns: Vec<(Field, Vec<At>)> },
    /// Two groups of pupils stand side by side, each with its own headings: the first columns of the groups.
    SideBySide { header_row: u32, starts: Vec<u16> },
    /// One column could be the pupil's or the guardian's.
    Unsure { header_row: u32, column: u16, heading: String, could: [Field; 2] },
    /// Columns to the right of another person's name that the pupil has nowhere else: column, field, the person's heading.
    Whose { header_row: u32, columns: Vec<(At, Field, String)> },
    /// The titles and the sheet's name say different classes.
    Classes { found: [String; 2] },
    /// The titles say two 学校标识码.
    Schools { found: [String; 2] },
    /// A list, but not of pupils to be registered.
    OtherList { kind: &'static str },
    /// Its name says that it shows how to fill in.
    Example,
    /// A header with no row below.
    NoPupils { header_row: u32 },
}

fn shown((column, heading): &At) -> String {
    format!("{} 列（{}）", column_letters(*column), heading)
}

/// 3、4、5, or 3、4 等 90 行.
fn listed(rows: &[u32]) -> String {
    const SHOWN: usize = 6;
    let first: Vec<String> = rows.iter().take(SHOWN).map(u32::to_string).collect();
    let first = first.join("、");
    if rows.len() > SHOWN {
        format!("第 {first} 等 {} 行", rows.len())
    } else {
        format!("第 {first} 行")
    }
}

fn each_header(rows: &[(u32, usize)]) -> String {
    rows.iter().map(|(row, known)| format!("第 {row} 行（认出 {known} 栏）")).collect::<Vec<_>>().join("、")
}

/// What to do about columns side by side that one heading is merged over: the field is written in parts, and none of
/// them is to be left out.
fn in_parts(field: Field, at: &[(u16, String)]) -> Option<&'static str> {
    let together = |pair: &[(u16, String)]| pair[0].0 + 1 == pair[1].0 && pair[0].1 == pair[1].1;
    if at.len() < 2 || !at.windows(2).all(together) {
        return None;
    }
    match field.kind() {
        _ if at.len() > 4 => {
            Some("像是一个号码一格一个字地写在几列，请合成一列，设为文本格式；只读其中一列会读错。")
        }
        FieldKind::Date | FieldKind::Month => Some(
            "年、月、日分写在几列的，请合成一列，出生日期写 8 位数字 YYYYMMDD，入学年月写 6 位 YYYYMM；只读其中一列会读错。",
        ),
        FieldKind::Code(_) => {
            Some("分成几列打勾的，请合成一列，直接写出内容（如 男、女，是、否）；只读其中一列会读错。")
        }
        _ => None,
    }
}

/// The column that says less: 出生年月 beside 出生日期; else the last.
fn lesser(at: &[(u16, String)]) -> u16 {
    let is_month = |(_, heading): &&(u16, String)| heading.contains("年月") && !heading.contains('日');
    let only = at.iter().filter(is_month).count() == 1 && at.len() > 1;
    at.iter().find(|a| only && is_month(a)).or(at.last()).map_or(1, |a| a.0)
}

impl LayoutProblem {
    /// What is wrong, for people.
    pub fn message(&self) -> String {
        match self {
            Self::Empty => "没有内容。".to_owned(),
            Self::NoHeader { best, at: Some(row) } => {
                format!("第 {row} 行不是表头（只认出 {best} 个栏目名）。")
            }
            Self::NoHeader { best, at: None } => {
                format!(
                    "前 {HEADER_WITHIN} 行中没有找到表头（最多一行认出 {best} 个栏目名；表头要有姓名和另外两个不同的栏目）。"
                )
            }
            Self::NoNames { header_row } => format!("第 {header_row} 行像是表头，但没有“姓名”一栏。"),
            Self::Form { row } => {
                format!("第 {row} 行仍是栏目名，像是一人一张的登记表，不是一行一名学生的花名册。")
            }
            Self::Headers { rows } => format!("有不止一处表头：{}。", each_header(rows)),
            Self::Stacked { rows, pupils } => format!(
                "上下有几张表，各有表头：{}；{}像是上面一张表的学生。只按一处表头读，另一张表的学生就会读错或漏掉。",
                each_header(rows),
                listed(pupils)
            ),
            Self::PupilsAbove { header_row, pupils } => {
                format!(
                    "第 {header_row} 行是表头，它上面的{}像是学生，按这个表头读就会漏掉。",
                    listed(pupils)
                )
            }
            Self::Ambiguous { columns, .. } => {
                let each = columns.iter().map(|(field, at)| {
                    let at: Vec<String> = at.iter().map(shown).collect();
                    format!("{} 都可能是“{}”", at.join("、"), field.heading())
                });
                format!("{}。", each.collect::<Vec<_>>().join("；"))
            }
            Self::SideBySide { header_row, starts } => {
                let at: Vec<String> = starts.iter().map(|c| format!("{} 列起", column_letters(*c))).collect();
                format!(
                    "第 {header_row} 行左右并排着 {} 组同样的栏目（{}），像是左右两栏各写了一些学生。",
                    starts.len(),
                    at.join("、")
                )
            }
            Self::Unsure { column, heading, could, .. } => format!(
                "{} 可能是“{}”，也可能是“{}”：上一行的栏目名没有合并，看不出管到哪一列。",
                shown(&(*column, heading.clone())),
                could[0].heading(),
                could[1].heading()
            ),
            Self::Whose { columns, .. } => {
                let each = columns.iter().map(|(at, field, person)| {
                    format!(
                        "{} 在“{person}”右边，可能是这个人的，也可能是学生的“{}”",
                        shown(at),
                        field.heading()
                    )
                });
                format!("{}。", each.collect::<Vec<_>>().join("；"))
            }
            Self::Classes { found } => {
                format!("标题和工作表名称中的班级不一致：“{}”和“{}”。", found[0], found[1])
            }
            Self::Schools { found } => {
                format!("标题中写着两个学校标识码：{}和{}。", found[0], found[1])
            }
            Self::OtherList { kind } => format!("像是{kind}，不是学生花名册。"),
            Self::Example => "名称说明它是填写示例或说明。".to_owned(),
            Self::NoPupils { header_row } => format!("第 {header_row} 行是表头，下面没有学生。"),
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::NoHeader { at: Some(_), .. } => {
                "请检查 --header-row 后的行号；不写时自动查找，两行或三行的表头写其中任一行。".to_owned()
            }
            Self::Empty => "请按 xueji template roster 生成的模板填写后再试。".to_owned(),
            Self::NoHeader { .. } | Self::NoNames { .. } => {
                "请在学生的上一行写上栏目名（姓名、性别、身份证件号等），或使用 xueji template roster 生成的模板；\
                 表头在更下面的用 --header-row 指明行号，栏目名特别的用 --mapping 写明，不在这张表的用 --sheet 指明。"
                    .to_owned()
            }
            Self::NoPupils { .. } => {
                "请在表头下面逐行填写学生后再试；学生写在另一张工作表的用 --sheet 指明。".to_owned()
            }
            Self::Form { .. } => "请把各人的内容抄入 xueji template roster 生成的模板，一行一名学生。".to_owned(),
            Self::Headers { rows } => {
                let row = rows.iter().max_by_key(|r| r.1).map_or(1, |r| r.0);
                format!("请用 --header-row 指明哪一行，如 --header-row {row}。")
            }
            Self::Stacked { .. } | Self::PupilsAbove { .. } => {
                "请把上下几张表分在几张工作表上，各带自己的表头，再用 --sheet 逐一写明；同一张表的学生请移到同一处表头下面。\
                 上面的不是学生的，请删去那几行。"
                    .to_owned()
            }
            Self::Ambiguous { columns, .. } => {
                if let Some(hint) = columns.iter().find_map(|(field, at)| in_parts(*field, at)) {
                    return hint.to_owned();
                }
                let at = columns.first().map_or(1, |(_, at)| lesser(at));
                format!(
                    "请用 --mapping 文件写明不读的一栏，如 \"@{}\" = \"-\"；或在表中改名、删除，使每个栏目只有一栏。",
                    column_letters(at)
                )
            }
            Self::SideBySide { .. } => {
                "请把右边一栏的学生接到左边一栏的下面，左右两栏接成一列，再导入；不要用 --mapping 略去一栏，那样会漏掉一半学生。"
                    .to_owned()
            }
            Self::Unsure { column, could, .. } => format!(
                "请用 --mapping 文件写明，如 \"@{}\" = \"{}\"。",
                column_letters(*column),
                could[1].key()
            ),
            Self::Whose { columns, .. } => {
                let each = |said: &dyn Fn(&Field) -> &'static str| {
                    let lines = columns.iter().map(|((c, _), f, _)| format!("\"@{}\" = \"{}\"", column_letters(*c), said(f)));
                    lines.collect::<Vec<_>>().join("、")
                };
                format!(
                    "请用 --mapping 文件逐栏写明：是学生的写 {}，不是学生的写 {}；或把栏目名改成“学生民族”“母亲民族”一类看得出是谁的。",
                    each(&|f| f.key()),
                    each(&|_| "-")
                )
            }
            Self::Classes { found } => {
                format!("请用 --mapping 文件的 [constants] 写明，如 class_name = \"{}\"。", found[0])
            }
            Self::Schools { found } => {
                format!("请核对是哪所学校的花名册，用 --school 写明，如 --school {}。", found[0])
            }
            Self::OtherList { .. } | Self::Example => {
                "确实要读请用 --sheet 指明。".to_owned()
            }
        }
    }

    /// Whether the sheet holds pupils, so that it is not passed over for another one.
    pub fn has_pupils(&self) -> bool {
        let several =
            matches!(self, Self::Stacked { .. } | Self::PupilsAbove { .. } | Self::SideBySide { .. });
        self.is_question() || several
    }

    /// Whether it is a question the clerk can answer with a flag, rather than a sheet that cannot be used.
    pub fn is_question(&self) -> bool {
        matches!(
            self,
            Self::Headers { .. }
                | Self::Ambiguous { .. }
                | Self::Unsure { .. }
                | Self::Whose { .. }
                | Self::Classes { .. }
                | Self::Schools { .. }
        )
    }
}
