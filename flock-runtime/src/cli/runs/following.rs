//! What happens in a run and in its children, as one stream.

use std::future::ready;

use futures_util::{
    Stream, StreamExt,
    stream::{self, BoxStream, SelectAll, select_all},
};

use crate::{
    engine::{Engine, RunId},
    error::RunError,
    flock::event::StepEvent,
};

/// So many children are followed at a time: on a server each costs a request that waits.
const CHILDREN: usize = 64;

/// What happens in a run and in its children.
pub(crate) struct Following<'e> {
    engine: &'e dyn Engine,
    depth: Depth,
    streams: SelectAll<BoxStream<'e, Tiding>>,
    /// So many have been followed.
    count: u64,
}

/// What is told besides agents' steps, messages and children.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Depth {
    /// What runs show and ask of people.
    pub(crate) all: bool,
    /// What agents say while they are at work.
    pub(crate) streamed: bool,
}

/// Something that happened, and in whom.
#[derive(Debug, Clone)]
pub(crate) struct Tiding {
    pub(crate) whose: Whose,
    pub(crate) event: StepEvent,
}

/// A run that is followed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Whose {
    /// 0 is the run itself.
    pub(crate) number: u64,
    /// The flocks between the run and this child, its own the last.
    pub(crate) flocks: Vec<String>,
    /// The child.
    pub(crate) child: Option<RunId>,
}

impl<'e> Following<'e> {
    pub(crate) async fn new(
        engine: &'e dyn Engine,
        run: &RunId,
        depth: Depth,
    ) -> Result<Self, RunError> {
        let steps = steps(engine, run, depth).await?;
        Ok(Self {
            engine,
            depth,
            streams: select_all([told(steps, Whose::default())]),
            count: 0,
        })
    }

    /// What happens next; none after the end of the run itself.
    pub(crate) async fn next(&mut self) -> Option<Tiding> {
        let tiding = self.streams.next().await?;
        match &tiding.event {
            StepEvent::Ended(_) if tiding.whose.child.is_none() => self.streams.clear(),
            StepEvent::ChildStarted { child, flock } if self.streams.len() <= CHILDREN => {
                self.count += 1;
                let mut flocks = tiding.whose.flocks.clone();
                flocks.push(flock.clone());
                let whose = Whose {
                    number: self.count,
                    flocks,
                    child: Some(child.clone()),
                };
                let (engine, depth, child) = (self.engine, self.depth, child.clone());
                let steps = async move { steps(engine, &child, depth).await };
                // One that cannot be followed shows no steps.
                let steps = stream::once(steps).filter_map(|steps| ready(steps.ok()));
                self.streams.push(told(steps.flatten(), whose));
            }
            _ => {}
        }
        Some(tiding)
    }
}

async fn steps(
    engine: &dyn Engine,
    run: &RunId,
    depth: Depth,
) -> Result<BoxStream<'static, StepEvent>, RunError> {
    match depth {
        Depth {
            all,
            streamed: true,
        } => engine.streamed(run, all).await,
        Depth { all: true, .. } => engine.steps(run).await,
        Depth { all: false, .. } => engine.steps_in_history(run).await,
    }
}

fn told<'e>(
    steps: impl Stream<Item = StepEvent> + Send + 'e,
    whose: Whose,
) -> BoxStream<'e, Tiding> {
    let tell = move |event| Tiding {
        whose: whose.clone(),
        event,
    };
    steps.map(tell).boxed()
}
