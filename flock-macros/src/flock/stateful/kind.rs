//! The kinds of handlers.

use crate::{
    agreed::{ANSWER, STATUS},
    role::Role,
};

/// A kind of handler.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::flock) enum Kind {
    Signal,
    Query,
    Update,
}

impl Kind {
    /// By their attributes.
    pub(super) const ALL: [Self; 3] = [Self::Signal, Self::Query, Self::Update];

    /// What its method is for.
    pub(super) const fn role(self) -> Role {
        match self {
            Self::Signal => Role::Signal,
            Self::Query => Role::Query,
            Self::Update => Role::Update,
        }
    }

    /// What every flock answers and takes already.
    pub(super) const fn built_in(self) -> Option<&'static str> {
        match self {
            Self::Signal => None,
            Self::Query => Some(STATUS),
            Self::Update => Some(ANSWER),
        }
    }

    /// Whether it may fail however its answer is written.
    pub(super) const fn is_fallible(self) -> bool {
        match self {
            Self::Signal | Self::Query => false,
            Self::Update => true,
        }
    }
}
