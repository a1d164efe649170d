//! How the place in a trace travels: in the header of Temporal's own SDKs, so that clients, workers and
//! children written by others are parts of one trace.

use std::{cell::Cell, collections::HashMap};

use serde_json::json;
use temporalio_common::protos::temporal::api::common::v1::{Header, Payload as Proto};
use temporalio_sdk::workflow_interceptors::{
    CancellableWorkflowOutboundFuture as Cancellable, ScheduleActivityInput,
    ScheduleActivityResult, ScheduleLocalActivityInput, StartChildWorkflowInput,
    StartChildWorkflowResult, WorkflowInterceptor, WorkflowInterceptorConstructor,
    WorkflowInterceptorContext, WorkflowNext,
};

use super::{codec, wire};
use crate::{telemetry::trace::TraceContext, value::payload::Payload};

/// An object of W3C's headers.
const KEY: &str = "_tracer-data";
const TRACE_PARENT: &str = "traceparent";

thread_local! {
    /// What the command that is being made is part of.
    static MADE_BY: Cell<Option<TraceContext>> = const { Cell::new(None) };
}

/// Has the command that `make` makes carry its place in a trace.
pub(super) fn carried<T>(trace: Option<TraceContext>, make: impl FnOnce() -> T) -> T {
    let before = MADE_BY.replace(trace);
    let made = make();
    MADE_BY.set(before);
    made
}

/// What puts the header there: the SDK's calls take none.
pub(super) fn interceptor() -> WorkflowInterceptorConstructor {
    WorkflowInterceptorConstructor::new(|_| Carry)
}

/// The header of a start.
pub(super) fn of_start(trace: TraceContext) -> Header {
    Header {
        fields: HashMap::from([written(trace)]),
    }
}

pub(super) fn put(headers: &mut HashMap<String, Proto>, trace: Option<TraceContext>) {
    headers.extend(trace.map(written).map(left_open));
}

pub(super) fn read(headers: &HashMap<String, Proto>) -> Option<TraceContext> {
    let carried = wire::read(vec![headers.get(KEY)?.clone()]).ok()?;
    let carried: HashMap<String, String> = carried.decode().ok()?;
    carried.get(TRACE_PARENT)?.parse().ok()
}

fn written(trace: TraceContext) -> (String, Proto) {
    let carried = json!({ TRACE_PARENT: trace.to_string() });
    let carried = Payload::from_json(carried.to_string());
    (KEY.to_owned(), wire::write(&carried))
}

/// Not encrypted: it says nothing of the run, and programs of other languages read it without a codec.
fn left_open((key, mut carried): (String, Proto)) -> (String, Proto) {
    carried.metadata.insert(codec::OPEN.to_owned(), Vec::new());
    (key, carried)
}

struct Carry;

impl WorkflowInterceptor for Carry {
    fn schedule_activity(
        &self,
        _: WorkflowInterceptorContext,
        mut input: ScheduleActivityInput,
        next: WorkflowNext<'static, ScheduleActivityInput, Cancellable<ScheduleActivityResult>>,
    ) -> Cancellable<ScheduleActivityResult> {
        put(input.headers_mut(), MADE_BY.get());
        next.run(input)
    }

    fn schedule_local_activity(
        &self,
        _: WorkflowInterceptorContext,
        mut input: ScheduleLocalActivityInput,
        next: WorkflowNext<
            'static,
            ScheduleLocalActivityInput,
            Cancellable<ScheduleActivityResult>,
        >,
    ) -> Cancellable<ScheduleActivityResult> {
        put(input.headers_mut(), MADE_BY.get());
        next.run(input)
    }

    fn start_child_workflow(
        &self,
        _: WorkflowInterceptorContext,
        mut input: StartChildWorkflowInput,
        next: WorkflowNext<'static, StartChildWorkflowInput, Cancellable<StartChildWorkflowResult>>,
    ) -> Cancellable<StartChildWorkflowResult> {
        put(input.headers_mut(), MADE_BY.get());
        next.run(input)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_other_sdks_send_is_read() {
        let text = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        let trace: TraceContext = text.parse().unwrap();
        let sent = of_start(trace).fields;
        assert_eq!(read(&sent), Some(trace));
        let theirs = json!({ "traceparent": text, "tracestate": "a=b", "baggage": "c=d" });
        let theirs = wire::write(&Payload::from_json(theirs.to_string()));
        let headers = HashMap::from([(KEY.to_owned(), theirs)]);
        assert_eq!(read(&headers), Some(trace));
        let wrong = wire::write(&Payload::from_json("[1]"));
        assert_eq!(read(&HashMap::from([(KEY.to_owned(), wrong)])), None);
    }
}
