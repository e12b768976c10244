//! What entries of the journal are called by people.

use super::change::spec;

/// Every change a journal entry is of that is no change of the table of 学籍变动, with its name.
const NAMES: &[(&str, &str)] = &[
    ("admission", "建籍"),
    ("amendment", "更新信息"),
    ("approval", "核准"),
    ("number_issued", "编发学籍号"),
    ("number_confirmed", "确认学籍号"),
    ("explanation", "说明"),
    ("revealed", "查看完整信息"),
    ("exported", "导出完整信息"),
    ("export_finished", "完整信息已导出"),
    ("undone", "撤销"),
    ("application_opened", "提出申请"),
    ("application_decided", "办理申请"),
    ("suspect_listed", "列入疑似重复"),
    ("suspect_decided", "疑似重复的结论"),
    ("school_entered", "录入学校"),
    ("school_changed", "更改学校信息"),
    ("class_entered", "录入班级"),
    ("heading_learned", "记住栏目名"),
    ("heading_forgotten", "不再记住栏目名"),
    ("class_changed", "更改班级信息"),
    ("school_year_opened", "开始新学年"),
    ("evidence_added", "交入材料"),
    ("office_added", "登记往来单位"),
    ("office_revoked", "停用往来单位"),
    ("card_issued", "发学生卡"),
    ("card_lost", "学生卡挂失"),
    ("file_imported", "归入档案"),
    ("file_handed_over", "移交档案"),
    ("school_renamed", "学校改名"),
    ("school_reassigned", "更换学籍主管部门"),
    ("school_split", "学校分设"),
    ("school_closed", "撤销学校"),
    ("school_merged", "学校合并"),
    ("dispute_opened", "列为问题学籍"),
    ("dispute_claimed", "问题学籍的答复"),
    ("dispute_decided", "问题学籍的决定"),
    ("review_made", "学期核查"),
    ("review_found", "核查发现的问题"),
    ("review_seen", "核查仍有此问题"),
    ("review_excused", "核查问题已说明"),
    ("review_resolved", "核查问题已处理"),
    ("review_closed", "核查问题不再出现"),
    ("watch_opened", "列入控辍台账"),
    ("watch_step", "控辍劝返"),
    ("watch_closed", "控辍销号"),
    ("message_sent", "发信"),
    ("message_received", "收信"),
    ("message_settled", "来信办结"),
    ("blind_opened", "盲报核对交出"),
    ("calendar_loaded", "载入工作日历"),
    ("rules_loaded", "载入本地规则"),
    ("verdict_evidence", "裁决的材料"),
];

/// The name for people of an entry's change.
pub fn entry_name(change: &str) -> Option<&'static str> {
    let name = NAMES.iter().find(|(key, _)| *key == change).map(|(_, name)| *name);
    name.or_else(|| spec(change).map(|s| s.name))
}

/// The same; the key of what a newer program wrote.
pub fn shown(change: &str) -> &str {
    entry_name(change).unwrap_or(change)
}
