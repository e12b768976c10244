//! `name-malformed`: characters that can't be in a name.

use crate::model::field::Field;
use crate::model::finding::Severity;

use super::private_use_character::{is_private, standard};
use super::seen::Seen;
use super::{Check, Sink, Subject};

pub const CHECK: Check = Check {
    name: "name-malformed",
    title: "姓名中有不该有的字符",
    severity: Severity::Error,
    basis: "JY/T 1002-2012 姓名（XM，C36）；《中小学生学籍管理办法》（教基一〔2013〕7号）第六条（不得以虚假信息建立学籍）",
    what: "查找姓名里的数字、标点、错放的间隔号、乱码（U+FFFD、问号）和私用区字符，超过 36 个字符的姓名，写成“待定”“爷爷”的；只有一个字的、\
           汉字与拉丁字母混写的须说明。外国学生的拉丁字母姓名可以有空格、连字符和撇号，少数民族姓名可以有间隔号“·”。\
           曾用名、英文姓名、拼音和家庭成员姓名有同样问题的只须说明，一格里写了两个人、写着称谓的也须说明。",
    why: "姓名须与户口簿一致，是查重和核验身份的依据。私用区字符在别的电脑上会变成空白或别的字，乱码则已无法还原。",
    remedy: "请对照户口簿重新录入；生僻字请用新版输入法（GB 18030-2022）输入，不要用造字程序，也不要用拼音、问号或括号代替。",
    run,
};

/// JY/T 1002 gives a name 36 characters.
const LONGEST: usize = 36;

/// The names of a row; only the pupil's own is an error.
const NAMES: &[Field] = &[
    Field::PupilName,
    Field::FormerName,
    Field::EnglishName,
    Field::NamePinyin,
    Field::G1Name,
    Field::G2Name,
];

fn run(subject: &Subject, _: &mut Seen, sink: &mut Sink) {
    for &field in NAMES {
        let name = subject.get(field);
        let of_member = matches!(field, Field::G1Name | Field::G2Name);
        if of_member && let Some((message, hint)) = more_than_a_name(name) {
            sink.add_as(Severity::Explain, field, message, hint);
            continue;
        }
        if is_common(name) && !is_no_name(name) {
            continue;
        }
        if let Some((severity, message, hint)) = judge(name) {
            let pupil = field == Field::PupilName;
            let severity = if pupil { severity } else { Severity::Explain };
            // 无, 秀, J: one character in an optional field of another name says nothing.
            if pupil || !is_single(name) {
                sink.add_as(severity, field, message, hint);
            }
        }
    }
}

/// Two to four characters of the common Han block, as nearly all names are; or nothing at all.
fn is_common(name: &str) -> bool {
    name.is_empty()
        || (matches!(name.len(), 6 | 9 | 12) && name.chars().all(|c| matches!(c, '\u{4e00}'..='\u{9fff}')))
}

/// What is written where a name is not known, and what a child calls its family: no register of households has it.
fn is_no_name(name: &str) -> bool {
    const INSTEAD: &[&str] = &[
        "待定",
        "待补",
        "待填",
        "待查",
        "待核实",
        "不详",
        "不明",
        "不知道",
        "未知",
        "未填",
        "暂无",
        "没有",
        "无名",
        "姓名",
        "学生",
        "测试",
    ];
    const FAMILY: &[&str] = &[
        "父亲",
        "母亲",
        "爸爸",
        "妈妈",
        "爷爷",
        "奶奶",
        "外公",
        "外婆",
        "姥爷",
        "姥姥",
        "祖父",
        "祖母",
        "外祖父",
        "外祖母",
        "家长",
        "监护人",
        "伯父",
        "伯母",
        "叔叔",
        "婶婶",
        "姑姑",
        "姑妈",
        "舅舅",
        "舅妈",
        "阿姨",
        "姨妈",
        "哥哥",
        "姐姐",
    ];
    INSTEAD.contains(&name) || FAMILY.contains(&name)
}

/// 李海明、潘小红; 父：李海明 母：潘小红; 张三(母): more than one name.
fn more_than_a_name(name: &str) -> Option<(&'static str, &'static str)> {
    if !name.contains(|c: char| {
        matches!(c, '、' | '，' | ',' | '/' | '／' | ';' | '；' | '(' | '（' | ':' | '：' | ' ' | '&')
    }) {
        return None;
    }
    let han = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    let parts: Vec<&str> = name.split(|c: char| !han(c) && c != '·').filter(|p| !p.is_empty()).collect();
    let is_word = |p: &&str| is_no_name(p) || matches!(*p, "父" | "母" | "爸" | "妈");
    let names = parts.iter().filter(|p| !is_word(p) && (2..=4).contains(&p.chars().count())).count();
    if names >= 2 {
        let hint = "请分成两栏：第一人写在成员1姓名，第二人写在成员2姓名，各写各的关系和电话。";
        return Some(("一格里写了不止一名家庭成员。", hint));
    }
    (names == 1 && parts.iter().any(is_word))
        .then_some(("姓名里写着称谓。", "请只写姓名，称谓写在关系一栏。"))
}

fn is_single(name: &str) -> bool {
    name.chars().nth(1).is_none()
}

