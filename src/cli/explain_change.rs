//! The pages of changes and of what stands in their way: `xueji explain changes`, `guards`, and one by name.

use crate::code;
use crate::model::change::guard::{self, GUARDS, Guard};
use crate::model::change::step::Route;
use crate::model::change::{By, CHANGES, Placing, Spec, To};
use crate::model::table::{Column, Table};
use crate::province;

/// Every kind of change: from which status, to which, by whom.
pub fn changes() -> Table {
    let rows = CHANGES.iter().map(|s| {
        vec![
            s.kind.to_owned(),
            s.name.to_owned(),
            statuses(s),
            to(s).to_owned(),
            route(s).to_owned(),
            codes(s),
        ]
    });
    let headings = [
        ("kind", "键"),
        ("name", "变动"),
        ("from", "从"),
        ("to", "到"),
        ("route", "办理"),
        ("codes", "类别码"),
    ];
    table(&headings, rows.collect())
}

/// Every reason for which a change may be refused.
pub fn guards() -> Table {
    let rows = GUARDS.iter().map(|g| [g.name, g.title, g.basis].map(str::to_owned).to_vec());
    table(&[("name", "名称"), ("title", "问题"), ("basis", "依据")], rows.collect())
}

fn table(headings: &[(&'static str, &str)], rows: Vec<Vec<String>>) -> Table {
    let columns = headings.iter().map(|(key, heading)| Column::text(key, heading)).collect();
    Table { columns, rows, ..Table::default() }
}

fn joined<'a>(list: impl Iterator<Item = &'a str>) -> String {
    let text = list.collect::<Vec<_>>().join("、");
    if text.is_empty() { "无".to_owned() } else { text }
}

fn statuses(s: &Spec) -> String {
    joined(s.from.iter().map(|s| s.label()))
}

fn codes(s: &Spec) -> String {
    joined(s.official.iter().copied())
}

fn to(s: &Spec) -> &'static str {
    match s.to {
        To::Same => "不变",
        To::Status(status) => status.label(),
    }
}

fn route(s: &Spec) -> &'static str {
    match (s.by, s.route) {
        (By::Command(_), _) => "由专门的命令办理",
        (_, Route::None) => "学校直接办理，即时生效",
        (_, Route::School) => "学校主管领导审核",
        (_, Route::Authority) => "学校主管领导审核，学籍主管部门核准",
        (_, Route::Transfer) => {
            "转入学校发起 → 转入主管部门 → 转出学校 → 转出主管部门 → 学生报到 → 转入学校调档"
        }
        (_, Route::Progression) => "接收学校发起 → 接收学校主管部门（跨省的再经毕业学校主管部门）",
    }
}

fn placing(s: &Spec) -> &'static str {
    match s.placing {
        Placing::Stay => "留在原班",
        Placing::Class => "编入本校另一班",
        Placing::MaybeClass => "回原班，或编入本校另一班",
        Placing::School => "转入另一学校的班",
        Placing::Enter => "编入一个班",
        Placing::End => "离校，不再占学位；学籍仍可查",
    }
}

/// The page of one kind.
pub fn change(s: &Spec) -> String {
    let labels = |table: &str, list: &[&str]| {
        let table = code::table(table);
        let label = |c: &&str| table.and_then(|t| t.by_code(c)).map(|e| format!("{} {}", e.code, e.label));
        let all: Vec<String> = list.iter().filter_map(label).collect();
        if all.is_empty() { "无".to_owned() } else { all.join("、") }
    };
    let flags = |list: &[crate::model::flag::Flag]| joined(list.iter().map(|f| f.label()));
    let inputs = s.inputs.iter().map(|n| {
        let must = if n.must { "（必填）" } else { "" };
        format!("{}{must}", n.input.label())
    });
    let command = match s.by {
        By::Command(command) => format!("xueji {command}"),
        By::Application if s.route == Route::Transfer => {
            "xueji transfer wizard（逐步办理）、xueji transfer start".to_owned()
        }
        By::Application => format!("xueji change wizard（逐步办理）、xueji change {}", s.kind),
    };
    format!(
        "{}（{}）\n\n{}\n{}\n命令：{command}\n可办的状态：{}\n办结后状态：{}\n位置：{}\n办理次序：{}\n\
         要写的内容：{}\n材料：{}\n加上的标记：{}\n清除的标记：{}\n有这些标记的不办：{}\n\
         学籍异动类别：{}\n学生变动统计：{}\n可用的异动原因：{}\n依据：{}\n{}{}",
        s.name,
        s.kind,
        s.what,
        s.page().map_or_else(String::new, |page| format!("\n{page}")),
        statuses(s),
        to(s),
        placing(s),
        route(s),
        inputs.collect::<Vec<_>>().join("、"),
        joined(s.materials.iter().copied()),
        flags(s.raises),
        flags(s.clears),
        flags(s.barred_by),
        labels("change_kind", s.official),
        labels("change_count", s.counts),
        labels("change_reason", s.reasons),
        s.basis,
        reasons_against(s),
        provinces(s),
    )
}

/// Everything for which it may be refused, and what helps.
fn reasons_against(s: &Spec) -> String {
    if matches!(s.by, By::Command(_)) {
        return String::new();
    }
    let each = guard::of(s)
        .map(|g| format!("  {}（{}）\n    办法：{}\n    依据：{}\n", g.title, g.name, g.remedy, g.basis));
    format!("\n不予办理的情形（提交之前一次说全）：\n{}", each.collect::<String>())
}

/// What provinces have set of what the rules leave to them.
fn provinces(s: &Spec) -> String {
    let keys = s.provincial();
    let mut lines = String::new();
    for pack in province::packs() {
        let Some(edition) = pack.editions.last() else { continue };
        for v in edition.values.iter().filter(|v| keys.contains(&v.key.name)) {
            let mark = if v.confirmed { "" } else { "　[未证实]" };
            lines.push_str(&format!("  {}　{}：{}{mark}\n", pack.name, v.key.title, v.datum.label()));
        }
    }
    if lines.is_empty() {
        return lines;
    }
    format!(
        "\n各省的规定（来源和没有列出的见 xueji explain province 省名；[未证实]：没有见到官方文本）：\n{lines}"
    )
}

/// The page of one guard.
pub fn guard(g: &Guard) -> String {
    let kinds = CHANGES.iter().filter(|s| s.guards.iter().any(|x| x.name == g.name)).map(|s| s.name);
    let kinds = joined(kinds);
    let kinds = if kinds == "无" { "各项变动".to_owned() } else { kinds };
    format!("{}（{}）\n\n用于：{kinds}\n办法：{}\n依据：{}\n", g.title, g.name, g.remedy, g.basis)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::province::key;

    #[test]
    fn the_page_of_a_transfer_tells_every_reason_with_its_remedy_and_what_provinces_set() {
        let transfer = crate::model::change::spec("transfer").unwrap();
        let page = change(transfer);
        for part in ["家长常问", "10 个工作日", "xueji transfer wizard", "广东省　转学受理时间：寒假、暑假\n"]
        {
            assert!(page.contains(part), "{part}\n{page}");
        }
        assert!(guard::of(transfer).all(|g| page.contains(g.remedy)), "{page}");
    }

    #[test]
    fn what_is_left_to_provinces_is_named_as_their_rules_name_it() {
        for spec in CHANGES {
            assert!(spec.provincial().iter().all(|name| key::key(name).is_some()), "{}", spec.kind);
        }
    }
}
