//! The sections of models: what a name such as `smart` stands for.

use std::{num::NonZeroUsize, time::Duration};

use serde::{Deserialize, Deserializer, de, de::IgnoredAny};
use serde_json::{Map, Value};

use super::section::span;
use crate::{declare::reasoning::Reasoning, text::dollars};

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
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct ModelSection {
    /// Vendor and model, such as `openai/gpt-4o`.
    pub model: String,
    /// Where the server is, when not at the vendor's.
    pub base_url: Option<String>,
    /// The variable that holds its key, when not the vendor's.
    pub api_key_env: Option<String>,
    /// Limit of one question.
    #[serde(deserialize_with = "span")]
    pub timeout: Option<Duration>,
    /// How many questions are put to it at once by one process. No limit when not set.
    pub at_once: Option<NonZeroUsize>,
    /// Models that are asked where this one is down, rate-limited or refuses.
    pub fallbacks: Vec<String>,
    /// US dollars for a million tokens that it is given, in place of the list price.
    #[serde(deserialize_with = "price")]
    pub input_price: Option<u64>,
    /// US dollars for a million tokens that it gives, in place of the list price.
    #[serde(deserialize_with = "price")]
    pub output_price: Option<u64>,
    /// Randomness, 0 to 2, where the agent says nothing.
    pub temperature: Option<f64>,
    /// Most tokens in an answer, where the agent says nothing.
    pub max_tokens: Option<u32>,
    /// For answers that can be repeated, where the agent says nothing.
    pub seed: Option<u32>,
    /// Texts at which an answer ends, where the agent says nothing.
    pub stop: Vec<String>,
    /// How much it thinks before it answers, where the agent says nothing.
    pub reasoning: Option<Reasoning>,
    /// What else its vendor takes, as it stands in the request's body.
    pub extra: Map<String, Value>,
    /// Nobody's: it is here to be refused in words.
    api_key: Option<IgnoredAny>,
}

impl ModelSection {
    pub(super) fn check(&self, name: &str) -> Result<(), String> {
        let at = |sentence: String| Err(format!("[models.{name}] {sentence}"));
        if name.trim().is_empty() || name.contains('/') {
            return at(
                "a model's own name is a word without `/`, which stands between provider and model"
                    .to_owned(),
            );
        }
        if self.api_key.is_some() {
            return at(
                "`api_key` would put a secret into this file: name a variable by `api_key_env`"
                    .to_owned(),
            );
        }
        match self.model.split_once('/') {
            Some((provider, model)) if !provider.is_empty() && !model.is_empty() => {}
            _ if self.model.is_empty() => {
                return at("`model` is missing: write `model = \"openai/gpt-4o\"`".to_owned());
            }
            _ => {
                return at(format!(
                    "`model` is of the form `provider/model`, not `{}`",
                    self.model
                ));
            }
        }
        if self.input_price.is_some() != self.output_price.is_some() {
            return at("`input_price` and `output_price` go together".to_owned());
        }
        if self
            .temperature
            .is_some_and(|temperature| !(0.0..=2.0).contains(&temperature))
        {
            return at("`temperature` is 0 to 2".to_owned());
        }
        if self.timeout.is_some_and(|timeout| timeout.is_zero()) {
            return at("`timeout` must be above zero".to_owned());
        }
        Ok(())
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
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
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

fn price<'de, D: Deserializer<'de>>(from: D) -> Result<Option<u64>, D::Error> {
    let text = String::deserialize(from)?;
    dollars::parse(&text).map(Some).ok_or_else(|| {
        de::Error::custom(format_args!(
            "`{text}` is no amount of dollars, such as \"2.50\""
        ))
    })
}
