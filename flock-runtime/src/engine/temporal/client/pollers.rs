//! Who polls a task queue, and whether what waits there would reach any of them.

use std::{
    collections::BTreeMap,
    time::{Duration, SystemTime},
};

use temporalio_client::{
    Client, NamespacedClient,
    tonic::{IntoRequest, Status},
};
use temporalio_common::protos::temporal::api::{
    deployment::v1::WorkerDeploymentVersion,
    enums::v1::{TaskQueueType, WorkerStatus, WorkerVersioningMode},
    taskqueue::v1::{PollerInfo, TaskQueue},
    workflowservice::v1::{DescribeTaskQueueRequest, ListWorkersRequest},
};

use super::list::quoted;
use crate::engine::UnservedReason;
use crate::engine::temporal::history::event::time;

/// A worker that has not asked for so long is gone; the server remembers it for five minutes.
const LONGEST_POLL: Duration = Duration::from_secs(75);

/// A task queue, as its pollers leave it.
pub(crate) struct Polled {
    /// Those that are alive, or were a moment ago.
    pollers: Vec<Poller>,
    /// Where what is not pinned goes; workers of no deployment when empty.
    routed: Vec<WorkerDeploymentVersion>,
    /// About how many tasks wait, where the server says.
    pub(crate) backlog: Option<u64>,
}

/// A worker that polls.
struct Poller {
    identity: String,
    ago: Duration,
    build: Option<WorkerDeploymentVersion>,
}

/// Looks who polls `queue` for tasks of this kind.
pub(crate) async fn look(
    client: &Client,
    queue: &str,
    kind: TaskQueueType,
) -> Result<Polled, Status> {
    let request = DescribeTaskQueueRequest {
        namespace: client.namespace(),
        task_queue: Some(TaskQueue {
            name: queue.to_owned(),
            ..Default::default()
        }),
        task_queue_type: kind.into(),
        report_stats: true,
        ..Default::default()
    };
    let mut service = client.connection().workflow_service();
    let response = service
        .describe_task_queue(request.into_request())
        .await?
        .into_inner();
    let versioning = response.versioning_info.unwrap_or_default();
    let ramps = versioning.ramping_version_percentage > 0.0;
    let ramping = versioning
        .ramping_deployment_version
        .filter(|build| ramps && !build.build_id.is_empty());
    let current = versioning
        .current_deployment_version
        .filter(|build| !build.build_id.is_empty());
    let mut pollers: Vec<_> = response
        .pollers
        .into_iter()
        .filter_map(Poller::of)
        .collect();
    // Asked only where it could change something.
    if !pollers.is_empty() {
        let ended = ended(client, queue).await;
        pollers.retain(|poller| !ended.contains(&poller.identity));
    }
    Ok(Polled {
        pollers,
        routed: current.into_iter().chain(ramping).collect(),
        backlog: response
            .stats
            .map(|stats| u64::try_from(stats.approximate_backlog_count).unwrap_or(0)),
    })
}

impl Poller {
    fn of(info: PollerInfo) -> Option<Self> {
        let last = time(info.last_access_time.as_ref())?;
        // A clock that differs from the server's may put it in the future.
        let ago = SystemTime::now().duration_since(last).unwrap_or_default();
        let deployment = info.deployment_options.unwrap_or_default();
        let versioned = deployment.worker_versioning_mode() == WorkerVersioningMode::Versioned;
        let build = WorkerDeploymentVersion {
            deployment_name: deployment.deployment_name,
            build_id: deployment.build_id,
        };
        (ago < LONGEST_POLL).then_some(Self {
            identity: info.identity,
            ago,
            build: versioned.then_some(build),
        })
    }
}

/// The workers of a queue that have said goodbye: the server still counts their last polls.
async fn ended(client: &Client, queue: &str) -> Vec<String> {
    let request = ListWorkersRequest {
        namespace: client.namespace(),
        page_size: 1_000,
        query: format!("TaskQueue = {}", quoted(queue)),
        ..Default::default()
    };
    let mut service = client.connection().workflow_service();
    // Older servers keep no list of workers.
    let Ok(response) = service.list_workers(request.into_request()).await else {
        return Vec::new();
    };
    let mut running = BTreeMap::new();
    for worker in response.into_inner().workers {
        let status = worker.status();
        let ends = matches!(status, WorkerStatus::ShuttingDown | WorkerStatus::Shutdown);
        // One identity may have been several workers, one after the other.
        *running.entry(worker.worker_identity).or_insert(false) |= !ends;
    }
    let ended = running.into_iter().filter(|(_, running)| !running);
    ended.map(|(identity, _)| identity).collect()
}

impl Polled {
    /// How many workers poll.
    pub(crate) fn count(&self) -> usize {
        self.pollers.len()
    }

    /// Why nobody has taken what waits, which goes to `pinned` or to where the queue is routed.
    pub(crate) fn reason(&self, pinned: Option<&WorkerDeploymentVersion>) -> UnservedReason {
        let takes = |poller: &&Poller| match &poller.build {
            Some(build) => pinned == Some(build) || self.routed.contains(build),
            None => pinned.is_none() && self.routed.is_empty(),
        };
        if let Some(poller) = self.pollers.iter().filter(takes).min_by_key(|one| one.ago) {
            return UnservedReason::Silent {
                identity: poller.identity.clone(),
                ago: poller.ago,
            };
        }
        if let Some(build) = pinned.or(self.routed.first()) {
            return UnservedReason::NoBuild {
                deployment: build.deployment_name.clone(),
                build_id: build.build_id.clone(),
            };
        }
        let build = self.pollers.iter().find_map(|poller| poller.build.as_ref());
        match build {
            Some(build) => UnservedReason::NotCurrent {
                deployment: build.deployment_name.clone(),
                build_id: build.build_id.clone(),
            },
            None => UnservedReason::NoPoller,
        }
    }
}
