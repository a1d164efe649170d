//! Which model is asked.

use std::sync::Arc;

use super::agents::*;
use crate::{agent::Agent, config::Config, error::ErrorKind, model::Models};

fn choice<A: Agent>(models: &Models) -> Option<(String, String)> {
    models
        .choice(A::DESCRIPTOR)
        .map(|choice| (choice.name, choice.source))
}

fn said(name: &str, source: &str) -> Option<(String, String)> {
    Some((name.to_owned(), source.to_owned()))
}

#[test]
fn the_nearest_name_counts() {
    let mut models = Models::default();
    assert_eq!(choice::<Silent>(&models), None);
    assert_eq!(
        choice::<Researcher>(&models),
        said("test/small", "#[agent]")
    );

    let text = "[defaults]\nmodel = 'a/defaults'\n[agents.'res*']\nmodel = 'a/section'";
    models.config = Arc::new(Config::parse(text).unwrap());
    assert_eq!(
        choice::<Silent>(&models),
        said("a/defaults", "flock.toml [defaults]")
    );
    assert_eq!(choice::<Namer>(&models), said("test/small", "#[agent]"));
    assert_eq!(
        choice::<Researcher>(&models),
        said("a/section", "flock.toml [agents.res*]")
    );

    models.forced = Some("a/forced".to_owned());
    assert_eq!(
        choice::<Researcher>(&models),
        said("a/forced", "FLOCK_MODEL")
    );
}

#[tokio::test]
async fn an_agent_without_a_model_says_what_to_do() {
    let error = run::<Silent>(Models::default(), 1).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.type_name()),
        (&ErrorKind::Permanent, "NoModel")
    );
    assert_eq!(
        error.message(),
        "agent `silent` names no model: add `model = \"openai/gpt-4o\"`, or set FLOCK_MODEL"
    );
}

async fn fails_with(name: &str) -> crate::error::Error {
    let mut models = Models::default();
    models.insert("mine", Recorder::of(&[]));
    models.forced = Some(name.to_owned());
    run::<Researcher>(models, 1).await.unwrap_err()
}

#[tokio::test]
async fn an_unknown_provider_is_answered_with_those_there_are() {
    let error = fails_with("opnai/gpt-4o").await;
    assert_eq!(
        (error.kind(), error.type_name()),
        (&ErrorKind::Permanent, "UnknownProvider")
    );
    let message = error.message();
    assert!(
        message.contains("`opnai/gpt-4o` (from FLOCK_MODEL)"),
        "{message}"
    );
    assert!(message.contains("mine, scripted"), "{message}");
    if cfg!(feature = "models") {
        assert!(
            message.contains("openai") && message.contains("ollama"),
            "{message}"
        );
    } else {
        assert!(message.contains("feature `models`"), "{message}");
    }
}

#[tokio::test]
async fn a_name_without_a_provider_is_refused() {
    let error = fails_with("gpt-4o").await;
    assert!(error.message().contains("`provider/model`"), "{error}");
}

#[tokio::test]
async fn a_given_provider_hides_the_built_in_one_and_needs_no_model() {
    let mut models = Models::default();
    let model = Recorder::of(&[r#"{"findings": "given"}"#]);
    models.insert("openai", model.clone());
    models.forced = Some("openai".to_owned());
    assert_eq!(
        run::<Researcher>(models, 1).await.unwrap().findings,
        "given"
    );
    assert_eq!(model.asked()[0].model, "");
}