fn judge(name: &str) -> Option<(Severity, String, &'static str)> {
    if is_no_name(name) {
        let hint = "请对照户口簿填写姓名；还没有查清的，查清以后再登记。";
        return Some((Severity::Error, "填写的是称呼或代替的字样，不是姓名。".into(), hint));
    }
    let latin = name.chars().any(|c| c.is_ascii_alphabetic());
    if let Some((at, c)) = name.chars().enumerate().find(|(_, c)| !may_stand(*c, latin)) {
        let (what, hint) = stray(c);
        return Some((Severity::Error, format!("姓名第 {} 个字符是{what}。", at + 1), hint));
    }
    if name.starts_with('·') || name.ends_with('·') || name.contains("··") {
        let hint = "请对照户口簿，把间隔号放在两段姓名之间，只用一个。";
        return Some((Severity::Error, "姓名的间隔号不在两段姓名之间。".into(), hint));
    }
    let length = name.chars().count();
    if length > LONGEST {
        let message = format!("姓名有 {length} 个字符，超过 {LONGEST} 个。");
        return Some((Severity::Error, message, "请核对是否把别的内容填进了姓名栏。"));
    }
    if is_single(name) {
        let hint = "请对照户口簿补全；户口簿上确实只有一个字的，请说明。";
        return Some((Severity::Explain, "姓名只有一个字。".into(), hint));
    }
    let han = name.chars().any(|c| !c.is_ascii() && c != '·' && !is_latin(c));
    (han && latin).then(|| {
        let hint = "请对照户口簿核对，不要用字母代替生僻字；确实如此的，请说明。";
        (Severity::Explain, "姓名中汉字与拉丁字母混写。".into(), hint)
    })
}

/// Latin letters with marks (José, Zoë) end where Latin Extended Additional does.
fn is_latin(c: char) -> bool {
    c.is_alphabetic() && (c < '\u{250}' || ('\u{1e00}'..'\u{1f00}').contains(&c))
}

fn may_stand(c: char, latin: bool) -> bool {
    c.is_alphabetic() || c == '·' || (latin && matches!(c, ' ' | '-' | '\'' | '’' | '.'))
}

/// What a character is that can't stand in a name, and what to do.
fn stray(c: char) -> (String, &'static str) {
    if let Some(now) = standard(c) {
        return (
            format!("私用区字符（造字），GB 18030-2022 中是“{now}”"),
            "请核对后改用 GB 18030-2022 中的这个字。",
        );
    }
    const RETYPE: &str =
        "请对照户口簿重新录入这个字；生僻字请用支持 GB 18030-2022 的输入法，不要用造字程序。";
    let (what, hint) = match c {
        c if is_private(c) => ("私用区字符（造字），换一台电脑就会变成空白或别的字", RETYPE),
        '\u{fffd}' | '?' | '？' | '□' | '〓' => ("乱码或代替生僻字的符号，原来的字已经丢失", RETYPE),
        c if c.is_numeric() => ("数字", "请删去数字；同名学生用班号和学籍号区分，不要在姓名后加数字。"),
        _ => ("标点或符号", "请删去；间隔号用“·”，不要加括号、顿号或备注。"),
    };
    (what.to_owned(), hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_for_a_name_is_none() {
        for name in ["待定", "爷爷", "监护人"] {
            assert!(is_no_name(name) && judge(name).is_some_and(|(s, ..)| s == Severity::Error), "{name}");
        }
        assert!(!is_no_name("吴明") && !is_no_name("单无名"));
    }

    #[test]
    fn names_of_many_peoples_are_names() {
        for name in [
            "王芳",
            "欧阳小明",
            "古丽娜尔·买买提",
            "㛃𬱖",
            "扎西·多吉",
            "བཀྲ་ཤིས".trim_end_matches('་'),
            "〇一",
            "John Smith",
            "Anne-Marie O'Brien",
            "José Núñez",
            "Zoë",
            "김민준",
            "たなか",
        ] {
            // A Tibetan word keeps its tsheg only between syllables: shown here without.
            let name: String = name.chars().filter(|c| *c != '་').collect();
            assert_eq!(judge(&name), None, "{name}");
        }
    }

    #[test]
    fn two_parents_in_one_cell_are_to_be_parted() {
        let said = |name: &str| more_than_a_name(name).map(|(message, _)| message);
        for name in ["李海明、潘小红", "父：李海明 母：潘小红", "李海明/潘小红", "李海明（父），潘小红（母）"]
        {
            assert_eq!(said(name), Some("一格里写了不止一名家庭成员。"), "{name}");
        }
        assert_eq!(said("张三(母)"), Some("姓名里写着称谓。"));
        for name in ["李海明", "古丽娜尔·买买提", "John Smith", "José (Núñez)", "张三（大）", "爷爷", ""]
        {
            assert_eq!(said(name), None, "{name}");
        }
    }

    #[test]
    fn what_is_no_name_is_told_apart() {
        let severity = |name: &str| judge(name).map(|j| j.0);
        for name in [
            "王芳2",
            "王芳１",
            "王芳（大）",
            "王?",
            "王\u{fffd}",
            "王\u{e123}",
            "王 芳",
            "王-芳",
            "王、芳",
            "王⿰",
            "·王芳",
            "王··芳",
            "王·",
        ] {
            assert_eq!(severity(name), Some(Severity::Error), "{name}");
        }
        assert_eq!(severity(&"阿".repeat(37)), Some(Severity::Error));
        assert_eq!(severity("王"), Some(Severity::Explain));
        assert_eq!(severity("王yan"), Some(Severity::Explain));
        assert!(judge("王\u{e123}").unwrap().1.contains("私用区"));
    }
}
