//! What becomes of a server's errors: told to the model, tried again, or the end of the agent.

use std::{error::Error as StdError, fmt, time::Duration};

use rmcp::{
    model::ErrorCode,
    service::{ClientInitializeError, ServiceError},
    transport::{
        DynamicTransportError,
        streamable_http_client::{
            AuthRequiredError, HttpStatusError, InsufficientScopeError, StreamableHttpError,
        },
    },
};

pub(super) use crate::agent::mcp::FAILED;
use crate::{
    declare::effect::Effect,
    error::{Error, ErrorKind},
};

/// The failure type of a server that cannot be reached: nothing was sent.
const UNREACHABLE: &str = "McpUnreachable";

const ENDED: &str = "it ended before it said anything; its own words are in the worker's log";

/// What `flock.toml` says of it does not hold.
pub(super) fn misconfigured(server: &str, what: impl fmt::Display) -> Error {
    Error::permanent(format!("[mcp.{server}] {what}")).with_type(FAILED)
}

/// The server is not there: tried again.
pub(super) fn unreachable(server: &str, what: impl fmt::Display) -> Error {
    Error::transient(format!("MCP server `{server}` is not there: {what}")).with_type(UNREACHABLE)
}

/// A connection was not made.
pub(super) fn unconnected(server: &str, error: &ClientInitializeError) -> Error {
    match error {
        // What is written to a program that has ended.
        ClientInitializeError::TransportError { error, .. }
            if error.error.is::<std::io::Error>() =>
        {
            unreachable(server, ENDED)
        }
        ClientInitializeError::TransportError { error, .. } => {
            let answered = answered(server, error);
            answered.unwrap_or_else(|| unreachable(server, plain(error)))
        }
        ClientInitializeError::LegacyFallbackFailed { fallback, .. } => {
            unconnected(server, fallback)
        }
        ClientInitializeError::ConnectionClosed(_) => unreachable(server, ENDED),
        ClientInitializeError::Cancelled => unreachable(server, "the program is shutting down"),
        other => Error::permanent(format!("MCP server `{server}`: {other}")).with_type(FAILED),
    }
}

/// What a server was asked for.
#[derive(Clone, Copy)]
pub(super) struct Request<'a> {
    pub(super) server: &'a str,
    /// The tool that was called; none where it was asked what it has.
    pub(super) tool: Option<(&'a str, Effect)>,
}

impl fmt::Display for Request<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((tool, _)) = self.tool {
            write!(f, "tool `{tool}` of ")?;
        }
        write!(f, "MCP server `{}`", self.server)
    }
}

/// What a request came to.
pub(super) struct Failed {
    pub(super) error: Error,
    /// Whether the connection is of no more use.
    pub(super) lost: bool,
}

/// A request has failed, after which a call may have been made or not.
pub(super) fn failed(request: Request<'_>, error: &ServiceError) -> Failed {
    let server = request.server;
    let kept = |error| Failed { error, lost: false };
    let lost = |error| Failed { error, lost: true };
    match error {
        ServiceError::McpError(data) => {
            let message = format!("{request}: {}", data.message);
            kept(
                match data.code {
                    // The model may do better.
                    ErrorCode::INVALID_PARAMS => Error::invalid(&data.message),
                    _ => Error::permanent(message),
                }
                .with_type(FAILED),
            )
        }
        ServiceError::TransportSend(error) => match answered(server, error) {
            Some(error) if *error.kind() != ErrorKind::Transient => kept(error),
            _ if is_unsent(error) => lost(unreachable(server, plain(error))),
            _ => lost(broken(request, &plain(error))),
        },
        ServiceError::TransportClosed | ServiceError::Cancelled { .. } => {
            lost(broken(request, "the connection was lost"))
        }
        ServiceError::Timeout { .. } => lost(broken(request, "it did not answer")),
        other => kept(Error::permanent(format!("{request}: {other}")).with_type(FAILED)),
    }
}

/// It broke in the middle: a read is tried again, and of a write nobody knows whether it was done.
fn broken(request: Request<'_>, what: &str) -> Error {
    let message = format!("{request} was lost in the middle of a call: {what}");
    match request.tool {
        Some((_, Effect::Write)) => Error::timeout(message),
        Some((_, Effect::Read | Effect::Idempotent)) | None => Error::transient(message),
    }
    .with_type("McpLost")
}

/// What a server has answered by HTTP, where that says what to do.
fn answered(server: &str, error: &DynamicTransportError) -> Option<Error> {
    let at = |what| format!("MCP server `{server}` {what}");
    if let Some(status) = find::<HttpStatusError>(error) {
        let wait = status
            .retry_after
            .as_ref()
            .and_then(|wait| wait.trim().parse().ok());
        return Some(
            match status.status {
                429 | 503 => Error::rate_limited(
                    at(format!("asks for patience (HTTP {})", status.status)),
                    wait.map(Duration::from_secs),
                ),
                other => Error::transient(at(format!("answers with HTTP {other}"))),
            }
            .with_type(FAILED),
        );
    }
    if find::<AuthRequiredError>(error).is_some() || find::<InsufficientScopeError>(error).is_some()
    {
        let denied =
            at("refuses this worker: look at `headers` in its section of `flock.toml`".to_owned());
        return Some(Error::denied(denied).with_type(FAILED));
    }
    let status = by_http(error).and_then(reqwest::Error::status)?;
    let answers = at(format!("answers with HTTP {}", status.as_u16()));
    let error = match status.as_u16() {
        401 | 403 => Error::denied(answers),
        _ => Error::permanent(answers),
    };
    Some(error.with_type(FAILED))
}

fn is_unsent(error: &DynamicTransportError) -> bool {
    by_http(error).is_some_and(reqwest::Error::is_connect)
}

/// In words that show no address.
fn plain(error: &DynamicTransportError) -> String {
    if is_unsent(error) {
        return "no connection could be made".to_owned();
    }
    match by_http(error) {
        Some(error) if error.is_timeout() => "it took too long".to_owned(),
        Some(_) => "the connection was lost".to_owned(),
        None => error.error.to_string(),
    }
}

/// What the client of HTTP says, which is no cause of what contains it.
fn by_http(error: &DynamicTransportError) -> Option<&reqwest::Error> {
    match find::<StreamableHttpError<reqwest::Error>>(error)? {
        StreamableHttpError::Client(error) => Some(error),
        _ => None,
    }
}

/// The error of this type among the causes.
fn find<E: StdError + 'static>(error: &DynamicTransportError) -> Option<&E> {
    let mut cause: Option<&(dyn StdError + 'static)> = Some(error.error.as_ref());
    while let Some(current) = cause {
        if let Some(found) = current.downcast_ref() {
            return Some(found);
        }
        cause = current.source();
    }
    None
}
