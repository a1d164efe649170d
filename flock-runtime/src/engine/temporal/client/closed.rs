//! How a run was closed, by the last event of its history.

use temporalio_common::protos::temporal::api::history::v1::history_event::Attributes;

use crate::{
    engine::temporal::{failure, wire},
    error::RunError,
    value::payload::Payload,
};

/// How a run was closed.
pub(crate) enum Closed {
    Ended(Result<Payload, RunError>),
    /// The run of this id goes on with its work.
    GoesOn(String),
}

/// What an event says of that; none where it closes nothing.
pub(crate) fn closed(event: Attributes) -> Option<Closed> {
    let outcome = match event {
        Attributes::WorkflowExecutionCompletedEventAttributes(end) => {
            let payloads = end.result.unwrap_or_default().payloads;
            wire::read(payloads)
                .map_err(|error| RunError::value(&error.context("the flock's result does not fit")))
        }
        Attributes::WorkflowExecutionFailedEventAttributes(end) => {
            let error = failure::read(&end.failure.unwrap_or_default());
            Err(RunError::Failed(error.into_failure()))
        }
        Attributes::WorkflowExecutionCanceledEventAttributes(_) => Err(RunError::Cancelled),
        Attributes::WorkflowExecutionTerminatedEventAttributes(end) => {
            Err(RunError::Terminated { reason: end.reason })
        }
        Attributes::WorkflowExecutionTimedOutEventAttributes(_) => Err(RunError::TimedOut),
        Attributes::WorkflowExecutionContinuedAsNewEventAttributes(end) => {
            return Some(Closed::GoesOn(end.new_execution_run_id));
        }
        _ => return None,
    };
    Some(Closed::Ended(outcome))
}
