//! A conversation with an agent that a flock's body holds: several inputs, one memory.

use std::{fmt, marker::PhantomData};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{FlockContext, conversation::Conversation, observed};
use crate::{
    agent::{
        Agent, ModelAgent,
        conversation::Message,
        entry::{AgentEntry, Entry},
    },
    declare::options::CallOptions,
    error::Result,
    value::{
        flock_type::{FlockType, Shape},
        payload::Payload,
    },
};

/// A conversation with the agent `A`, whose model remembers what was said before.
///
/// Each answer is a step, or several where the agent has tools, recorded as those of
/// [`run`](FlockContext::run) are; what was said travels once, however long the conversation gets. An input
/// that fails is forgotten, as if it had not been said.
pub struct Chat<A> {
    context: FlockContext,
    inner: Inner,
    agent: PhantomData<fn() -> A>,
}

/// Without the agent's types.
struct Inner {
    entry: &'static AgentEntry,
    /// None before the first answer.
    held: Option<Conversation>,
    memory: Memory,
}

impl<S: 'static> FlockContext<S> {
    /// Begins a conversation with the struct agent `A`: several inputs, of which the model remembers those
    /// before. Two conversations know nothing of each other.
    ///
    /// ```
    /// # use flock::prelude::*;
    /// /// You help with a product.
    /// #[agent(input = "question: String", output = "reply: String", model = "openai/gpt-4o")]
    /// struct Helper;
    ///
    /// #[flock]
    /// async fn support(ctx: FlockContext, first: String, second: String) -> Result<String> {
    ///     let mut chat = ctx.chat::<Helper>();
    ///     chat.say(first).await?;
    ///     // It knows what the first was.
    ///     Ok(chat.say(second).await?.reply)
    /// }
    /// ```
    pub fn chat<A: ModelAgent>(&self) -> Chat<A> {
        self.chat_from(ChatMemory::default())
    }

    /// Goes on with a conversation that a run before has held, as far as [`Chat::memory`] told it: a flock
    /// that [continues as new](Self::continue_as_new) carries that in its input.
    ///
    /// ```
    /// # use flock::prelude::*;
    /// # /// You help with a product.
    /// # #[agent(input = "question: String", output = "reply: String", model = "openai/gpt-4o")]
    /// # struct Helper;
    /// use flock::ChatMemory;
    ///
    /// #[signal]
    /// struct Question(String);
    ///
    /// #[flock]
    /// async fn support(ctx: FlockContext, memory: ChatMemory) -> Result<String> {
    ///     let mut chat = ctx.chat_from::<Helper>(memory);
    ///     while !ctx.should_continue_as_new() {
    ///         let Question(question) = ctx.signal::<Question>().await?;
    ///         let answer = chat.say(question).await?;
    ///         ctx.set_status(answer.reply)?;
    ///     }
    ///     Err(ctx.continue_as_new::<support>(chat.memory()))
    /// }
    /// ```
    pub fn chat_from<A: ModelAgent>(&self, memory: ChatMemory) -> Chat<A> {
        Chat {
            context: self.plain(),
            inner: Inner {
                entry: &Entry::<A>::ENTRY,
                held: None,
                memory: memory.0.unwrap_or_default(),
            },
            agent: PhantomData,
        }
    }
}

// `Agent` alone: whoever talks with one that has no model is told so once, where the conversation begins.
impl<A: Agent> Chat<A> {
    /// Says something, and waits for the model's answer, calls of its tools included. Budgets and `max_turns`
    /// are of one answer.
    ///
    /// # Errors
    /// The agent's error, once no attempt is left; `Cancelled` when the run is cancelled meanwhile.
    pub async fn say(&mut self, input: impl Into<A::Input>) -> Result<A::Output> {
        let input = Payload::encode(&input.into()).map_err(|error| error.context("its input"));
        let output = self.inner.say(&self.context, input).await?;
        let output = output.decode();
        output.map_err(|error| error.context("its result does not fit").in_agent(A::NAME))
    }

    /// What was said so far, for a run that goes on with it. It grows with the conversation: an input of two
    /// megabytes is refused, by Temporal and so by all engines.
    pub fn memory(&self) -> ChatMemory {
        let memory = match &self.inner.held {
            Some(held) => Memory::of(held),
            None => self.inner.memory.clone(),
        };
        ChatMemory(memory.input.is_some().then_some(memory))
    }
}

