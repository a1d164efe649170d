//! What is told of a question to a model when it was answered: a span.

use serde_json::{Value, json};

use super::{Message, ModelAnswer, ModelChoice, ModelRequest, Usage};
use crate::{
    agent::context::{AgentContext, AttemptInfo},
    error::{Error, Result},
    telemetry::{
        Metrics, Telemetry, names,
        span::SpanValue,
        trace::{TraceContext, span_of},
        work::Work,
    },
    value::payload::Payload,
};

/// A question that is being asked.
pub(super) struct Asked {
    work: Option<Work>,
    tells_content: bool,
    metrics: Metrics,
    agent: &'static str,
    model: String,
    ended: bool,
}

impl Asked {
    /// The attempt's `number`th question.
    pub(super) fn begin(
        context: &AgentContext,
        choice: &ModelChoice,
        request: &ModelRequest,
        number: u64,
    ) -> Self {
        let telemetry = context.telemetry();
        let tells_content = telemetry.tells_content();
        let work = begin(&telemetry, context, choice, request, number);
        let mut asked = Self {
            work,
            tells_content,
            metrics: telemetry.metrics,
            agent: request.agent,
            model: choice.name.clone(),
            ended: false,
        };
        if let Some(work) = asked.work.as_mut().filter(|_| tells_content) {
            work.set(
                names::INSTRUCTIONS,
                parts(&request.instructions).to_string(),
            );
            work.set(names::INPUT_MESSAGES, input(request).to_string());
        }
        asked
    }

    pub(super) fn answered(mut self, answer: &ModelAnswer, usage: &Usage) {
        self.ended = true;
        self.metrics.model_answered(self.agent, &self.model, usage);
        let Some(mut work) = self.work.take() else {
            return;
        };
        work.set(names::INPUT_TOKENS, usage.input_tokens);
        work.set(names::OUTPUT_TOKENS, usage.output_tokens);
        if usage.unpriced == 0 {
            work.set(names::MICRO_DOLLARS, usage.micro_dollars);
        }
        let model = answer.model.as_deref();
        work.set_some(names::RESPONSE_MODEL, model);
        let reason = match (&answer.finish_reason, answer.calls.is_empty()) {
            (Some(reason), _) => reason,
            (None, true) => "stop",
            (None, false) => "tool_calls",
        };
        let reasons = SpanValue::Texts(vec![reason.to_owned()]);
        work.set(names::FINISH_REASONS, reasons);
        if self.tells_content {
            let answer = output(answer, reason);
            work.set(names::OUTPUT_MESSAGES, answer.to_string());
        }
        work.end(None);
    }

    pub(super) fn failed(mut self, error: &Error) {
        self.ended = true;
        self.metrics
            .model_did_not(self.agent, &self.model, "failed");
        if let Some(work) = self.work.take() {
            work.end(Some(error));
        }
    }
}

impl Drop for Asked {
    fn drop(&mut self) {
        if !self.ended {
            self.metrics
                .model_did_not(self.agent, &self.model, "cancelled");
        }
        if let Some(work) = self.work.take() {
            work.fail("Cancelled", "nobody waits for the answer any more".into());
        }
    }
}

fn begin(
    telemetry: &Telemetry,
    context: &AgentContext,
    choice: &ModelChoice,
    request: &ModelRequest,
    number: u64,
) -> Option<Work> {
    let AttemptInfo {
        attempt,
        lost_workers,
        step,
        call,
        trace,
        ..
    } = *context.attempt_info();
    let (parent, run) = (trace?, context.run_id());
    let which = [
        step.unwrap_or(u64::MAX),
        attempt.into(),
        lost_workers.into(),
        number,
        // Of a conversation that is held in one attempt there are several.
        request.turn() as u64,
        call.map_or(0, place),
    ];
    let at = parent.at(span_of(run, "chat", &which));
    let work = Work::begin(telemetry, at, Some(parent.span), "chat", choice.model())?;
    let mut work = work.asks_another();
    work.set(names::PROVIDER, provider(choice.provider()));
    work.set(names::REQUEST_MODEL, choice.model());
    work.set_some(names::MAX_TOKENS, request.max_tokens.map(u64::from));
    work.set(names::AGENT, request.agent);
    work.of_run(context.workflow_id(), run);
    work.set_some(names::STEP, step);
    work.set(names::ATTEMPT, u64::from(attempt));
    work.set(names::LOST_WORKERS, u64::from(lost_workers));
    Some(work)
}

