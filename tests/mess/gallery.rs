//! The gallery of real files in `tests/data/mess`: what xueji says of each stands in its table.
