-- 学生卡: every card that was issued, and how it ended. The key that signs their codes is in `meta` and never leaves the
-- registry: the journal, which is sent upward, does not hold it.
CREATE TABLE card (
  serial    TEXT NOT NULL PRIMARY KEY,
  student   BLOB NOT NULL REFERENCES student (id),
  number    TEXT NOT NULL,
  batch     INTEGER NOT NULL,
  issued_on TEXT NOT NULL,
  state     TEXT NOT NULL CHECK (state IN ('valid', 'lost', 'replaced')),
  ended_on  TEXT,
  reason    TEXT,
  CHECK ((state = 'valid') = (ended_on IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX card_by_student ON card (student);
CREATE INDEX card_by_batch ON card (batch);
