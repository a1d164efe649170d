//! Compile-time errors of flock-agents, as users see them. The agents here are those of another
//! crate.

use flock::prelude::*;

/// Mends the spelling.
#[agent(output = "text")]
pub async fn proofreader(draft: String) -> Result<String> {
    Ok(draft.trim().to_owned())
}
