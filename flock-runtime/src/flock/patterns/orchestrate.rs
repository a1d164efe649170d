//! A planner, and workers for what it plans.

use std::{fmt, future::IntoFuture, marker::PhantomData};

use futures_util::{FutureExt, future::LocalBoxFuture};

use super::{
    super::{Flock, FlockContext, join_all},
    Makes, so_far,
};
use crate::{
    agent::Agent,
    error::{Error, Result},
    value::flock_type::FlockType,
};

/// Tasks at a time, where nothing else is said.
const CONCURRENCY: usize = 10;

/// Plans, where nothing else is said.
const ROUNDS: u32 = 10;

impl<S: 'static> FlockContext<S> {
    /// Has the agent `P` plan tasks, and an agent or a flock do them, ten at a time: round after round, until `P`
    /// plans no more, which it learns from what was done so far. [`run`](Orchestrate::run) says which agent works,
    /// [`child`](Orchestrate::child) which flock.
    ///
    /// ```
    /// # use flock::prelude::*;
    /// # #[agent(output = "questions: Vec<String>")]
    /// # async fn planner(topic: String, known: Vec<String>) -> Result<Vec<String>> {
    /// #     Ok(if known.is_empty() { vec![topic] } else { Vec::new() })
    /// # }
    /// # #[agent(output = "answer: String")]
    /// # async fn expert(question: String) -> Result<String> { Ok(question) }
    /// #[flock]
    /// async fn research(ctx: FlockContext, topic: String) -> Result<Vec<String>> {
    ///     let done = ctx
    ///         .orchestrate::<planner>()
    ///         .run::<expert>(
    ///             |done| {
    ///                 let known: Vec<_> = done.iter().map(|one| one.answer.clone()).collect();
    ///                 (topic.clone(), known).into()
    ///             },
    ///             |plan| plan.questions.iter().map(|question| question.as_str().into()).collect(),
    ///         )
    ///         .concurrency(4)
    ///         .rounds(3)
    ///         .await?;
    ///     Ok(done.outputs.into_iter().map(|one| one.answer).collect())
    /// }
    /// ```
    pub fn orchestrate<P: Agent>(&self) -> Orchestrate<P> {
        Orchestrate {
            context: self.plain(),
            planner: PhantomData,
        }
    }
}

/// A planner whose tasks somebody has to do.
#[must_use = "say who does what is planned, by `run` or `child`"]
pub struct Orchestrate<P> {
    context: FlockContext,
    planner: PhantomData<fn() -> P>,
}

impl<P: Agent> Orchestrate<P> {
    /// An agent does the tasks. `plan` makes what the planner takes of what was done so far, `tasks` what the
    /// agent takes of a plan, a task each; none ends it.
    pub fn run<'a, W: Agent>(
        self,
        plan: impl Fn(&[W::Output]) -> P::Input + 'a,
        tasks: impl Fn(&P::Output) -> Vec<W::Input> + 'a,
    ) -> Orchestration<'a, P, W::Input, W::Output> {
        let work = |context: &FlockContext, task| {
            let call = context.run::<W>(task);
            call.boxed_local()
        };
        Orchestration::new(self.context, plan, tasks, work)
    }

    /// A flock does the tasks, each as a child. Otherwise as [`run`](Self::run).
    pub fn child<'a, F: Flock>(
        self,
        plan: impl Fn(&[F::Output]) -> P::Input + 'a,
        tasks: impl Fn(&P::Output) -> Vec<F::Input> + 'a,
    ) -> Orchestration<'a, P, F::Input, F::Output> {
        let work = |context: &FlockContext, task| {
            let call = context.child::<F>(task);
            call.boxed_local()
        };
        Orchestration::new(self.context, plan, tasks, work)
    }
}

/// Makes of what was done what a planner takes.
type Plans<'a, O, I> = Box<dyn Fn(&[O]) -> I + 'a>;

