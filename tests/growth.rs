//! Long lives in short histories, and one agent over many inputs: the same on both engines.

use std::time::{Duration, SystemTime};

use flock::{
    __private::futures_util::{StreamExt, stream},
    ErrorKind, Failure, RunError, Runtime,
    engine::{RunDescription, RunId, RunStatus, StepPhase},
    testing::with_virtual_clock,
};
use libtest_mimic::Trial;

use crate::{
    flocks::{
        children::dozes,
        growth::{
            Renewed, RenewedWork, Tick, brief, endless, every_hour, hasty, mapped, moults, relay,
            relays, restless, settles, strays, tally,
        },
        told::{Enough, Review},
    },
    support::{
        PATIENCE, SUGGESTED, agent_steps, both, both_within, builder, temporal, test, trace_file,
        traces, unique, until, until_some,
    },
};

pub(crate) fn trials() -> Vec<Trial> {
    let mut trials: Vec<Trial> = [
        both("growth::carries_signals_over", mail),
        both_within(
            2 * PATIENCE,
            "growth::ten_thousand_signals_in_a_row",
            ten_thousand,
        ),
        both("growth::waits_for_handlers", handlers),
        both("growth::hears_of_a_cancellation", cancelled),
        both("growth::keeps_to_its_flock", strayed),
        both("growth::leaves_children_behind", moulted),
        both("growth::of_a_child_is_followed", relayed),
        both("growth::has_limits_for_runs_and_for_all", limits),
        both("map::keeps_order_and_concurrency", order),
        both("map::fails_fast", fast),
        both("map::settles", settled),
    ]
    .into_iter()
    .flatten()
    .collect();
    trials.push(test("growth::steps_are_told_alike", steps));
    trials.push(test("growth::bounds_histories", bounded));
    // Not within a tokio runtime: the virtual clock brings its own.
    trials.push(Trial::test("growth::thirty_days_in_moments", || {
        thirty_days();
        Ok(())
    }));
    trials
}

fn review(by: impl ToString) -> Review {
    Review {
        by: by.to_string(),
        stars: 5,
    }
}

/// What a run did not ask for waits in the next, in front of what comes after; memo is kept.
async fn mail(runtime: Runtime) {
    let run = runtime.start::<relay>((11, Vec::new()));
    let run = run.id(unique("relay")).memo("ticket", 7).await.unwrap();
    let mut sent = Vec::new();
    for n in 0..6 {
        for by in [n.to_string(), "twin".to_owned()] {
            run.signal(review(&by)).await.unwrap();
            sent.push(by);
        }
    }
    assert_eq!(run.result().await.unwrap(), sent);
    let first = run.describe().await.unwrap();
    assert_eq!(first.status, RunStatus::ContinuedAsNew);
    assert_eq!(first.id.run_id, run.run_id());
    let engine = runtime.engine();
    let last = RunId::latest(run.workflow_id());
    let last = engine.describe(&last).await.unwrap();
    assert_eq!(last.status, RunStatus::Completed);
    assert_ne!(last.id.run_id, run.run_id());
    assert_eq!(last.memo["ticket"], 7);
    assert_eq!(last.flock, "relay");
}

/// None is lost, and none comes twice, from run to run. The order is `carries_signals_over`'s affair:
/// here eight are under way at a time, which a server takes that is busy with other things, too.
async fn ten_thousand(runtime: Runtime) {
    const MANY: u64 = 10_000;
    let run = runtime.start::<tally>((MANY, 0, 0, 0, 0)).await.unwrap();
    let ticks = stream::iter(0..MANY).map(|n| run.signal(Tick { n }));
    let sent: Vec<_> = ticks.buffer_unordered(8).collect().await;
    assert!(sent.iter().all(Result::is_ok), "{sent:?}");
    let told = run.result().await.unwrap();
    let sum: u64 = (0..MANY).sum();
    let squares: u64 = (0..MANY).map(|n| n * n).sum();
    assert_eq!(told[1..], [sum, squares]);
    assert!(told[0] > 1, "all in one history");
}

async fn handlers(runtime: Runtime) {
    let run = runtime.start::<Renewed>(0_u64).await.unwrap();
    assert_eq!(run.update(RenewedWork {}).await.unwrap(), "worked");
    assert_eq!(run.result().await.unwrap(), 1);
}

async fn cancelled(runtime: Runtime) {
    let run = runtime.start::<restless>(()).await.unwrap();
    until_some("it has come to another run", async || {
        let first = run.describe().await.unwrap();
        (first.status == RunStatus::ContinuedAsNew).then_some(())
    })
    .await;
    run.cancel("enough").await.unwrap();
    let end = run.result().await;
    assert!(matches!(end, Err(RunError::Cancelled)), "{end:?}");
}

async fn strayed(runtime: Runtime) {
    let run = runtime.start::<strays>(()).await.unwrap();
    let failure = failure(run.result().await);
    assert_eq!(failure.type_name, "WrongFlock");
    assert_eq!(
        failure.message,
        "flock `strays` cannot continue as flock `relay`: name itself, or run the other as a child"
    );
}

async fn moulted(runtime: Runtime) {
    let (file, id) = (trace_file("moults"), unique("moults"));
    let path = file.to_string_lossy().into_owned();
    let run = runtime
        .start::<moults>((path, id.clone(), 0))
        .await
        .unwrap();
    until("the child has begun", || !traces(&file).is_empty()).await;
    run.signal(Enough {}).await.unwrap();
    assert_eq!(run.result().await.unwrap(), 1);
    let end = runtime.handle::<dozes>(RunId::latest(id)).result().await;
    assert!(matches!(end, Err(RunError::Terminated { .. })), "{end:?}");
}

