//! `--marked`: where the marked copies go, and that nothing is overwritten that should not be.

use std::path::{Path, PathBuf};

use crate::app::failure::Refusal;
use crate::app::gather::RosterFile;
use crate::app::marked::{self, Copy};
use crate::app::validate::FileSummary;
use crate::model::finding::Finding;

use super::failure::{CliError, usage};
use super::global::{Global, make_folder};
use super::show;

/// The copies to be written.
#[derive(Default)]
pub struct Copies {
    each: Vec<Copy>,
    /// The folder they go into, where there is one for them.
    folder: Option<PathBuf>,
}

/// The copies that were asked for, none where `out` is not given: a file for one roster, a folder for several.
pub fn copies(files: &[RosterFile], out: Option<&Path>, global: &Global) -> Result<Copies, CliError> {
    let Some(out) = out else { return Ok(Copies::default()) };
    let copies = match files {
        [one] if !one.walked && !out.is_dir() => {
            Copies { each: vec![single(&one.path, out)?], ..Copies::default() }
        }
        _ => Copies { each: in_folder(files, out)?, folder: Some(out.to_owned()) },
    };
    for copy in &copies.each {
        let same = |input: &RosterFile| {
            let (a, b) = (input.path.canonicalize(), copy.output.canonicalize());
            matches!((a, b), (Ok(a), Ok(b)) if a == b)
        };
        if files.iter().any(same) {
            let message = format!("--marked 不能写到花名册原文件 {} 上。", copy.output.display());
            return Err(usage(message, "请换一个文件名或文件夹，原文件要留着。"));
        }
        if copy.output.exists() && !global.yes {
            let reason = format!("{} 已经存在。", copy.output.display());
            return Err(Refusal::new(reason, "请换一个文件名，或加 --yes 覆盖它。").into());
        }
    }
    Ok(copies)
}

fn single(input: &Path, out: &Path) -> Result<Copy, CliError> {
    let wanted = marked::extension(input);
    let given = out.extension().and_then(|e| e.to_str()).unwrap_or("").to_lowercase();
    if given != wanted {
        let why = if wanted == "xlsm" { "原文件带有宏" } else { "原文件没有宏" };
        let message = format!("--marked 的文件名应以 .{wanted} 结尾：{why}，否则 Excel 打不开。");
        let hint = format!("请写成 --marked {}。", out.with_extension(wanted).display());
        return Err(usage(message, hint));
    }
    Ok(Copy { input: input.to_owned(), output: out.to_owned() })
}

/// One copy for each file, with its own name; a name that comes twice is numbered.
fn in_folder(files: &[RosterFile], folder: &Path) -> Result<Vec<Copy>, CliError> {
    if folder.is_file() {
        let message = format!("有几个花名册时，--marked 后是文件夹，而 {} 是文件。", folder.display());
        return Err(usage(message, "请写一个文件夹，每个花名册以原来的名字写在里面。"));
    }
    let mut copies: Vec<Copy> = Vec::new();
    for RosterFile { path: input, .. } in files {
        let stem = input.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let extension = marked::extension(input);
        let names = (1u32..).map(|n| match n {
            1 => folder.join(format!("{stem}.{extension}")),
            n => folder.join(format!("{stem}({n}).{extension}")),
        });
        let free = |name: &PathBuf| copies.iter().all(|c| c.output != *name);
        let output = names.into_iter().find(free).expect("there are more numbers than files");
        copies.push(Copy { input: input.clone(), output });
    }
    Ok(copies)
}

/// Writes the copies, and says where they are.
pub fn write(
    files: &[FileSummary],
    findings: &[Finding],
    copies: &Copies,
    global: &Global,
) -> Result<(), CliError> {
    if let Some(folder) = &copies.folder {
        make_folder(folder)?;
    }
    for given in marked::write(files, findings, &copies.each, &show::title)? {
        global.say(&format!("标注的工作簿已写入 {}。{}", given.output.display(), given.remarks.concat()));
    }
    Ok(())
}
