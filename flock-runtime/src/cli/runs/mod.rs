//! Runs from start to end: started, looked at, told something, answered, ended.

pub(super) mod answer_here;
#[cfg(feature = "temporal")]
pub(super) mod approvals;
#[cfg(feature = "temporal")]
mod bulk;
#[cfg(feature = "temporal")]
pub(super) mod decode;
#[cfg(feature = "temporal")]
pub(super) mod end;
pub(super) mod following;
#[cfg(feature = "temporal")]
pub(super) mod history;
pub(super) mod input;
#[cfg(feature = "temporal")]
pub(super) mod list;
pub(super) mod outcome;
#[cfg(feature = "temporal")]
pub(super) mod replay;
#[cfg(feature = "temporal")]
pub(super) mod reset;
#[cfg(feature = "temporal")]
pub(super) mod result;
pub(super) mod run;
#[cfg(feature = "temporal")]
pub(super) mod send;
#[cfg(feature = "temporal")]
pub(super) mod start;
#[cfg(feature = "temporal")]
pub(super) mod status;
#[cfg(feature = "temporal")]
pub(super) mod stuck;
