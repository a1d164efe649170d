//! Evaluator and optimizer: what one agent gives another reviews, until it will do.

use super::{super::FlockContext, Makes, boxed, call, so_far};
use crate::{agent::Agent, error::Result};

/// Rounds, where nothing else is said.
const ROUNDS: u32 = 3;

impl<S: 'static> FlockContext<S> {
    /// Has the agent `W` work and the agent `C` review what it gives, round after round, until the review is as
    /// [wanted](Refine::until) or the [rounds](Refine::rounds), three by default, are used up. Gives the best
    /// there was: by its [score](Refine::score), or the last.
    ///
    /// `review` makes of the work what `C` takes; `revise` changes by the review what `W` takes in the next
    /// round.
    ///
    /// ```
    /// # use flock::prelude::*;
    /// # #[agent(output = "text: String")]
    /// # async fn writer(topic: String, advice: Option<String>) -> Result<String> { Ok(topic) }
    /// # #[agent(output = "score: u8, advice: String")]
    /// # async fn critic(text: String) -> Result<(u8, String)> { Ok((9, text)) }
    /// #[flock]
    /// async fn polished(ctx: FlockContext, topic: String) -> Result<String> {
    ///     let refined = ctx
    ///         .refine::<writer, critic>(
    ///             (topic, None),
    ///             |written| written.text.as_str().into(),
    ///             |input, review| input.advice = Some(review.advice.clone()),
    ///         )
    ///         .until(|review| review.score >= 8)
    ///         .score(|review| review.score.into())
    ///         .rounds(4)
    ///         .await?;
    ///     Ok(refined.output.text)
    /// }
    /// ```
    ///
    /// # Errors
    /// That of an agent. In a later round its detail `best` has the best work so far.
    pub fn refine<'a, W: Agent, C: Agent>(
        &self,
        input: impl Into<W::Input>,
        review: impl Fn(&W::Output) -> C::Input + 'a,
        revise: impl Fn(&mut W::Input, &C::Output) + 'a,
    ) -> Refine<'a, W, C> {
        Refine {
            context: self.plain(),
            input: input.into(),
            review: Box::new(review),
            revise: Box::new(revise),
            wanted: Box::new(|_| false),
            score: None,
            rounds: ROUNDS,
        }
    }
}

/// The best so far, with its score.
type Scored<O, R> = (f64, Refined<O, R>);

/// Changes an input by a review.
type Revises<'a, I, R> = Box<dyn Fn(&mut I, &R) + 'a>;

/// Work that is reviewed and done anew: set options, then `.await` it. Nothing happens before.
#[must_use = "agents run when this is awaited"]
pub struct Refine<'a, W: Agent, C: Agent> {
    context: FlockContext,
    input: W::Input,
    review: Makes<'a, W::Output, C::Input>,
    revise: Revises<'a, W::Input, C::Output>,
    wanted: Makes<'a, C::Output, bool>,
    score: Option<Makes<'a, C::Output, f64>>,
    rounds: u32,
}

/// What [`FlockContext::refine`] came to.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Refined<O, R> {
    /// The best work.
    pub output: O,
    /// Its review.
    pub review: R,
    /// How many rounds there were.
    pub rounds: u32,
    /// Whether the review is as wanted; otherwise the rounds were used up.
    pub accepted: bool,
}

impl<'a, W: Agent, C: Agent> Refine<'a, W, C> {
    /// Which review will do: none when left out, and all rounds are used.
    pub fn until(mut self, wanted: impl Fn(&C::Output) -> bool + 'a) -> Self {
        self.wanted = Box::new(wanted);
        self
    }

    /// How good the work is by its review: the best is given, of equals the later. The last when left out.
    pub fn score(mut self, score: impl Fn(&C::Output) -> f64 + 'a) -> Self {
        self.score = Some(Box::new(score));
        self
    }

    /// The most rounds: 3 by default, at least 1.
    pub fn rounds(mut self, rounds: u32) -> Self {
        self.rounds = rounds.max(1);
        self
    }

    async fn best(mut self) -> Result<Refined<W::Output, C::Output>> {
        let mut before: Option<Scored<_, _>> = None;
        let mut rounds = 1;
        loop {
            let (output, review) = match (self.round().await, before.as_ref()) {
                (Ok(done), _) => done,
                (Err(error), Some((_, best))) => return Err(so_far(error, "best", &best.output)),
                (Err(error), None) => return Err(error),
            };
            (self.revise)(&mut self.input, &review);
            let accepted = (self.wanted)(&review);
            let score = self.score.as_ref().map_or(0.0, |score| score(&review));
            let (score, mut best) = match before {
                Some(before) if before.0 > score && !accepted => before,
                _ => (
                    score,
                    Refined {
                        output,
                        review,
                        rounds,
                        accepted,
                    },
                ),
            };
            best.rounds = rounds;
            if accepted || rounds >= self.rounds {
                return Ok(best);
            }
            before = Some((score, best));
            rounds += 1;
        }
    }

    /// Work, and its review.
    async fn round(&self) -> Result<(W::Output, C::Output)> {
        let output = call::<W>(&self.context, &self.input).await?;
        let review = self.context.run::<C>((self.review)(&output)).await?;
        Ok((output, review))
    }
}

boxed!(Refine<'a, W: Agent, C: Agent> => Refined<W::Output, C::Output>, best);
