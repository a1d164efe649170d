//! A blackboard: agents that run when the facts they subscribe to are there.
//!
//! [`subscribe`] says what a subscription waits for, [`subscription`] which facts it would be run with next,
//! `turn` is the board at work, [`fact`] what stands on it, [`facts`] what of it is carried to a new run, and
//! `waiting` says what it waits for in vain.
//!
//! Facts are what agents gave, and so the results of recorded steps: the board is in the flock's memory alone,
//! and stands there again after a replay.

mod fact;
mod facts;
mod subscribe;
mod subscription;
#[cfg(test)]
mod tests;
mod turn;
mod waiting;

use std::{fmt, future::poll_fn, rc::Rc};

pub use self::{
    fact::Fact,
    facts::Facts,
    subscribe::{Batch, Feeds, Join, On, One, Subscribed},
};
use self::{
    fact::{Kind, Posted, Told},
    subscription::Subscription,
    turn::{Firing, Source},
};
use super::{Flock, FlockContext, message::Signal};
use crate::error::{Error, Result};

/// As many agents of a board run at a time when it does not say otherwise.
const CONCURRENCY: usize = 10;

/// So often its agents run in all, when it does not say otherwise.
const AT_MOST: u32 = 1000;

impl<S: 'static> FlockContext<S> {
    /// A blackboard: agents subscribe to types of facts, and run when facts of these types are there. What an
    /// agent gives is a fact as well, so that one leads to the next without any of them knowing of another.
    ///
    /// ```
    /// use flock::prelude::*;
    ///
    /// # #[agent(output = "questions: Vec<String>")]
    /// # async fn planner(topic: String) -> Result<Vec<String>> { Ok(vec![topic]) }
    /// # #[agent(output = "text: String")]
    /// # async fn expert(question: String) -> Result<String> { Ok(question) }
    /// # #[agent(output = "report: String")]
    /// # async fn editor(texts: Vec<String>) -> Result<String> { Ok(texts.join(" ")) }
    /// /// What is asked for.
    /// #[flock_type]
    /// #[derive(Debug, Clone)]
    /// struct Topic(String);
    ///
    /// #[flock_type]
    /// #[derive(Debug, Clone)]
    /// struct Question(String);
    ///
    /// #[flock]
    /// async fn report(ctx: FlockContext, topic: String) -> Result<String> {
    ///     let mut board = ctx.blackboard();
    ///     board
    ///         .on::<Topic>()
    ///         .map(|topic| topic.0)
    ///         .run::<planner>()
    ///         .publish(|plan| plan.questions.into_iter().map(Question));
    ///     board.on::<Question>().map(|question| question.0).run::<expert>();
    ///     board
    ///         .batch::<ExpertOutput>(20)
    ///         .map(|answers| answers.into_iter().map(|answer| answer.text).collect::<Vec<_>>())
    ///         .run::<editor>();
    ///     board.publish(Topic(topic));
    ///     Ok(board.until::<EditorOutput>().await?.report)
    /// }
    /// ```
    ///
    /// Nothing runs before [`until`](Blackboard::until) or [`until_idle`](Blackboard::until_idle) is awaited.
    /// Each run of an agent is a step like any other, recorded once; a crash loses nothing of the board.
    /// Dropping the board drops what runs.
    pub fn blackboard(&self) -> Blackboard {
        Blackboard {
            context: self.plain(),
            facts: Vec::new(),
            subscriptions: Vec::new(),
            sources: Vec::new(),
            running: Vec::new(),
            resumed: None,
            renewal: None,
            concurrency: CONCURRENCY,
            at_most: AT_MOST,
            since: 0,
        }
    }
}

/// Facts, and the agents that subscribe to them: see [`FlockContext::blackboard`].
pub struct Blackboard {
    context: FlockContext,
    /// All there were, the first first.
    facts: Vec<Posted>,
    subscriptions: Vec<Subscription>,
    sources: Vec<Source>,
    /// What runs, in the order in which it was begun.
    running: Vec<Firing>,
    /// What it goes on with, until the subscriptions are known.
    resumed: Option<Facts>,
    renewal: Option<Box<dyn Fn(Facts) -> Error>>,
    concurrency: usize,
    at_most: u32,
    /// How often its agents have run since a fact came from outside.
    since: u32,
}

