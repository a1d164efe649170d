//! A run that goes on as a new one: what it hands over, and what the new one takes up.

use std::collections::{BTreeMap, HashMap};

use serde_json::value::RawValue;
use temporalio_common::protos::{
    coresdk::workflow_commands::ContinueAsNewWorkflowExecution,
    temporal::api::common::v1::Payload as Proto,
};
use temporalio_sdk::{WorkflowContext, WorkflowTermination};

use super::{FlockWorkflow, task_limits};
use crate::{
    config::Config,
    engine::temporal::{
        trace_header,
        wire::{self, Wire},
    },
    error::{Error, Result},
    flock::{DESCRIPTOR, FlockDescriptor, RunState, UnreadSignals},
    telemetry::trace::TraceContext,
    value::payload::Payload,
};

/// What flock's own memo key holds where there is nothing to say.
pub(crate) const NOTHING: &str = "{}";

/// The header that carries signals from one run to the next.
const UNREAD_SIGNALS: &str = "flock-mail";

/// The header that carries a hosted stream.
const STREAM: &str = "flock-stream";

/// Ends this run, and has a new one begin with `input`, `unread` signals and the stream that it hosts, in the
/// same trace.
pub(crate) fn goes_on(
    flock: &FlockDescriptor,
    context: &WorkflowContext<FlockWorkflow>,
    input: Payload,
    (unread, stream, trace): (&UnreadSignals, Option<Payload>, Option<TraceContext>),
    config: &Config,
) -> Result<WorkflowTermination> {
    let most = wire::most(config);
    let input = Wire::new(input, most).and_then(Wire::into_payload);
    let input = input.map_err(|error| error.context("the input of the new run"))?;
    let memo = memo(context);
    let mut headers = HashMap::new();
    trace_header::put(&mut headers, trace);
    if !unread.is_empty() {
        headers.insert(
            UNREAD_SIGNALS.to_owned(),
            wire::write(&write(unread, most)?),
        );
    }
    if let Some(stream) = stream {
        let stream = Wire::new(stream, most).and_then(Wire::into_payload);
        let stream = stream.map_err(|error| error.context("the stream of the new run"))?;
        headers.insert(STREAM.to_owned(), wire::write(&stream));
    }
    let held = memo.values().chain(headers.values());
    let held = held.map(|value| value.data.len());
    // Nothing comes behind it that would count anew.
    let sent = |bytes: usize| match config.payloads.keeps(bytes) {
        true => wire::REFERENCE,
        false => bytes,
    };
    let held: usize = held.chain([input.as_bytes().len()]).map(sent).sum();
    task_limits::now(context, held)
        .map_err(|error| error.context("input, memo and unread signals of the new run"))?;
    Ok(WorkflowTermination::continue_as_new(
        ContinueAsNewWorkflowExecution {
            workflow_type: flock.name.to_owned(),
            arguments: vec![wire::write(&input)],
            headers,
            memo,
            ..Default::default()
        },
    ))
}

/// The memo as it is now: by itself the new run would get that of this one's start, and does so too
/// where it is sent one without keys.
fn memo(context: &WorkflowContext<FlockWorkflow>) -> HashMap<String, Proto> {
    let memo = context.memo();
    let fields = memo.keys().filter_map(|key| {
        let value = memo.get::<Wire>(key).ok()??.into_payload().ok()?;
        Some((key.to_owned(), wire::write(&value)))
    });
    let mut fields: HashMap<_, _> = fields.collect();
    if fields.is_empty() {
        let nothing = Payload::from_json(NOTHING);
        fields.insert(DESCRIPTOR.to_owned(), wire::write(&nothing));
    }
    fields
}

/// Signals that the run before this one did not ask for.
pub(crate) fn unread_signals(headers: &HashMap<String, Proto>) -> Result<UnreadSignals> {
    let Some(proto) = headers.get(UNREAD_SIGNALS) else {
        return Ok(UnreadSignals::new());
    };
    let carried: Result<BTreeMap<String, Vec<Box<RawValue>>>> =
        wire::read(vec![proto.clone()]).and_then(|carried| carried.decode());
    let carried = carried.map_err(|error| error.context("signals from the run before"))?;
    let queues = carried.into_iter().map(|(name, messages)| {
        let messages = messages.into_iter();
        let messages = messages.map(|json| Payload::from_json(json.get()));
        (name, messages.collect())
    });
    Ok(queues.collect())
}

/// Has the run host the stream that the run before it did.
pub(crate) fn take_over(run_state: &RunState, headers: &HashMap<String, Proto>) -> Result<()> {
    let (Some(hosted), Some(proto)) = (run_state.hosted(), headers.get(STREAM)) else {
        return Ok(());
    };
    let taken = wire::read(vec![proto.clone()]).and_then(|carried| hosted.take_over(&carried));
    taken.map_err(|error| error.context("the stream of the run before"))
}

fn write(unread: &UnreadSignals, most: usize) -> Result<Payload> {
    let queues = unread.iter().map(|(name, messages)| {
        // What is no JSON would be left out when it is asked for, too.
        let messages = messages.iter().filter_map(|message| message.decode().ok());
        (name, messages.collect::<Vec<Box<RawValue>>>())
    });
    let queues: BTreeMap<_, _> = queues.collect();
    let payload = Payload::encode(&queues).and_then(|queues| Wire::new(queues, most));
    payload
        .and_then(Wire::into_payload)
        .map_err(|error: Error| {
            error.context(
                "signals that wait to be asked for, and must be before the flock continues as new",
            )
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unread_signals_come_as_they_were_sent() {
        let queue = |texts: &[&str]| texts.iter().map(|text| Payload::from_json(*text)).collect();
        let sent = UnreadSignals::from([
            (
                "approve".to_owned(),
                queue(&[r#"{"by":"Ann"}"#, r#"{"by":"Ann"}"#]),
            ),
            ("enough".to_owned(), queue(&["{ }", "no JSON"])),
        ]);
        let header = wire::write(&write(&sent, 1000).unwrap());
        let headers = HashMap::from([(UNREAD_SIGNALS.to_owned(), header)]);
        let mut wanted = sent;
        wanted.insert("enough".to_owned(), queue(&["{ }"]));
        assert_eq!(unread_signals(&headers).unwrap(), wanted);
        assert_eq!(
            unread_signals(&HashMap::new()).unwrap(),
            UnreadSignals::new()
        );
    }
}
