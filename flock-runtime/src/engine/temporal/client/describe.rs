//! The server's descriptions as ours.

use temporalio_client::{
    Client, NamespacedClient,
    tonic::{IntoRequest, Status},
};
use temporalio_common::protos::temporal::api::{
    common::v1::{Memo, Payload as Proto, WorkflowExecution},
    enums::v1::{PendingActivityState, TaskQueueType, WorkflowExecutionStatus},
    failure::v1::Failure,
    workflow::v1::{PendingActivityInfo, WorkflowExecutionInfo},
    workflowservice::v1::{
        DescribeNamespaceRequest, DescribeWorkflowExecutionResponse, GetSystemInfoRequest,
        GetWorkflowExecutionHistoryReverseRequest,
    },
};

use super::pollers;
use crate::{
    engine::{
        RunDescription, RunId, RunStatus, RunningStep, TaskQueueHealth,
        temporal::{
            failure::one_line,
            history::event::{Event, What, time},
            wire,
            worker::lost_workers::Count,
            workflow::continue_as_new::NOTHING,
        },
    },
    flock::DESCRIPTOR,
};

/// A run, as `describe` tells of it.
pub(crate) fn run(response: &DescribeWorkflowExecutionResponse, asked: &RunId) -> RunDescription {
    let info = response.workflow_execution_info.as_ref();
    let mut run = info.map_or_else(
        || RunDescription::new(asked.clone(), "", RunStatus::Running),
        listed,
    );
    // An agent that the flock has given up, or the run with it, is at work for nobody.
    let given_up =
        |activity: &&PendingActivityInfo| activity.state() == PendingActivityState::CancelRequested;
    let mut pending: Vec<_> = response.pending_activities.iter().collect();
    // In the order of their calls, which their ids count.
    pending.sort_by_key(|activity| activity.activity_id.parse().unwrap_or(u64::MAX));
    let pending = pending.into_iter().filter(|one| !given_up(one));
    let steps = pending.map(|activity| {
        let count = Count::pending(activity);
        let failure = activity.last_failure.as_ref();
        let mut step = RunningStep::new(
            activity.activity_type.clone().unwrap_or_default().name,
            count.attempt,
            failure.map(|failure| one_line(Some(failure))),
        );
        step.lost_workers = count.lost;
        step
    });
    // The server remembers what was at work when a run was cancelled or terminated.
    if run.status == RunStatus::Running {
        run.running = steps.collect();
    }
    run
}

/// A run, as `list` tells of it.
pub(crate) fn listed(info: &WorkflowExecutionInfo) -> RunDescription {
    let execution = info.execution.clone().unwrap_or_default();
    let id = RunId {
        workflow_id: execution.workflow_id,
        run_id: execution.run_id,
    };
    let flock = info.r#type.clone().unwrap_or_default().name;
    let mut run = RunDescription::new(id, flock, status(info.status()));
    run.task_queue.clone_from(&info.task_queue);
    run.started = time(info.start_time.as_ref());
    run.ended = time(info.close_time.as_ref());
    let counted = |count: i64| u64::try_from(count).ok().filter(|count| *count > 0);
    run.history_events = counted(info.history_length);
    run.history_bytes = counted(info.history_size_bytes);
    let Memo { fields } = info.memo.clone().unwrap_or_default();
    let nothing = |key: &str, value: &Proto| key == DESCRIPTOR && value.data == NOTHING.as_bytes();
    let fields = fields
        .into_iter()
        .filter(|(key, value)| !nothing(key, value));
    let fields = fields.filter_map(|(key, value)| {
        // What is encoded otherwise is another program's affair.
        Some((key, wire::read(vec![value]).ok()?.decode().ok()?))
    });
    run.memo = fields.collect();
    let indexed = info.search_attributes.clone().unwrap_or_default();
    let indexed = indexed
        .indexed_fields
        .into_iter()
        .filter_map(|(key, value)| {
            // The server's own tell what it keeps for itself.
            let own = key.starts_with("Temporal") || key == "BuildIds";
            Some((key, wire::read(vec![value]).ok()?.decode().ok()?)).filter(|_| !own)
        });
    run.search_attributes = indexed.collect();
    run
}

