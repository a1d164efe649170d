//! What waits for a condition, to be woken when something has changed.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    rc::Rc,
    task::Waker,
};

/// All of a run that wait, by the order in which they began to.
#[derive(Default)]
pub(super) struct Waiters {
    count: Cell<u64>,
    wakers: RefCell<BTreeMap<u64, Waker>>,
}

impl Waiters {
    /// All look again.
    pub(super) fn wake(&self) {
        let wakers = std::mem::take(&mut *self.wakers.borrow_mut());
        wakers.into_values().for_each(Waker::wake);
    }
}

/// One that waits, until it is dropped.
pub(super) struct Waiter {
    number: u64,
    waiters: Rc<Waiters>,
}

impl Waiter {
    pub(super) fn new(waiters: Rc<Waiters>) -> Self {
        let number = waiters.count.get();
        waiters.count.set(number + 1);
        Self { number, waiters }
    }

    /// Has `waker` woken by the next [`Waiters::wake`]; one waker, however often it is asked.
    pub(super) fn wait(&self, waker: &Waker) {
        let mut wakers = self.waiters.wakers.borrow_mut();
        wakers
            .entry(self.number)
            .or_insert(waker.clone())
            .clone_from(waker);
    }
}

impl Drop for Waiter {
    fn drop(&mut self) {
        self.waiters.wakers.borrow_mut().remove(&self.number);
    }
}

#[cfg(test)]
mod tests {
    use std::{
        sync::{
            Arc,
            atomic::{AtomicUsize, Ordering},
        },
        task::Wake,
    };

    use super::*;

    #[derive(Default)]
    struct Count(AtomicUsize);

    impl Wake for Count {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    #[test]
    fn whoever_looks_often_is_kept_and_woken_once() {
        let waiters = Rc::<Waiters>::default();
        let (one, other) = (
            Waiter::new(Rc::clone(&waiters)),
            Waiter::new(Rc::clone(&waiters)),
        );
        let count = Arc::<Count>::default();
        let waker = Waker::from(Arc::clone(&count));
        for _ in 0..1_000 {
            one.wait(&waker);
        }
        other.wait(&waker);
        assert_eq!(waiters.wakers.borrow().len(), 2);
        drop(other);
        assert_eq!(waiters.wakers.borrow().len(), 1);
        waiters.wake();
        assert_eq!(count.0.load(Ordering::Relaxed), 1);
        waiters.wake();
        assert_eq!(count.0.load(Ordering::Relaxed), 1, "until it looks again");
        drop((one, waker));
        assert_eq!(Arc::strong_count(&count), 1, "nothing is kept");
    }
}
