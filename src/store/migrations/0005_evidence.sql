-- Files that were handed in, each kept once under the hash of its bytes, and what each is evidence for. The journal holds
-- the hash, so its seals cover the files; a file stays when the row that names it is undone.
CREATE TABLE attachment (
  hash  TEXT NOT NULL PRIMARY KEY CHECK (length(hash) = 64),
  bytes BLOB NOT NULL
) STRICT;

-- `subject` is a kind and a name: dispute:…, claim:…, application:…, student:….
CREATE TABLE evidence (
  subject  TEXT NOT NULL,
  ordinal  INTEGER NOT NULL,
  hash     TEXT NOT NULL,
  name     TEXT NOT NULL,
  length   INTEGER NOT NULL,
  note     TEXT NOT NULL,
  added_on TEXT NOT NULL,
  added_by TEXT NOT NULL,
  PRIMARY KEY (subject, ordinal)
) STRICT, WITHOUT ROWID;
