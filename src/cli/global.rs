//! What every command may be told: registry, actor, day, form of the output.

use std::fs::File;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::app::session::Session;
use crate::model::actor::Act;
use crate::model::export::Mark;
use crate::model::table::Table;
use crate::output::delimited::{self, Encoding};
use crate::output::json::{TableJson, Tables};
use crate::output::progress::Progress;
use crate::output::{Format, Privacy, human, schema, workbook};
use crate::store::Store;
use crate::store::error::StoreError;
use crate::xlsx::error::WriteError;
use crate::xlsx::save;

use super::failure::{CliError, file, usage};
use super::unmask::hash_of;

/// The registry where none is named.
const DEFAULT_REGISTRY: &str = "xueji.db";

/// Options of every command.
#[derive(clap::Args, Clone)]
#[command(next_help_heading = "通用选项")]
pub struct Global {
    /// 学籍库文件
    #[arg(
        long,
        global = true,
        env = "XUEJI_DB",
        value_name = "文件",
        default_value = DEFAULT_REGISTRY,
        hide_env_values = true
    )]
    pub db: PathBuf,
    /// 经办人姓名或工号，写入流水
    #[arg(long, global = true, env = "XUEJI_ACTOR", value_name = "姓名", hide_env_values = true)]
    pub actor: Option<String>,
    /// 业务日期（YYYY-MM-DD），补录以前的业务时使用；默认为今天
    #[arg(long, global = true, env = "XUEJI_TODAY", value_name = "日期", hide_env_values = true)]
    pub today: Option<String>,
    /// 输出形式：human 给人看，json、csv、xlsx 给程序和表格软件
    #[arg(long, global = true, value_name = "形式", default_value = "human", value_parser = format_of)]
    pub format: Format,
    /// 写到文件，而不是屏幕
    #[arg(short = 'o', long, global = true, value_name = "文件")]
    pub output: Option<PathBuf>,
    /// 少说话：只用退出码和必要的结果回答
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// 多说话：列出全部提示
    #[arg(short, long, global = true)]
    pub verbose: bool,
    /// 颜色：auto、always、never；设了 NO_COLOR 时不用颜色
    #[arg(long, global = true, value_name = "何时", default_value = "auto", value_parser = ["auto", "always", "never"], hide_possible_values = true)]
    pub color: String,
    /// 不再询问，一律确认
    #[arg(long, global = true)]
    pub yes: bool,
    /// csv 的编码：utf-8，或旧软件用的 gb18030
    #[arg(long, global = true, value_name = "编码", default_value = "utf-8", value_parser = encoding_of)]
    pub encoding: Encoding,
    /// csv 开头的字节序标记：yes、no；默认 UTF-8 有（Excel 凭它认出编码），GB18030 没有
    #[arg(long, global = true, value_name = "有无", num_args = 0..=1, require_equals = true, default_missing_value = "yes", value_parser = yes_or_no)]
    pub bom: Option<bool>,
    /// The command as it was named, for the ledger of exports.
    #[arg(skip)]
    pub command: String,
}

/// A day that an option gives.
pub fn day(option: &str, text: &str) -> Result<Date, CliError> {
    text.parse().map_err(|_| {
        usage(format!("{option} 的日期“{text}”不能识别。"), "请写成 YYYY-MM-DD，例如 2026-09-01。")
    })
}

fn format_of(text: &str) -> Result<Format, String> {
    match text {
        "human" => Ok(Format::Human),
        "json" => Ok(Format::Json),
        "csv" => Ok(Format::Csv),
        "xlsx" => Ok(Format::Xlsx),
        _ => Err("只能是 human、json、csv 或 xlsx".into()),
    }
}

fn encoding_of(text: &str) -> Result<Encoding, String> {
    match text.to_ascii_lowercase().as_str() {
        "utf-8" | "utf8" => Ok(Encoding::Utf8),
        "gb18030" | "gbk" | "gb2312" => Ok(Encoding::Gb18030),
        _ => Err("只能是 utf-8 或 gb18030".into()),
    }
}

fn yes_or_no(text: &str) -> Result<bool, String> {
    match text {
        "yes" => Ok(true),
        "no" => Ok(false),
        _ => Err("只能是 yes 或 no".into()),
    }
}

/// The form that was asked for on a command line that could not be parsed.
pub fn form_of(arguments: &[std::ffi::OsString]) -> Format {
    let words: Vec<&str> = arguments.iter().filter_map(|a| a.to_str()).collect();
    let asked = words.windows(2).any(|w| w == ["--format", "json"]) || words.contains(&"--format=json");
    if asked { Format::Json } else { Format::Human }
}

impl Global {
    /// Opens the registry.
    pub fn store(&self) -> Result<Store, CliError> {
        Ok(Store::open(&self.db)?)
    }

