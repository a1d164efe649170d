//! Time that moves on by itself.

use std::{
    future::Future,
    time::{Duration, SystemTime},
};

use tokio::task::LocalSet;

use crate::{
    engine::local::LocalEngine,
    error::StartError,
    runtime::{Runtime, RuntimeBuilder},
};

/// Runs `test` against the local engine on a virtual clock: whenever everything waits, time moves
/// on to the next timer. Thirty days of hourly timers end in milliseconds.
///
/// The clock starts at 2026-01-01 00:00 UTC, so that results repeat. Agents that wait for something
/// real, such as a network, see time limits run out early: give them answers in the test instead.
///
/// ```standalone_crate
/// use std::time::Duration;
///
/// use flock::{prelude::*, testing::with_virtual_clock};
///
/// #[flock]
/// async fn patience(ctx: FlockContext, days: u64) -> Result<String> {
///     ctx.sleep(Duration::from_secs(days * 86_400)).await?;
///     Ok(format!("{days} days later"))
/// }
///
/// let said = with_virtual_clock(Runtime::builder(), async |runtime| {
///     let run = runtime.start::<patience>(30_u64).await.unwrap();
///     run.result().await.unwrap()
/// })
/// .unwrap();
/// assert_eq!(said, "30 days later");
/// ```
///
/// # Errors
/// When the runtime cannot be built.
pub fn with_virtual_clock<T, F>(
    builder: RuntimeBuilder,
    test: impl FnOnce(Runtime) -> F,
) -> Result<T, StartError>
where
    F: Future<Output = T>,
{
    let parts = builder.parts()?;
    let tokio = paused()?;
    Ok(LocalSet::new().block_on(&tokio, async move {
        let engine = LocalEngine::on_this_thread(parts.clone(), SystemTime::UNIX_EPOCH + EPOCH);
        test(Runtime::new(parts, engine)).await
    }))
}

/// Tokio with a clock that moves on by itself.
pub(super) fn paused() -> Result<tokio::runtime::Runtime, StartError> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .map_err(|error| StartError::Setting {
            name: "tokio".into(),
            message: error.to_string(),
        })
}

/// 2026-01-01 00:00 UTC, since the Unix epoch.
pub(super) const EPOCH: Duration = Duration::from_secs(1_767_225_600);
