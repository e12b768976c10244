//! The wizards at a pseudo-terminal, from a file of answers, and where nobody is there to be asked.

use super::change::{FROM, TO, class, county, student, text};
use super::session::Session;
#[cfg(unix)]
use super::terminal::{ENTER, ESCAPE, Terminal, UP};

/// What was asked and of whom, without what chance gives: the application's name.
fn record(s: &Session) -> String {
    text(
        s,
        "SELECT (SELECT json_group_array(json_array(kind, hex(student), state, opened_on, opened_by, closed_on, fields))
                 FROM (SELECT * FROM application ORDER BY opened_on)) || char(10) ||
                (SELECT json_group_array(json_array(ordinal, party, office, arrived_on, decision)) FROM
                 (SELECT * FROM step ORDER BY application, ordinal)) || char(10) ||
                (SELECT json_group_array(json_array(ordinal, hash, name, note)) FROM
                 (SELECT * FROM evidence ORDER BY subject, ordinal))",
    )
}

fn undo_last(s: &Session) {
    let last = s.count("SELECT max(number) FROM batch").to_string();
    s.done(&["batch", "undo", &last, "--yes"]);
}

/// A pupil whose name nobody else has.
#[cfg(unix)]
fn name(s: &Session, school: &str) -> String {
    let sql = format!(
        "SELECT min(t.name) FROM student t JOIN enrollment e ON e.student = t.id
         WHERE e.school = '{school}' AND e.class = '{}' AND t.status = 'enrolled'
         AND (SELECT count(*) FROM student o WHERE o.name = t.name) = 1",
        class(s, school, 2024)
    );
    text(s, &sql)
}

/// A transfer, prompt by prompt: the title and the keys.
#[cfg(unix)]
fn transfer(name: &str) -> Vec<(&'static str, String)> {
    vec![
        ("办哪一种转学", ENTER.to_owned()),
        ("怎样找这名学生", ENTER.to_owned()),
        ("姓名、学籍号或证件号", format!("{name}\r")),
        ("是哪一名学生", ENTER.to_owned()),
        ("转到哪所学校", format!("{}\r", &TO[4..])),
        ("编入哪个班", ENTER.to_owned()),
        ("生效日期", ENTER.to_owned()),
        ("转学原因", "随父母迁\u{7f}移居\r".to_owned()),
        ("材料 1/2", "'学籍表.pdf'\r".to_owned()),
        ("材料 2/2", ENTER.to_owned()),
        ("提交吗", ENTER.to_owned()),
    ]
}

/// A line as a shell splits it, as far as the program quotes.
#[cfg(unix)]
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut is_quoted = false;
    for c in line.trim().chars() {
        match c {
            '\'' => is_quoted = !is_quoted,
            ' ' if !is_quoted => words.push(String::new()),
            c => words.last_mut().unwrap().push(c),
        }
    }
    words
}

#[cfg(unix)]
fn drafts(s: &Session) -> usize {
    let names = std::fs::read_dir(s.path("")).unwrap().map(|f| f.unwrap().file_name());
    names.filter(|n| n.to_str().unwrap().contains("-wizard-")).count()
}

