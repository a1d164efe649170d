//! What an item or a method is for.

use std::fmt;

/// What an item or a method is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Agent,
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
            Self::Flock => "flock",
            Self::Signal => "signal",
            Self::Query => "query",
            Self::Update => "update",
            Self::Validator => "validator",
            Self::Type => "type",
        }
    }

    /// The context that its function takes.
    pub(crate) const fn context(self) -> &'static str {
        match self {
            Self::Agent => "AgentContext",
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
            Self::Query | Self::Validator | Self::Agent | Self::Flock | Self::Type => false,
        }
    }

    /// Whether its function is a step or a run of its own, and no method beside one.
    pub(crate) const fn runs(self) -> bool {
        match self {
            Self::Agent | Self::Flock => true,
            Self::Signal | Self::Query | Self::Update | Self::Validator | Self::Type => false,
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}
