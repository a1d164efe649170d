//! Every path of a declared flock, followed at compile time: does each agent get what it needs?

use super::{
    Node,
    message::{Message, distance, same},
};
use crate::{
    agent::AgentDescriptor,
    flock_type::{Field, Shape},
    hand_off::HandOffRule,
};

/// Longest path that is followed, one more than [`super::Depth`].
const LONGEST: usize = 41;

/// Checks the graph of the flock `name` that starts at `graph` with the fields of `input`, and must
/// give the fields of `output` at the end of every path. Evaluated at compile time.
///
/// # Panics
/// With a sentence that names the agent and the field, when the agents do not fit together.
#[track_caller]
pub const fn check(name: &str, graph: &'static [Node], input: Shape, output: Option<Shape>) {
    let input = match input {
        Shape::Fields(fields) => fields,
        Shape::Value => &[],
    };
    let output = match output {
        Some(Shape::Fields(fields)) => fields,
        _ => &[],
    };
    let flock = Flock {
        name,
        input,
        output,
    };
    // The sentence travels up and is said here, so that no inner call shows in the error.
    if let Some(message) = follow(&flock, graph, &Path::EMPTY) {
        panic!("{}", message.as_str());
    }
}

struct Flock<'a> {
    name: &'a str,
    input: &'static [Field],
    output: &'static [Field],
}

#[derive(Clone, Copy)]
struct Path {
    agents: [Option<&'static AgentDescriptor>; LONGEST],
    len: usize,
}

impl Path {
    const EMPTY: Self = Self {
        agents: [None; LONGEST],
        len: 0,
    };

    const fn with(&self, agent: &'static AgentDescriptor) -> Self {
        let mut path = *self;
        if path.len < LONGEST {
            path.agents[path.len] = Some(agent);
            path.len += 1;
        }
        path
    }

