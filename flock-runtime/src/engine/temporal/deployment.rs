//! Worker Deployments: which builds there are, and which of them gets new runs.

use std::time::SystemTime;

use futures_util::{FutureExt, future::BoxFuture};
use serde::Serialize;
use temporalio_client::{
    NamespacedClient,
    tonic::{Code, IntoRequest, Status},
};
use temporalio_common::protos::temporal::api::{
    enums::v1::WorkerDeploymentVersionStatus,
    workflowservice::v1::{
        DescribeWorkerDeploymentRequest, SetWorkerDeploymentCurrentVersionRequest,
    },
};

use super::{client::TemporalEngine, describe::time};
use crate::runtime::RunError;

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
            let info = info.unwrap_or_default();
            let current = info.routing_config.unwrap_or_default();
            let current = current.current_deployment_version;
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
                current: current.map(|version| version.build_id),
                builds,
            })
        }
        .boxed()
    }

    /// Gives new runs, and those of flocks that follow, to the workers of this build.
    ///
    /// # Errors
    /// When no worker of this build has come yet, when it lacks a queue that the build before it
    /// serves, or the server cannot be reached.
    pub fn set_current_build<'a>(
        &'a self,
        name: &'a str,
        build_id: &'a str,
    ) -> BoxFuture<'a, Result<(), RunError>> {
        async move {
            let request = SetWorkerDeploymentCurrentVersionRequest {
                namespace: self.client().namespace(),
                deployment_name: name.to_owned(),
                build_id: build_id.to_owned(),
                ..Default::default()
            };
            let mut service = self.client().connection().workflow_service();
            let set = service
                .set_worker_deployment_current_version(request.into_request())
                .await;
            set.map(drop)
                .map_err(|status| self.deployment_fault(&format!("{name} {build_id}"), &status))
        }
        .boxed()
    }

    fn deployment_fault(&self, what: &str, status: &Status) -> RunError {
        match status.code() {
            Code::NotFound | Code::FailedPrecondition => RunError::Engine(format!(
                "deployment `{what}`: {}; a build is known once a worker of it has come: `worker --deployment NAME --build-id ID`",
                status.message()
            )),
            _ => self.fault(status),
        }
    }
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
