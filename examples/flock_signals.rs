//! Two flocks talk: a kitchen cooks what a dining room orders, by signals in both directions.
//!
//! ```text
//! cargo run --example flock_signals
//! ```

use flock::prelude::*;

/// A table wants something.
#[signal]
struct Order {
    dish: String,
    /// Where to tell that it is done: a workflow id.
    table: String,
}

/// No more orders.
#[signal]
struct Closed {}

/// A dish is done.
#[signal]
struct Served {
    dish: String,
    minutes: u32,
}

/// Cooks a dish.
#[agent(output = "minutes: u32 | How long it took")]
async fn cook(dish: String) -> Result<u32> {
    Ok(u32::try_from(dish.len()).unwrap_or(u32::MAX) * 2)
}

/// Cooks orders as they come, and tells whoever ordered.
#[flock(task_queue = "kitchen")]
async fn kitchen(ctx: FlockContext) -> Result<u32> {
    let mut cooked = 0;
    loop {
        let order = flock::select! {
            order = ctx.signal::<Order>() => order?,
            _ = ctx.signal::<Closed>() => return Ok(cooked),
        };
        let minutes = ctx.run::<cook>(order.dish.clone()).await?.minutes;
        cooked += 1;
        let served = Served {
            dish: order.dish,
            minutes,
        };
        ctx.external(order.table).signal(served).await?;
    }
}

/// Opens a kitchen, orders, and waits until everything is on the table.
#[flock(
    task_queue = "dining-room",
    input(/** What to order */ dishes: Vec<String> = default_dishes()),
)]
async fn dinner(ctx: FlockContext, dishes: Vec<String>) -> Result<String> {
    let mut kitchen = ctx.child::<kitchen>(()).start().await?;
    let table = ctx.workflow_id().to_owned();
    for dish in &dishes {
        let (dish, table) = (dish.clone(), table.clone());
        kitchen.signal(Order { dish, table }).await?;
    }
    let mut lines = Vec::new();
    for _ in &dishes {
        let served = ctx.signal::<Served>().within("1h").await?;
        lines.push(format!("{} after {} minutes", served.dish, served.minutes));
    }
    kitchen.signal(Closed {}).await?;
    let cooked = kitchen.result().await?;
    Ok(format!("{}\n{cooked} dishes in all", lines.join("\n")))
}

fn default_dishes() -> Vec<String> {
    ["soup", "pie", "apple crumble"].map(String::from).to_vec()
}

flock::main!();
