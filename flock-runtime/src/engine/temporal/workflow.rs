//! Any flock as a workflow, by one generic adapter.
//!
//! A panic in a flock's body keeps Temporal's meaning: the workflow task fails and is tried again,
//! since it is a fault of the code, and new code may mend it under the running flock.

use std::{any::Any, marker::PhantomData, sync::Arc};

use futures_util::{FutureExt, future::LocalBoxFuture};
use temporalio_common::{
    HasWorkflowDefinition, WorkflowDefinition, data_converters::PayloadConverter,
    protos::temporal::api::common::v1::Payloads,
};
use temporalio_sdk::{
    WorkerOptions, WorkflowContext, WorkflowContextView, WorkflowRegistrationError,
    WorkflowTermination,
    workflow_interceptors::WorkflowOutputValue,
    workflows::{WorkflowDefinitionDescriptor, WorkflowError, WorkflowImplementation},
};

use super::{
    backend::{Backend, Shared},
    failure,
    wire::Wire,
};
use crate::{
    context::{FlockContext, RunInfo},
    error::{Error, ErrorKind, Result},
    flock::Flock,
    payload::Payload,
    registry::Entry,
    runtime::Parts,
};

/// Registers `F` with a worker.
pub(super) fn register<F: Flock>(
    options: &mut WorkerOptions,
    parts: &Parts,
) -> Result<(), WorkflowRegistrationError> {
    let shared = Arc::new(Shared {
        flock: F::DESCRIPTOR,
        registry: Arc::clone(&parts.registry),
        resolver: parts.resolver(),
        resolved: std::sync::Mutex::default(),
    });
    let instance = move || FlockWorkflow::<F> {
        shared: Some(Arc::clone(&shared)),
        flock: PhantomData,
    };
    options.register_workflow_with_factory(instance)?;
    Ok(())
}

/// One run of `F`.
pub(super) struct FlockWorkflow<F> {
    shared: Option<Arc<Shared>>,
    flock: PhantomData<F>,
}

/// Names the workflow type of `F`.
pub(super) struct FlockType<F>(PhantomData<F>);

impl<F: Flock> WorkflowDefinition for FlockType<F> {
    type Input = Wire;
    type Output = Wire;

    fn name(&self) -> &str {
        F::NAME
    }
}

impl<F: Flock> HasWorkflowDefinition for FlockType<F> {
    type Run = Self;
}

impl<F: Flock> WorkflowImplementation for FlockWorkflow<F> {
    type Run = FlockType<F>;
    const HAS_INIT: bool = false;
    const INIT_TAKES_INPUT: bool = false;

    fn name() -> &'static str {
        F::NAME
    }

    fn definition() -> WorkflowDefinitionDescriptor {
        WorkflowDefinitionDescriptor {
            workflow_type: F::NAME.to_owned(),
            has_init: false,
            init_takes_input: false,
            signals: Vec::new(),
            queries: Vec::new(),
            updates: Vec::new(),
        }
    }

    fn init(_: WorkflowContextView, _: Option<Wire>) -> Self {
        Self {
            shared: None,
            flock: PhantomData,
        }
    }

    fn run(
        context: WorkflowContext<Self>,
        input: Option<Wire>,
    ) -> LocalBoxFuture<'static, Result<Box<dyn WorkflowOutputValue>, WorkflowTermination>> {
        async move {
            let cancellation = context.cancellation_token();
            match run(context, input).await {
                Ok(output) => Ok(Box::new(output) as Box<dyn WorkflowOutputValue>),
                Err(error)
                    if *error.kind() == ErrorKind::Cancelled && cancellation.is_cancelled() =>
                {
                    Err(WorkflowTermination::cancelled())
                }
                Err(error) => Err(failure::of_flock(error)),
            }
        }
        .boxed_local()
    }

    fn decode_signal_input(
        _: &str,
        _: Payloads,
        _: &PayloadConverter,
    ) -> Result<Option<Box<dyn Any>>, WorkflowError> {
        Ok(Some(Box::new(())))
    }

    fn dispatch_signal(
        context: WorkflowContext<Self>,
        name: &str,
        _: Box<dyn Any>,
    ) -> LocalBoxFuture<'static, Result<(), WorkflowError>> {
        if !context.is_replaying() {
            tracing::warn!(
                flock = F::NAME,
                workflow_id = context.workflow_id(),
                "signal `{name}` is not one that the flock knows: ignored"
            );
        }
        std::future::ready(Ok(())).boxed_local()
    }

    fn dispatch_query(
        &self,
        _: WorkflowContextView,
        name: &str,
        _: Box<dyn Any>,
    ) -> Result<Box<dyn WorkflowOutputValue>, WorkflowError> {
        Err(unknown::<F>("query", name))
    }

    fn dispatch_update(
        _: WorkflowContext<Self>,
        name: &str,
        _: Box<dyn Any>,
    ) -> LocalBoxFuture<'static, Result<Box<dyn WorkflowOutputValue>, WorkflowError>> {
        std::future::ready(Err(unknown::<F>("update", name))).boxed_local()
    }

    fn validate_update(
        &self,
        _: WorkflowContextView,
        name: &str,
        _: Box<dyn Any>,
    ) -> Result<(), WorkflowError> {
        Err(unknown::<F>("update", name))
    }
}

async fn run<F: Flock>(
    context: WorkflowContext<FlockWorkflow<F>>,
    input: Option<Wire>,
) -> Result<Wire> {
    let Some(shared) = context.state(|workflow| workflow.shared.clone()) else {
        return Err(Error::permanent("the flock was not registered by flock's own worker"));
    };
    let info = RunInfo {
        flock: F::DESCRIPTOR,
        workflow_id: context.workflow_id().to_owned(),
        run_id: context.run_id().to_owned(),
        task_queue: context.task_queue().to_owned(),
    };
    let input = match input.map(Wire::into_payload) {
        Some(input) => input.map_err(|error| {
            error.context(format_args!("the input of flock `{}` does not fit", F::NAME))
        })?,
        None => Payload::from_json("null"),
    };
    let context = FlockContext::new(info, Backend { context, shared });
    let output = (Entry::<F>::FLOCK.run)(context, input).await?;
    Wire::new(output).map_err(|error| error.context("the flock's result"))
}

fn unknown<F: Flock>(what: &str, name: &str) -> WorkflowError {
    let message = format!("flock `{}` has no {what} `{name}`", F::NAME);
    WorkflowError::Execution(message.into())
}
