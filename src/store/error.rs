//! Why the registry can't be used: each with the file, what is wrong, and the remedy.

use std::path::{Path, PathBuf};

/// A failure of the registry file. No person's data is ever in it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("学籍库 {0} 不存在。")]
    Missing(PathBuf),
    #[error("{0} 已经存在，不会覆盖。")]
    Exists(PathBuf),
    #[error("没有 {0} 所在的文件夹。")]
    NoFolder(PathBuf),
    #[error("{0} 不是学籍库文件。")]
    NotOurs(PathBuf),
    #[error("{path} 由较新版本的 xueji 建立：库结构为第 {found} 版，本程序只认识到第 {known} 版。")]
    Newer { path: PathBuf, found: i64, known: i64 },
    #[error("学籍库 {0} 正被另一个程序使用。")]
    Locked(PathBuf),
    #[error("学籍库 {path} 已损坏：{detail}。")]
    Damaged { path: PathBuf, detail: String },
    #[error("写入学籍库 {0} 时磁盘空间不足。")]
    Full(PathBuf),
    #[error("没有读写学籍库 {0} 的权限。")]
    Permission(PathBuf),
    #[error("学籍库 {0} 在预览之后被另一个程序改动，本次没有写入。")]
    Changed(PathBuf),
    #[error("学籍库 {0} 正在查重，本次没有再查。")]
    Scanning(PathBuf),
    #[error("读写学籍库 {path} 失败：{source}。")]
    Sqlite { path: PathBuf, source: rusqlite::Error },
    #[error("建立学籍库 {path} 失败：{source}。")]
    Io { path: PathBuf, source: std::io::Error },
}

impl StoreError {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Missing(_) => "请先用 xueji init 建立，或用 --db 指明学籍库的位置。",
            Self::Exists(_) => "请换一个文件名，或先把原文件移走。",
            Self::NoFolder(_) => "请先建好文件夹，或换一个位置。",
            Self::NotOurs(_) => "请检查 --db（或环境变量 XUEJI_DB）指的是不是 xueji init 建立的文件。",
            Self::Newer { .. } => "请升级 xueji 后再打开；原文件没有改动。",
            Self::Locked(_) => "请等另一个 xueji 结束后再试；没有写入任何内容。",
            Self::Damaged { .. } => "请停止写入，从最近的备份恢复，并用 xueji audit verify 检查。",
            Self::Full(_) => "请腾出磁盘空间后重试；学籍库仍是本次运行之前的样子。",
            Self::Permission(_) => "请检查文件和所在文件夹的权限。",
            Self::Changed(_) => "请重新运行本命令。",
            Self::Scanning(_) => "请等前一次查重结束；定时任务到下一次再查即可。",
            Self::Sqlite { .. } | Self::Io { .. } => {
                "请检查磁盘和文件是否正常；学籍库仍是本次运行之前的样子。"
            }
        }
    }

    /// The registry's own error for one of SQLite's.
    pub fn of(path: &Path, source: rusqlite::Error) -> StoreError {
        use rusqlite::ErrorCode::{
            CannotOpen, DatabaseBusy, DatabaseCorrupt, DatabaseLocked, DiskFull, NotADatabase,
            PermissionDenied, ReadOnly,
        };
        let path = path.to_owned();
        // A write of the journal found no row that is as it says: somebody changed the tables by other means.
        if matches!(source, rusqlite::Error::StatementChangedRows(_)) {
            return Self::Damaged { path, detail: "表与流水对不上".into() };
        }
        match source.sqlite_error_code() {
            Some(DatabaseBusy | DatabaseLocked) => Self::Locked(path),
            Some(NotADatabase) => Self::NotOurs(path),
            Some(DatabaseCorrupt) => Self::Damaged { path, detail: "SQLite 报告结构错误".into() },
            Some(DiskFull) => Self::Full(path),
            Some(PermissionDenied | ReadOnly | CannotOpen) => Self::Permission(path),
            // A write that the file system refuses (a quota, a size limit, a full volume) comes as an I/O error.
            Some(rusqlite::ErrorCode::SystemIoFailure) => Self::Full(path),
            _ => Self::Sqlite { path, source },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_that_are_not_what_the_journal_says_are_damage() {
        let path = Path::new("x.db");
        let error = StoreError::of(path, rusqlite::Error::StatementChangedRows(0));
        assert_eq!(error.to_string(), "学籍库 x.db 已损坏：表与流水对不上。");
        assert!(error.hint().contains("xueji audit verify"));
    }
}
