//! What of a run waits for a worker that does not come.

use std::time::{Duration, SystemTime};

use temporalio_client::{WorkflowDescribeOptions, tonic::Status};
use temporalio_common::protos::temporal::api::{
    deployment::v1::WorkerDeploymentVersion,
    enums::v1::{
        PendingActivityState, PendingWorkflowTaskState, TaskQueueType, VersioningBehavior,
        WorkflowExecutionStatus,
    },
    workflow::v1::{PendingActivityInfo, WorkflowExecutionInfo},
    workflowservice::v1::DescribeWorkflowExecutionResponse,
};

use super::{TemporalEngine, describe::failed_task, pollers};
use crate::{
    engine::{
        RunId, Unserved, UnservedReason,
        temporal::{failure::one_line, history::event::time},
    },
    error::RunError,
    flock::registry::noun,
};

/// A worker that runs takes up what comes sooner than this.
const SOON: Duration = Duration::from_secs(3);

/// An agent whose worker polls may wait for its turn: that is told when it takes long.
const TURN: Duration = Duration::from_secs(15);

/// So many agents of a run are looked at.
const AGENTS: usize = 8;

/// What waits in `run`, or in the latest run that has gone on with its work.
pub(crate) async fn of_run(
    engine: &TemporalEngine,
    run: &RunId,
) -> Result<Vec<Unserved>, RunError> {
    let described = describe(engine, run).await?;
    match status(&described) {
        WorkflowExecutionStatus::Running => waiting(engine, &described).await,
        WorkflowExecutionStatus::ContinuedAsNew if !run.run_id.is_empty() => {
            let latest = describe(engine, &RunId::latest(run.workflow_id.as_str())).await?;
            match status(&latest) {
                WorkflowExecutionStatus::Running => waiting(engine, &latest).await,
                _ => Ok(Vec::new()),
            }
        }
        _ => Ok(Vec::new()),
    }
}

async fn describe(
    engine: &TemporalEngine,
    run: &RunId,
) -> Result<DescribeWorkflowExecutionResponse, RunError> {
    let described = engine
        .handle(run)
        .describe(WorkflowDescribeOptions::default())
        .await
        .map_err(|error| engine.interaction(run, error))?;
    Ok(described.raw().clone())
}

fn status(described: &DescribeWorkflowExecutionResponse) -> WorkflowExecutionStatus {
    let info = described.workflow_execution_info.as_ref();
    info.map_or(WorkflowExecutionStatus::Unspecified, |info| info.status())
}

async fn waiting(
    engine: &TemporalEngine,
    described: &DescribeWorkflowExecutionResponse,
) -> Result<Vec<Unserved>, RunError> {
    let info = described
        .workflow_execution_info
        .clone()
        .unwrap_or_default();
    let pinned = pinned(&info);
    let mut found = Vec::new();
    if let Some(task) = &described.pending_workflow_task {
        let waited = since(task.scheduled_time.as_ref());
        let waits = task.state() == PendingWorkflowTaskState::Scheduled && waited >= SOON;
        let failed = match task.attempt > 1 {
            true => refusal(engine, &info).await,
            false => None,
        };
        let reason = match failed {
            Some(reason) => Some(reason),
            None if waits => {
                let kind = TaskQueueType::Workflow;
                reason(engine, &info.task_queue, kind, pinned.as_ref()).await?
            }
            None => None,
        };
        let queue = info.task_queue.as_str();
        found.extend(reason.map(|reason| unserved(engine, queue, None, waited, reason)));
    }
    let mut agents = Vec::new();
    for activity in &described.pending_activities {
        let agent = activity.activity_type.clone().unwrap_or_default().name;
        let queue = queue_of(activity, &info);
        let waited = since(activity.scheduled_time.as_ref());
        if !is_due(activity) || waited < SOON || agents.contains(&(agent.clone(), queue.clone())) {
            continue;
        }
        let kind = TaskQueueType::Activity;
        let reason = reason(engine, &queue, kind, pinned.as_ref()).await?;
        // Its worker may be at work for others.
        let turn = |reason: &UnservedReason| match reason {
            UnservedReason::Silent { .. } => waited >= TURN,
            _ => true,
        };
        if let Some(reason) = reason.filter(turn) {
            found.push(unserved(
                engine,
                &queue,
                Some(agent.clone()),
                waited,
                reason,
            ));
        }
        agents.push((agent, queue));
        if agents.len() == AGENTS {
            break;
        }
    }
    Ok(found)
}

