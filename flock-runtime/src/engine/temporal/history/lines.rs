//! A whole history, line by line.

use std::{collections::HashMap, time::SystemTime};

use temporalio_common::protos::temporal::api::history::v1::HistoryEvent;

use super::{
    Action, HistoryStep, StepOutcome,
    event::{Event, What, time},
};
use crate::engine::temporal::failure::one_line;

/// What happened, line by line.
pub(super) fn lines(events: &[HistoryEvent]) -> Vec<HistoryStep> {
    let first = events.first();
    let mut lines = Lines {
        began: first.and_then(|event| time(event.event_time.as_ref())),
        lines: Vec::new(),
        open: HashMap::new(),
        steps: 0,
    };
    for event in events.iter().filter_map(Event::read) {
        lines.event(event);
    }
    lines.lines
}

struct Lines {
    began: Option<SystemTime>,
    lines: Vec<HistoryStep>,
    /// Lines by the number of the event that began them.
    open: HashMap<i64, usize>,
    steps: usize,
}

impl Lines {
    fn event(&mut self, event: Event) {
        let Event { id, at, what, .. } = event;
        let action = match what {
            What::Plain(action) | What::Closed(_, action) => action,
            What::AgentCalled(agent, _) => Action::Agent { agent },
            What::Update { name: update, .. } => Action::Updated { update },
            What::TaskFailed(_, failure) => Action::TaskFailed {
                error: one_line(failure.as_ref()),
            },
            What::LocalAgent(local) => {
                let line = self.line(id, at, Action::LocalAgent { agent: local.agent });
                line.attempt = Some(local.attempt);
                let failed = local.error.map(StepOutcome::Failed);
                line.outcome = Some(failed.unwrap_or(StepOutcome::Completed));
                return;
            }
            What::LastAttempt {
                call,
                number,
                last_failure,
            } => {
                if let Some(line) = self.begun(call) {
                    (line.attempt, line.last_failure) = (number, last_failure);
                }
                return;
            }
            What::Ended { began, outcome, .. } => {
                if let Some(line) = self.begun(began) {
                    line.outcome = Some(outcome);
                }
                return;
            }
            What::CancelRequested(_)
            | What::ChildStarted(_)
            | What::UpdateCompleted(..)
            | What::TaskCompleted
            | What::TaskTimedOut => return,
        };
        self.line(id, at, action);
    }

    fn line(&mut self, id: i64, at: Option<SystemTime>, action: Action) -> &mut HistoryStep {
        let mut line = HistoryStep::new(id, self.began, at, action);
        if line.action.is_step() {
            self.steps += 1;
            line.step = Some(self.steps);
        }
        let place = self.lines.len();
        self.open.insert(id, place);
        self.lines.push(line);
        &mut self.lines[place]
    }

    fn begun(&mut self, event: i64) -> Option<&mut HistoryStep> {
        self.lines.get_mut(*self.open.get(&event)?)
    }
}
