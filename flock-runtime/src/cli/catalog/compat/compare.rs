//! What differs between two builds, as far as running flocks could trip over it.

use serde::Serialize;
use serde_json::Value;

use crate::cli::schema::{self, Change};

/// A difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Finding {
    /// Whether a running flock could trip over it.
    pub(super) breaking: bool,
    /// `agent` or `flock`.
    pub(super) what: &'static str,
    pub(super) name: String,
    pub(super) change: String,
    /// What to do.
    pub(super) advice: String,
}

const KEEP_FLOCK: &str = "keep it until its runs have ended (`list --query 'WorkflowType = \"…\" AND ExecutionStatus = \"Running\"'`), or leave them on the old workers: `versioning = \"pinned\"` and `worker --deployment`";
const KEEP_AGENT: &str = "keep the old agent until no run calls it, and choose between the two by `ctx.version(\"…\", 1..=2)`";
const NEW_FLOCK: &str = "raise the flock's `version = …`, and leave running flocks on the old workers: `versioning = \"pinned\"` and `worker --deployment`; or give the new form another name";
const FIELD: &str = "make the field optional (`Option<…>` or a default), or leave the old agent as it is, write the new one beside it, and choose by `ctx.version(\"…\", 1..=2)`";
const FLOCK_FIELD: &str =
    "make the field optional (`Option<…>` or a default), or give the new form another name";

/// Compares what `describe --json` says of the build that runs and of the one that comes.
pub(super) fn compare(old: &[Value], new: &[Value]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for what in ["flock", "agent"] {
        for before in old {
            let Some(name) = text(before, what) else {
                continue;
            };
            let mut found = Found {
                what,
                name,
                findings: &mut findings,
            };
            match new.iter().find(|after| text(after, what) == Some(name)) {
                None if what == "flock" => {
                    found.breaks("is gone, and its runs find no code", KEEP_FLOCK);
                }
                None => found.breaks("is gone, and runs that call it find no code", KEEP_AGENT),
                Some(after) if what == "flock" => flock(before, after, &mut found),
                Some(after) => agent(before, after, &mut found),
            }
        }
    }
    // What breaks first.
    findings.sort_by_key(|finding| !finding.breaking);
    findings
}

struct Found<'a> {
    what: &'static str,
    name: &'a str,
    findings: &'a mut Vec<Finding>,
}

impl Found<'_> {
    fn add(&mut self, breaking: bool, change: impl Into<String>, advice: &str) {
        self.findings.push(Finding {
            breaking,
            what: self.what,
            name: self.name.to_owned(),
            change: change.into(),
            advice: advice.to_owned(),
        });
    }

    fn breaks(&mut self, change: impl Into<String>, advice: &str) {
        self.add(true, change, advice);
    }

    fn fields(&mut self, of: &str, before: &Value, after: &Value, advice: &str) {
        for Change { breaking, said } in schema::compare(&before["schema"], &after["schema"]) {
            let advice = if breaking {
                advice
            } else {
                "no run trips over it"
            };
            self.add(breaking, format!("{of}: {said}"), advice);
        }
    }
}

fn agent(before: &Value, after: &Value, found: &mut Found<'_>) {
    found.fields("input", &before["input"], &after["input"], FIELD);
    found.fields("output", &before["output"], &after["output"], FIELD);
    let option = |document: &Value, name: &str| {
        let value = &document["options"][name]["value"];
        value.as_str().unwrap_or_default().to_owned()
    };
    let (was, is) = (option(before, "local"), option(after, "local"));
    if was != is {
        found.breaks(
            format!("`local` was {was} and is {is}, which histories tell apart"),
            KEEP_AGENT,
        );
    }
    let (was, is) = (option(before, "task_queue"), option(after, "task_queue"));
    if was != is {
        let advice = format!("keep a worker on `{was}` until nothing waits there");
        let change = format!("its queue was `{was}` and is `{is}`; calls that wait stay there");
        found.add(false, change, &advice);
    }
}

