//! What is dropped is stopped, told of and undone: the same on both engines.

#![allow(clippy::unwrap_used, reason = "a test that panics says enough")]

use std::sync::atomic::Ordering;

use flock::{
    __private::futures_util::StreamExt,
    ErrorKind, RunError, Runtime,
    engine::{RunId, StepPhase},
};
use libtest_mimic::Trial;
use serde_json::json;

use crate::{
    flocks::{
        dropped::{
            DEAF, drops_a_saga, drops_an_agent, drops_an_undo, drops_and_waits, leaves_traces,
            renews_a_saga, three_at_once,
        },
        told::Enough,
    },
    support::{agent_steps, both, trace_file, traces, until, until_some},
};

pub(crate) fn trials() -> Vec<Trial> {
    [
        both("dropped::sagas_are_undone", sagas),
        both("dropped::a_cancelled_saga_is_undone", cancelled),
        both("dropped::an_undo_goes_on", undo),
        both("dropped::what_is_not_undone_is_told", not_undone),
        both("dropped::a_saga_does_not_continue_as_new", renewed),
        both("dropped::an_agent_keeps_its_limit", agent),
        both("dropped::calls_are_told_as_dropped", told),
        both("dropped::attempts_are_told_of_their_own_call", attempts),
    ]
    .into_iter()
    .flatten()
    .collect()
}

const UNDONE: [&str; 4] = ["does a", "does b", "undoes b", "undoes a"];

async fn sagas(runtime: Runtime) {
    for (how, result) in [
        ("within", "Timeout"),
        ("select", "went on"),
        ("try_join", "Invalid"),
    ] {
        // A busy server may not come to the second step in time: then another saga is dropped.
        until_some("both steps are done in time", async || {
            let file = trace_file("drops");
            let input = (file.display().to_string(), how.to_owned());
            let run = runtime.start::<drops_a_saga>(input).await.unwrap();
            assert_eq!(run.result().await.unwrap(), result, "{how}");
            let told = traces(&file);
            let in_time = told.get(1).is_some_and(|line| line == "does b");
            // The run has ended, and not before it was undone.
            assert!(!in_time || told == UNDONE, "{how}: {told:?}");
            in_time.then_some(())
        })
        .await;
    }
}

async fn cancelled(runtime: Runtime) {
    let file = trace_file("cancels");
    let input = (file.display().to_string(), "wait".to_owned());
    let run = runtime.start::<drops_a_saga>(input).await.unwrap();
    until("it waits", || traces(&file).len() == 2).await;
    run.cancel("changed our minds").await.unwrap();
    let result = run.result().await;
    assert!(matches!(result, Err(RunError::Cancelled)), "{result:?}");
    assert_eq!(traces(&file), UNDONE);
}

/// One that is dropped while it is being undone goes on where it was.
async fn undo(runtime: Runtime) {
    let file = trace_file("undoing");
    let input = file.display().to_string();
    let run = runtime.start::<drops_an_undo>(input).await.unwrap();
    let failure = run.result().await.unwrap_err();
    let failure = failure.failure().unwrap();
    assert_eq!(failure.kind, ErrorKind::Timeout);
    assert_eq!(*failure.causes, ["undone: undoes_slowly, undoes"]);
    assert_eq!(
        traces(&file),
        ["begins to undo", "has undone", "undoes first"]
    );
}

async fn not_undone(runtime: Runtime) {
    let file = trace_file("stuck");
    let input = file.display().to_string();
    let run = runtime.start::<leaves_traces>(input).await.unwrap();
    let failure = run.result().await.unwrap_err();
    let failure = failure.failure().unwrap();
    assert_eq!(failure.kind, ErrorKind::Timeout);
    let [undone, not_undone] = &*failure.causes else {
        panic!("{:?}", failure.causes);
    };
    assert_eq!(undone, "undone: undoes");
    assert!(
        not_undone.starts_with("NOT undone: undoes: "),
        "{not_undone}"
    );
    assert_eq!(traces(&file), ["undoes a"]);
}

async fn renewed(runtime: Runtime) {
    let file = trace_file("renews");
    let start = |after: &str| {
        let input = (file.display().to_string(), after.to_owned(), 0);
        runtime.start::<renews_a_saga>(input)
    };
    let run = start("a step").await.unwrap();
    let failure = run.result().await.unwrap_err();
    let failure = failure.failure().unwrap();
    assert_eq!(failure.type_name, "ContinueAsNewInSaga");
    assert!(failure.message.contains("end the saga first"), "{failure}");
    assert_eq!(traces(&file), ["undoes a"]);
    // Where there is nothing to undo, nothing is lost.
    let run = start("nothing").await.unwrap();
    assert_eq!(run.result().await.unwrap(), 1);
}

/// On Temporal its worker ends it; here nobody else would.
async fn agent(runtime: Runtime) {
    until_some("its agent begins in time", async || {
        let file = trace_file("deaf");
        let input = file.display().to_string();
        let run = runtime.start::<drops_an_agent>(input).await.unwrap();
        run.result().await.unwrap();
        let told = traces(&file);
        assert!(told.is_empty() || told == ["at work"], "{told:?}");
        (!told.is_empty()).then_some(())
    })
    .await;
    until("it is stopped", || DEAF.load(Ordering::SeqCst) == 0).await;
}

async fn told(runtime: Runtime) {
    let file = trace_file("told");
    let input = file.display().to_string();
    let run = runtime.start::<drops_and_waits>(input).await.unwrap();
    let dropped = async || (run.status().await.ok()?["state"] == json!(true)).then_some(());
    until_some("it has dropped its agent", dropped).await;
    let described = async || {
        run.describe()
            .await
            .unwrap()
            .running
            .is_empty()
            .then_some(())
    };
    until_some("no agent is told as at work", described).await;
    // Told while the run goes on.
    let steps = async || agent_steps(&runtime, run.id()).await;
    let phases: Vec<_> = steps().await.take(2).map(|step| step.phase).collect().await;
    assert_eq!(phases, [StepPhase::Started, StepPhase::Dropped]);
    run.signal(Enough {}).await.unwrap();
    run.result().await.unwrap();
    let steps: Vec<_> = steps().await.collect().await;
    assert_eq!(steps.len(), 2, "{steps:?}");
}

async fn attempts(runtime: Runtime) {
    let run = runtime.start::<three_at_once>(()).await.unwrap();
    let retried = agent_steps(&runtime, run.id())
        .await
        .filter(|event| {
            let is_retry = matches!(event.phase, StepPhase::Retrying { .. });
            async move { is_retry }
        })
        .boxed()
        .next()
        .await;
    assert_eq!(retried.map(|event| event.step), Some(2));
    // The second may fail before the third is called.
    let all_at_work = async || {
        let described = runtime.engine().describe(run.id()).await.unwrap();
        (described.running.len() == 3).then_some(described)
    };
    let described = until_some("all three are at work", all_at_work).await;
    let attempts: Vec<_> = described.running.iter().map(|step| step.attempt).collect();
    assert_eq!(attempts, [1, 2, 1]);
    let failures = described
        .running
        .iter()
        .map(|step| step.last_failure.is_some());
    assert_eq!(failures.collect::<Vec<_>>(), [false, true, false]);
    run.cancel("seen").await.unwrap();
    let _ = run.result().await;
    let id = RunId::latest(run.workflow_id());
    let described = runtime.engine().describe(&id).await.unwrap();
    assert!(described.running.is_empty(), "{described:?}");
}
