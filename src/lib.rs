#![doc = include_str!("../README.md")]
//!
//! # What there is
//!
//! | to | |
//! |---|---|
//! | declare | [`#[agent]`](macro@agent), [`#[flock]`](macro@flock), [`#[tool]`](macro@tool), [`#[flock_type]`](macro@flock_type), [`#[signal]`](macro@signal) |
//! | route and go back | [`Next`], and `loop_to` of [`#[agent]`](macro@agent) |
//! | write a flock's body | [`FlockContext`], with an index by purpose; [`join!`], [`select!`], [`join_all`]; [`context`] has what its methods give |
//! | see an attempt | [`AgentContext`]; [`State`] is what agents share |
//! | fail | [`Error`], [`ErrorKind`], [`Classify`] |
//! | have a program with commands | `main!`, with the feature `cli` |
//! | embed flock | [`Runtime`], [`RuntimeBuilder`], [`FlockHandle`], [`RunId`], [`Answer`]; [`runtime`] has the rest, with `ConnectOptions` and `Worker` for Temporal |
//! | choose what answers | [`model`], with [`Scripted`](model::Scripted) |
//! | test | [`testing`], with [`TestRuntime`](testing::TestRuntime); `replay_tests!` and `replay` for runs that began before |
//! | configure | [`config`], the file `flock.toml` |
//!
//! `use flock::prelude::*;` brings what most programs need: see [`prelude`]. The pages that the text above
//! links to are here as well, in `guide`.
//!
//! # Features
//!
//! | feature | default | what it adds |
//! |---|---|---|
//! | `cli` | yes | `main!`: the commands of a program |
//! | `models` | yes | struct agents are answered by language models of vendors; without it by a script or by models of your own |
//! | `temporal` | yes | runs on a Temporal server: `RuntimeBuilder::connect`, `Runtime::worker`, `replay` |
//! | `deploy` | yes | the command `deploy`: files for containers, systemd and Kubernetes, of the linked program; brings `cli` and `temporal`, and two crates |
//! | `dev-server` | yes | the command `dev` and the module `dev_server`; brings `cli` and `temporal` |
//! | `dynamic-linking` | no | for the time of writing: flock is a shared library, and an edit is linked in a moment; not for what you ship |
//! | `mcp` | no | tools of MCP servers for struct agents: `mcp = ["files"]` |
//! | `object-store` | no | large values on Temporal in a bucket of S3, Google or Azure; a folder needs no feature |
//! | `otlp` | no | traces and metrics go to a collector of OpenTelemetry |
//! | `zstd` | no | values on Temporal may be compressed by Zstandard; builds a library in C |
//! | `testing` | yes | [`testing`]: flocks on a virtual clock, with their agents replaced |
//! | `bytes` | no | types of the crate `bytes` travel: `Bytes`, `BytesMut` |
//! | `chrono` | no | those of `chrono` 0.4, such as `DateTime` and `NaiveDate` |
//! | `jiff` | no | those of `jiff` 0.2, such as `Timestamp` and `Zoned` |
//! | `rust_decimal` | no | `Decimal` |
//! | `url` | no | `Url` |
//! | `uuid` | no | `Uuid` |

// The README shows a test, as users write it.
#![allow(clippy::test_attr_in_doctest)]
// On docs.rs each item tells the feature that it needs.
#![cfg_attr(docsrs, feature(doc_cfg))]

pub use flock_macros::{agent, flock, flock_type, query, run, signal, tool, update};
pub use flock_runtime::*;

// Who is linked to a shared library finds there all that it holds.
#[cfg(feature = "dynamic-linking")]
use flock_dylib as _;

mod macros;
mod main_macro;
mod replay_macro;

#[doc(hidden)]
pub mod __private {
    pub use flock_macros::{FlockType, join, select};
    pub use flock_runtime::private::*;
}

#[cfg(any(doc, doctest))]
pub mod guide;

/// What most programs need: `use flock::prelude::*;`.
///
/// Not in it, since a program of your own may well have such names: [`RunId`],
/// [`FlockHandle`], [`Answer`] and
/// `ConnectOptions` of [`runtime`]. It does have an `Error`; where you want that of the
/// standard library beside it, write `use std::error::Error as StdError;`. Its [`State`] and
/// axum's collide likewise.
pub mod prelude {
    pub use crate::{
        AgentContext, Classify, Decision, Error, ErrorKind, FlockContext, Next, Record, Result,
        Runtime, RuntimeBuilder, State,
    };
    // From their own crate: this one has modules of the same names.
    pub use flock_macros::{agent, flock, flock_type, query, run, signal, tool, update};
}
