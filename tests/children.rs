//! Children, and signals between flocks: the same on both engines.

use std::{path::Path, sync::atomic::Ordering};

use flock::{
    ErrorKind, Flock, FlockHandle, RunError, Runtime,
    engine::{RunId, RunStatus, StartOptions},
    payload::Payload,
    registry::{FlockEntry, Registry},
};
use libtest_mimic::Trial;
use serde_json::json;

use crate::{
    flocks::{
        children::{
            HELD, allots, asks_reviewers, calls_off, changes_its_mind, doubles_all,
            doubles_by_child, dozes, insists, leaves, loses_patience, names_again, names_alike,
            queues, reviews_for, stops, watches_over,
        },
        told::{Enough, await_review},
    },
    support::{
        OWN, Process, address, both, builder, failure, temporal, test, trace_file, traces, unique,
        until,
    },
};

pub(crate) fn trials() -> Vec<Trial> {
    let mut trials: Vec<Trial> = [
        both("children::give_results_and_errors", results),
        both("children::fail_their_parent_as_they_failed", failing),
        both("children::are_runs_of_their_own", of_their_own),
        both("children::end_with_their_parents_cancellation", cancelled),
        both("children::that_are_dropped_are_cancelled", dropped),
        both("children::are_cancelled_by_handle", by_handle),
        both("children::have_time_limits", limits),
        both("children::can_be_terminated", terminated),
        both("children::are_left_as_was_said", left),
        both("children::of_a_shielded_parent_go_on", shielded),
        both("children::cannot_share_an_id", alike),
        both("children::reuse_ids_as_was_said", reuse),
        both("children::go_to_their_own_queue", on_queues),
        both("children::are_told_things", told),
        both("strangers::are_told_things", strangers),
        both("strangers::are_cancelled", stopped),
    ]
    .into_iter()
    .flatten()
    .collect();
    trials.push(test("children::must_be_linked", unlinked));
    trials.push(test("children::outlive_their_worker", killed));
    trials.push(test("children::hear_of_it_before_they_start", unstarted));
    trials
}

async fn results(runtime: Runtime) {
    let run = runtime.start::<doubles_all>(vec![1_u64, 13, 21]).await;
    let told = run.unwrap().result().await.unwrap();
    let wanted = ["2", "NotFound Superstition doubler: there is no 13", "42"];
    assert_eq!(told, wanted);
}

async fn failing(runtime: Runtime) {
    let run = runtime.start::<doubles_by_child>(13_u64).await.unwrap();
    let failure = failure(run.result().await);
    assert_eq!(failure.kind, ErrorKind::NotFound);
    assert_eq!(failure.type_name, "Superstition");
    assert_eq!(failure.agent.as_deref(), Some("doubler"));
}

/// A child of `F`, found by its id.
fn child<F: Flock>(runtime: &Runtime, id: &str) -> FlockHandle<F> {
    runtime.handle(RunId::latest(id))
}

async fn began(file: &Path) {
    until("the child has begun", || !traces(file).is_empty()).await;
}

fn text(file: &Path) -> String {
    file.to_string_lossy().into_owned()
}

async fn of_their_own(runtime: Runtime) {
    let (file, id) = (trace_file("own"), unique("own"));
    let run = runtime.start::<watches_over>((text(&file), id.clone()));
    let run = run.await.unwrap();
    began(&file).await;
    let described = child::<dozes>(&runtime, &id).describe().await.unwrap();
    assert_eq!(described.flock, "dozes");
    assert_eq!(described.status, RunStatus::Running);
    assert_eq!(described.id.workflow_id, id);
    assert_ne!(described.id.run_id, run.run_id());
    // Cancelled from outside, it ends as cancelled, and its parent is told so.
    child::<dozes>(&runtime, &id)
        .cancel("enough")
        .await
        .unwrap();
    let failure = failure(run.result().await);
    assert_eq!(failure.kind, ErrorKind::Cancelled);
    assert_eq!(failure.message, "the child `dozes` was cancelled");
    assert_eq!(traces(&file), ["began", "cleaned up"]);
}

async fn cancelled(runtime: Runtime) {
    let (file, id) = (trace_file("cancelled"), unique("cancelled"));
    let run = runtime.start::<watches_over>((text(&file), id.clone()));
    let run = run.await.unwrap();
    began(&file).await;
    run.cancel("enough").await.unwrap();
    let end = run.result().await;
    assert!(matches!(end, Err(RunError::Cancelled)), "{end:?}");
    // The parent has waited for it.
    assert_eq!(traces(&file), ["began", "cleaned up"]);
    let end = child::<dozes>(&runtime, &id).result().await;
    assert!(matches!(end, Err(RunError::Cancelled)), "{end:?}");
}

