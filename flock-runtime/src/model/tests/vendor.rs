//! Vendors on loopback: what each says by its own protocol.

use std::sync::{Arc, Mutex};

use futures_util::{FutureExt, future::BoxFuture};
use serde_json::{Value, json};
use wiremock::{
    Mock, MockServer, ResponseTemplate,
    matchers::{method, path_regex},
};

use super::agents::*;
use crate::{
    agent::stream::Piece,
    error::Result,
    model::{Model, ModelAnswer, ModelRequest, Provider},
};

/// Answers the first question with the first response, and so on.
pub(super) async fn server(at: &str, responses: Vec<ResponseTemplate>) -> MockServer {
    let server = MockServer::start().await;
    for response in responses {
        Mock::given(method("POST"))
            .and(path_regex(format!("^{at}$")))
            .respond_with(response)
            .up_to_n_times(1)
            .mount(&server)
            .await;
    }
    server
}

/// What it was asked.
pub(super) async fn asked(server: &MockServer) -> Vec<Value> {
    let requests = server.received_requests().await.unwrap();
    let bodies = requests.iter().map(|request| request.body_json().unwrap());
    bodies.collect()
}

/// A vendor's protocol.
pub(super) struct Vendor {
    pub(super) name: &'static str,
    /// What of the address is the vendor's own.
    base: &'static str,
    /// Where it is asked.
    at: &'static str,
    /// An answer.
    pub(super) answer: fn(&str) -> Value,
    /// Calls of `searcher`, by id and by arguments as they are written.
    pub(super) calls: fn(&[(&str, &str)]) -> Value,
    /// Events by which an answer comes in pieces.
    pub(super) pieces: fn(&[&str]) -> Vec<String>,
    /// Events by which calls come.
    pub(super) calling: fn(&[(&str, &str)]) -> Vec<String>,
    /// Where in a question the name of the first tool is.
    pub(super) tool: &'static str,
    /// What a question tells of calls, each by its id.
    pub(super) told: fn(&Value) -> Vec<(String, String)>,
}

/// Of each protocol one.
pub(super) const VENDORS: [Vendor; 5] = [
    OPENAI,
    Vendor {
        name: "ollama",
        base: "",
        ..OPENAI
    },
    Vendor {
        name: "openai_resp",
        base: "/v1",
        at: "/v1/responses",
        answer: responses::answer,
        calls: responses::calls,
        pieces: responses::pieces,
        calling: responses::calling,
        tool: "/tools/0/name",
        told: responses::told,
    },
    Vendor {
        name: "anthropic",
        base: "",
        at: "/v1/messages",
        answer: anthropic::answer,
        calls: anthropic::calls,
        pieces: anthropic::pieces,
        calling: anthropic::calling,
        tool: "/tools/0/name",
        told: anthropic::told,
    },
    Vendor {
        name: "gemini",
        base: "",
        at: "/v1beta/models/small:(streamG|g)enerateContent",
        answer: gemini::answer,
        calls: gemini::calls,
        pieces: gemini::pieces,
        calling: gemini::calling,
        tool: "/tools/0/functionDeclarations/0/name",
        told: gemini::told,
    },
];

const OPENAI: Vendor = Vendor {
    name: "openai",
    base: "/v1",
    at: "/v1/chat/completions",
    answer: chat::answer,
    calls: chat::calls,
    pieces: chat::pieces,
    calling: chat::calling,
    tool: "/tools/0/function/name",
    told: chat::told,
};

impl Vendor {
    pub(super) async fn server(&self, responses: Vec<ResponseTemplate>) -> MockServer {
        server(self.at, responses).await
    }

    /// Who speaks with the vendor at this address.
    pub(super) fn provider(&self, uri: &str) -> Provider {
        let provider = Provider::new(self.name).unwrap().environment(|_| None);
        provider
            .base_url(format!("{uri}{}", self.base))
            .key("sk-secret")
    }
}

pub(super) fn whole(body: &Value) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(body)
}

pub(super) fn streamed(events: &[String]) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_raw(events.concat(), "text/event-stream")
}

/// The vendor, and what it answers in the end.
struct Kept(Provider, Arc<Mutex<Vec<ModelAnswer>>>);

impl Model for Kept {
    fn answer<'a>(&'a self, request: &'a ModelRequest) -> BoxFuture<'a, Result<ModelAnswer>> {
        async move {
            let answer = self.0.answer(request).await?;
            self.1.lock().unwrap().push(answer.clone());
            Ok(answer)
        }
        .boxed()
    }
}

/// What an attempt came to, what was heard of it, and its last answer.
pub(super) async fn heard(provider: Provider) -> (Result<Findings>, String, Option<ModelAnswer>) {
    let answers = Arc::default();
    let models = models(Kept(provider, Arc::clone(&answers)));
    let (result, pieces) = hear::<Researcher>(models).await;
    let last = answers.lock().unwrap().pop();
    let words = pieces.iter().map(|piece| match piece {
        Piece::Text { text } => text.as_str(),
        Piece::ToolCall { tool } => tool,
        _ => "|",
    });
    (result, words.collect(), last)
}

/// An answer of OpenAI's chat protocol.
pub(super) fn completion(text: &str) -> ResponseTemplate {
    finished(text, "stop")
}

/// One that ended for this reason.
pub(super) fn finished(text: &str, reason: &str) -> ResponseTemplate {
    finished_for(text, reason, (1, 1))
}

/// One that has cost these tokens, given and taken.
pub(super) fn finished_for(text: &str, reason: &str, usage: (u32, u32)) -> ResponseTemplate {
    let message = json!({ "role": "assistant", "content": text });
    whole(&chat::message(&message, reason, usage))
}

/// The body of one.
pub(super) fn chat_answer(text: &str) -> Value {
    chat::answer(text)
}

/// Server-sent events of OpenAI's chat protocol.
pub(super) fn chunks(chunks: &[Value]) -> ResponseTemplate {
    let done = "data: [DONE]\n\n".to_owned();
    let events = chunks.iter().map(event).chain([done]);
    streamed(&events.collect::<Vec<_>>())
}

pub(super) fn text(text: &str) -> Value {
    json!({ "choices": [{ "index": 0, "delta": { "content": text } }] })
}

pub(super) fn end(reason: &str) -> [Value; 2] {
    [
        json!({ "choices": [{ "index": 0, "delta": {}, "finish_reason": reason }] }),
        json!({ "choices": [], "usage": { "prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10 } }),
    ]
}

fn event(data: &Value) -> String {
    format!("data: {data}\n\n")
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| text.into())
}

fn string(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// OpenAI's chat completions.
mod chat {
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
        let begun =
            |id: &str| json!({ "id": id, "function": { "name": "searcher", "arguments": "" } });
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
}

/// OpenAI's responses.
mod responses {
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
        let created =
            json!({ "type": "response.created", "response": response("in_progress", &[]) });
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
}

mod anthropic {
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
            events.push(
                json!({ "type": "content_block_start", "index": index, "content_block": block }),
            );
            events.extend(deltas.into_iter().map(
                |delta| json!({ "type": "content_block_delta", "index": index, "delta": delta }),
            ));
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
}

mod gemini {
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
}
