//! Following an execution: its steps, and what it waits for people to answer.

use std::sync::Arc;

use futures_util::{Stream, StreamExt, stream};

use super::{
    execution::{Execution, State},
    log::Position,
    said::Listener,
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
    let plain: fn(_, &State) -> _ = |events, _| events;
    follow(execution, from, News::Steps, plain)
}

/// The same with what agents say.
pub(super) fn streamed(
    execution: Arc<Execution>,
    from: Position,
) -> impl Stream<Item = StepEvent> + Send + use<> {
    let mut listener = Listener::new(Arc::clone(&execution), from.steps);
    let with_said = move |events, state: &State| match state.said() {
        Some(said) => listener.with_said(events, said),
        None => events,
    };
    follow(execution, from, News::Said, with_said)
}

/// What happens from a place on, as `tell` has it.
fn follow<T>(
    execution: Arc<Execution>,
    from: Position,
    news: News,
    tell: T,
) -> impl Stream<Item = StepEvent> + Send + use<T>
where
    T: FnMut(Vec<StepEvent>, &State) -> Vec<StepEvent> + Send + 'static,
{
    let batches = stream::unfold(
        (execution, Some(from.events), tell),
        move |(execution, seen, mut tell)| async move {
            let seen = seen?;
            let look = |state: &State| {
                let end = state.log.end().events;
                let outcome = state.outcome.as_ref();
                let events = state.log.since(seen, from.steps);
                let mut batch = tell(events, state);
                if batch.is_empty() && outcome.is_none() {
                    return None;
                }
                let ended = outcome.map(|outcome| RunEnd::of(outcome.as_ref()));
                let more = ended.is_none().then_some(end);
                batch.extend(ended.map(StepEvent::Ended));
                Some((batch, more))
            };
            let (batch, more) = execution.until(news, look).await;
            Some((batch, (execution, more, tell)))
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
