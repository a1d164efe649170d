//! Memory over time: whether it grows.

use serde::Serialize;

/// Samples of one process, in megabytes.
#[derive(Debug, Default)]
pub(crate) struct Samples(Vec<f64>);

/// What they tell.
#[derive(Debug, Serialize)]
pub(crate) struct Memory {
    pub(crate) samples: usize,
    /// Megabytes: the mean of the second quarter of the time, when caches have filled, and of the last.
    pub(crate) before: f64,
    pub(crate) after: f64,
    pub(crate) most: f64,
    pub(crate) is_flat: bool,
}

/// It may grow by so much: what is under way at a time differs.
const SLACK: f64 = 1.15;
const SLACK_MEGABYTES: f64 = 8.0;

impl Samples {
    pub(crate) fn add(&mut self, megabytes: Option<f64>) {
        self.0.extend(megabytes);
    }

    /// Those of another process in its place.
    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    pub(crate) fn told(&self) -> Memory {
        let quarter = self.0.len() / 4;
        let mean = |from: usize, to: usize| {
            let samples = &self.0[from..to];
            samples.iter().sum::<f64>() / samples.len().max(1) as f64
        };
        let (before, after) = (
            mean(quarter, quarter * 2),
            mean(self.0.len() - quarter, self.0.len()),
        );
        Memory {
            samples: self.0.len(),
            before,
            after,
            most: self.0.iter().copied().fold(0.0, f64::max),
            // Of fewer samples than quarters nothing is known.
            is_flat: quarter > 0 && after <= before * SLACK + SLACK_MEGABYTES,
        }
    }
}
