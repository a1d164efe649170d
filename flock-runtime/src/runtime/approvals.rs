//! Requests to people, over all runs.

use std::{collections::BTreeMap, future::IntoFuture};

use futures_util::{FutureExt, StreamExt, future::BoxFuture, stream};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    FlockHandle, Runtime,
    each::{self, AT_ONCE, PATIENCE, RUNS},
    waiting,
};
use crate::{
    engine::{RunDescription, RunFilter, RunId, RunStatus},
    error::RunError,
    flock::{
        approval::request::{Answer, ApprovalRequest},
        handler::{ANSWER, STATUS},
    },
    value::{duration, payload::Payload},
};

/// The open approvals: every request that waits for a person.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct OpenApprovals {
    /// The requests, those of the newest runs first.
    pub open: Vec<OpenApproval>,
    /// Runs that did not say what they wait for: no worker serves them.
    pub silent: Vec<SilentRun>,
    /// Whether there are more runs than were asked.
    pub more: bool,
}

/// An open approval: a request to a person, and the run that waits.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct OpenApproval {
    /// Which run.
    #[serde(flatten)]
    pub run: RunId,
    /// The flock's name.
    pub flock: String,
    /// What is asked.
    #[serde(flatten)]
    pub request: ApprovalRequest,
}

/// A run that did not say what it waits for.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct SilentRun {
    /// Which run.
    #[serde(flatten)]
    pub run: RunId,
    /// The flock's name.
    pub flock: String,
    /// Why.
    pub reason: String,
}

impl SilentRun {
    pub(super) fn new(run: RunId, flock: String, why: &RunError) -> Self {
        Self {
            run,
            flock,
            reason: why.to_string(),
        }
    }
}

/// A list of open approvals to be asked for: set options, then `.await` it.
#[derive(Debug)]
#[must_use = "nothing is asked until this is awaited"]
pub struct ListApprovals {
    runtime: Runtime,
    runs: usize,
}

impl ListApprovals {
    /// Asks so many runs at most, the newest; 1,000 when left out.
    pub fn runs(mut self, limit: usize) -> Self {
        self.runs = limit;
        self
    }
}

impl IntoFuture for ListApprovals {
    type Output = Result<OpenApprovals, RunError>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        async move {
            let flocks = self.runtime.registry().flocks();
            let flocks = flocks
                .map(|flock| flock.descriptor.name.to_owned())
                .collect();
            let engine = self.runtime.engine();
            let filter = RunFilter {
                flocks: Some(flocks),
                status: Some(RunStatus::Running),
                limit: self.runs,
                ..RunFilter::default()
            };
            let (runs, more) = each::newest(engine, &filter).await?;
            let mut found = OpenApprovals {
                open: Vec::new(),
                silent: Vec::new(),
                more,
            };
            let unserved = each::unserved(&self.runtime, &runs).await;
            let asked = runs
                .into_iter()
                .map(|run| ask(&self.runtime, &unserved, run));
            let mut answers = stream::iter(asked).buffered(AT_ONCE);
            while let Some((run, answer)) = answers.next().await {
                let (id, flock) = (run.id, run.flock);
                match answer {
                    Ok(requests) => found.open.extend(requests.into_iter().map(|request| {
                        let (run, flock) = (id.clone(), flock.clone());
                        OpenApproval {
                            run,
                            flock,
                            request,
                        }
                    })),
                    // It was there a moment ago.
                    Err(RunError::NotFound(_)) => {}
                    Err(error @ RunError::Unreachable { .. }) => return Err(error),
                    Err(error) => found.silent.push(SilentRun::new(id, flock, &error)),
                }
            }
            Ok(found)
        }
        .boxed()
    }
}

async fn ask(
    runtime: &Runtime,
    unserved: &BTreeMap<String, String>,
    run: RunDescription,
) -> (RunDescription, Result<Vec<ApprovalRequest>, RunError>) {
    if let Some(nobody) = unserved.get(&run.task_queue) {
        return (run, Err(RunError::Engine(nobody.clone())));
    }
    let answer = tokio::time::timeout(PATIENCE, runtime.requests(&run.id)).await;
    let silent = |_| {
        RunError::Engine(format!(
            "no answer within {} from task queue `{}`: its worker is busy, or gone",
            duration::display(PATIENCE),
            run.task_queue
        ))
    };
    let answer = answer.map_err(silent).flatten();
    (run, answer)
}

