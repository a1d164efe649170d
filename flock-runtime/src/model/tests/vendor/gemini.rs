//! Gemini's generateContent.

use serde_json::{Value, json};

use super::*;

fn candidate(parts: &[Value], end: bool) -> Value {
    let mut candidate = json!({ "content": { "role": "model", "parts": parts }, "index": 0 });
    if end {
        candidate["finishReason"] = "STOP".into();
    }
    json!({
        "candidates": [candidate], "modelVersion": "small",
        "usageMetadata": { "promptTokenCount": 7, "candidatesTokenCount": 3, "totalTokenCount": 10 }
    })
}

fn call((id, arguments): &(&str, &str)) -> Value {
    json!({ "functionCall": { "id": id, "name": "searcher", "args": json(arguments) } })
}

pub(super) fn answer(text: &str) -> Value {
    candidate(&[json!({ "text": text })], true)
}

pub(super) fn calls(calls: &[(&str, &str)]) -> Value {
    candidate(&calls.iter().map(call).collect::<Vec<_>>(), true)
}

pub(super) fn pieces(pieces: &[&str]) -> Vec<String> {
    let last = pieces.len() - 1;
    let pieces = pieces.iter().enumerate();
    pieces
        .map(|(at, piece)| event(&candidate(&[json!({ "text": piece })], at == last)))
        .collect()
}

pub(super) fn calling(calls: &[(&str, &str)]) -> Vec<String> {
    let mut events: Vec<_> = calls
        .iter()
        .map(|one| event(&candidate(&[call(one)], false)))
        .collect();
    events.push(event(&candidate(&[json!({ "text": "" })], true)));
    events
}

pub(super) fn told(body: &Value) -> Vec<(String, String)> {
    let parts = list(&body["contents"]).flat_map(|content| list(&content["parts"]));
    let results = parts.filter_map(|part| part.get("functionResponse"));
    results
        .map(|result| {
            (
                string(&result["id"]),
                string(&result["response"]["content"]),
            )
        })
        .collect()
}