async fn dropped(runtime: Runtime) {
    let (file, id) = (trace_file("dropped"), unique("dropped"));
    let run = runtime.start::<loses_patience>((text(&file), id.clone()));
    let told = run.await.unwrap().result().await.unwrap();
    assert!(told.starts_with("Timeout Timeout nobody"), "{told}");
    let end = child::<dozes>(&runtime, &id).result().await;
    assert!(matches!(end, Err(RunError::Cancelled)), "{end:?}");
}

async fn by_handle(runtime: Runtime) {
    let file = trace_file("handle");
    let run = runtime.start::<calls_off>(text(&file)).await.unwrap();
    let told = run.result().await.unwrap();
    assert_eq!(
        told,
        "Cancelled Cancelled nobody: the child `dozes` was cancelled"
    );
}

async fn limits(runtime: Runtime) {
    let start = async |limit: &str| {
        let file = text(&trace_file("limits"));
        let run = runtime.start::<allots>((file, limit.to_owned())).await;
        run.unwrap().result().await.unwrap()
    };
    assert_eq!(
        start("1s").await,
        "Timeout Timeout nobody: the child `dozes` took longer than its `timeout`"
    );
    let refused = start("soon").await;
    assert!(refused.starts_with("Invalid"), "{refused}");
}

async fn terminated(runtime: Runtime) {
    let (file, id) = (trace_file("terminated"), unique("terminated"));
    let run = runtime.start::<watches_over>((text(&file), id.clone()));
    let run = run.await.unwrap();
    began(&file).await;
    child::<dozes>(&runtime, &id)
        .terminate("enough")
        .await
        .unwrap();
    let failure = failure(run.result().await);
    assert_eq!(
        (failure.kind, failure.type_name.as_str()),
        (ErrorKind::Permanent, "Terminated")
    );
    assert_eq!(traces(&file), ["began"]);
}

async fn left(runtime: Runtime) {
    for policy in ["terminate", "cancel", "abandon"] {
        let (file, id) = (trace_file(policy), unique(policy));
        let input = (text(&file), id.clone(), policy.to_owned());
        let run = runtime.start::<leaves>(input).await.unwrap();
        began(&file).await;
        run.signal(Enough {}).await.unwrap();
        run.result().await.unwrap();
        let child = child::<dozes>(&runtime, &id);
        match policy {
            "terminate" => {
                let end = child.result().await;
                assert!(matches!(end, Err(RunError::Terminated { .. })), "{end:?}");
                assert_eq!(traces(&file), ["began"]);
            }
            "cancel" => {
                let end = child.result().await;
                assert!(matches!(end, Err(RunError::Cancelled)), "{end:?}");
                assert_eq!(traces(&file), ["began", "cleaned up"]);
            }
            _ => {
                let status = child.describe().await.unwrap().status;
                assert_eq!(status, RunStatus::Running);
                child.terminate("the test is over").await.unwrap();
            }
        }
    }
}

async fn shielded(runtime: Runtime) {
    let file = trace_file("shielded");
    let run = runtime.start::<insists>(text(&file)).await.unwrap();
    run.cancel("enough").await.unwrap();
    let end = run.result().await;
    assert!(matches!(end, Err(RunError::Cancelled)), "{end:?}");
    assert_eq!(traces(&file), ["doubled 42"]);
}

async fn alike(runtime: Runtime) {
    let (file, id) = (trace_file("alike"), unique("alike"));
    let run = runtime
        .start::<names_alike>((text(&file), id.clone()))
        .await;
    let told = run.unwrap().result().await.unwrap();
    assert_eq!(
        told,
        [format!(
            "Permanent AlreadyRunning nobody: there is a run with the id `{id}` already: give the child another id, or none for a random one"
        )]
    );
}

async fn reuse(runtime: Runtime) {
    let tell = async |n: u64| {
        let run = runtime.start::<names_again>((unique("again"), n)).await;
        run.unwrap().result().await.unwrap()
    };
    assert_eq!(tell(1).await, ["AlreadyRunning", "AlreadyRunning", "4"]);
    assert_eq!(tell(13).await, ["AlreadyRunning", "4", "4"]);
}

