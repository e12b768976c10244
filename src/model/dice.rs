//! A small generator for tests, so that what it chose can be told again by its seed.

/// The generator; what it holds is the seed.
pub struct Dice(pub u64);

impl Dice {
    /// A number from 0 on, below `n`.
    pub fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % n as u64) as usize
    }

    /// One of these.
    pub fn of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }
}