    /// Where the agent of this name stands.
    const fn position(&self, name: &str) -> Option<usize> {
        let mut at = 0;
        while at < self.len {
            if let Some(agent) = self.agents[at]
                && same(agent.name, name)
            {
                return Some(at);
            }
            at += 1;
        }
        None
    }
}

const fn follow(flock: &Flock<'_>, nodes: &'static [Node], path: &Path) -> Option<Message> {
    let mut at = 0;
    while at < nodes.len() {
        let fault = match nodes[at] {
            Node::TooDeep => Some(too_deep(flock)),
            Node::Agent { entry, next } => match (entry.input, entry.output) {
                (Shape::Value, _) => Some(whole_value(entry.descriptor)),
                (_, Shape::Value) if model_chooses(entry.descriptor) => {
                    Some(no_room_for_the_choice(entry.descriptor))
                }
                _ => step(flock, entry.descriptor, next, path),
            },
        };
        if fault.is_some() {
            return fault;
        }
        at += 1;
    }
    None
}

const fn step(
    flock: &Flock<'_>,
    agent: &'static AgentDescriptor,
    next: &'static [Node],
    path: &Path,
) -> Option<Message> {
    if let Some(at) = path.position(agent.name) {
        return Some(met_twice(agent, path, at));
    }
    if let Some(fault) = inputs(flock, agent, path) {
        return Some(fault);
    }
    if let Some(fault) = outputs(agent, path) {
        return Some(fault);
    }
    let longer = path.with(agent);
    if let Some(back) = agent.hand_off.way_back
        && longer.position(back.to).is_none()
    {
        return Some(
            Message::new()
                .push("agent ")
                .code(agent.name)
                .push(" loops back to ")
                .code(back.to)
                .push(", which does not come before it"),
        );
    }
    if next.is_empty() {
        return end(flock, &longer);
    }
    follow(flock, next, &longer)
}

/// Each input is produced before, with the same type.
const fn inputs(
    flock: &Flock<'_>,
    agent: &'static AgentDescriptor,
    path: &Path,
) -> Option<Message> {
    let mut at = 0;
    while at < agent.inputs.len() {
        let field = &agent.inputs[at];
        match producer(flock, path, field.name) {
            Some((from, by)) if !same(from.ty, field.ty) => {
                let message = Message::new()
                    .code(field.name)
                    .push(" is produced as ")
                    .code(from.ty)
                    .push(" by ");
                let message = match by {
                    Some(by) => message.code(by.name),
                    None => message.push("the flock's input"),
                };
                return Some(
                    message
                        .push(", needed as ")
                        .code(field.ty)
                        .push(" by ")
                        .code(agent.name)
                        .push("; help: write the same type in both places"),
                );
            }
            None if !field.optional => {
                let message = Message::new()
                    .push("agent ")
                    .code(agent.name)
                    .push(" needs ")
                    .push("`")
                    .push(field.name)
                    .push(": ")
                    .push(field.ty)
                    .push("`, which nothing before it in flock ")
                    .code(flock.name)
                    .push(" produces");
                return Some(match nearest(flock, path, field.name) {
                    Some(near) => message.push("; help: did you mean ").code(near).push("?"),
                    None => message,
                });
            }
            _ => {}
        }
        at += 1;
    }
    None
}

/// No other agent on this path gives a field of the same name, unless this one takes it and so
/// passes on a better version.
const fn outputs(agent: &'static AgentDescriptor, path: &Path) -> Option<Message> {
    let mut at = 0;
    while at < agent.outputs.len() {
        let field = &agent.outputs[at];
        let mut before = 0;
        while before < path.len {
            if let Some(other) = path.agents[before]
                && find(other.outputs, field.name).is_some()
                && find(agent.inputs, field.name).is_none()
            {
                return Some(
                    Message::new()
                        .code(field.name)
                        .push(" is produced by ")
                        .code(other.name)
                        .push(" and by ")
                        .code(agent.name)
                        .push("; help: rename one, or let ")
                        .code(agent.name)
                        .push(" take ")
                        .code(field.name)
                        .push(" as an input"),
                );
            }
            before += 1;
        }
        at += 1;
    }
    None
}

/// The fields that the flock names as its output have been produced.
const fn end(flock: &Flock<'_>, path: &Path) -> Option<Message> {
    let mut at = 0;
    while at < flock.output.len() {
        let field = &flock.output[at];
        let message = Message::new()
            .push("flock ")
            .code(flock.name)
            .push(" gives ")
            .push("`")
            .push(field.name)
            .push(": ")
            .push(field.ty);
        match producer(flock, path, field.name) {
            None if !field.optional => {
                return Some(message.push("`, which no agent on the way to its end produces"));
            }
            Some((from, _)) if !same(from.ty, field.ty) => {
                return Some(message.push("`, but it is produced as ").code(from.ty));
            }
            _ => {}
        }
        at += 1;
    }
    None
}

const fn met_twice(agent: &'static AgentDescriptor, path: &Path, first: usize) -> Message {
    if let Some(earlier) = path.agents[first]
        && !(same(earlier.location.file, agent.location.file)
            && earlier.location.line == agent.location.line
            && same(earlier.rust_name, agent.rust_name))
    {
        return Message::new()
            .push("two agents in this flock are named ")
            .code(agent.name)
            .push(", at ")
            .place(earlier.location)
            .push(" and at ")
            .place(agent.location)
            .push("; help: give one another name: `name = \"…\"`");
    }
    let mut message = Message::new().push("`");
    let mut at = first;
    while at < path.len {
        if let Some(agent) = path.agents[at] {
            message = message.push(agent.name).push(" → ");
        }
        at += 1;
    }
    message
        .push(agent.name)
        .push("` never ends; help: declare the way back instead of the last hand-off: `loop_to = ")
        .push(agent.rust_name)
        .push(", max_rounds = 3`")
}

const fn whole_value(agent: &'static AgentDescriptor) -> Message {
    Message::new()
        .push("agent ")
        .code(agent.name)
        .push(
            " takes one value without field names, which a declared flock cannot fill; help: name",
        )
        .push(" its inputs: `input = \"topic: String\"`")
}

const fn model_chooses(agent: &AgentDescriptor) -> bool {
    matches!(agent.hand_off.rule, HandOffRule::Model)
}

/// The choice travels as a field beside the answer's own.
const fn no_room_for_the_choice(agent: &'static AgentDescriptor) -> Message {
    Message::new()
        .push("the model of agent ")
        .code(agent.name)
        .push(" decides who is next, but its answer is one value without a name; help: name it: ")
        .push("`output = \"reply: String\"`")
}

const fn too_deep(flock: &Flock<'_>) -> Message {
    Message::new()
        .push("flock ")
        .code(flock.name)
        .push(" hands off more than forty times in a row; help: run a part of it as a coded flock")
}

/// Who gives the field last on this path, and as what.
const fn producer(
    flock: &Flock<'_>,
    path: &Path,
    name: &str,
) -> Option<(&'static Field, Option<&'static AgentDescriptor>)> {
    let mut at = path.len;
    while at > 0 {
        at -= 1;
        if let Some(agent) = path.agents[at]
            && let Some(field) = find(agent.outputs, name)
        {
            return Some((field, Some(agent)));
        }
    }
    match find(flock.input, name) {
        Some(field) => Some((field, None)),
        None => None,
    }
}

const fn find(fields: &'static [Field], name: &str) -> Option<&'static Field> {
    let mut at = 0;
    while at < fields.len() {
        if same(fields[at].name, name) {
            return Some(&fields[at]);
        }
        at += 1;
    }
    None
}

/// The produced name that looks most like `name`, where one does.
const fn nearest(flock: &Flock<'_>, path: &Path, name: &str) -> Option<&'static str> {
    // A third of the letters may be wrong.
    let mut best = (None, name.len() / 3 + 1);
    best = nearer(flock.input, name, best);
    let mut at = 0;
    while at < path.len {
        if let Some(agent) = path.agents[at] {
            best = nearer(agent.outputs, name, best);
        }
        at += 1;
    }
    best.0
}

const fn nearer(
    fields: &'static [Field],
    name: &str,
    mut best: (Option<&'static str>, usize),
) -> (Option<&'static str>, usize) {
    let mut at = 0;
    while at < fields.len() {
        let apart = distance(fields[at].name, name);
        if apart < best.1 {
            best = (Some(fields[at].name), apart);
        }
        at += 1;
    }
    best
}
