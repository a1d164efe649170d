//! Agents that block their thread are told of while they are written.

use std::{
    future::poll_fn,
    time::{Duration, Instant},
};

use futures_util::{FutureExt, future::BoxFuture};

use super::foreign;
use crate::agent::AgentDescriptor;

/// `attempt` of `agent`. In a debug build it warns, once for each agent, when the attempt kept its
/// thread for longer than a third of `heartbeat`.
pub(crate) async fn watched<T>(
    mut attempt: BoxFuture<'static, T>,
    agent: &'static AgentDescriptor,
    heartbeat: Option<Duration>,
) -> T {
    let limit = heartbeat
        .filter(|_| cfg!(debug_assertions))
        .map(|heartbeat| heartbeat / 3);
    let Some(limit) = limit else {
        return attempt.await;
    };
    poll_fn(|cx| {
        let began = Instant::now();
        let polled = attempt.poll_unpin(cx);
        let kept = began.elapsed();
        let (noun, agent) = (agent.noun(), agent.name);
        if kept > limit && foreign::is_new(&format!("{noun} `{agent}` blocked its thread")) {
            tracing::warn!(
                agent,
                "{noun} `{agent}` blocked its thread for {:.1} s, so that agents beside it waited: do such work in `tokio::task::spawn_blocking`",
                kept.as_secs_f64()
            );
        }
        polled
    })
    .await
}
