//! Steps that are undone when a later one fails.

use std::{cell::RefCell, error::Error as StdError, fmt, future::Future};

use futures_util::{FutureExt, future::LocalBoxFuture};

use super::FlockContext;
use crate::{
    agent::Agent,
    error::{Error, Result},
};

type Undo = Box<dyn FnOnce(FlockContext) -> LocalBoxFuture<'static, Result<()>>>;

/// What is to be undone when the saga fails. Register it before the step: a step that fails half way,
/// or whose answer is lost, may have done its work.
pub struct Saga {
    undos: RefCell<Vec<(String, Undo)>>,
}

impl Saga {
    /// Undoes by the agent `A`, retried by its own policy.
    ///
    /// It may be called for a step that never took place: make it do nothing then.
    pub fn undo<A: Agent>(&self, input: impl Into<A::Input>) {
        let input = input.into();
        self.undo_by(A::NAME, move |context| async move {
            context.run::<A>(input).await.map(drop)
        });
    }

    /// Undoes by whatever `undo` does with a context that cancellation does not reach. `name` is how
    /// the report calls it.
    pub fn undo_by<F>(
        &self,
        name: impl Into<String>,
        undo: impl FnOnce(FlockContext) -> F + 'static,
    ) where
        F: Future<Output = Result<()>> + 'static,
    {
        let undo: Undo = Box::new(|context| undo(context).boxed_local());
        self.undos.borrow_mut().push((name.into(), undo));
    }

    /// The last first; one that fails does not stop the rest.
    async fn unwind(self, context: FlockContext, error: Error) -> SagaFailed {
        let mut failed = SagaFailed {
            error,
            undone: Vec::new(),
            not_undone: Vec::new(),
        };
        for (name, undo) in self.undos.into_inner().into_iter().rev() {
            match undo(context.clone()).await {
                Ok(()) => failed.undone.push(name),
                Err(error) => failed.not_undone.push((name, error)),
            }
        }
        failed
    }
}

impl fmt::Debug for Saga {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let undos = self.undos.borrow();
        f.debug_list()
            .entries(undos.iter().map(|(name, _)| name))
            .finish()
    }
}

/// A saga that failed, and what became of its steps.
///
/// By `?` it becomes the error that it failed with, kind and type kept; what was undone and what could
/// not be stands among its causes.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SagaFailed {
    /// What it failed with.
    pub error: Error,
    /// What was undone, in the order in which it was.
    pub undone: Vec<String>,
    /// What could not be undone, and why.
    pub not_undone: Vec<(String, Error)>,
}

impl SagaFailed {
    /// As the error of a flock.
    pub(crate) fn into_error(self) -> Error {
        let mut failure = self.error.into_failure();
        if !self.undone.is_empty() {
            let undone = self.undone.join(", ");
            failure.causes.push(format!("undone: {undone}"));
        }
        for (name, error) in self.not_undone {
            failure.causes.push(format!("NOT undone: {name}: {error}"));
        }
        Error::from(failure)
    }
}

impl fmt::Display for SagaFailed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.clone().into_error().fmt(f)
    }
}

impl StdError for SagaFailed {}

impl<S: 'static> FlockContext<S> {
    /// Does `steps`; when they fail, or the run is cancelled meanwhile, undoes what was registered, the
    /// last first. Each is retried by its agent's policy, one that fails does not stop the rest, and
    /// none is stopped by a cancellation.
    ///
    /// ```
    /// # use flock::prelude::*;
    /// # #[agent(output = "charge: String")]
    /// # async fn charge_card(order: String) -> Result<String> { Ok(order) }
    /// # #[agent] async fn refund_card(order: String) -> Result<()> { drop(order); Ok(()) }
    /// # #[agent] async fn ship(order: String) -> Result<()> { drop(order); Ok(()) }
    /// #[flock]
    /// async fn place_order(ctx: FlockContext, order: String) -> Result<()> {
    ///     ctx.saga(async |saga| {
    ///         saga.undo::<refund_card>(order.clone());
    ///         ctx.run::<charge_card>(order.clone()).await?;
    ///         ctx.run::<ship>(order.clone()).await
    ///     })
    ///     .await?;
    ///     Ok(())
    /// }
    /// ```
    ///
    /// # Errors
    /// [`SagaFailed`] with the error of the step that failed, and what was undone.
    pub async fn saga<T>(
        &self,
        steps: impl AsyncFnOnce(&Saga) -> Result<T>,
    ) -> Result<T, SagaFailed> {
        let saga = Saga {
            undos: RefCell::default(),
        };
        match steps(&saga).await {
            Ok(done) => Ok(done),
            Err(error) => Err(saga.unwind(self.plain().shielded(), error).await),
        }
    }
}
