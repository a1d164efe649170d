//! OpenAI's chat completions.

use serde_json::{Value, json};

use super::*;

pub(super) fn message(message: &Value, reason: &str, (given, taken): (u32, u32)) -> Value {
    json!({
        "id": "1", "object": "chat.completion", "model": "small",
        "choices": [{ "index": 0, "finish_reason": reason, "message": message }],
        "usage": { "prompt_tokens": given, "completion_tokens": taken, "total_tokens": given + taken }
    })
}

pub(super) fn answer(text: &str) -> Value {
    message(
        &json!({ "role": "assistant", "content": text }),
        "stop",
        (7, 3),
    )
}

pub(super) fn calls(calls: &[(&str, &str)]) -> Value {
    let calls: Vec<_> = calls
        .iter()
        .map(|(id, arguments)| {
            let function = json!({ "name": "searcher", "arguments": arguments });
            json!({ "id": id, "type": "function", "function": function })
        })
        .collect();
    let said = json!({ "role": "assistant", "content": null, "tool_calls": calls });
    message(&said, "tool_calls", (7, 3))
}

fn all(pieces: impl Iterator<Item = Value>, reason: &str) -> Vec<String> {
    let events = pieces.chain(end(reason)).map(|data| event(&data));
    events.chain(["data: [DONE]\n\n".to_owned()]).collect()
}

pub(super) fn pieces(pieces: &[&str]) -> Vec<String> {
    all(pieces.iter().map(|piece| text(piece)), "stop")
}

pub(super) fn calling(calls: &[(&str, &str)]) -> Vec<String> {
    let call = |index: usize, mut call: Value| {
        call["index"] = index.into();
        json!({ "choices": [{ "index": 0, "delta": { "tool_calls": [call] } }] })
    };
    let begun = |id: &str| json!({ "id": id, "function": { "name": "searcher", "arguments": "" } });
    let pieces = calls.iter().enumerate().flat_map(|(at, (id, arguments))| {
        let (first, second) = arguments.split_at(arguments.len() / 2);
        let more = |text: &str| call(at, json!({ "function": { "arguments": text } }));
        [call(at, begun(id)), more(first), more(second)]
    });
    all(pieces, "tool_calls")
}

pub(super) fn told(body: &Value) -> Vec<(String, String)> {
    let results = list(&body["messages"]).filter(|message| message["role"] == "tool");
    results
        .map(|result| (string(&result["tool_call_id"]), string(&result["content"])))
        .collect()
}
