//! What does not fit together, in sentences.

use super::{Flock, Found, Path};
use crate::{
    agent::{AgentDescriptor, hand_off::HandOffRule},
    text::sentence::{Message, distance},
    value::flock_type::Field,
};

/// Adds what there is in place of the field `name`.
pub(super) const fn instead(
    flock: &Flock<'_>,
    path: &Path,
    name: &str,
    message: Message,
) -> Message {
    if let Some(near) = nearest(flock, path, name) {
        return message
            .help("did you mean ")
            .field(near.field)
            .push(" from ")
            .by(near.by)
            .push("?");
    }
    if path.len == 0 {
        return message.help("add it to the flock's `input`");
    }
    let (mut message, mut count) = list(message, flock.input, None, 0);
    let mut at = 0;
    while at < path.len {
        if let Some(agent) = path.agents[at] {
            (message, count) = list(message, agent.outputs, Some(agent), count);
        }
        at += 1;
    }
    match count {
        0 => message.help("let one of them produce it, or take it in the flock's `input`"),
        _ => message,
    }
}

/// Adds fields to a list, of which `count` are there.
const fn list(
    mut message: Message,
    fields: &'static [Field],
    by: Option<&'static AgentDescriptor>,
    mut count: usize,
) -> (Message, usize) {
    const ENOUGH: usize = 8;
    let mut at = 0;
    while at < fields.len() && count < ENOUGH {
        message = match count {
            0 => message.help("what there is: "),
            _ => message.push(", "),
        };
        message = message.field(&fields[at]).push(" from ").by(by);
        count += 1;
        at += 1;
    }
    (message, count)
}

pub(super) const fn one_name(first: &AgentDescriptor, second: &AgentDescriptor) -> Message {
    Message::new()
        .push("two agents in this flock are named ")
        .code(first.name)
        .push(", at ")
        .place(first.location)
        .push(" and at ")
        .place(second.location)
        .help("give one of them another name: `name = \"…\"`")
}

pub(super) const fn never_ends(
    agent: &'static AgentDescriptor,
    path: &Path,
    first: usize,
) -> Message {
    let message = Message::new()
        .push("`")
        .path(&path.agents, first, path.len)
        .push(" → ")
        .push(agent.name)
        .push("` never ends");
    let Some(last) = path.agents[path.len - 1] else {
        return message;
    };
    let message = message.help("declare the way back: in ").code(last.name);
    match last.hand_off.rule {
        HandOffRule::Fixed => message
            .push(" write `loop_to = ")
            .push(agent.rust_name)
            .push(", max_rounds = 3` in place of `hand_off = ")
            .push(agent.rust_name)
            .push("`"),
        HandOffRule::Route => chosen(message, agent).push(", and route by `Next::back()`"),
        HandOffRule::Model => chosen(message, agent),
    }
}

const fn chosen(message: Message, agent: &AgentDescriptor) -> Message {
    message
        .push(" add `loop_to = ")
        .push(agent.rust_name)
        .push(", max_rounds = 3`, take ")
        .code(agent.rust_name)
        .push(" out of `among`")
}

pub(super) const fn whole_value(agent: &'static AgentDescriptor) -> Message {
    Message::new()
        .push("agent ")
        .code(agent.name)
        .push(" takes one value without field names, which a declared flock cannot fill")
        .help("name what it takes: `input(topic: String)`")
}

/// The choice travels as a field beside the answer's own.
pub(super) const fn no_room_for_the_choice(agent: &'static AgentDescriptor) -> Message {
    Message::new()
        .push("the model of agent ")
        .code(agent.name)
        .push(" decides who is next, but its answer is one value without a name")
        .help("name the answer: `output(reply: String)`")
}

pub(super) const fn too_deep(flock: &Flock<'_>) -> Message {
    Message::new()
        .push("flock ")
        .code(flock.name)
        .push(" hands off more than forty times in a row")
        .help("run a part of it as a coded flock")
}

/// The produced field that looks most like `name`, where one does.
const fn nearest(flock: &Flock<'_>, path: &Path, name: &str) -> Option<Found> {
    // A third of the letters may be wrong.
    let mut best = (None, name.len() / 3 + 1);
    best = nearer(flock.input, None, name, best);
    let mut at = 0;
    while at < path.len {
        if let Some(agent) = path.agents[at] {
            best = nearer(agent.outputs, Some(agent), name, best);
        }
        at += 1;
    }
    best.0
}

const fn nearer(
    fields: &'static [Field],
    by: Option<&'static AgentDescriptor>,
    name: &str,
    mut best: (Option<Found>, usize),
) -> (Option<Found>, usize) {
    let mut at = 0;
    while at < fields.len() {
        let field = &fields[at];
        let apart = distance(field.name, name);
        if apart < best.1 {
            best = (Some(Found { field, by }), apart);
        }
        at += 1;
    }
    best
}
