//! `replay`: whether the flocks of this program still repeat what their runs did.

use std::path::PathBuf;

use clap::Args;
use serde_json::{Value, json};

use crate::{
    cli::{
        args::program_name,
        exit::{Exit, Fault},
        program::Program,
        render::show,
        server::{Connection, Server},
    },
    engine::{
        RunId,
        temporal::{
            codec::Codec,
            replay::{self, History, HistoryError, ReplayError, Replayer},
        },
    },
};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  {bin} replay tests/histories
  {bin} replay research-42.json research-43.json
  {bin} replay --workflow-id research-42

No agent runs, and files need no server. Exit code 1 means that the code does something else than a
history has.")]
pub(crate) struct Replay {
    /// Histories in Temporal's JSON form, or folders of them
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,

    /// Replay a run on Temporal as far as it has come
    #[arg(long, visible_alias = "run", value_name = "ID")]
    workflow_id: Option<String>,

    /// One run of it, where there were several; the latest when left out
    #[arg(long, value_name = "ID", requires = "workflow_id")]
    run_id: Option<String>,

    #[command(flatten)]
    connection: Connection,
}

/// A history by the name that people know it by.
type Named = (String, Result<History, HistoryError>);

impl Replay {
    pub(crate) async fn execute(self, program: Program) -> Result<Exit, Fault> {
        let json = program.json;
        if self.files.is_empty() && self.workflow_id.is_none() {
            let name = program_name();
            return Err(Fault::usage(format!(
                "nothing to replay: name histories or folders of them, `{name} replay FILE…`, or a run on Temporal, \
                 `{name} replay --workflow-id ID`"
            )));
        }
        let mut histories = self.files()?;
        let parts = if let Some(id) = self.workflow_id {
            let runtime = Server::connect(program, self.connection).await?.runtime;
            let run = RunId {
                workflow_id: id.clone(),
                run_id: self.run_id.unwrap_or_default(),
            };
            histories.push((id, Ok(runtime.history(&run).await?)));
            runtime.parts().clone()
        } else {
            program.builder.parts()?
        };
        let replayer = Replayer::of((*parts.registry).clone());
        let codec = Codec::reader(&parts.config)?;
        let mut exit = Exit::Done;
        let mut told = Vec::new();
        for (name, history) in histories {
            let history = match history {
                Ok(history) => {
                    let opened = history.decoded(&codec).await;
                    opened.map_err(|error| format!("{name}: {error}"))
                }
                Err(fault) => Err(fault.to_string()),
            };
            let (document, text, done) = replayed(&replayer, &name, history).await;
            exit = worse(exit, done);
            told.push(document);
            if !json {
                if done == Exit::Done {
                    show::text(&text);
                } else {
                    show::error(&text);
                }
            }
        }
        if json {
            show::json(&json!({ "replayed": told }));
        }
        Ok(exit)
    }

    fn files(&self) -> Result<Vec<Named>, Fault> {
        let mut files = Vec::new();
        for path in &self.files {
            if path.is_dir() {
                let found = replay::files(path).map_err(Fault::usage)?;
                files.extend(found);
            } else {
                files.push(path.clone());
            }
        }
        let read = files.into_iter();
        Ok(read
            .map(|file| (file.display().to_string(), History::read(&file)))
            .collect())
    }
}

async fn replayed(
    replayer: &Replayer,
    name: &str,
    history: Result<History, String>,
) -> (Value, String, Exit) {
    let history = match history {
        Ok(history) => history,
        Err(error) => {
            let document = json!({ "history": name, "ok": false, "error": error });
            return (document, error, Exit::Usage);
        }
    };
    let mut document = json!({
        "history": name, "flock": history.flock(), "workflow_id": history.workflow_id(),
        "open": history.is_open(), "ok": true,
    });
    let error = match replayer.replay(&history).await {
        Ok(()) => {
            let steps = history.steps();
            let steps = steps.iter().filter_map(|step| step.step).count();
            let so_far = if history.is_open() { " so far" } else { "" };
            let plural = if steps == 1 { "" } else { "s" };
            let flock = history.flock();
            let text = format!("{name}: ok, {steps} step{plural} of `{flock}`{so_far}");
            return (document, text, Exit::Done);
        }
        Err(error) => error,
    };
    document["ok"] = json!(false);
    document["error"] = json!(error.to_string());
    let exit = match &error {
        ReplayError::Mismatch(mismatch) => {
            document["mismatch"] = json!(mismatch);
            Exit::Failed
        }
        ReplayError::UnknownFlock { .. } => Exit::Usage,
        _ => Exit::Failed,
    };
    (document, format!("{name}: {error}"), exit)
}

/// A mismatch is worse than a file that is none.
fn worse(a: Exit, b: Exit) -> Exit {
    match (a, b) {
        (Exit::Failed, _) | (_, Exit::Failed) => Exit::Failed,
        (Exit::Usage, _) | (_, Exit::Usage) => Exit::Usage,
        _ => Exit::Done,
    }
}
