//! What travels: values on their way between flocks, agents and the world.
//!
//! [`payload`] is a value as it travels, JSON text; [`flock_type`] says which types can be one, and what
//! fields they have; [`carry`] writes, reads and describes the structs that the macros make; [`record`]
//! holds fields whose names are known only when they arrive; [`media`] is an image or a file. [`duration`] reads `"5m"`, [`run`] is what names a run, [`usage`] what asking
//! models has cost.
//!
//! Names [`error`](crate::error) and [`text`](crate::text) alone.

pub mod carry;
pub mod duration;
pub mod flock_type;
pub mod media;
pub mod payload;
pub mod record;
pub mod run;
pub mod usage;

/// Whether a number is none, for `serde`.
pub(crate) fn is_zero<N: Default + PartialEq>(number: &N) -> bool {
    *number == N::default()
}
