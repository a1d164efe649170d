//! What is left of a run that is no longer in a worker's memory: nothing.

use std::{rc::Rc, time::Duration};

use futures_util::{FutureExt, future::join};
use temporalio_common::protos::temporal::api::{
    common::v1::WorkflowType,
    enums::v1::EventType,
    history::v1::{
        HistoryEvent, SignalExternalWorkflowExecutionInitiatedEventAttributes,
        TimerCanceledEventAttributes, TimerFiredEventAttributes, TimerStartedEventAttributes,
        WorkflowExecutionCompletedEventAttributes, WorkflowExecutionStartedEventAttributes,
        WorkflowTaskCompletedEventAttributes, WorkflowTaskScheduledEventAttributes,
        WorkflowTaskStartedEventAttributes, history_event::Attributes,
    },
    taskqueue::v1::TaskQueue,
};

use super::*;
use crate::{
    engine::Scope,
    error::Error,
    flock::{FlockContext, FlockDescriptor},
    text::location::Location,
    value::{flock_type::Shape, payload::Payload},
};

/// Waits a second, for three days at most.
static WAITS: FlockEntry = ENTRY;

const ENTRY: FlockEntry = FlockEntry {
    descriptor: &FlockDescriptor::new("waits", "waits", Location::new("a.rs", 1, "a")),
    input: Shape::Value,
    input_schema: || schemars::schema_for!(()),
    output_schema: || schemars::schema_for!(()),
    handlers: &[],
    accepts: |_| Ok(()),
    state: || Rc::new(()),
    run: |context: FlockContext, _| {
        async move {
            context.within("3d", context.sleep("1s")).await?;
            Ok::<_, Error>(Payload::from_json("null"))
        }
        .boxed_local()
    },
};

/// Sends two messages that are too much for one workflow task.
static SENDS: FlockEntry = FlockEntry {
    descriptor: &FlockDescriptor::new("sends", "sends", Location::new("a.rs", 2, "a")),
    run: |context: FlockContext, _| {
        async move {
            let send = || {
                let large = Payload::from_json(vec![b'1'; 1_500_000]);
                let to = "another".to_owned();
                context
                    .backend()
                    .signal_external(Scope::Run, to, "note", large)
            };
            let (first, second) = join(send(), send()).await;
            first.and(second)?;
            Ok::<_, Error>(Payload::from_json("null"))
        }
        .boxed_local()
    },
    ..ENTRY
};

/// The begin of a run of [`SENDS`]: the first is on its way, and the second waits for the next task.
fn sent() -> Vec<HistoryEvent> {
    let mut all = began(SENDS.descriptor.name);
    all.push(
        Attributes::SignalExternalWorkflowExecutionInitiatedEventAttributes(
            SignalExternalWorkflowExecutionInitiatedEventAttributes {
                workflow_task_completed_event_id: 4,
                signal_name: "note".to_owned(),
                ..Default::default()
            },
        ),
    );
    all.push(timer("1", Duration::from_millis(1)));
    numbered(all)
}

fn timer(id: &str, limit: Duration) -> Attributes {
    Attributes::TimerStartedEventAttributes(TimerStartedEventAttributes {
        timer_id: id.to_owned(),
        start_to_fire_timeout: limit.try_into().ok(),
        workflow_task_completed_event_id: 4,
    })
}

fn task(scheduled: i64) -> [Attributes; 3] {
    [
        Attributes::WorkflowTaskScheduledEventAttributes(
            WorkflowTaskScheduledEventAttributes::default(),
        ),
        Attributes::WorkflowTaskStartedEventAttributes(WorkflowTaskStartedEventAttributes {
            scheduled_event_id: scheduled,
            ..Default::default()
        }),
        Attributes::WorkflowTaskCompletedEventAttributes(WorkflowTaskCompletedEventAttributes {
            scheduled_event_id: scheduled,
            started_event_id: scheduled + 1,
            ..Default::default()
        }),
    ]
}

