//! Putting a runtime together.

use std::sync::Arc;

use super::{Parts, Runtime, StartError};
use crate::{
    config::Config,
    context::States,
    engine::local::LocalEngine,
    model::{Model, Models},
    registry::Registry,
};

/// Builds a [`Runtime`].
#[derive(Debug, Clone, Default)]
#[must_use = "a builder does nothing until `build`"]
pub struct RuntimeBuilder {
    registry: Option<Registry>,
    config: Option<Config>,
    states: States,
    models: Models,
}

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

    /// The agents and flocks, in place of everything that is linked in.
    pub fn registry(mut self, registry: Registry) -> Self {
        self.registry = Some(registry);
        self
    }

    /// What every engine needs: for engines that are put together by hand.
    ///
    /// # Errors
    /// [`StartError::Duplicate`], [`StartError::MissingState`], [`StartError::Config`].
    pub fn parts(self) -> Result<Parts, StartError> {
        let registry = match self.registry {
            Some(registry) => registry,
            None => Registry::collect()?,
        };
        let config = match self.config {
            Some(config) => config,
            None => Config::discover()?,
        };
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
