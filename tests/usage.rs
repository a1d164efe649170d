//! Wrong usage and what is said about it; what is on stderr.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is a failure")]

use std::process::Stdio;

use flock::{
    ErrorKind, RunError, Runtime,
    dev_server::{DevServer, DevServerOptions},
};
use libtest_mimic::Trial;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};

use crate::{
    flocks::{
        traced::{CrowdInput, crowd, most_at_once},
        waiting::{NapsInput, naps},
    },
    support::{
        OWN, Process, Said, address, both, folder, say, say_in, temporal, test, trace_file, traces,
        unique, until_some,
    },
};

pub(crate) fn trials() -> Vec<Trial> {
    let mut trials: Vec<Trial> = [
        both("usage::empty_names_are_refused", empty),
        both("usage::json_has_no_infinity", infinite),
        both("usage::a_call_that_is_wrong_is_no_agents_failure", misspelt),
    ]
    .into_iter()
    .flatten()
    .collect();
    trials.extend([
        test("usage::own_types_are_told_field_by_field", own_types),
        test("usage::items_are_found_by_their_names", items),
        test("usage::a_flock_that_never_waits_is_told::local", spins_here),
        test(
            "usage::a_flock_that_never_waits_is_told::temporal",
            spins_there,
        ),
        test("usage::wrong_usage_exits_2", wrong),
        test("usage::wrong_usage_of_a_server_exits_2", wrong_remotely),
        test("usage::the_input_is_json_too", json_input),
        test("usage::stderr_is_json", stderr_is_json),
        test("usage::a_failure_is_told_once", told_once),
        test("usage::history_shows_attempts", attempts),
        test("usage::health_is_text", health),
        test("usage::contradictions_are_told", contradictions),
        test("usage::concurrency_is_per_queue", concurrency),
    ]);
    trials
}

async fn empty(runtime: Runtime) {
    for id in [true, false] {
        let start = runtime.start::<naps>(NapsInput::from(1));
        let start = match id {
            true => start.id(""),
            false => start.task_queue(""),
        };
        match start.await {
            Err(RunError::Failed(failure)) => assert_eq!(failure.kind, ErrorKind::Invalid),
            other => panic!("{other:?}"),
        }
    }
}

async fn infinite(runtime: Runtime) {
    let input = json!({ "parcel": { "to": { "city": "x" }, "by": [] }, "parts": 0.0 });
    let run = runtime.start_named("sends", input).await.unwrap();
    let error = run.result().await.unwrap_err();
    let failure = error.failure().expect("a failure");
    assert_eq!(failure.agent.as_deref(), Some("divides"));
    let wanted = "field `ratio`: JSON has no infinity and no NaN: look with `is_finite` before";
    assert!(failure.message.contains(wanted), "{failure}");
    // Where nothing may be, it would arrive as that.
    for (at, agent, field) in [
        ("output", Some("gauges"), "field `last`: "),
        ("field", Some("gauges"), "field `measured.best`: "),
        ("element", Some("gauges"), "field `measured.all[1]`: "),
        ("input", Some("gauges"), "field `before`: "),
        ("result", None, "JSON: "),
        ("status", None, "JSON: "),
        ("asked", None, "JSON: "),
        ("late", None, "JSON: "),
    ] {
        let run = runtime.start_named("gauge", json!({ "at": at })).await;
        let error = run.unwrap().result().await.unwrap_err();
        let failure = error.failure().expect("a failure");
        assert_eq!(failure.type_name, "EncodeError", "{failure}");
        assert_eq!(failure.agent.as_deref(), agent, "{at}: {failure}");
        let wanted = format!("{field}JSON has no infinity and no NaN");
        assert!(failure.message.contains(&wanted), "{at}: {failure}");
    }
    let run = runtime
        .start_named("gauge", json!({ "at": "" }))
        .await
        .unwrap();
    assert_eq!(run.result().await.unwrap(), Value::Null);
}

async fn misspelt(runtime: Runtime) {
    let run = runtime.start_named("misspells", json!({ "limit": "5 min" }));
    let error = run.await.unwrap().result().await.unwrap_err();
    let failure = error.failure().expect("a failure");
    assert_eq!(failure.agent, None, "{failure}");
    let wanted = "the call of agent `divides`: its `timeout`: `5 min` is not a duration";
    assert!(failure.message.starts_with(wanted), "{failure}");
}

async fn own_types() {
    let fields = "{to: {city: string, floor?: integer from 0 to 255}, by: list of {city: string";
    for args in [&["describe", "sends"][..], &["flocks"]] {
        let said = say(args).await;
        assert_eq!(said.code, Some(0), "{}", said.err);
        assert!(said.out.contains(fields), "{args:?}: {}", said.out);
    }
    let run = ["run", "sends", "--input", "parts=1"];
    refused(&run, fields).await;
}

