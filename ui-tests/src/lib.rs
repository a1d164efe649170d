//! Compile-time errors of flock-agents, as users see them. The agents here are those of another
//! crate.

use flock::prelude::*;

/// Mends the spelling.
#[agent(output = "text")]
pub async fn proofreader(draft: String) -> Result<String> {
    Ok(draft.trim().to_owned())
}

/// Under a name of this crate's.
pub use flock as library;

/// A flock of a name that is the caller's, and of paths that are this crate's.
#[macro_export]
macro_rules! starting_with {
    ($flock:ident, $agent:ident) => {
        #[$crate::library::flock(crate = $crate::library, start = $crate::$agent, output(text: String))]
        struct $flock;
    };
}

/// The examples in what the macros say of themselves.
#[cfg(doctest)]
mod macros {
    #[doc = include_str!("../../flock-macros/docs/agent.md")]
    struct Agent;
    #[doc = include_str!("../../flock-macros/docs/flock.md")]
    struct Flock;
    #[doc = include_str!("../../flock-macros/docs/flock_type.md")]
    struct FlockType;
    #[doc = include_str!("../../flock-macros/docs/signal.md")]
    struct Signal;
    #[doc = include_str!("../../flock-macros/docs/tool.md")]
    struct Tool;
}
