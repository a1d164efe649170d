//! Anthropic's messages.

use serde_json::{Value, json};

use super::*;

fn message(content: &[Value], reason: &str) -> Value {
    json!({
        "id": "1", "type": "message", "role": "assistant", "model": "small",
        "content": content, "stop_reason": reason,
        "usage": { "input_tokens": 7, "output_tokens": 3 }
    })
}

pub(super) fn answer(text: &str) -> Value {
    message(&[json!({ "type": "text", "text": text })], "end_turn")
}

pub(super) fn calls(calls: &[(&str, &str)]) -> Value {
    let calls = calls.iter().map(|(id, arguments)| {
        json!({ "type": "tool_use", "id": id, "name": "searcher", "input": json(arguments) })
    });
    message(&calls.collect::<Vec<_>>(), "tool_use")
}

fn all(blocks: Vec<(Value, Vec<Value>)>, reason: &str) -> Vec<String> {
    let mut start = message(&[], reason);
    start["stop_reason"] = Value::Null;
    start["usage"]["output_tokens"] = 1.into();
    let mut events = vec![json!({ "type": "message_start", "message": start })];
    events.push(json!({ "type": "ping" }));
    for (index, (block, deltas)) in blocks.into_iter().enumerate() {
        events
            .push(json!({ "type": "content_block_start", "index": index, "content_block": block }));
        events.extend(
            deltas.into_iter().map(
                |delta| json!({ "type": "content_block_delta", "index": index, "delta": delta }),
            ),
        );
        events.push(json!({ "type": "content_block_stop", "index": index }));
    }
    events.push(json!({
        "type": "message_delta", "delta": { "stop_reason": reason }, "usage": { "output_tokens": 3 }
    }));
    events.push(json!({ "type": "message_stop" }));
    let events = events.iter();
    events
        .map(|data| format!("event: {}\n{}", string(&data["type"]), event(data)))
        .collect()
}

pub(super) fn pieces(pieces: &[&str]) -> Vec<String> {
    let deltas = pieces.iter();
    let deltas = deltas.map(|piece| json!({ "type": "text_delta", "text": piece }));
    let block = json!({ "type": "text", "text": "" });
    all(vec![(block, deltas.collect())], "end_turn")
}

pub(super) fn calling(calls: &[(&str, &str)]) -> Vec<String> {
    let blocks = calls.iter().map(|(id, arguments)| {
        let (first, second) = arguments.split_at(arguments.len() / 2);
        let more = |text: &str| json!({ "type": "input_json_delta", "partial_json": text });
        let block = json!({ "type": "tool_use", "id": id, "name": "searcher", "input": {} });
        (block, vec![more(first), more(second)])
    });
    all(blocks.collect(), "tool_use")
}

pub(super) fn told(body: &Value) -> Vec<(String, String)> {
    let parts = list(&body["messages"]).flat_map(|message| list(&message["content"]));
    let results = parts.filter(|part| part["type"] == "tool_result");
    results
        .map(|result| (string(&result["tool_use_id"]), string(&result["content"])))
        .collect()
}
