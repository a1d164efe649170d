//! The engine: starts runs on the server, looks at them, ends them.

pub(super) mod describe;
pub(super) mod faults;
pub(super) mod list;
pub(super) mod messages;
pub(super) mod pollers;
pub(super) mod reset;
pub(super) mod search_attributes;
pub(super) mod start;
pub(super) mod status;
pub(super) mod steps;
#[cfg(feature = "cli")]
pub(super) mod sweep;
pub(super) mod unserved;

use std::{
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
    time::Duration,
};

use futures_util::{FutureExt, StreamExt, TryFutureExt, future::BoxFuture, stream::BoxStream};
use temporalio_client::{
    Client, HistoryEventFilterType, NamespacedClient, UntypedWorkflowHandle, WorkflowCancelOptions,
    WorkflowDescribeOptions, WorkflowExecutionInfo, WorkflowFetchHistoryOptions,
    WorkflowListOptions, WorkflowTerminateOptions, errors::ClientError, tonic::Status,
};
use temporalio_common::protos::temporal::api::common::v1::SearchAttributes;
use temporalio_sdk::Runtime as SdkRuntime;
use tokio::runtime::Handle;

use super::{
    codec::{Codec, opened},
    connect::ConnectOptions,
    history::event::{Closed, Event, What},
    meter,
    threads::Threads,
    worker::{
        queues::{self, Queues},
        running::Workers,
    },
};
use crate::{
    engine::program::Parts,
    engine::{
        Engine, Health, ResetPlan, ResetTo, RunDescription, RunFilter, RunId, RunStatus,
        StartRequest, TaskQueueHealth, Unserved,
    },
    error::{RunError, StartError},
    flock::event::StepEvent,
    value::payload::Payload,
};

/// The engine on a Temporal server. Cheap to clone.
#[derive(Clone)]
pub struct TemporalEngine(Arc<Inner>);

struct Inner {
    client: Client,
    worker_client: Client,
    codec: Codec,
    address: String,
    key_file: Option<PathBuf>,
    sdk: SdkRuntime,
    parts: Parts,
    /// What the program names, once somebody has asked.
    queues: OnceLock<Queues>,
    search: search_attributes::Search,
    workers: Workers,
    /// Where the connection and the SDK are at work.
    threads: Threads,
}

