//! A task is a run: its id is the run's workflow id, and the engine is where it is kept. A server that was
//! killed and started again knows it as before.

use std::time::{Duration, SystemTime};

use rmcp::model::{CallToolResult, DetailedTask, JsonObject, Task, TaskPayload, TaskStatus};

use super::{asked, tools};
use crate::{
    engine::{RunDescription, RunId, RunStatus},
    error::RunError,
    flock::{approval::ApprovalRequest, entry::FlockEntry},
    runtime::Runtime,
};

/// Between the flock's name and what nobody can guess. Whoever knows the id of a task may see and end it: ids
/// of other runs, which may well be guessed, are none.
const MARK: &str = "-mcp-";

/// A run whose worker does not say so soon what it waits for is taken to be at work.
const PATIENCE: Duration = Duration::from_secs(5);

/// The workflow id of a new task.
pub(super) fn new_id(flock: &FlockEntry) -> String {
    format!(
        "{}{MARK}{}",
        flock.descriptor.name,
        uuid::Uuid::new_v4().simple()
    )
}

/// The run of a task.
pub(super) fn run(task: &str) -> Option<RunId> {
    let (_, random) = task.rsplit_once(MARK)?;
    let is_random = random.len() == 32 && random.chars().all(|c| c.is_ascii_hexdigit());
    is_random.then(|| RunId::latest(task))
}

/// A task that has just begun.
pub(super) fn begun(id: &str) -> Task {
    let now = written(SystemTime::now());
    Task::new(id, TaskStatus::Working, now.clone(), now).with_poll_interval_ms(1_000)
}

/// Where it stands.
pub(super) async fn looked_at(runtime: &Runtime, run: &RunId) -> Result<DetailedTask, RunError> {
    let described = runtime.engine().describe(run).await?;
    let flock = runtime.registry().flock(&described.flock);
    let started = described.started.unwrap_or_else(SystemTime::now);
    let mut task = Task::new(
        &run.workflow_id,
        TaskStatus::Working,
        written(started),
        written(started),
    );
    if let Some(ended) = described.ended {
        task.last_updated_at = written(ended);
    }
    let payload = match described.status {
        RunStatus::Running | RunStatus::ContinuedAsNew => {
            task = task.with_poll_interval_ms(pace(started));
            let (waiting, message) = waiting(runtime, run, &described).await;
            if let Some(message) = message {
                task = task.with_status_message(message);
            }
            let opened = waiting.iter().map(|request| request.opened).max();
            if let Some(opened) = opened {
                task.last_updated_at = written(opened);
            }
            let questions = waiting
                .iter()
                .filter_map(|request| Some((request.id.clone(), asked::question(request)?)));
            let input_requests: std::collections::BTreeMap<_, _> = questions.collect();
            match input_requests.is_empty() {
                true => TaskPayload::Working,
                false => TaskPayload::InputRequired { input_requests },
            }
        }
        RunStatus::Cancelled => TaskPayload::Cancelled,
        RunStatus::Completed | RunStatus::Failed | RunStatus::Terminated | RunStatus::TimedOut => {
            let outcome = runtime.engine().result(run).await;
            TaskPayload::Completed {
                result: object(&tools::result(flock, outcome)),
            }
        }
    };
    Ok(DetailedTask::new(task, payload))
}

/// What it asks of people, and what there is to say of its waiting.
pub(super) async fn waiting(
    runtime: &Runtime,
    run: &RunId,
    described: &RunDescription,
) -> (Vec<ApprovalRequest>, Option<String>) {
    if let Some(failure) = &described.task_failure {
        return (Vec::new(), Some(failure.clone()));
    }
    match tokio::time::timeout(PATIENCE, runtime.requests(run)).await {
        Ok(Ok(requests)) => {
            let others = requests
                .iter()
                .find(|request| asked::question(request).is_none());
            let message = others.map(|request| format!("waits for a person: {}", request.name));
            (requests, message)
        }
        Ok(Err(_)) | Err(_) => (
            Vec::new(),
            Some("no worker says where it stands".to_owned()),
        ),
    }
}

/// What has gone on for long is asked about less often: every second at first, every thirty in the end.
fn pace(started: SystemTime) -> u64 {
    let age = started.elapsed().unwrap_or_default();
    let pace = (age / 10).clamp(Duration::from_secs(1), Duration::from_secs(30));
    u64::try_from(pace.as_millis()).unwrap_or(1_000)
}

fn written(moment: SystemTime) -> String {
    let moment = jiff::Timestamp::try_from(moment).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    // Milliseconds are enough, and what clients of other languages read.
    format!("{moment:.3}")
}

fn object(result: &CallToolResult) -> JsonObject {
    match serde_json::to_value(result) {
        Ok(serde_json::Value::Object(object)) => object,
        _ => JsonObject::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_cannot_be_guessed_is_a_task() {
        let random = uuid::Uuid::new_v4().simple();
        assert!(run(&format!("order-mcp-{random}")).is_some());
        assert!(run("order-42").is_none());
        assert!(run("order-mcp-42").is_none());
    }
}
