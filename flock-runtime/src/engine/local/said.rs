//! What the agents of an execution say while they are at work, for whoever follows it.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
};

use super::{execution::Execution, log::Call};
use crate::{
    agent::stream::{Saying, Seen, Transcript},
    flock::event::{StepEvent, StepPhase, Streamed},
};

/// As much is kept of agents that have ended, in bytes, for those who follow and have not looked yet.
const ENDED: usize = 256 << 10;

/// What agents say, those at work and the last that have ended.
#[derive(Default)]
pub(super) struct Said {
    /// Those who hear of it now.
    listeners: usize,
    /// Somebody will, who wants to hear all.
    expected: bool,
    /// By step, counted over all runs of the execution.
    at_work: Vec<(Call, Transcript)>,
    ended: VecDeque<(Call, Transcript)>,
    bytes: usize,
}

impl Said {
    /// Notes that somebody will listen who wants to hear all.
    pub(super) fn expect(&mut self) {
        self.expected = true;
    }

    pub(super) fn is_heard(&self) -> bool {
        self.expected || self.listeners > 0
    }

    /// Notes what an attempt says that is the agent's `attempt`th.
    pub(super) fn say(&mut self, call: &Call, attempt: u32, saying: &Saying<'_>) {
        let mut known = self.at_work.iter();
        let known = known.position(|(at, _)| at.step == call.step);
        let at = known.unwrap_or_else(|| {
            let fresh = (call.clone(), Transcript::new(attempt, 0));
            self.at_work.push(fresh);
            self.at_work.len() - 1
        });
        let told = &mut self.at_work[at].1;
        // One that was given up may go on for a while, and is heard no more.
        if told.attempt < attempt {
            *told = Transcript::new(attempt, 0);
        }
        if told.attempt == attempt {
            told.say(saying);
        }
    }

    /// Notes what has become of a call.
    pub(super) fn note(&mut self, call: &Call, phase: &StepPhase) {
        let has_ended = is_end(phase);
        let at = self.at_work.iter().position(|(at, _)| at.step == call.step);
        let Some(at) = at.filter(|_| has_ended) else {
            return;
        };
        let (call, told) = self.at_work.swap_remove(at);
        if !self.is_heard() {
            return;
        }
        self.bytes += told.len();
        self.ended.push_back((call, told));
        while self.bytes > ENDED
            && let Some((_, oldest)) = self.ended.pop_front()
        {
            self.bytes -= oldest.len();
        }
    }

    /// Nobody is at work any more.
    pub(super) fn go_on(&mut self) {
        self.at_work.clear();
    }

    /// The bytes of what is kept of agents that have ended.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    fn forget(&mut self) {
        self.ended = VecDeque::new();
        self.bytes = 0;
    }
}

/// Somebody who hears what is said in an execution, until this is dropped.
pub(super) struct Listener {
    execution: Arc<Execution>,
    /// Steps of the executions' runs before the one that is followed.
    before: u64,
    seen: HashMap<u64, Seen>,
}

impl Listener {
    pub(super) fn new(execution: Arc<Execution>, before: u64) -> Self {
        execution.said(|said| said.listeners += 1);
        Self {
            execution,
            before,
            seen: HashMap::new(),
        }
    }

    /// What has happened, and what was said meanwhile: the last of a step before its end.
    pub(super) fn with_said(&mut self, events: Vec<StepEvent>, said: &Said) -> Vec<StepEvent> {
        let mut told = Vec::with_capacity(events.len());
        for event in events {
            if let Some(step) = event.agent().filter(|step| is_end(&step.phase)) {
                let number = step.step + self.before;
                if let Some((call, last)) = said.ended.iter().find(|(at, _)| at.step == number) {
                    told.extend(self.news(call, last));
                    self.seen.remove(&number);
                }
            }
            told.push(event);
        }
        for (call, so_far) in &said.at_work {
            told.extend(self.news(call, so_far));
        }
        told
    }

    fn news(&mut self, call: &Call, told: &Transcript) -> Vec<StepEvent> {
        let Some(number) = call.step.checked_sub(self.before) else {
            return Vec::new();
        };
        let seen = self.seen.entry(call.step).or_default();
        Streamed::news((number, call.name(), call.summary.as_deref()), seen, told)
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.execution.said(|said| {
            said.listeners -= 1;
            // Whoever was expected has come.
            said.expected = false;
            if !said.is_heard() {
                said.forget();
            }
        });
    }
}

fn is_end(phase: &StepPhase) -> bool {
    match phase {
        StepPhase::Completed { .. } | StepPhase::Failed { .. } | StepPhase::Dropped => true,
        StepPhase::Started | StepPhase::Retrying { .. } | StepPhase::WorkerLost { .. } => false,
    }
}
