#![doc = include_str!("../README.md")]

pub use flock_macros::{agent, flock, flock_type, signal};
pub use flock_runtime::*;

mod macros;
#[cfg(feature = "cli")]
mod main_macro;
#[cfg(feature = "temporal")]
mod replay_macro;

#[doc(hidden)]
pub mod __private {
    pub use flock_macros::FlockType;
    pub use flock_runtime::private::*;
}

#[cfg(any(doc, doctest))]
#[doc = include_str!("../docs/compile-errors.md")]
pub mod compile_errors {}

/// What most programs need: `use flock::prelude::*;`.
pub mod prelude {
    pub use crate::{
        AgentContext, Classify, Decision, Error, ErrorKind, FlockContext, Next, Record, Result,
        Runtime, RuntimeBuilder, State,
    };
    // From their own crate: this one has modules of the same names.
    pub use flock_macros::{agent, flock, flock_type, signal};
}
