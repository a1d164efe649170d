//! A stream that a run hosts (Temporal: Workflow Streams), with the names and the JSON that Temporal's own
//! clients speak: who publishes signals batches of items, who follows polls by an update, or by a query once
//! the run has ended. Offsets count all items of an execution, and go on in the next run.

pub(crate) mod publish;
#[cfg(test)]
mod tests;

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, VecDeque},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use serde::{Deserialize, Serialize};

use super::{FlockContext, backend::Scope};
use crate::{
    agreed::RESERVED,
    error::{Error, Result},
    value::payload::Payload,
};

/// The signal that brings items.
pub(crate) const PUBLISH: &str = "__temporal_workflow_stream_publish";

/// The update that waits for items, and the query that gives those that are there.
pub(crate) const POLL: &str = "__temporal_workflow_stream_poll";

/// The query for the offset after the last item.
pub(crate) const OFFSET: &str = "__temporal_workflow_stream_offset";

/// Where a poll asks for what is kept no more.
const TRUNCATED: &str = "TruncatedOffset";

/// Where a poll comes as the run is about to end or to go on as a new one.
const DRAINING: &str = "StreamDraining";

/// The most in an answer, in bytes as clients estimate them. An item that is larger goes alone.
const ANSWER: usize = 1_000_000;

/// The most that is kept of the log, in the same bytes: it has to fit what the next run is given.
const KEPT: usize = 1_000_000;

/// After so many polls the run should go on as a new one: a server takes 2000 updates a run.
const WORN: usize = 1_500;

/// After so many polls no more are taken, so that the run can still be given answers.
const SPENT: usize = 1_800;

/// A publisher that was silent for so long is not remembered by the next run.
const SILENT: Duration = Duration::from_secs(15 * 60);

/// Whether the name is one of the stream's, of which those who follow the run are not told.
pub(crate) fn is_own(name: &str) -> bool {
    name.starts_with(RESERVED)
}

/// The failure types that clients know, and look for in the failure itself.
#[cfg(feature = "temporal")]
pub(crate) const FAILURES: [&str; 2] = [TRUNCATED, DRAINING];

/// A stream that a run hosts.
#[derive(Default)]
pub(crate) struct Hosted {
    log: RefCell<Log>,
    /// Polls that were taken.
    polls: Cell<usize>,
    /// Those that wait.
    waiting: Cell<usize>,
    /// The run is about to end: polls are answered with what there is.
    detaching: Cell<bool>,
}

/// The newest items, and who has published how far.
#[derive(Default, Serialize, Deserialize)]
struct Log {
    items: VecDeque<Entry>,
    /// The offset of the first that is kept.
    base: u64,
    publishers: BTreeMap<String, Publisher>,
    #[serde(skip)]
    bytes: usize,
}

/// An item: its topic, and a Temporal payload in protobuf and base64, as it came.
#[derive(Serialize, Deserialize)]
struct Entry {
    topic: String,
    data: String,
}

impl Entry {
    fn bytes(&self) -> usize {
        self.topic.len() + self.data.len()
    }
}

#[derive(Serialize, Deserialize)]
struct Publisher {
    /// Of the last batch that was taken.
    sequence: u64,
    /// Seconds since the epoch.
    last_seen: u64,
}

#[derive(Deserialize)]
struct Published {
    #[serde(default)]
    items: Vec<Entry>,
    #[serde(default)]
    publisher_id: String,
    #[serde(default)]
    sequence: u64,
}

/// A question for items.
#[derive(Deserialize)]
pub(super) struct Poll {
    /// All, where it names none.
    #[serde(default)]
    topics: Vec<String>,
    #[serde(default)]
    from_offset: u64,
}

#[derive(Serialize)]
struct Polled<'a> {
    items: Vec<Item<'a>>,
    next_offset: u64,
    more_ready: bool,
}

#[derive(Serialize)]
struct Item<'a> {
    topic: &'a str,
    data: &'a str,
    offset: u64,
}

impl Hosted {
    /// What the run before it has handed over.
    pub(crate) fn take_over(&self, carried: &Payload) -> Result<()> {
        let mut log: Log = carried.decode()?;
        log.bytes = log.items.iter().map(Entry::bytes).sum();
        *self.log.borrow_mut() = log;
        Ok(())
    }

    /// What the next run is given.
    pub(super) fn carried(&self, now: SystemTime) -> Result<Payload> {
        let mut log = self.log.borrow_mut();
        let oldest = seconds(now).saturating_sub(SILENT.as_secs());
        log.publishers.retain(|_, one| one.last_seen >= oldest);
        Payload::encode(&*log)
    }

