//! `[worker]`: how much work a worker takes, and how it behaves.

use std::num::NonZeroUsize;

use super::frame::{Said, section};

section! {
    /// The section `[worker]` of `flock.toml`. What a program sets by [`Worker`](crate::runtime::Worker), and the
    /// flags of the command `worker`, are above it.
    ///
    /// ```toml
    /// [worker]
    /// concurrency = 20
    /// ```
    #[derive(Eq)]
    pub struct WorkerSection {
        /// How many agents of each queue may be at work at a time, and as many `local` ones (Temporal: activity
        /// slots).
        pub concurrency: Option<NonZeroUsize> = "100",
    }
}

impl WorkerSection {
    fn check(&self, _: &mut Said<'_>) {}
}
