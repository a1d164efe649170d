//! The only door to the outside from a flock.

use std::{
    cell::{OnceCell, RefCell},
    fmt,
    future::ready,
    marker::PhantomData,
    ops::Deref,
    rc::Rc,
    time::SystemTime,
};

use futures_util::{FutureExt, future::LocalBoxFuture};
use serde::Serialize;

use super::{
    AgentRun, Flock, FlockDescriptor, RunState, Sleep, Wait,
    backend::{FlockBackend, Scope, Traced},
    event::StepEvent,
    message::Signal,
    observed,
};
use crate::{
    agent::{Agent, entry::Entry},
    error::{Error, Result},
    telemetry::{Metrics, trace::TraceContext},
    value::{
        duration::IntoDuration,
        payload::{Payload, to_value},
    },
};

/// A flock's context (Temporal: workflow context), the only door to the outside: everything here gives
/// the same answer when Temporal replays the flock after a crash.
///
/// | to | |
/// |---|---|
/// | run agents | [`run`](Self::run), [`map`](Self::map) over many inputs, [`chat`](Self::chat) with one that remembers, [`poll`](Self::poll) until an answer will do |
/// | wait for time | [`sleep`](Self::sleep), [`sleep_until`](Self::sleep_until), [`within`](Self::within) a limit |
/// | wait for people and programs | [`signal`](Self::signal), [`approval`](Self::approval), [`wait_until`](Self::wait_until) the state is as wanted |
/// | have a state | [`state`](Self::state), [`state_mut`](Self::state_mut); [`set_status`](Self::set_status) shows it to `status` |
/// | have agents run when facts are there | [`blackboard`](Self::blackboard) |
/// | put agents together | [`refine`](Self::refine), [`vote`](Self::vote), [`map_reduce`](Self::map_reduce), [`debate`](Self::debate), [`orchestrate`](Self::orchestrate) |
/// | reach other runs | [`child`](Self::child), [`external`](Self::external) |
/// | undo and clean up | [`saga`](Self::saga), [`shielded`](Self::shielded), [`is_cancelled`](Self::is_cancelled), [`cancelled`](Self::cancelled) |
/// | go on for months | [`rounds`](Self::rounds), [`continue_as_new`](Self::continue_as_new), [`should_continue_as_new`](Self::should_continue_as_new) |
/// | change under running flocks | [`version`](Self::version), [`patched`](Self::patched), [`deprecate`](Self::deprecate) |
/// | know time and chance | [`now`](Self::now), [`random`](Self::random), [`uuid`](Self::uuid) |
/// | tell | [`log`](Self::log), [`metrics`](Self::metrics), [`publish`](Self::publish), [`set_memo`](Self::set_memo), [`memo`](Self::memo), [`remove_memo`](Self::remove_memo), [`set_search_attribute`](Self::set_search_attribute), [`remove_search_attribute`](Self::remove_search_attribute) |
/// | know the run | [`info`](Self::info), [`workflow_id`](Self::workflow_id), [`run_id`](Self::run_id), [`is_replaying`](Self::is_replaying) |
///
/// In a `#[flock] impl`, `FlockContext<Self>` reaches the flock's state as well; elsewhere there is
/// none, and `FlockContext` is enough.
///
/// Cheap to clone.
pub struct FlockContext<S = ()> {
    inner: Rc<Inner>,
    scope: Scope,
    /// What its calls are part of, in a trace.
    trace: Option<TraceContext>,
    /// Itself without the state, once it was asked for by reference.
    plain: OnceCell<Box<FlockContext>>,
    state: PhantomData<fn() -> S>,
}

struct Inner {
    info: RunInfo,
    backend: Box<dyn FlockBackend>,
    run_state: Rc<RunState>,
    traced: Traced,
}

/// Which run this is (Temporal: workflow info).
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct RunInfo {
    /// What is known about the flock.
    pub flock: &'static FlockDescriptor,
    /// The workflow id.
    pub workflow_id: String,
    /// The run id.
    pub run_id: String,
    /// The task queue the flock runs on.
    pub task_queue: String,
}

impl FlockContext {
    pub(crate) fn new(info: RunInfo, run_state: Rc<RunState>, backend: impl FlockBackend) -> Self {
        let traced = backend.traced();
        let trace = observed::trace(&traced, &info.run_id);
        let inner = Inner {
            info,
            backend: Box::new(backend),
            run_state,
            traced,
        };
        Self {
            inner: Rc::new(inner),
            scope: Scope::Run,
            trace,
            plain: OnceCell::new(),
            state: PhantomData,
        }
    }
}

