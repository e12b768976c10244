//! The official code tables, as published: one csv per table.
