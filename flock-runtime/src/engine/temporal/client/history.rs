//! What happens in a run, read from its history as it grows.

use std::{
    collections::BTreeMap,
    time::{Duration, SystemTime},
};

use futures_util::{
    StreamExt,
    stream::{self, BoxStream},
};
use temporalio_client::{WorkflowDescribeOptions, WorkflowFetchHistoryOptions};
use temporalio_common::protos::{
    constants::LOCAL_ACTIVITY_MARKER_NAME,
    coresdk::common::extract_local_activity_marker_data,
    temporal::api::{
        failure::v1::{Failure, failure::FailureInfo},
        history::v1::{HistoryEvent, MarkerRecordedEventAttributes, history_event::Attributes},
        workflow::v1::PendingActivityInfo,
    },
};
use tokio::{
    sync::mpsc,
    time::{Instant, sleep_until},
};

use super::{
    TemporalEngine,
    closed::{Closed, closed},
    describe::time,
    history_children::Messages,
    status::Shown,
};
use crate::{
    engine::{
        RunId,
        temporal::{
            failure::told,
            wire,
            worker::attempts::{Count, was_lost},
            workflow::claims::was_claimed,
        },
    },
    flock::event::{AgentStep, RunEnd, StepEvent, StepPhase},
};

/// Retries are not in the history, so the server is asked for them: soon after a step began, and ever
/// more seldom while nothing happens.
const RETRY_POLL: Duration = Duration::from_secs(1);

/// The most seldom that is.
const RETRY_POLL_MAX: Duration = Duration::from_secs(15);

/// No wait between two attempts is longer.
const LONGEST_WAIT: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// What happens in `run`, from its start to its end; also what it shows and asks, where it `tells`
/// anything.
pub(crate) fn steps(
    engine: TemporalEngine,
    run: RunId,
    tells: bool,
) -> BoxStream<'static, StepEvent> {
    told_by(64, move |send| async move {
        follow(&engine, run, tells, &send).await;
    })
}

/// That the history of `run` has grown, until it ends: nothing that a run tells changes otherwise.
pub(crate) fn changes(engine: TemporalEngine, run: RunId) -> BoxStream<'static, ()> {
    // Those that come while nobody looks are one.
    told_by(
        1,
        move |send| async move { grow(&engine, run, &send).await },
    )
}

/// What `tell` sends, for as long as somebody listens.
fn told_by<T, F>(
    room: usize,
    tell: impl FnOnce(mpsc::Sender<T>) -> F + Send + 'static,
) -> BoxStream<'static, T>
where
    T: Send + 'static,
    F: Future<Output = ()> + Send,
{
    let (send, receive) = mpsc::channel(room);
    tokio::spawn(async move {
        let unheard = send.clone();
        tokio::select! {
            () = tell(send) => {}
            () = unheard.closed() => {}
        }
    });
    stream::unfold(receive, |mut receive| async {
        receive.recv().await.map(|event| (event, receive))
    })
    .boxed()
}

async fn grow(engine: &TemporalEngine, mut run: RunId, send: &mpsc::Sender<()>) {
    loop {
        let options = WorkflowFetchHistoryOptions::builder()
            .wait_new_event(true)
            .build();
        let mut history = engine.handle(&run).fetch_history(options);
        let mut next_run = None;
        while let Some(Ok(event)) = history.next().await {
            next_run = next_run.or_else(|| next_run_of(&event));
            // Full: the one before has not been looked at yet.
            let _ = send.try_send(());
        }
        match next_run {
            Some(next) => run.run_id = next,
            None => return,
        }
    }
}

