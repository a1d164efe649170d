//! The only door to the outside from a flock.

use std::{
    fmt,
    rc::Rc,
    time::{Duration, SystemTime},
};

use super::{AgentRun, Sleep};
use crate::{
    agent::Agent, engine::FlockBackend, error::Error, flock::FlockDescriptor, payload::Payload,
    registry::Entry,
};

/// The only door to the outside from a flock: everything here gives the same answer when Temporal
/// replays the flock after a crash.
///
/// Cheap to clone.
#[derive(Clone)]
pub struct FlockContext(Rc<Inner>);

struct Inner {
    info: RunInfo,
    backend: Box<dyn FlockBackend>,
}

/// Which run this is.
#[derive(Debug, Clone)]
pub struct RunInfo {
    /// What is known about the flock.
    pub flock: &'static FlockDescriptor,
    /// The workflow id.
    pub workflow_id: String,
    /// The run id.
    pub run_id: String,
    /// The queue the flock runs on.
    pub task_queue: String,
}

impl FlockContext {
    pub(crate) fn new(info: RunInfo, backend: impl FlockBackend) -> Self {
        Self(Rc::new(Inner {
            info,
            backend: Box::new(backend),
        }))
    }

    /// Runs the agent `A` and waits for its result.
    ///
    /// The input is the agent's input struct or anything that converts into it: the value itself
    /// for one field, a tuple for more. Options set here are above all others.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use flock::prelude::*;
    /// # #[agent(output = "findings: String")]
    /// # async fn researcher(topic: String) -> Result<String> { Ok(topic) }
    /// #[flock]
    /// async fn look_up(ctx: FlockContext, topic: String) -> Result<String> {
    ///     let found = ctx.run::<researcher>(topic).timeout(Duration::from_secs(60)).await?;
    ///     Ok(found.findings)
    /// }
    /// ```
    ///
    /// # Errors
    /// The agent's error, once no attempt is left; `Cancelled` when the run is cancelled meanwhile.
    pub fn run<A: Agent>(&self, input: impl Into<A::Input>) -> AgentRun<A::Output> {
        AgentRun::new(
            self.clone(),
            &Entry::<A>::ENTRY,
            Payload::encode(&input.into()),
        )
    }

    /// Waits for `duration`, days if need be: a durable timer.
    ///
    /// Gives `Cancelled` when the run is cancelled meanwhile.
    pub fn sleep(&self, duration: Duration) -> Sleep {
        Sleep::new(self.backend().sleep(duration))
    }

    /// The time, the same on replay.
    pub fn now(&self) -> SystemTime {
        self.backend().now()
    }

    /// A random number below `bound`, the same on replay. 0 for a bound of 0.
    pub fn random(&self, bound: u64) -> u64 {
        // By multiplication rather than remainder: no number is favoured.
        let wide = u128::from(self.backend().random()) * u128::from(bound);
        u64::try_from(wide >> 64).unwrap_or(0)
    }

    /// A random UUID (version 4) in text, the same on replay.
    pub fn uuid(&self) -> String {
        let (high, low) = (self.backend().random(), self.backend().random());
        format!(
            "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
            high >> 32,
            (high >> 16) & 0xffff,
            high & 0xfff,
            0x8000 | (low >> 48) & 0x3fff,
            low & 0xffff_ffff_ffff,
        )
    }

    /// Writes a line to the log through `tracing`, once: silent on replay.
    pub fn log(&self, message: impl fmt::Display) {
        if !self.backend().is_replaying() {
            let info = self.info();
            tracing::info!(
                target: "flock",
                flock = info.flock.name,
                workflow_id = info.workflow_id,
                run_id = info.run_id,
                "{message}"
            );
        }
    }

    /// Whether Temporal is replaying what already happened. Never decide anything by it.
    pub fn is_replaying(&self) -> bool {
        self.backend().is_replaying()
    }

    /// The workflow id.
    pub fn workflow_id(&self) -> &str {
        &self.0.info.workflow_id
    }

    /// The run id.
    pub fn run_id(&self) -> &str {
        &self.0.info.run_id
    }

    /// Which run this is.
    pub fn info(&self) -> &RunInfo {
        &self.0.info
    }

    pub(crate) fn backend(&self) -> &dyn FlockBackend {
        &*self.0.backend
    }
}

impl fmt::Debug for FlockContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("FlockContext").field(&self.0.info).finish()
    }
}

/// What a flock that was cancelled ends with.
pub(crate) fn cancelled() -> Error {
    Error::cancelled("the run was cancelled")
}
