//! Working days: one file per year of State Council notices.
