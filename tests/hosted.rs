//! A stream that a flock hosts, followed by Temporal's own client for Python.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
};

use flock::{Flock, FlockHandle, Runtime};
use libtest_mimic::Trial;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, BufReader, Lines},
    process::{Child, ChildStdout, Command},
};

use crate::{
    flocks::{
        streamed::{Proclaim, hosts, retells},
        told::Enough,
        traced::trace,
    },
    support::{PATIENCE, address, both, python, temporal, test, trace_file},
};

pub(crate) fn trials() -> Vec<Trial> {
    let mut trials = vec![
        test("hosted::python_follows_to_the_end::temporal", follows),
        test("hosted::python_follows_to_the_next_run::temporal", goes_on),
        test(
            "hosted::what_python_publishes_is_taken_once::temporal",
            takes,
        ),
    ];
    trials.extend(both("hosted::an_ended_run_is_asked", ended));
    trials
}

fn text(path: &Path) -> String {
    path.display().to_string()
}

/// Python's client of a run.
struct Follower {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    /// How many items `until` has seen.
    items: u64,
}

async fn client(id: &str, args: &[&str]) -> Command {
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/hosted/client.py");
    let mut command = python(&script).await;
    command.arg(address().await).arg(id).args(args);
    command.stdin(Stdio::null()).kill_on_drop(true);
    command
}

impl Follower {
    async fn of<F: Flock>(run: &FlockHandle<F>, args: &[&str]) -> Self {
        let args = [&["follow"], args].concat();
        let mut command = client(run.workflow_id(), &args).await;
        let mut child = command.stdout(Stdio::piped()).spawn().expect("Python");
        let lines = BufReader::new(child.stdout.take().expect("its stdout")).lines();
        Self {
            child,
            lines,
            items: 0,
        }
    }

    /// The next item; none once the client has seen the run's end.
    async fn next(&mut self) -> Option<Value> {
        let line = tokio::time::timeout(PATIENCE / 2, self.lines.next_line()).await;
        let line = line.expect("it says something").expect("text");
        match line {
            Some(line) => Some(serde_json::from_str(&line).expect("JSON")),
            None => {
                let exit = self.child.wait().await.expect("it ends");
                assert!(exit.success(), "{exit}");
                None
            }
        }
    }

    /// The next items, until their texts make this; the topics, each once in a row, since a text may come in
    /// pieces. An attempt may be lost on a busy machine: the text of the next begins anew.
    async fn until(&mut self, wanted: &str) -> Vec<String> {
        let (mut told, mut text) = (Vec::<String>::new(), String::new());
        while text != wanted {
            let item = self
                .next()
                .await
                .unwrap_or_else(|| panic!("no {wanted}: {told:?}"));
            self.items += 1;
            let topic = item["topic"].as_str().unwrap_or_default();
            if topic == "retry" {
                text.clear();
            }
            text += item["data"]["text"].as_str().unwrap_or_default();
            if told.last().is_none_or(|last| last != topic) {
                told.push(topic.to_owned());
            }
        }
        told
    }
}

