//! The tables of a file: its contents, what is missing, who held it; a school's checklist.

use crate::app::file::check::{Checklist, Lacking};
use crate::app::file::{Content, Dossier, From, Missing};
use crate::model::field::Field;
use crate::model::file::custody::{BASIS as CUSTODY, Holder};
use crate::model::file::{BASIS, GROUPS};
use crate::model::school::Directory;
use crate::model::table::{Column, Personal, Table};
use crate::output::{Privacy, mask};

/// What a masked table says in the place of results, awards and aid: that they are there is not a secret.
const HIDDEN: &str = "（已遮盖）";

/// What is in a file, group by group.
pub fn contents(dossier: &Dossier, directory: &Directory, privacy: Privacy) -> Table {
    let contents = dossier.contents();
    let rows = GROUPS.iter().flat_map(|g| {
        let mut of: Vec<Vec<String>> =
            contents.iter().filter(|c| c.group.key == g.key).map(|c| line(c, privacy)).collect();
        if of.is_empty() {
            of.push([g.title, "", "", "（空）", "", "", g.key, ""].map(str::to_owned).to_vec());
        }
        of
    });
    Table {
        title: format!("学籍档案 {}", dossier.registration.id),
        head: head(dossier, directory, privacy),
        columns: vec![
            Column::text("title", "组"),
            Column::text("item_title", "项目"),
            Column::text("day", "日期"),
            Column::text("what", "内容"),
            Column::text("from", "来源"),
            Column::personal("file", "文件名", Personal::Name),
            Column::text("group", "组别键"),
            Column::text("item", "项目键"),
        ],
        rows: rows.collect(),
        foot: vec![format!("依据：{BASIS}。")],
        ..Table::default()
    }
}

fn head(dossier: &Dossier, directory: &Directory, privacy: Privacy) -> Vec<String> {
    let r = &dossier.registration;
    let name = mask::cell(Some(Personal::Name), r.record.get(Field::PupilName), privacy);
    let held = dossier.holder().map_or_else(String::new, |h| {
        format!("保管：{}（自 {} 起，{}）", h.holder.label(directory), h.since, h.why)
    });
    let opening = match &dossier.opening {
        Some((when, source)) => format!("应建档：{}（{source}）", when.day()),
        None => "应建档：没有规则说到这一天入学的".to_owned(),
    };
    let entry = format!("入学：{}　{opening}", dossier.entry.1);
    vec![format!("姓名：{name}　学籍状态：{}", r.standing()), entry, held]
}

fn line(content: &Content, privacy: Privacy) -> Vec<String> {
    let (from, file, told) = match &content.from {
        From::Registry => ("学籍库".to_owned(), String::new(), None),
        From::Paper(p) => (format!("{} 第 {} 份", p.subject, p.ordinal), p.name.clone(), None),
        From::Sheet(item) => (format!("{} 导入", item.added_on), String::new(), Some(item.told())),
    };
    let what = match (told, privacy) {
        (None, _) => content.what.clone(),
        (Some(_), Privacy::Masked) => format!("{}{HIDDEN}", content.what),
        (Some(told), Privacy::Revealed) => format!("{}：{told}", content.what),
    };
    let (group, item) = (content.group, content.item);
    [group.title, item.title, &content.day, &what, &from, &file, group.key, item.key]
        .map(str::to_owned)
        .to_vec()
}

/// What is missing of a file.
pub fn missing(all: &[Missing]) -> Table {
    let overdue = all.iter().filter(|m| m.is_overdue()).count();
    let rows = all.iter().map(|m| {
        let due = m.due.map_or_else(|| "—".to_owned(), |w| w.day());
        let left = m.due.map_or_else(|| "待补".to_owned(), |w| w.left());
        let title = if m.year.is_empty() { m.item.title.to_owned() } else { yearly(m) };
        [m.group.title, &title, &due, &left, &m.todo, &m.source, m.group.key, m.item.key]
            .map(str::to_owned)
            .to_vec()
    });
    Table {
        title: "缺少的材料".into(),
        columns: vec![
            Column::text("title", "组"),
            Column::text("item_title", "项目"),
            Column::text("due", "到期"),
            Column::text("left", "剩余"),
            Column::text("todo", "要办的"),
            Column::text("source", "依据"),
            Column::text("group", "组别键"),
            Column::text("item", "项目键"),
        ],
        rows: rows.collect(),
        foot: vec![format!("共缺 {} 项，其中超期 {overdue} 项。", all.len())],
        ..Table::default()
    }
}

