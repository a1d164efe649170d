//! What can still come, and what is waited for in vain.

use serde_json::Value;

use super::{Blackboard, fact::Kind, subscription::Subscription};
use crate::error::{Error, Result};

impl Blackboard {
    /// Before it goes on: what the run before has left, and whether what is wanted can come at all.
    pub(super) fn prepare(&mut self, wanted: Option<Kind>) -> Result<()> {
        self.take_up()?;
        match wanted {
            Some(wanted) if !self.can_come(wanted) => Err(self.never_given(wanted)),
            _ => Ok(()),
        }
    }

    /// Whether the wanted fact is there or may come, as far as types tell.
    fn can_come(&self, wanted: Kind) -> bool {
        let mut facts = self.facts.iter();
        if facts.any(|posted| posted.kind == wanted && !posted.given) {
            return true;
        }
        self.reached(self.sources_and_runs(), None)
            .contains(&wanted)
    }

    /// What comes from outside, and from what runs.
    fn sources_and_runs(&self) -> Vec<Kind> {
        let sources = self.sources.iter().map(|source| source.kind);
        let running = self.subscriptions.iter();
        let running = running.filter(|subscription| subscription.running > 0);
        sources
            .chain(running.flat_map(Subscription::gives))
            .collect()
    }

    /// All types of facts that may come once there are some of these, but for what the subscription `besides`
    /// gives.
    pub(super) fn reached(&self, mut kinds: Vec<Kind>, besides: Option<usize>) -> Vec<Kind> {
        loop {
            let subscriptions = self.subscriptions.iter().enumerate();
            let run = subscriptions.filter(|(at, subscription)| {
                let mut takes = subscription.takes.iter();
                Some(*at) != besides
                    && subscription.ran < subscription.at_most
                    && takes.all(|kind| kinds.contains(kind) || self.has_come(subscription, *kind))
            });
            let gives = run.flat_map(|(_, subscription)| subscription.gives());
            let more: Vec<_> = gives.filter(|kind| !kinds.contains(kind)).collect();
            if more.is_empty() {
                return kinds;
            }
            kinds.extend(more);
        }
    }

    /// Whether such a fact waits for the subscription.
    fn has_come(&self, subscription: &Subscription, kind: Kind) -> bool {
        let mut waits = subscription.waits.iter();
        waits.any(|at| self.facts[*at].kind == kind)
    }

    /// That the board was made so that no such fact can come.
    fn never_given(&self, wanted: Kind) -> Error {
        let mut givers = self.subscriptions.iter();
        let is_given = givers.any(|subscription| subscription.gives().any(|kind| kind == wanted));
        let message = match is_given {
            false => format!(
                "nothing on the blackboard gives {wanted}: subscribe the agent that does, or take what `until` waits for from those that are there"
            ),
            true => format!(
                "no {wanted} can come on the blackboard: {}",
                self.waiting().join("; ")
            ),
        };
        self.told(Error::permanent(message).with_type("NeverGiven"))
    }

    /// That no agent can run any more, and no such fact has come.
    pub(super) fn nothing_left(&self, wanted: Kind) -> Error {
        let waiting = self.waiting();
        let why = match waiting.is_empty() {
            false => waiting.join("; "),
            true => format!("{}, and gave none", self.ran()),
        };
        let message =
            format!("no {wanted} has come, and no agent of the blackboard can run any more: {why}");
        self.told(Error::permanent(message).with_type("NothingLeft"))
    }

    /// That its agents have each other run for ever.
    pub(super) fn too_many(&self) -> Error {
        let message = format!(
            "the agents of the blackboard ran {} times and are not at an end: {}; have a `when` end what they give each other, or raise `at_most`",
            self.at_most,
            self.ran()
        );
        self.told(Error::permanent(message).with_type("TooManyRuns"))
    }

    /// With what programs may want to know.
    fn told(&self, error: Error) -> Error {
        let ran = self.subscriptions.iter();
        let ran = ran.map(|subscription| (subscription.key(), Value::from(subscription.ran)));
        error
            .with_detail("waiting", self.waiting())
            .with_detail("ran", Value::Object(ran.collect()))
    }

    /// How often each agent ran.
    fn ran(&self) -> String {
        let ran = self.subscriptions.iter();
        let ran = ran.filter(|subscription| subscription.ran > 0);
        let ran: Vec<_> = ran
            .map(|subscription| format!("`{}` ran {}", subscription.key(), times(subscription.ran)))
            .collect();
        match ran.is_empty() {
            true => "none ran".to_owned(),
            false => ran.join(", "),
        }
    }

    /// What those wait for that did not run, or that facts wait for.
    fn waiting(&self) -> Vec<String> {
        let subscriptions = self.subscriptions.iter();
        subscriptions
            .filter_map(|subscription| self.waits_for(subscription))
            .collect()
    }

    fn waits_for(&self, subscription: &Subscription) -> Option<String> {
        let name = subscription.key();
        let has_facts = !subscription.waits.is_empty();
        if subscription.ran >= subscription.at_most {
            return has_facts
                .then(|| format!("`{name}` ran {}, its `at_most`", times(subscription.ran)));
        }
        if subscription.ran > 0 && !has_facts {
            return None;
        }
        let takes = subscription.takes.iter();
        let missing: Vec<_> = takes
            .filter(|kind| !self.has_come(subscription, **kind))
            .map(Kind::to_string)
            .collect();
        if missing.is_empty() {
            // One alone was looked at when it came, and runs.
            return (subscription.takes.len() > 1).then(|| {
                format!("`{name}` has facts of each type, and none that belong together")
            });
        }
        let has = subscription.takes.iter().copied().filter_map(|kind| {
            let waits = subscription.waits.iter();
            let waits = waits.filter(|at| self.facts[**at].kind == kind).count();
            (waits > 0).then(|| format!("{waits} {kind}"))
        });
        let has: Vec<_> = has.collect();
        let beside = match has.is_empty() {
            true => String::new(),
            false => format!(", and has {}", has.join(", ")),
        };
        Some(format!(
            "`{name}` waits for {}{beside}",
            missing.join(" and ")
        ))
    }
}

fn times(count: u32) -> String {
    match count {
        1 => "once".to_owned(),
        count => format!("{count} times"),
    }
}
