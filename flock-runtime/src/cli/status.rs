//! `status`: where a run stands.

use std::time::Duration;

use clap::Args;

use super::{
    connect::{self, RunArgs},
    exit::{Exit, Fault},
    outcome,
    program::{Program, print},
    progress, show,
};
use crate::engine::{RunDescription, RunStatus};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  {bin} status research-42
  {bin} status research-42 --watch

With `--watch` the exit code tells how the run ended, as with `result`.")]
pub(super) struct Status {
    #[command(flatten)]
    run: RunArgs,

    /// Show the steps as they happen, until the run ends
    #[arg(long, short)]
    watch: bool,
}

impl Status {
    pub(super) async fn execute(self, program: Program) -> Result<Exit, Fault> {
        let json = program.json;
        let runtime = connect::connect(program.builder, &self.run.connection).await?;
        let engine = runtime.engine();
        let run = self.run.run();
        let mut described = engine.describe(&run).await?;
        if self.watch {
            tokio::select! {
                () = progress::watch(engine, &run, json) => {}
                () = outcome::interrupted() => {
                    return Err(connect::goes_on(&run, Exit::Interrupted, "Ctrl-C"));
                }
            }
            described = engine.describe(&run).await?;
        }
        show(json, &described);
        Ok(match described.status {
            _ if !self.watch => Exit::Done,
            RunStatus::Failed => Exit::Failed,
            RunStatus::Cancelled | RunStatus::Terminated | RunStatus::TimedOut => Exit::Ended,
            _ => Exit::Done,
        })
    }
}

/// Prints what is known about a run.
pub(super) fn show(json: bool, run: &RunDescription) {
    print(json, run, || {
        let mut rows = vec![
            ["run".to_owned(), run.id.workflow_id.clone()],
            ["run id".into(), run.id.run_id.clone()],
            ["flock".into(), run.flock.clone()],
            ["status".into(), run.status.to_string()],
            ["task queue".into(), run.task_queue.clone()],
        ];
        let mut row = |name: &str, value: Option<String>| {
            if let Some(value) = value {
                rows.push([name.to_owned(), value]);
            }
        };
        row("started", run.started.map(show::ago));
        row("took", took(run).map(show::span));
        let history = run.history_events.map(|events| match run.history_bytes {
            Some(bytes) => format!("{events} events, {bytes} bytes"),
            None => format!("{events} events"),
        });
        row("history", history);
        for (key, value) in &run.memo {
            row(&format!("memo {key}"), Some(value.to_string()));
        }
        for (key, value) in &run.search_attributes {
            row(&format!("search {key}"), Some(value.to_string()));
        }
        for step in &run.running {
            let failure = step.last_failure.as_ref();
            let failure = failure.map_or_else(String::new, |said| format!("; before: {said}"));
            let attempt = step.attempt;
            row(
                "at work",
                Some(format!("{}, attempt {attempt}{failure}", step.agent)),
            );
        }
        show::rows(&rows)
    });
}

/// From start to end, for a run that has ended.
pub(super) fn took(run: &RunDescription) -> Option<Duration> {
    run.ended?.duration_since(run.started?).ok()
}
