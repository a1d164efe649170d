//! Whether what one gives can be what another takes.

use super::Found;
use crate::{
    agent::AgentDescriptor,
    flock_type::Field,
    topology::message::{Message, same},
};

/// Whether a value written as `given` can be read as `taken`: where they are one type, and where an
/// `Option` of it is taken. It is `Some` then.
pub(super) const fn fits(given: &str, taken: &str) -> bool {
    match within_option(taken) {
        Some(value) => same(given, value) || same(given, taken),
        None => same(given, taken),
    }
}

/// The `T` of an `Option<T>`.
const fn within_option(ty: &str) -> Option<&str> {
    match ty.as_bytes() {
        [b'O', b'p', b't', b'i', b'o', b'n', b'<', .., b'>'] => {
            let (_, rest) = ty.split_at("Option<".len());
            Some(rest.split_at(rest.len() - 1).0)
        }
        _ => None,
    }
}

/// That `agent` needs `field` as another type than it has.
pub(super) const fn needed(found: Found, field: &Field, agent: &AgentDescriptor) -> Message {
    Message::new()
        .code(field.name)
        .push(" is produced as ")
        .code(found.field.ty)
        .push(" by ")
        .by(found.by)
        .push(", needed as ")
        .code(field.ty)
        .push(" by ")
        .code(agent.name)
}

/// That the flock gives `field` as another type than it has.
pub(super) const fn given(found: Found, field: &Field, flock: &str) -> Message {
    Message::new()
        .push("flock ")
        .code(flock)
        .push(" gives ")
        .field(field)
        .push(", which is produced as ")
        .code(found.field.ty)
        .push(" by ")
        .by(found.by)
}

/// Adds what to write so that it can be.
pub(super) const fn mend(message: Message, found: Found, taken: &str, taker: &str) -> Message {
    let given = found.field.ty;
    match (within_option(given), within_option(taken)) {
        // What may be nothing, where something is needed.
        (Some(value), None) if same(value, taken) => message
            .help("let ")
            .code(taker)
            .push(" take ")
            .code(given)
            .push(", or ")
            .by(found.by)
            .push(" give ")
            .code(taken),
        (None, Some(value)) => message
            .help("write ")
            .push("`Option<")
            .push(given)
            .push(">` in ")
            .code(taker)
            .push(", or ")
            .code(value)
            .push(" in ")
            .by(found.by),
        _ => message.help("write the same type in both places"),
    }
}

/// Adds how to take what only a way back brings.
pub(super) const fn none_at_first(message: Message, found: Found) -> Message {
    let (open, close) = match within_option(found.field.ty) {
        Some(_) => ("", ""),
        None => ("Option<", ">"),
    };
    message
        .help("take ")
        .push("`")
        .push(found.field.name)
        .push(": ")
        .push(open)
        .push(found.field.ty)
        .push(close)
        .push("`: ")
        .by(found.by)
        .push(" gives it on the way back, and it is `None` in the first round")
}
