//! flock

pub use flock_runtime::*;

#[doc(hidden)]
pub use flock_runtime::private as __private;
