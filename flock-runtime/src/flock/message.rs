//! What a running flock can be sent: signals, queries and updates, each a type of its own.

use super::Flock;
use crate::value::flock_type::FlockType;

/// A signal: a message that a running flock is told, without an answer.
///
/// Implemented by `#[signal]` on a struct, and for every `#[signal]` handler of a
/// `#[flock] impl`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a signal",
    label = "not a signal",
    note = "put `#[signal]` on the struct, or on a handler in a `#[flock] impl`"
)]
pub trait Signal: FlockType {
    /// The signal's name on the wire.
    const NAME: &'static str;
}

/// A query: a question to a flock, answered from its state without changing it.
///
/// Implemented for every `#[query]` handler of a `#[flock] impl`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a query",
    label = "not a query",
    note = "queries are the `#[query]` handlers of a `#[flock] impl`"
)]
pub trait Query: FlockType {
    /// The flock that answers.
    type Flock: Flock;
    /// The answer.
    type Output: FlockType;
    /// The query's name on the wire.
    const NAME: &'static str;
}

/// An update: a change to a running flock that gives an answer.
///
/// Implemented for every `#[update]` handler of a `#[flock] impl`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an update",
    label = "not an update",
    note = "updates are the `#[update]` handlers of a `#[flock] impl`"
)]
pub trait Update: FlockType {
    /// The flock that takes it.
    type Flock: Flock;
    /// The answer.
    type Output: FlockType;
    /// The update's name on the wire.
    const NAME: &'static str;
}
