//! Workers that die while something waits, is undone or is half done; cancels at each phase. Those
//! during a timer and during an agent are among the parity cases.

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use flock::{ErrorKind, Flock, FlockHandle, RunError, Runtime, engine::RunId};
use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::{
    flocks::interrupted::{BookReaderInput, DozeInput, JourneyInput, book_reader, doze, journey},
    support::{
        OWN, Process, address, both, status_of, temporal, test, trace_file, traces, unique, until,
        until_some,
    },
};

pub(crate) fn trials() -> Vec<Trial> {
    let mut trials = vec![
        test("interrupted::killed_while_a_timer_runs", killed_asleep),
        test(
            "interrupted::killed_while_a_saga_is_half_undone",
            killed_undoing,
        ),
        test(
            "interrupted::killed_between_checkpoints",
            killed_between_checkpoints,
        ),
        test(
            "interrupted::cancelled_before_a_worker_has_it",
            cancelled_before_a_worker,
        ),
    ];
    trials.extend(both(
        "interrupted::cancelled_while_it_undoes",
        cancelled_undoing,
    ));
    trials
}

/// Another worker is to go on soon: heartbeats are missed after ten seconds, attempts last minutes.
const SOON: Duration = Duration::from_secs(200);

struct Started<F> {
    run: FlockHandle<F>,
    queue: String,
    address: String,
}

/// A run on a queue that nobody serves yet.
async fn start<F: Flock>(input: F::Input) -> Started<F> {
    let (runtime, address) = (temporal().await, address().await);
    let queue = unique(&format!("{OWN}interrupted"));
    let run = runtime.start::<F>(input).task_queue(&queue).await;
    Started {
        run: run.expect("a start"),
        queue,
        address,
    }
}

impl<F> Started<F> {
    fn worker(&self) -> Process {
        Process::worker(&self.address, &self.queue)
    }
}

fn text(path: &Path) -> String {
    path.display().to_string()
}

async fn state(runtime: &Runtime, run: &RunId) -> Option<Value> {
    Some(status_of(runtime, run).await?["state"].clone())
}

async fn killed_asleep() {
    let file = trace_file("asleep");
    let input = DozeInput::from((text(&file), "15s".to_owned()));
    let started = start::<doze>(input).await;
    let mut first = started.worker();
    let runtime = temporal().await;
    until_some("it sleeps", async || {
        (state(&runtime, started.run.id()).await? == json!("asleep")).then_some(())
    })
    .await;
    first.kill().await;
    let _second = started.worker();
    assert!(started.run.result().await.expect("a result"));
    // What was done before is not done again.
    assert_eq!(traces(&file), ["books to bed", "books up"]);
}

/// The trace file, and the gate at which compensation waits.
fn journey_files() -> (PathBuf, PathBuf, JourneyInput) {
    let file = trace_file("journey");
    let gate = file.with_file_name("gate");
    let input = JourneyInput::from((text(&file), text(&gate)));
    (file, gate, input)
}

fn assert_sold_out(result: Result<(), RunError>) {
    let Err(RunError::Failed(failure)) = result else {
        panic!("it fails: {result:?}");
    };
    assert_eq!(failure.kind, ErrorKind::Invalid);
    assert_eq!(failure.type_name, "SoldOut");
    assert_eq!(*failure.causes, ["undone: unbooks, unbooks, unbooks"]);
}

async fn killed_undoing() {
    let (file, gate, input) = journey_files();
    let started = start::<journey>(input).await;
    let mut first = started.worker();
    until("it is half undone", || {
        traces(&file).contains(&"unbooks b, attempt 1".to_owned())
    })
    .await;
    first.kill().await;
    std::fs::write(&gate, "").expect("the gate opens");
    let killed = Instant::now();
    let _second = started.worker();
    assert_sold_out(started.run.result().await);
    assert!(killed.elapsed() < SOON, "{:?}", killed.elapsed());
    let expected = [
        "books a",
        "books b",
        "books c",
        "unbooked c",
        "unbooks b, attempt 1",
        "unbooks b, attempt 1, again",
        "unbooked b",
        "unbooked a",
    ];
    assert_eq!(traces(&file), expected);
}

async fn killed_between_checkpoints() {
    let file = trace_file("pages");
    let started = start::<book_reader>(BookReaderInput::from(text(&file))).await;
    let mut first = started.worker();
    until("it is stuck", || {
        traces(&file).contains(&"is stuck".to_owned())
    })
    .await;
    first.kill().await;
    let killed = Instant::now();
    let _second = started.worker();
    let pages = started.run.result().await.expect("a result");
    assert!(killed.elapsed() < SOON, "{:?}", killed.elapsed());
    // The second worker did not begin anew.
    let expected = ["0 by 1", "1 by 1", "2 by 1", "3 by 2", "4 by 2", "5 by 2"];
    assert_eq!(pages, expected);
}

async fn cancelled_before_a_worker() {
    let file = trace_file("early");
    let input = DozeInput::from((text(&file), "30d".to_owned()));
    let started = start::<doze>(input).await;
    started.run.cancel("changed our minds").await.expect("told");
    let _worker = started.worker();
    let result = started.run.result().await;
    assert!(matches!(result, Err(RunError::Cancelled)), "{result:?}");
    assert!(traces(&file).is_empty(), "nothing was begun");
}

/// What is being undone goes on, and so does the rest; the run ends as it was about to.
async fn cancelled_undoing(runtime: Runtime) {
    let (file, gate, input) = journey_files();
    let run = runtime.start::<journey>(input).await.expect("a start");
    until("it is half undone", || {
        traces(&file).contains(&"unbooks b, attempt 1".to_owned())
    })
    .await;
    run.cancel("in vain").await.expect("told");
    std::fs::write(&gate, "").expect("the gate opens");
    assert_sold_out(run.result().await);
    let undone: Vec<_> = traces(&file).split_off(3);
    let expected = [
        "unbooked c",
        "unbooks b, attempt 1",
        "unbooked b",
        "unbooked a",
    ];
    assert_eq!(undone, expected);
}
