//! What is said of options that do not go together, or not with the item.

use super::{Sentence, say};
use crate::role::Role;

pub(crate) fn both_knobs() -> Sentence {
    say("`retries` and `max_attempts` exclude each other")
        .help("`retries = 3` is `max_attempts = 4`: keep one")
}

pub(crate) fn slow_heartbeat(heartbeat: &str, timeout: &str) -> Sentence {
    say(format!(
        "`heartbeat` ({heartbeat}) must be shorter than `timeout` ({timeout})"
    ))
    .help("several heartbeats fit into one attempt: shorten `heartbeat`, or lengthen `timeout`")
}

pub(crate) fn not_within(key: &str, value: &str, limit_key: &str, limit: &str) -> Sentence {
    say(format!(
        "`{key}` ({value}) must not be longer than `{limit_key}` ({limit})"
    ))
    .help(format!("shorten `{key}`, or lengthen `{limit_key}`"))
}

pub(crate) fn both_queues() -> Sentence {
    say("`pool` and `task_queue` are two ways to say one thing: a pool is a task queue of its own")
        .help("leave out `pool` or `task_queue`")
}

pub(crate) fn local_queue(key: &str, role: Role) -> Sentence {
    say(format!(
        "a local {role} runs in the flock's own worker and has no queue of its own"
    ))
    .help(format!("leave out `local` or `{key}`"))
}

pub(crate) fn local_heartbeat(role: Role) -> Sentence {
    say(format!(
        "a local {role} runs in the flock's own worker and sends no heartbeats"
    ))
    .help("leave out `local` or `heartbeat`")
}

pub(crate) fn local_lost_workers(role: Role) -> Sentence {
    say(format!(
        "a local {role} is lost with its flock's own worker, and is run again with the flock"
    ))
    .help("leave out `local` or `lost_workers`")
}

pub(crate) fn option_of_struct(key: &str) -> Sentence {
    say(format!("`{key}` is for agents that a model answers for"))
        .help("a function answers for itself: leave it out, or annotate a unit struct")
}

pub(crate) fn no_instructions(agent: &str) -> Sentence {
    say(format!("agent `{agent}` has no instructions"))
        .help("say in its doc comment what the model is to do: `/// You are …`")
}

pub(crate) fn timeout_twice() -> Sentence {
    say("the timeout of the agents is set twice")
        .help("keep `timeout(agent = …)` or `agents(timeout = …)`")
}
