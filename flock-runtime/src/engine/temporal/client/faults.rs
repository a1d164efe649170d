//! What a server's refusals mean.

use std::error::Error as _;

use temporalio_client::{
    errors::WorkflowInteractionError,
    tonic::{Code, Status},
};

use super::TemporalEngine;
use crate::{
    engine::{RunId, temporal::connect::denied},
    error::RunError,
};

impl TemporalEngine {
    /// What a server's refusal means.
    pub(crate) fn fault(&self, status: &Status) -> RunError {
        if let Some(denied) = denied(self.address(), status) {
            return denied;
        }
        let unreachable = || RunError::Unreachable {
            address: self.address().to_owned(),
            message: status.message().to_owned(),
        };
        match status.code() {
            Code::Unavailable | Code::DeadlineExceeded => unreachable(),
            // The connection broke, before or while it was asked: beneath what a server says there is no cause.
            Code::Unknown | Code::Cancelled if status.source().is_some() => unreachable(),
            code => {
                let message = format!(
                    "Temporal at {}, namespace `{}`: {}",
                    self.address(),
                    self.namespace(),
                    status.message()
                );
                match no_namespace(status) || code == Code::InvalidArgument {
                    true => RunError::Invalid(message),
                    false => RunError::Engine(message),
                }
            }
        }
    }

    pub(crate) fn interaction(&self, run: &RunId, error: WorkflowInteractionError) -> RunError {
        match error {
            // The namespace may be what is missing.
            WorkflowInteractionError::NotFound(status) if no_namespace(&status) => {
                self.fault(&status)
            }
            WorkflowInteractionError::NotFound(status)
                if status.message().contains("already completed") =>
            {
                RunError::Ended(run.workflow_id.clone())
            }
            WorkflowInteractionError::NotFound(_) => RunError::NotFound(run.workflow_id.clone()),
            WorkflowInteractionError::Rpc(status) if malformed_run_id(&status) => {
                RunError::NotFound(format!("{} {}", run.workflow_id, run.run_id))
            }
            WorkflowInteractionError::Rpc(status) => self.fault(&status),
            error => RunError::Engine(error.to_string()),
        }
    }
}

/// Whether the server says that it has no such namespace. It says so too where its database is slow: see `start`.
pub(super) fn no_namespace(status: &Status) -> bool {
    status.code() == Code::NotFound && status.message().contains("amespace")
}

fn malformed_run_id(status: &Status) -> bool {
    status.code() == Code::InvalidArgument && status.message().contains("RunId")
}
