//! Who waits for news of an execution: woken by what it waits for, and by nothing else.

use std::task::Waker;

/// What can be waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum News {
    /// It is asked to end, or to end at once.
    Orders,
    /// Something has happened in it.
    Steps,
    /// The same, or an agent has said something.
    Said,
    /// It waits for other answers of people than before.
    Requests,
    /// It has ended.
    End,
}

/// Those that wait.
#[derive(Default)]
pub(super) struct Waiting {
    count: u64,
    waiters: Vec<Waiter>,
}

struct Waiter {
    number: u64,
    news: News,
    waker: Waker,
}

impl Waiting {
    /// Has `waker` woken by the next news of this kind, in place of the one that was given before
    /// under `number`. Gives the number; and what must be dropped, once nothing is locked any more.
    pub(super) fn wait(
        &mut self,
        number: Option<u64>,
        news: News,
        waker: &Waker,
    ) -> (u64, Option<Waker>) {
        let before = number.and_then(|number| self.find(number));
        if let Some(at) = before {
            let waiter = &mut self.waiters[at];
            let replaced = match waiter.waker.will_wake(waker) {
                true => None,
                false => Some(std::mem::replace(&mut waiter.waker, waker.clone())),
            };
            return (waiter.number, replaced);
        }
        self.count += 1;
        self.waiters.push(Waiter {
            number: self.count,
            news,
            waker: waker.clone(),
        });
        (self.count, None)
    }

    /// Nobody waits there any more. What it gives must be dropped once nothing is locked.
    pub(super) fn leave(&mut self, number: u64) -> Option<Waker> {
        let at = self.find(number)?;
        Some(self.waiters.swap_remove(at).waker)
    }

    /// Those that are to be woken by such news, once nothing is locked any more.
    pub(super) fn hear(&mut self, news: &[News]) -> Vec<Waker> {
        let hears = |waiter: &Waiter| match waiter.news {
            News::Said => news.contains(&News::Said) || news.contains(&News::Steps),
            other => news.contains(&other),
        };
        // Most of what happens nobody waits for.
        if !self.waiters.iter().any(hears) {
            return Vec::new();
        }
        let heard = self.waiters.extract_if(.., |waiter| hears(waiter));
        heard.map(|waiter| waiter.waker).collect()
    }

    fn find(&self, number: u64) -> Option<usize> {
        let mut waiters = self.waiters.iter();
        waiters.position(|waiter| waiter.number == number)
    }
}
