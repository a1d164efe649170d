//! What of a board is carried to a new run, and how it goes on there.

use std::{collections::BTreeMap, mem};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{
    Blackboard,
    fact::{Kind, Posted},
};
use crate::{
    error::{Error, Result},
    value::{
        flock_type::{FlockType, Shape},
        payload::Payload,
    },
};

/// What a [`Blackboard`] goes on with in a new run, as an input of its flock: see
/// [`renew`](Blackboard::renew). A new one is empty.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct Facts {
    facts: Vec<Carried>,
    /// How often each agent has run.
    #[serde(default)]
    ran: BTreeMap<String, u32>,
    /// And all of them since a fact came from outside.
    #[serde(default)]
    since: u32,
}

/// A fact, and who waits for it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
struct Carried {
    #[serde(rename = "type")]
    kind: String,
    #[schemars(with = "serde_json::Value")]
    value: Box<RawValue>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    waits: Vec<String>,
}

impl FlockType for Facts {
    const SHAPE: Shape = Shape::Value;
}

impl Facts {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.facts.is_empty()
    }
}

impl Blackboard {
    /// What a new run goes on with.
    pub(super) fn carried(&self) -> Result<Facts> {
        let mut facts = Vec::new();
        for (at, posted) in self.facts.iter().enumerate() {
            let subscriptions = self.subscriptions.iter();
            let waits = subscriptions.filter(|subscription| subscription.waits.contains(&at));
            let waits: Vec<_> = waits.map(|subscription| subscription.key()).collect();
            if !waits.is_empty() || !(posted.given || self.is_taken(posted.kind)) {
                facts.push(Carried {
                    kind: self.unmistakable(posted.kind)?,
                    value: (posted.kind.encode)(&*posted.value)?.decode()?,
                    waits,
                });
            }
        }
        let subscriptions = self.subscriptions.iter();
        Ok(Facts {
            facts,
            ran: subscriptions
                .map(|subscription| (subscription.key(), subscription.ran))
                .collect(),
            since: self.since,
        })
    }

    fn is_taken(&self, kind: Kind) -> bool {
        let mut subscriptions = self.subscriptions.iter();
        subscriptions.any(|subscription| subscription.takes.contains(&kind))
    }

    /// The types that are known here.
    fn kinds(&self) -> impl Iterator<Item = Kind> {
        let sources = self.sources.iter().map(|source| source.kind);
        let subscriptions = self.subscriptions.iter();
        sources.chain(subscriptions.flat_map(|subscription| {
            let takes = subscription.takes.iter().copied();
            takes.chain(subscription.gives())
        }))
    }

    /// The name of the type, which no other has here.
    fn unmistakable(&self, kind: Kind) -> Result<String> {
        let name = kind.name();
        match self
            .kinds()
            .all(|other| other == kind || other.name() != name)
        {
            true => Ok(name),
            false => Err(Error::permanent(format!(
                "two types of facts on the blackboard are named `{name}`, and a new run could not tell them apart: rename one"
            ))),
        }
    }

    /// Puts the facts of the run before on the board, once it is known who waits for them.
    pub(super) fn take_up(&mut self) -> Result<()> {
        let Some(resumed) = self.resumed.take() else {
            return Ok(());
        };
        self.since += resumed.since;
        for subscription in &mut self.subscriptions {
            subscription.ran = resumed.ran.get(&subscription.key()).copied().unwrap_or(0);
        }
        // What was published here came later.
        let later = mem::take(&mut self.facts);
        let subscriptions = self.subscriptions.iter_mut();
        let waiting: Vec<_> = subscriptions
            .map(|subscription| mem::take(&mut subscription.waits))
            .collect();
        for carried in resumed.facts {
            let Some(kind) = self.kinds().find(|kind| kind.name() == carried.kind) else {
                continue;
            };
            let value = Payload::from_json(carried.value.get());
            let value = (kind.decode)(&value)
                .map_err(|error| error.context(format_args!("a fact {kind} of the run before")))?;
            let at = self.facts.len();
            self.facts.push(Posted {
                kind,
                value,
                given: false,
            });
            for subscription in &mut self.subscriptions {
                if carried.waits.contains(&subscription.key()) {
                    subscription.wait(at);
                }
            }
        }
        let moved = self.facts.len();
        for (subscription, waiting) in self.subscriptions.iter_mut().zip(waiting) {
            let waiting = waiting.into_iter().map(|at| at + moved);
            subscription.waits.extend(waiting);
        }
        self.facts.extend(later);
        Ok(())
    }
}
