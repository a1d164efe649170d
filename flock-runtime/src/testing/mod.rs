//! Tests of flocks, by their users.
//!
//! `TestRuntime` runs a flock on a virtual clock with its agents replaced; on Temporal,
//! `flock::replay_tests!` checks that changed code still fits runs that began
//! before.

// Without the feature `testing` engines ask doubles all the same, of which there are none.
#[cfg(feature = "testing")]
mod clock;
#[cfg_attr(
    not(feature = "testing"),
    allow(dead_code, unreachable_pub, reason = "tests make doubles")
)]
mod doubles;
#[cfg(feature = "testing")]
mod run;
#[cfg(feature = "testing")]
mod runtime;
#[cfg_attr(
    not(feature = "testing"),
    allow(dead_code, unreachable_pub, reason = "tests look at steps")
)]
mod step;

pub(crate) use doubles::Doubles;
#[cfg(feature = "testing")]
pub use {
    clock::with_virtual_clock,
    doubles::Double,
    run::TestRun,
    runtime::{TestRuntime, TestRuntimeBuilder},
    step::{StepResult, TestStep},
};
