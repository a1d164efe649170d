//! What a person answers to a question that a tool's server has asked.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    error::Result,
    value::{
        flock_type::{FlockType, Shape},
        payload::to_value,
    },
};

/// What requests of servers are called, before the name of the tool.
pub(crate) const ASKED: &str = "ask-";

/// What a person answers to a question of an MCP server (elicitation): the run waits for it, and the call is
/// made again with it.
///
/// In a program it is `Answer::value(&Elicited::accept(&…)?)`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Elicited {
    /// This is what was asked for: an object that fits the question's schema.
    Accept(Value),
    /// That is not told; the tool may do without.
    Decline,
}

impl Elicited {
    /// This is what was asked for.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn accept(content: &impl Serialize) -> Result<Self> {
        Ok(Self::Accept(to_value(content)?))
    }
}

impl FlockType for Elicited {
    const SHAPE: Shape = Shape::Value;
}
