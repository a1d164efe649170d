//! A piece of work, from its begin to its end.

use std::time::SystemTime;

use super::{
    Telemetry, names,
    span::{Span, SpanKind, SpanValue},
    trace::TraceContext,
};
use crate::error::Error;

/// Work under way, of which is told when it has ended. What is dropped before is not told.
pub(crate) struct Work {
    telemetry: Telemetry,
    span: Span,
}

impl Work {
    /// What begins `at` a place of a trace; nothing where nobody hears of it.
    pub(crate) fn begin(
        telemetry: &Telemetry,
        at: TraceContext,
        parent: Option<u64>,
        operation: &'static str,
        of: &str,
    ) -> Option<Self> {
        if !telemetry.traces() || !at.sampled {
            return None;
        }
        let now = SystemTime::now();
        let mut work = Self {
            telemetry: telemetry.clone(),
            span: Span {
                trace_id: at.trace,
                span_id: at.span,
                parent_span_id: parent,
                name: format!("{operation} {of}").trim_end().to_owned(),
                kind: SpanKind::Internal,
                start: now,
                end: now,
                attributes: Vec::new(),
                error: None,
            },
        };
        work.set(names::OPERATION, operation);
        Some(work)
    }

    /// It is a question to another program.
    pub(crate) fn asks_another(mut self) -> Self {
        self.span.kind = SpanKind::Client;
        self
    }

    /// It began then.
    pub(crate) fn since(mut self, start: SystemTime) -> Self {
        self.span.start = start;
        self
    }

    /// It belongs to a run.
    pub(crate) fn of_run(&mut self, workflow_id: &str, run_id: &str) {
        self.set(names::CONVERSATION, run_id);
        self.set(names::WORKFLOW_ID, workflow_id);
        self.set(names::RUN_ID, run_id);
    }

    pub(crate) fn set(&mut self, name: &'static str, value: impl Into<SpanValue>) {
        self.span.attributes.push((name, value.into()));
    }

    pub(crate) fn set_some(&mut self, name: &'static str, value: Option<impl Into<SpanValue>>) {
        if let Some(value) = value {
            self.set(name, value);
        }
    }

    /// It ends now.
    pub(crate) fn end(self, error: Option<&Error>) {
        self.end_at(SystemTime::now(), error);
    }

    pub(crate) fn end_at(self, end: SystemTime, error: Option<&Error>) {
        match error {
            Some(error) => {
                let (kind, told) = (error.type_name().to_owned(), error.message().to_owned());
                self.fail_at(end, &kind, told);
            }
            None => self.tell(end),
        }
    }

    /// It ends by what gave no error.
    pub(crate) fn fail(self, kind: &str, told: String) {
        self.fail_at(SystemTime::now(), kind, told);
    }

    fn fail_at(mut self, end: SystemTime, kind: &str, told: String) {
        self.set(names::ERROR_TYPE, kind);
        self.span.error = Some(told);
        self.tell(end);
    }

    fn tell(mut self, end: SystemTime) {
        // Clocks are set.
        self.span.end = end.max(self.span.start);
        self.telemetry.record(&self.span);
    }
}
