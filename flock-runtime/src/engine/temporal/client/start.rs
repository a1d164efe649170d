//! How a run is started on a server.

use std::time::Duration;

use temporalio_client::{WorkflowStartOptions, errors::WorkflowStartError};
use temporalio_common::{MemoValues, UntypedWorkflow, data_converters::RawValue};

use super::{TemporalEngine, describe, faults::no_namespace, search_attributes};
use crate::{
    declare::id_policy::IdReuse,
    engine::{
        Engine, RunId, RunStatus, StartRequest,
        temporal::{
            trace_header, wire,
            workflow::activity_options::{self, bounded},
        },
    },
    error::RunError,
    flock::FlockDescriptor,
};

/// How long is waited for what a server learns in its own time: it looks for new search attributes every few seconds.
const PAUSES: [Duration; 5] = [
    Duration::ZERO,
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
    Duration::from_secs(8),
];

/// What the Web UI says of a run: the first line of the flock's description. A server takes 200 bytes.
pub(crate) fn summary(flock: &FlockDescriptor) -> Option<String> {
    let line = flock.description.lines().next()?;
    let cut = line.char_indices().map(|(at, c)| at + c.len_utf8());
    let end = cut.take_while(|end| *end <= 200).last()?;
    Some(line[..end].to_owned())
}

/// Starts a run.
pub(crate) async fn start(
    engine: &TemporalEngine,
    request: StartRequest,
) -> Result<RunId, RunError> {
    if engine.workers().are_stopped() {
        return Err(RunError::ShuttingDown);
    }
    let flock = request.flock.descriptor;
    let reuse = request.id_reuse();
    let workflow_id = request.options.workflow_id.clone();
    let workflow_id = workflow_id.unwrap_or_else(|| {
        // Half a UUID is 62 random bits, and enough: an id is in every history and read by people.
        let (_, half) = uuid::Uuid::new_v4().as_u64_pair();
        format!("{}-{half:016x}", flock.name)
    });
    let queue = request
        .options
        .task_queue
        .as_deref()
        .unwrap_or(flock.task_queue());
    let mut options = WorkflowStartOptions::new(queue, workflow_id.clone())
        .maybe_execution_timeout(flock.options.timeout.map(bounded))
        .maybe_run_timeout(flock.options.run_timeout.map(bounded))
        .maybe_task_timeout(flock.options.task_timeout.map(bounded))
        .memo(memo(&request))
        .id_reuse_policy(activity_options::reuse(reuse))
        .id_conflict_policy(activity_options::conflict(request.options.id_conflict))
        .maybe_static_summary(summary(flock))
        // A worker in this process gets the first workflow task with the answer.
        .enable_eager_workflow_start(true)
        .build();
    let built_in = engine.search().present(engine.client()).await;
    // Where the server could not say, it says so now: it refuses what it does not have.
    let built_in = built_in.unwrap_or(true);
    let without = search_attributes::of(&request, false);
    options.search_attributes = match built_in {
        true => search_attributes::of(&request, true),
        false => without.clone(),
    };
    let trace = request.options.trace();
    options.header = trace.map(trace_header::of_start);
    let most = wire::most(&engine.parts().config);
    let input = wire::Wire::new(request.input, most).and_then(wire::Wire::into_payload);
    let input = input.map_err(|error| RunError::value(&error.context("the flock's input")))?;
    let client = engine.client();
    let start = |options| {
        let input = RawValue::new(vec![wire::write(&input)]);
        client.start_workflow(UntypedWorkflow::new(flock.name), input, options)
    };
    let own = &request.options.search_attributes;
    let names_own = |refusal: &str| own.keys().any(|name| refusal.contains(name));
    let (mut pauses, mut are_created) = (PAUSES.iter(), false);
    let mut started = loop {
        let started = start(options.clone()).await;
        let is_passing = match &started {
            // Where its database is too slow to say, a server says that the namespace is not there.
            Err(WorkflowStartError::Rpc(status)) if no_namespace(status) => {
                describe::namespace(client).await.is_ok()
            }
            _ => search_attributes::refusal(&started).is_some_and(names_own),
        };
        let Some(pause) = pauses.next().filter(|_| is_passing) else {
            break started;
        };
        if !are_created && search_attributes::refusal(&started).is_some() {
            // No worker has come yet. Once created, a server takes them when it has heard of them.
            search_attributes::create_declared(client, &engine.parts().registry).await?;
            are_created = true;
        }
        tokio::time::sleep(*pause).await;
    };
    if built_in
        && let Some(refusal) = search_attributes::refusal(&started)
        && !names_own(refusal)
    {
        tracing::warn!(
            "the run is not found by `flock_name`, `start_agent` and `session_id`: {refusal}"
        );
        engine.search().refused();
        options.search_attributes = without;
        started = start(options).await;
    }
    if let Some(refusal) = search_attributes::refusal(&started) {
        return Err(RunError::Engine(search_attributes::explain(
            flock,
            &request.options,
            refusal,
        )));
    }
    match started {
        Ok(handle) => Ok(RunId {
            workflow_id,
            run_id: handle.run_id().unwrap_or_default().to_owned(),
        }),
        Err(WorkflowStartError::AlreadyStarted { .. }) => {
            Err(taken(engine, reuse, workflow_id).await)
        }
        Err(WorkflowStartError::Rpc(status)) => Err(engine.fault(&status)),
        Err(error) => Err(RunError::Engine(error.to_string())),
    }
}

/// Why a workflow id could not be had.
async fn taken(engine: &TemporalEngine, policy: IdReuse, id: String) -> RunError {
    if policy != IdReuse::AllowDuplicate {
        let run = RunId::latest(id.as_str());
        let run = Engine::describe(engine, &run).await;
        if run.is_ok_and(|run| run.status != RunStatus::Running) {
            return RunError::AlreadyUsed(id);
        }
    }
    RunError::AlreadyRunning(id)
}

fn memo(request: &StartRequest) -> MemoValues {
    let mut memo = MemoValues::new();
    for (key, value) in request.memo() {
        memo.insert(key, value);
    }
    memo
}