fn flock(before: &Value, after: &Value, found: &mut Found<'_>) {
    found.fields("input", &before["input"], &after["input"], FLOCK_FIELD);
    found.fields("output", &before["output"], &after["output"], FLOCK_FIELD);
    let (was, is) = (
        text(&before["options"], "task_queue").unwrap_or_default(),
        text(&after["options"], "task_queue").unwrap_or_default(),
    );
    if was != is {
        let advice =
            format!("keep a worker on it until they have ended: `worker --task-queue {was}`");
        found.breaks(
            format!("its queue was `{was}` and is `{is}`; its runs stay on `{was}`"),
            &advice,
        );
    }
    // An older build does not tell.
    let local = |flock: &Value| {
        let local = text(&flock["options"], "agents_local");
        local.unwrap_or("those that say so").to_owned()
    };
    let (was, is) = (local(before), local(after));
    if was != is {
        found.breaks(
            format!(
                "its agents that are `local` were {was} and are {is}, which histories tell apart"
            ),
            NEW_FLOCK,
        );
    }
    let (was, is) = (text(before, "kind"), text(after, "kind"));
    if was != is {
        let word = |kind: Option<&str>| kind.unwrap_or("?").to_owned();
        found.breaks(format!("was {} and is {}", word(was), word(is)), NEW_FLOCK);
    } else if is == Some("declared") {
        order(before, after, found);
    }
    handlers(before, after, found);
}

fn order(before: &Value, after: &Value, found: &mut Found<'_>) {
    let names = |flock: &Value| {
        let agents = list(&flock["agents"]).iter();
        let names: Vec<_> = agents.filter_map(|one| text(one, "agent")).collect();
        names.join(", ")
    };
    let (was, is) = (names(before), names(after));
    if was != is {
        found.breaks(format!("its agents were {was} and are {is}"), NEW_FLOCK);
        return;
    }
    for (was, is) in list(&before["agents"]).iter().zip(list(&after["agents"])) {
        let name = text(is, "agent").unwrap_or_default();
        let local = |agent: &Value| agent["options"]["local"]["value"].clone();
        if local(was) != local(is) {
            found.breaks(
                format!("`{name}` is `local` in it where it was not, or the other way round, which histories tell apart"),
                NEW_FLOCK,
            );
        }
        if was["hand_off"] != is["hand_off"] {
            found.breaks(
                format!("`{name}` hands off otherwise than it did"),
                NEW_FLOCK,
            );
        }
    }
}

fn handlers(before: &Value, after: &Value, found: &mut Found<'_>) {
    for was in list(&before["handlers"]) {
        let (kind, name) = (
            text(was, "kind").unwrap_or_default(),
            text(was, "name").unwrap_or_default(),
        );
        // A question leaves no trace in a history.
        let recorded = kind != "query";
        let same = |is: &&Value| text(is, "kind") == Some(kind) && text(is, "name") == Some(name);
        let Some(is) = list(&after["handlers"]).iter().find(same) else {
            let advice = "keep the handler until no run is sent it";
            found.add(recorded, format!("{kind} `{name}` is gone"), advice);
            continue;
        };
        for field in ["input", "output"] {
            for Change { breaking, said } in
                schema::compare(&was[field]["schema"], &is[field]["schema"])
            {
                found.add(
                    breaking && recorded,
                    format!("{kind} `{name}`, {field}: {said}"),
                    "make the field optional, or give the new form another name",
                );
            }
        }
    }
}

