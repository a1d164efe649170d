//! Pools: task queues of a few classes, each with what its workers go by.

use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
};

use crate::text::words::words;

words! {
    /// A class of task queues, which are kept apart so that what is in a hurry does not wait behind what is not.
    ///
    /// What is in a pool runs on a task queue of its own, named after the crate that declares the flock: the
    /// pool `high` of the crate `my_shop` is the task queue `my_shop-high`. A worker serves it beside the
    /// others, by the numbers of the class ([`PoolSlots`]). On the local engine a pool means nothing.
    #[derive(PartialOrd, Ord, Hash)]
    pub enum Pool {
        /// Somebody waits for it.
        High = "high",
        /// The ordinary.
        Standard = "standard",
        /// Nobody waits for it.
        Background = "background",
        /// What comes at its hour.
        Scheduled = "scheduled",
    }
}

/// What a worker goes by on the task queue of a pool, where nothing else is said.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct PoolSlots {
    /// Workflow tasks at a time.
    pub workflow: usize,
    /// Agents at a time, and as many `local` ones.
    pub activity: usize,
    /// Agents begun in a second by one worker; no limit where there is none.
    pub per_second: Option<f64>,
}

impl Pool {
    /// The numbers of the class.
    pub const fn slots(self) -> PoolSlots {
        let (workflow, activity, per_second) = match self {
            Self::High => (100, 50, Some(100.0)),
            Self::Standard => (50, 25, Some(50.0)),
            Self::Background => (10, 5, Some(10.0)),
            Self::Scheduled => (5, 5, None),
        };
        PoolSlots {
            workflow,
            activity,
            per_second,
        }
    }

    /// The task queue of this pool in a program: that of the crate that declares the flock.
    pub fn task_queue(self, of_crate: &str) -> &'static str {
        static NAMES: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
        let name = format!("{of_crate}-{self}");
        let mut names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = names.get(name.as_str()) {
            return known;
        }
        // No more than a program has crates, times the classes.
        let name: &'static str = name.leak();
        names.insert(name);
        name
    }

    /// The pool of this word.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|pool| pool.as_str() == word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pool_is_a_queue_of_its_program() {
        let queue = Pool::High.task_queue("my_shop");
        assert_eq!(queue, "my_shop-high");
        assert!(std::ptr::eq(queue, Pool::High.task_queue("my_shop")));
        assert_eq!(Pool::named("scheduled"), Some(Pool::Scheduled));
        assert_eq!(Pool::named("gpu"), None);
    }
}
