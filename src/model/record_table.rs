//! The record tables: what the journal writes, and what is its shadow.

/// A record table: what the journal writes. The columns of the key come first.
#[derive(Debug, PartialEq, Eq)]
pub struct RecordTable {
    pub name: &'static str,
    pub keys: usize,
    pub columns: &'static [&'static str],
    /// Columns whose text is a JSON object.
    pub objects: &'static [&'static str],
}

/// The school table.
pub const SCHOOL: RecordTable = RecordTable {
    name: "school",
    keys: 1,
    columns: &[
        "code",
        "name",
        "division",
        "authority",
        "stages",
        "primary_years",
        "junior_years",
        "senior_years",
        "sponsor",
        "closed_on",
        "merged_into",
        "files_to",
    ],
    objects: &[],
};

/// The class table.
pub const CLASS: RecordTable = RecordTable {
    name: "class",
    keys: 2,
    columns: &["school", "number", "name", "stage", "entry_year"],
    objects: &[],
};

/// The pupil: identity in columns of their own, everything else by field key in `details`.
pub const STUDENT: RecordTable = RecordTable {
    name: "student",
    keys: 1,
    columns: &[
        "id",
        "name",
        "sex",
        "birth_date",
        "document_kind",
        "document_number",
        "document_key",
        "identity_key",
        "status",
        "number",
        "details",
    ],
    objects: &["details"],
};

/// Where a pupil is at school, dated; `until` is null while it lasts.
pub const ENROLLMENT: RecordTable = RecordTable {
    name: "enrollment",
    keys: 2,
    columns: &["student", "ordinal", "school", "class", "since", "until"],
    objects: &[],
};

/// Registry numbers a pupil has or had; a number is never reused.
pub const NUMBER: RecordTable =
    RecordTable { name: "number", keys: 1, columns: &["number", "student", "since", "until"], objects: &[] };

/// 经验校验 findings and suspects that wait for a text or a verdict.
pub const PENDING: RecordTable = RecordTable {
    name: "pending",
    keys: 3,
    columns: &["student", "check_name", "field", "message", "place", "explanation", "other"],
    objects: &[],
};

/// Headings that schools use, by school; `-` is a column that is not read.
pub const HEADING: RecordTable =
    RecordTable { name: "heading", keys: 2, columns: &["school", "heading", "field"], objects: &[] };

/// Pairs of registrations that may be one child's, with what people decided.
pub const SUSPECT: RecordTable = RecordTable {
    name: "suspect",
    keys: 1,
    columns: &[
        "id",
        "one",
        "other",
        "rule",
        "score",
        "found_on",
        "verdict",
        "reason",
        "decided_by",
        "decided_on",
    ],
    objects: &[],
};

/// 学籍标记 in force.
pub const FLAG: RecordTable =
    RecordTable { name: "flag", keys: 2, columns: &["student", "flag", "since", "basis"], objects: &[] };

/// 学籍变动: every change of status or place after admission, dated, so that any day's state can be told.
pub const CHANGE: RecordTable = RecordTable {
    name: "change",
    keys: 2,
    columns: &[
        "student",
        "ordinal",
        "kind",
        "day",
        "status_before",
        "status",
        "school_before",
        "class_before",
        "school",
        "class",
        "reason",
        "note",
        "application",
    ],
    objects: &[],
};

/// 申请: a change asked for, open or closed.
pub const APPLICATION: RecordTable = RecordTable {
    name: "application",
    keys: 1,
    columns: &["id", "kind", "student", "state", "opened_on", "opened_by", "closed_on", "fields"],
    objects: &["fields"],
};

/// The steps of an application: whose turn it is or was, since when, and what was decided.
pub const STEP: RecordTable = RecordTable {
    name: "step",
    keys: 2,
    columns: &[
        "application",
        "ordinal",
        "party",
        "office",
        "arrived_on",
        "decision",
        "reason",
        "decided_on",
        "decided_by",
    ],
    objects: &[],
};

/// 佐证材料: which kept file is evidence for what.
pub const EVIDENCE: RecordTable = RecordTable {
    name: "evidence",
    keys: 2,
    columns: &["subject", "ordinal", "hash", "name", "length", "note", "added_on", "added_by"],
    objects: &[],
};

/// 学籍档案: rows that workbooks brought into the files of pupils.
pub const FILE_ITEM: RecordTable = RecordTable {
    name: "file_item",
    keys: 3,
    columns: &["student", "kind", "key", "fields", "added_on", "added_by"],
    objects: &["fields"],
};

/// 档案保管: hand-overs that no change of the registration makes.
pub const CUSTODY: RecordTable = RecordTable {
    name: "custody",
    keys: 2,
    columns: &["student", "ordinal", "holder", "since", "reason", "recorded_by"],
    objects: &[],
};

/// 学生卡: every card that was issued.
pub const CARD: RecordTable = RecordTable {
    name: "card",
    keys: 1,
    columns: &["serial", "student", "number", "batch", "issued_on", "state", "ended_on", "reason"],
    objects: &[],
};

