//! How often and how long an agent is tried: what a call takes with it, beside its input.
//!
//! The server counts all attempts alike, so it is given a policy with room for the agent's own failures
//! and for workers that die under it. Which is which the worker counts: see `lost_workers`.

use std::time::Duration;

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use temporalio_common::{
    data_converters::{
        PayloadConversionError, SerializationContext, TemporalDeserializable, TemporalSerializable,
    },
    protos::temporal::api::common::v1::Payload as Proto,
};

use crate::{
    config::resolve::ResolvedOptions,
    engine::temporal::{wire, workflow::claims::Claim},
    error::{Error, Result},
    value::payload::Payload,
};

/// What the server waits for beyond an attempt's own limit. Within it a living worker ends the attempt
/// and tells; an attempt that the server has to end was lost.
const TO_TELL: Duration = Duration::from_secs(10);

/// Where in a payload's metadata notes stand: other programs read past them.
const NOTE: &str = "flock";

/// Where its number among the run's steps stands.
const STEP: &str = "flock-step";

/// Where it stands that a call is to be silent.
const SILENT: &str = "flock-silent";

/// Where it stands that the flock hosts a stream.
const STREAMS: &str = "flock-streams";

pub(crate) fn noted(mut proto: Proto, note: &impl Serialize) -> Proto {
    if let Ok(note) = serde_json::to_vec(note) {
        proto.metadata.insert(NOTE.to_owned(), note);
    }
    proto
}

pub(crate) fn note<T: DeserializeOwned>(proto: &Proto) -> Option<T> {
    serde_json::from_slice(proto.metadata.get(NOTE)?).ok()
}

/// How often an agent is tried, and for how long each time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "(u32, u32, u64)", into = "(u32, u32, u64)")]
pub(crate) struct Bounds {
    /// Attempts of its own; 0 is without limit.
    attempts: u32,
    /// Workers that may die under it.
    lost_workers: u32,
    /// Limit of an attempt.
    timeout: Duration,
}

impl From<(u32, u32, u64)> for Bounds {
    fn from((attempts, lost_workers, timeout): (u32, u32, u64)) -> Self {
        let timeout = Duration::from_millis(timeout);
        Self {
            attempts,
            lost_workers,
            timeout,
        }
    }
}

impl From<Bounds> for (u32, u32, u64) {
    fn from(bounds: Bounds) -> Self {
        let timeout = u64::try_from(bounds.timeout.as_millis()).unwrap_or(u64::MAX);
        (bounds.attempts, bounds.lost_workers, timeout)
    }
}

impl Bounds {
    pub(crate) fn new(options: &ResolvedOptions, timeout: Duration) -> Self {
        Self {
            attempts: options.max_attempts.value,
            lost_workers: options.lost_workers.value,
            timeout,
        }
    }

    /// Attempts of which the server is told: one more than there can be of both kinds, in which a
    /// worker says that too many were lost.
    pub(crate) fn maximum_attempts(&self) -> u32 {
        match self.attempts {
            0 => 0,
            attempts => attempts.saturating_add(self.lost_workers).saturating_add(1),
        }
    }

    /// The limit of an attempt of which the server is told.
    pub(crate) fn start_to_close(&self) -> Duration {
        self.timeout.saturating_add(TO_TELL)
    }

    pub(crate) fn timeout(&self) -> Duration {
        self.timeout
    }

    /// Whether no attempt is left after `number` of the agent's own.
    pub(crate) fn is_last(&self, number: u32) -> bool {
        self.attempts != 0 && number >= self.attempts
    }

    /// That more workers died than may.
    pub(crate) fn lost(&self, workers: u32) -> Result<()> {
        match workers > self.lost_workers {
            true => Err(Error::lost_workers(workers, self.lost_workers)),
            false => Ok(()),
        }
    }
}

