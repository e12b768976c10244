-- Texts that a bureau laid beside what is in the program: the calendar of a year, its own rules. Each is kept whole, so that
-- what held on a day can be told from the registry alone.
CREATE TABLE loaded (
  kind      TEXT NOT NULL CHECK (kind IN ('calendar', 'rules')),
  name      TEXT NOT NULL,
  file      TEXT NOT NULL,
  text      TEXT NOT NULL,
  loaded_on TEXT NOT NULL,
  loaded_by TEXT NOT NULL,
  PRIMARY KEY (kind, name)
) STRICT, WITHOUT ROWID;
