//! Chance, the same on replay.

use super::FlockContext;

impl<S: 'static> FlockContext<S> {
    /// A random number below `bound`, the same on replay. 0 for a bound of 0.
    pub fn random(&self, bound: u64) -> u64 {
        // By multiplication rather than remainder: no number is favoured.
        let wide = u128::from(self.backend().random()) * u128::from(bound);
        u64::try_from(wide >> 64).unwrap_or(0)
    }

    /// A random UUID (version 4) in text, the same on replay.
    pub fn uuid(&self) -> String {
        let (high, low) = (self.backend().random(), self.backend().random());
        format!(
            "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
            high >> 32,
            (high >> 16) & 0xffff,
            high & 0xfff,
            0x8000 | (low >> 48) & 0x3fff,
            low & 0xffff_ffff_ffff,
        )
    }
}
