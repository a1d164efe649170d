//! Runs that do not go on by themselves, and what would help them.

use std::{
    collections::HashSet,
    future::IntoFuture,
    time::{Duration, SystemTime},
};

use futures_util::{FutureExt, StreamExt, future::BoxFuture, stream};
use serde::Serialize;

use super::Runtime;
use crate::{
    engine::{RunDescription, RunFilter, RunId, RunStatus, Unserved, UnservedReason},
    error::RunError,
    flock::approval::request::ApprovalRequest,
    text::time,
};

/// So many runs are looked at when nothing is said.
const RUNS: usize = 1_000;

/// So many are looked at at a time.
const AT_ONCE: usize = 16;

/// A run that has not answered after so long has no worker, or one that is busy.
const ANSWER: Duration = Duration::from_secs(10);

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
    runtime: Runtime,
    filter: RunFilter,
    asked: Duration,
}

impl FindStuck {
    /// Runs of this flock, or of one of these, where it is called again.
    pub fn flock(mut self, name: impl Into<String>) -> Self {
        self.filter.flocks.get_or_insert_default().push(name.into());
        self
    }

    /// Runs that Temporal's [list filter](https://docs.temporal.io/list-filter) lets through.
    pub fn query(mut self, filter: impl Into<String>) -> Self {
        self.filter.query = Some(filter.into());
        self
    }

    /// Looks at so many running runs at most, the newest; 1,000 when left out. Beyond them those whose workflow
    /// tasks fail are found, where the server indexes them (`TemporalReportedProblems`).
    pub fn limit(mut self, runs: usize) -> Self {
        self.filter.limit = runs;
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
        let engine = self.runtime.engine();
        let mut filter = self.filter.clone();
        filter.status = Some(RunStatus::Running);
        // One more tells whether there are more.
        filter.limit = self.filter.limit.saturating_add(1);
        let mut runs = engine.list(&filter).await?;
        let more = runs.len() > self.filter.limit;
        runs.truncate(self.filter.limit);
        if more {
            filter.limit = self.filter.limit;
            let known: HashSet<_> = runs.iter().map(|run| run.id.clone()).collect();
            let troubled = engine.troubled(&filter).await?;
            runs.extend(troubled.into_iter().filter(|run| !known.contains(&run.id)));
        }
        let looked_at = runs.len();
        let looked = runs.into_iter().map(|run| self.look(run));
        let mut looked = stream::iter(looked).buffered(AT_ONCE);
        let mut stuck = Vec::new();
        while let Some(found) = looked.next().await {
            stuck.extend(found?);
        }
        Ok(StuckRuns {
            stuck,
            looked_at,
            more,
        })
    }

    /// What holds up `run`.
    async fn look(&self, run: RunDescription) -> Result<Vec<StuckRun>, RunError> {
        let stuck = |reason| StuckRun {
            run: run.id.clone(),
            flock: run.flock.clone(),
            task_queue: run.task_queue.clone(),
            started: run.started,
            reason,
        };
        let reasons = match self.reasons(&run).await {
            // It was running a moment ago.
            Err(RunError::NotFound(_) | RunError::Ended(_)) => Vec::new(),
            reasons => reasons?,
        };
        Ok(reasons.into_iter().map(stuck).collect())
    }

    async fn reasons(&self, run: &RunDescription) -> Result<Vec<StuckReason>, RunError> {
        let engine = self.runtime.engine();
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
        let is_known = self.runtime.registry().flock(&run.flock).is_some();
        if is_silent || !is_known || self.is_unserved(&run.task_queue).await {
            return Ok(reasons);
        }
        // Who does not answer in time is busy with something.
        let asks = tokio::time::timeout(ANSWER, self.runtime.requests(&run.id)).await;
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

    async fn is_unserved(&self, queue: &str) -> bool {
        let found = self.runtime.engine().queue_unserved(queue).await;
        found.is_some_and(|found| found.is_certain())
    }
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
    /// server cannot be reached.
    pub fn stuck(&self) -> FindStuck {
        FindStuck {
            runtime: self.clone(),
            filter: RunFilter {
                limit: RUNS,
                ..RunFilter::default()
            },
            asked: ASKED,
        }
    }
}
