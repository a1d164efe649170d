//! What flock costs, and what the benches share: see the folders of `benches`.
//!
//! A package of its own, so that the SDK, which the hand-written side names, is no dependency of the
//! lean build.

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
