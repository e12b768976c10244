-- What offices say to each other, at the one who writes and at the one who reads; a record table.
CREATE TABLE message (
  stream  TEXT NOT NULL,
  number  INTEGER NOT NULL,
  via     TEXT NOT NULL,
  at      TEXT NOT NULL,
  day     TEXT NOT NULL,
  actor   TEXT NOT NULL,
  kind    TEXT NOT NULL,
  pupil   TEXT,
  body    TEXT NOT NULL,
  seal    TEXT NOT NULL,
  state   TEXT NOT NULL,
  outcome TEXT NOT NULL,
  PRIMARY KEY (stream, number)
) STRICT, WITHOUT ROWID;
