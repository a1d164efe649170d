//! What tests ask of a run.

use std::{path::Path, time::Duration};

use flock::{
    __private::futures_util::StreamExt,
    ApprovalRequest, Flock, FlockHandle, Runtime,
    engine::{AgentStep, RunId, RunStatus, StepPhase, temporal::ConnectOptions},
    payload::Payload,
    registry::{AgentEntry, FlockEntry, Registry},
};
use serde_json::Value;
use tokio::{sync::oneshot, task::JoinHandle};

use super::{Process, address, agent_steps, builder, traces, until_some};

/// A worker at work in this process.
pub(crate) struct AtWork(oneshot::Sender<()>, JoinHandle<()>);

impl AtWork {
    pub(crate) fn of(runtime: &Runtime, queue: &str) -> Self {
        let (stop, stopped) = oneshot::channel();
        let worker = runtime
            .worker()
            .task_queue(queue)
            .grace_period(Duration::ZERO);
        let at_work = tokio::spawn(async move {
            let stopped = async { stopped.await.unwrap_or_default() };
            worker.run(stopped).await.unwrap();
        });
        Self(stop, at_work)
    }

    /// A worker of a program that has these, and nothing else.
    pub(crate) async fn program(
        queue: &str,
        agents: &[&'static AgentEntry],
        flocks: &[&'static FlockEntry],
    ) -> Self {
        let registry = Registry::new(agents.iter().copied(), flocks.iter().copied()).unwrap();
        let options = ConnectOptions::default().address(address().await);
        let runtime = builder().registry(registry).connect(options).await.unwrap();
        Self::of(&runtime, queue)
    }

    pub(crate) async fn stop(self) {
        let _ = self.0.send(());
        self.1.await.unwrap();
    }
}

/// Waits until the server knows that so many steps of the run are done: no worker that dies has them done again.
pub(crate) async fn are_done(runtime: &Runtime, run: &RunId, count: usize) {
    let is_done = |step: &AgentStep| matches!(step.phase, StepPhase::Completed { .. });
    let steps = agent_steps(runtime, run).await;
    let done = steps.filter(|step| std::future::ready(is_done(step)));
    let done = done.take(count).count().await;
    assert_eq!(done, count, "the run has ended before");
}

/// What [`stuck`] panics with where the first attempt at the task ran out of its time.
pub(super) const SLOW: &str = "nobody failed at the run's task in time";

/// Waits until the run's workflow task fails with `message`, and gives all that is said of it.
///
/// Of a task the server hears the first failure alone. One that it gave to a worker which had just stopped has failed
/// before, as has one that a busy machine held up for ten seconds: a run that is to be stuck wants a queue on which no
/// worker stopped, in a test that may begin anew (`test_stuck`).
pub(crate) async fn stuck(runtime: &Runtime, run: &RunId, message: &str) -> String {
    until_some(message, async || {
        let run = runtime.engine().describe(run).await.unwrap();
        let failure = run.task_failure?;
        assert!(!failure.contains("its task runs out of time"), "{SLOW}");
        Some(failure).filter(|failure| failure.contains(message))
    })
    .await
}

/// Waits until six agents of the run wait for a worker.
pub(crate) async fn six_wait(runtime: &Runtime, run: &RunId) {
    until_some("six agents that wait", async || {
        let described = runtime.engine().describe(run).await.ok()?;
        (described.running.len() == 6).then_some(())
    })
    .await;
}

/// The request that the run waits with.
pub(crate) async fn asked<F: Flock>(run: &FlockHandle<F>) -> ApprovalRequest {
    until_some("a request is open", async || {
        // A worker of the test's own may take a while to begin.
        run.approvals().await.ok()?.into_iter().next()
    })
    .await
}

/// What the run's flock says of itself; nothing where no worker answers for it.
pub(crate) async fn status_of(runtime: &Runtime, run: &RunId) -> Option<Value> {
    let nothing = Payload::from_json("null");
    let status = runtime.engine().query(run, "status", nothing).await.ok()?;
    status.decode().ok()
}

/// The agents' steps that were completed, to the run's end.
pub(crate) async fn completed<F: Flock>(runtime: &Runtime, run: &FlockHandle<F>) -> Vec<AgentStep> {
    let steps = agent_steps(runtime, run.id()).await;
    let is_done = |step: &AgentStep| matches!(step.phase, StepPhase::Completed { .. });
    let done = steps.filter(|step| std::future::ready(is_done(step)));
    done.collect().await
}

/// How long that may take: each worker has to start first, on a machine that has other work too.
pub(crate) const MANY_WORKERS: Duration = Duration::from_secs(900);

/// Kills a worker at each event that comes, until the run is over. What was answered is not asked again: once
/// the next thing has begun, of which `phase` says which it is, none of what came before it begins anew.
pub(crate) async fn killed_at_every_boundary<F: Flock>(
    (runtime, address): (&Runtime, &str),
    run: &FlockHandle<F>,
    queue: &str,
    file: &Path,
    phase: impl Fn(&str) -> u32,
) {
    let (mut kills, mut events) = (0, 0);
    while run.describe().await.unwrap().status == RunStatus::Running {
        let mut worker = Process::worker(address, queue);
        events = until_some("another event", async || {
            // There is none before a worker has taken the run up.
            let history = runtime.history(run.id()).await.ok()?;
            Some(history.len()).filter(|len| *len > events)
        })
        .await;
        worker.kill().await;
        kills += 1;
        assert!(kills < 60, "it gets on: {:?}", traces(file));
    }
    let phases: Vec<_> = traces(file).iter().map(|line| phase(line)).collect();
    assert!(
        phases.is_sorted(),
        "after {kills} kills: {:?}",
        traces(file)
    );
}
