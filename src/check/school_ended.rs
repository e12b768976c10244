//! `school-ended`: a school that takes no more pupils.

use crate::model::field::Field;
use crate::model::finding::Severity;

use super::seen::Seen;
use super::{Check, Sink, Subject};

pub const CHECK: Check = Check {
    name: "school-ended",
    title: "学校已经撤销或合并",
    severity: Severity::Error,
    basis: "《中小学生学籍管理办法》（教基一〔2013〕7号）第九条",
    what: "学校标识码是一所已经撤销或并入其他学校的学校的，撤销日期不晚于业务日期。没有打开学籍库时不查。",
    why: "学校撤销、合并时在册学生已经离校或划入并入的学校；再往原校导入，同一名学生就会有两处学籍。",
    remedy: "请改用并入的学校的标识码；撤销有误的，先撤销那一批（xueji batch undo）。",
    run,
};

fn run(subject: &Subject, _: &mut Seen, sink: &mut Sink) {
    let Some(school) = subject.facts.school else { return };
    let Some(closed) =
        school.closed_on.as_deref().filter(|day| *day <= subject.context.today.to_string().as_str())
    else {
        return;
    };
    let message = match &school.merged_into {
        Some(into) => format!("该校已于 {closed} 并入 {into}。"),
        None => format!("该校已于 {closed} 撤销。"),
    };
    sink.add(Field::School, message, CHECK.remedy);
}
