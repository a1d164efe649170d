//! Waiting for what only a worker can give, and saying so where none comes.

use std::{
    mem::{Discriminant, discriminant},
    time::Duration,
};

use tokio::time::{Instant, sleep};

use crate::{
    engine::{Engine, RunId, Unserved, UnservedReason},
    error::RunError,
};

/// How long nobody is told: a worker may be about to come.
const QUIET: Duration = Duration::from_secs(4);

/// Between two looks, at first.
const LOOK: Duration = Duration::from_secs(2);

/// Between two looks while something lacks a worker.
const OFTEN: Duration = Duration::from_secs(8);

/// Between two looks while all is well.
const SELDOM: Duration = Duration::from_secs(60);

/// Looks again and again what of `run` waits for a worker that does not come, and tells each once. Ends
/// only with `patience`: when the flock itself has waited for so long, and certainly in vain.
pub(crate) async fn unserved(
    engine: &dyn Engine,
    run: &RunId,
    patience: Option<Duration>,
    mut tell: impl FnMut(&Unserved),
) -> RunError {
    if engine.unserved(run).is_none() {
        return std::future::pending().await;
    }
    let mut told = Told::default();
    let mut pause = LOOK;
    sleep(QUIET).await;
    loop {
        let Some(look) = engine.unserved(run) else {
            return std::future::pending().await;
        };
        // What cannot be told, for want of rights or of a server, is no reason to stop waiting.
        let found = look.await.unwrap_or_default();
        told.news(&found).for_each(&mut tell);
        let mut longest = if found.is_empty() { SELDOM } else { OFTEN };
        let flock = found.iter().find(|one| one.agent.is_none());
        if let (Some(patience), Some(flock)) = (patience, flock) {
            let left = patience.saturating_sub(flock.waited);
            if flock.is_certain() && left.is_zero() {
                return RunError::NoWorker(Box::new(flock.clone()));
            }
            longest = longest.min(left.max(LOOK));
        }
        sleep(pause.min(longest)).await;
        pause = (pause * 2).min(SELDOM);
    }
}

/// The same for an answer: ends when nobody has polled the queue of `run` for `patience`.
pub(crate) async fn unanswered(
    engine: &dyn Engine,
    run: &RunId,
    patience: Duration,
    mut tell: impl FnMut(&Unserved),
) -> RunError {
    if engine.unserved(run).is_none() {
        return std::future::pending().await;
    }
    let began = Instant::now();
    let mut told = Told::default();
    sleep(QUIET).await;
    let Ok(run) = engine.describe(run).await else {
        return std::future::pending().await;
    };
    loop {
        let mut found = engine.queue_unserved(&run.task_queue).await;
        let waited = began.elapsed();
        if let Some(found) = &mut found {
            found.waited = waited;
        }
        told.news(found.as_slice()).for_each(&mut tell);
        let left = patience.saturating_sub(waited);
        match found {
            Some(found) if found.is_certain() && left.is_zero() => {
                return RunError::NoWorker(Box::new(found));
            }
            _ => sleep(LOOK.min(left.max(LOOK / 4))).await,
        }
    }
}

/// Waits for an answer of `run`, unless there is no worker to give it.
pub(crate) async fn answered<T>(
    engine: &dyn Engine,
    run: &RunId,
    answer: impl Future<Output = Result<T, RunError>>,
) -> Result<T, RunError> {
    tokio::select! {
        answer = answer => answer,
        error = unanswered(engine, run, PATIENCE, |one| warn(run, one)) => Err(error),
    }
}

/// How long an answer is waited for where no worker polls.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// What a program that waits is told in its log.
pub(crate) fn warn(run: &RunId, one: &Unserved) {
    tracing::warn!(
        workflow_id = run.workflow_id,
        task_queue = one.task_queue,
        "{one}; it takes `Runtime::worker()`, or the command `{}`",
        one.command()
    );
}

/// What has been told, so that it is told once, and again when it comes back.
#[derive(Default)]
struct Told(Vec<Key>);

type Key = (String, Option<String>, Discriminant<UnservedReason>);

impl Told {
    fn news<'a>(&mut self, found: &'a [Unserved]) -> impl Iterator<Item = &'a Unserved> {
        let key = |one: &Unserved| -> Key {
            let queue = one.task_queue.clone();
            (queue, one.agent.clone(), discriminant(&one.reason))
        };
        let before = std::mem::replace(&mut self.0, found.iter().map(key).collect());
        found.iter().filter(move |one| !before.contains(&key(one)))
    }
}
