//! `list`: the newest runs.

use clap::Args;

use super::status;
use crate::{
    cli::{
        exit::{Exit, Fault},
        render::show,
        server::Server,
    },
    engine::RunDescription,
};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  {bin} list
  {bin} list --query 'ExecutionStatus = \"Failed\"' --limit 5
  {bin} list --query 'session_id = \"s-42\"' --json")]
pub(crate) struct List {
    /// Temporal's list filter
    #[arg(long, short, value_name = "FILTER")]
    query: Option<String>,

    /// How many at most
    #[arg(long, default_value_t = 20, value_name = "COUNT")]
    limit: usize,
}

impl List {
    pub(crate) async fn execute(self, server: &Server) -> Result<Exit, Fault> {
        let runs = server.runtime.list().limit(self.limit);
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
