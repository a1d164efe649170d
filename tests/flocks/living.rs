//! Flocks of the local engine's own tests: what they leave behind, and how they end.

use std::{
    ops::ControlFlow,
    path::PathBuf,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use flock::prelude::*;

/// Its state cannot be made.
pub(crate) struct Unmakeable;

impl Default for Unmakeable {
    fn default() -> Self {
        panic!("no state today")
    }
}

#[flock]
impl Unmakeable {
    #[run]
    pub(crate) async fn run(ctx: FlockContext<Self>) -> Result<()> {
        ctx.sleep("30d").await
    }

    #[query]
    pub(crate) fn look(&self) -> Result<u64> {
        Ok(1)
    }
}

/// Counts down, a step each.
#[flock]
pub(crate) async fn counts_down(ctx: FlockContext, left: u64) -> Result<u64> {
    ctx.rounds::<counts_down>(left, async |now| {
        match now.left {
            0 => return Ok(ControlFlow::Break(7)),
            left => now.left = ctx.run::<one_less>(left).await?.n,
        }
        Ok(ControlFlow::Continue(()))
    })
    .await
}

#[agent(output = "n: u64")]
pub(crate) async fn one_less(n: u64) -> Result<u64> {
    Ok(n.saturating_sub(1))
}

/// Leaves a file when its thread ends.
struct Last(PathBuf);

impl Drop for Last {
    fn drop(&mut self) {
        let _ = std::fs::write(&self.0, "ended");
    }
}

thread_local! {
    static LAST: std::cell::RefCell<Option<Last>> = const { std::cell::RefCell::new(None) };
}

/// Waits; leaves one file when it is dropped, and another when its thread ends.
#[flock]
pub(crate) async fn parked(ctx: FlockContext, flock: String, thread: String) -> Result<()> {
    let _flock = Last(flock.into());
    LAST.set(Some(Last(thread.into())));
    ctx.set_status("parked")?;
    ctx.sleep("30d").await
}

/// Blocks in place before it waits for anything.
#[agent(output = "n: u64", retries = 0)]
pub(crate) async fn blocks_in_place(n: u64) -> Result<u64> {
    Ok(tokio::task::block_in_place(|| {
        std::thread::sleep(Duration::from_millis(10));
        n + 1
    }))
}

#[flock(start = blocks_in_place)]
pub(crate) struct InPlace;

/// Knocks that [`Doorman`]s have heard.
pub(crate) static HEARD: AtomicU64 = AtomicU64::new(0);

/// Ends with the first knock, and hears all that come until then.
#[derive(Default)]
pub(crate) struct Doorman {
    knocks: u64,
}

#[flock]
impl Doorman {
    #[run]
    pub(crate) async fn run(ctx: FlockContext<Self>) -> Result<()> {
        ctx.wait_until(|doorman| doorman.knocks > 0).await
    }

    #[signal]
    pub(crate) async fn knock(ctx: FlockContext<Self>) {
        HEARD.fetch_add(1, Ordering::SeqCst);
        ctx.state_mut(|doorman| doorman.knocks += 1);
    }
}

/// Goes on as a new run at once, again and again.
#[flock]
pub(crate) async fn spins(ctx: FlockContext) -> Result<()> {
    Err(ctx.continue_as_new::<spins>(()))
}

/// Ends when it is asked to, having read what it was told by then.
#[flock]
pub(crate) async fn reads_to_the_end(ctx: FlockContext) -> Result<Vec<u64>> {
    ctx.cancelled().await;
    let mut read = Vec::new();
    // No wait at all is none that a cancellation could end.
    ctx.sleep("0s").await?;
    while let Ok(tick) = ctx.signal::<super::growth::Tick>().await {
        read.push(tick.n);
    }
    Ok(read)
}

/// Limits as long as can be.
#[flock]
pub(crate) async fn unlimited(ctx: FlockContext) -> Result<u64> {
    let call = ctx.run::<one_less>(8_u64).timeout(Duration::MAX);
    Ok(call.schedule_to_close(Duration::MAX).await?.n)
}
