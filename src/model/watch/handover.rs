//! 户籍地移交: what is known of a migrant child goes to where its household is registered.

use super::StepSpec;

pub const STEP: StepSpec = StepSpec {
    kind: "handover",
    name: "移交户籍地",
    basis: "《中小学生学籍管理办法》（教基一〔2013〕7号）：随迁子女辍学的，就学学校的学籍主管部门于每学期末将学籍档案转交其户籍所在地县级教育行政部门",
    what: "随迁子女辍学的，学校的学籍主管部门每学期末把学籍档案转交户籍所在地县级教育行政部门。",
    who: "接收的教育行政部门",
    limit: None,
};
