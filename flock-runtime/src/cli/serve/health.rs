//! `health`: can Temporal be reached, and which one is it?

use crate::{
    cli::{
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
  {bin} health --address temporal.example.com:7233 || echo down")]
pub(crate) struct Health {}

impl Health {
    pub(crate) async fn execute(self, server: &Server) -> Result<Exit, Fault> {
        let health = server.engine().health().await?;
        server.print(&health, || text(&health));
        Ok(Exit::Done)
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
