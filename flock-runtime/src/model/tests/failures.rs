//! What goes wrong with vendors: each a failure of its kind, by every protocol.

use std::time::Duration;

use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use super::{
    agents::*,
    vendor::{ANSWER, VENDORS, Vendor, event, heard, of, refusal, streamed, whole},
    wire::{Then, begun, says},
};
use crate::error::{Error, ErrorKind};

/// What an attempt fails with, asked in one piece and heard as it comes.
async fn failures(vendor: &Vendor, response: &ResponseTemplate) -> [Error; 2] {
    let server = vendor
        .server(vec![response.clone(), response.clone()])
        .await;
    let provider = vendor.provider(&server.uri());
    let plain = run::<Researcher>(models(provider.clone()), 1).await;
    let errors = [plain.unwrap_err(), heard(provider).await.0.unwrap_err()];
    for error in &errors {
        assert!(!format!("{error:?}").contains("sk-secret"), "{error:?}");
    }
    errors
}

#[tokio::test]
async fn a_body_that_stalls_runs_out_of_time() {
    let limit = Duration::from_millis(300);
    for vendor in &VENDORS {
        let body = (vendor.answer)(ANSWER).to_string();
        let half = begun(
            "application/json",
            Some(body.len()),
            &body[..body.len() / 2],
        );
        let provider = vendor.provider(&says(half, Then::Stalls).await);
        let plain = run::<Researcher>(models(provider.timeout(limit)), 1).await;
        let events = (vendor.pieces)(&["{\"findings\": \"dur", "able\"}"]);
        let some = begun(
            "text/event-stream",
            None,
            &events[..events.len() - 1].concat(),
        );
        let provider = vendor.provider(&says(some, Then::Stalls).await);
        let (streamed, ..) = heard(provider.timeout(limit)).await;
        for error in [plain.unwrap_err(), streamed.unwrap_err()] {
            assert_eq!(
                (error.kind(), error.type_name()),
                (&ErrorKind::Transient, "HttpTimeout"),
                "{}: {error:?}",
                vendor.name
            );
            assert!(error.message().contains("within 300ms"), "{error}");
        }
    }
}

#[tokio::test]
async fn a_connection_that_is_dropped_in_the_middle_is_transient() {
    for vendor in &VENDORS {
        let body = (vendor.answer)(ANSWER).to_string();
        let half = begun(
            "application/json",
            Some(body.len()),
            &body[..body.len() / 2],
        );
        let provider = vendor.provider(&says(half, Then::HangsUp).await);
        let error = run::<Researcher>(models(provider), 1).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.type_name()),
            (&ErrorKind::Transient, "HttpError"),
            "{}: {error:?}",
            vendor.name
        );
        assert!(error.message().contains("broke"), "{error}");
    }
}

#[tokio::test]
async fn a_host_without_an_address_is_transient() {
    for vendor in &VENDORS {
        let provider = vendor.provider("http://no-such-host.invalid");
        let plain = run::<Researcher>(models(provider.clone()), 1).await;
        for error in [plain.unwrap_err(), heard(provider).await.0.unwrap_err()] {
            assert_eq!(
                (error.kind(), error.type_name()),
                (&ErrorKind::Transient, "ConnectError"),
                "{}: {error:?}",
                vendor.name
            );
            assert!(error.message().contains("no-such-host.invalid"), "{error}");
        }
    }
}

#[tokio::test]
async fn refusals_of_a_request_have_their_kind() {
    let said = json!({ "error": { "message": "no, sk-secret" } });
    let wait = |seconds| ErrorKind::RateLimited {
        retry_after: Some(Duration::from_secs(seconds)),
    };
    let (after, retry) = (
        |seconds| Some(("retry-after", seconds)),
        |should| Some(("x-should-retry", should)),
    );
    let cases = [
        (429_u16, after("7"), wait(7), "RateLimited"),
        (500, None, ErrorKind::Transient, "HttpStatus500"),
        (529, None, ErrorKind::Transient, "HttpStatus529"),
        (503, after("2"), wait(2), "HttpStatus503"),
        (429, retry("false"), ErrorKind::Permanent, "HttpStatus429"),
        (500, retry("false"), ErrorKind::Permanent, "HttpStatus500"),
        (418, retry("true"), ErrorKind::Transient, "HttpStatus418"),
        (400, retry("true"), ErrorKind::Invalid, "HttpStatus400"),
        (401, retry("true"), ErrorKind::Denied, "HttpStatus401"),
    ];
    for vendor in &VENDORS {
        for (status, header, kind, name) in &cases {
            let response = ResponseTemplate::new(*status).set_body_json(&said);
            let response = match header {
                Some((key, value)) => response.insert_header(*key, *value),
                None => response,
            };
            for error in failures(vendor, &response).await {
                assert_eq!(
                    (error.kind(), error.type_name()),
                    (kind, *name),
                    "{} {status}: {error:?}",
                    vendor.name
                );
                assert!(error.message().contains("no, [key]"), "{error}");
            }
        }
    }
}

