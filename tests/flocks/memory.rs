//! Flocks that keep things for those who look at them.

use std::time::{Duration, SystemTime};

use flock::prelude::*;

/// Go on.
#[signal]
pub(crate) struct Carry {}

/// Keeps a memo and search attributes of every kind, then waits.
#[flock(
    version = 3,
    search_attributes(
        order_state: Keyword,
        order_tags: KeywordList,
        order_items: Int,
        order_total: Double,
        order_paid: Bool,
        order_due: Datetime,
    ),
)]
pub(crate) async fn order(ctx: FlockContext, total: f64) -> Result<String> {
    let by: Option<String> = ctx.memo("by")?;
    ctx.set_memo("stage", "open")?;
    ctx.set_memo("gone", 1)?;
    ctx.remove_memo("gone")?;
    ctx.set_search_attribute("order_state", "open")?;
    ctx.set_search_attribute("order_tags", vec!["new", "large"])?;
    ctx.set_search_attribute("order_items", 3)?;
    ctx.set_search_attribute("order_total", total)?;
    ctx.set_search_attribute("order_paid", true)?;
    ctx.remove_search_attribute("order_paid")?;
    let due = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
    ctx.set_search_attribute("order_due", due)?;
    ctx.signal::<Carry>().await?;
    ctx.set_memo("stage", "sent")?;
    ctx.set_search_attribute("order_state", "sent")?;
    let stage: Option<String> = ctx.memo("stage")?;
    Ok(format!(
        "{} {}",
        by.unwrap_or_default(),
        stage.unwrap_or_default()
    ))
}

/// What goes wrong, in words.
#[flock(search_attributes(order_state: Keyword, order_due: Datetime))]
pub(crate) async fn forgetful(ctx: FlockContext) -> Result<Vec<String>> {
    let faults = [
        ctx.set_search_attribute("nowhere", 1),
        ctx.set_search_attribute("order_state", 1),
        ctx.set_search_attribute("order_state", "x".repeat(3000)),
        ctx.set_memo("flock", 1),
        ctx.set_memo("large", "x".repeat(3 * 1024 * 1024)),
        ctx.set_memo("word", "text"),
        ctx.memo::<u32>("word").map(drop),
        ctx.set_search_attribute("order_due", "2026-02-30T12:00:00Z"),
        ctx.set_search_attribute("order_due", "2026-02-28T12:00:00+ab:cd"),
        ctx.set_search_attribute("order_due", "2026-02-28T12:00:00.00.Z"),
        ctx.set_search_attribute("order_due", "2026-02-28 13:00:00+01:00"),
        ctx.set_memo("half", "x".repeat(1_500_000)),
        ctx.set_memo("half", "x".repeat(1_000_000)),
        ctx.set_memo("other half", "x".repeat(1_500_000)),
        ctx.remove_memo("half"),
    ];
    let said = faults.into_iter().map(|fault| match fault {
        Ok(()) => "fine".to_owned(),
        Err(error) => format!("{} {}", error.kind(), error.message()),
    });
    Ok(said.collect())
}

/// Takes off all that its memo holds, and says what the next run finds of it.
#[flock]
pub(crate) async fn clears(ctx: FlockContext, again: bool) -> Result<Option<String>> {
    let by = ctx.memo::<String>("by")?;
    if again {
        ctx.remove_memo("by")?;
        return Err(ctx.continue_as_new::<clears>(false));
    }
    Ok(by)
}

/// Ends as it is told.
#[flock]
pub(crate) async fn ending(ctx: FlockContext, well: bool) -> Result<bool> {
    ctx.signal::<Carry>().await?;
    match well {
        true => Ok(true),
        false => Err(Error::permanent("as it was told")),
    }
}

/// An id of it serves once.
#[flock(id_reuse = "reject_duplicate")]
pub(crate) async fn once(ctx: FlockContext) -> Result<()> {
    ctx.log("once");
    Ok(())
}
