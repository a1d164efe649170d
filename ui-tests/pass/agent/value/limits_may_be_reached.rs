//! The largest and smallest values of each option.
#![deny(warnings)]

use std::time::Duration;

use flock::{Agent, prelude::*};

#[agent(
    timeout = "30s",
    heartbeat = "29999ms",
    schedule_to_start = "30s",
    schedule_to_close = "30s",
    retries = 0,
    priority = 5,
    retry(initial = "1s", max = "1s", backoff = 1)
)]
async fn tight(text: String) -> Result<String> {
    Ok(text)
}

#[agent(
    timeout = "3650d",
    retries = 2_147_483_646,
    local = false,
    task_queue = "a queue"
)]
async fn wide(text: String) -> Result<String> {
    Ok(text)
}

#[agent(max_attempts = 1, heartbeat = "1ms", priority = 1)]
async fn once(text: String) -> Result<String> {
    Ok(text)
}

#[agent(max_attempts = 2147483647, local, timeout = "1.5s")]
async fn nearby(text: String) -> Result<String> {
    Ok(text)
}

/// Writes.
#[agent(temperature = 2, max_tokens = 1, input(topic: String))]
struct Hot;

/// Writes.
#[agent(temperature = 0, max_tokens = 2147483647, input(topic: String), retry())]
struct Cold;

pub(crate) fn main() {
    let tight = tight::DESCRIPTOR.options;
    assert_eq!(tight.heartbeat, Some(Duration::from_millis(29_999)));
    assert_eq!(tight.timeout, tight.schedule_to_close);
    assert_eq!(tight.retry.max_attempts, Some(1));
    let wide = wide::DESCRIPTOR.options;
    assert_eq!(wide.timeout, Some(Duration::from_secs(3650 * 86_400)));
    assert_eq!(wide.retry.max_attempts, Some(2_147_483_647));
    assert_eq!(wide.local, Some(false));
    assert_eq!(once::DESCRIPTOR.options.retry.max_attempts, Some(1));
    assert_eq!(nearby::DESCRIPTOR.options.local, Some(true));
    assert_eq!((Hot::NAME, Cold::NAME), ("hot", "cold"));
}