fn text<'a>(value: &'a Value, field: &str) -> Option<&'a str> {
    value.get(field)?.as_str()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn io(schema: Value) -> Value {
        json!({ "schema": schema })
    }

    fn nothing() -> Value {
        io(json!({ "type": "object" }))
    }

    fn agent(local: &str) -> Value {
        json!({
            "agent": "writer", "input": nothing(), "output": nothing(),
            "options": { "local": { "value": local }, "task_queue": { "value": "q" } },
        })
    }

    fn flock(agents: Value, handlers: Value) -> Value {
        json!({
            "flock": "desk", "kind": "declared", "input": nothing(), "output": nothing(),
            "options": { "task_queue": "q" }, "agents": agents, "handlers": handlers,
        })
    }

    #[test]
    fn what_breaks_and_what_does_not() {
        let step = |name: &str, to: &[&str]| json!({ "agent": name, "hand_off": { "among": to } });
        let told = |kind: &str| json!([{ "kind": kind, "name": "stop", "input": nothing(), "output": nothing() }]);
        let plain = || flock(json!([step("a", &["b"]), step("b", &[])]), json!([]));
        let queue = |mut flock: Value, queue: &str| {
            flock["options"]["task_queue"] = json!(queue);
            flock
        };
        let waits = |mut agent: Value| {
            agent["options"]["task_queue"]["value"] = json!("other");
            agent
        };
        let local = |mut flock: Value| {
            flock["options"]["agents_local"] = json!("those that may be");
            flock
        };
        let locally = |name: &str, local: &str| json!({ "agent": name, "options": { "local": { "value": local } } });
        let table: &[(&str, Value, Option<Value>, Option<bool>)] = &[
            ("the same", agent("no"), Some(agent("no")), None),
            ("an agent is gone", agent("no"), None, Some(true)),
            ("`local` was", agent("no"), Some(agent("yes")), Some(true)),
            (
                "calls that wait",
                agent("no"),
                Some(waits(agent("no"))),
                Some(false),
            ),
            ("the same flock", plain(), Some(plain()), None),
            ("runs find no code", plain(), None, Some(true)),
            (
                "its agents were a, b and are b, a",
                plain(),
                Some(flock(json!([step("b", &["a"]), step("a", &[])]), json!([]))),
                Some(true),
            ),
            (
                "`a` hands off otherwise",
                plain(),
                Some(flock(
                    json!([step("a", &["b", "c"]), step("b", &[])]),
                    json!([]),
                )),
                Some(true),
            ),
            (
                "its runs stay on `q`",
                plain(),
                Some(queue(plain(), "r")),
                Some(true),
            ),
            (
                "its agents that are `local`",
                plain(),
                Some(local(plain())),
                Some(true),
            ),
            (
                "`a` is `local` in it",
                local(flock(json!([locally("a", "true")]), json!([]))),
                Some(local(flock(json!([locally("a", "false")]), json!([])))),
                Some(true),
            ),
            (
                "signal `stop` is gone",
                flock(json!([]), told("signal")),
                Some(flock(json!([]), json!([]))),
                Some(true),
            ),
            (
                "query `stop` is gone",
                flock(json!([]), told("query")),
                Some(flock(json!([]), told("signal"))),
                Some(false),
            ),
            (
                "a new handler",
                flock(json!([]), json!([])),
                Some(flock(json!([]), told("signal"))),
                None,
            ),
        ];
        for (said, before, after, wanted) in table {
            let after: Vec<_> = after.iter().cloned().collect();
            let findings = compare(std::slice::from_ref(before), &after);
            let breaking = findings.iter().map(|finding| finding.breaking).max();
            assert_eq!(breaking, *wanted, "{said}: {findings:?}");
            if wanted.is_some() && !said.starts_with("an agent") {
                let change = &findings[0].change;
                assert!(change.contains(said), "{said}: {change}");
                assert!(!findings[0].advice.is_empty());
            }
        }
    }

    #[test]
    fn what_breaks_comes_first() {
        let mut after = agent("yes");
        after["options"]["task_queue"]["value"] = json!("other");
        let findings = compare(&[agent("no")], &[after]);
        let breaking: Vec<_> = findings.iter().map(|finding| finding.breaking).collect();
        assert_eq!(breaking, [true, false]);
    }
}
