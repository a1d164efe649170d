//! OpenAI's responses.

use serde_json::{Value, json};

use super::*;

fn response(status: &str, output: &[Value]) -> Value {
    json!({
        "id": "r1", "object": "response", "status": status, "model": "small", "output": output,
        "usage": { "input_tokens": 7, "output_tokens": 3, "total_tokens": 10 }
    })
}

fn message(text: &str) -> Value {
    let part = json!({ "type": "output_text", "text": text, "annotations": [] });
    json!({ "type": "message", "id": "m1", "role": "assistant", "status": "completed", "content": [part] })
}

fn call((id, arguments): &(&str, &str)) -> Value {
    json!({ "type": "function_call", "id": "f1", "call_id": id, "name": "searcher", "arguments": arguments })
}

pub(super) fn answer(text: &str) -> Value {
    response("completed", &[message(text)])
}

pub(super) fn calls(calls: &[(&str, &str)]) -> Value {
    let mut output = vec![json!({ "type": "reasoning", "id": "t1", "summary": [] })];
    output.extend(calls.iter().map(call));
    response("completed", &output)
}

fn all(events: impl Iterator<Item = Value>, output: &[Value]) -> Vec<String> {
    let created = json!({ "type": "response.created", "response": response("in_progress", &[]) });
    let completed =
        json!({ "type": "response.completed", "response": response("completed", output) });
    let events = [created].into_iter().chain(events).chain([completed]);
    events
        .map(|data| format!("event: {}\n{}", string(&data["type"]), event(&data)))
        .collect()
}

pub(super) fn pieces(pieces: &[&str]) -> Vec<String> {
    let deltas = pieces.iter().map(|piece| {
        json!({ "type": "response.output_text.delta", "output_index": 0, "content_index": 0, "delta": piece })
    });
    all(deltas, &[message(&pieces.concat())])
}

pub(super) fn calling(calls: &[(&str, &str)]) -> Vec<String> {
    let whole: Vec<_> = calls.iter().map(call).collect();
    let events = calls.iter().enumerate().flat_map(|(at, one)| {
        let (first, second) = one.1.split_at(one.1.len() / 2);
        let more = |text: &str| {
            json!({ "type": "response.function_call_arguments.delta", "output_index": at, "delta": text })
        };
        let added = json!({ "type": "response.output_item.added", "output_index": at, "item": call(&(one.0, "")) });
        let done = json!({ "type": "response.output_item.done", "output_index": at, "item": call(one) });
        [added, more(first), more(second), done]
    });
    all(events, &whole)
}

pub(super) fn told(body: &Value) -> Vec<(String, String)> {
    let results = list(&body["input"]).filter(|item| item["type"] == "function_call_output");
    results
        .map(|result| (string(&result["call_id"]), string(&result["output"])))
        .collect()
}
