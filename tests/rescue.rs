//! What helps a run that does not go on: it is found, goes back, or is ended with others.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is a failure")]

use std::time::Duration;

use flock::{
    RunError, Runtime,
    engine::temporal::ConnectOptions,
    registry::{FlockEntry, Registry},
    runtime::{ResetTo, StuckReason},
};
use libtest_mimic::Trial;
use serde_json::{Value, json};
use tokio::sync::oneshot;

use crate::{
    flocks::{
        approving::second_thoughts,
        foreign::keeps_house,
        rescued::{CrossingInput, Onward, crossing},
    },
    support::{
        OWN, Said, address, both, builder, local, say, temporal, test, trace_file, traces, unique,
        until, until_some,
    },
};

pub(crate) fn trials() -> Vec<Trial> {
    let mut trials = vec![
        test("rescue::a_failing_task_is_found", failing_task),
        test("rescue::what_lacks_a_worker_is_found", no_worker),
        test("rescue::all_is_well", all_is_well),
        test("rescue::a_run_goes_back_to_a_step", goes_back),
        test("rescue::what_came_later_is_sent_again", sent_again),
        test("rescue::no_such_point", no_such_point),
        test("rescue::the_local_engine_keeps_no_histories", local_engine),
        test("rescue::many_are_ended_by_a_query", many),
    ];
    trials.extend(both("rescue::what_nobody_answers_is_found", asked));
    trials
}

/// Says it to the server of the tests.
async fn remotely(args: &[&str]) -> Said {
    temporal().await;
    let address = address().await;
    say(&[args, &["--address", &address]].concat()).await
}

async fn done(args: &[&str]) -> Value {
    let said = remotely(&[args, &["--json"]].concat()).await;
    assert_eq!(said.code, Some(0), "{args:?}: {}", said.err);
    said.json()
}

async fn refused(args: &[&str], code: i32, part: &str) {
    let said = remotely(args).await;
    assert_eq!(said.code, Some(code), "{args:?}: {}", said.err);
    assert!(said.err.contains(part), "{args:?}: {}", said.err);
}

/// The entry of `list --stuck` about this run, once there is one.
async fn found(id: &str, kind: &str) -> Value {
    let query = format!("WorkflowId = '{id}'");
    until_some(kind, async || {
        let found = done(&["list", "--stuck", "--query", &query]).await;
        let stuck = found["stuck"].as_array().unwrap();
        stuck
            .iter()
            .find(|one| one["stuck"] == json!(kind))
            .cloned()
    })
    .await
}

/// The worker that polls the queue does not have the flock.
async fn failing_task() {
    static OTHER: FlockEntry = FlockEntry::of::<keeps_house>();

    let runtime = temporal().await;
    let queue = unique(&format!("{OWN}lacking"));
    let id = unique("stuck-task");
    let registry = Registry::new([], [&OTHER]).unwrap();
    let options = ConnectOptions::default().address(address().await);
    let other = builder().registry(registry).connect(options).await.unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let worker = other.worker().task_queue(&queue);
    let worker = tokio::spawn(worker.run(async {
        let _ = stopped.await;
    }));
    let run = runtime.start::<second_thoughts>(()).id(&id);
    let run = run.task_queue(&queue).await.unwrap();
    let stuck = found(&id, "task_fails").await;
    assert_eq!(stuck["run_id"], json!(run.run_id()));
    assert_eq!(stuck["flock"], json!("second_thoughts"));
    let said = stuck["said"].as_str().unwrap();
    assert!(
        said.contains("does not have flock `second_thoughts`"),
        "{said}"
    );
    let helps = stuck["helps"].as_str().unwrap();
    for part in [
        format!("worker --task-queue {queue}"),
        format!("reset {id} --to last-task"),
    ] {
        assert!(helps.contains(&part), "{helps}");
    }
    let shown = remotely(&["list", "--stuck"]).await;
    assert!(
        shown.out.contains(&format!("{id}  (flock")),
        "{}",
        shown.out
    );
    run.terminate("done").await.unwrap();
    stop.send(()).unwrap();
    worker.await.unwrap().unwrap();
}

async fn no_worker() {
    let runtime = temporal().await;
    let queue = unique(&format!("{OWN}nobody"));
    let id = unique("stuck-queue");
    let run = runtime.start::<second_thoughts>(()).id(&id);
    let run = run.task_queue(&queue).await.unwrap();
    let stuck = found(&id, "no_worker").await;
    assert_eq!(stuck["unserved"]["reason"], json!("no_poller"));
    let helps = stuck["helps"].as_str().unwrap();
    assert!(
        helps.contains(&format!("worker --task-queue {queue}")),
        "{helps}"
    );
    run.terminate("done").await.unwrap();
}

