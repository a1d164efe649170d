//! Tests of flocks, by their users.
//!
//! `TestRuntime` runs a flock on a virtual clock with its agents replaced; on Temporal,
//! `flock::replay_tests!` checks that changed code still fits runs that began
//! before.

mod clock;
mod doubles;
mod mcp;
mod run;
mod runtime;
mod step;

pub use clock::with_virtual_clock;
pub use doubles::Double;
use doubles::Doubles;
pub use mcp::McpDouble;
use mcp::McpDoubles;
pub use run::TestRun;
pub use runtime::{TestRuntime, TestRuntimeBuilder};
pub use step::{StepResult, TestStep};
