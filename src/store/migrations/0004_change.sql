-- Changes after admission, applications for them with their steps, flags, and schools that close or merge.
ALTER TABLE school ADD COLUMN closed_on TEXT;
ALTER TABLE school ADD COLUMN merged_into TEXT;

CREATE TABLE flag (
  student BLOB NOT NULL REFERENCES student (id),
  flag    TEXT NOT NULL,
  since   TEXT NOT NULL,
  basis   TEXT NOT NULL,
  PRIMARY KEY (student, flag)
) STRICT, WITHOUT ROWID;

-- One row a change, in the order of their making; `day` is the day it took effect.
CREATE TABLE change (
  student       BLOB NOT NULL REFERENCES student (id),
  ordinal       INTEGER NOT NULL,
  kind          TEXT NOT NULL,
  day           TEXT NOT NULL,
  status_before TEXT NOT NULL,
  status        TEXT NOT NULL,
  school_before TEXT,
  class_before  TEXT,
  school        TEXT,
  class         TEXT,
  reason        TEXT,
  note          TEXT,
  application   TEXT REFERENCES application (id),
  PRIMARY KEY (student, ordinal)
) STRICT, WITHOUT ROWID;
CREATE INDEX change_by_day ON change (day);

-- The steps of an application are all there from the start; `arrived_on` is null until their turn comes.
-- `student` is null while a pupil from another registry has not been collected.
CREATE TABLE application (
  id        TEXT NOT NULL PRIMARY KEY,
  kind      TEXT NOT NULL,
  student   BLOB REFERENCES student (id),
  state     TEXT NOT NULL,
  opened_on TEXT NOT NULL,
  opened_by TEXT NOT NULL,
  closed_on TEXT,
  fields    TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX application_by_student ON application (student);
CREATE INDEX application_open ON application (kind) WHERE closed_on IS NULL;

CREATE TABLE step (
  application TEXT NOT NULL REFERENCES application (id),
  ordinal     INTEGER NOT NULL,
  party       TEXT NOT NULL,
  office      TEXT NOT NULL,
  arrived_on  TEXT,
  decision    TEXT,
  reason      TEXT,
  decided_on  TEXT,
  decided_by  TEXT,
  PRIMARY KEY (application, ordinal)
) STRICT, WITHOUT ROWID;
