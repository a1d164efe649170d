//! The task queues that a program's agents and flocks name.

use std::collections::BTreeMap;

use crate::{DEFAULT_TASK_QUEUE, options::CallOptions, runtime::Parts};

/// Queues by name, each with whether flocks run from it.
pub(super) fn named(parts: &Parts) -> BTreeMap<String, bool> {
    let mut queues = BTreeMap::from([(DEFAULT_TASK_QUEUE.to_owned(), true)]);
    let flocks: Vec<_> = parts.registry.flocks().map(|flock| flock.descriptor).collect();
    for flock in &flocks {
        queues.insert(flock.task_queue().to_owned(), true);
    }
    let (resolver, call) = (parts.resolver(), CallOptions::default());
    for agent in parts.registry.agents() {
        let callers = flocks.iter().copied().map(Some).chain([None]);
        for flock in callers {
            let options = resolver.resolve(agent.descriptor, flock, &call);
            if let Some(queue) = options.task_queue.value {
                queues.entry(queue).or_insert(false);
            }
        }
    }
    queues
}
