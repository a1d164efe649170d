//! Every path of a declared flock, followed at compile time: does each agent get what it needs?

mod back;
mod say;
mod types;

use self::types::fits;
use super::Node;
use crate::{
    agent::{AgentDescriptor, hand_off::HandOffRule},
    text::sentence::{Message, same},
    value::flock_type::{Field, Shape, find},
};

/// Longest path that is followed, one more than [`super::Depth`].
const LONGEST: usize = 41;

/// Agents of one flock whose names are compared here. Beyond, the registry does it at start.
const MOST: usize = 128;

/// Checks the graph of the flock `name` that starts at `graph` with the fields of `input`, and must
/// give the fields of `output` at the end of every path. Evaluated at compile time.
///
/// # Panics
/// With a sentence that names the agent and the field, when the agents do not fit together.
#[track_caller]
pub const fn check(name: &str, graph: &'static [Node], input: Shape, output: Option<Shape>) {
    if !sound(graph) {
        return;
    }
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
    let mut seen = Seen::none();
    // The sentence travels up and is said here, so that no inner call shows in the error.
    let fault = match follow(&flock, graph, &Path::EMPTY, &mut seen) {
        None => back::check(&flock, &seen),
        fault => fault,
    };
    if let Some(message) = fault {
        panic!("{}", message.as_str());
    }
}

/// Whether all agents were understood. Where one was not, that has been said, and would only be said
/// again in other words.
const fn sound(nodes: &'static [Node]) -> bool {
    let mut at = 0;
    while at < nodes.len() {
        if let Node::Agent { entry, next } = nodes[at]
            && !(entry.sound && sound(next))
        {
            return false;
        }
        at += 1;
    }
    true
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

/// An agent, and those that can follow.
#[derive(Clone, Copy)]
struct Place {
    agent: &'static AgentDescriptor,
    next: &'static [Node],
}

/// The agents of all paths so far. Names are compared across paths too: agents run by name.
struct Seen {
    agents: [Option<Place>; MOST],
    len: usize,
}

impl Seen {
    const fn none() -> Self {
        Self {
            agents: [None; MOST],
            len: 0,
        }
    }

    /// Adds the agent; gives another one of its name, where one was there.
    const fn add(
        &mut self,
        agent: &'static AgentDescriptor,
        next: &'static [Node],
    ) -> Option<&'static AgentDescriptor> {
        if let Some(at) = self.position(agent.name)
            && let Some(Place { agent: other, .. }) = self.agents[at]
        {
            return match same_item(other, agent) {
                true => None,
                false => Some(other),
            };
        }
        if self.len < MOST {
            self.agents[self.len] = Some(Place { agent, next });
            self.len += 1;
        }
        None
    }

    /// Where the agent of this name is.
    const fn position(&self, name: &str) -> Option<usize> {
        let mut at = 0;
        while at < self.len {
            if let Some(Place { agent, .. }) = self.agents[at]
                && same(agent.name, name)
            {
                return Some(at);
            }
            at += 1;
        }
        None
    }
}

const fn same_item(a: &AgentDescriptor, b: &AgentDescriptor) -> bool {
    a.location.line == b.location.line
        && same(a.rust_name, b.rust_name)
        && same(a.location.file, b.location.file)
}

const fn follow(
    flock: &Flock<'_>,
    nodes: &'static [Node],
    path: &Path,
    seen: &mut Seen,
) -> Option<Message> {
    let mut at = 0;
    while at < nodes.len() {
        let fault = match nodes[at] {
            Node::TooDeep => Some(say::too_deep(flock)),
            Node::Agent { entry, next } => match (entry.input, entry.output) {
                (Shape::Value, _) => Some(say::whole_value(entry.descriptor)),
                (_, Shape::Value) if model_chooses(entry.descriptor) => {
                    Some(say::no_room_for_the_choice(entry.descriptor))
                }
                _ => step(flock, entry.descriptor, next, path, seen),
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
    seen: &mut Seen,
) -> Option<Message> {
    if let Some(other) = seen.add(agent, next) {
        return Some(say::one_name(other, agent));
    }
    if let Some(at) = path.position(agent.name) {
        return Some(say::never_ends(agent, path, at));
    }
    if let Some(fault) = inputs(flock, agent, next, path) {
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
                .push(", which does not come before it in flock ")
                .code(flock.name)
                .help("`loop_to` names an agent on its way `")
                .path(&longer.agents, 0, longer.len)
                .push("`"),
        );
    }
    if next.is_empty() {
        return end(flock, &longer);
    }
    follow(flock, next, &longer, seen)
}

/// Each input is produced before, with the same type.
const fn inputs(
    flock: &Flock<'_>,
    agent: &'static AgentDescriptor,
    next: &'static [Node],
    path: &Path,
) -> Option<Message> {
    let mut at = 0;
    while at < agent.inputs.len() {
        let field = &agent.inputs[at];
        match producer(flock, path, field.name) {
            Some(found) if !fits(found.field.ty, field.ty) => {
                let message = types::needed(found, field, agent);
                return Some(types::mend(message, found, field.ty, agent.name));
            }
            None if !field.optional => {
                let message = Message::new()
                    .push("agent ")
                    .code(agent.name)
                    .push(" needs ")
                    .field(field);
                let message = match path.len {
                    0 => message
                        .push(", which is not in the input of flock ")
                        .code(flock.name),
                    _ => message
                        .push(", which nothing before it in flock ")
                        .code(flock.name)
                        .push(" produces"),
                };
                if let Some(later) = back::given_later(agent, next, path, field.name) {
                    return Some(types::none_at_first(message, later));
                }
                return Some(say::instead(flock, path, field.name, message));
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
                        .push(" and, after it, by ")
                        .code(agent.name)
                        .help("rename one, or let ")
                        .code(agent.name)
                        .push(" take ")
                        .code(field.name)
                        .push(" as an input and pass on a better version"),
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
        match producer(flock, path, field.name) {
            None if !field.optional => {
                let message = Message::new()
                    .push("flock ")
                    .code(flock.name)
                    .push(" gives ")
                    .field(field)
                    .push(", which nothing on its way `")
                    .path(&path.agents, 0, path.len)
                    .push("` produces");
                return Some(say::instead(flock, path, field.name, message));
            }
            Some(found) if !fits(found.field.ty, field.ty) => {
                let message = types::given(found, field, flock.name);
                return Some(types::mend(message, found, field.ty, flock.name));
            }
            _ => {}
        }
        at += 1;
    }
    None
}

/// A field, and the agent that gives it; none for the flock's input.
#[derive(Clone, Copy)]
struct Found {
    field: &'static Field,
    by: Option<&'static AgentDescriptor>,
}

/// Who gives the field last on this path, and as what.
const fn producer(flock: &Flock<'_>, path: &Path, name: &str) -> Option<Found> {
    let mut at = path.len;
    while at > 0 {
        at -= 1;
        if let Some(agent) = path.agents[at]
            && let Some(field) = find(agent.outputs, name)
        {
            return Some(Found {
                field,
                by: Some(agent),
            });
        }
    }
    match find(flock.input, name) {
        Some(field) => Some(Found { field, by: None }),
        None => None,
    }
}

const fn model_chooses(agent: &AgentDescriptor) -> bool {
    matches!(agent.hand_off.rule, HandOffRule::Model)
}
