//! A model's conversation with its tools: turn after turn, each a step, and each call that it asks for one too.

use std::rc::Rc;

use serde_json::Value;

use super::{
    AgentRun, FlockContext,
    agent_call::step,
    budget::{Budget, Whose},
    child,
    entry::FlockEntry,
    join_all,
    mcp::Offered,
};
use crate::{
    agent::{
        AgentDescriptor, AgentKind,
        conversation::{CallResult, Calls, Message, Said, ToolCall, Turned},
        entry::AgentEntry,
        tool::{MAX_RESULT, ToolEntry, Work, cut},
    },
    declare::options::CallOptions,
    error::{Error, ErrorKind, Result},
    value::{payload::Payload, usage::Usage},
};

/// Turns in one conversation, where the agent says nothing else.
const MAX_TURNS: u32 = 20;

/// Bytes of what was said that an error carries.
const SO_FAR: usize = 8 * 1024;

/// Holds the conversation to the model's answer, which is the agent's output.
pub(super) async fn hold(
    context: FlockContext,
    entry: &'static AgentEntry,
    input: Payload,
    options: CallOptions,
) -> Result<Payload> {
    let agent = entry.descriptor;
    let (most, budget) = limits(agent);
    let offered = Offered::to(&context, entry).await?;
    let (mut said, mut spent) = (Said::about(&input)?, Usage::default());
    said.offers = offered.offers();
    for turn in 1..=most {
        if let Some(budget) = &budget {
            let so_far = || so_far(&said.messages);
            budget.leave(&context, || spent, so_far).await?;
        }
        let place = format!("{} · turn {turn}", agent.name);
        let mut options = options.clone();
        options.summary.get_or_insert_with(|| place.clone());
        let turned = step(context.clone(), entry, Payload::encode(&said)?, options);
        let turned = turned.ended().await?;
        spent += turned.usage();
        let calls = match turned.decode() {
            Ok(Turned::Calls(calls)) => calls,
            Ok(Turned::Output(output)) => {
                return Ok(Payload::from_json(output.get()).with_usage(spent));
            }
            Err(error) => {
                return Err(error.context("its turn does not fit").in_agent(agent.name));
            }
        };
        let made = calls.calls.iter();
        let made = made.map(|call| make(&context, entry, &offered, call, &place));
        // All of them, whatever becomes of one: what is under way is not cut off in the middle.
        let results = join_all(made).await;
        said.messages.push(Message::Calls(calls));
        for result in results {
            let (result, usage) = result?;
            spent += usage;
            said.messages.push(Message::Result(result));
        }
    }
    Err(Error::permanent(format!(
        "its model called tools in each of its {most} turns, and gave no answer: raise `max_turns`, or tell it in its instructions when to stop"
    ))
    .with_type("MaxTurns")
    .in_agent(agent.name))
}

fn limits(agent: &AgentDescriptor) -> (u32, Option<Rc<Budget>>) {
    let options = agent.model_options().unwrap_or_default();
    let own = options.budget;
    let budget = (!own.is_none()).then(|| Budget::new(own, Whose::Agent(agent.name)));
    (options.max_turns.unwrap_or(MAX_TURNS), budget)
}

/// What was said last, for whoever learns that there is no more money: as much as an error can carry.
fn so_far(messages: &[Message]) -> Value {
    let mut room = SO_FAR;
    let told = messages.iter().rev().map_while(|message| {
        let told = match message {
            Message::Calls(calls) => {
                let calls = Calls {
                    vendor: Value::Null,
                    ..calls.clone()
                };
                serde_json::to_value(Message::Calls(calls)).ok()?
            }
            Message::Result(_) => serde_json::to_value(message).ok()?,
        };
        room = room.checked_sub(told.to_string().len())?;
        Some(told)
    });
    let mut told: Vec<_> = told.collect();
    told.reverse();
    Value::Array(told)
}

/// Makes a call, and gives what asking models for it has cost. What the model can mend it is told; all else
/// fails the agent.
async fn make(
    context: &FlockContext,
    entry: &AgentEntry,
    offered: &Offered,
    call: &ToolCall,
    place: &str,
) -> Result<(CallResult, Usage)> {
    let told = |text: String, failed, usage| {
        let result = CallResult {
            id: call.id.clone(),
            name: call.name.clone(),
            text,
            failed,
        };
        Ok((result, usage))
    };
    let free = Usage::default();
    if let Some(problem) = &call.problem {
        return told(problem.clone(), true, free);
    }
    let Some(tool) = entry.tools.iter().find(|tool| tool.name == call.name) else {
        let made = offered.call(context, &call.name, &call.arguments, place);
        if let Some(answer) = made.await {
            return match answer {
                Ok(answer) => told(answer.text, answer.failed, free),
                Err(error) if is_for_the_model(&error) => {
                    told(error.message().to_owned(), true, free)
                }
                Err(error) => Err(error),
            };
        }
        return told(format!("there is no tool `{}`", call.name), true, free);
    };
    match work(context, tool, &call.arguments, place).await {
        Ok(output) => told(shown(&output, max_result(tool)), false, output.usage()),
        Err(error) if is_for_the_model(&error) => told(error.message().to_owned(), true, free),
        Err(error) => Err(error),
    }
}

async fn work(
    context: &FlockContext,
    tool: &ToolEntry,
    arguments: &Value,
    place: &str,
) -> Result<Payload> {
    let input = Payload::encode(&tool.input(arguments))?;
    match tool.work {
        Work::Agent(entry) => {
            let summary = format!("{place} · {}", tool.name);
            let call = AgentRun::<()>::new(context.clone(), entry(), Ok(input));
            call.summary(summary).erased().await
        }
        Work::Flock(entry) => match entry().downcast_ref::<FlockEntry>() {
            Some(flock) => child::run(context.clone(), flock, input).await,
            None => Err(Error::permanent(format!("`{}` is no flock", tool.name))),
        },
    }
}

/// What it may mend by other arguments, or by doing without.
fn is_for_the_model(error: &Error) -> bool {
    *error.kind() == ErrorKind::Invalid || error.type_name() == super::effects::REFUSED
}

fn max_result(tool: &ToolEntry) -> usize {
    let own = match tool.work {
        Work::Agent(entry) => match entry().descriptor.kind {
            AgentKind::Tool(options) => options.max_result,
            AgentKind::Function | AgentKind::Model(_) => None,
        },
        Work::Flock(_) => None,
    };
    own.unwrap_or(MAX_RESULT) as usize
}

/// A result as the model is shown it: text as it is, all else as JSON.
fn shown(output: &Payload, most: usize) -> String {
    let text = match output.decode() {
        Ok(Value::String(text)) => text,
        _ => String::from_utf8_lossy(output.as_bytes()).into_owned(),
    };
    cut(text, most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_result_is_cut_between_characters_and_says_so() {
        let output = Payload::encode("grüße").unwrap();
        assert_eq!(shown(&output, 7), "grüße");
        assert_eq!(
            shown(&output, 3),
            "gr\n[cut here: the result has 7 bytes, and 3 are shown]"
        );
        let object = Payload::from_json("{\"a\":1}");
        assert_eq!(shown(&object, 100), "{\"a\":1}");
    }
}
