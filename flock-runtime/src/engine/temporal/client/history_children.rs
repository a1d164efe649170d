//! What a history tells of messages and children.

use std::collections::BTreeMap;

use temporalio_common::protos::temporal::api::{
    common::v1::{WorkflowExecution, WorkflowType},
    history::v1::history_event::Attributes,
    update::v1::{Input, outcome},
};

use crate::{
    engine::{RunId, RunStatus, temporal::wire},
    flock::{event::StepEvent, handler::ANSWER},
};

/// Answers to requests that have come, by the ids of their updates: they are told once they are taken.
#[derive(Default)]
pub(crate) struct Messages(BTreeMap<String, StepEvent>);

impl Messages {
    pub(crate) fn event(&mut self, event: Attributes) -> Option<StepEvent> {
        use Attributes as Is;

        match event {
            Is::WorkflowExecutionSignaledEventAttributes(signal) => Some(StepEvent::Signal {
                name: signal.signal_name,
            }),
            Is::WorkflowExecutionUpdateAcceptedEventAttributes(update) => {
                let request = update.accepted_request?;
                let input = request.input?;
                if input.name != ANSWER {
                    return Some(StepEvent::Update { name: input.name });
                }
                self.0.insert(request.meta?.update_id, answered(input)?);
                None
            }
            Is::WorkflowExecutionUpdateCompletedEventAttributes(update) => {
                let answered = self.0.remove(&update.meta?.update_id)?;
                let outcome = update.outcome?.value?;
                matches!(outcome, outcome::Value::Success(_)).then_some(answered)
            }
            Is::ChildWorkflowExecutionStartedEventAttributes(child) => {
                let (child, flock) = named(child.workflow_execution, child.workflow_type);
                Some(StepEvent::ChildStarted { child, flock })
            }
            event => child_ended(event),
        }
    }
}

fn answered(input: Input) -> Option<StepEvent> {
    let message = wire::read(input.args.unwrap_or_default().payloads).ok()?;
    StepEvent::answered(&message).ok()
}

fn named(child: Option<WorkflowExecution>, flock: Option<WorkflowType>) -> (RunId, String) {
    let child = child.unwrap_or_default();
    let id = RunId {
        workflow_id: child.workflow_id,
        run_id: child.run_id,
    };
    (id, flock.unwrap_or_default().name)
}

/// How a child ended. The events of all the ways have the same fields, and no type in common.
fn child_ended(event: Attributes) -> Option<StepEvent> {
    use Attributes as Is;

    macro_rules! ended {
        ($child:ident, $status:ident) => {{
            let (child, flock) = named($child.workflow_execution, $child.workflow_type);
            let status = RunStatus::$status;
            Some(StepEvent::ChildEnded {
                child,
                flock,
                status,
            })
        }};
    }
    match event {
        Is::ChildWorkflowExecutionCompletedEventAttributes(child) => ended!(child, Completed),
        Is::ChildWorkflowExecutionFailedEventAttributes(child) => ended!(child, Failed),
        Is::ChildWorkflowExecutionCanceledEventAttributes(child) => ended!(child, Cancelled),
        Is::ChildWorkflowExecutionTerminatedEventAttributes(child) => ended!(child, Terminated),
        Is::ChildWorkflowExecutionTimedOutEventAttributes(child) => ended!(child, TimedOut),
        _ => None,
    }
}
