//! `deployments`: which build of the workers gets new runs.

use std::{pin::pin, time::Duration};

use clap::{Args, Subcommand};
use serde_json::json;

use crate::{
    cli::{
        exit::{Exit, Fault},
        program::Program,
        render::show,
        server::{OnServer, Server},
    },
    engine::temporal::{Build, TemporalEngine},
    runtime::Runtime,
};

/// A wait that needs no word.
const QUIET: Duration = Duration::from_secs(1);

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  {bin} worker --deployment shop --build-id v2      # beside the workers of v1
  {bin} deployments set-current shop --build-id v2  # new runs go to v2
  {bin} deployments show shop                       # v1 is drained once its pinned runs have ended
  {bin} deployments show shop --json")]
pub(crate) struct Deployments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Show a deployment's builds
    Show(OnServer<Show>),
    /// Give new runs, and those of flocks that follow (`versioning = "auto_upgrade"`), to a build
    SetCurrent(OnServer<SetCurrent>),
}

#[derive(Debug, Args)]
struct Show {
    /// The deployment's name
    name: String,
}

#[derive(Debug, Args)]
struct SetCurrent {
    /// The deployment's name
    name: String,

    /// The build, of which a worker has come
    #[arg(long, value_name = "ID")]
    build_id: String,

    /// Even if it serves fewer queues than the build before
    #[arg(long)]
    ignore_missing_task_queues: bool,
}

impl Deployments {
    pub(crate) async fn execute(self, program: Program) -> Result<Exit, Fault> {
        match self.action {
            Action::Show(show) => show.run(program, Show::execute).await,
            Action::SetCurrent(set) => set.run(program, SetCurrent::execute).await,
        }
    }
}

impl Show {
    async fn execute(self, server: &Server) -> Result<Exit, Fault> {
        let deployment = engine(&server.runtime)?.deployment(&self.name).await?;
        server.print(&deployment, || {
            let rows: Vec<_> = deployment.builds.iter().map(row).collect();
            show::table(["BUILD", "STATUS", "SINCE"], &rows)
        });
        Ok(Exit::Done)
    }
}

impl SetCurrent {
    async fn execute(self, server: &Server) -> Result<Exit, Fault> {
        let (name, build) = (&self.name, &self.build_id);
        let engine = engine(&server.runtime)?;
        noted(engine.set_current_build(name, build, self.ignore_missing_task_queues)).await?;
        server.print(&json!({ "name": name, "current": build }), || {
            format!("new runs of deployment `{name}` go to build `{build}`")
        });
        Ok(Exit::Done)
    }
}

/// Says what takes so long where it does.
async fn noted<T>(setting: impl Future<Output = T>) -> T {
    let mut setting = pin!(setting);
    tokio::select! {
        set = &mut setting => return set,
        () = tokio::time::sleep(QUIET) => {}
    }
    show::note("waiting until the server routes new runs there");
    setting.await
}

fn engine(runtime: &Runtime) -> Result<&TemporalEngine, Fault> {
    let missing = || Fault::usage("deployments are of a Temporal server");
    runtime.temporal().ok_or_else(missing)
}

fn row(build: &Build) -> [String; 3] {
    [
        build.id.clone(),
        build.status.to_owned(),
        build.created.map_or_else(String::new, show::ago),
    ]
}
