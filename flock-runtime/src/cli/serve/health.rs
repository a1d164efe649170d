//! `health`: can Temporal be reached, and which one is it?

use std::iter;

use crate::{
    cli::{
        args::program_name,
        exit::{Exit, Fault},
        render::show,
        server::Server,
    },
    engine::{self, TaskQueueHealth},
};
use clap::Args;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  {bin} health
  {bin} health --address temporal.example.com:7233 || echo down
  {bin} health --workers || echo nobody works")]
pub(crate) struct Health {
    /// Fail, with exit code 3, also where no worker polls a task queue of this program. One that was killed counts for
    /// a little over a minute
    #[arg(long)]
    workers: bool,
}

impl Health {
    pub(crate) async fn execute(self, server: &Server) -> Result<Exit, Fault> {
        let health = server.engine().health().await?;
        server.print(&health, || text(&health));
        if !self.workers {
            return Ok(Exit::Done);
        }
        let mut unserved = health.queues.iter().filter(|queue| !queue.is_polled());
        let Some(first) = unserved.next() else {
            return Ok(Exit::Done);
        };
        for TaskQueueHealth { name, .. } in iter::once(first).chain(unserved) {
            show::error(&format!("no worker polls task queue `{name}`"));
        }
        let (program, flags) = (program_name(), server.flags());
        show::note(&format!("to have it served: {program} worker{flags}"));
        Ok(Exit::Unreachable)
    }
}

fn text(health: &engine::Health) -> String {
    let known = |value: &Option<String>| value.clone().unwrap_or_else(|| "unknown".into());
    let about = [
        ["address".into(), known(&health.address)],
        ["namespace".into(), known(&health.namespace)],
        ["server".into(), known(&health.server_version)],
    ];
    let row = |queue: &TaskQueueHealth| {
        let backlog = queue.backlog.map(|tasks| tasks.to_string());
        [
            queue.name.clone(),
            queue.pool.map_or_else(String::new, |pool| pool.to_string()),
            queue.workflow_pollers.to_string(),
            queue.activity_pollers.to_string(),
            known(&backlog),
        ]
    };
    let heads = [
        "TASK QUEUE",
        "POOL",
        "WORKERS FOR FLOCKS",
        "FOR AGENTS",
        "WAITING",
    ];
    let queues: Vec<_> = health.queues.iter().map(row).collect();
    format!("{}\n{}", show::rows(&about), show::table(heads, &queues))
}
