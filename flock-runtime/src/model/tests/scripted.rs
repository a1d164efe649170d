//! Scripted answers.

use std::time::Duration;

use super::agents::*;
use crate::{
    agent::Agent,
    error::{ErrorKind, Result},
    model::{Models, Scripted},
};

fn script(json: &str) -> Models {
    models(Scripted::from_json(json).unwrap())
}

async fn about(models: &Models, subject: &str, attempt: u32) -> Result<String> {
    let context = context::<Researcher>(models.clone(), attempt, false);
    Ok(Researcher::execute(context, topic(subject)).await?.findings)
}

#[tokio::test]
async fn the_first_that_fits_answers() {
    let models = script(
        r#"{ "researcher": [
            { "when": { "topic": "Rust" }, "answer": { "findings": "fast" } },
            { "answer": "{{topic}} and {{ topic }}, {{not closed" }
        ] }"#,
    );
    assert_eq!(about(&models, "Rust", 1).await.unwrap(), "fast");
    assert_eq!(about(&models, "Rust", 9).await.unwrap(), "fast");
    assert_eq!(
        about(&models, "Go", 1).await.unwrap(),
        "Go and Go, {{not closed"
    );
}

#[tokio::test]
async fn turns_follow_the_attempt() {
    let models = script(
        r#"{ "researcher": [
            { "fail": { "kind": "rate_limited", "message": "slow down", "retry_after": "1s" } },
            { "fail": { "kind": "denied", "message": "no" } },
            { "answer": "third" }
        ] }"#,
    );
    let first = about(&models, "Go", 1).await.unwrap_err();
    let wait = ErrorKind::RateLimited {
        retry_after: Some(Duration::from_secs(1)),
    };
    assert_eq!((first.kind(), first.message()), (&wait, "slow down"));
    let second = about(&models, "Go", 2).await.unwrap_err();
    assert_eq!(second.kind(), &ErrorKind::Denied);
    for attempt in [3, 4, 50] {
        assert_eq!(about(&models, "Go", attempt).await.unwrap(), "third");
    }
}

#[tokio::test]
async fn turns_follow_the_questions_of_an_attempt() {
    let models =
        script(r#"{ "researcher": [{ "answer": { "findings": 5 } }, { "answer": "good" }] }"#);
    assert_eq!(about(&models, "Go", 1).await.unwrap(), "good");
}

#[tokio::test]
async fn a_value_is_given_as_it_is() {
    let models = script(
        r#"{ "namer": [{ "answer": "Ada of {{topic}}" }], "lister": [{ "answer": [{ "name": "{{topic}}" }] }] }"#,
    );
    assert_eq!(
        run::<Namer>(models.clone(), 1).await.unwrap(),
        "Ada of Temporal"
    );
    assert_eq!(run::<Lister>(models, 1).await.unwrap()[0].name, "Temporal");
}

#[tokio::test(start_paused = true)]
async fn a_delay_is_waited_for() {
    let models = script(r#"{ "researcher": [{ "delay": "300ms", "answer": "late" }] }"#);
    let start = tokio::time::Instant::now();
    about(&models, "Go", 1).await.unwrap();
    assert_eq!(start.elapsed(), Duration::from_millis(300));
}

#[tokio::test]
async fn what_is_missing_is_shown() {
    let models = script(r#"{ "researcher": [{ "when": { "topic": "Rust" }, "answer": "fast" }] }"#);
    let error = about(&models, "Go", 1).await.unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::NotFound);
    assert!(error.message().contains(r#"{"topic":"Go"}"#), "{error}");

    let error = run::<Namer>(models, 1).await.unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::NotFound);
    assert!(
        error.message().contains("`namer`") && error.message().contains("researcher"),
        "{error}"
    );

    let models = script(r#"{ "researcher": [{ "answer": "{{topik}}" }] }"#);
    let error = about(&models, "Go", 1).await.unwrap_err();
    assert_eq!(error.type_name(), "BadScript");
    assert!(error.message().contains("`{{topik}}`"), "{error}");
}

#[test]
fn faults_of_a_script_are_named() {
    for (json, said) in [
        ("{", "EOF"),
        (r#"{ "a": [] }"#, "`a` has no answers"),
        (
            r#"{ "a": [{ "delay": "1s" }] }"#,
            "`a[0]`: needs an `answer`, `calls` or a `fail`",
        ),
        (
            r#"{ "a": [{ "answer": 1, "anser": 1 }] }"#,
            "unknown field `anser`",
        ),
        (
            r#"{ "a": [{ "answer": 1, "delay": "1 sec" }] }"#,
            "not a duration",
        ),
        (
            r#"{ "a": [{ "fail": { "kind": "sad", "message": "" } }] }"#,
            "unknown variant `sad`",
        ),
        (
            r#"{ "a": [{ "answer": 1, "fail": { "kind": "denied", "message": "" } }] }"#,
            "exclude each other",
        ),
        (
            r#"{ "a": [{ "fail": { "kind": "denied", "message": "", "retry_after": "1s" } }] }"#,
            "rate_limited",
        ),
    ] {
        let fault = Scripted::from_json(json).unwrap_err();
        assert!(fault.message().contains(said), "{json}: {fault}");
    }
    let fault = Scripted::read("no/such/answers.json").unwrap_err();
    assert!(fault.message().contains("no/such/answers.json"), "{fault}");
    assert_eq!(fault.kind(), &ErrorKind::NotFound);
}

#[tokio::test]
async fn a_file_is_named_as_the_model() {
    let mut models = Models::default();
    models.forced = Some(format!(
        "scripted/{}/tests/models.json",
        env!("CARGO_MANIFEST_DIR")
    ));
    let output = run::<Researcher>(models.clone(), 1).await.unwrap();
    assert_eq!(output.findings, "From a file: Temporal.");
    let error = run::<Namer>(models, 1).await.unwrap_err();
    assert!(error.message().contains("tests/models.json"), "{error}");
}
