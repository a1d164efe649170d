//! The runs there are.

use std::future::IntoFuture;

use futures_util::{FutureExt, future::BoxFuture};

use super::Runtime;
use crate::{
    engine::{RunDescription, RunFilter, RunStatus},
    error::RunError,
};

/// So many are given when nothing is said.
const RUNS: usize = 100;

/// A list of runs to be asked for: say which, then `.await` it.
#[derive(Debug)]
#[must_use = "nothing is asked until this is awaited"]
pub struct ListRuns {
    pub(super) runtime: Runtime,
    pub(super) filter: RunFilter,
}

impl Runtime {
    /// Lists the runs there are, the newest first; 100 when nothing is said.
    ///
    /// On the local engine those that go on and the last thousand that have ended. On Temporal those of
    /// the namespace, other programs' included, as its index knows them: a run that has just started or
    /// ended may be in there a second later.
    ///
    /// ```no_run
    /// # async fn example(runtime: flock::Runtime) -> Result<(), flock::RunError> {
    /// use flock::runtime::RunStatus;
    ///
    /// let running = runtime.list().flock("research").status(RunStatus::Running).limit(20);
    /// for run in running.await? {
    ///     println!("{} since {:?}", run.id, run.started);
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`RunError::Invalid`] for a query that the server cannot read, or for any on the local engine;
    /// when the server cannot be reached.
    pub fn list(&self) -> ListRuns {
        ListRuns {
            runtime: self.clone(),
            filter: RunFilter {
                limit: RUNS,
                ..RunFilter::default()
            },
        }
    }
}

impl ListRuns {
    /// Runs of this flock, or of one of these, where it is called again.
    pub fn flock(mut self, name: impl Into<String>) -> Self {
        self.filter.flocks.get_or_insert_default().push(name.into());
        self
    }

    /// Runs of this status; of any when left out.
    pub fn status(mut self, status: RunStatus) -> Self {
        self.filter.status = Some(status);
        self
    }

    /// Runs that Temporal's [list filter](https://docs.temporal.io/list-filter) lets through, besides
    /// what else is said here. The local engine has no index for it.
    pub fn query(mut self, filter: impl Into<String>) -> Self {
        self.filter.query = Some(filter.into());
        self
    }

    /// At most so many runs, the newest; 100 when left out.
    pub fn limit(mut self, runs: usize) -> Self {
        self.filter.limit = runs;
        self
    }
}

impl IntoFuture for ListRuns {
    type Output = Result<Vec<RunDescription>, RunError>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        async move { self.runtime.engine().list(&self.filter).await }.boxed()
    }
}
