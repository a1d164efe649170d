//! The options of `#[flock]`, as written.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Expr, Meta, Path, Token, parse::Parser, punctuated::Punctuated};

use crate::{
    agent,
    diag::{Errors, Sentence, say},
    grammar::{
        fields::Io,
        options::{Entry, Row, Table, Value, example, keys, nested, options, place_within},
        own::{path, ungrouped},
        type_name::type_name,
        values::{
            Attempts, Budget, Count, IdReuse, Item, Library, LostWorkers, Millis, Overlap, Policy,
            Pool, Priority, Retries, Schedule, SearchAttributes, Switch, Text, TimeZone,
            Versioning,
        },
    },
    role::Role,
    tool,
};

options! {
    /// What `#[flock]` takes, in the order in which help lists it.
    pub(crate) struct Written {
        name: Text = "name = \"writer\"",
        start: Item = "start = Researcher",
        input: Io = "input(topic: String)",
        output: Io = "output(summary: String)",
        task_queue: Text = "task_queue = \"research\"" => Options,
        pool: Pool = "pool = \"high\"" => Options,
        timeout: Timeout = "timeout = \"30s\"",
        run_timeout: Millis = "run_timeout = \"1h\"" => Options,
        task_timeout: Millis = "task_timeout = \"10s\"" => Options,
        retries: Retries = "retries = 3",
        max_attempts: Attempts = "max_attempts = 4",
        retry: Policy = "retry(initial = \"1s\", max = \"100s\")",
        budget: Budget = "budget(tokens = 100_000)" => Options,
        agents: Agents = "agents(timeout = \"1m\")",
        version: Count = "version = 2" => Options,
        versioning: Versioning = "versioning = \"pinned\"" => Options,
        id_reuse: IdReuse = "id_reuse = \"reject_duplicate\"" => Options,
        search_attributes: SearchAttributes = "search_attributes(customer: Keyword)",
        stream: Switch = "stream" => Options,
        schedule: Schedule = "schedule = \"0 9 * * MON-FRI\"",
        time_zone: TimeZone = "time_zone = \"Europe/Vienna\"",
        overlap: Overlap = "overlap = \"skip\"",
        jitter: Millis = "jitter = \"5m\"",
        catch_up: Millis = "catch_up = \"1h\"",
        library as "crate": Library = "crate = ::my::flock",
    }
    unknown = unknown;
}

/// Whether this is an option in another place.
pub(super) fn is_elsewhere(key: &str) -> bool {
    place_within(Written::ROWS, key).is_some() || example(agent::Written::ROWS, key).is_some()
}

fn unknown(key: &str) -> Sentence {
    let place = match key {
        // Each needs the other.
        "loop_to" | "max_rounds" => Some("#[agent(loop_to = Writer, max_rounds = 3)]".to_owned()),
        _ => place_within(Written::ROWS, key).or_else(|| {
            let of_tool = || {
                let example = example(tool::Written::ROWS, key)?;
                Some(format!("#[tool({example})]"))
            };
            match example(agent::Written::ROWS, key) {
                Some(example) => Some(format!("#[agent({example})]")),
                None => of_tool(),
            }
        }),
    };
    match place {
        Some(place) => say::other_place(key, Role::Flock, &place),
        None => say::unknown_option(key, &keys(Written::ROWS)),
    }
}

/// `timeout = "30m"` or `timeout(execution = "30m", agent = "1m")`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Timeout {
    /// Where it stands alone.
    pub(super) alone: Option<Millis>,
    pub(super) parts: Timeouts,
}

options! {
    /// Its two forms, apart.
    pub(crate) struct Timeouts {
        execution: Millis = "execution = \"30m\"",
        /// One attempt of an agent.
        agent: Millis = "agent = \"1m\"",
    }
}

impl Value for Timeout {
    const WITHIN: &'static [Row] = Timeouts::ROWS;

    fn read(entry: &Entry, errors: &mut Errors) -> Option<Self> {
        let parts = match &entry.meta {
            Meta::List(_) => nested(entry, errors)?,
            _ => {
                let alone = Some(Millis::read(entry, errors)?);
                return Some(Self {
                    alone,
                    ..Self::default()
                });
            }
        };
        Some(Self { alone: None, parts })
    }
}

/// `agents(timeout = "1m", heartbeat = "10s")`: for agents that say nothing themselves.
#[derive(Debug, Clone, Default)]
pub(crate) struct Agents(pub(super) Defaults);

options! {
    /// What agents of a flock go by.
    pub(crate) struct Defaults {
        timeout: Millis = "timeout = \"30s\"" => Options,
        schedule_to_start: Millis = "schedule_to_start = \"5m\"" => Options,
        schedule_to_close: Millis = "schedule_to_close = \"1h\"" => Options,
        heartbeat: Millis = "heartbeat = \"10s\"" => Options,
        priority: Priority = "priority = 1" => Options,
        lost_workers: LostWorkers = "lost_workers = 20" => Options,
        local: Switch = "local" => Options,
    }
}

impl Value for Agents {
    const WITHIN: &'static [Row] = Defaults::ROWS;

    fn read(entry: &Entry, errors: &mut Errors) -> Option<Self> {
        if let Some(first) = listed(&entry.meta)
            && example(Defaults::ROWS, &first).is_none()
        {
            errors.at(entry.place(), say::agents_of_flock(&first));
            return None;
        }
        nested(entry, errors).map(Self)
    }
}

/// The first of the agents where they are listed.
fn listed(meta: &Meta) -> Option<String> {
    let first = |tokens: TokenStream| {
        let paths = Punctuated::<Path, Token![,]>::parse_terminated.parse2(tokens);
        paths.ok()?.into_iter().next()
    };
    let first = match meta {
        Meta::Path(_) => None,
        Meta::List(list) => first(list.tokens.clone()),
        Meta::NameValue(pair) => match ungrouped(&pair.value) {
            Expr::Array(array) => first(array.elems.to_token_stream()),
            Expr::Tuple(tuple) => first(tuple.elems.to_token_stream()),
            value => path(value),
        },
    };
    first.map(|path| type_name(&path))
}
