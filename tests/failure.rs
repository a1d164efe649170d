//! Undoing, going on, asking again, cleaning up: the same on both engines.

use flock::{ErrorKind, RunError, Runtime, engine::RunStatus};
use libtest_mimic::Trial;

use crate::{
    flocks::undone::{
        CleansUpInput, CountUpInput, GivesUpInput, LookAgainInput, OrderSagaInput, cleans_up,
        count_up, gives_up, look_again, order_saga, until_then,
    },
    support::{both, trace_file, traces, until, until_some},
};

pub(crate) fn trials() -> Vec<Trial> {
    [
        both("failure::a_saga_that_goes_well", saga_goes_well),
        both("failure::a_saga_is_undone_backwards", saga_is_undone),
        both("failure::what_cannot_be_undone_is_told", saga_is_stuck),
        both("failure::a_cancelled_saga_is_undone", saga_is_cancelled),
        both("failure::attempts_go_on_from_checkpoints", checkpoints),
        both("failure::poll", poll),
        both("failure::cancelled_and_cleaned_up", cleaned_up),
        both("failure::within_cancels_the_agent", given_up),
        both("failure::sleep_until", sleep_until),
    ]
    .into_iter()
    .flatten()
    .collect()
}

async fn saga(
    runtime: &Runtime,
    steps: &[&str],
) -> (flock::FlockHandle<order_saga>, std::path::PathBuf) {
    let file = trace_file("saga");
    let steps: Vec<String> = steps.iter().map(ToString::to_string).collect();
    let input = OrderSagaInput::from((file.display().to_string(), steps));
    let handle = runtime.start::<order_saga>(input).await.unwrap();
    (handle, file)
}

async fn saga_goes_well(runtime: Runtime) {
    let (handle, file) = saga(&runtime, &["a", "b"]).await;
    assert_eq!(handle.result().await.unwrap(), "done");
    assert_eq!(traces(&file), ["does a", "does b"]);
}

async fn saga_is_undone(runtime: Runtime) {
    let (handle, file) = saga(&runtime, &["a", "slow", "fails", "never"]).await;
    assert_eq!(handle.result().await.unwrap(), "undoes undoes undoes");
    let expected = [
        "does a",
        "does slow",
        "does fails",
        // Registered before its step, which may have done its work before it failed.
        "undoes fails",
        "undoes slow",
        "undoes a",
    ];
    assert_eq!(traces(&file), expected);
}

async fn saga_is_stuck(runtime: Runtime) {
    let (handle, file) = saga(&runtime, &["a", "stuck", "fails"]).await;
    let Err(RunError::Failed(failure)) = handle.result().await else {
        panic!("it fails");
    };
    assert_eq!(failure.kind, ErrorKind::Invalid);
    assert_eq!(failure.type_name, "OutOfStock");
    assert_eq!(failure.agent.as_deref(), Some("does"));
    assert_eq!(
        *failure.causes,
        [
            "undone: undoes, undoes",
            "NOT undone: undoes: agent `undoes` failed: no answer"
        ]
    );
    assert_eq!(traces(&file).last().unwrap(), "undoes a");
}

async fn saga_is_cancelled(runtime: Runtime) {
    let (handle, file) = saga(&runtime, &["a", "waits"]).await;
    until("the second step", || traces(&file).len() == 2).await;
    handle.cancel("changed our minds").await.unwrap();
    let result = handle.result().await;
    assert!(matches!(result, Err(RunError::Cancelled)), "{result:?}");
    assert_eq!(
        traces(&file),
        ["does a", "does waits", "undoes waits", "undoes a"]
    );
}

async fn checkpoints(runtime: Runtime) {
    let handle = runtime
        .start::<count_up>(CountUpInput::from(10))
        .await
        .unwrap();
    assert_eq!(
        handle.result().await.unwrap(),
        [1, 1, 1, 1, 2, 2, 2, 2, 3, 3]
    );
}

async fn poll(runtime: Runtime) {
    let start = async |at_most: u32| {
        let file = trace_file("poll").display().to_string();
        let input = LookAgainInput::from((file, at_most));
        let handle = runtime.start::<look_again>(input).await.unwrap();
        handle.result().await
    };
    assert_eq!(start(10).await.unwrap(), 3);
    let Err(RunError::Failed(failure)) = start(2).await else {
        panic!("two are not enough");
    };
    assert_eq!(
        (failure.type_name.as_str(), failure.message.as_str()),
        (
            "PollExhausted",
            "no answer would do: asked 2 times, 10ms apart"
        )
    );
}

async fn cleaned_up(runtime: Runtime) {
    let file = trace_file("clean");
    let input = CleansUpInput::from(file.display().to_string());
    let handle = runtime.start::<cleans_up>(input).await.unwrap();
    handle.cancel("enough").await.unwrap();
    let result = handle.result().await;
    assert!(matches!(result, Err(RunError::Cancelled)), "{result:?}");
    let description = handle.describe().await.unwrap();
    assert_eq!(description.status, RunStatus::Cancelled);
    assert_eq!(traces(&file), ["undoes held"]);
}

async fn given_up(runtime: Runtime) {
    // On a busy server the moment may be over before the agent has begun.
    let file = until_some("an agent that has begun", async || {
        let file = trace_file("given_up");
        let input = GivesUpInput::from(file.display().to_string());
        let handle = runtime.start::<gives_up>(input).await.unwrap();
        assert_eq!(
            handle.result().await.unwrap(),
            "Timeout: it did not come within 200ms"
        );
        (!traces(&file).is_empty()).then_some(file)
    })
    .await;
    until("the agent is told", || {
        traces(&file) == ["lingers", "is cancelled"]
    })
    .await;
}

async fn sleep_until(runtime: Runtime) {
    let handle = runtime.start::<until_then>(()).await.unwrap();
    assert!(handle.result().await.unwrap());
}