#[cfg(unix)]
#[test]
fn a_clerk_moves_a_pupil_and_a_file_and_a_line_do_the_very_same() {
    let s = county();
    s.write("学籍表.pdf", "%PDF");
    let (before, name) = (s.record_tables(), name(&s, FROM));
    let mut t = Terminal::run(&s, &["transfer", "wizard", "--save-answers", "答案.toml"]);
    for (title, keys) in transfer(&name) {
        t.answer(title, &keys);
    }
    t.wait("一行命令");
    let (code, rest) = t.end();
    assert_eq!(code, 0, "{rest}");
    assert!(!rest.contains(&name), "{rest}");
    let by_talk = record(&s);
    assert!(by_talk.contains("随父母移居") && by_talk.contains("学籍表.pdf"), "{by_talk}");
    assert_eq!(drafts(&s), 0, "the draft goes when the business is done");
    undo_last(&s);
    assert_eq!(s.record_tables(), before, "undone to the row, papers and all");

    assert!(!std::fs::read_to_string(s.path("答案.toml")).unwrap().contains(&name));
    s.done(&["transfer", "wizard", "--answers", "答案.toml", "--dry-run"]);
    assert_eq!(s.record_tables(), before);
    s.done(&["transfer", "wizard", "--answers", "答案.toml"]);
    assert_eq!(record(&s), by_talk);
    undo_last(&s);

    let line = rest.lines().find(|l| l.contains("xueji transfer start")).unwrap_or_else(|| panic!("{rest}"));
    let line = words(line);
    // The day and the actor are on every line of these tests already.
    let at = line.iter().position(|w| w == "--today").unwrap();
    s.done(&line[1..at].iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(record(&s), by_talk);
}

/// From the application to the collection with nothing but the wizard: each party at its turn, by another person than
/// who asked, a return refused without a reason, and the pupil at the new school after the last and not before.
#[cfg(unix)]
#[test]
fn a_pupil_is_moved_from_end_to_end_with_nothing_but_the_wizard() {
    let s = county();
    s.write("学籍表.pdf", "%PDF");
    let name = name(&s, FROM);
    let mut t = Terminal::run(&s, &["transfer", "wizard"]);
    for (title, keys) in transfer(&name) {
        t.answer(title, &keys);
    }
    t.wait("再运行 xueji transfer wizard，选这一件");
    assert_eq!(t.end().0, 0);
    let id = text(&s, "SELECT id FROM application");
    let at = |s: &Session| {
        let sql = "SELECT e.school FROM application a JOIN enrollment e ON e.student = a.student AND e.until IS NULL";
        text(s, sql)
    };
    let mut t = Terminal::run(&s, &["transfer", "wizard"]);
    t.answer("在办的有 1 件", &format!("{id}\r"));
    // Who asked may not consent, and is told so.
    t.answer("怎样办", "同意\r");
    t.answer("经办人", "测试员\r");
    t.answer("意见", ENTER);
    t.answer("写入吗", ENTER);
    t.wait("不予办理，没有任何改动");
    // Sent back with a reason, which an empty one is not; mended and sent again.
    t.answer("怎样办", "退回\r");
    t.answer("经办人", "局长\r");
    t.answer("理由", ENTER);
    t.wait("这一项要写");
    t.answer("理由", "居住证明不全\r");
    t.answer("写入吗", ENTER);
    t.answer("在办的有 1 件", &format!("{id}\r"));
    t.wait("局长：居住证明不全");
    t.answer("怎样办", "改好再送\r");
    t.answer("改好再送", "改说明\r");
    t.answer("说明", "，房产证已补\r");
    t.answer("改好再送", "再送\r");
    t.wait("期限从今天重新起算");
    t.answer("在办的有 1 件", &format!("{id}\r"));
    t.answer("怎样办", "同意\r");
    for more in ["怎样办", "怎样办"] {
        t.answer("经办人", "局长\r");
        t.answer("意见", "同意接收\r");
        t.answer("写入吗", ENTER);
        assert_eq!(at(&s), FROM);
        t.answer("在办的有 1 件", &format!("{id}\r"));
        t.answer(more, ENTER);
    }
    // Both offices consented: what is left is the collection.
    t.answer("经办人", ENTER);
    t.answer("写入吗", ENTER);
    t.wait("已生效");
    assert_eq!(t.end().0, 0);
    assert_eq!(at(&s), TO);
    assert!(record(&s).contains("随父母移居，房产证已补"), "{}", record(&s));
    // The form still says where the pupil came from.
    let (code, shown) = super::dedup::table(&s, &["transfer", "show", &id]);
    assert_eq!(code, 0, "{shown}");
    s.done(&["export", "transfer-form", "--application", &id, "-o", "申请表.xlsx"]);
    let form = super::form::texts(&s, "申请表.xlsx");
    let school = |code: &str| text(&s, &format!("SELECT name FROM school WHERE code = '{code}'"));
    assert!(form.contains(&school(FROM)) && form.contains(&school(TO)), "{form}");
    assert!(form.contains("☑") && form.contains("□"), "one paper was handed in: {form}");
    s.done(&["audit", "verify"]);
}

/// Whoever consents to a correction sees what stands and what is to stand there; so does the form printed afterwards.
#[test]
fn a_correction_shows_the_old_and_the_new_before_and_after() {
    let s = county();
    let pupil = student(&s, FROM, &class(&s, FROM, 2024));
    let old = text(&s, &format!("SELECT name FROM student WHERE id = x'{}'", pupil.replace('-', "")));
    s.write("改.txt", "姓名=单煜妍\n");
    s.done(&["change", "correction", "--student", &pupil, "--note", "户口簿", "--set-from", "改.txt"]);
    let id = text(&s, "SELECT id FROM application");
    let masked = s.done(&["change", "show", &id]);
    assert!(
        masked.contains("更改的内容") && !masked.contains("单煜妍") && !masked.contains(&old),
        "{masked}"
    );
    let both = |s: &Session| {
        let shown = s.done(&["change", "show", &id, "--reveal", "--purpose", "核对"]);
        assert!(shown.contains("单煜妍") && shown.contains(&old), "{shown}");
    };
    both(&s);
    for party in ["school-leader", "authority"] {
        s.done(&["change", "decide", "consent", &id, "--as", party, "--actor", &format!("{party}某")]);
    }
    assert!(record(&s).contains("单煜妍"));
    both(&s);
}

#[cfg(unix)]
#[test]
fn the_plug_is_pulled_at_every_prompt_and_no_answer_is_lost() {
    let s = county();
    s.write("学籍表.pdf", "%PDF");
    let script = transfer(&name(&s, FROM));
    for (i, (title, keys)) in script.iter().enumerate() {
        let mut t = Terminal::run(&s, &["transfer", "wizard"]);
        if i > 0 {
            t.wait(&format!("已答 {i} 步"));
            t.answer("", ENTER);
        }
        t.answer(title, keys);
        match script.get(i + 1) {
            Some((next, _)) => {
                t.prompt(next);
                t.kill();
                assert_eq!((drafts(&s), s.count("SELECT count(*) FROM application")), (1, 0));
            }
            None => assert_eq!(t.end().0, 0),
        }
    }
    assert_eq!((drafts(&s), s.count("SELECT count(*) FROM application")), (0, 1));
    assert!(record(&s).contains("随父母移居"));
}

#[cfg(unix)]
#[test]
fn what_was_written_before_the_plug_was_pulled_is_not_done_twice() {
    let s = county();
    s.write("学籍表.pdf", "%PDF");
    let script = transfer(&name(&s, FROM));
    let mut t = Terminal::run(&s, &["transfer", "wizard"]);
    for (title, keys) in &script[..script.len() - 1] {
        t.answer(title, keys);
    }
    t.wait("提交吗");
    // What lies on the disk when the registry is written and the draft is not yet gone.
    let draft = "xueji.db-wizard-transfer-测试员";
    let answers = std::fs::read_to_string(s.path(draft)).unwrap();
    t.answer("", ENTER);
    assert_eq!(t.end().0, 0);
    let id = text(&s, "SELECT id FROM application");
    let left = answers.replacen("{", &format!("{{ \"submitting\": \"{id}\","), 1);
    s.write(draft, &left);
    let mut t = Terminal::run(&s, &["transfer", "wizard"]);
    t.wait(&format!("转学申请 {id}，不会再办一次"));
    t.answer("在办的有 1 件", ENTER);
    t.answer("办哪一种转学", ESCAPE);
    assert_eq!((t.end().0, drafts(&s), s.count("SELECT count(*) FROM application")), (1, 0, 1));
    // Killed before anything was written: the business is still to be done.
    undo_last(&s);
    s.write(draft, &left);
    let mut t = Terminal::run(&s, &["transfer", "wizard"]);
    t.answer("上次没有办完", ENTER);
    t.answer("提交吗", ENTER);
    assert_eq!((t.end().0, drafts(&s), s.count("SELECT count(*) FROM application")), (0, 0, 1));
}

#[cfg(unix)]
#[test]
fn every_step_can_be_taken_back_and_is_offered_as_it_was_answered() {
    let s = county();
    let pupil = student(&s, FROM, &class(&s, FROM, 2023));
    let mut t = Terminal::run(&s, &["change", "wizard"]);
    t.answer("怎样找这名学生", ENTER);
    t.answer("姓名、学籍号或证件号", "无此人\r");
    t.wait("没有找到这名学生");
    t.answer("姓名、学籍号或证件号", "<\r");
    t.answer("怎样找这名学生", ENTER);
    t.answer("姓名、学籍号或证件号", &format!("{pupil}\r"));
    t.answer("是哪一名学生", ENTER);
    // What is not for this pupil stands last, says why, and is refused where it is chosen.
    t.answer("学籍状态：在读", "毕业（不能办：不是毕业年级\r");
    t.wait("该生在小学第 4 年");
    t.answer("学籍状态：在读", "休学：\r");
    t.answer("生效日期", "明天\r");
    t.wait("不是日期");
    t.answer("生效日期", "2026年9月1日\r");
    t.answer("截止日期", "<\r");
    // What was written is there again.
    t.answer("生效日期", "\u{7f}\u{7f}10\r");
    t.answer("截止日期", ENTER);
    // The way back is the last choice.
    t.answer("异动原因", &format!("{UP}{ENTER}"));
    t.answer("截止日期", ENTER);
    t.answer("异动原因", "传染\r");
    t.answer("说明", ENTER);
    t.answer("材料 1/2", "没有的文件.pdf\r");
    t.wait("不存在");
    t.answer("材料 1/2", ENTER);
    t.answer("材料 2/2", ENTER);
    t.answer("提交吗", ESCAPE);
    let (code, said) = t.end();
    assert_eq!(code, 1);
    assert!(said.contains("答过的 10 步留着"), "{said}");
    let mut t = Terminal::run(&s, &["change", "wizard"]);
    t.answer("上次没有办完", ENTER);
    t.wait("生效日期：2026-09-10");
    t.answer("提交吗", ENTER);
    assert_eq!(t.end().0, 0);
    assert!(record(&s).contains("2027-08-31"), "{}", record(&s));
    assert_eq!(drafts(&s), 0);
}

/// Finds the first pupil of a class whose name nobody else has.
#[cfg(unix)]
fn by_name(t: &mut Terminal, name: &str) {
    t.answer("怎样找这名学生", ENTER);
    t.answer("姓名、学籍号或证件号", &format!("{name}\r"));
    t.answer("是哪一名学生", ENTER);
}

#[cfg(unix)]
#[test]
fn what_is_against_it_is_told_before_it_is_sent_and_may_be_explained_on_the_spot() {
    let s = county();
    let mut t = Terminal::run(&s, &["change", "wizard"]);
    by_name(&mut t, &name(&s, FROM));
    t.answer("学籍状态：在读", "留级：\r");
    t.answer("编入哪个班", ENTER);
    t.answer("生效日期", ENTER);
    t.answer("异动原因", ENTER);
    t.answer("说明", "因病缺课\r");
    t.answer("材料 1/2", ENTER);
    t.answer("材料 2/2", ENTER);
    t.answer("义务教育阶段多数省份不准留级", ENTER);
    t.wait("不予办理，没有任何改动");
    t.answer("请返回修改", ENTER);
    t.answer("义务教育阶段多数省份不准留级", "县局已同意\r");
    t.wait("已说明：");
    t.answer("提交吗", ENTER);
    let (code, said) = t.end();
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("--explain repetition-barred=县局已同意"), "{said}");
    assert!(record(&s).contains("县局已同意"));
}

