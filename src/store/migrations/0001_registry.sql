-- The registry: a journal that is only appended to, and the record tables that are its shadow.

CREATE TABLE meta (
  key   TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- One writer, gapless from 1; each entry sealed with the hash of the one before.
CREATE TABLE journal (
  seq     INTEGER NOT NULL PRIMARY KEY,
  at      TEXT NOT NULL,
  day     TEXT NOT NULL,
  actor   TEXT NOT NULL,
  change  TEXT NOT NULL,
  student BLOB,
  batch   INTEGER NOT NULL,
  body    TEXT NOT NULL,
  seal    BLOB NOT NULL CHECK (length(seal) = 32)
) STRICT;
CREATE INDEX journal_by_student ON journal (student) WHERE student IS NOT NULL;
CREATE INDEX journal_by_batch ON journal (batch);
CREATE TRIGGER journal_is_not_edited BEFORE UPDATE ON journal BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_is_not_cut BEFORE DELETE ON journal BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;

-- What each run of a writing command did; undoing one is another.
CREATE TABLE batch (
  number  INTEGER NOT NULL PRIMARY KEY,
  kind    TEXT NOT NULL,
  title   TEXT NOT NULL,
  day     TEXT NOT NULL,
  at      TEXT NOT NULL,
  actor   TEXT NOT NULL,
  counts  TEXT NOT NULL DEFAULT '{}',
  undoes  INTEGER REFERENCES batch,
  undone_by INTEGER REFERENCES batch
) STRICT;

-- Every registry number ever issued here or brought by a roster, so that none is issued twice even when its issue was
-- undone.
CREATE TABLE issued (
  number TEXT NOT NULL PRIMARY KEY,
  seq    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE school (
  code          TEXT NOT NULL PRIMARY KEY,
  name          TEXT NOT NULL,
  division      TEXT NOT NULL,
  authority     TEXT NOT NULL,
  stages        TEXT NOT NULL,
  primary_years INTEGER NOT NULL,
  junior_years  INTEGER NOT NULL,
  senior_years  INTEGER NOT NULL,
  sponsor       TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE class (
  school     TEXT NOT NULL REFERENCES school,
  number     TEXT NOT NULL,
  name       TEXT NOT NULL,
  stage      TEXT NOT NULL,
  entry_year INTEGER NOT NULL,
  PRIMARY KEY (school, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE student (
  id              BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  name            TEXT NOT NULL,
  sex             TEXT NOT NULL,
  birth_date      TEXT NOT NULL,
  document_kind   TEXT NOT NULL,
  document_number TEXT,
  document_key    TEXT,
  identity_key    TEXT,
  status          TEXT NOT NULL,
  number          TEXT,
  details         TEXT NOT NULL
) STRICT;
CREATE INDEX student_by_document ON student (document_key) WHERE document_key IS NOT NULL;
CREATE INDEX student_by_identity ON student (identity_key) WHERE identity_key IS NOT NULL;
CREATE INDEX student_by_name ON student (name);
CREATE INDEX student_pending ON student (id) WHERE status = 'pending';

CREATE TABLE enrollment (
  student BLOB NOT NULL REFERENCES student (id),
  ordinal INTEGER NOT NULL,
  school  TEXT NOT NULL,
  class   TEXT NOT NULL,
  since   TEXT NOT NULL,
  until   TEXT,
  PRIMARY KEY (student, ordinal),
  FOREIGN KEY (school, class) REFERENCES class
) STRICT, WITHOUT ROWID;
CREATE INDEX enrollment_by_class ON enrollment (school, class) WHERE until IS NULL;

CREATE TABLE number (
  number  TEXT NOT NULL PRIMARY KEY,
  student BLOB NOT NULL REFERENCES student (id),
  since   TEXT NOT NULL,
  until   TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX number_by_student ON number (student);

-- 经验校验 findings and suspects that wait for a text. `other` is the second pupil of a suspected pair.
CREATE TABLE pending (
  student     BLOB NOT NULL REFERENCES student (id),
  check_name  TEXT NOT NULL,
  field       TEXT NOT NULL,
  message     TEXT NOT NULL,
  place       TEXT NOT NULL,
  explanation TEXT,
  other       BLOB,
  PRIMARY KEY (student, check_name, field)
) STRICT, WITHOUT ROWID;
CREATE INDEX pending_open ON pending (student) WHERE explanation IS NULL;
