//! Temporal's events in flock's terms.

use std::{collections::HashMap, time::SystemTime};

use temporalio_common::protos::{
    constants::{LOCAL_ACTIVITY_MARKER_NAME, PATCH_MARKER_NAME},
    coresdk::common::{decode_change_marker_details, extract_local_activity_marker_data},
    temporal::api::history::v1::{
        HistoryEvent, MarkerRecordedEventAttributes as Marker, history_event::Attributes,
    },
};

use super::{Action, HistoryStep, StepOutcome};
use crate::engine::{
    RunStatus,
    temporal::{client::describe::time, failure::told},
};

/// What happened, line by line.
pub(super) fn steps(events: &[HistoryEvent]) -> Vec<HistoryStep> {
    let mut reader = Reader {
        began: events
            .first()
            .and_then(|event| time(event.event_time.as_ref())),
        lines: Vec::new(),
        open: HashMap::new(),
        steps: 0,
    };
    for event in events {
        reader.read(event);
    }
    reader.lines
}

struct Reader {
    began: Option<SystemTime>,
    lines: Vec<HistoryStep>,
    /// Lines by the number of the event that began them.
    open: HashMap<i64, usize>,
    steps: usize,
}

impl Reader {
    fn read(&mut self, event: &HistoryEvent) {
        use StepOutcome::{Cancelled, Completed, Failed};
        let Some(attributes) = &event.attributes else {
            return;
        };
        match attributes {
            Attributes::ActivityTaskStartedEventAttributes(started) => {
                let line = self.begun(started.scheduled_event_id);
                if let Some(line) = line {
                    line.attempt = u32::try_from(started.attempt).ok();
                    let failure = started.last_failure.as_ref();
                    line.last_failure = failure.map(|failure| told(Some(failure)));
                }
            }
            Attributes::ActivityTaskCompletedEventAttributes(end) => {
                self.end(end.scheduled_event_id, Completed);
            }
            Attributes::ActivityTaskFailedEventAttributes(end) => {
                self.end(end.scheduled_event_id, Failed(told(end.failure.as_ref())));
            }
            Attributes::ActivityTaskTimedOutEventAttributes(end) => {
                self.end(end.scheduled_event_id, Failed(told(end.failure.as_ref())));
            }
            Attributes::ActivityTaskCanceledEventAttributes(end) => {
                self.end(end.scheduled_event_id, Cancelled);
            }
            Attributes::TimerFiredEventAttributes(end) => {
                self.end(end.started_event_id, Completed);
            }
            Attributes::TimerCanceledEventAttributes(end) => {
                self.end(end.started_event_id, Cancelled);
            }
            Attributes::ChildWorkflowExecutionCompletedEventAttributes(end) => {
                self.end(end.initiated_event_id, Completed);
            }
            Attributes::ChildWorkflowExecutionFailedEventAttributes(end) => {
                self.end(end.initiated_event_id, Failed(told(end.failure.as_ref())));
            }
            Attributes::ChildWorkflowExecutionCanceledEventAttributes(end) => {
                self.end(end.initiated_event_id, Cancelled);
            }
            Attributes::ChildWorkflowExecutionTimedOutEventAttributes(end) => {
                self.end(end.initiated_event_id, Failed("it timed out".to_owned()));
            }
            Attributes::ChildWorkflowExecutionTerminatedEventAttributes(end) => {
                self.end(
                    end.initiated_event_id,
                    Failed("it was terminated".to_owned()),
                );
            }
            Attributes::StartChildWorkflowExecutionFailedEventAttributes(end) => {
                self.end(
                    end.initiated_event_id,
                    Failed("a run of its id goes on already".to_owned()),
                );
            }
            Attributes::MarkerRecordedEventAttributes(marker) => self.marker(event, marker),
            other => {
                if let Some(action) = action(other) {
                    self.line(event, action);
                }
            }
        }
    }

    fn marker(&mut self, event: &HistoryEvent, marker: &Marker) {
        match marker.marker_name.as_str() {
            LOCAL_ACTIVITY_MARKER_NAME => {
                let Some(data) = extract_local_activity_marker_data(&marker.details) else {
                    return;
                };
                self.line(
                    event,
                    Action::LocalAgent {
                        agent: data.activity_type,
                    },
                );
                if let Some(line) = self.begun(event.event_id) {
                    line.attempt = Some(data.attempt);
                }
                let failure = marker.failure.as_ref();
                let outcome = failure.map(|failure| StepOutcome::Failed(told(Some(failure))));
                self.end(event.event_id, outcome.unwrap_or(StepOutcome::Completed));
            }
            PATCH_MARKER_NAME => {
                let change = decode_change_marker_details(&marker.details);
                let (change, _) = change.unwrap_or_default();
                self.line(event, Action::Version { change });
            }
            _ => {}
        }
    }

