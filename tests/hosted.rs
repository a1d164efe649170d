//! A stream that a flock hosts, followed by Temporal's own client for Python.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
};

use flock::{
    __private::futures_util::{StreamExt, stream},
    Answer, Flock, FlockHandle, RunError, RunId, Runtime,
    payload::Payload,
};
use libtest_mimic::Trial;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, BufReader, Lines},
    process::{Child, ChildStdout, Command},
};

use crate::{
    flocks::{
        growth::Tick,
        streamed::{Proclaim, announces, hosts, outworn, retells, shouts, wears_out, whispers},
        told::Enough,
        traced::trace,
    },
    support::{
        PATIENCE, address, asked, both, both_within, failure, local, python, refusal, temporal,
        test, trace_file, until_some,
    },
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
    trials.push(test("hosted::a_run_is_worn_by_its_polls::local", worn));
    trials.extend(both("hosted::an_ended_run_is_asked", ended));
    trials.extend(both("hosted::a_flock_publishes_itself", announced));
    trials.extend(both("hosted::what_is_not_taken_is_said", refused));
    trials.extend(both_within(
        2 * PATIENCE,
        "hosted::a_run_takes_so_many_polls",
        spent,
    ));
    trials
}

const PUBLISH: &str = "__temporal_workflow_stream_publish";
const POLL: &str = "__temporal_workflow_stream_poll";
const OFFSET: &str = "__temporal_workflow_stream_offset";

/// The word `hello` as an item, as Temporal's own tests have it.
const HELLO: &str = "ChYKCGVuY29kaW5nEgpqc29uL3BsYWluEgciaGVsbG8i";

fn payload(value: &Value) -> Payload {
    Payload::encode(value).unwrap()
}

/// Asks for all items from this offset, and waits for one. Another run may be about to take over.
async fn polled(runtime: &Runtime, run: &RunId, from_offset: u64) -> Result<Value, RunError> {
    let poll = payload(&json!({ "topics": [], "from_offset": from_offset }));
    let polled = runtime.engine().update(run, POLL, poll).await?;
    Ok(polled.decode().unwrap())
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
        "items": [{ "topic": "t", "data": HELLO }],
        "publisher_id": "0123456789abcdef",
        "sequence": 1,
    });
    for _ in 0..2 {
        engine
            .signal(run.id(), PUBLISH, payload(&publish))
            .await
            .unwrap();
    }
    let polled = polled(&runtime, run.id(), 0).await.unwrap();
    assert_eq!(
        (&polled["next_offset"], &polled["items"][0]["offset"]),
        (&json!(1), &json!(0))
    );
    // One that waits has what there is when the run ends.
    let more = payload(&json!({ "topics": [], "from_offset": 1 }));
    let waiting = engine.update(run.id(), POLL, more);
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
    let all = payload(&json!({ "topics": [], "from_offset": 0 }));
    let after = engine.query(run.id(), POLL, all).await.unwrap();
    assert_eq!(after.decode::<Value>().unwrap(), polled);
    let nothing = payload(&Value::Null);
    let offset = engine.query(run.id(), OFFSET, nothing).await.unwrap();
    assert_eq!(offset.as_bytes(), b"1");
    let events = run.steps().await.unwrap();
    let events: Vec<_> = events.collect().await;
    let told = serde_json::to_string(&events).unwrap();
    assert!(!told.contains("__temporal"), "{told}");
}

