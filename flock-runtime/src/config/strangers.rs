//! Sections for what is not in the program.

use std::collections::BTreeSet;

use super::{Config, written::at};
use crate::{error::StartError, flock::registry::Registry, text::sentence::nearest};

impl Config {
    /// Sections for agents that there are not, by name or by pattern: slips, which would change nothing, silently.
    pub(crate) fn strangers(&self, registry: &Registry) -> Vec<StartError> {
        let names = || registry.agents().map(|agent| agent.descriptor.name);
        let is_one = |pattern: &str| match pattern.strip_suffix('*') {
            // For whatever there is.
            Some("") => true,
            Some(prefix) => names().any(|name| name.starts_with(prefix)),
            None => registry.agent(pattern).is_some(),
        };
        let strangers = self.agents.keys().filter(|pattern| !is_one(pattern));
        let told = strangers.map(|stranger| {
            let help = match nearest(stranger, names()) {
                Some(near) if !stranger.ends_with('*') => format!("did you mean `{near}`?"),
                _ => format!("agents: {}", names().collect::<Vec<_>>().join(", ")),
            };
            StartError::Config {
                path: self.path.clone(),
                line: self.line(&["agents", stranger]),
                message: format!("[agents.{stranger}] is for no agent of this program; {help}"),
            }
        });
        told.collect()
    }

    /// Sections for task queues that nothing in the program names, a sentence each.
    pub(crate) fn strange_queues(&self, registry: &Registry) -> Vec<String> {
        let flocks = || registry.flocks().map(|flock| flock.descriptor);
        let agents = || registry.agents().map(|agent| agent.descriptor.options);
        let sections = || self.agents.values().chain([&self.defaults]);
        let mut named: BTreeSet<&str> = sections()
            .filter_map(|section| section.task_queue.as_deref())
            .collect();
        for flock in flocks() {
            named.insert(flock.task_queue());
            if let Some(queue) = flock.agent_defaults.task_queue {
                named.insert(queue);
            }
            if let Some(pool) = flock.pool() {
                named.insert(pool.as_str());
            }
        }
        for queue in agents().filter_map(|agent| agent.task_queue) {
            named.insert(queue);
        }
        let pools = agents().filter_map(|agent| agent.pool);
        for pool in pools.chain(sections().filter_map(|section| section.pool)) {
            named.insert(pool.as_str());
            for flock in flocks() {
                named.insert(pool.task_queue(flock.location.crate_name()));
            }
        }
        if registry.flocks().next().is_none() {
            // Agents alone serve flocks of other programs, by the names of their own crates.
            let agents = registry.agents().map(|agent| agent.descriptor);
            named.extend(agents.map(|agent| agent.location.crate_name()));
        }
        let queues = self.queues.keys().map(|queue| (&["queues"][..], queue));
        let deployed = self.deploy.queues.keys();
        let deployed = deployed.map(|queue| (&["deploy", "queues"][..], queue));
        let strangers = queues
            .chain(deployed)
            .filter(|(_, queue)| !named.contains(queue.as_str()));
        let told = strangers.map(|(section, stranger)| {
            format!(
                "{}: [{}.{stranger}] is for a task queue that nothing in this program names; queues: {}",
                at(&self.path, self.line(&[section, &[stranger]].concat())),
                section.join("."),
                Vec::from_iter(named.iter().copied()).join(", ")
            )
        });
        told.collect()
    }
}
