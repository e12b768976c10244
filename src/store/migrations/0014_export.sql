-- 导出台账: every output with whole names and numbers, written down before it is made and closed when it is there. An export
-- without `finished_at` was begun and not ended. `hash` is that of the bytes that left: a file, a list of hashes, or
-- what was printed.
CREATE TABLE export (
  id          TEXT NOT NULL PRIMARY KEY,
  day         TEXT NOT NULL,
  at          TEXT NOT NULL,
  actor       TEXT NOT NULL,
  command     TEXT NOT NULL,
  scope       TEXT NOT NULL,
  purpose     TEXT NOT NULL,
  approval    TEXT,
  count       INTEGER,
  file        TEXT,
  hash        TEXT,
  finished_at TEXT
) STRICT;
