//! A model's conversation with its tools: turn after turn, each a step, and each call that it asks for one too.

use std::{cell::RefCell, rc::Rc};

use serde_json::{Value, value::to_raw_value};

use super::{
    AgentRun, FlockContext,
    agent_call::step,
    budget::{Budget, Whose},
    child,
    conversations::{Open, Talk},
    entry::FlockEntry,
    join_all,
    mcp::Offered,
};
use crate::{
    agent::{
        AgentDescriptor,
        conversation::{
            CallResult, Calls, MAX_TURNS, Message, ToolCall, TurnInput, Turned, no_answer,
        },
        entry::AgentEntry,
        tool::{ToolEntry, Work},
    },
    declare::options::CallOptions,
    error::{Error, ErrorKind, Result},
    value::{payload::Payload, usage::Usage},
};

/// Bytes of what was said that an error carries.
const SO_FAR: usize = 8 * 1024;

/// Holds the conversation to the model's answer, which is the agent's output.
pub(super) async fn hold(
    context: FlockContext,
    entry: &'static AgentEntry,
    input: Payload,
    options: Option<Box<CallOptions>>,
) -> Result<Payload> {
    let mut conversation = Conversation::begin(context, entry, &input.decode()?).await?;
    let options = options.as_deref().unwrap_or(CallOptions::NONE);
    conversation.answer(options).await
}

/// A conversation with an agent's model.
pub(super) struct Conversation {
    context: FlockContext,
    entry: &'static AgentEntry,
    offered: Offered,
    open: Open,
    /// How many messages turns were sent, with its beginning; none where nothing was.
    sent: Option<usize>,
    turns: u32,
}

impl Conversation {
    pub(super) async fn begin(
        context: FlockContext,
        entry: &'static AgentEntry,
        input: &Value,
    ) -> Result<Self> {
        let offered = Offered::to(&context, entry).await?;
        let talk = Talk {
            input: to_raw_value(input).map_err(Error::invalid)?,
            offers: offered.offers(),
            messages: RefCell::default(),
        };
        Ok(Self {
            open: Open::new(context.clone(), talk),
            context,
            entry,
            offered,
            sent: None,
            turns: 0,
        })
    }

    /// Takes over what was said in a run before: whoever does not know it asks.
    pub(super) fn remember(&mut self, messages: Vec<Message>) {
        self.sent = Some(messages.len());
        *self.open.talk.messages.borrow_mut() = messages;
    }

    pub(super) fn add(&self, message: Message) {
        self.open.talk.messages.borrow_mut().push(message);
    }

    /// All that was said.
    pub(super) fn told(&self) -> (Value, Vec<Message>) {
        let Talk {
            input, messages, ..
        } = &*self.open.talk;
        let input = serde_json::from_str(input.get()).unwrap_or_default();
        (input, messages.borrow().clone())
    }

    /// Goes on within a span.
    pub(super) fn within(&mut self, context: FlockContext) -> &mut Self {
        self.context = context;
        self
    }

    /// Turn after turn, to the model's answer and what it has cost.
    pub(super) async fn answer(&mut self, options: &CallOptions) -> Result<Payload> {
        let agent = self.entry.descriptor;
        let (most, budget) = limits(agent);
        let mut spent = Usage::default();
        for _ in 0..most {
            if let Some(budget) = &budget {
                let so_far = || so_far(&self.open.talk.messages.borrow());
                budget.leave(&self.context, || spent, so_far).await?;
            }
            self.turns += 1;
            let place = format!("{} · turn {}", agent.name, self.turns);
            let mut options = options.clone();
            options.summary.get_or_insert_with(|| place.clone());
            let turn = Payload::encode(&self.turn())?;
            let turned = step(
                self.context.clone(),
                self.entry,
                turn,
                Some(Box::new(options)),
            );
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
            let made =
                made.map(|call| make(&self.context, self.entry, &self.offered, call, &place));
            // All of them, whatever becomes of one: what is under way is not cut off in the middle.
            let results = join_all(made).await;
            self.add(Message::Calls(calls));
            for result in results {
                let (result, usage) = result?;
                spent += usage;
                self.add(Message::Result(result));
            }
        }
        Err(no_answer(most).in_agent(agent.name))
    }

    /// What the next turn is sent: all that is new.
    fn turn(&mut self) -> TurnInput {
        let Talk {
            input,
            offers,
            messages,
        } = &*self.open.talk;
        let messages = messages.borrow();
        let sent = self.sent.replace(messages.len());
        let (input, offers) = match sent {
            None => (Some(input.clone()), offers.clone()),
            Some(_) => (None, Vec::new()),
        };
        let after = sent.unwrap_or(0);
        TurnInput {
            conversation: self.open.number,
            after,
            input,
            offers,
            messages: messages[after..].to_vec(),
        }
    }
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
            message => serde_json::to_value(message).ok()?,
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
    let told = |text, failed, usage| Ok((CallResult::new(call, text, failed), usage));
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
        Ok(output) => told(tool.shown(&output), false, output.usage()),
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
