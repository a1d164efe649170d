//! Other runs, by commands to Temporal: children, and those of strangers.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use futures_util::{FutureExt, future::LocalBoxFuture};
use temporalio_common::{
    HasWorkflowDefinition, SignalDefinition, WorkflowDefinition,
    error::{
        CancelExternalWorkflowError, ChildWorkflowExecutionError, ChildWorkflowStartError,
        WorkflowSignalError,
    },
    protos::temporal::api::failure::v1::failure::FailureInfo,
};
use temporalio_sdk::{
    ChildWorkflowOptions, ParentClosePolicy, SignalWorkflowOptions,
    StartChildWorkflowExecutionFailedCause, StartedChildWorkflow, WorkflowCancellationToken,
    WorkflowContext, WorkflowIdReusePolicy,
};

use super::{
    FlockWorkflow,
    activity_options::bounded,
    backend::{Shared, UntilDropped},
    task_limits,
};
use crate::{
    declare::{id_policy::IdReuse, options::check_queue},
    engine::{
        RunId, Scope,
        temporal::{
            client::{search_attributes, start::summary},
            failure, trace_header,
            wire::{self, Wire},
            worker::foreign,
        },
    },
    error::{Error, Result},
    flock::{
        cancelled,
        child_call::{ChildCall, ChildEnd, ClosePolicy, StartedChild, already_running, not_found},
    },
};

/// A flock by name: its types are known to the caller.
struct Named(&'static str);

impl WorkflowDefinition for Named {
    type Input = Wire;
    type Output = Wire;

    fn name(&self) -> &str {
        self.0
    }
}

impl HasWorkflowDefinition for Named {
    type Run = Self;
}

/// A signal by name, of whatever flock.
struct SignalName(&'static str);

impl SignalDefinition for SignalName {
    type Workflow = Named;
    type Input = Wire;

    fn name(&self) -> &str {
        self.0
    }
}

pub(crate) async fn start(
    context: WorkflowContext<FlockWorkflow>,
    shared: &Shared,
    call: ChildCall,
) -> Result<StartedChild> {
    if let Err(error) = call.check_linked(&shared.parts.registry) {
        match foreign::give_back(&context, error).await {}
    }
    let flock = call.flock.descriptor;
    // While somebody holds the child, this hangs on the run's own: a token knows its children weakly.
    let token = match call.scope {
        Scope::Run => context.cancellation_token().child_token(),
        Scope::Shielded => WorkflowCancellationToken::new(),
    };
    let options = options(&context, &call, token.clone())?;
    let input = Wire::new(call.input, wire::most(&shared.parts.config))
        .map_err(|error| error.context(format_args!("the input of the child `{}`", flock.name)))?;
    task_limits::wait(&context, input.len()).await;
    let child = context.clone();
    let start = async move {
        let make = || child.start_child_workflow(Named(flock.name), input, options);
        trace_header::carried(call.trace, make).await
    };
    let start = Starting {
        start: Some(start.boxed_local()),
        sent: context.history_length(),
        token: &token,
        workflow_id: &call.workflow_id,
        context: &context,
    };
    let started = start.await.map_err(not_started)?;
    let id = RunId {
        workflow_id: call.workflow_id,
        run_id: started.run_id.clone(),
    };
    let (child, held) = (id.workflow_id.clone(), token);
    let end = started.result();
    Ok(StartedChild {
        id,
        result: async move {
            let result = end.await.map_err(|error| ended(&error, flock.name))?;
            let result = result.into_payload();
            result.map_err(|error| {
                error.context(format_args!(
                    "the result of the child `{}` cannot be read",
                    flock.name
                ))
            })
        }
        .boxed_local(),
        // Not by the SDK's own command, which is lost without a word when the parent ends next, and
        // which a child that has continued as new does not hear.
        cancel: Box::new(move |reason| {
            let _held = &held;
            let (child, reason) = (context.external_workflow(&child, None), reason.to_owned());
            async move { child.cancel(Some(reason)).map(drop).await }.boxed_local()
        }),
    })
}

/// A child of which the server has not said yet that it has started.
struct Starting<'a> {
    start: Option<LocalBoxFuture<'static, Started>>,
    /// How long history was when its start was asked for.
    sent: u32,
    token: &'a WorkflowCancellationToken,
    workflow_id: &'a str,
    context: &'a WorkflowContext<FlockWorkflow>,
}

type Started = Result<StartedChildWorkflow<Named>, ChildWorkflowStartError>;

impl Future for Starting<'_> {
    type Output = Started;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Started> {
        let Some(start) = &mut self.start else {
            return Poll::Pending;
        };
        let started = std::task::ready!(start.as_mut().poll(cx));
        self.start = None;
        Poll::Ready(started)
    }
}

