//! Models with a name in `flock.toml`: how they are reached and asked, and who answers in their place.

use std::sync::Arc;

use serde_json::{Value, json};
use wiremock::{Mock, MockServer, ResponseTemplate, matchers::method};

use super::{
    agents::*,
    vendor::{self, asked},
    wire::{Then, begun, says},
};
use crate::{
    agent::Agent,
    config::Config,
    error::ErrorKind,
    model::{Models, Usage},
    value::usage::Usage as Spent,
};

async fn server(response: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .respond_with(response)
        .mount(&server)
        .await;
    server
}

fn answer(text: &str) -> ResponseTemplate {
    vendor::finished_for(text, "stop", (1_000, 100))
}

fn filtered() -> ResponseTemplate {
    vendor::finished("", "content_filter")
}

/// Two models: a smart one, and one that is asked in its place.
fn two(smart: &MockServer, cheap: &MockServer) -> Models {
    let text = format!(
        r#"
        [agents."*"]
        model = "smart"

        [models.smart]
        model = "openai/large"
        base_url = "{}/v1"
        api_key_env = "CARGO_PKG_NAME"
        fallbacks = ["cheap", "smart"]
        seed = 7
        stop = ["END"]
        reasoning = "low"
        extra = {{ top_k = 5 }}

        [models.cheap]
        model = "openai/small"
        base_url = "{}/v1"
        temperature = 0.1
        "#,
        smart.uri(),
        cheap.uri()
    );
    configured(&text)
}

fn configured(text: &str) -> Models {
    Models::default().configured(Arc::new(Config::parse(text).unwrap()))
}

