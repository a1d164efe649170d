//! The workers of an engine in this process, which its shutdown ends.

use std::time::Duration;

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// The workers of an engine in this process.
pub(crate) struct Workers {
    stop: CancellationToken,
    count: watch::Sender<usize>,
}

impl Default for Workers {
    fn default() -> Self {
        Self {
            stop: CancellationToken::new(),
            count: watch::Sender::new(0),
        }
    }
}

impl Workers {
    /// One more; the token stops it.
    pub(crate) fn begin(&self) -> (AtWork<'_>, CancellationToken) {
        self.count.send_modify(|count| *count += 1);
        (AtWork(self), self.stop.child_token())
    }

    pub(crate) fn are_stopped(&self) -> bool {
        self.stop.is_cancelled()
    }

    /// Stops them, and waits for their ends, no longer than `limit`.
    pub(crate) async fn stop(&self, limit: Duration) {
        self.stop.cancel();
        let mut count = self.count.subscribe();
        let idle = count.wait_for(|count| *count == 0);
        // What agents have not finished then, other workers begin again.
        let _ = tokio::time::timeout(limit, idle).await;
    }
}

/// A worker at work.
pub(crate) struct AtWork<'a>(&'a Workers);

impl Drop for AtWork<'_> {
    fn drop(&mut self) {
        self.0.count.send_modify(|count| *count -= 1);
    }
}