impl TemporalEngine {
    /// Connects to a server. Must be called inside a tokio runtime.
    ///
    /// # Errors
    /// [`StartError::Setting`] when the Temporal configuration is wrong;
    /// [`RunError::Unreachable`] when the server does not answer within 5 seconds.
    pub fn connect(
        parts: Parts,
        options: ConnectOptions,
    ) -> BoxFuture<'static, Result<Self, StartError>> {
        async move {
            let threads = Threads::new()?;
            let config = Arc::clone(&parts.config);
            let metrics = parts.telemetry.metrics.clone();
            let connecting = async move { options.connect(&config, &metrics).await };
            let connected = threads.handle().spawn(connecting).await;
            let connected = connected.map_err(|error| RunError::Engine(error.to_string()))??;
            let sdk = {
                let _entered = threads.handle().enter();
                SdkRuntime::from_current_tokio(meter::options(&parts.telemetry.metrics))
            };
            let sdk = sdk.map_err(|error| RunError::Engine(error.to_string()))?;
            Ok(Self(Arc::new(Inner {
                client: connected.client,
                worker_client: connected.worker,
                codec: connected.codec,
                address: connected.address,
                key_file: connected.key_file,
                sdk,
                parts,
                queues: OnceLock::new(),
                search: search_attributes::Search::default(),
                workers: Workers::default(),
                threads,
            })))
        }
        .boxed()
    }

    /// Where the server is.
    pub fn address(&self) -> &str {
        &self.0.address
    }

    /// The namespace.
    pub fn namespace(&self) -> String {
        self.0.client.namespace()
    }

    /// How a task queue is served, whoever names it.
    ///
    /// # Errors
    /// When the server does not answer, or does not let this program ask.
    pub fn task_queue(
        &self,
        name: impl Into<String>,
    ) -> BoxFuture<'_, Result<TaskQueueHealth, RunError>> {
        let described = describe::task_queue(&self.0.client, name.into());
        described
            .map_err(|status: Status| self.fault(&status))
            .boxed()
    }

    /// The file that has the API key, where one has it.
    pub(super) fn key_file(&self) -> Option<&Path> {
        self.0.key_file.as_deref()
    }

    pub(super) fn client(&self) -> &Client {
        &self.0.client
    }

    /// For the SDK's workers.
    pub(super) fn worker_client(&self) -> &Client {
        &self.0.worker_client
    }

    /// How values travel.
    pub(crate) fn codec(&self) -> &Codec {
        &self.0.codec
    }

    pub(super) fn sdk(&self) -> &SdkRuntime {
        &self.0.sdk
    }

    /// Those of this engine that run in this process.
    pub(super) fn workers(&self) -> &Workers {
        &self.0.workers
    }

    pub(super) fn threads(&self) -> &Handle {
        self.0.threads.handle()
    }

    pub(super) fn search(&self) -> &search_attributes::Search {
        &self.0.search
    }

    pub(super) fn parts(&self) -> &Parts {
        &self.0.parts
    }

    /// The queues that the program names.
    pub(super) fn named_queues(&self) -> &Queues {
        self.0.queues.get_or_init(|| queues::named(&self.0.parts))
    }

    /// Creates flock's own search attributes where it may, and those of the flocks.
    ///
    /// # Errors
    /// When one that a flock sets is missing and cannot be created.
    pub(super) async fn create_search_attributes(&self) -> Result<(), RunError> {
        self.0.search.create(&self.0.client).await;
        search_attributes::create_declared(&self.0.client, &self.0.parts.registry).await
    }

    /// The search attributes of a run, where the server has them.
    ///
    /// # Errors
    /// When the server cannot say whether it has.
    pub(super) async fn search_attributes(
        &self,
        request: &StartRequest,
    ) -> Result<Option<SearchAttributes>, RunError> {
        let present = self.0.search.present(&self.0.client).await;
        let present = present.map_err(|status| self.fault(&status))?;
        Ok(search_attributes::of(request, present).map(|attributes| attributes.to_proto()))
    }

    pub(super) fn handle(&self, run: &RunId) -> UntypedWorkflowHandle<Client> {
        let run_id = Some(run.run_id.clone()).filter(|run_id| !run_id.is_empty());
        WorkflowExecutionInfo::builder()
            .namespace(self.namespace())
            .workflow_id(run.workflow_id.clone())
            .maybe_run_id(run_id)
            .build()
            .bind_untyped(self.0.client.clone())
    }

    async fn wait(&self, run: &RunId) -> Result<Payload, RunError> {
        let mut run = run.clone();
        let options = WorkflowFetchHistoryOptions::builder()
            .skip_archival(true)
            .wait_new_event(true)
            .event_filter_type(HistoryEventFilterType::CloseEvent)
            .build();
        loop {
            let history = self.handle(&run).fetch_history(options.clone());
            let mut events = history
                .into_events()
                .await
                .map_err(|error| self.interaction(&run, error))?;
            let Some(close) = events.pop() else {
                continue;
            };
            let close = opened(self.client(), close).await?;
            match Event::read(&close).map(|event| event.what) {
                Some(What::Closed(Closed::Ended(outcome), _)) => return outcome,
                Some(What::Closed(Closed::GoesOn(next), _)) => run.run_id = next,
                _ => {
                    let told = "the server closed the run with an event of another kind";
                    return Err(RunError::Engine(told.to_owned()));
                }
            }
        }
    }

    /// What happens in a run; with what its worker has to be asked for, where that `is_wanted`.
    async fn followed(
        &self,
        run: &RunId,
        is_wanted: bool,
        streamed: bool,
    ) -> Result<BoxStream<'static, StepEvent>, RunError> {
        // That there is none must be known before anything is told.
        let found = Engine::describe(self, run).await?;
        let flock = self.parts().registry.flock(&found.flock);
        // A declared flock shows nothing, and asks nothing.
        let tells = flock.is_none_or(|flock| flock.descriptor.graph.is_empty());
        let tells = is_wanted && tells;
        Ok(steps::steps(self.clone(), run.clone(), tells, streamed))
    }

    async fn check(&self) -> Result<Health, RunError> {
        let mut health = Health::of(self.name());
        health.address = Some(self.0.address.clone());
        health.namespace = Some(self.namespace());
        let version = describe::server_version(&self.0.client).await;
        health.server_version = version.map_err(|status| self.fault(&status))?;
        for (queue, serves) in self.named_queues() {
            let mut queue = self.task_queue(queue.as_str()).await?;
            queue.pool = serves.pool;
            health.queues.push(queue);
        }
        Ok(health)
    }
}

