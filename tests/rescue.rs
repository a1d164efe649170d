//! What helps a run that does not go on: it is found, goes back, or is ended with others.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is a failure")]

mod many;

use std::time::Duration;

use flock::{
    Flock, RunError, Runtime,
    registry::FlockEntry,
    runtime::{ResetTo, StuckReason},
};
use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::{
    flocks::{
        approving::second_thoughts,
        foreign::keeps_house,
        rescued::{CrossingInput, Onward, crossing},
    },
    support::{
        AtWork, OWN, address, both, done, local, proxy, refused, remotely, say, temporal, test,
        trace_file, traces, unique, until, until_some,
    },
};

static OTHER: FlockEntry = FlockEntry::of::<keeps_house>();

pub(crate) fn trials() -> Vec<Trial> {
    let mut trials = vec![
        test("rescue::a_failing_task_is_found", failing_task),
        test(
            "rescue::what_fails_is_found_beyond_the_limit",
            beyond_the_limit,
        ),
        test("rescue::one_fault_ends_no_search", one_fault),
        test("rescue::what_lacks_a_worker_is_found", no_worker),
        test("rescue::all_is_well", all_is_well),
        test("rescue::a_run_goes_back_to_a_step", goes_back),
        test("rescue::what_came_later_is_sent_again", sent_again),
        test("rescue::no_such_point", no_such_point),
        test("rescue::the_local_engine_keeps_no_histories", local_engine),
    ];
    trials.extend(many::trials());
    trials.extend(both("rescue::what_nobody_answers_is_found", asked));
    trials
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
    let runtime = temporal().await;
    let queue = unique(&format!("{OWN}lacking"));
    let id = unique("stuck-task");
    let worker = AtWork::program(&queue, &[], &[&OTHER]).await;
    let run = runtime.start::<second_thoughts>(()).id(&id);
    let run = run.task_queue(&queue).await.unwrap();
    let stuck = found(&id, "task_fails").await;
    assert_eq!(stuck["run_id"], json!(run.run_id()));
    assert_eq!(stuck["flock"], json!("second_thoughts"));
    let said = stuck["said"].as_str().unwrap();
    // The SDK says it of the first task, and lets those that follow run out of their time.
    let ways = ["does not have flock `second_thoughts`", "runs out of time"];
    assert!(ways.iter().any(|way| said.contains(way)), "{said}");
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
    worker.stop().await;
}

/// Although more run than are looked at, since the server indexes it.
async fn beyond_the_limit() {
    let runtime = temporal().await;
    let queue = unique(&format!("{OWN}lacking"));
    let prefix = unique("beyond");
    let worker = AtWork::program(&queue, &[], &[&OTHER]).await;
    let begin = async |name: &str, queue: &str| {
        let run = runtime.start::<second_thoughts>(());
        let run = run.id(format!("{prefix}-{name}")).task_queue(queue);
        run.await.unwrap()
    };
    let fails = begin("fails", &queue).await;
    let newer = begin("newer", second_thoughts::DESCRIPTOR.task_queue()).await;
    let query = format!("WorkflowId STARTS_WITH '{prefix}'");
    let list = ["list", "--stuck", "--limit", "1", "--query", &query];
    let found = until_some("the server has indexed it", async || {
        let found = done(&list).await;
        (found["looked_at"] == json!(2)).then_some(found)
    })
    .await;
    assert_eq!(found["more"], json!(true), "{found}");
    assert_eq!(
        found["stuck"][0]["run_id"],
        json!(fails.run_id()),
        "{found}"
    );
    assert_eq!(found["stuck"][0]["stuck"], json!("task_fails"), "{found}");
    for run in [fails, newer] {
        run.terminate("done").await.unwrap();
    }
    worker.stop().await;
}

/// What cannot be asked of one run is told with its name, and the others are looked at.
async fn one_fault() {
    let runtime = temporal().await;
    let queue = unique(&format!("{OWN}nobody"));
    let prefix = unique("fault");
    let mut runs = Vec::new();
    for n in 0..2 {
        let run = runtime.start::<second_thoughts>(());
        let run = run.id(format!("{prefix}-{n}")).task_queue(&queue);
        runs.push(run.await.unwrap());
    }
    let query = format!("WorkflowId STARTS_WITH '{prefix}'");
    let all = ["list", "--stuck", "--query", &query];
    until_some("both wait in vain", async || {
        let stuck = done(&all).await["stuck"].as_array().unwrap().len();
        (stuck == 2).then_some(())
    })
    .await;
    let method = "DescribeWorkflowExecution";
    // FAILED_PRECONDITION, which nobody asks again.
    let port = proxy::refusing_once(address().await, method, ("9", "not this one")).await;
    let server = format!("127.0.0.1:{port}");
    let here = [&all[..], &["--address", &server, "--json"]].concat();
    let said = say(&here).await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    let found = said.json();
    assert_eq!(found["stuck"].as_array().unwrap().len(), 1, "{found}");
    let silent = found["silent"].as_array().unwrap();
    assert_eq!(silent.len(), 1, "{found}");
    let reason = silent[0]["reason"].as_str().unwrap();
    assert!(reason.contains("not this one"), "{found}");
    assert_ne!(silent[0]["run_id"], found["stuck"][0]["run_id"]);
    for run in runs {
        run.terminate("done").await.unwrap();
    }
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
    // One whose first task is late is not well.
    until_some("its first task", async || run.approvals().await.ok()).await;
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
