//! The runs: started, told what they wait for, and waited for, whatever becomes of the server meanwhile.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use flock::{
    RunError, RunId, Runtime,
    runtime::{IdConflict, IdReuse},
};
use tokio::{
    sync::{Mutex, Semaphore},
    task::JoinSet,
    time::{Instant, MissedTickBehavior, interval, sleep},
};

use crate::voyages::{SUM, Sail, WIND, voyage};

/// So long a server that is gone is left alone.
const PAUSE: Duration = Duration::from_secs(1);

/// How far they have come.
#[derive(Default)]
pub(crate) struct Progress {
    pub(crate) started: AtomicU64,
    pub(crate) ended: AtomicU64,
    /// Seconds that each run took, and what was wrong about some.
    pub(crate) took: Mutex<Vec<f64>>,
    pub(crate) wrong: Mutex<Vec<String>>,
}

/// Starts runs at even intervals until `over`, so many at a time at most; ends when all have ended.
pub(crate) async fn all(
    runtime: Runtime,
    ledger: Arc<str>,
    over: Instant,
    (rate, at_once): (f64, usize),
    progress: Arc<Progress>,
) {
    let mut pace = interval(Duration::from_secs_f64(1.0 / rate));
    pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let room = Arc::new(Semaphore::new(at_once));
    let mut runs = JoinSet::new();
    loop {
        pace.tick().await;
        // Nobody closes it.
        let Ok(place) = Arc::clone(&room).acquire_owned().await else {
            break;
        };
        if Instant::now() >= over {
            break;
        }
        let number = progress.started.fetch_add(1, Relaxed);
        let (runtime, ledger, progress) =
            (runtime.clone(), Arc::clone(&ledger), Arc::clone(&progress));
        runs.spawn(async move {
            let began = Instant::now();
            if let Err(wrong) = one(&runtime, &ledger, number).await {
                progress
                    .wrong
                    .lock()
                    .await
                    .push(format!("run {number}: {wrong}"));
            }
            let took = began.elapsed().as_secs_f64();
            progress.took.lock().await.push(took);
            progress.ended.fetch_add(1, Relaxed);
            drop(place);
        });
        // What has ended is not kept.
        while runs.try_join_next().is_some() {}
    }
    while runs.join_next().await.is_some() {}
}

pub(crate) fn id(number: u64) -> String {
    format!("voyage-{number}")
}

async fn one(runtime: &Runtime, ledger: &str, number: u64) -> Result<(), String> {
    let id = id(number);
    loop {
        let start = runtime.start::<voyage>((ledger.to_owned(), number, 0));
        let start = start.id(&id).id_reuse(IdReuse::RejectDuplicate);
        match start.id_conflict(IdConflict::UseExisting).await {
            // One whose answer was lost has started all the same.
            Ok(_) | Err(RunError::AlreadyUsed(_)) => break,
            Err(error) if will_pass(&error) => sleep(PAUSE).await,
            Err(error) => return Err(format!("its start: {error}")),
        }
    }
    let run = runtime.handle::<voyage>(RunId::latest(&id));
    loop {
        match run.signal(Sail { wind: WIND }).await {
            // One whose answer was lost may have come, and the run ended.
            Ok(()) | Err(RunError::Ended(_)) => break,
            Err(error) if will_pass(&error) => sleep(PAUSE).await,
            Err(error) => return Err(format!("its signal: {error}")),
        }
    }
    loop {
        match run.result().await {
            Ok(SUM) => return Ok(()),
            Ok(sum) => return Err(format!("it gave {sum}, not {SUM}")),
            Err(error) if will_pass(&error) => sleep(PAUSE).await,
            Err(error) => return Err(error.to_string()),
        }
    }
}

/// Whether the server or the network is to blame.
fn will_pass(error: &RunError) -> bool {
    matches!(error, RunError::Unreachable { .. } | RunError::Engine(_))
}
