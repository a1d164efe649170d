//! `list`: the newest runs, or those that do not go on by themselves.

use std::time::Duration;

use clap::Args;

use super::{status, stuck};
use crate::{
    cli::{
        exit::{Exit, Fault},
        render::show,
        server::Server,
    },
    engine::RunDescription,
    value::duration,
};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  {bin} list
  {bin} list --query 'ExecutionStatus = \"Failed\"' --limit 5
  {bin} list --query 'session_id = \"s-42\"' --json
  {bin} list --stuck
  {bin} list --stuck --asked-for 4h --json

With `--stuck`: running flocks whose task fails again and again, flocks and agents that wait for a worker which
does not come, and what people have not answered for an hour; each with the command that helps.")]
pub(crate) struct List {
    /// Temporal's list filter
    #[arg(long, short, value_name = "FILTER")]
    query: Option<String>,

    /// How many at most; with `--stuck`, how many running ones are looked at [default: 20, with
    /// `--stuck` 1000]
    #[arg(long, value_name = "COUNT")]
    limit: Option<usize>,

    /// Show running flocks that do not go on by themselves, and what helps
    #[arg(long)]
    stuck: bool,

    /// With `--stuck`: what people have not answered for so long [default: 1h]
    #[arg(long, requires = "stuck", value_parser = duration::parse, value_name = "DURATION")]
    asked_for: Option<Duration>,
}

/// So many are listed when nothing is said.
const RUNS: usize = 20;

impl List {
    pub(crate) async fn execute(self, server: &Server) -> Result<Exit, Fault> {
        if self.stuck {
            return self.stuck(server).await;
        }
        let runs = server.runtime.list().limit(self.limit.unwrap_or(RUNS));
        let runs = match self.query {
            Some(query) => runs.query(query).await?,
            None => runs.await?,
        };
        server.print(&runs, || match runs.as_slice() {
            [] => "There are no such runs.".into(),
            runs => {
                let rows: Vec<_> = runs.iter().map(row).collect();
                show::table(["ID", "FLOCK", "STATUS", "STARTED", "TOOK"], &rows)
            }
        });
        Ok(Exit::Done)
    }

    async fn stuck(self, server: &Server) -> Result<Exit, Fault> {
        let mut find = server.runtime.stuck();
        if let Some(query) = self.query {
            find = find.query(query);
        }
        if let Some(limit) = self.limit {
            find = find.limit(limit);
        }
        if let Some(asked) = self.asked_for {
            find = find.asked_for(asked);
        }
        stuck::tell(server, &find.await?);
        Ok(Exit::Done)
    }
}

fn row(run: &RunDescription) -> [String; 5] {
    [
        run.id.workflow_id.clone(),
        run.flock.clone(),
        run.status.to_string(),
        run.started.map_or_else(String::new, show::ago),
        status::took(run).map_or_else(String::new, show::span),
    ]
}