#[cfg(unix)]
#[test]
fn a_name_is_corrected_and_stands_in_no_line() {
    let s = county();
    let name = name(&s, FROM);
    let mut t = Terminal::run(&s, &["change", "wizard"]);
    t.answer("怎样找这名学生", "按学校\r");
    t.answer("学生现在的学校", &format!("{}\r", &FROM[4..]));
    t.answer("学生现在的班级", &format!("{}\r", class(&s, FROM, 2024)));
    t.answer("是哪一名学生", ENTER);
    t.answer("学籍状态：在读", "关键信息变更\r");
    t.answer("生效日期", ENTER);
    t.answer("说明", "户口簿\r");
    t.answer("改哪些栏目", "姓名 \r");
    t.answer("改为", "单煜妍\r");
    t.answer("材料 1/1", ENTER);
    t.answer("提交吗", ENTER);
    let (code, said) = t.end();
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("--set-from -") && said.contains("姓名不写在命令行上"), "{said}");
    assert!(!said.contains("单煜妍") && !said.contains(&name), "{said}");
    assert!(record(&s).contains("单煜妍"));
}

#[cfg(unix)]
#[test]
fn a_draft_is_thrown_away_only_when_asked_for() {
    let s = county();
    let begin = |t: &mut Terminal| {
        t.answer("办哪一种转学", ENTER);
        t.answer("怎样找这名学生", "\u{3}");
    };
    let mut t = Terminal::run(&s, &["transfer", "wizard"]);
    begin(&mut t);
    assert_eq!((t.end().0, drafts(&s)), (1, 1));
    let mut t = Terminal::run(&s, &["transfer", "wizard"]);
    t.answer("上次没有办完", ESCAPE);
    assert_eq!((t.end().0, drafts(&s)), (1, 1));
    let mut t = Terminal::run(&s, &["transfer", "wizard"]);
    t.answer("上次没有办完", "从头\r");
    begin(&mut t);
    assert_eq!((t.end().0, drafts(&s)), (1, 1));
    s.write("xueji.db-wizard-transfer-测试员", "{");
    let mut t = Terminal::run(&s, &["transfer", "wizard"]);
    t.wait("草稿读不出来");
    begin(&mut t);
    assert_eq!(t.end().0, 1);
}

