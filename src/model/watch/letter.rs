//! 劝返函: the guardians are told in writing by when the pupil has to be back.

use super::StepSpec;

pub const STEP: StepSpec = StepSpec {
    kind: "letter",
    name: "劝返函",
    basis: "《中华人民共和国义务教育法》第十一条、第五十八条（监护人送适龄儿童入学的义务；由乡镇人民政府或县级教育行政部门给予批评教育，责令限期改正）",
    what: "书面通知监护人限期送学生返校，附送达记录。期限由各地规定；没有另写期满日的，按规则里的天数算（dropout_letter_days，未证实）。",
    who: "送达的监护人",
    limit: Some("dropout_letter_days"),
};
