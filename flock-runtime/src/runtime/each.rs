//! Running flocks that are asked one after the other: which, and what spares asking.

use std::{
    collections::{BTreeMap, BTreeSet},
    future::ready,
    time::Duration,
};

use futures_util::{StreamExt, stream};

use super::Runtime;
use crate::{
    engine::{Engine, RunDescription, RunFilter},
    error::RunError,
};

/// So many runs are asked when nothing is said.
pub(super) const RUNS: usize = 1_000;

/// So many are asked at a time.
pub(super) const AT_ONCE: usize = 16;

/// A run that has not answered after so long has no worker, or one that is busy.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// The newest that `filter` lets through, as many as it says, and whether there are more.
pub(super) async fn newest(
    engine: &dyn Engine,
    filter: &RunFilter,
) -> Result<(Vec<RunDescription>, bool), RunError> {
    // One more tells.
    let one_more = RunFilter {
        limit: filter.limit.saturating_add(1),
        ..filter.clone()
    };
    let mut runs = engine.list(&one_more).await?;
    let more = runs.len() > filter.limit;
    runs.truncate(filter.limit);
    Ok((runs, more))
}

/// The queues of these runs that no worker polls, each with what there is to say about it. A run of such a queue
/// would be waited for.
pub(super) async fn unserved<'a>(
    runtime: &Runtime,
    runs: impl IntoIterator<Item = &'a RunDescription>,
) -> BTreeMap<String, String> {
    let queues: BTreeSet<_> = runs.into_iter().map(|run| run.task_queue.clone()).collect();
    let looked = queues.into_iter().map(|queue| async move {
        let found = runtime.engine().queue_unserved(&queue).await?;
        let said = format!("{found}; the command `{}` has it served", found.command());
        found.is_certain().then_some((queue, said))
    });
    let looked = stream::iter(looked).buffered(AT_ONCE);
    looked.filter_map(ready).collect().await
}
