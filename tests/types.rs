//! Types of other crates, each turned on by the feature of its crate's name: as fields, as a whole input
//! and a whole output.

use bytes::Bytes;
use chrono::{DateTime, Utc};
use flock::{prelude::*, registry::Registry};
use rust_decimal::Decimal;
use url::Url;
use uuid::Uuid;

#[flock_type]
#[derive(Debug, Clone, PartialEq)]
struct Parcel {
    id: Uuid,
    from: Url,
    body: Bytes,
    at: DateTime<Utc>,
    until: Option<jiff::Timestamp>,
    price: Vec<Decimal>,
}

#[agent(input = Parcel)]
async fn stamps(parcel: Parcel) -> Result<Parcel> {
    Ok(parcel)
}

#[agent(output = "id: Uuid, from: Url")]
async fn signs(id: Uuid, from: Url, body: Bytes) -> Result<(Uuid, Url)> {
    let from = from.join(&body.len().to_string());
    Ok((id, from.map_err(Error::permanent)?))
}

#[agent]
async fn weighs(body: Bytes) -> Result<Decimal> {
    Ok(body.len().into())
}

#[agent]
async fn opens(body: Bytes) -> Result<Bytes> {
    Ok(body)
}

#[agent]
async fn names(id: Uuid) -> Result<Uuid> {
    Ok(id)
}

#[agent]
async fn finds(from: Url) -> Result<Url> {
    Ok(from)
}

#[flock]
async fn post(ctx: FlockContext, parcel: Parcel) -> Result<Parcel> {
    let Parcel { id, from, body, .. } = parcel.clone();
    let signed = ctx.run::<signs>((id, from, body.clone())).await?;
    let weight = ctx.run::<weighs>(body.clone()).await?;
    let body = ctx.run::<opens>(body).await?;
    let id = ctx.run::<names>(signed.id).await?;
    let from = ctx.run::<finds>(signed.from).await?;
    let mut stamped = ctx.run::<stamps>(parcel).await?;
    stamped.price.push(weight);
    Ok(Parcel {
        id,
        from,
        body,
        ..stamped
    })
}

#[test]
fn travel() {
    let threads = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("threads");
    let parcel = Parcel {
        id: Uuid::from_u128(7),
        from: Url::parse("https://example.com/a/").expect("an address"),
        body: Bytes::from_static(b"abc"),
        at: DateTime::UNIX_EPOCH,
        until: Some(jiff::Timestamp::UNIX_EPOCH),
        price: vec![Decimal::new(125, 2)],
    };
    let given = threads.block_on(async {
        let runtime = Runtime::builder().build().expect("a runtime");
        let run = runtime
            .start::<post>(parcel.clone())
            .await
            .expect("it starts");
        run.result().await
    });
    let expected = Parcel {
        from: Url::parse("https://example.com/a/3").expect("an address"),
        price: vec![Decimal::new(125, 2), Decimal::from(3)],
        ..parcel
    };
    assert_eq!(given.expect("it runs"), expected);
}

/// What a model is told of them, and what a form would check.
#[test]
fn are_described() {
    let registry = Registry::collect().expect("a registry");
    let agent = registry.agent("stamps").expect("it is there");
    let schema = (agent.input_schema)();
    let format = |field: &str| {
        schema
            .pointer(&format!("/properties/{field}/format"))
            .cloned()
    };
    assert_eq!(format("id"), Some("uuid".into()));
    assert_eq!(format("from"), Some("uri".into()));
    assert_eq!(format("at"), Some("date-time".into()));
}
