//! What the sentences of a graph speak of: fields, agents, ways and places.

use crate::{
    agent::{AgentDescriptor, Location},
    text::sentence::Message,
    value::flock_type::Field,
};

impl Message {
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
}
