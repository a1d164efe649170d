//! Whoever waits for a worker that does not come is told what is missing, where, and the command that
//! mends it.

use std::time::Duration;

use flock::{RunError, engine::UnservedReason};
use libtest_mimic::Trial;

use crate::{
    flocks::told::{Draft, DraftInput, DraftText},
    support::{OWN, Process, Spoken, address, say, temporal, test, unique, until_some},
};

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        test("silence::a_queue_without_a_worker", no_worker),
        test("silence::a_worker_that_was_killed", killed),
        test("silence::a_worker_that_has_ended", ended),
        test("silence::a_deployment_that_is_not_current", not_current),
        test("silence::a_plain_worker_beside_a_deployment", plain),
        test("silence::an_agent_on_a_queue_of_its_own", agent),
        test("silence::a_program_that_embeds_flock", embedded),
        test("silence::a_question_to_a_run", question),
    ]
}

/// `run --engine temporal` of a flock that takes a moment.
async fn run(queue: &str, more: &[&str]) -> Spoken {
    let address = address().await;
    let run = ["run", "chain", "-i", "topic=rust", "--task-queue", queue];
    let at = ["--engine", "temporal", "--address", &address];
    Spoken::new(&[&run[..], &at, more].concat())
}

fn queue() -> String {
    unique(&format!("{OWN}silent"))
}

/// Until the server has seen a worker on `queue`, and that of `build` where one is named.
async fn polled(queue: &str) {
    let runtime = temporal().await;
    until_some("a worker polls", async || {
        let found = runtime.engine().queue_unserved(queue).await?;
        (found.reason != UnservedReason::NoPoller).then_some(())
    })
    .await;
}

async fn no_worker() {
    temporal().await;
    let (queue, address) = (queue(), address().await);
    let mut run = run(&queue, &[]).await;
    run.says(&[&format!("no worker polls task queue `{queue}`")])
        .await;
    let command = format!(" worker --task-queue {queue} --address {address}");
    run.says(&["to have it served: ", &command]).await;
    assert_eq!(run.exit().await, Some(3));
}

/// Killed a moment ago, its last poll is still counted by the server.
async fn killed() {
    temporal().await;
    let (queue, address) = (queue(), address().await);
    let mut worker = Process::worker(&address, &queue);
    polled(&queue).await;
    worker.kill().await;
    let mut run = run(&queue, &[]).await;
    run.says(&[&queue, "it is busy, or gone"]).await;
    let command = format!(" worker --task-queue {queue} --address {address}");
    run.says(&[&command]).await;
    let _worker = Process::worker(&address, &queue);
    assert_eq!(run.exit().await, Some(0));
}

/// One that said goodbye is not counted.
async fn ended() {
    temporal().await;
    let (queue, address) = (queue(), address().await);
    let worker = Process::worker(&address, &queue);
    polled(&queue).await;
    worker.terminate().await;
    assert_eq!(worker.exit().await, Some(0));
    let mut run = run(&queue, &[]).await;
    run.says(&[&format!("no worker polls task queue `{queue}`")])
        .await;
    assert_eq!(run.exit().await, Some(3));
}

async fn not_current() {
    temporal().await;
    let (queue, address) = (queue(), address().await);
    let deployment = unique("shop");
    let flags = ["--task-queue", &queue, "--deployment", &deployment];
    let flags = [&flags[..], &["--build-id", "v1"]].concat();
    let _worker = Process::worker_with(&address, &flags);
    polled(&queue).await;
    let mut run = run(&queue, &[]).await;
    let current = format!(" deployments set-current {deployment} --build-id v1 ");
    run.says(&[&current]).await;
    assert_eq!(run.exit().await, Some(3));
}

async fn plain() {
    temporal().await;
    let (queue, address) = (queue(), address().await);
    let deployment = unique("shop");
    let flags = ["--task-queue", &queue, "--deployment", &deployment];
    let flags = [&flags[..], &["--build-id", "v1"]].concat();
    let versioned = Process::worker_with(&address, &flags);
    polled(&queue).await;
    let current = ["deployments", "set-current", &deployment, "--build-id"];
    let current = [&current[..], &["v1", "--address", &address]].concat();
    until_some("the build is current", async || {
        let said = say(&current).await;
        (said.code == Some(0)).then_some(())
    })
    .await;
    versioned.terminate().await;
    versioned.exit().await;
    let _plain = Process::worker(&address, &queue);
    let mut run = run(&queue, &[]).await;
    let command = format!(" worker --deployment {deployment} --build-id v1 --task-queue {queue} ");
    run.says(&[&command]).await;
    assert_eq!(run.exit().await, Some(3));
}

async fn agent() {
    temporal().await;
    let address = address().await;
    // A queue of this test alone: a program's worker serves all that its agents name.
    let (id, hermitage) = (unique("lonely"), queue());
    let input = format!("hermitage={hermitage}");
    let at = ["--address", &address];
    let run = [
        "run", "lonely", "-i", &input, "--engine", "temporal", "--id", &id,
    ];
    let mut run = Spoken::of(Process::command(&[&run[..], &at].concat()));
    let waits = format!("agent `hermit` waits: no worker polls task queue `{hermitage}`");
    run.says(&[&waits]).await;
    let command = format!(" worker --task-queue {hermitage} --address {address}");
    run.says(&["to have it served: ", &command]).await;
    let status = say(&[&["status", &id, "--json"][..], &at].concat()).await;
    let unserved = &status.json()["unserved"][0];
    assert_eq!(unserved["agent"], "hermit");
    assert_eq!(unserved["task_queue"], hermitage.as_str());
    assert_eq!(unserved["reason"], "no_poller");
    let mut result = Spoken::of(Process::command(&[&["result", &id][..], &at].concat()));
    result.says(&[&waits]).await;
    let ended = say(&[&["terminate", &id][..], &at].concat()).await;
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    assert_eq!(run.exit().await, Some(5));
    assert_eq!(result.exit().await, Some(5));
}

/// A program that has no worker of its own: its log says so, and it goes on waiting.
async fn embedded() {
    temporal().await;
    let (queue, address) = (queue(), address().await);
    let program = std::env::current_exe().expect("this program");
    let mut command = tokio::process::Command::new(program);
    command.args(["--embedded", &address, &queue]);
    command.env_remove("RUST_LOG").kill_on_drop(true);
    let mut program = Spoken::of(command);
    let lack = format!("no worker polls task queue `{queue}`");
    let help = format!("`worker --task-queue {queue}`");
    program.says(&["WARN", &lack, &help]).await;
    let _worker = Process::worker(&address, &queue);
    assert_eq!(program.exit().await, Some(0));
}

async fn question() {
    let (runtime, queue) = (temporal().await, queue());
    let draft = runtime.start::<Draft>(DraftInput::from("a b"));
    let draft = draft.task_queue(&queue).id(unique("asked")).await;
    let draft = draft.expect("a start");
    let asked = tokio::time::timeout(Duration::from_secs(40), draft.query(DraftText {})).await;
    match asked.expect("it does not wait for ever") {
        Err(RunError::NoWorker(one)) => {
            assert_eq!(one.task_queue, queue);
            assert_eq!(one.reason, UnservedReason::NoPoller);
        }
        other => panic!("{other:?}"),
    }
    draft.terminate("done").await.expect("it goes on");
}