/// Why nobody would take up what comes on `queue` now.
pub(crate) async fn of_queue(engine: &TemporalEngine, queue: &str) -> Option<Unserved> {
    let reason = reason(engine, queue, TaskQueueType::Workflow, None).await;
    let reason = reason.ok().flatten()?;
    Some(unserved(engine, queue, None, Duration::ZERO, reason))
}

/// None where the server does not let this program ask.
async fn reason(
    engine: &TemporalEngine,
    queue: &str,
    kind: TaskQueueType,
    pinned: Option<&WorkerDeploymentVersion>,
) -> Result<Option<UnservedReason>, RunError> {
    use temporalio_client::tonic::Code::{PermissionDenied, Unimplemented};

    let looked: Result<_, Status> = pollers::look(engine.client(), queue, kind).await;
    match looked {
        Ok(polled) => Ok(Some(polled.reason(pinned))),
        Err(status) if matches!(status.code(), PermissionDenied | Unimplemented) => Ok(None),
        Err(status) => Err(engine.fault(&status)),
    }
}

fn unserved(
    engine: &TemporalEngine,
    queue: &str,
    agent: Option<String>,
    waited: Duration,
    reason: UnservedReason,
) -> Unserved {
    let named = engine
        .named_queues()
        .get(queue)
        .is_some_and(|serves| match &agent {
            Some(_) => serves.agents,
            None => serves.flocks,
        });
    Unserved {
        task_queue: queue.to_owned(),
        tool: agent.as_deref().is_some_and(|agent| noun(agent) == "tool"),
        agent,
        waited,
        named,
        reason,
    }
}

/// What the last worker said that failed the task at hand.
async fn refusal(engine: &TemporalEngine, info: &WorkflowExecutionInfo) -> Option<UnservedReason> {
    let execution = info.execution.clone()?;
    let failed = failed_task(engine.client(), execution).await;
    let (identity, failure) = failed.ok().flatten()?;
    Some(UnservedReason::TaskFailed {
        identity,
        message: one_line(failure.as_ref()),
    })
}

/// The build that a run stays on.
fn pinned(info: &WorkflowExecutionInfo) -> Option<WorkerDeploymentVersion> {
    let versioning = info.versioning_info.as_ref()?;
    let stays = versioning.behavior() == VersioningBehavior::Pinned;
    versioning.deployment_version.clone().filter(|_| stays)
}

fn queue_of(activity: &PendingActivityInfo, info: &WorkflowExecutionInfo) -> String {
    let options = activity.activity_options.as_ref();
    let own = options.and_then(|options| options.task_queue.as_ref());
    let own = own.map(|queue| queue.name.clone());
    own.filter(|name| !name.is_empty())
        .unwrap_or_else(|| info.task_queue.clone())
}

/// Whether it waits for a worker, and not for its next attempt to be due.
fn is_due(activity: &PendingActivityInfo) -> bool {
    let next = time(activity.next_attempt_schedule_time.as_ref());
    activity.state() == PendingActivityState::Scheduled
        && !activity.paused
        && next.is_none_or(|next| next <= SystemTime::now())
}

/// A clock that differs from the server's may put it in the future.
fn since<T: Copy>(at: Option<&T>) -> Duration
where
    SystemTime: TryFrom<T>,
{
    let since = time(at).and_then(|at| SystemTime::now().duration_since(at).ok());
    since.unwrap_or_default()
}
