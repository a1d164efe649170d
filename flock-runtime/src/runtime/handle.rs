//! A run, held by the program that waits for it.

use std::{fmt, marker::PhantomData};

use futures_util::stream::BoxStream;

use super::{Runtime, waiting};
use crate::{
    engine::{Hold, ResetPlan, ResetTo, RunDescription, RunId},
    error::RunError,
    flock::{
        Flock,
        event::StepEvent,
        message::{Query, Signal, Update},
    },
    value::{flock_type::FlockType, payload::Payload},
};

/// A handle on a run of the flock `F` (Temporal: workflow handle). Dropping it does not end the run.
///
/// ```standalone_crate
/// use flock::{RunId, prelude::*};
///
/// #[derive(Default)]
/// struct Draft {
///     text: String,
///     approved: bool,
/// }
///
/// #[flock]
/// impl Draft {
///     #[run]
///     async fn run(ctx: FlockContext<Self>) -> Result<String> {
///         ctx.wait_until(|draft| draft.approved).await?;
///         Ok(ctx.state(|draft| draft.text.clone()))
///     }
///
///     #[signal]
///     fn approve(&mut self) {
///         self.approved = true;
///     }
///
///     #[query]
///     fn text(&self) -> String {
///         self.text.clone()
///     }
///
///     #[update]
///     fn edit(&mut self, text: String) -> Result<usize> {
///         self.text = text;
///         Ok(self.text.len())
///     }
/// }
///
/// #[tokio::main]
/// async fn main() -> Result<()> {
///     let runtime = Runtime::builder().build()?;
///     runtime.start::<Draft>(()).id("draft-42").await?;
///     // Anywhere else, by its id:
///     let run = runtime.handle::<Draft>(RunId::latest("draft-42"));
///     assert_eq!(run.update(DraftEdit::from("better")).await?, 6);
///     assert_eq!(run.query(DraftText {}).await?, "better");
///     run.signal(DraftApprove {}).await?;
///     assert_eq!(run.result().await?, "better");
///     Ok(())
/// }
/// ```
///
/// A flock may go on as a new run of the same workflow id: results and steps follow it there, and what
/// is told and asked goes to the latest.
pub struct FlockHandle<F> {
    runtime: Runtime,
    id: RunId,
    _hold: Option<Hold>,
    flock: PhantomData<fn() -> F>,
}

impl<F> FlockHandle<F> {
    pub(crate) fn new(runtime: Runtime, id: RunId) -> Self {
        Self {
            _hold: runtime.engine().hold(&id),
            runtime,
            id,
            flock: PhantomData,
        }
    }

    /// The result as it travels.
    pub(super) async fn outcome(&self) -> Result<Payload, RunError> {
        let engine = self.runtime.engine();
        let missing = waiting::unserved(engine, &self.id, None, |one| waiting::warn(&self.id, one));
        tokio::select! {
            payload = engine.result(&self.id) => payload,
            error = missing => Err(error),
        }
    }
}

impl<F: Flock> FlockHandle<F> {
    /// Waits for the end and gives the result.
    ///
    /// On Temporal a run goes on when a worker takes it up, whenever that is, so this waits where there
    /// is none; a `WARN` in the log then says once what waits, on which task queue, and the command that
    /// would serve it. A program that is to be its own worker runs `Runtime::worker()` beside this.
    ///
    /// # Errors
    /// [`RunError::Failed`] with the failure of the agent or flock, or how else the run ended.
    pub async fn result(&self) -> Result<F::Output, RunError> {
        self.outcome()
            .await?
            .decode()
            .map_err(|error| RunError::value(&error.context("the flock's result does not fit")))
    }

    /// Sends the run a signal. It is kept until the flock asks for it, even when that is not yet.
    ///
    /// # Errors
    /// [`RunError::Ended`] when the run has ended; when there is no such run, or the server cannot be
    /// reached.
    pub async fn signal<M: Signal>(&self, message: M) -> Result<(), RunError> {
        let payload = encode(&message)?;
        let engine = self.runtime.engine();
        engine.signal(&self.latest(), M::NAME, payload).await
    }

