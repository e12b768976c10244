//! `xueji transfer wizard`, `xueji change wizard`: one question after another, kept after each, replayed from a file.

pub mod answer_file;
mod answers;
mod ask_fields;
mod ask_inputs;
mod ask_papers;
mod ask_places;
mod ask_pupil;
mod desk;
mod draft;
mod line;
mod question;
mod replay;
pub mod scene;
mod step;
mod talk;

use std::path::PathBuf;

use crate::app::change;
use crate::app::failure::{Failure, Refusal};
use crate::output::human::{self, printable};
use crate::output::{Privacy, mask};
use crate::store::application::Asked;

use super::Outcome;
use super::failure::{CliError, usage};
use super::global::{Global, terminal_width};
use super::{ask, change_form, change_list, rules};
use answers::Answers;
use draft::{Draft, Found};
use question::{Question, choice};
use scene::{Scene, Which};
use talk::Heard;

#[derive(clap::Args)]
pub struct Args {
    /// 照答案文件办，不再询问；写法见 xueji explain wizard
    #[arg(long, value_name = "文件")]
    answers: Option<PathBuf>,
    /// 提交后把答案存到文件
    #[arg(long, value_name = "文件")]
    save_answers: Option<PathBuf>,
    /// 本地规则文件，写法见 xueji explain rule-pack
    #[arg(long, value_name = "文件")]
    rules: Option<PathBuf>,
    /// 只预览，不写入（与 --answers 同用）
    #[arg(long, requires = "answers")]
    dry_run: bool,
}

/// How a talk ends.
enum Ended {
    /// The business is to be done.
    Submit,
    /// Later: the draft stays.
    Later,
    /// Never: the draft goes.
    Never,
}

pub fn run(which: Which, args: &Args, global: &Global) -> Result<Outcome, CliError> {
    answer_file::must_be_new(args.save_answers.as_deref(), global)?;
    let store = global.store()?;
    let own = rules::own(args.rules.as_deref(), Some(&store))?;
    let mut scene = Scene {
        which,
        directory: store.directory()?,
        store,
        rules: own,
        today: global.today()?,
        answers: Answers::default(),
        given: args.answers.as_deref().map(answer_file::read).transpose()?,
    };
    if scene.given.is_some() {
        replay::replay(&mut scene)?;
        if args.dry_run {
            let asking = scene.asking()?.expect("a replay has a kind");
            return change_form::show_plan(&scene.store, &asking, global);
        }
        return submit(scene, args, None, global);
    }
    if !ask::somebody(global) {
        let hint = match which {
            Which::Transfer => {
                "请用 xueji transfer start …，或 --answers 文件（写法见 xueji explain wizard）。"
            }
            Which::Change => "请用 xueji change 变动 …，或 --answers 文件（写法见 xueji explain wizard）。",
        };
        return Err(usage("没有终端可以询问，不能逐步办理。", hint));
    }
    // Who acts must be known before the clerk has answered twenty questions.
    let actor = global.session()?.act.actor;
    ask::dress(global);
    at_a_terminal(scene, args, &Draft::beside(&global.db, which, &actor), global)
}

/// A talk from its beginning to its end.
fn at_a_terminal(mut scene: Scene, args: &Args, draft: &Draft, global: &Global) -> Result<Outcome, CliError> {
    let which = scene.which;
    // Who came back to a draft goes on with it; who did not may have come for what waits.
    let begun = resume(&mut scene, draft, global)?;
    let begins = matches!(begun, Begun::Anew);
    let desk = desk::Desk { which, rules: scene.rules.as_ref(), begins, global };
    match begun {
        Begun::Stop => return Ok(Outcome::Findings),
        Begun::Draft => {}
        Begun::Anew => {
            if let Some(ended) = desk::sit(&desk)? {
                return Ok(ended);
            }
        }
        Begun::Desk => return Ok(desk::sit(&desk)?.unwrap_or(Outcome::Clean)),
    }
    match converse(&mut scene, draft, global)? {
        Ended::Submit => {
            let ended = submit(scene, args, Some(draft), global)?;
            draft.remove();
            let command = which.command();
            global.say(&format!("各方的意见也可以逐步办：再运行 xueji {command} wizard，选这一件。"));
            Ok(ended)
        }
        Ended::Later => {
            let answered = scene.answers.given().len();
            if answered > 0 {
                let command = which.command();
                global.say(&format!(
                    "已暂停，答过的 {answered} 步留着；再运行 xueji {command} wizard 接着办。"
                ));
            }
            Ok(Outcome::Findings)
        }
        Ended::Never => {
            draft.remove();
            global.say("已放弃，没有写入任何内容。");
            Ok(Outcome::Clean)
        }
    }
}

