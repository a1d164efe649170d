//! The options of `#[agent]`, as written.

use darling::FromMeta;
use proc_macro2::TokenStream;

use super::hand_off::HandOff;
use crate::{
    diag::{Errors, Sentence, say},
    emit::Keys,
    grammar::{
        fields::Partial,
        options,
        values::{
            Attempts, Count, Decimal, Given, Item, Keyed, Library, LostWorkers, Millis, Priority,
            Prose, Retries, Retry, Switch, Text,
        },
    },
    role::Role,
};

/// Their names, in the order in which help lists them.
pub(crate) const KEYS: &[&str] = &[
    "name",
    "instructions",
    "model",
    "temperature",
    "max_tokens",
    "input",
    "output",
    "retries",
    "max_attempts",
    "retry",
    "lost_workers",
    "timeout",
    "schedule_to_start",
    "schedule_to_close",
    "heartbeat",
    "task_queue",
    "priority",
    "local",
    "hand_off",
    "loop_to",
    "max_rounds",
    "crate",
];

/// Each option: absent, understood or at fault.
#[derive(Default, FromMeta)]
#[darling(default)]
pub(super) struct Written {
    pub(super) name: Given<Text>,
    pub(super) instructions: Given<Keyed<Prose>>,
    pub(super) model: Given<Keyed<Text>>,
    pub(super) temperature: Given<Keyed<Decimal>>,
    pub(super) max_tokens: Given<Keyed<Count>>,
    pub(super) input: Given<Partial>,
    pub(super) output: Given<Partial>,
    pub(super) retries: Given<Retries>,
    pub(super) max_attempts: Given<Attempts>,
    pub(super) retry: Given<Retry>,
    pub(super) lost_workers: Given<LostWorkers>,
    pub(super) timeout: Given<Millis>,
    pub(super) schedule_to_start: Given<Millis>,
    pub(super) schedule_to_close: Given<Millis>,
    pub(super) heartbeat: Given<Millis>,
    pub(super) task_queue: Given<Text>,
    pub(super) priority: Given<Priority>,
    pub(super) local: Given<Switch>,
    pub(super) hand_off: Given<HandOff>,
    pub(super) loop_to: Given<Keyed<Item>>,
    pub(super) max_rounds: Given<Keyed<Count>>,
    #[darling(rename = "crate")]
    pub(super) library: Given<Library>,
    #[darling(skip)]
    pub(super) keys: Keys,
}

/// Options of the design that are yet to come.
const NOT_YET: &[&str] = &["tools", "mcp", "max_turns"];

/// Options that are known elsewhere, and where.
const ELSEWHERE: &[(&str, &str)] = &[
    ("start", "#[flock(start = Researcher)]"),
    ("agents", "#[flock(agents(timeout = \"1m\"))]"),
    ("run_timeout", "#[flock(run_timeout = \"1h\")]"),
    ("task_timeout", "#[flock(task_timeout = \"10s\")]"),
    ("initial", "retry(initial = \"1s\")"),
    ("max", "retry(max = \"100s\")"),
    ("backoff", "retry(backoff = 2.0)"),
    (
        "non_retryable",
        "retry(non_retryable = [\"ValidationError\"])",
    ),
    ("among", "hand_off(route, among = [Billing, Support])"),
];

/// What to say about an option that is none.
fn unknown(key: &str) -> Sentence {
    if NOT_YET.contains(&key) {
        return say::not_yet(key);
    }
    match ELSEWHERE.iter().find(|(known, _)| *known == key) {
        Some((_, place)) => say::other_place(key, Role::Agent, place),
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
