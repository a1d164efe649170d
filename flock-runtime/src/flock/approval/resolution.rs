//! What has become of a step that was begun and never ended, as a person tells it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    error::Result,
    value::{
        flock_type::{FlockType, Shape},
        payload::{Payload, to_value},
    },
};

/// What requests for one are called, before the name of the step's agent.
pub(crate) const RESOLVE: &str = "resolve-";

/// What has become of a step with `effect = "write"` that was begun and never ended: its worker died, it took
/// longer than its `timeout`, or it panicked. Nobody but a person can know, and the run waits for one.
///
/// On the command line `resolve` sends it, in a program [`Answer::resolve`](crate::Answer::resolve).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Resolution {
    /// It was done, and this is what it gave.
    Done(Value),
    /// It was not done: run it, under the same idempotency key.
    Run,
    /// It is given up: the step fails as it did.
    GiveUp,
}

impl Resolution {
    /// It was done, and gave `result`.
    ///
    /// # Errors
    /// When the result cannot be written as JSON.
    pub fn done(result: &impl Serialize) -> Result<Self> {
        Ok(Self::Done(to_value(result)?))
    }
}

impl FlockType for Resolution {
    const SHAPE: Shape = Shape::Value;
}

/// Whether an answer is one, and the result in it one of the step's.
pub(super) fn check(answer: &Value, gives: Option<fn(&Payload) -> Result<()>>) -> Result<()> {
    let resolution = Payload::encode(answer)?.decode::<Resolution>()?;
    match (resolution, gives) {
        (Resolution::Done(result), Some(gives)) => {
            let result = gives(&Payload::encode(&result)?);
            result.map_err(|error| error.context("the result does not fit the step's output"))
        }
        _ => Ok(()),
    }
}
