//! The SDK's own metrics, kept with ours: it asks for instruments by a trait.

use std::{borrow::Cow, collections::HashMap, error::Error as StdError, sync::Arc, time::Duration};

use temporalio_common::telemetry::{
    TaskQueueLabelStrategy, TelemetryOptions,
    metrics::{
        CoreMeter, Counter, CounterBase, Gauge, GaugeBase, GaugeF64, GaugeF64Base, Histogram,
        HistogramBase, HistogramDuration, HistogramDurationBase, HistogramF64, HistogramF64Base,
        MetricAttributable, MetricAttributes, MetricKeyValue, MetricParameters, NewAttributes,
        TemporalMeter, UpDownCounter, UpDownCounterBase, default_buckets_for,
    },
};
use temporalio_sdk::runtime::RuntimeOptions;

use crate::telemetry::metrics::{
    Metrics,
    registry::{Kind, Labels, Registry},
};

/// What stands before the names of the SDK's metrics.
const PREFIX: &str = "temporal_";
/// What the SDK calls itself in a label of all of them.
const SERVICE: &str = "temporal-core-sdk";

/// How the SDK runs: with its metrics kept, where they are.
pub(super) fn options(metrics: &Metrics) -> RuntimeOptions {
    let Some(registry) = metrics.registry() else {
        return RuntimeOptions::default();
    };
    // Here the SDK writes the prefix itself.
    let meter: Arc<dyn CoreMeter> = Arc::new(Meter::new(registry, ""));
    let telemetry = TelemetryOptions::builder().metrics(meter).build();
    let options = RuntimeOptions::builder()
        .telemetry_options(telemetry)
        .build();
    options.unwrap_or_default()
}

/// What the connection measures of its requests. It is there before the SDK is, which has no way to hand out its
/// own.
pub(super) fn of_requests(metrics: &Metrics) -> Option<TemporalMeter> {
    let meter: Arc<dyn CoreMeter> = Arc::new(Meter::new(metrics.registry()?, PREFIX));
    let service = MetricKeyValue::new("service_name", SERVICE);
    let labels = NewAttributes::new(vec![service]);
    let strategy = TaskQueueLabelStrategy::UseNormal;
    Some(TemporalMeter::new(meter, labels, strategy))
}

/// Keeps what the SDK measures.
#[derive(Debug)]
struct Meter {
    registry: Arc<Registry>,
    prefix: &'static str,
}

impl Meter {
    fn new(registry: &Arc<Registry>, prefix: &'static str) -> Self {
        Self {
            registry: Arc::clone(registry),
            prefix,
        }
    }

    fn instrument(&self, about: MetricParameters, kind: Kind<'static>) -> Arc<Instrument> {
        Arc::new(Instrument {
            registry: Arc::clone(&self.registry),
            name: format!("{}{}", self.prefix, plain(&about.name)).into(),
            help: about.description,
            kind,
        })
    }

    /// The SDK's bounds: milliseconds, as its dashboards have them.
    fn histogram_of(&self, about: MetricParameters) -> Arc<Instrument> {
        let name = about.name.strip_prefix(PREFIX).unwrap_or(&about.name);
        let bounds = default_buckets_for(name, false);
        self.instrument(about, Kind::Histogram(bounds))
    }
}

impl CoreMeter for Meter {
    fn new_attributes(&self, attributes: NewAttributes) -> MetricAttributes {
        MetricAttributes::NoOp(Arc::new(attributes.into()))
    }

    fn extend_attributes(
        &self,
        existing: MetricAttributes,
        attributes: NewAttributes,
    ) -> MetricAttributes {
        let mut all = match existing {
            MetricAttributes::NoOp(labels) => (*labels).clone(),
            _ => HashMap::new(),
        };
        let read = |MetricKeyValue { key, value }| (key, value.to_string());
        all.extend(attributes.attributes.into_iter().map(read));
        MetricAttributes::NoOp(Arc::new(all))
    }

    fn counter(&self, about: MetricParameters) -> Counter {
        Counter::new(self.instrument(about, Kind::Counter))
    }

    fn histogram(&self, about: MetricParameters) -> Histogram {
        Histogram::new(self.histogram_of(about))
    }

    fn histogram_f64(&self, about: MetricParameters) -> HistogramF64 {
        HistogramF64::new(self.histogram_of(about))
    }

    fn histogram_duration(&self, about: MetricParameters) -> HistogramDuration {
        HistogramDuration::new(self.histogram_of(about))
    }

    fn gauge(&self, about: MetricParameters) -> Gauge {
        Gauge::new(self.instrument(about, Kind::Gauge))
    }

    fn gauge_f64(&self, about: MetricParameters) -> GaugeF64 {
        GaugeF64::new(self.instrument(about, Kind::Gauge))
    }

    fn up_down_counter(&self, about: MetricParameters) -> UpDownCounter {
        UpDownCounter::new(self.instrument(about, Kind::UpDown))
    }
}

/// One of the SDK's metrics.
#[derive(Clone)]
struct Instrument {
    registry: Arc<Registry>,
    name: Arc<str>,
    help: Cow<'static, str>,
    kind: Kind<'static>,
}

/// The same with labels.
struct Labelled {
    of: Instrument,
    labels: Labels,
}

impl Instrument {
    fn labelled(&self, attributes: &MetricAttributes) -> Labelled {
        let labels = match attributes {
            MetricAttributes::NoOp(labels) => {
                let labels = labels.iter();
                labels
                    .map(|(name, value)| (plain(name), value.clone()))
                    .collect()
            }
            _ => Labels::new(),
        };
        Labelled {
            of: self.clone(),
            labels,
        }
    }
}

/// A name as Prometheus takes it.
fn plain(name: &str) -> String {
    name.replace(['-', '.'], "_")
}

impl Labelled {
    fn record(&self, value: f64) {
        let Instrument {
            registry,
            name,
            help,
            kind,
        } = &self.of;
        registry.record(name, help, *kind, self.labels.clone(), value);
    }
}

/// What the SDK records by.
macro_rules! records {
    ($($base:ident: $record:ident($value:ident: $ty:ty) => $float:expr;)+) => {
        $(
            impl MetricAttributable<Box<dyn $base>> for Instrument {
                fn with_attributes(
                    &self,
                    attributes: &MetricAttributes,
                ) -> Result<Box<dyn $base>, Box<dyn StdError>> {
                    Ok(Box::new(self.labelled(attributes)))
                }
            }

            impl $base for Labelled {
                #[allow(clippy::cast_precision_loss, reason = "metrics are floats")]
                fn $record(&self, $value: $ty) {
                    self.record($float);
                }
            }
        )+
    };
}

records! {
    CounterBase: adds(count: u64) => count as f64;
    UpDownCounterBase: adds(change: i64) => change as f64;
    GaugeBase: records(value: u64) => value as f64;
    GaugeF64Base: records(value: f64) => value;
    HistogramBase: records(value: u64) => value as f64;
    HistogramF64Base: records(value: f64) => value;
    HistogramDurationBase: records(took: Duration) => took.as_secs_f64() * 1e3;
}
