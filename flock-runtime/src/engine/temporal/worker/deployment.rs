//! Worker Deployments: which builds there are, and which of them gets new runs.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant, SystemTime},
};

use futures_util::{FutureExt, future::BoxFuture};
use serde::Serialize;
use temporalio_client::{
    NamespacedClient,
    tonic::{Code, IntoRequest, Status},
};
use temporalio_common::protos::temporal::api::{
    deployment::v1::{WorkerDeploymentInfo, WorkerDeploymentVersion},
    enums::v1::{RoutingConfigUpdateState, WorkerDeploymentVersionStatus},
    taskqueue::v1::TaskQueue,
    workflowservice::v1::{
        DescribeTaskQueueRequest, DescribeWorkerDeploymentRequest,
        DescribeWorkerDeploymentVersionRequest, SetWorkerDeploymentCurrentVersionRequest,
    },
};

use crate::{
    engine::temporal::{client::TemporalEngine, history::event::time},
    error::RunError,
};

/// How long the server may take to tell every queue of a new current build.
const ROUTING: Duration = Duration::from_secs(60);

/// How long a queue's partitions may take to hear from it.
const PARTITIONS: Duration = Duration::from_secs(5);

/// Between two looks at whether it has.
const LOOK: Duration = Duration::from_millis(100);

/// A Worker Deployment.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Deployment {
    /// Its name.
    pub name: String,
    /// The build that gets new runs; none before one was made current.
    pub current: Option<String>,
    /// Its builds, the newest first.
    pub builds: Vec<Build>,
}

/// A build of a Worker Deployment.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Build {
    /// The build id.
    pub id: String,
    /// `current`, `ramping`, `draining` (pinned runs go on), `drained`, or `inactive`.
    pub status: &'static str,
    /// When its first worker came.
    #[serde(skip)]
    pub created: Option<SystemTime>,
}

impl TemporalEngine {
    /// What is known about a Worker Deployment.
    ///
    /// # Errors
    /// When no worker of it has come yet, or the server cannot be reached.
    pub fn deployment<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<Deployment, RunError>> {
        async move {
            let info = self.deployment_info(name).await?;
            let current = current(&info);
            let mut builds: Vec<_> = info
                .version_summaries
                .into_iter()
                .map(|summary| Build {
                    status: status(summary.status()),
                    created: time(summary.create_time.as_ref()),
                    id: summary.deployment_version.unwrap_or_default().build_id,
                })
                .collect();
            builds.sort_by_key(|build| std::cmp::Reverse(build.created));
            Ok(Deployment {
                name: name.to_owned(),
                current,
                builds,
            })
        }
        .boxed()
    }

