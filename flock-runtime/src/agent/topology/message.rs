//! Sentences put together in const evaluation, where `format!` is not to be had.

use crate::{
    agent::{AgentDescriptor, Location},
    value::flock_type::Field,
};

/// Long enough for the longest path that is still readable.
const ROOM: usize = 1024;

pub(crate) struct Message {
    text: [u8; ROOM],
    len: usize,
}

impl Message {
    pub(crate) const fn new() -> Self {
        Self {
            text: [0; ROOM],
            len: 0,
        }
    }

    /// Appends `text`; what does not fit whole is left out, so that the buffer stays valid UTF-8.
    pub(crate) const fn push(mut self, text: &str) -> Self {
        let bytes = text.as_bytes();
        if self.len + bytes.len() <= ROOM {
            let mut at = 0;
            while at < bytes.len() {
                self.text[self.len] = bytes[at];
                self.len += 1;
                at += 1;
            }
        }
        self
    }

    /// Appends a place as `file:line`.
    pub(super) const fn place(self, place: Location) -> Self {
        let mut digits = [b'0'; 10];
        let mut at = digits.len();
        let mut rest = place.line;
        while rest > 0 {
            at -= 1;
            digits[at] = b'0' + (rest % 10) as u8;
            rest /= 10;
        }
        let (_, digits) = digits.split_at(at);
        match core::str::from_utf8(digits) {
            Ok(line) => self.push(place.file).push(":").push(line),
            Err(_) => self.push(place.file),
        }
    }

    /// Appends `text` in backticks.
    pub(crate) const fn code(self, text: &str) -> Self {
        self.push("`").push(text).push("`")
    }

    /// Appends a field with its type.
    pub(crate) const fn field(self, field: &Field) -> Self {
        self.push("`")
            .push(field.name)
            .push(": ")
            .push(field.ty)
            .push("`")
    }

    /// Appends who gives a field.
    pub(super) const fn by(self, agent: Option<&AgentDescriptor>) -> Self {
        match agent {
            Some(agent) => self.code(agent.name),
            None => self.push("the flock's input"),
        }
    }

    /// Appends the agents from `first` to before `end` with arrows between them.
    pub(super) const fn path(
        mut self,
        agents: &[Option<&AgentDescriptor>],
        first: usize,
        end: usize,
    ) -> Self {
        let mut at = first;
        while at < end {
            if at > first {
                self = self.push(" → ");
            }
            if let Some(agent) = agents[at] {
                self = self.push(agent.name);
            }
            at += 1;
        }
        self
    }

    /// Begins the line that says what to do, as the macros' own errors have it.
    pub(crate) const fn help(self, text: &str) -> Self {
        self.push("\nhelp: ").push(text)
    }

    pub(crate) const fn as_str(&self) -> &str {
        let (text, _) = self.text.split_at(self.len);
        match core::str::from_utf8(text) {
            Ok(text) => text,
            Err(_) => "this flock does not fit together",
        }
    }
}

/// String equality, for const evaluation.
pub(super) const fn same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    let mut at = 0;
    while at < a.len() {
        if a[at] != b[at] {
            return false;
        }
        at += 1;
    }
    true
}

/// The number of letters to change, add or drop to get from `a` to `b`; in const evaluation too.
pub(crate) const fn distance(a: &str, b: &str) -> usize {
    const LONGEST: usize = 64;
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() >= LONGEST || b.len() >= LONGEST {
        return LONGEST;
    }
    let mut row = [0; LONGEST];
    let mut column = 0;
    while column <= b.len() {
        row[column] = column;
        column += 1;
    }
    let mut line = 1;
    while line <= a.len() {
        let mut corner = row[0];
        row[0] = line;
        column = 1;
        while column <= b.len() {
            let replaced = corner + (a[line - 1] != b[column - 1]) as usize;
            corner = row[column];
            let mut best = replaced;
            if row[column] + 1 < best {
                best = row[column] + 1;
            }
            if row[column - 1] + 1 < best {
                best = row[column - 1] + 1;
            }
            row[column] = best;
            column += 1;
        }
        line += 1;
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances() {
        assert_eq!(distance("findings", "findings"), 0);
        assert_eq!(distance("findings", "finding"), 1);
        assert_eq!(distance("findings", "fnidings"), 2);
        assert_eq!(distance("", "abc"), 3);
    }
}
