//! Images and files, by the protocols of vendors.

use futures_util::future::BoxFuture;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    agents::*,
    vendor::{VENDORS, asked, whole},
};
use crate::{
    Media,
    agent::{Agent, AgentDescriptor, Location, ModelOptions, context::AgentContext, hand_off::End},
    error::{Error, ErrorKind, Result},
    model::ask,
    value::flock_type::{Field, FlockType, Shape},
};

#[derive(Serialize, Deserialize, JsonSchema)]
struct Shown {
    question: String,
    things: Vec<Media>,
}

const FIELDS: &[Field] = &[
    Field::new("question", "String"),
    Field::new("things", "Vec<Media>"),
];

impl FlockType for Shown {
    const SHAPE: Shape = Shape::Fields(FIELDS);
}

struct Looker;

impl Agent for Looker {
    const NAME: &'static str = "looker";
    const DESCRIPTOR: &'static AgentDescriptor =
        &AgentDescriptor::new(Self::NAME, "Looker", Location::new("media.rs", 1, "media"))
            .inputs(FIELDS)
            .model(
                ModelOptions::NONE
                    .model(&["test/small"])
                    .instructions("Look.")
                    .template("{question}: {things}"),
            );
    type Input = Shown;
    type Output = Findings;
    type HandOff = End<Self>;

    fn execute(context: AgentContext, input: Shown) -> BoxFuture<'static, Result<Findings>> {
        ask::<Self>(context, &input)
    }
}

/// The words of the question to the vendor `name`, and what is shown beside them.
async fn parts(name: &str, things: &[Media]) -> Result<Vec<Value>> {
    let vendor = VENDORS.iter().find(|vendor| vendor.name == name).unwrap();
    let server = vendor
        .server(vec![whole(&(vendor.answer)(r#"{"findings": "seen"}"#))])
        .await;
    let models = models(vendor.provider(&server.uri()));
    let input = Shown {
        question: "What?".to_owned(),
        things: things.to_vec(),
    };
    let output = Looker::execute(context::<Looker>(models, 1, false), input).await;
    let body = asked(&server).await.into_iter().next().unwrap_or_default();
    output?;
    let user = |messages: &Value| {
        let mut messages = messages.as_array()?.iter();
        messages.find(|message| message["role"] == "user").cloned()
    };
    let said = ["messages", "input", "contents"];
    let user = said.iter().find_map(|key| user(&body[*key])).unwrap();
    let said = user.get("content").or(user.get("parts")).unwrap();
    // Nothing but words is one text, by some protocols.
    let (words, rest) = match said.as_array() {
        Some(parts) => (&parts[0]["text"], parts[1..].to_vec()),
        None => (said, Vec::new()),
    };
    let words = words.as_str().unwrap();
    assert!(words.starts_with("What?: [\n  \"attachment 1: "), "{words}");
    Ok([vec![json!(words)], rest].concat())
}

async fn refused(name: &str, media: Media) -> Error {
    let error = parts(name, &[media]).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.type_name()),
        (&ErrorKind::Invalid, "MediaNotTaken"),
        "{error:?}"
    );
    error
}

fn photo() -> Media {
    Media::new("image/png", [0, 0, 0])
}

fn paper() -> Media {
    Media::new("application/pdf", "%PDF").named("paper.pdf")
}

#[tokio::test]
async fn images_and_files_are_shown_as_the_vendor_takes_them() {
    let chat_image =
        json!({ "type": "image_url", "image_url": { "url": "data:image/png;base64,AAAA" } });
    let file =
        json!({ "filename": "paper.pdf", "file_data": "data:application/pdf;base64,JVBERg==" });
    let named = |kind: &str, media_type: &str, data: &str| {
        let source = json!({ "type": "base64", "media_type": media_type, "data": data });
        json!({ "type": kind, "source": source })
    };
    let inline = |media_type: &str, data: &str| json!({ "inline_data": { "mime_type": media_type, "data": data } });
    for (name, expected) in [
        (
            "openai",
            [chat_image, json!({ "type": "file", "file": file })],
        ),
        (
            "openai_resp",
            [
                json!({ "type": "input_image", "detail": "auto", "image_url": "data:image/png;base64,AAAA" }),
                json!({
                    "type": "input_file",
                    "filename": "paper.pdf", "file_data": "data:application/pdf;base64,JVBERg=="
                }),
            ],
        ),
        (
            "anthropic",
            [
                named("image", "image/png", "AAAA"),
                named("document", "application/pdf", "JVBERg=="),
            ],
        ),
        (
            "gemini",
            [
                inline("image/png", "AAAA"),
                inline("application/pdf", "JVBERg=="),
            ],
        ),
    ] {
        let parts = parts(name, &[photo(), paper()]).await.unwrap();
        assert_eq!(parts[1..], expected, "{name}");
    }
    let [_, shown] = &parts("ollama", &[photo()]).await.unwrap()[..] else {
        panic!("one image");
    };
    assert_eq!(shown["image_url"]["url"], "data:image/png;base64,AAAA");
}

#[tokio::test]
async fn what_has_an_address_is_shown_by_it() {
    let url = "https://h/a.png";
    let there = || Media::at("image/png", url);
    for (name, path) in [
        ("openai", "/image_url/url"),
        ("openai_resp", "/image_url"),
        ("anthropic", "/source/url"),
        ("gemini", "/file_data/file_uri"),
    ] {
        let parts = parts(name, &[there()]).await.unwrap();
        assert_eq!(parts[1].pointer(path).unwrap(), url, "{name}: {parts:?}");
    }
    let error = refused("ollama", there()).await;
    assert!(
        error
            .message()
            .contains("`ollama` does not take attachment 1 (image/png, by its address)"),
        "{error}"
    );
    assert!(
        error.message().ends_with("by its address nothing"),
        "{error}"
    );
}

#[tokio::test]
async fn texts_are_words_for_every_vendor() {
    for vendor in &VENDORS {
        let note = Media::new("text/csv; charset=utf-8", "a,b\n1,2").named("note.csv");
        let parts = parts(vendor.name, &[note]).await.unwrap();
        let said = serde_json::to_string(&parts).unwrap();
        let text = r"attachment 1:\na,b\n1,2";
        assert!(said.contains(text), "{}: {said}", vendor.name);
    }
}

#[tokio::test]
async fn what_a_vendor_does_not_take_is_refused_before_it_is_asked() {
    let error = refused(
        "anthropic",
        Media::new("audio/mpeg", "ID3").named("talk.mp3"),
    )
    .await;
    assert_eq!(
        error.message(),
        "`anthropic` does not take attachment 1 (talk.mp3, audio/mpeg, 3 B): it takes images, PDF, texts"
    );
    let error = refused("ollama", paper()).await;
    assert!(
        error.message().ends_with("it takes images, texts"),
        "{error}"
    );
}
