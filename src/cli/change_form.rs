//! What `xueji change` and `xueji transfer` have in common: the options that tell a change, and how it is shown.

use std::path::PathBuf;

use crate::app::change::clock::{self, Due};
use crate::app::change::{self, Asking, EXPLAINED, Outcome, Plan, decide, revise};
use crate::app::evidence::{self, Paper};
use crate::app::failure::Failure;
use crate::app::session::Session;
use crate::app::student;
use crate::model::application::Phase;
use crate::model::change::Spec;
use crate::model::change::input::{Input, Told};
use crate::model::change::step::{Act, PARTIES, Party};
use crate::model::field::Field;
use crate::model::id::StudentId;
use crate::model::table::{Column, Table};
use crate::output::{Format, Privacy};
use crate::province::Pack;
use crate::roster::date_cell;
use crate::store::Store;

use super::Outcome as Ended;
use super::bulk::{self, Many};
use super::change_list::{clockwork, next_command, office};
use super::failure::{CliError, persist, usage};
use super::global::Global;
use super::init::done;
use super::rules;
use super::student::{read_lines, subject};

/// What a change is told on the command line.
#[derive(clap::Args, Clone, Debug, Default)]
pub struct Telling {
    /// 学生的内部编号（见 xueji student find），或 - 表示从标准输入读学籍号或证件号
    #[arg(long, value_name = "编号")]
    pub student: Option<String>,
    /// 生效日期；默认为业务日期
    #[arg(long, value_name = "日期")]
    pub on: Option<String>,
    /// 截止日期（休学、保留入学资格等）
    #[arg(long, value_name = "日期")]
    pub until: Option<String>,
    /// 转入学校
    #[arg(long, value_name = "学校标识码")]
    pub to_school: Option<String>,
    /// 转入班级
    #[arg(long, value_name = "班号")]
    pub to_class: Option<String>,
    /// 文号、决定或证书号
    #[arg(long, value_name = "文号")]
    pub document: Option<String>,
    /// 外地学校名称（学籍不在本库）
    #[arg(long, value_name = "校名")]
    pub other_school: Option<String>,
    /// 外地学校的学籍主管部门
    #[arg(long, value_name = "名称")]
    pub other_authority: Option<String>,
    /// 外地学校所在地的行政区划代码
    #[arg(long, value_name = "代码")]
    pub other_division: Option<String>,
    /// 核实无误、可以说明的问题：问题名=说明；可以写几次
    #[arg(long, value_name = "问题=说明")]
    pub explain: Vec<String>,
    /// 随申请交入的材料：说明=文件，例如 户口簿=户口簿.jpg；可以写几次
    #[arg(long, value_name = "说明=文件")]
    pub evidence: Vec<String>,
    /// 本地规则文件，写法见 xueji explain rule-pack
    #[arg(long, value_name = "文件")]
    pub rules: Option<PathBuf>,
    /// 只预览：列出全部不予办理的原因，或办理次序和期限，不写入
    #[arg(long)]
    pub dry_run: bool,
}

impl Telling {
    /// The inputs, all but reason, note and fields.
    pub fn told(&self) -> Result<Told, CliError> {
        let mut told = Told::default();
        for (input, value) in [
            (Input::On, &self.on),
            (Input::Until, &self.until),
            (Input::ToSchool, &self.to_school),
            (Input::ToClass, &self.to_class),
            (Input::Document, &self.document),
            (Input::OtherSchool, &self.other_school),
            (Input::OtherAuthority, &self.other_authority),
            (Input::OtherDivision, &self.other_division),
        ] {
            let text = value.as_deref().unwrap_or_default().trim();
            let day = matches!(input, Input::On | Input::Until).then(|| date_cell::day(text)).flatten();
            told.put(input.key(), &day.map_or_else(|| text.to_owned(), |d| d.to_string()));
        }
        for given in &self.explain {
            let (name, text) = given.split_once('=').unwrap_or((given, ""));
            if text.trim().is_empty() {
                let hint = "请写成 --explain 问题名=说明，例如 --explain class-full=主管部门已统筹。";
                return Err(usage(format!("--explain 的“{given}”没有写说明。"), hint));
            }
            told.put(&format!("{EXPLAINED}{}", name.trim()), text.trim());
        }
        Ok(told)
    }

