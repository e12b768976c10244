//! Identity documents: one file per kind, one row each in the table.
