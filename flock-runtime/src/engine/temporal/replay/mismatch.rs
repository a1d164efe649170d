//! Where the code leaves the way that a history took.

use std::fmt;

use serde::Serialize;

use super::{Action, HistoryStep};

/// The code of a flock does not repeat a history (Temporal: non-determinism error).
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Mismatch {
    /// The flock's name.
    pub flock: String,
    /// The run's workflow id.
    pub workflow_id: String,
    /// The first step that differs, from 1: agents, timers, children, signals sent and the end are
    /// steps.
    pub step: usize,
    /// The event in Temporal's history; `None` where the history has no such step.
    pub event: Option<i64>,
    /// What the history has there; `None` when it has no such step.
    pub history: Option<Action>,
    /// What the code does there; `None` when it does nothing, or nothing yet.
    pub code: Option<Action>,
    /// What Temporal said of it.
    pub message: String,
}

impl Mismatch {
    /// Finds the step where `code` leaves `history`. Temporal says which event it stopped at, as
    /// `stopped`, where it knows.
    pub(crate) fn find(history: &[HistoryStep], code: &[Action], stopped: Option<i64>) -> Found {
        let mut code: Vec<Option<&Action>> = code.iter().map(Some).collect();
        let steps = history.iter().filter(|step| step.step.is_some());
        let mut count = 0;
        for step in steps {
            count = step.step.unwrap_or(count);
            let here = stopped == Some(step.event);
            // Temporal checks these by itself, and the code's part in them is not seen.
            if matches!(step.action, Action::Version { .. } | Action::Upsert) {
                if here {
                    return Found::at(step, next(&code));
                }
                continue;
            }
            // Local agents are told when they end, the others when they begin.
            let local = matches!(step.action, Action::LocalAgent { .. });
            let candidates = code.iter().position(|action| match action {
                Some(Action::LocalAgent { .. }) => {
                    local && action.is_some_and(|a| a.matches(&step.action))
                }
                Some(_) => !local,
                None => false,
            });
            match candidates {
                Some(at)
                    if code[at].is_some_and(|action| action.matches(&step.action)) && !here =>
                {
                    code[at] = None;
                }
                // What was given up before it was sent leaves no event.
                Some(at) if stopped.is_some_and(|stopped| stopped > step.event) => {
                    let found = code.iter().skip(at).position(|action| {
                        action.is_some_and(|action| action.matches(&step.action))
                    });
                    match found {
                        Some(later) => code[at..=at + later].fill(None),
                        None => return Found::at(step, next(&code)),
                    }
                }
                _ => return Found::at(step, next(&code)),
            }
        }
        Found {
            step: count + 1,
            event: None,
            history: None,
            code: next(&code),
        }
    }
}

fn next(code: &[Option<&Action>]) -> Option<Action> {
    code.iter().flatten().next().map(|action| (*action).clone())
}

/// The step where code leaves history.
#[derive(Debug, PartialEq)]
pub(crate) struct Found {
    pub(crate) step: usize,
    pub(crate) event: Option<i64>,
    pub(crate) history: Option<Action>,
    pub(crate) code: Option<Action>,
}

impl Found {
    fn at(step: &HistoryStep, code: Option<Action>) -> Self {
        Self {
            step: step.step.unwrap_or_default(),
            event: Some(step.event),
            history: Some(step.action.clone()),
            code,
        }
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "flock `{}` does not repeat the history of `{}`\n  step {}: ",
            self.flock, self.workflow_id, self.step
        )?;
        match &self.history {
            Some(action) => write!(f, "history has {action}, ")?,
            None => f.write_str("history has nothing, ")?,
        }
        match &self.code {
            Some(action) => write!(f, "the code now {}", action.present())?,
            None => f.write_str("the code now does nothing there")?,
        }
        write!(
            f,
            "\n  help: runs that began before the change fail on it; let them take the old way: `if ctx.version(\"the-change\", 1..=2) == 1 {{ … }}`\n  Temporal says: {}",
            self.message
        )
    }
}

