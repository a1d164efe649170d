//! Who is next: hand-offs as types, so that the compiler can follow them.

use std::marker::PhantomData;

use super::Agent;

/// The key beside a model's answer that names the agent it hands off to.
pub(crate) const CHOICE: &str = "hand_off";

/// `A` is the last.
pub struct End<A>(PhantomData<A>);

/// Always `B`.
pub struct To<B>(PhantomData<B>);

/// One of the agents in the tuple `L`, chosen while the flock runs.
pub struct Among<L>(PhantomData<L>);

/// A routing function's choice: the agent that is next.
///
/// The function is named in `hand_off`, takes the agent's output by reference and is not `async`. It
/// runs inside the flock, so it decides by the output alone.
///
/// ```
/// use flock::prelude::*;
///
/// #[agent(output = "text: String", hand_off = critic)]
/// async fn writer(topic: String, feedback: Option<String>) -> Result<String> {
///     Ok(format!("On {topic} {}", feedback.unwrap_or_default()))
/// }
///
/// #[agent(
///     output = "feedback: String",
///     hand_off(judge, among = [publisher]),
///     loop_to = writer,
///     max_rounds = 3,
/// )]
/// async fn critic(text: String) -> Result<String> {
///     Ok(if text.len() < 20 { "and its history".into() } else { String::new() })
/// }
///
/// fn judge(review: &CriticOutput) -> Next {
///     if review.feedback.is_empty() { Next::to::<publisher>() } else { Next::back() }
/// }
///
/// #[agent(output = "page: String")]
/// async fn publisher(text: String) -> Result<String> {
///     Ok(format!("<p>{text}</p>"))
/// }
///
/// #[flock(start = writer, input = "topic", output = "page")]
/// struct Article;
/// ```
///
/// `max_rounds` counts the ways back: with 3 the writer runs four times at most. Without a routing
/// function `loop_to` goes back every time until they are used up, and then on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Next(Choice);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Choice {
    #[default]
    End,
    Back,
    To(&'static str),
}

impl Next {
    /// `A` is next. It must be in the `among` list of the agent that chooses.
    // Rustc shows this line to who writes `Next::to(editor)`, beside an advice that leads nowhere.
    #[rustfmt::skip]
    pub fn to<A: Agent>() -> Self { // An agent is named in angle brackets: `Next::to::<editor>()`.
        Self(Choice::To(A::NAME))
    }

    /// Back to the `loop_to` agent, for another round. Once its `max_rounds` are used up this fails the
    /// flock, with the failure type `TooManyRounds`.
    pub fn back() -> Self {
        Self(Choice::Back)
    }

    /// Nobody: the flock ends here.
    pub fn end() -> Self {
        Self(Choice::End)
    }

    pub(crate) fn choice(self) -> Choice {
        self.0
    }
}

/// A hand-off as data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct HandOffDescriptor {
    /// How the next agent is found.
    pub rule: HandOffRule,
    /// The names of the agents that can be next, the way back excluded.
    pub among: &'static [&'static str],
    /// The way back, where there is one.
    pub way_back: Option<WayBack>,
}

impl HandOffDescriptor {
    /// Nobody is next.
    pub const END: Self = Self::new(HandOffRule::Fixed, &[]);

    /// One of `among` is next, found by `rule`.
    pub const fn new(rule: HandOffRule, among: &'static [&'static str]) -> Self {
        Self {
            rule,
            among,
            way_back: None,
        }
    }

    /// With a way back.
    #[must_use]
    pub const fn loop_to(mut self, way_back: WayBack) -> Self {
        self.way_back = Some(way_back);
        self
    }
}

/// How the next agent is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum HandOffRule {
    /// The one that is named, or nobody. With a way back: the rounds first.
    Fixed,
    /// A function in the flock decides.
    Route,
    /// The model decides with its answer.
    Model,
}

/// A declared way back to an agent that came before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct WayBack {
    /// The agent to go back to.
    pub to: &'static str,
    /// How often at most.
    pub max_rounds: u32,
}

impl WayBack {
    /// Back to the agent `to`, once.
    pub const fn to(to: &'static str) -> Self {
        Self { to, max_rounds: 1 }
    }

    /// This often at most.
    #[must_use]
    pub const fn max_rounds(mut self, rounds: u32) -> Self {
        self.max_rounds = rounds;
        self
    }
}
