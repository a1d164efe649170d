//! What a program tells of its work to those who operate it: spans by OpenTelemetry's conventions for
//! generative AI, and metrics.
//!
//! `metrics` are numbers, kept in this process. `trace` is where in a trace something stands, and how that travels; `span` what is told; `work` a piece of
//! work from its begin to its end; `names` every name that is used. `otlp`, with the feature of its name,
//! sends them to a collector.

pub(crate) mod metrics;
pub(crate) mod names;
#[cfg(feature = "otlp")]
pub(crate) mod otlp;
#[cfg(test)]
mod page;
pub(crate) mod span;
pub(crate) mod trace;
pub(crate) mod work;

use std::{fmt, sync::Arc};

pub use self::metrics::{Counter, Gauge, Histogram, Metrics};
pub use self::span::{Span, SpanKind, SpanSink, SpanValue};

/// Where a runtime tells of its work.
#[derive(Clone, Default)]
pub(crate) struct Telemetry {
    sinks: Arc<[Arc<dyn SpanSink>]>,
    /// Whether what models and tools are given and give is told too.
    content: bool,
    pub(crate) metrics: Metrics,
}

impl Telemetry {
    pub(crate) fn new(sinks: Vec<Arc<dyn SpanSink>>, content: bool, metrics: Metrics) -> Self {
        Self {
            sinks: sinks.into(),
            content,
            metrics,
        }
    }

    /// Whether anybody hears of spans.
    pub(crate) fn traces(&self) -> bool {
        !self.sinks.is_empty()
    }

    /// Whether what models and tools are given and give is to be told.
    pub(crate) fn tells_content(&self) -> bool {
        self.content && self.traces()
    }

    pub(crate) fn record(&self, span: &Span) {
        for sink in &*self.sinks {
            sink.record(span);
        }
    }

    /// Waits until what was told is where it is to go.
    pub(crate) async fn flush(&self) {
        for sink in &*self.sinks {
            sink.flush().await;
        }
    }
}

impl fmt::Debug for Telemetry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Telemetry")
            .field("sinks", &self.sinks.len())
            .field("content", &self.content)
            .field("metrics", &self.metrics)
            .finish()
    }
}
