//! `code-unknown`: a text that is in none of the code tables of its field.

use crate::code;
use crate::model::document::DOCUMENTS;
use crate::model::field::{FIELDS, Field, FieldKind};
use crate::model::finding::Severity;

use super::seen::Seen;
use super::{Check, Sink, Subject};

pub const CHECK: Check = Check {
    name: "code-unknown",
    title: "填写的内容不在代码表中",
    severity: Severity::Error,
    basis: "JY/T 1001-2012《教育管理基础代码》及其引用的国家标准",
    what: "性别、民族、国籍、证件类型等选填栏目，填写的名称或代码在规定的代码表里找不到。常见的简称、旧称和代码都认得，不在此列。",
    why: "不在表中的内容无法上报，也无法统计；程序不猜，因为“汗族”离“汉族”和“回族”一样近。",
    remedy: "请按模板下拉框中的名称填写；提示中给出最接近的名称时，请核对后采用。",
    run,
};

fn run(subject: &Subject, _: &mut Seen, sink: &mut Sink) {
    for spec in FIELDS {
        let FieldKind::Code(tables) = spec.kind else { continue };
        let text = subject.get(spec.field);
        if text.is_empty() || !subject.code(spec.field).is_empty() {
            continue;
        }
        let message = format!("“{}”填写的内容不在代码表中。", spec.heading);
        sink.add(spec.field, message, hint(spec.field, tables, text));
    }
}

fn hint(field: Field, tables: &[&str], text: &str) -> String {
    if let Some(official) = official_types(field, text) {
        return format!("2012 年的证件类型表没有单列此证，请按号码选填{official}。");
    }
    let nearest = tables.iter().find_map(|id| code::table(id)?.nearest(text));
    if let Some(entry) = nearest {
        return format!("最接近的是“{}”（代码 {}），请核对后改正。", entry.label, entry.code);
    }
    match tables.first().and_then(|id| code::table(id)) {
        Some(table) if table.entries().len() <= 8 => {
            let labels: Vec<_> = table.entries().iter().map(|e| e.label).collect();
            format!("请填写下列之一：{}。", labels.join("、"))
        }
        Some(table) if !table.akin(text).is_empty() => {
            let labels: Vec<_> = table.akin(text).iter().map(|e| format!("“{}”", e.label)).collect();
            format!(
                "相近的有{}，请核对后选一个；全部名称见 xueji explain {}。",
                labels.concat(),
                table.title()
            )
        }
        Some(table) => format!("请按代码表“{}”（{}）中的名称填写。", table.title(), table.standard()),
        None => "请按模板下拉框中的名称填写。".to_owned(),
    }
}

/// The official types under which a document goes that has a name but no code of its own (R§4.1).
fn official_types(field: Field, text: &str) -> Option<String> {
    let FieldKind::Code(&["document_kind"]) = field.kind() else { return None };
    let spec = DOCUMENTS.iter().find(|d| d.name == text)?;
    let table = code::table("document_kind")?;
    let mut labels: Vec<_> =
        spec.filed_under.iter().filter_map(|(c, _)| Some(format!("“{}”", table.by_code(c)?.label))).collect();
    labels.dedup();
    Some(labels.join("或"))
}
