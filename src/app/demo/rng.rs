//! A small generator of pseudo-random numbers: the same numbers for the same keys on every machine.

/// SplitMix64 (Steele, Lea, Flood 2014). Good enough for invented people, never for secrets.
#[derive(Clone, Copy, Debug)]
pub struct Rng(u64);

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// One number for a seed and a key: what a person is follows from these alone, not from who was drawn before.
pub fn hash(seed: u64, key: &[u64]) -> u64 {
    key.iter().fold(mix(seed.wrapping_add(GOLDEN)), |h, part| {
        mix(h.wrapping_mul(0x2545_f491_4f6c_dd1d) ^ part.wrapping_add(GOLDEN))
    })
}

impl Rng {
    /// A stream of its own for this key.
    pub fn keyed(seed: u64, key: &[u64]) -> Rng {
        Rng(hash(seed, key))
    }

    /// The next 64 bits.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GOLDEN);
        mix(self.0)
    }

    /// Below `n`; 0 when `n` is 0.
    pub fn below(&mut self, n: u32) -> u32 {
        ((u64::from(n) * (self.next() >> 32)) >> 32) as u32
    }

    /// True `n` times in a thousand.
    pub fn per_mille(&mut self, n: u32) -> bool {
        self.below(1000) < n
    }

    /// One of these, each as likely.
    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len() as u32) as usize]
    }

    /// One of these, those in front more often, as names and streets are.
    pub fn skewed<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        let n = of.len() as u32;
        let (a, b) = (self.below(n), self.below(n));
        &of[a.min(b) as usize]
    }

    /// One of these by weight.
    pub fn weighted<'a, T>(&mut self, of: &'a [(T, u32)]) -> &'a T {
        let mut left = self.below(of.iter().map(|row| row.1).sum());
        for (value, weight) in of {
            if left < *weight {
                return value;
            }
            left -= weight;
        }
        &of[0].0
    }
}

/// A bijection of `0..size` onto itself, `size` at most 2^17: walks on until it lands inside again.
pub fn permute(key: u64, x: u32, size: u32) -> u32 {
    const MASK: u32 = (1 << 17) - 1;
    let (a, b) = ((key as u32) | 1, ((key >> 32) as u32) | 1);
    let mut x = x;
    loop {
        // Each step can be undone: a shift-xor, and a product with an odd number.
        x ^= x >> 9;
        x = x.wrapping_mul(a).wrapping_add(b) & MASK;
        x ^= x >> 7;
        x = x.wrapping_mul(b).wrapping_add(a >> 3) & MASK;
        x ^= x >> 8;
        if x < size {
            return x;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_key_gives_the_same_numbers_and_another_key_others() {
        let draw = |key: &[u64]| {
            let mut rng = Rng::keyed(7, key);
            [rng.next(), rng.next(), rng.next()]
        };
        assert_eq!(draw(&[1, 2]), draw(&[1, 2]));
        assert_ne!(draw(&[1, 2]), draw(&[2, 1]));
    }

    #[test]
    fn the_numbers_are_those_of_splitmix64() {
        // The first two for the seed 1234567, as published with the reference implementation.
        let mut rng = Rng(1_234_567);
        assert_eq!([rng.next(), rng.next()], [6_457_827_717_110_365_317, 3_203_168_211_198_807_973]);
    }

    #[test]
    fn a_permutation_hits_every_number_once() {
        for key in [0, 1, 0xdead_beef_1234_5678] {
            let mut seen = vec![false; 87_600];
            for x in 0..87_600 {
                let y = permute(key, x, 87_600) as usize;
                assert!(!std::mem::replace(&mut seen[y], true));
            }
        }
    }

    #[test]
    fn weights_are_kept() {
        let mut rng = Rng::keyed(3, &[]);
        let rare = (0..10_000).filter(|_| *rng.weighted(&[('a', 99), ('b', 1)]) == 'b').count();
        assert!((50..200).contains(&rare), "{rare}");
    }
}
