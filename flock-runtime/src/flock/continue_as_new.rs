//! Runs that go on as new ones, so that no history grows without end.

use std::{
    collections::{BTreeMap, VecDeque},
    future::poll_fn,
    ops::ControlFlow,
    pin::pin,
};

use super::{
    Flock, FlockContext,
    budget::Budget,
    cancelled,
    entry::FlockEntry,
    hosted::{self, Hosted},
    join_all, of_flock,
};
use crate::{
    error::{Error, Result},
    flock::backend::Scope,
    value::payload::Payload,
};

/// The failure type of the error that asks for a new run.
pub(super) const CONTINUES: &str = "ContinueAsNew";

/// Signals that wait to be asked for, by name, in order of arrival.
pub(crate) type UnreadSignals = BTreeMap<String, VecDeque<Payload>>;

/// How a flock's body ended.
pub(crate) enum Ending {
    Output(Payload),
    /// A new run goes on, with this input and these signals.
    Next {
        input: Payload,
        unread: UnreadSignals,
        /// The stream that it hosts.
        stream: Option<Payload>,
    },
}

impl<S: 'static> FlockContext<S> {
    /// What a flock returns to continue as new: as a new run, with `input` and an empty history, under
    /// the same workflow id.
    ///
    /// Signals that were not asked for yet are carried over in their order, as are memo and search
    /// attributes; the state of a `#[flock] impl` is not: put what is needed of it in the input. The
    /// new run begins when no handler is at work. A run that has been asked to end ends instead.
    ///
    /// A [`saga`](Self::saga) cannot go on in a new run, which knows nothing of what is to be undone:
    /// return this after the saga, not from inside.
    ///
    /// ```
    /// # use flock::prelude::*;
    /// #[signal]
    /// struct Vote {
    ///     up: bool,
    /// }
    ///
    /// #[flock]
    /// async fn poll(ctx: FlockContext, goal: u64, votes: u64) -> Result<()> {
    ///     let mut votes = votes;
    ///     while votes < goal {
    ///         if ctx.should_continue_as_new() {
    ///             return Err(ctx.continue_as_new::<poll>((goal, votes)));
    ///         }
    ///         votes += u64::from(ctx.signal::<Vote>().await?.up);
    ///     }
    ///     Ok(())
    /// }
    /// ```
    ///
    /// [`rounds`](Self::rounds) does this by itself for a loop. When `F` is not this flock, or the
    /// input has no JSON form, the error says so and ends the run.
    #[must_use = "return it: `return Err(ctx.continue_as_new::<…>(…))`"]
    pub fn continue_as_new<F: Flock>(&self, input: impl Into<F::Input>) -> Error {
        self.renew::<F>(&input.into())
    }

    fn renew<F: Flock>(&self, input: &F::Input) -> Error {
        let this = self.info().flock.name;
        if F::NAME != this {
            return Error::permanent(format!(
                "flock `{this}` cannot continue as flock `{}`: name itself, or run the other as a child",
                F::NAME
            ))
            .with_type("WrongFlock");
        }
        match Payload::encode(input) {
            Ok(input) => self.run_state().set_next(input),
            Err(error) => return error.context("the input of the new run"),
        }
        Error::permanent(
            "the flock goes on as a new run once it returns this error: `return Err(ctx.continue_as_new(…))`",
        )
        .with_type(CONTINUES)
    }

    /// Whether the run has grown so long that it should continue as new: the Temporal server's
    /// suggestion (built in: 4096 events or 4 MB of history), on the local engine 4000 steps; and after 1500
    /// polls of a stream that the flock hosts, since a server takes 2000 updates a run.
    pub fn should_continue_as_new(&self) -> bool {
        let is_worn = self.run_state().hosted().is_some_and(Hosted::is_worn);
        is_worn || self.backend().should_continue_as_new()
    }

    /// A loop that may run for months: one `round` after another, each with the flock's input as the
    /// one before left it, until a round breaks with the flock's result. The history stays short:
    /// between two rounds the run goes on as a new one when it should.
    ///
    /// ```
    /// use std::ops::ControlFlow;
    ///
    /// use flock::prelude::*;
    ///
    /// # #[agent(output = "up: bool")]
    /// # async fn probe(site: String) -> Result<bool> { Ok(true) }
    /// /// Watches a site, hour by hour, and gives how often it was down.
    /// #[flock]
    /// async fn watch(ctx: FlockContext, site: String, hours: u32, down: u32) -> Result<u32> {
    ///     ctx.rounds::<watch>((site, hours, down), async |left| {
    ///         if left.hours == 0 {
    ///             return Ok(ControlFlow::Break(left.down));
    ///         }
    ///         let probe = ctx.run::<probe>(left.site.clone()).await?;
    ///         left.down += u32::from(!probe.up);
    ///         left.hours -= 1;
    ///         ctx.sleep("1h").await?;
    ///         Ok(ControlFlow::Continue(()))
    ///     })
    ///     .await
    /// }
    /// ```
    ///
    /// Everything the loop must remember is in the input, since that is what a new run begins with.
    /// What is said of [`continue_as_new`](Self::continue_as_new) holds here too.
    ///
    /// # Errors
    /// Those of a round, and the one by which the run goes on as a new one: return both.
    pub async fn rounds<F: Flock>(
        &self,
        input: impl Into<F::Input>,
        mut round: impl AsyncFnMut(&mut F::Input) -> Result<ControlFlow<F::Output>>,
    ) -> Result<F::Output> {
        let mut input = input.into();
        loop {
            if let ControlFlow::Break(output) = round(&mut input).await? {
                return Ok(output);
            }
            if self.should_continue_as_new() {
                return Err(self.renew::<F>(&input));
            }
        }
    }
}