    fn line(&mut self, event: &HistoryEvent, action: Action) {
        let at = time(event.event_time.as_ref());
        let mut line = HistoryStep::new(event.event_id, self.began, at, action);
        if line.action.is_step() {
            self.steps += 1;
            line.step = Some(self.steps);
        }
        self.open.insert(event.event_id, self.lines.len());
        self.lines.push(line);
    }

    fn end(&mut self, began: i64, outcome: StepOutcome) {
        if let Some(line) = self.begun(began) {
            line.outcome = Some(outcome);
        }
    }

    fn begun(&mut self, event: i64) -> Option<&mut HistoryStep> {
        self.lines.get_mut(*self.open.get(&event)?)
    }
}

/// What began with an event, or happened in it.
fn action(attributes: &Attributes) -> Option<Action> {
    let end = |status, error| Some(Action::End { status, error });
    match attributes {
        Attributes::WorkflowExecutionStartedEventAttributes(_) => Some(Action::Started),
        Attributes::ActivityTaskScheduledEventAttributes(agent) => Some(Action::Agent {
            agent: agent.activity_type.clone().unwrap_or_default().name,
        }),
        Attributes::TimerStartedEventAttributes(timer) => {
            let duration = timer.start_to_fire_timeout;
            let duration = duration.and_then(|duration| duration.try_into().ok());
            Some(Action::Timer {
                duration: duration.unwrap_or_default(),
            })
        }
        Attributes::StartChildWorkflowExecutionInitiatedEventAttributes(child) => {
            Some(Action::Child {
                flock: child.workflow_type.clone().unwrap_or_default().name,
                workflow_id: Some(child.workflow_id.clone()),
            })
        }
        Attributes::SignalExternalWorkflowExecutionInitiatedEventAttributes(signal) => {
            Some(Action::Signal {
                signal: signal.signal_name.clone(),
                workflow_id: (signal.workflow_execution.clone())
                    .unwrap_or_default()
                    .workflow_id,
            })
        }
        Attributes::RequestCancelExternalWorkflowExecutionInitiatedEventAttributes(cancel) => {
            Some(Action::CancelRun {
                workflow_id: (cancel.workflow_execution.clone())
                    .unwrap_or_default()
                    .workflow_id,
            })
        }
        Attributes::UpsertWorkflowSearchAttributesEventAttributes(_)
        | Attributes::WorkflowPropertiesModifiedEventAttributes(_) => Some(Action::Upsert),
        Attributes::WorkflowExecutionSignaledEventAttributes(signal) => Some(Action::Signalled {
            signal: signal.signal_name.clone(),
        }),
        Attributes::WorkflowExecutionUpdateAcceptedEventAttributes(update) => {
            let input = update.accepted_request.as_ref()?.input.as_ref()?;
            Some(Action::Updated {
                update: input.name.clone(),
            })
        }
        Attributes::WorkflowExecutionCancelRequestedEventAttributes(_) => {
            Some(Action::CancelRequested)
        }
        Attributes::WorkflowTaskFailedEventAttributes(task) => Some(Action::TaskFailed {
            error: told(task.failure.as_ref()),
        }),
        Attributes::WorkflowExecutionCompletedEventAttributes(_) => end(RunStatus::Completed, None),
        Attributes::WorkflowExecutionFailedEventAttributes(failed) => {
            end(RunStatus::Failed, Some(told(failed.failure.as_ref())))
        }
        Attributes::WorkflowExecutionCanceledEventAttributes(_) => end(RunStatus::Cancelled, None),
        Attributes::WorkflowExecutionContinuedAsNewEventAttributes(_) => {
            end(RunStatus::ContinuedAsNew, None)
        }
        Attributes::WorkflowExecutionTerminatedEventAttributes(ended) => {
            end(RunStatus::Terminated, Some(ended.reason.clone()))
        }
        Attributes::WorkflowExecutionTimedOutEventAttributes(_) => end(RunStatus::TimedOut, None),
        _ => None,
    }
}
