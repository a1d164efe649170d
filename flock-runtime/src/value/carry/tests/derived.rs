//! By derives.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Author, Maybe, Mood, angry};

/// What a desk takes.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub(super) struct Ticket {
    /// What it is about
    title: String,
    /// The input `depth`.
    #[serde(default = "two")]
    depth: u8,
    /// The input `note`.
    note: Option<String>,
    /// The input `author`.
    author: Author,
    /// The input `type`.
    r#type: Vec<u64>,
    /// How it sounds
    #[serde(default = "angry")]
    mood: Mood,
    /// The input `last`.
    last: Maybe<String>,
}

fn two() -> u8 {
    2
}

/// One field.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub(super) struct One {
    /// The output `text`.
    text: String,
}

/// No field.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub(super) struct None {}
