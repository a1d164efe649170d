//! A declared flock at work: follow the hand-offs, and let fields flow by name.

use std::{collections::BTreeMap, fmt};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;

use super::{AgentRun, FlockContext};
use crate::{
    agent::{
        entry::AgentEntry,
        hand_off::{CHOICE, Choice, HandOffRule},
        topology::Node,
    },
    error::{Error, Result},
    value::{
        flock_type::{Field, FlockType, Shape},
        payload::Payload,
    },
};

/// Fields by name; of two of one name, the later. They are few, and a search among them is cheaper than a tree.
#[derive(Default)]
struct Fields(Vec<(String, Box<RawValue>)>);

impl Fields {
    fn find(&self, name: &str) -> Option<usize> {
        self.0.iter().rposition(|(known, _)| known == name)
    }

    fn get(&self, name: &str) -> Option<&RawValue> {
        self.find(name).map(|at| &*self.0[at].1)
    }

    fn insert(&mut self, name: String, value: Box<RawValue>) {
        match self.find(&name) {
            Some(at) => self.0[at].1 = value,
            None => self.0.push((name, value)),
        }
    }

    fn remove(&mut self, name: &str) -> Option<(String, Box<RawValue>)> {
        self.find(name).map(|at| self.0.swap_remove(at))
    }
}

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(from: D) -> std::result::Result<Self, D::Error> {
        struct Read;

        impl<'de> Visitor<'de> for Read {
            type Value = Fields;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map")
            }

            fn visit_map<A: MapAccess<'de>>(
                self,
                mut from: A,
            ) -> std::result::Result<Fields, A::Error> {
                let mut fields = Fields::default();
                while let Some(field) = from.next_entry()? {
                    fields.0.push(field);
                }
                Ok(fields)
            }
        }

        from.deserialize_map(Read)
    }
}

/// Runs the declared flock whose graph is `graph`, from `input` to an `O`.
///
/// Each agent gets the fields it names and no more, so that history grows linearly. Routing happens
/// here, in the workflow, and costs no activity.
pub async fn follow<I: FlockType, O: FlockType>(
    context: FlockContext,
    graph: &'static [Node],
    input: I,
    output: Output,
) -> Result<O> {
    let mut fields: Fields = Payload::encode(&input)?.decode()?;
    // Loops come back to a node further up, so those passed are kept, with the rounds of each.
    let mut passed: Vec<(Step, u32)> = Vec::new();
    let mut step = Step::first(graph)?;
    loop {
        let agent = step.entry.descriptor;
        let before = find(&passed, agent.name);
        let at = before.unwrap_or(passed.len());
        match before {
            Some(at) => passed[at].0 = step,
            None => passed.push((step, 0)),
        }
        let input = select(&fields, agent.inputs)?;
        let result = AgentRun::<()>::new(context.clone(), step.entry, Ok(input))
            .erased()
            .await?;
        let choice = keep(&mut fields, step.entry, &result)?;
        step = match next(step, &result, choice, &mut passed[at].1)? {
            To::End => {
                return match output {
                    Output::Last => last(step.entry, &result),
                    Output::Named(names) => select(&fields, names)?.decode(),
                };
            }
            To::Step(next) => next,
            To::Back(name) => match find(&passed, name) {
                Some(at) => passed[at].0,
                None => {
                    return Err(Error::permanent(format!(
                        "agent `{}` loops back to `{name}`, which this run has not passed",
                        agent.name
                    )));
                }
            },
        };
    }
}

fn find(passed: &[(Step, u32)], name: &str) -> Option<usize> {
    let mut passed = passed.iter();
    passed.position(|(step, _)| step.entry.descriptor.name == name)
}

/// What a declared flock gives.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Output {
    /// What its last agent gave.
    Last,
    /// These fields, whoever produced them.
    Named(&'static [Field]),
}

impl Output {
    /// What a flock gives that names an output of this shape.
    pub const fn of(shape: Shape) -> Self {
        match shape {
            Shape::Fields(fields) => Self::Named(fields),
            Shape::Value => Self::Last,
        }
    }
}

#[derive(Clone, Copy)]
struct Step {
    entry: &'static AgentEntry,
    next: &'static [Node],
}

impl Step {
    fn first(nodes: &'static [Node]) -> Result<Self> {
        nodes
            .iter()
            .find_map(Self::of)
            .ok_or_else(|| Error::permanent("the flock has no agents"))
    }

    fn of(node: &'static Node) -> Option<Self> {
        match node {
            Node::Agent { entry, next } => Some(Self { entry, next }),
            Node::TooDeep => None,
        }
    }
}

