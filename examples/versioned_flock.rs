//! An order whose code changes while orders are on their way: three releases of one flock.
//!
//! ```text
//! cargo run --example versioned_flock
//! ```
//!
//! A new order goes the newest way. To see old orders keep theirs, change the code under them on
//! Temporal. `RELEASE` plays the release of the program; yours would have the range in its source.
//!
//! ```text
//! RELEASE=1 cargo run --example versioned_flock -- dev                      # Ctrl-C after the start below
//! cargo run --example versioned_flock -- start order -i wait=1m --id old
//! RELEASE=2 cargo run --example versioned_flock -- worker                   # beside a server that stays
//! cargo run --example versioned_flock -- result old                         # as release 1 began it
//! cargo run --example versioned_flock -- run order --engine temporal        # as release 2 does
//! cargo run --example versioned_flock -- list --query "order_stage = 'done'"
//! ```
//!
//! Before a release, ask whether running flocks could trip over it:
//!
//! ```text
//! cargo run --example versioned_flock -- describe --json > released.json
//! cargo run --example versioned_flock -- compat released.json
//! ```

use std::ops::RangeInclusive;

use flock::prelude::*;

/// The ways that this release can still go.
fn releases() -> RangeInclusive<u32> {
    match std::env::var("RELEASE").as_deref() {
        // Released first: there is one way.
        Ok("1") => 1..=1,
        // Receipts by mail. Orders of release 1 are still on their way.
        Ok("2") => 1..=2,
        // Receipts are signed. The last order of release 1 has ended, so its way is gone.
        _ => 2..=3,
    }
}

/// Takes the money.
#[agent]
async fn charge(customer: String) -> Result<String> {
    Ok(format!("charged {customer}"))
}

/// Prints a receipt: the way of release 1.
#[agent]
async fn print_receipt(customer: String) -> Result<String> {
    Ok(format!("printed a receipt for {customer}"))
}

/// Mails a receipt: the way of release 2.
#[agent]
async fn mail_receipt(customer: String) -> Result<String> {
    Ok(format!("mailed a receipt to {customer}"))
}

/// Signs a receipt, then mails it: the way of release 3.
#[agent]
async fn sign_receipt(customer: String) -> Result<String> {
    Ok(format!("signed a receipt and mailed it to {customer}"))
}

/// Charge a customer, wait for the parcel to leave, and send the receipt.
#[flock(
    version = 3,
    versioning = "auto_upgrade",
    search_attributes(order_customer: Keyword, order_stage: Keyword),
)]
async fn order(
    ctx: FlockContext,
    customer: Option<String>,
    wait: Option<String>,
) -> Result<String> {
    let customer = customer.unwrap_or_else(|| "Ada".to_owned());
    ctx.set_search_attribute("order_customer", customer.as_str())?;
    ctx.set_search_attribute("order_stage", "charging")?;

    let version = ctx.version("receipt", releases());
    ctx.set_memo("receipt", format!("release {version}"))?;
    let charged = ctx.run::<charge>(customer.clone()).await?;

    ctx.set_search_attribute("order_stage", "packing")?;
    ctx.sleep(wait.as_deref().unwrap_or("1s")).await?;

    let receipt = match version {
        1 => ctx.run::<print_receipt>(customer).await?,
        2 => ctx.run::<mail_receipt>(customer).await?,
        _ => ctx.run::<sign_receipt>(customer).await?,
    };
    ctx.set_search_attribute("order_stage", "done")?;
    Ok(format!(
        "as release {version} does it: {charged}, {receipt}"
    ))
}

flock::main!();
