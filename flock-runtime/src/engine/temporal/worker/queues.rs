//! The task queues that a program's agents and flocks name, and what a worker does on each.

use std::collections::{BTreeMap, BTreeSet};

#[cfg(feature = "cli")]
use crate::{
    config::{Naming, QueueSettings, SlotsSection},
    error::word,
};
use crate::{
    declare::{options::CallOptions, pool::Pool},
    engine::program::Parts,
    error::RunError,
    flock::registry::Registry,
    text::sentence::nearest,
};

/// What runs from a task queue.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Serves {
    pub(crate) flocks: bool,
    pub(crate) agents: bool,
    /// The pool whose queue it is.
    pub(crate) pool: Option<Pool>,
}

/// Queues by name.
pub(crate) type Queues = BTreeMap<String, Serves>;

/// The same with the names of what runs there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Runs {
    pub(crate) flocks: BTreeSet<&'static str>,
    /// Without those that run beside their flock (`local`), which no queue gives out.
    pub(crate) agents: BTreeSet<&'static str>,
    pub(crate) pool: Option<Pool>,
}

/// The queues that this program names, and what runs from each when no call says otherwise.
pub(crate) fn named(parts: &Parts) -> Queues {
    let serves = |runs: Runs| Serves {
        flocks: !runs.flocks.is_empty(),
        agents: !runs.agents.is_empty(),
        pool: runs.pool,
    };
    let queues = named_with(parts).into_iter();
    queues.map(|(name, runs)| (name, serves(runs))).collect()
}

/// The same, by name.
pub(crate) fn named_with(parts: &Parts) -> BTreeMap<String, Runs> {
    let mut queues = BTreeMap::<String, Runs>::new();
    let flocks: Vec<_> = parts
        .registry
        .flocks()
        .map(|flock| flock.descriptor)
        .collect();
    for flock in &flocks {
        let queue = queues.entry(flock.task_queue().to_owned()).or_default();
        queue.flocks.insert(flock.name);
        queue.pool = queue.pool.or(flock.pool());
    }
    let call = CallOptions::default();
    for agent in parts.registry.agents() {
        let name = agent.descriptor.name;
        for flock in &flocks {
            let options = parts.resolve(agent.descriptor, Some(flock), &call);
            let queue = options.task_queue.value;
            let queue = queue.unwrap_or_else(|| flock.task_queue().to_owned());
            let queue = queues.entry(queue).or_default();
            if !options.local.value {
                queue.agents.insert(name);
            }
            queue.pool = queue.pool.or(options.pool.value);
        }
        let options = parts.resolve(agent.descriptor, None, &call);
        // Agents alone serve flocks of other programs, by the names of their own crates.
        let own = || agent.descriptor.location.crate_name().to_owned();
        let queue = match options.pool.value {
            // A pool is that of the crate of the flock.
            Some(_) if !flocks.is_empty() => continue,
            _ => options
                .task_queue
                .value
                .or_else(|| flocks.is_empty().then(own)),
        };
        let Some(queue) = queue else { continue };
        let queue = queues.entry(queue).or_default();
        queue.agents.insert(name);
        queue.pool = queue.pool.or(options.pool.value);
    }
    queues
}

/// What keeps a worker of this program from serving its queues, each a sentence.
#[cfg(feature = "cli")]
pub(crate) fn unservable(parts: &Parts) -> BTreeSet<String> {
    let nothing = SlotsSection::default();
    let named = named(parts).into_iter();
    let settings = named.map(|(queue, serves)| {
        let given: (_, Naming) = (&nothing, |key| format!("`{key}`"));
        QueueSettings::of(&queue, serves.pool, given, &parts.config)
    });
    settings.filter_map(Result::err).collect()
}

/// What a worker was asked to serve.
#[derive(Debug, Clone, Default)]
pub(crate) struct Asked {
    /// Queues at their word: all that this program has may come there.
    pub(crate) at_their_word: Vec<String>,
    /// Queues and pools that this program names.
    pub(crate) named: Vec<String>,
    pub(crate) only: Only,
}

/// What of a program is served.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Only {
    #[default]
    All,
    Agents,
    Flocks,
}

