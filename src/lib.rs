//! flock

pub use flock_runtime::*;

#[doc(hidden)]
pub use flock_runtime::private as __private;

#[cfg(feature = "cli")]
mod main_macro;