/// Has a task done.
type Works<T, O> = fn(&FlockContext, T) -> LocalBoxFuture<'static, Result<O>>;

/// Plans and their tasks: set options, then `.await` it. Nothing happens before.
#[must_use = "agents run when this is awaited"]
pub struct Orchestration<'a, P: Agent, T, O> {
    context: FlockContext,
    plan: Plans<'a, O, P::Input>,
    tasks: Makes<'a, P::Output, Vec<T>>,
    work: Works<T, O>,
    rounds: u32,
    concurrency: usize,
}

/// What [`FlockContext::orchestrate`] came to.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Orchestrated<P, O> {
    /// What was done, in the order in which it was planned.
    pub outputs: Vec<O>,
    /// The last plan: the one without tasks.
    pub plan: P,
    /// How often there was something to do.
    pub rounds: u32,
}

impl<'a, P: Agent, T: 'a, O: FlockType> Orchestration<'a, P, T, O> {
    fn new(
        context: FlockContext,
        plan: impl Fn(&[O]) -> P::Input + 'a,
        tasks: impl Fn(&P::Output) -> Vec<T> + 'a,
        work: Works<T, O>,
    ) -> Self {
        Self {
            context,
            plan: Box::new(plan),
            tasks: Box::new(tasks),
            work,
            rounds: ROUNDS,
            concurrency: CONCURRENCY,
        }
    }

    /// How many tasks are done at a time: 10 by default, at least 1.
    pub fn concurrency(mut self, tasks: usize) -> Self {
        self.concurrency = tasks.max(1);
        self
    }

    /// How many plans with tasks there may be: 10 by default.
    pub fn rounds(mut self, rounds: u32) -> Self {
        self.rounds = rounds;
        self
    }

    async fn all(self) -> Result<Orchestrated<P::Output, O>> {
        let mut outputs = Vec::new();
        match self.hold(&mut outputs).await {
            Ok((plan, rounds)) => Ok(Orchestrated {
                outputs,
                plan,
                rounds,
            }),
            Err(error) => Err(so_far(error, "done", &outputs)),
        }
    }

    async fn hold(&self, outputs: &mut Vec<O>) -> Result<(P::Output, u32)> {
        let mut rounds = 0;
        loop {
            let plan = self.context.run::<P>((self.plan)(outputs)).await?;
            let tasks = (self.tasks)(&plan);
            if tasks.is_empty() {
                return Ok((plan, rounds));
            }
            if rounds >= self.rounds {
                return Err(self.too_many(tasks.len()));
            }
            rounds += 1;
            let tasks = tasks
                .into_iter()
                .map(|task| (self.work)(&self.context, task));
            // All of them, whatever becomes of one: what is under way is not cut off in the middle.
            let done = join_all(tasks).concurrency(self.concurrency).await;
            let mut failed = None;
            for result in done {
                match result {
                    Ok(output) => outputs.push(output),
                    Err(error) => failed = failed.or(Some(error)),
                }
            }
            if let Some(error) = failed {
                return Err(error);
            }
        }
    }

    fn too_many(&self, tasks: usize) -> Error {
        Error::permanent(format!(
            "it planned {tasks} tasks more after {} rounds: raise `rounds`, or tell it in its instructions when it is done",
            self.rounds
        ))
        .with_type("TooManyRounds")
        .in_agent(P::NAME)
    }
}

impl<'a, P: Agent, T: 'a, O: FlockType> IntoFuture for Orchestration<'a, P, T, O> {
    type Output = Result<Orchestrated<P::Output, O>>;
    type IntoFuture = LocalBoxFuture<'a, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.all())
    }
}

impl<P: Agent> fmt::Debug for Orchestrate<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Orchestrate({})", P::NAME)
    }
}

impl<P: Agent, T, O> fmt::Debug for Orchestration<'_, P, T, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Orchestration({}, at most {} rounds)",
            P::NAME,
            self.rounds
        )
    }
}
