//! What a flock is: deterministic orchestration of agents.
//!
//! Here are the trait and its descriptor, and what a body can do, one file each: [`context`] is the door,
//! `call` is what a body awaits, `agent_call` a call of an agent, `effects` what it waits for before and after,
//! `conversation` a model's with its tools, `chat` one that a body holds, `conversations` those that are going on, `mcp`
//! those of MCP servers, `budget` what that may cost, `child` a child flock, `approval` requests to people, `saga` with
//! `undo`, `wait`, `sleep`, `random`, `map`, `poll`, `blackboard`, `patterns`, `external`, `memo` (with search attributes), `version` (patches),
//! `continue_as_new`, `hosted` (streams that other programs follow). [`message`] and [`handler`] are signals, queries and updates; [`declared`] is a
//! declared flock at work; [`registry`] is all that is linked in. `run_state` is what a run knows of itself,
//! `direct_call` and `deadlock` tell of code that no flock should have.
//!
//! Written once for all engines: what an engine does for a body is a trait.

mod agent_call;
pub(crate) mod approval;
pub(crate) mod backend;
mod blackboard;
mod budget;
mod call;
mod chat;
mod child;
pub(crate) mod child_call;
pub(crate) mod context;
mod continue_as_new;
mod conversation;
mod conversations;
mod deadlock;
pub(crate) mod declared;
mod direct_call;
mod effects;
pub(crate) mod entry;
pub(crate) mod event;
mod external;
pub(crate) mod handler;
pub(crate) mod hosted;
mod join;
mod map;
pub(crate) mod mcp;
mod memo;
pub(crate) mod message;
mod observed;
mod patterns;
mod poll;
mod random;
pub(crate) mod registry;
mod run_state;
mod saga;
pub(crate) mod search;
pub(crate) mod select;
mod sleep;
mod undo;
mod version;
mod wait;

pub use crate::error::SagaFailed;
pub use agent_call::AgentRun;
pub use approval::{Approval, Names};
pub use blackboard::{Batch, Blackboard, Fact, Facts, Feeds, Join, On, One, Subscribed};
pub use chat::{Chat, ChatMemory};
pub use child::{Child, ChildRun};
pub(crate) use context::cancelled;
pub use context::{FlockContext, RunInfo};
pub(crate) use continue_as_new::{Ending, UnreadSignals};
pub use direct_call::InAttempt;
pub(crate) use direct_call::{of_agent, of_flock};
pub use external::External;
pub use join::{JoinAll, join_all};
pub use map::{Map, Settled};
pub(crate) use memo::{DESCRIPTOR, ENTRY, memo_fits, own};
pub(crate) use observed::run;
pub use patterns::{
    Debate, MapReduce, Orchestrate, Orchestrated, Orchestration, Refine, Refined, Spoken, Vote,
    Voted,
};
pub use poll::PollAgent;
pub(crate) use run_state::RunState;
pub use saga::Saga;
pub use select::fuse;
pub use sleep::Sleep;
pub use wait::{Cancelled, Wait};

use std::{any::Any, cell::RefCell, rc::Rc, time::Duration};

use futures_util::future::LocalBoxFuture;

use self::handler::Handler;
use crate::{
    agent::{Location, topology::Node},
    declare::{
        budget::BudgetOptions, id_policy::IdReuse, options::AgentOptions, pool::Pool,
        schedule::ScheduleOptions, search::SearchAttribute, settings::settings,
        versioning::Versioning,
    },
    error::Result,
    value::flock_type::FlockType,
};

/// A flock: deterministic orchestration, run as a workflow.
///
/// Implemented by `#[flock]`. The body may run again from the start at any time (Temporal replays
/// it after a crash), so whatever reaches outside goes through [`FlockContext`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a flock",
    label = "not a flock",
    note = "annotate it with `#[flock]`; if it is an agent, it is run by `ctx.run::<{Self}>(…)`"
)]
pub trait Flock: Sized + 'static {
    /// The name: workflow type on Temporal, word on the command line.
    const NAME: &'static str;
    /// Everything known about it at compile time.
    const DESCRIPTOR: &'static FlockDescriptor;

    /// What it takes.
    type Input: FlockType;
    /// What it gives.
    type Output: FlockType;

    /// What a run of it can be sent.
    const HANDLERS: &'static [Handler] = &[];

    /// The state of a new run: none, except for a `#[flock] impl`.
    fn state() -> Rc<dyn Any> {
        Rc::new(RefCell::new(()))
    }

    /// Runs it from start to end.
    fn run(
        context: FlockContext,
        input: Self::Input,
    ) -> LocalBoxFuture<'static, Result<Self::Output>>;
}

