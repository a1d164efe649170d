//! Any flock as a workflow, by one adapter for all: what the SDK makes of a workflow's type is then
//! compiled here, once, and not in every user's crate for every flock.
//!
//! A panic in a flock's body keeps Temporal's meaning: the workflow task fails and is tried again,
//! since it is a fault of the code, and new code may mend it under the running flock.

pub(super) mod activity_options;
pub(super) mod backend;
mod cancellation;
pub(super) mod children;
pub(super) mod claims;
pub(super) mod continue_as_new;
pub(super) mod task_limits;

use std::{any::Any, rc::Rc, sync::Arc, time::SystemTime};

use futures_util::{FutureExt, future::LocalBoxFuture};
use temporalio_common::{
    HasWorkflowDefinition, WorkflowDefinition, data_converters::PayloadConverter,
    protos::temporal::api::common::v1::Payloads,
};
use temporalio_sdk::{
    WorkflowContext, WorkflowContextView, WorkflowRegistrationError, WorkflowTermination,
    workflow_interceptors::WorkflowOutputValue,
    workflows::{
        UpdateDefinitionDescriptor, WorkflowDefinitionDescriptor, WorkflowError,
        WorkflowImplementation,
    },
};

use self::{
    backend::{Backend, Shared},
    cancellation::Cancellation,
    task_limits::TaskLimits,
};
use super::{
    failure, trace_header,
    wire::{self, Wire},
    worker::registering,
};
use crate::{
    engine::program::Parts,
    error::{Error, ErrorKind, Result},
    flock::{
        self, Ending, FlockContext, RunInfo, RunState,
        entry::FlockEntry,
        handler::{self, HandlerKind},
        hosted,
    },
    value::payload::Payload,
};

/// Registers `flock` with a worker or a replayer: `register` hands them what makes its runs.
pub(super) fn register(
    flock: &'static FlockEntry,
    parts: &Parts,
    register: impl FnOnce(Factory) -> Result<(), WorkflowRegistrationError>,
) -> Result<(), WorkflowRegistrationError> {
    let shared = Arc::new(Shared {
        flock,
        parts: parts.clone(),
        resolved: std::sync::Mutex::default(),
    });
    let new = move || FlockWorkflow {
        run_state: Rc::new(RunState::new(flock)),
        shared: Arc::clone(&shared),
        task_limits: Rc::default(),
        cancellation: Cancellation::default(),
    };
    registering::named(flock.descriptor.name, || {
        registering::add_updates(updates(flock));
        register(Box::new(new))
    })
}

/// Makes the runs of a flock.
pub(super) type Factory = Box<dyn Fn() -> FlockWorkflow + Send + Sync>;

/// Of a refusal by a validator that was asked before the body had begun: asked again, it may say something else.
pub(super) const EARLY: &str = "flock-early";

/// One run of a flock.
pub(super) struct FlockWorkflow {
    shared: Arc<Shared>,
    run_state: Rc<RunState>,
    task_limits: Rc<TaskLimits>,
    cancellation: Cancellation,
}

impl FlockWorkflow {
    /// What may be sent.
    pub(super) fn task_limits(&self) -> Rc<TaskLimits> {
        Rc::clone(&self.task_limits)
    }

    pub(super) fn run_state(&self) -> Rc<RunState> {
        Rc::clone(&self.run_state)
    }
}

/// What runs take and give, whatever the flock.
pub(super) struct AnyFlock;

impl WorkflowDefinition for AnyFlock {
    type Input = Wire;
    type Output = Wire;

    fn name(&self) -> &str {
        FlockWorkflow::name()
    }
}

impl HasWorkflowDefinition for AnyFlock {
    type Run = Self;
}

impl WorkflowImplementation for FlockWorkflow {
    type Run = AnyFlock;
    const HAS_INIT: bool = false;
    const INIT_TAKES_INPUT: bool = false;

