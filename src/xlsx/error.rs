//! What may go wrong with a file, in the words of the person who chose it.

use std::io;
use std::path::{Path, PathBuf};

/// Why a file could not be read as a workbook or csv.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    #[error("找不到文件 {}。", path.display())]
    Missing { path: PathBuf },
    #[error("{} 是文件夹，不是文件。", path.display())]
    Folder { path: PathBuf },
    #[error("没有权限读取 {}，或者它正被别的程序独占。", path.display())]
    Permission { path: PathBuf },
    #[error("文件 {} 是空文件（0 字节）。", path.display())]
    Empty { path: PathBuf },
    #[error("文件 {} 设有打开密码。", path.display())]
    Encrypted { path: PathBuf },
    #[error("文件 {} 不完整，像是没有下载或复制完。", path.display())]
    Truncated { path: PathBuf },
    #[error("文件 {} 已损坏：{detail}。", path.display())]
    Damaged { path: PathBuf, detail: String },
    #[error("文件 {} 大得不正常：{detail}。", path.display())]
    TooLarge { path: PathBuf, detail: String },
    #[error("文件 {} 不是工作簿，内容是{}。", path.display(), spaced(looks_like))]
    NotAWorkbook { path: PathBuf, looks_like: &'static str },
    #[error("文件 {} 第 {line} 行的引号没有配对。", path.display())]
    BrokenQuote { path: PathBuf, line: u64 },
    #[error("文件 {} 不完整：最后一行（第 {line} 行）没有换行，栏数也比上一行少。", path.display())]
    CutShort { path: PathBuf, line: u64 },
    #[error("文件 {} 第 {byte} 个字节起不是能辨认的文字（试过 UTF-8、UTF-16 和 GB18030）。", path.display())]
    Undecodable { path: PathBuf, byte: u64 },
    #[error("读取 {} 时出错：{source}。", path.display())]
    Io { path: PathBuf, source: io::Error },
}

/// With a space before what begins with a letter: 内容是 PDF 文件, 内容是图片.
fn spaced(text: &str) -> String {
    let space = if text.starts_with(|c: char| c.is_ascii_alphanumeric()) { " " } else { "" };
    format!("{space}{text}")
}

impl ReadError {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            ReadError::Missing { .. } => "请检查文件名和文件夹，中文文件名请整个放在引号里。",
            ReadError::Folder { .. } => "请指明文件夹里的哪一个文件。",
            ReadError::Permission { .. } => "请先在Excel或WPS里关闭它，或者复制一份再试。",
            ReadError::Empty { .. } => "请重新导出或重新索要这个文件。",
            ReadError::Encrypted { .. } => "请在Excel或WPS里打开，取消密码后另存再试。",
            ReadError::Truncated { .. } => "请重新下载或重新索要这个文件。",
            ReadError::Damaged { .. } => "请在Excel或WPS里打开，另存为xlsx再试；打不开的请重新索要。",
            ReadError::TooLarge { .. } => "请在Excel或WPS里把花名册复制到一个新的工作簿，另存为xlsx再试。",
            ReadError::NotAWorkbook { looks_like: "压缩包", .. } => {
                "请先解压，再导入解压出来的文件或文件夹。"
            }
            ReadError::NotAWorkbook { looks_like, .. }
                if looks_like.contains("PDF") || looks_like.contains("图片") =>
            {
                "图片、PDF 里的内容读不出来，请向学校索要工作簿（xlsx、xls）原件。"
            }
            ReadError::NotAWorkbook { .. } => "请在Excel或WPS里打开，另存为xlsx再试。",
            ReadError::BrokenQuote { .. } => "请在这一行补上缺少的英文双引号，或者改用xlsx。",
            ReadError::CutShort { .. } => {
                "请重新下载或重新索要这个文件；确认文件完整的，请补上最后一行缺少的逗号，或在行末加上换行。"
            }
            ReadError::Undecodable { .. } => "请在Excel或WPS里打开，另存为xlsx，或另存为UTF-8的csv。",
            ReadError::Io { .. } => "请确认磁盘、U盘或网络盘连接正常后再试。",
        }
    }

    /// The failure of the operating system to open or read the file, sorted by what the person can do.
    pub fn from_io(path: &Path, source: io::Error) -> ReadError {
        let path = path.to_path_buf();
        match source.kind() {
            io::ErrorKind::NotFound => ReadError::Missing { path },
            io::ErrorKind::PermissionDenied => ReadError::Permission { path },
            io::ErrorKind::IsADirectory => ReadError::Folder { path },
            io::ErrorKind::UnexpectedEof => ReadError::Truncated { path },
            _ => ReadError::Io { path, source },
        }
    }

    /// The file says something that cannot be.
    pub fn damaged(path: &Path, detail: impl Into<String>) -> ReadError {
        ReadError::Damaged { path: path.to_path_buf(), detail: detail.into() }
    }
}

/// Why a workbook could not be written. What stood there before is still there.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    #[error("没有 {} 所在的文件夹。", path.display())]
    FolderMissing { path: PathBuf },
    #[error("没有权限写入 {}，或者它正被别的程序打开。", path.display())]
    Permission { path: PathBuf },
    #[error("{} 是文件夹。", path.display())]
    Folder { path: PathBuf },
    #[error("磁盘已满，{} 没有写成。", path.display())]
    DiskFull { path: PathBuf },
    #[error("{} 放不下：工作表最多 1048576 行、16384 列。", path.display())]
    TooLarge { path: PathBuf },
    #[error("写入 {} 时出错：{source}。", path.display())]
    Io { path: PathBuf, source: io::Error },
    #[error("不能生成工作簿 {}：{detail}。", path.display())]
    Workbook { path: PathBuf, detail: String },
}

impl WriteError {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            WriteError::FolderMissing { .. } => "请先建好文件夹，或换一个位置。",
            WriteError::Permission { .. } => "请先在Excel或WPS里关闭它，或换一个文件名。",
            WriteError::Folder { .. } => "请在后面加上文件名。",
            WriteError::DiskFull { .. } => "请腾出空间，或换一个磁盘；原来的文件没有动。",
            WriteError::TooLarge { .. } => "请分学校或分年级输出，或改用csv。",
            WriteError::Io { .. } => "请确认磁盘、U盘或网络盘连接正常后再试；原来的文件没有动。",
            WriteError::Workbook { .. } => "这是程序的缺陷，请把这段话报告给维护者；原来的文件没有动。",
        }
    }

    /// The failure of the operating system to write the file.
    pub fn from_io(path: &Path, source: io::Error) -> WriteError {
        let path = path.to_path_buf();
        match source.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => WriteError::FolderMissing { path },
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                WriteError::Permission { path }
            }
            io::ErrorKind::IsADirectory => WriteError::Folder { path },
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
                WriteError::DiskFull { path }
            }
            _ => WriteError::Io { path, source },
        }
    }
}
