//! Flocks whose worker dies, or that are cancelled, at a moment that tests choose.

use std::{path::Path, time::Duration};

use flock::prelude::*;

use super::traced::trace;

#[agent(heartbeat = "10s")]
pub(crate) async fn books(file: String, step: String) -> Result<()> {
    trace(&file, &format!("books {step}"));
    match step.as_str() {
        "c" => Err(Error::invalid("sold out").with_type("SoldOut")),
        _ => Ok(()),
    }
}

/// For `b` it waits until the file `gate` is there. Its worker is to be lost when a test kills it, and not
/// when a busy machine leaves it alone for a while.
#[agent(heartbeat = "10s", timeout = "5m", retry(initial = "100ms"))]
pub(crate) async fn unbooks(
    ctx: AgentContext,
    file: String,
    step: String,
    gate: String,
) -> Result<()> {
    if step == "b" {
        let again = if ctx.lost_workers() == 0 {
            ""
        } else {
            ", again"
        };
        trace(
            &file,
            &format!("unbooks b, attempt {}{again}", ctx.attempt()),
        );
        let mut ticks = tokio::time::interval(Duration::from_millis(20));
        while !Path::new(&gate).exists() {
            ticks.tick().await;
        }
    }
    trace(&file, &format!("unbooked {step}"));
    Ok(())
}

/// Books three things, of which the last is sold out.
#[flock]
pub(crate) async fn journey(ctx: FlockContext, file: String, gate: String) -> Result<()> {
    ctx.saga(async |saga| {
        for step in ["a", "b", "c"] {
            saga.undo::<unbooks>((file.clone(), step.to_owned(), gate.clone()));
            ctx.run::<books>((file.clone(), step.to_owned())).await?;
        }
        Ok(())
    })
    .await?;
    Ok(())
}

/// Tells that it sleeps, and sleeps.
#[flock]
pub(crate) async fn doze(ctx: FlockContext, file: String, length: String) -> Result<bool> {
    ctx.run::<books>((file.clone(), "to bed".to_owned()))
        .await?;
    let before = ctx.now();
    ctx.set_status("asleep")?;
    ctx.sleep(length.as_str()).await?;
    let slept = ctx.now().duration_since(before).unwrap_or_default();
    ctx.run::<books>((file, "up".to_owned())).await?;
    Ok(slept >= Duration::from_secs(3))
}

/// Reads six pages; under the first worker it stays at the fourth for good.
#[agent(
    output = "pages: Vec<String>",
    heartbeat = "10s",
    timeout = "5m",
    retry(initial = "100ms")
)]
pub(crate) async fn reads(ctx: AgentContext, file: String) -> Result<Vec<String>> {
    let mut pages: Vec<String> = ctx.resume()?.unwrap_or_default();
    while pages.len() < 6 {
        if pages.len() == 3 && ctx.lost_workers() == 0 {
            // Two heartbeats, of which each carries the last checkpoint.
            tokio::time::sleep(Duration::from_secs(7)).await;
            trace(&file, "is stuck");
            std::future::pending::<()>().await;
        }
        let page = format!("{} by {}", pages.len(), 1 + ctx.lost_workers().min(1));
        trace(&file, &page);
        pages.push(page);
        ctx.checkpoint(&pages).await?;
    }
    Ok(pages)
}

#[flock]
pub(crate) async fn book_reader(ctx: FlockContext, file: String) -> Result<Vec<String>> {
    Ok(ctx.run::<reads>(file).await?.pages)
}
