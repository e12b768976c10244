//! Why a file gives no roster, what to do about it, and whether a flag would settle it.

use std::path::PathBuf;

use crate::roster::layout::problem::LayoutProblem;
use crate::xlsx::error::ReadError;

/// Why a file gives no roster.
#[derive(Debug)]
pub enum InputError {
    Read(ReadError),
    /// No sheet has a roster's header; why each has not.
    NoRoster {
        path: PathBuf,
        /// What the file was read as, where its name says something else.
        taken_for: Option<String>,
        sheets: Vec<(String, LayoutProblem)>,
    },
    /// More than one sheet could be the roster, or only hidden ones: the clerk says which.
    ManySheets {
        path: PathBuf,
        sheets: Vec<String>,
        hidden: bool,
    },
    /// The sheet named is not there.
    NoSuchSheet {
        path: PathBuf,
        sheet: String,
        sheets: Vec<String>,
    },
    /// A sheet has a header that could be read in two ways.
    Unsettled {
        path: PathBuf,
        sheet: String,
        problem: LayoutProblem,
    },
    /// It should be a list of schools or of classes, and no sheet has its header.
    NoPlaces {
        path: PathBuf,
    },
    /// Below the pupils another table begins, with other columns.
    AnotherTable {
        path: PathBuf,
        sheet: String,
        row: u32,
    },
}

/// The one sheet of a file of text, which has no name of its own.
const TEXT_SHEET: &str = "csv";

impl From<ReadError> for InputError {
    fn from(e: ReadError) -> InputError {
        InputError::Read(e)
    }
}

impl InputError {
    /// What is wrong, for people.
    pub fn message(&self) -> String {
        match self {
            Self::Read(e) => e.to_string(),
            Self::NoRoster { path, taken_for, sheets } => {
                let each: Vec<String> = match sheets.as_slice() {
                    [(name, why)] if name == TEXT_SHEET => vec![why.message()],
                    _ => sheets.iter().map(|(n, why)| format!("工作表“{n}”：{}", why.message())).collect(),
                };
                let taken_for = taken_for.as_deref().unwrap_or_default();
                format!("{} 中没有找到花名册。{taken_for}{}", path.display(), each.concat())
            }
            Self::ManySheets { path, sheets, hidden: true } => {
                format!("{} 中只有隐藏的工作表像花名册：{}。", path.display(), sheets.join("、"))
            }
            Self::ManySheets { path, sheets, .. } => {
                let count = sheets.len();
                format!("{} 中有 {count} 张工作表都像花名册：{}。", path.display(), sheets.join("、"))
            }
            Self::NoSuchSheet { path, sheet, sheets } => {
                format!("{} 中没有工作表“{sheet}”，只有：{}。", path.display(), sheets.join("、"))
            }
            Self::Unsettled { path, sheet, problem } => {
                format!("{} 的工作表“{sheet}”：{}", path.display(), problem.message())
            }
            Self::NoPlaces { path } => format!("{} 中没有学校表或班级表。", path.display()),
            Self::AnotherTable { path, sheet, row } => {
                format!("{} 的工作表“{sheet}”第 {row} 行起是另一张表，栏目与上面的不同。", path.display())
            }
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::Read(e) => e.hint().to_owned(),
            Self::NoRoster { sheets, .. } => {
                sheets.first().map_or("请检查文件内容。".to_owned(), |(_, why)| why.hint())
            }
            Self::ManySheets { sheets, .. } => {
                let first = sheets.first().map_or("", String::as_str);
                format!("请用 --sheet 指明要读哪一张，如 --sheet \"{first}\"；要读几张就写几次。")
            }
            Self::NoSuchSheet { .. } => "请检查 --sheet 后的名称。".to_owned(),
            Self::Unsettled { problem, .. } => problem.hint(),
            Self::NoPlaces { .. } => {
                "表头应有模板中的全部必填栏；请用 xueji template schools 或 xueji template classes 生成模板。"
                    .to_owned()
            }
            Self::AnotherTable { .. } => {
                "请把两张表分在两张工作表上，或删去不是花名册的一张；确是同一张表请改成同样的表头。"
                    .to_owned()
            }
        }
    }

    /// Adds what the file was read as.
    pub fn taken_for(mut self, note: Option<&String>) -> InputError {
        if let Self::NoRoster { taken_for, .. } = &mut self {
            *taken_for = note.cloned();
        }
        self
    }

    /// The kind of list it is, where every sheet that has anything is one that is no roster.
    pub fn other_list(&self) -> Option<&'static str> {
        let Self::NoRoster { sheets, .. } = self else { return None };
        let mut kinds =
            sheets.iter().filter(|(_, why)| *why != LayoutProblem::Empty).map(|(_, why)| match why {
                LayoutProblem::OtherList { kind } => Some(*kind),
                _ => None,
            });
        let first = kinds.next()??;
        kinds.all(|k| k.is_some()).then_some(first)
    }

    /// Whether it is a question that a flag, or somebody at a terminal, can answer.
    pub fn is_question(&self) -> bool {
        match self {
            Self::ManySheets { .. } => true,
            Self::Unsettled { problem, .. } => problem.is_question(),
            _ => false,
        }
    }
}
