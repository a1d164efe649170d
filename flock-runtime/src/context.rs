//! What a flock's body and an agent's attempt can see and do.

mod agent;
mod approval;
mod approvals;
mod board;
mod call;
mod change;
mod child;
mod cleaning;
mod external;
mod flock;
mod growth;
mod join;
mod map;
mod memory;
mod poll;
mod saga;
mod sleep;
mod state;
mod wait;

pub use agent::{AgentBackend, AgentContext, AttemptInfo};
pub use approval::Approval;
pub(crate) use board::Board;
pub use call::AgentRun;
pub use child::{Child, ChildRun};
pub use external::External;
pub(crate) use flock::cancelled;
pub use flock::{FlockContext, RunInfo};
pub(crate) use growth::{Ending, Mail, run};
pub use join::{JoinAll, join_all};
pub use map::{Map, Settled};
pub(crate) use memory::{DESCRIPTOR, ENTRY, memo_fits, own};
pub use poll::Poll;
pub use saga::{Saga, SagaFailed};
pub use sleep::Sleep;
pub use state::{State, States};
pub use wait::{Cancelled, Wait};
