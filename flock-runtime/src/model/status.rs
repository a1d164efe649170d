//! From a provider's refusal to the kind of an error.

use std::time::{Duration, SystemTime};

use genai::{resolver, webc};
use serde_json::Value;

use super::genai::{Target, said};
use crate::{
    error::{Error, ErrorKind},
    value::duration,
};

/// Longest piece of a provider's own words, in characters.
const LONGEST: usize = 500;

/// What `failure` means for the attempt.
pub(super) fn error(failure: genai::Error, target: &Target) -> Error {
    let shown = &target.shown;
    let error = match (failure.status(), &failure) {
        (Some(status), _) => refused(status.as_u16(), &failure, target),
        (None, genai::Error::WebModelCall { webc_error, .. }) => unreached(webc_error, shown),
        (
            None,
            genai::Error::ChatResponseGeneration {
                cause,
                response_body,
                ..
            },
        ) => match said::blocked(response_body) {
            Some(reason) => filtered(&reason),
            None => bad_response(shown, cause),
        },
        (None, genai::Error::NoChatResponse { .. }) => bad_response(shown, "it holds no answer"),
        (None, genai::Error::StreamParse { serde_error, .. }) => match serde_error.line() {
            // No fault of the JSON: what the vendor says in it.
            0 => broke_off(shown, &serde_error.to_string()),
            _ => bad_response(shown, "it is not JSON"),
        },
        (None, genai::Error::WebStream { .. }) => broken(shown),
        (None, genai::Error::ChatResponse { body, .. }) if said::has_no_candidate(body) => {
            filtered("it tells no reason")
        }
        (None, genai::Error::ChatResponse { body, .. }) => {
            broke_off(shown, &own_words(&body.to_string()))
        }
        (None, other) => return without(misconfigured(shown, other), target),
    };
    without(error, target)
}

/// A question that outlived its limit.
pub(super) fn out_of_time(shown: &str, limit: Duration) -> Error {
    Error::transient(format!(
        "{shown} gave no answer within {}",
        duration::display(limit)
    ))
    .with_type("HttpTimeout")
}

/// An answer that ended in the middle.
pub(super) fn broken(shown: &str) -> Error {
    Error::transient(format!(
        "the connection to {shown} broke: the answer ends in the middle"
    ))
    .with_type("HttpError")
}

/// Said in the middle of an answer, whose status was good.
fn broke_off(shown: &str, said: &str) -> Error {
    Error::transient(format!("{shown} broke off its answer: {said}")).with_type("BadResponse")
}

/// The provider's filter does not let it be answered.
pub(super) fn filtered(reason: &str) -> Error {
    Error::permanent(format!(
        "the provider's filter stopped the answer ({})",
        short(reason)
    ))
    .with_type("ContentFilter")
}

/// The model itself does not want to answer.
pub(super) fn refusal(said: &str) -> Error {
    Error::permanent(format!("the model refuses: {}", short(said))).with_type("ContentFilter")
}

/// A question that could not be put.
pub(super) fn misconfigured(shown: &str, failure: &genai::Error) -> Error {
    if let genai::Error::Resolver {
        resolver_error: resolver::Error::ApiKeyEnvNotFound { env_name },
        ..
    } = failure
    {
        let message = format!("there is no key for {shown}: set {env_name} where the agent runs");
        return Error::denied(message).with_type("MissingKey");
    }
    let cause = match failure {
        // It repeats the address, which may hold a secret.
        genai::Error::Internal(_) => "is its address a URL?".to_owned(),
        other => short(&other.to_string()),
    };
    Error::permanent(format!("{shown} cannot be asked: {cause}"))
}

fn refused(status: u16, failure: &genai::Error, target: &Target) -> Error {
    let header = |name: &str| failure.headers()?.get(name)?.to_str().ok();
    let body = body(failure).unwrap_or_default();
    let wait = retry_after(header, SystemTime::now()).or_else(|| said::retry_delay(body));
    let wrong_key = status == 401 || said::is_about_key(body);
    let kind = match status {
        _ if wrong_key => ErrorKind::Denied,
        429 => ErrorKind::RateLimited { retry_after: wait },
        // Overloaded, and it says for how long.
        500.. if wait.is_some() => ErrorKind::RateLimited { retry_after: wait },
        408 | 409 | 500.. => ErrorKind::Transient,
        401..=403 => ErrorKind::Denied,
        404 => ErrorKind::NotFound,
        400 | 413 | 422 => ErrorKind::Invalid,
        _ => ErrorKind::Permanent,
    };
    let kind = match header("x-should-retry").map(str::trim) {
        Some("false") if kind.is_retryable() => ErrorKind::Permanent,
        Some("true") if kind == ErrorKind::Permanent => ErrorKind::Transient,
        _ => kind,
    };
    let mut message = format!("{} answered {status}", target.shown);
    let said = own_words(body);
    if !said.is_empty() {
        message = format!("{message}: {said}");
    }
    if wrong_key && let Some(variable) = &target.key_variable {
        message = format!("{message} (is {variable} right where the agent runs?)");
    }
    let is_plain = status == 429 && kind.is_retryable();
    let error = Error::new(kind, message);
    match is_plain {
        true => error,
        false => error.with_type(format!("HttpStatus{status}")),
    }
}

