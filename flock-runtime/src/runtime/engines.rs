//! The engine of a runtime: one of those that there are.

#[cfg(feature = "temporal")]
use crate::engine::temporal::TemporalEngine;
use crate::engine::{Engine, local::LocalEngine};

/// One of the engines that there are. What only one of them can do is asked of that one.
pub(crate) enum Engines {
    /// In this process.
    Local(LocalEngine),
    /// On a server.
    #[cfg(feature = "temporal")]
    Temporal(TemporalEngine),
}

impl Engines {
    /// What all can do.
    pub(super) fn engine(&self) -> &dyn Engine {
        match self {
            Self::Local(engine) => engine,
            #[cfg(feature = "temporal")]
            Self::Temporal(engine) => engine,
        }
    }

    /// The engine on a server, where it is that one.
    #[cfg(feature = "temporal")]
    pub(super) fn temporal(&self) -> Option<&TemporalEngine> {
        match self {
            Self::Local(_) => None,
            Self::Temporal(engine) => Some(engine),
        }
    }
}

impl From<LocalEngine> for Engines {
    fn from(engine: LocalEngine) -> Self {
        Self::Local(engine)
    }
}

#[cfg(feature = "temporal")]
impl From<TemporalEngine> for Engines {
    fn from(engine: TemporalEngine) -> Self {
        Self::Temporal(engine)
    }
}
