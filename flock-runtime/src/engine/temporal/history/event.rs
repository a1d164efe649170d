//! The server's events in flock's terms.

use std::time::{Duration, SystemTime};

use temporalio_common::protos::{
    constants::{LOCAL_ACTIVITY_MARKER_NAME, PATCH_MARKER_NAME},
    coresdk::common::{decode_change_marker_details, extract_local_activity_marker_data},
    temporal::api::{
        common::v1::{Payloads, WorkflowExecution, WorkflowType},
        failure::v1::{Failure, failure::FailureInfo},
        history::v1::{
            HistoryEvent, MarkerRecordedEventAttributes as Marker, history_event::Attributes,
        },
        update::v1::outcome,
    },
};

use super::{Action, StepOutcome};
use crate::{
    engine::{
        RunId, RunStatus,
        temporal::{failure, failure::one_line, wire, workflow::claims::was_claimed},
    },
    error::RunError,
    flock::event::StepEvent,
    value::payload::Payload,
};

/// An event that tells something.
pub(crate) struct Event {
    /// Its number in the history.
    pub(crate) id: i64,
    pub(crate) at: Option<SystemTime>,
    /// The line that was given at an agent's call.
    pub(crate) summary: Option<String>,
    pub(crate) what: What,
}

/// What an event tells.
pub(crate) enum What {
    /// What a line of a history says, and no more.
    Plain(Action),
    /// An agent was called; with the id of its activity.
    AgentCalled(String, String),
    /// The attempt began that ended a call: the history keeps only the last.
    LastAttempt {
        call: i64,
        number: Option<u32>,
        last_failure: Option<String>,
    },
    /// The flock gave a call up, at once; the agent's end may come much later.
    CancelRequested(i64),
    LocalAgent(LocalAgent),
    /// An agent's call, a timer or a child ended, which event `began` had begun.
    Ended {
        began: i64,
        outcome: StepOutcome,
        child: Option<StepEvent>,
    },
    ChildStarted(StepEvent),
    /// An update came, and its validator let it pass.
    Update {
        id: String,
        name: String,
        input: Payloads,
    },
    /// The handler of an update ended, with a result or an error.
    UpdateCompleted(String, Result<(), ()>),
    TaskCompleted,
    TaskTimedOut,
    /// The worker of this identity could not go on with the run.
    TaskFailed(String, Option<Failure>),
    Closed(Closed, Action),
}

/// An agent that ran in the flock's own worker leaves one event, at its end.
pub(crate) struct LocalAgent {
    pub(crate) agent: String,
    pub(crate) attempt: u32,
    pub(crate) took: Duration,
    pub(crate) error: Option<String>,
    pub(crate) was_cancelled: bool,
    /// Not so between two attempts, and of a result that the flock had no room for before.
    pub(crate) is_news: bool,
}

/// How a run was closed.
pub(crate) enum Closed {
    Ended(Result<Payload, RunError>),
    /// The run of this id goes on with its work.
    GoesOn(String),
}

impl Event {
    /// What the server's event tells; none where that is nothing to flock.
    pub(crate) fn read(event: &HistoryEvent) -> Option<Self> {
        let metadata = event.user_metadata.as_ref();
        let summary = metadata.and_then(|metadata| metadata.summary.clone());
        Some(Self {
            id: event.event_id,
            at: time(event.event_time.as_ref()),
            summary: summary.and_then(|text| wire::read(vec![text]).ok()?.decode().ok()),
            what: What::read(event.attributes.as_ref()?)?,
        })
    }
}

/// The events of all ways in which a child ends have the same fields, and no type in common.
macro_rules! child_ended {
    ($end:ident, $status:ident, $outcome:expr) => {{
        let (child, flock) = child(&$end.workflow_execution, &$end.workflow_type);
        let status = RunStatus::$status;
        Self::Ended {
            began: $end.initiated_event_id,
            outcome: $outcome,
            child: Some(StepEvent::ChildEnded {
                child,
                flock,
                status,
            }),
        }
    }};
}

