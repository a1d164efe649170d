//! What a worker goes by on one task queue, of the layers that speak of it.

use std::{num::NonZeroUsize, time::Duration};

use super::{Pollers, SlotsSection};
use crate::{config::Config, declare::pool::Pool};

const SLOTS: usize = 100;
const CACHED_RUNS: usize = 1000;
/// Where the other of the two targets is said alone.
const TARGET: f64 = 0.8;
/// How long a workflow task waits for the worker that has the run in its cache. One that died never
/// comes; one that is busy loses no more than a replay elsewhere.
const STICKY: Duration = Duration::from_secs(2);
/// The queues of pools are many, and most are idle at a time: each has one poll open then.
const POLLERS_OF_POOL: Pollers = Pollers::Autoscaling {
    min: 1,
    max: 5,
    initial: 2,
};

/// How a layer's keys are said.
pub(crate) type Naming = fn(&str) -> String;

/// How many slots there are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Amount {
    Fixed(usize),
    /// As many as the machine bears, up to so many where that is said.
    Tuned {
        cpu: f64,
        memory: f64,
        most: Option<usize>,
    },
}

/// What a worker goes by on one task queue.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct QueueSettings {
    pub(crate) workflow_slots: Amount,
    pub(crate) activity_slots: Amount,
    pub(crate) local_activity_slots: Amount,
    pub(crate) cache_size: usize,
    pub(crate) workflow_pollers: Option<Pollers>,
    pub(crate) activity_pollers: Option<Pollers>,
    pub(crate) max_activities_per_second: Option<f64>,
    pub(crate) max_task_queue_activities_per_second: Option<f64>,
    pub(crate) sticky_timeout: Duration,
}

impl QueueSettings {
    /// The first that says something: what is `given` to this worker, `[queues.NAME]` of the queue, then of its
    /// pool, the pool's class, `[worker]`, built in.
    ///
    /// # Errors
    /// When they contradict each other, with the keys and where each stands.
    pub(crate) fn of(
        queue: &str,
        pool: Option<Pool>,
        given: (&SlotsSection, Naming),
        config: &Config,
    ) -> Result<Self, String> {
        let class = pool.map(class_of);
        let named = [Some(queue), pool.map(Pool::as_str)];
        let sections = named.into_iter().flatten().filter_map(|name| {
            let (name, section) = config.queues.get_key_value(name)?;
            Some((&section.slots, Place::Queue(name)))
        });
        let layers = [(given.0, Place::Given(given.1))];
        let layers = layers.into_iter().chain(sections);
        let layers = layers.chain(class.as_ref().map(|class| (class, Place::Class)));
        let layers = Layers(
            layers
                .chain([(&config.worker.slots, Place::Worker)])
                .collect(),
            config,
        );
        let settings = Self {
            workflow_slots: layers.amount(|layer| layer.workflow_slots),
            activity_slots: layers.amount(|layer| layer.activity_slots.or(layer.concurrency)),
            local_activity_slots: layers
                .amount(|layer| layer.local_activity_slots.or(layer.concurrency)),
            cache_size: layers.pick(|layer| layer.cache_size).unwrap_or(CACHED_RUNS),
            workflow_pollers: layers.pick(|layer| layer.workflow_pollers.or(layer.pollers)),
            activity_pollers: layers.pick(|layer| layer.activity_pollers.or(layer.pollers)),
            max_activities_per_second: layers.pick(|layer| layer.max_activities_per_second),
            max_task_queue_activities_per_second: layers
                .pick(|layer| layer.max_task_queue_activities_per_second),
            sticky_timeout: layers.pick(|layer| layer.sticky_timeout).unwrap_or(STICKY),
        };
        settings.check(&layers)?;
        Ok(settings)
    }

    /// What the SDK asks of a worker that keeps runs: a slot and a poll for the tasks of those it keeps, and
    /// another of each for those it does not.
    fn check(&self, layers: &Layers<'_>) -> Result<(), String> {
        if self.cache_size == 0 {
            return Ok(());
        }
        let say = |key: &str, needs: &str, edit: &str| {
            let cache = layers.said("cache_size", |layer| layer.cache_size.is_some());
            Err(format!(
                "{key} takes at least 2 for a worker that keeps runs in memory, {needs}: write 2, or {} 0 for one that \
                 keeps none{edit}",
                cache.unwrap_or_else(|| layers.first("cache_size")),
            ))
        };
        if self.workflow_slots == Amount::Fixed(1) {
            let key = layers.said("workflow_slots", |layer| layer.workflow_slots.is_some());
            let key = key.unwrap_or_else(|| layers.first("workflow_slots"));
            return say(&key, "since one slot is for the runs it keeps", "");
        }
        if self.workflow_pollers == Some(Pollers::Fixed(1)) {
            let own = layers.said("workflow_pollers", |layer| layer.workflow_pollers.is_some());
            let key = own.or_else(|| layers.said("pollers", |layer| layer.pollers.is_some()));
            let key = key.unwrap_or_else(|| layers.first("workflow_pollers"));
            return say(
                &key,
                "since one poll is for the runs it keeps",
                "; `1..5` scales them from 1",
            );
        }
        Ok(())
    }
}