enum To {
    End,
    Step(Step),
    Back(&'static str),
}

fn next(step: Step, result: &Payload, chosen: Option<String>, round: &mut u32) -> Result<To> {
    let agent = step.entry.descriptor;
    let mut back = |required: bool| match agent.hand_off.way_back {
        Some(way) if *round < way.max_rounds => {
            *round += 1;
            Ok(Some(To::Back(way.to)))
        }
        Some(way) if required => Err(Error::permanent(format!(
            "sent the run back to `{}` more than {} times",
            way.to, way.max_rounds
        ))
        .with_type("TooManyRounds")
        .in_agent(agent.name)),
        None if required => Err(Error::permanent(
            "chose the way back, but declares none: add `loop_to = …, max_rounds = 3`",
        )
        .in_agent(agent.name)),
        _ => Ok(None),
    };
    let choice = match agent.hand_off.rule {
        HandOffRule::Fixed => {
            if let Some(back) = back(false)? {
                return Ok(back);
            }
            return Ok(step
                .next
                .first()
                .and_then(Step::of)
                .map_or(To::End, To::Step));
        }
        HandOffRule::Route => match (step.entry.route)(result)?.choice() {
            Choice::End => return Ok(To::End),
            Choice::Back => None,
            Choice::To(name) => Some(name.to_owned()),
        },
        HandOffRule::Model => chosen,
    };
    let way_back = agent.hand_off.way_back.map(|way| way.to);
    match choice {
        None => Ok(back(true)?.unwrap_or(To::End)),
        Some(name) if way_back == Some(name.as_str()) => Ok(back(true)?.unwrap_or(To::End)),
        Some(name) => step
            .next
            .iter()
            .filter_map(Step::of)
            .find(|next| next.entry.descriptor.name == name)
            .map(To::Step)
            .ok_or_else(|| {
                Error::permanent(format!(
                    "handed off to `{name}`, which is not among {}",
                    agent.hand_off.among.join(", ")
                ))
                .with_type("UnknownHandOff")
                .in_agent(agent.name)
            }),
    }
}

/// The fields of these names, as a JSON object.
fn select(fields: &Fields, names: &'static [Field]) -> Result<Payload> {
    let selected = names
        .iter()
        .filter_map(|field| Some((field.name, fields.get(field.name)?)));
    let mut selected: Vec<_> = selected.collect();
    selected.sort_unstable_by_key(|(name, _)| *name);
    Payload::encode(&Object(selected))
}

/// Fields as a JSON object.
struct Object<'f>(Vec<(&'static str, &'f RawValue)>);

impl Serialize for Object<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().copied())
    }
}

/// Adds what an agent gave to the fields; gives back the hand-off its model chose, if it did.
fn keep(fields: &mut Fields, entry: &AgentEntry, result: &Payload) -> Result<Option<String>> {
    let agent = entry.descriptor;
    let fault = |error: Error| {
        error
            .context("its result does not fit")
            .in_agent(agent.name)
    };
    match entry.output {
        Shape::Fields([]) => Ok(None),
        Shape::Fields(names) => {
            let mut given: Fields = result.decode().map_err(fault)?;
            for field in names {
                if let Some((name, value)) = given.remove(field.name) {
                    fields.insert(name, value);
                }
            }
            let choice = given.remove(CHOICE);
            Ok(choice.and_then(|(_, raw)| serde_json::from_str(raw.get()).ok()))
        }
        Shape::Value => {
            let value = result.decode::<Box<RawValue>>().map_err(fault)?;
            fields.insert(agent.name.to_owned(), value);
            Ok(None)
        }
    }
}

/// The last agent's result as the flock's. Where ways part it is a
/// [`Record`](crate::record::Record), which wants a name for a value that has none.
fn last<O: FlockType>(entry: &AgentEntry, result: &Payload) -> Result<O> {
    let agent = entry.descriptor;
    let is_record =
        std::any::TypeId::of::<O>() == std::any::TypeId::of::<crate::value::record::Record>();
    let named = match entry.output {
        Shape::Value if is_record => {
            let value: &RawValue = serde_json::from_slice(result.as_bytes())?;
            Some(Payload::encode(&BTreeMap::from([(agent.name, value)]))?)
        }
        Shape::Fields([]) if is_record => Some(Payload::from_json("{}")),
        _ => None,
    };
    named.as_ref().unwrap_or(result).decode().map_err(|error| {
        error
            .context("its result does not fit")
            .in_agent(agent.name)
    })
}
