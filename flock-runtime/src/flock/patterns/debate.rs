//! Sides that hear each other, and a judge.

use super::{
    super::{FlockContext, join_all},
    boxed, so_far,
};
use crate::{agent::Agent, error::Result};

/// Rounds, where nothing else is said.
const ROUNDS: u32 = 2;

impl<S: 'static> FlockContext<S> {
    /// Has the agent `D` speak for each of `sides`, round after round, two when not [said](Debate::rounds), and then
    /// the agent `J` judge. In a round all sides speak side by side, and have heard what was said in the rounds
    /// before.
    ///
    /// `speak` makes what `D` takes of a side and of what was said so far, `judge` what `J` takes of all.
    ///
    /// ```
    /// # use flock::prelude::*;
    /// # #[agent(output = "argument: String")]
    /// # async fn advocate(side: String, heard: Vec<String>) -> Result<String> { Ok(side) }
    /// # #[agent(output = "verdict: String")]
    /// # async fn judge(heard: Vec<String>) -> Result<String> { Ok(heard.concat()) }
    /// use flock::context::Spoken;
    ///
    /// fn heard(said: &[Spoken<AdvocateOutput>]) -> Vec<String> {
    ///     said.iter().map(|one| format!("{}: {}", one.side, one.output.argument)).collect()
    /// }
    ///
    /// #[flock]
    /// async fn trial(ctx: FlockContext) -> Result<String> {
    ///     let judged = ctx
    ///         .debate::<advocate, judge>(
    ///             ["for", "against"],
    ///             |side, said| (side.to_owned(), heard(said)).into(),
    ///             |said| heard(said).into(),
    ///         )
    ///         .rounds(3)
    ///         .await?;
    ///     Ok(judged.verdict)
    /// }
    /// ```
    ///
    /// # Errors
    /// That of the first agent to fail, with what was said before as its detail `said`.
    pub fn debate<'a, D: Agent, J: Agent>(
        &self,
        sides: impl IntoIterator<Item: Into<String>>,
        speak: impl Fn(&str, &[Spoken<D::Output>]) -> D::Input + 'a,
        judge: impl Fn(&[Spoken<D::Output>]) -> J::Input + 'a,
    ) -> Debate<'a, D, J> {
        Debate {
            context: self.plain(),
            sides: sides.into_iter().map(Into::into).collect(),
            speak: Box::new(speak),
            judge: Box::new(judge),
            agreed: Box::new(|_| false),
            rounds: ROUNDS,
        }
    }
}

/// What a side said in a round.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Spoken<O> {
    /// The side.
    pub side: String,
    /// The round, from 1.
    pub round: u32,
    /// What was said.
    pub output: O,
}

/// Makes what a side takes of what was said.
type Speaks<'a, O, I> = Box<dyn Fn(&str, &[Spoken<O>]) -> I + 'a>;

/// Makes something of what was said.
type Looks<'a, O, T> = Box<dyn Fn(&[Spoken<O>]) -> T + 'a>;

/// A debate: set options, then `.await` it. Nothing happens before.
#[must_use = "agents run when this is awaited"]
pub struct Debate<'a, D: Agent, J: Agent> {
    context: FlockContext,
    sides: Vec<String>,
    speak: Speaks<'a, D::Output, D::Input>,
    judge: Looks<'a, D::Output, J::Input>,
    agreed: Looks<'a, D::Output, bool>,
    rounds: u32,
}

impl<'a, D: Agent, J: Agent> Debate<'a, D, J> {
    /// The most rounds: 2 by default, at least 1.
    pub fn rounds(mut self, rounds: u32) -> Self {
        self.rounds = rounds.max(1);
        self
    }

    /// Ends the rounds early, by what the sides said in the last one: they agree.
    pub fn until(mut self, agreed: impl Fn(&[Spoken<D::Output>]) -> bool + 'a) -> Self {
        self.agreed = Box::new(agreed);
        self
    }

    async fn verdict(self) -> Result<J::Output> {
        let mut said: Vec<Spoken<D::Output>> = Vec::new();
        let judged = self.hold(&mut said).await;
        judged.map_err(|error| {
            let said: Vec<_> = said.iter().map(|one| (&one.side, &one.output)).collect();
            so_far(error, "said", &said)
        })
    }

    async fn hold(&self, said: &mut Vec<Spoken<D::Output>>) -> Result<J::Output> {
        for round in 1..=self.rounds {
            let speak = |side: &String| self.context.run::<D>((self.speak)(side, said));
            let spoken = join_all(self.sides.iter().map(speak)).await;
            let before = said.len();
            for (side, output) in self.sides.iter().zip(spoken) {
                said.push(Spoken {
                    side: side.clone(),
                    round,
                    output: output?,
                });
            }
            if (self.agreed)(&said[before..]) {
                break;
            }
        }
        self.context.run::<J>((self.judge)(said)).await
    }
}

boxed!(Debate<'a, D: Agent, J: Agent> => J::Output, verdict);
