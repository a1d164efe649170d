//! What an engine runs: what is linked in, and all that its runs and agents are given.

use std::{fmt::Debug, sync::Arc};

use futures_util::future::BoxFuture;

use crate::{
    agent::{AgentDescriptor, AgentKind, context::AgentContext, entry::AgentEntry, state::States},
    config::{
        Config,
        resolve::{ResolvedOptions, Resolver},
    },
    declare::options::CallOptions,
    error::Result,
    flock::{FlockDescriptor, backend::AgentCall, event::StepPhase, registry::Registry},
    model::Models,
    telemetry::Telemetry,
    value::payload::Payload,
};

/// What makes the attempts of agents: they themselves, unless a test has put something in their place.
pub(crate) trait Execute: Debug + Send + Sync {
    /// Whether something else answers for this agent.
    fn stands_in_for(&self, _agent: &str) -> bool {
        false
    }

    /// One attempt.
    fn execute(
        &self,
        agent: &AgentEntry,
        context: AgentContext,
        input: &Payload,
    ) -> BoxFuture<'static, Result<Payload>> {
        (agent.execute)(context, input)
    }

    /// Told what happened to a call. Steps count over all runs that go on with the work of the first.
    fn note(&self, _run_id: &str, _step: u64, _call: &AgentCall, _phase: &StepPhase) {}
}

/// The agents of a program.
#[derive(Debug)]
pub(crate) struct Themselves;

impl Execute for Themselves {}

/// What every engine needs of a runtime.
#[derive(Debug, Clone)]
pub struct Parts {
    /// What is linked in.
    pub registry: Arc<Registry>,
    /// The operator's file.
    pub config: Arc<Config>,
    /// Shared state for agents.
    pub states: Arc<States>,
    /// What answers for struct agents.
    pub models: Arc<Models>,
    /// How many steps a run on the local engine takes before it should go on as a new one.
    pub run_steps: u64,
    /// What makes the attempts of agents.
    pub(crate) attempts: Arc<dyn Execute>,
    /// Where its work is told of.
    pub(crate) telemetry: Telemetry,
}

impl Parts {
    /// About the events after which a Temporal server suggests it.
    pub(crate) const RUN_STEPS: u64 = 4_000;

    /// What is linked in and nothing else: for replays, which run no agents.
    #[cfg(feature = "temporal")]
    pub(crate) fn bare(registry: Registry) -> Self {
        Self {
            registry: Arc::new(registry),
            config: Arc::default(),
            states: Arc::default(),
            models: Arc::default(),
            run_steps: Self::RUN_STEPS,
            attempts: Arc::new(Themselves),
            telemetry: Telemetry::default(),
        }
    }

    /// The options in force for `agent`, called in `flock` with `call`.
    pub fn resolve(
        &self,
        agent: &AgentDescriptor,
        flock: Option<&FlockDescriptor>,
        call: &CallOptions,
    ) -> ResolvedOptions {
        let resolver = Resolver::new(Arc::clone(&self.config));
        let mut options = resolver.resolve(agent, flock, call);
        // A step is told by its agent's name; the model that answers is not in that.
        if options.summary.is_none() {
            options.summary = self.models.choice(agent).map(|model| model.name);
        }
        options
    }

    /// What keeps `agent` from running as it was declared, a sentence each: no model is named that could
    /// answer, or its limits contradict each other.
    pub fn warnings(
        &self,
        agent: &AgentDescriptor,
        flock: Option<&FlockDescriptor>,
    ) -> Vec<String> {
        let mut warnings = Vec::new();
        let needs_model = matches!(agent.kind, AgentKind::Model(_));
        let doubled = self.attempts.stands_in_for(agent.name);
        if needs_model && !doubled && self.models.choice(agent).is_none() {
            warnings.push(
                "no model is named that could answer for it: name one in #[agent], in flock.toml or by FLOCK_MODEL"
                    .to_owned(),
            );
        }
        let options = self.resolve(agent, flock, &CallOptions::default());
        warnings.extend(options.contradictions());
        warnings
    }

    /// Logs them for every agent, when a program starts, and sections for queues that nothing names: one may be
    /// named at a start or a call alone, so that is no error. But it may be a slip.
    pub(crate) fn warn(&self) {
        for stranger in self.config.strange_queues(&self.registry) {
            tracing::warn!("{stranger}");
        }
        for agent in self.registry.agents() {
            for warning in self.warnings(agent.descriptor, None) {
                tracing::warn!(
                    agent = agent.descriptor.name,
                    "{} `{}`: {warning}",
                    agent.descriptor.noun(),
                    agent.descriptor.name
                );
            }
        }
    }
}