async fn items() {
    let said = say(&["describe", "Welcome"]).await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(said.out.starts_with("flock welcome"), "{}", said.out);
    let run = ["run", "Chain", "--input", "topic=x"];
    assert_eq!(say(&run).await.code, Some(0));
}

/// What a command says on stderr, until it has said `part`.
async fn says(mut command: tokio::process::Command, part: &str) -> String {
    let mut process = command.stderr(Stdio::piped()).spawn().unwrap();
    let said = process.stderr.take().expect("its stderr");
    let mut said = BufReader::new(said).lines();
    while let Some(line) = said.next_line().await.unwrap() {
        if line.contains(part) {
            process.kill().await.unwrap();
            return line;
        }
    }
    panic!("it ended without a word of {part}");
}

const SPINS: &str = "flock `broods` has kept its thread";

async fn spins_here() {
    let said = says(Process::command(&["run", "broods"]), SPINS).await;
    assert!(said.contains("ctx.wait_until(|state| …).await"), "{said}");
}

async fn spins_there() {
    // A server of its own: what spins has no end, and cannot be replayed.
    let server = DevServer::start(DevServerOptions::default()).await.unwrap();
    let at = ["--address", server.address()];
    let started = say(&[&["start", "broods"][..], &at].concat()).await;
    assert_eq!(started.code, Some(0), "{}", started.err);
    let queue = ["--task-queue", "own-broods"];
    let worker = [&["worker"][..], &at, &queue].concat();
    let said = says(Process::command(&worker), SPINS).await;
    assert!(said.contains("WARN"), "{said}");
}

async fn refused(args: &[&str], part: &str) {
    let said = say(args).await;
    assert_eq!(said.code, Some(2), "{args:?}: {} {}", said.err, said.out);
    assert!(said.err.contains(part), "{args:?}: {}", said.err);
}

