//! The local engine over time: what it keeps, what it lets go, and how it ends. Where the server does
//! the same for Temporal, the test is on both.

#![allow(clippy::unwrap_used, reason = "a test that panics says enough")]

use std::sync::atomic::Ordering;

use flock::{
    ErrorKind, RunError, Runtime,
    engine::{IdConflict, RunId, RunStatus},
};
use libtest_mimic::Trial;

use crate::{
    flocks::{
        growth::Tick,
        living::{
            Doorman, DoormanKnock, HEARD, InPlace, Unmakeable, UnmakeableLook, counts_down, parked,
            reads_to_the_end, spins, unlimited,
        },
        waiting::{dreams, naps},
    },
    support::{both, builder, folder, local, test, unique, until},
};

pub(crate) fn trials() -> Vec<Trial> {
    let mut trials = vec![
        test("state_that_panics::local", unmakeable),
        test("living::keeps_what_goes_on_and_what_is_held", keeps),
        test("living::keeps_the_first_run_of_many", rounds),
        test("living::ends_with_its_runtime", ends),
        test("living::agents_may_block_in_place", in_place),
        test("living::accepts_no_signal_that_is_lost", knocks),
        test(
            "living::a_start_takes_the_place_of_a_run_that_goes_on",
            replaced,
        ),
    ];
    trials.extend(both("living::reads_what_is_there_when_cancelled", drained));
    trials.extend(both("living::limits_may_be_endless", endless));
    trials
}

/// A run whose state cannot be made fails, and whoever asks it hears why.
async fn unmakeable() {
    let runtime = local();
    let run = runtime.start::<Unmakeable>(()).await.unwrap();
    let failure = run.result().await.unwrap_err();
    let failure = failure.failure().unwrap();
    assert_eq!(failure.kind, ErrorKind::Permanent);
    assert_eq!(failure.type_name, "Panic");
    assert_eq!(failure.message, "the flock panicked: no state today");
    let asked = run.query(UnmakeableLook {}).await;
    assert!(matches!(asked, Err(RunError::Refused(_))), "{asked:?}");
    // Its thread goes on.
    let nap = runtime.start::<naps>(1_u64).await.unwrap();
    assert!(nap.result().await.unwrap());
}

/// A thousand ended runs are kept, whatever goes on beside them, and those with a handle.
async fn keeps() {
    let runtime = local();
    let waiting = runtime.start::<dreams>(()).await.unwrap();
    let held = runtime.start::<naps>(0_u64).await.unwrap();
    for _ in 0..3_000 {
        let run = runtime.start::<naps>(0_u64).await.unwrap();
        run.result().await.unwrap();
    }
    let listed = runtime.list().limit(usize::MAX).await.unwrap();
    let running = listed.iter().filter(|run| run.status == RunStatus::Running);
    assert_eq!(running.count(), 1);
    // The last few may end a moment after they are listed.
    assert!(listed.len() <= 1_010, "{} runs are kept", listed.len());
    assert!(listed.iter().all(|run| run.id != *held.id()));
    assert!(held.result().await.unwrap());
    assert_eq!(held.describe().await.unwrap().status, RunStatus::Completed);
    let gone = held.id().clone();
    drop(held);
    let gone = runtime.engine().describe(&gone).await;
    assert!(matches!(gone, Err(RunError::NotFound(_))), "{gone:?}");
    waiting.cancel("enough").await.unwrap();
    let result = waiting.result().await;
    assert!(matches!(result, Err(RunError::Cancelled)), "{result:?}");
}

/// Each round is a run; whoever has the first hears the end of the last.
async fn rounds() {
    let runtime = builder().run_steps(1).build().unwrap();
    let run = runtime.start::<counts_down>(1_500_u64).await.unwrap();
    // As one who has kept the id alone.
    let id = run.id().clone();
    drop(run);
    let run = runtime.handle::<counts_down>(id);
    assert_eq!(run.result().await.unwrap(), 7);
    assert_eq!(
        run.describe().await.unwrap().status,
        RunStatus::ContinuedAsNew
    );
    let listed = runtime.list().limit(usize::MAX).await.unwrap();
    assert!(listed.len() <= 1_002, "{} runs are kept", listed.len());
}

/// Nobody could hear of its runs, so they end; and so do its threads.
async fn ends() {
    let folder = folder("ends");
    let (flock, thread) = (folder.join("flock"), folder.join("thread"));
    let runtime = local();
    let files = (flock.display().to_string(), thread.display().to_string());
    let run = runtime.start::<parked>(files).await.unwrap();
    while run.status().await.unwrap()["state"].is_null() {
        tokio::task::yield_now().await;
    }
    let result = runtime.engine().result(run.id());
    assert!(!flock.exists() && !thread.exists());
    drop(result);
    drop((run, runtime));
    until("the flock is dropped", || flock.exists()).await;
    until("the thread has ended", || thread.exists()).await;
}

async fn in_place() {
    let run = local().start::<InPlace>(1_u64).await.unwrap();
    assert_eq!(run.result().await.unwrap().n, 2);
}

/// What a run was told without an error it has been told.
async fn knocks() {
    let runtime = local();
    let mut accepted = 0;
    for _ in 0..300 {
        let run = runtime.start::<Doorman>(()).await.unwrap();
        loop {
            match run.signal(DoormanKnock {}).await {
                Ok(()) => accepted += 1,
                Err(RunError::Ended(_)) => break,
                Err(error) => panic!("{error}"),
            }
        }
        run.result().await.unwrap();
    }
    assert_eq!(HEARD.load(Ordering::SeqCst), accepted);
}

/// However often the old run goes on as a new one meanwhile.
async fn replaced() {
    let runtime = local();
    let id = unique("spins");
    let mut replaced = None;
    for _ in 0..100 {
        let start = runtime.start::<spins>(()).id(&id);
        let run = start
            .id_conflict(IdConflict::TerminateExisting)
            .await
            .unwrap();
        let result = runtime.start::<naps>(1_u64).await.unwrap().result().await;
        assert!(result.unwrap());
        let latest = runtime
            .engine()
            .describe(&RunId::latest(&id))
            .await
            .unwrap();
        assert_ne!(latest.status, RunStatus::Terminated, "{latest:?}");
        replaced = Some(run);
    }
    let start = runtime.start::<dreams>(()).id(&id);
    let last = start
        .id_conflict(IdConflict::TerminateExisting)
        .await
        .unwrap();
    let end = replaced.unwrap().result().await;
    assert!(matches!(end, Err(RunError::Terminated { .. })), "{end:?}");
    let latest = runtime
        .engine()
        .describe(&RunId::latest(&id))
        .await
        .unwrap();
    assert_eq!(latest.id, *last.id());
}

/// A cancellation ends a wait for what has not come; what has is still read.
async fn drained(runtime: Runtime) {
    let run = runtime.start::<reads_to_the_end>(()).await.unwrap();
    for n in [1, 2] {
        run.signal(Tick { n }).await.unwrap();
    }
    run.cancel("enough").await.unwrap();
    assert_eq!(run.result().await.unwrap(), [1, 2]);
}

async fn endless(runtime: Runtime) {
    let run = runtime.start::<unlimited>(()).await.unwrap();
    assert_eq!(run.result().await.unwrap(), 7);
    let one = Tick { n: 1 };
    let ended = run.signal(one).await;
    assert!(matches!(ended, Err(RunError::Ended(_))), "{ended:?}");
}
