//! A model's conversation with its tools within one attempt: `loop = "activity"`.
//!
//! What was said is kept after each turn and after its calls, so the next attempt goes on from there. Tools have no
//! retries of their own here: one that fails fails the attempt, and what is made again are the calls that have
//! no result yet, by the agent's retry policy.

use std::sync::Arc;

use futures_util::future::join_all;
use serde::{Deserialize, Serialize};
use tokio::time::timeout;

use super::{
    Models, Usage,
    ask::Answered,
    observed::Called,
    turn::{Types, answered},
};
use crate::{
    agent::{
        context::AgentContext,
        conversation::{CallResult, MAX_TURNS, Message, Said, ToolCall, no_answer},
        state::State,
        tool::{ToolEntry, Work},
    },
    config::resolve::Resolver,
    declare::options::CallOptions,
    error::{Error, ErrorKind, Result},
    value::payload::Payload,
};

/// What an attempt keeps for the next.
#[derive(Default, Serialize, Deserialize)]
struct Kept {
    messages: Vec<Message>,
    /// How often the calls of the last turn have failed.
    failures: u32,
}

impl Kept {
    fn turns(&self) -> u32 {
        let calls = |message: &&Message| matches!(message, Message::Calls(_));
        let turns = self.messages.iter().filter(calls).count();
        u32::try_from(turns).unwrap_or(u32::MAX)
    }

    /// The calls of the last turn that have no result, each with its place among them.
    fn open(&self) -> Vec<(usize, ToolCall)> {
        let mut results = Vec::new();
        for message in self.messages.iter().rev() {
            match message {
                Message::Result(result) => results.push(&result.id),
                Message::Calls(calls) => {
                    let calls = calls.calls.iter().enumerate();
                    let open = calls.filter(|(_, call)| !results.contains(&&call.id));
                    return open.map(|(at, call)| (at, call.clone())).collect();
                }
                _ => break,
            }
        }
        Vec::new()
    }
}

/// Holds the conversation to the model's answer.
pub(super) async fn held(context: &AgentContext, begun: Said, types: &Types) -> Result<Payload> {
    let options = types.agent.model_options().unwrap_or_default();
    let most = options.max_turns.unwrap_or(MAX_TURNS);
    let mut kept: Kept = context.resume()?.unwrap_or_default();
    loop {
        finish(context, &mut kept, types).await?;
        if kept.turns() >= most {
            return Err(no_answer(most));
        }
        if let Some(limit) = options.budget.crossed(&context.spent(), &Usage::default()) {
            return Err(limit.error(&context.spent(), false));
        }
        let said = Said {
            messages: kept.messages.clone(),
            ..begun.clone()
        };
        match answered(context, said, types).await? {
            Answered::Output(output) => return Ok(output),
            Answered::Calls(calls) => {
                kept.messages.push(Message::Calls(calls));
                context.checkpoint(&kept).await?;
            }
        }
    }
}

/// Makes the calls of the last turn that have no result.
async fn finish(context: &AgentContext, kept: &mut Kept, types: &Types) -> Result<()> {
    let open = kept.open();
    if open.is_empty() {
        return Ok(());
    }
    let (turn, attempt) = (kept.turns(), kept.failures + 1);
    let made = open.iter().map(|(at, call)| {
        let place = (turn, *at);
        make(context, types.tools, call, place, attempt)
    });
    let mut failed = None;
    // All of them, whatever becomes of one: what has a result is not made again.
    for result in join_all(made).await {
        match result {
            Ok(result) => kept.messages.push(Message::Result(result)),
            Err(error) => failed = failed.or(Some(error)),
        }
    }
    kept.failures = match &failed {
        Some(_) => attempt,
        None => 0,
    };
    context.checkpoint(kept).await?;
    failed.map_or(Ok(()), Err)
}

/// Makes a call. What the model can mend it is told.
async fn make(
    context: &AgentContext,
    tools: &[ToolEntry],
    call: &ToolCall,
    place: (u32, usize),
    attempt: u32,
) -> Result<CallResult> {
    let told = |text: String, failed| Ok(CallResult::new(call, text, failed));
    if let Some(problem) = &call.problem {
        return told(problem.clone(), true);
    }
    let Some(tool) = tools.iter().find(|tool| tool.name == call.name) else {
        return told(format!("there is no tool `{}`", call.name), true);
    };
    let Work::Agent(entry) = tool.work else {
        return Err(Error::permanent("only a flock can call a flock").in_agent(tool.name));
    };
    let entry = entry();
    let State(models) = context.state::<Arc<Models>>()?;
    let resolver = Resolver::new(Arc::clone(&models.config));
    let limits = resolver.resolve(entry.descriptor, None, &CallOptions::default());
    let input = Payload::encode(&tool.input(&call.arguments))?;
    let (called, trace) = Called::begin(context, tool.name, place, attempt, &input);
    let (within, work) = context.perform(entry, place, attempt, trace, &input);
    let result = match timeout(limits.timeout.value, work).await {
        Ok(result) => result,
        Err(_) => Err(Error::attempt_timeout()),
    };
    context.spend(within.spent());
    called.ended(&result);
    match result {
        Ok(output) => told(tool.shown(&output), false),
        Err(error) if *error.kind() == ErrorKind::Invalid => told(error.message().to_owned(), true),
        Err(error) => Err(entry.descriptor.failed(error)),
    }
}
