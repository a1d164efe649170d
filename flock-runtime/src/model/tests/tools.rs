//! Tools, by the protocols of vendors: what is offered, what is asked for, and what is told.

use serde_json::{Value, json};
use wiremock::{MockServer, ResponseTemplate};

use super::{
    agents::*,
    vendor::{self, asked},
};
use crate::{
    agent::{
        Agent, AgentDescriptor, Location, ModelOptions, Turn,
        context::AgentContext,
        conversation::{CallResult, Calls, Message, TurnInput, Turned},
        hand_off::End,
        tool::ToolEntry,
    },
    error::Result,
    model::{Provider, turn},
    value::payload::Payload,
};

/// Finds pages.
struct Searcher;

impl Agent for Searcher {
    const NAME: &'static str = "searcher";
    const DESCRIPTOR: &'static AgentDescriptor = &AgentDescriptor::new(
        Self::NAME,
        "Searcher",
        Location::new("tools.rs", 1, "tools"),
    )
    .description("Finds pages.");
    type Input = Topic;
    type Output = Findings;
    type HandOff = End<Self>;

    fn execute(
        _: AgentContext,
        _: Topic,
    ) -> futures_util::future::BoxFuture<'static, Result<Findings>> {
        Box::pin(std::future::pending())
    }
}

pub(super) struct Asker;

impl Agent for Asker {
    const NAME: &'static str = "asker";
    const DESCRIPTOR: &'static AgentDescriptor =
        &AgentDescriptor::new(Self::NAME, "Asker", Location::new("tools.rs", 2, "tools")).model(
            ModelOptions::NONE
                .model(&["test/small"])
                .instructions("Ask."),
        );
    const TOOLS: &'static [ToolEntry] = &[ToolEntry::agent::<Searcher>()];
    const TURN: Option<Turn> = Some(turn::<Self>);
    type Input = Topic;
    type Output = Findings;
    type HandOff = End<Self>;

    fn execute(
        _: AgentContext,
        _: Topic,
    ) -> futures_util::future::BoxFuture<'static, Result<Findings>> {
        Box::pin(std::future::pending())
    }
}

/// Answers with these bodies, one after the other.
async fn server(at: &str, bodies: Vec<Value>) -> MockServer {
    let bodies = bodies.iter();
    let responses = bodies.map(|body| ResponseTemplate::new(200).set_body_json(body));
    vendor::server(at, responses.collect()).await
}

/// One turn, after these messages.
pub(super) async fn turned(provider: &Provider, messages: Vec<Message>) -> Turned {
    let said = TurnInput {
        messages,
        ..TurnInput::about(&Payload::encode(&topic("Temporal")).unwrap()).unwrap()
    };
    let said = Payload::encode(&said).unwrap();
    let context = context::<Asker>(models(provider.clone()), 1, false);
    turn::<Asker>(context, &said)
        .await
        .unwrap()
        .decode()
        .unwrap()
}

pub(super) fn calls(turned: Turned) -> Calls {
    match turned {
        Turned::Calls(calls) => calls,
        Turned::Output(output) => panic!("{output}"),
    }
}

/// As the flock tells what became of each.
pub(super) fn and_told(calls: Calls, texts: &[&str]) -> Vec<Message> {
    let told = calls.calls.iter().zip(texts).map(|(call, text)| {
        Message::Result(CallResult {
            id: call.id.clone(),
            name: call.name.clone(),
            text: (*text).to_owned(),
            failed: call.problem.is_some(),
        })
    });
    let told: Vec<_> = told.collect();
    [vec![Message::Calls(calls)], told].concat()
}

