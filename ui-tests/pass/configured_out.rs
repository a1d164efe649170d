//! What is left out by `#[cfg]`, above or below the attribute, leaves nothing behind.
#![deny(warnings)]
#![allow(clippy::non_minimal_cfg)]

use flock::prelude::*;

#[agent(output = "text: String")]
#[cfg(any())]
async fn below(text: NoSuchType) -> Result<String> {
    Ok(text)
}

#[cfg(any())]
#[agent]
async fn above(text: NoSuchType) -> Result<String> {
    Ok(text)
}

#[flock(start = no_such_agent)]
#[cfg(any())]
struct Below;

#[flock_type]
#[cfg(any())]
struct NoType;

/// Is there.
#[agent]
#[cfg(all())]
async fn there(text: String) -> Result<String> {
    Ok(text)
}

pub(crate) fn main() {
    assert_eq!(<there as flock::Agent>::NAME, "there");
}