/// What Python's client prints.
async fn says<F: Flock>(run: &FlockHandle<F>, args: &[&str]) -> String {
    let output = client(run.workflow_id(), args)
        .await
        .output()
        .await
        .expect("Python");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

async fn follows() {
    let runtime = temporal().await;
    let file = text(&trace_file("proclaims"));
    let run = runtime.start::<Proclaim>(file.clone()).await.unwrap();
    let mut follower = Follower::of(&run, &["0"]).await;
    assert_eq!(follower.until("It was ").await.last().unwrap(), "delta");
    trace(&file, "end");
    assert_eq!(follower.until("the gull").await.last().unwrap(), "delta");
    let said = follower.items;
    let complete = json!({
        "topic": "complete",
        "offset": said,
        "data": {
            "full_text": "It was the gull", "agent": "witness", "step": 1, "attempt": 1,
        },
    });
    assert_eq!(follower.next().await, Some(complete));
    assert_eq!(follower.next().await, None, "the run has ended");
    assert_eq!(run.result().await.unwrap().story, "It was the gull");
    // One who comes late has all of it, and only the topics that it asked for.
    let mut late = Follower::of(&run, &["0", "complete"]).await;
    assert_eq!(late.next().await.unwrap()["offset"], said);
    assert_eq!(late.next().await, None);
}

async fn goes_on() {
    let runtime = temporal().await;
    let file = text(&trace_file("retells"));
    let run = runtime.start::<retells>((file.clone(), 1));
    let run = run.await.unwrap();
    let mut follower = Follower::of(&run, &["0"]).await;
    assert_eq!(
        follower.until("a wild guess").await.last().unwrap(),
        "delta"
    );
    let (first, second) = (format!("{file}1"), format!("{file}0"));
    trace(&first, "fail");
    assert_eq!(follower.until("the truth").await[0], "retry");
    trace(&first, "end");
    follower.until(", and nothing else").await;
    let complete = follower.next().await.unwrap();
    assert_eq!(complete["topic"], "complete");
    assert_eq!(complete["offset"], follower.items);
    // In the next run, where offsets go on.
    follower.until("a wild guess").await;
    let said = follower.items + 1;
    trace(&second, "fail");
    trace(&second, "end");
    let mut offsets = Vec::new();
    while let Some(item) = follower.next().await {
        offsets.push(item["offset"].as_u64().unwrap());
    }
    let wanted: Vec<u64> = (said..).take(offsets.len()).collect();
    assert_eq!(offsets, wanted, "after all that was said before");
    assert_eq!(run.result().await.unwrap(), 0);
}

async fn takes() {
    let runtime = temporal().await;
    let run = runtime.start::<hosts>(()).await.unwrap();
    // Five, of which three fit; and a batch whose number was used.
    says(&run, &["publish", "5", "220000"]).await;
    assert_eq!(says(&run, &["offset"]).await, "5");
    // What it asks for is kept no more, so it has what there is.
    let mut follower = Follower::of(&run, &["1"]).await;
    for offset in 2..5 {
        let item = follower.next().await.unwrap();
        let wanted = json!({ "topic": "large", "offset": offset, "data": 220_000 });
        assert_eq!(item, wanted);
    }
    run.signal(Enough {}).await.unwrap();
    assert_eq!(follower.next().await, None);
    run.result().await.unwrap();
}

/// Of those who follow by events nothing of it is heard; the queries answer on both engines.
async fn ended(runtime: Runtime) {
    let run = runtime.start::<hosts>(()).await.unwrap();
    let engine = runtime.engine();
    let publish = json!({
        "items": [{ "topic": "t", "data": "ChYKCGVuY29kaW5nEgpqc29uL3BsYWluEgciaGVsbG8i" }],
        "publisher_id": "0123456789abcdef",
        "sequence": 1,
    });
    let payload = |value: &Value| flock::payload::Payload::encode(value).unwrap();
    for _ in 0..2 {
        let name = "__temporal_workflow_stream_publish";
        engine
            .signal(run.id(), name, payload(&publish))
            .await
            .unwrap();
    }
    let (poll, offset) = (
        "__temporal_workflow_stream_poll",
        "__temporal_workflow_stream_offset",
    );
    let all = payload(&json!({ "topics": [], "from_offset": 0 }));
    let polled = engine.update(run.id(), poll, all.clone()).await.unwrap();
    let polled: Value = polled.decode().unwrap();
    assert_eq!(
        (&polled["next_offset"], &polled["items"][0]["offset"]),
        (&json!(1), &json!(0))
    );
    // One that waits has what there is when the run ends.
    let more = payload(&json!({ "topics": [], "from_offset": 1 }));
    let waiting = engine.update(run.id(), poll, more);
    let ending = run.signal(Enough {});
    let (waited, ended) = tokio::join!(waiting, ending);
    ended.unwrap();
    if let Ok(waited) = waited {
        let waited: Value = waited.decode().unwrap();
        assert_eq!(
            waited,
            json!({ "items": [], "next_offset": 1, "more_ready": false })
        );
    }
    run.result().await.unwrap();
    let after = engine.query(run.id(), poll, all).await.unwrap();
    assert_eq!(after.decode::<Value>().unwrap(), polled);
    let nothing = payload(&Value::Null);
    let offset = engine.query(run.id(), offset, nothing).await.unwrap();
    assert_eq!(offset.as_bytes(), b"1");
    let events = run.steps().await.unwrap();
    let events: Vec<_> = flock::__private::futures_util::StreamExt::collect(events).await;
    let told = serde_json::to_string(&events).unwrap();
    assert!(!told.contains("__temporal"), "{told}");
}
