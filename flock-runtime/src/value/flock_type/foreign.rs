//! Values of other crates, each behind the feature of its crate's name: serde's part is turned on there,
//! and schemars' for it.

#![allow(
    unused_imports,
    unused_macros,
    reason = "without a feature there is none"
)]

use super::{FlockType, Shape, Travels};

macro_rules! values {
    ($($ty:ty),* $(,)?) => {
        $(
            impl FlockType for $ty {
                const SHAPE: Shape = Shape::Value;
            }
        )*
    };
}

#[cfg(feature = "bytes")]
values!(bytes::Bytes, bytes::BytesMut);

#[cfg(feature = "chrono")]
values!(
    chrono::NaiveDate,
    chrono::NaiveDateTime,
    chrono::NaiveTime,
    chrono::TimeDelta,
    chrono::Weekday,
);

#[cfg(feature = "chrono")]
#[diagnostic::do_not_recommend]
impl<Tz: chrono::TimeZone> FlockType for chrono::DateTime<Tz>
where
    Self: Travels,
{
    const SHAPE: Shape = Shape::Value;
}

#[cfg(feature = "jiff")]
values!(
    jiff::SignedDuration,
    jiff::Span,
    jiff::Timestamp,
    jiff::Zoned,
    jiff::civil::Date,
    jiff::civil::DateTime,
    jiff::civil::Time,
);

#[cfg(feature = "rust_decimal")]
values!(rust_decimal::Decimal);

#[cfg(feature = "url")]
values!(url::Url);

#[cfg(feature = "uuid")]
values!(uuid::Uuid);
