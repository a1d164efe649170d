//! What a flock's body and an agent's attempt can see and do.

mod agent;
mod call;
mod flock;
mod join;
mod sleep;
mod state;

pub use agent::{AgentBackend, AgentContext, AttemptInfo};
pub use call::AgentRun;
pub(crate) use flock::cancelled;
pub use flock::{FlockContext, RunInfo};
pub use join::{JoinAll, join_all};
pub use sleep::Sleep;
pub use state::{State, States};
