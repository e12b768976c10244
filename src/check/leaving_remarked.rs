//! `leaving-remarked`: a remark beside the row says that the pupil has left, or never came.

use crate::model::field::Field;
use crate::model::finding::Severity;

use super::seen::Seen;
use super::{Check, Sink, Subject};

pub const CHECK: Check = Check {
    name: "leaving-remarked",
    title: "备注说学生已经离开",
    severity: Severity::Explain,
    basis: "《中小学生学籍管理办法》（教基一〔2013〕7号）第六条（为到校就读的学生建立学籍）",
    what: "没有读取的备注、去向一类栏目里，或表旁没有栏目名的格子里，写着转走、转出、休学、退学、死亡、未报到、去外地读书等；\
           “去向”一栏写着别的地方。备注本身不登记。",
    why: "学校常把已经离开的学生留在名册上，只在备注里写一句；不看备注就会给不在校的学生建立学籍。",
    remedy: "请核对：没有到校就读的，从名册中删去；在籍学生转学、休学的，另办学籍变动；仍在校的用 --explain 说明。",
    run,
};

fn run(subject: &Subject, _: &mut Seen, sink: &mut Sink) {
    let Some((word, place)) = &subject.candidate.leaving else { return };
    let message = match *word {
        "去向" => format!("{} 的“去向”一栏有内容，该生可能不在校就读。", place.cell()),
        word => format!("{} 的备注里写着“{word}”，该生可能不在校就读。", place.cell()),
    };
    let hint = "请核对：不在校的从名册中删去，在籍的另办学籍变动；仍在校的请说明。";
    sink.add_in_row(CHECK.severity, Field::PupilName, message, hint);
}
