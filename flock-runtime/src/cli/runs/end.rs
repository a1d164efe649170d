//! `cancel` and `terminate`: the two ways to end a run from outside.

use clap::Args;
use serde_json::json;

use crate::cli::{
    exit::{Exit, Fault},
    server::{RunArgs, Server},
};

#[derive(Debug, Args)]
pub(crate) struct End {
    #[command(flatten)]
    run: RunArgs,

    /// Why, for whoever looks at the run later
    #[arg(long, default_value = "from the command line", value_name = "TEXT")]
    reason: String,
}

impl End {
    /// Asks the run to end.
    pub(crate) async fn cancel(self, server: &Server) -> Result<Exit, Fault> {
        server
            .engine()
            .cancel(&self.run.run(), &self.reason)
            .await?;
        self.tell(server, "was asked to end")
    }

    /// Ends the run at once.
    pub(crate) async fn terminate(self, server: &Server) -> Result<Exit, Fault> {
        server
            .engine()
            .terminate(&self.run.run(), &self.reason)
            .await?;
        self.tell(server, "was ended")
    }

    fn tell(&self, server: &Server, what: &str) -> Result<Exit, Fault> {
        let run = self.run.run();
        let document = json!({
            "workflow_id": run.workflow_id, "run_id": run.run_id, "reason": self.reason,
        });
        server.print(&document, || format!("{run} {what}"));
        Ok(Exit::Done)
    }
}
