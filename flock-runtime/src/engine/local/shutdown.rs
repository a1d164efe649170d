//! The end of an engine whose program is told to end.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use tokio::time::{Instant, timeout_at};

use super::{Shared, run::Run};
use crate::engine::{RunFilter, RunId, RunStatus};

/// What is left at the end of the grace period may clean up for so long.
const CLEANING: Duration = Duration::from_secs(5);

/// One that is ended hears of it as soon as its body waits for anything.
const ENDING: Duration = Duration::from_secs(1);

impl Shared {
    /// Gives the runs that did not come to their end by themselves within `grace`.
    pub(super) async fn shut_down(&self, grace: Duration) -> Vec<RunId> {
        self.closing.store(true, Ordering::SeqCst);
        self.idle(grace).await;
        let left = self.going_on();
        for run in &left {
            run.execution.cancel("the program is shutting down");
        }
        if !left.is_empty() {
            self.idle(CLEANING).await;
            for run in self.going_on() {
                run.execution.terminate("the program has shut down");
            }
            self.idle(ENDING).await;
        }
        left.iter().map(|run| RunId::clone(&run.id)).collect()
    }

    /// Waits until no run goes on, and no longer than `limit`.
    async fn idle(&self, limit: Duration) {
        let now = Instant::now();
        let Some(end) = now.checked_add(limit) else {
            return;
        };
        // What has ended may have started others.
        while let Some(run) = self.going_on().pop() {
            let execution = Arc::clone(&run.execution);
            drop(run);
            if timeout_at(end, execution.outcome()).await.is_err() {
                return;
            }
        }
    }

    fn going_on(&self) -> Vec<Arc<Run>> {
        self.runs.kept(&RunFilter {
            status: Some(RunStatus::Running),
            ..RunFilter::default()
        })
    }
}
