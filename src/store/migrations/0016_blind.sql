-- 盲报: what offices sent up instead of their journals. Not a record table: like the journals of others it is kept as it came.
-- The last report of an office takes the place of the one before.
CREATE TABLE blind_office (
  origin      TEXT NOT NULL PRIMARY KEY,
  term        TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  taken_on    TEXT NOT NULL,
  pupils      INTEGER NOT NULL,
  keys        INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE blind_key (
  key    BLOB NOT NULL,
  sort   INTEGER NOT NULL,
  origin TEXT NOT NULL,
  handle BLOB NOT NULL,
  PRIMARY KEY (key, sort, origin, handle)
) STRICT, WITHOUT ROWID;

-- The records of pupils whose keys matched another office's, of both sides of a pair.
CREATE TABLE blind_opened (
  pair     TEXT NOT NULL,
  origin   TEXT NOT NULL,
  record   TEXT NOT NULL,
  taken_on TEXT NOT NULL,
  PRIMARY KEY (pair, origin)
) STRICT, WITHOUT ROWID;
