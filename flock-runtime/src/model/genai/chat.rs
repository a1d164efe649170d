//! A question and its answer, with all that was said between, in the client's own terms.

use genai::chat::{
    ChatMessage, ChatRequest, ChatResponse, ContentPart, MessageContent, StopReason, Tool,
    ToolResponse,
};
use serde_json::Value;

use super::{Format, media, said, schema, vendor::Vendor};
use crate::{
    error::{Error, Result},
    model::{CallResult, Calls, Message, ModelAnswer, ModelRequest, ToolCall, Usage, status},
};

pub(super) fn request(
    request: &ModelRequest,
    format: Format,
    vendor: &Vendor,
) -> Result<ChatRequest> {
    let mut chat = ChatRequest::default();
    let system = match format {
        Format::Schema => request.instructions.clone(),
        Format::InPrompt => request.instructions_with_schema(),
    };
    if !system.is_empty() {
        chat = chat.with_system(system);
    }
    if !request.tools.is_empty() {
        chat = chat.with_tools(request.tools.iter().map(|tool| {
            Tool::new(tool.name.clone())
                .with_description(tool.description.clone())
                .with_schema(schema::sent(&tool.parameters, vendor.protocol))
        }));
    }
    let mut shown = media::parts(vendor, &request.media)?.into_iter();
    let mut media_of = request.media_of.iter().copied();
    let mut user = |text: String| {
        let shown = shown.by_ref().take(media_of.next().unwrap_or(0));
        let parts = std::iter::once(ContentPart::from_text(text)).chain(shown);
        ChatMessage::user(MessageContent::from_parts(parts.collect::<Vec<_>>()))
    };
    chat = chat.append_message(user(request.question()));
    let mut messages = request.messages.iter().peekable();
    while let Some(message) = messages.next() {
        chat = chat.append_message(match message {
            Message::Calls(calls) => asked(calls),
            // Those of one turn in one message: some vendors refuse them apart.
            Message::Result(result) => {
                let mut results = vec![told(result)];
                while let Some(Message::Result(result)) =
                    messages.next_if(|next| matches!(next, Message::Result(_)))
                {
                    results.push(told(result));
                }
                ChatMessage::from(results)
            }
            Message::Output(output) => ChatMessage::assistant(request.given(output)),
            Message::Input(input) => user(request.further_question(input)),
        });
    }
    for fault in &request.faults {
        chat = chat
            .append_message(ChatMessage::assistant(fault.answer.clone()))
            .append_message(ChatMessage::user(fault.reproach()));
    }
    Ok(chat)
}

/// What the model said when it asked for calls: word for word, where its vendor wants that.
fn asked(calls: &Calls) -> ChatMessage {
    if let Ok(message) = serde_json::from_value(calls.vendor.clone()) {
        return message;
    }
    let text = Some(calls.text.clone()).filter(|text| !text.is_empty());
    let text = text.map(ContentPart::from_text).into_iter();
    let made = calls.calls.iter().map(|call| {
        ContentPart::ToolCall(genai::chat::ToolCall {
            call_id: call.id.clone(),
            fn_name: call.name.clone(),
            fn_arguments: call.arguments.clone(),
            thought_signatures: None,
        })
    });
    ChatMessage::assistant(MessageContent::from_parts(
        text.chain(made).collect::<Vec<_>>(),
    ))
}

fn told(result: &CallResult) -> ToolResponse {
    // The protocols have no common word for a call that went wrong.
    let text = match result.failed {
        true => format!("error: {}", result.text),
        false => result.text.clone(),
    };
    ToolResponse::new(result.id.clone(), text).with_fn_name(result.name.clone())
}

pub(super) fn answer(response: ChatResponse) -> Result<ModelAnswer> {
    if let Some(error) = response.captured_raw_body.as_ref().and_then(said::refusal) {
        return Err(error);
    }
    match &response.stop_reason {
        Some(StopReason::MaxTokens(_)) => {
            return Err(Error::transient(
                "the answer was cut off by the limit of tokens: raise the agent's `max_tokens`",
            )
            .with_type("MaxTokens"));
        }
        Some(StopReason::ContentFilter(reason)) => {
            return Err(status::filtered(reason));
        }
        _ => {}
    }
    let spent = spent(&response.usage);
    let model = response.provider_model_iden.model_name.to_string();
    let finish_reason = (response.stop_reason.as_ref()).map(|reason| reason.raw().to_owned());
    let told = |answer: ModelAnswer| ModelAnswer {
        model: Some(model),
        finish_reason,
        ..answer.usage(spent)
    };
    if !response.tool_calls().is_empty() {
        return Ok(told(wanted(response)));
    }
    let text = response.into_texts().concat();
    if text.trim().is_empty() {
        // Not to be asked again with: Anthropic refuses a conversation with empty answers.
        return Err(Error::transient("the response holds no answer").with_type("BadResponse"));
    }
    Ok(told(ModelAnswer::new(text)))
}

fn spent(usage: &genai::chat::Usage) -> Usage {
    let count = |tokens: Option<i32>| tokens.and_then(|n| u64::try_from(n).ok()).unwrap_or(0);
    // Of an answer that is all thoughts, one client has nothing but their number.
    let thoughts = || usage.completion_tokens_details.as_ref()?.reasoning_tokens;
    Usage::tokens(
        count(usage.prompt_tokens),
        count(usage.completion_tokens.or_else(thoughts)),
    )
}

/// The calls that the model wants made.
fn wanted(response: ChatResponse) -> ModelAnswer {
    let text = response.texts().concat();
    let calls = response.tool_calls().into_iter();
    let calls: Vec<_> = calls
        .map(|call| ToolCall::new(&call.call_id, &call.fn_name, arguments(&call.fn_arguments)))
        .collect();
    // Thoughts are signed by the vendor, who wants to see them as they were.
    let plain = |part: &ContentPart| match part {
        ContentPart::Text(_) => true,
        ContentPart::ToolCall(call) => call.thought_signatures.is_none(),
        _ => false,
    };
    let is_plain = response.reasoning_content.is_none() && response.content.iter().all(plain);
    let vendor = match is_plain {
        true => None,
        false => response.into_assistant_message_for_tool_use(),
    };
    let mut answer = ModelAnswer::calls(calls);
    answer.text = text;
    answer.vendor = vendor
        .and_then(|message| serde_json::to_value(message).ok())
        .unwrap_or_default();
    answer
}

/// Arguments that are no JSON are told as such, and not lost.
pub(super) fn arguments(given: &Value) -> Value {
    match given {
        Value::String(text) => serde_json::from_str(text).unwrap_or_else(|_| given.clone()),
        given => given.clone(),
    }
}
