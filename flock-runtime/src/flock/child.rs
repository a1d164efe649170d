//! Flocks that start flocks.

use std::{
    fmt,
    marker::PhantomData,
    task::{Poll, ready},
};

use futures_util::{FutureExt, future::LocalBoxFuture};
use serde::de::DeserializeOwned;

use super::{
    Flock, FlockContext,
    call::{Call, awaited},
    cancelled,
    child_call::{CancelChild, ChildCall, ChildOptions, ClosePolicy, StartedChild},
    entry::FlockEntry,
    message::Signal,
};
use crate::{
    agent::entry::Entry,
    declare::id_policy::IdReuse,
    error::{Error, Result},
    flock::backend::{Begun, Scope},
    value::{duration::IntoDuration, payload::Payload, run::RunId},
};

impl<S: 'static> FlockContext<S> {
    /// Runs the flock `F` as a child (Temporal: child workflow): a run of its own, with its own history,
    /// limits and retries. `.await` gives its result; [`start`](ChildRun::start) a handle on it.
    ///
    /// The input is the flock's input struct or anything that converts into it.
    ///
    /// ```
    /// # use flock::prelude::*;
    /// # #[agent(output = "rows: Vec<String>")]
    /// # async fn reader(file: String) -> Result<Vec<String>> { Ok(vec![file]) }
    /// #[flock(task_queue = "files")]
    /// async fn import(ctx: FlockContext, file: String) -> Result<usize> {
    ///     Ok(ctx.run::<reader>(file).await?.rows.len())
    /// }
    ///
    /// #[flock]
    /// async fn import_both(ctx: FlockContext, left: String, right: String) -> Result<usize> {
    ///     let left = ctx.child::<import>(left).timeout("1h");
    ///     let right = ctx.child::<import>(right).id("import-right");
    ///     let (left, right) = flock::join!(left, right);
    ///     Ok(left? + right?)
    /// }
    /// ```
    ///
    /// Dropping the call before its end cancels the child, and so does cancelling the parent, which
    /// then waits for what the child makes of it. A [`shielded`](Self::shielded) context keeps the
    /// parent's cancellation from it.
    ///
    /// # Errors
    /// The child's own error, with its kind and type, and the agent that failed. `Cancelled` when it
    /// was cancelled, `Timeout` after its time limit, an error of type `Terminated` when it was ended
    /// from outside. One of type `AlreadyRunning` when a run has its id already.
    pub fn child<F: Flock>(&self, input: impl Into<F::Input>) -> ChildRun<F::Output> {
        ChildRun {
            flock: F::NAME,
            call: Call::new(Ready {
                context: self.plain(),
                flock: &Entry::<F>::FLOCK,
                input: Payload::encode(&input.into()),
                workflow_id: None,
                task_queue: None,
                options: ChildOptions::default(),
            }),
            output: PhantomData,
        }
    }
}

/// A child to be run: set options, then `.await` it, or its [`start`](Self::start). Nothing happens
/// before.
#[must_use = "a child starts when its call is awaited"]
pub struct ChildRun<O> {
    flock: &'static str,
    call: Call<Ready, Result<Payload>>,
    output: PhantomData<fn() -> O>,
}

struct Ready {
    context: FlockContext,
    flock: &'static FlockEntry,
    input: Result<Payload>,
    workflow_id: Option<String>,
    task_queue: Option<String>,
    options: ChildOptions,
}

impl<O> ChildRun<O> {
    fn with(mut self, set: impl FnOnce(&mut Ready)) -> Self {
        self.call.set(set);
        self
    }

    fn limited(
        self,
        limit: impl IntoDuration,
        set: impl FnOnce(&mut ChildOptions, std::time::Duration),
    ) -> Self {
        self.with(|ready| match limit.into_duration() {
            Ok(limit) => set(&mut ready.options, limit),
            Err(error) => ready.input = Err(error),
        })
    }

    /// Its workflow id. When left out, a random one with the flock's name in front, the same on
    /// replay.
    pub fn id(self, workflow_id: impl Into<String>) -> Self {
        self.with(|ready| ready.workflow_id = Some(workflow_id.into()))
    }

    /// Its task queue. When left out, the one its flock names, else the parent's.
    pub fn task_queue(self, queue: impl Into<String>) -> Self {
        self.with(|ready| ready.task_queue = Some(queue.into()))
    }

    /// Limit of all its runs together (Temporal: workflow execution timeout), in place of its flock's.
    pub fn timeout(self, limit: impl IntoDuration) -> Self {
        self.limited(limit, |options, limit| options.timeout = Some(limit))
    }

    /// Limit of one run of it (Temporal: workflow run timeout), in place of its flock's.
    pub fn run_timeout(self, limit: impl IntoDuration) -> Self {
        self.limited(limit, |options, limit| options.run_timeout = Some(limit))
    }

    /// Parent close policy: what becomes of it when the parent ends first. By default it is terminated.
    pub fn close_policy(self, policy: ClosePolicy) -> Self {
        self.with(|ready| ready.options.close_policy = policy)
    }

    /// Workflow id reuse policy: whether its id may be that of a run that has ended. By default it may.
    pub fn id_reuse(self, policy: IdReuse) -> Self {
        self.with(|ready| ready.options.id_reuse = policy)
    }

