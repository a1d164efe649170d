//! Updates that come while no worker is there, and are held by the server until one is.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is a failure")]

use std::process::{Output, Stdio};

use flock::{Flock, FlockHandle, Runtime, dev_server::DevServer, replay::Replayer};
use libtest_mimic::Trial;
use serde_json::{Value, json};
use tokio::process::{Child, Command};

use crate::{
    flocks::{
        approving::second_thoughts,
        told::{Draft, DraftApprove, DraftInput, DraftText},
    },
    support::{AtWork, OWN, address, asked, temporal, test, unique, until_some},
};

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        test("held::an_update_for_a_fresh_worker", update),
        test("held::an_answer_for_a_fresh_worker", answer),
        test("held::an_update_from_before_the_first_worker", first),
    ]
}

/// What Temporal's own command line does with an update of the run.
async fn temporal_cli<F: Flock>(what: &str, run: &FlockHandle<F>, rest: &[&str]) -> Command {
    let mut command = Command::new(DevServer::find_cli().unwrap());
    command
        .args(["workflow", "update", what, "--address", &address().await])
        .args(["--workflow-id", run.workflow_id(), "--update-id", "held"])
        .args(["--output", "json"])
        .args(rest)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

/// Sends an update, which the server has by then, and no worker.
async fn hold<F: Flock>(run: &FlockHandle<F>, name: &str, message: &Value) -> Child {
    let message = message.to_string();
    let rest = ["--name", name, "--input", &message];
    let rest = [&rest[..], &["--wait-for-stage", "accepted"]].concat();
    let held = temporal_cli("start", run, &rest).await.spawn().unwrap();
    until_some("the server has it", async || {
        let described = temporal_cli("describe", run, &[]).await.output().await;
        described.unwrap().status.success().then_some(())
    })
    .await;
    held
}

/// What became of it.
async fn outcome<F: Flock>(run: &FlockHandle<F>, held: Child) -> Output {
    let sent = held.wait_with_output().await.unwrap();
    assert!(sent.status.success(), "it is accepted: {sent:?}");
    let result = temporal_cli("result", run, &[]).await.output().await;
    result.unwrap()
}

async fn replays(runtime: &Runtime, run: &FlockHandle<impl Flock>) {
    let history = runtime.history(run.id()).await.unwrap();
    Replayer::new().unwrap().replay(&history).await.unwrap();
}

/// The flock's body has begun, and its first line has said what the update changes.
async fn update() {
    let runtime = temporal().await;
    let queue = unique(&format!("{OWN}held"));
    let run = runtime.start::<Draft>(DraftInput::from("before".to_owned()));
    let run = run.task_queue(&queue).await.unwrap();
    let worker = AtWork::of(&runtime, &queue);
    until_some("it has begun", async || {
        let text = run.query(DraftText {}).await.ok()?;
        (text == "before").then_some(())
    })
    .await;
    worker.stop().await;
    let held = hold(&run, "edit", &json!({ "text": "after" })).await;
    let worker = AtWork::of(&runtime, &queue);
    let edited = outcome(&run, held).await;
    assert!(edited.status.success(), "{edited:?}");
    assert_eq!(run.query(DraftText {}).await.unwrap(), "after");
    run.signal(DraftApprove::from("Ann".to_owned()))
        .await
        .unwrap();
    assert_eq!(run.result().await.unwrap(), "after (1)");
    replays(&runtime, &run).await;
    worker.stop().await;
}

/// Its request is open, and not known to the worker that comes.
async fn answer() {
    let runtime = temporal().await;
    let queue = unique(&format!("{OWN}held"));
    let run = runtime.start::<second_thoughts>(()).task_queue(&queue);
    let run = run.await.unwrap();
    let worker = AtWork::of(&runtime, &queue);
    let request = asked(&run).await;
    assert_eq!(request.id, "plan-1");
    worker.stop().await;
    let yes = json!({ "id": "plan-1", "answer": { "approved": true } });
    let held = hold(&run, "answer", &yes).await;
    let worker = AtWork::of(&runtime, &queue);
    let answered = outcome(&run, held).await;
    assert!(answered.status.success(), "{answered:?}");
    let next = asked(&run).await;
    assert_eq!(next.id, "plan-2");
    run.answer("plan-2", flock::Answer::approve().comment("so be it"))
        .await
        .unwrap();
    assert_eq!(run.result().await.unwrap(), "so be it");
    replays(&runtime, &run).await;
    worker.stop().await;
}

/// It comes with the run's start, and changes what the body's first line has said.
async fn first() {
    let runtime = temporal().await;
    let queue = unique(&format!("{OWN}held"));
    let run = runtime.start::<Draft>(DraftInput::from("before".to_owned()));
    let run = run.task_queue(&queue).await.unwrap();
    let held = hold(&run, "edit", &json!({ "text": "after" })).await;
    let worker = AtWork::of(&runtime, &queue);
    let edited = outcome(&run, held).await;
    assert!(edited.status.success(), "{edited:?}");
    run.signal(DraftApprove::from("Ann".to_owned()))
        .await
        .unwrap();
    assert_eq!(run.result().await.unwrap(), "after (1)");
    replays(&runtime, &run).await;
    worker.stop().await;
}