async fn relayed(runtime: Runtime) {
    let names: Vec<_> = (0..4).map(|n| n.to_string()).collect();
    let run = runtime.start::<relays>(names.clone()).await.unwrap();
    assert_eq!(run.result().await.unwrap(), names);
}

/// A worker with much to do may first look at a run when its seconds are over: then another is started.
async fn limits(runtime: Runtime) {
    let brief = until_some(
        "runs of a second each, longer than one may be",
        async || {
            let run = runtime.start::<brief>(5_u64).await.unwrap();
            let end = run.result().await;
            (!matches!(end, Err(RunError::TimedOut))).then_some(end)
        },
    );
    let endless = until_some("runs without end, in seconds", async || {
        let run = runtime.start::<endless>(()).await.unwrap();
        let end = run.result().await;
        assert!(matches!(end, Err(RunError::TimedOut)), "{end:?}");
        let first = run.describe().await.unwrap();
        (first.status == RunStatus::ContinuedAsNew).then_some(())
    });
    let (brief, ()) = tokio::join!(brief, endless);
    assert_eq!(brief.unwrap(), 0);
}

/// Steps are counted on from run to run.
async fn steps() {
    let local = builder().run_steps(50).build().unwrap();
    for runtime in [local, temporal().await] {
        let run = runtime.start::<every_hour>((60, 0, 0)).await.unwrap();
        let steps = agent_steps(&runtime, run.id()).await;
        let completed = steps.filter_map(|event| {
            let completed = matches!(event.phase, StepPhase::Completed { .. });
            std::future::ready(completed.then_some(event.step))
        });
        let completed: Vec<_> = completed.collect().await;
        assert_eq!(completed, (1..=60).collect::<Vec<_>>());
        let first = run.describe().await.unwrap();
        assert_eq!(first.status, RunStatus::ContinuedAsNew);
    }
}

async fn bounded() {
    let runtime = temporal().await;
    let run = runtime.start::<every_hour>((150, 0, 0));
    let run = run.id(unique("hourly")).await.unwrap();
    assert_eq!(run.result().await.unwrap(), (1..=150).sum::<u64>());
    let query = format!("WorkflowId = '{}'", run.workflow_id());
    let runs = until_some("all its runs", || async {
        let runs = runtime.list().query(&query).await.unwrap();
        let ended = |run: &RunDescription| run.status == RunStatus::Completed;
        let known = |run: &RunDescription| run.history_events.is_some();
        (runs.iter().any(ended) && runs.iter().all(known)).then_some(runs)
    })
    .await;
    let events: Vec<_> = runs.iter().filter_map(|run| run.history_events).collect();
    assert!(events.len() >= 3, "{events:?}");
    assert!(events.iter().sum::<u64>() > 2 * SUGGESTED, "{events:?}");
    // A round is six events: the server makes of a timer, however short, a second.
    assert!(
        events.iter().all(|count| *count < SUGGESTED + 30),
        "{events:?}"
    );
}

/// 720 steps, an hour between them, and no run with more than its share.
fn thirty_days() {
    let real = SystemTime::now();
    let builder = builder().run_steps(200);
    let (sum, runs) = with_virtual_clock(builder, async |runtime| {
        let hour = 3_600_000;
        let run = runtime.start::<every_hour>((720, hour, 0)).await.unwrap();
        let sum = run.result().await.unwrap();
        (sum, runtime.list().await.unwrap())
    })
    .unwrap();
    assert_eq!(sum, (1..=720).sum::<u64>());
    // Two steps a round, 200 a run.
    assert_eq!(runs.len(), 8);
    let begun = runs.iter().filter_map(|run| run.started).min();
    let ended = runs.iter().filter_map(|run| run.ended).max();
    let took = ended.unwrap().duration_since(begun.unwrap()).unwrap();
    assert!(took >= Duration::from_secs(30 * 86_400), "{took:?}");
    let real = real.elapsed().unwrap_or_default();
    assert!(real < Duration::from_secs(60), "it took {real:?} for real");
}

async fn order(runtime: Runtime) {
    for (concurrency, most) in [(1, 1), (3, 3), (100, 8)] {
        let file = trace_file("map");
        let numbers: Vec<u64> = (0..8).rev().collect();
        let path = file.to_string_lossy().into_owned();
        let run = runtime.start::<mapped>((path, numbers.clone(), concurrency));
        assert_eq!(run.await.unwrap().result().await.unwrap(), numbers);
        let lines = traces(&file);
        let at_once = lines.iter().scan(0, |at_once, line| {
            *at_once += if line == "+" { 1 } else { -1 };
            Some(*at_once)
        });
        assert_eq!(at_once.max(), Some(most), "{lines:?}");
    }
}

async fn fast(runtime: Runtime) {
    let file = trace_file("fast");
    let path = file.to_string_lossy().into_owned();
    // The first ends only when it is cancelled.
    let run = runtime.start::<hasty>((path, vec![0, 13, 2, 3])).await;
    let failure = failure(run.unwrap().result().await);
    assert_eq!(failure.type_name, "Superstition");
    let mut begun = traces(&file);
    // The first may be told to stop before it has begun.
    begun.retain(|n| n != "0");
    assert_eq!(begun, ["13"]);
}

async fn settled(runtime: Runtime) {
    let path = trace_file("settled").to_string_lossy().into_owned();
    let run = runtime.start::<settles>((path, vec![13, 2, 13, 4])).await;
    let results = run.unwrap().result().await.unwrap();
    assert_eq!(results, ["Superstition", "2", "Superstition", "4"]);
}

fn failure<T: std::fmt::Debug>(result: Result<T, RunError>) -> Failure {
    match result {
        Err(RunError::Failed(failure)) => {
            assert_ne!(failure.kind, ErrorKind::Cancelled);
            failure
        }
        other => panic!("{other:?}"),
    }
}
