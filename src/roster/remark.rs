//! Columns of remarks: they are not registered, but one that says a pupil has left is not passed over.

use crate::model::cell::{Place, Row};

use super::candidate::Source;
use super::column;

const HEADINGS: &[&str] = &[
    "备注",
    "备注栏",
    "备注说明",
    "说明",
    "情况说明",
    "去向",
    "学生去向",
    "变动情况",
    "异动情况",
    "备考",
    "情况",
];

/// What says that somebody has left or never came.
const LEAVING: &[&str] = &[
    "转走",
    "转出",
    "已转",
    "转学",
    "转到",
    "转往",
    "休学",
    "退学",
    "辍学",
    "死亡",
    "去世",
    "病故",
    "亡故",
    "走失",
    "失踪",
    "出国",
    "出境",
    "未报到",
    "没报到",
    "没来",
    "不来",
    "未到校",
    "不在校",
    "已离校",
    "开除",
    "注销",
    "销户",
];

/// What says the contrary with the same words.
const COMING: &[&str] = &["转入", "转来", "转学生", "转学来"];

/// The columns of remarks, from 0.
pub fn columns(source: &Source) -> Vec<usize> {
    let unread = source.layout.unread.iter();
    let remarks = unread.filter(|(_, heading)| HEADINGS.contains(&column::plain(heading).as_str()));
    remarks.map(|(column, _)| *column as usize - 1).collect()
}

/// The word that says that the pupil has left, and where it stands.
pub fn leaving(row: &Row, columns: &[usize], source: &Source) -> Option<(&'static str, Place)> {
    columns.iter().find_map(|&c| {
        let text = row.cell(c).0;
        let word = LEAVING.iter().find(|w| text.contains(*w))?;
        let place = Place {
            file: source.file.clone(),
            sheet: source.sheet.clone(),
            row: row.number,
            column: c as u16 + 1,
        };
        (!COMING.iter().any(|w| text.contains(w))).then_some((*word, place))
    })
}
