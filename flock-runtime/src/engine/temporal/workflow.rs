//! Any flock as a workflow, by one generic adapter.
//!
//! A panic in a flock's body keeps Temporal's meaning: the workflow task fails and is tried again,
//! since it is a fault of the code, and new code may mend it under the running flock.

use std::{any::Any, marker::PhantomData, rc::Rc, sync::Arc, time::SystemTime};

use futures_util::{
    FutureExt,
    future::{LocalBoxFuture, ready},
};
use temporalio_common::{
    HasWorkflowDefinition, WorkflowDefinition, data_converters::PayloadConverter,
    protos::temporal::api::common::v1::Payloads,
};
use temporalio_sdk::{
    WorkerOptions, WorkflowContext, WorkflowContextView, WorkflowRegistrationError,
    WorkflowTermination,
    workflow_interceptors::WorkflowOutputValue,
    workflows::{
        UpdateDefinitionDescriptor, WorkflowDefinitionDescriptor, WorkflowError,
        WorkflowImplementation,
    },
};

use super::{
    backend::{Backend, Shared},
    failure, next,
    wire::{self, Wire},
};
use crate::{
    context::{self, Board, Ending, FlockContext, RunInfo},
    error::{Error, ErrorKind, Result},
    flock::Flock,
    handler::{self, HandlerKind},
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
        parts: parts.clone(),
        resolved: std::sync::Mutex::default(),
    });
    let instance = move || FlockWorkflow::<F>::new(Some(Arc::clone(&shared)));
    options.register_workflow_with_factory(instance)?;
    Ok(())
}

/// One run of `F`.
pub(super) struct FlockWorkflow<F> {
    shared: Option<Arc<Shared>>,
    board: Rc<Board>,
    flock: PhantomData<F>,
}

impl<F: Flock> FlockWorkflow<F> {
    fn new(shared: Option<Arc<Shared>>) -> Self {
        Self {
            shared,
            board: Rc::new(Board::new(F::state())),
            flock: PhantomData,
        }
    }
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
            updates: updates::<F>(),
        }
    }

    fn init(_: WorkflowContextView, _: Option<Wire>) -> Self {
        Self::new(None)
    }

    fn run(
        context: WorkflowContext<Self>,
        input: Option<Wire>,
    ) -> LocalBoxFuture<'static, Result<Box<dyn WorkflowOutputValue>, WorkflowTermination>> {
        async move {
            let cancellation = context.cancellation_token();
            match run(context, input).await {
                Ok(end) => end,
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

    fn decode_signal_input(_: &str, message: Payloads, _: &PayloadConverter) -> Decoded {
        decode(message)
    }

    fn dispatch_signal(
        context: WorkflowContext<Self>,
        name: &str,
        message: Box<dyn Any>,
    ) -> LocalBoxFuture<'static, Result<(), WorkflowError>> {
        match flock_context(&context) {
            Ok(context) => handler::signal(&Entry::<F>::FLOCK, context, name, payload(message))
                .map(Ok)
                .boxed_local(),
            Err(error) => ready(Err(failure::of_handler(error))).boxed_local(),
        }
    }

    fn decode_query_input(_: &str, message: &Payloads, _: &PayloadConverter) -> Decoded {
        decode(message.clone())
    }

    fn dispatch_query(
        &self,
        _: WorkflowContextView,
        name: &str,
        message: Box<dyn Any>,
    ) -> Result<Box<dyn WorkflowOutputValue>, WorkflowError> {
        let answer = handler::query(&Entry::<F>::FLOCK, &self.board, name, payload(message));
        reply(answer)
    }

    fn decode_update_input(_: &str, message: Payloads, _: &PayloadConverter) -> Decoded {
        decode(message)
    }

    fn dispatch_update(
        context: WorkflowContext<Self>,
        name: &str,
        message: Box<dyn Any>,
    ) -> LocalBoxFuture<'static, Result<Box<dyn WorkflowOutputValue>, WorkflowError>> {
        match flock_context(&context) {
            Ok(context) => handler::update(&Entry::<F>::FLOCK, context, name, payload(message))
                .map(reply)
                .boxed_local(),
            Err(error) => ready(Err(failure::of_handler(error))).boxed_local(),
        }
    }

    fn validate_update(
        &self,
        _: WorkflowContextView,
        name: &str,
        message: Box<dyn Any>,
    ) -> Result<(), WorkflowError> {
        let flock = &Entry::<F>::FLOCK;
        // What a validator lets through comes into history; the validator itself is never replayed.
        let now = SystemTime::now();
        handler::validate(flock, &self.board, name, &payload(message), now)
            .map_err(failure::of_handler)
    }
}

type Decoded = Result<Option<Box<dyn Any>>, WorkflowError>;

/// Leaves the reading to our own code: see [`wire`](super::wire).
fn decode(message: Payloads) -> Decoded {
    Ok(Some(Box::new(wire::read(message.payloads))))
}

fn payload(message: Box<dyn Any>) -> Result<Payload> {
    match message.downcast::<Result<Payload>>() {
        Ok(payload) => *payload,
        Err(_) => Err(Error::permanent("a message of another kind")),
    }
}

fn reply(answer: Result<Payload>) -> Result<Box<dyn WorkflowOutputValue>, WorkflowError> {
    let wire = answer.and_then(Wire::new).map_err(failure::of_handler)?;
    Ok(Box::new(wire))
}

fn updates<F: Flock>() -> Vec<UpdateDefinitionDescriptor> {
    let updates = F::HANDLERS.iter();
    let updates = updates.filter(|handler| handler.kind == HandlerKind::Update);
    updates
        .map(|handler| handler.name)
        .chain([handler::ANSWER])
        .map(|name| UpdateDefinitionDescriptor {
            name: name.to_owned(),
            has_validator: true,
        })
        .collect()
}

fn flock_context<F: Flock>(context: &WorkflowContext<FlockWorkflow<F>>) -> Result<FlockContext> {
    let (shared, board) =
        context.state(|workflow| (workflow.shared.clone(), Rc::clone(&workflow.board)));
    let Some(shared) = shared else {
        return Err(Error::permanent(
            "the flock was not registered by flock's own worker",
        ));
    };
    let info = RunInfo {
        flock: F::DESCRIPTOR,
        workflow_id: context.workflow_id().to_owned(),
        run_id: context.run_id().to_owned(),
        task_queue: context.task_queue().to_owned(),
    };
    let context = context.clone();
    Ok(FlockContext::new(info, board, Backend { context, shared }))
}

/// How a run ends that has not failed: with a result, or as a new run.
type End = Result<Box<dyn WorkflowOutputValue>, WorkflowTermination>;

async fn run<F: Flock>(
    workflow: WorkflowContext<FlockWorkflow<F>>,
    input: Option<Wire>,
) -> Result<End> {
    let context = flock_context(&workflow)?;
    // Before what has come since: those signals are with the flock already.
    context.board().carry(next::mail(workflow.headers())?);
    let input = match input.map(Wire::into_payload) {
        Some(input) => input.map_err(|error| {
            error.context(format_args!(
                "the input of flock `{}` does not fit",
                F::NAME
            ))
        })?,
        None => Payload::from_json("null"),
    };
    match context::run(&Entry::<F>::FLOCK, context, input).await? {
        Ending::Output(output) => {
            let output = Wire::new(output).map_err(|error| error.context("the flock's result"))?;
            Ok(Ok(Box::new(output)))
        }
        Ending::Next { input, mail } => Ok(Err(next::goes_on(&workflow, input, &mail)?)),
    }
}