/// The numbers of a class, as a section would say them.
fn class_of(pool: Pool) -> SlotsSection {
    let slots = pool.slots();
    SlotsSection {
        workflow_slots: NonZeroUsize::new(slots.workflow),
        concurrency: NonZeroUsize::new(slots.activity),
        max_activities_per_second: slots.per_second,
        pollers: Some(POLLERS_OF_POOL),
        ..SlotsSection::default()
    }
}

/// Where a layer stands.
#[derive(Clone, Copy)]
enum Place<'a> {
    Given(Naming),
    Queue(&'a str),
    Class,
    Worker,
}

struct Layers<'a>(Vec<(&'a SlotsSection, Place<'a>)>, &'a Config);

impl Layers<'_> {
    fn pick<T>(&self, of: impl Fn(&SlotsSection) -> Option<T>) -> Option<T> {
        self.0.iter().find_map(|(layer, _)| of(layer))
    }

    /// The first layer that says a number or a target decides which of the two it is. Of targets each key is of the
    /// first layer that says it.
    fn amount(&self, of: impl Fn(&SlotsSection) -> Option<NonZeroUsize>) -> Amount {
        let mut most = None;
        for (layer, place) in &self.0 {
            match (of(layer).map(NonZeroUsize::get), place) {
                // What a class says is for want of anything else, and no more than that where targets are set.
                (Some(slots), Place::Class) => most = Some(slots),
                (Some(slots), Place::Worker) => return Amount::Fixed(most.unwrap_or(slots)),
                (Some(slots), _) => return Amount::Fixed(slots),
                (None, _) if layer.target_cpu.or(layer.target_memory).is_some() => {
                    return Amount::Tuned {
                        cpu: self.pick(|layer| layer.target_cpu).unwrap_or(TARGET),
                        memory: self.pick(|layer| layer.target_memory).unwrap_or(TARGET),
                        most,
                    };
                }
                (None, _) => {}
            }
        }
        Amount::Fixed(most.unwrap_or(SLOTS))
    }

    /// A key as it is said in the first layer that has it.
    fn said(&self, key: &str, has: impl Fn(&SlotsSection) -> bool) -> Option<String> {
        let mut layers = self.0.iter();
        let (_, place) = layers.find(|(layer, _)| has(layer))?;
        Some(self.key(*place, key))
    }

    /// A key as it would be said to this worker.
    fn first(&self, key: &str) -> String {
        let first = self.0.first();
        first.map_or(String::new(), |(_, place)| self.key(*place, key))
    }

    /// With the place of a key in the file.
    fn key(&self, place: Place<'_>, key: &str) -> String {
        let source = match place {
            Place::Given(named) => return named(key),
            Place::Queue(name) => self.1.source(&["queues", name], &[key]),
            Place::Class | Place::Worker => self.1.source(&["worker"], &[key]),
        };
        format!("`{key}` ({source})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(
        queue: &str,
        pool: Option<Pool>,
        given: &str,
        config: &str,
    ) -> Result<QueueSettings, String> {
        let given =
            Config::parse(&format!("[worker]\n{given}")).map_err(|error| error.to_string())?;
        let named: Naming = |key| format!("`--{}`", key.replace('_', "-"));
        let config = Config::parse(config).map_err(|error| error.to_string())?;
        QueueSettings::of(queue, pool, (&given.worker.slots, named), &config)
    }

    fn slots(settings: &QueueSettings) -> [Amount; 3] {
        let local = settings.local_activity_slots;
        [settings.workflow_slots, settings.activity_slots, local]
    }

    #[test]
    fn the_first_layer_that_says_something_decides() {
        let config = "[worker]\nconcurrency = 20\ncache_size = 7\n\
                      [queues.high]\nactivity_slots = 30\n\
                      [queues.shop-high]\npollers = 4\ncache_size = 9";
        let of = |queue, pool, given| settings(queue, pool, given, config).unwrap();
        let plain = of("shop", None, "");
        assert_eq!(slots(&plain), [100, 20, 20].map(Amount::Fixed));
        assert_eq!((plain.cache_size, plain.workflow_pollers), (7, None));
        let high = of("shop-high", Some(Pool::High), "");
        assert_eq!(slots(&high), [100, 30, 50].map(Amount::Fixed));
        assert_eq!(high.max_activities_per_second, Some(100.0));
        assert_eq!(high.activity_pollers, Some(Pollers::Fixed(4)));
        assert_eq!(high.cache_size, 9);
        let given = "concurrency = 3\nworkflow_slots = 2\npollers = '1..9'";
        let given = of("shop-high", Some(Pool::High), given);
        assert_eq!(slots(&given), [2, 3, 3].map(Amount::Fixed));
        assert_eq!(
            given.workflow_pollers.unwrap().to_string(),
            "1..9:5",
            "{given:?}"
        );
        let scheduled = of("shop-scheduled", Some(Pool::Scheduled), "");
        assert_eq!(slots(&scheduled), [5; 3].map(Amount::Fixed));
        assert_eq!(scheduled.max_activities_per_second, None);
    }

    #[test]
    fn a_tuner_takes_the_place_of_numbers() {
        let config = "[worker]\ntarget_cpu = 0.9";
        let tuned = |most| Amount::Tuned {
            cpu: 0.9,
            memory: TARGET,
            most,
        };
        let plain = settings("shop", None, "", config).unwrap();
        assert_eq!(slots(&plain), [tuned(None); 3]);
        let pool = settings("shop-background", Some(Pool::Background), "", config).unwrap();
        assert_eq!(slots(&pool), [Some(10), Some(5), Some(5)].map(tuned));
        let given = settings("shop", None, "activity_slots = 3", config).unwrap();
        assert_eq!(slots(&given)[1], Amount::Fixed(3));
        let file = "[worker]\ntarget_memory = 0.5";
        let both = settings("shop", None, "target_cpu = 0.9", file).unwrap();
        let wanted = Amount::Tuned {
            cpu: 0.9,
            memory: 0.5,
            most: None,
        };
        assert_eq!(slots(&both), [wanted; 3]);
    }

    #[test]
    fn contradictions_are_told_with_the_edit() {
        for (given, config, said) in [
            (
                "target_cpu = 0.8\nactivity_slots = 3",
                "",
                "`activity_slots` and `target_cpu` exclude each other",
            ),
            (
                "",
                "[worker]\ntarget_memory = 0.8\nconcurrency = 3",
                "[worker] `concurrency` and `target_memory` exclude each other",
            ),
            ("target_cpu = 1.5", "", "a number of 0 to 1"),
            ("target_cpu = 0", "", "up to 1, such as 0.8"),
            ("pollers = 0", "", "`pollers` is 0"),
            ("pollers = '0..5'", "", "needs a least of 1"),
            ("pollers = '9..5'", "", "goes from 9 up to 5"),
            ("pollers = '2..5:9'", "", "begins with 9"),
            (
                "",
                "[worker]\npollers = 'five'",
                "`pollers` takes a number of pollers such as 5, or \"1..50\"",
            ),
            (
                "",
                "[worker]\npollers = 1",
                "`pollers` (flock.toml [worker]) takes at least 2 for a worker that keeps runs",
            ),
            (
                "workflow_slots = 1",
                "",
                "`--workflow-slots` takes at least 2 for a worker that keeps runs in memory, since one slot is for \
                 the runs it keeps: write 2, or `--cache-size` 0",
            ),
            (
                "",
                "[worker]\nsticky_timeout = '5s'\ncache_size = 0",
                "leave one of them out",
            ),
            ("max_activities_per_second = 0", "", "must be above zero"),
            (
                "max_activities_per_second = 1e-20",
                "",
                "it is 0.00001 (about one a day) to 1000000",
            ),
            (
                "",
                "[worker]\nmax_task_queue_activities_per_second = 1e20",
                "(about one a day) to 1000000; leave it out",
            ),
            (
                "concurrency = 9000000000000000000",
                "",
                "`concurrency` is 9000000000000000000: it is 1000000 at most",
            ),
            (
                "",
                "[queues.gpu]\ncache_size = 1000001",
                "[queues.gpu] `cache_size` is 1000001",
            ),
            ("pollers = 10001", "", "asks for 10001 polls at a time"),
            ("pollers = '1..10001'", "", "10000 at most"),
            ("concurrency = 0", "", "of at least 1"),
            ("identity = ' '", "", "`identity` is empty"),
            (
                "",
                "[queues.gpu]\ngrace = '1s'",
                "[queues.gpu] there is no key `grace`",
            ),
            (
                "",
                "[agents.a]\npool = 'hig'",
                "[agents.a] `pool`: there is no `hig`; did you mean `high`?",
            ),
            (
                "",
                "[worker]\nconcurency = 3",
                "did you mean `concurrency`?",
            ),
        ] {
            let fault = settings("shop", None, given, config).unwrap_err();
            assert!(fault.contains(said), "{given} {config}: {fault}");
        }
        let kept = settings("shop", None, "workflow_slots = 1\ncache_size = 0", "");
        assert_eq!(kept.unwrap().workflow_slots, Amount::Fixed(1));
    }
}