/// A call's place in its attempt.
fn place((turn, call): (u32, usize)) -> u64 {
    (u64::from(turn) << 32) + call as u64 + 1
}

/// A call of a tool within the attempt of its agent: a span.
pub(super) struct Called {
    work: Option<Work>,
    tells_content: bool,
}

impl Called {
    /// Attempt number `attempt` of the call at this place, and where what it does stands in the trace.
    pub(super) fn begin(
        context: &AgentContext,
        tool: &str,
        call: (u32, usize),
        attempt: u32,
        arguments: &Payload,
    ) -> (Self, Option<TraceContext>) {
        let info = context.attempt_info();
        let telemetry = context.telemetry();
        let tells_content = telemetry.tells_content();
        let Some(parent) = info.trace else {
            let work = None;
            return (
                Self {
                    work,
                    tells_content,
                },
                None,
            );
        };
        let run = context.run_id();
        let which = [
            info.step.unwrap_or(u64::MAX),
            info.lost_workers.into(),
            place(call),
            attempt.into(),
        ];
        let at = parent.at(span_of(run, "call", &which));
        let work = Work::begin(&telemetry, at, Some(parent.span), "execute_tool", tool);
        let work = work.map(|mut work| {
            work.set(names::AGENT, info.agent);
            work.set(names::TOOL, tool);
            work.set(names::TOOL_TYPE, "function");
            work.of_run(context.workflow_id(), run);
            work.set_some(names::STEP, info.step);
            work.set(names::ATTEMPT, u64::from(attempt));
            if tells_content {
                work.set(names::ARGUMENTS, text(arguments));
            }
            work
        });
        (
            Self {
                work,
                tells_content,
            },
            Some(at),
        )
    }

    pub(super) fn ended(self, result: &Result<Payload>) {
        let Some(mut work) = self.work else {
            return;
        };
        if let (true, Ok(output)) = (self.tells_content, result) {
            work.set(names::RESULT, text(output));
        }
        work.end(result.as_ref().err());
    }
}

fn text(payload: &Payload) -> String {
    String::from_utf8_lossy(payload.as_bytes()).into_owned()
}

/// As the conventions name the provider.
fn provider(name: &str) -> &str {
    match name {
        "aliyun" => "alibaba_cloud",
        "bedrock_api" | "bedrock_sigv4" | "bedrock" => "aws.bedrock",
        "gemini" => "gcp.gemini",
        "mistral" => "mistral_ai",
        "moonshot" | "kimi" => "moonshot_ai",
        "openai_resp" => "openai",
        "vertex" => "gcp.vertex_ai",
        "xai" => "x_ai",
        name => name,
    }
}

fn parts(text: &str) -> Value {
    json!([{ "type": "text", "content": text }])
}

/// What was asked, as the conventions write it.
fn input(request: &ModelRequest) -> Value {
    let asked = request.input.to_string();
    let mut messages = vec![json!({ "role": "user", "parts": parts(&asked) })];
    messages.extend(request.messages.iter().map(|message| match message {
        Message::Calls(calls) => {
            let calls = calls.calls.iter().map(|call| {
                json!({ "type": "tool_call", "id": call.id, "name": call.name, "arguments": call.arguments })
            });
            json!({ "role": "assistant", "parts": calls.collect::<Vec<_>>() })
        }
        Message::Result(result) => json!({ "role": "tool", "parts": [
            { "type": "tool_call_response", "id": result.id, "response": result.text },
        ] }),
        Message::Output(output) => json!({ "role": "assistant", "parts": parts(&output.to_string()) }),
        Message::Input(input) => json!({ "role": "user", "parts": parts(&input.to_string()) }),
    }));
    Value::Array(messages)
}

fn output(answer: &ModelAnswer, reason: &str) -> Value {
    let mut said = Vec::new();
    if !answer.text.is_empty() {
        said.push(json!({ "type": "text", "content": answer.text }));
    }
    said.extend(answer.calls.iter().map(|call| {
        json!({ "type": "tool_call", "id": call.id, "name": call.name, "arguments": call.arguments })
    }));
    json!([{ "role": "assistant", "parts": said, "finish_reason": reason }])
}
