//! The options in force for the agents of an engine, found once for all of its runs.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use super::run::lock;
use crate::{
    config::resolve::ResolvedOptions,
    engine::{AgentCall, program::Parts},
    error::Result,
    flock::FlockDescriptor,
};

/// The options in force for a call.
#[derive(Debug)]
pub(super) struct Options {
    pub(super) resolved: ResolvedOptions,
    /// Told with all that happens to the call.
    pub(super) summary: Option<Arc<str>>,
}

/// Those of calls that set none, by flock and agent: they are the same every time.
#[derive(Debug, Default)]
pub(super) struct KnownOptions(Mutex<HashMap<(&'static str, &'static str), Arc<Options>>>);

impl KnownOptions {
    /// The options in force for a call in `flock`.
    pub(super) fn get(
        &self,
        parts: &Parts,
        flock: &'static FlockDescriptor,
        call: &AgentCall,
    ) -> Result<Arc<Options>> {
        let agent = call.agent.descriptor;
        let key = (flock.name, agent.name);
        let sets_none = call.options.is_none();
        if sets_none && let Some(options) = lock(&self.0).get(&key) {
            return Ok(Arc::clone(options));
        }
        parts.registry.linked(flock, agent)?;
        let mut resolved = parts.resolve(agent, Some(flock), call.options());
        let options = Arc::new(Options {
            summary: resolved.summary.take().map(Arc::from),
            resolved,
        });
        if sets_none {
            lock(&self.0).insert(key, Arc::clone(&options));
        }
        Ok(options)
    }
}