/// Whether a task of the run has failed, and is tried again.
pub(crate) fn is_stuck(response: &DescribeWorkflowExecutionResponse) -> bool {
    let task = response.pending_workflow_task.as_ref();
    task.is_some_and(|task| task.attempt > 1)
}

/// Who failed at the task at hand, and at what; none where it ran out of time, or nobody failed.
pub(crate) async fn failed_task(
    client: &Client,
    execution: WorkflowExecution,
) -> Result<Option<(String, Option<Failure>)>, Status> {
    let mut service = client.connection().workflow_service();
    let request = GetWorkflowExecutionHistoryReverseRequest {
        namespace: client.namespace(),
        execution: Some(execution),
        // Only the first attempt of a task leaves events, and signals may have come since.
        maximum_page_size: 50,
        ..Default::default()
    };
    let response = service
        .get_workflow_execution_history_reverse(request.into_request())
        .await?;
    let events = response.into_inner().history.unwrap_or_default().events;
    let last = events
        .iter()
        .find_map(|event| match Event::read(event)?.what {
            What::TaskFailed(worker, failure) => Some(Some((worker, failure))),
            What::TaskCompleted | What::TaskTimedOut => Some(None),
            _ => None,
        });
    Ok(last.flatten())
}

/// The same in words.
pub(crate) async fn task_failure(client: &Client, run: &RunDescription) -> Result<String, Status> {
    let execution = WorkflowExecution {
        workflow_id: run.id.workflow_id.clone(),
        run_id: run.id.run_id.clone(),
    };
    let Some((worker, failure)) = failed_task(client, execution).await? else {
        return Ok("its task runs out of time on workers, and is tried again".to_owned());
    };
    let message = failure.unwrap_or_default().message;
    let (flock, queue) = (&run.flock, &run.task_queue);
    if message.contains(&format!("{flock} not found")) {
        return Ok(format!(
            "worker `{worker}` of task queue `{queue}` does not have flock `{flock}`: start a worker of the program that has it, and where two programs share the queue, give one of them a `task_queue` of its own"
        ));
    }
    Ok(format!(
        "worker `{worker}` failed at its task, which is tried again: {message}"
    ))
}

fn status(status: WorkflowExecutionStatus) -> RunStatus {
    match status {
        WorkflowExecutionStatus::Completed => RunStatus::Completed,
        WorkflowExecutionStatus::Failed => RunStatus::Failed,
        WorkflowExecutionStatus::Canceled => RunStatus::Cancelled,
        WorkflowExecutionStatus::Terminated => RunStatus::Terminated,
        WorkflowExecutionStatus::TimedOut => RunStatus::TimedOut,
        WorkflowExecutionStatus::ContinuedAsNew => RunStatus::ContinuedAsNew,
        _ => RunStatus::Running,
    }
}

/// Whether the server has the namespace.
pub(in crate::engine::temporal) async fn namespace(client: &Client) -> Result<(), Status> {
    let namespace = DescribeNamespaceRequest {
        namespace: client.namespace(),
        ..Default::default()
    };
    let mut service = client.connection().workflow_service();
    let described = service.describe_namespace(namespace.into_request());
    described.await.map(drop)
}

/// The server's version, once the namespace has been found there.
pub(crate) async fn server_version(client: &Client) -> Result<Option<String>, Status> {
    namespace(client).await?;
    let mut service = client.connection().workflow_service();
    let info = service
        .get_system_info(GetSystemInfoRequest {}.into_request())
        .await?;
    let version = info.into_inner().server_version;
    Ok(Some(version).filter(|version| !version.is_empty()))
}

/// How a task queue is served.
pub(crate) async fn task_queue(client: &Client, name: String) -> Result<TaskQueueHealth, Status> {
    let workflows = pollers::look(client, &name, TaskQueueType::Workflow).await?;
    let activities = pollers::look(client, &name, TaskQueueType::Activity).await?;
    let mut health = TaskQueueHealth::unserved(name);
    health.workflow_pollers = workflows.count();
    health.activity_pollers = activities.count();
    let waiting = workflows.backlog.into_iter().chain(activities.backlog);
    health.backlog = waiting.reduce(|one, other| one + other);
    Ok(health)
}
