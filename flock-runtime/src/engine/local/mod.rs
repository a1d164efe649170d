//! The engine in this process: tokio, in memory, no server.
//!
//! Same rules as on Temporal for retries, limits, errors and cancellation; nothing survives the
//! process.
//!
//! A start makes a `run`, kept in the table of `runs`, and its `execution`, which it shares with the runs
//! that go on with its work. `driver` takes it from start to end on a thread of `executor`, within its
//! `limits`. What its body asks for comes to `backend`: an agent's `call`, with its `options` and one
//! `attempt` after another; `conditions` that are waited for; `children`; all of it until `cancellation`.
//! What is sent to a run waits in its `inbox` until `handlers` take it. What happens is in the `log` of
//! the execution, for whoever is `following`; who is `waiting` for an execution is woken by what it waits
//! for. `metadata` is its memo and search attributes, `shutdown` the end of all.

mod attempt;
mod backend;
mod call;
mod cancellation;
mod children;
mod conditions;
mod driver;
mod execution;
mod executor;
mod following;
mod handlers;
mod inbox;
mod limits;
mod log;
mod metadata;
mod options;
mod run;
mod runs;
mod said;
mod shutdown;
mod waiting;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, SystemTime},
};

use futures_util::{
    FutureExt, StreamExt,
    future::BoxFuture,
    stream::{self, BoxStream},
};
use tokio::{runtime::Handle, time::Instant};

use self::{
    executor::Executor,
    inbox::{Message, Reply},
    limits::Limits,
    options::KnownOptions,
    run::Run,
    runs::{Added, Runs},
    said::Said,
};
use super::{Engine, Hold, RunDescription, RunFilter, RunId, StartRequest};
use crate::{
    engine::program::Parts,
    error::{Result, RunError},
    flock::{approval::request::ApprovalRequest, event::StepEvent},
    value::payload::Payload,
};

/// Runs flocks in this process.
///
/// A flock's body runs on one of a few threads of the engine's own, since flocks need not be
/// `Send`; its agents run on the tokio runtime that the start was called on, after a first look on the
/// flock's thread: what computes for long without an `.await` belongs in `spawn_blocking`.
///
/// It ends with the last [`Runtime`](crate::Runtime) and handle on it, and its runs with it, wherever
/// they stand.
#[derive(Debug)]
pub struct LocalEngine {
    shared: Arc<Shared>,
}

/// What the runs of an engine have in common.
#[derive(Debug)]
struct Shared {
    parts: Parts,
    clock: Clock,
    runs: Runs,
    executor: Executor,
    options: KnownOptions,
    /// No more runs are started, but for the children of those that go on.
    closing: AtomicBool,
}

/// Where a flock's `now()` comes from.
#[derive(Debug)]
enum Clock {
    Wall,
    /// Tokio's clock, which tests pause and tokio then moves on by itself.
    Tokio {
        epoch: SystemTime,
        start: Instant,
    },
}

impl Clock {
    fn now(&self) -> SystemTime {
        match self {
            Self::Wall => SystemTime::now(),
            Self::Tokio { epoch, start } => *epoch + start.elapsed(),
        }
    }
}

impl LocalEngine {
    /// An engine with threads of its own, for programs.
    pub fn new(parts: Parts) -> Self {
        Self::with(parts, Clock::Wall, Executor::threads())
    }

    /// An engine on the current thread's [`LocalSet`](tokio::task::LocalSet) and tokio's clock, for
    /// tests: see `testing::with_virtual_clock`.
    #[cfg_attr(not(feature = "testing"), allow(dead_code, reason = "for tests"))]
    pub(crate) fn on_this_thread(parts: Parts, epoch: SystemTime) -> Self {
        let clock = Clock::Tokio {
            epoch,
            start: Instant::now(),
        };
        Self::with(parts, clock, Executor::Here)
    }

    fn with(parts: Parts, clock: Clock, executor: Executor) -> Self {
        let shared = Shared {
            parts,
            clock,
            runs: Runs::default(),
            executor,
            options: KnownOptions::default(),
            closing: AtomicBool::new(false),
        };
        Self {
            shared: Arc::new(shared),
        }
    }

    fn find(&self, run: &RunId) -> Result<Arc<Run>, RunError> {
        self.shared
            .runs
            .find(run)
            .ok_or_else(|| RunError::NotFound(run.to_string()))
    }

    /// A run that has not ended, nor the one that went on with its work.
    fn going_on(&self, run: &RunId) -> Result<Arc<Run>, RunError> {
        let run = self.find(run)?;
        match run.execution.has_ended() {
            true => Err(RunError::Ended(run.id.workflow_id.clone())),
            false => Ok(run),
        }
    }

    fn ask<'a>(
        &'a self,
        run: &'a RunId,
        message: impl FnOnce(Reply) -> Message + Send + 'a,
    ) -> BoxFuture<'a, Result<Payload, RunError>> {
        async move { self.find(run)?.ask(message).await }.boxed()
    }
}