/// 导出台账: outputs with whole names and numbers.
pub const EXPORT: RecordTable = RecordTable {
    name: "export",
    keys: 1,
    columns: &[
        "id",
        "day",
        "at",
        "actor",
        "command",
        "scope",
        "purpose",
        "approval",
        "count",
        "file",
        "hash",
        "finished_at",
    ],
    objects: &[],
};

/// 问题学籍: registrations in dispute, and how it ended.
pub const DISPUTE: RecordTable = RecordTable {
    name: "dispute",
    keys: 1,
    columns: &[
        "id",
        "kind",
        "suspect",
        "reason",
        "opened_on",
        "opened_by",
        "decision",
        "waiver",
        "decided_by",
        "decided_on",
    ],
    objects: &[],
};

/// The registrations of a dispute, and what became of each.
pub const PARTY: RecordTable = RecordTable {
    name: "party",
    keys: 2,
    columns: &["dispute", "ordinal", "student", "outcome"],
    objects: &[],
};

/// What schools answer in a dispute: 佐证, 变更, 删除.
pub const CLAIM: RecordTable = RecordTable {
    name: "claim",
    keys: 2,
    columns: &[
        "dispute",
        "ordinal",
        "student",
        "kind",
        "attends",
        "text",
        "fields",
        "claimed_on",
        "claimed_by",
    ],
    objects: &["fields"],
};

/// Texts that a bureau laid beside what is in the program: a year's calendar, its own rules.
pub const LOADED: RecordTable = RecordTable {
    name: "loaded",
    keys: 2,
    columns: &["kind", "name", "file", "text", "loaded_on", "loaded_by"],
    objects: &[],
};

/// 学年: the school years that were opened.
pub const SCHOOL_YEAR: RecordTable = RecordTable {
    name: "school_year",
    keys: 1,
    columns: &["year", "opened_on", "opened_by", "graduated"],
    objects: &[],
};

/// 往来单位: offices that exchange bundles, with their public keys.
pub const OFFICE: RecordTable = RecordTable {
    name: "office",
    keys: 1,
    columns: &[
        "origin",
        "name",
        "authority",
        "level",
        "profile",
        "verifying",
        "encryption",
        "added_on",
        "added_by",
        "revoked_on",
        "revoked_reason",
    ],
    objects: &[],
};

/// 来信: what offices say to each other, at the writer and at the reader.
pub const MESSAGE: RecordTable = RecordTable {
    name: "message",
    keys: 2,
    columns: &[
        "stream", "number", "via", "at", "day", "actor", "kind", "pupil", "body", "seal", "state", "outcome",
    ],
    objects: &["body"],
};

/// 学籍核准: the term's reviews of schools.
pub const REVIEW: RecordTable = RecordTable {
    name: "review",
    keys: 1,
    columns: &["id", "school", "term", "day", "made_by", "files", "expected", "attending", "excused"],
    objects: &[],
};

/// What reviews found, and how each ended.
pub const DISCREPANCY: RecordTable = RecordTable {
    name: "discrepancy",
    keys: 1,
    columns: &[
        "id",
        "school",
        "kind",
        "student",
        "subject",
        "name",
        "place",
        "note",
        "review",
        "seen_in",
        "found_on",
        "resolution",
        "resolved_by",
        "resolved_on",
        "resolved_in",
    ],
    objects: &[],
};

/// 控辍保学: pupils to be brought back to school.
pub const WATCH: RecordTable = RecordTable {
    name: "watch",
    keys: 1,
    columns: &[
        "id",
        "student",
        "school",
        "source",
        "reason",
        "opened_on",
        "opened_by",
        "closing",
        "closing_text",
        "closed_by",
        "closed_on",
    ],
    objects: &[],
};

/// What was done to bring one back.
pub const WATCH_STEP: RecordTable = RecordTable {
    name: "watch_step",
    keys: 2,
    columns: &["watch", "ordinal", "kind", "day", "who", "result", "until", "recorded_on", "recorded_by"],
    objects: &[],
};

/// Every record table, in an order in which rows can be written.
pub const RECORD_TABLES: &[&RecordTable] = &[
    &SCHOOL,
    &CLASS,
    &STUDENT,
    &ENROLLMENT,
    &NUMBER,
    &PENDING,
    &HEADING,
    &SUSPECT,
    &FLAG,
    &APPLICATION,
    &STEP,
    &CHANGE,
    &EVIDENCE,
    &FILE_ITEM,
    &CUSTODY,
    &CARD,
    &EXPORT,
    &DISPUTE,
    &PARTY,
    &CLAIM,
    &LOADED,
    &SCHOOL_YEAR,
    &OFFICE,
    &MESSAGE,
    &REVIEW,
    &DISCREPANCY,
    &WATCH,
    &WATCH_STEP,
];

/// The record table of this name.
pub fn record_table(name: &str) -> Option<&'static RecordTable> {
    RECORD_TABLES.iter().copied().find(|t| t.name == name)
}
