//! A server on loopback that speaks OpenAI's protocol.

use std::time::{Duration, SystemTime};

use serde_json::{Value, json};
use wiremock::{MockServer, Request, ResponseTemplate};

use super::{
    agents::*,
    vendor::{self, asked, completion, finished},
};
use crate::{
    error::{Error, ErrorKind},
    model::{Models, Provider},
};

const KEY: &str = "sk-a-very-secret-key";

/// Answers the first question with the first response, and so on.
async fn server(responses: Vec<ResponseTemplate>) -> MockServer {
    vendor::server("/v1/chat/completions", responses).await
}

fn provider(server: &MockServer) -> Provider {
    let provider = Provider::new("openai").unwrap().environment(|_| None);
    provider.base_url(format!("{}/v1", server.uri())).key(KEY)
}

async fn failure(response: ResponseTemplate) -> Error {
    let server = server(vec![response]).await;
    let error = run::<Researcher>(models(provider(&server)), 1)
        .await
        .unwrap_err();
    assert!(!format!("{error:?}").contains(KEY), "{error:?}");
    error
}

#[tokio::test]
async fn a_question_carries_instructions_input_and_schema() {
    let server = server(vec![completion(r#"{"findings": "durable"}"#)]).await;
    let output = run::<Researcher>(models(provider(&server)), 1)
        .await
        .unwrap();
    assert_eq!(output.findings, "durable");

    let requests: Vec<Request> = server.received_requests().await.unwrap();
    assert_eq!(
        requests[0].headers["authorization"],
        format!("Bearer {KEY}")
    );
    let body: Value = requests[0].body_json().unwrap();
    assert_eq!(body["model"], "small");
    assert_eq!(body["temperature"], 0.5);
    assert_eq!(body["max_tokens"], 200);
    assert_eq!(body["messages"][0]["role"], "system");
    assert_eq!(
        body["messages"][0]["content"],
        "You are a meticulous researcher."
    );
    let question = body["messages"][1]["content"].as_str().unwrap();
    assert!(question.contains("\"topic\": \"Temporal\""), "{question}");
    let format = &body["response_format"];
    assert_eq!(format["type"], "json_schema");
    assert_eq!(format["json_schema"]["name"], "researcher");
    assert_eq!(format["json_schema"]["strict"], true);
    let schema = &format["json_schema"]["schema"];
    assert_eq!(schema["properties"]["findings"]["type"], "string");
    assert_eq!(schema["required"], json!(["findings"]));
    // Paid for in each turn, and of no use there.
    assert_eq!((schema.get("$schema"), schema.get("title")), (None, None));
}

#[tokio::test]
async fn a_choice_of_who_is_next_is_in_the_schema() {
    let answer = r#"{"urgency": 1, "tags": [{"name": "x"}], "hand_off": "billing"}"#;
    let server = server(vec![completion(answer)]).await;
    run::<Triager>(models(provider(&server)), 1).await.unwrap();
    let schema = &asked(&server).await[0]["response_format"]["json_schema"]["schema"];
    assert_eq!(
        schema["properties"]["hand_off"]["enum"],
        json!(["billing", "support", "writer"])
    );
    assert_eq!(schema["required"], json!(["urgency", "tags", "hand_off"]));
    // `uint8` is no format that OpenAI takes.
    let urgency = json!({"type": "integer", "minimum": 0, "maximum": 255});
    assert_eq!(schema["properties"]["urgency"], urgency);
}

#[tokio::test]
async fn the_second_question_names_the_fault() {
    let server = server(vec![
        completion(r#"{"finding": "misspelt"}"#),
        completion(r#"{"findings": "mended"}"#),
    ])
    .await;
    let output = run::<Researcher>(models(provider(&server)), 1)
        .await
        .unwrap();
    assert_eq!(output.findings, "mended");

    let asked = asked(&server).await;
    assert_eq!(asked.len(), 2);
    let messages = asked[1]["messages"].as_array().unwrap();
    assert_eq!(messages.len(), 4);
    assert_eq!(
        messages[2],
        json!({"role": "assistant", "content": r#"{"finding": "misspelt"}"#})
    );
    assert_eq!(messages[3]["role"], "user");
    let reproach = messages[3]["content"].as_str().unwrap();
    assert!(
        reproach.contains("\"findings\" is a required property"),
        "{reproach}"
    );
}

#[tokio::test]
async fn a_refusal_of_the_format_is_asked_again_in_words() {
    let refusal =
        json!({"error": {"message": "This model does not support response format `json_schema`."}});
    let server = server(vec![
        ResponseTemplate::new(400).set_body_json(refusal),
        completion("```json\n{\"findings\": \"in words\"}\n```"),
    ])
    .await;
    let output = run::<Researcher>(models(provider(&server)), 1)
        .await
        .unwrap();
    assert_eq!(output.findings, "in words");
    let asked = asked(&server).await;
    assert!(asked[1].get("response_format").is_none(), "{}", asked[1]);
    let system = asked[1]["messages"][0]["content"].as_str().unwrap();
    assert!(
        system.starts_with("You are a meticulous researcher.\n\n"),
        "{system}"
    );
    assert!(system.contains("\"findings\""), "{system}");
}

#[tokio::test]
async fn ollama_is_asked_with_a_schema_and_without_a_key() {
    let server = server(vec![completion(r#"{"findings": "local"}"#)]).await;
    let ollama = Provider::new("ollama").unwrap().base_url(server.uri());
    let environment = |name: &str| (name == "OPENAI_API_KEY").then(|| KEY.to_owned());
    let output = run::<Researcher>(models(ollama.environment(environment)), 1)
        .await
        .unwrap();
    assert_eq!(output.findings, "local");
    let requests = server.received_requests().await.unwrap();
    assert_eq!(requests[0].headers["authorization"], "Bearer none");
    assert_eq!(
        asked(&server).await[0]["response_format"]["type"],
        "json_schema"
    );
}

#[tokio::test]
async fn a_server_of_ones_own_needs_no_key() {
    let server = server(vec![completion(r#"{"findings": "local"}"#)]).await;
    let provider = Provider::new("openai")
        .unwrap()
        .base_url(format!("{}/v1/", server.uri()));
    run::<Researcher>(models(provider.environment(|_| None)), 1)
        .await
        .unwrap();
}

#[tokio::test]
async fn too_many_requests_wait_as_long_as_asked() {
    let limited = |header: &str, value: &str| {
        failure(
            ResponseTemplate::new(429)
                .insert_header(header, value)
                .set_body_string("slow down"),
        )
    };
    for (header, value, wait) in [
        ("retry-after", "7", Some(Duration::from_secs(7))),
        ("retry-after-ms", "250", Some(Duration::from_millis(250))),
        ("x-other", "7", None),
    ] {
        let error = limited(header, value).await;
        assert_eq!(
            error.kind(),
            &ErrorKind::RateLimited { retry_after: wait },
            "{header}"
        );
        assert_eq!(error.type_name(), "RateLimited");
        assert!(error.message().contains("slow down"), "{error}");
    }
    let date = httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(3_600));
    let error = limited("retry-after", &date).await;
    let ErrorKind::RateLimited {
        retry_after: Some(wait),
    } = error.kind()
    else {
        panic!("{error:?}");
    };
    assert!((3_500..=3_600).contains(&wait.as_secs()), "{wait:?}");
}

#[tokio::test]
async fn every_status_has_its_kind() {
    for (status, kind) in [
        (400, ErrorKind::Invalid),
        (401, ErrorKind::Denied),
        (403, ErrorKind::Denied),
        (404, ErrorKind::NotFound),
        (405, ErrorKind::Permanent),
        (408, ErrorKind::Transient),
        (413, ErrorKind::Invalid),
        (422, ErrorKind::Invalid),
        (500, ErrorKind::Transient),
        (503, ErrorKind::Transient),
        (529, ErrorKind::Transient),
    ] {
        let body = json!({ "error": { "message": format!("about {KEY}: no") } });
        let error = failure(ResponseTemplate::new(status).set_body_json(body)).await;
        assert_eq!(error.kind(), &kind, "{status}");
        assert_eq!(error.type_name(), format!("HttpStatus{status}"));
        assert!(
            error
                .message()
                .contains(&format!("answered {status}: about [key]: no")),
            "{error}"
        );
    }
}

#[tokio::test]
async fn an_overloaded_server_may_say_for_how_long() {
    let error = failure(ResponseTemplate::new(503).insert_header("retry-after", "2")).await;
    let wait = Some(Duration::from_secs(2));
    assert_eq!(error.kind(), &ErrorKind::RateLimited { retry_after: wait });
    assert_eq!(error.type_name(), "HttpStatus503");
}

#[tokio::test]
async fn a_wrong_key_names_its_variable() {
    let server = server(vec![ResponseTemplate::new(401)]).await;
    let provider = Provider::new("openai")
        .unwrap()
        .base_url(format!("{}/v1", server.uri()));
    let provider = provider.environment(|name| (name == "OPENAI_API_KEY").then(|| KEY.to_owned()));
    let error = run::<Researcher>(models(provider), 1).await.unwrap_err();
    assert!(error.message().contains("OPENAI_API_KEY"), "{error}");
    let requests = server.received_requests().await.unwrap();
    assert_eq!(
        requests[0].headers["authorization"],
        format!("Bearer {KEY}")
    );
}

#[tokio::test]
async fn a_missing_key_names_its_variable() {
    let provider = Provider::new("openai").unwrap().environment(|_| None);
    let error = run::<Researcher>(models(provider), 1).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.type_name()),
        (&ErrorKind::Denied, "MissingKey")
    );
    assert!(error.message().contains("OPENAI_API_KEY"), "{error}");
}

#[tokio::test]
async fn a_refused_connection_is_transient() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let url = format!("http://user:{KEY}@{address}/v1?key={KEY}");
    let provider = Provider::new("openai")
        .unwrap()
        .environment(|_| None)
        .base_url(url);
    let error = run::<Researcher>(models(provider), 1).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.type_name()),
        (&ErrorKind::Transient, "ConnectError")
    );
    assert!(error.message().contains(&address.to_string()), "{error}");
    assert!(!format!("{error:?}").contains(KEY), "{error:?}");
}

#[tokio::test]
async fn a_wrong_address_is_not_repeated() {
    for url in [
        format!("http://user:{KEY}@ho st/v1"),
        format!("localhost/{KEY}"),
    ] {
        let provider = Provider::new("openai")
            .unwrap()
            .environment(|_| None)
            .base_url(url);
        let error = run::<Researcher>(models(provider), 1).await.unwrap_err();
        assert_eq!(error.kind(), &ErrorKind::Permanent);
        assert!(error.message().contains("address"), "{error}");
        assert!(!format!("{error:?}").contains(KEY), "{error:?}");
    }
}

#[tokio::test]
async fn a_broken_connection_is_transient() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/v1", listener.local_addr().unwrap());
    let provider = Provider::new("openai")
        .unwrap()
        .environment(|_| None)
        .base_url(url);
    let hang_up = async {
        loop {
            drop(listener.accept().await);
        }
    };
    let error = tokio::select! {
        result = run::<Researcher>(models(provider), 1) => result.unwrap_err(),
        () = hang_up => unreachable!("it accepts for ever"),
    };
    assert_eq!(
        (error.kind(), error.type_name()),
        (&ErrorKind::Transient, "HttpError")
    );
}

#[tokio::test]
async fn a_silent_server_runs_out_of_time() {
    let late = completion(r#"{"findings": "late"}"#).set_delay(Duration::from_secs(60));
    let server = server(vec![late]).await;
    let provider = provider(&server).timeout(Duration::from_millis(100));
    let error = run::<Researcher>(models(provider), 1).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.type_name()),
        (&ErrorKind::Transient, "HttpTimeout")
    );
    assert!(error.message().contains("within 100ms"), "{error}");
}

#[tokio::test]
async fn what_is_not_the_protocol_is_a_bad_response() {
    let html = ResponseTemplate::new(200).set_body_raw("<html>", "text/html");
    for response in [
        html,
        ResponseTemplate::new(200).set_body_json(json!({"hello": 1})),
    ] {
        let error = failure(response).await;
        assert_eq!(
            (error.kind(), error.type_name()),
            (&ErrorKind::Transient, "BadResponse")
        );
    }
}

#[tokio::test]
async fn an_answer_that_is_cut_off_says_so() {
    let error = failure(finished(r#"{"findings": "du"#, "length")).await;
    assert_eq!(
        (error.kind(), error.type_name()),
        (&ErrorKind::Transient, "MaxTokens")
    );
    assert!(error.message().contains("max_tokens"), "{error}");
}

#[tokio::test]
async fn debug_shows_no_key() {
    let server = server(Vec::new()).await;
    let provider = provider(&server);
    let mut models: Models = models(provider.clone());
    models.insert("openai", provider.clone());
    assert!(!format!("{provider:?} {models:?}").contains(KEY));
}