/// A start and the first task.
fn began(flock: &str) -> Vec<Attributes> {
    let mut all = vec![Attributes::WorkflowExecutionStartedEventAttributes(
        WorkflowExecutionStartedEventAttributes {
            workflow_type: Some(WorkflowType {
                name: flock.to_owned(),
            }),
            task_queue: Some(TaskQueue {
                name: "a".to_owned(),
                ..Default::default()
            }),
            original_execution_run_id: "of-a-test".to_owned(),
            ..Default::default()
        },
    )];
    all.extend(task(2));
    all
}

/// A whole run of [`WAITS`].
fn events() -> Vec<HistoryEvent> {
    let mut all = began(WAITS.descriptor.name);
    // What is limited is looked at first.
    let days = Duration::from_secs(3 * 24 * 60 * 60);
    all.extend([timer("1", Duration::from_secs(1)), timer("2", days)]);
    all.push(Attributes::TimerFiredEventAttributes(
        TimerFiredEventAttributes {
            timer_id: "1".to_owned(),
            started_event_id: 5,
        },
    ));
    all.extend(task(8));
    all.push(Attributes::TimerCanceledEventAttributes(
        TimerCanceledEventAttributes {
            timer_id: "2".to_owned(),
            started_event_id: 6,
            workflow_task_completed_event_id: 10,
            ..Default::default()
        },
    ));
    all.push(Attributes::WorkflowExecutionCompletedEventAttributes(
        WorkflowExecutionCompletedEventAttributes {
            workflow_task_completed_event_id: 10,
            ..Default::default()
        },
    ));
    numbered(all)
}

fn numbered(all: Vec<Attributes>) -> Vec<HistoryEvent> {
    let events = all.into_iter().zip(1..).map(|(attributes, event_id)| {
        let kind = match &attributes {
            Attributes::WorkflowExecutionStartedEventAttributes(_) => {
                EventType::WorkflowExecutionStarted
            }
            Attributes::WorkflowTaskScheduledEventAttributes(_) => EventType::WorkflowTaskScheduled,
            Attributes::WorkflowTaskStartedEventAttributes(_) => EventType::WorkflowTaskStarted,
            Attributes::WorkflowTaskCompletedEventAttributes(_) => EventType::WorkflowTaskCompleted,
            Attributes::SignalExternalWorkflowExecutionInitiatedEventAttributes(_) => {
                EventType::SignalExternalWorkflowExecutionInitiated
            }
            Attributes::TimerStartedEventAttributes(_) => EventType::TimerStarted,
            Attributes::TimerFiredEventAttributes(_) => EventType::TimerFired,
            Attributes::TimerCanceledEventAttributes(_) => EventType::TimerCanceled,
            _ => EventType::WorkflowExecutionCompleted,
        };
        HistoryEvent {
            event_id,
            event_time: Some(std::time::SystemTime::now().into()),
            event_type: kind.into(),
            attributes: Some(attributes),
            ..Default::default()
        }
    });
    events.collect()
}

/// Replays so many of its events, and looks whether the run's context is there still.
fn is_kept(flock: &'static FlockEntry, events: Vec<HistoryEvent>) -> bool {
    let registry = Registry::new([], [flock]).unwrap();
    let log = watch::Log::default();
    let mut options = WorkflowReplayerOptions::new().task_queue("a").build();
    options.workflow_interceptor(log.interceptor());
    let replayed = run(flock, &Parts::bare(registry), options, Proto { events });
    let said = match replayed {
        Ok(()) => None,
        Err(Fault::Differs(said) | Fault::Fails(said) | Fault::Engine(said)) => Some(said),
    };
    assert_eq!(said, None);
    assert!(!log.actions().is_empty(), "it was replayed");
    log.is_written()
}

#[test]
fn a_run_that_dropped_a_timer_is_forgotten() {
    assert!(!is_kept(&WAITS, events()));
}

#[test]
fn a_run_with_timers_under_way_is_forgotten() {
    assert!(!is_kept(&WAITS, events().drain(..6).collect()));
}

#[test]
fn a_run_that_waits_for_the_next_task_is_forgotten() {
    assert!(!is_kept(&SENDS, sent()));
}
