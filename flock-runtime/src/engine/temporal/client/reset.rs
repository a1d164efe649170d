//! Runs that go back: which event of a history that is, and the request to the server.

use temporalio_client::{NamespacedClient, tonic::IntoRequest};
use temporalio_common::protos::temporal::api::{
    common::v1::WorkflowExecution, enums::v1::EventType,
    workflowservice::v1::ResetWorkflowExecutionRequest,
};

use super::TemporalEngine;
use crate::{
    engine::{
        Engine, RedoneStep, ResetPlan, ResetTo, RunId,
        temporal::history::{Action, History, HistoryStep, StepOutcome},
    },
    error::RunError,
    flock::{hosted, registry::Registry},
};

/// What a reset of `run` to this point would do.
pub(crate) async fn plan(
    engine: &TemporalEngine,
    run: &RunId,
    to: ResetTo,
) -> Result<ResetPlan, RunError> {
    // Which run that is: the latest may be another one by the time of the reset.
    let run = engine.describe(run).await?.id;
    let history = History::of(engine, &run).await?;
    planned(&history, run, to, &engine.parts().registry).map_err(RunError::Invalid)
}

fn planned(
    history: &History,
    run: RunId,
    to: ResetTo,
    registry: &Registry,
) -> Result<ResetPlan, String> {
    let lines = history.steps();
    let event = event(history, &lines, to).map_err(|why| format!("`{run}` {why}"))?;
    let mut plan = ResetPlan::new(run, history.flock(), history.is_open(), event);
    for line in lines {
        let is_after = line.event > event;
        match (line.step, &line.action) {
            (Some(_), _) if !is_after => plan.kept += 1,
            (Some(_), Action::End { .. }) => {}
            (Some(step), action) => {
                let write = writes(registry, action);
                let step = RedoneStep::new(step, action.to_string(), write);
                plan.redone.push(step);
            }
            (None, Action::Signalled { signal }) if is_after && !hosted::is_own(signal) => {
                plan.reapplied.push(format!("signal `{signal}`"));
            }
            (None, Action::Updated { update }) if is_after && !hosted::is_own(update) => {
                plan.reapplied.push(format!("update `{update}`"));
            }
            _ => {}
        }
    }
    Ok(plan)
}

fn writes(registry: &Registry, action: &Action) -> bool {
    let Action::Agent { agent } = action else {
        return false;
    };
    let agent = registry.agent(agent);
    agent.is_some_and(|agent| agent.descriptor.effects.is_write())
}

/// The end of the workflow task that the new run makes again, or what is wrong, as the rest of a sentence that
/// begins with the run.
fn event(history: &History, lines: &[HistoryStep], to: ResetTo) -> Result<i64, String> {
    let events = history.events().iter();
    let ends: Vec<_> = events
        .filter(|event| event.event_type() == EventType::WorkflowTaskCompleted)
        .map(|event| event.event_id)
        .collect();
    // Commands stand behind the task that gave them.
    let task_before = |event: i64| ends.iter().copied().rfind(|end| *end < event);
    let steps = || lines.iter().filter(|line| line.step.is_some());
    match to {
        ResetTo::Step(number) => {
            let step = steps().find(|line| line.step == Some(number));
            step.and_then(|line| task_before(line.event))
                .ok_or_else(|| match steps().count() {
                    0 => format!("has no step {number}: it has done nothing yet"),
                    1 => format!("has no step {number}: its only one is 1"),
                    all => {
                        format!(
                            "has no step {number}: they are 1 to {all}, and `history` shows them"
                        )
                    }
                })
        }
        ResetTo::FirstFailed => {
            let failed = |line: &&HistoryStep| matches!(line.outcome, Some(StepOutcome::Failed(_)));
            let failed = steps()
                .find(failed)
                .and_then(|line| task_before(line.event));
            failed.ok_or_else(|| {
                "has no step that failed: name one by its number (`history` shows them), or say `last-task` where its newest task fails".to_owned()
            })
        }
        ResetTo::LastTask => {
            let last = ends.last().copied();
            last.ok_or_else(|| "has no workflow task that a worker completed".to_owned())
        }
        ResetTo::Event(number) => {
            let at = |event: i64| history.events().iter().find(|one| one.event_id == event);
            let kind = at(number).map(|event| event.event_type());
            // The server takes the end of a task, however it ended; of one that has begun, that follows.
            let ends = |number: i64| {
                let kind = at(number).map(|event| event.event_type());
                matches!(
                    kind,
                    Some(
                        EventType::WorkflowTaskCompleted
                            | EventType::WorkflowTaskFailed
                            | EventType::WorkflowTaskTimedOut
                    )
                )
            };
            match kind {
                Some(_) if ends(number) => Ok(number),
                Some(EventType::WorkflowTaskStarted) if ends(number + 1) => Ok(number + 1),
                None => Err(format!("has no event {number}: it has {}", history.len())),
                Some(_) => Err(match task_before(number) {
                    Some(end) => format!(
                        "cannot go back to event {number}, which ends no workflow task: the nearest before it is event {end}"
                    ),
                    None => format!(
                        "cannot go back to event {number}: no workflow task ended before it"
                    ),
                }),
            }
        }
    }
}

