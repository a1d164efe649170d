//! Flocks that start flocks, and tell them things.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use flock::{__private::futures_util::FutureExt, ClosePolicy, IdReuse, prelude::*};

use super::{
    told::{Enough, Review, collect_reviews},
    traced::{trace, traced},
};

#[agent(output = "twice: u64", retries = 0)]
pub(crate) async fn doubler(n: u64) -> Result<u64> {
    match n {
        13 => Err(Error::not_found("there is no 13").with_type("Superstition")),
        n => Ok(n * 2),
    }
}

#[flock]
pub(crate) async fn doubles(ctx: FlockContext, n: u64) -> Result<u64> {
    Ok(ctx.run::<doubler>(n).await?.twice)
}

/// Doubles each in a child; what fails is told in words.
#[flock]
pub(crate) async fn doubles_all(ctx: FlockContext, numbers: Vec<u64>) -> Result<Vec<String>> {
    let children = numbers.into_iter().map(|n| ctx.child::<doubles>(n));
    let results = flock::join_all(children).await;
    let told = results.into_iter().map(|result| match result {
        Ok(n) => n.to_string(),
        Err(error) => tell(&error),
    });
    Ok(told.collect())
}

/// An error in a line.
fn tell(error: &Error) -> String {
    let agent = error.agent().unwrap_or("nobody");
    format!(
        "{} {} {agent}: {}",
        error.kind(),
        error.type_name(),
        error.message()
    )
}

/// Doubles in a child, and fails as it does.
#[flock]
pub(crate) async fn doubles_by_child(ctx: FlockContext, n: u64) -> Result<u64> {
    ctx.child::<doubles>(n).await
}

#[agent]
pub(crate) async fn note(file: String, line: String) -> Result<()> {
    trace(&file, &line);
    Ok(())
}

/// Sleeps until it is cancelled, and cleans up then.
#[flock]
pub(crate) async fn dozes(ctx: FlockContext, file: String) -> Result<()> {
    // Whoever reads the line may cancel before the agent's end is known.
    let began = (file.clone(), "began".to_owned());
    ctx.shielded().run::<note>(began).await?;
    let slept = ctx.sleep("1h").await;
    let line = "cleaned up".to_owned();
    ctx.shielded().run::<note>((file, line)).await?;
    slept
}

/// Waits for a child that sleeps.
#[flock]
pub(crate) async fn watches_over(ctx: FlockContext, file: String, id: String) -> Result<()> {
    ctx.child::<dozes>(file).id(id).await
}

/// Waits for a child that sleeps, but not long.
#[flock]
pub(crate) async fn loses_patience(ctx: FlockContext, file: String, id: String) -> Result<String> {
    let child = ctx.child::<dozes>(file).id(id);
    let child = child.close_policy(ClosePolicy::Abandon);
    let result = ctx.within("500ms", child).await;
    Ok(tell(
        &result.err().unwrap_or_else(|| Error::permanent("it came")),
    ))
}

/// Holds the first task of `changes_its_mind` until a signal is on its way.
pub(crate) static HELD: (AtomicBool, AtomicBool) = (AtomicBool::new(false), AtomicBool::new(false));