/// An answer that is not due yet holds nobody up.
async fn all_is_well() {
    let runtime = temporal().await;
    let id = unique("well");
    let run = runtime.start::<second_thoughts>(()).id(&id).await.unwrap();
    let query = format!("WorkflowId = '{id}'");
    until_some("the run is listed", async || {
        let found = done(&["list", "--stuck", "--query", &query]).await;
        assert_eq!(found["stuck"], json!([]));
        (found["looked_at"] == json!(1)).then_some(())
    })
    .await;
    let shown = remotely(&["list", "--stuck", "--query", &query]).await;
    assert_eq!(shown.out, "All is well with the one run that goes on.\n");
    refused(&["list", "--asked-for", "1h"], 2, "--stuck").await;
    run.terminate("done").await.unwrap();
}

async fn asked(runtime: Runtime) {
    let id = unique("stuck-asks");
    let run = runtime.start::<second_thoughts>(()).id(&id).await.unwrap();
    let request = until_some("the request is found", async || {
        let find = runtime.stuck().flock("second_thoughts");
        let found = find.asked_for(Duration::ZERO).await.unwrap();
        let mut own = found.stuck.into_iter();
        own.find_map(|one| match one.reason {
            StuckReason::Asks { request } if one.run.workflow_id == id => Some(request),
            _ => None,
        })
    })
    .await;
    assert!(request.id.starts_with("plan-"), "{}", request.id);
    let find = runtime.stuck().flock("second_thoughts");
    let found = find.asked_for(Duration::from_secs(86_400)).await.unwrap();
    let asks = |reason: &StuckReason| matches!(reason, StuckReason::Asks { .. });
    let mut own = found.stuck.iter().filter(|one| one.run.workflow_id == id);
    assert!(
        !own.any(|one| asks(&one.reason)),
        "it asks for a moment only"
    );
    run.terminate("done").await.unwrap();
}

/// A crossing that has failed at its gate: its id, its trace, and the gate.
async fn failed_crossing() -> (String, std::path::PathBuf, std::path::PathBuf) {
    let runtime = temporal().await;
    let file = trace_file("crossing");
    let gate = file.with_extension("gate");
    let id = unique("crossing");
    let input = CrossingInput::from((
        file.to_string_lossy().into_owned(),
        gate.to_string_lossy().into_owned(),
    ));
    let run = runtime.start::<crossing>(input).id(&id).await.unwrap();
    until("the first step", || traces(&file) == ["first"]).await;
    let onward = Onward { by: "ann".into() };
    run.signal(onward).await.unwrap();
    let error = run.result().await.unwrap_err();
    assert!(error.to_string().contains("the gate is shut"), "{error}");
    (id, file, gate)
}

async fn goes_back() {
    let (id, file, gate) = failed_crossing().await;
    let runtime = temporal().await;
    let failed = runtime.find(&id).await.unwrap();
    let reset = [
        "reset",
        &id,
        "--to",
        "first-failed",
        "--reason",
        "it is open",
    ];
    refused(&reset, 2, "say `--yes`").await;
    assert_eq!(runtime.find(&id).await.unwrap().run_id(), failed.run_id());
    std::fs::write(&gate, "").unwrap();
    let said = remotely(&[&reset[..], &["--yes", "--json"]].concat()).await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    let document = said.json();
    assert_eq!(document["workflow_id"], json!(id));
    assert_eq!(document["reset_run_id"], json!(failed.run_id()));
    assert_ne!(document["run_id"], json!(failed.run_id()));
    assert_eq!(document["kept"], json!(1));
    assert_eq!(
        document["redone"],
        json!([{ "step": 2, "what": "agent `second_leg`", "is_write": true }])
    );
    let result = done(&["result", &id]).await;
    assert_eq!(result["result"], json!("3 miles, sent by ann"));
    assert_eq!(traces(&file), ["first", "second", "second"]);
    let again = runtime.find(&id).await.unwrap();
    assert_eq!(json!(again.run_id()), document["run_id"]);
    let history = runtime.history(again.id()).await.unwrap();
    assert_eq!(history.run_id(), again.run_id());
}

