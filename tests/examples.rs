//! Every example's flocks on the real server, replayed from their own histories.

use std::{
    path::{Path, PathBuf},
    process::{Output, Stdio},
};

use flock::dev_server::{DevServer, DevServerOptions};
use libtest_mimic::Trial;
use serde_json::Value;
use tokio::process::Command;

use crate::support::{test, trace_file, unique};

/// What flocks need that do not run without input: add yours.
const INPUTS: &[(&str, &[&str])] = &[
    ("import", &["--input", "file=orders.csv"]),
    ("watch", &["--input", "rounds=3"]),
];

/// How long a run may take. One that waits for a person is replayed as far as it has come.
const LIMIT: &str = "15s";

pub(crate) fn trials() -> Vec<Trial> {
    let trial = |name: String| {
        let title = format!("replay::example_{name}");
        test(&title, move || async move { replays(&name).await })
    };
    names().into_iter().map(trial).collect()
}

/// The examples that `Cargo.toml` names.
fn names() -> Vec<String> {
    let manifest = include_str!("../Cargo.toml");
    let examples = manifest.split("[[example]]").skip(1);
    examples
        .filter_map(|section| Some(section.split('"').nth(1)?.to_owned()))
        .collect()
}

async fn replays(name: &str) {
    // A server of its own: on another, workers of several programs would share the default queue.
    let server = DevServer::start(DevServerOptions::default()).await;
    let server = server.expect("a Temporal dev server");
    let address = server.address();
    let program = program(name);
    let flocks = json(&say(&program, &["flocks", "--json"]).await);
    let flocks = flocks.as_array().cloned().unwrap_or_default();
    assert!(!flocks.is_empty(), "example `{name}` has flocks");
    for flock in flocks {
        let flock = flock["name"].as_str().expect("a name");
        let id = unique(name);
        let run = ["run", flock, "--engine", "temporal", "--with-worker"];
        let at = ["--address", address, "--id", &id, "--timeout", LIMIT];
        let inputs = INPUTS.iter().find(|(of, _)| *of == flock);
        let inputs = inputs.map_or(&[][..], |(_, inputs)| inputs);
        let ran = say(&program, &[&run[..], &at, inputs].concat()).await;
        let started = matches!(ran.status.code(), Some(0 | 1 | 5));
        assert!(
            started,
            "flock `{flock}` of example `{name}`: {}; does it need an input in tests/examples.rs?",
            String::from_utf8_lossy(&ran.stderr)
        );
        let file = trace_file("example").with_file_name("history.json");
        let file = file.to_string_lossy();
        let record = [
            "record",
            &id,
            "--open",
            "--address",
            address,
            "--out",
            &file,
        ];
        succeeds(&say(&program, &record).await);
        succeeds(&say(&program, &["replay", &file]).await);
    }
}

/// Built by `cargo test` and by `cargo build --examples`.
fn program(name: &str) -> PathBuf {
    let suite = std::env::current_exe().expect("this program");
    let folder = suite.parent().and_then(Path::parent);
    let program = folder.expect("a target folder").join("examples").join(name);
    assert!(
        program.exists(),
        "{} is missing: cargo build --examples",
        program.display()
    );
    program
}

async fn say(program: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(program);
    command.args(args).stdin(Stdio::null()).kill_on_drop(true);
    command.output().await.expect("the example runs")
}

fn json(output: &Output) -> Value {
    succeeds(output);
    serde_json::from_slice(&output.stdout).expect("JSON")
}

fn succeeds(output: &Output) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
}
