//! `xueji validate`: rosters, or bare numbers, checked without writing.

use std::fs::File;
use std::io::Read;
use std::path::PathBuf;

use jiff::civil::Date;

use crate::app::examine::Examining;
use crate::app::gather::{self, PassedFile};
use crate::app::input::error::InputError;
use crate::app::input::{Opening, Where};
use crate::app::numbers::{self, Checking, Tally};
use crate::app::validate::{self, Validated};
use crate::check::Selection;
use crate::model::document::bulk::Verdict;
use crate::model::document::{DOCUMENTS, DocumentKind};
use crate::model::id::SchoolCode;
use crate::output::json::{BadNumberJson, Findings, Numbers};
use crate::output::{Format, Privacy, delimited, human, schema};
use crate::province::{self, Pack};
use crate::roster::mapping::Mapping;
use crate::store::Store;
use crate::xlsx::error::ReadError;
use crate::xlsx::numbers::NumbersError;

use super::failure::{CliError, file, usage};
use super::global::{Global, terminal_width};
use super::{Outcome, ask, marked, rules, show};

/// 检查花名册或证件号码，不写入任何内容
#[derive(clap::Args)]
pub struct Args {
    /// 花名册（xlsx、xls、ods、csv）或放花名册的文件夹，可以有多个；与 --numbers 合用时是号码文件，- 为标准输入
    #[arg(value_name = "花名册")]
    files: Vec<PathBuf>,
    /// 检查一批证件号码：每行一个，或用 --column 指明 csv 的一栏
    #[arg(long)]
    numbers: bool,
    /// csv 中号码所在的栏目
    #[arg(long, value_name = "栏目", requires = "numbers")]
    column: Option<String>,
    /// 号码的证件种类，如 hm_travel_permit；默认按 18 位号码的首位分辨
    #[arg(long, value_name = "种类", requires = "numbers", value_parser = kind_of)]
    kind: Option<DocumentKind>,
    /// 把问题标在花名册的副本里送回学校：标色、批注、处理意见、核对结果表；有几个花名册时是文件夹
    #[arg(long, value_name = "文件", conflicts_with = "numbers")]
    marked: Option<PathBuf>,
    /// 列出读入时改了写法的每一处：原来、改为、规则（号码、姓名遮盖）
    #[arg(long, conflicts_with = "numbers")]
    changes: bool,
    /// 列出损坏号码的修复建议和依据（要有学籍库）；逐条核对后用 import --accept 接受
    #[arg(long, conflicts_with_all = ["numbers", "changes"])]
    proposals: bool,
    #[command(flatten)]
    reading: Reading,
}

/// Where rosters are in their files and which checks run; shared with `import`.
#[derive(clap::Args)]
pub struct Reading {
    /// 只读这张工作表；要读几张就写几次
    #[arg(long, value_name = "名称")]
    pub sheet: Vec<String>,
    /// 表头在第几行；两行、三行的表头写其中任一行
    #[arg(long, value_name = "行")]
    pub header_row: Option<u32>,
    /// 栏目名对照文件（TOML）：[columns] 栏目名 = 字段，[constants] 字段 = 整表相同的内容
    #[arg(long, value_name = "文件")]
    pub mapping: Option<PathBuf>,
    /// 花名册是哪所学校的：用该校记住的栏目名，表中没有学校标识码时按该校
    #[arg(long, value_name = "学校标识码")]
    pub school: Option<String>,
    /// 只做这些检查
    #[arg(long, value_name = "检查", value_delimiter = ',')]
    pub select: Vec<String>,
    /// 不做这些检查
    #[arg(long, value_name = "检查", value_delimiter = ',')]
    pub allow: Vec<String>,
    /// 严格模式：读入时要改写法的每一处都是必须改正的问题
    #[arg(long)]
    pub strict: bool,
    /// 本地规则文件（TOML），先于本省和全国的规则；写法见 xueji explain rule-pack
    #[arg(long, value_name = "文件")]
    pub rules: Option<PathBuf>,
    /// 同时读几个文件；默认按本机的处理器，多少都不改变结果
    #[arg(long, value_name = "个数", value_parser = clap::value_parser!(u16).range(1..=64))]
    pub jobs: Option<u16>,
}

