//! What keeps a value from being read or written.

use serde::{Deserialize, Serialize};
use temporalio_common::{
    data_converters::PayloadConversionError, protos::temporal::api::common::v1::Payload as Proto,
};

use super::ENCODING;
use crate::{
    engine::temporal::{wire, worker::foreign},
    error::Error,
};

/// The encoding of what stands in the place of such a value: of this program's memory, never of a history.
const IN_ITS_PLACE: &str = "flock/undecodable";

/// Why a value cannot be read or written, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[error("{message}")]
pub(crate) struct Fault {
    /// The key that it would take.
    pub(crate) key: Option<String>,
    pub(crate) message: String,
    /// Nobody will ever read it, whatever they have been given.
    is_damaged: bool,
}

impl Fault {
    /// One that another program may not find, or this one later.
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self {
            key: None,
            message: message.into(),
            is_damaged: false,
        }
    }

    /// One that every program finds, and will.
    pub(super) fn damaged(message: impl Into<String>) -> Self {
        Self {
            is_damaged: true,
            ..Self::new(message)
        }
    }

    pub(super) fn of_key(key: &str, message: impl Into<String>) -> Self {
        Self {
            key: Some(key.to_owned()),
            ..Self::new(message)
        }
    }

    pub(super) fn is_damaged(&self) -> bool {
        self.is_damaged
    }

    /// As clients have it. What a client cannot read has failed no run, whoever else could read it.
    pub(super) fn of_client(self) -> Self {
        Self {
            is_damaged: false,
            ..self
        }
    }

    /// Itself, in place of the value that it is about.
    pub(super) fn in_place(&self) -> Proto {
        Proto {
            metadata: [(ENCODING.to_owned(), IN_ITS_PLACE.into())].into(),
            // Of two texts and a word.
            data: serde_json::to_vec(self).unwrap_or_default(),
            ..Proto::default()
        }
    }

    /// The one that stands in the place of a value, where one does.
    pub(in crate::engine::temporal) fn of(proto: &Proto) -> Option<Self> {
        let encoding = proto.metadata.get(ENCODING)?;
        (encoding == IN_ITS_PLACE.as_bytes())
            .then(|| serde_json::from_slice(&proto.data).ok())
            .flatten()
    }

    /// As an error of whatever wanted the value.
    pub(in crate::engine::temporal) fn into_error(self) -> Error {
        match self.is_damaged {
            true => wire::undecodable(self.message),
            false => Error::undecodable(self.key, self.message),
        }
    }

    /// Says it in the log, once.
    pub(super) fn tell(&self) {
        foreign::once(format!("a value cannot be read: {self}"));
    }
}

impl From<Fault> for PayloadConversionError {
    fn from(fault: Fault) -> Self {
        Self::EncodingError(fault.into())
    }
}
