//! The task queues that a program's agents and flocks name.

use std::collections::BTreeMap;

use crate::{declare::options::CallOptions, engine::program::Parts};

/// Queues by name, each with whether flocks run from it.
pub(crate) fn named(parts: &Parts) -> BTreeMap<String, bool> {
    let mut queues = BTreeMap::new();
    let flocks: Vec<_> = parts
        .registry
        .flocks()
        .map(|flock| flock.descriptor)
        .collect();
    for flock in &flocks {
        queues.insert(flock.task_queue().to_owned(), true);
    }
    let call = CallOptions::default();
    for agent in parts.registry.agents() {
        let callers = flocks.iter().copied().map(Some).chain([None]);
        for flock in callers {
            let options = parts.resolve(agent.descriptor, flock, &call);
            if let Some(queue) = options.task_queue.value {
                queues.entry(queue).or_insert(false);
            }
        }
    }
    if flocks.is_empty() {
        // Agents alone serve flocks of other programs, by the names of their own crates.
        let crates = parts
            .registry
            .agents()
            .map(|agent| agent.descriptor.location.crate_name());
        queues.extend(crates.map(|name| (name.to_owned(), false)));
    }
    queues
}