    /// Opens the registry; a default one that is not there is not missed.
    pub fn store_if_any(&self) -> Result<Option<Store>, CliError> {
        match Store::open(&self.db) {
            Ok(store) => Ok(Some(store)),
            Err(StoreError::Missing(_)) if self.db.as_os_str() == DEFAULT_REGISTRY => Ok(None),
            Err(e) => Err(e.into()),
        }
    }

    /// The day of business.
    pub fn today(&self) -> Result<Date, CliError> {
        match &self.today {
            None => {
                // The offices this is for all keep Beijing time, wherever the machine thinks it is.
                let beijing = TimeZone::fixed(jiff::tz::offset(8));
                Ok(jiff::Timestamp::now().to_zoned_datetime(beijing).date())
            }
            Some(text) => day("--today", text),
        }
    }

    /// Who acts, when, with what chance.
    pub fn session(&self) -> Result<Session, CliError> {
        let named = self
            .actor
            .clone()
            .or_else(|| std::env::var("USER").ok())
            .or_else(|| std::env::var("LOGNAME").ok());
        let actor = named.filter(|a| !a.trim().is_empty()).ok_or_else(|| {
            usage("不知道是谁在办理。", "请用 --actor 写明经办人，或设置环境变量 XUEJI_ACTOR。")
        })?;
        let millis = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_millis() as u64);
        let at = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        let mut entropy = [0; 32];
        entropy[..16].copy_from_slice(uuid::Uuid::new_v4().as_bytes());
        entropy[16..].copy_from_slice(uuid::Uuid::new_v4().as_bytes());
        Ok(Session { act: Act { actor, today: self.today()?, at }, millis, entropy })
    }

    /// A progress bar, when somebody is watching.
    pub fn progress(&self, label: &'static str, total: Option<u64>) -> Progress {
        Progress::new(label, total, self.quiet, Instant::now())
    }

    /// How many things are worked on at once unless it is said.
    pub fn jobs(&self) -> usize {
        std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
    }

    /// Whether colors are used on this stream.
    pub fn colors(&self) -> bool {
        match self.color.as_str() {
            "always" => true,
            "never" => false,
            _ => std::env::var_os("NO_COLOR").is_none() && std::io::stderr().is_terminal(),
        }
    }

    /// Red on stderr, where colors are used.
    pub fn red(&self, text: &str) -> String {
        if !self.colors() {
            return text.to_owned();
        }
        let style = anstyle::Style::new().bold().fg_color(Some(anstyle::AnsiColor::Red.into()));
        format!("{style}{text}{style:#}")
    }

    /// Prints a result for people or programs. A reader that hangs up early is no error.
    pub fn print(&self, text: &str) {
        print(text.as_bytes());
    }

    /// Says something besides the result: to stderr, not when quiet.
    pub fn say(&self, text: &str) {
        if !self.quiet {
            eprintln!("{text}");
        }
    }

    /// A table without what only programs need, where people read it.
    pub fn for_people(&self, table: Table, machine: &[&str]) -> Table {
        if matches!(self.form(), Format::Human | Format::Xlsx) { table.without(machine) } else { table }
    }

    /// A result that is text: to the file of `-o`, else to stdout.
    pub fn put(&self, text: &str) -> Result<(), CliError> {
        self.put_bytes(text.as_bytes())
    }

    fn put_bytes(&self, bytes: &[u8]) -> Result<(), CliError> {
        match &self.output {
            None => print(bytes),
            Some(path) => write_file(path, bytes)?,
        }
        Ok(())
    }

    /// An object as JSON to the file of `-o`, else to stdout.
    pub fn put_json(&self, object: &impl serde::Serialize) -> Result<(), CliError> {
        self.put(&json_text(object))
    }

    /// A list or report in the form asked for. `-o FILE.xlsx` is a workbook even without `--format`.
    pub fn put_tables(&self, tables: &[Table], privacy: Privacy) -> Result<(), CliError> {
        self.print_tables(tables, privacy, None).map(drop)
    }

    /// The same, with what is written on its sheets; the hash of what was printed.
    pub fn print_tables(
        &self,
        tables: &[Table],
        privacy: Privacy,
        mark: Option<&Mark>,
    ) -> Result<String, CliError> {
        let bytes = match self.form() {
            Format::Human => {
                let each: Vec<String> =
                    tables.iter().map(|t| human::table(t, privacy, terminal_width())).collect();
                each.join("\n").into_bytes()
            }
            Format::Json => {
                let tables = tables.iter().map(|t| TableJson::of(t, privacy)).collect();
                json_text(&Tables { schema: schema::TABLE, tables }).into_bytes()
            }
            Format::Csv => self.encoded(&delimited::tables(tables, privacy))?,
            Format::Xlsx => {
                let Some(path) = &self.output else {
                    return Err(usage("工作簿不能写到屏幕上。", "请用 -o 指明文件，例如 -o 名单.xlsx。"));
                };
                workbook::tables(path, tables, privacy, mark)?;
                return hash_of(path);
            }
        };
        self.put_bytes(&bytes)?;
        Ok(blake3::hash(&bytes).to_hex().to_string())
    }

    /// A csv, in the encoding asked for.
    pub fn put_csv(&self, text: &str) -> Result<(), CliError> {
        self.put_bytes(&self.encoded(text)?)
    }

    fn encoded(&self, text: &str) -> Result<Vec<u8>, CliError> {
        delimited::encoded(text, self.encoding, self.bom).map_err(|odd| {
            let reason = format!("GB18030 里没有字符 U+{:04X}。", u32::from(odd));
            usage(reason, "请去掉 --encoding gb18030，用默认的 UTF-8。")
        })
    }

    /// Where an output of several files is written: a folder or an archive, and nothing that is in use unless that was
    /// agreed to. `no_table` says why it is no table.
    pub fn place(&self, example: &str, no_table: &str) -> Result<&Path, CliError> {
        let Some(path) = &self.output else {
            let hint = format!("请用 -o 指明文件夹或 .zip 文件，例如 -o {example}。");
            return Err(usage("没有说明写到哪里。", hint));
        };
        if !matches!(self.format, Format::Human | Format::Json) {
            return Err(usage(no_table, "请用 -o 指明文件夹或 .zip 文件，不要加 --format。"));
        }
        let is_used = path.is_file() || path.read_dir().is_ok_and(|mut d| d.next().is_some());
        if is_used && !self.yes {
            let reason = format!("{} 已经存在，而且不是空的。", path.display());
            return Err(usage(reason, "请用 -o 换一个名称；确要写在里面请加 --yes。"));
        }
        Ok(path)
    }

    /// The form of the output: `--format`, or what the file of `-o` is named for.
    pub fn form(&self) -> Format {
        let extension =
            self.output.as_ref().and_then(|p| p.extension()).and_then(|e| e.to_str()).unwrap_or("");
        match (self.format, extension) {
            (Format::Human, "xlsx") => Format::Xlsx,
            (Format::Human, "csv") => Format::Csv,
            (Format::Human, "json") => Format::Json,
            (format, _) => format,
        }
    }
}

