//! A report that is written every working day at nine in Vienna, whoever is there to ask for it.
//!
//! ```text
//! cargo run --example scheduled_report                      # once, now, in this process
//! cargo run --example scheduled_report -- dev               # terminal 1: a server and a worker
//! cargo run --example scheduled_report -- schedules apply   # terminal 2: shows what it does, and asks
//! cargo run --example scheduled_report -- schedules list
//! cargo run --example scheduled_report -- schedules trigger morning_report
//! ```
//!
//! `schedules apply` compares what the flocks declare with what the server has: applied again, it has
//! nothing to do; with another `schedule` in the attribute it updates; with none it removes. What
//! other programs put there it leaves alone.

use std::time::SystemTime;

use flock::prelude::*;

/// Looks up what the shops sold. A real one would ask a database: the flock itself may not, since
/// Temporal replays it.
#[agent(output = "sales: Vec<u32>", retries = 5)]
async fn sales_of(shops: Vec<String>) -> Result<Vec<u32>> {
    let sold = |shop: &String| shop.bytes().map(u32::from).sum::<u32>() % 900 + 100;
    Ok(shops.iter().map(sold).collect())
}

#[agent(output = "text: String")]
async fn write_report(shops: Vec<String>, sales: Vec<u32>, day: u64) -> Result<String> {
    let total: u32 = sales.iter().sum();
    let most = sales.iter().copied().max().unwrap_or(1).max(1);
    let mut text = format!("Sales, day {day} since 1970\n");
    for (shop, sold) in shops.iter().zip(&sales) {
        let bar = "#".repeat((sold * 30 / most) as usize);
        text += &format!("  {shop:<10} {sold:>5}  {bar}\n");
    }
    Ok(format!("{text}  {:<10} {total:>5}", "together"))
}

/// The sales of the shops, every working morning.
///
/// A flock that starts by itself is given no input, so each of its inputs has a default or is an
/// `Option`: anything else the compiler refuses.
#[flock(
    schedule = "0 9 * * MON-FRI",
    time_zone = "Europe/Vienna",
    // Up to five minutes later at random, so that not every report asks the database at nine sharp.
    jitter = "5m",
    // Yesterday's report is still at work: today's is left out.
    overlap = "skip",
    // Starts that were missed while the server was down are made up for within three hours.
    catch_up = "3h",
    timeout = "30m",
)]
async fn morning_report(ctx: FlockContext, shops: Option<Vec<String>>) -> Result<String> {
    let shops = shops.unwrap_or_else(|| ["Graz", "Linz", "Wien"].map(String::from).to_vec());
    // The context's clock tells the same time when the flock is replayed.
    let since = ctx.now().duration_since(SystemTime::UNIX_EPOCH);
    let day = since.unwrap_or_default().as_secs() / 86_400;
    let sales = ctx.run::<sales_of>(shops.clone()).await?.sales;
    let report = ctx.run::<write_report>((shops, sales, day)).await?;
    Ok(report.text)
}

flock::main!();
