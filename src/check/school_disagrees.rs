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
           而行里的学校标识码是另一所学校：须说明。表上方的标题、中间的学校小标题、行里的学校名称写着学籍库中的另一所学校：必改\
           （标题里说的是毕业、生源、转入转出等的，须说明）。同时写着几所学校的，只要其中有行里的学校就不报。\
           学校名称、小标题认不出是哪所学校的，也说出来。\
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
    /// How bad it is that a row is of none of them.
    pub severity: Severity,
    /// It stands on the sheet itself, above the rows.
    pub in_title: bool,
}

impl Named {
    /// What a text says, if it names any school of the directory.
    pub fn in_text(by: &str, text: &str, directory: &Directory) -> Option<Named> {
        let found = directory.named_in(text);
        let schools: Vec<_> = found.iter().map(|s| (s.code.to_string(), s.name.clone())).collect();
        (!schools.is_empty()).then(|| {
            let (by, severity) = (format!("{by}“{text}”"), Severity::Explain);
            Named { by, schools, severity, in_title: false }
        })
    }

    /// What the clerk said on the command line.
    pub fn by_clerk(code: &str, school: Option<&School>) -> Named {
        let name = school.map_or_else(String::new, |s| s.name.clone());
        let (by, schools) = ("--school ".to_owned() + code, vec![(code.to_owned(), name)]);
        Named { by, schools, severity: Severity::Explain, in_title: false }
    }

    /// What stands above the header.
    pub fn in_title(by: String, schools: Vec<(String, String)>, severity: Severity) -> Named {
        Named { by, schools, severity, in_title: true }
    }
}

fn run(subject: &Subject, seen: &mut Seen, sink: &mut Sink) {
    let Some(school) = subject.facts.school else { return };
    let code = school.code.as_str();
    seen.count_school(subject.candidate, school, || {
        let hint = "请核对这名学生是不是夹错了：学校标识码写错的请改正，别校的学生请移到该校的花名册；确实如此的请说明。";
        sink.make(CHECK.severity, Field::School, "", hint)
    });
    // A row by itself between the pupils ends what the titles say.
    let holds = |n: &&Named| !(n.in_title && subject.candidate.under.is_some());
    let named = subject.context.named.iter().filter(holds);
    let others = named.filter(|n| n.schools.iter().all(|(c, _)| c != code));
    for named in others {
        let each: Vec<String> =
            named.schools.iter().map(|(code, name)| format!("{name}（{code}）")).collect();
        if named.in_title {
            let message =
                format!("{}写的是{}，本行的学校是{}（{code}）。", named.by, each.join("、"), school.name);
            sink.add_as(named.severity, Field::School, message, TITLE);
            continue;
        }
        let message = format!("{}说是{}的花名册，本行的学校是{}。", named.by, each.join("、"), school.name);
        let hint = "请核对是哪所学校的学生：改正学校标识码，或把文件移到该校的文件夹、改正文件名；确实如此的请说明。";
        sink.add(Field::School, message, hint);
    }
    above(subject, school, sink);
    in_row(subject, school, seen, sink);
}

const TITLE: &str =
    "请核对这些学生是哪所学校的：--school 或学校标识码写错的请改正；标题是别处抄来的，请改正标题。";

/// What a row by itself above this one says.
fn above(subject: &Subject, school: &School, sink: &mut Sink) {
    let (Some((row, text)), Some(directory)) = (&subject.candidate.under, subject.context.directory) else {
        return;
    };
    let code = school.code.as_str();
    match &directory.named_in(text)[..] {
        [] => {
            let message = format!(
                "第 {row} 行的小标题写着“{text}”，学籍库中没有叫这个名称的学校，不知道是不是{}。",
                school.name
            );
            sink.add_as(
                Severity::Explain,
                Field::School,
                message,
                "是这所学校的请说明；不是的请改正学校标识码。",
            );
        }
        found if found.iter().all(|s| s.code.as_str() != code) => {
            let message =
                format!("第 {row} 行的小标题写的是{}，本行的学校是{}（{code}）。", each(found), school.name);
            let hint = "请把各校的学生分开，或加一栏“学校标识码”逐行写明；小标题写错的请改正。";
            sink.add_as(Severity::Error, Field::School, message, hint);
        }
        _ => {}
    }
}

/// What the row's own 学校名称 says.
fn in_row(subject: &Subject, school: &School, seen: &mut Seen, sink: &mut Sink) {
    let Some(directory) = subject.context.directory else { return };
    let (name, code) = (subject.get(Field::SchoolName), school.code.as_str());
    if name.is_empty() || school.is_called(name) {
        return;
    }
    match &directory.named_in(name)[..] {
        [] if seen.is_first_name(subject.candidate, name) => {
            let message =
                format!("学校名称“{name}”在学籍库中没有，按学校标识码读作{}（{code}）。", school.name);
            let hint = "请核对；简称、旧称不必改，写错学校标识码的请改正。";
            sink.add_as(Severity::Note, Field::SchoolName, message, hint);
        }
        [] => {}
        found if found.iter().all(|s| s.code.as_str() != code) => {
            let message = format!("学校名称写的是{}，本行的学校是{}（{code}）。", each(found), school.name);
            let hint = "请核对是哪所学校的学生：改正学校标识码（或不用 --school），或改正学校名称；\
                        别校的学生请移到该校的花名册。";
            sink.add_as(Severity::Error, Field::SchoolName, message, hint);
        }
        _ => {}
    }
}

/// Schools with their codes.
fn each(schools: &[&School]) -> String {
    let each: Vec<String> = schools.iter().map(|s| format!("{}（{}）", s.name, s.code)).collect();
    each.join("、")
}