/// An activity's input.
pub(crate) struct Call {
    pub(crate) input: Result<Payload>,
    /// None where another program made the call, or flock before it counted, and with `local` agents.
    pub(crate) bounds: Option<Bounds>,
    /// The result that the call has given already, and that is wanted now.
    pub(crate) claim: Option<Claim>,
    /// Which of the run's steps it is.
    pub(crate) step: Option<u64>,
    /// What it says while it is at work is not to be told: the server would copy it into the history.
    pub(crate) is_silent: bool,
    /// Its flock hosts a stream of what its agents say.
    pub(crate) streams: bool,
}

impl TemporalSerializable for Call {
    fn to_payload(&self, _: &SerializationContext<'_>) -> Result<Proto, PayloadConversionError> {
        let input = self.input.as_ref().map_err(|error| {
            let error: Box<dyn std::error::Error + Send + Sync> = error.clone().into();
            PayloadConversionError::EncodingError(error)
        })?;
        let mut proto = wire::write(input);
        if let Some(step) = self.step {
            let step = step.to_string().into_bytes();
            proto.metadata.insert(STEP.to_owned(), step);
        }
        if self.streams {
            proto.metadata.insert(STREAMS.to_owned(), b"true".to_vec());
        }
        if self.is_silent {
            proto.metadata.insert(SILENT.to_owned(), b"true".to_vec());
        }
        Ok(match (&self.bounds, &self.claim) {
            (Some(bounds), _) => noted(proto, bounds),
            (None, Some(claim)) => noted(proto, claim),
            (None, None) => proto,
        })
    }
}

impl TemporalDeserializable for Call {
    fn from_payload(
        context: &SerializationContext<'_>,
        payload: Proto,
    ) -> Result<Self, PayloadConversionError> {
        Self::from_payloads(context, vec![payload])
    }

    fn from_payloads(
        _: &SerializationContext<'_>,
        payloads: Vec<Proto>,
    ) -> Result<Self, PayloadConversionError> {
        let bounds = payloads.first().and_then(note);
        let claim = payloads.first().and_then(note);
        let step = payloads.first().and_then(|proto| {
            let step = proto.metadata.get(STEP)?;
            std::str::from_utf8(step).ok()?.parse().ok()
        });
        let says = |key| {
            let first = payloads.first();
            first.is_some_and(|proto| proto.metadata.contains_key(key))
        };
        let (is_silent, streams) = (says(SILENT), says(STREAMS));
        let input = wire::read(payloads);
        Ok(Self {
            input,
            bounds,
            claim,
            step,
            is_silent,
            streams,
        })
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use temporalio_common::data_converters::{PayloadConverter, SerializationContextData};

    use super::*;

    pub(crate) fn sent(value: &impl TemporalSerializable) -> Proto {
        let data = SerializationContextData::None;
        let converter = PayloadConverter::default();
        let context = SerializationContext::new(&data, &converter);
        value.to_payload(&context).unwrap()
    }

    #[test]
    fn what_travels_is_read_again_and_by_those_who_know_nothing_of_it() {
        let bounds = Bounds::from((4, 20, 300_000));
        let call = sent(&Call {
            input: Ok(Payload::from_json("{\"a\":1}")),
            bounds: Some(bounds),
            claim: None,
            step: Some(7),
            is_silent: false,
            streams: false,
        });
        assert_eq!(note(&call), Some(bounds));
        assert_eq!(note::<Claim>(&call), None);
        let plain = wire::read(vec![call]).unwrap();
        assert_eq!(plain.as_bytes(), b"{\"a\":1}");
    }

    #[test]
    fn the_server_leaves_room_for_both_and_for_the_last_word() {
        let bounds = Bounds::from((4, 20, 1_000));
        assert_eq!(bounds.maximum_attempts(), 25);
        assert!(!bounds.is_last(3) && bounds.is_last(4));
        assert!(bounds.lost(20).is_ok() && bounds.lost(21).is_err());
        assert_eq!(Bounds::from((0, 20, 1_000)).maximum_attempts(), 0);
        assert!(!Bounds::from((0, 20, 1_000)).is_last(u32::MAX));
    }
}
