//! What is told, in OTLP's own messages.

use std::time::{SystemTime, UNIX_EPOCH};

use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest,
    common::v1::{AnyValue, ArrayValue, InstrumentationScope, KeyValue, any_value},
    resource::v1::Resource,
    trace::v1::{
        ResourceSpans, ScopeSpans, Span as Proto, Status, span::SpanKind as Kind,
        status::StatusCode,
    },
};

use crate::telemetry::span::{Span, SpanKind, SpanValue};

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