fn yearly(m: &Missing) -> String {
    format!("{} 学年{}", m.year, m.item.title)
}

/// Who held a file.
pub fn custody(dossier: &Dossier, directory: &Directory) -> Table {
    let last = dossier.custody.len().saturating_sub(1);
    let rows = dossier.custody.iter().enumerate().map(|(i, held)| {
        let kept = match (i == last, dossier.registration.until.is_some(), &held.holder) {
            (false, _, Holder::School(_)) => "电子档案备份",
            (false, ..) => "已移交",
            (true, true, Holder::School(_)) => "原件，永久保存",
            (true, ..) => "原件",
        };
        let code = if let Holder::School(code) = &held.holder { code.as_str() } else { "" };
        let until = held.until.as_deref().unwrap_or("");
        [&held.holder.label(directory), code, &held.since, until, &held.why, kept].map(str::to_owned).to_vec()
    });
    Table {
        title: format!("档案保管 {}", dossier.registration.id),
        columns: vec![
            Column::text("holder", "保管单位"),
            Column::text("school", "学校标识码"),
            Column::text("since", "起"),
            Column::text("until", "止"),
            Column::text("why", "缘由"),
            Column::text("kept", "保管的是"),
        ],
        rows: rows.collect(),
        foot: vec![format!("依据：{CUSTODY}。")],
        ..Table::default()
    }
}

/// A school's checklist.
pub fn checklist(list: &Checklist, school: &str, directory: &Directory, overdue_only: bool) -> Table {
    let overdue = list.lacking.iter().filter(|l| l.is_overdue()).count();
    let asked = list.lacking.iter().filter(|l| !overdue_only || l.is_overdue());
    let limited = list.lacking.iter().filter(|l| !l.parts().0.is_empty()).count();
    Table {
        title: format!("{}建档清单", directory.school(school).map_or(school, |s| &s.name)),
        columns: vec![
            Column::text("student", "内部编号"),
            Column::personal("name", "姓名", Personal::Name),
            Column::text("class_number", "班号"),
            Column::text("entered", "入学"),
            Column::text("due", "到期"),
            Column::text("left", "剩余"),
            Column::text("missing", "建档缺少"),
            Column::text("to_add", "待补"),
        ],
        rows: asked.map(lacking).collect(),
        foot: vec![
            format!(
                "在册 {} 份档案：超期未建 {overdue} 份，期限内未建 {} 份，已建 {} 份。",
                list.files,
                limited - overdue,
                list.files - limited
            ),
            "待补的是上一学年应有的记载，没有期限；怎样补见 xueji explain file。".into(),
            format!("依据：{BASIS}。"),
        ],
        ..Table::default()
    }
}

fn lacking(of: &Lacking) -> Vec<String> {
    let r = &of.registration;
    let (limited, yearly_ones) = of.parts();
    let due = limited.first().and_then(|m| m.due);
    let names = |all: &[&Missing]| all.iter().map(|m| m.item.title).collect::<Vec<_>>().join("、");
    let to_add =
        yearly_ones.first().map_or_else(String::new, |m| format!("{} 学年：{}", m.year, names(&yearly_ones)));
    vec![
        r.id.to_string(),
        r.record.get(Field::PupilName).to_owned(),
        r.class_number.clone(),
        of.entered.clone(),
        due.map_or_else(|| "—".to_owned(), |w| w.day()),
        due.map_or_else(|| "—".to_owned(), |w| w.left()),
        names(&limited),
        to_add,
    ]
}
