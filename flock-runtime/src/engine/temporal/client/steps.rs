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
use temporalio_common::protos::temporal::api::workflow::v1::PendingActivityInfo;
use tokio::{
    sync::mpsc,
    time::{Instant, sleep_until},
};

use super::{TemporalEngine, status::StatusWatch};
use crate::{
    agent::stream::Seen,
    engine::{
        RunId,
        temporal::{
            codec::opened,
            failure::one_line,
            history::{
                Action, StepOutcome,
                event::{Closed, Event, What, between},
            },
            wire,
            worker::{
                lost_workers::{Count, was_lost},
                streaming,
            },
        },
    },
    flock::{
        event::{AgentStep, RunEnd, StepEvent, StepPhase, Streamed},
        handler::ANSWER,
        hosted,
    },
};

/// Retries are not in the history, so the server is asked for them: soon after a step began, and ever
/// more seldom while nothing happens.
const RETRY_POLL: Duration = Duration::from_secs(1);

/// The most seldom that is.
const RETRY_POLL_MAX: Duration = Duration::from_secs(15);

/// What agents say is looked at so often: their workers tell it a little more seldom.
const SAID_POLL: Duration = Duration::from_millis(500);

/// No wait between two attempts is longer.
const LONGEST_WAIT: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// What happens in `run`, from its start to its end; also what it shows and asks, where it `tells`
/// anything, and what its agents say where it is to be `streamed`.
pub(crate) fn steps(
    engine: TemporalEngine,
    run: RunId,
    tells: bool,
    streamed: bool,
) -> BoxStream<'static, StepEvent> {
    channel(64, move |send| async move {
        follow(&engine, run, (tells, streamed), &send).await;
    })
}

/// That the history of `run` has grown, until it ends: nothing that a run tells changes otherwise.
pub(crate) fn changes(engine: TemporalEngine, run: RunId) -> BoxStream<'static, ()> {
    // Those that come while nobody looks are one.
    channel(1, move |send| async move {
        new_events(&engine, run, &send).await
    })
}

/// What `tell` sends, for as long as somebody listens.
fn channel<T, F>(
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

async fn new_events(engine: &TemporalEngine, mut run: RunId, send: &mpsc::Sender<()>) {
    loop {
        let options = WorkflowFetchHistoryOptions::builder()
            .wait_new_event(true)
            .build();
        let mut history = engine.handle(&run).fetch_history(options);
        let mut next_run = None;
        while let Some(Ok(event)) = history.next().await {
            let event = Event::read(&event).map(|event| event.what);
            if let Some(What::Closed(Closed::GoesOn(next), _)) = event {
                next_run = Some(next);
            }
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
    (tells, streamed): (bool, bool),
    send: &mpsc::Sender<StepEvent>,
) {
    let mut steps = Steps {
        streamed,
        ..Steps::default()
    };
    let mut status = StatusWatch::new(engine, tells);
    let (least, most) = match streamed {
        true => (SAID_POLL, SAID_POLL),
        false => (RETRY_POLL, RETRY_POLL_MAX),
    };
    let mut pause = least;
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
                        let Ok(event) = opened(engine.client(), event).await else {
                            continue;
                        };
                        let Some(event) = Event::read(&event) else {
                            continue;
                        };
                        status.event(&event.what);
                        match event.what {
                            What::Closed(how, _) => end = Some(how),
                            _ => told.extend(steps.event(event)),
                        }
                        if let [StepEvent::ApprovalAnswered { id, .. }] = told.as_slice() {
                            status.answered(id);
                        }
                        if !told.is_empty() {
                            pause = least;
                            look = Instant::now() + pause;
                        }
                    }
                    Some(Err(error)) => {
                        tracing::warn!(workflow_id = run.workflow_id, %error, "no more steps are shown");
                        return;
                    }
                    None => break,
                },
                news = status.news(&run) => told.extend(news),
                () = sleep_until(look), if !steps.open.is_empty() => {
                    let described = engine.handle(&run).describe(WorkflowDescribeOptions::default()).await;
                    if let Ok(described) = described {
                        told.extend(steps.pending(&described.raw().pending_activities));
                    }
                    pause = match told.is_empty() {
                        true => (pause * 2).min(most),
                        false => least,
                    };
                    look = Instant::now() + pause;
                }
            }
            for event in told {
                // Where nobody listens any more, all of this ends.
                let _ = send.send(event).await;
            }
        }
        for event in status.last(&run).await {
            let _ = send.send(event).await;
        }
        match end {
            Some(Closed::GoesOn(run_id)) => {
                run.run_id.clone_from(&run_id);
                let _ = send.send(StepEvent::ContinuedAsNew { run_id }).await;
                steps.open.clear();
                steps.cancelled = false;
            }
            Some(Closed::Ended(outcome)) => {
                let end = RunEnd::of(outcome.as_ref());
                let _ = send.send(StepEvent::Ended(end)).await;
                return;
            }
            None => return,
        }
    }
}

