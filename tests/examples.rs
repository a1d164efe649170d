//! Every flock of every example: it ends as its case says, in its own process and on the real server,
//! and its history replays.

mod cases;

use std::{
    path::{Path, PathBuf},
    process::{Output, Stdio},
};

use flock::dev_server::{DevServer, DevServerOptions};
use libtest_mimic::Trial;
use serde_json::Value;
use tokio::process::Command;

use self::cases::{CASES, Case, End};
use crate::support::{test, trace_file, unique, until_some};

pub(crate) fn trials() -> Vec<Trial> {
    let trial = |name: String| {
        let title = format!("examples::{name}");
        test(&title, move || async move { holds(&name).await })
    };
    let mut trials: Vec<_> = names().into_iter().map(trial).collect();
    trials.push(test(
        "examples::a_cancelled_export_cleans_up",
        a_cancelled_export,
    ));
    trials.push(test(
        "examples::a_bare_call_gives_a_line_that_works",
        bare_call,
    ));
    trials
}

/// Called without a command, a program of several flocks shows them, and a line that a shell takes.
async fn bare_call() {
    let mut command = Command::new(program("data_pipeline"));
    // As a user who has built it and calls it by its path.
    command.env_remove("CARGO").stdin(Stdio::null());
    let output = command.output().await.expect("the example runs");
    exits(0, &output);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    says(&said, &["import", "file: string", "Takes files through"]);
    let line = said.lines().find(|line| line.contains(" run pipeline"));
    let line = line.expect("a line to try");
    let mut shell = Command::new("sh");
    shell.args(["-c", line]).stdin(Stdio::null());
    exits(0, &shell.output().await.expect("a shell"));
}

/// A package of its own, so that it builds in seconds: here it has Temporal, as all of the workspace.
const PACKAGE: &str = "quickstart";

/// The examples that `Cargo.toml` names, but for the web server, and the one that is a package.
fn names() -> Vec<String> {
    let manifest = include_str!("../Cargo.toml");
    let examples = manifest.split("[[example]]").skip(1);
    examples
        .filter_map(|section| Some(section.split('"').nth(1)?.to_owned()))
        .filter(|name| name != "axum")
        .chain([PACKAGE.to_owned()])
        .collect()
}

async fn holds(name: &str) {
    let cases: Vec<_> = CASES.iter().filter(|case| case.example == name).collect();
    every_flock_has_a_case(name, &cases).await;
    // A server of its own: on another, workers of several programs would share the default queue.
    let server = DevServer::start(DevServerOptions::default()).await;
    let server = server.expect("a Temporal dev server");
    let mut histories = Vec::new();
    for case in cases {
        let ((), id) = tokio::join!(here(case), there(case, server.address()));
        let file = trace_file("example").with_file_name(format!("{id}.json"));
        let file = file.to_string_lossy().into_owned();
        let record = ["record", &id, "--open", "--out", &file];
        let record = [&record[..], &["--address", server.address()]].concat();
        exits(0, &say(name, &record).await);
        histories.push(file);
    }
    let files: Vec<_> = histories.iter().map(String::as_str).collect();
    exits(0, &say(name, &[&["replay"][..], &files].concat()).await);
}

async fn every_flock_has_a_case(name: &str, cases: &[&Case]) {
    let output = say(name, &["flocks", "--json"]).await;
    exits(0, &output);
    let flocks: Vec<Value> = serde_json::from_slice(&output.stdout).expect("JSON");
    assert!(!flocks.is_empty(), "example `{name}` has flocks");
    for flock in flocks {
        let flock = flock["name"].as_str().expect("a name");
        assert!(
            cases.iter().any(|case| case.flock == flock),
            "flock `{flock}` of example `{name}` needs a case in tests/examples/cases.rs"
        );
    }
}

/// In its own process.
async fn here(case: &Case) {
    let output = async |extra: &[&str]| say(case.example, &run(case, extra)).await;
    match &case.end {
        End::Gives(parts) => gives(&output(&[]).await, parts),
        End::Fails(parts) => fails(&output(&[]).await, parts),
        End::Told(told) => match told.here {
            (flags, 0) => gives(&output(flags).await, told.gives),
            (flags, code) => exits(code, &output(flags).await),
        },
    }
}

/// On Temporal, served by the same process; gives the workflow id.
async fn there(case: &Case, address: &str) -> String {
    let id = unique(case.flock);
    let engine = ["--engine", "temporal", "--with-worker", "--id", &id];
    let args = run(case, &[&engine[..], &["--address", address]].concat());
    let ended = say(case.example, &args);
    match &case.end {
        End::Gives(parts) => gives(&ended.await, parts),
        End::Fails(parts) => fails(&ended.await, parts),
        End::Told(told) => {
            let by: Vec<_> = told
                .by
                .iter()
                .map(|word| word.replace("{id}", &id))
                .collect();
            let by = by.iter().map(String::as_str).chain(["--address", address]);
            let by: Vec<_> = by.collect();
            let told_so = until_some("it can be told", async || {
                let said = say(case.example, &by).await;
                said.status.success().then_some(())
            });
            gives(&tokio::join!(ended, told_so).0, told.gives);
        }
    }
    id
}

fn run<'a>(case: &Case, extra: &[&'a str]) -> Vec<&'a str> {
    let inputs = case.inputs.iter().flat_map(|input| ["--input", input]);
    let run = ["run", case.flock, "--json"].into_iter().chain(inputs);
    run.chain(extra.iter().copied()).collect()
}

#[track_caller]
fn gives(output: &Output, parts: &[&str]) {
    exits(0, output);
    says(&result(output), parts);
}

#[track_caller]
fn fails(output: &Output, parts: &[&str]) {
    exits(1, output);
    says(&String::from_utf8_lossy(&output.stderr), parts);
}

#[track_caller]
fn says(said: &str, parts: &[&str]) {
    for part in parts {
        assert!(said.contains(part), "{part:?} in {said}");
    }
}

fn result(output: &Output) -> String {
    let said: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    match &said["result"] {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[track_caller]
fn exits(code: i32, output: &Output) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{said}");
}

/// What was begun is undone when a person loses patience.
async fn a_cancelled_export() {
    let run = ["run", "export", "--input", "hold=1h", "--timeout", "2500ms"];
    let output = say("timeouts_and_cancellation", &run).await;
    exits(5, &output);
    let said = String::from_utf8_lossy(&output.stderr);
    let (_, after) = said.split_once("cancelling the run").expect("a cancel");
    assert!(after.contains("release_lock: done"), "{said}");
    assert!(after.contains("the run was cancelled"), "{said}");
}

/// Built by `cargo test --workspace` and by `cargo build --workspace --examples --bins`.
pub(crate) fn program(name: &str) -> PathBuf {
    let suite = std::env::current_exe().expect("this program");
    let folder = suite.parent().and_then(Path::parent);
    let mut program = folder.expect("a target folder").to_owned();
    if name != PACKAGE {
        program.push("examples");
    }
    program.push(name);
    assert!(
        program.exists(),
        "{} is missing: cargo build --workspace --examples --bins",
        program.display()
    );
    program
}

async fn say(example: &str, args: &[&str]) -> Output {
    let mut command = Command::new(program(example));
    command.args(args).stdin(Stdio::null()).kill_on_drop(true);
    command.output().await.expect("the example runs")
}