    /// Takes in a batch. One that has come before is left out.
    pub(super) fn publish(&self, message: &Payload, now: SystemTime) -> Result<()> {
        let published: Published = message.decode()?;
        let mut log = self.log.borrow_mut();
        let sequence = published.sequence;
        if !published.publisher_id.is_empty() {
            let known = log.publishers.get(&published.publisher_id);
            if known.is_some_and(|known| sequence <= known.sequence) {
                return Ok(());
            }
            let last_seen = seconds(now);
            let publisher = Publisher {
                sequence,
                last_seen,
            };
            log.publishers.insert(published.publisher_id, publisher);
        }
        for item in published.items {
            log.push(item);
        }
        Ok(())
    }

    /// Whether a poll may come.
    pub(super) fn validate(&self, message: &Payload) -> Result<()> {
        let _: Poll = message.decode()?;
        if self.detaching.get() || self.polls.get() >= SPENT {
            let error =
                Error::transient("the stream takes no polls just now: poll again in a moment");
            return Err(error.with_type(DRAINING));
        }
        Ok(())
    }

    /// What is there for a query, which waits for nothing.
    pub(super) fn now(&self, message: &Payload) -> Result<Payload> {
        self.log.borrow().answer(&message.decode()?)
    }

    pub(super) fn offset(&self) -> Result<Payload> {
        Payload::encode(&self.log.borrow().end())
    }

    /// Whether there is something for a poll from this offset.
    fn has_news(&self, from: u64) -> bool {
        let log = self.log.borrow();
        self.detaching.get() || from < log.base || log.end() > from
    }

    /// Whether the run should go on as a new one, lest the server refuse further polls.
    pub(super) fn is_worn(&self) -> bool {
        self.polls.get() >= WORN
    }
}

impl Log {
    fn push(&mut self, item: Entry) {
        self.bytes += item.bytes();
        self.items.push_back(item);
        while self.bytes > KEPT
            && self.items.len() > 1
            && let Some(oldest) = self.items.pop_front()
        {
            self.bytes -= oldest.bytes();
            self.base += 1;
        }
    }

    fn end(&self) -> u64 {
        self.base + self.items.len() as u64
    }

    fn answer(&self, poll: &Poll) -> Result<Payload> {
        let skip =
            usize::try_from(poll.from_offset.saturating_sub(self.base)).unwrap_or(usize::MAX);
        let mut polled = Polled {
            items: Vec::new(),
            next_offset: self.end(),
            more_ready: false,
        };
        let mut bytes = 0;
        let wanted = (self.base..).zip(&self.items).skip(skip);
        for (offset, item) in wanted {
            if !poll.topics.is_empty() && !poll.topics.contains(&item.topic) {
                continue;
            }
            bytes += item.bytes();
            if bytes > ANSWER && !polled.items.is_empty() {
                polled.next_offset = offset;
                polled.more_ready = true;
                break;
            }
            polled.items.push(Item {
                topic: &item.topic,
                data: &item.data,
                offset,
            });
        }
        Payload::encode(&polled)
    }
}

/// Waits for items, and gives them.
pub(super) async fn poll(context: FlockContext, message: Payload) -> Result<Payload> {
    let poll: Poll = message.decode()?;
    let run_state = context.shared_state();
    let Some(hosted) = run_state.hosted() else {
        return Err(Error::not_found("the flock hosts no stream"));
    };
    hosted.polls.set(hosted.polls.get() + 1);
    hosted.waiting.set(hosted.waiting.get() + 1);
    let waits = {
        let run_state = context.shared_state();
        let from = poll.from_offset;
        let has_news = move || {
            run_state
                .hosted()
                .is_none_or(|hosted| hosted.has_news(from))
        };
        context
            .backend()
            .wait_until(Scope::Shielded, Box::new(has_news))
    };
    let waited = waits.await;
    hosted.waiting.set(hosted.waiting.get() - 1);
    context.backend().wake();
    waited?;
    let log = hosted.log.borrow();
    if poll.from_offset != 0 && poll.from_offset < log.base {
        let error = Error::not_found(format!(
            "offset {} is kept no more: the first is {}",
            poll.from_offset, log.base
        ));
        return Err(error.with_type(TRUNCATED));
    }
    log.answer(&poll)
}

/// Has polls that wait answered with what there is, and takes no more: the run is about to end.
pub(super) async fn detach(context: &FlockContext) {
    let run_state = context.shared_state();
    let Some(hosted) = run_state.hosted() else {
        return;
    };
    hosted.detaching.set(true);
    context.backend().wake();
    let idle = {
        let run_state = context.shared_state();
        let is_idle = move || {
            run_state
                .hosted()
                .is_none_or(|hosted| hosted.waiting.get() == 0)
        };
        context
            .backend()
            .wait_until(Scope::Shielded, Box::new(is_idle))
    };
    // Nothing cancels it.
    let _ = idle.await;
}

fn seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}
