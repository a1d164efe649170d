//! What a run knows of itself: its state, its mail, and what it shows to those who ask.

use std::{
    any::Any,
    cell::RefCell,
    collections::{BTreeMap, VecDeque},
    rc::Rc,
};

use serde::Serialize;
use serde_json::Value;

use crate::payload::Payload;

/// What a run knows of itself.
pub(crate) struct Board {
    /// The flock's own state, in a `RefCell`.
    state: Rc<dyn Any>,
    /// Signals that wait to be asked for, by name, in order of arrival.
    mail: RefCell<BTreeMap<String, VecDeque<Payload>>>,
    /// What the flock last said of itself.
    shown: RefCell<Option<Value>>,
    steps: RefCell<Steps>,
}

/// The newest steps.
#[derive(Default)]
struct Steps {
    forgotten: usize,
    kept: VecDeque<Step>,
}

/// A step of a run, as the `status` query tells it.
#[derive(Debug, Clone, Serialize)]
struct Step {
    agent: &'static str,
    state: StepState,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum StepState {
    Running,
    Completed,
    Failed,
    /// Nobody waits for it any more.
    Dropped,
}

/// The answer to the `status` query.
#[derive(Debug, Serialize)]
pub(crate) struct Status<'a> {
    flock: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<Value>,
    steps: VecDeque<Step>,
    /// Signals that have come and wait to be asked for.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    waiting: BTreeMap<String, usize>,
}

/// As many are kept for `status`.
const STEPS: usize = 100;

impl Board {
    pub(crate) fn new(state: Rc<dyn Any>) -> Self {
        Self {
            state,
            mail: RefCell::default(),
            shown: RefCell::default(),
            steps: RefCell::default(),
        }
    }

    pub(crate) fn state(&self) -> &dyn Any {
        &*self.state
    }

    /// The state as what it is.
    pub(super) fn typed<S: 'static>(&self) -> Option<&RefCell<S>> {
        self.state.downcast_ref()
    }

    pub(crate) fn post(&self, name: &str, message: Payload) {
        let mut mail = self.mail.borrow_mut();
        match mail.get_mut(name) {
            Some(queue) => queue.push_back(message),
            None => {
                mail.insert(name.to_owned(), VecDeque::from([message]));
            }
        }
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        let mail = self.mail.borrow();
        mail.get(name).is_some_and(|queue| !queue.is_empty())
    }

    pub(crate) fn take(&self, name: &str) -> Option<Payload> {
        self.mail.borrow_mut().get_mut(name)?.pop_front()
    }

    pub(crate) fn show(&self, state: Value) {
        *self.shown.borrow_mut() = Some(state);
    }

    /// Notes that an agent is called; gives the step's number.
    pub(super) fn step(&self, agent: &'static str) -> usize {
        let mut steps = self.steps.borrow_mut();
        if steps.kept.len() == STEPS {
            steps.kept.pop_front();
            steps.forgotten += 1;
        }
        steps.kept.push_back(Step {
            agent,
            state: StepState::Running,
        });
        steps.forgotten + steps.kept.len() - 1
    }

    /// Notes how a step ended.
    pub(super) fn stepped(&self, number: usize, state: StepState) {
        let mut steps = self.steps.borrow_mut();
        if let Some(index) = number.checked_sub(steps.forgotten)
            && let Some(step) = steps.kept.get_mut(index)
        {
            step.state = state;
        }
    }

    pub(crate) fn status<'a>(&self, flock: &'a str) -> Status<'a> {
        let mail = self.mail.borrow();
        let waiting = mail.iter().filter(|(_, queue)| !queue.is_empty());
        Status {
            flock,
            state: self.shown.borrow().clone(),
            steps: self.steps.borrow().kept.clone(),
            waiting: waiting
                .map(|(name, queue)| (name.clone(), queue.len()))
                .collect(),
        }
    }
}
