//! A file of answers, TOML or JSON: written at the end of a wizard, replayed without asking.

use std::collections::BTreeMap;
use std::path::Path;

use super::super::failure::{CliError, file};
use super::super::global::{Global, write_private};
use super::super::student::read_lines;
use super::answers::Answers;
use super::scene::{EVIDENCE, SET};
use super::step::{STEPS, Step};
use crate::app::change::EXPLAINED;

/// The answers of a file, by key.
pub fn read(path: &Path) -> Result<BTreeMap<String, String>, CliError> {
    let text = read_lines(path)?;
    let table: Result<toml::Table, String> = if is_json(path) {
        serde_json::from_str(&text).map_err(|e| e.to_string())
    } else {
        toml::from_str(&text).map_err(|e| e.message().to_owned())
    };
    let table = table.map_err(|e| {
        file(
            format!("答案文件 {} 读不懂：{e}。", path.display()),
            "写法见 xueji explain wizard；TOML 或 JSON（文件名以 .json 结尾）。",
        )
    })?;
    let mut answers = BTreeMap::new();
    for (key, value) in &table {
        put(&mut answers, key, value).map_err(|key| {
            file(
                format!("答案文件 {} 的 {key} 不是一个值。", path.display()),
                "每个键写一个值；写法见 xueji explain wizard。",
            )
        })?;
    }
    Ok(answers)
}

/// An answer, or a table of answers; the key of what is neither.
fn put(answers: &mut BTreeMap<String, String>, key: &str, value: &toml::Value) -> Result<(), String> {
    let text = match value {
        toml::Value::String(text) => text.clone(),
        toml::Value::Integer(n) => n.to_string(),
        toml::Value::Datetime(day) => day.to_string(),
        toml::Value::Table(table) if !key.contains('.') => {
            return table.iter().try_for_each(|(k, v)| put(answers, &format!("{key}.{k}"), v));
        }
        _ => return Err(key.to_owned()),
    };
    answers.insert(key.to_owned(), text);
    Ok(())
}

fn is_json(path: &Path) -> bool {
    path.extension().is_some_and(|e| e.eq_ignore_ascii_case("json"))
}

/// The step that asks for a key, where a file of answers may have it.
pub fn step_of(key: &str) -> Option<&'static Step> {
    let prefix = key.split_inclusive('.').next().unwrap_or(key);
    STEPS.iter().find(|s| !s.is_aid && (s.key == key || s.key.ends_with('.') && s.key == prefix))
}

/// Writes the answers that a replay needs, for the owner's eyes only.
pub fn write(path: &Path, answers: &Answers) -> Result<(), CliError> {
    let mut table = toml::Table::new();
    let kept = answers.given().iter().filter(|(k, v)| !v.is_empty() && step_of(k).is_some());
    for (key, value) in kept {
        let value = toml::Value::String(value.clone());
        match [SET, EXPLAINED, EVIDENCE].iter().find_map(|p| Some((*p, key.strip_prefix(*p)?))) {
            Some((prefix, name)) => {
                let below =
                    table.entry(prefix.trim_end_matches('.')).or_insert_with(|| toml::Table::new().into());
                below.as_table_mut().expect("nothing else has this key").insert(name.to_owned(), value);
            }
            None => drop(table.insert(key.clone(), value)),
        }
    }
    let text = if is_json(path) {
        serde_json::to_string_pretty(&table).expect("texts serialize")
    } else {
        toml::to_string(&table).expect("texts serialize")
    };
    write_private(path, text.as_bytes())
}

/// Refuses to write over a file.
pub fn must_be_new(path: Option<&Path>, global: &Global) -> Result<(), CliError> {
    match path {
        Some(path) if path.exists() && !global.yes => Err(super::super::failure::usage(
            format!("{} 已经存在。", path.display()),
            "请换一个文件名；确要覆盖请加 --yes。",
        )),
        _ => Ok(()),
    }
}

