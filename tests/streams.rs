//! What agents say while they are at work reaches whoever follows their run, and no history.

use std::path::Path;

use flock::{
    __private::futures_util::{StreamExt, stream::BoxStream},
    Flock, FlockHandle, Runtime,
    runtime::{Piece, StepEvent, StepPhase},
};
use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::{
    flocks::{
        streamed::{Hum, LINES, Rattle, Ruminate, STORY, Testify, asks_sage},
        traced::trace,
    },
    support::{
        OWN, Process, Spoken, address, both, local, say, temporal, test, trace_file, traces,
        unique, until,
    },
};

pub(crate) fn trials() -> Vec<Trial> {
    let mut trials: Vec<Trial> = [
        both("streams::an_attempt_that_fails_begins_anew", anew),
        both("streams::a_model_is_heard", model),
    ]
    .into_iter()
    .flatten()
    .collect();
    trials.extend([
        test("streams::each_word_is_heard_in_its_place::local", places),
        test("streams::a_slow_reader_is_told::local", slow),
        test("streams::a_worker_that_dies::temporal", dies),
        test("streams::what_history_would_have::temporal", silent),
        test("streams::by_command::local", command),
        test("streams::by_command_from_elsewhere::temporal", elsewhere),
    ]);
    trials
}

/// A run's events in a few words each, texts put together.
struct Heard {
    stream: BoxStream<'static, StepEvent>,
    told: Vec<String>,
}

impl Heard {
    async fn of<F: Flock>(run: &FlockHandle<F>) -> Self {
        Self {
            stream: run.stream().await.unwrap(),
            told: Vec::new(),
        }
    }

    /// Listens until the last that is told is this.
    async fn until(&mut self, wanted: &str) {
        while self.told.last().is_none_or(|last| last != wanted) {
            let next = self.stream.next().await;
            let next = next.unwrap_or_else(|| panic!("no `{wanted}` in {:?}", self.told));
            self.hear(next);
        }
    }

    async fn all(mut self) -> Vec<String> {
        while let Some(event) = self.stream.next().await {
            self.hear(event);
        }
        self.told
    }

    fn hear(&mut self, event: StepEvent) {
        let told = match event {
            StepEvent::Streamed(said) => match said.piece {
                Piece::Text { text } => {
                    let last = self.told.last_mut().expect("it has begun");
                    last.push_str(&text);
                    return;
                }
                Piece::Begun => format!("{} {}/{}: ", said.agent, said.attempt, said.lost_workers),
                Piece::ToolCall { tool } => format!("calls {tool}: "),
                other => format!("{other:?}"),
            },
            StepEvent::Agent(step) => match step.phase {
                StepPhase::Started => format!("{} starts", step.agent),
                StepPhase::Completed { .. } => format!("{} ends", step.agent),
                StepPhase::Retrying { .. } => format!("{} fails", step.agent),
                StepPhase::WorkerLost { .. } => format!("{} is lost", step.agent),
                other => format!("{other:?}"),
            },
            StepEvent::Ended(end) => end.status.to_string(),
            other => serde_json::to_value(other).unwrap()["event"].to_string(),
        };
        self.told.push(told);
    }
}

fn text(path: &Path) -> String {
    path.display().to_string()
}

/// What was said is nowhere in the run's history.
async fn forgotten<F: Flock>(runtime: &Runtime, run: &FlockHandle<F>, words: &[&str]) {
    if runtime.engine().name() == "temporal" {
        let history = runtime.history(run.id()).await.unwrap().to_json();
        for said in words {
            assert!(!history.contains(said), "{said} in {history}");
        }
    }
}

async fn anew(runtime: Runtime) {
    let file = text(&trace_file("ruminates"));
    let run = runtime.start::<Ruminate>(file.clone()).await.unwrap();
    until("it is at work", || traces(Path::new(&file)).len() == 1).await;
    // Late, and heard all the same.
    let mut heard = Heard::of(&run).await;
    heard.until("ruminates 1/0: a wild guess").await;
    trace(&file, "fail");
    heard.until("ruminates 2/0: the truth").await;
    let others = Heard::of(&run).await;
    trace(&file, "end");
    assert_eq!(run.result().await.unwrap().said, "told");
    let mut told = heard.all().await;
    // The last words are those of the last heartbeat, on Temporal.
    let last = told
        .iter_mut()
        .find(|told| told.starts_with("ruminates 2/0"));
    let last = last.unwrap();
    if runtime.engine().name() == "temporal" {
        last.truncate("ruminates 2/0: the truth".len());
        last.push_str(", and nothing else");
    }
    let wanted = [
        "ruminates starts",
        "ruminates 1/0: a wild guess",
        "ruminates fails",
        "ruminates 2/0: the truth, and nothing else",
        "ruminates ends",
        "completed",
    ];
    assert_eq!(told, wanted);
    let others = others.all().await;
    assert!(!others.concat().contains("guess"), "{others:?}");
    forgotten(&runtime, &run, &["wild", "truth"]).await;
}

async fn model(runtime: Runtime) {
    let file = text(&trace_file("testifies"));
    let run = runtime.start::<Testify>(file.clone()).streamed();
    let run = run.await.unwrap();
    let mut heard = Heard::of(&run).await;
    heard.until("witness 1/0: It was ").await;
    trace(&file, "end");
    let told = heard.all().await;
    let [starts, said, ends, completed] = told.as_slice() else {
        panic!("{told:?}")
    };
    assert_eq!([starts, ends], ["witness starts", "witness ends"]);
    assert_eq!(completed, "completed");
    match runtime.engine().name() {
        // Its last words are in its result.
        "temporal" => assert!("witness 1/0: It was the gull".starts_with(said), "{said}"),
        _ => assert_eq!(said, "witness 1/0: It was the gull"),
    }
    assert_eq!(run.result().await.unwrap().story, "It was the gull");
    forgotten(&runtime, &run, &["u0067"]).await;
}

