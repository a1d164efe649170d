//! Workers that die: the run goes on with another, and nothing finished is repeated.

use std::time::{Duration, Instant};

use flock::{
    Runtime,
    engine::{RunId, StartOptions},
    payload::Payload,
};
use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::support::{
    OWN, Process, address, are_done, temporal, test, trace_file, traces, unique, until,
};

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        test("crash::killed_inside_a_step", killed_inside_a_step),
        test("crash::killed_between_steps", killed_between_steps),
        test(
            "crash::asked_to_stop_it_finishes_first",
            asked_to_stop_it_finishes_first,
        ),
        test(
            "crash::two_workers_share_a_queue",
            two_workers_share_a_queue,
        ),
    ]
}

async fn killed_inside_a_step() {
    let file = trace_file("inside");
    let input = json!({ "file": file, "pause_ms": 0, "hang_once": true });
    let traced = file.clone();
    let moment = async |_: &Runtime, _: &RunId| {
        until("the second step", || {
            traces(&traced).contains(&"second 1".to_owned())
        })
        .await;
    };
    let result = killed_and_taken_over(input, moment).await;
    assert_eq!(result, json!(6));
    let expected = ["first", "second 1", "second 1, again", "third"];
    assert_eq!(traces(&file), expected);
}

async fn killed_between_steps() {
    let file = trace_file("between");
    let input = json!({ "file": file, "pause_ms": 3_000, "hang_once": false });
    // Then the flock sleeps.
    let moment = async |runtime: &Runtime, run: &RunId| are_done(runtime, run, 1).await;
    let result = killed_and_taken_over(input, moment).await;
    assert_eq!(result, json!(6));
    assert_eq!(traces(&file), ["first", "second 1", "third"]);
}

/// Starts a run and a worker, kills the worker at `moment`, starts another; gives the result.
async fn killed_and_taken_over(input: Value, moment: impl AsyncFnOnce(&Runtime, &RunId)) -> Value {
    let runtime = temporal().await;
    let address = address().await;
    let queue = unique(&format!("{OWN}crash"));
    let mut options = StartOptions::default();
    options.workflow_id = Some(unique("crash"));
    options.task_queue = Some(queue.clone());
    let flock = runtime.registry().flock("traced").expect("a linked flock");
    let input = Payload::encode(&input).expect("JSON");
    let run = runtime
        .start_entry(flock, input, options)
        .await
        .expect("a start");
    let mut first = Process::worker(&address, &queue);
    moment(&runtime, &run).await;
    first.kill().await;
    let killed = Instant::now();
    let _second = Process::worker(&address, &queue);
    let result = runtime.engine().result(&run).await.expect("a result");
    // The heartbeat is 5 s, the limit of an attempt 5 min.
    assert!(
        killed.elapsed() < Duration::from_mins(2),
        "noticed after {:?}",
        killed.elapsed()
    );
    result.decode().expect("JSON")
}

async fn two_workers_share_a_queue() {
    let runtime = temporal().await;
    let address = address().await;
    let queue = unique(&format!("{OWN}shared"));
    let _one = Process::worker(&address, &queue);
    let _two = Process::worker(&address, &queue);
    let flock = runtime
        .registry()
        .flock("shared_work")
        .expect("a linked flock");
    let mut workers = std::collections::BTreeSet::new();
    // The server decides who gets what; with two at work, both get something before long.
    while workers.len() < 2 {
        let mut options = StartOptions::default();
        options.workflow_id = Some(unique("shared"));
        options.task_queue = Some(queue.clone());
        let input = Payload::encode(&json!({ "count": 20 })).expect("JSON");
        let run = runtime
            .start_entry(flock, input, options)
            .await
            .expect("a start");
        let result = runtime.engine().result(&run).await.expect("a result");
        let done: Vec<String> = result.decode().expect("JSON");
        assert_eq!(done.len(), 20);
        for (n, entry) in done.iter().enumerate() {
            let (number, process) = entry.split_once(':').expect("number and process");
            assert_eq!(number, n.to_string());
            workers.insert(process.to_owned());
        }
    }
}

/// SIGTERM: the agent at work may finish, and the worker exits well; another takes the run on.
async fn asked_to_stop_it_finishes_first() {
    let runtime = temporal().await;
    let address = address().await;
    let queue = unique(&format!("{OWN}gate"));
    let file = trace_file("gate");
    let gate = file.with_file_name("gate");
    let mut options = StartOptions::default();
    options.workflow_id = Some(unique("gate"));
    options.task_queue = Some(queue.clone());
    let flock = runtime.registry().flock("gate").expect("a linked flock");
    let input = Payload::encode(&json!({ "file": file, "gate": gate })).expect("JSON");
    let run = runtime
        .start_entry(flock, input, options)
        .await
        .expect("a start");
    let first = Process::worker(&address, &queue);
    until("the agent", || traces(&file) == ["waits 1"]).await;
    first.terminate().await;
    std::fs::write(&gate, "").expect("the gate opens");
    assert_eq!(first.exit().await, Some(0));
    let _second = Process::worker(&address, &queue);
    let result = runtime.engine().result(&run).await.expect("a result");
    assert_eq!(
        result.decode::<Value>().expect("JSON"),
        json!({ "opened": true })
    );
    assert_eq!(traces(&file), ["waits 1", "passes"]);
}