    /// The papers that go with it.
    fn papers(&self) -> Result<Vec<Paper>, CliError> {
        let mut files = Vec::new();
        for given in &self.evidence {
            let (note, path) = given.split_once('=').unwrap_or(("", given));
            if note.trim().is_empty() || path.trim().is_empty() {
                let message = format!("--evidence 的“{given}”没有写明材料证明什么。");
                return Err(usage(
                    message,
                    "请写成 --evidence 说明=文件，例如 --evidence 户口簿=户口簿.jpg。",
                ));
            }
            files.push((note.trim().to_owned(), PathBuf::from(path.trim())));
        }
        papers(&files)
    }

    /// Whose change it is.
    pub fn pupil(&self, store: &Store) -> Result<Option<StudentId>, CliError> {
        let Some(text) = &self.student else { return Ok(None) };
        Ok(Some(student::show(store, &subject(text)?)?.registration.id))
    }

    /// The county's own rules: of the file that is named, else those the registry remembers.
    pub fn own_rules(&self, store: &Store) -> Result<Option<Pack>, CliError> {
        rules::own(self.rules.as_deref(), Some(store))
    }
}

/// Fields with new values: `栏目=值` from the command line, where nothing in them names a person, or from a file.
pub fn put_fields(told: &mut Told, set: &[String], from: Option<&std::path::Path>) -> Result<(), CliError> {
    let lines = from.map(read_lines).transpose()?.unwrap_or_default();
    let mut texts = Vec::new();
    for (pair, is_typed) in set.iter().map(|s| (s.as_str(), true)).chain(lines.lines().map(|l| (l, false))) {
        if pair.trim().is_empty() {
            continue;
        }
        let (name, value) = pair.split_once('=').ok_or_else(|| {
            usage(format!("“{}”不是 栏目=值。", pair.trim()), "请写成 栏目=值，例如 健康状况=健康或良好。")
        })?;
        let field = change::field(name.trim()).ok_or_else(|| {
            usage(format!("没有“{}”这一栏。", name.trim()), "用 xueji explain fields 列出全部栏目。")
        })?;
        if is_typed && field.is_personal() {
            let message = format!("{}不要写在命令行上，会留在命令历史中。", field.heading());
            return Err(usage(
                message,
                "请写在文件里，每行一个 栏目=值，用 --set-from 文件 或 --set-from - 送入。",
            ));
        }
        texts.push((field, value.trim()));
    }
    put_texts(told, &texts);
    Ok(())
}

/// Tells fields what a person wrote of them, read as a roster's cells are.
pub fn put_texts(told: &mut Told, texts: &[(Field, &str)]) {
    if let Some(candidate) = (!texts.is_empty()).then(|| revise::read(texts)).flatten() {
        for (field, _) in texts {
            told.set(field.key(), candidate.record.get(*field));
        }
    }
}

/// Plans and, unless it is a preview, opens an application; prints what came of it.
pub fn ask(spec: &'static Spec, told: &Told, telling: &Telling, global: &Global) -> Result<Ended, CliError> {
    let mut store = global.store()?;
    let rules = telling.own_rules(&store)?;
    let student = telling.pupil(&store)?;
    let asking = Asking { spec, student, told: told.clone(), rules: rules.as_ref() };
    let papers = telling.papers()?;
    if telling.dry_run {
        show_plan(&store, &asking, global)
    } else {
        open(&mut store, &global.session()?, &asking, &papers, global)
    }
}

