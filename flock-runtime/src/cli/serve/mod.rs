//! What stands beside the runs on a server: workers, the dev server, deployments, schedules, stored values, health;
//! and beside runs wherever they are: `mcp`, for clients of that protocol.

#[cfg(feature = "temporal")]
pub(super) mod beside;
#[cfg(feature = "temporal")]
pub(super) mod codec_server;
#[cfg(feature = "temporal")]
pub(super) mod deployments;
#[cfg(feature = "dev-server")]
pub(super) mod dev;
#[cfg(feature = "temporal")]
pub(super) mod flags;
#[cfg(feature = "temporal")]
pub(super) mod health;
#[cfg(feature = "mcp")]
pub(super) mod mcp;
#[cfg(feature = "temporal")]
pub(super) mod payloads;
#[cfg(feature = "temporal")]
pub(super) mod schedules;
pub(super) mod signals;
#[cfg(any(feature = "mcp", feature = "temporal"))]
mod token;
#[cfg(feature = "temporal")]
pub(super) mod worker;
