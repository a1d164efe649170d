//! `[worker]`: how this program's workers serve, and what of it `[queues.NAME]` may say of one task queue.

mod pollers;
#[cfg(feature = "temporal")]
mod resolve;

use std::{num::NonZeroUsize, ops::RangeInclusive, time::Duration};

pub use self::pollers::Pollers;
#[cfg(feature = "temporal")]
pub(crate) use self::resolve::{Amount, Naming, QueueSettings};
use super::frame::{Number, Said, section};

section! {
    /// How a worker serves a task queue: in `[worker]` for every queue, in `[queues.NAME]` for one, or for those of
    /// a pool.
    pub struct SlotsSection {
        /// Agents of each task queue at a time, and as many `local` ones: `activity_slots` and
        /// `local_activity_slots` in one.
        pub concurrency: Option<NonZeroUsize> = "100",
        /// Workflow tasks of each task queue at a time (Temporal: workflow task slots).
        pub workflow_slots: Option<NonZeroUsize> = "100",
        /// Agents of each task queue at a time (Temporal: activity slots).
        pub activity_slots: Option<NonZeroUsize> = "as `concurrency`",
        /// `local` agents of each task queue at a time (Temporal: local activity slots).
        pub local_activity_slots: Option<NonZeroUsize> = "as `concurrency`",
        /// Runs of each task queue that are kept in memory between their tasks (Temporal: the sticky cache).
        pub cache_size: Option<usize> = "1000",
        /// Polls of each task queue that are open at a time, for flocks and as many for agents: `5`, or `"1..50"`
        /// as the server scales them.
        pub pollers: Option<Pollers> = "5",
        /// The same, for flocks alone (Temporal: workflow task pollers).
        pub workflow_pollers: Option<Pollers> = "as `pollers`",
        /// The same, for agents alone (Temporal: activity task pollers).
        pub activity_pollers: Option<Pollers> = "as `pollers`",
        /// The part of the machine's processors at which no more slots are given, 0 to 1 (Temporal: resource-based
        /// tuner). Takes the place of numbers of slots; 0.8 where only `target_memory` is said.
        pub target_cpu: Option<f64> as Option<Number<0, 1>> = "none",
        /// The part of its memory, 0 to 1; 0.8 where only `target_cpu` is said.
        pub target_memory: Option<f64> as Option<Number<0, 1>> = "none",
        /// Agents that one worker begins in a second, from each task queue.
        pub max_activities_per_second: Option<f64> as Option<Number<0, 0>> = "no limit",
        /// Agents that the server gives out in a second from each task queue, to all workers together.
        pub max_task_queue_activities_per_second: Option<f64> as Option<Number<0, 0>> = "no limit",
        /// How long a workflow task waits for the worker that has its run in memory (Temporal: sticky
        /// schedule-to-start timeout).
        pub sticky_timeout: Option<Duration> = "2 seconds",
    }
}

section! {
    /// The section `[worker]` of `flock.toml`. What a program sets by [`Worker`](crate::runtime::Worker), the
    /// flags of the command `worker`, and `[queues.NAME]` are above it.
    ///
    /// ```toml
    /// [worker]
    /// concurrency = 20
    /// pollers = "1..50"
    ///
    /// [queues.gpu]
    /// activity_slots = 2
    /// ```
    pub struct WorkerSection {
        /// How long agents may go on after a shutdown was asked for.
        pub grace: Option<Duration> = "30 seconds",
        /// The name that the worker shows in Temporal.
        pub identity: Option<String> = "process id and host",
        /// The Worker Deployment it is part of.
        pub deployment: Option<String> = "none",
        /// The build it is of.
        pub build_id: Option<String> = "the linker's id of the program, or a checksum",
    }
    with {
        /// How it serves each task queue.
        pub slots: SlotsSection,
    }
}

/// Slots of a kind, and runs kept in memory: so many at most.
const MOST: usize = 1_000_000;
/// Tasks a second.
const RATES: RangeInclusive<f64> = 0.000_01..=1_000_000.0;

impl SlotsSection {
    pub(super) fn check(&self, said: &mut Said<'_>) {
        if let Some((key, sentence)) = self.fault(|key| format!("`{key}`")) {
            said.at(key, sentence);
        }
    }

