//! Runs that do not go on by themselves, and what would help them.

use std::{
    collections::{BTreeMap, HashSet},
    future::IntoFuture,
    time::{Duration, SystemTime},
};

use futures_util::{FutureExt, StreamExt, future::BoxFuture, stream};
use serde::Serialize;

use super::{
    ListRuns, Runtime, SilentRun,
    each::{self, AT_ONCE, PATIENCE, RUNS},
};
use crate::{
    engine::{RunDescription, RunId, RunStatus, Unserved, UnservedReason},
    error::RunError,
    flock::approval::request::ApprovalRequest,
    text::time,
};

/// A worker that is being started polls sooner than this.
const SOON: Duration = Duration::from_secs(10);

/// What a worker that polls has not taken up after so long is told of.
const TURN: Duration = Duration::from_secs(60);

/// A request that waits longer for a person is told of, when nothing is said.
const ASKED: Duration = Duration::from_secs(60 * 60);

/// What was found of runs that do not go on by themselves.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct StuckRuns {
    /// Those runs, with what holds each up: one entry a reason.
    pub stuck: Vec<StuckRun>,
    /// Runs that could not be looked at, each with why.
    pub silent: Vec<SilentRun>,
    /// How many runs were looked at.
    pub looked_at: usize,
    /// Whether more are running.
    pub more: bool,
}

/// A run that does not go on by itself.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct StuckRun {
    /// Which run.
    #[serde(flatten)]
    pub run: RunId,
    /// The flock's name.
    pub flock: String,
    /// The task queue it runs on.
    pub task_queue: String,
    /// When the run started. In JSON, seconds since the Unix epoch.
    #[serde(serialize_with = "time::optional_time")]
    pub started: Option<SystemTime>,
    /// What holds it up.
    #[serde(flatten)]
    pub reason: StuckReason,
}

/// What holds a run up.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "stuck", rename_all = "snake_case")]
#[non_exhaustive]
pub enum StuckReason {
    /// Workers take its workflow task, and fail at it again and again.
    TaskFails {
        /// Who failed, and at what.
        message: String,
    },
    /// The flock, or an agent of it, waits for a worker that does not come.
    NoWorker {
        /// What waits, and where.
        unserved: Unserved,
    },
    /// A person has not answered for long: an approval, a write that was begun and never ended, a budget
    /// that is used up.
    Asks {
        /// What is asked.
        request: Box<ApprovalRequest>,
    },
}

/// A search for stuck runs: set options, then `.await` it.
#[derive(Debug)]
#[must_use = "nothing is looked at until this is awaited"]
pub struct FindStuck {
    runs: ListRuns,
    asked: Duration,
}

impl FindStuck {
    /// Runs of this flock, or of one of these, where it is called again.
    pub fn flock(mut self, name: impl Into<String>) -> Self {
        self.runs = self.runs.flock(name);
        self
    }

    /// Runs that Temporal's [list filter](https://docs.temporal.io/list-filter) lets through.
    pub fn query(mut self, filter: impl Into<String>) -> Self {
        self.runs = self.runs.query(filter);
        self
    }

    /// Looks at so many running runs at most, the newest; 1,000 when left out. Beyond them those whose workflow
    /// tasks fail are found, where the server indexes them (`TemporalReportedProblems`).
    pub fn limit(mut self, runs: usize) -> Self {
        self.runs = self.runs.limit(runs);
        self
    }

    /// Tells of requests that wait for a person for this long; an hour when left out.
    pub fn asked_for(mut self, at_least: Duration) -> Self {
        self.asked = at_least;
        self
    }
}

impl IntoFuture for FindStuck {
    type Output = Result<StuckRuns, RunError>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        self.find().boxed()
    }
}

