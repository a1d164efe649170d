//! Which model answers for an agent.

use std::{collections::BTreeMap, fmt, sync::Arc};

#[cfg(all(feature = "models", feature = "deploy"))]
use super::genai::key_variable;
#[cfg(feature = "models")]
use super::genai::{Vendors, vendors};
use super::{Model, Scripted, Usage, price, recent::Recent};
use crate::{
    agent::AgentDescriptor,
    config::{Config, ModelSection},
    error::{Error, ErrorKind, Result},
};

/// The environment variable that names the model of every agent.
const VARIABLE: &str = "FLOCK_MODEL";

/// The providers of a runtime, and what says which is asked.
#[derive(Clone, Default)]
pub struct Models {
    given: BTreeMap<String, Arc<dyn Model>>,
    #[cfg(feature = "models")]
    vendors: Vendors,
    pub(super) config: Arc<Config>,
    pub(super) forced: Option<String>,
    /// Whether no vendor may be asked.
    offline: bool,
    pub(super) recent: Arc<Recent>,
}

/// The name of an agent's model, and where it was set.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ModelChoice {
    /// Provider and model, such as `openai/gpt-4o`.
    pub name: String,
    /// Where it was set, for people.
    pub source: String,
    /// The section of `flock.toml` that it is of, where it was named by one.
    pub section: Option<String>,
    /// Millionths of a dollar for a million tokens given and taken, where `flock.toml` says.
    pub(super) prices: Option<(u64, u64)>,
}

impl ModelChoice {
    /// The provider.
    pub fn provider(&self) -> &str {
        self.name
            .split_once('/')
            .map_or(&*self.name, |(provider, _)| provider)
    }

    /// The model, empty where only a provider is named.
    pub fn model(&self) -> &str {
        self.name.split_once('/').map_or("", |(_, model)| model)
    }
}

impl Models {
    pub(crate) fn insert(&mut self, provider: impl Into<String>, model: impl Model) {
        self.given.insert(provider.into(), Arc::new(model));
    }

    /// Asks no vendor, whatever is configured: for tests.
    pub(crate) fn keep_offline(&mut self) {
        self.offline = true;
    }

    /// Adds what the operator says: `flock.toml` and the environment.
    pub(crate) fn configured(mut self, config: Arc<Config>) -> Self {
        self.config = config;
        self.forced = std::env::var(VARIABLE)
            .ok()
            .filter(|name| !name.trim().is_empty());
        self
    }

    /// The name of the model that answers for `agent`; `None` for function agents, and where
    /// nothing names one.
    pub fn choice(&self, agent: &AgentDescriptor) -> Option<ModelChoice> {
        self.choices(agent).into_iter().next()
    }

    /// The same, with those that are asked where one is down, rate-limited or refuses, in their order.
    pub fn choices(&self, agent: &AgentDescriptor) -> Vec<ModelChoice> {
        let Some(options) = agent.model_options() else {
            return Vec::new();
        };
        let section = || {
            let (section, models) = self.config.agent_model(agent.name)?;
            Some((models, format!("flock.toml [agents.{section}]")))
        };
        let defaults = || {
            let models = self.config.defaults.model.as_ref()?.names();
            Some((models, "flock.toml [defaults]".to_owned()))
        };
        let forced = self.forced.as_deref();
        let forced = forced.map(|name| (vec![name], VARIABLE.to_owned()));
        let named = forced
            .or_else(section)
            .or_else(|| {
                options
                    .model
                    .map(|names| (names.to_vec(), "#[agent]".to_owned()))
            })
            .or_else(defaults);
        let mut choices = Vec::new();
        if let Some((names, source)) = named {
            for name in names {
                self.add(name.trim(), &source, &mut choices);
            }
        }
        choices
    }

    /// Adds what `name` stands for, and its fallbacks. What is there already is not asked twice.
    fn add(&self, name: &str, source: &str, choices: &mut Vec<ModelChoice>) {
        let section = self.config.models.get(name);
        let choice = ModelChoice {
            name: section
                .map_or(name, |section| section.model.trim())
                .to_owned(),
            source: match section {
                Some(_) => format!("{source}, flock.toml [models.{name}]"),
                None => source.to_owned(),
            },
            section: section.map(|_| name.to_owned()),
            prices: section.and_then(|section| section.input_price.zip(section.output_price)),
        };
        let is_there =
            |other: &ModelChoice| (&other.name, &other.section) == (&choice.name, &choice.section);
        if choices.iter().any(is_there) {
            return;
        }
        choices.push(choice);
        let fallbacks = section.map_or(&[][..], |section| &section.fallbacks);
        for fallback in fallbacks {
            self.add(fallback.trim(), &format!("fallback of {name}"), choices);
        }
    }

