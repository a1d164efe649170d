//! Putting a runtime together.

use std::sync::Arc;

use super::{Parts, Runtime, StartError};
use crate::{
    config::Config,
    context::States,
    engine::local::LocalEngine,
    model::{Model, Models},
    registry::Registry,
    topology::distance,
};

/// Builds a [`Runtime`].
#[derive(Debug, Clone, Default)]
#[must_use = "a builder does nothing until `build`"]
pub struct RuntimeBuilder {
    registry: Option<Registry>,
    config: Option<Config>,
    states: States,
    models: Models,
    run_steps: Option<u64>,
}

/// About the events after which a Temporal server suggests it.
const RUN_STEPS: u64 = 4_000;

impl RuntimeBuilder {
    /// Shared state for agents that take [`State<T>`](crate::context::State).
    pub fn state<T: Clone + Send + Sync + 'static>(mut self, value: T) -> Self {
        self.states.insert(value);
        self
    }

    /// Answers for models named `provider/…`, before the providers that flock knows itself.
    pub fn model(mut self, provider: impl Into<String>, model: impl Model) -> Self {
        self.models.insert(provider, model);
        self
    }

    /// The configuration, in place of `flock.toml`.
    pub fn config(mut self, config: Config) -> Self {
        self.config = Some(config);
        self
    }

    /// How many steps (calls, timers, messages) a run on the local engine takes before
    /// [`should_continue_as_new`](crate::FlockContext::should_continue_as_new) says yes. 4000 by
    /// default; a test that wants to see new runs sets it low.
    pub fn run_steps(mut self, steps: u64) -> Self {
        self.run_steps = Some(steps);
        self
    }

    /// The agents and flocks, in place of everything that is linked in.
    pub fn registry(mut self, registry: Registry) -> Self {
        self.registry = Some(registry);
        self
    }

    /// What every engine needs: for engines that are put together by hand.
    ///
    /// # Errors
    /// [`StartError::Duplicate`], [`StartError::MissingState`], [`StartError::Config`]; the last also
    /// when the configuration has a section for an agent that is not linked in.
    pub fn parts(self) -> Result<Parts, StartError> {
        let registry = match self.registry {
            Some(registry) => registry,
            None => Registry::collect()?,
        };
        let config = match self.config {
            Some(config) => config,
            None => Config::discover()?,
        };
        known(&config, &registry)?;
        for agent in registry.agents() {
            let missing = self.states.missing(agent.state);
            if !missing.is_empty() {
                return Err(StartError::MissingState {
                    agent: agent.descriptor.name,
                    types: missing.join("`, `"),
                });
            }
        }
        let config = Arc::new(config);
        Ok(Parts {
            registry: Arc::new(registry),
            models: Arc::new(self.models.configured(Arc::clone(&config))),
            config,
            states: Arc::new(self.states),
            run_steps: self.run_steps.unwrap_or(RUN_STEPS),
        })
    }

    /// A runtime on the local engine.
    ///
    /// # Errors
    /// As [`parts`](Self::parts).
    pub fn build(self) -> Result<Runtime, StartError> {
        let parts = self.parts()?;
        let engine = LocalEngine::new(parts.clone());
        Ok(Runtime::new(parts, Arc::new(engine)))
    }
}

/// A section for an agent that does not exist is a typo, and would change nothing, silently.
fn known(config: &Config, registry: &Registry) -> Result<(), StartError> {
    let names = || registry.agents().map(|agent| agent.descriptor.name);
    let stranger = config
        .agents
        .keys()
        .find(|name| !name.ends_with('*') && registry.agent(name).is_none());
    let Some(stranger) = stranger else {
        return Ok(());
    };
    let near = names().min_by_key(|name| distance(name, stranger));
    let near = near.filter(|name| distance(name, stranger) <= name.len() / 3);
    let help = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("agents: {}", names().collect::<Vec<_>>().join(", ")),
    };
    Err(StartError::Config {
        path: config.path.clone(),
        message: format!("[agents.{stranger}] is for no agent of this program; {help}"),
    })
}