impl Engine for TemporalEngine {
    fn name(&self) -> &'static str {
        "temporal"
    }

    fn start(&self, request: StartRequest) -> BoxFuture<'_, Result<RunId, RunError>> {
        start::start(self, request).boxed()
    }

    fn result<'a>(&'a self, run: &'a RunId) -> BoxFuture<'a, Result<Payload, RunError>> {
        self.wait(run).boxed()
    }

    fn describe<'a>(&'a self, run: &'a RunId) -> BoxFuture<'a, Result<RunDescription, RunError>> {
        async move {
            let description = self
                .handle(run)
                .describe(WorkflowDescribeOptions::default())
                .await;
            let description = description.map_err(|error| self.interaction(run, error))?;
            let mut told = describe::run(description.raw(), run);
            if describe::is_stuck(description.raw()) {
                // Told as far as the server says.
                told.task_failure = describe::task_failure(&self.0.client, &told).await.ok();
            }
            Ok(told)
        }
        .boxed()
    }

    fn cancel<'a>(
        &'a self,
        run: &'a RunId,
        reason: &'a str,
    ) -> BoxFuture<'a, Result<(), RunError>> {
        async move {
            // The server takes a request to cancel what has ended, and does nothing.
            let described = Engine::describe(self, run).await?;
            if described.status != RunStatus::Running {
                return Err(RunError::Ended(run.workflow_id.clone()));
            }
            let options = WorkflowCancelOptions::builder().reason(reason).build();
            let cancelled = self.handle(run).cancel(options).await;
            cancelled.map_err(|error| self.interaction(run, error))
        }
        .boxed()
    }

    fn signal<'a>(
        &'a self,
        run: &'a RunId,
        name: &'a str,
        message: Payload,
    ) -> BoxFuture<'a, Result<(), RunError>> {
        messages::signal(self, run, name, message).boxed()
    }

    fn query<'a>(
        &'a self,
        run: &'a RunId,
        name: &'a str,
        message: Payload,
    ) -> BoxFuture<'a, Result<Payload, RunError>> {
        messages::query(self, run, name, message).boxed()
    }

    fn update<'a>(
        &'a self,
        run: &'a RunId,
        name: &'a str,
        message: Payload,
    ) -> BoxFuture<'a, Result<Payload, RunError>> {
        messages::update(self, run, name, message).boxed()
    }

    fn terminate<'a>(
        &'a self,
        run: &'a RunId,
        reason: &'a str,
    ) -> BoxFuture<'a, Result<(), RunError>> {
        async move {
            let options = WorkflowTerminateOptions::builder().reason(reason).build();
            let terminated = self.handle(run).terminate(options).await;
            terminated.map_err(|error| self.interaction(run, error))
        }
        .boxed()
    }

    fn reset_plan<'a>(
        &'a self,
        run: &'a RunId,
        to: ResetTo,
    ) -> BoxFuture<'a, Result<ResetPlan, RunError>> {
        reset::plan(self, run, to).boxed()
    }

    fn reset<'a>(
        &'a self,
        plan: &'a ResetPlan,
        reason: &'a str,
    ) -> BoxFuture<'a, Result<RunId, RunError>> {
        reset::reset(self, plan, reason).boxed()
    }

    fn list<'a>(
        &'a self,
        filter: &'a RunFilter,
    ) -> BoxFuture<'a, Result<Vec<RunDescription>, RunError>> {
        async move {
            let options = WorkflowListOptions::builder().limit(filter.limit).build();
            let query = list::query(filter);
            let mut found = self.0.client.list_workflows(query.as_str(), options);
            let mut runs = Vec::new();
            while let Some(execution) = found.next().await {
                let execution = execution.map_err(|error| match error {
                    ClientError::Rpc(status) => self.fault(&status),
                    error => RunError::Engine(error.to_string()),
                })?;
                runs.push(describe::listed(execution.raw()));
            }
            Ok(runs)
        }
        .boxed()
    }

    fn troubled<'a>(
        &'a self,
        filter: &'a RunFilter,
    ) -> BoxFuture<'a, Result<Vec<RunDescription>, RunError>> {
        async move {
            let filter = list::troubled(filter);
            match self.list(&filter).await {
                // A server before 1.31 has no such attribute.
                Err(RunError::Invalid(_)) => Ok(Vec::new()),
                found => found,
            }
        }
        .boxed()
    }

    fn unserved<'a>(
        &'a self,
        run: &'a RunId,
    ) -> Option<BoxFuture<'a, Result<Vec<Unserved>, RunError>>> {
        Some(unserved::of_run(self, run).boxed())
    }

    fn queue_unserved<'a>(&'a self, task_queue: &'a str) -> BoxFuture<'a, Option<Unserved>> {
        unserved::of_queue(self, task_queue).boxed()
    }

    fn steps<'a>(
        &'a self,
        run: &'a RunId,
    ) -> BoxFuture<'a, Result<BoxStream<'static, StepEvent>, RunError>> {
        self.followed(run, true, false).boxed()
    }

    fn steps_in_history<'a>(
        &'a self,
        run: &'a RunId,
    ) -> BoxFuture<'a, Result<BoxStream<'static, StepEvent>, RunError>> {
        self.followed(run, false, false).boxed()
    }

    fn streamed<'a>(
        &'a self,
        run: &'a RunId,
        all: bool,
    ) -> BoxFuture<'a, Result<BoxStream<'static, StepEvent>, RunError>> {
        self.followed(run, all, true).boxed()
    }

    fn shut_down(&self, grace: Duration) -> BoxFuture<'_, Vec<RunId>> {
        async move {
            self.0.workers.stop(grace).await;
            Vec::new()
        }
        .boxed()
    }

    fn changes(&self, run: &RunId) -> BoxStream<'static, ()> {
        steps::changes(self.clone(), run.clone())
    }

    fn health(&self) -> BoxFuture<'_, Result<Health, RunError>> {
        self.check().boxed()
    }
}
