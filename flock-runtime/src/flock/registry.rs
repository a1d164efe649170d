//! Everything that is linked into this program, collected by `inventory`.

use std::{
    any::Any,
    collections::{BTreeMap, btree_map},
    marker::PhantomData,
    rc::Rc,
};

use futures_util::{
    FutureExt,
    future::{BoxFuture, LocalBoxFuture},
};
use schemars::Schema;

use super::{Flock, FlockContext, FlockDescriptor, handler::Handler, message::Signal};
use crate::{
    agent::{
        Agent, AgentDescriptor, Location, StateKey,
        context::AgentContext,
        hand_off::{HandOffRule, Next},
        topology::Node,
    },
    error::{Error, Result, StartError},
    value::{
        flock_type::{FlockType, Shape},
        payload::Payload,
    },
};

/// An agent without its types, for engines.
#[derive(Clone, Copy)]
pub struct AgentEntry {
    /// What is known about it.
    pub descriptor: &'static AgentDescriptor,
    /// What its input looks like.
    pub input: Shape,
    /// What its output looks like.
    pub output: Shape,
    /// The JSON Schema of its input.
    pub input_schema: fn() -> Schema,
    /// The JSON Schema of its output.
    pub output_schema: fn() -> Schema,
    pub(crate) sound: bool,
    pub(crate) state: &'static [StateKey],
    pub(crate) execute: fn(AgentContext, Payload) -> BoxFuture<'static, Result<Payload>>,
    pub(crate) route: fn(&Payload) -> Result<Next>,
}

impl AgentEntry {
    /// The entry of `A`.
    pub const fn of<A: Agent>() -> Self {
        Entry::<A>::ENTRY
    }
}

impl std::fmt::Debug for AgentEntry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("AgentEntry").field(self.descriptor).finish()
    }
}

/// A flock without its types, for engines.
#[derive(Clone, Copy)]
pub struct FlockEntry {
    /// What is known about it.
    pub descriptor: &'static FlockDescriptor,
    /// What its input looks like.
    pub input: Shape,
    /// The JSON Schema of its input.
    pub input_schema: fn() -> Schema,
    /// The JSON Schema of its output.
    pub output_schema: fn() -> Schema,
    /// What a run of it can be sent.
    pub handlers: &'static [Handler],
    /// Whether a value is an input of it.
    pub(crate) accepts: fn(&Payload) -> Result<()>,
    pub(crate) state: fn() -> Rc<dyn Any>,
    pub(crate) run: fn(FlockContext, Payload) -> LocalBoxFuture<'static, Result<Payload>>,
}

impl FlockEntry {
    /// The entry of `F`.
    pub const fn of<F: Flock>() -> Self {
        Entry::<F>::FLOCK
    }
}

impl std::fmt::Debug for FlockEntry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("FlockEntry").field(self.descriptor).finish()
    }
}

/// A signal that flocks may wait for, without its type.
#[derive(Clone, Copy)]
pub struct SignalEntry {
    /// The name on the wire.
    pub name: &'static str,
    /// What it tells, from the doc comment.
    pub description: &'static str,
    /// The JSON Schema of the message.
    pub input_schema: fn() -> Schema,
}

impl SignalEntry {
    /// The entry of `M`.
    pub const fn of<M: Signal>(description: &'static str) -> Self {
        Self {
            name: M::NAME,
            description,
            input_schema: || schemars::schema_for!(M),
        }
    }
}

impl std::fmt::Debug for SignalEntry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("SignalEntry").field(&self.name).finish()
    }
}

inventory::collect!(AgentEntry);
inventory::collect!(FlockEntry);
inventory::collect!(SignalEntry);

/// The entries of a type, as constants.
pub(crate) struct Entry<T>(PhantomData<T>);

impl<A: Agent> Entry<A> {
    pub(crate) const ENTRY: AgentEntry = AgentEntry {
        descriptor: A::DESCRIPTOR,
        input: <A::Input as FlockType>::SHAPE,
        output: <A::Output as FlockType>::WRITTEN,
        input_schema: || schemars::schema_for!(A::Input),
        output_schema: || schemars::schema_for!(A::Output),
        sound: A::SOUND,
        state: A::STATE,
        execute: execute::<A>,
        route: |output| Ok(A::route(&output.decode()?)),
    };
}

impl<F: Flock> Entry<F> {
    pub(crate) const FLOCK: FlockEntry = FlockEntry {
        descriptor: F::DESCRIPTOR,
        input: <F::Input as FlockType>::SHAPE,
        input_schema: || schemars::schema_for!(F::Input),
        output_schema: || schemars::schema_for!(F::Output),
        handlers: F::HANDLERS,
        accepts: |input| input.decode::<F::Input>().map(drop),
        state: F::state,
        run: run::<F>,
    };
}

fn execute<A: Agent>(context: AgentContext, input: Payload) -> BoxFuture<'static, Result<Payload>> {
    async move {
        let input = input
            .decode()
            .map_err(|error| error.context("its input does not fit"))?;
        let output = A::execute(context.clone(), input).await?;
        given::<A>(&context, &output)
    }
    .boxed()
}

/// What `A` gave, on its way to the flock.
pub(crate) fn given<A: Agent>(context: &AgentContext, output: &A::Output) -> Result<Payload> {
    let payload = Payload::encode(output)?;
    match A::DESCRIPTOR.hand_off.rule {
        HandOffRule::Model => context.with_choice(payload),
        HandOffRule::Fixed | HandOffRule::Route => Ok(payload),
    }
}

