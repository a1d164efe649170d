//! What a request to a model consists of.

use serde::Serialize;
use serde_json::Value;
use tiktoken_rs::CoreBPE;

use crate::{
    Result,
    conversation::{self, INSTRUCTIONS, QUESTION},
};

/// Bytes and tokens beyond what both sides have to send.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub(crate) struct Overhead {
    pub(crate) tokens: usize,
    pub(crate) bytes: usize,
    /// Of the tokens, those of the tools.
    pub(crate) tools: usize,
    /// Those of the form of the answer, where it is no tool.
    pub(crate) form: usize,
    /// Those that stand beside the instructions and the question.
    pub(crate) around: usize,
}

/// The text of the words of one message, and of what it calls.
fn texts(message: &Value) -> Vec<String> {
    let content = match &message["content"] {
        Value::String(text) => text.clone(),
        Value::Array(parts) => parts
            .iter()
            .filter_map(|part| part["text"].as_str())
            .collect(),
        _ => String::new(),
    };
    let calls = message["tool_calls"].as_array().into_iter().flatten();
    let calls =
        calls.flat_map(|call| ["name", "arguments"].map(|field| text(&call["function"][field])));
    [content]
        .into_iter()
        .chain(calls)
        .filter(|text| !text.is_empty())
        .collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// As it is sent, without spaces.
fn json(value: &Value) -> String {
    match value.is_null() {
        true => String::new(),
        false => value.to_string(),
    }
}

/// What has been said before a turn, in the words of both sides.
fn words(turn: usize) -> Vec<String> {
    let before = (1..turn).flat_map(conversation::calls);
    let before = before.flat_map(|call| {
        [
            call.tool.to_owned(),
            call.arguments.to_string(),
            call.result,
        ]
    });
    let own = [INSTRUCTIONS.to_owned(), QUESTION.to_owned()];
    own.into_iter().chain(before).collect()
}

/// Which turn is asked for, from 1.
pub(crate) fn turn(request: &Value) -> usize {
    let said = messages(request).filter(|message| message["role"] == "assistant");
    said.count() + 1
}

fn messages(request: &Value) -> impl Iterator<Item = &Value> {
    request["messages"].as_array().into_iter().flatten()
}

/// Fails where the tools' results are not those of the conversation.
pub(crate) fn check(request: &Value) -> Result<()> {
    let told = messages(request).filter(|message| message["role"] == "tool");
    let told: Vec<_> = told.flat_map(texts).collect();
    let wanted: Vec<_> = (1..turn(request))
        .flat_map(conversation::calls)
        .map(|call| call.result)
        .collect();
    match told == wanted {
        true => Ok(()),
        false => Err(format!("not what the tools give: {told:?}").into()),
    }
}

pub(crate) fn overhead(request: &Value, bytes: usize, tokens: &CoreBPE) -> Overhead {
    let count = |text: &String| tokens.encode_ordinary(text).len();
    let words = words(turn(request));
    let sent: Vec<_> = messages(request).flat_map(texts).collect();
    let (tools, form) = (json(&request["tools"]), json(&request["response_format"]));
    let (tools, form) = (count(&tools), count(&form));
    let around = sent
        .iter()
        .map(count)
        .sum::<usize>()
        .saturating_sub(words.iter().map(count).sum());
    Overhead {
        tokens: around + tools + form,
        bytes: bytes.saturating_sub(words.iter().map(String::len).sum()),
        tools,
        form,
        around,
    }
}