/// Shows what asking would do.
pub fn show_plan(store: &Store, asking: &Asking, global: &Global) -> Result<Ended, CliError> {
    let plan = change::plan(store, asking, global.today()?)?;
    global.put_tables(&[preview(store, &plan, asking.rules, global)?], Privacy::Masked)?;
    Ok(Ended::Clean)
}

/// Opens an application with its papers, and says what became of it.
pub fn open(
    store: &mut Store,
    session: &Session,
    asking: &Asking,
    papers: &[Paper],
    global: &Global,
) -> Result<Ended, CliError> {
    let outcome = persist(|| {
        let plan = change::plan(store, asking, session.act.today)?;
        Ok(change::submit(store, session, &plan, papers)?)
    })?;
    tell(store, &outcome, asking.rules, global)
}

/// Reads papers, each with what it shows; refused with everything that stands against any of them.
pub fn papers(files: &[(String, PathBuf)]) -> Result<Vec<Paper>, CliError> {
    let (mut papers, mut refusals) = (Vec::new(), Vec::new());
    for (note, path) in files {
        match evidence::read(std::slice::from_ref(path), note) {
            Ok(read) => papers.extend(read),
            Err(Failure::Refused(reasons)) => refusals.extend(reasons),
            Err(e) => return Err(e.into()),
        }
    }
    if refusals.is_empty() { Ok(papers) } else { Err(Failure::Refused(refusals).into()) }
}

/// Says what became of an application.
pub fn tell(
    store: &Store,
    outcome: &Outcome,
    rules: Option<&Pack>,
    global: &Global,
) -> Result<Ended, CliError> {
    let a = &outcome.application;
    let directory = store.directory()?;
    let by = clockwork(store, &directory, rules, global)?;
    let next = match (a.phase, a.turn()) {
        (Phase::Open, Some(step)) => {
            let due = match clock::due(a, &by) {
                Due::None => String::new(),
                due => format!("，期限 {}", due.day()),
            };
            let next = next_command(a).map_or_else(String::new, |c| format!("\n下一步：{c}"));
            format!("现在轮到{}（{}）{due}。{next}", step.party.label(), office(&directory, &step.office))
        }
        (Phase::Done, _) => format!("{}已生效。", a.spec.name),
        (phase, _) => format!("申请已{}。", phase.label()),
    };
    let message = format!("第 {} 批：{}申请 {}。{next}", outcome.batch, a.spec.name, a.id);
    done(global, &message, Some(outcome.batch), &[(a.spec.kind, 1)])?;
    Ok(Ended::Clean)
}

/// What a plan would do: the offices in order and their due dates.
pub fn preview(store: &Store, plan: &Plan, rules: Option<&Pack>, global: &Global) -> Result<Table, CliError> {
    let directory = store.directory()?;
    let by = clockwork(store, &directory, rules, global)?;
    let days = clock::transfer_days(&by, plan.told.get(Input::ToSchool));
    let rows = plan.steps.iter().enumerate().map(|(i, step)| {
        let due = if i == 0 {
            clock::end(&by, by.today, days).day()
        } else {
            format!("到达后 {days} 个工作日")
        };
        let limited = plan.spec.route == crate::model::change::step::Route::Transfer;
        let last = i + 1 == plan.steps.len();
        let due = if limited && !last { due } else { "—".to_owned() };
        vec![(i + 1).to_string(), step.party.label().into(), office(&directory, &step.office).into(), due]
    });
    let explained = plan.explained.iter().map(|b| format!("已说明：{}　{}", b.guard.title, b.said.message));
    let materials = match plan.spec.materials {
        [] => "材料：不需要".to_owned(),
        list => format!("材料：{}", list.join("、")),
    };
    let route = if plan.steps.is_empty() {
        "不需要核办，提交后即生效。"
    } else {
        "可以办理，按下列次序。"
    };
    Ok(Table {
        title: format!("{}预览", plan.spec.name),
        head: vec![route.to_owned(), materials],
        columns: vec![
            Column::count("ordinal", "次序"),
            Column::text("party", "办理方"),
            Column::text("office", "单位"),
            Column::text("due", "期限"),
        ],
        rows: rows.collect(),
        foot: explained.chain(["没有写入任何内容。".to_owned()]).collect(),
        ..Table::default()
    })
}