impl FindStuck {
    async fn find(self) -> Result<StuckRuns, RunError> {
        let (runtime, filter) = (&self.runs.runtime, &self.runs.filter);
        let (mut runs, more) = each::newest(runtime.engine(), filter).await?;
        if more {
            let known: HashSet<_> = runs.iter().map(|run| run.id.clone()).collect();
            let troubled = runtime.engine().troubled(filter).await?;
            runs.extend(troubled.into_iter().filter(|run| !known.contains(&run.id)));
        }
        let mut found = StuckRuns {
            stuck: Vec::new(),
            silent: Vec::new(),
            looked_at: runs.len(),
            more,
        };
        let asked = runs.iter().filter(|run| is_known(runtime, run));
        let unserved = each::unserved(runtime, asked).await;
        let (this, queues) = (&self, &unserved);
        let looked = runs.into_iter().map(|run| async move {
            let reasons = this.reasons(&run, queues).await;
            (run, reasons)
        });
        let mut looked = stream::iter(looked).buffered(AT_ONCE);
        while let Some((run, reasons)) = looked.next().await {
            let RunDescription {
                id,
                flock,
                task_queue,
                started,
                ..
            } = run;
            match reasons {
                Ok(reasons) => found
                    .stuck
                    .extend(reasons.into_iter().map(|reason| StuckRun {
                        run: id.clone(),
                        flock: flock.clone(),
                        task_queue: task_queue.clone(),
                        started,
                        reason,
                    })),
                // It was running a moment ago.
                Err(RunError::NotFound(_) | RunError::Ended(_)) => {}
                Err(error @ RunError::Unreachable { .. }) => return Err(error),
                Err(error) => found.silent.push(SilentRun::new(id, flock, &error)),
            }
        }
        Ok(found)
    }

    /// What holds up `run`.
    async fn reasons(
        &self,
        run: &RunDescription,
        queues: &BTreeMap<String, String>,
    ) -> Result<Vec<StuckReason>, RunError> {
        let runtime = &self.runs.runtime;
        let engine = runtime.engine();
        let described = engine.describe(&run.id).await?;
        if described.status != RunStatus::Running {
            return Ok(Vec::new());
        }
        let mut reasons = Vec::new();
        let fails = described.task_failure;
        reasons.extend(fails.map(|message| StuckReason::TaskFails { message }));
        if let Some(unserved) = engine.unserved(&run.id) {
            let waits = unserved.await?.into_iter().filter(is_stuck);
            reasons.extend(waits.map(|unserved| StuckReason::NoWorker { unserved }));
        }
        // A run whose own task waits cannot be asked anything.
        let is_silent = reasons.iter().any(|reason| match reason {
            StuckReason::NoWorker { unserved } => unserved.agent.is_none(),
            _ => true,
        });
        if is_silent || !is_known(runtime, run) || queues.contains_key(&run.task_queue) {
            return Ok(reasons);
        }
        // Who does not answer in time is busy with something.
        let asks = tokio::time::timeout(PATIENCE, runtime.requests(&run.id)).await;
        let asks = asks.ok().and_then(Result::ok).unwrap_or_default();
        let long_ago = |request: &ApprovalRequest| {
            let waits = SystemTime::now().duration_since(request.opened);
            // A clock that differs from the worker's may put it in the future.
            waits.unwrap_or_default() >= self.asked
        };
        reasons.extend(asks.into_iter().filter(long_ago).map(|request| {
            let request = Box::new(request);
            StuckReason::Asks { request }
        }));
        Ok(reasons)
    }
}

/// Whether this program has the flock, and can ask it.
fn is_known(runtime: &Runtime, run: &RunDescription) -> bool {
    runtime.registry().flock(&run.flock).is_some()
}

/// Whether it waits in vain. What a worker has taken and failed at is told as such.
fn is_stuck(waits: &Unserved) -> bool {
    match waits.reason {
        UnservedReason::TaskFailed { .. } => false,
        _ if waits.is_certain() => waits.waited >= SOON,
        _ => waits.waited >= TURN,
    }
}

impl Runtime {
    /// Looks for runs that do not go on by themselves: those whose workflow task fails again and again, those
    /// that wait for a worker which does not come, and those that ask something of people which nobody answers.
    ///
    /// On the local engine only the last can be. On Temporal each running run is described, and asked what it
    /// waits for where a worker polls its queue.
    ///
    /// ```no_run
    /// # async fn example(runtime: flock::Runtime) -> Result<(), flock::RunError> {
    /// use flock::runtime::StuckReason;
    /// use std::time::Duration;
    ///
    /// let stuck = runtime.stuck().asked_for(Duration::from_secs(4 * 3600)).await?;
    /// for one in stuck.stuck {
    ///     match one.reason {
    ///         StuckReason::TaskFails { message } => println!("{}: {message}", one.run),
    ///         StuckReason::NoWorker { unserved } => println!("{}: {unserved}", one.run),
    ///         StuckReason::Asks { request } => println!("{} asks {}", one.run, request.id),
    ///         _ => {}
    ///     }
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`RunError::Invalid`] for a query that the server cannot read, or for any on the local engine; when the
    /// server cannot be reached. A run that cannot be looked at is named among the silent.
    pub fn stuck(&self) -> FindStuck {
        FindStuck {
            runs: self.list().status(RunStatus::Running).limit(RUNS),
            asked: ASKED,
        }
    }
}
