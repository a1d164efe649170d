//! The engine on a Temporal server, by the official SDK. Nothing outside this folder names it.

use crate::{agent::Agent, flock::Flock};

/// How an agent's activity is registered with a worker.
#[derive(Clone, Copy)]
pub struct AgentRegistration;

impl AgentRegistration {
    /// The registration of `A`.
    pub(crate) const fn of<A: Agent>() -> Self {
        Self
    }
}

/// How a flock's workflow is registered with a worker.
#[derive(Clone, Copy)]
pub struct FlockRegistration;

impl FlockRegistration {
    /// The registration of `F`.
    pub(crate) const fn of<F: Flock>() -> Self {
        Self
    }
}