#[tokio::test]
async fn gemini_asks_for_patience_in_the_body() {
    let details = json!([
        { "@type": "type.googleapis.com/google.rpc.QuotaFailure" },
        { "@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "17.5s" },
    ]);
    let body = json!({ "error": { "code": 429, "message": "quota", "details": details } });
    for body in [body.clone(), json!([body])] {
        let response = ResponseTemplate::new(429).set_body_json(body);
        let retry_after = Some(Duration::from_millis(17_500));
        for error in failures(of("gemini"), &response).await {
            assert_eq!(error.kind(), &ErrorKind::RateLimited { retry_after });
            assert!(error.message().ends_with("answered 429: quota"), "{error}");
        }
    }
}

#[tokio::test]
async fn gemini_tells_a_wrong_key_by_a_400() {
    let details = json!([{ "reason": "API_KEY_INVALID", "domain": "googleapis.com" }]);
    let body =
        json!({ "error": { "code": 400, "message": "API key not valid.", "details": details } });
    let response = ResponseTemplate::new(400).set_body_json(body);
    for error in failures(of("gemini"), &response).await {
        assert_eq!(error.kind(), &ErrorKind::Denied, "{error:?}");
    }
}

/// What a filter or the model itself refuses is not retried, and another model may be asked.
#[tokio::test]
async fn refusals_of_an_answer_are_told_as_such() {
    let refusing = json!({ "type": "refusal", "refusal": "I will not." });
    let responses = |status: &str, output: Value| json!({ "id": "1", "status": status, "model": "small", "output": output });
    let mut filtered = responses("incomplete", json!([]));
    filtered["incomplete_details"] = json!({ "reason": "content_filter" });
    let blocked = json!({ "promptFeedback": { "blockReason": "SAFETY" }, "usageMetadata": {} });
    let refused = responses(
        "completed",
        json!([{ "type": "message", "content": [refusing] }]),
    );
    let cases = [
        ("openai", refusal(), "refuses: I will not."),
        ("openai_resp", whole(&refused), "refuses: I will not."),
        ("openai_resp", whole(&filtered), "filter stopped the answer"),
        (
            "gemini",
            whole(&blocked),
            "filter stopped the answer (SAFETY)",
        ),
    ];
    for (name, response, words) in cases {
        let vendor = of(name);
        let server = vendor.server(vec![response]).await;
        let provider = vendor.provider(&server.uri());
        let error = run::<Researcher>(models(provider), 1).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.type_name()),
            (&ErrorKind::Permanent, "ContentFilter"),
            "{name}: {error:?}"
        );
        assert!(error.message().contains(words), "{name}: {error}");
    }
}

#[tokio::test]
async fn refusals_within_a_stream_are_told_as_such() {
    let blocked = event(&json!({ "promptFeedback": { "blockReason": "SAFETY" } }));
    let server = of("gemini").server(vec![streamed(&[blocked])]).await;
    let error = heard(of("gemini").provider(&server.uri()))
        .await
        .0
        .unwrap_err();
    assert_eq!(error.type_name(), "ContentFilter", "{error:?}");

    // The client reads over these pieces: it is asked once more, for all of it.
    let delta = json!({ "choices": [{ "index": 0, "delta": { "refusal": "I will not." } }] });
    let end = json!({ "choices": [{ "index": 0, "delta": {}, "finish_reason": "stop" }] });
    let events = [event(&delta), event(&end), "data: [DONE]\n\n".to_owned()];
    let server = of("openai")
        .server(vec![streamed(&events), refusal()])
        .await;
    let error = heard(of("openai").provider(&server.uri()))
        .await
        .0
        .unwrap_err();
    assert!(error.message().contains("I will not."), "{error:?}");
}

#[tokio::test]
async fn what_a_vendor_says_in_the_middle_is_told() {
    let failed = json!({
        "type": "response.failed",
        "response": {
            "id": "1", "status": "failed", "model": "small", "output": [],
            "error": { "code": "server_error", "message": "overloaded, sk-secret" }
        }
    });
    let overloaded = json!({
        "type": "error", "error": { "type": "overloaded_error", "message": "overloaded, sk-secret" }
    });
    let gemini = json!({ "error": { "code": 503, "message": "overloaded, sk-secret" } });
    for (name, data) in [
        ("openai_resp", failed),
        ("anthropic", overloaded),
        ("gemini", gemini.clone()),
        ("openai", gemini),
    ] {
        let vendor = of(name);
        let mut events = (vendor.pieces)(&["{\"findings\": \"dur", "able\"}"]);
        let kind = data["type"].as_str().unwrap_or("message").to_owned();
        events.truncate(events.len() - 1);
        if name == "openai" {
            events.truncate(1);
        }
        events.push(format!("event: {kind}\ndata: {data}\n\n"));
        let server = vendor.server(vec![streamed(&events)]).await;
        let error = heard(vendor.provider(&server.uri())).await.0.unwrap_err();
        assert_eq!(
            (error.kind(), error.type_name()),
            (&ErrorKind::Transient, "BadResponse"),
            "{name}: {error:?}"
        );
        assert!(
            error
                .message()
                .contains("broke off its answer: overloaded, [key]"),
            "{name}: {error}"
        );
    }
}
