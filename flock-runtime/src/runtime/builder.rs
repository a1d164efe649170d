//! Putting a runtime together.

use std::{collections::BTreeMap, fmt, sync::Arc};

use super::{Parts, Runtime, prices};
#[cfg(all(feature = "temporal", feature = "cli"))]
use crate::engine::temporal::unservable;
use crate::{
    agent::{
        AgentDescriptor,
        mcp::{Servers, Shared},
        state::States,
    },
    config::{Config, McpSection},
    engine::local::LocalEngine,
    engine::program::{Execute, Themselves},
    error::StartError,
    flock::{mcp, registry::Registry},
    model::{Model, Models},
    telemetry::{Metrics, SpanSink, Telemetry},
    text::sentence::nearest,
};
#[cfg(feature = "temporal")]
use crate::{config::EngineName, engine::temporal::ConnectOptions};

/// Builds a [`Runtime`]: what agents share, who answers for models, and where flocks run.
///
/// ```standalone_crate
/// use flock::{model::Scripted, prelude::*};
///
/// #[agent(output = "price: String")]
/// async fn quote(State(currency): State<String>, amount: u32) -> Result<String> {
///     Ok(format!("{amount} {currency}"))
/// }
///
/// # fn main() -> Result<()> {
/// let answers = Scripted::from_json(r#"{ "clerk": [{ "answer": "Good morning." }] }"#)?;
/// let runtime = Runtime::builder()
///     .state("EUR".to_owned())     // for `State<String>`
///     .model("openai", answers)    // for `model = "openai/…"`
///     .build()?;                   // in this process; `.connect(…).await?` for Temporal
/// # Ok(()) }
/// ```
///
/// A program that is [`flock::main!`](https://docs.rs/flock-agents/latest/flock/macro.main.html) is given
/// one in its setup function.
#[derive(Debug, Clone, Default)]
#[must_use = "a builder does nothing until `build`"]
pub struct RuntimeBuilder {
    registry: Option<Registry>,
    config: Option<Config>,
    states: States,
    models: Models,
    run_steps: Option<u64>,
    attempts: Option<Arc<dyn Execute>>,
    mcp: BTreeMap<String, McpSection>,
    servers: Option<Arc<dyn Servers>>,
    sinks: Sinks,
    metrics: bool,
}

/// Who hears of spans.
#[derive(Clone, Default)]
struct Sinks(Vec<Arc<dyn SpanSink>>);

