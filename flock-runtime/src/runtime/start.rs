//! A start: options first, then a future.

use std::{fmt, future::IntoFuture, marker::PhantomData};

use futures_util::{FutureExt, future::BoxFuture};
use serde::Serialize;

use super::{FlockHandle, Runtime};
use crate::{
    declare::{
        id_policy::{IdConflict, IdReuse},
        search::SearchValue,
    },
    engine::StartOptions,
    error::{Result, RunError},
    flock::entry::FlockEntry,
    value::payload::{Payload, to_value},
};

/// A start of the flock `F`: set options, then `.await` it for a handle. Nothing happens before.
#[must_use = "a flock starts when this is awaited"]
pub struct Start<F> {
    runtime: Runtime,
    entry: Result<&'static FlockEntry, RunError>,
    input: Result<Payload, RunError>,
    options: Result<StartOptions>,
    flock: PhantomData<fn() -> F>,
}

impl<F> Start<F> {
    pub(crate) fn new(
        runtime: Runtime,
        entry: Result<&'static FlockEntry, RunError>,
        input: Result<Payload, RunError>,
    ) -> Self {
        Self {
            runtime,
            entry,
            input,
            options: Ok(StartOptions::default()),
            flock: PhantomData,
        }
    }

    fn with(mut self, set: impl FnOnce(&mut StartOptions)) -> Self {
        if let Ok(options) = &mut self.options {
            set(options);
        }
        self
    }

    /// The workflow id. Random when left out. What happens when a run has it already is said by
    /// [`id_conflict`](Self::id_conflict) and [`id_reuse`](Self::id_reuse).
    pub fn id(self, workflow_id: impl Into<String>) -> Self {
        self.with(|options| options.workflow_id = Some(workflow_id.into()))
    }

    /// Puts a value into the run's memo, where it is kept with the run. No secrets: everyone who can list
    /// runs sees it.
    pub fn memo(mut self, key: impl Into<String>, value: impl Serialize) -> Self {
        match (to_value(&value), &mut self.options) {
            (Ok(value), Ok(options)) => {
                options.memo.insert(key.into(), value);
            }
            (Err(error), Ok(_)) => self.options = Err(error),
            (_, Err(_)) => {}
        }
        self
    }

    /// Ties runs of one conversation together (Temporal: search attribute `session_id`).
    pub fn session(self, session_id: impl Into<String>) -> Self {
        self.with(|options| options.session_id = Some(session_id.into()))
    }

    /// Sets a search attribute that the flock declares
    /// (`#[flock(search_attributes(customer: Keyword))]`), by which `list --query` finds the run.
    pub fn search_attribute(self, name: impl Into<String>, value: impl Into<SearchValue>) -> Self {
        self.with(|options| {
            options.search_attributes.insert(name.into(), value.into());
        })
    }

    /// Workflow id reuse policy: whether the id of a run that has ended may be used. What
    /// `#[flock(id_reuse = "…")]` says when left out, else it may.
    pub fn id_reuse(self, policy: IdReuse) -> Self {
        self.with(|options| options.id_reuse = Some(policy))
    }

    /// Workflow id conflict policy: what happens when a run of this id is going on. The start is refused
    /// when left out, as [`RunError::AlreadyRunning`]. With [`IdConflict::UseExisting`] it gives a handle
    /// on that run, so that a request which is sent twice starts one run:
    ///
    /// ```no_run
    /// # async fn example<Order: flock::Flock>(
    /// #     runtime: flock::Runtime, number: u64, input: Order::Input,
    /// # ) -> Result<(), flock::RunError> {
    /// use flock::{IdConflict, IdReuse};
    ///
    /// let run = runtime
    ///     .start::<Order>(input)
    ///     .id(format!("order-{number}"))
    ///     .id_conflict(IdConflict::UseExisting)
    ///     .id_reuse(IdReuse::RejectDuplicate)
    ///     .await?;
    /// # Ok(()) }
    /// ```
    ///
    /// The run that goes on may have been started with another input, or be one of another flock. One
    /// that has ended is started anew, unless [`id_reuse`](Self::id_reuse) forbids it.
    pub fn id_conflict(self, policy: IdConflict) -> Self {
        self.with(|options| options.id_conflict = policy)
    }

    /// Somebody will follow what agents say while they are at work ([`FlockHandle::stream`]), from the first
    /// word. Without it the run's first agents may have begun before anybody listens. What runs on Temporal
    /// needs not be told.
    pub fn streamed(self) -> Self {
        self.with(|options| options.streamed = true)
    }

    /// What the run is part of, in a trace that the caller has begun: W3C's `traceparent`, as it comes with a
    /// request by HTTP. Without it the run begins a trace of its own, whose id is the run id.
    ///
    /// The run fails to start where it is none.
    pub fn traceparent(self, traceparent: impl Into<String>) -> Self {
        self.with(|options| options.traceparent = Some(traceparent.into()))
    }

    /// The task queue to start on, in place of the flock's.
    pub fn task_queue(self, queue: impl Into<String>) -> Self {
        self.with(|options| options.task_queue = Some(queue.into()))
    }
}

impl<F: 'static> IntoFuture for Start<F> {
    type Output = Result<FlockHandle<F>, RunError>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        async move {
            let (flock, input) = (self.entry?, self.input?);
            let options = self.options.map_err(|error| RunError::value(&error))?;
            let id = self.runtime.start_entry(flock, input, options).await?;
            Ok(FlockHandle::new(self.runtime, id))
        }
        .boxed()
    }
}

impl<F> fmt::Debug for Start<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Start").field(&self.options).finish()
    }
}
