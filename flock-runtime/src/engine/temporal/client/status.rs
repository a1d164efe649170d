//! What a run shows and asks, which no history tells: its worker is asked for it, once the run has
//! done something.

use std::{collections::BTreeSet, time::Duration};

use futures_util::{FutureExt, future::BoxFuture};
use serde::Deserialize;
use serde_json::Value;
use tokio::time::{Instant, sleep_until, timeout};

use super::{TemporalEngine, messages};
use crate::{
    engine::{RunId, temporal::history::event::What},
    flock::{approval::request::ApprovalRequest, event::StepEvent, handler::STATUS},
    value::payload::Payload,
};

/// What comes so soon after one another is asked for once.
const TOGETHER: Duration = Duration::from_millis(100);

/// Where no worker answers, the next is asked no sooner.
const SILENT: Duration = Duration::from_secs(10);

/// What an ended run shows is waited for no longer.
const LAST: Duration = Duration::from_secs(2);

/// What a run shows and asks, as far as it is known.
pub(crate) struct StatusWatch<'e> {
    engine: &'e TemporalEngine,
    /// It may show or ask something at all.
    tells: bool,
    /// When it is asked next, since something has happened.
    next: Option<Instant>,
    asked: Option<BoxFuture<'static, Option<StatusAnswer>>>,
    state: Option<Value>,
    open: BTreeSet<String>,
    /// Ids of those requests that are known to be answered, or that timed out.
    closed: BTreeSet<String>,
}

/// The part of a run's `status` that no history tells.
#[derive(Default, Deserialize)]
struct StatusAnswer {
    #[serde(default)]
    state: Option<Value>,
    #[serde(default)]
    approvals: Vec<ApprovalRequest>,
    #[serde(default)]
    decided: Vec<ClosedRequest>,
}

#[derive(Deserialize)]
struct ClosedRequest {
    id: String,
    outcome: String,
    answer: Option<Value>,
}

impl<'e> StatusWatch<'e> {
    pub(crate) fn new(engine: &'e TemporalEngine, tells: bool) -> Self {
        Self {
            engine,
            tells,
            next: None,
            asked: None,
            state: None,
            open: BTreeSet::new(),
            closed: BTreeSet::new(),
        }
    }

    /// What a run shows changes with its tasks alone.
    pub(crate) fn event(&mut self, event: &What) {
        let is_task = matches!(event, What::TaskCompleted);
        if self.tells && is_task && self.next.is_none() {
            self.next = Some(Instant::now() + TOGETHER);
        }
    }

    /// The history has told of an answer: what was asked before it is no news.
    pub(crate) fn answered(&mut self, id: &str) {
        self.open.remove(id);
        self.closed.insert(id.to_owned());
    }

    /// What is new, once there is something. May be dropped and called again.
    pub(crate) async fn news(&mut self, run: &RunId) -> Vec<StepEvent> {
        loop {
            if let Some(asked) = &mut self.asked {
                let told = asked.await;
                self.asked = None;
                match told {
                    Some(told) => return self.compare(told, false),
                    None => self.next = Some(Instant::now() + SILENT),
                }
            }
            match self.next {
                Some(next) => sleep_until(next).await,
                None => return std::future::pending().await,
            }
            self.next = None;
            self.asked = Some(query(self.engine.clone(), run.clone()));
        }
    }

    /// What is new as a run ends, which shows nothing more then.
    pub(crate) async fn last(&mut self, run: &RunId) -> Vec<StepEvent> {
        if !self.tells {
            return Vec::new();
        }
        // Asked before its end, it may tell what it showed before.
        self.asked = None;
        self.next = None;
        let told = timeout(LAST, query(self.engine.clone(), run.clone())).await;
        let news = told.ok().flatten().map(|told| self.compare(told, true));
        // The run that goes on with its work begins with nothing.
        self.state = None;
        self.open.clear();
        self.closed.clear();
        news.unwrap_or_default()
    }

    fn compare(&mut self, told: StatusAnswer, has_ended: bool) -> Vec<StepEvent> {
        let mut news = Vec::new();
        if let Some(state) = told.state
            && self.state.as_ref() != Some(&state)
        {
            self.state = Some(state.clone());
            news.push(StepEvent::State { state });
        }
        for decided in told.decided {
            self.open.remove(&decided.id);
            let is_new = self.closed.insert(decided.id.clone());
            // Answers are in the history.
            if is_new && decided.outcome == "timed_out" {
                news.push(StepEvent::ApprovalTimedOut {
                    id: decided.id,
                    answer: decided.answer,
                });
            }
        }
        let mut open = BTreeSet::new();
        let closed = &self.closed;
        let still_open = |request: &ApprovalRequest| !closed.contains(&request.id);
        for request in told.approvals.into_iter().filter(still_open) {
            open.insert(request.id.clone());
            if !self.open.contains(&request.id) {
                news.push(StepEvent::ApprovalAsked(Box::new(request)));
            }
        }
        if !has_ended {
            let gone = self.open.difference(&open).cloned();
            news.extend(gone.map(|id| StepEvent::ApprovalWithdrawn { id }));
            self.open = open;
        }
        news
    }
}

fn query(engine: TemporalEngine, run: RunId) -> BoxFuture<'static, Option<StatusAnswer>> {
    async move {
        let nothing = Payload::from_json("null");
        let answer = timeout(SILENT, messages::query(&engine, &run, STATUS, nothing)).await;
        answer.ok()?.ok()?.decode().ok()
    }
    .boxed()
}
