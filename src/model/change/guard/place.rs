//! Guards of the place to go to: the school, the class, the grade, the room in it.

use super::super::case::Case;
use super::super::input::Input;
use super::{Guard, by_term, no, unless_explained};
use crate::model::school::Stage;

pub const SCHOOL_UNKNOWN: Guard = Guard {
    name: "school-not-in-registry",
    title: "学校表中没有转入学校",
    basis: "学校（机构）标识码",
    remedy: "请用 xueji school list 核对学校标识码；本库以外的学校请办转出。",
    find: |case| {
        let code = case.told.get(Input::ToSchool);
        if code.is_empty() || case.target_school().is_some() {
            return None;
        }
        no(format!("学校表中没有 {code}。"))
    },
};

pub const SAME_SCHOOL: Guard = Guard {
    name: "same-school",
    title: "转入学校就是现在的学校",
    basis: "转学是换学校",
    remedy: "在本校换班请办转班级（xueji change class_move）。",
    find: |case| {
        let r = case.registration?;
        if case.told.get(Input::ToSchool) == r.school.as_str() {
            return no("该生已经在这所学校。");
        }
        None
    },
};

pub const SCHOOL_CLOSED: Guard = Guard {
    name: "school-closed",
    title: "学校已经撤销或合并",
    basis: "《中小学生学籍管理办法》（教基一〔2013〕7号）第九条",
    remedy: "请选并入的学校或其他学校。",
    find: |case| {
        let school = case.target_school()?;
        let closed = school.closed_on.as_ref()?;
        let into = school.merged_into.as_ref().map_or_else(String::new, |code| format!("，并入 {code}"));
        no(format!("{}已于 {closed} 撤销{into}。", school.name))
    },
};

pub const STAGE_NOT_OFFERED: Guard = Guard {
    name: "stage-not-offered",
    title: "转入学校没有这个学段",
    basis: "学校表（学段）",
    remedy: "请选有这个学段的学校；升入高一学段请办升学。",
    find: |case| {
        let (school, stage) = (case.target_school()?, case.grade()?.stage);
        if school.stages.contains(&stage) {
            return None;
        }
        no(format!("{}没有{}学段。", school.name, stage.label()))
    },
};

pub const CLASS_UNKNOWN: Guard = Guard {
    name: "class-not-in-registry",
    title: "学校没有这个班",
    basis: "班级表",
    remedy: "请用 xueji school show 学校标识码 查看班号。",
    find: |case| {
        let class = case.told.get(Input::ToClass);
        if class.is_empty() || case.target_school().is_none() || case.target_class().is_some() {
            return None;
        }
        no(format!("学校 {} 没有班号为 {class} 的班。", case.target_code()))
    },
};

pub const SAME_CLASS: Guard = Guard {
    name: "same-class",
    title: "转入班级就是现在的班级",
    basis: "转班级是换班",
    remedy: "不用办理。",
    find: |case| {
        let r = case.registration?;
        if case.told.get(Input::ToClass) == r.class_number { no("该生已经在这个班。") } else { None }
    },
};

pub const GRADE_DIFFERS: Guard = Guard {
    name: "grade-differs",
    title: "转入班级不是同一年级",
    basis: "转学、转班级不改变年级；学制不同的按就学年数对应",
    remedy: "请选同一年级的班；要改年级的另办留级、跳级或降级。",
    find: |case| {
        let (from, to) = (case.grade()?, case.target_grade()?);
        if from.years() == to.years() {
            return None;
        }
        let message = format!("现在是就学第 {} 年，转入班级是第 {} 年。", from.years(), to.years());
        if case.spec.kind == "class_move" { no(message) } else { unless_explained(message) }
    },
};

/// How many years the class to go to entered after the pupil's own, within one stage.
fn years_later(case: &Case) -> Option<i16> {
    let (from, to) = (case.class()?, case.target_class()?);
    (from.stage == to.stage).then(|| to.entry_year - from.entry_year)
}

pub const NOT_ONE_LATER: Guard = Guard {
    name: "not-one-year-later",
    title: "留级应编入低一届的班",
    basis: "学籍异动类别 02 留级",
    remedy: "请选同一学段、入学年份晚一年的班。",
    find: |case| {
        case.target_class()?;
        if years_later(case) == Some(1) { None } else { no("转入班级不是低一届的班。") }
    },
};

pub const NOT_ONE_EARLIER: Guard = Guard {
    name: "not-one-year-earlier",
    title: "跳级应编入高一届的班",
    basis: "学籍异动类别 04 跳级；每次跳一个年级",
    remedy: "请选同一学段、入学年份早一年的班。",
    find: |case| {
        case.target_class()?;
        if years_later(case) == Some(-1) { None } else { no("转入班级不是高一届的班。") }
    },
};

pub const NOT_LATER: Guard = Guard {
    name: "not-a-lower-grade",
    title: "降级应编入较低年级的班",
    basis: "学籍异动类别 03 降级",
    remedy: "请选同一学段、入学年份较晚的班。",
    find: |case| {
        case.target_class()?;
        if years_later(case).is_some_and(|n| n > 0) {
            None
        } else {
            no("转入班级不是较低年级的班。")
        }
    },
};

pub const NOT_NEXT_STAGE: Guard = Guard {
    name: "not-the-next-stage",
    title: "升学应升入下一学段的起始年级",
    basis: "升学是进入高一学段",
    remedy: "请选下一学段、本年入学的班。",
    find: |case| {
        let (from, to) = (case.class()?, case.target_grade()?);
        let next = match from.stage {
            Stage::Primary => Some(Stage::Junior),
            Stage::Junior => Some(Stage::Senior),
            Stage::Senior => None,
        };
        if next == Some(to.stage) && to.year == 1 {
            None
        } else {
            no("转入班级不是下一学段的起始年级。")
        }
    },
};

pub const CLASS_FULL: Guard = Guard {
    name: "class-full",
    title: "班额已满",
    basis: "省级班额规定；大班额 56 人以上、超大班额 66 人以上",
    remedy: "请选有学位的班，或由学籍主管部门统筹。",
    find: |case| {
        let class = case.target_class()?;
        let size = if class.stage == Stage::Primary {
            &case.terms.class_size_primary
        } else {
            &case.terms.class_size_secondary
        };
        let (now, name) = (case.counts.target, &class.name);
        let term = size.as_ref()?;
        if now < term.value as usize {
            return None;
        }
        by_term(term, format!("{name}现有 {now} 人，班额 {} 人", term.value))
    },
};