/// Before the signal came; and by a handle.
async fn sent_again() {
    let (id, file, gate) = failed_crossing().await;
    std::fs::write(&gate, "").unwrap();
    let runtime = temporal().await;
    let failed = runtime.find(&id).await.unwrap();
    let failed = runtime.handle::<crossing>(failed.id().clone());
    let plan = failed.reset_plan(ResetTo::Step(1)).await.unwrap();
    assert_eq!((plan.kept, plan.redone.len()), (0, 2));
    assert_eq!(plan.reapplied, ["signal `onward`"]);
    assert!(!plan.goes_on);
    let again = failed.reset(ResetTo::Step(1), "from the start");
    let again = again.await.unwrap();
    assert_ne!(again.run_id(), failed.run_id());
    assert_eq!(again.result().await.unwrap(), "3 miles, sent by ann");
    assert_eq!(traces(&file), ["first", "second", "first", "second"]);
}

async fn no_such_point() {
    let (id, ..) = failed_crossing().await;
    let reset = |point: [&'static str; 2]| {
        let (id, [flag, point]) = (id.clone(), point);
        move |part: &'static str, code| async move {
            let reset = ["reset", &id, flag, point, "--reason", "a try", "--yes"];
            refused(&reset, code, part).await;
        }
    };
    reset(["--to", "9"])("has no step 9: they are 1 to 3", 2).await;
    reset(["--to", "writer"])("name a step by its number", 2).await;
    reset(["--to-event", "2"])("no workflow task ended before it", 2).await;
    reset(["--to-event", "5"])("the nearest before it is event 4", 2).await;
    reset(["--to-event", "999"])("has no event 999", 2).await;
    let nobody = ["reset", "no-such-run", "--to", "1", "--reason", "a try"];
    refused(&nobody, 4, "no-such-run").await;
    let whole = unique("crossing");
    let runtime = temporal().await;
    let run = runtime
        .start::<second_thoughts>(())
        .id(&whole)
        .await
        .unwrap();
    until_some("its first task", async || {
        runtime.history(run.id()).await.ok()
    })
    .await;
    let first_failed = ["reset", &whole, "--to", "first-failed", "--reason", "a try"];
    refused(&first_failed, 2, "has no step that failed").await;
    run.terminate("done").await.unwrap();
}

async fn local_engine() {
    let run = local().start::<second_thoughts>(()).await.unwrap();
    let refused = run.reset(ResetTo::Step(1), "a try").await.unwrap_err();
    assert!(matches!(refused, RunError::Invalid(_)), "{refused:?}");
    assert!(refused.to_string().contains("keeps none"), "{refused}");
    run.terminate("done").await.unwrap();
}

async fn many() {
    let runtime = temporal().await;
    let prefix = unique("many");
    let query = format!("WorkflowId STARTS_WITH '{prefix}'");
    for n in 0..5 {
        let run = runtime.start::<second_thoughts>(());
        run.id(format!("{prefix}-{n}")).await.unwrap();
    }
    let listed = async |count: usize| {
        let query = format!("{query} AND ExecutionStatus = 'Running'");
        until_some("the runs are listed", async || {
            let listed = runtime.list().query(&query).await.unwrap();
            (listed.len() == count).then_some(())
        })
        .await;
    };
    listed(5).await;
    refused(&["cancel", "--query", " "], 2, "every run there is").await;
    refused(&["cancel"], 2, "--query").await;
    refused(&["cancel", "one", "--query", &query], 2, "--query").await;
    refused(&["cancel", "one", "--yes"], 2, "--query").await;
    let cancel = ["cancel", "--query", &query];
    let unasked = remotely(&cancel).await;
    assert_eq!(unasked.code, Some(2));
    for part in ["5 runs match: 5 of `second_thoughts`", "say `--yes`"] {
        assert!(unasked.err.contains(part), "{}", unasked.err);
    }
    let two = [&cancel[..], &["--limit", "2", "--yes"]].concat();
    let document = done(&two).await;
    assert_eq!(
        (&document["matched"], &document["cancelled"]),
        (&json!(2), &json!(2))
    );
    assert_eq!(
        (&document["failed"], &document["left"]),
        (&json!([]), &json!(0))
    );
    listed(3).await;
    let rest = ["terminate", "--query", &query, "--rate", "100", "--yes"];
    let said = remotely(&rest).await;
    assert_eq!(
        (said.code, said.out.as_str()),
        (Some(0), "3 runs were ended\n")
    );
    let ended = runtime.handle::<second_thoughts>(flock::RunId::latest(format!("{prefix}-0")));
    let ended = ended.result().await.unwrap_err();
    assert!(matches!(ended, RunError::Terminated { .. }), "{ended:?}");
    listed(0).await;
    let said = remotely(&rest).await;
    assert_eq!(
        (said.code, said.out.as_str()),
        (Some(0), "No run that goes on matches.\n")
    );
}
