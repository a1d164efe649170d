//! What an agent is: a named side effect with typed input and output.
//!
//! Here are the trait and its descriptor, what one attempt sees ([`context`], [`state`]; heartbeats and
//! checkpoints begin there), what its model may call ([`tool`], and `mcp`, tools of other programs) and what is said between the two ([`conversation`]), who is next ([`hand_off`]), and the graph of a declared flock with the checks
//! that the compiler makes of it ([`topology`]).

pub mod context;
pub mod conversation;
pub mod entry;
pub mod hand_off;
pub(crate) mod mcp;
pub mod state;
pub mod stream;
pub(crate) mod template;
pub mod tool;
pub mod topology;

use std::{any::TypeId, time::Duration};

use futures_util::future::BoxFuture;

use self::{
    context::AgentContext,
    entry::{AgentEntry, Entry},
    hand_off::{HandOffDescriptor, Next},
    tool::ToolEntry,
};
pub use crate::text::location::Location;
use crate::{
    declare::{
        budget::BudgetOptions,
        effect::{EffectOptions, ToolOptions},
        looped::Loop,
        options::AgentOptions,
        reasoning::Reasoning,
        settings::settings,
    },
    error::{Error, Result},
    value::{
        flock_type::{Field, FlockType},
        payload::Payload,
    },
};

/// An agent: one side effect, run as an activity and retried alone.
///
/// Implemented by `#[agent]`, for a struct by asking a model and for an `async fn` by calling it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an agent",
    label = "not an agent",
    note = "annotate it with `#[agent]`; if it is a flock, it is run by `ctx.child::<{Self}>(…)`"
)]
pub trait Agent: Sized + 'static {
    /// The name: activity type on Temporal, key in `flock.toml`, word on the command line.
    const NAME: &'static str;
    /// Everything known about it at compile time.
    const DESCRIPTOR: &'static AgentDescriptor;
    /// The shared state it extracts.
    const STATE: &'static [StateKey] = &[];

    /// What its model may call.
    const TOOLS: &'static [ToolEntry] = &[];

    /// What it takes.
    type Input: FlockType;
    /// What it gives.
    type Output: FlockType;
    /// Who is next in a declared flock.
    type HandOff;

    /// Itself without its types. Asked through the trait where a flock names its first agent: one
    /// that is none is then reported there in the same words as everywhere else, and so once.
    #[doc(hidden)]
    const ENTRY: AgentEntry = Entry::<Self>::ENTRY;

    /// Whether its attribute was understood. What follows from one that was not is no fault of a
    /// flock's.
    #[doc(hidden)]
    const SOUND: bool = true;

    /// An attempt of an agent whose model is asked: about a whole input, or in one turn of a conversation.
    #[doc(hidden)]
    const TURN: Option<Turn> = None;

    /// Does the work once: one attempt.
    fn execute(
        context: AgentContext,
        input: Self::Input,
    ) -> BoxFuture<'static, Result<Self::Output>>;

    /// Chooses who is next, for agents with a routing function.
    fn route(_output: &Self::Output) -> Next {
        Next::default()
    }
}

/// An agent that is a struct: a model is asked for it, and can be talked with by
/// [`FlockContext::chat`](crate::FlockContext::chat).
///
/// Implemented by `#[agent]` on a unit struct.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no model to talk with",
    label = "not an agent on a struct",
    note = "a conversation is held with an `#[agent]` on a unit struct; a function is called once by `ctx.run::<{Self}>(…)`"
)]
pub trait ModelAgent: Agent {}

/// An attempt as engines make it.
#[doc(hidden)]
pub type Turn = fn(AgentContext, &Payload) -> BoxFuture<'static, Result<Payload>>;

/// Names a type of shared state: see [`State`](crate::context::State).
pub type StateKey = fn() -> (TypeId, &'static str);

/// A limit that says of an agent that it may take longer than a workflow task should wait for.
const SHORT: Duration = Duration::from_secs(60);

/// What is known about an agent at compile time. `#[agent]` writes it.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct AgentDescriptor {
    /// The agent's name.
    pub name: &'static str,
    /// The struct or function, as in the source.
    pub rust_name: &'static str,
    /// What it does, from the doc comment.
    pub description: &'static str,
    /// What answers.
    pub kind: AgentKind,
    /// What it takes.
    pub inputs: &'static [Field],
    /// What it gives.
    pub outputs: &'static [Field],
    /// Limits, retry policy and task queue, as far as its attribute says.
    pub options: AgentOptions,
    /// What it does outside, and who is asked before.
    pub effects: EffectOptions,
    /// Who is next.
    pub hand_off: HandOffDescriptor,
    /// Where it is written.
    pub location: Location,
}

impl AgentDescriptor {
    /// A function that takes and gives nothing, has no options, and is the last.
    pub const fn new(name: &'static str, rust_name: &'static str, location: Location) -> Self {
        Self {
            name,
            rust_name,
            description: "",
            kind: AgentKind::Function,
            inputs: &[],
            outputs: &[],
            options: AgentOptions::NONE,
            effects: EffectOptions::NONE,
            hand_off: HandOffDescriptor::END,
            location,
        }
    }