/// Tools and children too, and each word before the end of its step.
async fn places() {
    let runtime = local();
    let run = runtime.start::<asks_sage>("love".to_owned()).await.unwrap();
    let run = run.result().await.unwrap();
    assert_eq!(run, "It is love.");
    let child = runtime.start_named("ask", json!({ "about": "love" }));
    let child = child.streamed().await.unwrap();
    let mut heard = Heard {
        stream: child.stream().await.unwrap(),
        told: Vec::new(),
    };
    heard.until("completed").await;
    let wanted = [
        "sage starts",
        "sage 1/0: ",
        "calls looks: ",
        "sage ends",
        "looks starts",
        "looks 1/0: looking for love",
        "looks ends",
        "sage starts",
        r#"sage 1/0: {"answer":"It is love.","sources":1}"#,
        "sage ends",
        "completed",
    ];
    assert_eq!(heard.told, wanted);
}

/// It is held up by nobody, and whoever did not listen is told how much went by.
async fn slow() {
    let runtime = local();
    let run = runtime.start::<Rattle>(()).streamed().await.unwrap();
    assert_eq!(run.result().await.unwrap().lines, LINES);
    let mut stream = run.stream().await.unwrap();
    let (mut missed, mut heard, mut last) = (0, 0, String::new());
    while let Some(event) = stream.next().await {
        if let StepEvent::Streamed(said) = event {
            match said.piece {
                Piece::Missed { bytes } => missed += usize::try_from(bytes).unwrap(),
                Piece::Text { text } => {
                    heard += text.len();
                    last = text;
                }
                _ => {}
            }
        }
    }
    assert_eq!(missed + heard, LINES * 64);
    assert!(missed > 0 && heard >= 64 << 10, "{missed} and {heard}");
    assert!(last.ends_with(&format!("{:063}\n", LINES - 1)), "{last}");
}

async fn dies() {
    let (runtime, address) = (temporal().await, address().await);
    let (queue, file) = (unique(&format!("{OWN}dies")), trace_file("dies"));
    let run = runtime.start::<Ruminate>(text(&file)).task_queue(&queue);
    let run = run.await.unwrap();
    let mut heard = Heard::of(&run).await;
    let mut worker = Process::worker(&address, &queue);
    heard.until("ruminates 1/0: a wild guess").await;
    worker.kill().await;
    let _next = Process::worker(&address, &queue);
    heard.until("ruminates 1/1: a wild guess").await;
    let lost = heard.told.iter().any(|told| told == "ruminates is lost");
    assert!(lost, "{:?}", heard.told);
    trace(&text(&file), "fail");
    trace(&text(&file), "end");
    assert_eq!(run.result().await.unwrap().said, "told");
    forgotten(&runtime, &run, &["wild", "truth"]).await;
}

/// Where the server would copy the words into the history, they are not said.
async fn silent() {
    let runtime = temporal().await;
    let file = trace_file("hums");
    let run = runtime.start::<Hum>(text(&file)).await.unwrap();
    let heard = Heard::of(&run).await;
    until("it is at work", || traces(&file).len() == 1).await;
    trace(&text(&file), "end");
    let told = heard.all().await;
    assert_eq!(told, ["hums starts", "hums ends", "completed"]);
}

/// The events on a command's stderr.
fn events(stderr: &str) -> Vec<Value> {
    let lines = stderr.lines().map(serde_json::from_str);
    lines.map(|line| line.expect("JSON")).collect()
}

async fn command() {
    let input = ["--input", "about=gulls"];
    let said = say(&[&["run", "tell", "--json", "--stream"], &input[..]].concat()).await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert_eq!(said.json()["result"]["story"], STORY);
    let events = events(&said.err);
    let begun = &events[1];
    let wanted = json!({
        "event": "streamed", "step": 1, "agent": "teller", "summary": "spoken/any",
        "attempt": 1, "piece": "begun",
    });
    assert_eq!(*begun, wanted);
    let heard: String = events
        .iter()
        .filter_map(|event| event["text"].as_str())
        .collect();
    assert_eq!(heard, STORY);
    let said = say(&[&["run", "tell", "--stream"], &input[..]].concat()).await;
    let line = format!("teller (spoken/any) │ {STORY}");
    assert!(said.err.lines().any(|told| told == line), "{}", said.err);
    // Unasked, stderr is as it was.
    let said = say(&[&["run", "tell", "--json"], &input[..]].concat()).await;
    assert!(!said.err.contains("streamed"), "{}", said.err);
}

async fn elsewhere() {
    let (runtime, address) = (temporal().await, address().await);
    let file = text(&trace_file("elsewhere"));
    let run = runtime.start::<Ruminate>(file.clone()).await.unwrap();
    let status = ["status", run.workflow_id(), "--watch", "--stream", "--json"];
    let args = [&status[..], &["--address", &address]].concat();
    let mut watching = Spoken::new(&args);
    watching.says(&["\"piece\":\"text\"", "a wild guess"]).await;
    trace(&file, "fail");
    watching
        .says(&["\"piece\":\"begun\"", "\"attempt\":2"])
        .await;
    watching.says(&["\"piece\":\"text\"", "the truth"]).await;
    trace(&file, "end");
    assert_eq!(watching.exit().await, Some(0));
}
