//! The files of OneRoster 1.2 as CSV (1EdTech OneRoster: CSV Binding 1.2.1, 22 August 2023): which, with which columns,
//! in the order that the standard demands, and what a column may hold.

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A key, unique in its file.
    Id,
    /// The key of a row of another file; several with commas between.
    Key(&'static str),
    Keys(&'static str),
    /// Empty in a set that is sent whole (bulk), as `status` and `dateLastModified` are.
    Empty,
    Text,
    /// `YYYY-MM-DD`.
    Date,
    /// `YYYY`.
    Year,
    /// One of these words.
    Word(&'static [&'static str]),
    /// Grades as CEDS writes them: `01` to `12`.
    Grades,
}

/// One column.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    pub name: &'static str,
    pub kind: Kind,
    pub must: bool,
}

/// One file.
#[derive(Debug)]
pub struct File {
    /// As the manifest names it: `file.orgs`.
    pub name: &'static str,
    /// None where the registry knows nothing that belongs in it.
    pub columns: &'static [Column],
}

const fn must(name: &'static str, kind: Kind) -> Column {
    Column { name, kind, must: true }
}

const fn may(name: &'static str, kind: Kind) -> Column {
    Column { name, kind, must: false }
}

const STATUS: Column = may("status", Kind::Empty);
const MODIFIED: Column = may("dateLastModified", Kind::Empty);
const ID: Column = must("sourcedId", Kind::Id);
const BOOL: Kind = Kind::Word(&["true", "false"]);

const SESSIONS: &[Column] = &[
    ID,
    STATUS,
    MODIFIED,
    must("title", Kind::Text),
    must("type", Kind::Word(&["gradingPeriod", "semester", "schoolYear", "term"])),
    must("startDate", Kind::Date),
    must("endDate", Kind::Date),
    may("parentSourcedId", Kind::Key("academicSessions")),
    must("schoolYear", Kind::Year),
];

const ORGS: &[Column] = &[
    ID,
    STATUS,
    MODIFIED,
    must("name", Kind::Text),
    must("type", Kind::Word(&["department", "school", "district", "local", "state", "national"])),
    may("identifier", Kind::Text),
    may("parentSourcedId", Kind::Key("orgs")),
];

const COURSES: &[Column] = &[
    ID,
    STATUS,
    MODIFIED,
    may("schoolYearSourcedId", Kind::Key("academicSessions")),
    must("title", Kind::Text),
    may("courseCode", Kind::Text),
    may("grades", Kind::Grades),
    must("orgSourcedId", Kind::Key("orgs")),
    may("subjects", Kind::Text),
    may("subjectCodes", Kind::Text),
];

const CLASSES: &[Column] = &[
    ID,
    STATUS,
    MODIFIED,
    must("title", Kind::Text),
    may("grades", Kind::Grades),
    must("courseSourcedId", Kind::Key("courses")),
    may("classCode", Kind::Text),
    must("classType", Kind::Word(&["homeroom", "scheduled"])),
    may("location", Kind::Text),
    must("schoolSourcedId", Kind::Key("orgs")),
    must("termSourcedIds", Kind::Keys("academicSessions")),
    may("subjects", Kind::Text),
    may("subjectCodes", Kind::Text),
    may("periods", Kind::Text),
];

const USERS: &[Column] = &[
    ID,
    STATUS,
    MODIFIED,
    must("enabledUser", BOOL),
    must("username", Kind::Text),
    may("userIds", Kind::Text),
    must("givenName", Kind::Text),
    must("familyName", Kind::Text),
    may("middleName", Kind::Text),
    may("identifier", Kind::Text),
    may("email", Kind::Text),
    may("sms", Kind::Text),
    may("phone", Kind::Text),
    may("agentSourcedIds", Kind::Keys("users")),
    may("grades", Kind::Grades),
    may("password", Kind::Text),
    may("userMasterIdentifier", Kind::Text),
    may("preferredGivenName", Kind::Text),
    may("preferredMiddleName", Kind::Text),
    may("preferredFamilyName", Kind::Text),
    may("primaryOrgSourcedId", Kind::Key("orgs")),
    may("pronouns", Kind::Text),
];

const ROLES: &[Column] = &[
    ID,
    STATUS,
    MODIFIED,
    must("userSourcedId", Kind::Key("users")),
    must("roleType", Kind::Word(&["primary", "secondary"])),
    must("role", Kind::Word(&["student", "teacher", "guardian"])),
    may("beginDate", Kind::Date),
    may("endDate", Kind::Date),
    must("orgSourcedId", Kind::Key("orgs")),
    may("userProfileSourcedId", Kind::Empty),
];

const ENROLLMENTS: &[Column] = &[
    ID,
    STATUS,
    MODIFIED,
    must("classSourcedId", Kind::Key("classes")),
    must("schoolSourcedId", Kind::Key("orgs")),
    must("userSourcedId", Kind::Key("users")),
    must("role", Kind::Word(&["administrator", "proctor", "student", "teacher"])),
    may("primary", BOOL),
    may("beginDate", Kind::Date),
    may("endDate", Kind::Date),
];

const DEMOGRAPHICS: &[Column] = &[
    must("sourcedId", Kind::Key("users")),
    STATUS,
    MODIFIED,
    may("birthDate", Kind::Date),
    may("sex", Kind::Word(&["male", "female", "unspecified", "other"])),
    may("americanIndianOrAlaskaNative", BOOL),
    may("asian", BOOL),
    may("blackOrAfricanAmerican", BOOL),
    may("nativeHawaiianOrOtherPacificIslander", BOOL),
    may("white", BOOL),
    may("demographicRaceTwoOrMoreRaces", BOOL),
    may("hispanicOrLatinoEthnicity", BOOL),
    may("countryOfBirthCode", Kind::Text),
    may("stateOfBirthAbbreviation", Kind::Text),
    may("cityOfBirth", Kind::Text),
    may("publicSchoolResidenceStatus", Kind::Text),
];

const NONE: &[Column] = &[];

/// Every file of the standard, in the order of the manifest.
pub const FILES: &[File] = &[
    File { name: "academicSessions", columns: SESSIONS },
    File { name: "categories", columns: NONE },
    File { name: "classes", columns: CLASSES },
    File { name: "classResources", columns: NONE },
    File { name: "courses", columns: COURSES },
    File { name: "courseResources", columns: NONE },
    File { name: "demographics", columns: DEMOGRAPHICS },
    File { name: "enrollments", columns: ENROLLMENTS },
    File { name: "lineItemLearningObjectiveIds", columns: NONE },
    File { name: "lineItems", columns: NONE },
    File { name: "lineItemScoreScales", columns: NONE },
    File { name: "orgs", columns: ORGS },
    File { name: "resources", columns: NONE },
    File { name: "resultLearningObjectiveIds", columns: NONE },
    File { name: "results", columns: NONE },
    File { name: "resultScoreScales", columns: NONE },
    File { name: "roles", columns: ROLES },
    File { name: "scoreScales", columns: NONE },
    File { name: "userProfiles", columns: NONE },
    File { name: "userResources", columns: NONE },
    File { name: "users", columns: USERS },
];