    /// What it is called where people are told of it.
    pub(crate) fn noun(&self) -> &'static str {
        match self.kind {
            AgentKind::Tool(_) => "tool",
            _ if mcp::is_call(self.name) => "tool",
            AgentKind::Function | AgentKind::Model(_) => "agent",
        }
    }

    /// The error, said of it unless it is said of another.
    pub(crate) fn failed(&self, error: Error) -> Error {
        match self.noun() {
            "tool" => error.in_tool(self.name),
            _ => error.in_agent(self.name),
        }
    }

    /// How a model is asked for it; none where no model answers.
    pub(crate) const fn model_options(&self) -> Option<ModelOptions> {
        match self.kind {
            AgentKind::Model(options) => Some(options),
            AgentKind::Function | AgentKind::Tool(_) => None,
        }
    }

    /// Whether its flock holds its model's conversation with tools, each turn and each call a step.
    pub(crate) const fn converses(&self) -> bool {
        match self.model_options() {
            Some(options) => options.calls_tools && !matches!(options.looped, Some(Loop::Activity)),
            None => false,
        }
    }

    /// Whether it runs in its flock's own worker where the flock says `agents(local)`: a function that is not
    /// known to take long, and asks for nothing that a Temporal local activity does not have. What a model
    /// answers takes seconds, and is paid again where the flock's worker is lost.
    pub(crate) fn may_be_local(&self) -> bool {
        let AgentOptions {
            timeout,
            schedule_to_start,
            heartbeat,
            lost_workers,
            task_queue,
            pool,
            priority,
            ..
        } = self.options;
        let is_short = timeout.is_none_or(|timeout| timeout <= SHORT);
        let elsewhere = task_queue.is_some()
            || pool.is_some()
            || priority.is_some()
            || schedule_to_start.is_some();
        matches!(self.kind, AgentKind::Function)
            && is_short
            && heartbeat.is_none()
            && lost_workers.is_none()
            && !elsewhere
            && !self.effects.is_write()
    }

    /// What it does.
    #[must_use]
    pub const fn description(mut self, description: &'static str) -> Self {
        self.description = description;
        self
    }

    /// A model answers, asked like this.
    #[must_use]
    pub const fn model(mut self, options: ModelOptions) -> Self {
        self.kind = AgentKind::Model(options);
        self
    }

    /// It is for models to call.
    #[must_use]
    pub const fn tool(mut self, options: ToolOptions) -> Self {
        self.kind = AgentKind::Tool(options);
        self
    }

    /// What it takes.
    #[must_use]
    pub const fn inputs(mut self, inputs: &'static [Field]) -> Self {
        self.inputs = inputs;
        self
    }

    /// What it gives.
    #[must_use]
    pub const fn outputs(mut self, outputs: &'static [Field]) -> Self {
        self.outputs = outputs;
        self
    }

    /// Limits, retry policy and task queue.
    #[must_use]
    pub const fn options(mut self, options: AgentOptions) -> Self {
        self.options = options;
        self
    }

    /// What it does outside, and who is asked before.
    #[must_use]
    pub const fn effects(mut self, effects: EffectOptions) -> Self {
        self.effects = effects;
        self
    }

    /// Who is next.
    #[must_use]
    pub const fn hand_off(mut self, hand_off: HandOffDescriptor) -> Self {
        self.hand_off = hand_off;
        self
    }
}

/// What answers for an agent.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum AgentKind {
    /// A Rust function.
    Function,
    /// A Rust function under `#[tool]`, for models to call.
    Tool(ToolOptions),
    /// A language model.
    Model(ModelOptions),
}

settings! {
    /// How a model is asked.
    ModelOptions {
        /// Provider and model, such as `openai/gpt-4o`, or the name of a section of `flock.toml`; those that
        /// follow are asked where one is down, rate-limited or refuses.
        model: &'static [&'static str],
        /// Randomness, 0 to 2; the vendor's default when not set.
        temperature: f64,
        /// Most tokens in an answer; the vendor's default when not set.
        max_tokens: u32,
        /// Texts at which an answer ends.
        stop: &'static [&'static str],
        /// For answers that can be repeated, as far as the vendor keeps to it.
        seed: u32,
        /// How much it thinks before it answers; the vendor's default when not set.
        reasoning: Reasoning,
        /// How often it is asked in one conversation with tools, at most. Built in: 20.
        max_turns: u32,
        /// Where its conversation with tools is held. Built in: in its flock.
        looped: Loop,
        /// The MCP servers whose tools it may call, by their names in `flock.toml`.
        mcp: &'static [&'static str],
    } and {
        /// The system prompt.
        instructions: &'static str = "",
        /// The user's message, with the input's fields in braces; empty for the input as JSON.
        template: &'static str = "",
        /// What asking it may cost in one call of the agent, with all that it has others do.
        budget: BudgetOptions = BudgetOptions::NONE,
        /// Whether it may call tools.
        calls_tools: bool = false,
    }
}