    /// The variables that hold the keys by which `agent` is answered, each with the model that it is for. What
    /// `FLOCK_MODEL` says here and now is not what it says elsewhere.
    #[cfg(feature = "deploy")]
    pub(crate) fn key_variables(&self, agent: &AgentDescriptor) -> Vec<(String, String)> {
        let here = Self {
            forced: None,
            ..self.clone()
        };
        let choices = here.choices(agent).into_iter();
        let keys = choices.filter_map(|choice| {
            let section = self.section(&choice);
            if self.given.contains_key(choice.provider()) {
                return None;
            }
            let variable = section.and_then(|section| section.api_key_env.as_deref());
            // Who names another server than the vendor's names its key, where it has one.
            let elsewhere = section.is_some_and(|section| section.base_url.is_some());
            let vendors = || key_variable(choice.provider()).filter(|_| !elsewhere);
            let variable = variable.or_else(vendors)?.to_owned();
            Some((variable, choice.section.unwrap_or(choice.name)))
        });
        keys.collect()
    }

    /// What a section of `flock.toml` says of a choice.
    pub(super) fn section(&self, choice: &ModelChoice) -> Option<&ModelSection> {
        self.config.models.get(choice.section.as_deref()?)
    }

    /// Who may be asked for `agent`, the first to be asked first.
    pub(super) fn find(
        &self,
        agent: &AgentDescriptor,
    ) -> Result<Vec<(ModelChoice, Arc<dyn Model>)>> {
        let choices = self.choices(agent);
        if choices.is_empty() {
            return Err(self.no_model(agent));
        }
        let found = choices.into_iter().map(|choice| {
            let provider = self.provider(&choice).map_err(|error| {
                error.context(format!("model `{}` (from {})", choice.name, choice.source))
            })?;
            Ok((choice, provider))
        });
        found.collect()
    }

    /// Whether it can be told what an answer costs. What a program brings itself may tell it with the answer,
    /// and scripts cost nothing.
    pub(crate) fn has_price(&self, choice: &ModelChoice) -> bool {
        // Where no vendor is asked, none is paid.
        self.offline
            || self.given.contains_key(choice.provider())
            || choice.provider() == "scripted"
            || price::priced(Usage::tokens(1_000, 1_000), choice).unpriced == 0
    }

    #[cold]
    #[allow(clippy::unused_self, reason = "of these models")]
    pub(super) fn no_model(&self, agent: &AgentDescriptor) -> Error {
        Error::permanent(format!(
            "agent `{}` names no model: add `model = \"openai/gpt-4o\"`, or set {VARIABLE}",
            agent.name
        ))
        .with_type("NoModel")
    }

    fn provider(&self, choice: &ModelChoice) -> Result<Arc<dyn Model>> {
        if let Some(model) = self.given.get(choice.provider()) {
            return Ok(Arc::clone(model));
        }
        if choice.model().is_empty() {
            return Err(self.unknown(
                "that is neither of the form `provider/model` nor the name of a section `[models.…]`",
            ));
        }
        if choice.provider() == "scripted" {
            let script = Scripted::read(choice.model());
            return Ok(Arc::new(script.map_err(|fault| {
                fault.with_kind(ErrorKind::Permanent).with_type("BadScript")
            })?));
        }
        if self.offline {
            return Err(Error::permanent(
                "a test asks no vendor's model: replace the agent with `.agent::<…>(…)`, or give the test runtime a `.model(…)`",
            )
            .with_type("Offline"));
        }
        self.vendor(choice)
    }

    #[cfg(feature = "models")]
    fn vendor(&self, choice: &ModelChoice) -> Result<Arc<dyn Model>> {
        if let (Some(name), Some(section)) = (&choice.section, self.section(choice))
            && section.is_apart()
        {
            return self.vendors.apart(name, choice.provider(), section);
        }
        match self.vendors.get(choice.provider())? {
            Some(vendor) => Ok(vendor),
            None => Err(self.unknown("there is no such provider")),
        }
    }

    #[cfg(not(feature = "models"))]
    fn vendor(&self, _: &ModelChoice) -> Result<Arc<dyn Model>> {
        Err(self.unknown(
            "language models need the feature `models` of the crate `flock-agents`, which is off",
        ))
    }

    #[cold]
    fn unknown(&self, problem: &str) -> Error {
        let given = self.given.keys().map(String::as_str);
        let given = given.filter(|name| *name != "scripted").collect();
        let known = [given, vec!["scripted"], vendors()].concat();
        Error::permanent(format!(
            "{problem}; the providers are {}, and those that the runtime's builder gets by `.model(…)`",
            known.join(", ")
        ))
        .with_type("UnknownProvider")
    }
}

#[cfg(not(feature = "models"))]
fn vendors() -> Vec<&'static str> {
    Vec::new()
}

#[cfg(all(feature = "deploy", not(feature = "models")))]
fn key_variable(_: &str) -> Option<&'static str> {
    None
}

impl fmt::Debug for Models {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.given.keys()).finish()
    }
}