#[test]
fn without_a_terminal_the_flags_are_named() {
    let s = Session::with_schools();
    for (command, flag) in [("transfer", "xueji transfer start"), ("change", "xueji change 变动")] {
        let ended = s.run(&[command, "wizard"]);
        assert_eq!(ended.code, 2);
        assert!(ended.stderr.contains(flag) && ended.stderr.contains("--answers"), "{}", ended.stderr);
    }
}

#[test]
fn a_file_of_answers_is_refused_with_everything_wrong_in_it() {
    let s = county();
    let pupil = student(&s, FROM, &class(&s, FROM, 2024));
    let before = s.record_tables();
    let replay = |command: &str, text: &str| {
        s.write("答案.toml", text);
        s.run(&[command, "wizard", "--answers", "答案.toml"])
    };
    let known = format!("kind = \"transfer\"\nstudent = \"{pupil}\"\n");
    let wrong = replay("transfer", &format!("{known}to_shool = \"{TO}\"\n"));
    assert_eq!(wrong.code, 2);
    for said in ["不认识的键 to_shool，是不是要写 to_school", "缺 to_school", "缺 to_class", "缺 note"]
    {
        assert!(wrong.stderr.contains(said), "{said}: {}", wrong.stderr);
    }
    let leave =
        format!("kind = \"leave\"\nstudent = \"{pupil}\"\nuntil = 2027-01-20\nreason = \"传染疾病\"\n");
    let idle = replay("change", &format!("{leave}to_school = \"{TO}\"\n"));
    assert_eq!(idle.code, 2);
    assert!(idle.stderr.contains("to_school 在这里用不到"), "{}", idle.stderr);
    let refused = replay("change", &format!("{leave}on = \"后天\"\n"));
    assert_eq!(refused.code, 4, "{}", refused.stderr);
    assert!(refused.stderr.contains("不是日期"), "{}", refused.stderr);
    for (command, text, code) in [
        ("change", known.as_str(), 4),
        ("transfer", "kind = \"transfer\"\nstudent = \"x\"\n", 4),
        ("transfer", "", 2),
        ("transfer", "kind = [1]", 5),
        ("transfer", "kind =", 5),
    ] {
        let ended = replay(command, text);
        assert_eq!(ended.code, code, "{text}: {}", ended.stderr);
    }
    assert_eq!(s.run(&["transfer", "wizard", "--answers", "没有.toml"]).code, 5);
    assert_eq!(s.run(&["transfer", "wizard", "--save-answers", "答案.toml"]).code, 2, "not over a file");
    assert_eq!(s.record_tables(), before, "nothing was written");
    assert_eq!(replay("change", &leave).code, 0);
}

