//! What the local engine keeps: the process's resident memory, while flocks come and go beside one that
//! waits, and while one goes on for many rounds.

use flock::{Runtime, prelude::*};
use flock_benches::resident_megabytes;

use crate::{Outcome, Research};

/// So many short flocks come and go.
const FLOCKS: usize = 100_000;

/// So many rounds has the long one.
const ROUNDS: u64 = 10_000;

/// Waits until it is cancelled.
#[flock]
async fn waiting(ctx: FlockContext) -> Result<()> {
    ctx.sleep("3650d").await
}

/// Goes on as a new run, each round.
#[flock]
async fn rounds(ctx: FlockContext, left: u64) -> Result<u64> {
    match left {
        0 => Ok(ROUNDS),
        left => Err(ctx.continue_as_new::<rounds>(left - 1)),
    }
}

pub(crate) async fn print() -> Outcome<()> {
    let runtime = Runtime::builder().build()?;
    let waits = runtime.start::<waiting>(()).await?;
    println!("\n{:<38}{:>12}", "", "resident MB");
    for done in 1..=FLOCKS {
        let run = runtime.start::<Research>("durable execution").await?;
        run.result().await?;
        // What is kept of ended runs has come to its full size by then.
        if done == FLOCKS / 10 || done == FLOCKS {
            row(&format!("after {done} flocks, beside one that waits"))?;
        }
    }
    let run = runtime.start::<rounds>(ROUNDS).await?;
    assert_eq!(
        run.result().await?,
        ROUNDS,
        "the first handle has the end's result"
    );
    row(&format!("after one flock of {ROUNDS} rounds"))?;
    waits.terminate("measured").await?;
    Ok(())
}

fn row(what: &str) -> Outcome<()> {
    let resident = resident_megabytes(std::process::id());
    let resident = resident.ok_or("no resident memory is told")?;
    println!("{what:<38}{resident:>12.1}");
    Ok(())
}
