//! A door: the level above and the levels below. The only code that knows bundles, their keys, and how they are sealed.

pub mod blind;
pub mod bundle;
pub mod error;
pub mod key;
pub mod postgres;
pub mod profile;
