//! Flocks that undo, go on where they were, ask again, and clean up.

use std::time::Duration;

use flock::prelude::*;

use super::traced::trace;

#[agent]
pub(crate) async fn does(file: String, step: String) -> Result<()> {
    trace(&file, &format!("does {step}"));
    match step.as_str() {
        "fails" => Err(Error::invalid("out of stock").with_type("OutOfStock")),
        _ => Ok(()),
    }
}

#[agent(retries = 2, retry(initial = "10ms"))]
pub(crate) async fn undoes(ctx: AgentContext, file: String, step: String) -> Result<()> {
    match step.as_str() {
        "stuck" => Err(Error::transient("no answer")),
        // Undone at the second attempt.
        "slow" if ctx.attempt() == 1 => Err(Error::transient("not now")),
        step => {
            trace(&file, &format!("undoes {step}"));
            Ok(())
        }
    }
}

/// Does the steps, and undoes them when one fails; `waits` waits for good.
#[flock]
pub(crate) async fn order_saga(
    ctx: FlockContext,
    file: String,
    steps: Vec<String>,
) -> Result<String> {
    let done = ctx
        .saga(async |saga| {
            for step in steps {
                saga.undo::<undoes>((file.clone(), step.clone()));
                ctx.run::<does>((file.clone(), step.clone())).await?;
                if step == "waits" {
                    ctx.sleep("30d").await?;
                }
            }
            Ok("done".to_owned())
        })
        .await;
    done.or_else(|failed| match failed.error.type_name() {
        // The report, for those who want to read it.
        "OutOfStock" if failed.not_undone.is_empty() => Ok(failed.undone.join(" ")),
        _ => Err(failed.into()),
    })
}

/// Counts to ten, failing at every third attempt's worth of work.
#[agent(
    output = "counted: Vec<u32>",
    retries = 5,
    retry(initial = "10ms"),
    heartbeat = "5s"
)]
pub(crate) async fn counts(ctx: AgentContext, upto: u32) -> Result<Vec<u32>> {
    let mut counted: Vec<u32> = ctx.resume()?.unwrap_or_default();
    let started = counted.len();
    while counted.len() < upto as usize {
        if counted.len() == started + 4 {
            return Err(Error::transient("a hiccup"));
        }
        counted.push(ctx.attempt());
        ctx.checkpoint(&counted).await?;
    }
    Ok(counted)
}

/// Which attempt counted what.
#[flock]
pub(crate) async fn count_up(ctx: FlockContext, upto: u32) -> Result<Vec<u32>> {
    Ok(ctx.run::<counts>(upto).await?.counted)
}

#[agent(output = "asked: usize")]
pub(crate) async fn look(file: String) -> Result<usize> {
    trace(&file, "looks");
    Ok(std::fs::read_to_string(&file)?.lines().count())
}

/// Looks until it has looked three times.
#[flock]
pub(crate) async fn look_again(ctx: FlockContext, file: String, at_most: u32) -> Result<usize> {
    let found = ctx
        .poll::<look>(file)
        .every("10ms")
        .at_most(at_most)
        .until(|found| found.asked == 3)
        .await?;
    Ok(found.asked)
}

/// Waits for good, and cleans up when it is told to end.
#[flock]
pub(crate) async fn cleans_up(ctx: FlockContext, file: String) -> Result<()> {
    let held = ctx.sleep("30d").await;
    if ctx.is_cancelled() {
        let calm = ctx.shielded();
        calm.sleep("10ms").await?;
        calm.run::<undoes>((file, "held".to_owned())).await?;
    }
    held
}

#[agent(heartbeat = "5s")]
pub(crate) async fn lingers(ctx: AgentContext, file: String) -> Result<()> {
    trace(&file, "lingers");
    ctx.cancelled().await;
    trace(&file, "is cancelled");
    Err(Error::cancelled("told to stop"))
}

/// Gives an agent up after a moment.
#[flock]
pub(crate) async fn gives_up(ctx: FlockContext, file: String) -> Result<String> {
    let work = ctx.run::<lingers>(file);
    match ctx.within("200ms", work).await {
        Ok(()) => Ok("done".to_owned()),
        Err(error) => Ok(format!("{}: {}", error.kind(), error.message())),
    }
}

/// Ends at a time rather than after a while.
#[flock]
pub(crate) async fn until_then(ctx: FlockContext) -> Result<bool> {
    let then = ctx.now() + Duration::from_millis(20);
    ctx.sleep_until(then).await?;
    let late = ctx.now() >= then;
    // What has passed already is no wait at all.
    ctx.sleep_until(std::time::SystemTime::UNIX_EPOCH).await?;
    Ok(late)
}