fn run<F: Flock>(
    context: FlockContext,
    input: Payload,
) -> LocalBoxFuture<'static, Result<Payload>> {
    async move {
        let input = input.decode().map_err(|error| {
            error.context(format_args!(
                "the input of flock `{}` does not fit",
                F::NAME
            ))
        })?;
        Payload::encode(&F::run(context, input).await?)
    }
    .boxed_local()
}

/// The agents and flocks of this program, by name.
#[derive(Debug, Clone, Default)]
pub struct Registry {
    agents: BTreeMap<&'static str, &'static AgentEntry>,
    flocks: BTreeMap<&'static str, &'static FlockEntry>,
    signals: Vec<&'static SignalEntry>,
}

impl Registry {
    /// Collects what is linked in.
    ///
    /// # Errors
    /// [`StartError::Duplicate`] when two agents or two flocks share a name.
    pub fn collect() -> std::result::Result<Self, StartError> {
        let agents = inventory::iter::<AgentEntry>();
        let flocks = inventory::iter::<FlockEntry>();
        let mut registry = Self::new(agents, flocks)?;
        registry.signals = inventory::iter::<SignalEntry>().collect();
        registry.signals.sort_unstable_by_key(|signal| signal.name);
        Ok(registry)
    }

    /// A registry of these agents and flocks, and of the agents that declared flocks name.
    ///
    /// # Errors
    /// [`StartError::Duplicate`] when two agents or two flocks share a name.
    pub fn new(
        agents: impl IntoIterator<Item = &'static AgentEntry>,
        flocks: impl IntoIterator<Item = &'static FlockEntry>,
    ) -> std::result::Result<Self, StartError> {
        let mut registry = Self::default();
        for agent in agents {
            registry.add_agent(agent)?;
        }
        for flock in flocks {
            let descriptor = flock.descriptor;
            // A crate of agents that nobody names registers nothing; one that a declared flock
            // names is found through the flock.
            registry.add_graph(descriptor.graph)?;
            match registry.flocks.entry(descriptor.name) {
                btree_map::Entry::Vacant(free) => {
                    free.insert(flock);
                }
                btree_map::Entry::Occupied(taken) => {
                    let first = taken.get().descriptor;
                    if first.location != descriptor.location {
                        return Err(StartError::Duplicate {
                            what: "flock",
                            name: descriptor.name,
                            first: first.location,
                            second: descriptor.location,
                        });
                    }
                }
            }
        }
        Ok(registry)
    }

    fn add_graph(&mut self, nodes: &'static [Node]) -> std::result::Result<(), StartError> {
        for node in nodes {
            if let Node::Agent { entry, next } = node {
                self.add_agent(entry)?;
                self.add_graph(next)?;
            }
        }
        Ok(())
    }

    fn add_agent(&mut self, agent: &'static AgentEntry) -> std::result::Result<(), StartError> {
        let descriptor = agent.descriptor;
        match self.agents.entry(descriptor.name) {
            btree_map::Entry::Vacant(free) => {
                free.insert(agent);
                Ok(())
            }
            btree_map::Entry::Occupied(taken) if same_item(taken.get().descriptor, descriptor) => {
                Ok(())
            }
            btree_map::Entry::Occupied(taken) => Err(StartError::Duplicate {
                what: "agent",
                name: descriptor.name,
                first: taken.get().descriptor.location,
                second: descriptor.location,
            }),
        }
    }

    /// The agents, by name.
    pub fn agents(&self) -> impl Iterator<Item = &'static AgentEntry> + '_ {
        self.agents.values().copied()
    }

    /// The flocks, by name.
    pub fn flocks(&self) -> impl Iterator<Item = &'static FlockEntry> + '_ {
        self.flocks.values().copied()
    }

    /// The signals that flocks may wait for, by name; two may share one.
    pub fn signals(&self) -> impl Iterator<Item = &'static SignalEntry> + '_ {
        self.signals.iter().copied()
    }

    /// The agent of this name.
    pub fn agent(&self, name: &str) -> Option<&'static AgentEntry> {
        self.agents.get(name).copied()
    }

    /// Whether the flock can run the agent in this program. An agent of a crate that nobody names is
    /// not linked in, although the flock's own crate knows it.
    pub(crate) fn linked(&self, flock: &FlockDescriptor, agent: &AgentDescriptor) -> Result<()> {
        if self.agents.contains_key(agent.name) {
            return Ok(());
        }
        let message = format!(
            "flock `{}` runs agent `{}` ({}), which is not linked into this program: add \
             `use {} as _;`",
            flock.name,
            agent.name,
            agent.location,
            agent.location.crate_name()
        );
        Err(Error::permanent(message).named("NotLinked"))
    }

    /// The flock of this name.
    pub fn flock(&self, name: &str) -> Option<&'static FlockEntry> {
        self.flocks.get(name).copied()
    }
}

/// The same source item may be seen twice: by inventory and through a flock.
fn same_item(a: &AgentDescriptor, b: &AgentDescriptor) -> bool {
    let place =
        |agent: &AgentDescriptor| -> (Location, &'static str) { (agent.location, agent.rust_name) };
    place(a) == place(b)
}