fn unreached(failure: &webc::Error, shown: &str) -> Error {
    let webc::Error::Reqwest(failure) = failure else {
        return bad_response(shown, "it is not JSON");
    };
    let cause = innermost(failure);
    if failure.is_timeout() {
        Error::transient(format!("{shown} did not answer in time")).with_type("HttpTimeout")
    } else if failure.is_connect() {
        Error::transient(format!("cannot connect to {shown}: {cause}")).with_type("ConnectError")
    } else if failure.is_builder() {
        Error::permanent(format!("{shown} cannot be asked: {cause}")).with_type("BadAddress")
    } else {
        Error::transient(format!("the connection to {shown} broke: {cause}")).with_type("HttpError")
    }
}

fn bad_response(shown: &str, problem: &str) -> Error {
    let message = format!(
        "the response of {shown} is not of its protocol: {}",
        short(problem)
    );
    Error::transient(message).with_type("BadResponse")
}

/// The outer errors repeat the address, which may hold a secret.
fn innermost(failure: &dyn std::error::Error) -> String {
    let mut cause = failure;
    while let Some(beneath) = cause.source() {
        cause = beneath;
    }
    cause.to_string()
}

fn body(failure: &genai::Error) -> Option<&str> {
    match failure {
        genai::Error::WebModelCall {
            webc_error: webc::Error::ResponseFailedStatus { body, .. },
            ..
        }
        | genai::Error::HttpError { body, .. } => Some(body),
        _ => None,
    }
}

/// The message in a provider's error, or the error as it came.
fn own_words(body: &str) -> String {
    let json: Value = serde_json::from_str(body).unwrap_or_default();
    let message = [
        "/error/message",
        "/0/error/message",
        "/message",
        "/error",
        "/detail",
    ]
    .iter()
    .find_map(|path| json.pointer(path)?.as_str());
    short(message.unwrap_or(body).trim())
}

fn short(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// `error` without the key: some providers repeat it.
fn without(error: Error, target: &Target) -> Error {
    match &target.key {
        Some(key) if error.message().contains(key.as_str()) => Error::new(
            error.kind().clone(),
            error.message().replace(key.as_str(), "[key]"),
        )
        .with_type(error.type_name()),
        _ => error,
    }
}

/// How long to wait, by the headers of a response.
fn retry_after<'a>(header: impl Fn(&str) -> Option<&'a str>, now: SystemTime) -> Option<Duration> {
    let number = |name: &str| header(name)?.trim().parse::<f64>().ok();
    let millis = number("retry-after-ms").map(|millis| millis / 1_000.0);
    if let Some(seconds) = millis.or_else(|| number("retry-after")) {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    let date = httpdate::parse_http_date(header("retry-after")?.trim()).ok()?;
    // A moment that has passed asks for no wait.
    Some(date.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wait(headers: &[(&str, &'static str)]) -> Option<Duration> {
        let now = httpdate::parse_http_date("Wed, 21 Oct 2015 07:28:00 GMT").unwrap();
        let headers = headers.to_vec();
        retry_after(
            |name| headers.iter().find(|(n, _)| *n == name).map(|(_, v)| *v),
            now,
        )
    }

    #[test]
    fn a_wait_is_seconds_millis_or_a_date() {
        assert_eq!(wait(&[("retry-after", "3")]), Some(Duration::from_secs(3)));
        assert_eq!(
            wait(&[("retry-after", "0.5")]),
            Some(Duration::from_millis(500))
        );
        assert_eq!(
            wait(&[("retry-after", "3"), ("retry-after-ms", "250")]),
            Some(Duration::from_millis(250))
        );
        assert_eq!(
            wait(&[("retry-after", "Wed, 21 Oct 2015 07:29:30 GMT")]),
            Some(Duration::from_secs(90))
        );
        assert_eq!(
            wait(&[("retry-after", "Wed, 21 Oct 2015 07:00:00 GMT")]),
            Some(Duration::ZERO)
        );
    }

    #[test]
    fn nonsense_is_no_wait() {
        for text in ["", "soon", "-1", "NaN", "1e300"] {
            let now = SystemTime::UNIX_EPOCH;
            assert_eq!(
                retry_after(|name| (name == "retry-after").then_some(text), now),
                None,
                "{text}"
            );
        }
    }
}
