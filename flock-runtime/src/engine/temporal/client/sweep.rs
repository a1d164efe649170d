//! Which values of a store nothing on the server refers to: all that it keeps of the namespace is looked at, runs
//! and schedules.
//!
//! Nothing less would do. An object is named by the hash of what it holds, so runs may share it; a parent's history
//! names what its child has given, and outlives it; what a schedule starts takes over the reference that the schedule
//! holds, however old.

use std::time::Duration;

use futures_util::{StreamExt, TryStreamExt, stream};
use temporalio_client::{
    WorkflowFetchHistoryOptions,
    errors::WorkflowInteractionError,
    tonic::{Code, IntoRequest, Request},
};
use temporalio_common::protos::temporal::api::{
    common::v1::WorkflowExecution,
    history::v1::History,
    workflowservice::v1::{
        DescribeScheduleRequest, DescribeWorkflowExecutionRequest, ListSchedulesRequest,
        ListWorkflowExecutionsRequest,
    },
};

use super::TemporalEngine;
use crate::{
    engine::{
        RunId,
        temporal::codec::{Named, Object, Store, YOUNGEST},
    },
    error::RunError,
};

/// So many runs are looked at at a time.
const AT_ONCE: usize = 16;
/// So many are on a page of what a server lists.
const PAGE: i32 = 500;

/// What may go.
pub(crate) struct Sweep<'a> {
    store: &'a Store,
    /// What nothing refers to.
    pub(crate) unnamed: Vec<Object>,
    /// What is old, and referred to.
    pub(crate) named: usize,
    /// How many runs were looked at.
    pub(crate) runs: usize,
}

impl<'a> Sweep<'a> {
    /// Looks for what was written longer ago and is no longer referred to.
    pub(crate) async fn plan(engine: &'a TemporalEngine, age: Duration) -> Result<Self, RunError> {
        let store = engine.codec().store().ok_or_else(|| {
            RunError::Engine(
                "this program has no store: name one by `store` of [payloads] in flock.toml"
                    .to_owned(),
            )
        })?;
        let mut sweep = Self {
            store,
            unnamed: store.older_than(age.max(YOUNGEST)).await?,
            named: 0,
            runs: 0,
        };
        if sweep.unnamed.is_empty() {
            return Ok(sweep);
        }
        let named = Named::by(engine.codec());
        // Schedules first: what one starts meanwhile has its reference from there.
        look_at_schedules(engine, &named).await?;
        sweep.runs = look_at_runs(engine, &named).await?;
        let old = sweep.unnamed.len();
        sweep.unnamed.retain(|object| !named.has(object));
        sweep.named = old - sweep.unnamed.len();
        Ok(sweep)
    }

    pub(crate) fn store(&self) -> String {
        self.store.address()
    }

    pub(crate) fn bytes(&self) -> u64 {
        self.unnamed.iter().map(|object| object.bytes).sum()
    }

    /// Removes it; how many objects that were.
    pub(crate) async fn execute(&self) -> Result<usize, RunError> {
        let removed = stream::iter(&self.unnamed).map(|object| self.store.remove(object));
        let removed = removed.buffer_unordered(AT_ONCE);
        removed
            .try_fold(0, async |count, removed| Ok(count + usize::from(removed)))
            .await
    }
}

async fn look_at_schedules(engine: &TemporalEngine, named: &Named) -> Result<(), RunError> {
    let namespace = engine.namespace();
    let mut service = engine.client().connection().workflow_service();
    let mut next_page_token = Vec::new();
    loop {
        let request = Request::new(ListSchedulesRequest {
            namespace: namespace.clone(),
            maximum_page_size: PAGE,
            next_page_token,
            ..Default::default()
        });
        let page = service.list_schedules(request).await;
        let page = page.map_err(|status| engine.fault(&status))?.into_inner();
        for entry in page.schedules {
            let request = DescribeScheduleRequest {
                namespace: namespace.clone(),
                schedule_id: entry.schedule_id,
            };
            match service.describe_schedule(request.into_request()).await {
                Ok(found) => named.look_at(&mut found.into_inner()).await?,
                Err(status) if status.code() == Code::NotFound => {}
                Err(status) => return Err(engine.fault(&status)),
            }
        }
        next_page_token = page.next_page_token;
        if next_page_token.is_empty() {
            return Ok(());
        }
    }
}

/// How many there were.
async fn look_at_runs(engine: &TemporalEngine, named: &Named) -> Result<usize, RunError> {
    let mut service = engine.client().connection().workflow_service();
    let (mut runs, mut next_page_token) = (0, Vec::new());
    loop {
        let request = Request::new(ListWorkflowExecutionsRequest {
            namespace: engine.namespace(),
            page_size: PAGE,
            next_page_token,
            ..Default::default()
        });
        let page = service.list_workflow_executions(request).await;
        let page = page.map_err(|status| engine.fault(&status))?.into_inner();
        runs += page.executions.len();
        let found = page.executions.into_iter();
        let looked = stream::iter(found.filter_map(|found| found.execution))
            .map(|execution| look_at_run(engine, named, execution))
            .buffer_unordered(AT_ONCE);
        looked.try_collect::<()>().await?;
        next_page_token = page.next_page_token;
        if next_page_token.is_empty() {
            return Ok(runs);
        }
    }
}

/// Its history; and what is in none: its memo, and how far its agents have come.
async fn look_at_run(
    engine: &TemporalEngine,
    named: &Named,
    execution: WorkflowExecution,
) -> Result<(), RunError> {
    let mut service = engine.client().connection().workflow_service();
    let request = DescribeWorkflowExecutionRequest {
        namespace: engine.namespace(),
        execution: Some(execution.clone()),
    };
    match service
        .describe_workflow_execution(request.into_request())
        .await
    {
        Ok(described) => named.look_at(&mut described.into_inner()).await?,
        // Its time had come.
        Err(status) if status.code() == Code::NotFound => return Ok(()),
        Err(status) => return Err(engine.fault(&status)),
    }
    let run = RunId {
        workflow_id: execution.workflow_id,
        run_id: execution.run_id,
    };
    let history = engine
        .handle(&run)
        .fetch_history(WorkflowFetchHistoryOptions::default());
    match history.into_events().await {
        Ok(events) => named.look_at(&mut History { events }).await,
        Err(WorkflowInteractionError::NotFound(_)) => Ok(()),
        Err(error) => Err(engine.interaction(&run, error)),
    }
}
