//! `xueji export FORM --application ID`: a form filled in, on the program's blank or on the bureau's own.

use std::collections::BTreeMap;
use std::path::Path;

use crate::app::change::decide;
use crate::app::failure::Refusal;
use crate::app::form;
use crate::output::{Privacy, mask};
use crate::xlsx::form::fill::{FormFault, fill};
use crate::xlsx::form::{Form, PLACES, blank};

use super::Outcome;
use super::failure::{CliError, file, usage};
use super::global::{Global, write_file};
use super::init::done;
use super::pdf::Office;
use super::unmask::{Concerned, Unmask};

/// What is asked for.
pub struct Asked<'a> {
    pub application: Option<&'a str>,
    pub template: Option<&'a Path>,
    pub pdf: bool,
    pub unmask: &'a Unmask,
}

pub fn run(form: &'static Form, asked: &Asked, global: &Global) -> Result<Outcome, CliError> {
    let Some(id) = asked.application else {
        return Err(usage(
            format!("{}要写明是哪一份申请。", form.title),
            "请加 --application 申请编号；xueji transfer list、xueji change list 可以查到。",
        ));
    };
    let Some(path) = &global.output else {
        return Err(usage("表格不能写到屏幕上。", "请用 -o 指明文件，例如 -o 申请表.xlsx。"));
    };
    let office = asked.pdf.then(Office::find).transpose()?;
    let mut store = global.store()?;
    let application = decide::application(&store, id)?;
    if !form.kinds.is_empty() && !form.kinds.contains(&application.spec.kind) {
        let reason = format!("{}不用于{}。", form.title, application.spec.name);
        return Err(Refusal::new(reason, "xueji export list 列出各种表格和适用的变动。").into());
    }
    let known = form::known(&store, &application, global.today()?)?;
    let whom = match &known.registration {
        Some(r) => Concerned::Students(vec![r.id]),
        None => Concerned::Report(format!("{} {}", form.title, application.id)),
    };
    let permit = global.permit(&mut store, asked.unmask, &whom)?;
    let privacy = permit.privacy();
    let shown = known.values.iter().map(|(name, (value, personal))| {
        // What is to be changed in a record names the person as the record does.
        let value = match (*name, privacy) {
            ("变更内容", Privacy::Masked) => {
                value.lines().map(masked_line).collect::<Vec<_>>().join("\n")
            }
            _ => mask::cell(*personal, value, privacy),
        };
        (*name, value)
    });
    let bytes = match asked.template {
        None => blank::bytes(form),
        Some(path) => std::fs::read(path)
            .map_err(|e| file(format!("{} 读不出来：{e}。", path.display()), "请核对模板文件的位置。"))?,
    };
    let made = fill(&bytes, &shown.collect::<BTreeMap<_, _>>(), permit.mark().as_ref());
    write_file(path, &made.map_err(|e| unfit(e, asked.template))?)?;
    global.left_in(&mut store, &permit, (1, path))?;
    let pdf = office.map(|office| office.convert(path)).transpose()?;
    let pdf = pdf.map_or_else(String::new, |p| format!("，{}", p.display()));
    let message = format!("已写好{}：{}{pdf}", form.title, path.display());
    done(&Global { output: None, ..global.clone() }, &message, None, &[("forms", 1)])?;
    Ok(Outcome::Clean)
}

/// `栏目：旧 → 新` with both values left out.
fn masked_line(line: &str) -> String {
    line.split_once('：').map_or_else(String::new, |(field, _)| format!("{field}：（已遮盖）"))
}

fn unfit(fault: FormFault, template: Option<&Path>) -> CliError {
    let name = template.map_or_else(|| "模板".to_owned(), |p| p.display().to_string());
    match fault {
        FormFault::NotAWorkbook => {
            file(format!("{name} 不是 xlsx 工作簿，或已损坏。"), "请在 WPS 或 Excel 中另存为 xlsx 再试。")
        }
        FormFault::Broken(texts) => file(
            format!("{name} 中有写错的花括号：{}。", texts.join("、")),
            "请写成 {{名称}}，两边各两个半角花括号；xueji template check 列出全部要改的。",
        ),
        FormFault::Nothing => file(
            format!("{name} 中没有一个填写项：不是这张表的模板，或者表不在里面。"),
            "请用 xueji template 表格名称 -o 文件 取程序自带的，改样式后再用。",
        ),
        FormFault::Unknown(names) => {
            let names: Vec<String> = names.into_iter().collect();
            file(
                format!("{name} 中有不认识的填写项：{}。", names.join("、")),
                format!("可以用的有：{}。写法为 {{{{姓名}}}}。", PLACES.join("、")),
            )
        }
    }
}