    /// Sends the run a query and gives its answer, even when it has ended.
    ///
    /// # Errors
    /// [`RunError::Refused`] with the handler's error; [`RunError::NoWorker`] when no worker has polled
    /// the run's task queue for ten seconds; when there is no such run, or the server cannot be reached.
    pub async fn query<M: Query<Flock = F>>(&self, message: M) -> Result<M::Output, RunError> {
        let payload = encode(&message)?;
        let (engine, run) = (self.runtime.engine(), self.latest());
        let answer = engine.query(&run, M::NAME, payload);
        decode(&waiting::answered(engine, &run, answer).await?)
    }

    /// Sends the run an update, which changes it, and waits for its answer.
    ///
    /// # Errors
    /// [`RunError::Refused`] with the error of the validator, which leaves no trace in the run, or of
    /// the handler; [`RunError::Ended`] when the run has ended; [`RunError::NoWorker`] when no worker
    /// has polled the run's task queue for ten seconds (one that comes later makes the change all the
    /// same); when there is no such run, or the server cannot be reached.
    pub async fn update<M: Update<Flock = F>>(&self, message: M) -> Result<M::Output, RunError> {
        let payload = encode(&message)?;
        let (engine, run) = (self.runtime.engine(), self.latest());
        let answer = engine.update(&run, M::NAME, payload);
        decode(&waiting::answered(engine, &run, answer).await?)
    }
}

impl<F> FlockHandle<F> {
    /// Cancels the run: asks it to end. Its agents are told, and it may clean up.
    ///
    /// # Errors
    /// [`RunError::Ended`] when the run has ended; when there is no such run, or the server cannot be
    /// reached.
    pub async fn cancel(&self, reason: &str) -> Result<(), RunError> {
        self.runtime.engine().cancel(&self.latest(), reason).await
    }

    /// Terminates the run: it ends at once, and cleans nothing up.
    ///
    /// # Errors
    /// [`RunError::Ended`] when the run has ended; when there is no such run, or the server cannot be
    /// reached.
    pub async fn terminate(&self, reason: &str) -> Result<(), RunError> {
        self.runtime
            .engine()
            .terminate(&self.latest(), reason)
            .await
    }

    /// Resets the run: a new one of its workflow id goes on from `to`, with what happened before it, and does
    /// again what came after. A run that goes on is terminated by it. This one, even when another goes on
    /// with its work: that one is terminated then.
    ///
    /// What was done after that point stays done outside of the run. The steps are made anew, writes too, under
    /// another [`idempotency_key`](crate::AgentContext::idempotency_key); [`reset_plan`](Self::reset_plan)
    /// tells which. Signals and updates that came later are sent to the new run by the server.
    ///
    /// ```no_run
    /// # async fn example<Research: flock::Flock>(
    /// #     run: flock::FlockHandle<Research>,
    /// # ) -> Result<(), flock::RunError> {
    /// use flock::runtime::ResetTo;
    ///
    /// let again = run.reset(ResetTo::FirstFailed, "the key has money again").await?;
    /// let result = again.result().await?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`RunError::Invalid`] where the run has no such point, where the server cannot go back to it, and on the
    /// local engine, which keeps no histories; when there is no such run, no worker has taken it up yet, or
    /// the server cannot be reached.
    pub async fn reset(&self, to: ResetTo, reason: &str) -> Result<Self, RunError> {
        let plan = self.reset_plan(to).await?;
        let run = self.runtime.engine().reset(&plan, reason).await?;
        Ok(Self::new(self.runtime.clone(), run))
    }

    /// What [`reset`](Self::reset) would do: which steps it keeps, and which are done again.
    ///
    /// # Errors
    /// As [`reset`](Self::reset).
    pub async fn reset_plan(&self, to: ResetTo) -> Result<ResetPlan, RunError> {
        self.runtime.engine().reset_plan(&self.id, to).await
    }

    /// Describes the run: where it stands. This one, even when another goes on with its work.
    ///
    /// # Errors
    /// When there is no such run, or the server cannot be reached.
    pub async fn describe(&self) -> Result<RunDescription, RunError> {
        self.runtime.engine().describe(&self.id).await
    }