/// What is said of a decision on the command line.
#[derive(clap::Args, Clone, Debug)]
pub struct Saying {
    /// 申请编号；几件一起办的用 --all 或 --list
    #[arg(value_name = "申请")]
    pub application: Option<String>,
    #[command(flatten)]
    pub many: Box<Many>,
    /// 替哪一方办理，写英文键或中文名称。转学：receiving-school 转入学校，receiving-authority 转入学校主管部门，
    /// sending-school 转出学校，sending-authority 转出学校主管部门；其他变动：school-leader 学校主管领导，authority 学籍主管部门
    #[arg(long = "as", value_name = "办理方", value_parser = party)]
    pub party: Option<Party>,
    /// 理由或意见；外地一方的意见请写明联系函编号
    #[arg(long, value_name = "理由", default_value = "")]
    pub reason: String,
    /// 本地规则文件
    #[arg(long, value_name = "文件")]
    pub rules: Option<PathBuf>,
}

fn party(text: &str) -> Result<Party, String> {
    let names: Vec<String> = PARTIES.iter().map(|p| format!("{}（{}）", p.1, p.2)).collect();
    Party::parse(text).ok_or_else(|| format!("可以是：{}", names.join("、")))
}

/// Decides and says what came of it.
pub fn decided(
    act: Act,
    saying: &Saying,
    kinds: &dyn Fn(&Spec) -> bool,
    global: &Global,
) -> Result<Ended, CliError> {
    let Some(application) = &saying.application else {
        if !saying.many.is_asked() {
            return Err(usage("没有写明哪一件申请。", "请写申请编号；几件一起办的用 --all 或 --list 名单。"));
        }
        let said = (saying.party, saying.reason.trim());
        return bulk::decide(act, said, saying.rules.as_deref(), (&saying.many, kinds), global);
    };
    let session = global.session()?;
    let mut store = global.store()?;
    let rules = rules::own(saying.rules.as_deref(), Some(&store))?;
    let said = decide::Said { act, party: saying.party, reason: saying.reason.trim() };
    let outcome = decided_by(&mut store, &session, application, said, rules.as_ref())?;
    tell(&store, &outcome, rules.as_ref(), global)
}

/// What an application became that somebody decided.
pub fn decided_by(
    store: &mut Store,
    session: &Session,
    application: &str,
    said: decide::Said,
    rules: Option<&Pack>,
) -> Result<Outcome, CliError> {
    persist(|| Ok(decide::decide(store, session, application, said, rules)?))
}

/// What a returned application became that was sent again, told anew and with further papers.
pub fn sent_again(
    store: &mut Store,
    application: &str,
    anew: (&Told, &[Paper]),
    rules: Option<&Pack>,
    global: &Global,
) -> Result<Outcome, CliError> {
    let session = global.session()?;
    persist(|| Ok(decide::resubmit(store, &session, application, anew, rules)?))
}

/// Sends a returned application again.
pub fn resubmit(
    application: &str,
    told: &Told,
    telling: &Telling,
    global: &Global,
) -> Result<Ended, CliError> {
    if telling.dry_run {
        return Err(usage(
            "再次送出不能预览。",
            "请去掉 --dry-run；不合规则的不予再送，一次说全原因，不写入。",
        ));
    }
    let papers = telling.papers()?;
    let mut store = global.store()?;
    let rules = telling.own_rules(&store)?;
    let outcome = sent_again(&mut store, application, (told, &papers), rules.as_ref(), global)?;
    if global.form() == Format::Human {
        global.say("期限从今天重新起算。");
    }
    tell(&store, &outcome, rules.as_ref(), global)
}
