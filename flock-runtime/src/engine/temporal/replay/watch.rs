//! Looks over the shoulder of a flock while it is replayed: what its code does now.

use std::sync::{Arc, Mutex, PoisonError};

use temporalio_sdk::{
    TimerResult, WorkflowTermination,
    workflow_interceptors::{
        CancelExternalWorkflowInput, CancelExternalWorkflowResult,
        CancellableWorkflowOutboundFuture as Cancellable, ExecuteWorkflowInput,
        ExecuteWorkflowResult, ScheduleActivityInput, ScheduleActivityResult,
        ScheduleLocalActivityInput, SignalWorkflowInput, SignalWorkflowResult,
        SignalWorkflowTarget, StartChildWorkflowInput, StartChildWorkflowResult, StartTimerInput,
        WorkflowInterceptor, WorkflowInterceptorConstructor, WorkflowInterceptorContext,
        WorkflowInterceptorFuture, WorkflowNext, WorkflowOutboundFuture,
    },
};

use super::Action;
use crate::engine::RunStatus;

/// What the code did, in order.
#[derive(Debug, Clone, Default)]
pub(super) struct Log(Arc<Mutex<Vec<Vec<Action>>>>);

impl Log {
    /// What writes into this log.
    pub(super) fn interceptor(&self) -> WorkflowInterceptorConstructor {
        let log = self.clone();
        WorkflowInterceptorConstructor::new(move |_| {
            let mut replays = log.0.lock().unwrap_or_else(PoisonError::into_inner);
            replays.push(Vec::new());
            Watch {
                log: log.clone(),
                replay: replays.len() - 1,
            }
        })
    }

    /// What the code did the first time; after a failure it may be tried again.
    pub(super) fn actions(&self) -> Vec<Action> {
        let replays = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        replays.first().cloned().unwrap_or_default()
    }

    /// Whether a run's context is still there, which keeps what writes into it.
    #[cfg(test)]
    pub(super) fn is_written(&self) -> bool {
        Arc::strong_count(&self.0) > 1
    }
}

struct Watch {
    log: Log,
    replay: usize,
}

impl Watch {
    fn note(&self, action: Action) {
        let mut replays = self.log.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(actions) = replays.get_mut(self.replay) {
            actions.push(action);
        }
    }

    fn note_end(&self, result: &ExecuteWorkflowResult) {
        let (status, error) = match result {
            Ok(_) => (RunStatus::Completed, None),
            Err(WorkflowTermination::Cancelled { .. }) => (RunStatus::Cancelled, None),
            Err(WorkflowTermination::ContinueAsNew(_)) => (RunStatus::ContinuedAsNew, None),
            Err(WorkflowTermination::Failed(error)) => (RunStatus::Failed, Some(error.to_string())),
            // Not an end of the run.
            Err(_) => return,
        };
        self.note(Action::End { status, error });
    }
}

impl WorkflowInterceptor for Watch {
    fn execute<'a>(
        &'a self,
        _: WorkflowInterceptorContext,
        input: ExecuteWorkflowInput,
        next: WorkflowNext<
            'a,
            ExecuteWorkflowInput,
            WorkflowInterceptorFuture<'a, ExecuteWorkflowResult>,
        >,
    ) -> WorkflowInterceptorFuture<'a, ExecuteWorkflowResult> {
        WorkflowInterceptorFuture::new(async move {
            let result = next.run(input).await;
            self.note_end(&result);
            result
        })
    }

    fn start_timer(
        &self,
        _: WorkflowInterceptorContext,
        input: StartTimerInput,
        next: WorkflowNext<'static, StartTimerInput, Cancellable<TimerResult>>,
    ) -> Cancellable<TimerResult> {
        self.note(Action::Timer {
            duration: input.options().duration,
        });
        next.run(input)
    }

    fn schedule_activity(
        &self,
        _: WorkflowInterceptorContext,
        input: ScheduleActivityInput,
        next: WorkflowNext<'static, ScheduleActivityInput, Cancellable<ScheduleActivityResult>>,
    ) -> Cancellable<ScheduleActivityResult> {
        self.note(Action::Agent {
            agent: input.activity_type().to_owned(),
        });
        next.run(input)
    }

    fn schedule_local_activity(
        &self,
        _: WorkflowInterceptorContext,
        input: ScheduleLocalActivityInput,
        next: WorkflowNext<
            'static,
            ScheduleLocalActivityInput,
            Cancellable<ScheduleActivityResult>,
        >,
    ) -> Cancellable<ScheduleActivityResult> {
        self.note(Action::LocalAgent {
            agent: input.activity_type().to_owned(),
        });
        next.run(input)
    }

    fn start_child_workflow(
        &self,
        _: WorkflowInterceptorContext,
        input: StartChildWorkflowInput,
        next: WorkflowNext<'static, StartChildWorkflowInput, Cancellable<StartChildWorkflowResult>>,
    ) -> Cancellable<StartChildWorkflowResult> {
        let id = input.options().workflow_id.clone();
        self.note(Action::Child {
            flock: input.workflow_type().to_owned(),
            workflow_id: id.filter(|id| !id.is_empty()),
        });
        next.run(input)
    }

    fn signal_workflow(
        &self,
        _: WorkflowInterceptorContext,
        input: SignalWorkflowInput,
        next: WorkflowNext<'static, SignalWorkflowInput, Cancellable<SignalWorkflowResult>>,
    ) -> Cancellable<SignalWorkflowResult> {
        let workflow_id = match input.target() {
            SignalWorkflowTarget::Child { workflow_id }
            | SignalWorkflowTarget::External { workflow_id, .. } => workflow_id.clone(),
            _ => String::new(),
        };
        self.note(Action::Signal {
            signal: input.signal_name().to_owned(),
            workflow_id,
        });
        next.run(input)
    }

    fn cancel_external_workflow(
        &self,
        _: WorkflowInterceptorContext,
        input: CancelExternalWorkflowInput,
        next: WorkflowNext<
            'static,
            CancelExternalWorkflowInput,
            WorkflowOutboundFuture<CancelExternalWorkflowResult>,
        >,
    ) -> WorkflowOutboundFuture<CancelExternalWorkflowResult> {
        self.note(Action::CancelRun {
            workflow_id: input.workflow_id.clone(),
        });
        next.run(input)
    }
}