async fn wrong() {
    let chain = ["run", "chain", "-i", "topic=x"];
    for (more, part) in [
        (&["--id", ""][..], "--id"),
        (&["--task-queue", ""], "--task-queue"),
        (&["--memo", "flock=1"], "flock"),
        (&["--input-json", r#"{"topik": 5}"#], "topik"),
        (&["--input-json", "{topic}"], "not JSON"),
    ] {
        refused(&[&chain[..], more].concat(), part).await;
    }
    let said = say(&["replay"]).await;
    assert_eq!(said.code, Some(2));
    for way in ["replay FILE", "replay --workflow-id ID"] {
        assert!(said.err.contains(way), "{}", said.err);
    }
}

async fn wrong_remotely() {
    temporal().await;
    let address = address().await;
    let at = ["--address", &address];
    let file = trace_file("large");
    std::fs::write(&file, "x".repeat(3 << 20)).unwrap();
    let large = format!("topic=@{}", file.display());
    let start = ["start", "chain", "--input", "topic=x"];
    for (args, part) in [
        (&["list", "--namespace", "nope"][..], "nope"),
        (
            &["start", "chain", "-i", "topic=x", "--namespace", "nope"],
            "nope",
        ),
        (&["list", "--query", "a = = b"], ""),
        (&["status", ""], ""),
        (&["deployments", "show", "nope"], "nope"),
        (
            &["deployments", "set-current", "nope", "--build-id", "v"],
            "nope",
        ),
        (&["start", "chain", "--input", &large], "2 MiB"),
        (&[&start[..], &["--memo", "flock=1"]].concat(), "flock"),
        (&[&start[..], &["--id", ""]].concat(), "--id"),
        (&["worker", "--task-queue", ""], "--task-queue"),
    ] {
        refused(&[args, &at].concat(), part).await;
    }
    let id = unique("large");
    let dreams = ["start", "await_review", "-i", "limit=1d", "--id", &id];
    let started = say(&[&dreams[..], &at].concat()).await;
    assert_eq!(started.code, Some(0), "{}", started.err);
    let large = format!("by=@{}", file.display());
    let signal = ["signal", &id, "review", "-i", &large, "-i", "stars=1"];
    refused(&[&signal[..], &at].concat(), "2 MiB").await;
    say(&[&["terminate", &id][..], &at].concat()).await;
}

async fn json_input() {
    let run = ["run", "chain", "--json", "--input-json"];
    let said = say(&[&run[..], &[r#" {"topic": "rust"}"#]].concat()).await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert_eq!(said.json()["result"]["length"], json!(11));
}

fn documents(said: &Said) -> Vec<Value> {
    let read = |line: &str| serde_json::from_str(line);
    let lines = said.err.lines().map(|line| {
        let document: Result<Value, _> = read(line);
        document.unwrap_or_else(|error| panic!("{error}: {line:?} in {}", said.err))
    });
    lines.collect()
}

async fn stderr_is_json() {
    temporal().await;
    let address = address().await;
    let remote = ["--engine", "temporal", "--address", &address];
    let refuses = ["run", "refuses", "--input", "reason=no"];
    let queue = unique(&format!("{OWN}json"));
    let with_worker = ["--with-worker", "--task-queue", &queue];
    for (args, code, part) in [
        (refuses.to_vec(), 1, "no"),
        ([&refuses[..], &remote, &with_worker].concat(), 1, "no"),
        (vec!["run", "chain"], 2, "topic"),
        (vec!["flocks", "--nope"], 2, "--nope"),
        (vec!["run", "second_thoughts"], 2, "nobody to ask"),
    ] {
        let said = say(&[&args[..], &["--log-format", "json"]].concat()).await;
        assert_eq!(said.code, Some(code), "{args:?}: {}", said.err);
        let documents = documents(&said);
        let tells = |one: &&Value| {
            let message = one["fields"]["message"].as_str().unwrap_or_default();
            one["level"] == "ERROR" && message.contains(part)
        };
        assert_eq!(documents.iter().filter(tells).count(), 1, "{}", said.err);
    }
}

/// No more often than in this process: by the step that failed and by the error.
async fn told_once() {
    temporal().await;
    let address = address().await;
    let queue = unique(&format!("{OWN}once"));
    let file = format!("file={}", trace_file("once").display());
    let run = ["run", "fail", "-i", &file, "-i", "how=Denied"];
    let remote = ["--engine", "temporal", "--address", &address];
    let worker = ["--with-worker", "--task-queue", &queue];
    let here = say(&run).await;
    let there = say(&[&run[..], &remote, &worker].concat()).await;
    for said in [here, there] {
        assert_eq!(said.code, Some(1), "{}", said.err);
        assert_eq!(said.err.matches("no key").count(), 2, "{}", said.err);
    }
}

async fn attempts() {
    temporal().await;
    let address = address().await;
    let id = unique("attempts");
    let at = ["--address", &address];
    let file = format!("file={}", trace_file("attempts").display());
    let run = ["run", "retried", "-i", "succeeds_at=3", "-i", &file];
    let said = say(&[&run[..], &["--id", &id, "--engine", "temporal"], &at].concat()).await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    let history = say(&[&["history", &id, "--json"][..], &at].concat()).await;
    let history = history.json();
    let steps = history["history"].as_array().unwrap();
    // A busy machine may lose one, which a server counts as well.
    let last = steps
        .iter()
        .filter_map(|step| step["attempt"].as_u64())
        .max();
    let last = last.filter(|attempt| *attempt >= 3);
    let last = last.unwrap_or_else(|| panic!("{history}"));
    let history = say(&[&["history", &id][..], &at].concat()).await;
    let wanted = format!("agent `flaky`, attempt {last} (before: ");
    assert!(history.out.contains(&wanted), "{}", history.out);
}

async fn health() {
    temporal().await;
    let said = say(&["health", "--address", &address().await]).await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(said.out.contains("TASK QUEUE"), "{}", said.out);
    assert!(!said.out.contains(['{', '[']), "{}", said.out);
}

async fn contradictions() {
    let folder = folder("limits");
    let limits = "[agents.flaky]\ntimeout = '10m'\nschedule_to_close = '1m'\nheartbeat = '20m'";
    std::fs::write(folder.join("flock.toml"), limits).unwrap();
    let described = say_in(&folder, &["describe", "flaky"], &[]).await;
    for part in [
        "warning: `timeout` (10m, flock.toml [agents.flaky]) is longer than `schedule_to_close`",
        "warning: `heartbeat` (20m, flock.toml [agents.flaky]) is not shorter than `timeout`",
    ] {
        assert!(described.out.contains(part), "{}", described.out);
    }
    let run = say_in(&folder, &["run", "chain", "-i", "topic=x"], &[]).await;
    assert_eq!(run.code, Some(0), "{}", run.err);
    assert!(run.err.contains("agent `flaky`: `timeout`"), "{}", run.err);
}

/// So many of each queue, and no more.
async fn concurrency() {
    let (runtime, address) = (temporal().await, address().await);
    let queues = [(); 2].map(|()| unique(&format!("{OWN}crowd")));
    let flags = ["--task-queue", &queues[0], "--task-queue", &queues[1]];
    let flags = [&flags[..], &["--concurrency", "2"]].concat();
    let _worker = Process::worker_with(&address, &flags);
    let file = trace_file("crowd");
    let input = CrowdInput::from((file.display().to_string(), queues.to_vec()));
    let run = runtime.start::<crowd>(input).task_queue(&queues[0]);
    run.await.unwrap().result().await.unwrap();
    let lines = until_some("all traces", async || {
        let lines = traces(&file);
        (lines.len() == 24).then_some(lines)
    })
    .await;
    for queue in &queues {
        let most = most_at_once(&lines.join("\n"), queue);
        assert_eq!(most, 2, "{queue}: {lines:?}");
    }
}
