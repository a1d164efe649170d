//! The options of `#[tool]`, as written.

use crate::{
    agent,
    diag::{Sentence, say},
    flock,
    grammar::{
        fields::Io,
        options::{Table, example, keys, options, place_within},
        values::{
            Attempts, Count, Effect, Library, LostWorkers, Millis, Policy, Pool, Priority, Retries,
            Switch, Text,
        },
    },
    role::Role,
};

options! {
    /// What `#[tool]` takes, in the order in which help lists it.
    pub(crate) struct Written {
        name: Text = "name = \"writer\"",
        effect: Effect = "effect = \"read\"",
        needs_approval: Switch = "needs_approval",
        max_result: Count = "max_result = 65536" => Tool,
        input: Io = "input(topic: String)",
        output: Io = "output(summary: String)",
        retries: Retries = "retries = 3",
        max_attempts: Attempts = "max_attempts = 4",
        retry: Policy = "retry(initial = \"1s\", max = \"100s\")",
        lost_workers: LostWorkers = "lost_workers = 20",
        timeout: Millis = "timeout = \"30s\"",
        schedule_to_start: Millis = "schedule_to_start = \"5m\"",
        schedule_to_close: Millis = "schedule_to_close = \"1h\"",
        heartbeat: Millis = "heartbeat = \"10s\"",
        task_queue: Text = "task_queue = \"research\"",
        pool: Pool = "pool = \"high\"",
        priority: Priority = "priority = 1",
        local: Switch = "local",
        library as "crate": Library = "crate = ::my::flock",
    }
    unknown = unknown;
}

/// What it shares with agents, as theirs.
impl From<Written> for agent::Written {
    fn from(written: Written) -> Self {
        Self {
            name: written.name,
            effect: written.effect,
            needs_approval: written.needs_approval,
            input: written.input,
            output: written.output,
            retries: written.retries,
            max_attempts: written.max_attempts,
            retry: written.retry,
            lost_workers: written.lost_workers,
            timeout: written.timeout,
            schedule_to_start: written.schedule_to_start,
            schedule_to_close: written.schedule_to_close,
            heartbeat: written.heartbeat,
            task_queue: written.task_queue,
            pool: written.pool,
            priority: written.priority,
            local: written.local,
            library: written.library,
            ..Self::default()
        }
    }
}

fn unknown(key: &str) -> Sentence {
    if let Some(place) = place_within(Written::ROWS, key) {
        return say::other_place(key, Role::Tool, &place);
    }
    if let Some(example) = example(agent::Written::ROWS, key) {
        return match key {
            "hand_off" | "loop_to" | "max_rounds" => say::tool_hands_nothing_off(key),
            _ => say::tool_asks_no_model(key, example),
        };
    }
    match example(flock::Written::ROWS, key) {
        Some(example) => say::other_place(key, Role::Tool, &format!("#[flock({example})]")),
        None => say::unknown_option(key, &keys(Written::ROWS)),
    }
}
