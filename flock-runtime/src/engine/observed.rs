//! What is told of an attempt when it has ended, on every engine: a span, and its place in the metrics.
//!
//! An attempt whose process dies tells nothing: the next one has a span of its own.

use std::{
    thread,
    time::{Duration, Instant},
};

use futures_util::{FutureExt, future::BoxFuture};
use tracing::{Instrument, Level, Span, field};

use crate::{
    agent::{AgentKind, context::AttemptInfo, entry::AgentEntry, mcp},
    error::{ErrorKind, Result},
    telemetry::{
        Metrics, Telemetry, names,
        trace::{TraceContext, span_of},
        work::Work,
    },
    value::{payload::Payload, run::RunId},
};

/// An attempt that is about to begin.
pub(crate) struct Observed<'a> {
    pub(crate) telemetry: &'a Telemetry,
    pub(crate) agent: &'a AgentEntry,
    pub(crate) run: &'a RunId,
    pub(crate) attempt: u32,
    pub(crate) lost_workers: u32,
    pub(crate) step: Option<u64>,
    /// What the call is part of.
    pub(crate) called_by: Option<TraceContext>,
    /// The task queue that it came from.
    pub(crate) queue: &'a str,
}

impl Observed<'_> {
    /// Where in a trace what it does stands. A model's turn is no span of its own: the questions are parts of
    /// the conversation that the flock holds.
    pub(crate) fn trace(&self) -> Option<TraceContext> {
        let called_by = match self.called_by {
            // Called by who traces nothing, such as another program.
            None if self.telemetry.traces() => TraceContext::of_run(&self.run.run_id),
            called_by => called_by?,
        };
        Some(match self.agent.converses || !self.telemetry.traces() {
            true => called_by,
            false => called_by.at(self.span()),
        })
    }

    /// The same whoever tells it.
    fn span(&self) -> u64 {
        let step = self.step.unwrap_or(u64::MAX);
        let which = [step, self.attempt.into(), self.lost_workers.into()];
        span_of(&self.run.run_id, "attempt", &which)
    }

    pub(crate) fn info(&self) -> AttemptInfo {
        AttemptInfo {
            agent: self.agent.descriptor.name,
            attempt: self.attempt,
            lost_workers: self.lost_workers,
            step: self.step,
            call: None,
            trace: self.trace(),
        }
    }

    /// The attempt, told of at its end. It may take no longer than the limit, which is asked for where
    /// somebody is told.
    pub(crate) fn make(
        &self,
        input: &Payload,
        limit: impl FnOnce() -> Option<Duration>,
        work: BoxFuture<'static, Result<Payload>>,
    ) -> BoxFuture<'static, Result<Payload>> {
        let is_logged = tracing::enabled!(Level::INFO);
        let told = self.told(input, limit);
        match (told, is_logged) {
            (None, false) => work,
            (None, true) => work.instrument(self.of_tracing()).boxed(),
            (Some(told), false) => told.beside(work).boxed(),
            (Some(told), true) => told.beside(work).instrument(self.of_tracing()).boxed(),
        }
    }

    fn told(&self, input: &Payload, limit: impl FnOnce() -> Option<Duration>) -> Option<Told> {
        let work = match self.agent.converses {
            true => None,
            false => self.work(input),
        };
        if work.is_none() && !self.telemetry.metrics.are_kept() {
            return None;
        }
        let is_tool = || self.operation(input).0 == TOOL;
        let began = Instant::now();
        Some(Told {
            tells_content: work.is_some() && self.telemetry.tells_content() && is_tool(),
            work,
            until: limit().and_then(|limit| began.checked_add(limit)),
            began,
            metrics: self.telemetry.metrics.clone(),
            agent: self.agent.descriptor.name,
            queue: self.queue.to_owned(),
            ended: false,
        })
    }

    fn work(&self, input: &Payload) -> Option<Work> {
        let at = self.trace()?;
        let parent = self.called_by.map(|called_by| called_by.span);
        let (operation, name) = self.operation(input);
        let mut work = Work::begin(self.telemetry, at, parent, operation, &name)?;
        work.set(names::AGENT, self.agent.descriptor.name);
        if operation == TOOL {
            work.set(names::TOOL, name);
            work.set(
                names::TOOL_TYPE,
                match self.is_remote() {
                    true => "extension",
                    false => "function",
                },
            );
        }
        work.of_run(&self.run.workflow_id, &self.run.run_id);
        work.set_some(names::STEP, self.step);
        work.set(names::ATTEMPT, u64::from(self.attempt));
        work.set(names::LOST_WORKERS, u64::from(self.lost_workers));
        if self.telemetry.tells_content() && operation == TOOL {
            work.set(names::ARGUMENTS, text(input));
        }
        Some(work)
    }

    /// What is done, and by whom.
    fn operation(&self, input: &Payload) -> (&'static str, String) {
        let name = self.agent.descriptor.name;
        let remote = || input.decode::<mcp::RemoteCall>().ok();
        match self.agent.descriptor.kind {
            AgentKind::Tool(_) => (TOOL, name.to_owned()),
            _ if self.is_remote() => (TOOL, remote().map_or(name.to_owned(), |call| call.tool)),
            AgentKind::Function | AgentKind::Model(_) => ("invoke_agent", name.to_owned()),
        }
    }

    /// Whether it calls a tool of an MCP server.
    fn is_remote(&self) -> bool {
        mcp::is_call(self.agent.descriptor.name)
    }

    fn of_tracing(&self) -> Span {
        let span = tracing::info_span!(
            "attempt",
            agent = self.agent.descriptor.name,
            attempt = self.attempt,
            workflow_id = self.run.workflow_id,
            run_id = self.run.run_id,
            trace_id = field::Empty,
        );
        if let Some(trace) = self.trace() {
            span.record("trace_id", trace.id());
        }
        span
    }
}

const TOOL: &str = "execute_tool";

fn text(payload: &Payload) -> String {
    String::from_utf8_lossy(payload.as_bytes()).into_owned()
}

/// An attempt under way.
struct Told {
    work: Option<Work>,
    tells_content: bool,
    /// When it is stopped.
    until: Option<Instant>,
    began: Instant,
    metrics: Metrics,
    agent: &'static str,
    queue: String,
    ended: bool,
}

impl Told {
    async fn beside(mut self, work: BoxFuture<'static, Result<Payload>>) -> Result<Payload> {
        let result = work.await;
        self.ended = true;
        self.count(match &result {
            Ok(_) => "completed",
            Err(error) if *error.kind() == ErrorKind::Cancelled => "cancelled",
            Err(_) => "failed",
        });
        if let Some(mut told) = self.work.take() {
            if let (true, Ok(output)) = (self.tells_content, &result) {
                told.set(names::RESULT, text(output));
            }
            told.end(result.as_ref().err());
        }
        result
    }

    fn count(&self, status: &str) {
        let took = self.began.elapsed();
        self.metrics
            .attempt_ended(self.agent, &self.queue, status, took);
    }
}

impl Drop for Told {
    fn drop(&mut self) {
        if self.ended {
            return;
        }
        let is_late = self.until.is_some_and(|until| Instant::now() >= until);
        let (status, kind, told) = match (thread::panicking(), is_late) {
            (true, _) => ("failed", "Panic", "the agent panicked"),
            (false, true) => (
                "failed",
                "Timeout",
                "the attempt took longer than its limit",
            ),
            (false, false) => ("cancelled", "Cancelled", "nobody waits for it any more"),
        };
        self.count(status);
        if let Some(work) = self.work.take() {
            work.fail(kind, told.to_owned());
        }
    }
}
