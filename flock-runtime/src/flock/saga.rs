//! Steps that are undone when a later one fails.

use std::{cell::RefCell, fmt, future::Future, rc::Rc};

use futures_util::{FutureExt, future::LocalBoxFuture};

use super::{FlockContext, continue_as_new::CONTINUES, of_flock};
use crate::{
    agent::Agent,
    error::{Error, Result, SagaFailed, saga_causes},
};

type Undo = Box<dyn FnOnce(FlockContext) -> LocalBoxFuture<'static, Result<()>>>;

/// The compensations of a saga: what is to be undone when it fails. Register one before its step: a step
/// that fails half way, or whose answer is lost, may have done its work.
pub struct Saga {
    /// Shared with what undoes them.
    undos: Undos,
}

type Undos = Rc<RefCell<Vec<(String, Undo)>>>;

impl Saga {
    /// Registers a compensation: the agent `A`, retried by its own policy.
    ///
    /// It may be called for a step that never took place: make it do nothing then.
    pub fn undo<A: Agent>(&self, input: impl Into<A::Input>) {
        let input = input.into();
        self.undo_by(A::NAME, move |context| async move {
            context.run::<A>(input).await.map(drop)
        });
    }

    /// Registers a compensation: whatever `undo` does with a context that cancellation does not reach.
    /// `name` is how the report calls it.
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
}

/// A saga, and how far it has been undone. Dropped before its end, as by `within`, it goes on being
/// undone, and the run waits for that.
struct Unwinding {
    /// Cancellation does not reach it.
    context: FlockContext,
    undos: Undos,
    /// What is being undone.
    current: Option<(String, LocalBoxFuture<'static, Result<()>>)>,
    undone: Vec<String>,
    not_undone: Vec<(String, Error)>,
}

impl Unwinding {
    fn new(context: FlockContext) -> Self {
        Self {
            context,
            undos: Undos::default(),
            current: None,
            undone: Vec::new(),
            not_undone: Vec::new(),
        }
    }

    /// Undoes the last first; one that fails does not stop the rest.
    async fn unwind(&mut self) {
        loop {
            if self.current.is_none() {
                let next = self.undos.borrow_mut().pop();
                let Some((name, undo)) = next else {
                    return;
                };
                // A mistake in one does not keep the rest from being undone.
                let undoing = of_flock(self.context.info().flock.name, undo(self.context.clone()));
                self.current = Some((name, undoing.boxed_local()));
            }
            let Some((_, undoing)) = &mut self.current else {
                return;
            };
            let result = undoing.await;
            match (self.current.take(), result) {
                (Some((name, _)), Ok(())) => self.undone.push(name),
                (Some((name, _)), Err(error)) => self.not_undone.push((name, error)),
                (None, _) => {}
            }
        }
    }

    /// A new run would know nothing of what is to be undone.
    fn refuse_new_run(&self, error: Error) -> Error {
        if error.type_name() != CONTINUES || self.undos.borrow().is_empty() {
            return error;
        }
        drop(self.context.run_state().take_next());
        Error::permanent(
            "a saga cannot go on in a new run, which would not know what to undo: end the saga first, and return `ctx.continue_as_new(…)` after it",
        )
        .with_type("ContinueAsNewInSaga")
    }

    fn causes(&self) -> Vec<String> {
        saga_causes(&self.undone, &self.not_undone)
    }
}

impl Drop for Unwinding {
    fn drop(&mut self) {
        let left = self.undos.take();
        let current = self.current.take();
        if left.is_empty() && current.is_none() {
            return;
        }
        let mut rest = Self::new(self.context.clone());
        rest.current = current;
        rest.undos = Rc::new(RefCell::new(left));
        rest.undone = std::mem::take(&mut self.undone);
        rest.not_undone = std::mem::take(&mut self.not_undone);
        let work = async move {
            rest.unwind().await;
            for (name, error) in &rest.not_undone {
                let left = format_args!("a saga that was dropped is NOT undone: {name}: {error}");
                rest.context.log(left);
            }
            rest.causes()
        };
        self.context
            .run_state()
            .compensations
            .add(work.boxed_local());
    }
}

/// What a failure says of a saga's steps.
impl fmt::Debug for Saga {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let undos = self.undos.borrow();
        f.debug_list()
            .entries(undos.iter().map(|(name, _)| name))
            .finish()
    }
}

impl<S: 'static> FlockContext<S> {
    /// Runs a saga: does `steps`; when they fail, or the run is cancelled meanwhile, undoes what was
    /// registered, the last first. Each is retried by its agent's policy, one that fails does not stop
    /// the rest, and none is stopped by a cancellation.
    ///
    /// A saga that is dropped (by [`within`](Self::within), by a `select!` that another arm has won,
    /// by a `try_join!` that failed) is undone as well, beside whatever the flock does next; the run
    /// ends when that is done. What could not be undone is then written to the log, and stands among
    /// the causes of the run's error, if it has one. Only a run that ends at once, by a
    /// termination or its time limit, undoes nothing.
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
    /// A closure that gives a future will do as well: `|saga| async move { … }`.
    ///
    /// # Errors
    /// [`SagaFailed`] with the error of the step that failed, and what was undone. One of type
    /// `ContinueAsNewInSaga` when the steps ask for a new run by
    /// [`continue_as_new`](Self::continue_as_new) while there is something to undo.
    pub async fn saga<T, F>(&self, steps: impl FnOnce(Saga) -> F) -> Result<T, SagaFailed>
    where
        F: Future<Output = Result<T>>,
    {
        let mut unwinding = Unwinding::new(self.plain().shielded());
        let saga = Saga {
            undos: Rc::clone(&unwinding.undos),
        };
        let error = match steps(saga).await {
            Ok(done) => {
                unwinding.undos.take();
                return Ok(done);
            }
            Err(error) => error,
        };
        let error = unwinding.refuse_new_run(error);
        unwinding.unwind().await;
        Err(SagaFailed {
            error,
            undone: std::mem::take(&mut unwinding.undone),
            not_undone: std::mem::take(&mut unwinding.not_undone),
        })
    }
}
