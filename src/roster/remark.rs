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
        let word = word_of(row.cell(c).0)?;
        let place = Place {
            file: source.file.clone(),
            sheet: source.sheet.clone(),
            row: row.number,
            column: c as u16 + 1,
        };
        Some((word, place))
    })
}

/// The word of leaving in a remark, what speaks of coming taken out: 转入后退学 has left, 转学生 has come.
fn word_of(text: &str) -> Option<&'static str> {
    let told = COMING.iter().fold(text.to_owned(), |told, w| told.replace(w, "，"));
    LEAVING.iter().copied().find(|w| told.contains(w))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_came_and_left_has_left() {
        for (text, word) in [
            ("已转走", Some("转走")),
            ("转入后退学", Some("退学")),
            ("2026年转来，已死亡", Some("死亡")),
            ("转学生", None),
            ("外县转学来", None),
            ("9月转入", None),
            ("走读", None),
        ] {
            assert_eq!(word_of(text), word, "{text}");
        }
    }
}
