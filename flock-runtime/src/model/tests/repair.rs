//! Answers that fit, and answers that do not.

use super::agents::*;
use crate::{agent::Agent, error::ErrorKind, value::payload::Payload};

#[tokio::test]
async fn an_answer_that_fits_is_decoded() {
    let model = Recorder::of(&[r#"{"findings": "durable"}"#]);
    let output = run::<Researcher>(models(model.clone()), 3).await.unwrap();
    assert_eq!(output.findings, "durable");

    let asked = model.asked();
    assert_eq!(asked.len(), 1);
    let request = &asked[0];
    assert_eq!(
        (request.agent, request.model.as_str(), request.attempt),
        ("researcher", "small", 3)
    );
    assert_eq!(request.instructions, "You are a meticulous researcher.");
    assert_eq!(
        (request.temperature, request.max_tokens),
        (Some(0.5), Some(200))
    );
    assert_eq!(
        request.question(),
        "The input's fields:\n- `topic`: The topic to research\n\nThe input:\n{\n  \"topic\": \"Temporal\"\n}"
    );
    assert_eq!(
        request
            .schema
            .pointer("/properties/findings/description")
            .unwrap(),
        "Research findings"
    );
}

#[tokio::test]
async fn a_fence_is_no_part_of_an_answer() {
    let model = Recorder::of(&["```json\n{\"findings\": \"in ``` a fence\"}\n```\n"]);
    let output = run::<Researcher>(models(model), 1).await.unwrap();
    assert_eq!(output.findings, "in ``` a fence");
}

#[tokio::test]
async fn an_answer_that_does_not_fit_is_asked_again_with_its_fault() {
    let model = Recorder::of(&[
        "I think so",
        r#"{"findings": 5}"#,
        r#"{"findings": "mended"}"#,
    ]);
    let output = run::<Researcher>(models(model.clone()), 1).await.unwrap();
    assert_eq!(output.findings, "mended");

    let asked = model.asked();
    assert_eq!(
        asked
            .iter()
            .map(|request| request.faults.len())
            .collect::<Vec<_>>(),
        [0, 1, 2]
    );
    let faults = &asked[2].faults;
    assert_eq!(faults[0].answer, "I think so");
    assert!(
        faults[0].problem.contains("not JSON"),
        "{}",
        faults[0].problem
    );
    assert!(
        faults[1].problem.contains("findings"),
        "{}",
        faults[1].problem
    );
    assert!(faults[1].reproach().contains(&faults[1].problem));
}

#[tokio::test]
async fn three_answers_that_do_not_fit_fail_the_attempt() {
    let model = Recorder::of(&["{}", "[]", r#"{"finding": ""}"#]);
    let error = run::<Researcher>(models(model.clone()), 1)
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.type_name()),
        (&ErrorKind::Transient, "BadAnswer")
    );
    assert!(error.message().contains("findings"), "{error}");
    assert!(error.message().contains("test/small"), "{error}");
    assert_eq!(model.asked().len(), 3);
}

#[tokio::test]
async fn a_value_is_asked_for_as_an_object() {
    let model = Recorder::of(&[r#"{"value": "Ada"}"#]);
    assert_eq!(run::<Namer>(models(model.clone()), 1).await.unwrap(), "Ada");
    let schema = model.asked()[0].schema.clone();
    assert_eq!(schema.pointer("/properties/value/type").unwrap(), "string");
    assert_eq!(
        schema.get("required").unwrap(),
        &serde_json::json!(["value"])
    );
}

#[tokio::test]
async fn a_value_keeps_the_definitions_of_its_parts() {
    let model = Recorder::of(&[
        r#"{"value": [{"name": 1}]}"#,
        r#"{"value": [{"name": "a"}]}"#,
    ]);
    let tags = run::<Lister>(models(model.clone()), 1).await.unwrap();
    assert_eq!(
        tags,
        [Tag {
            name: "a".to_owned()
        }]
    );
    let problem = &model.asked()[1].faults[0].problem;
    assert!(
        problem.contains("name") || problem.contains("value"),
        "{problem}"
    );
}

#[tokio::test]
async fn a_model_chooses_who_is_next() {
    let model = Recorder::of(&[r#"{"urgency": 1, "tags": [], "hand_off": "support"}"#]);
    let context = context::<Triager>(models(model.clone()), 1, false);
    let output = Triager::execute(context.clone(), topic("Temporal"))
        .await
        .unwrap();
    assert_eq!(
        output,
        Triage {
            urgency: 1,
            tags: Vec::new()
        }
    );

    let travelling = context
        .with_choice(Payload::encode(&output).unwrap())
        .unwrap();
    let travelling: serde_json::Value = travelling.decode().unwrap();
    assert_eq!(travelling["hand_off"], "support");

    let schema = model.asked()[0].schema.clone();
    assert_eq!(
        schema.pointer("/properties/hand_off/enum").unwrap(),
        &serde_json::json!(["billing", "support", "writer"])
    );
    let description = schema.pointer("/properties/hand_off/description").unwrap();
    assert!(
        description.as_str().unwrap().contains("`writer`"),
        "{description}"
    );
    let required = schema.get("required").unwrap().as_array().unwrap();
    assert!(required.contains(&"hand_off".into()), "{required:?}");
}

#[cfg(feature = "models")]
#[tokio::test]
async fn a_choice_that_is_not_offered_is_asked_again() {
    let model = Recorder::of(&[
        r#"{"urgency": 1, "tags": [], "hand_off": "legal"}"#,
        r#"{"urgency": 1, "tags": []}"#,
        r#"{"urgency": 1, "tags": [], "hand_off": "writer"}"#,
    ]);
    run::<Triager>(models(model.clone()), 1).await.unwrap();
    let faults = &model.asked()[2].faults;
    assert!(
        faults
            .iter()
            .all(|fault| fault.problem.contains("hand_off")),
        "{faults:?}"
    );
}

#[cfg(feature = "models")]
#[tokio::test]
async fn a_limit_of_the_schema_is_kept() {
    let model = Recorder::of(&[
        r#"{"urgency": 700, "tags": [], "hand_off": "billing"}"#,
        r#"{"urgency": 7, "tags": [], "hand_off": "billing"}"#,
    ]);
    run::<Triager>(models(model.clone()), 1).await.unwrap();
    let problem = &model.asked()[1].faults[0].problem;
    assert!(
        problem.contains("urgency") && problem.contains("255"),
        "{problem}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_run_ends_the_question() {
    struct Never;
    impl crate::model::Model for Never {
        fn answer<'a>(
            &'a self,
            _: &'a crate::model::ModelRequest,
        ) -> futures_util::future::BoxFuture<'a, crate::error::Result<crate::model::ModelAnswer>>
        {
            Box::pin(std::future::pending())
        }
    }
    let context = context::<Researcher>(models(Never), 1, true);
    let attempt = Researcher::execute(context, topic("Temporal"));
    let hour = std::time::Duration::from_secs(3_600);
    let result = tokio::time::timeout(hour, attempt).await;
    let error = result.expect("an end").unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::Cancelled);
}
