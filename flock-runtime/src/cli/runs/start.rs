//! `start`: start a flock on Temporal, without waiting.

use clap::Args;
use serde_json::json;

use super::{
    input::{self, InputArgs},
    run::{StartArgs, begin},
};
use crate::cli::{
    exit::{Exit, Fault},
    program::find_flock,
    server::Server,
};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  {bin} start research --input topic=\"Temporal\" --id research-42
  {bin} result research-42")]
pub(crate) struct Start {
    /// The flock's name
    flock: String,

    #[command(flatten)]
    input: InputArgs,

    #[command(flatten)]
    start: StartArgs,
}

impl Start {
    pub(crate) async fn execute(self, server: &Server) -> Result<Exit, Fault> {
        let runtime = &server.runtime;
        let flock = find_flock(runtime.registry(), &self.flock)?;
        let input = input::read(flock, &self.input)?;
        let run = begin(runtime, flock, input, self.start.options(flock)?).await?;
        let document = json!({
            "workflow_id": run.workflow_id, "run_id": run.run_id, "status": "running",
        });
        server.print(&document, || run.workflow_id.clone());
        Ok(Exit::Done)
    }
}