impl Drop for Starting<'_> {
    fn drop(&mut self) {
        let Some(start) = self.start.take() else {
            return;
        };
        if self.context.history_length() == self.sent {
            // The task is still the one that would send it, and now does not.
            self.token.cancel();
            return;
        }
        let (context, workflow_id) = (self.context.clone(), self.workflow_id.to_owned());
        let asked = async move {
            if start.await.is_ok() {
                let child = context.external_workflow(&workflow_id, None);
                let reason = "its parent waits for it no longer";
                // It may have ended meanwhile.
                let _ = child.cancel(Some(reason.to_owned())).await;
            }
        };
        let run_state = self.context.state(FlockWorkflow::run_state);
        run_state.on_its_way(asked.boxed_local());
    }
}

fn options(
    context: &WorkflowContext<FlockWorkflow>,
    call: &ChildCall,
    token: WorkflowCancellationToken,
) -> Result<ChildWorkflowOptions> {
    let (timeout, run_timeout) = call.limits();
    let flock = call.flock.descriptor;
    check_queue(&call.task_queue)?;
    Ok(ChildWorkflowOptions::builder()
        .workflow_id(call.workflow_id.clone())
        .task_queue(call.task_queue.clone())
        .cancellation_token(token)
        .parent_close_policy(match call.options.close_policy {
            ClosePolicy::Terminate => ParentClosePolicy::Terminate,
            ClosePolicy::Cancel => ParentClosePolicy::RequestCancel,
            ClosePolicy::Abandon => ParentClosePolicy::Abandon,
        })
        .id_reuse_policy(match call.options.id_reuse {
            IdReuse::AllowDuplicate => WorkflowIdReusePolicy::AllowDuplicate,
            IdReuse::AllowDuplicateFailedOnly => WorkflowIdReusePolicy::AllowDuplicateFailedOnly,
            IdReuse::RejectDuplicate => WorkflowIdReusePolicy::RejectDuplicate,
        })
        .maybe_execution_timeout(timeout.map(bounded))
        .maybe_run_timeout(run_timeout.map(bounded))
        .maybe_task_timeout(flock.options.task_timeout.map(bounded))
        .maybe_static_summary(summary(flock))
        .maybe_search_attributes(search_attributes::of_child(
            &context.search_attributes(),
            flock,
        ))
        .build())
}

fn not_started(error: ChildWorkflowStartError) -> Error {
    match error {
        ChildWorkflowStartError::Cancelled(_) => cancelled(),
        ChildWorkflowStartError::StartFailed {
            workflow_id,
            cause: StartChildWorkflowExecutionFailedCause::WorkflowAlreadyExists,
            ..
        } => already_running(&workflow_id),
        error => Error::permanent(error),
    }
}

fn ended(error: &ChildWorkflowExecutionError, flock: &str) -> Error {
    let Some(failure) = error.failure() else {
        return Error::permanent(error);
    };
    let beneath = match failure.failure_info {
        Some(FailureInfo::ChildWorkflowExecutionFailureInfo(_)) => failure.cause.as_deref(),
        _ => None,
    };
    let failure = beneath.unwrap_or(failure);
    match failure.failure_info {
        Some(FailureInfo::CanceledFailureInfo(_)) => ChildEnd::Cancelled.of(flock),
        Some(FailureInfo::TimeoutFailureInfo(_)) => ChildEnd::TimedOut.of(flock),
        Some(FailureInfo::TerminatedFailureInfo(_)) => ChildEnd::Terminated.of(flock),
        _ => failure::read(failure),
    }
}

pub(crate) async fn signal(
    context: WorkflowContext<FlockWorkflow>,
    token: WorkflowCancellationToken,
    workflow_id: String,
    name: &'static str,
    message: Wire,
) -> Result<()> {
    task_limits::wait(&context, message.len()).await;
    let options = SignalWorkflowOptions::builder()
        .cancellation_token(token)
        .build();
    let run = context.external_workflow(&workflow_id, None);
    let sent = UntilDropped(run.signal(SignalName(name), message, options)).await;
    sent.map_err(|error| match error {
        WorkflowSignalError::NotFound(_) => not_found(&workflow_id),
        WorkflowSignalError::Failed(failed) => failure::read(failed.failure()),
        error => Error::permanent(error),
    })
}

pub(crate) async fn cancel(
    context: WorkflowContext<FlockWorkflow>,
    workflow_id: String,
    reason: String,
) -> Result<()> {
    let run = context.external_workflow(&workflow_id, None);
    let asked = run.cancel(Some(reason)).await;
    asked.map_err(|error| match error {
        CancelExternalWorkflowError::NotFound(_) => not_found(&workflow_id),
        CancelExternalWorkflowError::Failed(failed) => failure::read(failed.failure()),
        error => Error::permanent(error),
    })
}
