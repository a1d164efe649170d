//! Flocks whose code changes under them.

use std::{ops::RangeInclusive, time::Duration};

use flock::prelude::*;

use super::traced::trace;

/// The versions that this process's code can do: `FLOCK_TEST_VERSIONS=2..=3`. Two builds of one flock
/// differ in such a constant; here one program plays them all.
fn versions() -> RangeInclusive<u32> {
    let text = std::env::var("FLOCK_TEST_VERSIONS").unwrap_or_else(|_| "1..=3".to_owned());
    let (lowest, highest) = text.split_once("..=").expect("a range");
    let number = |text: &str| text.parse().expect("a number");
    number(lowest)..=number(highest)
}

/// Which build answers.
fn build() -> String {
    std::env::var("FLOCK_TEST_BUILD").unwrap_or_else(|_| "test".to_owned())
}

#[agent]
async fn first_way() -> Result<String> {
    Ok("first".to_owned())
}

#[agent]
async fn second_way() -> Result<String> {
    Ok("second".to_owned())
}

#[agent]
async fn third_way() -> Result<String> {
    Ok("third".to_owned())
}

/// Go on.
#[signal]
pub(crate) struct Proceed {}

async fn way(ctx: &FlockContext) -> Result<String> {
    Ok(match ctx.version("way", versions()) {
        1 => ctx.run::<first_way>(()).await?,
        2 => ctx.run::<second_way>(()).await?,
        _ => ctx.run::<third_way>(()).await?,
    })
}

/// Asks for the version before and after a wait.
#[flock(task_queue = "own-ladder")]
pub(crate) async fn ladder(ctx: FlockContext) -> Result<String> {
    let before = way(&ctx).await?;
    ctx.signal::<Proceed>().await?;
    let after = way(&ctx).await?;
    Ok(format!("{before} {after}"))
}

/// The newest way, patched and deprecated.
#[flock]
pub(crate) async fn newest(ctx: FlockContext) -> Result<Vec<u32>> {
    let version = ctx.version("steps", 1..=3);
    assert_eq!(ctx.version("steps", 1..=3), version);
    ctx.version("later", 2..=2);
    let patched = ctx.patched("tidy");
    ctx.deprecate("old");
    Ok(vec![version, patched.into()])
}

#[agent]
async fn built_by() -> Result<String> {
    Ok(build())
}

async fn builds(ctx: FlockContext) -> Result<String> {
    let before = ctx.run::<built_by>(()).await?;
    ctx.signal::<Proceed>()
        .within(Duration::from_secs(600))
        .await?;
    let after = ctx.run::<built_by>(()).await?;
    Ok(format!("{before} {after}"))
}

/// Stays on the build it began on.
#[flock(task_queue = "own-pinned", versioning = "pinned", version = 2)]
pub(crate) async fn stays(ctx: FlockContext) -> Result<String> {
    builds(ctx).await
}

/// Goes on on the newest build.
#[flock(task_queue = "own-follows", versioning = "auto_upgrade")]
pub(crate) async fn follows(ctx: FlockContext) -> Result<String> {
    builds(ctx).await
}

/// Writes down which half of which sale it does.
#[agent(heartbeat = "1m")]
async fn handles(file: String, item: u64, half: String) -> Result<String> {
    trace(&file, &format!("{item} {half}"));
    Ok(build())
}

async fn sale(ctx: FlockContext, file: String, item: u64) -> Result<String> {
    let before = ctx
        .run::<handles>((file.clone(), item, "before".to_owned()))
        .await?;
    ctx.sleep("300ms").await?;
    let after = ctx.run::<handles>((file, item, "after".to_owned())).await?;
    Ok(format!("{before} {after}"))
}

/// A sale, of which one build does both halves.
#[flock(task_queue = "own-shop", versioning = "pinned")]
pub(crate) async fn sells(ctx: FlockContext, file: String, item: u64) -> Result<String> {
    sale(ctx, file, item).await
}

/// One whose second half the newest build does.
#[flock(task_queue = "own-stock", versioning = "auto_upgrade")]
pub(crate) async fn restocks(ctx: FlockContext, file: String, item: u64) -> Result<String> {
    sale(ctx, file, item).await
}
