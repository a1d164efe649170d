//! What vendors say in their answers that their client reads over.

use std::time::Duration;

use genai::Error as Failure;
use serde_json::{Value, json};

use super::chat::arguments;
use crate::{
    error::Error,
    model::{ModelAnswer, ToolCall, Usage, status},
};

/// That the model, or a filter in front of it, does not answer.
pub(super) fn refusal(body: &Value) -> Option<Error> {
    if body["incomplete_details"]["reason"] == "content_filter" {
        return Some(status::filtered("content_filter"));
    }
    let of_chat = body.pointer("/choices/0/message/refusal");
    let of_responses = || {
        let parts = items(body).flat_map(|item| list(&item["content"]));
        parts.map(|part| &part["refusal"])
    };
    let said = of_chat.into_iter().chain(of_responses());
    let said = said.filter_map(Value::as_str).find(|it| !it.is_empty())?;
    Some(status::refusal(said.trim()))
}

/// An answer that the client gave up, since the arguments of a call are no JSON: the model is told so.
pub(super) fn whole(failure: &Failure) -> Option<ModelAnswer> {
    let Failure::ChatResponseGeneration { response_body, .. } = failure else {
        return None;
    };
    let body: &Value = response_body;
    let message = &body["choices"][0]["message"];
    let of_chat = list(&message["tool_calls"]).map(|call| (&call["id"], &call["function"]));
    let of_responses = items(body)
        .filter(|item| item["type"] == "function_call")
        .map(|item| (&item["call_id"], item));
    let calls = of_chat.chain(of_responses).map(|(id, call)| {
        let id = id.as_str().unwrap_or_default();
        let name = call["name"].as_str()?;
        Some(ToolCall::new(id, name, arguments(&call["arguments"])))
    });
    let calls = calls.collect::<Option<Vec<_>>>()?;
    if calls.is_empty() {
        return None;
    }
    let mut answer = ModelAnswer::calls(calls);
    answer.text = message["content"].as_str().unwrap_or_default().to_owned();
    let tokens = |names: [&str; 2]| names.iter().find_map(|name| body["usage"][*name].as_u64());
    answer.usage = Usage::tokens(
        tokens(["prompt_tokens", "input_tokens"]).unwrap_or(0),
        tokens(["completion_tokens", "output_tokens"]).unwrap_or(0),
    );
    Some(answer)
}

/// Why Gemini's filter stopped a question.
pub(in crate::model) fn blocked(body: &Value) -> Option<String> {
    let reason = body.pointer("/promptFeedback/blockReason")?;
    Some(reason.as_str()?.to_owned())
}

/// The same in a stream, where the client keeps no more of it than this.
pub(in crate::model) fn has_no_candidate(body: &Value) -> bool {
    *body == json!({ "finishReason": null, "usageMetadata": null })
}

/// How long Gemini asks to wait: in the body, not in a header.
pub(in crate::model) fn retry_delay(body: &str) -> Option<Duration> {
    let told = |detail: &Value| {
        let seconds = detail["retryDelay"].as_str()?.strip_suffix('s')?;
        Duration::try_from_secs_f64(seconds.parse().ok()?).ok()
    };
    details(body).iter().find_map(told)
}

/// Whether Gemini says by a 400 that it does not know the key.
pub(in crate::model) fn is_about_key(body: &str) -> bool {
    let mut details = details(body).into_iter();
    details.any(|detail| detail["reason"] == "API_KEY_INVALID")
}

fn details(body: &str) -> Vec<Value> {
    let json: Value = serde_json::from_str(body).unwrap_or_default();
    let details = ["/error/details", "/0/error/details"];
    let details = details.iter().find_map(|path| json.pointer(path));
    details
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default()
}

fn items(body: &Value) -> impl Iterator<Item = &Value> {
    list(&body["output"])
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}
