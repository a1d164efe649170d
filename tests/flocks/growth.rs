//! Flocks that would grow without end, and one agent over many inputs.

use std::{ops::ControlFlow, time::Duration};

use flock::prelude::*;

use super::{
    children::dozes,
    told::{Enough, Review},
    traced::trace,
    waiting::hourly,
};

/// Takes one review a run, and passes the names on.
#[flock]
pub(crate) async fn relay(ctx: FlockContext, left: u64, names: Vec<String>) -> Result<Vec<String>> {
    let mut names = names;
    names.push(ctx.signal::<Review>().await?.by);
    match left {
        0 => Ok(names),
        left => Err(ctx.continue_as_new::<relay>((left - 1, names))),
    }
}

#[signal]
pub(crate) struct Tick {
    pub(crate) n: u64,
}

/// Takes ticks in any order; gives how many runs that took, their sum and that of their squares.
#[flock]
pub(crate) async fn tally(
    ctx: FlockContext,
    goal: u64,
    seen: u64,
    sum: u64,
    squares: u64,
    runs: u64,
) -> Result<Vec<u64>> {
    let (mut seen, mut sum, mut squares) = (seen, sum, squares);
    while seen < goal {
        let Tick { n } = ctx.signal::<Tick>().await?;
        seen += 1;
        sum += n;
        squares += n * n;
        if ctx.should_continue_as_new() {
            let so_far = (goal, seen, sum, squares, runs + 1);
            return Err(ctx.continue_as_new::<tally>(so_far));
        }
    }
    Ok(vec![runs + 1, sum, squares])
}

/// Something is done every hour, or whatever an hour is.
#[flock]
pub(crate) async fn every_hour(
    ctx: FlockContext,
    hours: u64,
    pause_ms: u64,
    sum: u64,
) -> Result<u64> {
    ctx.rounds::<every_hour>((hours, pause_ms, sum), async |now| {
        if now.hours == 0 {
            return Ok(ControlFlow::Break(now.sum));
        }
        now.sum += ctx.run::<hourly>(now.hours).await?.n;
        now.hours -= 1;
        ctx.sleep(Duration::from_millis(now.pause_ms)).await?;
        Ok(ControlFlow::Continue(()))
    })
    .await
}

/// Goes on as a new run while an update is being worked on.
#[derive(Default)]
pub(crate) struct Renewed {
    busy: bool,
}

#[flock]
impl Renewed {
    #[run]
    pub(crate) async fn run(ctx: FlockContext<Self>, round: u64) -> Result<u64> {
        if round == 0 {
            ctx.wait_until(|renewed| renewed.busy).await?;
            return Err(ctx.continue_as_new::<Renewed>(1_u64));
        }
        Ok(round)
    }

    #[update]
    pub(crate) async fn work(ctx: FlockContext<Self>) -> Result<String> {
        ctx.state_mut(|renewed| renewed.busy = true);
        ctx.sleep("300ms").await?;
        Ok("worked".to_owned())
    }
}

/// Pays no heed to a cancellation, and goes on as a new run again and again.
#[flock]
pub(crate) async fn restless(ctx: FlockContext) -> Result<()> {
    ctx.shielded().sleep("50ms").await?;
    Err(ctx.continue_as_new::<restless>(()))
}

/// Wants to go on as another flock.
#[flock]
pub(crate) async fn strays(ctx: FlockContext) -> Result<()> {
    Err(ctx.continue_as_new::<relay>((1, Vec::new())))
}

/// Goes on as a new run, and leaves a child behind.
#[flock]
pub(crate) async fn moults(ctx: FlockContext, file: String, id: String, round: u64) -> Result<u64> {
    if round > 0 {
        return Ok(round);
    }
    let _child = ctx.child::<dozes>(file.as_str()).id(&id).start().await?;
    ctx.signal::<Enough>().await?;
    Err(ctx.continue_as_new::<moults>((file, id, 1)))
}

/// Waits for a child that takes many runs, and tells it what it wants.
#[flock]
pub(crate) async fn relays(ctx: FlockContext, names: Vec<String>) -> Result<Vec<String>> {
    let left = names.len() as u64 - 1;
    let mut child = ctx.child::<relay>((left, Vec::new())).start().await?;
    for by in names {
        child.signal(Review { by, stars: 1 }).await?;
    }
    child.result().await
}

/// Runs that are short enough, in an execution of any length.
#[flock(run_timeout = "5s")]
pub(crate) async fn brief(ctx: FlockContext, left: u64) -> Result<u64> {
    ctx.sleep("1s").await?;
    match left {
        0 => Ok(0),
        left => Err(ctx.continue_as_new::<brief>(left - 1)),
    }
}

/// An execution that takes too long, however short its runs.
#[flock(timeout = "4s")]
pub(crate) async fn endless(ctx: FlockContext) -> Result<()> {
    ctx.sleep("300ms").await?;
    Err(ctx.continue_as_new::<endless>(()))
}

/// Stays at work until so many have begun, and a moment longer, in which one more could begin.
#[agent(output = "n: u64", retries = 0, heartbeat = "1m")]
pub(crate) async fn slot(file: String, n: u64, at_once: u64) -> Result<u64> {
    trace(&file, "+");
    let mut ticks = tokio::time::interval(Duration::from_millis(20));
    let begun = || std::fs::read_to_string(&file).map(|told| told.matches('+').count() as u64);
    while begun()? < at_once {
        ticks.tick().await;
    }
    tokio::time::sleep(Duration::from_millis(60)).await;
    trace(&file, "-");
    Ok(n)
}

/// The same numbers, one by one through an agent.
#[flock]
pub(crate) async fn mapped(
    ctx: FlockContext,
    file: String,
    numbers: Vec<u64>,
    concurrency: u64,
) -> Result<Vec<u64>> {
    let at_once = concurrency.min(numbers.len() as u64);
    let items = numbers.into_iter().map(|n| (file.clone(), n, at_once));
    let concurrency = usize::try_from(concurrency).unwrap_or(usize::MAX);
    let slots = ctx.map::<slot>(items).concurrency(concurrency).await?;
    Ok(slots.into_iter().map(|slot| slot.n).collect())
}

#[agent(output = "n: u64", heartbeat = "5s", retries = 3)]
pub(crate) async fn fickle(ctx: AgentContext, file: String, n: u64) -> Result<u64> {
    trace(&file, &n.to_string());
    match n {
        0 => {
            ctx.cancelled().await;
            Err(Error::cancelled("told to stop"))
        }
        13 => Err(Error::transient("it is 13").with_type("Superstition")),
        n => Ok(n),
    }
}

/// Fails with the first that fails.
#[flock]
pub(crate) async fn hasty(ctx: FlockContext, file: String, numbers: Vec<u64>) -> Result<u64> {
    let items = numbers.into_iter().map(|n| (file.clone(), n));
    let calls = ctx.map::<fickle>(items).concurrency(2);
    let calls = calls.each(|call| call.retries(0)).await?;
    Ok(calls.len() as u64)
}

/// Gives every result.
#[flock]
pub(crate) async fn settles(
    ctx: FlockContext,
    file: String,
    numbers: Vec<u64>,
) -> Result<Vec<String>> {
    let items = numbers.into_iter().map(|n| (file.clone(), n));
    let calls = ctx.map::<fickle>(items).each(|call| call.retries(0));
    let results = calls
        .settled()
        .await
        .into_iter()
        .map(|result| match result {
            Ok(fickle) => fickle.n.to_string(),
            Err(error) => error.type_name().to_owned(),
        });
    Ok(results.collect())
}