    fn name() -> &'static str {
        registering::name()
    }

    fn definition() -> WorkflowDefinitionDescriptor {
        WorkflowDefinitionDescriptor {
            workflow_type: Self::name().to_owned(),
            has_init: false,
            init_takes_input: false,
            signals: Vec::new(),
            queries: Vec::new(),
            updates: registering::updates()
                .into_iter()
                .map(|name| UpdateDefinitionDescriptor {
                    name: name.to_owned(),
                    has_validator: true,
                })
                .collect(),
        }
    }

    fn init(_: WorkflowContextView, _: Option<Wire>) -> Self {
        unreachable!("`HAS_INIT` is false, and runs come from a factory")
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
        let (flock, context) = flock_context(&context);
        handler::signal(flock, context, name, payload(message))
            .map(Ok)
            .boxed_local()
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
        let answer = handler::query(self.shared.flock, &self.run_state, name, payload(message));
        let most = wire::most(&self.shared.parts.config);
        reply(answer.and_then(|answer| Wire::new(answer, most)))
    }

    fn decode_update_input(_: &str, message: Payloads, _: &PayloadConverter) -> Decoded {
        decode(message)
    }

    fn dispatch_update(
        context: WorkflowContext<Self>,
        name: &str,
        message: Box<dyn Any>,
    ) -> LocalBoxFuture<'static, Result<Box<dyn WorkflowOutputValue>, WorkflowError>> {
        let (flock, flock_context) = flock_context(&context);
        let answer = handler::update(flock, flock_context, name, payload(message));
        let most = most(&context);
        async move {
            let wire = answer.await.and_then(|answer| Wire::new(answer, most));
            if let Ok(wire) = &wire {
                task_limits::answer(&context, wire.len()).await;
            }
            reply(wire)
        }
        .boxed_local()
    }

    fn validate_update(
        &self,
        _: WorkflowContextView,
        name: &str,
        message: Box<dyn Any>,
    ) -> Result<(), WorkflowError> {
        let flock = self.shared.flock;
        let is_early = !self.run_state.has_begun();
        if is_early && name == handler::ANSWER {
            // Its handler looks at what there is to answer by then, and refuses as well.
            return Ok(());
        }
        // What a validator lets through comes into history; the validator itself is never replayed.
        let now = SystemTime::now();
        handler::validate(flock, &self.run_state, name, &payload(message), now).map_err(|error| {
            failure::of_handler(match is_early {
                true => error.with_detail(EARLY, true),
                false => error,
            })
        })
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

fn reply(answer: Result<Wire>) -> Result<Box<dyn WorkflowOutputValue>, WorkflowError> {
    Ok(Box::new(answer.map_err(failure::of_handler)?))
}

fn updates(flock: &FlockEntry) -> impl Iterator<Item = &'static str> {
    let updates = flock.handlers.iter();
    let updates = updates.filter(|handler| handler.kind == HandlerKind::Update);
    let poll = flock.descriptor.streams().then_some(hosted::POLL);
    let built_in = [handler::ANSWER].into_iter().chain(poll);
    updates.map(|handler| handler.name).chain(built_in)
}

/// How many bytes a value of the run may have.
fn most(context: &WorkflowContext<FlockWorkflow>) -> usize {
    context.state(|workflow| wire::most(&workflow.shared.parts.config))
}

fn flock_context(context: &WorkflowContext<FlockWorkflow>) -> (&'static FlockEntry, FlockContext) {
    let (shared, run_state) =
        context.state(|workflow| (Arc::clone(&workflow.shared), Rc::clone(&workflow.run_state)));
    let flock = shared.flock;
    let info = RunInfo {
        flock: flock.descriptor,
        workflow_id: context.workflow_id().to_owned(),
        run_id: context.run_id().to_owned(),
        task_queue: context.task_queue().to_owned(),
    };
    let context = context.clone();
    let context = FlockContext::new(info, run_state, Backend { context, shared });
    (flock, context)
}

/// How a run ends that has not failed: with a result, or as a new run.
type End = Result<Box<dyn WorkflowOutputValue>, WorkflowTermination>;

async fn run(workflow: WorkflowContext<FlockWorkflow>, input: Option<Wire>) -> Result<End> {
    let begun_by = trace_header::read(workflow.headers());
    workflow.state(|workflow| workflow.run_state.begins_by(begun_by));
    let _clear = task_limits::Clear(workflow.state(FlockWorkflow::task_limits));
    let (flock, context) = flock_context(&workflow);
    let handed_on = context.traced().handed_on(context.run_id());
    // Before what has come since: those signals are with the flock already.
    context
        .run_state()
        .put_before(continue_as_new::unread_signals(workflow.headers())?);
    continue_as_new::take_over(context.run_state(), workflow.headers())?;
    let input = match input.map(Wire::into_payload) {
        Some(input) => input.map_err(|error| {
            error.context(format_args!(
                "the input of flock `{}` does not fit",
                flock.descriptor.name
            ))
        })?,
        None => Payload::from_json("null"),
    };
    let ending = flock::run(flock, context, input).await;
    task_limits::answered(&workflow).await;
    match ending? {
        Ending::Output(output) => {
            let output = Wire::new(output, most(&workflow))
                .map_err(|error| error.context("the flock's result"))?;
            task_limits::wait(&workflow, output.len()).await;
            Ok(Ok(Box::new(output)))
        }
        Ending::Next {
            input,
            unread,
            stream,
        } => Ok(Err(continue_as_new::goes_on(
            flock.descriptor,
            &workflow,
            input,
            (&unread, stream, handed_on),
            &workflow.state(|workflow| Arc::clone(&workflow.shared.parts.config)),
        )?)),
    }
}
