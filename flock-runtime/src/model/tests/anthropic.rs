//! A server on loopback that speaks Anthropic's protocol.

use serde_json::{Value, json};
use wiremock::{
    Mock, MockServer, ResponseTemplate,
    matchers::{method, path},
};

use super::agents::*;
use crate::model::Provider;

#[tokio::test]
async fn anthropic_is_asked_by_its_own_protocol() {
    let server = MockServer::start().await;
    let message = json!({
        "id": "1", "type": "message", "role": "assistant", "model": "claude-sonnet-4-5",
        "content": [{ "type": "text", "text": "{\"findings\": \"durable\"}" }],
        "stop_reason": "end_turn",
        "usage": { "input_tokens": 1, "output_tokens": 1 }
    });
    Mock::given(method("POST"))
        .and(path("/v1/messages"))
        .respond_with(ResponseTemplate::new(200).set_body_json(message))
        .mount(&server)
        .await;

    // Its own client takes the address without `/v1`, and so do we.
    let provider = Provider::new("anthropic").unwrap().environment(|_| None);
    let provider = provider.base_url(server.uri()).key("secret");
    let output = run::<Researcher>(models(provider), 1).await.unwrap();
    assert_eq!(output.findings, "durable");

    let requests = server.received_requests().await.unwrap();
    assert_eq!(requests[0].headers["x-api-key"], "secret");
    let body: Value = requests[0].body_json().unwrap();
    assert_eq!(body["system"], "You are a meticulous researcher.");
    assert_eq!(body["max_tokens"], 200);
    let schema = &body["output_config"]["format"]["schema"];
    assert_eq!(schema["properties"]["findings"]["type"], "string");
}
