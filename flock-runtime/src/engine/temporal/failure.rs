//! Our errors as Temporal failures and back. The failure's details carry ours as JSON, so that its
//! kind and type survive; failures of other programs are read as well as can be.

use std::{
    fmt::{self, Write as _},
    time::Duration,
};

use temporalio_client::{Client, tonic::Status};
use temporalio_common::{
    ActivityError,
    error::{ActivityExecutionError, ApplicationFailure},
    protos::temporal::api::{
        enums::v1::TimeoutType,
        errordetails::v1::QueryFailedFailure,
        failure::v1::{Failure as Proto, failure::FailureInfo},
    },
    protos::utilities::decode_status_detail,
};
use temporalio_sdk::{WorkflowTermination, workflows::WorkflowError};

use super::{
    codec,
    wire::{self, MAX_BYTES, Wire},
};
use crate::{
    error::{Error, ErrorKind, Failure},
    value::payload::Payload,
};

/// Whether another attempt is made after a failure.
pub(super) enum Retry {
    /// As the policy says that the server was given.
    ByPolicy,
    /// After this wait, unless the failure itself names one.
    After(Duration),
    Never,
}

/// An attempt's failure.
pub(super) fn of_attempt(error: Error, retry: Retry) -> ActivityError {
    let error = error.bounded();
    let failure = error.failure();
    let mut message = failure.message.clone();
    for cause in &failure.causes {
        // Writing to a string cannot fail.
        let _ = write!(message, ": {cause}");
    }
    ActivityError::application(application(error, message, retry))
}

/// A flock's failure.
pub(super) fn of_flock(error: Error) -> WorkflowTermination {
    let error = error.bounded();
    let message = error.to_string();
    WorkflowTermination::failed_application(application(error, message, Retry::ByPolicy))
}

/// A handler's failure, or its refusal.
pub(super) fn of_handler(error: Error) -> WorkflowError {
    let error = error.bounded();
    let message = error.to_string();
    WorkflowError::Execution(Handled(application(error, message, Retry::ByPolicy)).into())
}

/// The SDK wraps a handler's error in a failure without details, and keeps only what is beneath it:
/// so ours is put there.
#[derive(Debug)]
struct Handled(ApplicationFailure);

