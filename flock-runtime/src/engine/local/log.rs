//! What has happened in an execution, for whoever follows it, also from the start.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use crate::{
    agent::entry::AgentEntry,
    flock::event::{AgentStep, StepEvent, StepPhase},
};

/// As much is kept of the steps of an execution, in bytes: of one that goes on for months, the newest.
const LIMIT: usize = 4 << 20;

/// A place in the log of an execution.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Position {
    pub(super) events: u64,
    /// Calls before it.
    pub(super) steps: u64,
}

/// What has happened so far. Made into events only when somebody looks.
#[derive(Default)]
pub(super) struct Log {
    end: Position,
    kept: VecDeque<Entry>,
    bytes: usize,
}

/// Which call of an agent something has happened to.
#[derive(Clone)]
pub(super) struct Call {
    /// Counted over all runs of the execution.
    pub(super) step: u64,
    pub(super) agent: &'static AgentEntry,
    pub(super) summary: Option<Arc<str>>,
}

impl Call {
    pub(super) fn name(&self) -> &'static str {
        self.agent.descriptor.name
    }

    fn event(&self, phase: StepPhase) -> StepEvent {
        let summary = self.summary.as_deref().map(str::to_owned);
        AgentStep::new(self.step, self.name(), summary, phase).into()
    }
}

/// Small for what every call has, its begin and its end.
enum Entry {
    Started(Call),
    Completed(Call, Duration),
    Other(Box<Other>),
}

struct Other {
    event: StepEvent,
    bytes: usize,
}

impl Entry {
    fn bytes(&self) -> usize {
        let more = match self {
            Self::Started(call) | Self::Completed(call, _) => {
                call.summary.as_deref().map_or(0, str::len)
            }
            Self::Other(other) => size_of::<Other>() + other.bytes,
        };
        size_of::<Self>() + more
    }

    /// What is told of it, with steps counted from `before`.
    fn event(&self, before: u64) -> StepEvent {
        let mut event = match self {
            Self::Started(call) => call.event(StepPhase::Started),
            Self::Completed(call, took) => call.event(StepPhase::Completed { took: *took }),
            Self::Other(other) => other.event.clone(),
        };
        if let StepEvent::Agent(step) = &mut event {
            step.step -= before;
        }
        event
    }
}

impl Log {
    /// Where it ends.
    pub(super) fn end(&self) -> Position {
        self.end
    }

    /// The bytes of what is kept.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Nothing more will come.
    pub(super) fn close(&mut self) {
        self.kept.shrink_to_fit();
    }

    /// Notes what has happened to a call.
    pub(super) fn report(&mut self, call: Call, phase: StepPhase) {
        self.end.steps = self.end.steps.max(call.step);
        match phase {
            StepPhase::Started => self.push(Entry::Started(call)),
            StepPhase::Completed { took } => self.push(Entry::Completed(call, took)),
            phase => self.tell(call.event(phase)),
        }
    }

    /// Notes what else has happened.
    pub(super) fn tell(&mut self, event: StepEvent) {
        let bytes = serde_json::to_vec(&event).map_or(0, |json| json.len());
        self.push(Entry::Other(Box::new(Other { event, bytes })));
    }

    fn push(&mut self, entry: Entry) {
        self.end.events += 1;
        self.bytes += entry.bytes();
        self.kept.push_back(entry);
        while self.bytes > LIMIT
            && let Some(oldest) = self.kept.pop_front()
        {
            self.bytes -= oldest.bytes();
        }
    }

    /// What is kept of it from the event `seen` on, with steps counted from `before`.
    pub(super) fn since(&self, seen: u64, before: u64) -> Vec<StepEvent> {
        let new = usize::try_from(self.end.events - seen).unwrap_or(usize::MAX);
        let new = self.kept.iter().skip(self.kept.len().saturating_sub(new));
        new.map(|entry| entry.event(before)).collect()
    }
}
