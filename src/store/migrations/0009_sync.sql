-- Offices that exchange bundles, with their public keys; a record table.
CREATE TABLE office (
  origin         TEXT NOT NULL PRIMARY KEY,
  name           TEXT NOT NULL,
  authority      TEXT NOT NULL,
  level          TEXT NOT NULL,
  profile        TEXT NOT NULL,
  verifying      TEXT NOT NULL,
  encryption     TEXT NOT NULL,
  added_on       TEXT NOT NULL,
  added_by       TEXT NOT NULL,
  revoked_on     TEXT,
  revoked_reason TEXT
) STRICT, WITHOUT ROWID;

-- The journals of other origins, as they stand there: kept whole and sealed, never applied to our own record tables.
CREATE TABLE received (
  origin  TEXT NOT NULL,
  seq     INTEGER NOT NULL,
  at      TEXT NOT NULL,
  day     TEXT NOT NULL,
  actor   TEXT NOT NULL,
  change  TEXT NOT NULL,
  student BLOB,
  batch   INTEGER NOT NULL,
  body    TEXT NOT NULL,
  seal    BLOB NOT NULL CHECK (length(seal) = 32),
  PRIMARY KEY (origin, seq)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER received_is_not_edited BEFORE UPDATE ON received BEGIN SELECT RAISE(ABORT, 'a journal is append-only'); END;
CREATE TRIGGER received_is_not_cut BEFORE DELETE ON received BEGIN SELECT RAISE(ABORT, 'a journal is append-only'); END;

CREATE TABLE received_batch (
  origin TEXT NOT NULL,
  number INTEGER NOT NULL,
  kind   TEXT NOT NULL,
  title  TEXT NOT NULL,
  day    TEXT NOT NULL,
  at     TEXT NOT NULL,
  actor  TEXT NOT NULL,
  counts TEXT NOT NULL,
  undoes INTEGER,
  PRIMARY KEY (origin, number)
) STRICT, WITHOUT ROWID;

-- How far the journal of each other origin is held, with that origin's own signature under it.
CREATE TABLE held (
  origin    TEXT NOT NULL PRIMARY KEY,
  seq       INTEGER NOT NULL,
  seal      BLOB NOT NULL CHECK (length(seal) = 32),
  signature BLOB NOT NULL,
  -- The office that brought it last.
  via       TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What other offices said they hold. Not of the record: where it is lost, what was sent is sent again.
CREATE TABLE acknowledged (
  office TEXT NOT NULL,
  origin TEXT NOT NULL,
  seq    INTEGER NOT NULL,
  seal   BLOB NOT NULL CHECK (length(seal) = 32),
  told   TEXT NOT NULL,
  PRIMARY KEY (office, origin)
) STRICT, WITHOUT ROWID;

-- Every bundle and receipt made, taken or refused, and why.
CREATE TABLE exchange (
  number  INTEGER NOT NULL PRIMARY KEY,
  at      TEXT NOT NULL,
  day     TEXT NOT NULL,
  actor   TEXT NOT NULL,
  deed    TEXT NOT NULL,
  office  TEXT NOT NULL,
  bundle  TEXT NOT NULL,
  entries INTEGER NOT NULL,
  outcome TEXT NOT NULL,
  message TEXT NOT NULL
) STRICT;