async fn follow(
    engine: &TemporalEngine,
    mut run: RunId,
    tells: bool,
    send: &mpsc::Sender<StepEvent>,
) {
    let mut steps = Steps::default();
    let mut shown = Shown::new(engine, tells);
    let mut pause = RETRY_POLL;
    let mut look = Instant::now() + pause;
    loop {
        let options = WorkflowFetchHistoryOptions::builder()
            .wait_new_event(true)
            .build();
        let mut history = engine.handle(&run).fetch_history(options);
        let mut end = None;
        loop {
            let mut told = Vec::new();
            tokio::select! {
                biased;
                event = history.next() => match event {
                    Some(Ok(event)) => {
                        shown.event(&event);
                        if let Some(last) = event.attributes.clone().and_then(closed) {
                            end = Some(last);
                        }
                        told.extend(steps.event(event));
                        if let [StepEvent::ApprovalAnswered { id, .. }] = told.as_slice() {
                            shown.answered(id);
                        }
                        if !told.is_empty() {
                            pause = RETRY_POLL;
                            look = Instant::now() + pause;
                        }
                    }
                    Some(Err(error)) => {
                        tracing::warn!(workflow_id = run.workflow_id, %error, "no more steps are shown");
                        return;
                    }
                    None => break,
                },
                news = shown.news(&run) => told.extend(news),
                () = sleep_until(look), if !steps.open.is_empty() => {
                    let described = engine.handle(&run).describe(WorkflowDescribeOptions::default()).await;
                    if let Ok(described) = described {
                        told.extend(steps.pending(&described.raw().pending_activities));
                    }
                    pause = match told.is_empty() {
                        true => (pause * 2).min(RETRY_POLL_MAX),
                        false => RETRY_POLL,
                    };
                    look = Instant::now() + pause;
                }
            }
            for event in told {
                if send.send(event).await.is_err() {
                    return;
                }
            }
        }
        let mut told = shown.last(&run).await;
        let goes_on = match end {
            Some(Closed::GoesOn(run_id)) => {
                told.push(StepEvent::ContinuedAsNew {
                    run_id: run_id.clone(),
                });
                run.run_id = run_id;
                steps.open.clear();
                steps.cancelled = false;
                true
            }
            Some(Closed::Ended(outcome)) => {
                told.push(StepEvent::Ended(RunEnd::of(outcome.as_ref())));
                false
            }
            None => false,
        };
        for event in told {
            if send.send(event).await.is_err() {
                return;
            }
        }
        if !goes_on {
            return;
        }
    }
}

fn next_run_of(event: &HistoryEvent) -> Option<String> {
    match &event.attributes {
        Some(Attributes::WorkflowExecutionContinuedAsNewEventAttributes(end)) => {
            Some(end.new_execution_run_id.clone())
        }
        _ => None,
    }
}

#[derive(Default)]
struct Steps {
    count: u64,
    /// The run has been asked to end.
    cancelled: bool,
    /// Steps under way, by the id of the event that scheduled them.
    open: BTreeMap<i64, Step>,
    messages: Messages,
}

struct Step {
    number: u64,
    agent: String,
    summary: Option<String>,
    activity_id: String,
    scheduled: Option<SystemTime>,
    /// Attempts that are known to have failed.
    failed: u32,
    /// Workers that are known to have died under it.
    lost: u32,
}

impl Step {
    fn event(&self, phase: StepPhase) -> StepEvent {
        AgentStep::new(self.number, &self.agent, self.summary.clone(), phase).into()
    }
}

impl Steps {
    fn event(&mut self, event: HistoryEvent) -> Vec<StepEvent> {
        let at = time(event.event_time.as_ref());
        let summary = event.user_metadata.and_then(|metadata| metadata.summary);
        let summary = summary.and_then(|text| wire::read(vec![text]).ok()?.decode().ok());
        match event.attributes {
            Some(Attributes::ActivityTaskScheduledEventAttributes(scheduled)) => {
                self.count += 1;
                let step = Step {
                    number: self.count,
                    agent: scheduled.activity_type.unwrap_or_default().name,
                    summary,
                    activity_id: scheduled.activity_id,
                    scheduled: at,
                    failed: 0,
                    lost: 0,
                };
                let told = step.event(StepPhase::Started);
                self.open.insert(event.event_id, step);
                vec![told]
            }
            Some(Attributes::ActivityTaskCompletedEventAttributes(end)) => {
                self.end(end.scheduled_event_id, |step| StepPhase::Completed {
                    took: between(step.scheduled, at),
                })
            }
            Some(Attributes::ActivityTaskFailedEventAttributes(end)) => {
                let error = told(end.failure.as_ref());
                self.end(end.scheduled_event_id, |_| StepPhase::Failed { error })
            }
            Some(Attributes::ActivityTaskTimedOutEventAttributes(end)) => {
                let error = told(end.failure.as_ref());
                self.end(end.scheduled_event_id, |_| StepPhase::Failed { error })
            }
            Some(Attributes::WorkflowExecutionCancelRequestedEventAttributes(_)) => {
                self.cancelled = true;
                Vec::new()
            }
            // The request comes from the flock, at once; the agent's end may come much later.
            Some(Attributes::ActivityTaskCancelRequestedEventAttributes(end)) => {
                let phase = self.given_up();
                self.end(end.scheduled_event_id, |_| phase)
            }
            Some(Attributes::ActivityTaskCanceledEventAttributes(end)) => {
                let phase = self.given_up();
                self.end(end.scheduled_event_id, |_| phase)
            }
            Some(Attributes::MarkerRecordedEventAttributes(marker))
                if marker.marker_name == LOCAL_ACTIVITY_MARKER_NAME =>
            {
                self.local(&marker, summary)
            }
            Some(other) => self.messages.event(other).into_iter().collect(),
            None => Vec::new(),
        }
    }

