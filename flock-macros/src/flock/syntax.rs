//! The options of `#[flock]`, as written.

use darling::FromMeta;
use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::{Expr, Meta, Path, Token, parse::Parser, punctuated::Punctuated, spanned::Spanned};

use crate::{
    diag::{Errors, Sentence, say},
    emit::Keys,
    grammar::{
        fields::Partial,
        options,
        type_name::type_name,
        values::{
            self, Attempts, Count, Given, IdReuse, Item, Keyed, Library, LostWorkers, Millis,
            Overlap, Priority, Retries, Retry, Schedule, SearchAttributes, Text, TimeZone,
            Versioning, nested,
        },
    },
    role::Role,
};

/// Their names, in the order in which help lists them.
pub(crate) const KEYS: &[&str] = &[
    "name",
    "start",
    "input",
    "output",
    "task_queue",
    "timeout",
    "run_timeout",
    "task_timeout",
    "retries",
    "max_attempts",
    "retry",
    "agents",
    "version",
    "versioning",
    "id_reuse",
    "search_attributes",
    "schedule",
    "time_zone",
    "overlap",
    "jitter",
    "catch_up",
    "crate",
];

/// Each option: absent, understood or at fault.
#[derive(Default, FromMeta)]
#[darling(default)]
pub(super) struct Written {
    pub(super) name: Given<Text>,
    pub(super) start: Given<Keyed<Item>>,
    pub(super) input: Given<Keyed<Partial>>,
    pub(super) output: Given<Partial>,
    pub(super) task_queue: Given<Text>,
    pub(super) timeout: Given<Timeout>,
    pub(super) run_timeout: Given<Millis>,
    pub(super) task_timeout: Given<Millis>,
    pub(super) retries: Given<Retries>,
    pub(super) max_attempts: Given<Attempts>,
    pub(super) retry: Given<Retry>,
    pub(super) agents: Given<Agents>,
    pub(super) version: Given<Count>,
    pub(super) versioning: Given<Versioning>,
    pub(super) id_reuse: Given<IdReuse>,
    pub(super) search_attributes: Given<SearchAttributes>,
    pub(super) schedule: Given<Keyed<Schedule>>,
    pub(super) time_zone: Given<Keyed<TimeZone>>,
    pub(super) overlap: Given<Keyed<Overlap>>,
    pub(super) jitter: Given<Keyed<Millis>>,
    pub(super) catch_up: Given<Keyed<Millis>>,
    #[darling(rename = "crate")]
    pub(super) library: Given<Library>,
    #[darling(skip)]
    pub(super) keys: Keys,
}

/// Options that are known elsewhere, and where.
const ELSEWHERE: &[(&str, &str)] = &[
    ("hand_off", "#[agent(hand_off = summarizer)]"),
    ("loop_to", "#[agent(loop_to = Writer, max_rounds = 3)]"),
    ("max_rounds", "#[agent(loop_to = Writer, max_rounds = 3)]"),
    ("instructions", "#[agent(instructions = \"You are …\")]"),
    ("model", "#[agent(model = \"openai/gpt-4o\")]"),
    ("temperature", "#[agent(temperature = 0.2)]"),
    ("max_tokens", "#[agent(max_tokens = 2000)]"),
    ("local", "#[agent(local)]"),
    ("schedule_to_start", "agents(schedule_to_start = \"5m\")"),
    ("schedule_to_close", "agents(schedule_to_close = \"1h\")"),
    ("heartbeat", "agents(heartbeat = \"10s\")"),
    ("priority", "agents(priority = 1)"),
    ("lost_workers", "agents(lost_workers = 20)"),
    ("execution", "timeout(execution = \"30m\")"),
    ("agent", "timeout(agent = \"1m\")"),
    ("initial", "retry(initial = \"1s\")"),
    ("max", "retry(max = \"100s\")"),
    ("backoff", "retry(backoff = 2.0)"),
    (
        "non_retryable",
        "retry(non_retryable = [\"ValidationError\"])",
    ),
];

/// What to say about an option that is none.
fn unknown(key: &str) -> Sentence {
    match ELSEWHERE.iter().find(|(known, _)| *known == key) {
        Some((_, place)) => say::other_place(key, Role::Flock, place),
        None => say::unknown_option(key, KEYS),
    }
}

impl Written {
    pub(super) fn read(tokens: TokenStream, errors: &mut Errors) -> Self {
        Self {
            keys: Keys::read(tokens.clone()),
            ..options::read_with(tokens, KEYS, &unknown, errors).unwrap_or_default()
        }
    }
}

/// `timeout = "30m"` or `timeout(execution = "30m", agent = "1m")`.
#[derive(Default)]
pub(super) struct Timeout {
    pub(super) execution: Option<Millis>,
    /// One attempt of an agent.
    pub(super) agent: Option<Millis>,
}

#[derive(Default, FromMeta)]
#[darling(default)]
struct Timeouts {
    execution: Option<Millis>,
    agent: Option<Millis>,
}

impl FromMeta for Timeout {
    fn from_meta(item: &Meta) -> darling::Result<Self> {
        if let Meta::List(_) = item {
            let Timeouts { execution, agent } = nested(item, &["execution", "agent"])?;
            return Ok(Self { execution, agent });
        }
        Millis::from_meta(item).map(|limit| Self {
            execution: Some(limit),
            agent: None,
        })
    }
}

/// The first of the agents where they are listed, and where that is.
fn named(item: &Meta) -> Option<(String, Span)> {
    let listed = |tokens: TokenStream| {
        let paths = Punctuated::<Path, Token![,]>::parse_terminated.parse2(tokens);
        paths.ok()?.into_iter().next()
    };
    let first = match item {
        Meta::Path(_) => None,
        Meta::List(list) => listed(list.tokens.clone()),
        Meta::NameValue(pair) => match values::ungrouped(&pair.value) {
            Expr::Array(array) => listed(array.elems.to_token_stream()),
            Expr::Tuple(tuple) => listed(tuple.elems.to_token_stream()),
            value => values::path(value),
        },
    };
    first.map(|path| (type_name(&path), item.path().span()))
}

/// `agents(timeout = "1m", heartbeat = "10s")`: for agents that say nothing themselves.
#[derive(Default)]
pub(super) struct Agents(pub(super) Defaults);

#[derive(Default, FromMeta)]
#[darling(default)]
pub(super) struct Defaults {
    pub(super) timeout: Option<Millis>,
    pub(super) schedule_to_start: Option<Millis>,
    pub(super) schedule_to_close: Option<Millis>,
    pub(super) heartbeat: Option<Millis>,
    pub(super) priority: Option<Priority>,
    pub(super) lost_workers: Option<LostWorkers>,
}

impl FromMeta for Agents {
    fn from_meta(item: &Meta) -> darling::Result<Self> {
        const KEYS: &[&str] = &[
            "timeout",
            "schedule_to_start",
            "schedule_to_close",
            "heartbeat",
            "priority",
            "lost_workers",
        ];
        if let Some((first, place)) = named(item)
            && !KEYS.contains(&first.as_str())
        {
            return Err(say::agents_of_flock(&first).at(place));
        }
        nested(item, KEYS).map(Self)
    }
}