// Here is what has bounds that rustc may have to quote: of a method elsewhere it names the module too.
impl<S: 'static> FlockContext<S> {
    /// The same context, as functions take it that know nothing of the flock's state. Where they take it
    /// by reference, `&ctx` is enough.
    pub fn plain(&self) -> FlockContext {
        self.typed()
    }

    pub(crate) fn typed<T>(&self) -> FlockContext<T> {
        FlockContext {
            inner: Rc::clone(&self.inner),
            scope: self.scope,
            trace: self.trace,
            plain: OnceCell::new(),
            state: PhantomData,
        }
    }

    /// Runs the agent `A` and waits for its result (Temporal: executes an activity).
    ///
    /// The input is the agent's input struct or anything that converts into it: the value itself
    /// for one field, a tuple for more. Options set here are above all others.
    ///
    /// ```
    /// # use flock::prelude::*;
    /// # #[agent(output = "findings: String")]
    /// # async fn researcher(topic: String) -> Result<String> { Ok(topic) }
    /// #[flock]
    /// async fn look_up(ctx: FlockContext, topic: String) -> Result<String> {
    ///     let found = ctx.run::<researcher>(topic).timeout("1m").await?;
    ///     Ok(found.findings)
    /// }
    /// ```
    ///
    /// # Errors
    /// The agent's error, once no attempt is left; `Cancelled` when the run is cancelled meanwhile.
    pub fn run<A: Agent>(&self, input: impl Into<A::Input>) -> AgentRun<A::Output> {
        AgentRun::new(
            self.plain(),
            &Entry::<A>::ENTRY,
            Payload::encode(&input.into()).map_err(|error| error.context("its input")),
        )
    }

    /// Waits for `duration`, days if need be: a durable timer. Dropping it cancels the timer.
    ///
    /// Gives `Cancelled` when the run is cancelled meanwhile.
    pub fn sleep(&self, duration: impl IntoDuration) -> Sleep {
        Sleep::new(match duration.into_duration() {
            Ok(duration) => self.backend().sleep(self.scope, duration),
            Err(error) => ready(Err(error)).boxed_local(),
        })
    }

    /// Waits until `time`; not at all when it has passed.
    pub fn sleep_until(&self, time: SystemTime) -> Sleep {
        self.sleep(time.duration_since(self.now()).unwrap_or_default())
    }

    /// Waits for the next signal of this type. Those that came earlier wait in order, and each is
    /// given once: nothing is lost or merged.
    ///
    /// ```
    /// # use flock::prelude::*;
    /// #[signal]
    /// struct Approve {
    ///     by: String,
    /// }
    ///
    /// #[flock]
    /// async fn publish(ctx: FlockContext, text: String) -> Result<String> {
    ///     let approval = ctx.signal::<Approve>().within("3d").await?;
    ///     Ok(format!("{text}, approved by {}", approval.by))
    /// }
    /// ```
    ///
    /// A signal that does not fit the type is left out, with a warning in the log.
    ///
    /// # Errors
    /// `Timeout` after [`within`](Wait::within); `Cancelled` when the run is cancelled meanwhile.
    pub fn signal<M: Signal>(&self) -> Wait<M> {
        let context = self.plain();
        let next = async move {
            loop {
                let run_state = Rc::clone(&context.inner.run_state);
                let has = Box::new(move || run_state.has_signal(M::NAME));
                context.backend().wait_until(context.scope, has).await?;
                match context
                    .run_state()
                    .take_signal(M::NAME)
                    .map(|message| message.decode())
                {
                    Some(Ok(message)) => return Ok(message),
                    Some(Err(error)) => context.log(format_args!(
                        "signal `{}` does not fit and is left out: {error}",
                        M::NAME
                    )),
                    // Another part of the flock was first.
                    None => {}
                }
            }
        };
        Wait::new(
            self.plain(),
            next.boxed_local(),
            format!("signal `{}`", M::NAME),
        )
    }

    /// Looks at the flock's state.
    ///
    /// # Panics
    /// Inside [`state_mut`](Self::state_mut) of the same state.
    pub fn state<R>(&self, look: impl FnOnce(&S) -> R) -> R {
        look(&self.cell().borrow())
    }

    /// Changes the flock's state, and has what waits for it look again.
    ///
    /// # Panics
    /// Inside [`state`](Self::state) or `state_mut` of the same state.
    pub fn state_mut<R>(&self, change: impl FnOnce(&mut S) -> R) -> R {
        let result = change(&mut self.cell().borrow_mut());
        self.backend().wake();
        result
    }

    fn cell(&self) -> &RefCell<S> {
        self.run_state()
            .typed()
            .expect("the runtime makes a run's state and its context of one type")
    }

    /// Waits until the flock's state is as wanted. Signals and updates change it meanwhile.
    ///
    /// # Errors
    /// `Timeout` after [`within`](Wait::within); `Cancelled` when the run is cancelled meanwhile.
    pub fn wait_until(&self, mut wanted: impl FnMut(&S) -> bool + 'static) -> Wait<()> {
        let context = self.typed::<S>();
        let wanted = Box::new(move || context.state(&mut wanted));
        Wait::new(
            self.plain(),
            self.backend().wait_until(self.scope, wanted),
            "what it waits for".to_owned(),
        )
    }

    /// Waits for `work` no longer than `limit`; then it is dropped, and what it waited for cancelled.
    /// A [`saga`](Self::saga) in it is undone.
    ///
    /// # Errors
    /// `Timeout` when the limit was first; otherwise those of `work`.
    // No `async fn`, whose type would know the limit's: one that is no duration would be told three times.
    pub fn within<'a, T: 'a>(
        &'a self,
        limit: impl IntoDuration,
        work: impl Future<Output = Result<T>> + 'a,
    ) -> LocalBoxFuture<'a, Result<T>> {
        let limit = limit.into_duration();
        Box::pin(async move {
            let limit = limit?;
            super::wait::within(self.sleep(limit), limit, "it", work).await
        })
    }

    /// A context whose calls, timers and waits go on when the run is cancelled: for cleaning up.
    ///
    /// ```
    /// # use flock::prelude::*;
    /// # #[agent] async fn release(seat: String) -> Result<()> { Ok(()) }
    /// #[flock]
    /// async fn hold(ctx: FlockContext, seat: String) -> Result<()> {
    ///     let held = ctx.sleep("15m").await;
    ///     if held.is_err() {
    ///         ctx.shielded().run::<release>(seat).await?;
    ///     }
    ///     held
    /// }
    /// ```
    #[must_use]
    pub fn shielded(&self) -> Self {
        Self {
            scope: Scope::Shielded,
            ..self.clone()
        }
    }

    /// Whether the run has been cancelled: asked to end.
    pub fn is_cancelled(&self) -> bool {
        self.backend().is_cancelled()
    }

    /// Shows `state` to whoever asks the run for its `status`, and to whoever follows its
    /// [`steps`](crate::FlockHandle::steps).
    ///
    /// # Errors
    /// When the value has no JSON form.
    pub fn set_status(&self, state: impl Serialize) -> Result<()> {
        let state = to_value(&state).map_err(|error| error.context("the status"))?;
        if self.run_state().show(&state) {
            self.backend().emit(StepEvent::State { state });
        }
        Ok(())
    }

    /// The time, the same on replay.
    pub fn now(&self) -> SystemTime {
        self.backend().now()
    }

    /// Writes a line to the log through `tracing`, once: silent on replay.
    pub fn log(&self, message: impl fmt::Display) {
        if !self.backend().is_replaying() {
            let info = self.info();
            tracing::info!(
                target: "flock",
                flock = info.flock.name,
                workflow_id = info.workflow_id,
                run_id = info.run_id,
                "{message}"
            );
        }
    }

    /// Metrics of the program's own: silent on replay, so that each is recorded once.
    ///
    /// ```
    /// # use flock::prelude::*;
    /// #[flock]
    /// async fn order(ctx: FlockContext, country: String) -> Result<()> {
    ///     ctx.metrics().counter("orders_total").label("country", country).add(1);
    ///     Ok(())
    /// }
    /// ```
    pub fn metrics(&self) -> Metrics {
        match self.is_replaying() {
            true => Metrics::silent(),
            false => self.traced().telemetry.metrics.clone(),
        }
    }

    /// Whether Temporal is replaying what already happened. Never decide anything by it.
    pub fn is_replaying(&self) -> bool {
        self.backend().is_replaying()
    }

    /// The workflow id.
    pub fn workflow_id(&self) -> &str {
        &self.inner.info.workflow_id
    }

    /// The run id.
    pub fn run_id(&self) -> &str {
        &self.inner.info.run_id
    }

    /// Which run this is (Temporal: workflow info).
    pub fn info(&self) -> &RunInfo {
        &self.inner.info
    }

    pub(crate) fn backend(&self) -> &dyn FlockBackend {
        &*self.inner.backend
    }

    /// Tells the engine what the run waits for people to answer: it has changed.
    pub(crate) fn approvals_changed(&self) {
        self.backend()
            .approvals_changed(self.run_state().approvals.waiting());
    }

    pub(crate) fn run_state(&self) -> &RunState {
        &self.inner.run_state
    }

    /// The same, for what outlives a look at it.
    pub(crate) fn shared_state(&self) -> Rc<RunState> {
        Rc::clone(&self.inner.run_state)
    }

    pub(crate) fn scope(&self) -> Scope {
        self.scope
    }

    /// What its calls are part of, in a trace that is told.
    pub(crate) fn trace(&self) -> Option<TraceContext> {
        self.trace
    }

    pub(crate) fn traced(&self) -> &Traced {
        &self.inner.traced
    }

    /// The same context, for calls that are part of something smaller than the run.
    pub(crate) fn within_span(mut self, trace: TraceContext) -> Self {
        self.trace = Some(trace);
        self
    }
}

/// A flock's own context where one is taken that knows nothing of its state: `helper(&ctx)`.
impl<S: Flock> Deref for FlockContext<S> {
    type Target = FlockContext;

    fn deref(&self) -> &FlockContext {
        self.plain.get_or_init(|| Box::new(self.plain()))
    }
}

impl<S> Clone for FlockContext<S> {
    fn clone(&self) -> Self {
        Self {
            inner: Rc::clone(&self.inner),
            scope: self.scope,
            trace: self.trace,
            plain: OnceCell::new(),
            state: PhantomData,
        }
    }
}

impl<S> fmt::Debug for FlockContext<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("FlockContext")
            .field(&self.inner.info)
            .finish()
    }
}

/// What a flock that was cancelled ends with.
pub(crate) fn cancelled() -> Error {
    Error::cancelled("the run was cancelled")
}
