//! `cancel --query` and `terminate --query`: all that a query finds, counted first.
//!
//! One request a run, and not a batch operation of the server's. What is ended is what was counted: a batch
//! asks its query anew, and takes what has begun since. Each run's own fate is known, not only a number; there is
//! a `--limit`; a namespace takes one batch at a time. The price: this program has to stay until it is done. Called
//! again, it goes on with what is left.

use std::{collections::BTreeMap, num::NonZeroU32, time::Duration};

use futures_util::{StreamExt, stream};
use serde_json::json;
use tokio::time::{Instant, MissedTickBehavior, interval};

use super::outcome;
use crate::{
    cli::{
        exit::{Exit, Fault},
        render::{ask, show},
        server::Server,
    },
    engine::{Engine, RunDescription, RunId, RunStatus},
    error::RunError,
};

/// So many requests are on their way at a time.
const AT_ONCE: usize = 16;

/// So often it is told how far this has come.
const TELL: Duration = Duration::from_secs(5);

/// The two ways.
#[derive(Debug, Clone, Copy)]
pub(super) enum How {
    Cancel,
    Terminate,
}

impl How {
    pub(super) async fn end(
        self,
        engine: &dyn Engine,
        run: &RunId,
        reason: &str,
    ) -> Result<(), RunError> {
        match self {
            Self::Cancel => engine.cancel(run, reason).await,
            Self::Terminate => engine.terminate(run, reason).await,
        }
    }

    pub(super) fn done(self) -> &'static str {
        match self {
            Self::Cancel => "was asked to end",
            Self::Terminate => "was ended",
        }
    }

    fn key(self) -> &'static str {
        match self {
            Self::Cancel => "cancelled",
            Self::Terminate => "terminated",
        }
    }
}

/// What is asked for.
pub(super) struct Bulk {
    pub(super) query: String,
    pub(super) how: How,
    pub(super) reason: String,
    pub(super) limit: Option<usize>,
    pub(super) rate: NonZeroU32,
    pub(super) yes: bool,
}

/// What became of it.
#[derive(Default)]
struct Done {
    ended: usize,
    /// Between the count and the request.
    had_ended: usize,
    failed: Vec<(RunId, String)>,
}

impl Done {
    /// Of how many runs it is known.
    fn count(&self) -> usize {
        self.ended + self.had_ended + self.failed.len()
    }
}

impl Bulk {
    pub(super) async fn execute(self, server: &Server) -> Result<Exit, Fault> {
        if self.query.trim().is_empty() {
            return Err(Fault::usage(
                "an empty query is every run there is: if that is meant, say `--query 'ExecutionStatus = \"Running\"'`",
            ));
        }
        let runs = server.runtime.list().status(RunStatus::Running);
        let runs = runs.query(&self.query);
        let runs = runs.limit(self.limit.unwrap_or(usize::MAX)).await?;
        if !runs.is_empty() {
            show::note(&self.counted(&runs));
            if !self.yes {
                ask::agreed("Go on?")?;
            }
        }
        let matched = runs.len();
        let mut done = Done::default();
        let stopped = self.end(server, runs, &mut done).await;
        let left = matched - done.count();
        let failed = done.failed.iter().map(|(run, message)| {
            json!({ "workflow_id": run.workflow_id, "run_id": run.run_id, "message": message })
        });
        let document = json!({
            "query": self.query,
            "reason": self.reason,
            "matched": matched,
            self.how.key(): done.ended,
            "had_ended": done.had_ended,
            "failed": failed.collect::<Vec<_>>(),
            "left": left,
        });
        let text = self.told(matched, &done, left);
        match stopped {
            Some(fault) => {
                if !server.json {
                    show::text(&text);
                }
                Err(fault.with_document(document))
            }
            None => {
                server.print(&document, || text);
                match done.failed.is_empty() {
                    true => Ok(Exit::Done),
                    false => Ok(Exit::Failed),
                }
            }
        }
    }

    /// "3 runs match: 2 of `order`, 1 of `research`".
    fn counted(&self, runs: &[RunDescription]) -> String {
        let mut flocks = BTreeMap::<&str, usize>::new();
        for run in runs {
            *flocks.entry(&run.flock).or_default() += 1;
        }
        let flocks = flocks
            .iter()
            .map(|(flock, count)| format!("{count} of `{flock}`"));
        let flocks = Vec::from_iter(flocks).join(", ");
        let limited = match self.limit {
            Some(limit) if limit == runs.len() => ", the newest that match",
            _ => " match",
        };
        match runs.len() {
            1 => format!("1 run matches: {flocks}"),
            runs => format!("{runs} runs{limited}: {flocks}"),
        }
    }

    /// Ends them, until the server or a person stops it.
    async fn end(
        &self,
        server: &Server,
        runs: Vec<RunDescription>,
        done: &mut Done,
    ) -> Option<Fault> {
        let matched = runs.len();
        // Of no time at all there is no interval.
        let pace = Duration::from_secs(1) / self.rate.get();
        let mut pace = interval(pace.max(Duration::from_nanos(1)));
        pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let begun = stream::unfold(
            (runs.into_iter(), pace),
            |(mut runs, mut pace)| async move {
                let run = runs.next()?;
                pace.tick().await;
                Some((run, (runs, pace)))
            },
        );
        let ends = begun.map(|run| async move {
            let ended = self.how.end(server.engine(), &run.id, &self.reason).await;
            (run.id, ended)
        });
        let mut ends = std::pin::pin!(ends.buffer_unordered(AT_ONCE));
        let mut signal = std::pin::pin!(outcome::interrupted());
        let mut told = Instant::now();
        loop {
            let (run, ended) = tokio::select! {
                ended = ends.next() => ended?,
                signal = &mut signal => {
                    let message = format!("{signal}: called again, it goes on with what is left");
                    return Some(Fault::new(signal.exit(), message));
                }
            };
            match ended {
                Ok(()) => done.ended += 1,
                Err(RunError::Ended(_) | RunError::NotFound(_)) => done.had_ended += 1,
                Err(error @ (RunError::Unreachable { .. } | RunError::Denied { .. })) => {
                    return Some(error.into());
                }
                Err(error) => {
                    show::note(&format!("{run}: {error}"));
                    done.failed.push((run, error.to_string()));
                }
            }
            if told.elapsed() >= TELL {
                told = Instant::now();
                show::note(&format!("{} of {matched}", done.count()));
            }
        }
    }

    fn told(&self, matched: usize, done: &Done, left: usize) -> String {
        let mut text = match (matched, done.ended) {
            (0, _) => return "No run that goes on matches.".to_owned(),
            (_, 1) => format!("1 run {}", self.how.done()),
            (_, runs) => format!("{runs} runs {}", self.how.done().replacen("was", "were", 1)),
        };
        for (count, what) in [
            (done.had_ended, "had ended by then"),
            (done.failed.len(), "failed to be"),
            (left, "left as they are"),
        ] {
            if count > 0 {
                text += &format!(", {count} {what}");
            }
        }
        text
    }
}
