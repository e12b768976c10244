//! `--pdf`: the workbook that was written, as a PDF beside it, made by the machine's own LibreOffice.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::failure::{CliError, file, usage};

/// What LibreOffice is called, in the order of looking.
const PROGRAMS: [&str; 3] =
    ["soffice", "libreoffice", "/Applications/LibreOffice.app/Contents/MacOS/soffice"];

/// A LibreOffice that answers.
pub struct Office {
    program: &'static str,
}

impl Office {
    /// Finds one before anything is written; a usage error that says what to do where there is none.
    pub fn find() -> Result<Office, CliError> {
        let answers = |program: &&&str| {
            let mut asked = Command::new(program);
            asked.arg("--version").stdout(Stdio::null()).stderr(Stdio::null());
            asked.status().is_ok_and(|s| s.success())
        };
        PROGRAMS.iter().find(answers).map(|program| Office { program }).ok_or_else(|| {
            usage(
                "这台机器没有 LibreOffice，不能生成 PDF。",
                "请安装 LibreOffice；或去掉 --pdf，在 WPS、Excel 中打开工作簿另存为 PDF。",
            )
        })
    }

    /// Makes the PDF of a workbook beside it, all of it or nothing; where it is.
    pub fn convert(&self, workbook: &Path) -> Result<PathBuf, CliError> {
        let pdf = workbook.with_extension("pdf");
        let work = workbook.with_extension("xueji-pdf");
        let made = self.convert_in(workbook, &work, &pdf);
        let _ = std::fs::remove_dir_all(&work);
        made.map(|()| pdf).map_err(|why| {
            file(
                format!("LibreOffice 没有把 {} 转成 PDF：{why}。", workbook.display()),
                "工作簿已经写好，可以在 WPS、Excel 中打开另存为 PDF。",
            )
        })
    }

    /// LibreOffice writes into a folder of its own, with a profile of its own: one that is open on the screen is not
    /// disturbed.
    fn convert_in(&self, workbook: &Path, work: &Path, pdf: &Path) -> Result<(), String> {
        std::fs::create_dir_all(work).map_err(|e| e.to_string())?;
        let whole = work.canonicalize().map_err(|e| e.to_string())?;
        let profile = format!("-env:UserInstallation=file://{}", whole.join("profile").display());
        let ended = Command::new(self.program)
            .args([profile.as_str(), "--headless", "--convert-to", "pdf", "--outdir"])
            .arg(&whole)
            .arg(workbook)
            .output()
            .map_err(|e| e.to_string())?;
        let name = pdf.file_name().unwrap_or_default();
        if !ended.status.success() || !whole.join(name).is_file() {
            let said = String::from_utf8_lossy(&ended.stderr);
            return Err(said.lines().last().unwrap_or("没有输出").trim_end_matches(['.', '。']).to_owned());
        }
        std::fs::rename(whole.join(name), pdf).map_err(|e| e.to_string())
    }
}
