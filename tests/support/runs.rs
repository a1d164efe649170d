//! What tests ask of a run.

use std::{path::Path, time::Duration};

use flock::{
    __private::futures_util::StreamExt,
    ApprovalRequest, Flock, FlockHandle, Runtime,
    engine::{AgentStep, RunStatus, StepPhase},
};

use super::{Process, agent_steps, traces, until_some};

/// The request that the run waits with.
pub(crate) async fn asked<F: Flock>(run: &FlockHandle<F>) -> ApprovalRequest {
    until_some("a request is open", async || {
        // A worker of the test's own may take a while to begin.
        run.approvals().await.ok()?.into_iter().next()
    })
    .await
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
