//! The sections of models: what a name such as `smart` stands for.

use std::{num::NonZeroUsize, time::Duration};

use serde_json::{Map, Value};

use super::frame::{Dollars, Number, OrVariable, Said, Variable, section};
use crate::declare::reasoning::Reasoning;

section! {
    /// What a model's name stands for.
    ///
    /// ```toml
    /// [models.smart]
    /// model = "anthropic/claude-sonnet-4"
    /// fallbacks = ["cheap"]
    ///
    /// [models.cheap]
    /// model = "openai/qwen3"
    /// base_url = "http://localhost:8080/v1"
    /// api_key_env = "LOCAL_KEY"
    /// ```
    pub struct ModelSection {
        /// Vendor and model, such as `openai/gpt-4o`.
        pub model: String = "needed",
        /// Where the server is, when not at the vendor's.
        pub base_url: Option<String> = "the provider's, or its `…_BASE_URL`",
        /// The variable that holds its key, as `"${NAME}"`; the same as `api_key_env`.
        api_key: Option<String> as Option<Variable> = "the provider's, such as `OPENAI_API_KEY`",
        /// The variable that holds its key, when not the vendor's.
        pub api_key_env: Option<String> as Option<OrVariable> = "the provider's, such as `OPENAI_API_KEY`",
        /// Limit of one question.
        pub timeout: Option<Duration> = "that of the attempt",
        /// How many questions are put to it at once by one process. No limit when not set.
        pub at_once: Option<NonZeroUsize> = "no limit",
        /// Models that are asked where this one is down, rate-limited or refuses.
        pub fallbacks: Vec<String> = "none",
        /// US dollars for a million tokens that it is given, in place of the list price.
        pub input_price: Option<u64> as Option<Dollars> = "the list price",
        /// US dollars for a million tokens that it gives, in place of the list price.
        pub output_price: Option<u64> as Option<Dollars> = "the list price",
        /// Randomness, 0 to 2, where the agent says nothing.
        pub temperature: Option<f64> as Option<Number<0, 2>> = "the provider's",
        /// Most tokens in an answer, where the agent says nothing.
        pub max_tokens: Option<u32> = "the provider's",
        /// For answers that can be repeated, where the agent says nothing.
        pub seed: Option<u32> = "none",
        /// Texts at which an answer ends, where the agent says nothing.
        pub stop: Vec<String> = "none",
        /// How much it thinks before it answers, where the agent says nothing.
        pub reasoning: Option<Reasoning> = "the provider's",
        /// What else its vendor takes, as it stands in the request's body.
        pub extra: Map<String, Value> = "none",
    }
}

impl ModelSection {
    fn check(&mut self, said: &mut Said<'_>) {
        if said.name().trim().is_empty() || said.name().contains('/') {
            said.wrong(
                "a model's own name is a word without `/`, which stands between provider and model",
            );
        }
        match self.model.split_once('/') {
            Some((provider, model)) if !provider.is_empty() && !model.is_empty() => {}
            _ if self.model.is_empty() => {
                said.wrong("`model` is missing: write `model = \"openai/gpt-4o\"`");
            }
            _ => {
                let sentence = format!(
                    "`model` is of the form `provider/model`, not `{}`",
                    self.model
                );
                said.at("model", sentence);
            }
        }
        if self.input_price.is_some() != self.output_price.is_some() {
            said.wrong("`input_price` and `output_price` go together");
        }
        said.above_zero("timeout", self.timeout);
        if self.api_key.is_some() && self.api_key_env.is_some() {
            said.at(
                "api_key",
                "`api_key` and `api_key_env` exclude each other: leave one out",
            );
        }
        said.variable("api_key_env", self.api_key_env.as_deref(), "LOCAL_KEY");
        if let Some(name) = self.api_key.take() {
            self.api_key_env = Some(name);
        }
    }

    /// Whether it is reached in another way than its vendor's other models.
    #[cfg(feature = "models")]
    pub(crate) fn is_apart(&self) -> bool {
        self.base_url.is_some()
            || self.api_key_env.is_some()
            || self.timeout.is_some()
            || self.at_once.is_some()
    }
}

/// One name, or several in the order in which they are asked.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ModelNames {
    /// One.
    One(String),
    /// The first, and those that are asked where it is down, rate-limited or refuses.
    Several(Vec<String>),
}

impl ModelNames {
    /// The names, the first to be asked first.
    pub fn names(&self) -> Vec<&str> {
        match self {
            Self::One(name) => vec![name.as_str()],
            Self::Several(names) => names.iter().map(String::as_str).collect(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        let names = self.names();
        names.is_empty() || names.iter().any(|name| name.trim().is_empty())
    }
}
