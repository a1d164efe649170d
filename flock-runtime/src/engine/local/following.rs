//! Following an execution: its steps, and what it waits for people to answer.

use std::sync::Arc;

use futures_util::{Stream, StreamExt, stream};

use super::{
    execution::{Execution, State},
    log::Position,
    waiting::News,
};
use crate::flock::{
    approval::request::ApprovalRequest,
    event::{RunEnd, StepEvent},
};

/// The steps from a place on, as they happen, until the end.
pub(super) fn steps(
    execution: Arc<Execution>,
    from: Position,
) -> impl Stream<Item = StepEvent> + Send + use<> {
    let batches = stream::unfold(
        (execution, Some(from.events)),
        move |(execution, seen)| async move {
            let seen = seen?;
            let news = |state: &State| {
                let end = state.log.end().events;
                let outcome = state.outcome.as_ref();
                let is_news = end > seen || outcome.is_some();
                is_news.then(|| {
                    let mut batch = state.log.since(seen, from.steps);
                    let ended = outcome.map(|outcome| RunEnd::of(outcome.as_ref()));
                    let more = ended.is_none().then_some(end);
                    batch.extend(ended.map(StepEvent::Ended));
                    (batch, more)
                })
            };
            let (batch, more) = execution.until(News::Steps, news).await;
            Some((batch, (execution, more)))
        },
    );
    batches.flat_map(stream::iter)
}

/// What it waits for people to answer: at once, and each time that changes, until the end.
pub(super) fn requests(
    execution: Arc<Execution>,
) -> impl Stream<Item = Vec<ApprovalRequest>> + Send + use<> {
    stream::unfold((execution, None), |(execution, seen)| async move {
        let news = |state: &State| match (seen == Some(state.changes), &state.outcome) {
            (false, _) => Some(Some((state.requests.clone(), state.changes))),
            (true, Some(_)) => Some(None),
            (true, None) => None,
        };
        let news: Option<(_, u64)> = execution.until(News::Requests, news).await;
        let (requests, changes) = news?;
        Some((requests, (execution, Some(changes))))
    })
}
