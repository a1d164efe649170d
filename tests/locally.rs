//! `agents(local)`: which agents of a flock run in its own worker, and what that spares.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is a failure")]

use flock::{RunId, Runtime};
use libtest_mimic::Trial;

use crate::{
    flocks::locally::{CountedLocally, counts_all, counts_as_ever},
    support::{both, say, temporal, test},
};

pub(crate) fn trials() -> Vec<Trial> {
    let mut trials = vec![
        test("locally::those_that_may_be", those_that_may_be),
        test("locally::two_steps_are_seven_events", seven_events),
        test("locally::it_is_described", described),
    ];
    trials.extend(both("locally::the_result_is_the_same", same));
    trials
}

async fn same(runtime: Runtime) {
    let run = runtime.start::<counts_all>(()).await.unwrap();
    assert_eq!(run.result().await.unwrap(), 7);
    let run = runtime.start::<CountedLocally>(1).await.unwrap();
    assert_eq!(run.result().await.unwrap().total, 3);
}

/// What a run did, line by line.
async fn steps(runtime: &Runtime, run: &RunId) -> Vec<String> {
    let history = runtime.history(run).await.unwrap();
    let steps = history.steps().into_iter();
    let steps = steps.filter(|step| step.step.is_some());
    steps.map(|step| step.action.to_string()).collect()
}

async fn those_that_may_be() {
    let runtime = temporal().await;
    let run = runtime.start::<counts_all>(()).await.unwrap();
    run.result().await.unwrap();
    assert_eq!(
        steps(&runtime, run.id()).await,
        [
            "local agent `counts_up`",
            "local agent `counts_briefly`",
            "agent `counts_remotely`",
            "agent `counts_for_long`",
            "agent `counts_with_a_pulse`",
            "agent `counts_outside`",
            // The call asks for what only a queue has.
            "agent `counts_up`",
            "the end, with a result",
        ]
    );
    let run = runtime.start::<counts_as_ever>(()).await.unwrap();
    run.result().await.unwrap();
    let steps = steps(&runtime, run.id()).await;
    assert_eq!(steps, ["agent `counts_up`", "the end, with a result"]);
}

async fn seven_events() {
    let runtime = temporal().await;
    let run = runtime.start::<CountedLocally>(1).await.unwrap();
    run.result().await.unwrap();
    let history = runtime.history(run.id()).await.unwrap();
    assert_eq!(history.len(), 7);
}

async fn described() {
    let described = say(&["describe", "counted_locally"]).await;
    let is_local =
        |line: &str| line.contains("local") && line.contains("true") && line.contains("#[flock]");
    assert!(described.out.lines().any(is_local), "{}", described.out);
    assert!(
        described.out.contains("those that may be"),
        "{}",
        described.out
    );
}
