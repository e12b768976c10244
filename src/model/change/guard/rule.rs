//! Guards of the rules: the compulsory years, grades, windows, lengths, quotas; most of them a province's.

use jiff::ToSpan;
use jiff::civil::Date;

use super::super::case::{BARS, Case, Term};
use super::super::input::Input;
use super::{Guard, Said, based, by_term, no, unless_explained};
use crate::model::field::Field;
use crate::model::school::{Stage, school_year};

pub const COMPULSORY: Guard = Guard {
    name: "compulsory-education",
    title: "义务教育阶段不予办理",
    basis: "《中华人民共和国义务教育法》第二十七条；《中小学生学籍管理办法》（教基一〔2013〕7号）",
    remedy: "请改办休学、转学；不到校的登记辍学并劝返，学籍保留。",
    find: |case| {
        let grade = case.grade()?;
        if !grade.is_compulsory() {
            return None;
        }
        no(format!("{}是义务教育阶段，不得办理{}。", grade.stage.label(), case.spec.name))
    },
};

pub const NOT_FINAL_GRADE: Guard = Guard {
    name: "not-final-grade",
    title: "不是毕业年级",
    basis: "毕业、结业须修满本学段年限（学制）",
    remedy: "未满年限的办提前毕业；学制写错的请先改学校表。",
    find: |case| {
        let grade = case.grade()?;
        if grade.is_final() {
            return None;
        }
        let years = grade.lengths.of(grade.stage);
        no(format!("该生在{}第 {} 年，学制 {years} 年。", grade.stage.label(), grade.year))
    },
};

/// The month in which a last school year is over. No text of the nation sets the day: promotion and graduation are
/// done from the end of lessons until about the end of August (R§7.7), and a list of graduates is of June to August (R§8).
const LAST_MONTH: i8 = 6;

pub const YEAR_NOT_OVER: Guard = Guard {
    name: "final-year-not-over",
    title: "毕业年级的学年还没有结束",
    basis: "毕业、结业须修满本学段年限（学制）；各地在学年末统一办理，没有规定统一的日期（未证实）",
    remedy: "请到学年末再办（随班毕业用 xueji rollover）；未修满年限的办提前毕业（xueji change early_graduation）。",
    find: |case| {
        let (grade, on) = (case.grade()?, case.on());
        if grade.year != i16::from(grade.lengths.of(grade.stage)) {
            return None;
        }
        let ends = Date::new(school_year(on) + 1, LAST_MONTH, 1).ok()?;
        if on >= ends {
            return None;
        }
        let year = school_year(on);
        unless_explained(format!(
            "生效日期 {on} 在 {year}—{} 学年结束以前，该生还没有修满本学段年限（按惯例 {ends} 以后办理，未证实）。",
            year + 1
        ))
    },
};

/// The first bar of a province's list that holds, with its name for people.
fn barred(case: &Case, term: Option<&Term<Vec<&'static str>>>, what: &str) -> Option<Said> {
    let term = term?;
    let bar = term.value.iter().find(|bar| case.is_barred(bar) == Some(true))?;
    by_term(term, format!("本省规定{}不予{what}", bar_name(bar)))
}

fn bar_name(bar: &str) -> &str {
    BARS.iter().find(|(key, _)| *key == bar).map_or(bar, |(_, name)| name)
}

pub const TRANSFER_BARRED: Guard = Guard {
    name: "transfer-barred",
    title: "本省规定不予转学",
    basis: "省级学籍管理规定",
    remedy: "请到规定允许时再办。",
    find: |case| barred(case, case.terms.transfer_barred.as_ref(), "转学"),
};

pub const TRANSFER_EXCEPTIONAL: Guard = Guard {
    name: "transfer-exceptional",
    title: "本省规定一般不予转学",
    basis: "省级学籍管理规定",
    remedy: "属于规定的例外的（如回户籍地），请写明说明并附证明。",
    find: |case| {
        let said = barred(case, case.terms.transfer_exceptional.as_ref(), "转学（有例外）")?;
        Some(Said { may_be_explained: true, ..said })
    },
};

/// Whether a named time holds on a day. Holidays and terms are set by each place; these are the usual months.
fn is_open(window: &str, day: Date) -> bool {
    let (month, date) = (day.month(), day.day());
    match window {
        "winter-holiday" => month == 2 || (month == 1 && date >= 15),
        "summer-holiday" => matches!(month, 7 | 8),
        "first-two-months-of-term" => matches!(month, 9 | 10 | 3 | 4) || (month == 2 && date >= 15),
        "week-before-term" => (month == 8 && date >= 24) || (month == 2 && date >= 8),
        _ => true,
    }
}

pub const TRANSFER_WINDOW: Guard = Guard {
    name: "outside-transfer-window",
    title: "不在转学受理时间",
    basis: "省级学籍管理规定；寒暑假、开学日期按当地校历",
    remedy: "请到受理时间再办；确在当地校历规定时间内的，请写明说明。",
    find: |case| {
        let term = case.terms.transfer_windows.as_ref()?;
        if term.value.iter().any(|w| is_open(w, case.today)) {
            return None;
        }
        // Terms and holidays are each place's own, so even a confirmed window may be explained.
        let said = by_term(term, format!("{} 不在规定的转学受理时间", case.today))?;
        Some(Said { may_be_explained: true, ..said })
    },
};

pub const LEAVE_BARRED: Guard = Guard {
    name: "leave-barred",
    title: "本省规定一般不予休学",
    basis: "省级学籍管理规定",
    remedy: "确需休学的，请写明说明并附证明。",
    find: |case| {
        let said = barred(case, case.terms.leave_barred.as_ref(), "休学")?;
        Some(Said { may_be_explained: true, ..said })
    },
};

