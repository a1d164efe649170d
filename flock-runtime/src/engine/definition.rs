//! A flock's definition in sixteen characters: what it takes and gives, what it can be sent, its
//! options, and the agents of a declared flock with theirs. Two runs of one hash began by the same
//! definition, whichever build they began on.
//!
//! What is for people only (descriptions, places in the source) is left out, and so is the code of
//! functions, which nobody can hash. Every value is written as text of ours: neither the order of a
//! map nor a newer compiler changes it.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use schemars::Schema;
use serde_json::{Value, json};

use super::memo::agents;
use crate::{
    agent::{
        AgentKind,
        entry::AgentEntry,
        hand_off::{HandOffDescriptor, HandOffRule},
    },
    declare::{
        budget::{BudgetOptions, OnExceeded},
        options::AgentOptions,
        pool::Pool,
        versioning::Versioning,
    },
    flock::{FlockOptions, entry::FlockEntry},
    text::hash::Fnv,
    value::duration,
};

/// The hash of a definition. Made once for each flock: a start should cost no schemas.
pub(crate) fn hash(flock: &'static FlockEntry) -> String {
    static KNOWN: Mutex<BTreeMap<usize, u64>> = Mutex::new(BTreeMap::new());
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let place = std::ptr::from_ref(flock).addr();
    let hash = known.entry(place).or_insert_with(|| {
        let mut hash = Fnv::default();
        take(&mut hash, &definition(flock));
        hash.end()
    });
    format!("{hash:016x}")
}

fn definition(flock: &FlockEntry) -> Value {
    let handlers = flock.handlers.iter().map(|handler| {
        json!({
            "kind": handler.kind.as_str(),
            "name": handler.name,
            "input": shape(handler.input_schema),
            "output": shape(handler.output_schema),
        })
    });
    json!({
        "name": flock.descriptor.name,
        "declared": !flock.descriptor.graph.is_empty(),
        "input": shape(flock.input_schema),
        "output": shape(flock.output_schema),
        "handlers": handlers.collect::<Value>(),
        "options": flock_options(&flock.descriptor.options),
        "agent_defaults": agent_options(&flock.descriptor.agent_defaults),
        "agents": agents(flock.descriptor).into_iter().map(agent).collect::<Value>(),
    })
}

fn agent(entry: &AgentEntry) -> Value {
    let agent = entry.descriptor;
    let model = match &agent.kind {
        AgentKind::Function | AgentKind::Tool(_) => Value::Null,
        AgentKind::Model(model) => set([
            ("instructions", Some(model.instructions.into())),
            (
                "template",
                Some(model.template)
                    .filter(|it| !it.is_empty())
                    .map(Into::into),
            ),
            ("model", Some(named(model.model))),
            ("temperature", Some(json!(model.temperature))),
            ("max_tokens", Some(json!(model.max_tokens))),
            ("stop", model.stop.map(Value::from)),
            ("seed", model.seed.map(Value::from)),
            (
                "reasoning",
                model.reasoning.map(|much| much.as_str().into()),
            ),
            ("max_turns", model.max_turns.map(Value::from)),
            ("loop", model.looped.map(|looped| looped.as_str().into())),
            ("budget", budget(&model.budget)),
            ("mcp", model.mcp.map(|servers| json!(servers))),
        ]),
    };
    let tools = || entry.tools.iter().map(|tool| tool.name).collect::<Value>();
    set([
        ("name", Some(agent.name.into())),
        ("model", Some(model)),
        ("input", Some(shape(entry.input_schema))),
        ("output", Some(shape(entry.output_schema))),
        ("options", Some(agent_options(&agent.options))),
        ("next", Some(next(&agent.hand_off))),
        ("tools", (!entry.tools.is_empty()).then(tools)),
        (
            "effect",
            agent.effects.effect.map(|effect| effect.as_str().into()),
        ),
        (
            "needs_approval",
            agent.effects.needs_approval.map(Value::from),
        ),
    ])
}

fn next(hand_off: &HandOffDescriptor) -> Value {
    let rule = match hand_off.rule {
        HandOffRule::Fixed => "fixed",
        HandOffRule::Route => "route",
        HandOffRule::Model => "model",
    };
    let back = hand_off.way_back;
    let back = back.map(|back| json!({ "to": back.to, "max_rounds": back.max_rounds }));
    json!({ "rule": rule, "among": hand_off.among, "back": back })
}

