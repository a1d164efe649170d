//! Whose fault it was that an attempt came to nothing: the agent's own failures and the workers that
//! died under it are counted apart.
//!
//! The server counts all attempts alike, so it is given a policy with room for both, and the worker
//! keeps the agent's own count. What it needs to know travels with the call's input; what it has
//! counted stands beside the progress in the heartbeat details, which the server hands to the next
//! attempt. An attempt that fails by itself says so in the details of its failure; one of which nothing
//! was heard to the end was lost with its worker. None of this is an event of the history.

use std::time::Duration;

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use temporalio_common::{
    RetryPolicy,
    data_converters::{
        PayloadConversionError, SerializationContext, TemporalDeserializable, TemporalSerializable,
    },
    protos::temporal::api::{
        common::v1::Payload as Proto,
        failure::v1::{Failure, failure::FailureInfo},
        workflow::v1::PendingActivityInfo,
    },
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
}

impl TemporalSerializable for Call {
    fn to_payload(&self, _: &SerializationContext<'_>) -> Result<Proto, PayloadConversionError> {
        let input = self.input.as_ref().map_err(|error| {
            let error: Box<dyn std::error::Error + Send + Sync> = error.clone().into();
            PayloadConversionError::EncodingError(error)
        })?;
        let proto = wire::write(input);
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
        let input = wire::read(payloads);
        Ok(Self {
            input,
            bounds,
            claim,
        })
    }
}

/// What an attempt tells the next ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "(u32, u32)", into = "(u32, u32)")]
pub(crate) struct Record {
    /// Failures of the agent's own so far.
    pub(crate) failures: u32,
    /// The attempt that says so, as the server counts.
    pub(crate) number: u32,
}

impl From<(u32, u32)> for Record {
    fn from((failures, number): (u32, u32)) -> Self {
        Self { failures, number }
    }
}

impl From<Record> for (u32, u32) {
    fn from(record: Record) -> Self {
        (record.failures, record.number)
    }
}

/// Heartbeat details: how far an agent has come, and what is counted.
pub(crate) struct Details {
    pub(crate) progress: Option<Payload>,
    pub(crate) record: Option<Record>,
}

impl Details {
    /// Reads what an attempt before has left; progress alone from flock before it counted.
    pub(crate) fn read(protos: &[Proto]) -> Self {
        let progress = wire::read(protos.to_vec()).ok();
        Self {
            progress: progress.filter(|progress| progress.as_bytes() != b"null"),
            record: protos.first().and_then(note),
        }
    }
}

impl TemporalSerializable for Details {
    fn to_payload(&self, _: &SerializationContext<'_>) -> Result<Proto, PayloadConversionError> {
        let proto = match &self.progress {
            Some(progress) => wire::write(progress),
            None => wire::write(&Payload::from_json("null")),
        };
        Ok(match &self.record {
            Some(record) => noted(proto, record),
            None => proto,
        })
    }
}

/// Which attempt this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Count {
    /// Of all, as the server counts, from 1.
    pub(crate) number: u32,
    /// Of the agent's own, from 1.
    pub(crate) attempt: u32,
    /// Workers that died before.
    pub(crate) lost: u32,
}

impl Count {
    /// Attempt `number`, of which it is known what an attempt before has said.
    pub(crate) fn new(number: u32, record: Option<Record>) -> Self {
        // A record of this attempt or a later one is from before an operator's reset.
        let record = record.filter(|record| record.number < number);
        let before = number.saturating_sub(1);
        let failures = record.map_or(0, |record| record.failures.min(before));
        Self {
            number,
            attempt: failures + 1,
            lost: before - failures,
        }
    }

    /// Attempt `number` of a call whose attempts the server alone counts.
    pub(crate) fn of_server(number: u32) -> Self {
        Self {
            number,
            attempt: number,
            lost: 0,
        }
    }

    /// The attempt that the server says is under way or comes next.
    pub(crate) fn pending(activity: &PendingActivityInfo) -> Self {
        let number = u32::try_from(activity.attempt).unwrap_or(1).max(1);
        let details = activity.heartbeat_details.as_ref();
        let record = details.and_then(|details| note(details.payloads.first()?));
        match record {
            // An attempt that beats now counts those before it.
            Some(Record {
                failures,
                number: at,
            }) if at == number => Self::new(
                number,
                Some(Record {
                    failures,
                    number: 0,
                }),
            ),
            Some(record) => Self::new(number, Some(record)),
            None if was_lost(activity.last_failure.as_ref()) => Self::new(number, None),
            None => Self::of_server(number),
        }
    }

