-- Pairs of registrations that may be one child's, and what people decided. `one` came before `other`.
CREATE TABLE suspect (
  id         TEXT PRIMARY KEY,
  one        BLOB NOT NULL REFERENCES student (id),
  other      BLOB NOT NULL REFERENCES student (id),
  rule       TEXT NOT NULL,
  score      INTEGER NOT NULL,
  found_on   TEXT NOT NULL,
  verdict    TEXT CHECK (verdict IN ('same', 'different')),
  reason     TEXT,
  decided_by TEXT,
  decided_on TEXT,
  CHECK ((verdict IS NULL) = (reason IS NULL) AND (verdict IS NULL) = (decided_by IS NULL)
         AND (verdict IS NULL) = (decided_on IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX suspect_by_one ON suspect (one);
CREATE INDEX suspect_by_other ON suspect (other);
