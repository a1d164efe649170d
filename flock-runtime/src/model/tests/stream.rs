//! Answers that are heard as they come, from servers on loopback.

use serde_json::{Value, json};
use wiremock::{MockServer, ResponseTemplate};

use super::{
    agents::*,
    vendor::{self, chunks, completion as plain, end, event, text},
};
use crate::{
    error::{Error, ErrorKind, Result},
    model::{ModelAnswer, Provider},
};

async fn server(responses: Vec<ResponseTemplate>) -> MockServer {
    vendor::server("/v1/chat/completions", responses).await
}

/// Whether each question asked for a stream.
async fn asked(server: &MockServer) -> Vec<bool> {
    let bodies = vendor::asked(server).await;
    bodies.iter().map(|body| body["stream"] == true).collect()
}

/// What an attempt came to, what was heard of it, and its last answer.
async fn heard(server: &MockServer) -> (Result<Findings>, String, Option<ModelAnswer>) {
    let provider = Provider::new("openai").unwrap().environment(|_| None);
    let provider = provider
        .base_url(format!("{}/v1", server.uri()))
        .key("sk-secret");
    vendor::heard(provider).await
}

fn failure(result: Result<Findings>) -> Error {
    let error = result.unwrap_err();
    assert!(!format!("{error:?}").contains("sk-secret"), "{error:?}");
    error
}

#[tokio::test]
async fn an_answer_is_heard_as_it_comes() {
    let pieces = ["{\"find", "ings\": \"dur", "able\"}"].map(text);
    let server = server(vec![chunks(&[&pieces[..], &end("stop")].concat())]).await;
    let (result, heard, answer) = heard(&server).await;
    assert_eq!(result.unwrap().findings, "durable");
    assert_eq!(heard, "|durable");
    let usage = answer.unwrap().usage;
    assert_eq!((usage.input_tokens, usage.output_tokens), (7, 3));
    assert_eq!(asked(&server).await, [true]);
}

#[tokio::test]
async fn nobody_hears_an_answer_that_nobody_listens_to() {
    let server = server(vec![plain(r#"{"findings": "x"}"#)]).await;
    let provider = Provider::new("openai").unwrap().environment(|_| None);
    let provider = provider.base_url(format!("{}/v1", server.uri())).key("k");
    run::<Researcher>(models(provider), 1).await.unwrap();
    assert_eq!(asked(&server).await, [false]);
}

#[tokio::test]
async fn calls_of_tools_are_whole() {
    let call = |index: u32, call: Value| {
        let mut call = call;
        call["index"] = index.into();
        json!({ "choices": [{ "index": 0, "delta": { "tool_calls": [call] } }] })
    };
    let pieces = [
        text("I look."),
        call(
            0,
            json!({ "id": "a", "function": { "name": "search", "arguments": "" } }),
        ),
        call(0, json!({ "function": { "arguments": "{\"word\":" } })),
        call(0, json!({ "function": { "arguments": "\"sea\"}" } })),
        call(
            1,
            json!({ "id": "b", "function": { "name": "fetch", "arguments": "{}" } }),
        ),
    ];
    let server = server(vec![chunks(&[&pieces[..], &end("tool_calls")].concat())]).await;
    let (result, heard, answer) = heard(&server).await;
    // It was offered none.
    assert_eq!(*failure(result).kind(), ErrorKind::Permanent);
    assert_eq!(heard, "|I look.searchfetch");
    let answer = answer.unwrap();
    let calls = answer.calls.iter();
    let calls: Vec<_> = calls
        .map(|call| (call.id.as_str(), call.name.as_str(), &call.arguments))
        .collect();
    let wanted = (json!({ "word": "sea" }), json!({}));
    assert_eq!(
        calls,
        [("a", "search", &wanted.0), ("b", "fetch", &wanted.1)]
    );
    assert_eq!(answer.text, "I look.");
}

#[tokio::test]
async fn an_answer_that_does_not_fit_begins_anew() {
    let first = [text("{\"findings\": \"gue"), text("ss\", \"more\": {")];
    let second = [text("{\"findings\": \"sure\"}")];
    let responses =
        [&first[..], &second[..]].map(|pieces| chunks(&[pieces, &end("stop")].concat()));
    let server = server(responses.to_vec()).await;
    let (result, heard, _) = heard(&server).await;
    assert_eq!(
        (result.unwrap().findings.as_str(), heard.as_str()),
        ("sure", "|sure")
    );
}

#[tokio::test]
async fn what_breaks_off_is_no_answer() {
    let cut = ResponseTemplate::new(200);
    let cut = cut.set_body_raw(event(&text("{\"fin")), "text/event-stream");
    let error = json!({ "error": { "message": "overloaded, sk-secret" } });
    let cases = [
        (cut, "HttpError", "the answer ends in the middle"),
        (
            chunks(&[text("{"), error]),
            "BadResponse",
            "broke off its answer: overloaded",
        ),
    ];
    for (response, kind, words) in cases {
        let server = server(vec![response]).await;
        let (result, ..) = heard(&server).await;
        let error = failure(result);
        assert_eq!(
            (error.kind(), error.type_name()),
            (&ErrorKind::Transient, kind),
            "{error}"
        );
        assert!(error.message().contains(words), "{error}");
    }
}

#[tokio::test]
async fn refusals_are_told_as_without_a_stream() {
    let refused = |status| {
        ResponseTemplate::new(status)
            .set_body_json(json!({ "error": { "message": "no, sk-secret" } }))
    };
    let slow = refused(429).insert_header("retry-after", "7");
    let server_ = server(vec![slow]).await;
    let error = failure(heard(&server_).await.0);
    let wait = Some(std::time::Duration::from_secs(7));
    assert_eq!(*error.kind(), ErrorKind::RateLimited { retry_after: wait });
    let server_ = server(vec![refused(401)]).await;
    let error = failure(heard(&server_).await.0);
    assert_eq!(
        (error.kind(), error.type_name()),
        (&ErrorKind::Denied, "HttpStatus401")
    );
    let provider = Provider::new("openai").unwrap().environment(|_| None);
    let provider = provider.base_url("http://127.0.0.1:1/v1").key("k");
    let error = failure(hear::<Researcher>(models(provider)).await.0);
    assert_eq!(error.type_name(), "ConnectError", "{error}");
}

#[tokio::test]
async fn who_does_not_stream_is_asked_without() {
    let refusal = json!({ "error": { "message": "streaming is not supported" } });
    for first in [
        plain("{}"),
        ResponseTemplate::new(400).set_body_json(refusal),
    ] {
        let server = server(vec![first, plain(r#"{"findings": "whole"}"#)]).await;
        let (result, heard, _) = heard(&server).await;
        assert_eq!(
            (result.unwrap().findings.as_str(), heard.as_str()),
            ("whole", "|")
        );
        assert_eq!(asked(&server).await, [true, false]);
    }
}

#[tokio::test]
async fn thoughts_are_no_part_of_an_answer() {
    let pieces = ["<think>hm", "</think>\n{\"findings\": \"x\"}"].map(text);
    let server = server(vec![chunks(&[&pieces[..], &end("stop")].concat())]).await;
    assert_eq!(heard(&server).await.0.unwrap().findings, "x");
}