impl Reading {
    /// Whether anything was said of where rosters are or what is checked.
    pub fn says_something(&self) -> bool {
        let lists = [&self.sheet, &self.select, &self.allow];
        let texts = [self.mapping.is_some(), self.school.is_some(), self.rules.is_some(), self.strict];
        let numbers = [self.header_row.is_some(), self.jobs.is_some()];
        lists.iter().any(|l| !l.is_empty()) || texts.contains(&true) || numbers.contains(&true)
    }

    /// How many files are worked on at once.
    pub fn jobs(&self, global: &Global) -> usize {
        self.jobs.map_or_else(|| global.jobs(), usize::from)
    }

    /// Where to look, and what the headings mean.
    pub fn at(&self) -> Result<Where, CliError> {
        if let Some(school) = &self.school {
            SchoolCode::parse(school)
                .map_err(|e| usage(format!("--school：{}", e.message()), "请写十位学校标识码。"))?;
        }
        let mapping = self.mapping.as_deref().map(mapping_of).transpose()?.unwrap_or_default();
        let (sheets, school) = (self.sheet.clone(), self.school.clone());
        Ok(Where { sheets, header_row: self.header_row, mapping, school })
    }

    /// The county's own rules: of the file that is named, else those the registry remembers.
    pub fn own_rules(&self, store: Option<&Store>) -> Result<Option<Pack>, CliError> {
        rules::own(self.rules.as_deref(), store)
    }

    /// Which checks run, and how severe what they find is where the registry's authority stands.
    pub fn selection(&self, own: Option<&Pack>, division: &str, today: Date) -> Result<Selection, CliError> {
        let mut selection = Selection::new(&self.select, &self.allow).map_err(|unknown| {
            usage(format!("没有检查“{unknown}”。"), "用 xueji explain checks 列出全部检查。")
        })?;
        let switches = province::switches(own, division, today);
        selection.lay_over(&switches).map_err(|name| {
            file(
                format!("规则文件的 checks 一节里不能写“{name}”。"),
                "用 xueji explain checks 列出检查；number-damaged 不能关闭或放宽。",
            )
        })?;
        Ok(selection)
    }
}

/// Reads a mapping file.
pub fn mapping_of(path: &std::path::Path) -> Result<Mapping, CliError> {
    let text = std::fs::read_to_string(path)
        .map_err(|e| CliError::from(InputError::from(ReadError::from_io(path, e))))?;
    Mapping::parse(&text).map_err(|e| file(format!("{}：{}", path.display(), e.message), e.hint))
}

fn kind_of(text: &str) -> Result<DocumentKind, String> {
    let found = DOCUMENTS.iter().find(|d| d.id == text || d.name == text).map(|d| d.kind);
    found.ok_or_else(|| format!("只能是 {}", DOCUMENTS.iter().map(|d| d.id).collect::<Vec<_>>().join("、")))
}

pub fn run(args: &Args, global: &Global) -> Result<Outcome, CliError> {
    if args.numbers { check_numbers(args, global) } else { check_rosters(args, global) }
}

