//! What comes round on a declared way back: does it fit those who take it in the next round?
//!
//! The paths have been walked, and each agent gets what it needs in the first round. From then on what
//! was given later, or on another way, may come in its place.

use super::{Flock, Found, MOST, Path, Place, Seen, fits, types};
use crate::{
    agent::{AgentDescriptor, topology::Node},
    text::sentence::Message,
    value::flock_type::{Field, find},
};

/// Follows what each agent gives to all who can get it.
pub(super) const fn check(flock: &Flock<'_>, seen: &Seen) -> Option<Message> {
    if !has_way_back(seen) {
        return None;
    }
    let mut by = 0;
    while by < seen.len {
        let mut at = 0;
        while let Some(Place { agent, .. }) = seen.agents[by]
            && at < agent.outputs.len()
        {
            let found = Found {
                field: &agent.outputs[at],
                by: Some(agent),
            };
            // Seldom: the way is followed where there is something to find.
            if may_clash(flock, seen, found.field)
                && let Some(fault) = carry(flock, seen, by, found)
            {
                return Some(fault);
            }
            at += 1;
        }
        by += 1;
    }
    None
}

const fn has_way_back(seen: &Seen) -> bool {
    let mut at = 0;
    while at < seen.len {
        if let Some(Place { agent, .. }) = seen.agents[at]
            && agent.hand_off.way_back.is_some()
        {
            return true;
        }
        at += 1;
    }
    false
}

/// Whether someone takes a field of this name as another type.
const fn may_clash(flock: &Flock<'_>, seen: &Seen, field: &Field) -> bool {
    let mut at = 0;
    while at < seen.len {
        if let Some(Place { agent, .. }) = seen.agents[at]
            && let Some(taken) = find(agent.inputs, field.name)
            && !fits(field.ty, taken.ty)
        {
            return true;
        }
        at += 1;
    }
    match find(flock.output, field.name) {
        Some(taken) => !fits(field.ty, taken.ty),
        None => false,
    }
}

/// Where the field can come from the agent `by` on, until another gives it anew.
struct Way {
    /// Whether it has come to the agent.
    reached: [bool; MOST],
    /// Those to go on from.
    left: [usize; MOST],
    len: usize,
}

impl Way {
    const fn to(&mut self, seen: &Seen, name: &str) {
        if let Some(at) = seen.position(name)
            && !self.reached[at]
        {
            self.reached[at] = true;
            self.left[self.len] = at;
            self.len += 1;
        }
    }

    const fn on_from(&mut self, seen: &Seen, place: Place) {
        let mut at = 0;
        while at < place.next.len() {
            if let Node::Agent { entry, .. } = place.next[at] {
                self.to(seen, entry.descriptor.name);
            }
            at += 1;
        }
        if let Some(back) = place.agent.hand_off.way_back {
            self.to(seen, back.to);
        }
    }
}

const fn carry(flock: &Flock<'_>, seen: &Seen, by: usize, found: Found) -> Option<Message> {
    let mut way = Way {
        reached: [false; MOST],
        left: [0; MOST],
        len: 0,
    };
    if let Some(place) = seen.agents[by] {
        way.on_from(seen, place);
    }
    while way.len > 0 {
        way.len -= 1;
        let Some(place) = seen.agents[way.left[way.len]] else {
            continue;
        };
        let agent = place.agent;
        if let Some(taken) = find(agent.inputs, found.field.name)
            && !fits(found.field.ty, taken.ty)
        {
            let message = types::needed(found, taken, agent).push(" in the next round");
            return Some(types::mend(message, found, taken.ty, agent.name));
        }
        if find(agent.outputs, found.field.name).is_some() {
            continue;
        }
        if place.next.is_empty()
            && let Some(taken) = find(flock.output, found.field.name)
            && !fits(found.field.ty, taken.ty)
        {
            let message = types::given(found, taken, flock.name).push(" in a round before");
            return Some(types::mend(message, found, taken.ty, flock.name));
        }
        way.on_from(seen, place);
    }
    None
}

/// Who gives the field `name` on a way back to `agent`, which stands at the end of `path` and before
/// `next`.
pub(super) const fn given_later(
    agent: &'static AgentDescriptor,
    next: &'static [Node],
    path: &Path,
    name: &str,
) -> Option<Found> {
    later(agent, next, &path.with(agent), name, None)
}

const fn later(
    agent: &'static AgentDescriptor,
    next: &'static [Node],
    before: &Path,
    name: &str,
    given: Option<Found>,
) -> Option<Found> {
    let given = match find(agent.outputs, name) {
        Some(field) => Some(Found {
            field,
            by: Some(agent),
        }),
        None => given,
    };
    if given.is_some()
        && let Some(back) = agent.hand_off.way_back
        && before.position(back.to).is_some()
    {
        return given;
    }
    let mut at = 0;
    while at < next.len() {
        if let Node::Agent { entry, next } = next[at]
            && let Some(found) = later(entry.descriptor, next, before, name, given)
        {
            return Some(found);
        }
        at += 1;
    }
    None
}
