//! What is told, in OTLP's own messages.

use std::{
    collections::BTreeMap,
    time::{SystemTime, UNIX_EPOCH},
};

use opentelemetry_proto::tonic::{
    collector::{metrics::v1::ExportMetricsServiceRequest, trace::v1::ExportTraceServiceRequest},
    common::v1::{AnyValue, ArrayValue, InstrumentationScope, KeyValue, any_value},
    metrics::v1::{
        AggregationTemporality, Gauge, Histogram, HistogramDataPoint, Metric, NumberDataPoint,
        ResourceMetrics, ScopeMetrics, Sum, metric::Data, number_data_point,
    },
    resource::v1::Resource,
    trace::v1::{
        ResourceSpans, ScopeSpans, Span as Proto, Status, span::SpanKind as Kind,
        status::StatusCode,
    },
};

use crate::telemetry::{
    metrics::registry::{Family, Is, Labels, Observed, Value},
    span::{Span, SpanKind, SpanValue},
};

/// The spec's flag for a sampled span.
const SAMPLED: u32 = 1;

pub(super) fn spans(resource: &[(String, String)], spans: &[Span]) -> ExportTraceServiceRequest {
    ExportTraceServiceRequest {
        resource_spans: vec![ResourceSpans {
            resource: Some(of_resource(resource)),
            scope_spans: vec![ScopeSpans {
                scope: Some(scope()),
                spans: spans.iter().map(span).collect(),
                ..ScopeSpans::default()
            }],
            ..ResourceSpans::default()
        }],
    }
}

/// All metrics as they are, with what has come to them `since` they are kept.
pub(super) fn metrics(
    resource: &[(String, String)],
    families: &BTreeMap<String, Family>,
    since: SystemTime,
) -> ExportMetricsServiceRequest {
    let times = (nanoseconds(since), nanoseconds(SystemTime::now()));
    let metrics = families.iter();
    ExportMetricsServiceRequest {
        resource_metrics: vec![ResourceMetrics {
            resource: Some(of_resource(resource)),
            scope_metrics: vec![ScopeMetrics {
                scope: Some(scope()),
                metrics: metrics
                    .map(|(name, family)| metric(name, family, times))
                    .collect(),
                ..ScopeMetrics::default()
            }],
            ..ResourceMetrics::default()
        }],
    }
}

fn metric(name: &str, family: &Family, times: (u64, u64)) -> Metric {
    let series = family.series.iter();
    let numbers = || {
        let numbers = series.clone().filter_map(|(labels, value)| match value {
            Value::Number(value) => Some(number(labels, *value, times)),
            Value::Histogram(_) => None,
        });
        numbers.collect()
    };
    let cumulative = AggregationTemporality::Cumulative.into();
    let data = match &family.is {
        Is::Counter => Data::Sum(Sum {
            data_points: numbers(),
            aggregation_temporality: cumulative,
            is_monotonic: true,
        }),
        Is::Gauge => Data::Gauge(Gauge {
            data_points: numbers(),
        }),
        Is::Histogram(bounds) => {
            let points = series.clone().filter_map(|(labels, value)| match value {
                Value::Histogram(observed) => Some(histogram(labels, observed, bounds, times)),
                Value::Number(_) => None,
            });
            Data::Histogram(Histogram {
                data_points: points.collect(),
                aggregation_temporality: cumulative,
            })
        }
    };
    Metric {
        name: name.to_owned(),
        description: family.help.clone(),
        data: Some(data),
        ..Metric::default()
    }
}

fn number(labels: &Labels, value: f64, (since, now): (u64, u64)) -> NumberDataPoint {
    NumberDataPoint {
        attributes: of_labels(labels),
        start_time_unix_nano: since,
        time_unix_nano: now,
        value: Some(number_data_point::Value::AsDouble(value)),
        ..NumberDataPoint::default()
    }
}

fn histogram(
    labels: &Labels,
    observed: &Observed,
    bounds: &[f64],
    (since, now): (u64, u64),
) -> HistogramDataPoint {
    HistogramDataPoint {
        attributes: of_labels(labels),
        start_time_unix_nano: since,
        time_unix_nano: now,
        count: observed.count(),
        sum: Some(observed.sum),
        bucket_counts: observed.buckets.clone(),
        explicit_bounds: bounds.to_vec(),
        ..HistogramDataPoint::default()
    }
}

fn of_labels(labels: &Labels) -> Vec<KeyValue> {
    let labels = labels.iter();
    let labels = labels.map(|(name, value)| attribute(name, text(value.clone())));
    labels.collect()
}

fn of_resource(resource: &[(String, String)]) -> Resource {
    let attributes = resource.iter();
    let attributes = attributes.map(|(key, value)| attribute(key, text(value.clone())));
    Resource {
        attributes: attributes.collect(),
        ..Resource::default()
    }
}

fn scope() -> InstrumentationScope {
    InstrumentationScope {
        name: "flock".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        ..InstrumentationScope::default()
    }
}

fn span(span: &Span) -> Proto {
    let parent = span.parent_span_id.map(|id| id.to_be_bytes().to_vec());
    let kind = match span.kind {
        SpanKind::Internal => Kind::Internal,
        SpanKind::Client => Kind::Client,
    };
    let attributes = span.attributes.iter();
    Proto {
        trace_id: span.trace_id.to_be_bytes().to_vec(),
        span_id: span.span_id.to_be_bytes().to_vec(),
        parent_span_id: parent.unwrap_or_default(),
        flags: SAMPLED,
        name: span.name.clone(),
        kind: kind.into(),
        start_time_unix_nano: nanoseconds(span.start),
        end_time_unix_nano: nanoseconds(span.end),
        attributes: attributes
            .map(|(key, value)| attribute(key, of_value(value)))
            .collect(),
        status: span.error.as_ref().map(|message| Status {
            message: message.clone(),
            code: StatusCode::Error.into(),
        }),
        ..Proto::default()
    }
}

fn nanoseconds(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}

fn attribute(key: &str, value: any_value::Value) -> KeyValue {
    KeyValue {
        key: key.to_owned(),
        value: Some(AnyValue { value: Some(value) }),
        ..KeyValue::default()
    }
}

fn of_value(value: &SpanValue) -> any_value::Value {
    match value {
        SpanValue::Text(value) => text(value.clone()),
        SpanValue::Number(number) => any_value::Value::IntValue(*number),
        SpanValue::Texts(texts) => any_value::Value::ArrayValue(ArrayValue {
            values: texts
                .iter()
                .map(|value| AnyValue {
                    value: Some(text(value.clone())),
                })
                .collect(),
        }),
    }
}

fn text(value: String) -> any_value::Value {
    any_value::Value::StringValue(value)
}