impl fmt::Debug for Sinks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Sinks").field(&self.0.len()).finish()
    }
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

    /// An MCP server, for agents with `mcp = ["name"]`. A section `[mcp.name]` of `flock.toml` is above it.
    pub fn mcp_server(mut self, name: impl Into<String>, server: McpSection) -> Self {
        self.mcp.insert(name.into(), server);
        self
    }

    /// Who hears of each piece of work when it has ended, beside the collector that `flock.toml` or
    /// `OTEL_EXPORTER_OTLP_ENDPOINT` names. May be given more than once.
    pub fn trace_to(mut self, sink: impl SpanSink) -> Self {
        self.sinks.0.push(Arc::new(sink));
        self
    }

    /// Has the runtime keep metrics, its own, the program's and those of Temporal's SDK, for
    /// [`Runtime::metrics`]. A worker that answers Prometheus and a collector that is named have it do so too.
    pub fn metrics(mut self) -> Self {
        self.metrics = true;
        self
    }

    /// The configuration, in place of `flock.toml`.
    pub fn config(mut self, config: Config) -> Self {
        self.config = Some(config);
        self
    }

    /// The configuration in force: what was given, else what [`Config::discover`] finds.
    ///
    /// # Errors
    /// [`StartError::Config`] when the file cannot be read or is wrong.
    pub fn configuration(&mut self) -> Result<&Config, StartError> {
        if self.config.is_none() {
            self.config = Some(Config::discover()?);
        }
        Ok(self.config.get_or_insert_default())
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

    /// In a test `attempts` answer for agents, and no vendor's model does.
    #[cfg_attr(not(feature = "testing"), allow(dead_code, reason = "for tests"))]
    pub(crate) fn in_test(mut self, attempts: Arc<dyn Execute>) -> Self {
        self.attempts = Some(attempts);
        self.models.keep_offline();
        self
    }

    /// In a test `servers` answer, and none of `flock.toml` is asked.
    #[cfg(feature = "testing")]
    pub(crate) fn servers(mut self, servers: Arc<dyn Servers>) -> Self {
        self.servers = Some(servers);
        self
    }

    /// The names of the agents.
    #[cfg(feature = "cli")]
    pub(crate) fn agents(&self) -> Result<Vec<&'static str>, StartError> {
        let agents = self.registered()?;
        Ok(agents.agents().map(|agent| agent.descriptor.name).collect())
    }

    #[cfg(feature = "cli")]
    fn registered(&self) -> Result<Registry, StartError> {
        match &self.registry {
            Some(registry) => Ok(registry.clone()),
            None => Registry::collect(),
        }
    }

    /// All that is wrong with the configuration, not only what is found first; and what is told of at a start.
    #[cfg(feature = "cli")]
    pub(crate) fn wrong(mut self) -> Result<(Vec<StartError>, Vec<String>), StartError> {
        let config = self.configuration()?.clone();
        let registry = match self.registered() {
            Ok(registry) => registry,
            Err(error) => return Ok((vec![error], Vec::new())),
        };
        let mut errors = config.strangers(&registry);
        let mut warnings = config.strange_queues(&registry);
        match self.parts() {
            Ok(parts) => {
                #[cfg(feature = "temporal")]
                errors.extend(
                    unservable(&parts)
                        .into_iter()
                        .map(|message| StartError::Setting {
                            name: "a worker".to_owned(),
                            message,
                        }),
                );
                let agents = parts.registry.agents().map(|agent| agent.descriptor);
                warnings.extend(agents.flat_map(|agent| {
                    let own = parts.warnings(agent, None).into_iter();
                    own.map(|warning| format!("{} `{}`: {warning}", agent.noun(), agent.name))
                }));
            }
            Err(error) => {
                let told = error.to_string();
                if !errors.iter().any(|error| error.to_string() == told) {
                    errors.push(error);
                }
            }
        }
        Ok((errors, warnings))
    }

    /// What every engine needs: for engines that are put together by hand.
    ///
    /// # Errors
    /// [`StartError::Duplicate`], [`StartError::MissingState`], [`StartError::Config`]; the last also
    /// when the configuration has a section for an agent that is not linked in.
    pub fn parts(mut self) -> Result<Parts, StartError> {
        self.configuration()?;
        let registry = match self.registry {
            Some(registry) => registry,
            None => Registry::collect()?,
        };
        let mut config = self.config.unwrap_or_default();
        for (name, server) in self.mcp {
            server.fits(&name).map_err(|message| StartError::Setting {
                name: format!("mcp_server `{name}`"),
                message,
            })?;
            config.mcp.entry(name).or_insert(server);
        }
        if let Some(stranger) = config.strangers(&registry).into_iter().next() {
            return Err(stranger);
        }
        let attempts = self.attempts.unwrap_or_else(|| Arc::new(Themselves));
        for agent in registry.agents() {
            let missing = self.states.missing(agent.state);
            if !missing.is_empty() && !attempts.stands_in_for(agent.descriptor.name) {
                return Err(StartError::MissingState {
                    noun: agent.descriptor.noun(),
                    agent: agent.descriptor.name,
                    types: missing.join("`, `"),
                });
            }
        }
        let servers = self.servers.unwrap_or_else(|| servers_of(&config));
        for agent in registry.agents() {
            if !attempts.stands_in_for(agent.descriptor.name) {
                servers_known(agent.descriptor, &config, &*servers)?;
            }
        }
        self.states.insert(Shared(servers));
        let config = Arc::new(config);
        let models = Arc::new(self.models.configured(Arc::clone(&config)));
        prices::known(&registry, &models, &*attempts)?;
        // Where struct agents look for what answers for them.
        self.states.insert(Arc::clone(&models));
        let telemetry = told_of(self.sinks.0, self.metrics, &config)?;
        self.states.insert(telemetry.clone());
        Ok(Parts {
            registry: Arc::new(registry),
            models,
            config,
            states: Arc::new(self.states),
            run_steps: self.run_steps.unwrap_or(Parts::RUN_STEPS),
            attempts,
            telemetry,
        })
    }

    /// A runtime on the engine that `flock.toml` names by `engine = "temporal"` or `"local"`: on
    /// Temporal as [`connect`](Self::connect) with nothing given, so that moving is configuration alone.
    /// Local when it names none.
    ///
    /// ```no_run
    /// # async fn example() -> Result<(), flock::StartError> {
    /// let runtime = flock::Runtime::builder().configured().await?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// As [`parts`](Self::parts), and as those of the engine's own door.
    #[cfg(feature = "temporal")]
    pub fn configured(
        mut self,
    ) -> futures_util::future::BoxFuture<'static, Result<Runtime, StartError>> {
        use futures_util::{FutureExt, future::ready};

        let engine = match self.configuration() {
            Ok(config) => config.engine.unwrap_or_default(),
            Err(fault) => return ready(Err(fault)).boxed(),
        };
        match engine {
            EngineName::Local => ready(self.build()).boxed(),
            EngineName::Temporal => self.connect(ConnectOptions::default()),
        }
    }

    /// A runtime on the local engine.
    ///
    /// # Errors
    /// As [`parts`](Self::parts).
    pub fn build(self) -> Result<Runtime, StartError> {
        let parts = self.parts()?;
        let engine = LocalEngine::new(parts.clone());
        Ok(Runtime::new(parts, engine))
    }
}