impl std::error::Error for Mismatch {}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::engine::RunStatus;

    fn agent(name: &str) -> Action {
        Action::Agent { agent: name.into() }
    }

    fn local(name: &str) -> Action {
        Action::LocalAgent { agent: name.into() }
    }

    fn timer() -> Action {
        Action::Timer {
            duration: Duration::from_secs(60),
        }
    }

    fn end() -> Action {
        Action::End {
            status: RunStatus::Completed,
            error: None,
        }
    }

    /// Events are numbered 10, 20, 30 …
    fn history(actions: &[Action]) -> Vec<HistoryStep> {
        let numbered = actions.iter().cloned().zip(1..);
        numbered
            .map(|(action, number)| HistoryStep {
                step: Some(number),
                ..HistoryStep::new(10 * number as i64, None, None, action)
            })
            .collect()
    }

    fn found(
        history_has: &[Action],
        code: &[Action],
        stopped: Option<i64>,
    ) -> (usize, Option<Action>, Option<Action>) {
        let found = Mismatch::find(&history(history_has), code, stopped);
        (found.step, found.history, found.code)
    }

    #[test]
    fn another_agent() {
        let was = [agent("a"), agent("b"), end()];
        let is = [agent("a"), agent("c")];
        assert_eq!(
            found(&was, &is, None),
            (2, Some(agent("b")), Some(agent("c")))
        );
    }

    #[test]
    fn what_was_left_out_and_what_was_added() {
        let was = [agent("a"), timer(), agent("b"), end()];
        let is = [agent("a"), agent("b")];
        assert_eq!(
            found(&was, &is, Some(20)),
            (2, Some(timer()), Some(agent("b")))
        );
        assert_eq!(
            found(&is, &was, Some(20)),
            (2, Some(agent("b")), Some(timer()))
        );
        assert_eq!(
            found(&was, &[agent("a")], Some(20)),
            (2, Some(timer()), None)
        );
    }

    #[test]
    fn the_code_goes_on_after_the_end() {
        let was = [agent("a")];
        let is = [agent("a"), agent("b")];
        assert_eq!(found(&was, &is, None), (2, None, Some(agent("b"))));
    }

    #[test]
    fn what_was_never_sent_is_passed_over() {
        let was = [agent("a"), agent("b"), end()];
        let is = [timer(), agent("a"), agent("c")];
        assert_eq!(
            found(&was, &is, Some(20)),
            (2, Some(agent("b")), Some(agent("c")))
        );
    }

    #[test]
    fn a_child_of_the_same_id_is_the_same() {
        let child = |flock: &str, id: Option<&str>| Action::Child {
            flock: flock.into(),
            workflow_id: id.map(str::to_owned),
        };
        let was = [child("pay", Some("p-1")), agent("a"), end()];
        let same = [child("pay", Some("p-1")), agent("b")];
        assert_eq!(found(&was, &same, None).0, 2);
        // The server chose the id.
        assert_eq!(found(&was, &[child("pay", None), agent("b")], None).0, 2);
        for other in [child("pay", Some("p-2")), child("ship", None), timer()] {
            let is = [other.clone(), agent("a")];
            assert_eq!(
                found(&was, &is, None),
                (1, Some(was[0].clone()), Some(other))
            );
        }
    }

    #[test]
    fn versions_are_temporals_to_check() {
        let version = Action::Version { change: "c".into() };
        let was = [version.clone(), agent("a"), end()];
        assert_eq!(found(&was, &[agent("b")], None).0, 2);
        let is = [agent("a")];
        assert_eq!(
            found(&was, &is, Some(10)),
            (1, Some(version), Some(agent("a")))
        );
    }

    #[test]
    fn local_agents_are_told_when_they_end() {
        let was = [agent("a"), local("y"), local("x"), end()];
        let is = [local("x"), local("y"), agent("a"), agent("b")];
        assert_eq!(found(&was, &is, None), (4, Some(end()), Some(agent("b"))));
    }
}