/// Asks until all is answered and looked over.
fn converse(scene: &mut Scene, draft: &Draft, global: &Global) -> Result<Ended, CliError> {
    loop {
        let can_go_back = !scene.answers.given().is_empty();
        let heard = match step::next(scene)? {
            Some((step, key)) => {
                let question = (step.ask)(scene, &key)?;
                let heard = talk::put(&question, scene.answers.earlier(&key), can_go_back)?;
                match heard {
                    Heard::Answer(text) => {
                        if let Some(answer) = taken(scene, step, &question, &text)? {
                            scene.answers.push(&key, answer);
                            draft.write(&scene.answers)?;
                        }
                        continue;
                    }
                    other => other,
                }
            }
            None => look_over(scene, global)?,
        };
        match heard {
            Heard::Answer(end) if end == SUBMIT => return Ok(Ended::Submit),
            Heard::Answer(end) if end == NEVER => return Ok(Ended::Never),
            Heard::Answer(end) if end == MEND => {
                scene.answers.back();
                draft.write(&scene.answers)?;
            }
            Heard::Back => {
                scene.answers.back();
                draft.write(&scene.answers)?;
            }
            Heard::Answer(_) | Heard::Stop => return Ok(Ended::Later),
        }
    }
}

/// The answer as it is kept; where it can't be taken, it is said why, and there is none.
fn taken(
    scene: &Scene,
    step: &step::Step,
    question: &Question,
    text: &str,
) -> Result<Option<String>, CliError> {
    let taken = (step.take)(scene, text);
    let refusals = match taken {
        Ok(answer) if answer.is_empty() && question.must => vec![Refusal::new("这一项要写。", "")],
        Ok(answer) => return Ok(Some(answer)),
        Err(Failure::Refused(refusals)) => refusals,
        Err(Failure::Input(e)) => vec![Refusal::new(e.message(), e.hint())],
        Err(e) => return Err(e.into()),
    };
    say_refusals(&refusals);
    Ok(None)
}

fn say_refusals(refusals: &[Refusal]) {
    for r in refusals {
        eprintln!("  原因：{}", printable(&r.reason));
        if !r.remedy.is_empty() {
            eprintln!("  办法：{}", printable(&r.remedy));
        }
    }
}

/// How a talk begins.
enum Begun {
    Anew,
    /// Where an earlier run stopped.
    Draft,
    /// With what waits; the draft stays.
    Desk,
    Stop,
}

/// Offers to go on where an earlier run stopped.
fn resume(scene: &mut Scene, draft: &Draft, global: &Global) -> Result<Begun, CliError> {
    let kept = match draft.read() {
        Found::Nothing => return Ok(Begun::Anew),
        Found::Unreadable => {
            global.say("上次的草稿读不出来，从头开始。");
            return Ok(Begun::Anew);
        }
        Found::Answers(kept, submitted) => {
            // Killed between the writing and the end: it is done, and is not done twice.
            if let Some(id) = submitted
                && let Some(a) = scene.store.applications(&Asked::One(&id))?.pop()
            {
                draft.remove();
                global.say(&format!(
                    "上次的已经提交：{}申请 {}，不会再办一次。下面是新的一件。",
                    a.spec.name, a.id
                ));
                return Ok(Begun::Anew);
            }
            kept
        }
    };
    if kept.given().is_empty() {
        return Ok(Begun::Anew);
    }
    let mut choices = vec![
        choice("yes", format!("接着上次的办（已答 {} 步）", kept.given().len())),
        choice("no", "从头开始，不要上次的"),
    ];
    if desk::waits(scene.which, &scene.store)? {
        choices.push(choice("desk", "先办在办的申请，上次的留着"));
    }
    match talk::put(&Question::choose("上次没有办完", choices), "", false)? {
        Heard::Answer(answer) if answer == "yes" => {
            restore(scene, &kept)?;
            recap(scene)?;
            Ok(Begun::Draft)
        }
        Heard::Answer(answer) if answer == "desk" => Ok(Begun::Desk),
        Heard::Answer(_) => {
            draft.remove();
            Ok(Begun::Anew)
        }
        Heard::Back | Heard::Stop => Ok(Begun::Stop),
    }
}

/// Answers again what was answered, as far as it is still asked; the rest is offered again when its turn comes.
fn restore(scene: &mut Scene, kept: &Answers) -> Result<(), CliError> {
    scene.answers = Answers::new(Vec::new(), kept.all_earlier().clone());
    let mut given = kept.given().iter().peekable();
    while let Some((key, value)) = given.peek() {
        match step::next(scene) {
            Ok(Some((_, next))) if next == *key => scene.answers.push(key, value.clone()),
            Ok(_) | Err(Failure::Refused(_)) => break,
            Err(e) => return Err(e.into()),
        }
        given.next();
    }
    let rest: Vec<(String, String)> = given.cloned().collect();
    for (key, value) in rest {
        scene.answers.push(&key, value);
        scene.answers.back();
    }
    Ok(())
}

