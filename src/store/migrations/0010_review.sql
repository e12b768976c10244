-- 学籍核准: the reviews of each term, a school each, and what they found until it is resolved. `seen_in` is the last review
-- that found it still there, `resolved_in` the one that no longer did.
CREATE TABLE review (
  id        TEXT NOT NULL PRIMARY KEY,
  school    TEXT NOT NULL REFERENCES school (code),
  term      TEXT NOT NULL,
  day       TEXT NOT NULL,
  made_by   TEXT NOT NULL,
  files     TEXT NOT NULL,
  expected  INTEGER NOT NULL,
  attending INTEGER NOT NULL,
  excused   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX review_by_school ON review (school, day);

CREATE TABLE discrepancy (
  id          TEXT NOT NULL PRIMARY KEY,
  school      TEXT NOT NULL REFERENCES school (code),
  kind        TEXT NOT NULL,
  student     BLOB REFERENCES student (id),
  subject     TEXT NOT NULL,
  name        TEXT NOT NULL,
  place       TEXT NOT NULL,
  note        TEXT NOT NULL,
  review      TEXT NOT NULL REFERENCES review (id),
  seen_in     TEXT NOT NULL REFERENCES review (id),
  found_on    TEXT NOT NULL,
  resolution  TEXT,
  resolved_by TEXT,
  resolved_on TEXT,
  resolved_in TEXT REFERENCES review (id),
  CHECK ((resolution IS NULL) = (resolved_by IS NULL) AND (resolution IS NULL) = (resolved_on IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX discrepancy_open ON discrepancy (school) WHERE resolution IS NULL;
CREATE INDEX discrepancy_by_student ON discrepancy (student);
