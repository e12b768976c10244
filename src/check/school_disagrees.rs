//! `school-disagrees`: the roster lies in the folder of one school, or is named for it, and the row says another.

use crate::model::field::Field;
use crate::model::finding::Severity;
use crate::model::school::{Directory, School};

use super::seen::Seen;
use super::{Check, Sink, Subject};

pub const CHECK: Check = Check {
    name: "school-disagrees",
    title: "学校与文件的位置、名称不符",
    severity: Severity::Explain,
    basis: "《中小学生学籍管理办法》（教基一〔2013〕7号）第三条（学校实施）、第六条（学校为本校学生建立学籍）",
    what: "花名册所在的文件夹、文件名、工作表名里写着一所学校（学校标识码，或学校全称，可省去开头的县名），或用 --school 指明了学校，\
           而行里的学校标识码是另一所学校。同时写着几所学校的，只要其中有行里的学校就不报。\
           一张表里几乎都是一所学校的学生，夹着一两行别校的，那一两行也报。没有打开学籍库时不查。",
    why: "几十所学校的花名册一起导入时，放错文件夹、套用别校的模板，会把一校学生的学籍建到另一所学校。",
    remedy: "请核对这份花名册是哪所学校的：学校标识码错的，改正后重新提交；文件放错或名称写错的，移到该校的文件夹或改名；\
             确实如此的（如集团校合报）用 --explain 说明。",
    run,
};

/// Schools that one source says a roster is of.
pub struct Named {
    /// Who says so, for people: `文件夹“…”`.
    pub by: String,
    /// Their codes and names.
    pub schools: Vec<(String, String)>,
}

impl Named {
    /// What a text says, if it names any school of the directory.
    pub fn in_text(by: &str, text: &str, directory: &Directory) -> Option<Named> {
        let found = directory.named_in(text);
        let schools: Vec<_> = found.iter().map(|s| (s.code.to_string(), s.name.clone())).collect();
        (!schools.is_empty()).then(|| Named { by: format!("{by}“{text}”"), schools })
    }

    /// What the clerk said on the command line.
    pub fn by_clerk(code: &str, school: Option<&School>) -> Named {
        let name = school.map_or_else(String::new, |s| s.name.clone());
        Named { by: "--school ".to_owned() + code, schools: vec![(code.to_owned(), name)] }
    }
}

fn run(subject: &Subject, seen: &mut Seen, sink: &mut Sink) {
    let Some(school) = subject.facts.school else { return };
    let code = school.code.as_str();
    seen.count_school(subject.candidate, school, || {
        let hint = "请核对这名学生是不是夹错了：学校标识码写错的请改正，别校的学生请移到该校的花名册；确实如此的请说明。";
        sink.make(CHECK.severity, Field::School, "", hint)
    });
    let others = subject.context.named.iter().filter(|n| n.schools.iter().all(|(c, _)| c != code));
    for named in others {
        let each: Vec<String> =
            named.schools.iter().map(|(code, name)| format!("{name}（{code}）")).collect();
        let message = format!("{}说是{}的花名册，本行的学校是{}。", named.by, each.join("、"), school.name);
        let hint = "请核对是哪所学校的学生：改正学校标识码，或把文件移到该校的文件夹、改正文件名；确实如此的请说明。";
        sink.add(Field::School, message, hint);
    }
}
