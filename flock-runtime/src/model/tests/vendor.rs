//! Vendors on loopback: what each says by its own protocol.

mod anthropic;
mod chat;
mod gemini;
mod responses;

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

/// What fits the agent that is asked for findings.
pub(super) const ANSWER: &str = r#"{"findings": "durable"}"#;

/// The vendor of this name.
pub(super) fn of(name: &str) -> &'static Vendor {
    VENDORS.iter().find(|vendor| vendor.name == name).unwrap()
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

/// One in which the model itself refuses.
pub(super) fn refusal() -> ResponseTemplate {
    let message = json!({ "role": "assistant", "content": null, "refusal": "I will not." });
    whole(&chat::message(&message, "stop", (1, 1)))
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

/// A server-sent event without a name.
pub(super) fn event(data: &Value) -> String {
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
