//! A value on its way between a flock and an agent: JSON text, decoded where it is used.

use serde::{Serialize, de::DeserializeOwned};

use crate::error::{Error, ErrorKind};

/// A JSON value in transit.
///
/// Inputs and results travel as JSON on both engines, so that a type which loses something when
/// serialized loses it everywhere, in tests too. The text is not validated before it is decoded.
#[derive(Clone, PartialEq, Eq)]
pub struct Payload(Vec<u8>);

impl Payload {
    /// Encodes `value` as JSON.
    ///
    /// # Errors
    /// [`ErrorKind::Invalid`] when the value has no JSON form, such as a map with keys that are
    /// not strings.
    pub fn encode<T: Serialize + ?Sized>(value: &T) -> Result<Self, Error> {
        serde_json::to_vec(value).map(Self).map_err(|fault| {
            Error::new(
                ErrorKind::Invalid,
                format!("cannot be written as JSON: {fault}"),
            )
            .named("EncodeError")
        })
    }

    /// Wraps JSON text as it came from elsewhere.
    pub fn from_json(text: impl Into<Vec<u8>>) -> Self {
        Self(text.into())
    }

    /// The JSON text.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The JSON text, by value.
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    /// Decodes the value.
    ///
    /// # Errors
    /// [`ErrorKind::Invalid`] of type `DecodeError`, naming the field that does not fit.
    pub fn decode<T: DeserializeOwned>(&self) -> Result<T, Error> {
        // The path costs a second parse, paid only when the first has failed.
        serde_json::from_slice(&self.0).map_err(|plain| self.explain::<T>(&plain))
    }

    #[cold]
    fn explain<T: DeserializeOwned>(&self, plain: &serde_json::Error) -> Error {
        let mut json = serde_json::Deserializer::from_slice(&self.0);
        let message = match serde_path_to_error::deserialize::<_, T>(&mut json) {
            Err(fault) if fault.path().iter().next().is_some() => {
                format!("field `{}`: {}", fault.path(), fault.inner())
            }
            Err(fault) => fault.into_inner().to_string(),
            Ok(_) => plain.to_string(),
        };
        Error::new(ErrorKind::Invalid, message).named("DecodeError")
    }
}

impl std::fmt::Debug for Payload {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&String::from_utf8_lossy(&self.0))
    }
}
