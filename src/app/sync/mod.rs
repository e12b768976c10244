//! 上报: bundles made for other offices, taken from them, and what is where. Journals of others are kept, never applied.

pub mod above;
pub mod across;
pub mod blind;
pub mod confirm;
pub mod conflict;
pub mod down;
pub mod effect;
pub mod inbox;
pub mod keep;
pub mod letter;
pub mod line;
pub mod make;
pub mod office;
pub mod push;
pub mod reach;
pub mod rebuilt;
pub mod route;
pub mod status;
pub mod take;
pub mod transfer;
pub mod unblind;
#[cfg(test)]
mod tests;