impl Asked {
    /// The queues to serve.
    ///
    /// # Errors
    /// When one is asked for that this program does not name, with the nearest; when nothing is left.
    pub(crate) fn of(&self, registry: &Registry, known: &Queues) -> Result<Queues, RunError> {
        let mut queues = match self.at_their_word.is_empty() && self.named.is_empty() {
            true => known.clone(),
            false => Queues::new(),
        };
        for name in &self.named {
            queues.extend(found(name, known)?);
        }
        for name in &self.at_their_word {
            let pool = known.get(name).and_then(|queue| queue.pool);
            let all = Serves {
                flocks: true,
                agents: true,
                pool,
            };
            queues.insert(name.clone(), all);
        }
        let (flocks, agents) = (registry.flocks().next(), registry.agents().next());
        for queue in queues.values_mut() {
            queue.flocks &= flocks.is_some() && self.only != Only::Agents;
            queue.agents &= agents.is_some() && self.only != Only::Flocks;
        }
        queues.retain(|_, queue| queue.flocks || queue.agents);
        if queues.is_empty() {
            return Err(RunError::Invalid(self.nothing(known)));
        }
        Ok(queues)
    }

    /// Nothing is left to serve.
    fn nothing(&self, known: &Queues) -> String {
        let (what, others) = match self.only {
            Only::All => {
                return "there is nothing to serve: no agent and no flock is linked into this program"
                    .to_owned();
            }
            Only::Agents => ("agent", "--only-agents"),
            Only::Flocks => ("flock", "--only-flocks"),
        };
        let has = |queue: &&Serves| match self.only {
            Only::Flocks => queue.flocks,
            _ => queue.agents,
        };
        let with: Vec<_> = known.iter().filter(|(_, queue)| has(queue)).collect();
        let with: Vec<_> = with.into_iter().map(|(name, _)| name.as_str()).collect();
        match with.is_empty() {
            true => format!(
                "there is nothing to serve: this program has no {what}; leave out `{others}`"
            ),
            false => format!(
                "there is nothing to serve: no {what} runs from {}; {what}s run from {}",
                self.named.join(", "),
                with.join(", ")
            ),
        }
    }
}

#[cfg(feature = "cli")]
impl Asked {
    /// What of the program is not in `plan`, each with the command that serves it.
    pub(crate) fn left(&self, known: &Queues, plan: &Queues) -> Vec<String> {
        let mut others = Vec::new();
        let (mut flocks, mut agents) = (Vec::new(), Vec::new());
        for (name, has) in known {
            let left = match plan.get(name) {
                None => &mut others,
                Some(served) if has.flocks && !served.flocks => &mut flocks,
                Some(served) if has.agents && !served.agents => &mut agents,
                Some(_) => continue,
            };
            left.push(name.as_str());
        }
        let names_some = !(self.named.is_empty() && self.at_their_word.is_empty());
        let of = |names: &[&str]| match names_some {
            true => format!(" --queues {}", word(&names.join(","))),
            false => String::new(),
        };
        let mut left = Vec::new();
        if !flocks.is_empty() {
            left.push(format!(
                "the flocks of {}: they wait for another worker, `worker --only-flocks{}`",
                flocks.join(", "),
                of(&flocks)
            ));
        }
        if !agents.is_empty() {
            left.push(format!(
                "the agents of {}: they wait for another worker, `worker --only-agents{}`",
                agents.join(", "),
                of(&agents)
            ));
        }
        if !others.is_empty() {
            left.push(format!(
                "{}: what runs there waits for another worker, `worker --queues {}`",
                others.join(", "),
                word(&others.join(","))
            ));
        }
        left
    }
}

/// The queues that `name` stands for: one of that name, or those of a pool.
fn found(name: &str, known: &Queues) -> Result<Queues, RunError> {
    let of_pool = |queue: &Serves| queue.pool.is_some_and(|pool| pool.as_str() == name);
    let found: Queues = known
        .iter()
        .filter(|(queue, serves)| queue.as_str() == name || of_pool(serves))
        .map(|(queue, serves)| (queue.clone(), *serves))
        .collect();
    if !found.is_empty() {
        return Ok(found);
    }
    let pools = known
        .values()
        .filter_map(|queue| Some(queue.pool?.as_str()));
    let mut words: Vec<_> = known.keys().map(String::as_str).chain(pools).collect();
    words.sort_unstable();
    words.dedup();
    let said = match Pool::named(name) {
        Some(_) => format!(
            "nothing of this program is in pool `{name}`: say `pool = \"{name}\"` of an agent or a flock"
        ),
        None => match nearest(name, words.iter().copied()) {
            Some(near) => format!("this program has no queue `{name}`; did you mean `{near}`?"),
            None => format!(
                "this program has no queue `{name}`; a queue that only starts and calls name is served by `--task-queue {name}`"
            ),
        },
    };
    Err(RunError::Invalid(format!(
        "{said}\nqueues: {}",
        words.join(", ")
    )))
}
