//! How much a model thinks before it answers.

use serde::{Deserialize, Deserializer, de};

use crate::text::words::words;

words! {
    /// How much a model thinks before it answers, where its vendor lets one say: thoughts cost tokens.
    pub enum Reasoning {
        /// Not at all.
        None = "none",
        /// A little.
        Low = "low",
        /// More.
        Medium = "medium",
        /// Much.
        High = "high",
    }
}

impl<'de> Deserialize<'de> for Reasoning {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let word = String::deserialize(from)?;
        let known = Self::ALL.iter().copied();
        known
            .into_iter()
            .find(|one| one.as_str() == word)
            .ok_or_else(|| {
                let words = Self::ALL.iter().map(|one| one.as_str()).collect::<Vec<_>>();
                de::Error::custom(format_args!("`{word}` is none of {}", words.join(", ")))
            })
    }
}
