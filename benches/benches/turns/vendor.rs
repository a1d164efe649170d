//! The vendor: OpenAI's chat completions on loopback, whole or as events, as it is asked. A contender's requests come
//! below a path of its own, and are counted.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    Router,
    body::Bytes,
    extract::{Path, State},
    http::{StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
    routing::post,
    serve::ListenerExt,
};
use serde_json::{Value, json};
use tiktoken_rs::CoreBPE;
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

use crate::{
    Result,
    asked::{self, Overhead},
    conversation::{self, REPLY},
};

pub(crate) struct Vendor {
    address: String,
    books: Arc<Books>,
    serving: JoinHandle<()>,
}

struct Books {
    tokens: CoreBPE,
    /// By contender and turn: each turn is the same in every run.
    asked: Mutex<BTreeMap<String, BTreeMap<usize, Overhead>>>,
}

impl Vendor {
    pub(crate) async fn start() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?.to_string();
        let books = Arc::new(Books {
            tokens: tiktoken_rs::o200k_base()?,
            asked: Mutex::default(),
        });
        let router = Router::new()
            .route("/{who}/v1/chat/completions", post(complete))
            .with_state(Arc::clone(&books));
        let serving = tokio::spawn(async move {
            // Until the bench ends.
            let _ = axum::serve(listener.tap_io(at_once), router).await;
        });
        Ok(Self {
            address,
            books,
            serving,
        })
    }

    /// Where `who` asks.
    pub(crate) fn url(&self, who: &str) -> String {
        format!("http://{}/{who}/v1/", self.address)
    }

    /// What `who` has asked, turn by turn.
    pub(crate) fn asked(&self, who: &str) -> Vec<Overhead> {
        let asked = self
            .books
            .asked
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        asked
            .get(who)
            .into_iter()
            .flat_map(BTreeMap::values)
            .copied()
            .collect()
    }
}

impl Drop for Vendor {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// Has a connection send what there is, as vendors' servers do: else the system may wait for 40 ms.
fn at_once(connection: &mut TcpStream) {
    // Without it answers are late, and right.
    let _ = connection.set_nodelay(true);
}

async fn complete(
    State(books): State<Arc<Books>>,
    Path(who): Path<String>,
    body: Bytes,
) -> Response {
    match answer(&books, who, &body) {
        Ok(response) => response,
        Err(error) => {
            let error = json!({ "error": { "message": error.to_string() } });
            (StatusCode::BAD_REQUEST, error.to_string()).into_response()
        }
    }
}

fn answer(books: &Books, who: String, body: &Bytes) -> Result<Response> {
    let request: Value = serde_json::from_slice(body)?;
    asked::check(&request)?;
    let turn = asked::turn(&request);
    let overhead = asked::overhead(&request, body.len(), &books.tokens);
    let mut asked = books.asked.lock().unwrap_or_else(PoisonError::into_inner);
    asked.entry(who).or_default().insert(turn, overhead);
    drop(asked);
    let calls = calls(&request, turn);
    Ok(match request["stream"] == true {
        true => ([(CONTENT_TYPE, "text/event-stream")], events(&calls)).into_response(),
        false => (
            [(CONTENT_TYPE, "application/json")],
            whole(&calls).to_string(),
        )
            .into_response(),
    })
}

/// What the model calls; nothing where it answers in words.
fn calls(request: &Value, turn: usize) -> Vec<Value> {
    let mut calls: Vec<_> = conversation::calls(turn)
        .into_iter()
        .map(|call| (call.tool, call.arguments))
        .collect();
    let is_output = |tool: &Value| tool["function"]["name"] == "final_result";
    let tools = request["tools"].as_array();
    if calls.is_empty() && tools.is_some_and(|tools| tools.iter().any(is_output)) {
        calls.push(("final_result", reply()));
    }
    let calls = calls.into_iter().enumerate();
    let call = |(at, (tool, arguments)): (usize, (&str, Value))| {
        let function = json!({ "name": tool, "arguments": arguments.to_string() });
        json!({ "index": at, "id": format!("call_{turn}_{at}"), "type": "function", "function": function })
    };
    calls.map(call).collect()
}

fn reply() -> Value {
    json!({ "reply": REPLY })
}

fn usage() -> Value {
    json!({ "prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110 })
}

fn whole(calls: &[Value]) -> Value {
    let (reason, message) = match calls.is_empty() {
        true => (
            "stop",
            json!({ "role": "assistant", "content": reply().to_string() }),
        ),
        false => (
            "tool_calls",
            json!({ "role": "assistant", "content": null, "tool_calls": calls }),
        ),
    };
    json!({
        "id": "1", "object": "chat.completion", "created": 1, "model": "small", "usage": usage(),
        "choices": [{ "index": 0, "finish_reason": reason, "message": message }],
    })
}

fn events(calls: &[Value]) -> String {
    let (reason, mut deltas) = match calls.is_empty() {
        true => ("stop", vec![json!({ "content": reply().to_string() })]),
        false => (
            "tool_calls",
            calls
                .iter()
                .map(|call| json!({ "tool_calls": [call] }))
                .collect(),
        ),
    };
    deltas[0]["role"] = "assistant".into();
    let choice = |delta: Value, reason: Value| json!([{ "index": 0, "delta": delta, "finish_reason": reason }]);
    let mut choices: Vec<_> = deltas
        .into_iter()
        .map(|delta| choice(delta, Value::Null))
        .collect();
    choices.push(choice(json!({}), reason.into()));
    let chunk = |choices: Value, usage: Value| {
        let chunk = json!({
            "id": "1", "object": "chat.completion.chunk", "created": 1, "model": "small",
            "choices": choices, "usage": usage,
        });
        format!("data: {chunk}\n\n")
    };
    let last = chunk(json!([]), usage());
    let chunks = choices
        .into_iter()
        .map(|choices| chunk(choices, Value::Null));
    chunks
        .chain([last, "data: [DONE]\n\n".to_owned()])
        .collect()
}
