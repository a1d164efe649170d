//! What a run leaves on the server.

use flock::__private::futures_util::StreamExt;
use flock::engine::{RunStatus, StepPhase};
use libtest_mimic::Trial;
use serde_json::json;

use crate::{
    flocks::{
        failing::{Retried, called},
        flowing::{Chain, Welcome},
        large::Book,
    },
    support::{agent_steps, local, temporal, test, trace_file, unique, until_some},
};

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        test("history::grows_with_the_steps", grows_with_the_steps),
        test(
            "history::two_steps_are_seventeen_events",
            two_steps_are_seventeen_events,
        ),
        test("history::ids_and_memo_are_kept", ids_and_memo_are_kept),
        test("history::steps_are_told_alike", steps_are_told_alike),
        test(
            "history::a_local_activity_is_one_event",
            a_local_activity_is_one_event,
        ),
        test(
            "history::runs_are_found_by_session",
            runs_are_found_by_session,
        ),
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
    let runtime = temporal().await;
    // A task that a busy worker leaves for two seconds is given out again, which is two events more.
    until_some("routing and data flow cost no event", async || {
        let run = runtime.start::<Chain>("x".to_owned()).await;
        let run = run.expect("a start");
        run.result().await.expect("a result");
        let description = run.describe().await.expect("a description");
        (description.history_events == Some(17)).then_some(())
    })
    .await;
}

async fn ids_and_memo_are_kept() {
    for runtime in [local(), temporal().await] {
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
        if runtime.engine().name() == "temporal" {
            assert_eq!(
                description.memo["flock"]["agents"],
                json!(["researcher", "summarizer"])
            );
        }
    }
}

async fn steps_are_told_alike() {
    let mut told = Vec::new();
    for runtime in [local(), temporal().await] {
        let file = || trace_file("steps").to_string_lossy().into_owned();
        let run = runtime.start::<Retried>((file(), 2));
        let run = run.await.expect("a start");
        run.result().await.expect("a result");
        let steps = agent_steps(&runtime, run.id()).await;
        let mut steps: Vec<_> = steps.collect().await;
        let run = runtime.start::<called>(file()).await.expect("a start");
        run.result().await.expect_err("it fails");
        let more = agent_steps(&runtime, run.id()).await;
        steps.extend(more.collect::<Vec<_>>().await);
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
                let summary = event.summary.unwrap_or_default();
                format!("{} {} {phase} {summary}", event.step, event.agent)
            })
            .collect();
        told.push(ends);
    }
    let wanted = [
        "1 flaky started ",
        "1 flaky completed ",
        "1 flaky started two attempts only",
        "1 flaky failed two attempts only",
    ];
    assert_eq!(told[0], wanted);
    assert_eq!(told[0], told[1]);
}

async fn a_local_activity_is_one_event() {
    let run = temporal().await.start::<Welcome>(("Ada".to_owned(), 1));
    let run = run.await.expect("a start");
    run.result().await.expect("a result");
    let description = run.describe().await.expect("a description");
    assert_eq!(
        description.history_events,
        Some(6),
        "started, one workflow task of three, the marker, completed"
    );
}

async fn runs_are_found_by_session() {
    let runtime = temporal().await;
    let session = unique("session");
    let run = runtime.start::<Chain>("x".to_owned()).session(&session);
    let run = run.await.expect("a start");
    let query =
        format!("session_id = '{session}' AND flock_name = 'chain' AND start_agent = 'researcher'");
    let found = until_some("the run among those of its session", || async {
        let found = runtime.list().query(&query).await;
        found.expect("a list").pop()
    })
    .await;
    assert_eq!(found.id.run_id, run.run_id());
}
