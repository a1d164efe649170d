//! What an engine does for a flock while it runs.

use std::time::{Duration, SystemTime};

use futures_util::future::LocalBoxFuture;

use super::{
    approval::request::ApprovalRequest,
    child_call::{ChildCall, StartedChild},
    event::StepEvent,
};
use crate::{
    agent::entry::AgentEntry,
    declare::{
        options::CallOptions,
        search::{SearchAttribute, SearchValue},
    },
    error::Result,
    telemetry::{Telemetry, trace::TraceContext},
    value::payload::Payload,
};

/// What an engine does for a flock while it runs. Everything here is the same on replay.
pub trait FlockBackend: 'static {
    /// Runs an agent to its end, attempts and waits included.
    fn run_agent(&self, call: AgentCall) -> Begun<Result<Payload>>;
    /// Whether a test has put something in the place of this agent, which then asks nobody for its tools.
    fn is_doubled(&self, _agent: &str) -> bool {
        false
    }
    /// A durable timer.
    fn sleep(&self, scope: Scope, duration: Duration) -> LocalBoxFuture<'static, Result<()>>;
    /// Waits until `condition` holds; it is asked again after each [`wake`](Self::wake).
    fn wait_until(
        &self,
        scope: Scope,
        condition: Box<dyn FnMut() -> bool>,
    ) -> LocalBoxFuture<'static, Result<()>>;
    /// What waits looks again.
    fn wake(&self);
    /// Starts a child.
    fn start_child(&self, call: ChildCall) -> LocalBoxFuture<'static, Result<StartedChild>>;
    /// Tells another run something.
    fn signal_external(
        &self,
        scope: Scope,
        workflow_id: String,
        name: &'static str,
        message: Payload,
    ) -> LocalBoxFuture<'static, Result<()>>;
    /// Asks another run to end.
    fn cancel_external(
        &self,
        workflow_id: String,
        reason: String,
    ) -> LocalBoxFuture<'static, Result<()>>;
    /// Whether the run has grown so long that a new one should go on with its work.
    fn should_continue_as_new(&self) -> bool;
    /// Waits until the run is asked to end.
    fn cancelled(&self) -> LocalBoxFuture<'static, ()>;
    /// Whether the run has been asked to end.
    fn is_cancelled(&self) -> bool;
    /// What the run waits for people to answer has changed.
    fn approvals_changed(&self, _requests: Vec<ApprovalRequest>) {}
    /// Something has happened that whoever follows the run is told. Told by engines of this process
    /// only: a server's history tells of it, or the run's `status`.
    fn emit(&self, _event: StepEvent) {}
    /// The time.
    fn now(&self) -> SystemTime;
    /// 64 random bits.
    fn random(&self) -> u64;
    /// Whether history is being replayed.
    fn is_replaying(&self) -> bool;
    /// Whether a panic in the body ends the run, and is not tried again.
    fn ends_by_panic(&self) -> bool {
        false
    }
    /// Where the run's work is told of, and where in a trace it was begun.
    #[doc(hidden)]
    fn traced(&self) -> Traced;
    /// Whether the run goes by the change `id`; `deprecated` when the code knows no other way.
    fn patched(&self, id: &str, deprecated: bool) -> bool;
    /// What is kept with the run.
    fn memo(&self, key: &str) -> Result<Option<Payload>>;
    /// Keeps a value with the run, or none.
    fn set_memo(&self, key: &str, value: Option<Payload>) -> Result<()>;
    /// How many bytes the memo holds besides this key.
    fn memo_bytes(&self, besides: &str) -> usize;
    /// How many bytes the search attributes are besides this one.
    fn search_bytes(&self, besides: &str) -> usize;
    /// Sets a search attribute, or takes it off. The value is of the attribute's kind.
    fn set_search_attribute(
        &self,
        attribute: &'static SearchAttribute,
        value: Option<SearchValue>,
    ) -> Result<()>;
}

/// What was begun: many agents have nothing to wait for, and end there and then.
#[non_exhaustive]
pub enum Begun<T> {
    /// It has ended.
    Ended(T),
    /// It goes on, while it is polled.
    Running(LocalBoxFuture<'static, T>),
}

impl<T> Begun<T> {
    /// Waits for its end.
    pub(super) async fn ended(self) -> T {
        match self {
            Self::Ended(result) => result,
            Self::Running(result) => result.await,
        }
    }
}

/// A call of an agent by a flock.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct AgentCall {
    /// Who.
    pub agent: &'static AgentEntry,
    /// With what.
    pub input: Payload,
    /// How, as far as the call says: most say nothing.
    pub options: Option<Box<CallOptions>>,
    /// What ends it early.
    pub scope: Scope,
    /// Which of the run's steps it is, the same on replay.
    pub step: u64,
    /// What it is part of, in a trace.
    pub(crate) trace: Option<TraceContext>,
}

impl AgentCall {
    /// How, as far as the call says.
    pub(crate) fn options(&self) -> &CallOptions {
        self.options.as_deref().unwrap_or(CallOptions::NONE)
    }
}

/// Where a run's work is told of.
#[derive(Debug, Clone, Default)]
pub struct Traced {
    pub(crate) telemetry: Telemetry,
    /// Who began the run, or the first of those that go on with its work.
    pub(crate) begun_by: Option<TraceContext>,
}

/// What ends a call, a timer or a wait early, besides its being dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Scope {
    /// The end of the run.
    Run,
    /// Nothing.
    Shielded,
}
