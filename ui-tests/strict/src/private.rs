//! What nobody else sees, and nobody names: the registry knows it.

use flock::prelude::*;

/// A private agent.
#[agent(input(text: String, depth: u8 = 2), hand_off = second)]
struct First;

/// Next.
#[agent(output = "text")]
async fn second(text: String) -> Result<String> {
    Ok(text)
}

/// A private flock.
#[flock(start = second)]
struct Alone;

/// A coded one.
#[flock]
async fn coded(ctx: FlockContext) -> Result<u64> {
    Ok(ctx.random(6))
}

/// Has agents within.
mod within {
    use flock::prelude::*;

    /// For the module above.
    #[agent]
    pub(super) async fn near(text: String) -> Result<String> {
        Ok(text)
    }

    /// Likewise.
    #[agent(output(text: Vec<String>))]
    pub(super) async fn far(text: Option<String>) -> Result<Vec<String>> {
        Ok(text.into_iter().collect())
    }
}
