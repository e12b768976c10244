//! From cells to candidates: which row is the header, which column is which field, what each cell means.

mod again;
pub mod by_name;
pub mod candidate;
pub mod code_cell;
pub mod column;
mod continued;
pub mod damage;
pub mod date_cell;
pub mod fill;
pub mod layout;
pub mod mapping;
pub mod normalize;
mod remark;
pub mod row_kind;
pub mod sight;
pub mod repair;
