//! Whose fault it was that an attempt came to nothing: the agent's own failures and the workers that
//! died under it are counted apart.
//!
//! The worker keeps the agent's own count, since the server counts all attempts alike. What it needs to
//! know travels with the call's input (`attempts`); what it has counted stands beside the progress in the
//! heartbeat details, which the server hands to the next attempt. An attempt that fails by itself says so
//! in the details of its failure; one of which nothing was heard to the end was lost with its worker.
//! None of this is an event of the history.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use temporalio_common::{
    RetryPolicy,
    data_converters::{PayloadConversionError, SerializationContext, TemporalSerializable},
    protos::temporal::api::{
        common::v1::Payload as Proto,
        failure::v1::{Failure, failure::FailureInfo},
        workflow::v1::PendingActivityInfo,
    },
};

use super::{
    attempts::{note, noted},
    streaming,
};
use crate::{
    agent::stream::Transcript,
    engine::temporal::wire,
    value::{payload::Payload, usage::Usage},
};

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

/// Heartbeat details: how far an agent has come, what is counted, and what it says.
#[derive(Clone)]
pub(crate) struct Details {
    pub(crate) progress: Option<Payload>,
    pub(crate) record: Option<Record>,
    /// The newest of what the attempt says.
    pub(crate) said: Option<Transcript>,
    /// What asking models has cost in attempts that failed.
    pub(crate) spent: Usage,
}

impl Details {
    /// Reads what an attempt before has left; progress alone from flock before it counted.
    pub(crate) fn read(protos: &[Proto]) -> Self {
        let progress = wire::read(protos.to_vec()).ok();
        Self {
            spent: progress.as_ref().map(Payload::usage).unwrap_or_default(),
            progress: progress.filter(|progress| progress.as_bytes() != b"null"),
            record: protos.first().and_then(note),
            // Of an attempt before, whose words are void.
            said: None,
        }
    }
}

impl TemporalSerializable for Details {
    fn to_payload(&self, _: &SerializationContext<'_>) -> Result<Proto, PayloadConversionError> {
        let progress = self.progress.clone();
        let progress = progress.unwrap_or_else(|| Payload::from_json("null"));
        let proto = wire::write(&progress.with_usage(self.spent));
        let proto = match &self.record {
            Some(record) => noted(proto, record),
            None => proto,
        };
        Ok(match &self.said {
            Some(said) => streaming::noted(proto, said),
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
    use temporalio_common::protos::temporal::api::common::v1::Payloads;

    use super::*;
    use crate::engine::temporal::worker::attempts::tests::sent;

    #[test]
    fn what_is_told_the_next_attempts_is_read_again() {
        let record = Record {
            failures: 2,
            number: 5,
        };
        let details = sent(&Details {
            progress: Some(Payload::from_json("[7]")),
            record: Some(record),
            said: None,
            spent: Usage::tokens(5, 6),
        });
        let read = Details::read(&[details]);
        assert_eq!(read.record, Some(record));
        assert_eq!(read.progress.unwrap().as_bytes(), b"[7]");
        assert_eq!(read.spent, Usage::tokens(5, 6));
        // Of a run that was under way before flock counted.
        let old = Details::read(&[wire::write(&Payload::from_json("[7]"))]);
        assert_eq!(old.record, None);
        assert_eq!(old.progress.unwrap().as_bytes(), b"[7]");
        let without = Details {
            progress: None,
            record: Some(record),
            said: None,
            spent: Usage::default(),
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
                said: None,
                spent: Usage::default(),
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
