//! A runtime that is told to stop.

use std::time::Duration;

use flock::{
    RunError,
    engine::{RunStatus, temporal::ConnectOptions},
    testing::with_virtual_clock,
};
use libtest_mimic::Trial;

use crate::{
    flocks::{
        followed::tidies,
        waiting::{dreams, naps},
    },
    support::{OWN, address, builder, local, temporal, test, unique, until_some},
};

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        test("shutdown::runs_may_end::local", shuts_down),
        Trial::test("shutdown::has_an_end::local", || {
            has_an_end();
            Ok(())
        }),
        test("shutdown::stops_workers::temporal", stops_workers),
    ]
}

async fn shuts_down() {
    let runtime = local();
    let short = runtime.start::<naps>(200_u64).await.unwrap();
    let long = runtime.start::<dreams>(()).await.unwrap();
    let lost = runtime.shutdown("5s").await.unwrap();
    assert_eq!(lost, [long.id().clone()]);
    assert!(short.result().await.unwrap(), "it came to its end");
    let end = long.result().await;
    assert!(matches!(end, Err(RunError::Cancelled)), "{end:?}");
    let refused = runtime.start::<naps>(1_u64).await;
    let error = refused.expect_err("it is over");
    assert!(matches!(error, RunError::ShuttingDown), "{error:?}");
    // Nothing goes on: it need not wait.
    assert!(runtime.shutdown("1h").await.unwrap().is_empty());
    let wrong = runtime.shutdown("soon").await;
    assert!(matches!(wrong, Err(RunError::Invalid(_))), "{wrong:?}");
}

/// What is asked to end has five seconds for that.
fn has_an_end() {
    let ends = with_virtual_clock(builder(), async |runtime| {
        let quick = runtime.start::<tidies>(3_u64).await.unwrap();
        let slow = runtime.start::<tidies>(3_600_u64).await.unwrap();
        let lost = runtime.shutdown("1s").await.unwrap();
        assert_eq!(lost.len(), 2);
        (quick.result().await, slow.result().await)
    });
    let (quick, slow) = ends.unwrap();
    assert!(matches!(quick, Err(RunError::Cancelled)), "{quick:?}");
    assert!(matches!(slow, Err(RunError::Terminated { .. })), "{slow:?}");
}

async fn stops_workers() {
    let options = ConnectOptions::default().address(address().await);
    let runtime = builder().connect(options).await.unwrap();
    let queue = unique(&format!("{OWN}shutdown"));
    let worker = runtime.worker().task_queue(&queue);
    let worker = tokio::spawn(worker.run(std::future::pending()));
    let run = runtime.start::<dreams>(()).task_queue(&queue);
    let run = run.id(unique("shutdown")).await.unwrap();
    until_some("it is served", async || {
        let events = run.describe().await.unwrap().history_events;
        (events > Some(3)).then_some(())
    })
    .await;
    assert!(runtime.shutdown("30s").await.unwrap().is_empty());
    let ended = tokio::time::timeout(Duration::from_secs(10), worker).await;
    ended.expect("the worker has ended").unwrap().unwrap();
    let refused = runtime.start::<dreams>(()).task_queue(&queue).await;
    assert!(matches!(refused, Err(RunError::ShuttingDown)));
    // It goes on without this program.
    let run = temporal().await.find(run.workflow_id()).await.unwrap();
    assert_eq!(run.describe().await.unwrap().status, RunStatus::Running);
    run.terminate("seen").await.unwrap();
}
