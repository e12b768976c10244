-- Headings that schools use on their own rosters, learned once. `-` is a column that is not read.
CREATE TABLE heading (
  school  TEXT NOT NULL REFERENCES school,
  heading TEXT NOT NULL,
  field   TEXT NOT NULL,
  PRIMARY KEY (school, heading)
) STRICT, WITHOUT ROWID;