/// What is known about a flock at compile time. `#[flock]` writes it.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct FlockDescriptor {
    /// The flock's name.
    pub name: &'static str,
    /// The struct or function, as in the source.
    pub rust_name: &'static str,
    /// What it does, from the doc comment.
    pub description: &'static str,
    /// Limits, task queue and schedule.
    pub options: FlockOptions,
    /// Options for its agents that say nothing themselves.
    pub agent_defaults: AgentOptions,
    /// For a declared flock, the agents it follows from the start; empty for a coded one.
    pub graph: &'static [Node],
    /// Where it is written.
    pub location: Location,
}

impl FlockDescriptor {
    /// A coded flock without options.
    pub const fn new(name: &'static str, rust_name: &'static str, location: Location) -> Self {
        Self {
            name,
            rust_name,
            description: "",
            options: FlockOptions::NONE,
            agent_defaults: AgentOptions::NONE,
            graph: &[],
            location,
        }
    }

    /// What it does.
    #[must_use]
    pub const fn description(mut self, description: &'static str) -> Self {
        self.description = description;
        self
    }

    /// Limits, task queue and schedule.
    #[must_use]
    pub const fn options(mut self, options: FlockOptions) -> Self {
        self.options = options;
        self
    }

    /// Options for its agents that say nothing themselves.
    #[must_use]
    pub const fn agent_defaults(mut self, options: AgentOptions) -> Self {
        self.agent_defaults = options;
        self
    }

    /// The agents it follows.
    #[must_use]
    pub const fn graph(mut self, graph: &'static [Node]) -> Self {
        self.graph = graph;
        self
    }

    /// The queue its workflow tasks go to when a start names none: the one it declares, else that of its pool,
    /// else one with the name of its crate (`my_shop` for the package `my-shop`). So a program that starts it and
    /// one that serves it agree when both link it, and two programs share no queue unasked.
    pub fn task_queue(&self) -> &'static str {
        self.own_queue()
            .unwrap_or_else(|| self.location.crate_name())
    }

    /// The queue it declares, or that of the pool it declares.
    pub(crate) fn own_queue(&self) -> Option<&'static str> {
        let pool = || Some(self.options.pool?.task_queue(self.location.crate_name()));
        self.options.task_queue.or_else(pool)
    }

    /// The pool it runs in.
    pub(crate) fn pool(&self) -> Option<Pool> {
        match self.options.task_queue {
            Some(_) => None,
            None => self.options.pool,
        }
    }

    /// Whether its runs host a stream that other programs follow.
    pub(crate) fn streams(&self) -> bool {
        self.options.stream.unwrap_or_default()
    }

    /// The version of its code; 1 where it says none.
    pub fn version(&self) -> u32 {
        self.options.version.unwrap_or(1)
    }
}

settings! {
    /// Limits, task queue and schedule of a flock, as its attribute declares them.
    FlockOptions {
        /// The task queue of the flock and of its agents that name none.
        task_queue: &'static str,
        /// The pool in which its workflow tasks, and its agents that name none, run; in place of a task queue.
        pool: Pool,
        /// Limit of the whole execution (Temporal: workflow execution timeout). None when not set.
        timeout: Duration,
        /// Limit of one run of it (Temporal: workflow run timeout). None when not set.
        run_timeout: Duration,
        /// Limit of one workflow task (Temporal: workflow task timeout). Temporal takes 10 seconds when
        /// not set.
        task_timeout: Duration,
        /// The version of its code, from 1, which stands in the memo of its runs. 1 when not set.
        version: u32,
        /// Versioning behavior: where its runs go on when workers of a new build come.
        versioning: Versioning,
        /// Workflow id reuse policy, where a start does not say. `AllowDuplicate` when not set.
        id_reuse: IdReuse,
        /// Its schedule: when it starts by itself.
        schedule: ScheduleOptions,
        /// Whether its runs host a stream of what their agents say (Temporal: Workflow Streams). They do not
        /// when not set.
        stream: bool,
    } and {
        /// The search attributes its runs set.
        search_attributes: &'static [SearchAttribute] = &[],
        /// What asking models may cost in one run, with its children and the runs it goes on as.
        budget: BudgetOptions = BudgetOptions::NONE,
    }
}
