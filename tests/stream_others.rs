//! Streams that flocks host, followed by Temporal's client for TypeScript, as it is published. It is fetched once; a
//! machine that cannot do that leaves it out by name: `-- --skip stream_others::`. Python's client is that of `hosted`.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is a failure")]

use std::{path::Path, process::Stdio};

use flock::{Flock, FlockHandle, RunId, Runtime};
use libtest_mimic::Trial;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, BufReader, Lines},
    process::{Child, ChildStdout, Command},
};

use crate::{
    flocks::{
        streamed::{announces, overhears},
        told::Enough,
        traced::trace,
    },
    support::{PATIENCE, address, others, temporal, test, trace_file, until_some},
};

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        test("stream_others::typescript_hears_an_agent", hears),
        test("stream_others::typescript_follows_to_the_next_run", goes_on),
    ]
}

/// TypeScript's client of a run.
struct Follower {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Follower {
    async fn of<F: Flock>(run: &FlockHandle<F>) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hosted/client.js");
        let mut command = Command::new("node");
        command
            .env("NODE_PATH", others::streams().await)
            .arg(script)
            .args([&address().await, run.workflow_id()])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true);
        let mut child = command.spawn().expect("Node");
        let lines = BufReader::new(child.stdout.take().expect("its stdout")).lines();
        Self { child, lines }
    }

    /// The next item; none once the client has seen the run's end.
    async fn next(&mut self) -> Option<Value> {
        let line = tokio::time::timeout(PATIENCE / 2, self.lines.next_line()).await;
        match line.expect("it says something").expect("text") {
            Some(line) => Some(serde_json::from_str(&line).expect("JSON")),
            None => {
                let exit = self.child.wait().await.expect("it ends");
                assert!(exit.success(), "{exit}");
                None
            }
        }
    }
}

async fn hears() {
    let runtime = temporal().await;
    let file = trace_file("proclaims").display().to_string();
    let run = runtime.start::<overhears>(file.clone()).await.unwrap();
    let mut follower = Follower::of(&run).await;
    let (mut said, mut offset) = (String::new(), 0);
    let complete = loop {
        let item = follower.next().await.expect("the run goes on");
        assert_eq!(item["offset"], offset, "{item}");
        offset += 1;
        match item["topic"].as_str() {
            Some("delta") => said += item["data"]["text"].as_str().unwrap(),
            // An attempt may be lost on a busy machine: the text begins anew.
            Some("retry") => said.clear(),
            _ => break item,
        }
        if said == "It was " {
            trace(&file, "end");
        }
    };
    assert_eq!(said, "It was the gull");
    assert_eq!(complete["topic"], "complete");
    assert_eq!(complete["data"]["full_text"], "It was the gull");
    assert_eq!(complete["data"]["agent"], "witness");
    run.signal(Enough {}).await.unwrap();
    assert_eq!(follower.next().await, None, "the run has ended");
}

/// Waits until a poll waits: this client asks no more once a run has ended, so that it must have asked before.
async fn polls<F: Flock>(runtime: &Runtime, run: &FlockHandle<F>) {
    let latest = RunId::latest(run.workflow_id());
    until_some("a poll waits", async || {
        let history = runtime.history(&latest).await.ok()?.to_json();
        let count = |event: &str| history.matches(event).count();
        let waits = count("UPDATE_ACCEPTED\"") > count("UPDATE_COMPLETED\"");
        waits.then_some(())
    })
    .await;
}

/// What the flock's own body publishes.
async fn goes_on() {
    let runtime = temporal().await;
    let run = runtime.start::<announces>(1).await.unwrap();
    let mut follower = Follower::of(&run).await;
    let item = |topic: &str, offset: u64, data: Value| {
        Some(json!({ "topic": topic, "offset": offset, "data": data }))
    };
    assert_eq!(follower.next().await, item("greeting", 0, "hello".into()));
    assert_eq!(follower.next().await, item("left", 1, 1.into()));
    run.signal(Enough {}).await.unwrap();
    assert_eq!(follower.next().await, item("greeting", 2, "hello".into()));
    assert_eq!(follower.next().await, item("left", 3, 0.into()));
    polls(&runtime, &run).await;
    run.signal(Enough {}).await.unwrap();
    assert_eq!(follower.next().await, item("greeting", 4, "goodbye".into()));
    assert_eq!(follower.next().await, None);
    assert_eq!(run.result().await.unwrap(), 0);
}