impl<A: Agent> Chat<A> {
    /// Hands the conversation to the agent `B`: a specialist that has heard what was said, and goes on by its own
    /// instructions, tools and limits. It hears the inputs and the answers; calls of tools, and what came of
    /// them, stay with who made them. Back again is the same call.
    ///
    /// ```
    /// # use flock::prelude::*;
    /// #[flock_type]
    /// #[derive(Debug, Clone)]
    /// enum Desk { Billing, Repairs, Nobody }
    ///
    /// /// You answer what is easy, and say which desk is to take over what is not.
    /// #[agent(input = "question: String", output = "reply: String, desk: Desk", model = "openai/gpt-4o")]
    /// struct Reception;
    ///
    /// /// You know all about bills.
    /// #[agent(input = "question: String", output = "reply: String", model = "openai/gpt-4o")]
    /// struct Billing;
    /// # /// You repair.
    /// # #[agent(input = "question: String", output = "reply: String", model = "openai/gpt-4o")]
    /// # struct Repairs;
    ///
    /// #[flock]
    /// async fn desk(ctx: FlockContext, question: String) -> Result<String> {
    ///     let mut chat = ctx.chat::<Reception>();
    ///     let heard = chat.say(&*question).await?;
    ///     // The compiler sees that each desk has its way.
    ///     Ok(match heard.desk {
    ///         Desk::Nobody => heard.reply,
    ///         Desk::Billing => chat.hand_to::<Billing>().say(question).await?.reply,
    ///         Desk::Repairs => chat.hand_to::<Repairs>().say(question).await?.reply,
    ///     })
    /// }
    /// ```
    pub fn hand_to<B: ModelAgent>(self) -> Chat<B> {
        let mut memory = self.memory();
        if let Some(memory) = &mut memory.0 {
            let is_said =
                |message: &Message| !matches!(message, Message::Calls(_) | Message::Result(_));
            memory.messages.retain(is_said);
        }
        self.context.chat_from(memory)
    }
}

impl Inner {
    async fn say(&mut self, context: &FlockContext, input: Result<Payload>) -> Result<Payload> {
        let agent = self.entry.descriptor.name;
        let input: Value = input
            .and_then(|input| input.decode())
            .map_err(|error| error.in_agent(agent))?;
        // Taken out: dropped in the middle of an answer, it is begun anew from what was known before.
        let mut held = match self.held.take() {
            Some(held) => {
                self.memory = Memory::of(&held);
                held.add(Message::Input(input));
                held
            }
            None => self.begin(context, input).await?,
        };
        let output = match self.entry.converses {
            true => {
                let talk = async |context| held.within(context).answer(CallOptions::NONE).await;
                observed::agent(context.clone(), self.entry, talk).await?
            }
            // Its attempts are told of.
            false => held.answer(CallOptions::NONE).await?,
        };
        held.add(Message::Output(output.decode()?));
        self.held = Some(held);
        Ok(output)
    }

    async fn begin(&self, context: &FlockContext, input: Value) -> Result<Conversation> {
        let Memory {
            input: first,
            messages,
        } = self.memory.clone();
        let mut begun = Conversation::begin(
            context.clone(),
            self.entry,
            first.as_ref().unwrap_or(&input),
        )
        .await?;
        if first.is_some() {
            begun.remember(messages);
            begun.add(Message::Input(input));
        }
        Ok(begun)
    }
}

/// What was said in a [`Chat`], as it travels to the run that goes on with it. Empty by
/// [`Default`]: of a conversation that has not begun.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(transparent)]
pub struct ChatMemory(#[schemars(with = "Value")] Option<Memory>);

impl FlockType for ChatMemory {
    const SHAPE: Shape = Shape::Value;
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct Memory {
    input: Option<Value>,
    messages: Vec<Message>,
}

impl Memory {
    fn of(held: &Conversation) -> Self {
        let (input, messages) = held.told();
        Self {
            input: Some(input),
            messages,
        }
    }
}

impl<A> fmt::Debug for Chat<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Chat")
            .field(&self.inner.entry.descriptor.name)
            .finish()
    }
}