const SUBMIT: &str = "submit";
const MEND: &str = "mend";
const LATER: &str = "later";
const NEVER: &str = "never";

/// Whom it is about, and what was told so far.
fn recap(scene: &Scene) -> Result<(), CliError> {
    eprintln!();
    if let Some(r) = scene.registration()? {
        let name = r.record.get(crate::model::field::Field::PupilName);
        let school = change_list::office(&scene.directory, r.school.as_str());
        eprintln!("学生：{}　{school}　{} 班　{}", mask::name(name), r.class_number, r.standing());
    }
    // A file that an answer names may have gone since: that is told where it is needed.
    for line in scene.told().iter().flat_map(|told| change_list::told_lines(&scene.directory, told)) {
        eprintln!("{}", printable(&line));
    }
    for (note, path) in scene.papers() {
        eprintln!("材料：{}（{}）", printable(&note), printable(&path.display().to_string()));
    }
    eprintln!();
    Ok(())
}

/// The preview: what is asked, everything against it or the offices in order, and what to do now.
fn look_over(scene: &Scene, global: &Global) -> Result<Heard, CliError> {
    let Some(asking) = scene.asking()? else { return Ok(Heard::Stop) };
    recap(scene)?;
    let missing = missing_papers(scene);
    if !missing.is_empty() {
        eprintln!("没有附上的材料：{}。可以先提交，核办的一方会看；附上请返回材料一步。", missing.join("、"));
    }
    let mut ends = vec![choice(LATER, "存为草稿，以后再办"), choice(NEVER, "放弃，删除草稿")];
    let title = match change::plan(&scene.store, &asking, scene.today) {
        Ok(plan) => {
            let table = change_form::preview(&scene.store, &plan, asking.rules, global)?;
            eprintln!("{}", human::table(&table, Privacy::Masked, terminal_width()));
            ends.insert(0, choice(SUBMIT, "提交"));
            "提交吗"
        }
        Err(Failure::Refused(refusals)) => {
            eprintln!("不予办理，没有任何改动：");
            say_refusals(&refusals);
            ends.insert(0, choice(MEND, "← 返回上一步修改"));
            return talk::put(&Question::choose("请返回修改", ends), "", false);
        }
        Err(e) => return Err(e.into()),
    };
    talk::put(&Question::choose(title, ends), "", true)
}

/// The papers that belong to the kind and were not handed in.
fn missing_papers(scene: &Scene) -> Vec<&'static str> {
    let handed_in = scene.papers();
    let needed = scene.spec().map_or(&[][..], |s| s.materials);
    needed.iter().copied().filter(|m| handed_in.iter().all(|(note, _)| note != m)).collect()
}

/// Does the business, and says how it is done in one line.
fn submit(
    mut scene: Scene,
    args: &Args,
    draft: Option<&Draft>,
    global: &Global,
) -> Result<Outcome, CliError> {
    let pupil = scene.registration()?;
    let one_line = line::line(&scene, pupil.as_ref(), args.rules.as_deref(), global);
    let papers = change_form::papers(&scene.papers())?;
    let (spec, told) = (scene.spec(), scene.told()?);
    let asking = change::Asking {
        spec: spec.expect("all is answered"),
        student: pupil.as_ref().map(|r| r.id),
        told,
        rules: scene.rules.as_ref(),
    };
    let session = global.session()?;
    if let Some(draft) = draft {
        let name = change::application_name(&session, asking.student, 0);
        draft.submitting(&scene.answers, &name)?;
    }
    let ended = change_form::open(&mut scene.store, &session, &asking, &papers, global)?;
    if let Some(path) = &args.save_answers {
        answer_file::write(path, &scene.answers)?;
        global.say(&format!("答案存在 {}，用 --answers 可以照着再办。", path.display()));
    }
    if scene.given.is_some() {
        return Ok(ended);
    }
    match one_line {
        Some(line) => {
            global.say(&format!("同样的事，一行命令：\n  {}", printable(&line)));
            let personal: Vec<&str> = line::personal(&scene).collect();
            if !personal.is_empty() {
                let fields = personal.join("、");
                global.say(&format!("{fields}不写在命令行上，每行一个 栏目=值，从标准输入送入。"));
            }
        }
        None => global.say("一行命令中会有学生的姓名或号码，不列出；可以用 --save-answers 存下答案。"),
    }
    Ok(ended)
}
