//! How what commands say looks: on a terminal, in a pipe, as JSON.

pub(super) mod approval;
#[cfg(feature = "temporal")]
pub(super) mod ask;
pub(super) mod logging;
pub(super) mod progress;
pub(super) mod show;
#[cfg(feature = "temporal")]
pub(super) mod status;
mod words;
