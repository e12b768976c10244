-- 学籍档案: what workbooks brought into the files, hand-overs that no change of the registration makes, and who keeps the
-- files of a school that was closed.
ALTER TABLE school ADD COLUMN files_to TEXT;

-- `key` tells one row of a kind from another: the school year, the day, the name of the award.
CREATE TABLE file_item (
  student  BLOB NOT NULL REFERENCES student (id),
  kind     TEXT NOT NULL,
  key      TEXT NOT NULL,
  fields   TEXT NOT NULL,
  added_on TEXT NOT NULL,
  added_by TEXT NOT NULL,
  PRIMARY KEY (student, kind, key)
) STRICT, WITHOUT ROWID;

-- `holder` is a school's code or the name of an office.
CREATE TABLE custody (
  student     BLOB NOT NULL REFERENCES student (id),
  ordinal     INTEGER NOT NULL,
  holder      TEXT NOT NULL,
  since       TEXT NOT NULL,
  reason      TEXT NOT NULL,
  recorded_by TEXT NOT NULL,
  PRIMARY KEY (student, ordinal)
) STRICT, WITHOUT ROWID;
