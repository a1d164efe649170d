//! Named values whose names are known only when they arrive.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use super::flock_type::{FlockType, Shape};
use crate::error::{Error, Result};

/// What a declared flock gives when its ways part and it names no `output`: the fields of whichever
/// agent came last.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(transparent)]
pub struct Record(pub Map<String, Value>);

impl Record {
    /// The field `name` as a `T`.
    ///
    /// # Errors
    /// [`ErrorKind::Invalid`](crate::ErrorKind::Invalid) when there is none, or it is no `T`.
    pub fn get<T: DeserializeOwned>(&self, name: &str) -> Result<T> {
        let Some(value) = self.0.get(name) else {
            let names: Vec<_> = self.0.keys().map(|key| format!("`{key}`")).collect();
            return Err(Error::invalid(format!(
                "there is no field `{name}`; there are {}",
                names.join(", ")
            )));
        };
        T::deserialize(value).map_err(|fault| {
            Error::invalid(format!("field `{name}`: {fault}")).with_type("DecodeError")
        })
    }
}

impl FlockType for Record {
    const SHAPE: Shape = Shape::Value;
}
