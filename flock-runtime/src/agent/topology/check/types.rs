//! Whether what one gives can be what another takes.

use super::Found;
use crate::{
    agent::AgentDescriptor,
    text::sentence::{Message, same},
    value::flock_type::Field,
};

/// Whether a value written as `given` can be read as `taken`: where they are one type, and where an
/// `Option` of it is taken. It is `Some` then.
pub(super) const fn fits(given: &str, taken: &str) -> bool {
    match within_option(taken) {
        Some(value) => alike(given, value) || alike(given, taken),
        None => alike(given, taken),
    }
}

/// Whether the types are one, as far as their names tell: a `_` stands for any, where a type is generic.
const fn alike(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let (mut at, mut other) = (0, 0);
    while at < a.len() && other < b.len() {
        if is_any(a, at) || is_any(b, other) {
            at = after_type(a, at);
            other = after_type(b, other);
        } else if a[at] == b[other] {
            at += 1;
            other += 1;
        } else {
            return false;
        }
    }
    at == a.len() && other == b.len()
}

/// Whether a type that may be any begins there.
const fn is_any(name: &[u8], at: usize) -> bool {
    name[at] == b'_'
        && (at == 0 || !is_of_a_word(name[at - 1]))
        && (at + 1 == name.len() || !is_of_a_word(name[at + 1]))
}

const fn is_of_a_word(letter: u8) -> bool {
    letter == b'_' || letter.is_ascii_alphanumeric() || !letter.is_ascii()
}

/// Where the type that begins there ends.
const fn after_type(name: &[u8], mut at: usize) -> usize {
    let mut depth = 0;
    while at < name.len() {
        match name[at] {
            b'<' | b'(' | b'[' => depth += 1,
            b'>' | b')' | b']' | b',' | b';' if depth == 0 => break,
            b'>' | b')' | b']' => depth -= 1,
            _ => {}
        }
        at += 1;
    }
    at
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

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn an_option_of_it_is_taken_and_a_parameter_is_any() {
        for (given, taken) in [
            ("String", "String"),
            ("String", "Option<String>"),
            ("Option<String>", "Option<String>"),
            ("_", "HashMap<String, (u8, u8)>"),
            ("Vec<_>", "Vec<Money>"),
            ("Vec<_>", "Option<Vec<Money>>"),
            ("HashMap<_, Vec<u8>>", "HashMap<String, Vec<u8>>"),
            ("(u8, Vec<A<B>>)", "(u8, Vec<_>)"),
        ] {
            assert!(fits(given, taken), "{given} as {taken}");
        }
        for (given, taken) in [
            ("Option<String>", "String"),
            ("String", "Option<u8>"),
            ("String", "Strin"),
            ("Vec<_>", "HashMap<String, u8>"),
            ("HashMap<_, u8>", "HashMap<String, u16>"),
            ("my_type", "my_tope"),
            ("_a", "b"),
        ] {
            assert!(!fits(given, taken), "{given} as {taken}");
        }
    }
}
