//! `cancel` and `terminate`: the two ways to end a run from outside.

use clap::Args;
use serde_json::json;

use crate::cli::{
    exit::{Exit, Fault},
    program::{Program, print},
    serve::connect::{self, RunArgs},
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
    pub(crate) async fn cancel(self, program: Program) -> Result<Exit, Fault> {
        let json = program.json;
        let runtime = connect::connect(program.builder, &self.run.connection).await?;
        runtime
            .engine()
            .cancel(&self.run.run(), &self.reason)
            .await?;
        self.tell(json, "was asked to end")
    }

    /// Ends the run at once.
    pub(crate) async fn terminate(self, program: Program) -> Result<Exit, Fault> {
        let json = program.json;
        let runtime = connect::connect(program.builder, &self.run.connection).await?;
        runtime
            .engine()
            .terminate(&self.run.run(), &self.reason)
            .await?;
        self.tell(json, "was ended")
    }

    fn tell(&self, json: bool, what: &str) -> Result<Exit, Fault> {
        let run = self.run.run();
        let document = json!({
            "workflow_id": run.workflow_id, "run_id": run.run_id, "reason": self.reason,
        });
        print(json, &document, || format!("{run} {what}"));
        Ok(Exit::Done)
    }
}
