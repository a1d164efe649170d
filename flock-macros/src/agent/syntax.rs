//! The options of `#[agent]`, as written.

use super::{
    hand_off::{AMONG, HandOff},
    tools::Tools,
};
use crate::{
    diag::{Sentence, say},
    flock,
    grammar::{
        fields::Io,
        options::{Table, example, keys, options, place_within},
        values::{
            Attempts, Budget, Count, Decimal, Effect, Item, Library, Loop, LostWorkers, Millis,
            Models, Number, Policy, Pool, Priority, Prose, Reasoning, Retries, Switch, Text, Texts,
        },
    },
    role::Role,
    tool,
};

options! {
    /// What `#[agent]` takes, in the order in which help lists it.
    pub(crate) struct Written {
        name: Text = "name = \"writer\"",
        instructions: Prose = "instructions = \"You are …\"" => Model,
        template: Prose = "template = \"Summarise {text}\"" => Model,
        model: Models = "model = \"openai/gpt-4o\"" => Model,
        temperature: Decimal = "temperature = 0.2" => Model,
        max_tokens: Count = "max_tokens = 2000" => Model,
        stop: Texts = "stop = [\"END\"]" => Model,
        seed: Number = "seed = 7" => Model,
        reasoning: Reasoning = "reasoning = \"high\"" => Model,
        tools: Tools = "tools = [web_search, Summarizer]",
        mcp: Texts = "mcp = [\"files\"]" => Model,
        max_turns: Count = "max_turns = 20" => Model,
        looped as "loop": Loop = "loop = \"activity\"" => Model,
        budget: Budget = "budget(tokens = 100_000)" => Model,
        input: Io = "input(topic: String)",
        output: Io = "output(summary: String)",
        effect: Effect = "effect = \"read\"" => Effects,
        needs_approval: Switch = "needs_approval" => Effects,
        retries: Retries = "retries = 3",
        max_attempts: Attempts = "max_attempts = 4",
        retry: Policy = "retry(initial = \"1s\", max = \"100s\")",
        lost_workers: LostWorkers = "lost_workers = 20" => Options,
        timeout: Millis = "timeout = \"30s\"" => Options,
        schedule_to_start: Millis = "schedule_to_start = \"5m\"" => Options,
        schedule_to_close: Millis = "schedule_to_close = \"1h\"" => Options,
        heartbeat: Millis = "heartbeat = \"10s\"" => Options,
        task_queue: Text = "task_queue = \"research\"" => Options,
        pool: Pool = "pool = \"high\"" => Options,
        priority: Priority = "priority = 1" => Options,
        local: Switch = "local" => Options,
        hand_off: HandOff = "hand_off = summarizer",
        loop_to: Item = "loop_to = Writer",
        max_rounds: Count = "max_rounds = 3",
        library as "crate": Library = "crate = ::my::flock",
    }
    unknown = unknown;
}

fn unknown(key: &str) -> Sentence {
    let place = match key {
        "among" => Some(format!("hand_off(route, {AMONG})")),
        _ => place_within(Written::ROWS, key).or_else(|| {
            let of_tool = || {
                let example = example(tool::Written::ROWS, key)?;
                Some(format!("#[tool({example})]"))
            };
            match example(flock::Written::ROWS, key) {
                Some(example) => Some(format!("#[flock({example})]")),
                None => of_tool(),
            }
        }),
    };
    match place {
        Some(place) => say::other_place(key, Role::Agent, &place),
        None => say::unknown_option(key, &keys(Written::ROWS)),
    }
}