async fn on_queues(runtime: Runtime) {
    let run = runtime.start::<queues>(()).await.unwrap();
    let told = run.result().await.unwrap();
    assert_eq!(told, ["children-own", "suite", "children-parents"]);
}

async fn told(runtime: Runtime) {
    let names: Vec<_> = (0..5).map(|n| n.to_string()).collect();
    let run = runtime
        .start::<asks_reviewers>(names.clone())
        .await
        .unwrap();
    assert_eq!(run.result().await.unwrap(), names);
}

async fn strangers(runtime: Runtime) {
    let waits = runtime
        .start::<await_review>("1m".to_owned())
        .await
        .unwrap();
    let to = waits.workflow_id().to_owned();
    let tell = async |to: &str| {
        let run = runtime.start::<reviews_for>((to.to_owned(), "Ann".to_owned()));
        run.await.unwrap().result().await
    };
    tell(&to).await.unwrap();
    assert_eq!(waits.result().await.unwrap(), "Ann");
    for nobody in [to.as_str(), &unique("nobody")] {
        let failure = failure(tell(nobody).await);
        assert_eq!(failure.kind, ErrorKind::NotFound);
        assert!(failure.message.contains(nobody), "{}", failure.message);
    }
}

async fn stopped(runtime: Runtime) {
    let (file, id) = (trace_file("stopped"), unique("stopped"));
    let other = runtime.start::<dozes>(text(&file)).id(&id).await.unwrap();
    began(&file).await;
    let stop = async |id: &str| {
        let run = runtime.start::<stops>(id.to_owned()).await;
        run.unwrap().result().await
    };
    stop(&id).await.unwrap();
    let end = other.result().await;
    assert!(matches!(end, Err(RunError::Cancelled)), "{end:?}");
    // Nothing happens when it has ended, as when a program asks.
    stop(&id).await.unwrap();
    let failure = failure(stop(&unique("nobody")).await);
    assert_eq!(failure.kind, ErrorKind::NotFound);
}

async fn unlinked() {
    static PARENT: FlockEntry = FlockEntry::of::<doubles_by_child>();
    let registry = Registry::new([], [&PARENT]).unwrap();
    let runtime = builder().registry(registry).build().unwrap();
    let run = runtime.start::<doubles_by_child>(1_u64).await.unwrap();
    let failure = failure(run.result().await);
    assert_eq!(failure.type_name, "NotLinked");
    let message = "flock `doubles` is not linked into this program: add `use suite as _;` to it";
    assert_eq!(failure.message, message);
}

/// The server has the child's start and not told of it, when the parent drops it and ends.
async fn unstarted() {
    let runtime = temporal().await;
    let (file, id) = (trace_file("unstarted"), unique("unstarted"));
    let run = runtime.start::<changes_its_mind>((text(&file), id.clone()));
    let run = run.await.unwrap();
    until("the first task", || HELD.0.load(Ordering::Acquire)).await;
    run.signal(Enough {}).await.unwrap();
    HELD.1.store(true, Ordering::Release);
    assert!(!run.result().await.unwrap(), "the signal came first");
    let end = child::<dozes>(&runtime, &id).result().await;
    assert!(matches!(end, Err(RunError::Cancelled)), "{end:?}");
}

/// A worker killed while a child's agent is at work: another goes on, and nothing is repeated.
async fn killed() {
    let (runtime, address) = (temporal().await, address().await);
    let (queue, file) = (unique(&format!("{OWN}sheltered")), trace_file("sheltered"));
    let mut options = StartOptions::default();
    options.workflow_id = Some(unique("sheltered"));
    options.task_queue = Some(queue.clone());
    let flock = runtime.registry().flock("sheltered").unwrap();
    let input = json!({ "file": file, "pause_ms": 0, "hang_once": true });
    let input = Payload::encode(&input).unwrap();
    let run = runtime.start_entry(flock, input, options).await.unwrap();
    let mut first = Process::worker(&address, &queue);
    let second = "second 1".to_owned();
    until("the second step", || traces(&file).contains(&second)).await;
    first.kill().await;
    let _second = Process::worker(&address, &queue);
    let result = runtime.engine().result(&run).await.unwrap();
    assert_eq!(result.decode::<u64>().unwrap(), 6);
    assert_eq!(
        traces(&file),
        ["first", "second 1", "second 1, again", "third"]
    );
}
