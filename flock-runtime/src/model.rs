//! What answers for struct agents.

use std::{collections::BTreeMap, fmt, sync::Arc};

use futures_util::future::BoxFuture;
use schemars::Schema;
use serde_json::Value;

use crate::{
    agent::{Agent, AgentKind},
    config::Config,
    context::AgentContext,
    error::{Error, Result},
};

/// Something that answers questions: a language model behind its provider's protocol.
pub trait Model: Send + Sync + 'static {
    /// Answers once. The answer must fit the request's schema; what does not is asked for again.
    fn answer<'a>(&'a self, request: &'a ModelRequest) -> BoxFuture<'a, Result<ModelAnswer>>;
}

/// A question.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ModelRequest {
    /// The agent that asks.
    pub agent: &'static str,
    /// The model's name, without the provider in front.
    pub model: String,
    /// The system prompt.
    pub instructions: String,
    /// The agent's input.
    pub input: Value,
    /// The JSON Schema the answer must fit.
    pub schema: Schema,
    /// Randomness, 0 to 2.
    pub temperature: Option<f64>,
    /// Most tokens in an answer.
    pub max_tokens: Option<u32>,
    /// Answers so far that did not fit, each with what was wrong.
    pub faults: Vec<Fault>,
}

/// An answer that did not fit.
#[derive(Debug, Clone)]
pub struct Fault {
    /// The answer.
    pub answer: String,
    /// What is wrong with it.
    pub problem: String,
}

/// An answer.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ModelAnswer {
    /// The text, JSON if the model kept to the schema.
    pub text: String,
}

impl ModelAnswer {
    /// An answer of this text.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into() }
    }
}

/// The providers of a runtime.
#[derive(Clone, Default)]
pub struct Models {
    providers: BTreeMap<String, Arc<dyn Model>>,
    config: Arc<Config>,
}

impl Models {
    pub(crate) fn insert(&mut self, provider: impl Into<String>, model: impl Model) {
        self.providers.insert(provider.into(), Arc::new(model));
    }

    pub(crate) fn configured(mut self, config: Arc<Config>) -> Self {
        self.config = config;
        self
    }
}

impl fmt::Debug for Models {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.providers.keys()).finish()
    }
}

/// One attempt of a struct agent: ask, check, ask again with what was wrong.
pub(crate) async fn ask<A: Agent>(_context: AgentContext, _input: A::Input) -> Result<A::Output> {
    let AgentKind::Model(_options) = A::DESCRIPTOR.kind else {
        return Err(Error::permanent("a function agent has no model"));
    };
    Err(Error::permanent("not yet"))
}
