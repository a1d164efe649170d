//! `history` and `record`: what happened in a run on Temporal, to be read or kept.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use crate::{
    cli::{
        args::program_name,
        exit::{Exit, Fault},
        render::show,
        server::{RunArgs, Server},
    },
    engine::temporal::replay::HistoryError,
};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  {bin} history research-42
  {bin} history research-42 --json")]
pub(crate) struct ShowHistory {
    #[command(flatten)]
    run: RunArgs,
}

impl ShowHistory {
    pub(crate) async fn execute(self, server: &Server) -> Result<Exit, Fault> {
        let history = server.runtime.history(&self.run.run()).await?;
        let steps = history.steps();
        let document = json!({
            "workflow_id": history.workflow_id(),
            "run_id": history.run_id(),
            "flock": history.flock(),
            "open": history.is_open(),
            "events": history.len(),
            "history": steps,
        });
        server.print(&document, || {
            let mut text = format!(
                "`{}`, a run of flock `{}`, {} events{}\n",
                history.workflow_id(),
                history.flock(),
                history.len(),
                if history.is_open() { ", goes on" } else { "" },
            );
            for step in &steps {
                text += &format!("\n{step}");
            }
            text
        });
        Ok(Exit::Done)
    }
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  {bin} record research-42 --out tests/histories/research-42.json
  {bin} record research-42 | gzip > research-42.json.gz")]
pub(crate) struct Record {
    #[command(flatten)]
    run: RunArgs,

    /// Write to this file, and not to stdout
    #[arg(long, short, value_name = "FILE")]
    out: Option<PathBuf>,

    /// Take what there is of a run that goes on
    #[arg(long)]
    open: bool,
}

impl Record {
    pub(crate) async fn execute(self, server: &Server) -> Result<Exit, Fault> {
        // As the server has it: what is encrypted there is encrypted in the file.
        let history = server.runtime.kept_history(&self.run.run()).await?;
        if history.is_open() && !self.open {
            let (run, name) = (self.run.run(), program_name());
            return Err(Fault::usage(format!(
                "`{run}` goes on, so its history is not whole: wait for its end with `{name} result {run}`, or take what there is with `--open`"
            )));
        }
        let Some(file) = self.out else {
            show::text(&history.to_json());
            return Ok(Exit::Done);
        };
        history.write(&file)?;
        let document = json!({
            "workflow_id": history.workflow_id(),
            "run_id": history.run_id(),
            "flock": history.flock(),
            "open": history.is_open(),
            "events": history.len(),
            "file": file,
        });
        server.print(&document, || {
            format!("{}: {} events", file.display(), history.len())
        });
        Ok(Exit::Done)
    }
}

impl From<HistoryError> for Fault {
    fn from(error: HistoryError) -> Self {
        Self::usage(error.to_string())
    }
}
