//! 书面报告: the school tells those who have to act, in writing.

use super::StepSpec;

pub const STEP: StepSpec = StepSpec {
    kind: "report",
    name: "书面报告",
    basis: "《中小学生学籍管理办法》（教基一〔2013〕7号）：义务教育阶段学生辍学的，学校书面报告乡镇人民政府、县级教育行政部门和学籍主管部门",
    what: "学校把辍学情况书面报告乡镇人民政府（街道办事处）、县级教育行政部门和学籍主管部门。全国规定没有写天数，应当及时。",
    who: "报送的单位",
    limit: None,
};
