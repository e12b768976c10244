//! `xueji export --term 2026-autumn -o DIR`: all reports of a term, of the county and of every school, with an index.

use std::path::Path;
use std::sync::mpsc::channel;

use crate::app::failure::Failure;
use crate::app::reporting::term::{self, CONTENTS, Into, Made, Plan};
use crate::model::export::Mark;
use crate::model::table::{Column, Table};
use crate::model::term::Term;
use crate::output::contents::{ContentJson, Contents};
use crate::output::{Format, Privacy, delimited, mask, schema, workbook};

use super::Outcome;
use super::failure::{CliError, usage};
use super::global::{Global, day, json_text, print_json, write_file};
use super::unmask::{Concerned, Unmask, hash_of};

/// The manual page.
pub const PAGE: &str = "\
学期末成套报表（term）

  xueji export --term 2026-autumn -o 2026秋季报表

做什么：一个学期的全部报表。全县的放在“00-全县”，每所学校一个文件夹；另有目录（目录.xlsx、目录.csv、给程序读的
目录.json）和每个文件的校验值（校验.b3，可用 b3sum --check 校验.b3 核对）。
哪一天：学期已经结束的，是学期最后一天的情况；还没有结束的，是业务日期当天；--as-of 写明学期中的某一天。
秋季学期为 9 月 1 日至次年 1 月 31 日，春季学期为 2 月 1 日至 8 月 31 日。基础基各表是 9 月 1 日的时点数，那时还没有
建库的不做，写明原因，退出码为 3。
中断了怎么办：原样再运行一次。已经做好的不重做，没有做完的接着做；文件夹里有正式名称的文件都是完整的。
同一个学籍库、同一学期、同一天，做出来的每个文件逐字节相同，校验值可以核对。
文件夹：要新的或空的。里面是另一次做的（学期、日期、学籍库或用途不同），不覆盖，退出码为 4；加 --replace 换掉，只动
那一次目录里的文件。磁盘满、没有写入权限，退出码为 5，腾出空间后再运行即可接着做。
个人信息：默认遮盖。要完整信息的加 --unmasked --purpose 用途，记入导出台账，每张表都印上。
退出码：0 全部做好；3 有的报表做不出来（原因已列出）；2、4、5、6 没有做成，见 xueji explain exit-codes。

每学期末自动做（Linux，crontab -e）：

  30 2 31 1 * xueji export --term $(date +\\%Y -d -2month)-autumn -q --db /srv/xueji/xueji.db --actor cron -o /srv/xueji/$(date +\\%Y -d -2month)-autumn
  30 2 31 8 * xueji export --term $(date +\\%Y)-spring -q --db /srv/xueji/xueji.db --actor cron -o /srv/xueji/$(date +\\%Y)-spring

Windows 任务计划程序（管理员命令提示符，一行）：

  schtasks /Create /TN xueji-term /SC ONCE /SD 2027/01/31 /ST 02:30 /TR \"\\\"C:\\xueji\\xueji.exe\\\" export --term 2026-autumn -q --db C:\\xueji\\xueji.db --actor 任务 -o C:\\xueji\\2026秋\"

脚本里判断结果（sh）：

  xueji export --term 2026-autumn -q -o 报表; case $? in 0|3) ;; *) echo 报表没有做成 >&2; exit 1;; esac
";

/// The list of hashes.
const SUMS: &str = "校验.b3";

/// What is asked for.
pub struct Asked<'a> {
    pub term: &'a str,
    pub as_of: Option<&'a str>,
    pub replaces: bool,
    pub unmask: &'a Unmask,
}

