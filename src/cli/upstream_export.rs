//! `xueji upstream export`: the counties' reports of any day, from their journals above.

use std::path::{Path, PathBuf};

use crate::app::reporting::days::Days;
use crate::app::sync::office;
use crate::app::sync::rebuilt::{self, Wanted};
use crate::output::mask::masked;
use crate::report::{self, Body, REPORTS};
use crate::upstream::postgres::Target;

use super::Outcome;
use super::failure::{CliError, file, usage};
use super::global::{Global, day};
use super::sync_privacy::put_above;

/// What is wanted.
#[derive(clap::Args)]
pub struct Args {
    /// 报表名称：headcount、change-statistics、disputed-records、duplicate-findings 等（xueji export list）
    #[arg(value_name = "报表")]
    report: String,
    /// 只要这个单位的：来源单位编号、区划代码或名称
    #[arg(long, value_name = "单位")]
    office: Option<String>,
    /// 截至这一天的情况（YYYY-MM-DD），与各单位当天打印的一样；默认为业务日期
    #[arg(long, value_name = "日期")]
    as_of: Option<String>,
    /// 期间报表的第一天
    #[arg(long, value_name = "日期")]
    from: Option<String>,
    /// 期间报表的最后一天
    #[arg(long, value_name = "日期")]
    to: Option<String>,
}

pub fn run(target: &Target, args: &Args, global: &Global) -> Result<Outcome, CliError> {
    let is_table = |body: &Body| matches!(body, Body::Counts(_) | Body::Lists(_));
    let report = report::report(&args.report).filter(|r| is_table(&r.body)).ok_or_else(|| {
        let names: Vec<&str> = REPORTS.iter().filter(|r| is_table(&r.body)).map(|r| r.name).collect();
        usage(format!("没有各单位报表“{}”。", args.report), format!("可用的有：{}。", names.join("、")))
    })?;
    let of = |option: &str, text: &Option<String>| text.as_deref().map(|t| day(option, t)).transpose();
    let days = Days {
        as_of: of("--as-of", &args.as_of)?,
        from: of("--from", &args.from)?,
        to: of("--to", &args.to)?,
    };
    let session = global.session()?;
    let store = global.store()?;
    let office = args.office.as_deref().map(|text| office::find(&store, text)).transpose()?;
    let folder = Folder::make(&global.db)?;
    let wanted = Wanted { report, days, office: office.as_ref(), shown: masked };
    let tables = rebuilt::report(&store, &session, target, (&wanted, &folder.0))?;
    put_above(&store, tables, global)?;
    Ok(Outcome::Clean)
}

/// Where counties are built again: beside the registry, for its owner only, gone with the run.
struct Folder(PathBuf);

impl Folder {
    fn make(registry: &Path) -> Result<Folder, CliError> {
        let start = format!("{}-export-", registry.display());
        // What a run that was killed left behind.
        for id in left_behind(&start) {
            let _ = std::fs::remove_dir_all(format!("{start}{id}"));
        }
        let path = PathBuf::from(format!("{start}{}", std::process::id()));
        let mut builder = std::fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&path).map_err(|e| {
            file(
                format!("不能建临时文件夹 {}：{e}。", path.display()),
                "请检查学籍库所在文件夹的权限和空间。",
            )
        })?;
        Ok(Folder(path))
    }
}

/// The numbers of processes that are gone and whose folders are not.
fn left_behind(start: &str) -> Vec<u32> {
    let path = Path::new(start);
    let (Some(name), Some(beside)) = (path.file_name().and_then(|n| n.to_str()), path.parent()) else {
        return Vec::new();
    };
    let beside = if beside.as_os_str().is_empty() { Path::new(".") } else { beside };
    let entries = std::fs::read_dir(beside).into_iter().flatten().flatten();
    let ids = entries.filter_map(|e| e.file_name().to_str()?.strip_prefix(name)?.parse().ok());
    let processes = Path::new("/proc");
    ids.filter(|id: &u32| processes.exists() && !processes.join(id.to_string()).exists()).collect()
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
