//! What is sent to a run, in order of arrival.

use std::{
    collections::VecDeque,
    future::poll_fn,
    sync::{Arc, Weak},
    task::{Context, Poll, Waker},
};

use tokio::sync::oneshot;

use super::run::Run;
use crate::{
    error::{Result, RunError},
    value::payload::Payload,
};

/// Something sent to a run.
pub(super) enum Message {
    Signal {
        name: String,
        message: Payload,
        /// Told once the flock will see it; dropped when the run ends first.
        taken: oneshot::Sender<()>,
    },
    Query {
        name: String,
        message: Payload,
        reply: Reply,
    },
    Update {
        name: String,
        message: Payload,
        reply: Reply,
    },
}

pub(super) type Reply = oneshot::Sender<Result<Payload, RunError>>;

impl Message {
    /// A signal, and what is told once the flock will see it.
    pub(super) fn signal(name: &str, message: Payload) -> (Self, oneshot::Receiver<()>) {
        let (taken, told) = oneshot::channel();
        let name = name.to_owned();
        let signal = Self::Signal {
            name,
            message,
            taken,
        };
        (signal, told)
    }
}

/// Where messages to a run wait.
#[derive(Default)]
pub(super) struct Inbox {
    taken: Taken,
    messages: VecDeque<Message>,
    /// Of the task that takes them.
    waker: Option<Waker>,
}

/// Who takes what is sent to a run.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Taken {
    #[default]
    Here,
    /// The run that goes on with its work.
    Next,
    /// It has ended: nobody but who answers queries.
    Queries,
    /// Nobody.
    Closed,
}

/// Where a message is to go.
pub(super) enum Put {
    /// It is in the inbox; whoever this is takes it.
    Here(Option<Waker>),
    Next(Message),
    Refused,
}

impl Inbox {
    pub(super) fn put(&mut self, message: Message) -> Put {
        match (self.taken, &message) {
            (Taken::Closed, _) => return Put::Refused,
            // Each run answers for itself, after its end too.
            (_, Message::Query { .. }) | (Taken::Here, _) => {}
            (Taken::Queries, _) => return Put::Refused,
            (Taken::Next, _) => return Put::Next(message),
        }
        self.messages.push_back(message);
        Put::Here(self.waker.take())
    }

    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Message> {
        if let Some(message) = self.messages.pop_front() {
            return Poll::Ready(message);
        }
        match &mut self.waker {
            Some(waker) => waker.clone_from(cx.waker()),
            none => *none = Some(cx.waker().clone()),
        }
        Poll::Pending
    }

    /// Moves what has not been looked at to `next`, which takes what will be sent, too. Gives how many
    /// that were.
    pub(super) fn hand_over(&mut self, next: &mut Self) -> u64 {
        let handed = self.messages.len();
        next.messages.append(&mut self.messages);
        self.taken = Taken::Next;
        handed.try_into().unwrap_or(u64::MAX)
    }

    pub(super) fn end(&mut self) {
        self.taken = Taken::Queries;
    }

    /// Nobody takes anything any more. Gives what must be dropped, once nothing is locked.
    pub(super) fn close(&mut self) -> VecDeque<Message> {
        self.taken = Taken::Closed;
        self.waker = None;
        std::mem::take(&mut self.messages)
    }

    /// Whoever waits for a message.
    pub(super) fn waker(&mut self) -> Option<Waker> {
        self.waker.take()
    }
}

/// Takes a run's messages, which it does not keep: there are none once the run is forgotten. With it,
/// whoever sends something hears that it comes too late.
pub(super) struct Messages(Weak<Run>);

impl Messages {
    pub(super) fn of(run: &Arc<Run>) -> Self {
        Self(Arc::downgrade(run))
    }

    /// The next, when there is one.
    pub(super) async fn next(&mut self) -> Option<Message> {
        poll_fn(|cx| match self.0.upgrade() {
            Some(run) => run.inbox(|inbox| inbox.poll(cx)).map(Some),
            None => Poll::Ready(None),
        })
        .await
    }
}

impl Drop for Messages {
    fn drop(&mut self) {
        if let Some(run) = self.0.upgrade() {
            let lost = run.inbox(Inbox::close);
            drop(lost);
        }
    }
}