/// The part of a run's `status` that tells of open requests.
#[derive(Deserialize)]
struct Waiting {
    #[serde(default)]
    approvals: Vec<ApprovalRequest>,
}

impl Runtime {
    /// Lists the open approvals: every request that waits for a person, over the running flocks of this
    /// program.
    ///
    /// ```no_run
    /// # async fn example(runtime: flock::Runtime) -> Result<(), flock::RunError> {
    /// use flock::Answer;
    ///
    /// for one in runtime.approvals().await?.open {
    ///     println!("{} {}: {}", one.run, one.request.id, one.request.payload);
    ///     let answer = Answer::approve().by("ann");
    ///     runtime.answer(&one.run, &one.request.id, answer).await?;
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// When the engine cannot be reached. A run that does not answer is named among the silent.
    pub fn approvals(&self) -> ListApprovals {
        ListApprovals {
            runtime: self.clone(),
            runs: RUNS,
        }
    }

    /// Answers an open approval of any run.
    ///
    /// # Errors
    /// As [`FlockHandle::answer`].
    pub async fn answer(&self, run: &RunId, id: &str, answer: Answer) -> Result<(), RunError> {
        let message = answer
            .message(id)
            .and_then(|message| Payload::encode(&message));
        let message = message.map_err(|error| RunError::value(&error))?;
        self.engine().update(run, ANSWER, message).await.map(drop)
    }

    /// What a run tells of itself.
    pub(crate) async fn status(&self, run: &RunId) -> Result<Value, RunError> {
        let answer = self.engine().query(run, STATUS, nothing()).await?;
        answer.decode().map_err(|error| RunError::value(&error))
    }

    /// What a run asks of people.
    pub(crate) async fn requests(&self, run: &RunId) -> Result<Vec<ApprovalRequest>, RunError> {
        let answer = self.engine().query(run, STATUS, nothing()).await?;
        let waiting = answer.decode::<Waiting>();
        let waiting = waiting.map_err(|error| RunError::value(&error))?;
        Ok(waiting.approvals)
    }
}

impl<F> FlockHandle<F> {
    /// Answers an open approval of the run, by its id, such as `publish-1`.
    ///
    /// # Errors
    /// [`RunError::Refused`], which leaves no trace in the run, when there is no such request or it
    /// has been answered, when its deadline has passed, when whoever answers may not, when the
    /// answer is of another type or names an option that was not offered; [`RunError::Ended`] when
    /// the run has ended; [`RunError::NoWorker`] when no worker has polled the run's task queue for ten
    /// seconds; when there is no such run, or the server cannot be reached.
    pub async fn answer(&self, id: &str, answer: Answer) -> Result<(), RunError> {
        let (runtime, run) = (self.runtime(), self.latest());
        let answered = runtime.answer(&run, id, answer);
        waiting::answered(runtime.engine(), &run, answered).await
    }

    /// The open approvals of the run: what it asks of people.
    ///
    /// # Errors
    /// When there is no such run, or the server cannot be reached; [`RunError::NoWorker`] when no worker
    /// has polled the run's task queue for ten seconds.
    pub async fn approvals(&self) -> Result<Vec<ApprovalRequest>, RunError> {
        let (runtime, run) = (self.runtime(), self.latest());
        waiting::answered(runtime.engine(), &run, runtime.requests(&run)).await
    }

    /// The status of the run, as the built-in `status` query answers: what it shows with
    /// [`set_status`](crate::FlockContext::set_status), its newest steps, signals that wait, open
    /// requests and what became of the last ones.
    ///
    /// # Errors
    /// When there is no such run, or the server cannot be reached; [`RunError::NoWorker`] when no worker
    /// has polled the run's task queue for ten seconds.
    pub async fn status(&self) -> Result<Value, RunError> {
        let (runtime, run) = (self.runtime(), self.latest());
        waiting::answered(runtime.engine(), &run, runtime.status(&run)).await
    }
}

fn nothing() -> Payload {
    Payload::from_json("null")
}