#[tokio::test]
async fn by_openais_protocol() {
    let completion = |message: Value, reason: &str| {
        json!({
            "id": "1", "object": "chat.completion", "model": "small",
            "choices": [{ "index": 0, "finish_reason": reason, "message": message }],
            "usage": { "prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2 }
        })
    };
    let call = |id: &str, arguments: &str| {
        let function = json!({ "name": "searcher", "arguments": arguments });
        json!({ "id": id, "type": "function", "function": function })
    };
    let wants = [
        call("c1", r#"{"topic": "A"}"#),
        call("c2", r#"{"topic": 5}"#),
        call("c3", "[]"),
    ];
    let wants = json!({ "role": "assistant", "content": null, "tool_calls": wants });
    let answer = json!({ "role": "assistant", "content": r#"{"findings": "found"}"# });
    let bodies = vec![completion(wants, "tool_calls"), completion(answer, "stop")];
    let server = server("/v1/chat/completions", bodies).await;
    let provider = Provider::new("openai").unwrap().environment(|_| None);
    let provider = provider.base_url(format!("{}/v1", server.uri()));

    let wanted = calls(turned(&provider, Vec::new()).await);
    let problems: Vec<_> = wanted
        .calls
        .iter()
        .map(|call| call.problem.as_deref())
        .collect();
    assert_eq!(problems[0], None);
    assert!(
        problems[1].unwrap().contains("field `topic`"),
        "{problems:?}"
    );
    assert!(
        problems[2].unwrap().contains("not a JSON object"),
        "{problems:?}"
    );
    let messages = and_told(wanted, &["page A", "wrong", "no object"]);
    let Turned::Output(output) = turned(&provider, messages).await else {
        panic!("it answers");
    };
    assert_eq!(output.get(), r#"{"findings":"found"}"#);

    let asked = asked(&server).await;
    let tool = &asked[0]["tools"][0]["function"];
    assert_eq!(tool["name"], "searcher");
    assert_eq!(tool["description"], "Finds pages.");
    assert_eq!(tool["parameters"]["properties"]["topic"]["type"], "string");
    assert_eq!(asked[0]["response_format"]["type"], "json_schema");
    let messages = asked[1]["messages"].as_array().unwrap();
    let roles: Vec<_> = messages.iter().map(|message| &message["role"]).collect();
    assert_eq!(
        roles,
        ["system", "user", "assistant", "tool", "tool", "tool"]
    );
    assert_eq!(messages[2]["tool_calls"][0]["id"], "c1");
    assert_eq!(messages[3]["tool_call_id"], "c1");
    assert_eq!(messages[3]["content"], "page A");
    assert_eq!(messages[4]["content"], "error: wrong");
}

#[tokio::test]
async fn by_anthropics_protocol_with_thoughts_as_they_were() {
    let message = |content: Value, reason: &str| {
        json!({
            "id": "1", "type": "message", "role": "assistant", "model": "claude-sonnet-4-5",
            "content": content, "stop_reason": reason,
            "usage": { "input_tokens": 1, "output_tokens": 1 }
        })
    };
    let wants = json!([
        { "type": "thinking", "thinking": "hm", "signature": "signed" },
        { "type": "text", "text": "Let me look." },
        { "type": "tool_use", "id": "t1", "name": "searcher", "input": { "topic": "A" } },
        { "type": "tool_use", "id": "t2", "name": "searcher", "input": { "topic": "B" } },
    ]);
    let answer = json!([{ "type": "text", "text": r#"{"findings": "found"}"# }]);
    let bodies = vec![message(wants, "tool_use"), message(answer, "end_turn")];
    let server = server("/v1/messages", bodies).await;
    let provider = Provider::new("anthropic").unwrap().environment(|_| None);
    let provider = provider.base_url(server.uri()).key("secret");

    let wanted = calls(turned(&provider, Vec::new()).await);
    assert_eq!(wanted.text, "Let me look.");
    turned(&provider, and_told(wanted, &["page A", "page B"])).await;

    let asked = asked(&server).await;
    assert_eq!(asked[0]["tools"][0]["name"], "searcher");
    let messages = asked[1]["messages"].as_array().unwrap();
    assert_eq!(messages.len(), 3, "{messages:?}");
    let said = messages[1]["content"].as_array().unwrap();
    assert_eq!(said[0]["signature"], "signed", "{said:?}");
    let told = messages[2]["content"].as_array().unwrap();
    let ids: Vec<_> = told.iter().map(|part| &part["tool_use_id"]).collect();
    assert_eq!(ids, ["t1", "t2"], "in one message");
}

/// In a chat what the model answered before is its own word, and what is asked now the newest.
#[tokio::test]
async fn a_chat_by_openais_protocol() {
    let answer = json!({ "role": "assistant", "content": r#"{"findings": "more"}"# });
    let body = json!({
        "id": "1", "object": "chat.completion", "model": "small",
        "choices": [{ "index": 0, "finish_reason": "stop", "message": answer }],
        "usage": { "prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2 }
    });
    let server = server("/v1/chat/completions", vec![body]).await;
    let provider = Provider::new("openai").unwrap().environment(|_| None);
    let provider = provider.base_url(format!("{}/v1", server.uri()));
    let before = vec![
        Message::Output(json!({ "findings": "some" })),
        Message::Input(json!({ "topic": "And flock?" })),
    ];
    let Turned::Output(output) = turned(&provider, before).await else {
        panic!("it answers");
    };
    assert_eq!(output.get(), r#"{"findings":"more"}"#);
    let asked = asked(&server).await;
    let messages = asked[0]["messages"].as_array().unwrap();
    let told: Vec<_> = messages.iter().map(|message| &message["role"]).collect();
    assert_eq!(told, ["system", "user", "assistant", "user"]);
    assert_eq!(messages[2]["content"], r#"{"findings":"some"}"#);
    let newest = messages[3]["content"].as_str().unwrap();
    assert!(newest.contains("And flock?"), "{newest}");
}
