//! `code-unknown`: a text that is in none of the code tables of its field.

use crate::code;
use crate::code::table::Loaded;
use crate::model::document::DOCUMENTS;
use crate::model::field::{FIELDS, Field, FieldKind};
use crate::model::finding::Severity;
use crate::roster::normalize::text;

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
        // 〃 is said by `ditto-mark`.
        if text.is_empty() || !subject.code(spec.field).is_empty() || text::is_ditto(text) {
            continue;
        }
        let message = format!("“{}”填写的内容不在代码表中。", spec.heading);
        let hint = match subject.candidate.source.layout.question(spec.field) {
            Some(_) => which(tables),
            None => hint(spec.field, tables, text),
        };
        sink.add(spec.field, message, hint);
    }
}

/// What to write where the heading asks whether and the table asks which.
fn which(tables: &[&str]) -> String {
    let entries = tables.first().and_then(|id| code::table(id)).map_or(&[][..], Loaded::entries);
    let labels: Vec<_> = entries.iter().map(|e| e.label).collect();
    format!(
        "栏目名问的是“是不是”，只这样写看不出是哪一种；单写的数字不当作代码。请写明是下列哪一个：{}。",
        labels.join("、")
    )
}

fn hint(field: Field, tables: &[&str], text: &str) -> String {
    if let Some(official) = official_types(field, text) {
        return format!(
            "2012 年的证件类型表没有单列此证，请按号码选填{official}；各种证件见 xueji explain documents。"
        );
    }
    // 1 may be 01 that lost its zero in a number cell; which it is the school says.
    let padded = format!("0{text}");
    let lost = tables.iter().find_map(|id| code::table(id)?.by_code(&padded));
    if let Some(entry) = lost {
        return format!(
            "代码是两位，像是丢了前面的 0：“{padded}”是“{}”，请核对后写成“{padded}”或“{}”。",
            entry.label, entry.label
        );
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

/// What documents without a code of their own are called besides their names.
const CALLED: &[(&str, &str)] = &[
    ("回乡证", "港澳居民来往内地通行证"),
    ("港澳回乡证", "港澳居民来往内地通行证"),
    ("港澳居民往来内地通行证", "港澳居民来往内地通行证"),
    ("港澳居民通行证", "港澳居民来往内地通行证"),
    ("港澳同胞回乡证", "港澳居民来往内地通行证"),
    ("港澳居民居住证", "港澳台居民居住证"),
    ("台湾居民居住证", "港澳台居民居住证"),
    ("港澳台居住证", "港澳台居民居住证"),
];

/// The official types under which a document goes that has a name but no code of its own (R§4.1).
fn official_types(field: Field, text: &str) -> Option<String> {
    let FieldKind::Code(&["document_kind"]) = field.kind() else { return None };
    let name = CALLED.iter().find(|c| c.0 == text).map_or(text, |c| c.1);
    let spec = DOCUMENTS.iter().find(|d| d.name == name)?;
    let table = code::table("document_kind")?;
    let mut labels: Vec<String> = Vec::new();
    for (code, prefix) in spec.filed_under {
        let label = table.by_code(code)?.label;
        let begins =
            if prefix.is_empty() { String::new() } else { format!("（号码以 {prefix} 开头）") };
        let said = format!("“{label}”{begins}");
        if !labels.contains(&said) {
            labels.push(said);
        }
    }
    Some(labels.join("或"))
}