/// The page of `xueji explain wizard`.
pub fn page() -> String {
    // Both wizards ask for some of them, each in its own words.
    let mut keys: Vec<(&str, String)> = Vec::new();
    for step in STEPS.iter().filter(|s| !s.is_aid) {
        match keys.iter_mut().find(|(key, _)| *key == step.key) {
            Some((_, what)) if what.contains(step.what) => {}
            Some((_, what)) => what.push_str(&format!("；{}", step.what)),
            None => keys.push((step.key, step.what.to_owned())),
        }
    }
    let lines = keys.into_iter().map(|(key, what)| match key.strip_suffix('.') {
        Some(table) => format!("  [{table}]\t{what}\n"),
        None => format!("  {key}\t{what}\n"),
    });
    format!("{BEFORE}{}{AFTER}", lines.collect::<String>())
}

const BEFORE: &str = "\
逐步办理：xueji transfer wizard、xueji change wizard

一步问一件事：找到学生、选变动、选学校和班级、写日期和原因、交材料，最后预览。预览列出全部不予办理的原因和办法，
或办理次序和期限；看过再提交。找到的学生遮盖姓名和号码。

  ← 返回上一步    选项的最后一项；写字的地方写 <
  Esc、Ctrl-C     暂停，答过的都留着
  中断以后        每答一步就存一次；断电、关窗口后再运行，可以接着办
  草稿            在学籍库旁边，名为 学籍库文件名-wizard-transfer-经办人 或 -wizard-change-经办人，一人一份，只有本人能读；
                  办完或放弃后删除

暂停时退出码为 1。

答案文件

--save-answers 文件 在提交后存下答案；--answers 文件 照着办，不再询问，结果与逐步回答相同。没有终端时用它，
或用 xueji transfer start、xueji change。文件是 TOML（文件名以 .json 结尾的是 JSON），可以写的键：

";

const AFTER: &str = "
例：

  kind = \"transfer\"
  student = \"01990000-0000-7000-8000-000000000000\"
  to_school = \"2133916420\"
  to_class = \"202401\"
  on = \"2026-09-10\"
  note = \"随父母迁居\"

  [evidence]
  \"学籍基本信息表\" = \"信息表.pdf\"

材料的名称用引号，写法见 xueji explain 变动名；有须说明的问题时再写一节 [explained]，如 class-full = \"主管部门已统筹\"。
学校标识码、班号要是本库有的。写错的键、这件事用不到的键会指出来，什么也不写入。[set] 中可能有姓名和号码，用完请删除文件。
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back_but_for_what_only_helped() {
        let mut answers = Answers::default();
        for (key, value) in [
            ("kind", "correction"),
            ("find", "name"),
            ("found", "x"),
            ("student", "s"),
            ("on", "2026-09-10"),
            ("document", ""),
            ("set.name", "王\"小\"样"),
            ("evidence.户口簿、户籍证明", "a b.jpg"),
            ("explained.class-full", "已统筹"),
        ] {
            answers.push(key, value.into());
        }
        let folder = tempfile::tempdir().unwrap();
        for name in ["a.toml", "a.json"] {
            let path = folder.path().join(name);
            write(&path, &answers).unwrap_or_else(|_| panic!("written"));
            let read = read(&path).unwrap_or_else(|_| panic!("read"));
            let expected: BTreeMap<String, String> = answers
                .given()
                .iter()
                .filter(|(k, _)| !["find", "found", "document"].contains(&k.as_str()))
                .cloned()
                .collect();
            assert_eq!(read, expected, "{name}");
        }
    }

    #[test]
    fn days_and_numbers_may_stand_bare_and_lists_may_not_stand_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.toml");
        std::fs::write(&path, "on = 2026-09-10\nto_class = 202401\n").unwrap();
        let read_back = read(&path).unwrap_or_else(|_| panic!("read"));
        assert_eq!((read_back["on"].as_str(), read_back["to_class"].as_str()), ("2026-09-10", "202401"));
        std::fs::write(&path, "on = [1]\n").unwrap();
        assert!(read(&path).is_err());
        assert!(step_of("on").is_some() && step_of("set.name").is_some());
        assert!(step_of("find").is_none() && step_of("name").is_none() && step_of("set").is_none());
    }
}
