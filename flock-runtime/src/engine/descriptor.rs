//! What stands in the memo of every run, under `flock`: what it can run, and of which version it is.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::{flock::FlockDescriptor, topology::Node};

/// The agents of a declared flock, and the version of a flock that names one; none where there is
/// neither. The flock's name is the workflow type, and the build of each worker stands in the events
/// of its tasks: repeated here they would be a fiftieth of a short run's history.
pub(super) fn descriptor(flock: &FlockDescriptor) -> Option<Value> {
    let mut fields = Map::new();
    let agents = agents(flock);
    if !agents.is_empty() {
        fields.insert("agents".to_owned(), json!(agents));
    }
    if let Some(version) = flock.options.version {
        fields.insert("version".to_owned(), json!(version));
    }
    (!fields.is_empty()).then_some(Value::Object(fields))
}

/// The agents that a declared flock can reach. A coded flock's are not known before it runs.
fn agents(flock: &FlockDescriptor) -> Vec<&'static str> {
    fn walk(
        nodes: &'static [Node],
        seen: &mut BTreeSet<&'static str>,
        names: &mut Vec<&'static str>,
    ) {
        for node in nodes {
            if let Node::Agent { entry, next } = node
                && seen.insert(entry.descriptor.name)
            {
                names.push(entry.descriptor.name);
                walk(next, seen, names);
            }
        }
    }
    let mut names = Vec::new();
    walk(flock.graph, &mut BTreeSet::new(), &mut names);
    names
}