/// Blocks, as no flock should: the server is to have the signal before it has the child's start.
fn held() {
    HELD.0.store(true, Ordering::Release);
    while !HELD.1.load(Ordering::Acquire) {
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Wants a child, and drops it between its command and its start.
#[flock]
pub(crate) async fn changes_its_mind(ctx: FlockContext, file: String, id: String) -> Result<bool> {
    held();
    let child = ctx.child::<dozes>(file).id(id);
    let child = child.close_policy(ClosePolicy::Abandon).start();
    let started = flock::select! {
        _ = Box::pin(child).fuse() => true,
        _ = ctx.signal::<Enough>() => false,
    };
    Ok(started)
}

/// Starts a child that sleeps, and cancels it by its handle.
#[flock]
pub(crate) async fn calls_off(ctx: FlockContext, file: String) -> Result<String> {
    let mut child = ctx.child::<dozes>(file).start().await?;
    child.cancel("enough");
    let result = child.result().await;
    let again = child.result().await;
    assert_eq!(result.is_err(), again.is_err(), "it may be asked again");
    Ok(tell(
        &result.err().unwrap_or_else(|| Error::permanent("it came")),
    ))
}

/// Gives a sleeping child no time.
#[flock]
pub(crate) async fn allots(ctx: FlockContext, file: String, limit: String) -> Result<String> {
    let child = ctx.child::<dozes>(file).timeout(limit.as_str());
    Ok(tell(
        &child
            .await
            .err()
            .unwrap_or_else(|| Error::permanent("it came")),
    ))
}

/// Starts a child that sleeps, lets go of it, and ends when it is told to.
#[flock]
pub(crate) async fn leaves(
    ctx: FlockContext,
    file: String,
    id: String,
    policy: String,
) -> Result<()> {
    let policy = match policy.as_str() {
        "terminate" => ClosePolicy::Terminate,
        "cancel" => ClosePolicy::Cancel,
        _ => ClosePolicy::Abandon,
    };
    let child = ctx.child::<dozes>(file).id(id).close_policy(policy);
    drop(child.start().await?);
    ctx.signal::<Enough>().await?;
    Ok(())
}

/// Runs a child in spite of its own cancellation.
#[flock]
pub(crate) async fn insists(ctx: FlockContext, file: String) -> Result<()> {
    let slept = ctx.sleep("1h").await;
    let doubled = ctx.shielded().child::<doubles>(21_u64).await?;
    let line = format!("doubled {doubled}");
    ctx.shielded().run::<note>((file, line)).await?;
    slept
}

/// Gives children one id, as it is told.
#[flock]
pub(crate) async fn names_alike(
    ctx: FlockContext,
    file: String,
    id: String,
) -> Result<Vec<String>> {
    let mut told = Vec::new();
    let child = ctx.child::<dozes>(file).id(&id).start().await?;
    let twin = ctx.child::<doubles>(1_u64).id(&id).await;
    told.push(twin.map_or_else(|error| tell(&error), |n| n.to_string()));
    child.cancel("the test is over");
    Ok(told)
}

/// Uses the id of a run that has ended.
#[flock]
pub(crate) async fn names_again(ctx: FlockContext, id: String, n: u64) -> Result<Vec<String>> {
    let _ = ctx.child::<doubles>(n).id(&id).await;
    let mut told = Vec::new();
    for policy in [
        IdReuse::RejectDuplicate,
        IdReuse::AllowDuplicateFailedOnly,
        IdReuse::AllowDuplicate,
    ] {
        let child = ctx.child::<doubles>(2_u64).id(&id).id_reuse(policy);
        let result = child.await;
        told.push(match result {
            Ok(n) => n.to_string(),
            Err(error) => error.type_name().to_owned(),
        });
    }
    Ok(told)
}

/// Where a run of it is.
#[flock(task_queue = "children-own")]
pub(crate) async fn homebody(ctx: FlockContext) -> Result<String> {
    Ok(ctx.info().task_queue.clone())
}

/// Where a run of it is, which has no queue of its own.
#[flock]
pub(crate) async fn follower(ctx: FlockContext) -> Result<String> {
    Ok(ctx.info().task_queue.clone())
}

#[flock(task_queue = "children-parents")]
pub(crate) async fn queues(ctx: FlockContext) -> Result<Vec<String>> {
    let home = ctx.child::<homebody>(()).await?;
    let away = ctx.child::<homebody>(()).task_queue("suite").await?;
    let with = ctx.child::<follower>(()).await?;
    Ok(vec![home, away, with])
}

/// Tells a child what it waits for.
#[flock]
pub(crate) async fn asks_reviewers(ctx: FlockContext, names: Vec<String>) -> Result<Vec<String>> {
    let mut child = ctx.child::<collect_reviews>(()).start().await?;
    for by in names {
        child.signal(Review { by, stars: 5 }).await?;
    }
    child.signal(Enough {}).await?;
    let reviews = child.result().await?;
    let late = child.signal(Enough {}).await;
    assert_eq!(
        late.err().map(|error| error.kind().clone()),
        Some(ErrorKind::NotFound)
    );
    Ok(reviews)
}

/// Tells a stranger something.
#[flock]
pub(crate) async fn reviews_for(ctx: FlockContext, to: String, by: String) -> Result<()> {
    ctx.external(to).signal(Review { by, stars: 5 }).await
}

/// Asks a stranger to end.
#[flock]
pub(crate) async fn stops(ctx: FlockContext, other: String) -> Result<()> {
    ctx.external(other).cancel("enough").await
}

/// As `traced`, in a child, on the parent's queue.
#[flock(task_queue = "own-sheltered")]
pub(crate) async fn sheltered(
    ctx: FlockContext,
    file: String,
    pause_ms: u64,
    hang_once: bool,
) -> Result<u64> {
    let queue = ctx.info().task_queue.clone();
    let child = ctx.child::<traced>((file, pause_ms, hang_once));
    child.task_queue(queue).await
}
