//! Who is next: hand-offs as types, so that the compiler can follow them.

use std::marker::PhantomData;

use crate::agent::Agent;

/// `A` is the last.
pub struct End<A>(PhantomData<A>);

/// Always `B`.
pub struct To<B>(PhantomData<B>);

/// One of the agents in the tuple `L`, chosen while the flock runs.
pub struct Among<L>(PhantomData<L>);

/// A routing function's choice: the agent that is next.
///
/// ```
/// # use flock_runtime::{Agent, Next};
/// fn route<Billing: Agent>(urgent: bool) -> Next {
///     if urgent { Next::to::<Billing>() } else { Next::end() }
/// }
/// ```
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
    pub fn to<A: Agent>() -> Self {
        Self(Choice::To(A::NAME))
    }

    /// Back to the `loop_to` agent, for another round.
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
    pub const END: Self = Self {
        rule: HandOffRule::Fixed,
        among: &[],
        way_back: None,
    };
}

/// How the next agent is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
pub struct WayBack {
    /// The agent to go back to.
    pub to: &'static str,
    /// How often at most.
    pub max_rounds: u32,
}