impl What {
    fn read(event: &Attributes) -> Option<Self> {
        use Attributes::*;
        use StepOutcome::{Cancelled, Completed, Failed};

        let ended = |began, outcome| Self::Ended {
            began,
            outcome,
            child: None,
        };
        let fail = |failure: &Option<Failure>| Failed(one_line(failure.as_ref()));
        let said = |words: &str| Failed(words.to_owned());
        let id = |run: &Option<WorkflowExecution>| run.clone().unwrap_or_default().workflow_id;
        let closed = |outcome, status, error| {
            Self::Closed(Closed::Ended(outcome), Action::End { status, error })
        };
        Some(match event {
            WorkflowExecutionStartedEventAttributes(_) => Self::Plain(Action::Started),
            WorkflowExecutionCancelRequestedEventAttributes(_) => {
                Self::Plain(Action::CancelRequested)
            }
            UpsertWorkflowSearchAttributesEventAttributes(_)
            | WorkflowPropertiesModifiedEventAttributes(_) => Self::Plain(Action::Upsert),

            ActivityTaskScheduledEventAttributes(it) => {
                let agent = it.activity_type.clone().unwrap_or_default().name;
                Self::AgentCalled(agent, it.activity_id.clone())
            }
            ActivityTaskStartedEventAttributes(it) => Self::LastAttempt {
                call: it.scheduled_event_id,
                number: u32::try_from(it.attempt).ok(),
                last_failure: (it.last_failure.as_ref()).map(|failure| one_line(Some(failure))),
            },
            ActivityTaskCancelRequestedEventAttributes(it) => {
                Self::CancelRequested(it.scheduled_event_id)
            }
            ActivityTaskCompletedEventAttributes(it) => ended(it.scheduled_event_id, Completed),
            ActivityTaskCanceledEventAttributes(it) => ended(it.scheduled_event_id, Cancelled),
            ActivityTaskFailedEventAttributes(it) => {
                ended(it.scheduled_event_id, fail(&it.failure))
            }
            ActivityTaskTimedOutEventAttributes(it) => {
                ended(it.scheduled_event_id, fail(&it.failure))
            }
            MarkerRecordedEventAttributes(marker) => return marked(marker),

            TimerStartedEventAttributes(it) => {
                let duration = it.start_to_fire_timeout;
                let duration = duration.and_then(|duration| duration.try_into().ok());
                let duration = duration.unwrap_or_default();
                Self::Plain(Action::Timer { duration })
            }
            TimerFiredEventAttributes(it) => ended(it.started_event_id, Completed),
            TimerCanceledEventAttributes(it) => ended(it.started_event_id, Cancelled),

            StartChildWorkflowExecutionInitiatedEventAttributes(it) => Self::Plain(Action::Child {
                flock: it.workflow_type.clone().unwrap_or_default().name,
                workflow_id: Some(it.workflow_id.clone()),
            }),
            StartChildWorkflowExecutionFailedEventAttributes(it) => {
                let said = said("a run of its id goes on already");
                ended(it.initiated_event_id, said)
            }
            ChildWorkflowExecutionStartedEventAttributes(it) => {
                let (child, flock) = child(&it.workflow_execution, &it.workflow_type);
                Self::ChildStarted(StepEvent::ChildStarted { child, flock })
            }
            ChildWorkflowExecutionCompletedEventAttributes(it) => {
                child_ended!(it, Completed, Completed)
            }
            ChildWorkflowExecutionFailedEventAttributes(it) => {
                child_ended!(it, Failed, fail(&it.failure))
            }
            ChildWorkflowExecutionCanceledEventAttributes(it) => {
                child_ended!(it, Cancelled, Cancelled)
            }
            ChildWorkflowExecutionTimedOutEventAttributes(it) => {
                child_ended!(it, TimedOut, said("it timed out"))
            }
            ChildWorkflowExecutionTerminatedEventAttributes(it) => {
                child_ended!(it, Terminated, said("it was terminated"))
            }

            SignalExternalWorkflowExecutionInitiatedEventAttributes(it) => {
                Self::Plain(Action::Signal {
                    signal: it.signal_name.clone(),
                    workflow_id: id(&it.workflow_execution),
                })
            }
            RequestCancelExternalWorkflowExecutionInitiatedEventAttributes(it) => {
                let workflow_id = id(&it.workflow_execution);
                Self::Plain(Action::CancelRun { workflow_id })
            }
            WorkflowExecutionSignaledEventAttributes(it) => {
                let signal = it.signal_name.clone();
                Self::Plain(Action::Signalled { signal })
            }
            WorkflowExecutionUpdateAcceptedEventAttributes(it) => {
                let request = it.accepted_request.as_ref()?;
                let input = request.input.as_ref()?;
                Self::Update {
                    id: request.meta.clone().unwrap_or_default().update_id,
                    name: input.name.clone(),
                    input: input.args.clone().unwrap_or_default(),
                }
            }
            WorkflowExecutionUpdateCompletedEventAttributes(it) => {
                let id = it.meta.clone().unwrap_or_default().update_id;
                Self::UpdateCompleted(
                    id,
                    match it.outcome.as_ref()?.value.as_ref()? {
                        outcome::Value::Success(_) => Ok(()),
                        outcome::Value::Failure(_) => Err(()),
                    },
                )
            }

            WorkflowTaskCompletedEventAttributes(_) => Self::TaskCompleted,
            WorkflowTaskTimedOutEventAttributes(_) => Self::TaskTimedOut,
            WorkflowTaskFailedEventAttributes(it) => {
                Self::TaskFailed(it.identity.clone(), it.failure.clone())
            }

            WorkflowExecutionCompletedEventAttributes(it) => {
                let result = wire::read(it.result.clone().unwrap_or_default().payloads);
                let result = result.map_err(|error| {
                    RunError::value(&error.context("the flock's result does not fit"))
                });
                closed(result, RunStatus::Completed, None)
            }
            WorkflowExecutionFailedEventAttributes(it) => {
                let error = failure::read(&it.failure.clone().unwrap_or_default());
                let error = RunError::failed(error);
                closed(
                    Err(error),
                    RunStatus::Failed,
                    Some(one_line(it.failure.as_ref())),
                )
            }
            WorkflowExecutionCanceledEventAttributes(_) => {
                closed(Err(RunError::Cancelled), RunStatus::Cancelled, None)
            }
            WorkflowExecutionTimedOutEventAttributes(_) => {
                closed(Err(RunError::TimedOut), RunStatus::TimedOut, None)
            }
            WorkflowExecutionTerminatedEventAttributes(it) => {
                let reason = it.reason.clone();
                let error = Some(reason.clone());
                closed(
                    Err(RunError::Terminated { reason }),
                    RunStatus::Terminated,
                    error,
                )
            }
            WorkflowExecutionContinuedAsNewEventAttributes(it) => {
                let (status, error) = (RunStatus::ContinuedAsNew, None);
                let next = Closed::GoesOn(it.new_execution_run_id.clone());
                Self::Closed(next, Action::End { status, error })
            }
            _ => return None,
        })
    }
}