fn check_rosters(args: &Args, global: &Global) -> Result<Outcome, CliError> {
    if args.files.is_empty() {
        return Err(usage("没有指明要检查的花名册。", "请写 xueji validate 花名册.xlsx。"));
    }
    // With a registry at hand more can be checked.
    let store = global.store_if_any()?;
    let directory = store.as_ref().map(Store::directory).transpose()?;
    let rules = args.reading.own_rules(store.as_ref())?;
    let division = store.as_ref().map_or("", |s| s.meta().authority.as_str());
    let selection = args.reading.selection(rules.as_ref(), division, global.today()?)?;
    let today = global.today()?;
    let learned = store.as_ref().map(Store::headings).transpose()?.unwrap_or_default();
    let at = args.reading.at()?;
    let gathered = gather::gather(&args.files);
    let copies = marked::copies(&gathered.files, args.marked.as_deref(), global)?;
    let mut progress = global.progress("检查", None);
    let what = Examining {
        files: &gathered.files,
        opening: Opening {
            at: &at,
            directory: directory.as_ref().map(|d| (d, today)),
            learned: &learned,
            ask: &|e, at| ask::answer(global, e, at),
        },
        today,
        directory: directory.as_ref(),
        store: store.as_ref(),
        look_up: false,
        selection: &selection,
        strict: args.reading.strict,
        rules: rules.as_ref(),
        accept: &[],
        jobs: args.reading.jobs(global),
    };
    let list_changes = args.changes || global.verbose;
    let found = validate::run(&what, list_changes, &mut |done| progress.of_files(done, what.files.len()));
    progress.finish();
    let mut found = found?;
    found.passed.splice(0..0, gathered.passed);
    if found.files.is_empty() {
        return Err(none_usable(found.unreadable, &found.passed));
    }
    marked::write(&found.files, &found.findings, &copies, global)?;
    print(&found, directory.is_some(), args, global)?;
    if !found.unreadable.is_empty() {
        return Ok(Outcome::Partly);
    }
    Ok(if found.has_findings() { Outcome::Findings } else { Outcome::Clean })
}

/// Not one roster among what was given: why.
pub fn none_usable(mut unreadable: Vec<(PathBuf, InputError)>, passed: &[PassedFile]) -> CliError {
    match unreadable.pop() {
        None => {
            let each = passed.iter().map(|p| format!("{}：{}", p.path.display(), p.reason));
            let message = format!("没有找到花名册。{}", each.collect::<String>());
            file(message, "请检查文件夹；花名册是 xlsx、xls、ods、csv 等文件。")
        }
        Some((_, only)) if unreadable.is_empty() => only.into(),
        Some(last) => {
            unreadable.push(last);
            CliError::NoneUsable(unreadable.into_iter().map(|(_, e)| e).collect())
        }
    }
}

fn print(found: &Validated, with_registry: bool, args: &Args, global: &Global) -> Result<(), CliError> {
    match global.form() {
        Format::Json => global.put_json(&Findings {
            schema: schema::FINDINGS,
            files: show::files_json(&found.files, &found.unreadable),
            findings: show::findings_json(&found.findings),
            summary: show::counts_json(&found.findings),
            changes: show::changes_json(&found.changes),
            passed_files: show::passed_json(&found.passed),
            schools: show::schools_json(&found.schools),
        }),
        Format::Csv if args.changes || args.proposals => {
            let table =
                if args.changes { show::changes(&found.changes) } else { show::proposals(&found.findings) };
            global.put_csv(&delimited::tables(&[table], Privacy::Masked))
        }
        Format::Csv => global.put_csv(&delimited::findings(&found.findings, Privacy::Masked)),
        Format::Xlsx => Err(usage("validate 的结果不能写成工作簿。", "请用 --format csv 或 json。")),
        Format::Human if global.quiet => Ok(()),
        Format::Human if args.proposals => {
            let table = human::table(&show::proposals(&found.findings), Privacy::Masked, terminal_width());
            global.put(&table)
        }
        Format::Human => {
            let mut text = show::findings(&found.findings, global);
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(&show::files(&found.files, &found.unreadable, &found.passed));
            text.push_str(&show::by_school(&found.schools, found.files.len(), false));
            text.push_str(&show::by_check(&found.findings));
            if !found.changes.is_empty() {
                text.push_str(&human::table(
                    &show::changes(&found.changes),
                    Privacy::Masked,
                    terminal_width(),
                ));
            }
            if !with_registry {
                text.push_str("没有学籍库，未核对学校、班级。\n");
            }
            global.put(&text)
        }
    }
}

/// How many bad numbers are listed for people; programs get them all.
const LISTED: usize = 20;