/// Whether a time is longer than so many months.
fn is_longer(from: Date, until: Date, months: u32) -> bool {
    from.checked_add(i64::from(months).months()).is_ok_and(|last| until > last)
}

pub const DEFERRAL_LENGTH: Guard = Guard {
    name: "deferral-too-long",
    title: "保留入学资格超过规定期限",
    basis: "省级学籍管理规定",
    remedy: "请改短期限，期满需要的再申请。",
    find: |case| {
        let (on, until) = (case.day(Input::On)?, case.day(Input::Until)?);
        let term = case.terms.deferral_months.as_ref()?;
        if !is_longer(on, until, term.value) {
            return None;
        }
        by_term(term, format!("一次保留入学资格不超过 {} 个月，截止 {until}", term.value))
    },
};

pub const LEAVE_LENGTH: Guard = Guard {
    name: "leave-too-long",
    title: "休学超过规定期限",
    basis: "省级学籍管理规定",
    remedy: "请改短期限，期满再申请续休。",
    find: |case| {
        let (on, until) = (case.day(Input::On)?, case.day(Input::Until)?);
        if let Some(term) = &case.terms.leave_months
            && is_longer(on, until, term.value)
        {
            return by_term(term, format!("一次休学不超过 {} 个月，截止 {until}", term.value));
        }
        let (since, term) = (case.counts.leave_since.unwrap_or(on), case.terms.leave_max_months.as_ref()?);
        if is_longer(since, until, term.value) {
            return by_term(term, format!("连续休学不超过 {} 个月，自 {since} 至 {until}", term.value));
        }
        None
    },
};

pub const REPETITION_BARRED: Guard = Guard {
    name: "repetition-barred",
    title: "本省规定不予留级",
    basis: "省级学籍管理规定；义务教育阶段多不准留级",
    remedy: "因病缺课的请办休学，复学时可以编入低一届的班。",
    find: |case| {
        barred(case, case.terms.repeat_barred.as_ref(), "留级").or_else(|| {
            // Banned in the compulsory stage in most places (R§7.8); where no rule of the province is known it is asked.
            let unknown = case.terms.repeat_barred.is_none() && case.grade()?.is_compulsory();
            if unknown {
                unless_explained("义务教育阶段多数省份不准留级，本省规定未载入。")
            } else {
                None
            }
        })
    },
};

pub const REPETITION_QUOTA: Guard = Guard {
    name: "repetition-quota",
    title: "留级人数超过规定比例",
    basis: "省级学籍管理规定",
    remedy: "请由学籍主管部门核定。",
    find: |case| {
        let term = case.terms.repeat_quota_percent.as_ref()?;
        if case.grade()?.stage != Stage::Senior {
            return None;
        }
        let (all, repeaters) = (case.counts.grade, case.counts.repeaters + 1);
        if repeaters * 100 <= all * term.value as usize {
            return None;
        }
        by_term(term, format!("本年级 {all} 人，连同本人留级 {repeaters} 人，超过 {}%", term.value))
    },
};

pub const ACCELERATION_ONCE: Guard = Guard {
    name: "accelerated-already",
    title: "本学段已经跳过级",
    basis: "省级学籍管理规定",
    remedy: "不再办理。",
    find: |case| {
        let term = case.terms.skip_per_stage.as_ref()?;
        let had = case.counts.same_kind_in_stage;
        if had < term.value as usize {
            return None;
        }
        by_term(term, format!("每学段跳级不超过 {} 次，该生已跳 {had} 次", term.value))
    },
};

fn headings<'a>(keys: impl Iterator<Item = &'a str>) -> String {
    let each = keys.map(|k| Field::from_key(k).map_or(k, |f| f.heading()));
    each.collect::<Vec<_>>().join("、")
}

pub const NOT_KEY_FIELDS: Guard = Guard {
    name: "not-key-fields",
    title: "不是关键信息",
    basis: "教基一〔2014〕8号",
    remedy: "非关键信息请用 xueji change amendment 直接更新。",
    find: |case| {
        let others = headings(case.told.fields().map(|(k, _)| k).filter(|k| !case.terms.is_key(k)));
        let term = case.terms.key_fields.as_ref()?;
        if others.is_empty() { None } else { no(based(term, format!("{others}不是关键信息"))) }
    },
};

pub const KEY_FIELDS: Guard = Guard {
    name: "key-fields",
    title: "关键信息不能直接更改",
    basis: "教基一〔2014〕8号",
    remedy: "请凭户籍证明办理关键信息变更（xueji change correction）。",
    find: |case| {
        let keys = headings(case.told.fields().map(|(k, _)| k).filter(|k| case.terms.is_key(k)));
        let term = case.terms.key_fields.as_ref()?;
        if keys.is_empty() { None } else { no(based(term, format!("{keys}是关键信息"))) }
    },
};

pub const NOTHING_CHANGED: Guard = Guard {
    name: "nothing-changed",
    title: "与学籍相同，没有要改的",
    basis: "学籍变动据实办理",
    remedy: "请核对要改的栏目和内容。",
    find: |case| {
        let r = case.registration?;
        let same = |(k, v): (&str, &str)| Field::from_key(k).is_some_and(|f| r.record.get(f) == v);
        let mut told = case.told.fields().peekable();
        if told.peek().is_some() && told.all(same) { no("要改的内容与学籍相同。") } else { None }
    },
};
