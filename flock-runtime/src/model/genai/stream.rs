//! An answer that is heard as it comes.

use futures_util::StreamExt;
use genai::{
    Client, Error,
    adapter::AdapterKind,
    chat::{
        ChatOptions, ChatRequest, ChatResponse, ChatStreamEvent, MessageContent, StopReason,
        StreamEnd,
    },
    webc,
};

use super::Target;
use crate::model::ModelRequest;

/// What came of a question whose answer was to be heard as it comes.
pub(super) enum Heard {
    Answer(Box<ChatResponse>),
    /// The server does not stream: not a piece has come.
    Nothing,
    /// The connection ended before the answer did.
    Broken,
}

/// Asks, and tells each piece of the answer.
pub(super) async fn ask(
    client: &Client,
    target: &Target,
    chat: ChatRequest,
    options: ChatOptions,
    request: &ModelRequest,
) -> Result<Heard, Error> {
    let protocol = target.service.model.adapter_kind;
    // By this protocol to take in thoughts is to ask for them.
    let thinks = protocol != AdapterKind::OpenAIResp || options.capture_reasoning_content.is_some();
    let options = options
        .with_capture_content(true)
        .with_capture_reasoning_content(thinks)
        .with_capture_tool_calls(true)
        .with_capture_usage(true);
    let service = target.service.clone();
    let asked = client.exec_chat_stream(service, chat, Some(&options));
    let response = asked.await?;
    let (model, mut stream) = (response.model_iden, response.stream);
    let (mut has_come, mut called) = (false, None);
    while let Some(event) = stream.next().await {
        match event.map_err(plain)? {
            ChatStreamEvent::Chunk(chunk) => {
                has_come = true;
                request.say(&chunk.content);
            }
            ChatStreamEvent::ToolCallChunk(chunk) => {
                has_come = true;
                let call = chunk.tool_call;
                // Its arguments come in pieces too, some without a name.
                if !call.fn_name.is_empty() && called.as_ref() != Some(&call.call_id) {
                    request.begin_call(&call.fn_name);
                    called = Some(call.call_id);
                }
            }
            ChatStreamEvent::ReasoningChunk(_) | ChatStreamEvent::ThoughtSignatureChunk(_) => {
                has_come = true;
            }
            // Where the connection ends, the client makes up an end that has no reason.
            ChatStreamEvent::End(end)
                if end.captured_stop_reason.is_none() && tells_its_end(protocol) =>
            {
                break;
            }
            // What it says instead, as a refusal, the client reads over.
            ChatStreamEvent::End(end) if !has_come && is_open(&end) => break,
            ChatStreamEvent::End(end) => {
                return Ok(Heard::Answer(Box::new(whole(end, model))));
            }
            ChatStreamEvent::Start | ChatStreamEvent::Heartbeat => {}
        }
    }
    Ok(match has_come {
        true => Heard::Broken,
        false => Heard::Nothing,
    })
}

/// Whether an end without an answer leaves open why there is none.
fn is_open(end: &StreamEnd) -> bool {
    !matches!(
        end.captured_stop_reason,
        Some(StopReason::MaxTokens(_) | StopReason::ContentFilter(_))
    )
}

/// Whether what ends without a reason has ended too early.
fn tells_its_end(protocol: AdapterKind) -> bool {
    matches!(
        protocol,
        AdapterKind::Anthropic | AdapterKind::Gemini | AdapterKind::OpenAIResp
    )
}

/// The same as it would have come in one piece.
fn whole(end: StreamEnd, model: genai::ModelIden) -> ChatResponse {
    let mut content = end.captured_content.unwrap_or_default();
    // Within an answer in one piece the client looks for thoughts by itself.
    if let [text] = content.texts().as_slice()
        && let Some(answer) = without_thoughts(text)
    {
        let answer = answer.to_owned();
        let calls = content.into_tool_calls();
        content = MessageContent::from_text(answer);
        content.extend(MessageContent::from_tool_calls(calls));
    }
    ChatResponse {
        content,
        reasoning_content: end.captured_reasoning_content,
        model_iden: model.clone(),
        provider_model_iden: model,
        stop_reason: end.captured_stop_reason,
        usage: end.captured_usage.unwrap_or_default(),
        captured_raw_body: None,
        response_id: end.captured_response_id,
    }
}

/// What follows on the thoughts that a model writes into its answer, where it does.
fn without_thoughts(text: &str) -> Option<&str> {
    let thoughts = text.trim_start().strip_prefix("<think>")?;
    Some(thoughts.split_once("</think>")?.1.trim_start())
}

/// A failure as it is where nothing streams, so that it is told in the same words.
fn plain(failure: Error) -> Error {
    match failure {
        Error::WebStream {
            model_iden,
            error,
            cause,
        } => match error.downcast::<Error>() {
            Ok(failure) => *failure,
            Err(error) => match error.downcast::<reqwest::Error>() {
                Ok(error) => Error::WebModelCall {
                    model_iden,
                    webc_error: webc::Error::Reqwest(*error),
                },
                Err(error) => Error::WebStream {
                    model_iden,
                    cause,
                    error,
                },
            },
        },
        other => other,
    }
}