/// What workers keep in the history for themselves.
fn marked(marker: &Marker) -> Option<What> {
    match marker.marker_name.as_str() {
        LOCAL_ACTIVITY_MARKER_NAME => {
            let data = extract_local_activity_marker_data(&marker.details)?;
            let result = marker.details.get("result");
            let result = result.and_then(|result| result.payloads.first());
            let failure = marker.failure.as_ref();
            let info = failure.and_then(|failure| failure.failure_info.as_ref());
            Some(What::LocalAgent(LocalAgent {
                agent: data.activity_type,
                attempt: data.attempt,
                took: between(
                    time(data.original_schedule_time.as_ref()),
                    time(data.complete_time.as_ref()),
                ),
                error: failure.map(|failure| one_line(Some(failure))),
                was_cancelled: matches!(info, Some(FailureInfo::CanceledFailureInfo(_))),
                is_news: data.backoff.is_none() && !result.is_some_and(was_claimed),
            }))
        }
        PATCH_MARKER_NAME => {
            let change = decode_change_marker_details(&marker.details);
            let (change, _) = change.unwrap_or_default();
            Some(What::Plain(Action::Version { change }))
        }
        _ => None,
    }
}

fn child(run: &Option<WorkflowExecution>, flock: &Option<WorkflowType>) -> (RunId, String) {
    let run = run.clone().unwrap_or_default();
    let id = RunId {
        workflow_id: run.workflow_id,
        run_id: run.run_id,
    };
    (id, flock.clone().unwrap_or_default().name)
}

/// A time on the wire as ours.
pub(crate) fn time<T: Copy>(time: Option<&T>) -> Option<SystemTime>
where
    SystemTime: TryFrom<T>,
{
    SystemTime::try_from(*time?).ok()
}

/// From one time to the other, where both are known.
pub(crate) fn between(start: Option<SystemTime>, end: Option<SystemTime>) -> Duration {
    let between = start
        .zip(end)
        .and_then(|(start, end)| end.duration_since(start).ok());
    between.unwrap_or_default()
}
