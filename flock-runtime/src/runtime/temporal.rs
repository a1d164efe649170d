//! What only a runtime on a Temporal server has: workers, schedules, histories.

use futures_util::{FutureExt, future::BoxFuture};

use super::{Runtime, RuntimeBuilder};
use crate::{
    engine::{
        RunId,
        temporal::{ConnectOptions, History, Schedules, TemporalEngine, Worker},
    },
    error::{RunError, StartError},
};

impl RuntimeBuilder {
    /// A runtime on a Temporal server. Must be called inside a tokio runtime.
    ///
    /// # Errors
    /// As [`parts`](Self::parts); [`StartError::Setting`] when the Temporal configuration is wrong;
    /// [`RunError::Unreachable`](crate::RunError::Unreachable) when the server does not answer
    /// within 5 seconds.
    pub fn connect(
        self,
        options: ConnectOptions,
    ) -> BoxFuture<'static, Result<Runtime, StartError>> {
        async move {
            let parts = self.parts()?;
            let engine = TemporalEngine::connect(parts.clone(), options).await?;
            Ok(Runtime::new(parts, engine))
        }
        .boxed()
    }
}

impl Runtime {
    /// The engine, where it is on a server.
    pub(crate) fn temporal(&self) -> Option<&TemporalEngine> {
        self.engine.temporal()
    }

    /// A worker for everything that is linked in. It needs a runtime on a Temporal server
    /// ([`RuntimeBuilder::connect`](crate::RuntimeBuilder::connect)).
    pub fn worker(&self) -> Worker {
        Worker::new(self.temporal().cloned())
    }

    /// The schedules of the program of this name, which is to stay the same from build to build.
    ///
    /// # Errors
    /// When the runtime is on no Temporal server: the local engine has no schedules.
    pub fn schedules(&self, program: impl Into<String>) -> Result<Schedules, RunError> {
        match self.temporal() {
            Some(engine) => Ok(Schedules::new(engine.clone(), program.into())),
            None => Err(RunError::Engine(
                "schedules are kept by a Temporal server, and this runtime is on the local engine: make it with `Runtime::builder().connect(…)`".to_owned(),
            )),
        }
    }

    /// The event history of a run on a Temporal server, to be kept or replayed: with its values as they were
    /// before they were encrypted, where this program can read them. The command `record` keeps it as the server does.
    ///
    /// # Errors
    /// When there is no such run, when no worker has taken it up yet, when the server cannot be
    /// reached, or when the runtime is on the local engine, which keeps no histories.
    pub fn history<'a>(&'a self, run: &'a RunId) -> BoxFuture<'a, Result<History, RunError>> {
        async move {
            let engine = self.with_histories()?;
            History::of(engine, run).await?.opened(engine.codec()).await
        }
        .boxed()
    }

    /// The same as the server has it, but whole: large values that are kept elsewhere may be gone one day.
    #[cfg(feature = "cli")]
    pub(crate) fn kept_history<'a>(
        &'a self,
        run: &'a RunId,
    ) -> BoxFuture<'a, Result<History, RunError>> {
        async move {
            let engine = self.with_histories()?;
            let history = History::of(engine, run).await?;
            history.gathered(engine.codec()).await
        }
        .boxed()
    }

    fn with_histories(&self) -> Result<&TemporalEngine, RunError> {
        self.temporal().ok_or_else(|| {
            RunError::Engine(
                "the local engine keeps no histories: they are on a Temporal server".to_owned(),
            )
        })
    }
}
