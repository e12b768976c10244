//! 劝返走访: somebody goes to the family.

use super::StepSpec;

pub const STEP: StepSpec = StepSpec {
    kind: "visit",
    name: "劝返走访",
    basis: "控辍保学台账：劝返步骤和结果（辍学学生登记表）",
    what: "到学生家中或所在地走访，了解原因，劝说返校；每次记一条，写明谁去的、结果，附走访记录。",
    who: "走访的人",
    limit: None,
};
