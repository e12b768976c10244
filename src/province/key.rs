//! What a rule pack can say: one row a value, with its title and the form it takes.

use crate::model::change::case::BARS;

/// The form of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A whole number from 0 on, and its unit.
    Count(&'static str),
    /// A day of the year, `08-31`.
    Day,
    /// Some of these names, in the order given.
    Names(&'static [(&'static str, &'static str)]),
    /// Machine keys of the fields of a record.
    Fields,
    /// 学制, `6-3-3`.
    System,
}

/// One value a rule pack can hold.
#[derive(Debug)]
pub struct Key {
    pub name: &'static str,
    pub title: &'static str,
    pub form: Form,
}

/// When something can be asked for.
const WINDOWS: &[(&str, &str)] = &[
    ("winter-holiday", "寒假"),
    ("summer-holiday", "暑假"),
    ("first-two-months-of-term", "开学后两个月内"),
    ("week-before-term", "开学前一周"),
];

/// The four parties of a transfer.
const PARTIES: &[(&str, &str)] = &[
    ("receiving-school", "转入学校"),
    ("receiving-authority", "转入学校主管部门"),
    ("sending-school", "转出学校"),
    ("sending-authority", "转出学校主管部门"),
];

/// Every value.
pub const KEYS: &[Key] = &[
    Key { name: "system", title: "学制", form: Form::System },
    Key { name: "entry_age", title: "小学入学年龄", form: Form::Count("周岁") },
    Key { name: "entry_age_date", title: "入学年龄截止日", form: Form::Day },
    Key { name: "archive_months", title: "建立学籍档案的期限", form: Form::Count("个月") },
    Key { name: "archive_days", title: "建立学籍档案的期限", form: Form::Count("个工作日") },
    Key { name: "class_size_primary", title: "小学班额", form: Form::Count("人") },
    Key { name: "class_size_secondary", title: "中学班额", form: Form::Count("人") },
    Key { name: "key_fields", title: "关键信息", form: Form::Fields },
    Key { name: "transfer_windows", title: "转学受理时间", form: Form::Names(WINDOWS) },
    Key { name: "transfer_barred", title: "不予转学", form: Form::Names(BARS) },
    Key { name: "transfer_exceptional", title: "一般不予转学", form: Form::Names(BARS) },
    Key { name: "transfer_days", title: "转学每方办理期限", form: Form::Count("个工作日") },
    Key { name: "transfer_paper_days", title: "转学纸质材料期限", form: Form::Count("个工作日") },
    Key { name: "approval_chain", title: "转学核办次序", form: Form::Names(PARTIES) },
    Key { name: "leave_months", title: "休学期限", form: Form::Count("个月") },
    Key { name: "leave_max_months", title: "连续休学最长", form: Form::Count("个月") },
    Key {
        name: "leave_absence_share", title: "休学须缺课达学期总课时的", form: Form::Count("分之一")
    },
    Key { name: "leave_renewal_days", title: "续休提前申请", form: Form::Count("个工作日") },
    Key { name: "leave_barred", title: "一般不予休学", form: Form::Names(BARS) },
    Key {
        name: "return_grace_months", title: "高中逾期不复学可作退学", form: Form::Count("个月")
    },
    Key { name: "skip_per_stage", title: "每学段跳级", form: Form::Count("次") },
    Key { name: "repeat_quota_percent", title: "高中留级上限", form: Form::Count("%") },
    Key { name: "repeat_barred", title: "不予留级", form: Form::Names(BARS) },
    Key {
        name: "senior_late_weeks", title: "高中新生逾期报到取消入学资格", form: Form::Count("周")
    },
    Key { name: "senior_absent_days", title: "高中连续旷课可作退学", form: Form::Count("天") },
    Key {
        name: "senior_absent_term_days", title: "高中一学期累计旷课可作退学", form: Form::Count("天")
    },
    Key {
        name: "deferral_days", title: "保留入学资格的申请期限", form: Form::Count("个工作日")
    },
    Key { name: "deferral_months", title: "保留入学资格期限", form: Form::Count("个月") },
    Key {
        name: "summary_months", title: "学年初报送学籍变动汇总的期限", form: Form::Count("个月")
    },
    Key { name: "dropout_letter_days", title: "劝返函期满", form: Form::Count("天") },
    Key { name: "death_days", title: "学生死亡报告期限", form: Form::Count("个工作日") },
];

/// The row of this name.
pub fn key(name: &str) -> Option<&'static Key> {
    KEYS.iter().find(|k| k.name == name)
}
