//! Signals, queries and updates, sent to runs on the server.

use std::time::{Duration, Instant};

use temporalio_client::{
    Client, UntypedQuery, UntypedSignal, UntypedUpdate, UntypedWorkflowHandle,
    WorkflowExecuteUpdateOptions, WorkflowQueryOptions, WorkflowSignalOptions,
    errors::{WorkflowInteractionError, WorkflowQueryError, WorkflowUpdateError},
    tonic::Code,
};
use temporalio_common::data_converters::RawValue;

use super::TemporalEngine;
use crate::{
    engine::{
        RunId,
        temporal::{
            failure,
            wire::{self, MAX_BYTES, Wire},
            workflow::EARLY,
        },
    },
    error::{Error, Result, RunError},
    value::payload::Payload,
};

/// So long a run may take to close or to go on as new, which a server under load does slowly: what is
/// sent to it meanwhile is sent again. The SDK's client alone gives up after ten times.
const CLOSING: Duration = Duration::from_secs(60);

/// So often an update is sent again whose validator was asked too early: where one worker after the other is lost.
const EARLY_TIMES: usize = 5;

pub(crate) async fn signal(
    engine: &TemporalEngine,
    run: &RunId,
    name: &str,
    message: Payload,
) -> Result<(), RunError> {
    let began = Instant::now();
    loop {
        let sent = engine
            .handle(run)
            .signal(
                UntypedSignal::new(name),
                raw(engine, message.clone())?,
                WorkflowSignalOptions::default(),
            )
            .await;
        match sent {
            Ok(()) => return Ok(()),
            // The client has waited in between, and longer each time.
            Err(error) if is_closing(&error) && began.elapsed() < CLOSING => {}
            Err(error) => return Err(engine.interaction(run, error)),
        }
    }
}

/// Whether the run is between two tasks of which the next, or its next run, takes the message.
fn is_closing(error: &WorkflowInteractionError) -> bool {
    let WorkflowInteractionError::Rpc(status) = error else {
        return false;
    };
    status.code() == Code::ResourceExhausted && status.message().contains("workflow is closing")
}

pub(crate) async fn query(
    engine: &TemporalEngine,
    run: &RunId,
    name: &str,
    message: Payload,
) -> Result<Payload, RunError> {
    let answer = engine
        .handle(run)
        .query(
            UntypedQuery::new(name),
            raw(engine, message)?,
            WorkflowQueryOptions::default(),
        )
        .await;
    match answer {
        Ok(answer) => read(answer),
        Err(WorkflowQueryError::NotFound(status)) => {
            Err(engine.interaction(run, WorkflowInteractionError::NotFound(status)))
        }
        Err(WorkflowQueryError::Rpc(status)) => {
            Err(match failure::of_query(engine.client(), &status).await {
                Some(error) => RunError::refused(error),
                None => engine.interaction(run, WorkflowInteractionError::Rpc(status)),
            })
        }
        Err(error) => Err(RunError::Engine(error.to_string())),
    }
}

/// As an attempt asks its own run. Fails with an error of kind `Transient` where asking again may help.
pub(in crate::engine::temporal) async fn ask(
    client: &Client,
    run: &UntypedWorkflowHandle<Client>,
    name: &str,
    message: Payload,
) -> Result<Payload> {
    let message = Wire::new(message, MAX_BYTES).and_then(Wire::into_payload)?;
    let message = RawValue::new(vec![wire::write(&message)]);
    let options = WorkflowQueryOptions::default();
    match run.query(UntypedQuery::new(name), message, options).await {
        Ok(answer) => wire::read(answer.payloads),
        Err(WorkflowQueryError::NotFound(status)) => Err(Error::permanent(status.message())),
        Err(WorkflowQueryError::Rpc(status)) => {
            let refused = failure::of_query(client, &status).await;
            Err(refused.unwrap_or_else(|| Error::transient(status.message())))
        }
        Err(error) => Err(Error::transient(error.to_string())),
    }
}

pub(crate) async fn update(
    engine: &TemporalEngine,
    run: &RunId,
    name: &str,
    message: Payload,
) -> Result<Payload, RunError> {
    let message = raw(engine, message)?;
    let mut early = 0;
    let answer = loop {
        let options = WorkflowExecuteUpdateOptions::default();
        let update = UntypedUpdate::new(name);
        let handle = engine.handle(run);
        let answer = handle.execute_update(update, message.clone(), options);
        match answer.await {
            // The body has begun by now, and the validator looks at what it has made.
            Err(WorkflowUpdateError::Failed(failure))
                if early < EARLY_TIMES && failure::read(&failure).detail(EARLY).is_some() =>
            {
                early += 1;
            }
            answer => break answer,
        }
    };
    match answer {
        Ok(answer) => read(answer),
        Err(WorkflowUpdateError::Failed(failure)) => {
            let error = failure::read(&failure);
            match error.type_name() {
                // The server's own word for it.
                "AcceptedUpdateCompletedWorkflow" => Err(RunError::Ended(run.workflow_id.clone())),
                _ => Err(RunError::refused(error)),
            }
        }
        Err(WorkflowUpdateError::NotFound(status)) => {
            Err(engine.interaction(run, WorkflowInteractionError::NotFound(status)))
        }
        Err(WorkflowUpdateError::Rpc(status)) => {
            Err(engine.interaction(run, WorkflowInteractionError::Rpc(status)))
        }
        Err(error) => Err(RunError::Engine(error.to_string())),
    }
}

fn raw(engine: &TemporalEngine, message: Payload) -> Result<RawValue, RunError> {
    let most = wire::most(&engine.parts().config);
    let message = Wire::new(message, most).and_then(Wire::into_payload);
    let message = message.map_err(|error| RunError::value(&error))?;
    Ok(RawValue::new(vec![wire::write(&message)]))
}

fn read(answer: RawValue) -> Result<Payload, RunError> {
    let answer = wire::read(answer.payloads);
    answer.map_err(|error: Error| RunError::value(&error.context("the answer does not fit")))
}