/// When it starts by itself is no part of what it does.
fn flock_options(options: &FlockOptions) -> Value {
    set([
        ("task_queue", options.task_queue.map(Value::from)),
        ("pool", options.pool.map(Pool::as_str).map(Value::from)),
        ("timeout", options.timeout.map(span)),
        ("run_timeout", options.run_timeout.map(span)),
        ("task_timeout", options.task_timeout.map(span)),
        ("version", options.version.map(Value::from)),
        (
            "versioning",
            options.versioning.map(Versioning::as_str).map(Value::from),
        ),
        (
            "id_reuse",
            options.id_reuse.map(|reuse| reuse.as_str().into()),
        ),
        ("budget", budget(&options.budget)),
        ("search_attributes", Some(json!(options.search_attributes))),
        ("stream", options.stream.map(Value::from)),
    ])
}

/// One name as it is, several as a list.
fn named(model: Option<&'static [&'static str]>) -> Value {
    match model {
        Some([one]) => json!(one),
        several => json!(several),
    }
}

fn budget(budget: &BudgetOptions) -> Option<Value> {
    let park = budget.parks().then(|| OnExceeded::Park.as_str().into());
    (!budget.is_none()).then(|| {
        set([
            ("tokens", budget.tokens.map(Value::from)),
            ("cost", budget.cost.map(Value::from)),
            ("turns", budget.turns.map(Value::from)),
            ("on_exceeded", park),
        ])
    })
}

fn agent_options(options: &AgentOptions) -> Value {
    let retry = &options.retry;
    set([
        ("timeout", options.timeout.map(span)),
        ("schedule_to_start", options.schedule_to_start.map(span)),
        ("schedule_to_close", options.schedule_to_close.map(span)),
        ("heartbeat", options.heartbeat.map(span)),
        ("max_attempts", retry.max_attempts.map(Value::from)),
        ("initial", retry.initial.map(span)),
        ("max", retry.max.map(span)),
        ("backoff", retry.backoff.map(Value::from)),
        (
            "non_retryable",
            retry.non_retryable.map(|types| json!(types)),
        ),
        ("task_queue", options.task_queue.map(Value::from)),
        ("pool", options.pool.map(Pool::as_str).map(Value::from)),
        ("priority", options.priority.map(Value::from)),
        ("local", options.local.map(Value::from)),
    ])
}

/// Those that are set: an option that flock learns later changes no hash.
fn set<const N: usize>(options: [(&str, Option<Value>); N]) -> Value {
    let options = options.into_iter();
    let options = options.filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Value::Object(options.collect())
}

fn span(limit: Duration) -> Value {
    duration::display(limit).into()
}

/// A type, without what is said about it.
fn shape(schema: fn() -> Schema) -> Value {
    let mut schema = schema().to_value();
    bare(&mut schema);
    schema
}

fn bare(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            // A property of such a name is a schema, and no text.
            fields.retain(|name, value| {
                !(value.is_string() && matches!(&**name, "title" | "description" | "$schema"))
            });
            fields.values_mut().for_each(bare);
        }
        Value::Array(items) => items.iter_mut().for_each(bare),
        _ => {}
    }
}

/// Keys in order: whether a map keeps that of its making depends on features of other crates.
fn take(hash: &mut Fnv, value: &Value) {
    match value {
        Value::Object(fields) => {
            let sorted: BTreeMap<_, _> = fields.iter().collect();
            hash.take(b"{");
            for (name, value) in sorted {
                hash.take(json!(name).to_string().as_bytes());
                take(hash, value);
            }
            hash.take(b"}");
        }
        Value::Array(items) => {
            hash.take(b"[");
            items.iter().for_each(|item| take(hash, item));
            hash.take(b"]");
        }
        plain => {
            hash.take(plain.to_string().as_bytes());
            hash.take(b",");
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Map;

    use super::*;

    fn hashed(value: &Value) -> u64 {
        let mut hash = Fnv::default();
        take(&mut hash, value);
        hash.end()
    }

    #[test]
    fn neither_order_nor_words_count() {
        let mut one = json!({ "a": 1, "b": { "title": "Words", "type": "string" } });
        let mut other = Map::new();
        other.insert(
            "b".into(),
            json!({ "type": "string", "description": "others" }),
        );
        other.insert("a".into(), json!(1));
        let mut other = Value::Object(other);
        bare(&mut one);
        bare(&mut other);
        assert_eq!(hashed(&one), hashed(&other));
        // A field of such a name does.
        let mut field = json!({ "properties": { "title": { "type": "string" } } });
        bare(&mut field);
        assert_ne!(hashed(&field), hashed(&json!({ "properties": {} })));
        assert_ne!(hashed(&json!([["a"], "b"])), hashed(&json!([["a", "b"]])));
    }
}
