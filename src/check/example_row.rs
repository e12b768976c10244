//! `example-row`: a row that is called an example and has all of a pupil.

use crate::model::field::Field;
use crate::model::finding::Severity;

use super::seen::Seen;
use super::{Check, Sink, Subject};

pub const CHECK: Check = Check {
    name: "example-row",
    title: "写着“例”的行有完整的学生",
    severity: Severity::Explain,
    basis: "《中小学生学籍管理办法》（教基一〔2013〕7号）第六条（为到校就读的学生建立学籍）",
    what: "写着例、示例、样例的行，却有姓名，又有有效的身份证件号或者性别和出生日期。这样的行不当作示例略过，须说明，没有用 --explain 对这一项说明以前不登记。\
           写着合计、小计而有完整的学生的，照学生读取，不在此列。",
    why: "学校常在模板的示例行上直接改填第一名学生；略过就少了一名学生，收下又可能登记了示例里的人。",
    remedy: "示例请从表中删去；是学生的，请去掉“例”字，或用 --explain 说明。",
    run,
};

fn run(subject: &Subject, _: &mut Seen, sink: &mut Sink) {
    let Some(word) = subject.candidate.sights.example else { return };
    let message = format!("这一行写着“{word}”，又有完整的学生，不知道是示例还是学生。");
    sink.add_in_row(
        CHECK.severity,
        Field::PupilName,
        message,
        "是示例请删去这一行；是学生请去掉这个字，或说明。",
    );
}
