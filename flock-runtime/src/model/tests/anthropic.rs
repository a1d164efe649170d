//! A server on loopback that speaks Anthropic's protocol.

use serde_json::{Value, json};
use wiremock::{
    Mock, MockServer, ResponseTemplate,
    matchers::{method, path},
};

use super::agents::*;
use crate::model::Provider;

/// Answers every question with `text`.
async fn server(text: &str) -> MockServer {
    let server = MockServer::start().await;
    let message = json!({
        "id": "1", "type": "message", "role": "assistant", "model": "claude-sonnet-4-5",
        "content": [{ "type": "text", "text": text }],
        "stop_reason": "end_turn",
        "usage": { "input_tokens": 1, "output_tokens": 1 }
    });
    Mock::given(method("POST"))
        .and(path("/v1/messages"))
        .respond_with(ResponseTemplate::new(200).set_body_json(message))
        .mount(&server)
        .await;
    server
}

fn provider(server: &MockServer) -> Provider {
    // Its own client takes the address without `/v1`, and so do we.
    let provider = Provider::new("anthropic").unwrap().environment(|_| None);
    provider.base_url(server.uri()).key("secret")
}

#[tokio::test]
async fn anthropic_is_asked_by_its_own_protocol() {
    let server = server(r#"{"findings": "durable"}"#).await;
    let output = run::<Researcher>(models(provider(&server)), 1)
        .await
        .unwrap();
    assert_eq!(output.findings, "durable");

    let requests = server.received_requests().await.unwrap();
    assert_eq!(requests[0].headers["x-api-key"], "secret");
    let body: Value = requests[0].body_json().unwrap();
    assert_eq!(body["system"], "You are a meticulous researcher.");
    assert_eq!(body["max_tokens"], 200);
    let schema = &body["output_config"]["format"]["schema"];
    assert_eq!(schema["properties"]["findings"]["type"], "string");
}

#[tokio::test]
async fn limits_that_anthropic_refuses_are_kept_here() {
    let server = server(r#"{"urgency": 700, "tags": [], "hand_off": "billing"}"#).await;
    let error = run::<Triager>(models(provider(&server)), 1)
        .await
        .unwrap_err();
    assert_eq!(error.type_name(), "BadAnswer");
    assert!(error.message().contains("255"), "{error}");

    let requests = server.received_requests().await.unwrap();
    let body: Value = requests[0].body_json().unwrap();
    let schema = &body["output_config"]["format"]["schema"];
    assert_eq!(schema["properties"]["urgency"], json!({"type": "integer"}));
}
