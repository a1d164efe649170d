//! Types that people use, as fields and as whole values.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    time::{Duration, SystemTime},
};

use chrono::{DateTime, NaiveDate, Utc};
use flock::prelude::*;
use rust_decimal::Decimal;

/// Gives back what it takes.
#[agent(output = "at: DateTime<Utc>, day: NaiveDate, stamp: jiff::Timestamp, cents: Decimal")]
pub(crate) async fn keeps_types(
    at: DateTime<Utc>,
    day: NaiveDate,
    stamp: jiff::Timestamp,
    cents: Decimal,
) -> Result<(DateTime<Utc>, NaiveDate, jiff::Timestamp, Decimal)> {
    Ok((at, day, stamp, cents * Decimal::TWO))
}

#[agent]
pub(crate) async fn moves_dates(at: DateTime<Utc>, by: Duration) -> Result<DateTime<Utc>> {
    Ok(at + by)
}

/// Values of other crates through an agent, one of them whole.
#[flock]
pub(crate) async fn dates_of_others(
    ctx: FlockContext,
    at: DateTime<Utc>,
    day: NaiveDate,
    stamp: jiff::Timestamp,
    cents: Decimal,
) -> Result<BTreeMap<String, DateTime<Utc>>> {
    let kept = ctx.run::<keeps_types>((at, day, stamp, cents)).await?;
    let later = ctx
        .run::<moves_dates>((kept.at, Duration::from_secs(90)))
        .await?;
    let name = format!("{} {} {}", kept.day, kept.stamp, kept.cents);
    Ok(BTreeMap::from([(name, later)]))
}

#[agent]
pub(crate) async fn moves_paths(path: PathBuf, at: SystemTime, rgb: [u8; 3]) -> Result<[u8; 3]> {
    let since = at
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    Ok([
        rgb[2],
        path.components().count() as u8,
        since.as_secs() as u8,
    ])
}

#[agent]
pub(crate) async fn adds_lengths(pair: (u8, String), seen: BTreeSet<char>) -> Result<Duration> {
    Ok(Duration::from_millis(
        u64::from(pair.0) + (pair.1.len() + seen.len()) as u64,
    ))
}

#[agent]
pub(crate) async fn finds_paths(name: String) -> Result<PathBuf> {
    Ok(PathBuf::from("/srv").join(name))
}

/// The standard library's, whole and in fields; a tuple of a flock.
#[flock]
pub(crate) async fn plain_types(
    ctx: FlockContext,
    at: SystemTime,
) -> Result<(PathBuf, Duration, SystemTime, [u8; 3])> {
    let path = ctx.run::<finds_paths>("a").await?;
    let rgb = ctx
        .run::<moves_paths>((path.clone(), at, [1, 2, 3]))
        .await?;
    let pair = (7, "two".to_owned());
    let waited = ctx
        .run::<adds_lengths>((pair, BTreeSet::from(['x'])))
        .await?;
    Ok((path, waited, at, rgb))
}

/// A part of a list.
#[flock_type]
#[derive(Debug, Clone)]
pub(crate) struct Page<T> {
    pub(crate) items: Vec<T>,
    pub(crate) next: Option<u32>,
}

#[flock_type]
#[derive(Debug, Clone)]
pub(crate) struct Money {
    pub(crate) cents: u64,
}

#[agent(input = Page<Money>, hand_off = adds_pages)]
pub(crate) async fn turns_pages(page: Page<Money>) -> Result<Page<Money>> {
    Ok(Page {
        next: page.next.map(|next| next + 1),
        ..page
    })
}

#[agent(output = "sum: u64, page: Page<String>")]
pub(crate) async fn adds_pages(
    items: Vec<Money>,
    next: Option<u32>,
) -> Result<(u64, Page<String>)> {
    let texts = items.iter().map(|money| money.cents.to_string()).collect();
    let sum = items.iter().map(|money| money.cents).sum();
    Ok((sum, Page { items: texts, next }))
}

/// A generic type: its fields flow by name, and it is one itself.
#[flock(start = turns_pages)]
pub(crate) struct Pages;
