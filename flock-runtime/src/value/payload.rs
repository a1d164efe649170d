//! A value on its way between a flock and an agent: JSON text, decoded where it is used.

mod number;
mod path;

use serde::{Serialize, de::DeserializeOwned};

use self::{number::Noting, path::path};
use super::usage::Usage;
use crate::error::{Error, ErrorKind};

/// The JSON form of `value`, as [`Payload::encode`] writes it and with its errors.
pub(crate) fn to_value<T: Serialize + ?Sized>(value: &T) -> Result<serde_json::Value, Error> {
    Payload::encode(value)?.decode()
}

/// A JSON value in transit.
///
/// Inputs and results travel as JSON on both engines, so that a type which loses something when
/// serialized loses it everywhere, in tests too. The text is not validated before it is decoded.
#[derive(Clone, PartialEq, Eq)]
pub struct Payload {
    json: Vec<u8>,
    /// What asking models for it has cost. It travels beside the value, and is no part of it.
    usage: Usage,
}

/// What a number that is none has become, where another program wrote it.
const NO_INFINITY: &str = "; JSON has no infinity and no NaN, and writes `null` for them: look with `is_finite` before, or give an `Option`";

/// What is said of it before it is written.
const NO_NUMBER: &str =
    "JSON has no infinity and no NaN: look with `is_finite` before, and give `None` or an error";

impl Payload {
    /// Encodes `value` as JSON.
    ///
    /// # Errors
    /// [`ErrorKind::Invalid`], of type `EncodeError`, when the value has no JSON form, such as a map
    /// with keys that are not strings, or an infinite number.
    pub fn encode<T: Serialize + ?Sized>(value: &T) -> Result<Self, Error> {
        let fault = |fault: &dyn std::fmt::Display| {
            Error::new(
                ErrorKind::Invalid,
                format!("cannot be written as JSON: {fault}"),
            )
            .with_type("EncodeError")
        };
        let (mut text, mut has_null) = (Vec::with_capacity(128), false);
        value
            .serialize(&mut serde_json::Serializer::with_formatter(
                &mut text,
                Noting(&mut has_null),
            ))
            .map_err(|error| fault(&error))?;
        match has_null.then(|| number::missing(value)).flatten() {
            None => Ok(Self::from_json(text)),
            Some(path) => Err(fault(&format_args!(
                "{}{NO_NUMBER}",
                match path.is_empty() {
                    true => String::new(),
                    false => format!("field `{path}`: "),
                }
            ))),
        }
    }

    /// Wraps JSON text as it came from elsewhere.
    pub fn from_json(text: impl Into<Vec<u8>>) -> Self {
        Self {
            json: text.into(),
            usage: Usage::default(),
        }
    }

    /// The JSON text.
    pub fn as_bytes(&self) -> &[u8] {
        &self.json
    }

    /// The JSON text, by value.
    pub fn into_bytes(self) -> Vec<u8> {
        self.json
    }

    /// What asking models for it has cost.
    pub fn usage(&self) -> Usage {
        self.usage
    }

    /// Notes what asking models for it has cost.
    #[must_use]
    pub(crate) fn with_usage(mut self, usage: Usage) -> Self {
        self.usage = usage;
        self
    }

    /// Decodes the value.
    ///
    /// # Errors
    /// [`ErrorKind::Invalid`] of type `DecodeError`, naming the field that does not fit.
    pub fn decode<T: DeserializeOwned>(&self) -> Result<T, Error> {
        serde_json::from_slice(&self.json).map_err(|fault| self.explain(&fault))
    }

    #[cold]
    fn explain(&self, fault: &serde_json::Error) -> Error {
        let mut message = match path(&self.json, fault.line(), fault.column()) {
            path if path.is_empty() => fault.to_string(),
            path => format!("field `{path}`: {fault}"),
        };
        if ["expected f64", "expected f32"]
            .iter()
            .any(|float| message.contains(&format!("invalid type: null, {float}")))
        {
            message += NO_INFINITY;
        }
        Error::new(ErrorKind::Invalid, message).with_type("DecodeError")
    }
}

impl std::fmt::Debug for Payload {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&String::from_utf8_lossy(&self.json))
    }
}
