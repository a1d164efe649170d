//! The only door to the outside from a flock.

use std::{
    cell::{OnceCell, RefCell},
    fmt,
    marker::PhantomData,
    ops::Deref,
    rc::Rc,
    time::SystemTime,
};

use serde::Serialize;

use super::{
    Board, Flock, FlockDescriptor,
    backend::{FlockBackend, Scope},
    event::StepEvent,
};
use crate::error::{Error, Result};

/// The only door to the outside from a flock: everything here gives the same answer when Temporal
/// replays the flock after a crash.
///
/// | to | |
/// |---|---|
/// | run agents | [`run`](Self::run), [`map`](Self::map) over many inputs, [`poll`](Self::poll) until an answer will do |
/// | wait for time | [`sleep`](Self::sleep), [`sleep_until`](Self::sleep_until), [`within`](Self::within) a limit |
/// | wait for people and programs | [`signal`](Self::signal), [`approval`](Self::approval), [`wait_until`](Self::wait_until) the state is as wanted |
/// | have a state | [`state`](Self::state), [`state_mut`](Self::state_mut); [`set_state`](Self::set_state) shows it to `status` |
/// | reach other runs | [`child`](Self::child), [`external`](Self::external) |
/// | undo and clean up | [`saga`](Self::saga), [`shielded`](Self::shielded), [`is_cancelled`](Self::is_cancelled), [`cancelled`](Self::cancelled) |
/// | go on for months | [`rounds`](Self::rounds), [`continue_as_new`](Self::continue_as_new), [`should_continue_as_new`](Self::should_continue_as_new) |
/// | change under running flocks | [`version`](Self::version), [`patched`](Self::patched), [`deprecate`](Self::deprecate) |
/// | know time and chance | [`now`](Self::now), [`random`](Self::random), [`uuid`](Self::uuid) |
/// | tell | [`log`](Self::log), [`set_memo`](Self::set_memo), [`memo`](Self::memo), [`remove_memo`](Self::remove_memo), [`set_search_attribute`](Self::set_search_attribute), [`remove_search_attribute`](Self::remove_search_attribute) |
/// | know the run | [`info`](Self::info), [`workflow_id`](Self::workflow_id), [`run_id`](Self::run_id), [`is_replaying`](Self::is_replaying) |
///
/// In a `#[flock] impl`, `FlockContext<Self>` reaches the flock's state as well; elsewhere there is
/// none, and `FlockContext` is enough.
///
/// Cheap to clone.
pub struct FlockContext<S = ()> {
    inner: Rc<Inner>,
    scope: Scope,
    /// Itself without the state, once it was asked for by reference.
    plain: OnceCell<Box<FlockContext>>,
    state: PhantomData<fn() -> S>,
}

struct Inner {
    info: RunInfo,
    backend: Box<dyn FlockBackend>,
    board: Rc<Board>,
}

/// Which run this is.
#[derive(Debug, Clone)]
pub struct RunInfo {
    /// What is known about the flock.
    pub flock: &'static FlockDescriptor,
    /// The workflow id.
    pub workflow_id: String,
    /// The run id.
    pub run_id: String,
    /// The queue the flock runs on.
    pub task_queue: String,
}

impl FlockContext {
    pub(crate) fn new(info: RunInfo, board: Rc<Board>, backend: impl FlockBackend) -> Self {
        let inner = Inner {
            info,
            backend: Box::new(backend),
            board,
        };
        Self {
            inner: Rc::new(inner),
            scope: Scope::Run,
            plain: OnceCell::new(),
            state: PhantomData,
        }
    }
}

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
            plain: OnceCell::new(),
            state: PhantomData,
        }
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
        self.board()
            .typed()
            .expect("the runtime makes a run's state and its context of one type")
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

    /// Whether the run has been asked to end.
    pub fn is_cancelled(&self) -> bool {
        self.backend().is_cancelled()
    }

    /// Shows `state` to whoever asks the run for its `status`, and to whoever follows its
    /// [`steps`](crate::FlockHandle::steps).
    ///
    /// # Errors
    /// When the value has no JSON form.
    pub fn set_state(&self, state: impl Serialize) -> Result<()> {
        let state = serde_json::to_value(state).map_err(Error::invalid)?;
        if self.board().show(&state) {
            self.backend().tell(StepEvent::State { state });
        }
        Ok(())
    }

    /// The time, the same on replay.
    pub fn now(&self) -> SystemTime {
        self.backend().now()
    }

    /// A random number below `bound`, the same on replay. 0 for a bound of 0.
    pub fn random(&self, bound: u64) -> u64 {
        // By multiplication rather than remainder: no number is favoured.
        let wide = u128::from(self.backend().random()) * u128::from(bound);
        u64::try_from(wide >> 64).unwrap_or(0)
    }

    /// A random UUID (version 4) in text, the same on replay.
    pub fn uuid(&self) -> String {
        let (high, low) = (self.backend().random(), self.backend().random());
        format!(
            "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
            high >> 32,
            (high >> 16) & 0xffff,
            high & 0xfff,
            0x8000 | (low >> 48) & 0x3fff,
            low & 0xffff_ffff_ffff,
        )
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

    /// Which run this is.
    pub fn info(&self) -> &RunInfo {
        &self.inner.info
    }

    pub(crate) fn backend(&self) -> &dyn FlockBackend {
        &*self.inner.backend
    }

    /// Tells the engine what the run waits for people to answer: it has changed.
    pub(crate) fn approvals_changed(&self) {
        self.backend()
            .approvals_changed(self.board().approvals.waiting());
    }

    pub(crate) fn board(&self) -> &Rc<Board> {
        &self.inner.board
    }

    pub(crate) fn scope(&self) -> Scope {
        self.scope
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
