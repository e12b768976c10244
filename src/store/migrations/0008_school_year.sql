-- School years opened by the year-end rollover, so that none is ended twice.
CREATE TABLE school_year (
  year      INTEGER NOT NULL PRIMARY KEY,
  opened_on TEXT NOT NULL,
  opened_by TEXT NOT NULL,
  graduated INTEGER NOT NULL
) STRICT;
