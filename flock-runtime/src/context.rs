//! What a flock's body and an agent's attempt can see and do.

mod agent;
mod board;
mod call;
mod flock;
mod join;
mod poll;
mod saga;
mod sleep;
mod state;
mod wait;

pub use agent::{AgentBackend, AgentContext, AttemptInfo};
pub(crate) use board::Board;
pub use call::AgentRun;
pub(crate) use flock::cancelled;
pub use flock::{FlockContext, RunInfo};
pub use join::{JoinAll, join_all};
pub use poll::Poll;
pub use saga::{Saga, SagaFailed};
pub use sleep::Sleep;
pub use state::{State, States};
pub use wait::{Cancelled, Wait};