    /// What this attempt tells the next ones for as long as it has not failed.
    pub(crate) fn record(&self) -> Record {
        Record {
            failures: self.attempt - 1,
            number: self.number,
        }
    }

    /// The wait after this attempt has failed, where the server would count lost workers in.
    pub(crate) fn wait(&self, policy: Option<&RetryPolicy>) -> Option<Duration> {
        let policy = policy.filter(|_| self.lost > 0)?;
        let initial = policy.initial_interval();
        let exponent = i32::try_from(self.attempt - 1).unwrap_or(i32::MAX);
        let wait = initial.as_secs_f64() * policy.backoff_coefficient().powi(exponent);
        let longest = policy.maximum_interval().unwrap_or(initial * 100);
        let wait = Duration::try_from_secs_f64(wait).unwrap_or(longest);
        Some(wait.min(longest))
    }
}

/// Whether the server gave an attempt up, because nothing was heard of its worker.
pub(crate) fn was_lost(failure: Option<&Failure>) -> bool {
    let info = failure.and_then(|failure| failure.failure_info.as_ref());
    matches!(info, Some(FailureInfo::TimeoutFailureInfo(_)))
}

#[cfg(test)]
mod tests {
    use temporalio_common::{
        data_converters::{PayloadConverter, SerializationContextData},
        protos::temporal::api::common::v1::Payloads,
    };

    use super::*;

    fn sent(value: &impl TemporalSerializable) -> Proto {
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
        });
        assert_eq!(note(&call), Some(bounds));
        assert_eq!(note::<Claim>(&call), None);
        let plain = wire::read(vec![call]).unwrap();
        assert_eq!(plain.as_bytes(), b"{\"a\":1}");

        let record = Record {
            failures: 2,
            number: 5,
        };
        let details = sent(&Details {
            progress: Some(Payload::from_json("[7]")),
            record: Some(record),
        });
        let read = Details::read(&[details]);
        assert_eq!(read.record, Some(record));
        assert_eq!(read.progress.unwrap().as_bytes(), b"[7]");
        // Of a run that was under way before flock counted.
        let old = Details::read(&[wire::write(&Payload::from_json("[7]"))]);
        assert_eq!(old.record, None);
        assert_eq!(old.progress.unwrap().as_bytes(), b"[7]");
        let without = Details {
            progress: None,
            record: Some(record),
        };
        assert!(Details::read(&[sent(&without)]).progress.is_none());
    }

    #[test]
    fn failures_are_counted_and_the_rest_is_lost() {
        let count = |number, failures, at| {
            let record = Record {
                failures,
                number: at,
            };
            let count = Count::new(number, Some(record));
            (count.attempt, count.lost)
        };
        assert_eq!(count(2, 1, 1), (2, 0));
        assert_eq!(count(7, 1, 4), (2, 5));
        // After an operator's reset all begins anew.
        assert_eq!(count(1, 3, 4), (1, 0));
        let first = Count::new(1, None);
        assert_eq!((first.attempt, first.lost), (1, 0));
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

    #[test]
    fn the_waits_are_those_of_the_agents_own_failures() {
        let policy = RetryPolicy::builder()
            .initial_interval(Duration::from_secs(1))
            .backoff_coefficient(2.0)
            .maximum_interval(Duration::from_secs(100))
            .maximum_attempts(25)
            .build();
        let wait = |attempt, lost| {
            let number = attempt + lost;
            let count = Count {
                number,
                attempt,
                lost,
            };
            count.wait(Some(&policy)).map(|wait| wait.as_secs())
        };
        assert_eq!(wait(3, 0), None, "the server's own");
        assert_eq!((wait(1, 9), wait(3, 1)), (Some(1), Some(4)));
        assert_eq!(wait(60, 1), Some(100));
    }

    #[test]
    fn what_is_pending_is_told_apart() {
        let pending = |attempt, record: Option<Record>| {
            let details = Details {
                progress: None,
                record,
            };
            let count = Count::pending(&PendingActivityInfo {
                attempt,
                heartbeat_details: record.map(|_| Payloads {
                    payloads: vec![sent(&details)],
                }),
                ..PendingActivityInfo::default()
            });
            (count.attempt, count.lost)
        };
        let record = |failures, number| Some(Record { failures, number });
        assert_eq!(pending(1, None), (1, 0));
        assert_eq!(pending(4, record(1, 4)), (2, 2));
        assert_eq!(pending(5, record(2, 4)), (3, 2));
    }
}