    /// What becomes of a call that is cancelled: by its run, or by its flock alone.
    fn given_up(&self) -> StepPhase {
        match self.cancelled {
            true => StepPhase::Failed {
                error: "the run was cancelled".to_owned(),
            },
            false => StepPhase::Dropped,
        }
    }

    fn end(&mut self, scheduled: i64, phase: impl FnOnce(&Step) -> StepPhase) -> Vec<StepEvent> {
        let step = self.open.remove(&scheduled);
        step.map(|step| step.event(phase(&step)))
            .into_iter()
            .collect()
    }

    /// An agent that ran in the flock's own worker leaves one event, at its end.
    fn local(
        &mut self,
        marker: &MarkerRecordedEventAttributes,
        summary: Option<String>,
    ) -> Vec<StepEvent> {
        let Some(data) = extract_local_activity_marker_data(&marker.details) else {
            return Vec::new();
        };
        // Between two attempts, not at the end; or of a result that the flock had no room for before.
        let result = marker.details.get("result");
        let result = result.and_then(|result| result.payloads.first());
        if data.backoff.is_some() || result.is_some_and(was_claimed) {
            return Vec::new();
        }
        self.count += 1;
        let is_cancelled = |failure: &Failure| {
            let info = &failure.failure_info;
            matches!(info, Some(FailureInfo::CanceledFailureInfo(_)))
        };
        let phase = match &marker.failure {
            Some(failure) if is_cancelled(failure) => self.given_up(),
            Some(failure) => StepPhase::Failed {
                error: told(Some(failure)),
            },
            None => {
                let started = time(data.original_schedule_time.as_ref());
                StepPhase::Completed {
                    took: between(started, time(data.complete_time.as_ref())),
                }
            }
        };
        let agent = data.activity_type;
        let tell = |phase| AgentStep::new(self.count, &agent, summary.clone(), phase).into();
        vec![tell(StepPhase::Started), tell(phase)]
    }

    fn pending(&mut self, pending: &[PendingActivityInfo]) -> Vec<StepEvent> {
        let mut events = Vec::new();
        for activity in pending {
            let step = self
                .open
                .values_mut()
                .find(|step| step.activity_id == activity.activity_id);
            let Some(step) = step else { continue };
            let count = Count::pending(activity);
            let failed = count.attempt - 1;
            let news = (failed > step.failed, count.lost > step.lost);
            (step.failed, step.lost) = (failed.max(step.failed), count.lost.max(step.lost));
            let wait = activity
                .current_retry_interval
                .and_then(|wait| Duration::try_from(wait).ok());
            // After a timeout the server counts from the year 1970.
            let wait = wait.filter(|wait| *wait < LONGEST_WAIT);
            let failure = activity.last_failure.as_ref();
            if news.0 {
                // The server keeps the last failure alone, and it may be a lost worker's.
                events.push(step.event(StepPhase::Retrying {
                    attempt: failed,
                    error: told(failure.filter(|_| !was_lost(failure))),
                    wait,
                }));
            }
            if news.1 {
                let lost = count.lost;
                events.push(step.event(StepPhase::WorkerLost { lost, wait }));
            }
        }
        events
    }
}

fn between(start: Option<SystemTime>, end: Option<SystemTime>) -> Duration {
    let between = start
        .zip(end)
        .and_then(|(start, end)| end.duration_since(start).ok());
    between.unwrap_or_default()
}
