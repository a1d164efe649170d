//! Everything that is linked into this program, collected by `inventory`.

use std::collections::{BTreeMap, btree_map};

use super::{
    FlockDescriptor,
    entry::{FlockEntry, SignalEntry},
    mcp,
};
use crate::{
    agent::{
        AgentDescriptor, Location, entry::AgentEntry, mcp::BUILT_IN, tool::Work, topology::Node,
    },
    error::{Error, Result, StartError},
};

/// The agents and flocks of this program, by name.
#[derive(Debug, Clone, Default)]
pub struct Registry {
    agents: BTreeMap<&'static str, &'static AgentEntry>,
    flocks: BTreeMap<&'static str, &'static FlockEntry>,
    signals: Vec<&'static SignalEntry>,
}

/// What is linked in under this name, in a word: `agent` or `tool`.
#[cfg(feature = "temporal")]
pub(crate) fn noun(name: &str) -> &'static str {
    let mut agents = inventory::iter::<AgentEntry>().map(|entry| entry.descriptor);
    let agent = agents.find(|agent| agent.name == name);
    agent.map_or("agent", AgentDescriptor::noun)
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
            registry.add_flock(flock)?;
        }
        Ok(registry)
    }

    fn add_flock(&mut self, flock: &'static FlockEntry) -> std::result::Result<(), StartError> {
        let descriptor = flock.descriptor;
        match self.flocks.entry(descriptor.name) {
            btree_map::Entry::Vacant(free) => {
                free.insert(flock);
                // A crate of agents that nobody names registers nothing; one that a declared flock
                // names is found through the flock.
                self.add_graph(descriptor.graph)
            }
            btree_map::Entry::Occupied(taken) => {
                let first = taken.get().descriptor;
                if first.location == descriptor.location {
                    return Ok(());
                }
                Err(StartError::Duplicate {
                    what: "flock",
                    name: descriptor.name,
                    first: first.location,
                    second: descriptor.location,
                })
            }
        }
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
                if !mcp::servers(descriptor).is_empty() {
                    BUILT_IN
                        .iter()
                        .try_for_each(|agent| self.add_agent(agent))?;
                }
                // And what its model may call, through it.
                agent.tools.iter().try_for_each(|tool| match tool.work {
                    Work::Agent(agent) => self.add_agent(agent()),
                    Work::Flock(flock) => match flock().downcast_ref() {
                        Some(flock) => self.add_flock(flock),
                        None => Ok(()),
                    },
                })
            }
            btree_map::Entry::Occupied(taken) if same_item(taken.get().descriptor, descriptor) => {
                Ok(())
            }
            btree_map::Entry::Occupied(taken) => Err(StartError::Duplicate {
                what: descriptor.noun(),
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
            "flock `{}` runs {} `{}` ({}), which is not linked into this program: add \
             `use {} as _;`",
            flock.name,
            agent.noun(),
            agent.name,
            agent.location,
            agent.location.crate_name()
        );
        Err(Error::permanent(message).with_type("NotLinked"))
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