impl fmt::Display for Handled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Handled {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

fn application(error: Error, message: String, retry: Retry) -> ApplicationFailure {
    let failure = error.into_failure();
    let asked = match failure.kind {
        ErrorKind::RateLimited { retry_after } => retry_after,
        _ => None,
    };
    let (delay, last) = match retry {
        Retry::ByPolicy => (asked, false),
        Retry::After(wait) => (asked.or(Some(wait)), false),
        Retry::Never => (None, true),
    };
    let details = Payload::encode(&failure)
        .and_then(|details| Wire::new(details, MAX_BYTES))
        .ok();
    ApplicationFailure::builder(message)
        .type_name(failure.type_name)
        .non_retryable(last || !failure.kind.is_retryable())
        .maybe_next_retry_delay(delay)
        .maybe_details(details)
        .build()
}

/// What a flock sees of an agent that failed.
pub(super) fn of_activity(error: &ActivityExecutionError) -> Error {
    match error.failure() {
        Some(failure) => read(failure),
        None => Error::permanent(error),
    }
}

/// What a query was refused with; none where the server means something else.
pub(super) async fn of_query(client: &Client, status: &Status) -> Option<Error> {
    let failed = decode_status_detail::<QueryFailedFailure>(status.details())?;
    let failed = codec::opened(client, failed).await.ok()?;
    let shown = failed.failure.as_ref().map(codec::shown);
    Some(match shown {
        Some(Err(fault)) => fault.into_error(),
        Some(Ok(failure)) if status.message() == codec::HIDDEN => Error::invalid(&failure.message),
        None if status.message() == codec::HIDDEN => Error::invalid(
            "the run refused it, and why is encrypted: Temporal's SDK for Rust does not hand that on; its worker's log may tell",
        ),
        _ => Error::invalid(status.message()),
    })
}

/// Reads any failure that Temporal gives.
pub(super) fn read(failure: &Proto) -> Error {
    match codec::shown(failure) {
        Ok(failure) => read_shown(&failure),
        Err(fault) => fault.into_error().context("its failure cannot be read"),
    }
}

fn read_shown(failure: &Proto) -> Error {
    let beneath = failure.cause.as_deref();
    match &failure.failure_info {
        Some(FailureInfo::ApplicationFailureInfo(info)) => {
            let ours = info.details.as_ref().and_then(|details| {
                let payload = wire::read(details.payloads.clone()).ok()?;
                payload.decode::<Failure>().ok()
            });
            if let Some(ours) = ours {
                return Error::from(ours);
            }
            // See `Handled`.
            if let (None, "", Some(inner)) = (&info.details, info.r#type.as_str(), beneath)
                && inner.message == failure.message
            {
                return read_shown(inner);
            }
            let kind = if info.non_retryable {
                ErrorKind::Permanent
            } else {
                ErrorKind::Transient
            };
            let error = with_causes(Error::new(kind, &failure.message), beneath);
            if info.r#type.is_empty() {
                error
            } else {
                error.with_type(&info.r#type)
            }
        }
        Some(FailureInfo::TimeoutFailureInfo(info)) => {
            with_causes(timeout(info.timeout_type()), beneath)
        }
        Some(FailureInfo::CanceledFailureInfo(_)) => Error::cancelled("the run was cancelled"),
        Some(FailureInfo::TerminatedFailureInfo(_)) => {
            Error::permanent(&failure.message).with_type("Terminated")
        }
        Some(FailureInfo::ActivityFailureInfo(info)) => {
            let error = beneath.map_or_else(|| Error::permanent(&failure.message), read_shown);
            match &info.activity_type {
                Some(agent) => error.in_agent(&agent.name),
                None => error,
            }
        }
        Some(FailureInfo::ChildWorkflowExecutionFailureInfo(_)) => {
            beneath.map_or_else(|| Error::permanent(&failure.message), read_shown)
        }
        _ => with_causes(Error::transient(&failure.message), beneath),
    }
}

/// A failure in a line that stands beside its agent's name.
pub(super) fn one_line(failure: Option<&Proto>) -> String {
    let Some(failure) = failure else {
        return "it failed".to_owned();
    };
    let mut failure = read(failure).into_failure();
    failure.agent = None;
    failure.to_string()
}

fn timeout(which: TimeoutType) -> Error {
    match which {
        TimeoutType::ScheduleToStart => Error::not_taken_up(),
        TimeoutType::ScheduleToClose => Error::deadline(),
        TimeoutType::Heartbeat => {
            Error::timeout("its worker has fallen silent for longer than its `heartbeat`")
        }
        TimeoutType::StartToClose | TimeoutType::Unspecified => Error::attempt_timeout(),
    }
}

fn with_causes(error: Error, mut beneath: Option<&Proto>) -> Error {
    let mut failure = error.into_failure();
    let mut causes = failure.causes.into_vec();
    while let Some(cause) = beneath {
        // A timeout of the server's repeats the one above it in other words.
        if !matches!(cause.failure_info, Some(FailureInfo::TimeoutFailureInfo(_))) {
            causes.push(cause.message.clone());
        }
        beneath = cause.cause.as_deref();
    }
    failure.causes = causes.into();
    Error::from(failure)
}

#[cfg(test)]
mod tests {
    use temporalio_common::{
        data_converters::{
            DefaultFailureConverter, FailureConverter, PayloadConverter, SerializationContextData,
        },
        error::{OutgoingActivityError, OutgoingError},
        protos::temporal::api::{
            common::v1::ActivityType,
            failure::v1::{ActivityFailureInfo, ApplicationFailureInfo, TimeoutFailureInfo},
        },
    };

    use super::*;

    fn sent(error: Error) -> Proto {
        sent_with(error, Retry::ByPolicy)
    }

    fn sent_with(error: Error, retry: Retry) -> Proto {
        let ActivityError::Application(failure) = of_attempt(error, retry) else {
            panic!("an attempt's failure is an application failure");
        };
        DefaultFailureConverter::default().to_failure(
            OutgoingError::Activity(OutgoingActivityError::Application(failure)),
            &PayloadConverter::default(),
            &SerializationContextData::None,
        )
    }

    fn of_agent(agent: &str, cause: Proto) -> Proto {
        Proto {
            message: "Activity task failed".to_owned(),
            cause: Some(Box::new(cause)),
            failure_info: Some(FailureInfo::ActivityFailureInfo(ActivityFailureInfo {
                activity_type: Some(ActivityType {
                    name: agent.to_owned(),
                }),
                ..Default::default()
            })),
            ..Proto::default()
        }
    }

    fn info(failure: &Proto) -> &ApplicationFailureInfo {
        match &failure.failure_info {
            Some(FailureInfo::ApplicationFailureInfo(info)) => info,
            other => panic!("an application failure, not {other:?}"),
        }
    }

    #[test]
    fn kind_type_and_causes_survive_the_way() {
        let wait = Some(Duration::from_secs(7));
        let error = Error::rate_limited("slow down", wait)
            .with_type("Http429")
            .in_agent("writer");
        let proto = sent(error.clone());
        assert_eq!(info(&proto).r#type, "Http429");
        assert!(!info(&proto).non_retryable);
        assert_eq!(
            info(&proto).next_retry_delay.map(|delay| delay.seconds),
            Some(7)
        );
        let read = read(&of_agent("writer", proto));
        assert_eq!(read.failure(), error.failure());
    }

    #[test]
    fn a_long_story_is_cut_and_its_kind_stays() {
        let error = Error::invalid("\u{1}é".repeat(1 << 20)).with_type("Huge");
        let mut failure = error.in_agent("writer").into_failure();
        failure.causes = vec!["because".repeat(1 << 10); 1 << 10].into();
        let proto = sent(failure.into());
        let size = prost::Message::encoded_len(&proto);
        assert!(size < 300 * 1024, "{size}");
        let read = read(&of_agent("writer", proto));
        assert_eq!(
            (read.kind(), read.type_name(), read.agent()),
            (&ErrorKind::Invalid, "Huge", Some("writer"))
        );
        let causes = &read.failure().causes;
        assert!(
            causes
                .last()
                .is_some_and(|last| last.ends_with("causes more"))
        );
        assert!(read.message().ends_with("bytes in all)"), "{read}");
    }

    #[test]
    fn what_the_kind_says_of_retries_is_told_to_the_server() {
        assert!(info(&sent(Error::invalid("no"))).non_retryable);
        assert!(!info(&sent(Error::transient("no"))).non_retryable);
        let last = sent_with(Error::transient("no"), Retry::Never);
        assert!(info(&last).non_retryable);
        // The flock hears what it was, and not that no attempt was left.
        assert_eq!(read(&last).kind(), &ErrorKind::Transient);
        let wait = sent_with(Error::transient("no"), Retry::After(Duration::from_secs(4)));
        assert_eq!(
            info(&wait).next_retry_delay.map(|delay| delay.seconds),
            Some(4)
        );
    }

    #[test]
    fn failures_of_other_programs_are_read() {
        let foreign = Proto {
            message: "bad value".to_owned(),
            failure_info: Some(FailureInfo::ApplicationFailureInfo(
                ApplicationFailureInfo {
                    r#type: "ValueError".to_owned(),
                    non_retryable: true,
                    ..Default::default()
                },
            )),
            ..Proto::default()
        };
        let error = read(&of_agent("writer", foreign));
        assert_eq!(error.kind(), &ErrorKind::Permanent);
        assert_eq!(
            (error.type_name(), error.agent()),
            ("ValueError", Some("writer"))
        );
    }

    #[test]
    fn a_timeout_is_a_timeout() {
        let silent = Proto {
            message: "activity Heartbeat timeout".to_owned(),
            failure_info: Some(FailureInfo::TimeoutFailureInfo(TimeoutFailureInfo {
                timeout_type: TimeoutType::Heartbeat.into(),
                ..Default::default()
            })),
            ..Proto::default()
        };
        let error = read(&of_agent("writer", silent));
        assert_eq!(
            (error.kind(), error.type_name()),
            (&ErrorKind::Timeout, "Timeout")
        );
        assert!(error.message().contains("`heartbeat`"), "{error}");
    }
}
