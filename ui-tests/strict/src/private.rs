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

/// Has a state.
#[derive(Default)]
struct Counter {
    /// So far.
    count: u64,
}

#[flock]
impl Counter {
    /// Waits for more.
    #[run]
    async fn run(ctx: FlockContext<Self>) -> Result<u64> {
        let told = ctx.signal::<Told>().await?;
        Ok(ctx.state(|counter| counter.count) + told.more)
    }

    /// Counts.
    #[signal]
    fn add(&mut self, more: u64) {
        self.count += more;
    }

    /// So far.
    #[query]
    fn count(&self) -> u64 {
        self.count
    }

    /// Begins anew.
    #[update]
    fn reset(&mut self) -> Result<()> {
        self.count = 0;
        Ok(())
    }
}

/// A private message.
#[signal]
struct Told {
    /// Added.
    more: u64,
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