impl Engine for LocalEngine {
    fn name(&self) -> &'static str {
        "local"
    }

    fn start(&self, request: StartRequest) -> BoxFuture<'_, Result<RunId, RunError>> {
        async move {
            let handle = Handle::try_current().map_err(|_| {
                RunError::Engine("the local engine needs a tokio runtime around it".into())
            })?;
            if self.shared.closing.load(Ordering::SeqCst) {
                return Err(RunError::ShuttingDown);
            }
            let now = self.shared.clock.now();
            let options = request.flock.descriptor.options;
            let limits = Limits::new(options.timeout, options.run_timeout);
            let streamed = request.options.streamed;
            let (run, messages, run_input) = match self.shared.runs.add(request, limits, now)? {
                Added::New(run, messages, run_input) => (run, messages, run_input),
                Added::Existing(id) => return Ok(id),
            };
            if streamed {
                run.execution.said(Said::expect);
            }
            let id = RunId::clone(&run.id);
            self.shared.begin(run, messages, run_input, handle)?;
            Ok(id)
        }
        .boxed()
    }

    fn result<'a>(&'a self, run: &'a RunId) -> BoxFuture<'a, Result<Payload, RunError>> {
        async move {
            // Not the run: it would be kept for as long as somebody waits.
            let execution = Arc::clone(&self.find(run)?.execution);
            execution.outcome().await
        }
        .boxed()
    }

    fn describe<'a>(&'a self, run: &'a RunId) -> BoxFuture<'a, Result<RunDescription, RunError>> {
        async move { Ok(self.find(run)?.describe()) }.boxed()
    }

    fn cancel<'a>(
        &'a self,
        run: &'a RunId,
        reason: &'a str,
    ) -> BoxFuture<'a, Result<(), RunError>> {
        async move {
            self.going_on(run)?.execution.cancel(reason);
            Ok(())
        }
        .boxed()
    }

    fn signal<'a>(
        &'a self,
        run: &'a RunId,
        name: &'a str,
        message: Payload,
    ) -> BoxFuture<'a, Result<(), RunError>> {
        async move {
            let run = self.find(run)?;
            let (signal, taken) = Message::signal(name, message);
            run.send(signal)?;
            // Not taken: the run ended first.
            let ended = |_| RunError::Ended(run.id.workflow_id.clone());
            taken.await.map_err(ended)
        }
        .boxed()
    }

    fn query<'a>(
        &'a self,
        run: &'a RunId,
        name: &'a str,
        message: Payload,
    ) -> BoxFuture<'a, Result<Payload, RunError>> {
        async move { self.find(run)?.query(name, message).await }.boxed()
    }

    fn update<'a>(
        &'a self,
        run: &'a RunId,
        name: &'a str,
        message: Payload,
    ) -> BoxFuture<'a, Result<Payload, RunError>> {
        self.ask(run, move |reply| Message::Update {
            name: name.to_owned(),
            message,
            reply,
        })
    }

    fn terminate<'a>(
        &'a self,
        run: &'a RunId,
        reason: &'a str,
    ) -> BoxFuture<'a, Result<(), RunError>> {
        async move {
            self.going_on(run)?.execution.terminate(reason);
            Ok(())
        }
        .boxed()
    }

    fn list<'a>(
        &'a self,
        filter: &'a RunFilter,
    ) -> BoxFuture<'a, Result<Vec<RunDescription>, RunError>> {
        async move {
            match filter.query {
                Some(_) => Err(RunError::Invalid(
                    "the local engine keeps no index to query: list by flock and status alone"
                        .into(),
                )),
                None => Ok(self.shared.runs.newest(filter)),
            }
        }
        .boxed()
    }

    fn steps<'a>(
        &'a self,
        run: &'a RunId,
    ) -> BoxFuture<'a, Result<BoxStream<'static, StepEvent>, RunError>> {
        async move {
            let run = self.find(run)?;
            Ok(following::steps(Arc::clone(&run.execution), run.before).boxed())
        }
        .boxed()
    }

    fn streamed<'a>(
        &'a self,
        run: &'a RunId,
        _: bool,
    ) -> BoxFuture<'a, Result<BoxStream<'static, StepEvent>, RunError>> {
        async move {
            let run = self.find(run)?;
            Ok(following::streamed(Arc::clone(&run.execution), run.before).boxed())
        }
        .boxed()
    }

    fn shut_down(&self, grace: Duration) -> BoxFuture<'_, Vec<RunId>> {
        self.shared.shut_down(grace).boxed()
    }

    fn requests(&self, run: &RunId) -> BoxStream<'static, Vec<ApprovalRequest>> {
        match self.find(run) {
            Ok(run) => following::requests(Arc::clone(&run.execution)).boxed(),
            Err(_) => stream::empty().boxed(),
        }
    }

    fn hold(&self, run: &RunId) -> Option<Hold> {
        let run = self.find(run).ok()?;
        Some(Hold(run))
    }
}

impl Drop for LocalEngine {
    fn drop(&mut self) {
        self.shared.executor.stop();
    }
}