pub fn run(asked: &Asked, global: &Global) -> Result<Outcome, CliError> {
    let Some(term) = Term::parse(asked.term) else {
        let hint = "秋季学期写 2026-autumn（2026年9月1日至2027年1月31日），春季学期写 2027-spring（2027年2月1日至8月31日）。";
        return Err(usage(format!("--term 的学期“{}”不能识别。", asked.term), hint));
    };
    let Some(folder) = &global.output else {
        return Err(usage("没有指明放在哪个文件夹。", "请用 -o 指明文件夹，例如 -o 2026秋季报表。"));
    };
    let as_of = asked.as_of.map(|text| day("--as-of", text)).transpose()?;
    let mut store = global.store()?;
    let what = format!("{}全部报表", term.label());
    let permit = global.permit(&mut store, asked.unmask, &Concerned::Report(what))?;
    let (privacy, mark) = (permit.privacy(), permit.mark_of_a_set());
    let into = Into {
        folder,
        replaces: asked.replaces,
        shown: mask::shown(privacy),
        privacy: mark.as_ref().map_or("", |m| &m.line),
    };
    let plan = term::plan(&store, term, (as_of, global.today()?), &into)?;
    let made = make(&plan, &into, (privacy, mark.as_ref()), global)?;
    let contents = write_index(&plan, &made, folder)?;
    term::finish(&into)?;
    let rows = made.iter().map(|m| m.rows).sum();
    global.left(&mut store, &permit, (rows, Some(folder), &hash_of(&folder.join(SUMS))?))?;
    let outcome = if plan.missing.is_empty() { Outcome::Clean } else { Outcome::Partly };
    for missing in &plan.missing {
        global.say(&format!("没有做：{}。{}", missing.title, missing.reason));
    }
    if global.format == Format::Json {
        print_json(&contents);
        return Ok(outcome);
    }
    if !global.quiet {
        global.print(&format!(
            "{}的报表已做好：{} 个文件，在 {}；目录见 目录.xlsx，校验见 校验.b3。\n",
            plan.term.label(),
            made.len(),
            folder.display()
        ));
    }
    Ok(outcome)
}

/// Makes the files in other threads; this one shows how far they are.
fn make(
    plan: &Plan,
    into: &Into,
    (privacy, mark): (Privacy, Option<&Mark>),
    global: &Global,
) -> Result<Vec<Made>, CliError> {
    let mut progress = global.progress("制作报表", Some(plan.jobs.len() as u64));
    let (sender, receiver) = channel::<usize>();
    let made = std::thread::scope(|scope| {
        let worker = scope.spawn(move || {
            let sender = std::sync::Mutex::new(sender);
            let tell = |n: usize| {
                // A bar that is gone is no failure of the work.
                let _ = sender.lock().map(|s| s.send(n));
            };
            term::run(
                plan,
                into,
                &|path, make| workbook::stream(path, (privacy, mark), |sink| make(sink)),
                &tell,
            )
        });
        receiver.iter().for_each(|n| progress.step(n as u64));
        worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    });
    progress.finish();
    Ok(made?)
}

/// The index for people, for spreadsheets and for programs, and the hashes as `b3sum --check` reads them.
fn write_index(plan: &Plan, made: &[Made], folder: &Path) -> Result<Contents, CliError> {
    let table = Table {
        title: format!("{}报表目录", plan.term.label()),
        head: vec![format!("截至 {}；共 {} 个文件。", plan.day, made.len())],
        columns: vec![
            Column::count("ordinal", "序号"),
            Column::text("scope", "范围"),
            Column::text("title", "报表"),
            Column::count("rows", "行数或页数"),
            Column::count("bytes", "字节"),
            Column::text("file", "文件"),
            Column::text("blake3", "校验（BLAKE3）"),
        ],
        rows: made.iter().enumerate().map(|(i, m)| row(i + 1, m)).collect(),
        foot: plan.missing.iter().map(|m| format!("没有做：{}：{}", m.title, m.reason)).collect(),
        ..Table::default()
    };
    let tables = [table];
    workbook::tables(&folder.join("目录.xlsx"), &tables, Privacy::Masked, None).map_err(Failure::from)?;
    write_file(&folder.join("目录.csv"), delimited::tables(&tables, Privacy::Masked).as_bytes())?;
    let sums: String = made.iter().map(|m| format!("{}  {}\n", m.hash, m.path)).collect();
    write_file(&folder.join(SUMS), sums.as_bytes())?;
    let contents = Contents {
        schema: schema::TERM,
        key: plan.key.clone(),
        term: plan.term.key(),
        day: plan.day.to_string(),
        files: made.iter().map(content).collect(),
        missing: plan.missing.iter().map(|m| format!("{}：{}", m.title, m.reason)).collect(),
    };
    write_file(&folder.join(CONTENTS), json_text(&contents).as_bytes())?;
    Ok(contents)
}

fn content(m: &Made) -> ContentJson {
    ContentJson {
        file: m.path.clone(),
        title: m.title.clone(),
        scope: m.scope.clone(),
        rows: m.rows as u64,
        bytes: m.bytes,
        blake3: m.hash.clone(),
    }
}

fn row(ordinal: usize, m: &Made) -> Vec<String> {
    vec![
        ordinal.to_string(),
        m.scope.clone(),
        m.title.clone(),
        m.rows.to_string(),
        m.bytes.to_string(),
        m.path.clone(),
        m.hash.clone(),
    ]
}
