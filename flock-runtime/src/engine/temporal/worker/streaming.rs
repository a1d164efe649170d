//! What an attempt says while it is at work, on its way to those who follow the run from other processes.
//!
//! Its newest stand beside the progress in the heartbeat details, which the server shows with what is under
//! way and forgets with its end: no event has them. In one case the server copies the last details into the
//! history, where a limit of its own is met for good; an attempt that this may happen to says nothing.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use temporalio_common::protos::temporal::api::common::v1::Payload as Proto;
use temporalio_sdk::activities::ActivityContext;
use tokio::{
    sync::Notify,
    time::{Instant, sleep_until},
};

use super::{attempts::Call, publisher::Publisher};
use crate::agent::stream::{Saying, Transcript};

/// Where in a payload's metadata it stands: other programs read past it.
const SAID: &str = "flock-said";

/// So much of the text goes with a heartbeat, in bytes.
const TAIL: usize = 8 << 10;

/// Between two heartbeats of an attempt that says something, at least.
const FRESH: Duration = Duration::from_millis(700);

/// The details with what was said.
pub(super) fn noted(mut proto: Proto, said: &Transcript) -> Proto {
    if let Ok(said) = serde_json::to_vec(said) {
        proto.metadata.insert(SAID.to_owned(), said);
    }
    proto
}

/// What details say was said.
pub(crate) fn said(proto: &Proto) -> Option<Transcript> {
    serde_json::from_slice(proto.metadata.get(SAID)?).ok()
}

/// What an attempt says.
pub(super) struct Streaming {
    /// It may go with heartbeats.
    beats: bool,
    publisher: Option<Publisher>,
    said: Mutex<Option<Transcript>>,
    news: Notify,
    /// When it was last told.
    told: Mutex<Instant>,
}

impl Streaming {
    pub(super) fn of(context: &ActivityContext, call: &Call, agent: &'static str) -> Self {
        let info = context.info();
        let most = info
            .retry_policy
            .as_ref()
            .map_or(0, |policy| policy.maximum_attempts());
        let is_last = most != 0 && info.attempt >= most;
        let beats = info.heartbeat_timeout.is_some_and(|limit| !limit.is_zero());
        let publisher = match call.streams && !info.is_local {
            true => Publisher::new(context, agent, (call.step, info.attempt)),
            false => None,
        };
        Self {
            publisher,
            beats: beats && !info.is_local && !call.is_silent && !is_last,
            said: Mutex::default(),
            news: Notify::new(),
            told: Mutex::new(Instant::now()),
        }
    }

    pub(super) fn is_heard(&self) -> bool {
        self.beats || self.publisher.is_some()
    }

    /// Who publishes what is said, where the run hosts a stream.
    pub(super) fn publisher(&self) -> Option<&Publisher> {
        self.publisher.as_ref()
    }

    /// Takes in what an attempt says, given its number and that of workers lost before.
    pub(super) fn say(&self, (attempt, lost): (u32, u32), saying: &Saying<'_>) {
        if let Some(publisher) = &self.publisher {
            publisher.say(saying);
        }
        if self.beats {
            let mut said = lock(&self.said);
            let said = said.get_or_insert_with(|| Transcript::new(attempt, lost));
            said.say(saying);
            self.news.notify_one();
        }
    }

    /// Waits until there is something new, and it is time to tell it.
    pub(super) async fn has_news(&self) {
        self.news.notified().await;
        let told = *lock(&self.told);
        sleep_until(told + FRESH).await;
    }

    /// What is to be told now.
    pub(super) fn newest(&self) -> Option<Transcript> {
        *lock(&self.told) = Instant::now();
        lock(&self.said).as_ref().map(|said| said.tail(TAIL))
    }

    /// What was said is void.
    pub(super) fn end(&self) {
        *lock(&self.said) = None;
    }
}

fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}
