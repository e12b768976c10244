//! Placeholder until the numbers land.

/// See the branch that brings it.
#[derive(Clone, Debug)]
pub struct RegistryNumber(String);