fn check_numbers(args: &Args, global: &Global) -> Result<Outcome, CliError> {
    let path = match args.files.as_slice() {
        [] => None,
        [one] if one.as_os_str() == "-" => None,
        [one] => Some(one),
        _ => return Err(usage("--numbers 一次只检查一个文件。", "请分别检查，或用管道连接。")),
    };
    if path.is_none() && std::io::IsTerminal::is_terminal(&std::io::stdin()) {
        return Err(usage("没有号码可查。", "请写明文件，或用管道送入：xueji validate --numbers < 号码.txt"));
    }
    let what = Checking { column: args.column.as_deref(), kind: args.kind };
    let limit = if global.form() == Format::Human { LISTED } else { usize::MAX };
    let reader: Box<dyn Read> = match path {
        None => Box::new(std::io::stdin().lock()),
        Some(path) => Box::new(open(path)?),
    };
    let tally = numbers::check(reader, &what, limit).map_err(|e| unusable(e, path))?;
    print_numbers(&tally, global)?;
    Ok(if tally.errors() > 0 { Outcome::Findings } else { Outcome::Clean })
}

fn open(path: &PathBuf) -> Result<File, CliError> {
    let failed = |e| CliError::from(InputError::from(crate::xlsx::error::ReadError::from_io(path, e)));
    if path.is_dir() {
        return Err(file(format!("{} 是文件夹。", path.display()), "请指明文件夹里的哪一个文件。"));
    }
    File::open(path).map_err(failed)
}

fn unusable(error: NumbersError, path: Option<&PathBuf>) -> CliError {
    let name = path.map_or_else(|| "标准输入".to_owned(), |p| p.display().to_string());
    match error {
        NumbersError::Io(e) => file(format!("读取{name}失败：{e}。"), "请检查文件或管道。"),
        NumbersError::NoSuchColumn { column, has } => file(
            format!("{name} 没有“{column}”一栏，只有：{}。", has.join("、")),
            "请检查 --column 后的栏目名。",
        ),
        NumbersError::Broken { line } => {
            file(format!("{name} 第 {line} 行的引号没有配对。"), "请在这一行补上缺少的英文双引号。")
        }
    }
}

fn print_numbers(tally: &Tally, global: &Global) -> Result<(), CliError> {
    let verdicts = || Verdict::ALL.iter().zip(tally.verdicts).filter(|(_, n)| *n > 0);
    match global.form() {
        Format::Json => global.put_json(&Numbers {
            schema: schema::NUMBERS,
            total: tally.total,
            errors: tally.errors(),
            unknown_divisions: tally.unknown_divisions,
            verdicts: verdicts().map(|(v, n)| (v.title().to_owned(), n)).collect(),
            bad: tally
                .bad
                .iter()
                .map(|b| BadNumberJson { line: b.line, value: b.value.clone(), message: b.message.clone() })
                .collect(),
            complete: tally.bad.len() as u64 == tally.errors(),
        }),
        Format::Xlsx | Format::Csv => {
            let rows = tally.bad.iter();
            let rows = rows.map(|b| vec![b.line.to_string(), b.value.clone(), b.message.clone()]);
            global.put_csv(&delimited::rows(&["line", "value", "message"], rows))
        }
        Format::Human if global.quiet => Ok(()),
        Format::Human => {
            let mut text = String::new();
            for b in &tally.bad {
                text.push_str(&format!("第 {} 行 {} {}\n", b.line, b.value, b.message));
            }
            let rest = tally.errors() - tally.bad.len() as u64;
            if rest > 0 {
                text.push_str(&format!(
                    "……另有 {rest} 个没有列出；全部列出请用 --format csv -o 问题.csv。\n"
                ));
            }
            text.push_str(&format!("共 {} 个号码，{} 个有误。\n", tally.total, tally.errors()));
            for (verdict, n) in verdicts() {
                text.push_str(&format!("  {}：{n}\n", verdict.title()));
            }
            if tally.unknown_divisions > 0 {
                text.push_str(&format!(
                    "  其中行政区划代码不在已知各年代码中（须核实，不一定错）：{}\n",
                    tally.unknown_divisions
                ));
            }
            global.put(&text)
        }
    }
}
