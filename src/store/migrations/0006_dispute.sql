-- 问题学籍: registrations in dispute, what each school claims, and how it ended.
CREATE TABLE dispute (
  id         TEXT NOT NULL PRIMARY KEY,
  kind       TEXT NOT NULL,
  suspect    TEXT REFERENCES suspect (id),
  reason     TEXT NOT NULL,
  opened_on  TEXT NOT NULL,
  opened_by  TEXT NOT NULL,
  decision   TEXT,
  waiver     TEXT,
  decided_by TEXT,
  decided_on TEXT,
  CHECK ((decision IS NULL) = (decided_by IS NULL) AND (decision IS NULL) = (decided_on IS NULL))
) STRICT, WITHOUT ROWID;

-- The registrations of a dispute, of a pair the earlier one first.
CREATE TABLE party (
  dispute TEXT NOT NULL REFERENCES dispute (id),
  ordinal INTEGER NOT NULL,
  student BLOB NOT NULL REFERENCES student (id),
  outcome TEXT CHECK (outcome IN ('keep', 'correct', 'remove')),
  PRIMARY KEY (dispute, ordinal)
) STRICT, WITHOUT ROWID;
CREATE INDEX party_by_student ON party (student);

-- A later claim of a registration takes the place of its earlier ones.
CREATE TABLE claim (
  dispute    TEXT NOT NULL REFERENCES dispute (id),
  ordinal    INTEGER NOT NULL,
  student    BLOB NOT NULL REFERENCES student (id),
  kind       TEXT NOT NULL,
  attends    INTEGER NOT NULL,
  text       TEXT NOT NULL,
  fields     TEXT NOT NULL,
  claimed_on TEXT NOT NULL,
  claimed_by TEXT NOT NULL,
  PRIMARY KEY (dispute, ordinal)
) STRICT, WITHOUT ROWID;
