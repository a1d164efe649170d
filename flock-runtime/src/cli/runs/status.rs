//! `status`: where a run stands.

use std::time::Duration;

use clap::Args;

use serde::Serialize;
use serde_json::Value;

use super::outcome;
use crate::{
    cli::{
        exit::{Exit, Fault},
        program::print,
        render::{
            progress::{self, Looks},
            show, status,
        },
        server::{RunArgs, Server},
    },
    engine::{RunDescription, RunId, RunStatus, Unserved},
    runtime::Runtime,
    value::duration,
};

/// How long a run's own word is waited for.
const PATIENCE: Duration = Duration::from_secs(5);

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  {bin} status research-42
  {bin} status research-42 --watch

Where a worker answers, the flock tells of itself too: the state it shows, its newest steps, what it
asks of people and which signals wait. With `--watch` the exit code tells how the run ended, as with
`result`.")]
pub(crate) struct Status {
    /// Show the steps as they happen, and what the flock tells of itself, until the run ends
    #[arg(long, short)]
    watch: bool,

    /// With `--watch`: tell what agents say where stderr is no terminal too; with `--json` as events
    #[arg(long, requires = "watch")]
    stream: bool,

    #[command(flatten)]
    run: RunArgs,
}

impl Status {
    pub(crate) async fn execute(self, server: &Server) -> Result<Exit, Fault> {
        let (runtime, engine, json) = (&server.runtime, server.engine(), server.json);
        let run = self.run.run();
        let stream = self.stream;
        let looks = Looks { json, stream };
        let mut described = engine.describe(&run).await?;
        if self.watch {
            tokio::select! {
                watched = progress::watch(engine, &run, looks) => watched?,
                never = status::watch(runtime, &run, json) => match never {},
                fault = server.unserved(&run, None) => {
                    return Err(fault);
                }
                signal = outcome::interrupted() => {
                    return Err(outcome::goes_on(&run, signal.exit(), &signal.to_string()));
                }
            }
            described = engine.describe(&run).await?;
        }
        let waits = unserved(runtime, &run).await;
        let told = ask(runtime, &run, &described.task_queue).await;
        let (told, silence) = match told {
            Ok(told) => (Some(told), None),
            Err(reason) => (None, Some(reason)),
        };
        let document = Document {
            run: &described,
            unserved: &waits,
            flock_status: told.as_ref(),
        };
        server.print(&document, || {
            let mut rows = rows(&described);
            let waits = waits.iter().map(ToString::to_string);
            rows.extend(waits.map(|one| ["no worker".to_owned(), one]));
            rows.extend(told.as_ref().map(status::rows).unwrap_or_default());
            show::rows(&rows)
        });
        waits.iter().for_each(|one| server.tell(one));
        if let Some(reason) = silence
            && waits.is_empty()
            && described.status == RunStatus::Running
        {
            show::note(&format!("the flock itself did not answer: {reason}"));
        }
        Ok(match described.status {
            _ if !self.watch => Exit::Done,
            RunStatus::Failed => Exit::Failed,
            RunStatus::Cancelled | RunStatus::Terminated | RunStatus::TimedOut => Exit::Ended,
            _ => Exit::Done,
        })
    }
}

/// What the server knows, and what the flock tells of itself where a worker answers.
#[derive(Serialize)]
struct Document<'a> {
    #[serde(flatten)]
    run: &'a RunDescription,
    /// What waits for a worker that does not come.
    unserved: &'a [Unserved],
    flock_status: Option<&'a Value>,
}

/// What of the run waits for a worker that does not come.
async fn unserved(runtime: &Runtime, run: &RunId) -> Vec<Unserved> {
    match runtime.engine().unserved(run) {
        // What cannot be told is left out.
        Some(look) => look.await.unwrap_or_default(),
        None => Vec::new(),
    }
}

/// What the flock tells of itself, or why it does not.
async fn ask(
    runtime: &Runtime,
    run: &RunId,
    task_queue: &str,
) -> std::result::Result<Value, String> {
    let nobody = runtime.engine().queue_unserved(task_queue).await;
    if let Some(nobody) = nobody.filter(Unserved::is_certain) {
        return Err(nobody.to_string());
    }
    match tokio::time::timeout(PATIENCE, runtime.status(run)).await {
        Ok(told) => told.map_err(|error| error.to_string()),
        Err(_) => Err(format!("nothing within {}", duration::display(PATIENCE))),
    }
}

/// Prints what the server knows about a run.
pub(crate) fn show(json: bool, run: &RunDescription) {
    print(json, run, || show::rows(&rows(run)));
}

fn rows(run: &RunDescription) -> Vec<[String; 2]> {
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
        let lost = match step.lost_workers {
            0 => String::new(),
            1 => ", 1 worker lost".to_owned(),
            lost => format!(", {lost} workers lost"),
        };
        row(
            "at work",
            Some(format!("{}, attempt {attempt}{lost}{failure}", step.agent)),
        );
    }
    rows
}

/// From start to end, for a run that has ended.
pub(crate) fn took(run: &RunDescription) -> Option<Duration> {
    run.ended?.duration_since(run.started?).ok()
}
