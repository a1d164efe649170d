//! Work that outlives what it was begun for: sagas that are undone though nobody waits for them.

use std::{
    cell::{Cell, RefCell},
    future::{Future, poll_fn},
    task::{Context, Poll},
};

use futures_util::future::LocalBoxFuture;

/// Gives what the run's error should tell besides.
type Work = LocalBoxFuture<'static, Vec<String>>;

/// What undoes the work of sagas that were dropped: it goes on beside the flock's body, and the run
/// does not end before it.
#[derive(Default)]
pub(super) struct Compensations {
    /// In the order in which it was begun, which a replay repeats.
    works: RefCell<Vec<Work>>,
    told: RefCell<Vec<String>>,
    /// Set as the run ends: what is dropped then is lost with it.
    over: Cell<bool>,
}

impl Compensations {
    pub(super) fn add(&self, work: Work) {
        if !self.over.get() {
            self.works.borrow_mut().push(work);
        }
    }

    /// Drops what is left and takes nothing more. It holds the run's context, which holds this.
    pub(super) fn end(&self) {
        self.over.set(true);
        let works = self.works.take();
        drop(works);
    }

    /// Waits for `body`, with this beside it.
    pub(super) async fn beside<T>(&self, body: impl Future<Output = T>) -> T {
        let mut body = std::pin::pin!(body);
        poll_fn(|cx| {
            let result = body.as_mut().poll(cx);
            // After the body, which may have dropped something.
            self.poll(cx);
            result
        })
        .await
    }

    /// Waits until all is done; gives what the run's error should tell.
    pub(super) async fn done(&self) -> Vec<String> {
        poll_fn(|cx| {
            self.poll(cx);
            match self.works.borrow().is_empty() {
                true => Poll::Ready(()),
                false => Poll::Pending,
            }
        })
        .await;
        self.told.take()
    }

    fn poll(&self, cx: &mut Context<'_>) {
        let mut seen = 0;
        // What is added meanwhile gets its turn as well.
        while self.works.borrow().len() > seen {
            let mut works = self.works.take();
            works.retain_mut(|work| match work.as_mut().poll(cx) {
                Poll::Ready(told) => {
                    self.told.borrow_mut().extend(told);
                    false
                }
                Poll::Pending => true,
            });
            seen = works.len();
            let mut added = self.works.borrow_mut();
            works.append(&mut added);
            *added = works;
        }
    }
}
