-- 控辍保学: pupils to be brought back to school, what was done for each, and how it ended.
CREATE TABLE watch (
  id           TEXT NOT NULL PRIMARY KEY,
  student      BLOB NOT NULL REFERENCES student (id),
  school       TEXT NOT NULL REFERENCES school (code),
  source       TEXT NOT NULL,
  reason       TEXT NOT NULL,
  opened_on    TEXT NOT NULL,
  opened_by    TEXT NOT NULL,
  closing      TEXT,
  closing_text TEXT,
  closed_by    TEXT,
  closed_on    TEXT,
  CHECK ((closing IS NULL) = (closed_by IS NULL) AND (closing IS NULL) = (closed_on IS NULL))
) STRICT, WITHOUT ROWID;
-- A pupil is on the list once.
CREATE UNIQUE INDEX watch_open ON watch (student) WHERE closing IS NULL;

CREATE TABLE watch_step (
  watch       TEXT NOT NULL REFERENCES watch (id),
  ordinal     INTEGER NOT NULL,
  kind        TEXT NOT NULL,
  day         TEXT NOT NULL,
  who         TEXT NOT NULL,
  result      TEXT NOT NULL,
  until       TEXT,
  recorded_on TEXT NOT NULL,
  recorded_by TEXT NOT NULL,
  PRIMARY KEY (watch, ordinal)
) STRICT, WITHOUT ROWID;
