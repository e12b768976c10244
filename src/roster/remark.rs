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
    "状态",
    "学生状态",
    "在校状态",
    "在校情况",
    "就读状态",
    "学籍情况",
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
    "停学",
    "离校",
    "离开",
    "不在本校",
    "不在我校",
    "人不在",
    "不读了",
    "没上学",
    "未上学",
    "空挂",
    "挂靠",
    "转至",
    "转去",
    "转回",
    "去外地",
    "到外地",
    "外地读书",
    "外地就读",
    "外出读书",
    "外出就读",
    "随父母去",
    "随父母到",
    "随父去",
    "随母去",
    "随家长去",
    "已走",
    "已毕业",
    "调走",
    "作废",
    "删除",
    "外借",
    "学籍在外",
    "勿建籍",
];

/// Columns that say nothing but where a pupil went.
const WHITHER: &[&str] = &[
    "去向",
    "学生去向",
    "转往学校",
    "转出学校",
    "转出时间",
    "转出日期",
    "离校时间",
    "离校日期",
    "休学时间",
    "退学时间",
];

/// Columns that ask whether a pupil is there.
const PRESENCE: &[&str] = &["是否在校", "是否在读", "在校否", "在读否"];

/// What says there that the pupil is not.
const ABSENT: &[&str] = &["否", "不", "×", "✗", "n", "N", "0", "不在", "无"];

/// What stands there of a pupil who went nowhere.
const STAYING: &[&str] = &["在校", "在读", "本校", "正常", "就读", "在籍", "无", "-", "/", "—"];

/// What says the contrary with the same words.
const COMING: &[&str] = &["转入", "转来", "转学生", "转学来", "未转走", "没有转走", "不转走"];

/// The columns that are looked at for remarks.
#[derive(Default)]
pub struct Columns {
    /// With a heading of remarks, from 0.
    remarks: Vec<usize>,
    /// Among them those of where a pupil went.
    whither: Vec<usize>,
    /// Those that ask whether the pupil is there.
    presence: Vec<usize>,
    /// Whether each column has a heading; a remark is often written beside the table, under none.
    headed: Vec<bool>,
}

/// The columns of remarks of a sheet.
pub fn columns(source: &Source) -> Columns {
    let layout = &source.layout;
    let under = |headings: &[&str]| {
        let unread = layout.unread.iter().filter(|(_, h)| headings.contains(&column::plain(h).as_str()));
        unread.map(|(column, _)| *column as usize - 1).collect()
    };
    let read = |i: usize| layout.columns.get(i).is_some_and(Option::is_some);
    let headed = layout.paths().iter().enumerate().map(|(i, p)| !p.texts.is_empty() || read(i)).collect();
    Columns { remarks: under(HEADINGS), whither: under(WHITHER), presence: under(PRESENCE), headed }
}

/// The word that says that the pupil has left, and where it stands.
pub fn leaving(row: &Row, columns: &Columns, source: &Source) -> Option<(&'static str, Place)> {
    let beside = (0..row.len()).filter(|c| !columns.headed.get(*c).copied().unwrap_or(false));
    let of_remark =
        columns.remarks.iter().copied().chain(beside).find_map(|c| Some((word_of(row.cell(c).0)?, c)));
    let gone = || {
        let is_gone = |c: &usize| {
            let text = row.cell(*c).0.trim();
            !text.is_empty()
                && !STAYING.iter().any(|s| text == *s || (s.chars().count() > 1 && text.contains(s)))
        };
        columns.whither.iter().copied().find(is_gone).map(|c| ("去向", c))
    };
    let absent = || {
        let is_absent = |c: &usize| ABSENT.contains(&row.cell(*c).0.trim());
        columns.presence.iter().copied().find(is_absent).map(|c| ("不在校", c))
    };
    let (word, column) = of_remark.or_else(gone).or_else(absent)?;
    let place = Place {
        file: source.file.clone(),
        sheet: source.sheet.clone(),
        row: row.number,
        column: column as u16 + 1,
    };
    Some((word, place))
}

/// The word of leaving in a remark, what speaks of coming taken out: 转入后退学 has left, 转学生 has come.
fn word_of(text: &str) -> Option<&'static str> {
    if text.is_empty() {
        return None;
    }
    let told = COMING.iter().fold(text.to_owned(), |told, w| told.replace(w, "，"));
    let told = told.trim();
    // 转杭州, 转城东小学; but 转班, 转正, 转户口 say nothing of leaving.
    let stays = || ["转班", "转正", "转户", "转专"].iter().any(|s| told.starts_with(s));
    let moved = || told.starts_with('转') && !stays();
    if matches!(told, "退" | "删" | "走") {
        return Some("退");
    }
    LEAVING.iter().copied().find(|w| told.contains(w)).or_else(|| moved().then_some("转"))
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
            ("转城东小学", Some("转")),
            ("转", Some("转")),
            ("已转杭州", Some("已转")),
            ("去外地读书", Some("去外地")),
            ("不在本校", Some("不在本校")),
            ("随父母去上海了", Some("随父母去")),
            ("停学", Some("停学")),
            ("人不在", Some("人不在")),
            ("已离校", Some("已离校")),
            ("转杭州", Some("转")),
            ("转班", None),
            ("退", Some("退")),
            ("2026.6已毕业", Some("已毕业")),
            ("删除", Some("删除")),
            ("", None),
        ] {
            assert_eq!(word_of(text), word, "{text}");
        }
    }
}