    /// What is wrong with it, the key first, of keys as `named` says them.
    pub(crate) fn fault(&self, named: impl Fn(&str) -> String) -> Option<(&'static str, String)> {
        let pollers = [
            ("pollers", self.pollers),
            ("workflow_pollers", self.workflow_pollers),
            ("activity_pollers", self.activity_pollers),
        ];
        for (key, pollers) in pollers {
            if let Some(sentence) = pollers.and_then(|pollers| pollers.fault(&named(key))) {
                return Some((key, sentence));
            }
        }
        let slots = [
            ("concurrency", self.concurrency),
            ("workflow_slots", self.workflow_slots),
            ("activity_slots", self.activity_slots),
            ("local_activity_slots", self.local_activity_slots),
        ];
        let sizes = slots.map(|(key, slots)| (key, slots.map(NonZeroUsize::get)));
        for (key, size) in sizes.into_iter().chain([("cache_size", self.cache_size)]) {
            // The SDK makes room for so many at once.
            if let Some(size) = size.filter(|size| *size > MOST) {
                let said = named(key);
                return Some((key, format!("{said} is {size}: it is {MOST} at most")));
            }
        }
        let targets = [
            ("target_cpu", self.target_cpu),
            ("target_memory", self.target_memory),
        ];
        for (key, target) in targets {
            let Some(target) = target else { continue };
            let said = named(key);
            if !(target > 0.0 && target <= 1.0) {
                let sentence = format!(
                    "{said} is {target}: write a part of the machine above 0 and up to 1, such as 0.8"
                );
                return Some((key, sentence));
            }
            if let Some((other, _)) = slots.iter().find(|(_, slots)| slots.is_some()) {
                let sentence = format!(
                    "{} and {said} exclude each other: one is a number of slots, the other finds the number by what the \
                     machine has left; leave one of them out",
                    named(other)
                );
                return Some((key, sentence));
            }
        }
        let rates = [
            ("max_activities_per_second", self.max_activities_per_second),
            (
                "max_task_queue_activities_per_second",
                self.max_task_queue_activities_per_second,
            ),
        ];
        for (key, rate) in rates {
            if rate.is_some_and(|rate| !(rate.is_normal() && rate > 0.0)) {
                let sentence = format!(
                    "{} must be above zero, such as 10 or 0.5: leave it out for no limit",
                    named(key)
                );
                return Some((key, sentence));
            }
            if let Some(rate) = rate.filter(|rate| !RATES.contains(rate)) {
                let (least, most) = RATES.into_inner();
                let sentence = format!(
                    "{} is {rate}: it is {least} (about one a day) to {most}; leave it out for no limit",
                    named(key)
                );
                return Some((key, sentence));
            }
        }
        let key = "sticky_timeout";
        let (said, cache) = (named(key), named("cache_size"));
        if self.sticky_timeout.is_some_and(|limit| limit.is_zero()) {
            let sentence =
                format!("{said} must be above zero: to keep no runs in memory write {cache} 0");
            return Some((key, sentence));
        }
        if self.sticky_timeout.is_some() && self.cache_size == Some(0) {
            let sentence = format!(
                "{said} says how long a task waits for the worker that keeps its run, and with {cache} 0 none is kept: leave \
                 one of them out"
            );
            return Some((key, sentence));
        }
        None
    }
}

impl WorkerSection {
    fn check(&self, said: &mut Said<'_>) {
        if let Some((key, sentence)) = self.fault(|key| format!("`{key}`")) {
            said.at(key, sentence);
        }
    }

    /// What is wrong with it, the key first, of keys as `named` says them.
    pub(crate) fn fault(&self, named: impl Fn(&str) -> String) -> Option<(&'static str, String)> {
        let texts = [
            ("identity", &self.identity),
            ("deployment", &self.deployment),
            ("build_id", &self.build_id),
        ];
        let is_empty = |text: &&(&'static str, &Option<String>)| {
            text.1.as_deref().is_some_and(|text| text.trim().is_empty())
        };
        let empty = texts.iter().find(is_empty);
        let empty = empty.map(|(key, _)| (*key, format!("{} is empty: leave it out", named(key))));
        empty.or_else(|| self.slots.fault(named))
    }
}
