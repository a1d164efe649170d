//! What is told of a flock's work when it has ended, in spans and metrics: of each run, and of each conversation that a run
//! holds for an agent. Of attempts the engines tell (`engine/observed.rs`).
//!
//! A flock's code runs again on replay, so nothing is told then, and a begin is the run's own time.

use std::{
    pin::{Pin, pin},
    task::{Context, Poll},
    thread,
    time::SystemTime,
};

use futures_util::future::poll_fn;
use tracing::{Level, Span, field};

use super::{
    FlockContext,
    backend::Traced,
    continue_as_new::{self, Ending},
    entry::FlockEntry,
};
use crate::{
    agent::entry::AgentEntry,
    error::{Error, ErrorKind, Result},
    telemetry::{
        names,
        trace::{TraceContext, span_of},
        work::Work,
    },
    value::payload::Payload,
};

/// The span of a run; none where nobody traces it.
pub(super) fn trace(traced: &Traced, run_id: &str) -> Option<TraceContext> {
    match (traced.telemetry.traces(), traced.begun_by) {
        (true, begun_by) => Some(own(begun_by, run_id)),
        // Others may hear of what it does.
        (false, begun_by) => begun_by,
    }
}

fn own(begun_by: Option<TraceContext>, run_id: &str) -> TraceContext {
    let own = TraceContext::of_run(run_id);
    begun_by.map_or(own, |begun_by| begun_by.at(own.span))
}

#[cfg(feature = "temporal")]
impl Traced {
    /// What the next run is told, where this one goes on as a new one: who began the first, or that one.
    pub(crate) fn handed_on(&self, run_id: &str) -> Option<TraceContext> {
        let first = || trace(self, run_id);
        self.begun_by.or_else(first)
    }
}

/// Runs a flock's body to its end, and tells of it.
pub(crate) async fn run(
    flock: &'static FlockEntry,
    context: FlockContext,
    input: Payload,
) -> Result<Ending> {
    let watched = context.clone();
    watched.traced().telemetry.metrics.run_is_here();
    let mut told = Told {
        context: &watched,
        began: watched.now(),
        ended: false,
    };
    let body = continue_as_new::run(flock, context, input);
    let result = within_span(&watched, body).await;
    told.ended = true;
    if !watched.is_replaying() {
        told.tell(match &result {
            Ok(Ending::Output(_)) => ("completed", None),
            Ok(Ending::Next { .. }) => ("continued_as_new", None),
            Err(error) if *error.kind() == ErrorKind::Cancelled && watched.is_cancelled() => {
                ("cancelled", Some(error))
            }
            Err(error) => ("failed", Some(error)),
        });
    }
    result
}

/// A run that is told of when it ends.
struct Told<'a> {
    context: &'a FlockContext,
    began: SystemTime,
    ended: bool,
}

impl Told<'_> {
    fn tell(&self, (status, error): (&'static str, Option<&Error>)) {
        let (context, info) = (self.context, self.context.info());
        let now = context.now();
        let took = now.duration_since(self.began).unwrap_or_default();
        let (flock, workflow_id) = (info.flock.name, &info.workflow_id);
        // What it is in for `tracing` is not entered here, so that the line says all itself.
        let failed = error.filter(|_| status == "failed");
        tracing::info!(
            flock,
            workflow_id,
            run_id = info.run_id,
            trace_id = context.trace().map(|trace| trace.id()),
            ?took,
            error = failed.map(field::display),
            "flock {status}"
        );
        let metrics = &context.traced().telemetry.metrics;
        metrics.run_ended(flock, &info.task_queue, status, took);
        let Some(mut work) = self.work() else {
            return;
        };
        work.set(names::STATUS, status);
        work.end_at(now, error);
    }

    fn work(&self) -> Option<Work> {
        let (context, info) = (self.context, self.context.info());
        let traced = context.traced();
        if !traced.telemetry.traces() {
            return None;
        }
        let parent = traced.begun_by.map(|begun_by| begun_by.span);
        let name = info.flock.name;
        let at = own(traced.begun_by, &info.run_id);
        let work = Work::begin(&traced.telemetry, at, parent, "invoke_workflow", name)?;
        let mut work = work.since(self.began);
        work.set(names::WORKFLOW, name);
        work.of_run(&info.workflow_id, &info.run_id);
        Some(work)
    }
}

impl Drop for Told<'_> {
    fn drop(&mut self) {
        self.context.traced().telemetry.metrics.run_is_gone();
        // Where a panic is tried again, the run has not ended.
        if !self.ended && thread::panicking() && self.context.backend().ends_by_panic() {
            let error = Error::permanent("the flock panicked").with_type("Panic");
            self.tell(("failed", Some(&error)));
        }
    }
}

/// Has log lines of the body say which run they are of. A span of `tracing` for each process that works on
/// the run, from where it does more than replay.
async fn within_span<T>(context: &FlockContext, body: impl Future<Output = T>) -> T {
    let mut body = pin!(body);
    if !tracing::enabled!(Level::INFO) {
        return body.await;
    }
    let mut span = None;
    poll_fn(|cx: &mut Context<'_>| {
        if span.is_none() && !context.is_replaying() {
            span = Some(of_tracing(context));
        }
        let _entered = span.as_ref().map(Span::enter);
        polled(body.as_mut(), cx)
    })
    .await
}

fn polled<T>(body: Pin<&mut impl Future<Output = T>>, cx: &mut Context<'_>) -> Poll<T> {
    body.poll(cx)
}

fn of_tracing(context: &FlockContext) -> Span {
    let info = context.info();
    let span = tracing::info_span!(
        "invoke_workflow",
        flock = info.flock.name,
        workflow_id = info.workflow_id,
        run_id = info.run_id,
        trace_id = field::Empty,
    );
    if let Some(trace) = context.trace() {
        span.record("trace_id", trace.id());
    }
    span
}

/// A conversation that a run holds for an agent: its turns and the calls of its tools are part of it.
pub(super) async fn agent<T: Future<Output = Result<Payload>>>(
    context: FlockContext,
    entry: &'static AgentEntry,
    talk: impl FnOnce(FlockContext) -> T,
) -> Result<Payload> {
    let (number, began) = (context.run_state().conversation(), context.now());
    let is_told = context.traced().telemetry.traces();
    let Some(outer) = context.trace().filter(|_| is_told) else {
        return talk(context).await;
    };
    let at = outer.at(span_of(context.run_id(), "conversation", &[number]));
    let result = talk(context.clone().within_span(at)).await;
    if context.is_replaying() {
        return result;
    }
    let name = entry.descriptor.name;
    let telemetry = &context.traced().telemetry;
    let work = Work::begin(telemetry, at, Some(outer.span), "invoke_agent", name);
    if let Some(work) = work {
        let mut work = work.since(began);
        work.set(names::AGENT, name);
        work.of_run(context.workflow_id(), context.run_id());
        let spent = match &result {
            Ok(output) => output.usage(),
            Err(error) => error.spent(),
        };
        if !spent.is_none() {
            work.set(names::INPUT_TOKENS, spent.input_tokens);
            work.set(names::OUTPUT_TOKENS, spent.output_tokens);
            work.set(names::MICRO_DOLLARS, spent.micro_dollars);
        }
        work.end_at(context.now(), result.as_ref().err());
    }
    result
}
