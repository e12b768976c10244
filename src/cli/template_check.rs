//! `xueji template check FILE`: what a bureau's own copy of a form would leave out or could not be filled with.

use std::path::{Path, PathBuf};

use crate::model::table::{Column, Table};
use crate::output::Privacy;
use crate::xlsx::form::check::{self, Found};
use crate::xlsx::form::{FORMS, Form, form};

use super::Outcome;
use super::failure::{CliError, file, usage};
use super::global::Global;

/// 检查本单位改过样式的表格模板：缺少、不认识、写错的填写项
#[derive(clap::Args)]
pub struct Args {
    /// 改过样式的模板
    #[arg(value_name = "文件")]
    file: PathBuf,
    /// 它是哪一种表格；文件名与程序自带的相同时可以不写
    #[arg(long, value_name = "表格", value_parser = clap::builder::PossibleValuesParser::new(FORMS.iter().map(|f| f.name)))]
    form: Option<String>,
}

pub fn run(args: &Args, global: &Global) -> Result<Outcome, CliError> {
    let form = which(args)?;
    let path = &args.file;
    let bytes = std::fs::read(path)
        .map_err(|e| file(format!("{} 读不出来：{e}。", path.display()), "请核对模板文件的位置。"))?;
    let found = check::check(form, &bytes).map_err(|_| {
        file(
            format!("{} 不是 xlsx 工作簿，或已损坏。", path.display()),
            "请在 WPS 或 Excel 中另存为 xlsx 再试。",
        )
    })?;
    global.put_tables(&[table(form, path, &found)], Privacy::Masked)?;
    Ok(if found.iter().any(|f| f.what.is_fault()) { Outcome::Findings } else { Outcome::Clean })
}

fn which(args: &Args) -> Result<&'static Form, CliError> {
    let by_name = args.file.file_stem().and_then(|s| s.to_str()).and_then(form);
    args.form.as_deref().and_then(form).or(by_name).ok_or_else(|| {
        let names: Vec<&str> = FORMS.iter().map(|f| f.name).collect();
        usage(
            format!("不知道 {} 是哪一种表格。", args.file.display()),
            format!("请用 --form 指明：{}。", names.join("、")),
        )
    })
}

fn table(form: &Form, path: &Path, found: &[Found]) -> Table {
    let rows = found
        .iter()
        .map(|f| vec![f.place.clone(), f.name.clone(), f.what.label().to_owned(), f.what.remedy(&f.nearest)]);
    let places = check::of_form(form).len();
    let faults = found.iter().filter(|f| f.what.is_fault()).count();
    Table {
        title: format!("{}模板的检查：{}", form.title, path.display()),
        columns: vec![
            Column::text("place", "位置"),
            Column::text("name", "填写项"),
            Column::text("problem", "情况"),
            Column::text("remedy", "办法"),
        ],
        rows: rows.collect(),
        foot: vec![match faults {
            0 => format!("程序自带的 {places} 个填写项都在，可以用 --template 使用。"),
            n => format!("程序自带 {places} 个填写项；有 {n} 处要改。"),
        }],
        ..Table::default()
    }
}
