//! A journey is booked step by step; when a step fails, those before it are undone.
//!
//! ```text
//! cargo run --example order_saga                                    # the car is not to be had
//! cargo run --example order_saga -- run book_journey --input days=2 # all goes well
//! cargo run --example order_saga -- run book_journey --input days=30
//! ```
//!
//! The last one fails late, and one of its steps cannot be undone: the report says which. On
//! Temporal (`--engine temporal`, with `… -- dev` running) a worker that dies while it undoes changes
//! nothing: another goes on undoing.

use flock::prelude::*;

#[agent(output = "booking: String")]
async fn book_flight(days: u32) -> Result<String> {
    Ok(format!("flight for {days} days"))
}

#[agent(output = "booking: String")]
async fn book_hotel(days: u32) -> Result<String> {
    Ok(format!("hotel for {days} nights"))
}

/// An error of kind `invalid` is not retried: no car today is no car in a second.
#[agent(output = "booking: String")]
async fn book_car(days: u32) -> Result<String> {
    match days {
        0..=3 => Ok(format!("car for {days} days")),
        _ => Err(Error::invalid("no car is free for so long").with_type("NoCar")),
    }
}

// A compensation is an agent like any other. It may be called for a step that never took place, or
// twice: it says "make sure that there is none", not "cancel number 5".

#[agent]
async fn cancel_flight(journey: String) -> Result<()> {
    drop(journey);
    Ok(())
}

/// The hotel's desk does not answer at the first attempt; for long stays it never does.
#[agent(retries = 2, retry(initial = "100ms"))]
async fn cancel_hotel(ctx: AgentContext, journey: String, days: u32) -> Result<()> {
    drop(journey);
    match (ctx.attempt(), days) {
        (1, _) | (_, 30..) => Err(Error::transient("the desk does not answer")),
        _ => Ok(()),
    }
}

#[agent]
async fn cancel_car(journey: String) -> Result<()> {
    drop(journey);
    Ok(())
}

/// Books a flight, a hotel and a car, or nothing.
#[flock(timeout = "1h")]
async fn book_journey(ctx: FlockContext, days: Option<u32>) -> Result<String> {
    let days = days.unwrap_or(7);
    let journey = ctx.workflow_id().to_owned();
    let booked = ctx
        .saga(async |saga| {
            // Each compensation is registered before its step: a step that fails half way, or whose
            // answer is lost, may have done its work.
            saga.undo::<cancel_flight>(journey.clone());
            let flight = ctx.run::<book_flight>(days).await?;

            saga.undo::<cancel_hotel>((journey.clone(), days));
            let hotel = ctx.run::<book_hotel>(days).await?;

            saga.undo::<cancel_car>(journey.clone());
            let car = ctx.run::<book_car>(days).await?;

            Ok([flight.booking, hotel.booking, car.booking])
        })
        .await;

    // With `?` the flock would fail with the error of the step, and what was undone among its causes.
    // This one reports instead.
    match booked {
        Ok(bookings) => Ok(format!("Booked:\n  {}", bookings.join("\n  "))),
        Err(failed) => {
            let mut report = format!("Not booked: {}\n", failed.error);
            for name in &failed.undone {
                report += &format!("  undone      {name}\n");
            }
            for (name, error) in &failed.not_undone {
                report += &format!("  NOT UNDONE  {name}: {error}\n");
            }
            Ok(report)
        }
    }
}

flock::main!();
