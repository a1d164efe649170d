//! What waits for a condition, to be woken when something has changed.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    rc::Rc,
    task::Waker,
};

/// All of a run that wait, by the order in which they began to.
#[derive(Default)]
pub(super) struct Conditions {
    count: Cell<u64>,
    wakers: RefCell<BTreeMap<u64, Waker>>,
}

impl Conditions {
    /// All look again.
    pub(super) fn wake(&self) {
        let wakers = std::mem::take(&mut *self.wakers.borrow_mut());
        wakers.into_values().for_each(Waker::wake);
    }
}

/// One that waits, until it is dropped.
pub(super) struct Condition {
    number: u64,
    conditions: Rc<Conditions>,
}

impl Condition {
    pub(super) fn new(conditions: Rc<Conditions>) -> Self {
        let number = conditions.count.get();
        conditions.count.set(number + 1);
        Self { number, conditions }
    }

    /// Has `waker` woken by the next [`Conditions::wake`]; one waker, however often it is asked.
    pub(super) fn wait(&self, waker: &Waker) {
        let mut wakers = self.conditions.wakers.borrow_mut();
        wakers
            .entry(self.number)
            .or_insert(waker.clone())
            .clone_from(waker);
    }
}

impl Drop for Condition {
    fn drop(&mut self) {
        self.conditions.wakers.borrow_mut().remove(&self.number);
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
        let conditions = Rc::<Conditions>::default();
        let (one, other) = (
            Condition::new(Rc::clone(&conditions)),
            Condition::new(Rc::clone(&conditions)),
        );
        let count = Arc::<Count>::default();
        let waker = Waker::from(Arc::clone(&count));
        for _ in 0..1_000 {
            one.wait(&waker);
        }
        other.wait(&waker);
        assert_eq!(conditions.wakers.borrow().len(), 2);
        drop(other);
        assert_eq!(conditions.wakers.borrow().len(), 1);
        conditions.wake();
        assert_eq!(count.0.load(Ordering::Relaxed), 1);
        conditions.wake();
        assert_eq!(count.0.load(Ordering::Relaxed), 1, "until it looks again");
        drop((one, waker));
        assert_eq!(Arc::strong_count(&count), 1, "nothing is kept");
    }
}