    /// Starts it and goes on without waiting for its end.
    ///
    /// ```
    /// # use flock::prelude::*;
    /// #[flock]
    /// async fn audit(ctx: FlockContext, order: String) -> Result<()> {
    ///     ctx.sleep("30d").await?;
    ///     ctx.log(format!("{order} is a month old"));
    ///     Ok(())
    /// }
    ///
    /// #[flock]
    /// async fn sell(ctx: FlockContext, order: String) -> Result<String> {
    ///     let audit = ctx.child::<audit>(order).close_policy(flock::ClosePolicy::Abandon);
    ///     Ok(audit.start().await?.workflow_id().to_owned())
    /// }
    /// ```
    ///
    /// # Errors
    /// When it cannot start: see [`FlockContext::child`].
    pub async fn start(self) -> Result<Child<O>> {
        let Some(ready) = self.call.ready() else {
            // `poll` alone leaves that state, and takes what `start` takes by value.
            return std::future::pending().await;
        };
        let context = ready.context.clone();
        let StartedChild { id, result, cancel } = ready.start().await?;
        Ok(Child {
            context,
            id,
            cancel,
            end: End::Awaited(result),
            flock: self.flock,
            output: PhantomData,
        })
    }
}

/// Runs a flock as a child, without its types.
pub(super) async fn run(
    context: FlockContext,
    flock: &'static FlockEntry,
    input: Payload,
) -> Result<Payload> {
    let ready = Ready {
        context,
        flock,
        input: Ok(input),
        workflow_id: None,
        task_queue: None,
        options: ChildOptions::default(),
    };
    ready.run().await
}

impl Ready {
    async fn start(self) -> Result<StartedChild> {
        let Self { context, flock, .. } = self;
        let input = self.input.map_err(|error| {
            error.context(format_args!(
                "the input of the child `{}`",
                flock.descriptor.name
            ))
        })?;
        if context.scope() == Scope::Run && context.is_cancelled() {
            return Err(cancelled());
        }
        let own_queue = flock.descriptor.own_queue();
        let queue = self.task_queue.or_else(|| own_queue.map(str::to_owned));
        let workflow_id = self.workflow_id.unwrap_or_else(|| {
            format!(
                "{}-{:016x}",
                flock.descriptor.name,
                context.backend().random()
            )
        });
        let call = ChildCall {
            flock,
            input,
            workflow_id,
            task_queue: queue.unwrap_or_else(|| context.info().task_queue.clone()),
            options: self.options,
            scope: context.scope(),
            trace: context.trace(),
        };
        context.backend().start_child(call).await
    }

    async fn run(self) -> Result<Payload> {
        let own = self.context.clone();
        let StartedChild { result, cancel, .. } = self.start().await?;
        let mut cancel = CancelOnDrop(Some((own.clone(), cancel)));
        let result = result.await;
        cancel.0 = None;
        spent(&own, &result);
        result
    }
}

/// What a child has spent counts as its parent's.
fn spent(parent: &FlockContext, result: &Result<Payload>) {
    parent.run_state().spend(match result {
        Ok(output) => output.usage(),
        Err(error) => error.spent(),
    });
}

/// Cancels a child that nobody waits for any more.
struct CancelOnDrop(Option<(FlockContext, CancelChild)>);

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        if let Some((context, cancel)) = self.0.take() {
            let asked = cancel("its parent waits for it no longer");
            context.run_state().on_its_way(asked);
        }
    }
}

fn decode<O: DeserializeOwned>(flock: &str, result: Result<Payload>) -> Result<O> {
    result?.decode().map_err(|error: Error| {
        error.context(format_args!(
            "the result of the child `{flock}` does not fit"
        ))
    })
}

awaited!(ChildRun<O: DeserializeOwned> => Result<O>, |this, cx| {
    let result = ready!(this.call.look(cx, |ready| Begun::Running(ready.run().boxed_local())));
    Poll::Ready(decode(this.flock, result))
});

impl<O> fmt::Debug for ChildRun<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.call.show(f, "ChildRun", self.flock)
    }
}

/// A child (Temporal: child workflow) that has been started. Dropping this leaves it alone: what becomes of
/// it then is up to its [`ClosePolicy`].
pub struct Child<O> {
    context: FlockContext,
    id: RunId,
    cancel: CancelChild,
    end: End,
    flock: &'static str,
    output: PhantomData<fn() -> O>,
}

enum End {
    Awaited(LocalBoxFuture<'static, Result<Payload>>),
    Known(Result<Payload>),
}

impl<O: DeserializeOwned> Child<O> {
    /// Its workflow id.
    pub fn workflow_id(&self) -> &str {
        &self.id.workflow_id
    }

    /// The run id of its first run.
    pub fn run_id(&self) -> &str {
        &self.id.run_id
    }

    /// Sends it a signal.
    ///
    /// # Errors
    /// `NotFound` when it has ended; `Cancelled` when the parent is cancelled meanwhile.
    pub async fn signal<M: Signal>(&self, message: M) -> Result<()> {
        let to = self.context.external(&self.id.workflow_id);
        to.signal(message).await
    }

    /// Cancels it: asks it to end. It may clean up. Nothing happens when it has ended.
    pub fn cancel(&self, reason: &str) {
        let asked = (self.cancel)(reason);
        self.context.run_state().on_its_way(asked);
    }

    /// Waits for its end. May be asked again. Giving up waiting does not cancel the child.
    ///
    /// # Errors
    /// As [`FlockContext::child`].
    pub async fn result(&mut self) -> Result<O> {
        if let End::Awaited(result) = &mut self.end {
            let result = result.await;
            spent(&self.context, &result);
            self.end = End::Known(result);
        }
        match &self.end {
            End::Known(result) => decode(self.flock, result.clone()),
            End::Awaited(_) => std::future::pending().await,
        }
    }
}

impl<O> fmt::Debug for Child<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Child").field(&self.id).finish()
    }
}
