//! A flock's body does no agent's work itself.
//!
//! An agent's function stays an ordinary function, so it may be called like one inside a flock: the
//! compiler has no objection. But there would be no step: no retries, no history, the work done again on
//! every replay. So the function asks, before its first line, whether a flock's own code is being polled
//! on this thread, and if so does not go on; whoever polls that code finds the mistake noted, and
//! ends it with that as its error.

use std::{
    cell::Cell,
    future::{Future, poll_fn},
    pin::{Pin, pin},
    task::{Context, Poll},
};

use super::deadlock::{Watched, Whose};
use crate::{
    agent::AgentDescriptor,
    error::{Error, Result},
};

/// What is being polled on this thread.
#[derive(Default)]
struct Here {
    /// The flock whose code it is.
    flock: Cell<Option<&'static str>>,
    mistake: Cell<Option<Error>>,
}

thread_local! {
    static HERE: Here = const {
        Here {
            flock: Cell::new(None),
            mistake: Cell::new(None),
        }
    };
}

impl Here {
    fn swap(with: &Self) {
        // Where the thread is at its end, nothing is polled any more.
        let _ = HERE.try_with(|here| {
            here.flock.swap(&with.flock);
            here.mistake.swap(&with.mistake);
        });
    }
}

/// Puts back what was before, also where a panic passes by.
struct Within(Here);

impl Within {
    fn enter(flock: &'static str) -> Self {
        let here = Here::default();
        here.flock.set(Some(flock));
        Here::swap(&here);
        Self(here)
    }

    /// The mistake that was made meanwhile.
    fn leave(self) -> Option<Error> {
        HERE.try_with(|here| here.mistake.take()).ok().flatten()
    }
}

impl Drop for Within {
    fn drop(&mut self) {
        Here::swap(&self.0);
    }
}

/// Code of `flock`. It ends at once, and with that as its error, where it calls an agent's function.
pub(crate) async fn of_flock<T>(
    flock: &'static str,
    work: impl Future<Output = Result<T>>,
) -> Result<T> {
    let mut work = pin!(work);
    poll_fn(|cx| {
        let _watched = Watched::begin(Whose::Flock(flock));
        let within = Within::enter(flock);
        let polled = work.as_mut().poll(cx);
        match within.leave() {
            Some(mistake) => Poll::Ready(Err(mistake)),
            None => polled,
        }
    })
    .await
}

/// An agent's own code, within a flock's or not, until it is dropped.
struct Outside(Option<&'static str>);

impl Outside {
    fn enter() -> Self {
        Self(HERE.try_with(|here| here.flock.take()).ok().flatten())
    }
}

impl Drop for Outside {
    fn drop(&mut self) {
        let _ = HERE.try_with(|here| here.flock.set(self.0));
    }
}

/// Does the work of `agent` on a thread where a flock's code is being polled.
pub(crate) fn of_agent<T>(agent: &'static AgentDescriptor, work: impl FnOnce() -> T) -> T {
    let _watched = Watched::begin(Whose::Agent(agent.noun(), agent.name));
    let _outside = Outside::enter();
    work()
}

/// The first line of an agent's function: done at once, but never where a flock's own code calls it.
#[must_use = "it asks nothing unless awaited"]
#[derive(Debug)]
pub struct InAttempt {
    noun: &'static str,
    agent: &'static str,
    instead: &'static str,
}

impl InAttempt {
    /// Of `agent`; `instead` is what a flock is to write.
    pub const fn of(agent: &'static str, instead: &'static str) -> Self {
        Self {
            noun: "agent",
            agent,
            instead,
        }
    }

    /// Of a tool.
    pub const fn of_tool(tool: &'static str, instead: &'static str) -> Self {
        let of = Self::of(tool, instead);
        Self { noun: "tool", ..of }
    }

    #[cold]
    fn note(&self, here: &Here, flock: &str) {
        let Self {
            noun,
            agent,
            instead,
        } = self;
        let mistake = Error::permanent(format!(
            "{noun} `{agent}` was called like a function in flock `{flock}`: that is no step, so it would have no retries and no history, and be done again on every replay; write `{instead}`"
        ));
        // Of several side by side, the first.
        let first = here.mistake.take();
        here.mistake.set(Some(
            first.unwrap_or_else(|| mistake.with_type("CalledLikeAFunction")),
        ));
    }
}

impl Future for InAttempt {
    type Output = ();

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        let is_mistake = HERE.try_with(|here| match here.flock.get() {
            Some(flock) => {
                self.note(here, flock);
                true
            }
            None => false,
        });
        match is_mistake {
            // Nobody polls it again.
            Ok(true) => Poll::Pending,
            _ => Poll::Ready(()),
        }
    }
}
