//! Numbers of a program's work: counters, gauges and histograms, kept in this process for each runtime.
//!
//! `registry` keeps them, `text` writes them as Prometheus reads them, `names` has those that flock keeps
//! itself. The door for users is [`Metrics`].

pub(crate) mod names;
pub(crate) mod registry;
mod text;

use std::{fmt, sync::Arc};

use self::registry::{Kind, Registry};

/// The bounds of a histogram that says none: seconds.
const BOUNDS: &[f64] = &[
    0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0,
];

/// Counters, gauges and histograms of a program's own, beside those that flock keeps: see
/// [`FlockContext::metrics`](crate::FlockContext::metrics) and
/// [`AgentContext::metrics`](crate::AgentContext::metrics).
///
/// They cost nothing, and are kept nowhere, unless somebody asked for metrics: `worker --metrics-listen`,
/// [`RuntimeBuilder::metrics`](crate::RuntimeBuilder::metrics), or a collector in `[telemetry]`.
///
/// ```
/// use flock::prelude::*;
///
/// #[agent(output = "sent: bool")]
/// async fn send(ctx: AgentContext, country: String) -> Result<bool> {
///     let metrics = ctx.metrics();
///     metrics.counter("parcels_total").label("country", country).add(1);
///     metrics.gauge("parcels_waiting").set(3.0);
///     metrics.histogram("parcel_weight_kilograms").buckets(&[1.0, 5.0, 20.0]).observe(2.5);
///     Ok(true)
/// }
/// ```
///
/// A name is letters, digits, `_` and `:`, and is one kind of metric; what is wrong is left out, and said in
/// the log once. A metric has 1000 combinations of labels at most: no ids.
#[derive(Clone, Default)]
pub struct Metrics {
    registry: Option<Arc<Registry>>,
}

impl Metrics {
    /// Metrics that are kept.
    pub(crate) fn kept() -> Self {
        Self {
            registry: Some(Arc::default()),
        }
    }

    /// Metrics that are not: on replay.
    pub(crate) fn silent() -> Self {
        Self { registry: None }
    }

    pub(crate) fn are_kept(&self) -> bool {
        self.registry.is_some()
    }

    pub(crate) fn registry(&self) -> Option<&Arc<Registry>> {
        self.registry.as_ref()
    }

    /// A counter, which only grows. Its name ends in `_total` by custom.
    pub fn counter(&self, name: impl Into<String>) -> Counter {
        Counter(self.metric(name.into()))
    }

    /// A gauge, a number that goes up and down.
    pub fn gauge(&self, name: impl Into<String>) -> Gauge {
        Gauge(self.metric(name.into()))
    }

    /// A histogram: how often a number was at most so large. Its bounds are those of seconds, from 0.005 to 60,
    /// unless [`buckets`](Histogram::buckets) says others.
    pub fn histogram(&self, name: impl Into<String>) -> Histogram {
        Histogram {
            metric: self.metric(name.into()),
            bounds: BOUNDS.into(),
        }
    }

    /// All of them as Prometheus reads them, for programs with a web server of their own. Empty where nobody
    /// asked for metrics.
    pub fn to_prometheus(&self) -> String {
        let families = self.registry.as_ref().map(|registry| registry.snapshot());
        text::write(&families.unwrap_or_default())
    }

    fn metric(&self, name: String) -> Metric {
        Metric {
            registry: self.registry.clone(),
            name,
            labels: Vec::new(),
        }
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metrics")
            .field("kept", &self.registry.is_some())
            .finish()
    }
}

/// A metric by its name, and labels.
struct Metric {
    registry: Option<Arc<Registry>>,
    name: String,
    labels: Vec<(String, String)>,
}

impl Metric {
    fn label(&mut self, name: impl Into<String>, value: impl fmt::Display) {
        if self.registry.is_some() {
            self.labels.push((name.into(), value.to_string()));
        }
    }

    fn record(self, kind: Kind<'_>, value: f64) {
        if let Some(registry) = self.registry {
            registry.record(&self.name, "", kind, self.labels, value);
        }
    }
}

/// A counter: give it labels, then [`add`](Self::add).
#[must_use = "a counter counts by `add`"]
pub struct Counter(Metric);

impl Counter {
    /// A label. Few values: each combination is kept by itself.
    pub fn label(mut self, name: impl Into<String>, value: impl fmt::Display) -> Self {
        self.0.label(name, value);
        self
    }

    /// Counts so many more.
    pub fn add(self, count: u32) {
        self.0.record(Kind::Counter, count.into());
    }
}

/// A gauge: give it labels, then [`set`](Self::set) or [`add`](Self::add).
#[must_use = "a gauge shows by `set` or `add`"]
pub struct Gauge(Metric);

impl Gauge {
    /// A label. Few values: each combination is kept by itself.
    pub fn label(mut self, name: impl Into<String>, value: impl fmt::Display) -> Self {
        self.0.label(name, value);
        self
    }

    /// Shows this number from now on.
    pub fn set(self, value: f64) {
        self.0.record(Kind::Gauge, value);
    }

    /// Shows so much more, or less.
    pub fn add(self, change: f64) {
        self.0.record(Kind::UpDown, change);
    }
}

/// A histogram: give it labels, then [`observe`](Self::observe).
#[must_use = "a histogram takes numbers by `observe`"]
pub struct Histogram {
    metric: Metric,
    bounds: Box<[f64]>,
}

impl Histogram {
    /// A label. Few values: each combination is kept by itself.
    pub fn label(mut self, name: impl Into<String>, value: impl fmt::Display) -> Self {
        self.metric.label(name, value);
        self
    }

    /// The bounds that numbers are compared with, the smallest first. Those that are said first hold.
    pub fn buckets(mut self, bounds: &[f64]) -> Self {
        self.bounds = bounds.into();
        self
    }

    /// Takes a number.
    pub fn observe(self, value: f64) {
        self.metric.record(Kind::Histogram(&self.bounds), value);
    }
}

macro_rules! shown {
    ($($metric:ident: |$this:ident| $name:expr;)+) => {
        $(impl fmt::Debug for $metric {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let $this = self;
                f.debug_tuple(stringify!($metric)).field(&$name).finish()
            }
        })+
    };
}

shown! {
    Counter: |this| this.0.name;
    Gauge: |this| this.0.name;
    Histogram: |this| this.metric.name;
}
