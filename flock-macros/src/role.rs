//! What an item or a method is for.

use std::fmt;

/// What an item or a method is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Agent,
    /// An agent that is for models to call.
    Tool,
    Flock,
    Signal,
    Query,
    Update,
    /// Of an update.
    Validator,
    /// Travels whole.
    Type,
}

impl Role {
    /// How it is called, and the attribute that says it.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Agent => "agent",
            Self::Tool => "tool",
            Self::Flock => "flock",
            Self::Signal => "signal",
            Self::Query => "query",
            Self::Update => "update",
            Self::Validator => "validator",
            Self::Type => "type",
        }
    }

    /// The word, as one of several.
    pub(crate) const fn one(self) -> &'static str {
        match self {
            Self::Agent => "an agent",
            Self::Tool => "a tool",
            Self::Flock => "a flock",
            Self::Signal => "a signal",
            Self::Query => "a query",
            Self::Update => "an update",
            Self::Validator => "a validator",
            Self::Type => "a type",
        }
    }

    /// Whether it is one step, that of a function or of a model.
    pub(crate) const fn is_step(self) -> bool {
        matches!(self, Self::Agent | Self::Tool)
    }

    /// The context that its function takes.
    pub(crate) const fn context(self) -> &'static str {
        match self {
            Self::Agent | Self::Tool => "AgentContext",
            Self::Flock
            | Self::Signal
            | Self::Query
            | Self::Update
            | Self::Validator
            | Self::Type => "FlockContext",
        }
    }

    /// Whether it may change a flock's state.
    pub(crate) const fn changes(self) -> bool {
        match self {
            Self::Signal | Self::Update => true,
            Self::Query | Self::Validator | Self::Agent | Self::Tool | Self::Flock | Self::Type => {
                false
            }
        }
    }

    /// Whether its function is a step or a run of its own, and no method beside one.
    pub(crate) const fn runs(self) -> bool {
        match self {
            Self::Agent | Self::Tool | Self::Flock => true,
            Self::Signal | Self::Query | Self::Update | Self::Validator | Self::Type => false,
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}