/// What a body publishes is there at once, in its order, in the next run too, and to the last word.
async fn announced(runtime: Runtime) {
    let run = runtime.start::<announces>(1).await.unwrap();
    let latest = RunId::latest(run.workflow_id());
    let mut items = Vec::new();
    while items.len() < 2 {
        let polled = polled(&runtime, run.id(), items.len() as u64).await;
        items.extend(polled.unwrap()["items"].as_array().unwrap().clone());
    }
    let greeting = json!({ "topic": "greeting", "data": HELLO, "offset": 0 });
    assert_eq!(items[0], greeting);
    run.signal(Enough {}).await.unwrap();
    let polled = until_some("the next run publishes", async || {
        // A poll that comes as the run goes on is not taken.
        let polled = polled(&runtime, &latest, 2).await.ok()?;
        polled["items"]
            .as_array()
            .is_some_and(|items| !items.is_empty())
            .then_some(polled)
    })
    .await;
    let again = json!({ "topic": "greeting", "data": HELLO, "offset": 2 });
    assert_eq!(polled["items"][0], again);
    run.signal(Enough {}).await.unwrap();
    assert_eq!(run.result().await.unwrap(), 0);
    let all = payload(&json!({ "topics": ["greeting"], "from_offset": 0 }));
    let all = runtime.engine().query(&latest, POLL, all).await.unwrap();
    let all: Value = all.decode().unwrap();
    let offsets: Vec<_> = all["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| &item["offset"])
        .collect();
    assert_eq!(offsets, [0, 2, 4]);
    assert_eq!(all["next_offset"], 5);
}

async fn refused(runtime: Runtime) {
    let run = runtime.start::<whispers>(()).await.unwrap();
    let none = failure(run.result().await);
    assert_eq!(
        none.message,
        "an item of topic `quiet`: flock `whispers` hosts no stream: write `stream` in its attribute"
    );
    let run = runtime.start::<shouts>(700_000).await.unwrap();
    run.result().await.unwrap();
    let run = runtime.start::<shouts>(800_000).await.unwrap();
    let large = failure(run.result().await);
    assert_eq!(large.type_name, "TooLarge", "{large}");
}

/// Polls so often for what is there already.
async fn poll_often(runtime: &Runtime, run: &RunId, polls: usize) {
    // A server takes ten at a time.
    let polls = stream::iter(0..polls).map(|_| polled(runtime, run, 0));
    let polls = polls.buffer_unordered(8).collect::<Vec<_>>().await;
    for polled in polls {
        assert_eq!(polled.unwrap()["items"][0]["data"], HELLO);
    }
}

async fn worn() {
    let runtime = local();
    let run = runtime.start::<wears_out>(()).await.unwrap();
    let item = json!({ "items": [{ "topic": "t", "data": HELLO }] });
    let publish = runtime.engine().signal(run.id(), PUBLISH, payload(&item));
    publish.await.unwrap();
    poll_often(&runtime, run.id(), 1_498).await;
    run.signal(Tick { n: 1 }).await.unwrap();
    // Waits for the flock to have looked.
    let looked = polled(&runtime, run.id(), 1).await.unwrap();
    assert_eq!(looked["items"][0]["topic"], "ticks");
    poll_often(&runtime, run.id(), 1).await;
    run.signal(Tick { n: 2 }).await.unwrap();
    assert_eq!(run.result().await.unwrap(), 2);
}

/// After so many polls a run takes no more, and says so as Temporal's clients understand it; it still takes the answers
/// of people, and its next run takes polls again.
async fn spent(runtime: Runtime) {
    let run = runtime.start::<outworn>(true).await.unwrap();
    let latest = RunId::latest(run.workflow_id());
    poll_often(&runtime, run.id(), 1_800).await;
    let refused = refusal(polled(&runtime, run.id(), 0).await);
    assert_eq!(refused.type_name, "StreamDraining", "{refused}");
    let is_on_a_server = runtime.history(run.id()).await.is_ok();
    let mut follower = None;
    if is_on_a_server {
        assert_eq!(says(&run, &["refused"]).await, "StreamDraining");
        follower = Some(Follower::of(&run, &["0"]).await);
    }
    let request = asked(&run).await;
    run.answer(&request.id, Answer::approve()).await.unwrap();
    let taken = until_some("the next run takes polls", async || {
        polled(&runtime, &latest, 0).await.ok()
    })
    .await;
    assert_eq!(taken["items"][0]["data"], HELLO);
    if let Some(follower) = &mut follower {
        let hello = json!({ "topic": "greeting", "offset": 0, "data": "hello" });
        assert_eq!(follower.next().await, Some(hello));
    }
    run.signal(Enough {}).await.unwrap();
    if let Some(follower) = &mut follower {
        assert_eq!(follower.next().await, None);
    }
    run.result().await.unwrap();
}
