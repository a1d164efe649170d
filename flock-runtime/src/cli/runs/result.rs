//! `result`: wait for a run on Temporal and print what it gave.

use std::time::Duration;

use clap::Args;

use super::outcome;
use crate::{
    cli::{
        exit::{Exit, Fault},
        render::progress::{self, Looks},
        server::{RunArgs, Server},
    },
    value::duration,
};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  {bin} result research-42
  {bin} result research-42 --timeout 30s --json")]
pub(crate) struct Result {
    #[command(flatten)]
    run: RunArgs,

    /// Wait no longer than this, such as `90s` or `5m`
    #[arg(long, value_parser = duration::parse, value_name = "DURATION")]
    timeout: Option<Duration>,
}

impl Result {
    pub(crate) async fn execute(self, server: &Server) -> std::result::Result<Exit, Fault> {
        let (engine, json, run) = (server.engine(), server.json, self.run.run());
        let described = engine.describe(&run).await?;
        let named = &described.id;
        let stream = false;
        let looks = Looks { json, stream };
        tokio::select! {
            ended = progress::follow(engine, &run, looks) => outcome::ended(json, named, ended),
            fault = server.unserved(&run, None) => Err(fault),
            signal = outcome::interrupted() => {
                Err(outcome::goes_on(named, signal.exit(), &signal.to_string()))
            }
            limit = outcome::limit(self.timeout) => {
                let reason = format!("no result within {}", duration::display(limit));
                Err(outcome::goes_on(named, Exit::Ended, &reason))
            }
        }
    }
}