#[test]
fn a_pupil_goes_to_another_registry_and_one_comes_with_a_roster_by_files_of_answers() {
    let s = county();
    let pupil = student(&s, FROM, &class(&s, FROM, 2024));
    let away = "other_school = \"外县实验小学\"\nother_authority = \"外县教育局\"\nnote = \"迁居\"\n";
    s.write("转出.toml", format!("kind = \"transfer_out\"\nstudent = \"{pupil}\"\n{away}"));
    s.done(&["transfer", "wizard", "--answers", "转出.toml"]);
    assert!(record(&s).contains("外县教育局"));
    undo_last(&s);
    s.write("一人.csv", "姓名,性别,出生日期,学籍号\n单煜妍,女,2016-03-04,L2016\n");
    let to = class(&s, TO, 2024);
    let answers = serde_json::json!({
        "kind": "transfer_in", "roster": "一人.csv", "to_school": TO, "to_class": to, "note": "迁居",
        "other_school": "外县实验小学", "other_authority": "外县教育局",
    });
    s.write("转入.json", answers.to_string());
    let refused = s.run(&["transfer", "wizard", "--answers", "转入.json"]);
    assert_eq!(refused.code, 4, "{}", refused.stderr);
    assert!(refused.stderr.contains("学籍号"), "what is wrong with the row is told: {}", refused.stderr);
}