impl Blackboard {
    /// Subscribes to each fact of a type. Say what is run with it: [`run`](On::run) an agent, a
    /// [`child`](On::child), or what a closure [`does`](On::does).
    pub fn on<T: Fact>(&mut self) -> On<'_, T, One<T>> {
        On::one(self)
    }

    /// Subscribes to facts of several types, a tuple of two to four, one of each at a time. Each is used once.
    /// Which belong together is said by [`by`](On::by) or [`when`](On::when); otherwise the oldest do.
    ///
    /// ```
    /// # use flock::prelude::*;
    /// # #[flock_type] #[derive(Debug, Clone)] struct Claim { case: u32, text: String }
    /// # #[flock_type] #[derive(Debug, Clone)] struct Proof { case: u32, text: String }
    /// #[agent(output = "holds: bool")]
    /// async fn judge(claim: Claim, proof: Proof) -> Result<bool> {
    ///     Ok(proof.text.contains(&claim.text))
    /// }
    ///
    /// #[flock]
    /// async fn court(ctx: FlockContext, claims: Vec<Claim>, proofs: Vec<Proof>) -> Result<usize> {
    ///     let mut board = ctx.blackboard();
    ///     board.join::<(Claim, Proof)>().by(|claim| claim.case, |proof| proof.case).run::<judge>();
    ///     claims.into_iter().for_each(|claim| board.publish(claim));
    ///     proofs.into_iter().for_each(|proof| board.publish(proof));
    ///     board.until_idle().await?;
    ///     Ok(board.facts::<JudgeOutput>().filter(|verdict| verdict.holds).count())
    /// }
    /// ```
    pub fn join<T: Join>(&mut self) -> On<'_, T, T> {
        On::join(self)
    }

    /// Subscribes to facts of a type, so many at a time, as a `Vec` in the order in which they came. Fewer
    /// where no more can come: nothing else runs, or could.
    pub fn batch<T: Fact>(&mut self, size: usize) -> On<'_, Vec<T>, Batch<T>> {
        On::batch(self, size.max(1))
    }

    /// Has each signal of a type be a fact. Those that came before it was asked for are so too.
    ///
    /// ```
    /// # use flock::prelude::*;
    /// # #[agent(output = "thanks: String")]
    /// # async fn thank(by: String) -> Result<String> { Ok(by) }
    /// #[signal]
    /// #[derive(Debug, Clone)]
    /// struct Gift {
    ///     by: String,
    /// }
    ///
    /// #[flock]
    /// async fn patron(ctx: FlockContext) -> Result<String> {
    ///     let mut board = ctx.blackboard();
    ///     board.signals::<Gift>();
    ///     board.on::<Gift>().map(|gift| gift.by).run::<thank>();
    ///     Ok(board.until::<ThankOutput>().await?.thanks)
    /// }
    /// ```
    pub fn signals<M: Signal + Fact>(&mut self) {
        self.sources.push(Source::of::<M>(&self.context));
    }

    /// Publishes a fact.
    pub fn publish<T: Fact>(&mut self, fact: T) {
        self.since = 0;
        self.post(Told::new(fact));
    }

    /// How many agents run at a time, of all subscriptions together: 10 by default, at least 1.
    pub fn concurrency(&mut self, runs: usize) {
        self.concurrency = runs.max(1);
    }

    /// How often its agents run in all before it ends with an error: 1000 by default. Counted anew when a fact
    /// comes from outside, by [`publish`](Self::publish) or as a signal. Agents whose facts have each other run
    /// come to an end like this, if by nothing else.
    pub fn at_most(&mut self, runs: u32) {
        self.at_most = runs;
    }

    /// Goes on with the facts of the run before: see [`renew`](Self::renew). Those of types that nobody here
    /// knows any more are left out.
    pub fn resume(&mut self, facts: Facts) {
        self.resumed = Some(facts);
    }

    /// Has the run continue as new when it [should](FlockContext::should_continue_as_new): no more agents
    /// are begun, and when those that run are done, `until` or `until_idle` ends with the error that asks for
    /// a new run. `input` makes that run's input of the facts to go on with: those that somebody still
    /// waits for, and those of types that nobody subscribes to and `until` has not given.
    ///
    /// ```
    /// # use flock::prelude::*;
    /// # #[agent(output = "thanks: String")]
    /// # async fn thank(by: String) -> Result<String> { Ok(by) }
    /// # #[signal] #[derive(Debug, Clone)] struct Gift { by: String }
    /// # #[signal] #[derive(Debug, Clone)] struct Close {}
    /// #[flock]
    /// async fn patrons(ctx: FlockContext, facts: Option<flock::Facts>) -> Result<()> {
    ///     let mut board = ctx.blackboard();
    ///     board.signals::<Gift>();
    ///     board.signals::<Close>();
    ///     board.on::<Gift>().map(|gift| gift.by).run::<thank>();
    ///     board.resume(facts.unwrap_or_default());
    ///     board.renew::<patrons>(|facts| Some(facts).into());
    ///     board.until::<Close>().await?;
    ///     Ok(())
    /// }
    /// ```
    pub fn renew<F: Flock>(&mut self, input: impl Fn(Facts) -> F::Input + 'static) {
        let context = self.context.clone();
        self.renewal = Some(Box::new(move |facts| {
            context.continue_as_new::<F>(input(facts))
        }));
    }

    /// Runs agents until there is a fact of the type, and gives the first that it has not given yet. What
    /// runs meanwhile goes on when this is asked again.
    ///
    /// # Errors
    /// The first error of an agent, what runs beside it is dropped; of type `NeverGiven`, before anything runs,
    /// where nothing on the board can lead to such a fact; of type `NothingLeft` when no agent can run any
    /// more and there is none, with what waits for what; of type `TooManyRuns` after
    /// [`at_most`](Self::at_most); `Cancelled` when the run is cancelled meanwhile. The board keeps its
    /// [`facts`](Self::facts) in any case.
    pub async fn until<T: Fact>(&mut self) -> Result<T> {
        let wanted = Kind::of::<T>();
        self.prepare(Some(wanted))?;
        let value = poll_fn(|cx| self.turn(cx, Some(wanted))).await?;
        match value.and_then(|value| value.downcast_ref::<T>().cloned()) {
            Some(fact) => Ok(fact),
            None => Err(Error::permanent("the blackboard gave another fact")),
        }
    }

    /// Runs agents until none can run any more. Signals that have not come yet are not waited for.
    ///
    /// # Errors
    /// As [`until`](Self::until), but for those of a fact that never comes.
    pub async fn until_idle(&mut self) -> Result<()> {
        self.prepare(None)?;
        poll_fn(|cx| self.turn(cx, None)).await.map(drop)
    }

    /// The facts of a type that have been published so far, the first first.
    pub fn facts<T: Fact>(&self) -> impl Iterator<Item = &T> {
        self.facts
            .iter()
            .filter_map(|posted| posted.value.downcast_ref())
    }

    /// Puts a fact on the board, and before those who wait for such facts.
    fn post(&mut self, told: Told) {
        let at = self.facts.len();
        for subscription in &mut self.subscriptions {
            subscription.offer(at, &told);
        }
        self.facts.push(Posted {
            kind: told.kind,
            value: told.value,
            given: false,
        });
    }

    /// Adds a subscription, which is offered what is there already.
    fn subscribe(&mut self, mut subscription: Subscription) -> &mut Subscription {
        let before = self.subscriptions.iter();
        let alike = before.filter(|other| other.agent == subscription.agent);
        subscription.number = alike.count() + 1;
        for (at, posted) in self.facts.iter().enumerate() {
            let told = Told {
                kind: posted.kind,
                value: Rc::clone(&posted.value),
            };
            subscription.offer(at, &told);
        }
        let at = self.subscriptions.len();
        self.subscriptions.push(subscription);
        &mut self.subscriptions[at]
    }
}

impl fmt::Debug for Blackboard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Blackboard({} facts, {} subscriptions, {} running)",
            self.facts.len(),
            self.subscriptions.len(),
            self.running.len()
        )
    }
}