/// Runs a flock's body to its end.
pub(super) async fn run(
    flock: &'static FlockEntry,
    context: FlockContext,
    input: Payload,
) -> Result<Ending> {
    let _clear = Clear(context.clone());
    let run_state = context.run_state();
    // Here a `Default` that panics is the flock's own fault, as on its first line.
    run_state.state();
    // What the runs before it have spent.
    run_state.spend(input.usage());
    let budget = Budget::of_run(&context);
    if let Some(budget) = &budget {
        budget.extend(input.extended());
    }
    let body = (flock.run)(context.clone(), input);
    let body = run_state.unless_mistaken(of_flock(flock.descriptor.name, body));
    let body = begins(&context, body);
    let result = run_state.compensations.beside(body).await;
    if run_state.is_holding() {
        let handled = context.clone();
        let handled = Box::new(move || !handled.run_state().is_holding());
        context
            .backend()
            .wait_until(Scope::Shielded, handled)
            .await?;
    }
    let told = run_state.compensations.done().await;
    join_all(run_state.take_under_way()).await;
    hosted::detach(&context).await;
    let error = match result {
        Ok(output) => return Ok(Ending::Output(output.with_usage(run_state.spent()))),
        Err(error) => error.because(told),
    };
    let asked = (error.type_name() == CONTINUES).then(|| context.run_state().take_next());
    let Some(input) = asked.flatten() else {
        return Err(error.with_spent(run_state.spent()));
    };
    // A handler that is cut off would be lost, and whoever waits for its answer with it.
    let handlers = context.clone();
    let idle = Box::new(move || !handlers.run_state().is_handling());
    context.backend().wait_until(Scope::Shielded, idle).await?;
    // The new run would know nothing of it.
    if context.is_cancelled() {
        return Err(cancelled());
    }
    let unread = context.run_state().take_unread();
    let extended = budget.map(|budget| budget.extended()).unwrap_or_default();
    let input = input
        .with_usage(context.run_state().spent())
        .with_extended(extended);
    let hosted = context.run_state().hosted();
    let stream = hosted.map(|hosted| hosted.carried(context.now()));
    Ok(Ending::Next {
        input,
        unread,
        stream: stream.transpose()?,
    })
}

/// The run's body. Once it has been looked at for the first time, updates that wait for that are handled.
async fn begins<T>(context: &FlockContext, body: impl Future<Output = T>) -> T {
    let mut body = pin!(body);
    poll_fn(|cx| {
        let polled = body.as_mut().poll(cx);
        let run_state = context.run_state();
        if !run_state.has_begun() {
            run_state.begins();
            if run_state.is_holding() {
                context.backend().wake();
            }
        }
        polled
    })
    .await
}

/// Requests under way hold the run's context, and its state holds them: dropped with the body, they
/// keep nothing alive.
struct Clear(FlockContext);

impl Drop for Clear {
    fn drop(&mut self) {
        self.0.run_state().compensations.end();
        drop(self.0.run_state().take_under_way());
    }
}