/// Where the program's work is told of: to who was given, and to the collector that is named.
fn told_of(
    #[allow(unused_mut, reason = "without the feature there is no collector")] mut sinks: Vec<
        Arc<dyn SpanSink>,
    >,
    keeps_metrics: bool,
    config: &Config,
) -> Result<Telemetry, StartError> {
    #[cfg(feature = "otlp")]
    let collector = crate::telemetry::otlp::collector(
        config.telemetry.endpoint.as_deref(),
        config.telemetry.service.as_deref(),
    )?;
    #[cfg(feature = "otlp")]
    if let Some(collector) = &collector
        && collector.takes_spans()
    {
        sinks.push(Arc::clone(collector) as Arc<dyn SpanSink>);
    }
    #[cfg(not(feature = "otlp"))]
    if config.telemetry.endpoint.is_some() {
        return Err(StartError::Config {
            path: config.path.clone(),
            line: config.line(&["telemetry", "endpoint"]),
            message: "[telemetry] endpoint names a collector, and this program is built without the feature that sends to one: add `otlp` to the features of flock-agents in Cargo.toml".to_owned(),
        });
    }
    let metrics = Metrics::silent();
    #[cfg(feature = "otlp")]
    let metrics = collector.map_or(metrics, |collector| collector.metrics());
    let metrics = match keeps_metrics && !metrics.are_kept() {
        true => Metrics::kept(),
        false => metrics,
    };
    Ok(Telemetry::new(sinks, config.telemetry.content, metrics))
}

/// Who speaks with the MCP servers of `flock.toml`.
#[cfg(feature = "mcp")]
fn servers_of(config: &Config) -> Arc<dyn Servers> {
    Arc::new(crate::mcp::Pool::new(config))
}

/// Without the protocol no agent has any.
#[cfg(not(feature = "mcp"))]
fn servers_of(_: &Config) -> Arc<dyn Servers> {
    Arc::new(crate::agent::mcp::NoServers)
}

/// An agent that names a server of which nobody knows where it is would fail in its first run.
fn servers_known(
    agent: &AgentDescriptor,
    config: &Config,
    servers: &dyn Servers,
) -> Result<(), StartError> {
    let stranger = mcp::servers(agent)
        .iter()
        .find(|server| !servers.has(server));
    let Some(stranger) = stranger else {
        return Ok(());
    };
    let help = match nearest(stranger, config.mcp.keys().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("say where it is: `[mcp.{stranger}]` with a `command` or a `url`"),
    };
    Err(StartError::Config {
        path: config.path.clone(),
        line: None,
        message: format!(
            "agent `{}` ({}) names the MCP server `{stranger}`, which is not here; {help}",
            agent.name, agent.location
        ),
    })
}
