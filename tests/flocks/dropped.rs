//! Flocks that drop what they have begun.

use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use flock::{
    __private::futures_util::{FutureExt, future},
    prelude::*,
};

use super::{
    traced::trace,
    undone::{does, lingers, undoes},
};

/// Does a step and then waits for what never comes: whoever drops it undoes the step.
async fn unending(ctx: &FlockContext, file: &str) -> Result<()> {
    let saga = ctx.saga(async |saga| {
        for step in ["a", "b"] {
            saga.undo::<undoes>((file.to_owned(), step.to_owned()));
            ctx.run::<does>((file.to_owned(), step.to_owned())).await?;
        }
        ctx.sleep("30d").await
    });
    Ok(saga.await?)
}

/// Drops a saga in the way that `how` says, and ends as if nothing had been.
#[flock]
pub(crate) async fn drops_a_saga(ctx: FlockContext, file: String, how: String) -> Result<String> {
    let saga = unending(&ctx, &file);
    let late = async {
        ctx.sleep("3s").await?;
        Err::<(), _>(Error::invalid("the other failed"))
    };
    let result = match how.as_str() {
        "within" => ctx.within("3s", saga).await,
        "select" => flock::select! {
            result = Box::pin(saga.fuse()) => result,
            _ = ctx.sleep("3s") => Ok(()),
        },
        "try_join" => future::try_join(saga, late).await.map(drop),
        // It waits here until the run is asked to end.
        _ => saga.await,
    };
    match result {
        Err(error) if *error.kind() == ErrorKind::Cancelled => Err(error),
        Err(error) => Ok(error.kind().to_string()),
        Ok(()) => Ok("went on".to_owned()),
    }
}

#[agent(retries = 0, heartbeat = "5s")]
pub(crate) async fn undoes_slowly(file: String) -> Result<()> {
    trace(&file, "begins to undo");
    tokio::time::sleep(Duration::from_secs(4)).await;
    trace(&file, "has undone");
    Ok(())
}

/// Drops a saga that is being undone.
#[flock]
pub(crate) async fn drops_an_undo(ctx: FlockContext, file: String) -> Result<()> {
    let saga = ctx.saga(async |saga| {
        saga.undo::<undoes>((file.clone(), "first".to_owned()));
        saga.undo::<undoes_slowly>(file.clone());
        Err::<(), _>(Error::invalid("no more"))
    });
    let saga = async { Ok(saga.await?) };
    ctx.within("1s", saga).await
}

/// Drops a saga of which one step cannot be undone, and fails.
#[flock]
pub(crate) async fn leaves_traces(ctx: FlockContext, file: String) -> Result<()> {
    let saga = ctx.saga(async |saga| {
        saga.undo::<undoes>((file.clone(), "stuck".to_owned()));
        saga.undo::<undoes>((file.clone(), "a".to_owned()));
        ctx.sleep("30d").await
    });
    let saga = async { Ok(saga.await?) };
    ctx.within("1s", saga).await
}

/// Goes on as a new run in the middle of a saga, once it has something to undo.
#[flock]
pub(crate) async fn renews_a_saga(
    ctx: FlockContext,
    file: String,
    after: String,
    round: u64,
) -> Result<u64> {
    let saga = ctx.saga(async |saga| {
        if after == "nothing" && round == 0 {
            let next = (file.clone(), after.clone(), 1);
            return Err(ctx.continue_as_new::<renews_a_saga>(next));
        }
        saga.undo::<undoes>((file.clone(), "a".to_owned()));
        if round == 0 {
            let next = (file.clone(), after.clone(), 1);
            return Err(ctx.continue_as_new::<renews_a_saga>(next));
        }
        Ok(round)
    });
    Ok(saga.await?)
}

/// Attempts of [`deaf`] at work.
pub(crate) static DEAF: AtomicU32 = AtomicU32::new(0);

struct Counted;

impl Drop for Counted {
    fn drop(&mut self) {
        DEAF.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Does not listen.
#[agent(timeout = "4s", retries = 0)]
pub(crate) async fn deaf(file: String) -> Result<()> {
    DEAF.fetch_add(1, Ordering::SeqCst);
    let _counted = Counted;
    trace(&file, "at work");
    std::future::pending().await
}

/// Drops an agent that does not listen.
#[flock]
pub(crate) async fn drops_an_agent(ctx: FlockContext, file: String) -> Result<()> {
    let work = ctx.run::<deaf>(file);
    match ctx.within("1s", work).await {
        Err(error) if *error.kind() == ErrorKind::Timeout => Ok(()),
        other => other,
    }
}

/// Drops an agent and then waits for a signal.
#[flock]
pub(crate) async fn drops_and_waits(ctx: FlockContext, file: String) -> Result<()> {
    let work = ctx.run::<lingers>(file).summary("the first");
    let dropped = ctx.within("1s", work).await;
    ctx.set_status(dropped.is_err())?;
    ctx.signal::<super::told::Enough>().await?;
    Ok(())
}

#[agent(retries = 1, heartbeat = "1m", retry(initial = "1h"))]
pub(crate) async fn fails_for(n: u64) -> Result<()> {
    match n {
        1 => Err(Error::transient("it is the second")),
        _ => std::future::pending().await,
    }
}

/// Three calls of one agent at once, of which the second is tried again.
#[flock]
pub(crate) async fn three_at_once(ctx: FlockContext) -> Result<()> {
    ctx.map::<fails_for>([0_u64, 1, 2]).await.map(drop)
}