/// Does it.
pub(crate) async fn reset(
    engine: &TemporalEngine,
    plan: &ResetPlan,
    reason: &str,
) -> Result<RunId, RunError> {
    let request = ResetWorkflowExecutionRequest {
        namespace: engine.namespace(),
        workflow_execution: Some(WorkflowExecution {
            workflow_id: plan.run.workflow_id.clone(),
            run_id: plan.run.run_id.clone(),
        }),
        reason: reason.to_owned(),
        workflow_task_finish_event_id: plan.event,
        // It is sent once: where no answer came, the run's newest tells whether it was done.
        request_id: uuid::Uuid::new_v4().to_string(),
        identity: engine.client().identity(),
        ..Default::default()
    };
    let mut service = engine.client().connection().workflow_service();
    let response = service
        .reset_workflow_execution(request.into_request())
        .await;
    let response = response.map_err(|status| engine.fault(&status))?;
    Ok(RunId {
        workflow_id: plan.run.workflow_id.clone(),
        run_id: response.into_inner().run_id,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// A history that ends with the begin of a workflow task, or with that and what follows.
    fn began(after: Option<(&str, &str)>) -> History {
        let event = |id: u8, kind: &str, attributes: &str| {
            let kind = format!("EVENT_TYPE_{kind}");
            json!({ "eventId": id.to_string(), "eventType": kind, (format!("{attributes}EventAttributes")): {} })
        };
        let mut events = vec![
            json!({
                "eventId": "1",
                "eventType": "EVENT_TYPE_WORKFLOW_EXECUTION_STARTED",
                "workflowExecutionStartedEventAttributes": {
                    "workflowType": { "name": "a" },
                    "taskQueue": { "name": "a" },
                    "originalExecutionRunId": "r",
                },
            }),
            event(2, "WORKFLOW_TASK_SCHEDULED", "workflowTaskScheduled"),
            event(3, "WORKFLOW_TASK_STARTED", "workflowTaskStarted"),
            event(4, "WORKFLOW_TASK_COMPLETED", "workflowTaskCompleted"),
            event(5, "WORKFLOW_TASK_SCHEDULED", "workflowTaskScheduled"),
            event(6, "WORKFLOW_TASK_STARTED", "workflowTaskStarted"),
        ];
        events.extend(after.map(|(kind, attributes)| event(7, kind, attributes)));
        History::from_json(&json!({ "events": events }).to_string()).unwrap()
    }

    #[test]
    fn a_task_that_began_is_gone_back_to_by_its_end() {
        let event = |after| event(&began(after), &[], ResetTo::Event(6));
        assert_eq!(
            event(Some(("WORKFLOW_TASK_TIMED_OUT", "workflowTaskTimedOut"))),
            Ok(7)
        );
        let terminated = (
            "WORKFLOW_EXECUTION_TERMINATED",
            "workflowExecutionTerminated",
        );
        for after in [None, Some(terminated)] {
            let why = event(after).unwrap_err();
            assert!(why.contains("cannot go back to event 6"), "{why}");
        }
    }
}
