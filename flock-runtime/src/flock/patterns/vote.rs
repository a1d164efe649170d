//! One question to several voters, and the answer of most.

use std::{
    cmp::Reverse,
    future::poll_fn,
    task::{Context, Poll},
};

use futures_util::FutureExt;
use serde::de::DeserializeOwned;

use super::{
    super::{AgentRun, FlockContext},
    boxed, call, so_far,
};
use crate::{
    agent::Agent,
    error::{Error, ErrorKind, Result},
    value::payload::Payload,
};

/// Voters, where nothing else is said.
const VOTERS: u32 = 3;

impl<S: 'static> FlockContext<S> {
    /// Runs the agent `A` several times side by side with one input, three when not [said](Vote::voters), and
    /// gives the answer of most. It ends as soon as no other answer can have more votes, and drops the rest. Of
    /// answers with as many votes that of the earliest voter wins. A voter that fails has no vote.
    ///
    /// ```
    /// # use flock::prelude::*;
    /// # #[agent(output = "spam: bool, why: String")]
    /// # async fn judge(mail: String) -> Result<(bool, String)> { Ok((true, mail)) }
    /// #[flock]
    /// async fn is_spam(ctx: FlockContext, mail: String) -> Result<bool> {
    ///     let voted = ctx.vote::<judge>(mail).by(|said| said.spam).voters(5).await?;
    ///     Ok(voted.output.spam)
    /// }
    /// ```
    ///
    /// # Errors
    /// The first voter's, where all fail; of type `NoMajority`, with the votes as its detail `votes`, where one was
    /// [wanted](Vote::majority) and there is none; `Cancelled` when the run is cancelled meanwhile.
    pub fn vote<'a, A: Agent>(&self, input: impl Into<A::Input>) -> Vote<'a, A> {
        Vote {
            context: self.plain(),
            input: input.into(),
            same: Box::new(|one, other| {
                let (one, other) = (Payload::encode(one), Payload::encode(other));
                matches!((one, other), (Ok(one), Ok(other)) if one == other)
            }),
            voters: VOTERS,
            majority: false,
        }
    }
}

/// Whether two answers are one.
type Same<'a, O> = Box<dyn Fn(&O, &O) -> bool + 'a>;

/// A vote: set options, then `.await` it. Nothing happens before.
#[must_use = "agents run when this is awaited"]
pub struct Vote<'a, A: Agent> {
    context: FlockContext,
    input: A::Input,
    same: Same<'a, A::Output>,
    voters: u32,
    majority: bool,
}

/// What [`FlockContext::vote`] came to.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Voted<O> {
    /// The answer of most: as the first of them gave it.
    pub output: O,
    /// How many have given it so far.
    pub votes: u32,
    /// How many were asked.
    pub voters: u32,
}

impl<'a, A: Agent> Vote<'a, A> {
    /// What of an answer has to be the same: all of it when left out.
    pub fn by<K: PartialEq>(mut self, key: impl Fn(&A::Output) -> K + 'a) -> Self {
        self.same = Box::new(move |one, other| key(one) == key(other));
        self
    }

    /// How many are asked: 3 by default, at least 1.
    pub fn voters(mut self, voters: u32) -> Self {
        self.voters = voters.max(1);
        self
    }

    /// Wants more than half of all voters to give one answer.
    pub fn majority(mut self) -> Self {
        self.majority = true;
        self
    }

    async fn count(self) -> Result<Voted<A::Output>> {
        let ballot = || Ballot::Asked(Box::new(call::<A>(&self.context, &self.input)));
        let mut count = Count {
            ballots: (0..self.voters).map(|_| ballot()).collect(),
            same: self.same,
            error: None,
        };
        poll_fn(|cx| count.look(cx)).await?;
        let Some(Lead { first, votes, .. }) = count.lead() else {
            let none = || Error::permanent("no voter has answered");
            return Err(count.error.unwrap_or_else(none));
        };
        if self.majority && votes * 2 <= count.ballots.len() {
            let message = format!(
                "no answer has a majority: {votes} of {} voters for the first",
                self.voters
            );
            let error = Error::permanent(message)
                .with_type("NoMajority")
                .in_agent(A::NAME);
            let votes: Vec<_> = count.answers().map(|(_, answer)| answer).collect();
            return Err(so_far(error, "votes", &votes));
        }
        match count.ballots.swap_remove(first) {
            Ballot::Given(output) => Ok(Voted {
                output,
                votes: u32::try_from(votes).unwrap_or(self.voters),
                voters: self.voters,
            }),
            Ballot::Asked(_) | Ballot::Failed => Err(Error::permanent("the answer is not there")),
        }
    }
}

/// A voter.
enum Ballot<O> {
    Asked(Box<AgentRun<O>>),
    Given(O),
    Failed,
}

/// Votes as they come in.
struct Count<'a, O> {
    ballots: Vec<Ballot<O>>,
    same: Same<'a, O>,
    /// Of the first who failed.
    error: Option<Error>,
}

/// The answer with most votes.
struct Lead {
    /// Who gave it first.
    first: usize,
    votes: usize,
    /// How many more than the next.
    ahead: usize,
}

impl<O: DeserializeOwned> Count<'_, O> {
    /// Looks at each voter in their order, until it is known which answer has most votes.
    fn look(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        let mut asked = 0;
        for ballot in &mut self.ballots {
            let Ballot::Asked(call) = ballot else {
                continue;
            };
            *ballot = match call.poll_unpin(cx) {
                Poll::Pending => {
                    asked += 1;
                    continue;
                }
                Poll::Ready(Ok(output)) => Ballot::Given(output),
                Poll::Ready(Err(error)) if *error.kind() == ErrorKind::Cancelled => {
                    return Poll::Ready(Err(error));
                }
                Poll::Ready(Err(error)) => {
                    self.error.get_or_insert(error);
                    Ballot::Failed
                }
            };
        }
        match self.lead() {
            _ if asked == 0 => Poll::Ready(Ok(())),
            Some(lead) if lead.ahead > asked => Poll::Ready(Ok(())),
            _ => Poll::Pending,
        }
    }

    fn answers(&self) -> impl Iterator<Item = (usize, &O)> {
        let ballots = self.ballots.iter().enumerate();
        ballots.filter_map(|(at, ballot)| match ballot {
            Ballot::Given(answer) => Some((at, answer)),
            Ballot::Asked(_) | Ballot::Failed => None,
        })
    }

    fn lead(&self) -> Option<Lead> {
        // Each answer: who gave it first, and how many have given it.
        let mut votes: Vec<(usize, &O, usize)> = Vec::new();
        for (at, answer) in self.answers() {
            let before = votes
                .iter_mut()
                .find(|(_, before, _)| (self.same)(before, answer));
            match before {
                Some((_, _, votes)) => *votes += 1,
                None => votes.push((at, answer, 1)),
            }
        }
        votes.sort_by_key(|(at, _, votes)| (Reverse(*votes), *at));
        let next = votes.get(1).map_or(0, |(_, _, votes)| *votes);
        votes.first().map(|(first, _, votes)| Lead {
            first: *first,
            votes: *votes,
            ahead: *votes - next,
        })
    }
}

boxed!(Vote<'a, A: Agent> => Voted<A::Output>, count);
