//! A shop whose customers do not wait behind its bookkeeping: agents and flocks in pools, each a task queue that has
//! workers of its own.
//!
//! ```text
//! cargo run --example pooled_shop -- run order --input item=lamp
//! cargo run --example pooled_shop -- dev                             # a server, and a worker of all queues
//! cargo run --example pooled_shop -- worker --queues high            # beside it: of those in a hurry alone
//! cargo run --example pooled_shop -- deploy compose --out deploy     # one worker a queue, in containers
//! ```

use flock::prelude::*;

/// Somebody looks at a wheel that turns.
#[agent(pool = "high", priority = 1, output = "receipt: String")]
async fn charge(item: String) -> Result<String> {
    Ok(format!("{item}: paid"))
}

/// On the flock's own queue.
#[agent(output = "parcel: String")]
async fn pack(item: String) -> Result<String> {
    Ok(format!("one {item}, in paper"))
}

/// Tomorrow is early enough.
#[agent(pool = "background", output = "letter: String")]
async fn thank(item: String, parcel: String) -> Result<String> {
    Ok(format!("Thank you for the {item}: {parcel}."))
}

/// From the order to the letter.
#[flock]
async fn order(ctx: FlockContext, item: String) -> Result<String> {
    let receipt = ctx.run::<charge>(item.as_str()).await?.receipt;
    let parcel = ctx.run::<pack>(item.as_str()).await?.parcel;
    let letter = ctx.run::<thank>((item, parcel)).await?.letter;
    Ok(format!("{receipt}. {letter}"))
}

/// Counts what is left, at three in the night. What comes at its hour has a queue of its own as well.
#[flock(pool = "scheduled", schedule = "0 3 * * *")]
async fn stock_taking(ctx: FlockContext) -> Result<u32> {
    ctx.run::<count>("shelf").await
}

#[agent]
async fn count(place: String) -> Result<u32> {
    Ok(u32::try_from(place.len()).unwrap_or(u32::MAX))
}

flock::main!();
