//! Asking an agent again and again, until its answer will do.

use std::{fmt, future::IntoFuture, time::Duration};

use futures_util::{FutureExt, future::LocalBoxFuture};

use super::FlockContext;
use crate::{
    agent::Agent,
    error::{Error, Result},
    value::duration::{self, IntoDuration},
};

type Wanted<O> = Box<dyn FnMut(&O) -> bool>;

/// Polling of an agent until its answer will do: set options, then `.await` it.
#[must_use = "nothing is asked before this is awaited"]
pub struct PollAgent<A: Agent> {
    context: FlockContext,
    input: A::Input,
    every: Result<Duration>,
    at_most: u32,
    wanted: Wanted<A::Output>,
}

impl<S: 'static> FlockContext<S> {
    /// Polls the agent `A` until its answer will do: every minute and a hundred times, unless it is told
    /// otherwise. Each answer costs some history, so poll slowly for what takes long.
    ///
    /// ```
    /// # use flock::prelude::*;
    /// # #[agent(output = "state: String")]
    /// # async fn look_up(job: String) -> Result<String> { Ok(job) }
    /// #[flock]
    /// async fn await_job(ctx: FlockContext, job: String) -> Result<String> {
    ///     let done = ctx
    ///         .poll::<look_up>(job)
    ///         .every("30s")
    ///         .at_most(50)
    ///         .until(|found| found.state == "done")
    ///         .await?;
    ///     Ok(done.state)
    /// }
    /// ```
    ///
    /// # Errors
    /// `Timeout`, of type `PollExhausted`, when no answer would do; the agent's error, once no attempt
    /// is left for one question; `Cancelled` when the run is cancelled meanwhile.
    pub fn poll<A: Agent>(&self, input: impl Into<A::Input>) -> PollAgent<A>
    where
        A::Input: Clone,
    {
        PollAgent {
            context: self.plain(),
            input: input.into(),
            every: Ok(Duration::from_secs(60)),
            at_most: 100,
            wanted: Box::new(|_| true),
        }
    }
}

impl<A: Agent<Input: Clone>> PollAgent<A> {
    /// The wait between an answer and the next question: a minute when left out.
    pub fn every(mut self, wait: impl IntoDuration) -> Self {
        self.every = wait.into_duration();
        self
    }

    /// The most questions: 100 when left out, at least 1.
    pub fn at_most(mut self, questions: u32) -> Self {
        self.at_most = questions.max(1);
        self
    }

    /// Which answer will do: the first when left out.
    pub fn until(mut self, wanted: impl FnMut(&A::Output) -> bool + 'static) -> Self {
        self.wanted = Box::new(wanted);
        self
    }

    async fn answer(mut self) -> Result<A::Output> {
        let every = self.every?;
        for question in 1..=self.at_most {
            let answer = self.context.run::<A>(self.input.clone()).await?;
            if (self.wanted)(&answer) {
                return Ok(answer);
            }
            if question < self.at_most {
                self.context.sleep(every).await?;
            }
        }
        let message = format!(
            "no answer would do: asked {} times, {} apart",
            self.at_most,
            duration::display(every)
        );
        Err(Error::timeout(message)
            .with_type("PollExhausted")
            .in_agent(A::NAME))
    }
}

impl<A: Agent<Input: Clone>> IntoFuture for PollAgent<A> {
    type Output = Result<A::Output>;
    type IntoFuture = LocalBoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        self.answer().boxed_local()
    }
}

impl<A: Agent> fmt::Debug for PollAgent<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PollAgent({}, at most {} times)", A::NAME, self.at_most)
    }
}
