//! What a run leaves on the server.

use flock::__private::futures_util::StreamExt;
use flock::engine::{RunStatus, StepPhase};
use libtest_mimic::Trial;
use serde_json::json;

use crate::{
    flocks::{failing::Retried, flowing::Chain, large::Book},
    support::{local, temporal, test, trace_file, unique},
};

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        test("history::grows_with_the_steps", grows_with_the_steps),
        test(
            "history::two_steps_are_seventeen_events",
            two_steps_are_seventeen_events,
        ),
        test(
            "history::ids_and_memo_are_on_the_server",
            ids_and_memo_are_on_the_server,
        ),
        test("history::steps_are_told_alike", steps_are_told_alike),
    ]
}

async fn grows_with_the_steps() {
    let run = temporal()
        .await
        .start::<Book>(3)
        .id(unique("book"))
        .await
        .expect("a start");
    let last = run.result().await.expect("a result");
    assert!(last.text_ten.len() >= 20_000);
    let bytes = run
        .describe()
        .await
        .expect("a description")
        .history_bytes
        .expect("a size");
    assert!(bytes > 200_000, "{bytes}: the pages are not in there");
    assert!(bytes < 500_000, "{bytes} bytes for ten pages of 20 KB");
}

async fn two_steps_are_seventeen_events() {
    let run = temporal()
        .await
        .start::<Chain>("x".to_owned())
        .await
        .expect("a start");
    run.result().await.expect("a result");
    let description = run.describe().await.expect("a description");
    assert_eq!(
        description.history_events,
        Some(17),
        "routing and data flow cost no event"
    );
}

async fn ids_and_memo_are_on_the_server() {
    let runtime = temporal().await;
    let id = unique("memo");
    let run = runtime
        .start::<Chain>("x".to_owned())
        .id(&id)
        .memo("ticket", json!({ "number": 42 }))
        .session("s-1")
        .await
        .expect("a start");
    run.result().await.expect("a result");
    let description = run.describe().await.expect("a description");
    assert_eq!(description.id.workflow_id, id);
    assert_eq!(description.id.run_id, run.run_id());
    assert!(!run.run_id().is_empty());
    assert_eq!(description.flock, "chain");
    assert_eq!(description.status, RunStatus::Completed);
    assert_eq!(description.memo["ticket"], json!({ "number": 42 }));
    assert_eq!(
        description.memo["flock"]["agents"],
        json!(["researcher", "summarizer"])
    );
}

async fn steps_are_told_alike() {
    let mut told = Vec::new();
    for runtime in [local(), temporal().await] {
        let input = (trace_file("steps").to_string_lossy().into_owned(), 2);
        let run = runtime.start::<Retried>(input).await.expect("a start");
        run.result().await.expect("a result");
        let steps: Vec<_> = run.steps().collect().await;
        let ends: Vec<String> = steps
            .into_iter()
            // Temporal's history does not keep the attempts in between.
            .filter(|event| !matches!(event.phase, StepPhase::Retrying { .. }))
            .map(|event| {
                let phase = match event.phase {
                    StepPhase::Started => "started",
                    StepPhase::Completed { .. } => "completed",
                    _ => "failed",
                };
                format!("{} {} {phase}", event.step, event.agent)
            })
            .collect();
        told.push(ends);
    }
    assert_eq!(told[0], ["1 flaky started", "1 flaky completed"]);
    assert_eq!(told[0], told[1]);
}