    /// Gives new runs, and those of flocks that follow, to the workers of this build. Returns once
    /// the server routes them there: it tells one task queue after the other, and until then a new
    /// run could still go to the build before.
    ///
    /// # Errors
    /// When no worker of this build has come yet, when it lacks a queue that the build before it
    /// serves (unless `ignore_missing_task_queues`), when the server cannot be reached, or when it
    /// does not route within a minute.
    pub fn set_current_build<'a>(
        &'a self,
        name: &'a str,
        build_id: &'a str,
        ignore_missing_task_queues: bool,
    ) -> BoxFuture<'a, Result<(), RunError>> {
        async move {
            if !ignore_missing_task_queues {
                self.no_queue_is_missing(name, build_id).await?;
            }
            let request = SetWorkerDeploymentCurrentVersionRequest {
                namespace: self.client().namespace(),
                deployment_name: name.to_owned(),
                build_id: build_id.to_owned(),
                ignore_missing_task_queues,
                ..Default::default()
            };
            let mut service = self.client().connection().workflow_service();
            service
                .set_worker_deployment_current_version(request.into_request())
                .await
                .map_err(|status| self.deployment_fault(&format!("{name} {build_id}"), &status))?;
            let routed = tokio::time::timeout(ROUTING, self.routed(name, build_id)).await;
            routed.unwrap_or_else(|_| Err(unrouted(name, build_id)))
        }
        .boxed()
    }

    /// Until every task queue has heard that this build is current.
    ///
    /// The server keeps a record of how far it is, which covers the partitions of each queue; but it
    /// may forget to close it (1.32 does so now and then). So what the queues say themselves counts,
    /// too, a few seconds later: partitions ask their queue all the time.
    async fn routed(&self, name: &str, build_id: &str) -> Result<(), RunError> {
        let mut heard = None;
        loop {
            let info = self.deployment_info(name).await?;
            if current(&info).as_deref() == Some(build_id) {
                // A server that keeps no record has told the queues before it answered.
                if info.routing_config_update_state() != RoutingConfigUpdateState::InProgress {
                    return Ok(());
                }
                heard = match self.queues_route(name, build_id).await? {
                    true => heard.or_else(|| Some(Instant::now())),
                    false => None,
                };
                if heard.is_some_and(|since: Instant| since.elapsed() >= PARTITIONS) {
                    return Ok(());
                }
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Whether each queue of the build says that it gives tasks to it.
    async fn queues_route(&self, name: &str, build_id: &str) -> Result<bool, RunError> {
        for (queue, kind) in self.queues(name, build_id).await? {
            let request = DescribeTaskQueueRequest {
                namespace: self.client().namespace(),
                task_queue: Some(TaskQueue {
                    name: queue,
                    ..Default::default()
                }),
                task_queue_type: kind,
                ..Default::default()
            };
            let mut service = self.client().connection().workflow_service();
            let response = service
                .describe_task_queue(request.into_request())
                .await
                .map_err(|status| self.fault(&status))?;
            let versioning = response.into_inner().versioning_info.unwrap_or_default();
            let version = versioning.current_deployment_version.unwrap_or_default();
            if version.deployment_name != name || version.build_id != build_id {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// A build is known as soon as one of its pollers has come. If it was made current then, runs on
    /// queues whose pollers are still on their way would go to the build before. The server itself
    /// objects only where something waits on such a queue.
    async fn no_queue_is_missing(&self, name: &str, build_id: &str) -> Result<(), RunError> {
        let served = self.queues(name, build_id).await?;
        let before = current(&self.deployment_info(name).await?);
        let Some(before) = before.filter(|before| before != build_id) else {
            return Ok(());
        };
        let needed = self.queues(name, &before).await?;
        match needed.difference(&served).next() {
            None => Ok(()),
            Some((queue, _)) => Err(RunError::Engine(format!(
                "deployment `{name}`: no worker of build `{build_id}` serves queue `{queue}` yet, and build \
                 `{before}` does; wait for one, or let it go: `--ignore-missing-task-queues`"
            ))),
        }
    }

    /// The queues that workers of a build have polled, each with its type.
    async fn queues(
        &self,
        name: &str,
        build_id: &str,
    ) -> Result<BTreeSet<(String, i32)>, RunError> {
        let request = DescribeWorkerDeploymentVersionRequest {
            namespace: self.client().namespace(),
            deployment_version: Some(WorkerDeploymentVersion {
                deployment_name: name.to_owned(),
                build_id: build_id.to_owned(),
            }),
            ..Default::default()
        };
        let mut service = self.client().connection().workflow_service();
        let response = service
            .describe_worker_deployment_version(request.into_request())
            .await
            .map_err(|status| self.deployment_fault(&format!("{name} {build_id}"), &status))?;
        let queues = response.into_inner().version_task_queues.into_iter();
        Ok(queues.map(|queue| (queue.name, queue.r#type)).collect())
    }

    async fn deployment_info(&self, name: &str) -> Result<WorkerDeploymentInfo, RunError> {
        let request = DescribeWorkerDeploymentRequest {
            namespace: self.client().namespace(),
            deployment_name: name.to_owned(),
        };
        let mut service = self.client().connection().workflow_service();
        let response = service
            .describe_worker_deployment(request.into_request())
            .await
            .map_err(|status| self.deployment_fault(name, &status))?;
        let info = response.into_inner().worker_deployment_info;
        Ok(info.unwrap_or_default())
    }

    fn deployment_fault(&self, what: &str, status: &Status) -> RunError {
        match status.code() {
            Code::NotFound | Code::FailedPrecondition => RunError::Invalid(format!(
                "deployment `{what}`: {}; a build is known once a worker of it has come: `worker --deployment NAME --build-id ID`",
                status.message()
            )),
            _ => self.fault(status),
        }
    }
}

fn unrouted(name: &str, build_id: &str) -> RunError {
    RunError::Engine(format!(
        "deployment `{name}`: build `{build_id}` is the current one, but after {} s the server has \
         not told all task queues: new runs may go to another build for a while",
        ROUTING.as_secs()
    ))
}

/// The build that gets new runs.
fn current(info: &WorkerDeploymentInfo) -> Option<String> {
    let routing = info.routing_config.as_ref()?;
    let version = routing.current_deployment_version.as_ref()?;
    Some(version.build_id.clone())
}

fn status(status: WorkerDeploymentVersionStatus) -> &'static str {
    match status {
        WorkerDeploymentVersionStatus::Current => "current",
        WorkerDeploymentVersionStatus::Ramping => "ramping",
        WorkerDeploymentVersionStatus::Draining => "draining",
        WorkerDeploymentVersionStatus::Drained => "drained",
        _ => "inactive",
    }
}