fn print(bytes: &[u8]) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(bytes).and_then(|()| out.flush());
}

/// Prints an object as JSON.
pub fn print_json(object: &impl serde::Serialize) {
    print(json_text(object).as_bytes());
}

pub fn json_text(object: &impl serde::Serialize) -> String {
    let text = serde_json::to_string_pretty(object).expect("plain structs serialize");
    format!("{text}\n")
}

/// Writes a file whole: beside it first, then in its place.
pub fn write_file(path: &Path, bytes: &[u8]) -> Result<(), CliError> {
    write_by(&mut File::options(), path, bytes)
}

/// The same for a file that only its owner may read.
pub fn write_private(path: &Path, bytes: &[u8]) -> Result<(), CliError> {
    let mut options = File::options();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    write_by(&mut options, path, bytes)
}

fn write_by(options: &mut std::fs::OpenOptions, path: &Path, bytes: &[u8]) -> Result<(), CliError> {
    write_through(options, path, |file| {
        Ok(file.write_all(bytes).map_err(|e| WriteError::from_io(path, e))?)
    })
}

/// Writes a file whole as it is made: beside it first, then in its place.
pub fn write_through<T>(
    options: &mut std::fs::OpenOptions,
    path: &Path,
    make: impl FnOnce(&mut File) -> Result<T, CliError>,
) -> Result<T, CliError> {
    let failed = |e| CliError::from(WriteError::from_io(path, e));
    if save::is_special(path) {
        return make(&mut options.write(true).open(path).map_err(failed)?);
    }
    let beside = path.with_extension("xueji-tmp");
    let mut file = options.write(true).create(true).truncate(true).open(&beside).map_err(failed)?;
    let made = make(&mut file).and_then(|made| {
        file.sync_all().and_then(|()| std::fs::rename(&beside, path)).map_err(failed)?;
        Ok(made)
    });
    if made.is_err() {
        let _ = std::fs::remove_file(&beside);
    }
    made
}

/// Makes a folder and those above it.
pub fn make_folder(folder: &Path) -> Result<(), CliError> {
    use std::io::ErrorKind::{AlreadyExists, NotADirectory};
    std::fs::create_dir_all(folder).map_err(|e| match e.kind() {
        AlreadyExists | NotADirectory => file(
            format!("不能建立文件夹 {}：已经有同名的文件。", folder.display()),
            "请换一个位置，或先把那个文件移走。",
        ),
        _ => WriteError::from_io(folder, e).into(),
    })
}

/// How wide the terminal is, when there is one.
pub fn terminal_width() -> Option<u16> {
    if !std::io::stdout().is_terminal() {
        return None;
    }
    std::env::var("COLUMNS").ok().and_then(|c| c.parse().ok()).or(Some(160))
}
