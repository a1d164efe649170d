//! Every vendor's own protocol, over HTTP on loopback.

use serde_json::json;
use wiremock::ResponseTemplate;

use super::{
    agents::*,
    tools::{and_told, calls, turned},
    vendor::{ANSWER, VENDORS, asked, heard, of, streamed, whole},
};
use crate::{agent::conversation::Turned, error::ErrorKind};

#[tokio::test]
async fn a_question_is_answered_in_one_piece() {
    for vendor in &VENDORS {
        let server = vendor.server(vec![whole(&(vendor.answer)(ANSWER))]).await;
        let provider = vendor.provider(&server.uri());
        let output = run::<Researcher>(models(provider), 1).await.unwrap();
        assert_eq!(output.findings, "durable", "{}", vendor.name);
        let asked = asked(&server).await[0].to_string();
        for told in ["You are a meticulous researcher.", "Temporal", "findings"] {
            assert!(asked.contains(told), "{}: {asked}", vendor.name);
        }
    }
}

#[tokio::test]
async fn tools_are_offered_called_side_by_side_and_told() {
    for vendor in &VENDORS {
        let wants = (vendor.calls)(&[("c1", r#"{"topic": "A"}"#), ("c2", r#"{"topic": "B"}"#)]);
        let bodies = [wants, (vendor.answer)(ANSWER)];
        let server = vendor.server(bodies.iter().map(whole).collect()).await;
        let provider = vendor.provider(&server.uri());

        let wanted = calls(turned(&provider, Vec::new()).await);
        let topics: Vec<_> = wanted
            .calls
            .iter()
            .map(|call| &call.arguments["topic"])
            .collect();
        assert_eq!(topics, ["A", "B"], "{}", vendor.name);
        assert!(wanted.calls.iter().all(|call| call.problem.is_none()));
        let after = and_told(wanted, &["page A", "page B"]);
        let Turned::Output(output) = turned(&provider, after).await else {
            panic!("{} answers", vendor.name);
        };
        assert_eq!(output.get(), r#"{"findings":"durable"}"#);

        let asked = asked(&server).await;
        assert_eq!(
            asked[0].pointer(vendor.tool).unwrap(),
            "searcher",
            "{}",
            vendor.name
        );
        let told = (vendor.told)(&asked[1]);
        let expected = [("c1", "page A"), ("c2", "page B")];
        assert_eq!(
            told,
            expected.map(|(id, text)| (id.to_owned(), text.to_owned())),
            "{}: {}",
            vendor.name,
            asked[1]
        );
    }
}

#[tokio::test]
async fn arguments_that_are_no_object_are_told_to_the_model() {
    for vendor in &VENDORS {
        let wants = [("c1", r#"{"topic": "A"#), ("c2", r#"{"topic": "B"}"#)];
        let server = vendor.server(vec![whole(&(vendor.calls)(&wants))]).await;
        let wanted = calls(turned(&vendor.provider(&server.uri()), Vec::new()).await);
        let problem = wanted.calls[0].problem.as_deref().unwrap();
        assert!(
            problem.contains("not a JSON object"),
            "{}: {problem}",
            vendor.name
        );
        assert_eq!(wanted.calls[1].problem, None, "{}", vendor.name);
        assert_eq!(wanted.calls[0].arguments, r#"{"topic": "A"#);
    }
}

#[tokio::test]
async fn an_answer_is_heard_as_it_comes() {
    for vendor in &VENDORS {
        let events = (vendor.pieces)(&["{\"find", "ings\": \"dur", "able\"}"]);
        let server = vendor.server(vec![streamed(&events)]).await;
        let (result, said, answer) = heard(vendor.provider(&server.uri())).await;
        assert_eq!(result.unwrap().findings, "durable", "{}", vendor.name);
        assert_eq!(said, "|durable", "{}", vendor.name);
        let usage = answer.unwrap().usage;
        let usage = (usage.input_tokens, usage.output_tokens);
        assert_eq!(usage, (7, 3), "{}", vendor.name);
    }
}

#[tokio::test]
async fn calls_are_heard_as_they_begin_and_are_whole() {
    for vendor in &VENDORS {
        let wants = [("c1", r#"{"topic": "A"}"#), ("c2", r#"{"topic": "B"}"#)];
        let server = vendor
            .server(vec![streamed(&(vendor.calling)(&wants))])
            .await;
        let (_, said, answer) = heard(vendor.provider(&server.uri())).await;
        assert_eq!(said, "|searchersearcher", "{}", vendor.name);
        let answer = answer.unwrap();
        let made = answer.calls.iter();
        let made: Vec<_> = made
            .map(|call| (call.id.as_str(), &call.arguments["topic"]))
            .collect();
        assert_eq!(
            made,
            [("c1", &json!("A")), ("c2", &json!("B"))],
            "{}",
            vendor.name
        );
    }
}

/// Wherever a stream breaks off, nothing of it counts: half an answer, or one call of two.
#[tokio::test]
async fn a_stream_that_is_cut_is_no_answer() {
    for vendor in &VENDORS {
        let wants = [("c1", r#"{"topic": "A"}"#), ("c2", r#"{"topic": "B"}"#)];
        for events in [
            (vendor.pieces)(&["{\"findings\": \"dur", "able\"}"]),
            (vendor.calling)(&wants),
        ] {
            for cut in 1..events.len() {
                let busy = ResponseTemplate::new(503);
                let server = vendor.server(vec![streamed(&events[..cut]), busy]).await;
                let (result, _, answer) = heard(vendor.provider(&server.uri())).await;
                let error = result.unwrap_err();
                assert!(answer.is_none(), "{} after {cut}: {answer:?}", vendor.name);
                assert_eq!(
                    error.kind(),
                    &ErrorKind::Transient,
                    "{} after {cut}: {error:?}",
                    vendor.name
                );
                // Where no word had come, it was asked again without a stream.
                assert!(
                    ["HttpError", "HttpStatus503"].contains(&error.type_name()),
                    "{} after {cut}: {error:?}",
                    vendor.name
                );
            }
        }
    }
}

/// Gemini 2 takes tools, or a form of the answer, and says so.
#[tokio::test]
async fn who_refuses_the_form_beside_tools_is_told_it_in_words_from_then_on() {
    let gemini = of("gemini");
    let refused = json!({ "error": { "code": 400, "message":
        "Function calling with a response mime type: 'application/json' is unsupported" } });
    let responses = vec![
        ResponseTemplate::new(400).set_body_json(refused),
        whole(&(gemini.calls)(&[("c1", r#"{"topic": "A"}"#)])),
        whole(&(gemini.answer)(ANSWER)),
    ];
    let server = gemini.server(responses).await;
    let provider = gemini.provider(&server.uri());
    let wanted = calls(turned(&provider, Vec::new()).await);
    turned(&provider, and_told(wanted, &["page A"])).await;
    let asked = asked(&server).await;
    let schemas = asked
        .iter()
        .map(|body| body["generationConfig"].get("responseJsonSchema").is_some());
    assert_eq!(schemas.collect::<Vec<_>>(), [true, false, false]);
    let system = asked[2]["systemInstruction"].to_string();
    assert!(system.contains("JSON Schema"), "{system}");
}