    /// The events of the run, from its start to its end: agents, state, approvals, messages,
    /// children. The last event is [`StepEvent::Ended`], with the result or the error, unless the
    /// server was lost on the way.
    ///
    /// ```no_run
    /// # async fn example<Research: flock::Flock>(
    /// #     run: flock::FlockHandle<Research>,
    /// # ) -> Result<(), flock::RunError> {
    /// use flock::runtime::StepEvent;
    /// use futures_util::StreamExt;
    ///
    /// let mut steps = run.steps().await?;
    /// while let Some(event) = steps.next().await {
    ///     match event {
    ///         StepEvent::State { state } => println!("{state}"),
    ///         StepEvent::ApprovalAsked(request) => println!("{} waits", request.id),
    ///         StepEvent::Ended(end) => println!("{}: {:?}", end.status, end.result),
    ///         _ => {}
    ///     }
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`RunError::NotFound`] when there is no such run; when the server cannot be reached.
    pub async fn steps(&self) -> Result<BoxStream<'static, StepEvent>, RunError> {
        self.runtime.engine().steps(&self.id).await
    }

    /// The same as [`steps`](Self::steps), with what agents say while they are at work: a model's tokens, the
    /// tools that it begins to call, and what functions say by
    /// [`AgentContext::stream`](crate::AgentContext::stream).
    ///
    /// Who comes late hears what the agents at work have said before, the newest 64 KiB of each. When an attempt
    /// fails or its worker dies, [`Piece::Begun`](crate::runtime::Piece::Begun) says that the text begins anew.
    /// What an agent has said is told before its end. A slow reader holds up nobody: when it has fallen too far
    /// behind, [`Piece::Missed`](crate::runtime::Piece::Missed) says how much went by.
    ///
    /// On Temporal the worker of an attempt tells the server about once a second how far the text has come, with
    /// its heartbeats, and the server is asked twice a second; nothing of it is in the history. So the
    /// last words of a step may be missing, and its result has them. Nothing is told of `local` agents, nor
    /// of those with a `schedule_to_close`.
    ///
    /// ```no_run
    /// # async fn example<Story: flock::Flock>(
    /// #     runtime: flock::Runtime, input: Story::Input,
    /// # ) -> Result<(), flock::RunError> {
    /// use flock::runtime::{Piece, StepEvent};
    /// use futures_util::StreamExt;
    ///
    /// let run = runtime.start::<Story>(input).streamed().await?;
    /// let mut events = run.stream().await?;
    /// while let Some(event) = events.next().await {
    ///     match event {
    ///         StepEvent::Streamed(said) => match said.piece {
    ///             Piece::Begun => println!("\n{}, attempt {}:", said.agent, said.attempt),
    ///             Piece::Text { text } => print!("{text}"),
    ///             Piece::ToolCall { tool } => println!("[{tool}]"),
    ///             _ => {}
    ///         },
    ///         StepEvent::Ended(end) => println!("\n{}: {:?}", end.status, end.result),
    ///         _ => {}
    ///     }
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`RunError::NotFound`] when there is no such run; when the server cannot be reached.
    pub async fn stream(&self) -> Result<BoxStream<'static, StepEvent>, RunError> {
        self.runtime.engine().streamed(&self.id, true).await
    }

    /// What is told is meant for the flock, whichever run it has come to.
    pub(super) fn latest(&self) -> RunId {
        RunId::latest(self.workflow_id())
    }

    pub(crate) fn runtime(&self) -> &Runtime {
        &self.runtime
    }

    /// The workflow id, chosen at the start.
    pub fn workflow_id(&self) -> &str {
        &self.id.workflow_id
    }

    /// The run id, given by the engine.
    pub fn run_id(&self) -> &str {
        &self.id.run_id
    }

    /// The workflow id and the run id.
    pub fn id(&self) -> &RunId {
        &self.id
    }
}

fn encode<M: FlockType>(message: &M) -> Result<Payload, RunError> {
    Payload::encode(message).map_err(|error| RunError::value(&error))
}

fn decode<O: FlockType>(answer: &Payload) -> Result<O, RunError> {
    let answer = answer.decode();
    answer.map_err(|error| RunError::value(&error.context("the answer does not fit")))
}

impl<F> fmt::Debug for FlockHandle<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("FlockHandle").field(&self.id).finish()
    }
}
