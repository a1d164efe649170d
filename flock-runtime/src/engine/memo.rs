//! What stands in the memo of every run, under `flock`: by which definition it began.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::definition;
use crate::{
    agent::{entry::AgentEntry, topology::Node},
    flock::{FlockDescriptor, entry::FlockEntry},
};

/// A hash of the definition, the agents of a declared flock, and the version of a flock that names
/// one. The flock's name is the workflow type, and the build of each worker stands in the events of
/// its tasks: repeated here they would be a fiftieth of a short run's history.
pub(crate) fn descriptor(flock: &'static FlockEntry) -> Value {
    let mut fields = Map::new();
    fields.insert("hash".to_owned(), json!(definition::hash(flock)));
    let agents = agents(flock.descriptor);
    if !agents.is_empty() {
        let names = agents.iter().map(|agent| agent.descriptor.name);
        fields.insert("agents".to_owned(), names.collect());
    }
    if let Some(version) = flock.descriptor.options.version {
        fields.insert("version".to_owned(), json!(version));
    }
    Value::Object(fields)
}

/// The agents that a declared flock can reach. A coded flock's are not known before it runs.
pub(crate) fn agents(flock: &FlockDescriptor) -> Vec<&'static AgentEntry> {
    fn walk(
        nodes: &'static [Node],
        seen: &mut BTreeSet<&'static str>,
        agents: &mut Vec<&'static AgentEntry>,
    ) {
        for node in nodes {
            if let Node::Agent { entry, next } = node
                && seen.insert(entry.descriptor.name)
            {
                agents.push(entry);
                walk(next, seen, agents);
            }
        }
    }
    let mut agents = Vec::new();
    walk(flock.graph, &mut BTreeSet::new(), &mut agents);
    agents
}