#[tokio::test]
async fn a_section_says_how_a_model_is_reached_and_asked() {
    let smart = server(answer(r#"{"findings": "much"}"#)).await;
    let cheap = server(answer(r#"{"findings": "little"}"#)).await;
    let output = run::<Researcher>(two(&smart, &cheap), 1).await.unwrap();
    assert_eq!(output.findings, "much");
    assert!(asked(&cheap).await.is_empty());
    let requests = smart.received_requests().await.unwrap();
    assert_eq!(
        requests[0].headers["authorization"],
        format!("Bearer {}", env!("CARGO_PKG_NAME"))
    );
    let body: Value = requests[0].body_json().unwrap();
    assert_eq!(body["model"], "large");
    assert_eq!(body["seed"], 7);
    assert_eq!(body["stop"], json!(["END"]));
    assert_eq!(body["reasoning_effort"], "low");
    assert_eq!(body["top_k"], 5);
    assert_eq!(body["temperature"], 0.5, "the agent's own");
}

#[tokio::test]
async fn another_answers_for_one_that_is_down_busy_or_refuses() {
    for response in [
        ResponseTemplate::new(503),
        ResponseTemplate::new(429).insert_header("retry-after", "60"),
        filtered(),
    ] {
        let smart = server(response).await;
        let cheap = server(answer(r#"{"findings": "little"}"#)).await;
        let output = run::<Researcher>(two(&smart, &cheap), 1).await.unwrap();
        assert_eq!(output.findings, "little");
        assert_eq!(asked(&smart).await.len(), 1);
        let body = &asked(&cheap).await[0];
        assert_eq!(body["model"], "small");
        assert_eq!(body.get("seed"), None, "of the other section");
    }
}

#[tokio::test]
async fn a_wrong_question_is_put_to_nobody_else() {
    let smart = server(ResponseTemplate::new(401)).await;
    let cheap = server(answer(r#"{"findings": "little"}"#)).await;
    let error = run::<Researcher>(two(&smart, &cheap), 1).await.unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::Denied);
    assert!(error.message().contains("CARGO_PKG_NAME"), "{error}");
    assert!(asked(&cheap).await.is_empty());
}

#[tokio::test]
async fn when_none_answers_all_are_told() {
    let smart = server(ResponseTemplate::new(503)).await;
    let cheap = server(ResponseTemplate::new(429).insert_header("retry-after", "2")).await;
    let error = run::<Researcher>(two(&smart, &cheap), 1).await.unwrap_err();
    assert!(
        matches!(error.kind(), ErrorKind::RateLimited { .. }),
        "{error:?}"
    );
    let told = error.to_string();
    assert!(
        told.contains("429") && told.contains("`openai/large`") && told.contains("503"),
        "{told}"
    );
}

#[tokio::test]
async fn a_key_that_is_not_there_is_named() {
    let models = configured(
        "[defaults]\n[agents.'*']\nmodel = 'mine'\n[models.mine]\nmodel = 'openai/a'\nbase_url = 'http://127.0.0.1:1/v1'\napi_key_env = 'FLOCK_NO_SUCH_KEY'",
    );
    let error = run::<Researcher>(models, 1).await.unwrap_err();
    assert_eq!(error.type_name(), "MissingKey");
    assert!(error.message().contains("FLOCK_NO_SUCH_KEY"), "{error}");
}

#[tokio::test]
async fn a_price_of_ones_own_counts() {
    let server = server(answer(r#"{"findings": "much"}"#)).await;
    let models = configured(&format!(
        "[agents.'*']\nmodel = 'mine'\n[models.mine]\nmodel = 'openai/own'\nbase_url = '{}/v1'\ninput_price = '2.00'\noutput_price = '10.00'",
        server.uri()
    ));
    let context = context::<Researcher>(models, 1, false);
    let output = Researcher::execute(context.clone(), topic("Temporal")).await;
    output.unwrap();
    let expected: Spent = Usage::tokens(1_000, 100).micro_dollars(3_000);
    assert_eq!(context.spent(), expected);
}

#[tokio::test]
async fn an_agent_may_name_several() {
    let models = configured(
        "[agents.researcher]\nmodel = ['smart', 'test/a', 'smart']\n[models.smart]\nmodel = 'test/b'\nfallbacks = ['test/c']",
    );
    let choices = models.choices(Researcher::DESCRIPTOR);
    let names: Vec<_> = choices.iter().map(|choice| choice.name.as_str()).collect();
    assert_eq!(names, ["test/b", "test/c", "test/a"]);
    assert_eq!(
        choices[0].source,
        "flock.toml [agents.researcher], flock.toml [models.smart]"
    );
}

#[tokio::test]
async fn another_answers_for_one_that_is_dead_stalls_or_hangs_up() {
    let body = vendor::chat_answer(r#"{"findings": "much"}"#).to_string();
    let half = begun(
        "application/json",
        Some(body.len()),
        &body[..body.len() / 2],
    );
    let storm = vendor::server("/v1/chat/completions", Vec::new()).await;
    Mock::given(method("POST"))
        .respond_with(ResponseTemplate::new(500))
        .with_priority(9)
        .mount(&storm)
        .await;
    let busy = server(ResponseTemplate::new(429).insert_header("x-should-retry", "false")).await;
    for (uri, timeout) in [
        ("http://127.0.0.1:1".to_owned(), ""),
        ("http://no-such-host.invalid".to_owned(), ""),
        (says(half.clone(), Then::HangsUp).await, ""),
        (says(half, Then::Stalls).await, "timeout = '300ms'"),
        (storm.uri(), ""),
        (busy.uri(), ""),
    ] {
        let cheap = server(answer(r#"{"findings": "little"}"#)).await;
        let text = format!(
            "[agents.'*']\nmodel = ['smart', 'cheap']\n[models.smart]\nmodel = 'openai/a'\nbase_url = '{uri}/v1'\n{timeout}\n[models.cheap]\nmodel = 'openai/small'\nbase_url = '{}/v1'",
            cheap.uri()
        );
        let output = run::<Researcher>(configured(&text), 1).await.unwrap();
        assert_eq!(output.findings, "little", "{uri}");
    }
}

/// Its thoughts are asked for where it is to think, without a summary; from others they would be refused.
#[tokio::test]
async fn responses_give_back_thoughts_where_they_think() {
    let responses = json!({ "id": "1", "status": "completed", "model": "small", "output": [{
        "type": "message", "content": [{ "type": "output_text", "text": "{\"findings\": \"much\"}" }]
    }] });
    for (reasoning, sent) in [
        ("", None),
        ("reasoning = 'low'", Some(json!({ "effort": "low" }))),
    ] {
        let server = server(vendor::whole(&responses)).await;
        let text = format!(
            "[agents.'*']\nmodel = 'it'\n[models.it]\nmodel = 'openai_resp/small'\nbase_url = '{}/v1'\n{reasoning}",
            server.uri()
        );
        run::<Researcher>(configured(&text), 1).await.unwrap();
        // Not a word comes of a stream that is none: it is asked twice.
        hear::<Researcher>(configured(&text)).await.0.unwrap();
        let asked = asked(&server).await;
        assert_eq!(asked.len(), 3);
        for body in asked {
            assert_eq!(body.get("reasoning"), sent.as_ref(), "{body}");
            assert_eq!(body.get("include").is_some(), sent.is_some(), "{body}");
        }
    }
}