#[derive(Default)]
struct Steps {
    count: u64,
    /// What agents say is told too.
    streamed: bool,
    /// The run has been asked to end.
    cancelled: bool,
    /// Steps under way, by the id of the event that scheduled them.
    open: BTreeMap<i64, Step>,
    /// Answers to requests that have come, by the ids of their updates: they are told once they are taken.
    answers: BTreeMap<String, StepEvent>,
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
    /// What it has said, as far as it is told.
    seen: Seen,
}

impl Step {
    fn event(&self, phase: StepPhase) -> StepEvent {
        AgentStep::new(self.number, &self.agent, self.summary.clone(), phase).into()
    }

    /// What the agent has said since it was last looked at.
    fn said(&mut self, activity: &PendingActivityInfo) -> Vec<StepEvent> {
        let details = activity.heartbeat_details.as_ref();
        let said = details.and_then(|details| streaming::said(details.payloads.first()?));
        let step = (self.number, self.agent.as_str(), self.summary.as_deref());
        said.map_or_else(Vec::new, |said| Streamed::news(step, &mut self.seen, &said))
    }
}

impl Steps {
    fn event(&mut self, event: Event) -> Vec<StepEvent> {
        let Event { id, at, what, .. } = event;
        let told = match what {
            What::AgentCalled(agent, activity_id) => {
                self.count += 1;
                let step = Step {
                    number: self.count,
                    agent,
                    summary: event.summary,
                    activity_id,
                    scheduled: at,
                    failed: 0,
                    lost: 0,
                    seen: Seen::default(),
                };
                let told = step.event(StepPhase::Started);
                self.open.insert(id, step);
                Some(told)
            }
            What::LocalAgent(local) if local.is_news => {
                self.count += 1;
                let phase = match local.error {
                    Some(_) if local.was_cancelled => self.given_up(),
                    Some(error) => StepPhase::Failed { error },
                    None => StepPhase::Completed { took: local.took },
                };
                let tell = |phase| {
                    let summary = event.summary.clone();
                    AgentStep::new(self.count, &local.agent, summary, phase).into()
                };
                return vec![tell(StepPhase::Started), tell(phase)];
            }
            What::CancelRequested(call) => self.end(call, at, StepOutcome::Cancelled),
            What::Ended {
                began,
                outcome,
                child,
            } => child.or_else(|| self.end(began, at, outcome)),
            What::ChildStarted(told) => Some(told),
            What::Plain(Action::CancelRequested) => {
                self.cancelled = true;
                None
            }
            What::Plain(Action::Signalled { signal }) if hosted::is_own(&signal) => None,
            What::Update { name, .. } if hosted::is_own(&name) => None,
            What::Plain(Action::Signalled { signal }) => Some(StepEvent::Signal { name: signal }),
            What::Update { id, name, input } if name == ANSWER => {
                let message = wire::read(input.payloads);
                let answer = message.and_then(|message| StepEvent::answered(&message));
                self.answers.extend(answer.ok().map(|answer| (id, answer)));
                None
            }
            What::Update { name, .. } => Some(StepEvent::Update { name }),
            What::UpdateCompleted(id, end) => self.answers.remove(&id).filter(|_| end.is_ok()),
            _ => None,
        };
        told.into_iter().collect()
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

    fn end(
        &mut self,
        call: i64,
        at: Option<SystemTime>,
        outcome: StepOutcome,
    ) -> Option<StepEvent> {
        let step = self.open.remove(&call)?;
        Some(step.event(match outcome {
            StepOutcome::Completed => StepPhase::Completed {
                took: between(step.scheduled, at),
            },
            StepOutcome::Failed(error) => StepPhase::Failed { error },
            StepOutcome::Cancelled => self.given_up(),
        }))
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
                    error: one_line(failure.filter(|_| !was_lost(failure))),
                    wait,
                }));
            }
            if news.1 {
                let lost = count.lost;
                events.push(step.event(StepPhase::WorkerLost { lost, wait }));
            }
            if self.streamed {
                events.extend(step.said(activity));
            }
        }
        events
    }
}
