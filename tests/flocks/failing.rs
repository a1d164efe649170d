//! Agents that fail, in every way there is.

use std::time::Duration;

use flock::prelude::*;

use super::traced::trace;

#[agent(output = "n: u64", retries = 3, retry(initial = "10ms"))]
pub(crate) async fn flaky(ctx: AgentContext, file: String, succeeds_at: u32) -> Result<u64> {
    trace(&file, &format!("attempt {}", ctx.attempt()));
    if ctx.attempt() < succeeds_at {
        return Err(Error::transient(format!("attempt {} fails", ctx.attempt())));
    }
    Ok(u64::from(ctx.attempt()))
}

/// `retries = 3`.
#[flock(start = flaky)]
pub(crate) struct Retried;

#[agent(output = "n: u64", max_attempts = 4, retry(initial = "10ms"))]
pub(crate) async fn stubborn(ctx: AgentContext, file: String) -> Result<u64> {
    trace(&file, "attempt");
    Err(Error::transient(format!("attempt {} fails", ctx.attempt())))
}

/// `max_attempts = 4`.
#[flock(start = stubborn)]
pub(crate) struct Attempted;

/// How `fails` fails.
#[flock_type]
#[derive(Debug, Clone, Copy)]
pub(crate) enum How {
    Invalid,
    Denied,
    NotFound,
    Permanent,
    Transient,
    Parse,
    Named,
    Panic,
}

#[agent(output = "n: u64", retries = 1, retry(initial = "10ms"))]
pub(crate) async fn fails(file: String, how: How) -> Result<u64> {
    trace(&file, "attempt");
    Err(match how {
        How::Invalid => Error::invalid("the ticket has no number"),
        How::Denied => Error::denied("no key"),
        How::NotFound => Error::not_found("no such page"),
        How::Permanent => Error::permanent("it is no use"),
        How::Transient => Error::transient("try again"),
        How::Parse => "x".parse::<u64>().expect_err("no number").into(),
        How::Named => Error::transient("odd").with_type("OddError"),
        How::Panic => panic!("the agent's own fault"),
    })
}

/// One failure, of every kind.
#[flock(start = fails)]
pub(crate) struct Fail;

#[agent(
    output = "n: u64",
    retries = 5,
    retry(initial = "10ms", non_retryable = ["ParseIntError"]),
)]
pub(crate) async fn parses(file: String, text: String) -> Result<u64> {
    trace(&file, "attempt");
    Ok(text.parse()?)
}

/// A failure type that ends the agent at once.
#[flock(start = parses)]
pub(crate) struct Parse;

#[agent(
    output = "n: u64",
    timeout = "6s",
    retries = 1,
    retry(initial = "10ms")
)]
pub(crate) async fn hangs(ctx: AgentContext, file: String, until_attempt: u32) -> Result<u64> {
    trace(&file, "attempt");
    if ctx.attempt() < until_attempt {
        std::future::pending::<()>().await;
    }
    Ok(u64::from(ctx.attempt()))
}

/// A time limit for each attempt.
#[flock(start = hangs)]
pub(crate) struct Hang;

#[agent(
    output = "n: u64",
    timeout = "6s",
    retries = 3,
    retry(initial = "10ms", non_retryable = ["Timeout"])
)]
pub(crate) async fn hangs_for_good(file: String) -> Result<u64> {
    trace(&file, "attempt");
    std::future::pending().await
}

/// A time limit that is not tried again.
#[flock(start = hangs_for_good)]
pub(crate) struct HangForGood;

#[agent(
    output = "n: u64",
    retries = 2,
    retry(initial = "500ms", backoff = 8.0)
)]
pub(crate) async fn hesitant(ctx: AgentContext) -> Result<u64> {
    if ctx.attempt() < 3 {
        return Err(Error::transient("not yet"));
    }
    Ok(u64::from(ctx.attempt()))
}

/// Whether the waits grow: 0.5 s, then 4 s. A server may be a second late with each.
#[flock]
pub(crate) async fn hesitates(ctx: FlockContext) -> Result<bool> {
    let before = ctx.now();
    ctx.run::<hesitant>(()).await?;
    let took = ctx.now().duration_since(before).unwrap_or_default();
    Ok(took >= Duration::from_millis(4_000))
}

#[agent(
    output = "n: u64",
    schedule_to_close = "18s",
    retries = 50,
    retry(initial = "10s", backoff = 1.0)
)]
pub(crate) async fn too_long(file: String) -> Result<u64> {
    trace(&file, "attempt");
    Err(Error::transient("not yet"))
}

/// A time limit for all attempts together.
#[flock(start = too_long)]
pub(crate) struct TooLong;

#[agent(output = "n: u64", retries = 1, retry(initial = "10m", max = "10m"))]
pub(crate) async fn limited(ctx: AgentContext) -> Result<u64> {
    if ctx.attempt() == 1 {
        return Err(Error::rate_limited(
            "slow down",
            Some(Duration::from_millis(50)),
        ));
    }
    Ok(u64::from(ctx.attempt()))
}

/// A provider that says when to come back, far earlier than the policy would.
#[flock(start = limited)]
pub(crate) struct Limited;

/// A failure that the flock lives with.
#[flock]
pub(crate) async fn fallback(ctx: FlockContext, file: String) -> Result<String> {
    match ctx.run::<fails>((file, How::NotFound)).await {
        Ok(_) => Ok("found".into()),
        Err(error) => Ok(format!(
            "{} in {}",
            error.kind(),
            error.agent().unwrap_or("nobody")
        )),
    }
}

/// A failure of the flock itself.
#[flock]
pub(crate) async fn refuses(_ctx: FlockContext, reason: String) -> Result<()> {
    Err(Error::denied(reason).with_type("Refused"))
}

/// Options given at the call are above the attribute's.
#[flock]
pub(crate) async fn called(ctx: FlockContext, file: String) -> Result<u64> {
    let call = ctx
        .run::<flaky>((file, 9))
        .retries(1)
        .timeout(Duration::from_secs(5));
    Ok(call.summary("two attempts only").await?.n)
}
