//! What flock costs, and what the benches share: see the folders of `benches`.
//!
//! A package of its own, so that the SDK, which the hand-written side names, is no dependency of the
//! lean build.

pub mod process;

use std::time::Duration;

use nix::sys::resource::{UsageWho, getrusage};

/// The CPU time of the child processes that have ended so far.
///
/// # Errors
/// When the system does not say.
pub fn children_cpu() -> Result<Duration, Box<dyn std::error::Error + Send + Sync>> {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let micros = [usage.user_time(), usage.system_time()]
        .map(|time| time.tv_sec() * 1_000_000 + time.tv_usec());
    Ok(Duration::from_micros(
        micros.iter().sum::<i64>().try_into()?,
    ))
}

/// The middle of `values`; of an even number of them, between the two in the middle.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => f64::NAN,
        even if even % 2 == 0 => f64::midpoint(values[middle - 1], values[middle]),
        _ => values[middle],
    }
}

/// The value below which so many of a hundred `values` are; none of no values.
pub fn percentile(values: &[f64], percent: usize) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    let place = (values.len() * percent / 100).min(values.len().saturating_sub(1));
    values.get(place).copied().unwrap_or(f64::NAN)
}
