//! A value on its way between a flock and an agent: JSON text, decoded where it is used.

mod number;
mod path;

use std::str::{self, Utf8Error};

use serde::{Serialize, de::DeserializeOwned};
use serde_json::de::StrRead;

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
    /// It travels beside the value, and is no part of it. Most values have none.
    beside: Option<Box<Beside>>,
}

/// What travels beside a value.
#[derive(Clone, Default, PartialEq, Eq)]
struct Beside {
    /// What asking models for it has cost.
    usage: Usage,
    /// By how much a person has extended the budget, where a run goes on as a new one.
    extended: Usage,
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
        Self::written(&value)
    }

    fn written(value: &dyn Writes) -> Result<Self, Error> {
        let (mut text, mut has_null) = (Vec::with_capacity(128), false);
        let formatter = Noting(&mut has_null);
        let mut to = serde_json::Serializer::with_formatter(&mut text, formatter);
        value.write(&mut to).map_err(|error| unwritten(&error))?;
        match has_null.then(|| value.missing()).flatten() {
            None => Ok(Self::from_json(text)),
            Some(path) => Err(unwritten(&format_args!(
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
            beside: None,
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
        self.beside
            .as_ref()
            .map(|beside| beside.usage)
            .unwrap_or_default()
    }

    /// Notes what asking models for it has cost.
    #[must_use]
    pub(crate) fn with_usage(mut self, usage: Usage) -> Self {
        if usage.is_none() && self.beside.is_none() {
            return self;
        }
        self.beside.get_or_insert_default().usage = usage;
        self
    }

    /// By how much a person has extended the run's budget.
    pub(crate) fn extended(&self) -> Usage {
        self.beside
            .as_ref()
            .map(|beside| beside.extended)
            .unwrap_or_default()
    }

    /// Notes by how much a person has extended the run's budget.
    #[must_use]
    pub(crate) fn with_extended(mut self, extended: Usage) -> Self {
        if !extended.is_none() {
            self.beside.get_or_insert_default().extended = extended;
        }
        self
    }

    /// Decodes the value.
    ///
    /// # Errors
    /// [`ErrorKind::Invalid`] of type `DecodeError`, naming the field that does not fit.
    pub fn decode<T: DeserializeOwned>(&self) -> Result<T, Error> {
        // Looked at as a whole: cheaper than each of its strings by itself.
        let text = str::from_utf8(&self.json).map_err(|fault| self.no_text(fault))?;
        let mut from = serde_json::Deserializer::from_str(text);
        match T::deserialize(&mut from) {
            Ok(value) => self.end(from).map(|()| value),
            Err(fault) => Err(self.explain(&fault)),
        }
    }

    /// That nothing follows the value.
    fn end(&self, mut from: serde_json::Deserializer<StrRead<'_>>) -> Result<(), Error> {
        from.end().map_err(|fault| self.explain(&fault))
    }

    /// What is no text is no JSON: whoever reads it as such finds the place.
    #[cold]
    fn no_text(&self, fault: Utf8Error) -> Error {
        match serde_json::from_slice::<serde_json::Value>(&self.json) {
            Err(fault) => self.explain(&fault),
            Ok(_) => Error::invalid(fault).with_type("DecodeError"),
        }
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

/// What is written, without its type: what needs that alone is compiled for each type that travels.
trait Writes {
    fn write(&self, to: &mut JsonWriter<'_>) -> serde_json::Result<()>;
    /// As [`number::missing`].
    fn missing(&self) -> Option<String>;
}

type JsonWriter<'w> = serde_json::Serializer<&'w mut Vec<u8>, Noting<'w>>;

impl<T: Serialize + ?Sized> Writes for &T {
    fn write(&self, to: &mut JsonWriter<'_>) -> serde_json::Result<()> {
        self.serialize(to)
    }

    fn missing(&self) -> Option<String> {
        number::missing(*self)
    }
}

#[cold]
fn unwritten(fault: &dyn std::fmt::Display) -> Error {
    Error::new(
        ErrorKind::Invalid,
        format!("cannot be written as JSON: {fault}"),
    )
    .with_type("EncodeError")
}

impl std::fmt::Debug for Payload {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&String::from_utf8_lossy(&self.json))
    }
}
